//! The page of a request that was sent: what is known of it and no more, what can be done next, what
//! happened so far.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    check_page,
    devices::{self, model::Stage},
    follow_up, list_page, mail,
    model::{Act, Assurance, State},
    routes::{path, possible},
    sheet::Sheet,
    store::{Case, Event, Mail},
};
use crate::{
    conversations,
    current::Current,
    error::Result,
    form::Form,
    ids::{PersonId, TextEnum},
    members::phone::Phone,
    outbox,
    shell::Page,
    state::AppState,
    text::{Locale, Message},
    time::show_day,
    ui::{field::Fields, parts},
};

pub const SCOPE: &str = "sentinels.entry";

/// Everything that the page shows.
pub struct Shown {
    pub case: Case,
    pub sheet: Sheet,
    pub conversation: conversations::Timeline,
    pub people: BTreeMap<PersonId, String>,
    /// Whether this person acts for all plants at which its devices stand (`whole`).
    pub whole: bool,
    /// The first of its devices, once there are any, and how many there are.
    pub devices: (Vec<devices::store::Device>, u64),
    /// The mail to the operator as it is stored.
    pub mail: Option<Mail>,
}

/// An act that did not fit: the form as it was typed, with what is wrong, or why where there is no form.
pub enum Refused {
    Entry(Form),
    FollowUp(Form),
    Resend(Message),
}

pub fn show(state: &AppState, current: &Current, shown: &Shown, refused: Option<Refused>) -> Result<Response> {
    let l = current.locale;
    let Shown { case, sheet, .. } = shown;
    let id = case.request.id;
    let (mut form, mut asked, mut why) = (Form::new(SCOPE), Form::new(follow_up::SCOPE), None);
    match refused {
        Some(Refused::Entry(typed)) => form = typed,
        Some(Refused::FollowUp(typed)) => asked = typed,
        Some(Refused::Resend(message)) => why = Some(message),
        None => {}
    }
    let status = if why.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let title = l.tn("sentinels.request.title", &[("number", &sheet.number)]);
    let [plants, entrances, _] = sheet.places().map(|names| names.join(&l.t("list.comma")));
    let page = Page::new(current, title.clone()).status(status);
    let page = page.failed_if(form.has_errors() || asked.has_errors());
    Ok(page.render(state, || {
        let fields = Fields::new(l, &form);
        let masked = current.is_office() && current.masks_contacts();
        let mail = shown.mail.as_ref().filter(|_| !masked);
        let preview = mail.map(|mail| check_page::preview(l, id, &check_page::was_sent(sheet, mail)));
        view! {
            {fields.summary()}
            {Fields::new(l, &asked).summary()}
            {why.map(|why| view! { <div class="error-summary" role="alert"><h2>{l.say(&why)}</h2></div> })}
            {parts::breadcrumbs(l, &[("/sentinels", l.t("sentinels.title"))], sheet.number.clone())}
            <div class="page-head"><h1>{title.clone()}</h1>{list_page::state_tag(l, case.state())}</div>
            <p class="lead">{format!("{} · {plants} · {entrances}", sheet.unit)}</p>
            {(!outbox::leaves(state, current)).then(|| view! { <section class="banner"><p>{l.t("sentinels.only_file")}</p></section> })}
            {service(l, shown)}
            {answer(l, current, shown)}
            {conversations::view(current, &shown.conversation, may_act(current, case))}
            {resend(current, case)}
            {follow_up::view(current, case, sheet, &asked)}
            {entry(fields, current, shown)}
            {devices::request_part::view(current, shown)}
            <h2>{l.t("sentinels.request.what")}</h2>
            {facts(l, case, sheet, masked)}
            {preview.map(|preview| view! {
                <p><a href=path(id, "paper")>{sheet.paper_name()}</a></p>
                <details class="disclosure">
                    <summary>{l.t("sentinels.request.mail")}</summary>
                    <div>{preview}</div>
                </details>
            })}
            <h2>{l.t("sentinels.request.timeline")}</h2>
            {timeline(l, shown)}
        }
        .into_any()
    }))
}

/// Whether the devices count as in service, and what is missing.
fn service(l: Locale, Shown { case, devices: (devices, _), .. }: &Shown) -> Option<AnyView> {
    if case.state() != State::Installed {
        return None;
    }
    let lacking: Vec<_> =
        devices.iter().filter(|device| device.stage() != Stage::Removed && !device.counts()).collect();
    Some(match case.known.in_service() {
        Ok(()) if !lacking.is_empty() => {
            let fails = lacking.iter().any(|device| !device.refuted.is_empty());
            let lacks = lacking.iter().any(|device| device.refuted.is_empty());
            let why = [(fails, "sentinels.service.refuted"), (lacks, "sentinels.service.settled")];
            let why = why.into_iter().filter(|(so, _)| *so).map(|(_, key)| view! { <p>{l.t(key)}</p> }.into_any());
            view! { <section class="banner banner--urgent">{why.collect::<Vec<_>>()}</section> }.into_any()
        }
        Ok(()) => view! { <section class="banner"><p>{l.t("sentinels.service.yes")}</p></section> }.into_any(),
        Err(missing) => view! { <section class="banner banner--urgent"><p>{l.say(&missing)}</p></section> }.into_any(),
    })
}

fn may_act(current: &Current, case: &Case) -> bool {
    current.acts_for_plant(case.request.member_id, case.request.plant_id).is_ok()
}

/// What the operator answered, until somebody has entered what follows; with the day that it names, the
/// appointment is one click.
fn answer(l: Locale, current: &Current, shown: &Shown) -> Option<AnyView> {
    let case = &shown.case;
    let answer = shown.conversation.answer(case.request.member_id, current.now.day())?;
    if !shown.whole || case.known.allows(Act::Schedule).is_err() {
        return None;
    }
    let form = Form::new(SCOPE);
    let title = if answer.is_sure { "sentinels.answer.title" } else { "conversations.unsure.title" };
    let stranger = !answer.email.eq_ignore_ascii_case(&shown.sheet.to);
    let text = answer.text.lines().map(|line| view! { <p>{line.to_owned()}</p> }.into_any()).collect::<Vec<_>>();
    Some(
        view! {
            <section class="panel" aria-labelledby="answer">
                <h2 id="answer">{l.tn(title, &[("name", &answer.from), ("at", &answer.at.show())])}</h2>
                {(!answer.is_sure).then(|| view! { <p class="banner banner--urgent">{l.t("conversations.unsure")}</p> })}
                {stranger.then(|| view! {
                    <p class="banner">{l.tn("sentinels.answer.stranger", &[("email", &answer.email), ("operator", &shown.sheet.to)])}</p>
                })}
                <div class="prose">{text}</div>
                <form class="filters" method="post" action=path(case.request.id, "entries")>
                    {Fields::new(l, &form).once()}
                    <input type="hidden" name="act" value=Act::Schedule.word() />
                    <input type="hidden" name="mail" value=answer.mail.to_string() />
                    <div class="field">
                        <label class="field__label" for="answer-day">{l.t("sentinels.answer.day")}</label>
                        <input class="input" type="date" id="answer-day" name="day" required=true value=answer.day.map(show_day) />
                    </div>
                    <button class="button">{l.t("sentinels.answer.schedule")}</button>
                </form>
            </section>
        }
        .into_any(),
    )
}

fn resend(current: &Current, case: &Case) -> Option<AnyView> {
    let l = current.locale;
    (may_act(current, case) && case.known.allows(Act::Resend).is_ok()).then(|| {
        view! {
            <form method="post" action=path(case.request.id, "resend")>
                <p>{l.t("sentinels.resend.what")}</p>
                <p><button class="button">{l.t("sentinels.resend")}</button></p>
            </form>
        }
        .into_any()
    })
}

/// What can be entered by hand now; who serves only some of the plants is told who can.
fn entry(fields: Fields, current: &Current, shown: &Shown) -> Option<AnyView> {
    let l = fields.l;
    let acts = possible(current, &shown.case);
    let others = (!acts.is_empty() && !shown.whole)
        .then(|| view! { <p class="banner">{l.t("sentinels.request.several_plants")}</p> });
    let own = acts.iter().filter(|_| shown.whole);
    let options: Vec<(String, String)> =
        own.map(|act| (act.word().to_owned(), l.t(&format!("sentinels.act.{act}")))).collect();
    let form = (!options.is_empty() || fields.form.has_errors()).then(|| {
        view! {
            <p class="lead">{l.t("sentinels.entry.lead")}</p>
            <form class="form" method="post" action=path(shown.case.request.id, "entries")>
                {fields.once()}
                {fields.radios("act", options)}
                {fields.date("day").optional().view()}
                {fields.area("remark", 3).optional().view()}
                <button class="button">{l.t("sentinels.entry.save")}</button>
            </form>
        }
    });
    (others.is_some() || form.is_some())
        .then(|| view! { <h2>{l.t("sentinels.entry.title")}</h2> {others} {form} }.into_any())
}

fn facts(l: Locale, case: &Case, sheet: &Sheet, masked: bool) -> AnyView {
    let mut sheet = sheet.clone();
    if masked {
        for phone in [&mut sheet.contact.phone, &mut sheet.contact.site_phone] {
            *phone = Phone::mask(phone);
        }
        sheet.contact.remarks.clear();
    }
    let confirmed = |now: Assurance, then: Assurance| {
        (now != then).then(|| view! { " " {parts::tag(parts::Tone::Done, l.t("sentinels.confirmed_later"))} })
    };
    let known = &case.known;
    let later = [
        (l.t("sentinels.row.specification"), confirmed(known.specification(), known.specification)),
        (l.t("sentinels.row.docking"), confirmed(known.docking(), known.docking)),
    ];
    let mut later: BTreeMap<String, _> = later.into_iter().collect();
    let rows = mail::rows(l, &sheet)
        .into_iter()
        .map(|(label, values)| {
            let later = later.remove(&label).flatten();
            let values = values.into_iter().map(|value| view! { <div>{value}</div> }.into_any()).collect::<Vec<_>>();
            view! { <div><dt>{label}</dt><dd>{values}{later}</dd></div> }.into_any()
        })
        .collect::<Vec<_>>();
    view! { <dl class="summary-list check-answers">{rows}</dl> }.into_any()
}

fn timeline(l: Locale, shown: &Shown) -> AnyView {
    let lines = shown.case.events.iter().rev().map(|event| line(l, event, &shown.people)).collect::<Vec<_>>();
    view! { <ol class="timeline">{lines}</ol> }.into_any()
}

fn line(l: Locale, event: &Event, people: &BTreeMap<PersonId, String>) -> AnyView {
    let who = event.person_id.and_then(|id| people.get(&id).cloned());
    let day = event.day.map(|day| view! { <p>{l.tn("sentinels.entry.on", &[("day", &show_day(day))])}</p> });
    view! {
        <li>
            <time datetime=event.at.rfc3339()>{event.at.show()}</time>
            " " <span class="timeline__who">{who}</span>
            <p>{l.t(&format!("sentinels.act.{}", event.act))}</p>
            {day}
            {event.remark.clone().map(|remark| view! { <p>{remark}</p> })}
        </li>
    }
    .into_any()
}
