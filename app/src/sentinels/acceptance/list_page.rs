//! The list of acceptances: of a member its own, of the secretariat all; and the same as a spreadsheet.

use std::collections::BTreeMap;

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    choose::NEW,
    routes::{LIST, path},
    store::{Batch, Listed},
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    ids::MemberId,
    members::store as register,
    sentinels::tabs,
    sheets::{Column, Kind, Table, Value},
    shell::Page,
    state::AppState,
    text::Locale,
    time::show_day,
    ui::{
        downloads,
        parts::{self, Tone},
    },
};

/// The names of the members whose batches these are.
pub async fn members(conn: &impl ConnectionTrait, batches: &[Batch]) -> Result<BTreeMap<MemberId, String>> {
    let ids: Vec<MemberId> = batches.iter().map(|batch| batch.row.member_id).collect();
    Ok(register::members(conn, &ids).await?.into_iter().map(|member| (member.id, member.name)).collect())
}

pub fn show(state: &AppState, current: &Current, listed: &Listed, members: &BTreeMap<MemberId, String>) -> Response {
    let l = current.locale;
    let may_add = current.serves_a_member() || current.is_staff();
    Page::new(current, l.t("sentinels.acceptance.title")).render(state, || {
        let new = may_add.then(|| (NEW, l.t("sentinels.acceptance.new")));
        let shown = !listed.batches.is_empty();
        let body = if shown {
            rows(l, &listed.batches, members)
        } else {
            parts::empty(l.t("sentinels.acceptance.empty"), new.clone())
        };
        let page = |side: &str, id| format!("{LIST}?{side}={id}");
        view! {
            <div class="page-head">
                <h1>{l.t("sentinels.acceptance.title")}</h1>
                {new.filter(|_| shown).map(|(href, words)| view! {
                    <div class="actions"><a class="button" href=href>{words}</a></div>
                })}
            </div>
            {tabs::view(current, LIST)}
            <p class="lead">{l.t("sentinels.acceptance.lead")}</p>
            {parts::result_count(l, listed.count)}
            {body}
            {shown.then(|| downloads::links(current, "/sentinels/acceptances.xlsx", l.t("sentinels.export")))}
            {parts::pager(l, listed.newer.map(|id| page("before", id)), listed.older.map(|id| page("after", id)))}
        }
        .into_any()
    })
}

fn rows(l: Locale, batches: &[Batch], members: &BTreeMap<MemberId, String>) -> AnyView {
    let rows = batches
        .iter()
        .map(|batch| {
            let row = &batch.row;
            view! {
                <tr>
                    <th scope="row"><a href=path(row.id)>{row.number.clone()}</a></th>
                    <td data-label=l.t("sentinels.row.unit")>{batch.unit(members).cloned()}</td>
                    <td class="number" data-label=l.t("sentinels.acceptance.field.devices")>{batch.lines.len()}</td>
                    <td data-label=l.t("sentinels.filter.state")>{state_tag(l, batch)}</td>
                    <td data-label=l.t("sentinels.acceptance.field.day")>{parts::or_dashes(row.day.map(show_day))}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("sentinels.acceptance.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("sentinels.acceptance.number")}</th>
                    <th scope="col">{l.t("sentinels.row.unit")}</th>
                    <th scope="col" class="number">{l.t("sentinels.acceptance.field.devices")}</th>
                    <th scope="col">{l.t("sentinels.filter.state")}</th>
                    <th scope="col">{l.t("sentinels.acceptance.field.day")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What is known of a batch: nothing yet, how many failed, whether it was signed.
pub fn state_tag(l: Locale, batch: &Batch) -> AnyView {
    if batch.row.recorded_at.is_none() {
        return parts::tag(Tone::Wait, l.t("sentinels.acceptance.state.open"));
    }
    let (_, failed) = batch.counts();
    let found = match failed {
        0 => parts::tag(Tone::Done, l.t("sentinels.acceptance.state.passed")),
        n => parts::tag(Tone::Urgent, l.tn("sentinels.acceptance.state.failed", &[("n", &n.to_string())])),
    };
    let unsigned = batch.row.signed_file_id.is_none();
    let unsigned =
        unsigned.then(|| view! { " " {parts::tag(Tone::Muted, l.t("sentinels.acceptance.state.unsigned"))} });
    view! { {found}{unsigned} }.into_any()
}

pub fn table(current: &Current, batches: &[Batch], members: &BTreeMap<MemberId, String>) -> Table {
    let l = current.locale;
    let columns = [
        ("sentinels.acceptance.number", Kind::Text, 16),
        ("sentinels.row.unit", Kind::Text, 34),
        ("sentinels.acceptance.field.devices", Kind::Whole, 10),
        ("sentinels.acceptance.field.passed", Kind::Whole, 10),
        ("sentinels.acceptance.field.failed", Kind::Whole, 10),
        ("sentinels.acceptance.field.day", Kind::Date, 12),
        ("sentinels.acceptance.field.tester", Kind::Text, 16),
        ("sentinels.acceptance.field.remark", Kind::Text, 40),
        ("sentinels.acceptance.field.signed", Kind::Text, 10),
    ];
    let whole = |n: usize| i64::try_from(n).map_or(Value::Empty, Value::Whole);
    let rows = batches.iter().map(|batch| {
        let row = &batch.row;
        let (passed, failed) = batch.counts();
        let recorded = row.recorded_at.is_some();
        let signed = if row.signed_file_id.is_some() { "sentinels.yes" } else { "sentinels.no" };
        vec![
            row.number.clone().into(),
            batch.unit(members).cloned().into(),
            whole(batch.lines.len()),
            if recorded { whole(passed) } else { Value::Empty },
            if recorded { whole(failed) } else { Value::Empty },
            row.day.map_or(Value::Empty, Value::Day),
            row.tester.as_deref().map(|name| current.shown(name)).into(),
            row.remark.as_deref().map(|remark| current.shown(remark)).into(),
            l.t(signed).into(),
        ]
    });
    Table {
        title: l.t("sentinels.acceptance.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: rows.collect(),
    }
}
