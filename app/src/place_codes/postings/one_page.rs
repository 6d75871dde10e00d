//! The page of a posting.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    acts_part, correct_page,
    list_page::state_tag,
    model::{self, State, What},
    one::{Shown, path},
    record::just_recorded,
    record_page::draft_key,
    store::{Event, Posting},
};
use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    place_codes::{
        applications,
        codes::{page_of, way::Way},
        printing::model::least,
    },
    shell::Page,
    state::AppState,
    text::Locale,
    time::show_day,
    ui::{draft::DraftDone, field::Fields, parts},
};

/// `form` is the one that was sent, or a fresh one for a photo.
pub fn show(state: &AppState, current: &Current, shown: &Shown, form: &Form) -> Response {
    let l = current.locale;
    let posting = &shown.posting;
    let title = l.tn("postings.title_of", &[("number", &posting.row.number), ("spot", &posting.row.spot)]);
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let above = [("/place-codes", l.t("place_codes.title")), ("/place-codes/postings", l.t("postings.title"))];
        let acts = shown.may_act && posting.row.removed_at.is_none() && posting.in_use();
        view! {
            {Fields::new(l, form).summary()}
            {parts::breadcrumbs(l, &above, posting.row.number.clone())}
            <div class="page-head"><h1>{title.clone()}</h1>{state_tag(l, posting.state())}</div>
            {advice(current, shown)}
            {warnings(l, shown)}
            <div class="issued-code">{newest_photo(l, shown)}{facts(current, shown)}</div>
            {acts.then(|| correct_page::link(l, posting.row.id))}
            {just_recorded(current, &posting.row.number).then(|| {
                view! { <DraftDone prefix=draft_key(posting.entrance.id, posting.row.replaces_id) /> }
            })}
            {acts.then(|| acts_part::next(current, shown, form))}
            {history(current, shown)}
        }
        .into_any()
    })
}

/// What is to be done, where something is.
fn advice(current: &Current, shown: &Shown) -> Option<AnyView> {
    let l = current.locale;
    let posting = &shown.posting;
    if posting.row.removed_at.is_some() {
        return None;
    }
    if !posting.in_use() {
        return Some(view! { <p class="banner">{l.t("postings.wrong.closed")}</p> }.into_any());
    }
    let what = posting.verdict;
    let urgent = posting.state().is_wrong();
    let (words, application) = match posting.state() {
        State::Right | State::Removed => return None,
        State::ToReplace if matches!(what, Some(What::Damaged | What::Lost)) => (l.t("postings.advice.reported"), None),
        State::ToReplace if posting.moved() || posting.current.is_none() => without_code(l, shown),
        State::ToReplace => {
            let number = posting.current.as_ref().map(|code| code.number.clone()).unwrap_or_default();
            (l.tn("postings.advice.superseded", &[("number", &number)]), None)
        }
        state => (l.t(&format!("postings.advice.{}", state.word())), None),
    };
    let class = if urgent { "banner banner--urgent" } else { "banner" };
    let replacement = shown.replacement.as_ref().map(|other| {
        view! { " " {l.t("postings.advice.replacement")} " " <a href=path(other.id)>{other.number.clone()}</a> }
    });
    let due = shown.due.map(|due| {
        let key = if due < current.now { "postings.advice.late" } else { "postings.advice.due" };
        view! { " " <strong>{l.tn(key, &[("day", &show_day(due.day()))])}</strong> }
    });
    Some(view! { <p class=class>{words} {application} {due} {replacement}</p> }.into_any())
}

/// What is to be done where there is no code that may hang, and the application for a new one.
fn without_code(l: Locale, shown: &Shown) -> (String, Option<AnyView>) {
    let applied = shown.applied.as_ref();
    let way = Way::of(&shown.posting.plant.address, applied.map(|applied| applied.filed_at.is_some()));
    let key = match way {
        Way::Apply => "postings.advice.moved.apply",
        Way::HandIn => "postings.advice.moved.hand_in",
        Way::Wait => "postings.advice.moved.wait",
        Way::Outside => "place_codes.moved.outside",
    };
    let link = applied
        .filter(|_| way != Way::Outside)
        .map(|applied| view! { " " <a href=applications::path(applied.id)>{applied.number.clone()}</a> }.into_any());
    (format!("{}{}", l.t("postings.advice.moved"), l.t(key)), link)
}

/// The rules of the guide that this copy breaks.
fn warnings(l: Locale, shown: &Shown) -> Option<AnyView> {
    let row = &shown.posting.row;
    let copy = model::Copy { size: row.size(), outdoors: row.outdoors, laminated: row.laminated };
    let least = least(&shown.poster, shown.posting.entrance.passage);
    let found = model::warnings(copy, &shown.poster, least);
    (row.removed_at.is_none() && !found.is_empty()).then(|| {
        let lines = found.iter().map(|warning| view! { <li>{l.say(warning)}</li> }.into_any()).collect::<Vec<_>>();
        view! {
            <section class="banner" aria-labelledby="warnings">
                <h2 id="warnings">{l.t("postings.warnings")}</h2>
                <ul>{lines}</ul>
            </section>
        }
        .into_any()
    })
}

fn photo_of(id: crate::ids::PostingId, event: &Event) -> String {
    format!("{}/photos/{}", path(id), event.id)
}

fn newest_photo(l: Locale, shown: &Shown) -> AnyView {
    let id = shown.posting.row.id;
    match shown.events.iter().find(|event| event.file_id.is_some()) {
        Some(event) => {
            let image = photo_of(id, event);
            let large = image.clone();
            let name = l.tn("postings.photo.of", &[("spot", &shown.posting.row.spot)]);
            view! {
                <a href=large>
                    <img class="issued-code__image" src=image alt=name width="240" height="240" />
                </a>
            }
            .into_any()
        }
        None => view! { <p class="quiet">{l.t("postings.state.no_photo")}</p> }.into_any(),
    }
}

pub fn setting(outdoors: bool) -> &'static str {
    if outdoors { "postings.setting.outdoors" } else { "postings.setting.indoors" }
}

pub fn laminated(yes: bool) -> &'static str {
    if yes { "postings.laminated.yes" } else { "postings.laminated.no" }
}

fn facts(current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    let Posting { row, member, plant, entrance, code, .. } = &shown.posting;
    let (setting, laminated) = (setting(row.outdoors), laminated(row.laminated));
    let posted = format!("{} {}", show_day(row.posted_on), current.shown(&row.posted_by));
    let removed = row.removed_at.zip(row.removed_why).map(|(at, why)| {
        let by = row.removed_by.and_then(|id| shown.people.get(&id)).cloned().unwrap_or_default();
        let words = format!("{} {} {by}", at.show(), l.t(&format!("postings.why.{}", why.word())));
        view! { <div><dt>{l.t("postings.state.removed")}</dt><dd>{words}</dd></div> }
    });
    let remark = row.remark.as_ref().map(|remark| {
        view! { <div><dt>{l.t("postings.field.remark")}</dt><dd>{current.shown(remark)}</dd></div> }
    });
    let replaced = shown.replaced.as_ref().map(|old| {
        view! {
            <div><dt>{l.t("postings.row.replaces")}</dt>
            <dd><a href=path(old.row.id)>{old.row.number.clone()}</a></dd></div>
        }
    });
    view! {
        <dl class="summary-list">
            <div><dt>{l.t("postings.row.unit")}</dt><dd>{member.name.clone()}</dd></div>
            <div><dt>{l.t("postings.row.entrance")}</dt>
                <dd>{plant.name.clone()} " " <a href=page_of(entrance.id)>{entrance.name.clone()}</a></dd></div>
            <div><dt>{l.t("postings.row.code")}</dt>
                <dd>{l.tn("postings.version", &[("number", &code.number), ("n", &code.version.to_string())])}</dd></div>
            <div><dt>{l.t("postings.field.size")}</dt><dd>{format!("{} × {} mm", row.width, row.height)}</dd></div>
            <div><dt>{l.t("postings.field.setting")}</dt><dd>{l.t(setting)} " · " {l.t(laminated)}</dd></div>
            <div><dt>{l.t("postings.field.posted_on")}</dt><dd>{posted}</dd></div>
            {remark}
            {replaced}
            {removed}
        </dl>
    }
    .into_any()
}

fn history(current: &Current, shown: &Shown) -> Option<AnyView> {
    let l = current.locale;
    (!shown.events.is_empty()).then(|| {
        let lines = shown.events.iter().map(|event| line(current, shown, event)).collect::<Vec<_>>();
        view! { <h2>{l.t("postings.history")}</h2> <ol class="timeline">{lines}</ol> }.into_any()
    })
}

fn line(current: &Current, shown: &Shown, event: &Event) -> AnyView {
    let l = current.locale;
    let who = event.person_id.and_then(|id| shown.people.get(&id)).cloned();
    let day = (event.day != event.at.day()).then(|| format!(" · {}", show_day(event.day)));
    let photo = event.file_id.is_some().then(|| {
        view! { " " <a href=photo_of(shown.posting.row.id, event)>{l.t("postings.photo.open")}</a> }
    });
    let remark = event.note.as_ref().map(|note| view! { <p>{current.shown(note)}</p> });
    view! {
        <li>
            <time datetime=event.at.rfc3339()>{event.at.show()}</time>
            <span class="timeline__who">{who}</span>
            <p>{said(l, shown, event)} {day} {photo}</p>
            {remark}
        </li>
    }
    .into_any()
}

/// What was seen, and of which code, as far as this person may know.
fn said(l: Locale, shown: &Shown, event: &Event) -> String {
    let words = l.t(&format!("postings.what.{}", event.what.word()));
    let code = event.code_id.and_then(|id| shown.codes.get(&id));
    let own = event.code_id == Some(shown.posting.row.code_id) && shown.posting.is_current();
    match (event.what, code) {
        // Another version was in force for a while.
        (What::Outdated, _) if own => l.t("postings.what.own"),
        (What::Outdated, Some(code)) => {
            let version = l.tn("postings.version", &[("number", &code.number), ("n", &code.version.to_string())]);
            format!("{words} {version}")
        }
        (What::Elsewhere, Some(code)) => match shown.places.get(&code.entrance_id) {
            Some(place) => l.tn("postings.elsewhere.named", &[("place", place)]),
            None if code.member_id == shown.posting.member.id => l.t("postings.elsewhere.sister"),
            None => l.t("postings.elsewhere.other_member"),
        },
        (What::Elsewhere, None) => l.t("postings.elsewhere.unknown"),
        _ => words,
    }
}
