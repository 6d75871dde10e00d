//! The first page, and the page of what waits.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{gather, page};
use crate::{
    access::{Route, Who},
    current::Current,
    error::Result,
    state::AppState,
};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/", Who::Anyone, first), Route::get("/todo", Who::SignedIn, show)]
}

/// The first page: what waits, for those who are signed in; else the sign-in.
async fn first(current: Current) -> Response {
    Redirect::to(if current.person.is_some() { "/todo" } else { "/sign-in" }).into_response()
}

async fn show(State(state): State<AppState>, current: Current) -> Result<Response> {
    let items = gather(state.db.reader(), &current).await?;
    Ok(page::show(&state, &current, items))
}
