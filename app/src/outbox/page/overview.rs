//! What stands above the list: what waits, how fast mail leaves, how far long mailings are, why mails failed, and which
//! workers are alive.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    causes::causes,
    progress::{Progress, progress},
};
use crate::{
    current::Current,
    outbox::{
        DeliveryState,
        entity::worker,
        status::state_tag,
        store::{Cause, Rate, Rates},
    },
    text::Locale,
    time::Instant,
};

pub struct Overview {
    pub waiting: u64,
    pub oldest: Option<Instant>,
    pub failed: u64,
    pub rates: Rates,
    pub progress: Progress,
    pub causes: (Vec<(Cause, u64)>, bool),
    pub workers: Vec<worker::Model>,
    /// When a worker that sends mail was last heard of.
    pub last_heard: Option<Instant>,
}

pub fn overview(current: &Current, overview: &Overview) -> AnyView {
    view! {
        {figures(current, overview)}
        {progress(current, &overview.progress)}
        {causes(current, &overview.causes)}
        {rates(current.locale, &overview.rates)}
        {workers(current, overview)}
    }
    .into_any()
}

/// That mail waits and nobody sends it.
pub fn nobody_sends(l: Locale, last_heard: Option<Instant>) -> AnyView {
    view! {
        <section class="banner banner--urgent" aria-label=l.t("outbox.nobody_sends.label")>
            <p>{l.t("outbox.nobody_sends")} " " {silence(l, last_heard)}</p>
        </section>
    }
    .into_any()
}

/// Since when nothing was heard of a worker that sends mail.
fn silence(l: Locale, last_heard: Option<Instant>) -> String {
    match last_heard {
        Some(at) => l.tn("outbox.workers.last_heard", &[("at", &at.show())]),
        None => l.t("outbox.workers.never"),
    }
}

/// A number of which counting stopped at some point.
fn counted(n: u64) -> String {
    if n > 1_000 { "1,000+".to_owned() } else { n.to_string() }
}

fn figures(current: &Current, overview: &Overview) -> AnyView {
    let l = current.locale;
    let since = overview.oldest.filter(|_| overview.waiting > 0);
    let since = since.map(|at| {
        let words = l.tn("outbox.figure.oldest", &[("since", &at.show()), ("age", &age(l, current.now.since(at)))]);
        view! { <span class="stat__note">{words}</span> }
    });
    let hour = |states: &[DeliveryState]| -> u64 {
        states.iter().filter_map(|state| overview.rates.of(*state)).map(|rate| rate.hour).sum()
    };
    let left = hour(&[DeliveryState::Accepted, DeliveryState::Written]);
    let minute = l.tn("outbox.figure.minute", &[("n", &overview.rates.minute.to_string())]);
    let failed = if overview.failed > 0 { "stat stat--urgent" } else { "stat" };
    view! {
        <div class="stats">
            <a class="stat" href="/outbox?state=waiting">
                <span class="stat__number">{counted(overview.waiting)}</span>
                <span class="stat__label">{l.t("outbox.filter.waiting")}</span>
                {since}
            </a>
            <div class="stat">
                <span class="stat__number">{left}</span>
                <span class="stat__label">{l.t("outbox.figure.left")}</span>
                <span class="stat__note">{minute}</span>
            </div>
            <a class=failed href="/outbox?state=failed">
                <span class="stat__number">{counted(overview.failed)}</span>
                <span class="stat__label">{l.t("outbox.filter.failed")}</span>
            </a>
        </div>
    }
    .into_any()
}

/// How long something took, in the largest fitting unit.
fn age(l: Locale, micros: i64) -> String {
    let (key, unit) = match micros {
        n if n >= 2 * Instant::DAY => ("outbox.age.days", Instant::DAY),
        n if n >= 2 * Instant::HOUR => ("outbox.age.hours", Instant::HOUR),
        _ => ("outbox.age.minutes", Instant::MINUTE),
    };
    l.tn(key, &[("n", &(micros.max(0) / unit).to_string())])
}

fn rates(l: Locale, rates: &Rates) -> AnyView {
    let row = |rate: &Rate| {
        view! {
            <tr>
                <th scope="row">{state_tag(l, rate.state)}</th>
                <td class="number">{rate.hour}</td>
                <td class="number">{rate.today}</td>
            </tr>
        }
        .into_any()
    };
    let body = if rates.states.is_empty() {
        view! { <p class="quiet">{l.t("outbox.rates.none")}</p> }.into_any()
    } else {
        view! {
            <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("outbox.rates")>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{l.t("outbox.column.state")}</th>
                            <th scope="col" class="number">{l.t("outbox.rates.hour")}</th>
                            <th scope="col" class="number">{l.t("outbox.rates.today")}</th>
                        </tr>
                    </thead>
                    <tbody>{rates.states.iter().map(row).collect::<Vec<_>>()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <h2>{l.t("outbox.rates")}</h2>
        {body}
        {rates.more.then(|| view! { <p class="quiet">{l.t("outbox.rates.more")}</p> })}
    }
    .into_any()
}

fn workers(current: &Current, overview: &Overview) -> AnyView {
    let l = current.locale;
    let rows = overview.workers.iter().map(|worker| row(current, worker)).collect::<Vec<_>>();
    let words = l.tn("outbox.workers.alive", &[("n", &rows.len().to_string())]);
    if rows.is_empty() {
        return view! { <p class="quiet">{words} " " {silence(l, overview.last_heard)}</p> }.into_any();
    }
    view! {
        <details class="disclosure">
            <summary>{words}</summary>
            <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("outbox.workers")>
                <table class="table table--cards">
                    <thead>
                        <tr>
                            <th scope="col">{l.t("outbox.workers")}</th>
                            <th scope="col">{l.t("outbox.workers.kind")}</th>
                            <th scope="col">{l.t("outbox.workers.since")}</th>
                            <th scope="col">{l.t("outbox.workers.beat")}</th>
                            <th scope="col">{l.t("outbox.workers.version")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn row(current: &Current, worker: &worker::Model) -> AnyView {
    let l = current.locale;
    let seconds = (current.now.since(worker.beat_at).max(0) / Instant::SECOND).to_string();
    view! {
        <tr>
            <th scope="row">{worker.host.clone()} " " <small>{worker.id.clone()}</small></th>
            <td data-label=l.t("outbox.workers.kind")>{l.t(&format!("outbox.workers.kind.{}", worker.kind))}</td>
            <td class="nowrap" data-label=l.t("outbox.workers.since")>{worker.started_at.show()}</td>
            <td data-label=l.t("outbox.workers.beat")>{l.tn("outbox.age.seconds", &[("n", &seconds)])}</td>
            <td data-label=l.t("outbox.workers.version")>{worker.version.clone()}</td>
        </tr>
    }
    .into_any()
}
