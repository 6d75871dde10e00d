//! A plant's reports over time, and the form that suspends its duty.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{storage, timeliness};
use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    members::store::{Member, Plant},
    shell::Page,
    state::AppState,
    supply::{
        duty::Rules,
        model::{self, Content},
        quantity::Kilograms,
        store::{duty::SuspensionRow, report::Report},
    },
    text::Locale,
    time::{Day, show_day},
    ui::{field::Fields, parts},
};

pub struct History {
    pub member: Member,
    pub plant: Plant,
    pub rules: Rules,
    pub suspension: Option<SuspensionRow>,
    /// Whether this person may file for the plant.
    pub acts: bool,
    pub reports: Vec<(Report, Content)>,
    /// Where the pages beside this one begin, when there are such.
    pub newer: Option<Day>,
    pub older: Option<Day>,
}

pub fn history(state: &AppState, current: &Current, history: &History) -> Response {
    let l = current.locale;
    let plant = &history.plant;
    let title = l.tn("supply.history_of", &[("plant", &plant.name)]);
    Page::new(current, title.clone()).render(state, || {
        let path = format!("/plants/{}/supply", plant.id);
        let today = show_day(current.now.day());
        let actions = (history.acts && plant.closed_at.is_none()).then(|| {
            view! {
                <div class="actions">
                    <a class="button" href=format!("{path}/{today}")>{l.tn("supply.file_day", &[("day", &today)])}</a>
                    <a class="button button--quiet" href=format!("{path}/suspension")>{l.t("supply.suspend")}</a>
                    {current.is_office().then(|| view! { <a class="button button--quiet" href=format!("{path}/duty")>{l.t("supply.settings.own_duty")}</a> })}
                </div>
            }
        });
        let before = history.newer.map(|day| format!("{path}?before={}", show_day(day)));
        let after = history.older.map(|day| format!("{path}?after={}", show_day(day)));
        view! {
            {parts::breadcrumbs(l, &[("/supply", l.t("nav.supply"))], plant.name.clone())}
            <div class="page-head"><h1>{title}</h1>{actions}</div>
            <p class="lead">{history.member.name.clone()}</p>
            {plant.closed_at.is_some().then(|| view! { <p class="banner">{l.t("supply.closed")}</p> })}
            {history.suspension.as_ref().map(|row| running(l, plant, row, history.acts))}
            {plant_facts(l, plant)}
            {table(l, history)}
            {parts::pager(l, before, after)}
        }
        .into_any()
    })
}

fn plant_facts(l: Locale, plant: &Plant) -> AnyView {
    let tonnes = |amount: Option<i64>| parts::or_dashes(amount.map(|k| Kilograms(k).as_tonnes()));
    let normal = plant.kind.has_normal_output().then(|| {
        view! { <div><dt>{l.t("supply.normal_output")}</dt><dd>{tonnes(plant.normal_output)}</dd></div> }
    });
    view! {
        <dl class="summary-list">
            <div><dt>{l.t("supply.capacity")}</dt><dd>{tonnes(plant.silo_capacity)}</dd></div>
            {normal}
        </dl>
    }
    .into_any()
}

fn table(l: Locale, history: &History) -> AnyView {
    if history.reports.is_empty() {
        return parts::empty(l.t("supply.no_reports"), None);
    }
    let kind = history.plant.kind;
    let tonnes = |words: String| l.tn("supply.in_tonnes", &[("name", &words)]);
    let heads = [
        l.t("supply.head.state"),
        tonnes(l.say(&kind.inflow().name())),
        tonnes(l.say(&kind.outflow().name())),
        l.t("supply.against_normal"),
        l.t("supply.head.stock"),
        l.t("supply.storage"),
    ];
    let rows =
        history.reports.iter().map(|(report, content)| row(l, history, &heads, report, content)).collect::<Vec<_>>();
    let [state, inflow, outflow, normal, stock, storage] = heads;
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("supply.history")>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{l.t("supply.head.day")}</th>
                        <th scope="col">{state}</th>
                        <th scope="col" class="number">{inflow}</th>
                        <th scope="col" class="number">{outflow}</th>
                        <th scope="col" class="number">{normal}</th>
                        <th scope="col" class="number">{stock}</th>
                        <th scope="col">{storage}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(l: Locale, history: &History, heads: &[String; 6], report: &Report, content: &Content) -> AnyView {
    let plant = &history.plant;
    let totals = content.totals();
    let normal = model::against_normal(report.kind, totals.inflow, plant.normal_output.map(Kilograms), report.days());
    let [state, inflow, outflow, against, stock, ratio] = heads.clone();
    let blank = if normal.is_some() { "number" } else { "number table__blank" };
    let href = format!("/plants/{}/supply/{}", plant.id, show_day(report.day));
    view! {
        <tr role="row">
            <th scope="row" role="rowheader"><a href=href>{show_day(report.day)}</a> " " {timeliness(l, report)}</th>
            <td role="cell" data-label=state>{l.t(&format!("supply.state.{}", content.state.word()))}</td>
            <td role="cell" class="number" data-label=inflow>{totals.inflow.as_tonnes()}</td>
            <td role="cell" class="number" data-label=outflow>{totals.outflow.as_tonnes()}</td>
            <td role="cell" class=blank data-label=against>{parts::or_dashes(normal.map(|n| format!("{}%", n.ratio.percent())))}</td>
            <td role="cell" class="number" data-label=stock>{totals.stock.as_tonnes()}</td>
            <td role="cell" data-label=ratio>
                {storage(l, totals.stock, plant.silo_capacity.map(Kilograms), &history.rules.limits())}
            </td>
        </tr>
    }
    .into_any()
}

/// The suspension that is in force or to come, and the button that ends it.
fn running(l: Locale, plant: &Plant, row: &SuspensionRow, acts: bool) -> AnyView {
    let words = l.tn(
        "supply.suspension_runs",
        &[("from", &show_day(row.from_day)), ("until", &show_day(row.until_day)), ("reason", &row.reason)],
    );
    let end = acts.then(|| {
        view! {
            <form method="post" action=format!("/plants/{}/supply/resumption", plant.id)>
                <input type="hidden" name="suspension" value=row.id.to_string() />
                <button class="button button--quiet">{l.t("supply.resume")}</button>
            </form>
        }
    });
    view! { <section class="banner" aria-label=l.t("supply.suspension")><p>{words}</p>{end}</section> }.into_any()
}

pub fn suspension(
    state: &AppState,
    current: &Current,
    plant: &Plant,
    running_now: Option<&SuspensionRow>,
    form: &Form,
    status: StatusCode,
) -> Response {
    let l = current.locale;
    let title = l.t("supply.suspend");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let path = format!("/plants/{}/supply", plant.id);
        view! {
            {fields.summary()}
            {parts::breadcrumbs(l, &[("/supply", l.t("nav.supply")), (&path, plant.name.clone())], title.clone())}
            <h1>{title}</h1>
            <p class="lead">{l.t("supply.suspend_lead")}</p>
            {running_now.map(|row| running(l, plant, row, true))}
            <form class="form" method="post">
                {fields.once()}
                {fields.date("from").view()}
                {fields.date("until").view()}
                {fields.text("reason").max(200).view()}
                <div class="actions"><button class="button button--big">{l.t("supply.suspend")}</button></div>
            </form>
        }
        .into_any()
    })
}
