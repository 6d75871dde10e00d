//! Letters to departments: the list with what is overdue, and a letter's questions as a paper.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{paragraphs, state_tag, step};
use crate::{
    current::Current,
    issues::{
        model::{Act, State},
        store::{Issue, Letter},
    },
    members::store::Member,
    shell::Page,
    state::AppState,
    time::show_day,
    ui::parts::{self, Tone},
};

pub fn list(state: &AppState, current: &Current, letters: &[Letter], issues: &[Issue], more: bool) -> Response {
    let l = current.locale;
    let title = l.t("issues.letters");
    Page::new(current, title.clone()).render(state, || {
        let rows = letters.iter().map(|letter| row(current, letter, issues)).collect::<Vec<_>>();
        let body = if letters.is_empty() {
            parts::empty(l.t("issues.letters_none"), Some(("/issues", l.t("issues.title"))))
        } else {
            view! {
                <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("issues.letters")>
                    <table class="table table--cards">
                        <thead><tr>
                            <th scope="col">{l.t("issues.column.letter")}</th>
                            <th scope="col">{l.t("issues.column.department")}</th>
                            <th scope="col">{l.t("issues.column.sent_on")}</th>
                            <th scope="col">{l.t("issues.column.answer")}</th>
                            <th scope="col">{l.t("issues.column.issues")}</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        let after = letters.last().filter(|_| more).map(|last| format!("/letters?after={}", last.id));
        view! {
            <h1>{title}</h1>
            <p class="lead">{l.t("issues.letters_lead")}</p>
            {body}
            {parts::pager(l, None, after)}
        }
        .into_any()
    })
}

fn row(current: &Current, letter: &Letter, issues: &[Issue]) -> AnyView {
    let l = current.locale;
    let own: Vec<_> = issues.iter().filter(|issue| issue.letter_id == Some(letter.id)).collect();
    let numbers = own
        .iter()
        .map(|issue| view! { <a href=format!("/issues/{}", issue.id)>{issue.number.clone()}</a> " " }.into_any())
        .collect::<Vec<_>>();
    let late = is_overdue(current, letter, own.iter().copied());
    view! {
        <tr class=late.then_some("table__late")>
            <th scope="row"><a href=format!("/letters/{}", letter.id)>{letter.number.clone()}</a></th>
            <td data-label=l.t("issues.column.department")>{letter.department.clone()}</td>
            <td class="nowrap" data-label=l.t("issues.column.sent_on")>{show_day(letter.sent_on)}</td>
            <td data-label=l.t("issues.column.answer")>{answer_tag(current, letter, &own)}</td>
            <td data-label=l.t("issues.column.issues")><span>{numbers}</span></td>
        </tr>
    }
    .into_any()
}

fn waits<'a>(mut issues: impl Iterator<Item = &'a Issue>) -> bool {
    issues.any(|issue| issue.state() == State::Forwarded)
}

fn is_overdue<'a>(current: &Current, letter: &Letter, issues: impl Iterator<Item = &'a Issue>) -> bool {
    letter.answer_due.is_some_and(|due| due < current.now.day()) && waits(issues)
}

fn answer_tag(current: &Current, letter: &Letter, issues: &[&Issue]) -> AnyView {
    let l = current.locale;
    let due = letter.answer_due.map(show_day);
    if is_overdue(current, letter, issues.iter().copied()) {
        return parts::tag(Tone::Urgent, l.tn("issues.letter.overdue", &[("day", &due.unwrap_or_default())]));
    }
    if !waits(issues.iter().copied()) {
        return parts::tag(Tone::Done, l.t("issues.letter.settled"));
    }
    match due {
        Some(due) => parts::tag(Tone::Wait, l.tn("issues.letter.due", &[("day", &due)])),
        None => parts::tag(Tone::Wait, l.t("issues.letter.waits")),
    }
}

/// A letter with its questions, fit to be printed and put into the envelope.
pub fn show(state: &AppState, current: &Current, letter: &Letter, issues: &[Issue], members: &[Member]) -> Response {
    let l = current.locale;
    Page::new(current, letter.number.clone()).render(state, || {
        let own: Vec<_> = issues.iter().collect();
        let answer = issues.iter().find(|issue| issue.state() == State::Forwarded).filter(|_| current.is_staff());
        let answer = answer.map(|issue| {
            let href = step::address(issue, Act::Answer);
            view! { <div class="actions"><a class="button" href=href>{step::name(l, Act::Answer)}</a></div> }
        });
        let questions = issues.iter().enumerate().map(|(n, issue)| question(n, issue, members)).collect::<Vec<_>>();
        let states = issues
            .iter()
            .map(|issue| {
                let href = format!("/issues/{}", issue.id);
                view! { <li><a href=href>{issue.number.clone()}</a> " " {state_tag(l, issue.state(), true)}</li> }
                    .into_any()
            })
            .collect::<Vec<_>>();
        view! {
            {parts::breadcrumbs(l, &[("/letters", l.t("issues.letters"))], letter.number.clone())}
            <div class="page-head no-print">
                <p>{answer_tag(current, letter, &own)}</p>
                {answer}
            </div>
            <div class="columns">
                <article class="paper" lang="zh-CN">
                    <header class="paper__head">
                        <p class="paper__issuer">{current.site.association.name.clone()}</p>
                        <p class="paper__number">{letter.number.clone()}</p>
                    </header>
                    <h1 class="paper__title">{crate::text::Locale::Zh.t("issues.letter.paper_title")}</h1>
                    <div class="prose"><p>{format!("{}：", letter.department)}</p>{questions}</div>
                    <footer class="paper__sign">
                        <p>{current.site.association.name.clone()}</p>
                        <p>{show_day(letter.sent_on)}</p>
                    </footer>
                </article>
                <section class="no-print" aria-labelledby="issues">
                    <h2 id="issues">{l.t("issues.column.issues")}</h2>
                    <ul class="attachments">{states}</ul>
                </section>
            </div>
        }
        .into_any()
    })
}

fn question(n: usize, issue: &Issue, members: &[Member]) -> AnyView {
    let member = members.iter().find(|member| member.id == issue.member_id).map(|member| member.name.clone());
    view! {
        <h2>{format!("{}. {}", n + 1, issue.title)}</h2>
        <p>{format!("（{}，{}）", parts::or_dashes(member), issue.number)}</p>
        {paragraphs(&issue.body)}
    }
    .into_any()
}
