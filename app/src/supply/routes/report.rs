//! A plant's report of a day: shown, filed and corrected. A form that somebody overtook comes back with
//! both versions, and nothing is overwritten.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::PlantId,
    members::store::{self as register, Member, Plant},
    once,
    state::AppState,
    supply::{
        calendar::Covered,
        duty::{PlantDuty, Rules},
        form,
        model::{Basis, Content},
        page::{self, Mode},
        store::{
            self,
            report::{Filing, Report, Revision},
        },
    },
    text::Message,
    time::{Day, Instant, parse_day, show_day},
};

/// How far back a first report can be filed, in days; one that is there is read however old it is.
const OLDEST: i64 = 400;

/// Everything that the pages of one report need to know.
pub struct Situation {
    pub member: Member,
    pub plant: Plant,
    pub day: Day,
    pub rules: Rules,
    pub duty: PlantDuty,
    pub report: Option<Report>,
    /// Of `report`, the newest first.
    pub revisions: Vec<Revision>,
    /// The plant's last report before the day.
    pub previous: Option<(Report, Content)>,
}

impl Situation {
    async fn read(state: &AppState, current: &Current, plant: &str, day: &str) -> Result<Self> {
        let conn = state.db.reader();
        let id: PlantId = plant.parse().map_err(|_| AppError::NotFound)?;
        let plant = register::plant(conn, id).await?;
        current.sees_plant(plant.member_id, plant.id)?;
        let day = parse_day(day).ok_or(AppError::NotFound)?;
        let report = store::report::find(conn, id, day).await?;
        if report.is_none() && !may_be_filed(day, current.now) {
            return Err(AppError::NotFound);
        }
        let rules = store::duty::rules(conn).await?;
        let revisions = match &report {
            Some(report) => store::report::revisions(conn, report).await?,
            None => Vec::new(),
        };
        Ok(Self {
            member: register::member(conn, plant.member_id).await?,
            duty: store::duty::duty_of(conn, &rules, &plant, day).await?,
            previous: store::report::last_before(conn, id, day).await?,
            plant,
            day,
            rules,
            report,
            revisions,
        })
    }

    /// The revision that stands; 0 when nothing was filed.
    pub fn base(&self) -> i32 {
        self.report.as_ref().map_or(0, |report| report.revision)
    }

    pub fn path(&self) -> String {
        format!("/plants/{}/supply/{}", self.plant.id, show_day(self.day))
    }

    /// What the last report says.
    pub fn before(&self) -> Option<&Content> {
        self.previous.as_ref().map(|(_, content)| content)
    }

    /// The days that the report stands for, or will.
    pub fn covered(&self) -> Covered {
        let to_come = || self.duty.covers(self.day, &self.rules.calendar());
        self.report.as_ref().map_or_else(to_come, Report::covered)
    }

    pub fn basis(&self) -> Basis<'_> {
        match &self.previous {
            Some((report, content)) if self.covered().follows(report.day) => Basis::Adjoining(content),
            Some((report, _)) => Basis::Apart(report.day),
            None => Basis::Nothing,
        }
    }

    /// Whether the plant was closed by then and owes no first report any more.
    pub fn is_closed(&self) -> bool {
        self.report.is_none() && self.duty.ends.is_some_and(|end| end <= self.day)
    }
}

/// Nothing is filed for a day to come, nor for one long past.
fn may_be_filed(day: Day, now: Instant) -> bool {
    let today = now.day();
    day <= today && day >= now.plus(-OLDEST * Instant::DAY).day()
}

#[derive(Deserialize)]
pub struct Asked {
    edit: Option<String>,
    quick: Option<String>,
}

pub async fn show(
    State(state): State<AppState>,
    current: Current,
    Path((plant, day)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let situation = Situation::read(&state, &current, &plant, &day).await?;
    let acts = current.acts_for_plant(situation.plant.member_id, situation.plant.id).is_ok();
    let newest = situation.revisions.first().map(|revision| &revision.content);
    let mut form = match (newest, situation.before()) {
        (Some(_), _) if asked.edit.is_none() || !acts => {
            return Ok(page::report::show(&state, &current, &situation, acts));
        }
        (Some(content), _) => form::filled(content),
        (None, _) if !acts || situation.is_closed() => return Ok(page::report::nothing(&state, &current, &situation)),
        (None, Some(last)) => form::from_last(last),
        (None, None) => form::blank(),
    };
    form.set("base", situation.base());
    let mode = if asked.quick.is_some() && newest.is_none() && situation.previous.is_some() {
        Mode::Quick
    } else {
        Mode::Full
    };
    Ok(page::form::show(&state, &current, &situation, &form, mode, StatusCode::OK))
}

pub async fn file(
    State(state): State<AppState>,
    current: Current,
    Path((plant, day)): Path<(String, String)>,
    typed: Form,
) -> Result<Response> {
    let situation = Situation::read(&state, &current, &plant, &day).await?;
    current.acts_for_plant(situation.plant.member_id, situation.plant.id)?;
    if situation.is_closed() {
        return Err(AppError::Refused(Message::of("supply.closed")));
    }
    let mut typed = typed.scoped(form::SCOPE);
    let mode = if typed.ticked("quick") { Mode::Quick } else { Mode::Full };
    let redrawn = match typed.value("action").split_once('.').unwrap_or((typed.value("action"), "")) {
        ("add", _) => {
            form::add_line(&mut typed);
            true
        }
        ("remove", n) => {
            typed = n.parse().map_or_else(|_| typed.clone(), |n| form::without_line(&typed, n));
            true
        }
        ("redraw", _) => true,
        _ => false,
    };
    if redrawn {
        return Ok(page::form::show(&state, &current, &situation, &typed, Mode::Full, StatusCode::OK));
    }
    let Some(filing) = read(&mut typed, &current, &situation) else {
        // What is wrong may stand in a field that the short form does not show.
        let hidden = typed.errors().iter().any(|(name, _)| !page::form::is_in_quick(&situation, name));
        let mode = if hidden { Mode::Full } else { mode };
        return Ok(page::form::show(&state, &current, &situation, &typed, mode, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let correction = filing.base > 0;
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &typed, &situation.path()).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let filed =
        store::report::file(&tx, &situation.plant, situation.day, &situation.duty, &situation.rules, filing).await?;
    if !filed {
        drop(tx);
        let now = Situation::read(&state, &current, &plant, &day).await?;
        typed.set("base", now.base());
        return Ok(page::form::show(&state, &current, &now, &typed, Mode::Full, StatusCode::CONFLICT));
    }
    tx.commit().await?;
    let key = if correction { "supply.corrected" } else { "supply.filed" };
    Ok(flash::redirect(&situation.path(), &Message::of(key).with("day", show_day(situation.day))))
}

fn read(typed: &mut Form, current: &Current, situation: &Situation) -> Option<Filing> {
    let base = typed.value("base").parse().unwrap_or(0);
    let content = form::read(typed, situation.plant.kind, situation.basis());
    let reason = (base > 0).then(|| typed.required("reason", 200));
    let on_behalf = page::files_for_others(current, situation).then(|| typed.required("on_behalf", 200));
    if typed.has_errors() {
        return None;
    }
    Some(Filing { content: content?, at: current.now, base, reason, on_behalf })
}
