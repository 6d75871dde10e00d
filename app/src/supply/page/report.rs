//! One report as it stands: its facts and lines, what looks odd, and every revision of it.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{facts, form::draft_key, lines_table, storage, timeliness};
use crate::{
    current::Current,
    shell::Page,
    state::AppState,
    supply::{
        model,
        quantity::Kilograms,
        routes::Situation,
        store::report::{Report, Revision},
    },
    text::Locale,
    time::show_day,
    ui::{
        draft::DraftDone,
        parts::{self, Tone},
    },
};

pub fn show(state: &AppState, current: &Current, situation: &Situation, acts: bool) -> Response {
    let l = current.locale;
    let title = l.tn("supply.report_of", &[("day", &show_day(situation.day))]);
    Page::new(current, title.clone()).render(state, || {
        let stands = situation.report.as_ref().zip(situation.revisions.first());
        view! {
            {above(l, situation)}
            <div class="page-head">
                <h1>{title}</h1>
                {acts.then(|| view! { <div class="actions"><a class="button button--quiet" href="?edit=1">{l.t("supply.correct")}</a></div> })}
            </div>
            <p class="lead">{situation.member.name.clone()} " " {situation.plant.name.clone()}</p>
            {current.flash.is_some().then(|| view! { <DraftDone prefix=draft_key(situation) /> })}
            {stands.map(|(report, revision)| standing(l, situation, report, revision))}
            {acts.then(|| view! { <p><a href="/supply">{l.t("supply.to_duties")}</a></p> })}
        }
        .into_any()
    })
}

/// A day without a report, for those who only look or whose plant is closed.
pub fn nothing(state: &AppState, current: &Current, situation: &Situation) -> Response {
    let l = current.locale;
    let title = l.tn("supply.report_of", &[("day", &show_day(situation.day))]);
    Page::new(current, title.clone()).render(state, || {
        view! {
            {above(l, situation)}
            <h1>{title}</h1>
            <p class="lead">{situation.member.name.clone()} " " {situation.plant.name.clone()}</p>
            {parts::empty(l.t("supply.nothing_filed"), None)}
            {situation.is_closed().then(|| view! { <p class="quiet">{l.t("supply.closed")}</p> })}
        }
        .into_any()
    })
}

fn above(l: Locale, situation: &Situation) -> AnyView {
    let history = format!("/plants/{}/supply", situation.plant.id);
    let above = [("/supply", l.t("nav.supply")), (&*history, situation.plant.name.clone())];
    parts::breadcrumbs(l, &above, show_day(situation.day))
}

fn standing(l: Locale, situation: &Situation, report: &Report, revision: &Revision) -> AnyView {
    let content = &revision.content;
    let plant = &situation.plant;
    let totals = content.totals();
    let capacity = plant.silo_capacity.map(Kilograms);
    let limits = situation.rules.limits();
    let normal =
        model::against_normal(report.kind, totals.inflow, plant.normal_output.map(Kilograms), report.days()).map(|against| {
            let words = if against.lost > Kilograms(0) {
                l.tn("supply.lost", &[("amount", &against.lost.as_tonnes())])
            } else {
                l.tn("supply.recovered", &[("amount", &against.recovered.as_tonnes())])
            };
            view! { <div><dt>{l.t("supply.against_normal")}</dt><dd>{format!("{}%", against.ratio.percent())} " " {words}</dd></div> }
        });
    let older = situation.revisions[1..].iter().map(|older| past(l, report, older)).collect::<Vec<_>>();
    view! {
        <p>
            {timeliness(l, report)} " "
            {(report.revision > 1).then(|| parts::tag(Tone::Info, l.tn("supply.tag.revision", &[("n", &report.revision.to_string())])))}
        </p>
        {warnings(l, situation, revision)}
        <dl class="summary-list">
            {facts(l, content)}
            <div><dt>{l.t("supply.total_stock")}</dt><dd>{totals.stock.as_tonnes()} " " {l.t("supply.tonnes")}</dd></div>
            <div><dt>{l.t("supply.storage")}</dt><dd>{storage(l, totals.stock, capacity, &limits)}</dd></div>
            {normal}
            {filed(l, revision)}
        </dl>
        {lines_table(l, report.kind, content, l.t("supply.lines"))}
        {(!older.is_empty()).then(|| view! { <h2>{l.t("supply.older")}</h2> {older} })}
    }
    .into_any()
}

/// Who filed it and when, for whom and why.
fn filed(l: Locale, revision: &Revision) -> AnyView {
    let by = revision.filed_by.clone().unwrap_or_default();
    view! {
        <div><dt>{l.t("supply.filed_by")}</dt><dd>{revision.filed_at.show()} " " {by}</dd></div>
        {revision.on_behalf.clone().map(|who| view! { <div><dt>{l.t("supply.field.on_behalf")}</dt><dd>{who}</dd></div> })}
        {revision.reason.clone().map(|why| view! { <div><dt>{l.t("supply.field.reason")}</dt><dd>{why}</dd></div> })}
    }
    .into_any()
}

fn warnings(l: Locale, situation: &Situation, revision: &Revision) -> Option<AnyView> {
    let capacity = situation.plant.silo_capacity.map(Kilograms);
    let found = revision.content.warnings(situation.basis(), capacity, &situation.rules.limits());
    let items = found
        .iter()
        .map(|warning| {
            let line = warning.line.map(|(product, packing)| {
                format!("{} {}{}", l.say(&product.name()), l.say(&packing.name()), l.t("supply.colon"))
            });
            view! { <li>{line}{l.say(&warning.message)}</li> }.into_any()
        })
        .collect::<Vec<_>>();
    (!items.is_empty()).then(|| {
        view! {
            <section class="banner" aria-labelledby="odd">
                <h2 id="odd">{l.t("supply.odd")}</h2>
                <p>{l.t("supply.odd_lead")}</p>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}

fn past(l: Locale, report: &Report, revision: &Revision) -> AnyView {
    let number = revision.number.to_string();
    let name = l.tn("supply.revision_at", &[("n", &number), ("at", &revision.filed_at.show())]);
    view! {
        <details class="disclosure">
            <summary>{name.clone()}</summary>
            <div>
                <dl class="summary-list">{facts(l, &revision.content)}{filed(l, revision)}</dl>
                {lines_table(l, report.kind, &revision.content, name)}
            </div>
        </details>
    }
    .into_any()
}
