//! The first page, and the page of what waits.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use super::{gather, page};
use crate::{
    access::{Route, Who},
    current::Current,
    error::Result,
    notices,
    state::AppState,
};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/", Who::Anyone, first), Route::get("/todo", Who::SignedIn, show)]
}

/// The first page: what waits, for those who are signed in; else the public notices.
async fn first(State(state): State<AppState>, current: Current, headers: HeaderMap) -> Result<Response> {
    if current.person.is_some() {
        return Ok(Redirect::to("/todo").into_response());
    }
    notices::front(&state, &current, &headers).await
}

async fn show(State(state): State<AppState>, current: Current) -> Result<Response> {
    let items = gather(&state, &current).await?;
    Ok(page::show(&state, &current, items))
}
