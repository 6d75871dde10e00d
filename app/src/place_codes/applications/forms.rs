//! The two forms on the page of an application: that it was handed in, and what the city said of each entrance.

use std::collections::BTreeSet;

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::{Act, LineState, Outcome},
    page::Shown,
    routes::path,
    store::Line,
    ways,
};
use crate::{
    current::Current,
    form::Form,
    guides::facts::Route,
    ids::{ApplicationId, ApplicationLineId, TextEnum},
    time::show_day,
    ui::{draft::DraftKeeper, field::Fields},
};

/// Where the labels of the two forms stand.
pub const FILING: &str = "place_codes.filing.field";
pub const OUTCOMES: &str = "place_codes.outcome.field";
/// The field that tells which sheet was looked at. It belongs to one rendering of the form, and the browser keeps it with
/// no typing.
pub const SEEN: &str = "base";
/// The id of the first form, by which the browser keeps what was typed.
const ID: &str = "filing";

/// Under which name that typing is kept.
pub fn draft_key(id: ApplicationId) -> String {
    format!("filing:{id}")
}

/// The field of an entrance's line in the form of outcomes: named by the line, wherever it stands on the page.
pub fn line_field(line: ApplicationLineId, part: &str) -> String {
    format!("lines.{line}.{part}")
}

/// Whether a field says the outcome of some line.
pub fn is_outcome(name: &str) -> bool {
    name.starts_with("lines.") && name.ends_with(".outcome")
}

/// The day of the city's word. Both forms of outcomes may stand on the page, so each has its own.
pub fn day_field(correction: bool) -> &'static str {
    if correction { "corrected_on" } else { "on" }
}

/// Whether what was sent corrects outcomes that were noted before.
pub fn is_correction(form: &Form) -> bool {
    form.contains(day_field(true))
}

pub fn filing(current: &Current, shown: &Shown, typed: Option<&Form>) -> AnyView {
    let l = current.locale;
    let mut fresh = Form::new(FILING);
    fresh.set("on", show_day(current.now.day()));
    if !current.is_staff() {
        fresh.set("handler", current.person.as_ref().map(|person| person.name.clone()).unwrap_or_default());
    }
    fresh.set(SEEN, shown.sheet.hash());
    let applying = &shown.facts.applying;
    let local = ways::is_local(&shown.sheet.credit_code);
    let open = |route: Route| ways::open_to(applying, route, shown.sheet.places.len(), local);
    let routes: Vec<Route> =
        applying.routes.iter().map(|known| known.route).filter(|route| open(*route).is_ok()).collect();
    if let [only] = routes[..] {
        fresh.set("route", only);
    }
    let typed = typed.filter(|form| form.scope() == FILING);
    let fields = Fields::new(l, typed.unwrap_or(&fresh));
    let id = shown.case.application.id;
    let closed = applying
        .routes
        .iter()
        .filter_map(|known| Some((known.route, open(known.route).err()?)))
        .map(|(route, why)| {
            let route = l.t(&format!("guides.route.{}", route.word()));
            view! { <p class="quiet">{l.tn("place_codes.way.closed", &[("route", &route), ("why", &l.say(&why))])}</p> }
                .into_any()
        })
        .collect::<Vec<_>>();
    let words = |route: Route| (route.word().to_owned(), l.t(&format!("guides.route.{}", route.word())));
    let certificates: BTreeSet<_> =
        applying.routes.iter().flat_map(|known| known.certificates.iter().copied()).collect();
    let certificates = certificates
        .into_iter()
        .map(|one| (one.word().to_owned(), l.t(&format!("guides.certificate.{}", one.word()))))
        .collect();
    view! {
        <DraftKeeper
            form=ID.to_owned()
            key=draft_key(id)
            fresh=typed.is_none()
            restored=l.t("form.draft_restored")
            discard=l.t("form.draft_discard")
        />
        <form class="form" id=ID method="post" action=path(id, "filed")>
            {fields.once()}
            {fields.hidden(SEEN)}
            {fields.date("on").view()}
            {fields.radios("route", routes.into_iter().map(words).collect())}
            {closed}
            {fields.radios("certificate", certificates)}
            {fields.text("handler").max(40).autocomplete("name").view()}
            <button class="button button--big">{l.t("place_codes.filing.save")}</button>
        </form>
    }
    .into_any()
}

/// What the city said of it may be said anew.
pub fn can_be_corrected(state: LineState) -> bool {
    state != LineState::Waiting && Outcome::ALL.iter().any(|outcome| state.allows(act_of(*outcome)).is_ok())
}

fn act_of(outcome: Outcome) -> Act {
    match outcome {
        Outcome::Approved => Act::Approve,
        Outcome::Refused => Act::Refuse,
    }
}

/// The form for entrances of which nothing was said yet, or the one that corrects what was. `typed` is what was sent
/// of this very form.
pub fn outcomes(current: &Current, shown: &Shown, typed: Option<&Form>, correction: bool) -> AnyView {
    let l = current.locale;
    let day = day_field(correction);
    let mut fresh = Form::new(OUTCOMES);
    fresh.set(day, show_day(current.now.day()));
    let form = typed.unwrap_or(&fresh);
    let fields = Fields::new(l, form);
    let stands_here = |state| if correction { can_be_corrected(state) } else { state == LineState::Waiting };
    let lines = shown.case.lines.iter().filter(|line| stands_here(line.state));
    let cards = lines.map(|line| outcome_card(fields, line)).collect::<Vec<_>>();
    let many = !correction && cards.len() > 1;
    view! {
        <form class="form form--wide" method="post" action=path(shown.case.application.id, "outcomes")>
            {fields.once()}
            {fields.date(day).view()}
            <div class="outcomes">{cards}</div>
            // First, so that Enter in a field presses it and not the other one.
            <button class="button button--big">{l.t("place_codes.outcome.save")}</button>
            {many.then(|| view! {
                <p><button class="button" name="all" value="approved">{l.t("place_codes.outcome.all")}</button></p>
            })}
        </form>
    }
    .into_any()
}

fn outcome_card(fields: Fields, line: &Line) -> AnyView {
    let l = fields.l;
    let name = |part: &str| line_field(line.row.id, part);
    let options = Outcome::ALL
        .iter()
        .filter(|outcome| line.state.allows(act_of(**outcome)).is_ok())
        .map(|outcome| (outcome.word().to_owned(), l.t(&format!("place_codes.outcome.{}", outcome.word()))))
        .collect();
    let title = format!("place-{}", line.row.id);
    let labelled_by = title.clone();
    view! {
        <div class="outcome" role="group" aria-labelledby=labelled_by>
            <p class="outcome__title" id=title>{format!("{} · {}", line.plant.name, line.entrance.name)}</p>
            // As it stood when the page was opened; what has moved on since is not overruled unseen.
            <input type="hidden" name=name("state") value=line.state.word() />
            {fields.radios(&name("outcome"), options)}
            {fields.text(&name("reason")).max(300).view()}
        </div>
    }
    .into_any()
}
