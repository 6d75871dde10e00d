//! What a check found: what is wrong first, then what would change, and the button that writes it.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::one::{Shown, counts, post};
use crate::{
    members::import::{
        model::{Action, Change, Detail, KeptNote, MOST_NOTES, Severity, Subject, Tally},
        store::Import,
        value,
    },
    text::Locale,
    ui::parts::{self, Tone, tag},
};

pub fn checked(l: Locale, shown: &Shown, page: usize) -> AnyView {
    let import = &shown.import;
    let tally = import.tally().unwrap_or_default();
    let renewed = import.renewed.then(|| {
        view! { <section class="banner banner--urgent" aria-label=l.t("imports.renewed")><p>{l.t("imports.renewed")}</p></section> }
    });
    let next = (!shown.continued).then(|| next_step(l, import, &tally));
    view! {
        {renewed}
        {(!shown.continued).then(|| counts(l, &tally))}
        {next}
        {(!shown.notes.is_empty()).then(|| notes(l, shown, &tally, page))}
        {(tally.problems == 0 && !shown.changes.is_empty()).then(|| changes(l, shown, page))}
    }
    .into_any()
}

fn next_step(l: Locale, import: &Import, tally: &Tally) -> AnyView {
    let put_aside = post(import, "drop", l.t("imports.drop"), "button button--quiet");
    let errors = (tally.problems + tally.remarks > 0).then(|| {
        let href = format!("/members/import/{}/errors.xlsx", import.id);
        view! { <a class="button button--quiet" href=href download="">{l.t("imports.errors")}</a> }
    });
    if tally.problems > 0 {
        let words = l.tn("imports.wrong", &[("n", &tally.problems.to_string())]);
        return view! {
            <section class="banner banner--urgent" aria-label=words.clone()>
                <p><strong>{words.clone()}</strong></p>
                <p>{l.t("imports.wrong.lead")}</p>
            </section>
            <div class="actions">{errors} <a class="button" href="/members/import">{l.t("imports.another")}</a> {put_aside}</div>
        }
        .into_any();
    }
    if tally.changes() == 0 {
        return view! {
            <p class="lead">{l.t("imports.nothing")}</p>
            <div class="actions">{errors} <a class="button" href="/members/import">{l.t("imports.another")}</a> {put_aside}</div>
        }
        .into_any();
    }
    let digest = import.digest.clone().unwrap_or_default();
    view! {
        <p class="lead">{l.tn("imports.ready", &[("n", &tally.changes().to_string())])}</p>
        <div class="actions">
            <form method="post" action=format!("/members/import/{}/confirm", import.id)>
                <input type="hidden" name="digest" value=digest />
                <button class="button button--big">{l.tn("imports.confirm", &[("n", &tally.changes().to_string())])}</button>
            </form>
            {errors}
            {put_aside}
        </div>
    }
    .into_any()
}

fn notes(l: Locale, shown: &Shown, tally: &Tally, page: usize) -> AnyView {
    let rows = shown.notes.iter().take(page).map(|note| note_row(l, note)).collect::<Vec<_>>();
    let last = shown.notes.iter().take(page).next_back().map(|note| note.number);
    let more = last.filter(|_| shown.notes.len() > page);
    let next = more.map(|last| format!("/members/import/{}?notes={last}&changes={}", shown.import.id, i32::MAX));
    let too_many = (tally.problems as usize + tally.remarks as usize > MOST_NOTES)
        .then(|| view! { <p>{l.tn("imports.notes.most", &[("max", &MOST_NOTES.to_string())])}</p> });
    view! {
        <h2>{l.t("imports.notes")}</h2>
        {too_many}
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("imports.notes")>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{l.t("imports.note.cell")}</th>
                        <th scope="col">{l.t("imports.note.severity")}</th>
                        <th scope="col">{l.t("imports.note.reason")}</th>
                        <th scope="col">{l.t("imports.note.suggestion")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {parts::pager(l, None, next)}
    }
    .into_any()
}

fn note_row(l: Locale, note: &KeptNote) -> AnyView {
    let tone = if note.severity == Severity::Problem { Tone::Urgent } else { Tone::Muted };
    let suggestion = note.suggestion.as_ref().and_then(|kept| l.say_kept(kept));
    view! {
        <tr>
            <th scope="row">{note.at.name()}</th>
            <td data-label=l.t("imports.note.severity")>{tag(tone, l.t(&format!("imports.severity.{}", note.severity)))}</td>
            <td data-label=l.t("imports.note.reason")>{l.say_kept(&note.reason)}</td>
            <td data-label=l.t("imports.note.suggestion")>{parts::or_dashes(suggestion)}</td>
        </tr>
    }
    .into_any()
}

fn changes(l: Locale, shown: &Shown, page: usize) -> AnyView {
    let rows = shown.changes.iter().take(page).map(|(_, change)| change_row(l, change)).collect::<Vec<_>>();
    let last = shown.changes.iter().take(page).next_back().map(|(number, _)| *number);
    let more = last.filter(|_| shown.changes.len() > page);
    let next = more.map(|last| format!("/members/import/{}?changes={last}&notes={}", shown.import.id, i32::MAX));
    view! {
        <h2>{l.t("imports.changes")}</h2>
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("imports.changes")>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{l.t("members.column.name")}</th>
                        <th scope="col">{l.t("imports.change.thing")}</th>
                        <th scope="col">{l.t("imports.change.action")}</th>
                        <th scope="col">{l.t("imports.change.details")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {parts::pager(l, None, next)}
    }
    .into_any()
}

fn change_row(l: Locale, change: &Change) -> AnyView {
    let tone = if change.action == Action::Add { Tone::Done } else { Tone::Wait };
    let subject = l.t(&format!("imports.subject.{}", change.subject));
    let thing = if change.subject == Subject::Member { subject } else { format!("{subject} {}", change.name) };
    let details =
        change.details.iter().map(|detail| view! { <div>{detail_words(l, change.action, detail)}</div> }.into_any());
    view! {
        <tr>
            <th scope="row">{change.member.clone()}</th>
            <td data-label=l.t("imports.change.thing")>{thing}</td>
            <td data-label=l.t("imports.change.action")>{tag(tone, l.t(&format!("imports.action.{}", change.action)))}</td>
            <td data-label=l.t("imports.change.details")>{details.collect::<Vec<_>>()}</td>
        </tr>
    }
    .into_any()
}

fn detail_words(l: Locale, action: Action, detail: &Detail) -> String {
    let shown = |text: &str| parts::or_dashes(Some(value::show(l, detail.field, text)));
    let (label, after) = (detail.field.heading(l), shown(&detail.after));
    match action {
        Action::Add => l.tn("imports.detail.add", &[("label", &label), ("after", &after)]),
        Action::Change => {
            l.tn("imports.detail.change", &[("label", &label), ("before", &shown(&detail.before)), ("after", &after)])
        }
    }
}
