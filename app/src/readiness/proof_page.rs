//! What whoever was shown a sheet sees, without an account: that it is genuine, what it said when it was made, and
//! whether that still holds. It names the plant and nobody.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    list_page::{criterion_words, tag_or_dashes},
    model::{Criterion, Facts},
    plant_page::answer_tag,
    sheet::Said,
    store::Sheet,
};
use crate::{
    current::Current,
    shell::{self, Page},
    state::AppState,
    text::Locale,
    ui::{
        navigation::association_name,
        parts::{self, Tone},
    },
};

pub struct Shown {
    pub sheet: Sheet,
    pub then: Said,
    /// Nothing when the plant is closed or its member left.
    pub now: Option<Said>,
}

/// No such sheet was ever made.
pub fn forged(state: &AppState, current: &Current) -> Response {
    let l = current.locale;
    Page::new(current, l.t("readiness.proof.forged")).status(StatusCode::NOT_FOUND).narrow().render(state, || {
        view! {
            <h1>{l.t("readiness.proof.forged")}</h1>
            <p class="lead">{l.t("readiness.proof.forged_lead")}</p>
            {shell::phone_line(l, current)}
        }
        .into_any()
    })
}

pub fn show(state: &AppState, current: &Current, shown: &Shown) -> Response {
    let l = current.locale;
    let (sheet, then) = (&shown.sheet, &shown.then);
    Page::new(current, l.tn("readiness.proof.title", &[("number", &sheet.number)])).render(state, || {
        let (tone, words) = match &shown.now {
            None => (Tone::Urgent, l.t("readiness.proof.closed")),
            Some(now) if then.still_holds(now) => (Tone::Done, l.t("readiness.proof.current")),
            Some(now) if now.criteria.is_empty() => (Tone::Urgent, l.t("readiness.proof.nothing_asked")),
            Some(_) => (Tone::Urgent, l.t("readiness.proof.changed")),
        };
        let made = l.tn("readiness.proof.made", &[("at", &sheet.made_at.show()), ("by", association_name(current))]);
        let fact = |key: &str, value: String| {
            view! { <div><dt>{l.t(key)}</dt><dd>{value}</dd></div> }
        };
        view! {
            <h1>{l.tn("readiness.proof.title", &[("number", &sheet.number)])}</h1>
            <p class="lead">{parts::tag(Tone::Done, l.t("readiness.proof.genuine"))} " " {parts::tag(tone, words)}</p>
            <p>{made} " " {l.tn("readiness.proof.checked", &[("at", &current.now.show())])}</p>
            <dl class="summary-list">
                {fact("readiness.row.occasion", then.occasion(l).to_owned())}
                {fact("readiness.row.member", then.member.clone())}
                {fact("readiness.row.plant", then.plant.clone())}
                {fact("readiness.row.address", then.address.clone())}
            </dl>
            {place_changed(current, shown)}
            {answers(current, shown)}
            {shell::phone_line(l, current)}
        }
        .into_any()
    })
}

/// Where the plant is now, when that is somewhere else, or it is called otherwise.
fn place_changed(current: &Current, Shown { then, now, .. }: &Shown) -> Option<AnyView> {
    let now = now.as_ref()?;
    let same = (&then.member, &then.plant, &then.address) == (&now.member, &now.plant, &now.address);
    let words = current
        .locale
        .tn("readiness.proof.moved", &[("member", &now.member), ("plant", &now.plant), ("address", &now.address)]);
    (!same).then(|| view! { <p>{words}</p> }.into_any())
}

fn answer(l: Locale, facts: &Facts, criterion: Criterion) -> AnyView {
    view! { {answer_tag(l, facts.answer(criterion))} " " {l.say(&facts.said(criterion))} }.into_any()
}

/// Each criterion as it was then and as it is now.
fn answers(current: &Current, Shown { then, now, .. }: &Shown) -> AnyView {
    let l = current.locale;
    let lines = then.criteria.iter().map(|criterion| {
        let today = now.as_ref().map(|now| match now.criteria.contains(criterion) {
            true => answer(l, &now.facts, *criterion),
            false => parts::tag(Tone::Muted, l.t("readiness.proof.not_asked")),
        });
        let day = then.day(l, *criterion).map(|day| view! { <br /><small class="quiet">{day}</small> });
        view! {
            <tr>
                <th scope="row">{criterion_words(l, *criterion)}</th>
                <td data-label=l.t("readiness.proof.then")>
                    {answer(l, &then.facts, *criterion)} {day}
                </td>
                <td data-label=l.t("readiness.proof.now")>{today.unwrap_or_else(|| "--".into_any())}</td>
            </tr>
        }
        .into_any()
    });
    let verdict_now = now.as_ref().and_then(Said::verdict);
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("readiness.criteria")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("readiness.row.criterion")}</th>
                    <th scope="col">{l.t("readiness.proof.then")}</th>
                    <th scope="col">{l.t("readiness.proof.now")}</th>
                </tr></thead>
                <tbody>
                    <tr>
                        <th scope="row">{l.t("readiness.row.verdict")}</th>
                        <td data-label=l.t("readiness.proof.then")>{tag_or_dashes(l, then.verdict())}</td>
                        <td data-label=l.t("readiness.proof.now")>{tag_or_dashes(l, verdict_now)}</td>
                    </tr>
                    {lines.collect::<Vec<_>>()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
