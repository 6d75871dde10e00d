//! The routes of notices: reading, writing, publishing, following up.

mod conditional;
mod drafting;
mod following;
pub mod publishing;
pub mod reading;

pub use conditional::PublicPages;

use std::str::FromStr;

use crate::{
    access::{Route, Who},
    error::{AppError, Result},
    files::upload_limit,
};

use super::model::MAX_ATTACHMENTS;

/// Where the labels of the forms stand.
pub(super) const SCOPE: &str = "notices.field";

pub fn routes() -> Vec<Route> {
    let largest = upload_limit(MAX_ATTACHMENTS + 1);
    vec![
        Route::get("/notices", Who::Anyone, reading::list),
        Route::get("/notices.atom", Who::Anyone, reading::atom),
        Route::get("/notices/new", Who::Staff, drafting::new),
        Route::post("/notices/new", Who::Staff, drafting::create).limit(largest),
        Route::post("/notices/preview", Who::Staff, drafting::preview),
        Route::get("/notices/{notice}", Who::Anyone, reading::show),
        Route::get("/notices/{notice}/files/{file}", Who::Anyone, reading::file),
        Route::post("/notices/{notice}/acknowledge", Who::Member, reading::acknowledge),
        Route::get("/notices/{notice}/edit", Who::Staff, drafting::edit),
        Route::post("/notices/{notice}/edit", Who::Staff, drafting::save).limit(largest),
        Route::post("/notices/{notice}/remove", Who::Staff, drafting::remove),
        Route::get("/notices/{notice}/publish", Who::Staff, publishing::check),
        Route::post("/notices/{notice}/publish", Who::Staff, publishing::publish),
        Route::get("/notices/{notice}/members", Who::Office, following::show),
        Route::get("/notices/{notice}/members.xlsx", Who::Office, following::export),
        Route::get("/notices/{notice}/names", Who::Office, following::names),
        Route::post("/notices/{notice}/members/{member}/record", Who::Staff, following::record),
        Route::post("/notices/{notice}/remind", Who::Staff, following::remind),
    ]
}

/// An id from an address; what is none names nothing.
fn id<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| AppError::NotFound)
}
