//! A person's own plants: what is to be reported today, what is still open, what was filed last.

use std::collections::HashMap;

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{
    current::Current,
    ids::PlantId,
    members::store::{Member, Plant},
    shell::Page,
    state::AppState,
    supply::{
        duty::{PlantDuty, Rules},
        store::duty::Open,
    },
    time::{Day, show_day},
    ui::parts::{self, Tone},
};

pub struct Duties {
    pub members: Vec<Member>,
    pub plants: Vec<Plant>,
    pub rules: Rules,
    /// In the plants' order.
    pub duties: Vec<PlantDuty>,
    pub open: Vec<Open>,
    pub last: HashMap<PlantId, Day>,
}

pub fn show(state: &AppState, current: &Current, duties: &Duties) -> Response {
    let l = current.locale;
    Page::new(current, l.t("nav.supply")).render(state, || {
        let several = duties.members.len() > 1;
        let members = duties
            .members
            .iter()
            .map(|member| {
                let plants = duties
                    .plants
                    .iter()
                    .zip(&duties.duties)
                    .filter(|(plant, _)| plant.member_id == member.id)
                    .map(|(plant, duty)| line(current, duties, plant, duty))
                    .collect::<Vec<_>>();
                let heading = several.then(|| view! { <h2>{member.name.clone()}</h2> });
                view! { {heading} <ul class="tasks">{plants}</ul> }.into_any()
            })
            .collect::<Vec<_>>();
        let body =
            if duties.plants.is_empty() { parts::empty(l.t("supply.no_plants"), None) } else { members.into_any() };
        view! {
            <h1>{l.t("supply.duties")}</h1>
            <p class="lead">{l.tn("supply.duties_lead", &[("at", &duties.rules.due_at)])}</p>
            {body}
        }
        .into_any()
    })
}

fn line(current: &Current, duties: &Duties, plant: &Plant, duty: &PlantDuty) -> AnyView {
    let l = current.locale;
    let today = current.now.day();
    let calendar = duties.rules.calendar();
    let open: Vec<&Open> = duties.open.iter().filter(|open| open.plant == plant.id).collect();
    let today_open = open.iter().any(|open| open.day == today);
    let last = duties.last.get(&plant.id);
    let (tone, words) = if let Some(suspension) = duty.suspended_on(today) {
        (Tone::Muted, l.tn("supply.is_suspended", &[("day", &show_day(suspension.until))]))
    } else if today_open {
        let late = duty.due_instant(today) < current.now;
        if late { (Tone::Urgent, l.t("supply.tag.overdue")) } else { (Tone::Wait, l.t("supply.tag.due")) }
    } else if last == Some(&today) {
        (Tone::Done, l.t("supply.tag.filed"))
    } else {
        let next = duty.next_due(today, &calendar).map(show_day);
        (Tone::Muted, next.map_or_else(|| l.t("supply.never_due"), |day| l.tn("supply.next_due", &[("day", &day)])))
    };
    let path = |day: Day| format!("/plants/{}/supply/{}", plant.id, show_day(day));
    let missed = open
        .iter()
        .filter(|open| open.day != today)
        .map(|open| {
            let words = l.tn("supply.file_missed", &[("day", &show_day(open.day))]);
            view! {
                <li>
                    <a href=path(open.day)>
                        <span class="tasks__title">{plant.name.clone()}</span>
                        <span class="tasks__due tasks__due--late">{words}</span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let why = last.map(|day| l.tn("supply.last_report", &[("day", &show_day(*day))]));
    view! {
        <li>
            <a href=path(today)>
                <span class="tasks__title">{plant.name.clone()}</span>
                {why.map(|words| view! { <span class="tasks__why">{words}</span> })}
                <span class="tasks__due">{parts::tag(tone, words)}</span>
            </a>
        </li>
        {missed}
    }
    .into_any()
}
