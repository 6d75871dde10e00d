//! What can be asked of supply reports: a plant's own pages here, the secretariat's day and settings
//! beside it.

mod day;
mod plant;
mod report;
mod settings;

pub use report::Situation;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{page, store};
use crate::{
    access::{Route, Who},
    current::Current,
    error::Result,
    members,
    state::AppState,
    time::show_day,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/supply", Who::SignedIn, first),
        Route::get("/supply/day/{day}", Who::Office, day::show),
        Route::get("/supply/day/{day}/export.xlsx", Who::Office, day::export),
        Route::get("/supply/day/{day}/names", Who::Office, day::names),
        Route::get("/supply/settings", Who::Office, settings::show),
        Route::post("/supply/settings", Who::Staff, settings::save),
        Route::get("/plants/{plant}/supply", Who::SignedIn, plant::history),
        Route::get("/plants/{plant}/supply/suspension", Who::SignedIn, plant::show_suspension),
        Route::post("/plants/{plant}/supply/suspension", Who::MemberOrStaff, plant::suspend),
        Route::post("/plants/{plant}/supply/resumption", Who::MemberOrStaff, plant::resume),
        Route::get("/plants/{plant}/supply/duty", Who::Office, settings::show_duty),
        Route::post("/plants/{plant}/supply/duty", Who::Staff, settings::save_duty),
        Route::get("/plants/{plant}/supply/{day}", Who::SignedIn, report::show),
        Route::post("/plants/{plant}/supply/{day}", Who::MemberOrStaff, report::file),
    ]
}

/// The secretariat's day, or the duties of a member's own plants.
async fn first(State(state): State<AppState>, current: Current) -> Result<Response> {
    if current.is_office() {
        return Ok(Redirect::to(&format!("/supply/day/{}", show_day(current.now.day()))).into_response());
    }
    let conn = state.db.reader();
    let members = members::store::members(conn, &current.member_ids()).await?;
    let plants = members::own_plants(conn, &current).await?;
    let rules = store::duty::rules(conn).await?;
    let open = store::duty::open(conn, &rules, &plants, current.now).await?;
    let duties = store::duty::duties(conn, &rules, &plants, current.now.day()).await?;
    let last = store::report::last_days(conn, &plants).await?;
    Ok(page::duties::show(&state, &current, &page::duties::Duties { members, plants, rules, duties, open, last }))
}
