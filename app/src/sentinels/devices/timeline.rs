//! What happened to a device, on its page, newest first, with the steps that were taken back; and taking back the last
//! one.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    moves::{MAX_WHY, last_step},
    page::{Shown, to_request},
    routes::path,
    store::Event,
};
use crate::{
    current::Current,
    form::Form,
    ids::{PersonId, SentinelEventId},
    time::show_day,
    ui::field::Fields,
};

/// `form` is the one that takes back the last step.
pub fn view(current: &Current, shown: &Shown, form: &Form) -> AnyView {
    let device = &shown.device;
    let mut all: Vec<&Event> = device.events.iter().collect();
    // One that was taken back stands where it was entered, whatever the order of the others rests on.
    for event in device.taken_back.iter().rev() {
        let before = all.iter().rposition(|other| other.at <= event.at);
        all.insert(before.map_or(0, |before| before + 1), event);
    }
    let last = last_step(device, &shown.acceptances).filter(|_| shown.may_act).map(|event| event.id);
    let lines = all.into_iter().rev().map(|event| {
        let form = (last == Some(event.id)).then_some(form);
        happened(current, shown, event, form)
    });
    view! { <ol class="timeline">{lines.collect::<Vec<_>>()}</ol> }.into_any()
}

/// `form` is there where the step may be taken back.
fn happened(current: &Current, shown: &Shown, event: &Event, form: Option<&Form>) -> AnyView {
    let l = current.locale;
    let name = |id: Option<PersonId>| id.and_then(|id| shown.people.get(&id).cloned());
    let request = event.request_id.and_then(|id| Some((id, shown.names.requests.get(&id)?.number.clone())));
    // A request's number, where it is all that was noted, stands there as the way to it.
    let is_number = |note: &&str| request.as_ref().is_some_and(|(_, number)| number == note);
    let note = event.note.as_deref().filter(|note| !is_number(note));
    let note = note.map(|note| view! { <p>{current.shown(note)}</p> });
    let request = request.map(|(id, number)| view! { <p>{to_request(current, shown, id, number)}</p> });
    let step = format!("{} {}", l.t(&format!("sentinels.stage.{}", event.stage)), show_day(event.day));
    let gone = event.taken_back_at.map(|at| {
        let by = name(event.taken_back_by).unwrap_or_default();
        let why = current.shown(event.taken_back_why.as_deref().unwrap_or_default());
        let words = l.tn("sentinels.devices.take_back.gone", &[("at", &at.show()), ("name", &by), ("why", &why)]);
        view! { <p>{words}</p> }
    });
    let step = if gone.is_some() { view! { <s>{step}</s> }.into_any() } else { step.into_any() };
    view! {
        <li>
            <time datetime=event.at.rfc3339()>{event.at.show()}</time>
            " " <span class="timeline__who">{name(event.person_id)}</span>
            <p>{step}</p>
            {note}
            {request}
            {gone}
            {form.map(|form| take_back(current, shown, event.id, form))}
        </li>
    }
    .into_any()
}

fn take_back(current: &Current, shown: &Shown, step: SentinelEventId, form: &Form) -> AnyView {
    let l = current.locale;
    let action = format!("{}/moves/{step}/take-back", path(shown.device.row.id));
    view! {
        <details class="disclosure" open=form.has_errors()>
            <summary>{l.t("sentinels.devices.take_back.step")}</summary>
            <div>
                <form class="filters" method="post" action=action>
                    {Fields::new(l, form).text("mistake").max(MAX_WHY).view()}
                    <button class="button button--danger">{l.t("sentinels.devices.take_back.step")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
