//! What belongs to one plant beside its reports: their history, and the suspension of the duty.

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
    members::store::{self as register, Plant},
    once,
    paging::{From, Paged},
    state::AppState,
    supply::{calendar::Suspension, page, store},
    text::Message,
    time::{Day, Instant, parse_day, show_day},
};

const SCOPE: &str = "supply.suspension";
/// Reports on one page of the history.
const PAGE: usize = 30;
/// The longest suspension, in days.
const LONGEST: i64 = 366;

#[derive(Deserialize)]
pub struct Asked {
    after: Option<String>,
    before: Option<String>,
}

impl Asked {
    fn from(&self) -> From<Day> {
        let day = |text: &Option<String>| text.as_deref().and_then(parse_day);
        From::of(day(&self.after), day(&self.before))
    }
}

pub async fn plant_of(state: &AppState, current: &Current, id: &str) -> Result<Plant> {
    let plant = register::plant(state.db.reader(), id.parse().map_err(|_| AppError::NotFound)?).await?;
    current.sees_plant(plant.member_id, plant.id)?;
    Ok(plant)
}

pub async fn history(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let plant = plant_of(&state, &current, &id).await?;
    let conn = state.db.reader();
    let Paged { rows: reports, before, after } = store::report::list(conn, plant.id, asked.from(), PAGE).await?;
    let contents = store::report::currents(conn, &reports).await?;
    let view = page::plant::History {
        member: register::member(conn, plant.member_id).await?,
        rules: store::duty::rules(conn).await?,
        suspension: store::duty::suspension_of(conn, plant.id, current.now.day()).await?,
        acts: current.acts_for_plant(plant.member_id, plant.id).is_ok(),
        newer: before,
        older: after,
        reports: reports.into_iter().zip(contents).collect(),
        plant,
    };
    Ok(page::plant::history(&state, &current, &view))
}

pub async fn show_suspension(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<String>,
) -> Result<Response> {
    let plant = plant_of(&state, &current, &id).await?;
    current.acts_for_plant(plant.member_id, plant.id)?;
    let mut form = Form::new(SCOPE);
    form.set("from", show_day(current.now.day()));
    suspension_page(&state, &current, &plant, &form, StatusCode::OK).await
}

async fn suspension_page(
    state: &AppState,
    current: &Current,
    plant: &Plant,
    form: &Form,
    status: StatusCode,
) -> Result<Response> {
    let running = store::duty::suspension_of(state.db.reader(), plant.id, current.now.day()).await?;
    Ok(page::plant::suspension(state, current, plant, running.as_ref(), form, status))
}

pub async fn suspend(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response> {
    let plant = plant_of(&state, &current, &id).await?;
    current.acts_for_plant(plant.member_id, plant.id)?;
    let mut form = form.scoped(SCOPE);
    let from = form.day("from");
    let until = form.day("until");
    let reason = form.required("reason", 200);
    if let (Some(from), Some(until)) = (from, until) {
        check_period(&mut form, current.now, from, until);
    }
    let (Some(from), Some(until), false) = (from, until, form.has_errors()) else {
        return suspension_page(&state, &current, &plant, &form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let back = format!("/plants/{}/supply", plant.id);
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &back).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    store::duty::lock(&tx, plant.id).await?;
    // Somebody else may have suspended it meanwhile; theirs is shown, and nothing is added to it.
    if store::duty::suspension_of(&*tx, plant.id, current.now.day()).await?.is_some() {
        drop(tx);
        form.refuse("until", Message::of("supply.suspended_already"));
        return suspension_page(&state, &current, &plant, &form, StatusCode::CONFLICT).await;
    }
    store::duty::suspend(&tx, &plant, Suspension { from, until }, &reason).await?;
    tx.commit().await?;
    Ok(flash::redirect(&back, &Message::of("supply.suspended").with("day", show_day(until))))
}

fn check_period(form: &mut Form, now: Instant, from: Day, until: Day) {
    let earliest = now.plus(-31 * Instant::DAY).day();
    if from < earliest {
        form.refuse("from", Message::of("supply.suspension_past").with("day", show_day(earliest)));
    }
    if until <= from || until <= now.day() {
        form.refuse("until", Message::of("supply.suspension_order"));
    } else if (until - from).whole_days() > LONGEST {
        form.refuse("until", Message::of("supply.suspension_long").with("days", LONGEST));
    }
}

pub async fn resume(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response> {
    let plant = plant_of(&state, &current, &id).await?;
    current.acts_for_plant(plant.member_id, plant.id)?;
    let id = form.value("suspension").parse().map_err(|_| AppError::NotFound)?;
    let tx = state.begin(&current).await?;
    let ended = store::duty::resume(&tx, &plant, id, current.now.day()).await?;
    tx.commit().await?;
    let key = if ended { "supply.resumed" } else { "supply.resumed_already" };
    Ok(flash::redirect(&format!("/plants/{}/supply", plant.id), &Message::of(key)))
}
