//! One import: how far it is, what it would do, what came of it, and the next step.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{findings, state_tag};
use crate::{
    current::Current,
    ids::TextEnum,
    members::import::{
        model::{Change, ImportState, KeptNote, Subject, Tally},
        store::Import,
    },
    shell::Page,
    state::AppState,
    text::Locale,
    ui::parts,
};

/// An import and a page of what was found; one note or change more than the page holds says that there are more.
pub struct Shown {
    pub import: Import,
    /// Done and total, when it is in hand in this process.
    pub progress: Option<(u32, u32)>,
    pub notes: Vec<KeptNote>,
    pub changes: Vec<(i32, Change)>,
    /// Not the first page of them.
    pub continued: bool,
}

pub fn import(state: &AppState, current: &Current, shown: Shown, page: usize) -> Response {
    let l = current.locale;
    let title = l.tn("imports.one", &[("file", &shown.import.file_name)]);
    Page::new(current, title.clone()).render(state, || {
        let above = [("/members", l.t("members.title")), ("/members/import", l.t("imports.title"))];
        let import = &shown.import;
        let body = match import.state {
            ImportState::Checking | ImportState::Writing => busy(l, &shown),
            ImportState::Checked => findings::checked(l, &shown, page),
            ImportState::Refused | ImportState::Failed => broken(l, import),
            ImportState::Done => done(l, import),
            ImportState::Dropped => over(l, "imports.dropped"),
        };
        view! {
            {parts::breadcrumbs(l, &above, import.file_name.clone())}
            <h1>{title.clone()}</h1>
            <p>{state_tag(l, import)} " " {l.tn("imports.uploaded_at", &[("at", &import.uploaded_at.show())])}</p>
            {body}
        }
        .into_any()
    })
}

/// The bar is there without scripts; the page asks for itself again.
fn busy(l: Locale, shown: &Shown) -> AnyView {
    let import = &shown.import;
    let kept = (u32::try_from(import.done).unwrap_or(0), u32::try_from(import.total).unwrap_or(0));
    let (done, total) = shown.progress.unwrap_or(kept);
    let done = done.min(total);
    let key = if import.state == ImportState::Writing { "imports.writing" } else { "imports.checking" };
    let label = l.t(key);
    let words = if total == 0 {
        l.t("imports.waiting")
    } else {
        l.tn("imports.progress", &[("done", &done.to_string()), ("left", &(total - done).to_string())])
    };
    let bar = if total == 0 {
        view! { <progress class="progress" aria-label=label.clone()></progress> }.into_any()
    } else {
        let text = format!("{done}/{total}");
        view! { <progress class="progress" max=total.to_string() value=done.to_string() aria-label=label.clone()>{text}</progress> }.into_any()
    };
    view! {
        <section class="panel">
            <h2>{label.clone()}</h2>
            {bar}
            <p role="status">{words}</p>
            <p class="quiet">{l.t("imports.leave")}</p>
        </section>
        <p><a href=format!("/members/import/{}", import.id)>{l.t("imports.look_again")}</a></p>
    }
    .into_any()
}

fn broken(l: Locale, import: &Import) -> AnyView {
    let reason = import.refusal().and_then(|kept| l.say_kept(&kept)).unwrap_or_default();
    let (key, repeat) = match import.state {
        ImportState::Failed => ("imports.failed", Some(post(import, "repeat", l.t("imports.repeat"), "button"))),
        _ => ("imports.refused", None),
    };
    view! {
        <section class="banner banner--urgent" aria-label=l.t(key)>
            <p><strong>{l.t(key)}</strong></p>
            <p>{reason}</p>
        </section>
        <div class="actions">
            {repeat}
            <a class="button button--quiet" href="/members/import">{l.t("imports.another")}</a>
        </div>
    }
    .into_any()
}

fn done(l: Locale, import: &Import) -> AnyView {
    let tally = import.tally().unwrap_or_default();
    let at = import.finished_at.map(crate::time::Instant::show).unwrap_or_default();
    view! {
        <p class="lead">{l.tn("imports.done", &[("at", &at), ("n", &tally.changes().to_string())])}</p>
        {counts(l, &tally)}
        <p class="actions">
            <a class="button" href="/members">{l.t("imports.to_members")}</a>
            <a class="button button--quiet" href="/members/import">{l.t("imports.another")}</a>
        </p>
    }
    .into_any()
}

fn over(l: Locale, key: &str) -> AnyView {
    parts::empty(l.t(key), Some(("/members/import", l.t("imports.another"))))
}

/// How many of everything are new, changed and as they were.
pub fn counts(l: Locale, tally: &Tally) -> AnyView {
    let rows = Subject::ALL
        .iter()
        .map(|subject| {
            let count = tally.of(*subject);
            view! {
                <tr>
                    <th scope="row">{l.t(&format!("imports.subject.{subject}"))}</th>
                    <td class="number" data-label=l.t("imports.count.add")>{count.add}</td>
                    <td class="number" data-label=l.t("imports.count.change")>{count.change}</td>
                    <td class="number" data-label=l.t("imports.count.same")>{count.same}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("imports.counts")>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{l.t("imports.counts")}</th>
                        <th scope="col" class="number">{l.t("imports.count.add")}</th>
                        <th scope="col" class="number">{l.t("imports.count.change")}</th>
                        <th scope="col" class="number">{l.t("imports.count.same")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A button that posts to the import.
pub fn post(import: &Import, act: &str, words: String, class: &'static str) -> AnyView {
    let action = format!("/members/import/{}/{act}", import.id);
    view! { <form method="post" action=action><button class=class>{words}</button></form> }.into_any()
}
