//! The list of devices: of a member its own, of the secretariat all.

use std::collections::HashMap;

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::Stage,
    page::proof_names,
    routes::path,
    store::{Device, Filter, Listed, Names, Standing},
};
use crate::{
    current::Current,
    guides::facts::DeviceForm,
    ids::{SentinelId, TextEnum},
    members::towns,
    paging::{address, page_address},
    sentinels::{sheet::form_names, tabs},
    shell::Page,
    state::AppState,
    text::Locale,
    time::{Day, show_day},
    ui::{
        downloads,
        parts::{self, Tone},
    },
};

/// Everything that the page shows.
pub struct Shown {
    pub listed: Listed,
    pub names: Names,
    /// The days on which devices are due to be checked.
    pub days: HashMap<SentinelId, Day>,
    /// How many are due, where the secretariat is told.
    pub due: Option<u64>,
    /// The entrance whose devices alone are looked at.
    pub entrance: Option<String>,
}

pub fn show(state: &AppState, current: &Current, filter: &Filter, shown: &Shown) -> Response {
    let l = current.locale;
    let Shown { listed, names, days, due, entrance } = shown;
    let may_add = current.serves_a_member() || current.is_staff();
    Page::new(current, l.t("sentinels.devices.title")).render(state, || {
        let new = may_add.then(|| ("/sentinels/devices/new", l.t("sentinels.devices.new")));
        let shown = !listed.devices.is_empty();
        let table = if shown {
            table(current, &listed.devices, names, days)
        } else {
            parts::empty(l.t("sentinels.devices.empty"), new.clone())
        };
        let page = |side: &str, id| page_address("/sentinels/devices", narrowed(filter), Some((side, id)));
        view! {
            <div class="page-head">
                <h1>{l.t("sentinels.devices.title")}</h1>
                {new.filter(|_| shown).map(|(href, words)| view! {
                    <div class="actions"><a class="button" href=href>{words}</a></div>
                })}
            </div>
            {tabs::view(current, "/sentinels/devices")}
            <p class="lead">{l.t("sentinels.devices.lead")}</p>
            {due.map(|due| view! {
                <p><a href="/sentinels/devices?due=yes">{l.tn("sentinels.todo.due", &[("n", &due.to_string())])}</a></p>
            })}
            {entrance.as_deref().map(|name| alone(l, filter, name))}
            {filters(current, filter)}
            {parts::result_count(l, listed.count)}
            {table}
            {shown.then(|| downloads::links(current, &address("/sentinels/devices.xlsx", narrowed(filter)), l.t("sentinels.export")))}
            {parts::pager(l, listed.newer.map(|id| page("before", id)), listed.older.map(|id| page("after", id)))}
        }
        .into_any()
    })
}

/// Whose devices these are, and the way back to those of all entrances.
fn alone(l: Locale, filter: &Filter, entrance: &str) -> AnyView {
    let others = narrowed(filter).into_iter().filter(|(name, _)| *name != "entrance");
    let all = address("/sentinels/devices", others);
    view! {
        <p>
            {l.tn("sentinels.devices.of_entrance", &[("entrance", entrance)])} " "
            <a href=all>{l.t("sentinels.devices.of_all_entrances")}</a>
        </p>
    }
    .into_any()
}

/// What narrows the list, by the names of the address.
pub fn narrowed(filter: &Filter) -> [(&'static str, String); 9] {
    let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
    [
        ("stage", word(filter.stage.map(Standing::word))),
        ("form", word(filter.form.map(TextEnum::word))),
        ("counts", word(filter.counts.map(|counts| if counts { "yes" } else { "no" }))),
        ("due", word(filter.due.as_ref().map(|_| "yes"))),
        ("district", word(filter.district.as_deref())),
        ("member", filter.member.map(|member| member.to_string()).unwrap_or_default()),
        ("entrance", filter.entrance.map(|entrance| entrance.to_string()).unwrap_or_default()),
        ("request", filter.request.map(|request| request.to_string()).unwrap_or_default()),
        ("q", filter.text.clone()),
    ]
}

fn filters(current: &Current, filter: &Filter) -> AnyView {
    let l = current.locale;
    let options = |words: &[&'static str], family: &str| -> Vec<(String, String)> {
        words.iter().map(|word| ((*word).to_owned(), l.t(&format!("{family}.{word}")))).collect()
    };
    let stages: Vec<&str> = Stage::ALL.iter().map(|stage| stage.word()).chain([Standing::There.word()]).collect();
    let forms: Vec<&str> = DeviceForm::ALL.iter().map(|form| form.word()).collect();
    let districts = towns::districts().iter().map(|found| (found.code.to_owned(), found.name.to_owned())).collect();
    let counts = filter.counts.map(|counts| if counts { "yes" } else { "no" });
    let district =
        current.is_office().then(|| choice(l, "district", districts, filter.district.as_deref().unwrap_or_default()));
    let hidden = |name: &'static str, id: String| view! { <input type="hidden" name=name value=id /> };
    let member = filter.member.map(|id| hidden("member", id.to_string()));
    let entrance = filter.entrance.map(|id| hidden("entrance", id.to_string()));
    let request = filter.request.map(|id| hidden("request", id.to_string()));
    view! {
        <form class="filters" method="get" action="/sentinels/devices" role="search">
            {member}
            {entrance}
            {request}
            {choice(l, "stage", options(&stages, "sentinels.stage"), filter.stage.map_or("", Standing::word))}
            {choice(l, "form", options(&forms, "guides.form"), filter.form.map_or("", TextEnum::word))}
            {choice(l, "counts", options(&["yes", "no"], "sentinels"), counts.unwrap_or_default())}
            {district}
            <div class="choice">
                <input type="checkbox" id="f-due" name="due" value="yes" checked=filter.due.is_some() />
                <label for="f-due">{l.t("sentinels.devices.filter.due")}</label>
            </div>
            <div class="field">
                <label class="field__label" for="f-q">{l.t("sentinels.devices.filter.text")}</label>
                <input class="input" type="search" id="f-q" name="q" maxlength="60" value=filter.text.clone() />
            </div>
            <button class="button button--quiet">{l.t("sentinels.filter.apply")}</button>
        </form>
    }
    .into_any()
}

fn choice(l: Locale, name: &'static str, options: Vec<(String, String)>, chosen: &str) -> AnyView {
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }.into_any()
        })
        .collect::<Vec<_>>();
    let id = format!("f-{name}");
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{l.t(&format!("sentinels.devices.filter.{name}"))}</label>
            <select class="input" id=id name=name><option value="">{l.t("sentinels.filter.all")}</option>{options}</select>
        </div>
    }
    .into_any()
}

fn table(current: &Current, devices: &[Device], names: &Names, days: &HashMap<SentinelId, Day>) -> AnyView {
    let l = current.locale;
    // A person of one member knows whose devices these are.
    let whose = current.is_office() || current.member_ids().len() > 1;
    let rows = devices
        .iter()
        .map(|device| {
            let row = &device.row;
            let member = whose.then(|| view! { <td data-label=l.t("sentinels.row.unit")>{names.member(device)}</td> });
            let place = format!("{} · {}", names.plant(device), names.entrance(device));
            let serial = row.serial.clone().or_else(|| names.request(device));
            let due = days.get(&row.id).map(|day| view! { <br /> {due_words(current, *day)} });
            view! {
                <tr>
                    <th scope="row"><a href=path(row.id)>{row.make()}</a></th>
                    <td data-label=l.t("sentinels.devices.field.serial")>{parts::or_dashes(serial)}</td>
                    <td data-label=l.t("sentinels.models.field.form")>{form_names(l, &[row.form])}</td>
                    {member}
                    <td data-label=l.t("sentinels.devices.column.place")>{place}</td>
                    <td data-label=l.t("sentinels.filter.state")>{stage_tag(l, device.stage())} {due}</td>
                    <td data-label=l.t("sentinels.devices.column.counts")>{counts_tag(l, device)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("sentinels.devices.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("sentinels.models.column.name")}</th>
                    <th scope="col">{l.t("sentinels.devices.field.serial")}</th>
                    <th scope="col">{l.t("sentinels.models.field.form")}</th>
                    {whose.then(|| view! { <th scope="col">{l.t("sentinels.row.unit")}</th> })}
                    <th scope="col">{l.t("sentinels.devices.column.place")}</th>
                    <th scope="col">{l.t("sentinels.filter.state")}</th>
                    <th scope="col">{l.t("sentinels.devices.column.counts")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

pub fn stage_tag(l: Locale, stage: Stage) -> AnyView {
    let tone = match stage {
        Stage::InService => Tone::Done,
        Stage::Faulty => Tone::Urgent,
        Stage::Planned | Stage::Requested | Stage::Shipped => Tone::Wait,
        Stage::Installed | Stage::Tested | Stage::Accepted => Tone::Info,
        Stage::Removed => Tone::Muted,
    };
    parts::tag(tone, l.t(&format!("sentinels.stage.{stage}")))
}

/// When it is due to be checked; marked once it is.
fn due_words(current: &Current, day: Day) -> AnyView {
    let is_due = day <= current.now.day();
    let key = if is_due { "sentinels.checkup.due_since" } else { "sentinels.checkup.due_on" };
    let words = current.locale.tn(key, &[("day", &show_day(day))]);
    // Words and no tag: these may break where the column is narrow.
    if is_due {
        view! { <small><strong>{words}</strong></small> }.into_any()
    } else {
        view! { <small class="quiet">{words}</small> }.into_any()
    }
}

/// Whether it counts as a sentinel; what keeps it from that when it does not.
fn counts_tag(l: Locale, device: &Device) -> AnyView {
    if device.counts() {
        return parts::tag(Tone::Done, l.t("sentinels.yes"));
    }
    let (refuted, missing) = (&device.refuted, device.missing());
    let fails =
        (!refuted.is_empty()).then(|| l.tn("sentinels.devices.model_fails", &[("refuted", &proof_names(l, refuted))]));
    let lacks =
        (!missing.is_empty()).then(|| l.tn("sentinels.devices.lacks", &[("missing", &proof_names(l, &missing))]));
    let words = [fails, lacks].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let urgent = device.stage() == Stage::InService;
    view! { {parts::tag(if urgent { Tone::Urgent } else { Tone::Muted }, l.t("sentinels.no"))} " " <span class="quiet">{words}</span> }
        .into_any()
}
