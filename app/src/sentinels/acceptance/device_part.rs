//! Acceptances on a device's page.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{batch_page::verdict_tag, choose::NEW, model::can_be_accepted, routes::path, store::Part};
use crate::{current::Current, sentinels::devices::page::Shown, time::show_day};

/// The acceptances that it was in, and beginning one.
pub fn view(current: &Current, shown: &Shown) -> Option<AnyView> {
    let l = current.locale;
    let row = &shown.device.row;
    let lines = shown
        .acceptances
        .iter()
        .map(|Part { row, line, whole }| {
            let note = line.note.as_deref().map(|note| current.shown(note));
            let what =
                view! { <span>{row.number.clone()} " " {row.day.map(show_day)} " " {verdict_tag(l, line)}</span> };
            // A batch with devices of several plants is not everybody's to open.
            if *whole {
                view! { <li><a href=path(row.id)>{what} <span class="tasks__why">{note}</span></a></li> }.into_any()
            } else {
                view! { <li><p>{what} " " <span class="tasks__why">{note}</span></p></li> }.into_any()
            }
        })
        .collect::<Vec<_>>();
    let begin = (shown.may_act && can_be_accepted(&shown.device.life())).then(|| {
        let href = format!("{}?plant={}", NEW, row.plant_id);
        view! { <p><a class="button button--quiet" href=href>{l.t("sentinels.devices.accept")}</a></p> }
    });
    (!lines.is_empty() || begin.is_some()).then(|| {
        view! {
            <h2>{l.t("sentinels.devices.acceptances")}</h2>
            <ul class="tasks">{lines}</ul>
            {begin}
        }
        .into_any()
    })
}
