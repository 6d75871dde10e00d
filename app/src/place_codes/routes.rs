//! The routes of place codes, and their first page.

use axum::response::{IntoResponse, Redirect, Response};

use super::applications;
use crate::{
    access::{Route, Who},
    current::Current,
    error::Result,
    guides::open,
};

pub fn routes() -> Vec<Route> {
    let mut routes = vec![Route::get("/place-codes", Who::SignedIn, first)];
    routes.extend(applications::routes::routes());
    routes
}

async fn first(current: Current) -> Result<Response> {
    open(&current)?;
    Ok(Redirect::to("/place-codes/applications").into_response())
}
