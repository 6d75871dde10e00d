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
use crate::{current::Current, form::Form, guides::facts::Route, ids::TextEnum, time::show_day, ui::field::Fields};

/// Where the labels of the two forms stand.
pub const FILING: &str = "place_codes.filing.field";
pub const OUTCOMES: &str = "place_codes.outcome.field";

pub fn filing(current: &Current, shown: &Shown, typed: Option<&Form>) -> AnyView {
    let l = current.locale;
    let mut fresh = Form::new(FILING);
    fresh.set("on", show_day(current.now.day()));
    if !current.is_staff() {
        fresh.set("handler", current.person.as_ref().map(|person| person.name.clone()).unwrap_or_default());
    }
    fresh.set("hash", shown.sheet.hash());
    let applying = &shown.facts.applying;
    let local = ways::is_local(&shown.sheet.credit_code);
    let open = |route: Route| ways::open_to(applying, route, shown.sheet.places.len(), local);
    let routes: Vec<Route> =
        applying.routes.iter().map(|known| known.route).filter(|route| open(*route).is_ok()).collect();
    if let [only] = routes[..] {
        fresh.set("route", only);
    }
    let form = typed.filter(|form| form.scope() == FILING).unwrap_or(&fresh);
    let fields = Fields::new(l, form);
    let closed = applying
        .routes
        .iter()
        .filter_map(|known| Some((known.route, open(known.route).err()?)))
        .map(|(route, why)| {
            view! { <p class="quiet">{l.t(&format!("guides.route.{}", route.word()))} "：" {l.say(&why)}</p> }
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
        <form class="form" method="post" action=path(shown.case.application.id, "filed")>
            {fields.once()}
            {fields.hidden("hash")}
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

pub fn outcomes(current: &Current, shown: &Shown, typed: Option<&Form>, which: &dyn Fn(LineState) -> bool) -> AnyView {
    let l = current.locale;
    let mut fresh = Form::new(OUTCOMES);
    fresh.set("on", show_day(current.now.day()));
    let form = typed.unwrap_or(&fresh);
    let fields = Fields::new(l, form);
    let waits = which(LineState::Waiting);
    let cards = shown
        .case
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| which(line.state))
        .map(|(n, line)| outcome_card(fields, n, line))
        .collect::<Vec<_>>();
    let many = waits && cards.len() > 1;
    view! {
        <form class="form form--wide" method="post" action=path(shown.case.application.id, "outcomes")>
            {fields.once()}
            {fields.date("on").view()}
            {many.then(|| view! {
                <p><button class="button" name="all" value="approved">{l.t("place_codes.outcome.all")}</button></p>
            })}
            <div class="outcomes">{cards}</div>
            <button class="button button--big">{l.t("place_codes.outcome.save")}</button>
        </form>
    }
    .into_any()
}

fn outcome_card(fields: Fields, n: usize, line: &Line) -> AnyView {
    let l = fields.l;
    let name = |part: &str| format!("lines.{n}.{part}");
    let options = Outcome::ALL
        .iter()
        .filter(|outcome| line.state.allows(act_of(**outcome)).is_ok())
        .map(|outcome| (outcome.word().to_owned(), l.t(&format!("place_codes.outcome.{}", outcome.word()))))
        .collect();
    let title = format!("place-{n}");
    let labelled_by = title.clone();
    view! {
        <div class="outcome" role="group" aria-labelledby=labelled_by>
            <p class="outcome__title" id=title>{format!("{} · {}", line.plant.name, line.entrance.name)}</p>
            <input type="hidden" name=name("line") value=line.row.id.to_string() />
            {fields.radios(&name("outcome"), options)}
            {fields.text(&name("reason")).max(300).view()}
        </div>
    }
    .into_any()
}
