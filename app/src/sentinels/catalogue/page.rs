//! The pages of the catalogue: the list, one model, and the form that staff change it with.

use std::collections::BTreeSet;

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    Model,
    export::phone,
    form::{MAX_BRAND, MAX_VENDOR},
    model::Finding,
    routes::path,
    store::Filter,
};
use crate::{
    current::Current,
    form::Form,
    guides::facts::{Ability, DeviceForm},
    ids::TextEnum,
    paging::{Paged, address, page_address},
    sentinels::{sheet::form_names, tabs},
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        downloads,
        field::Fields,
        parts::{self, Tone},
        stale,
    },
};

pub fn list(
    state: &AppState,
    current: &Current,
    filter: &Filter,
    paged: &Paged<Model, String>,
    count: u64,
) -> Response {
    let l = current.locale;
    Page::new(current, l.t("sentinels.models.title")).render(state, || {
        let new = current.is_staff().then(|| ("/sentinels/models/new", l.t("sentinels.models.new")));
        let table = if paged.rows.is_empty() {
            parts::empty(l.t("sentinels.models.empty"), new.clone())
        } else {
            table(l, &paged.rows)
        };
        let page = |side: &str, key: &String| page_address("/sentinels/models", narrowed(filter), Some((side, key)));
        let shown = !paged.rows.is_empty();
        view! {
            <div class="page-head">
                <h1>{l.t("sentinels.models.title")}</h1>
                {new.filter(|_| shown).map(|(href, words)| view! {
                    <div class="actions"><a class="button" href=href>{words}</a></div>
                })}
            </div>
            {tabs::view(current, "/sentinels/models")}
            <p class="lead">{l.t("sentinels.models.lead")}</p>
            {filters(l, filter)}
            {parts::result_count(l, count)}
            {table}
            {shown.then(|| downloads::links(current, &address("/sentinels/models.xlsx", narrowed(filter)), l.t("sentinels.export")))}
            {parts::pager(l, paged.before.as_ref().map(|key| page("before", key)), paged.after.as_ref().map(|key| page("after", key)))}
        }
        .into_any()
    })
}

fn narrowed(filter: &Filter) -> [(&'static str, &str); 6] {
    [
        ("form", filter.form.map(TextEnum::word).unwrap_or_default()),
        ("ability", filter.ability.map(TextEnum::word).unwrap_or_default()),
        ("lacks", if filter.without_reader { Ability::IdCardReader.word() } else { "" }),
        ("conformity", filter.conformity.map(TextEnum::word).unwrap_or_default()),
        ("q", &filter.text),
        ("retired", if filter.retired { "yes" } else { "" }),
    ]
}

fn filters(l: Locale, filter: &Filter) -> AnyView {
    view! {
        <form class="filters" method="get" action="/sentinels/models" role="search">
            {choice(l, "form", "guides.form", filter.form)}
            {choice(l, "ability", "guides.ability", filter.ability)}
            {choice(l, "conformity", "sentinels.finding", filter.conformity)}
            <div class="field">
                <label class="field__label" for="f-q">{l.t("sentinels.models.filter.text")}</label>
                <input class="input" type="search" id="f-q" name="q" maxlength="60" value=filter.text.clone() />
            </div>
            <div class="choice">
                <input type="checkbox" id="f-lacks" name="lacks" value=Ability::IdCardReader.word() checked=filter.without_reader />
                <label for="f-lacks">{l.t("sentinels.models.filter.lacks")}</label>
            </div>
            <div class="choice">
                <input type="checkbox" id="f-retired" name="retired" value="yes" checked=filter.retired />
                <label for="f-retired">{l.t("sentinels.models.filter.retired")}</label>
            </div>
            <button class="button button--quiet">{l.t("sentinels.filter.apply")}</button>
        </form>
    }
    .into_any()
}

/// One of an enum, or all.
fn choice<E: TextEnum + PartialEq>(l: Locale, name: &'static str, words: &str, chosen: Option<E>) -> AnyView {
    let options = E::ALL
        .iter()
        .map(|value| {
            let word = value.word();
            view! { <option value=word selected=chosen == Some(*value)>{l.t(&format!("{words}.{word}"))}</option> }
                .into_any()
        })
        .collect::<Vec<_>>();
    let id = format!("f-{name}");
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{l.t(&format!("sentinels.models.filter.{name}"))}</label>
            <select class="input" id=id name=name><option value="">{l.t("sentinels.filter.all")}</option>{options}</select>
        </div>
    }
    .into_any()
}

fn table(l: Locale, models: &[Model]) -> AnyView {
    let rows = models
        .iter()
        .map(|model| {
            let people = model.throughput.map(|people| people.to_string());
            view! {
                <tr>
                    <th scope="row"><a href=path(model.id)>{model.name()}</a></th>
                    <td data-label=l.t("sentinels.models.field.form")>{form_names(l, &[model.form])}</td>
                    <td data-label=l.t("sentinels.models.column.abilities")>{parts::or_dashes(Some(ability_names(l, &model.abilities())))}</td>
                    <td data-label=l.t("sentinels.models.column.conformity")>{finding_tag(l, model.conformity)}</td>
                    <td data-label=l.t("sentinels.models.column.docking")>{finding_tag(l, model.docking)}</td>
                    <td class="number" data-label=l.t("sentinels.models.column.throughput")>{parts::or_dashes(people)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("sentinels.models.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("sentinels.models.column.name")}</th>
                    <th scope="col">{l.t("sentinels.models.field.form")}</th>
                    <th scope="col">{l.t("sentinels.models.column.abilities")}</th>
                    <th scope="col">{l.t("sentinels.models.column.conformity")}</th>
                    <th scope="col">{l.t("sentinels.models.column.docking")}</th>
                    <th scope="col" class="number">{l.t("sentinels.models.column.throughput")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// `身份证读卡、语音播报`; empty when there is none.
pub fn ability_names(l: Locale, abilities: &BTreeSet<Ability>) -> String {
    let names: Vec<String> = abilities.iter().map(|ability| l.t(&format!("guides.ability.{ability}"))).collect();
    names.join(&l.t("list.comma"))
}

fn finding_tag(l: Locale, finding: Finding) -> AnyView {
    let tone = match finding {
        Finding::Yes => Tone::Done,
        Finding::No => Tone::Wait,
        Finding::Unknown => Tone::Muted,
    };
    parts::tag(tone, l.t(&format!("sentinels.finding.{finding}")))
}

pub fn one(state: &AppState, current: &Current, model: &Model) -> Response {
    let l = current.locale;
    Page::new(current, model.name()).render(state, || {
        let row = |key: &str, value: AnyView| view! { <div><dt>{l.t(key)}</dt><dd>{value}</dd></div> }.into_any();
        let text = |value: Option<String>| view! { {parts::or_dashes(value)} }.into_any();
        let phone = match phone(current, model) {
            Some(phone) if phone.contains('*') => phone.into_any(),
            Some(phone) => parts::call(phone, "nowrap"),
            None => text(None),
        };
        let people = model.throughput.map(|people| l.tn("sentinels.models.throughput", &[("n", &people.to_string())]));
        let days = model.checkup_days.map(|days| format!("{days} {}", l.t("sentinels.care.days")));
        let remarks = model.remarks.as_deref().map(|remarks| current.shown(remarks));
        view! {
            {parts::breadcrumbs(l, &[("/sentinels", l.t("nav.sentinels")), ("/sentinels/models", l.t("sentinels.models.title"))], model.name())}
            <div class="page-head">
                <h1>{model.name()}</h1>
                {model.retired_at.map(|_| parts::tag(Tone::Muted, l.t("sentinels.models.retired")))}
                {current.is_staff().then(|| view! {
                    <div class="actions"><a class="button button--quiet" href=format!("{}/edit", path(model.id))>{l.t("sentinels.models.edit")}</a></div>
                })}
            </div>
            <dl class="summary-list check-answers">
                {row("sentinels.models.field.form", text(Some(form_names(l, &[model.form]))))}
                {row("sentinels.models.field.abilities", text(Some(ability_names(l, &model.abilities()))))}
                {row("sentinels.models.field.conformity", finding_tag(l, model.conformity))}
                {row("sentinels.models.field.docking", finding_tag(l, model.docking))}
                {row("sentinels.models.field.vendor", text(Some(current.shown(&model.vendor))))}
                {row("sentinels.models.field.phone", phone)}
                {row("sentinels.models.field.throughput", text(people))}
                {row("sentinels.models.field.checkup_days", text(days))}
                {row("sentinels.models.field.remarks", text(remarks))}
            </dl>
        }
        .into_any()
    })
}

/// The form of a new model, or of one that is there; `stored` is what somebody else saved meanwhile.
pub fn edit(
    state: &AppState,
    current: &Current,
    model: Option<&Model>,
    form: &Form,
    stored: Option<&Form>,
) -> Response {
    let l = current.locale;
    let title = l.t(if model.is_some() { "sentinels.models.edit" } else { "sentinels.models.new" });
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let action = model.map_or_else(|| "/sentinels/models/new".to_owned(), |model| format!("{}/edit", path(model.id)));
        let findings = || fields.options::<Finding>("sentinels.finding");
        view! {
            {fields.summary()}
            {stored.map(|stored| stale::differences(fields, stored, &|name, value| said(l, name, value)))}
            {parts::breadcrumbs(l, &[("/sentinels", l.t("nav.sentinels")), ("/sentinels/models", l.t("sentinels.models.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            <form class="form" method="post" action=action>
                {if model.is_some() { fields.hidden("row_version") } else { fields.once() }}
                {fields.text("brand").max(MAX_BRAND).view()}
                {fields.text("model").max(MAX_BRAND).view()}
                {fields.radios("form", fields.options::<DeviceForm>("guides.form"))}
                {fields.checkboxes("abilities", fields.options::<Ability>("guides.ability"))}
                {fields.radios("conformity", findings())}
                {fields.radios("docking", findings())}
                {fields.text("vendor").max(MAX_VENDOR).view()}
                {fields.text("phone").input_mode("tel").optional().view()}
                {fields.number("throughput").unit(l.t("sentinels.unit.people_per_minute")).optional().view()}
                {fields.number("checkup_days").unit(l.t("sentinels.care.days")).optional().view()}
                {fields.area("remarks", 3).optional().view()}
                {model.is_some().then(|| fields.tick("retired"))}
                <button class="button button--big">{l.t("sentinels.models.save")}</button>
            </form>
        }
        .into_any()
    })
}

/// What a stored value is called.
fn said(l: Locale, name: &str, value: &str) -> String {
    let family = match name {
        "form" => "guides.form",
        "abilities" => "guides.ability",
        "conformity" | "docking" => "sentinels.finding",
        "retired" => "sentinels",
        _ => return value.to_owned(),
    };
    l.t(&format!("{family}.{value}"))
}
