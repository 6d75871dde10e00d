//! The list of faults: the device, the vendor, and the time that runs.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::{Standing, days_and_hours},
    routes::LIST,
    store::{Case, Clock, Fault, Filter, Listed},
};
use crate::{
    current::Current,
    ids::TextEnum,
    paging::{address, page_address},
    sentinels::{
        care_settings,
        devices::{self, page::title, store::Names},
        tabs,
    },
    shell::Page,
    state::AppState,
    text::Locale,
    time::{Instant, show_day},
    ui::{
        downloads,
        parts::{self, Tone},
    },
};

pub fn show(
    state: &AppState,
    current: &Current,
    filter: &Filter,
    clock: Clock,
    listed: &Listed,
    names: &Names,
) -> Response {
    let l = current.locale;
    Page::new(current, l.t("sentinels.fault.title")).render(state, || {
        let shown = !listed.cases.is_empty();
        let table = if shown {
            table(current, clock, &listed.cases, names)
        } else {
            parts::empty(l.t("sentinels.fault.empty"), None)
        };
        let page = |side: &str, id| page_address(LIST, narrowed(filter), Some((side, id)));
        let settings = current.is_office().then(|| view! {
            <div class="actions"><a class="button button--quiet" href=care_settings::PATH>{l.t("sentinels.care.title")}</a></div>
        });
        view! {
            <div class="page-head"><h1>{l.t("sentinels.fault.title")}</h1>{settings}</div>
            {tabs::view(current, LIST)}
            <p class="lead">{l.t("sentinels.fault.lead")}</p>
            {filters(l, filter)}
            {parts::result_count(l, listed.count)}
            {table}
            {shown.then(|| downloads::links(current, &address("/sentinels/faults.xlsx", narrowed(filter)), l.t("sentinels.export")))}
            {parts::pager(l, listed.newer.map(|id| page("before", id)), listed.older.map(|id| page("after", id)))}
        }
        .into_any()
    })
}

fn narrowed(filter: &Filter) -> [(&'static str, &str); 2] {
    [("state", filter.standing.map(TextEnum::word).unwrap_or_default()), ("q", &filter.text)]
}

fn filters(l: Locale, filter: &Filter) -> AnyView {
    let options = Standing::ALL
        .iter()
        .map(|standing| {
            let word = standing.word();
            let selected = filter.standing == Some(*standing);
            view! { <option value=word selected=selected>{l.t(&format!("sentinels.fault.standing.{word}"))}</option> }
                .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <form class="filters" method="get" action=LIST role="search">
            <div class="field">
                <label class="field__label" for="f-state">{l.t("sentinels.filter.state")}</label>
                <select class="input" id="f-state" name="state">
                    <option value="">{l.t("sentinels.fault.open")}</option>
                    {options}
                </select>
            </div>
            <div class="field">
                <label class="field__label" for="f-q">{l.t("sentinels.fault.filter.text")}</label>
                <input class="input" type="search" id="f-q" name="q" maxlength="60" value=filter.text.clone() />
            </div>
            <button class="button button--quiet">{l.t("sentinels.filter.apply")}</button>
        </form>
    }
    .into_any()
}

fn table(current: &Current, clock: Clock, cases: &[Case], names: &Names) -> AnyView {
    let l = current.locale;
    let rows = cases.iter().map(|case| row(current, clock, case, names)).collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("sentinels.fault.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("sentinels.acceptance.device")}</th>
                    <th scope="col">{l.t("sentinels.devices.column.place")}</th>
                    <th scope="col">{l.t("sentinels.fault.what")}</th>
                    <th scope="col">{l.t("sentinels.fault.since")}</th>
                    <th scope="col">{l.t("sentinels.models.field.vendor")}</th>
                    <th scope="col">{l.t("sentinels.fault.told_title")}</th>
                    <th scope="col">{l.t("sentinels.fault.clock")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(current: &Current, clock: Clock, Case { fault, device }: &Case, names: &Names) -> AnyView {
    let l = current.locale;
    let place = [names.member(device), names.plant(device), names.entrance(device)].join(" · ");
    let vendor = device.row.vendor.as_deref().map(|name| current.shown(name));
    view! {
        <tr>
            <th scope="row"><a href=devices::routes::path(device.row.id)>{title(l, device)}</a></th>
            <td data-label=l.t("sentinels.devices.column.place")>{place}</td>
            <td data-label=l.t("sentinels.fault.what")>{parts::or_dashes(Some(current.shown(&fault.what)))}</td>
            <td class="nowrap" data-label=l.t("sentinels.fault.since")>{show_day(fault.since)}</td>
            <td data-label=l.t("sentinels.models.field.vendor")>{parts::or_dashes(vendor)}</td>
            <td data-label=l.t("sentinels.fault.told_title")>{parts::or_dashes(told(current, fault))}</td>
            <td data-label=l.t("sentinels.fault.clock")>{clock_tag(l, clock, fault)}</td>
        </tr>
    }
    .into_any()
}

/// When the vendor was told, by what way, and its number: `2022-05-30 09:00 电话 20220530-7`.
pub fn told(current: &Current, fault: &Fault) -> Option<String> {
    let l = current.locale;
    let way = fault.way.map(|way| l.t(&format!("sentinels.fault.way.{way}")));
    let ticket = fault.ticket.as_deref().map(|ticket| current.shown(ticket));
    let all: Vec<String> = [fault.told_at.map(Instant::show), way, ticket].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// Where the fault stands, and how long it has been so.
pub fn clock_tag(l: Locale, clock: Clock, fault: &Fault) -> AnyView {
    let standing = fault.course().standing(clock.hours, clock.now);
    let tone = match standing {
        Standing::Untold => Tone::Wait,
        Standing::Waiting => Tone::Info,
        Standing::Overdue => Tone::Urgent,
        Standing::Ended => Tone::Done,
    };
    view! {
        {parts::tag(tone, l.t(&format!("sentinels.fault.standing.{standing}")))}
        " " <span class="quiet">{running(l, clock, fault)}</span>
    }
    .into_any()
}

/// `告知后 2 天 3 小时，期限 2022-06-01 09:00`; how it ended, once it has.
pub fn running(l: Locale, clock: Clock, fault: &Fault) -> String {
    if let (Some(outcome), Some(day)) = (fault.outcome, fault.ended_on) {
        return format!("{} {}", l.t(&format!("sentinels.fault.outcome.{outcome}")), show_day(day));
    }
    let Some((told, due)) = fault.told_at.zip(fault.course().due(clock.hours)) else { return String::new() };
    let (days, hours) = days_and_hours(clock.now.since(told));
    // What is promised for a day is told by the day: its end is the next one's beginning.
    let due = fault.promised.map_or_else(|| due.show(), show_day);
    l.tn("sentinels.fault.running", &[("days", &days.to_string()), ("hours", &hours.to_string()), ("due", &due)])
}
