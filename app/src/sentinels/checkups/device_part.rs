//! Check-ups on a device's page: when the next one is due, recording one, and those that were.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    entity::Model,
    model::{Found, can_be_checked},
    routes::TOGETHER,
};
use crate::{
    current::Current,
    form::Form,
    sentinels::devices::{
        page::{Shown, together},
        routes::path,
    },
    time::{Day, show_day},
    ui::{
        field::Fields,
        parts::{self, Tone},
    },
};

/// What is known of a device's check-ups: the newest first, and when the next one is due.
pub struct Checkups {
    pub rows: Vec<Model>,
    pub due: Option<Day>,
}

pub fn view(current: &Current, shown: &Shown, form: &Form) -> Option<AnyView> {
    let l = current.locale;
    let Checkups { rows, due } = &shown.checkups;
    let may_enter = shown.may_act && (can_be_checked(shown.device.stage()) || form.has_errors());
    if rows.is_empty() && due.is_none() && !may_enter {
        return None;
    }
    let due = due.map(|due| {
        let (tone, key) = if due <= current.now.day() {
            (Tone::Urgent, "sentinels.checkup.due_since")
        } else {
            (Tone::Info, "sentinels.checkup.due_on")
        };
        view! { <p>{parts::tag(tone, l.tn(key, &[("day", &show_day(due))]))}</p> }
    });
    let enter = may_enter.then(|| {
        view! {
            <details class="disclosure" open=form.has_errors()>
                <summary>{l.t("sentinels.checkup.enter")}</summary>
                <div>{entry(current, shown, form)}</div>
            </details>
        }
    });
    let lines = rows.iter().map(|row| line(current, shown, row)).collect::<Vec<_>>();
    Some(
        view! {
            <h2>{l.t("sentinels.checkup.title")}</h2>
            {due}
            {enter}
            {(!lines.is_empty()).then(|| view! { <ol class="timeline">{lines}</ol> })}
        }
        .into_any(),
    )
}

fn entry(current: &Current, shown: &Shown, form: &Form) -> AnyView {
    let l = current.locale;
    let mut form = form.clone();
    if !form.contains("checked_on") {
        form.set("checked_on", show_day(current.now.day()));
    }
    let fields = Fields::new(l, &form);
    let others = shown.alike.iter().filter(|other| can_be_checked(other.stage()));
    view! {
        <form class="form" method="post" action=format!("{}/checkups", path(shown.device.row.id))>
            {fields.once()}
            {fields.radios("found", fields.options::<Found>("sentinels.outcome"))}
            {fields.date("checked_on").view()}
            {fields.area("finding", 2).optional().view()}
            {together(fields, TOGETHER, others)}
            <button class="button">{l.t("sentinels.checkup.save")}</button>
        </form>
    }
    .into_any()
}

fn line(current: &Current, shown: &Shown, row: &Model) -> AnyView {
    let l = current.locale;
    let who = row.person_id.and_then(|id| shown.people.get(&id).cloned());
    let tone = if row.result == Found::Passed { Tone::Done } else { Tone::Urgent };
    view! {
        <li>
            <time datetime=show_day(row.day)>{show_day(row.day)}</time>
            " " <span class="timeline__who">{who}</span>
            <p>{parts::tag(tone, l.t(&format!("sentinels.outcome.{}", row.result)))}</p>
            {row.note.as_deref().map(|note| view! { <p>{current.shown(note)}</p> })}
        </li>
    }
    .into_any()
}
