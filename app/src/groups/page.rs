//! The list of groups, the form of one, and what became of the messages to it.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Model, NewsKind, channel, routes::MAX_NAME};
use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    members::{plant_kind::PlantKind, towns},
    outbox::{self, Channel, store::Found},
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        field::Fields,
        parts::{self, Tone, tag},
        stale,
    },
};

const LIST: &str = "/settings/groups";

/// One group and what is known of it.
pub struct Shown<'a> {
    pub group: &'a Model,
    /// Whether its secret can be read with the portal's present key.
    pub opens: bool,
    pub sent: Vec<Found>,
    /// What somebody else saved while this was typed.
    pub stored: Option<&'a Form>,
}

pub fn list(state: &AppState, current: &Current, groups: &[Model]) -> Response {
    let l = current.locale;
    let title = l.t("groups.title");
    Page::new(current, title.clone()).render(state, || {
        let new =
            current.is_admin().then(|| view! { <a class="button" href="/settings/groups/new">{l.t("groups.new")}</a> });
        let table = if groups.is_empty() { parts::empty(l.t("groups.empty"), None) } else { table(l, groups) };
        view! {
            {parts::breadcrumbs(l, &[("/settings", l.t("settings.title"))], title.clone())}
            <div class="page-head"><h1>{title}</h1><div class="actions">{new}</div></div>
            <p class="lead">{l.t("groups.lead")}</p>
            {table}
        }
        .into_any()
    })
}

fn table(l: Locale, groups: &[Model]) -> AnyView {
    let rows = groups
        .iter()
        .map(|group| {
            let news: Vec<String> =
                group.wanted().news.iter().map(|kind| l.t(&format!("groups.news_kind.{kind}"))).collect();
            view! {
                <tr>
                    <th scope="row"><a href=format!("{LIST}/{}", group.id)>{group.name.clone()}</a></th>
                    <td data-label=l.t("groups.field.channel")>{l.t(&format!("groups.channel.{}", group.channel))}</td>
                    <td data-label=l.t("groups.field.news")>{news.join(&l.t("list.comma"))}</td>
                    <td data-label=l.t("groups.column.state")>{state_of(l, group)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("groups.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("groups.field.name")}</th>
                    <th scope="col">{l.t("groups.field.channel")}</th>
                    <th scope="col">{l.t("groups.field.news")}</th>
                    <th scope="col">{l.t("groups.column.state")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn state_of(l: Locale, group: &Model) -> AnyView {
    if group.active { tag(Tone::Done, l.t("groups.on")) } else { tag(Tone::Muted, l.t("groups.off")) }
}

pub fn new(state: &AppState, current: &Current, form: &Form, status: StatusCode) -> Response {
    let l = current.locale;
    let title = l.t("groups.new");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {above(l, title.clone())}
            {fields.summary()}
            <h1>{title}</h1>
            <p class="lead">{l.t("groups.new_lead")}</p>
            <form class="form" method="post">
                {fields.once()}
                {inputs(fields)}
                <button class="button">{l.t("groups.save")}</button>
            </form>
        }
        .into_any()
    })
}

pub fn one(state: &AppState, current: &Current, shown: &Shown, form: &Form, status: StatusCode) -> Response {
    let l = current.locale;
    let group = shown.group;
    let title = group.name.clone();
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let save = current.is_admin().then(|| view! { <button class="button">{l.t("groups.save")}</button> });
        let sealed = (!shown.opens).then(|| view! { <p class="banner banner--urgent">{l.t("groups.sealed")}</p> });
        view! {
            {above(l, title.clone())}
            {fields.summary()}
            {shown.stored.map(|stored| differences(fields, stored))}
            <h1>{title}</h1>
            <p>{state_of(l, group)}</p>
            {sealed}
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_admin()>{inputs(fields)}</fieldset>
                {save}
            </form>
            {(current.is_admin() && group.active).then(|| test(l, group))}
            {sent(current, &shown.sent)}
        }
        .into_any()
    })
}

fn above(l: Locale, here: String) -> AnyView {
    parts::breadcrumbs(l, &[("/settings", l.t("settings.title")), (LIST, l.t("groups.title"))], here)
}

/// The secret is typed blind and never comes back.
fn inputs(fields: Fields<'_>) -> AnyView {
    let l = fields.l;
    let channels = Channel::ALL.iter().filter(|channel| channel::service(**channel).is_some());
    let channels = channels.map(|word| (word.to_string(), l.t(&format!("groups.channel.{word}")))).collect();
    let there = fields.form.contains("row_version");
    let secret = fields.password("secret").autocomplete("off").max(500);
    let districts =
        towns::districts().iter().map(|district| (district.code.to_owned(), district.name.to_owned())).collect();
    let part = |kind: NewsKind, inside: AnyView| {
        let open = fields.form.has("news", kind.word());
        view! {
            <details class="disclosure" open=open>
                <summary>{l.t(&format!("groups.choose.{kind}"))}</summary>
                <div>{inside}</div>
            </details>
        }
        .into_any()
    };
    view! {
        {fields.text("name").max(MAX_NAME).view()}
        {fields.select("channel", channels, None).view()}
        {if there { secret.label(l.t("groups.field.secret_again")).view() } else { secret.view() }}
        {fields.checkboxes("news", fields.options::<NewsKind>("groups.news_kind"))}
        {part(NewsKind::Kinds, fields.checkboxes("kinds", fields.options::<PlantKind>("members.plant_kind")))}
        {part(NewsKind::Districts, fields.checkboxes("districts", districts))}
        {fields.tick("active")}
    }
    .into_any()
}

/// What somebody else saved, beside what was typed; the secret is neither's to show.
fn differences(fields: Fields<'_>, stored: &Form) -> AnyView {
    let mut typed = fields.form.clone();
    typed.set("secret", "");
    let l = fields.l;
    stale::differences(Fields::new(l, &typed), stored, &|name, value| match name {
        "channel" => l.t(&format!("groups.channel.{value}")),
        "news" => l.t(&format!("groups.news_kind.{value}")),
        "kinds" => l.t(&format!("members.plant_kind.{value}")),
        "districts" => towns::district(value).map_or_else(|| value.to_owned(), |district| district.name.to_owned()),
        "active" => l.t("groups.on"),
        _ => value.to_owned(),
    })
}

fn test(l: Locale, group: &Model) -> AnyView {
    let empty = Form::new(super::routes::SCOPE);
    view! {
        <form method="post" action=format!("{LIST}/{}/test", group.id)>
            {Fields::new(l, &empty).once()}
            <button class="button button--quiet">{l.t("groups.test.send")}</button>
        </form>
    }
    .into_any()
}

fn sent(current: &Current, sent: &[Found]) -> AnyView {
    let l = current.locale;
    let list = match sent {
        [] => parts::empty(l.t("groups.nothing_sent"), None),
        sent => outbox::rows(current, l.t("groups.sent"), sent),
    };
    view! { <h2>{l.t("groups.sent")}</h2> {list} }.into_any()
}
