//! Faults on a device's page: the open one with its vendor's clock and what to do, and those that ended.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    list_page::{clock_tag, told},
    model::{End, Way},
    store::{Clock, Fault},
};
use crate::{
    current::Current,
    form::Form,
    sentinels::devices::page::{Forms, Shown},
    time::show_day,
    ui::{field::Fields, parts},
};

/// What is known of a device's faults, the newest first.
pub struct Faults {
    pub rows: Vec<Fault>,
    pub clock: Clock,
}

pub fn view(current: &Current, shown: &Shown, forms: &Forms) -> Option<AnyView> {
    let l = current.locale;
    let Faults { rows, clock } = &shown.faults;
    let open = rows.iter().find(|fault| fault.ended_at.is_none());
    let open = open.map(|fault| {
        let acts =
            shown.may_act.then(|| view! { {tell(current, fault, &forms.told)} {end(current, fault, &forms.ended)} });
        let fact = |key: &str, value: Option<String>| {
            view! { <div><dt>{l.t(key)}</dt><dd>{parts::or_dashes(value)}</dd></div> }.into_any()
        };
        view! {
            <section class="panel" aria-labelledby="fault">
                <h3 id="fault">{current.shown(&fault.what)}</h3>
                <p>{clock_tag(l, *clock, fault)}</p>
                <dl class="summary-list check-answers">
                    {fact("sentinels.fault.since", Some(show_day(fault.since)))}
                    {fact("sentinels.fault.told_title", told(current, fault))}
                    {fact("sentinels.fault.told.promised", fault.promised.map(show_day))}
                </dl>
                {acts}
            </section>
        }
    });
    let ended = rows.iter().filter(|fault| fault.ended_at.is_some()).map(|fault| line(current, *clock, fault));
    let ended = ended.collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! {
            <h2>{l.t("sentinels.fault.of_device")}</h2>
            {open}
            {(!ended.is_empty()).then(|| view! { <ol class="timeline">{ended}</ol> })}
        }
        .into_any()
    })
}

/// Noting that the vendor was told, or correcting it.
fn tell(current: &Current, fault: &Fault, form: &Form) -> AnyView {
    let l = current.locale;
    let mut form = form.clone();
    if !form.contains("told_at") {
        form.set("told_at", fault.told_at.unwrap_or(current.now).input());
        form.set("way", fault.way.map(|way| way.to_string()).unwrap_or_default());
        form.set("ticket", fault.ticket.as_deref().unwrap_or_default());
        form.set("promised", fault.promised.map(show_day).unwrap_or_default());
        form.set("row_version", fault.row_version);
    }
    let fields = Fields::new(l, &form);
    let words = if fault.told_at.is_some() { "sentinels.fault.told.again" } else { "sentinels.fault.told.enter" };
    view! {
        <details class="disclosure" open=fault.told_at.is_none() || form.has_errors()>
            <summary>{l.t(words)}</summary>
            <div>
                <form class="form" method="post" action=format!("/sentinels/faults/{}/told", fault.id)>
                    {fields.hidden("row_version")}
                    {fields.date_time("told_at").view()}
                    {fields.radios("way", fields.options::<Way>("sentinels.fault.way"))}
                    {fields.text("ticket").max(60).optional().view()}
                    {fields.date("promised").optional().view()}
                    <button class="button">{l.t("sentinels.devices.save")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn end(current: &Current, fault: &Fault, form: &Form) -> AnyView {
    let l = current.locale;
    let mut form = form.clone();
    if !form.contains("ended_on") {
        form.set("ended_on", show_day(current.now.day()));
    }
    let fields = Fields::new(l, &form);
    view! {
        <details class="disclosure" open=form.has_errors()>
            <summary>{l.t("sentinels.fault.end.enter")}</summary>
            <div>
                <form class="form" method="post" action=format!("/sentinels/faults/{}/end", fault.id)>
                    {fields.once()}
                    {fields.radios("outcome", fields.options::<End>("sentinels.fault.ending"))}
                    {fields.date("ended_on").view()}
                    {fields.area("ended_note", 2).optional().view()}
                    <button class="button">{l.t("sentinels.devices.save")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn line(current: &Current, clock: Clock, fault: &Fault) -> AnyView {
    let l = current.locale;
    let note = fault.ended_note.as_deref().map(|note| view! { <p>{current.shown(note)}</p> });
    view! {
        <li>
            <time datetime=fault.reported_at.rfc3339()>{show_day(fault.since)}</time>
            <p>{current.shown(&fault.what)} " " {clock_tag(l, clock, fault)}</p>
            {told(current, fault).map(|told| view! { <p>{told}</p> })}
            {note}
        </li>
    }
    .into_any()
}

/// Mostly a device has few; more are left out here and stand in the list.
pub const SHOWN: u64 = 20;
