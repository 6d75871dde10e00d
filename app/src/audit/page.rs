//! The audit in words: who did what to which thing, when, from where, before and after.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    entity::Model,
    model::{Change, changes},
    routes::{Shown, Wanted},
    words,
};
use crate::{
    current::Current,
    form::Form,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{downloads, field::Fields, parts},
};

/// Changes of this many fields are folded away, and those of as many characters.
const FOLDED_FROM: usize = 4;
const LONG: usize = 300;

/// What the page shows beside the rows.
pub struct Listing {
    pub wanted: Wanted,
    pub shown: Shown,
    pub acts: Vec<String>,
    pub count: u64,
    pub more: bool,
    /// Whether this is not the first page.
    pub later: bool,
}

pub fn show(state: &AppState, current: &Current, listing: &Listing) -> Response {
    let l = current.locale;
    let title = l.t("audit.title");
    let wanted = &listing.wanted;
    let last = listing.shown.rows.last().filter(|_| listing.more);
    let after = last.map(|row| wanted.address("/audit", Some(row.id)));
    let before = listing.later.then(|| wanted.address("/audit", None));
    Page::new(current, title.clone()).render(state, || {
        view! {
            <h1>{title.clone()}</h1>
            <p class="lead">{l.t("audit.lead")}</p>
            {filters(l, listing)}
            {parts::result_count(l, listing.count)}
            {table(l, &listing.shown)}
            {downloads::links(current, &wanted.address("/audit.xlsx", None), l.t("audit.export"))}
            {parts::pager(l, before, after)}
        }
        .into_any()
    })
}

fn filters(l: Locale, listing: &Listing) -> AnyView {
    let wanted = &listing.wanted;
    let mut form = Form::new("audit.filter");
    for (name, value) in [
        ("person", &wanted.person),
        ("member", &wanted.member),
        ("act", &wanted.act),
        ("from", &wanted.from),
        ("to", &wanted.to),
        ("subject", &wanted.subject),
    ] {
        form.set(name, value);
    }
    let fields = Fields::new(l, &form);
    let acts = listing.acts.iter().map(|act| (act.clone(), words::act(l, act))).collect();
    view! {
        <form class="filters" method="get" action="/audit" role="search">
            {fields.text("person").max(100).view()}
            {fields.text("member").max(100).view()}
            {fields.select("act", acts, Some(l.t("audit.filter.any"))).view()}
            {fields.date("from").view()}
            {fields.date("to").view()}
            {(!wanted.subject.is_empty()).then(|| fields.hidden("subject"))}
            <button class="button button--quiet">{l.t("audit.filter.apply")}</button>
            <a class="button button--link" href="/audit">{l.t("audit.filter.all")}</a>
        </form>
    }
    .into_any()
}

fn table(l: Locale, shown: &Shown) -> AnyView {
    if shown.rows.is_empty() {
        return parts::empty(l.t("audit.none"), None);
    }
    let rows = shown.rows.iter().map(|row| line(l, row, shown)).collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("audit.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("audit.column.what")}</th>
                    <th scope="col">{l.t("audit.column.when")}</th>
                    <th scope="col">{l.t("audit.column.who")}</th>
                    <th scope="col">{l.t("audit.column.whose")}</th>
                    <th scope="col">{l.t("audit.column.changes")}</th>
                    <th scope="col">{l.t("audit.column.where")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(l: Locale, row: &Model, shown: &Shown) -> AnyView {
    let person = row
        .person_id
        .map(|id| only(Wanted { person: id.to_string(), ..Wanted::default() }, parts::or_dashes(shown.person(id))));
    let member = row
        .member_id
        .map(|id| only(Wanted { member: id.to_string(), ..Wanted::default() }, parts::or_dashes(shown.member(id))));
    let kind = words::subject(l, &row.subject_kind);
    let subject = match row.subject_id {
        Some(id) => only(Wanted { subject: id.to_string(), ..Wanted::default() }, kind),
        None => kind.into_any(),
    };
    let changed = changes(row.before.as_deref(), row.after.as_deref());
    let has_changes = !changed.is_empty();
    // Cells without a value are left out of the cards on a phone.
    let blank = |filled: bool| (!filled).then_some("table__blank");
    view! {
        <tr>
            <th scope="row">{words::act(l, &row.act)} <br /> {subject}</th>
            <td class="nowrap" data-label=l.t("audit.column.when")>{row.at.show()}</td>
            <td data-label=l.t("audit.column.who")>{person.unwrap_or_else(|| l.t("audit.nobody").into_any())}</td>
            <td class=blank(row.member_id.is_some()) data-label=l.t("audit.column.whose")>{member.unwrap_or_else(|| "--".into_any())}</td>
            <td class=blank(has_changes) data-label=l.t("audit.column.changes")>{change_list(l, &row.subject_kind, &changed)}</td>
            <td class=blank(!row.ip.is_empty()) data-label=l.t("audit.column.where")>{parts::or_dashes(Some(row.ip.clone()))}</td>
        </tr>
    }
    .into_any()
}

/// A link to everything that is recorded about one person, member or thing.
fn only(wanted: Wanted, words: String) -> AnyView {
    view! { <a href=wanted.address("/audit", None)>{words}</a> }.into_any()
}

fn change_list(l: Locale, subject: &str, changed: &[Change]) -> AnyView {
    let words: Vec<String> = changed.iter().map(|change| said(l, subject, change)).collect();
    let count = words.len();
    let short = count < FOLDED_FROM && words.iter().map(|words| words.chars().count()).sum::<usize>() < LONG;
    let items = words.into_iter().map(|words| view! { <li>{words}</li> }).collect::<Vec<_>>();
    match count {
        0 => "--".into_any(),
        _ if short => view! { <ul>{items}</ul> }.into_any(),
        _ => view! {
            <details><summary>{l.tn("audit.fields", &[("n", &count.to_string())])}</summary><ul>{items}</ul></details>
        }
        .into_any(),
    }
}

/// One change in words.
pub fn said(l: Locale, subject: &str, change: &Change) -> String {
    let values = |values: &[String]| words::values(l, subject, &change.field, values);
    let words = if change.before.is_empty() {
        values(&change.after)
    } else {
        l.tn("audit.from_to", &[("before", &values(&change.before)), ("after", &values(&change.after))])
    };
    match change.field.as_str() {
        "" => words,
        field => l.tn("audit.change", &[("field", &words::field(l, subject, field)), ("change", &words)]),
    }
}
