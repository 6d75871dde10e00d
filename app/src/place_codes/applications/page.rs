//! The page of an application: what to do next first, then its entrances, then what was handed in.

use std::collections::HashMap;

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    forms,
    list_page::{line_tag, state_tag},
    model::LineState,
    pick::HERE,
    routes::path,
    sheet::Sheet,
    store::{Application, Case},
};
use crate::{
    current::Current,
    form::Form,
    guides::facts::Facts,
    ids::{PersonId, TextEnum},
    shell::Page,
    state::AppState,
    text::Locale,
    time::show_day,
    ui::{downloads, draft::DraftDone, field::Fields, parts},
};

pub struct Shown {
    pub case: Case,
    pub sheet: Sheet,
    pub facts: Facts,
    pub previous: Option<Application>,
    pub people: HashMap<PersonId, String>,
}

/// `typed` is one of the two forms as it was sent.
pub fn show(state: &AppState, current: &Current, shown: &Shown, typed: Option<&Form>) -> Response {
    let l = current.locale;
    let application = &shown.case.application;
    let title = l.tn("place_codes.application.title", &[("number", &application.number)]);
    let may_act = current.acts_for_member(application.member_id).is_ok();
    let changed = typed.and_then(|form| form.error("on")).is_some_and(|why| why.key == "place_codes.filing.changed");
    let page = Page::new(current, title.clone()).failed_if(typed.is_some_and(Form::has_errors));
    let page = if changed { page.status(StatusCode::CONFLICT) } else { page };
    page.render(state, || {
        let above = [
            ("/place-codes", l.t("place_codes.title")),
            ("/place-codes/applications", l.t("place_codes.applications")),
        ];
        let prepared = shown.case.application.filed_at.is_none();
        let next =
            if prepared { preparing(current, shown, typed, may_act) } else { filed(current, shown, typed, may_act) };
        view! {
            {typed.map(|form| Fields::new(l, form).summary())}
            {parts::breadcrumbs(l, &above, application.number.clone())}
            <div class="page-head"><h1>{title.clone()}</h1>{state_tag(l, shown.case.state())}</div>
            {relatives(l, shown)}
            <p class="lead">{l.t(&format!("place_codes.next.{}", shown.case.state().word()))}</p>
            {next}
        }
        .into_any()
    })
}

/// The applications before and after this one.
fn relatives(l: Locale, shown: &Shown) -> AnyView {
    let link = |key: &str, other: &Application| {
        view! { <p>{l.t(key)} " " <a href=path(other.id, "")>{other.number.clone()}</a></p> }.into_any()
    };
    view! {
        {shown.previous.as_ref().map(|other| link("place_codes.application.follows", other))}
        {shown.case.next.as_ref().map(|other| link("place_codes.application.followed", other))}
    }
    .into_any()
}

/// Before it is handed in: the sheet, noting that it was handed in, throwing it away.
fn preparing(current: &Current, shown: &Shown, typed: Option<&Form>, may_act: bool) -> AnyView {
    let l = current.locale;
    let id = shown.case.application.id;
    let portal = &shown.facts.applying.portal;
    let discard = may_act.then(|| {
        view! {
            <details class="disclosure">
                <summary>{l.t("place_codes.discard")}</summary>
                <div>
                    <p>{l.t("place_codes.discard.what")}</p>
                    <form method="post" action=path(id, "discard")>
                        <button class="button button--danger">{l.t("place_codes.discard.yes")}</button>
                    </form>
                </div>
            </details>
        }
    });
    if shown.sheet.places.is_empty() {
        return view! {
            {lines(current, shown)}
            {discard}
        }
        .into_any();
    }
    view! {
        <h2>{l.t("place_codes.step.apply")}</h2>
        <p>{l.t("place_codes.step.apply.how")} " " <a href=portal.clone()>{portal.clone()}</a></p>
        <div class="actions"><a class="button" href=path(id, "copy")>{l.t("place_codes.copy")}</a></div>
        {downloads::links(current, &path(id, "sheet.xlsx"), l.t("place_codes.sheet.download"))}
        {unit(l, &shown.sheet)}
        {lines(current, shown)}
        {may_act.then(|| view! {
            <h2 id="filed">{l.t("place_codes.step.file")}</h2>
            {forms::filing(current, shown, typed)}
        })}
        {discard}
    }
    .into_any()
}

/// After it was handed in: what the city said, what is to be done about it, what was handed in.
fn filed(current: &Current, shown: &Shown, typed: Option<&Form>, may_act: bool) -> AnyView {
    let l = current.locale;
    let id = shown.case.application.id;
    let any = |state| shown.case.lines.iter().any(|line| line.state == state);
    let again = (may_act && any(LineState::Refused)).then(|| {
        view! { <p><a class="button" href=format!("{HERE}?previous={id}")>{l.t("place_codes.again")}</a></p> }
    });
    let waiting = may_act && any(LineState::Waiting);
    let typed =
        |correction| typed.filter(|form| form.scope() == forms::OUTCOMES && forms::is_correction(form) == correction);
    let corrects = may_act && shown.case.lines.iter().any(|line| forms::can_be_corrected(line.state));
    view! {
        // The server has what was typed to hand it in.
        {current.flash.is_some().then(|| view! { <DraftDone prefix=forms::draft_key(id) /> })}
        {again}
        {lines(current, shown)}
        {waiting.then(|| view! {
            <h2>{l.t("place_codes.step.outcome")}</h2>
            {forms::outcomes(current, shown, typed(false), false)}
        })}
        {corrects.then(|| view! {
            <details class="disclosure" open=typed(true).is_some()>
                <summary>{l.t("place_codes.outcome.correct")}</summary>
                <div>{forms::outcomes(current, shown, typed(true), true)}</div>
            </details>
        })}
        <h2>{l.t("place_codes.step.handed_in")}</h2>
        {handed_in(current, shown)}
        {downloads::links(current, &path(id, "sheet.xlsx"), l.t("place_codes.sheet.download"))}
    }
    .into_any()
}

fn unit(l: Locale, sheet: &Sheet) -> AnyView {
    view! {
        <dl class="summary-list check-answers">
            <div><dt>{l.t("place_codes.row.unit")}</dt><dd>{sheet.unit_name.clone()}</dd></div>
            <div><dt>{l.t("place_codes.row.credit_code")}</dt><dd>{sheet.credit_code.clone()}</dd></div>
        </dl>
    }
    .into_any()
}

/// The entrances, each where it stands.
fn lines(current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    let rows = shown
        .case
        .lines
        .iter()
        .map(|line| {
            let place = shown.sheet.places.iter().find(|place| place.line == line.row.id);
            // What was settled before the others were handed in does not stand in the sheet.
            let (name, address) = place.map_or_else(
                || (format!("{} · {}", line.plant.name, line.entrance.name), line.plant.address_line.clone()),
                |place| (place.place_name.clone(), place.address_line.clone()),
            );
            let said = line.said.last().map(|said| {
                let by = said.person_id.and_then(|id| shown.people.get(&id)).cloned().unwrap_or_default();
                let reason = said.reason.as_deref().map(|reason| current.shown(reason)).unwrap_or_default();
                view! { <br /><small class="quiet">{format!("{} {by} {reason}", show_day(said.on_day))}</small> }
            });
            view! {
                <tr>
                    <th scope="row"><a href=format!("/place-codes/entrances/{}", line.entrance.id)>{name}</a></th>
                    <td data-label=l.t("place_codes.row.address")>{address}</td>
                    <td data-label=l.t("place_codes.row.state")>{line_tag(l, line.state)}{said}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("place_codes.row.places")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("place_codes.row.place")}</th>
                    <th scope="col">{l.t("place_codes.row.address")}</th>
                    <th scope="col">{l.t("place_codes.row.state")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn handed_in(current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    let application = &shown.case.application;
    let person = |id: Option<PersonId>| id.and_then(|id| shown.people.get(&id)).cloned();
    let noted =
        application.filed_at.map(|at| format!("{} {}", at.show(), person(application.filed_by).unwrap_or_default()));
    let rows = [
        ("place_codes.row.unit", Some(shown.sheet.unit_name.clone())),
        ("place_codes.row.credit_code", Some(shown.sheet.credit_code.clone())),
        ("place_codes.row.filed_on", application.filed_on.map(show_day)),
        ("place_codes.row.route", application.route.map(|route| l.t(&format!("guides.route.{}", route.word())))),
        (
            "place_codes.row.certificate",
            application.certificate.map(|one| l.t(&format!("guides.certificate.{}", one.word()))),
        ),
        ("place_codes.row.handler", application.handler.as_deref().map(|name| current.shown(name))),
        ("place_codes.row.noted", noted),
    ];
    let rows = rows
        .into_iter()
        .map(|(key, value)| view! { <div><dt>{l.t(key)}</dt><dd>{parts::or_dashes(value)}</dd></div> }.into_any())
        .collect::<Vec<_>>();
    view! { <dl class="summary-list check-answers">{rows}</dl> }.into_any()
}
