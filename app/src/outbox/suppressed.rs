//! The addresses to which nothing is sent, and taking them off that list.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{page, store};
use crate::{
    accounts::own_path, current::Current, error::Result, flash, form::Form, ids::SuppressedId, state::AppState,
    text::Message,
};

pub const PATH: &str = "/outbox/suppressed";

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    after: String,
}

pub async fn list(State(state): State<AppState>, current: Current, Query(asked): Query<Asked>) -> Result<Response> {
    let conn = state.db.reader();
    let after = asked.after.parse().ok();
    let (found, more) = store::suppressed_addresses(conn, after).await?;
    let count = store::count_suppressed(conn).await?;
    Ok(page::suppressed(&state, &current, &page::Suppressed { found, more, continued: after.is_some(), count }))
}

pub async fn lift(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<SuppressedId>,
    form: Form,
) -> Result<Response> {
    let back = Some(form.value("back")).filter(|back| !back.is_empty()).map_or(PATH, own_path).to_owned();
    let tx = state.begin(&current).await?;
    let lifted = store::lift_one(&tx, id).await?;
    tx.commit().await?;
    Ok(flash::redirect(&back, &said(lifted)))
}

/// Lets mail go again to the address of a contact or a person, and says so on their page.
pub async fn write_again(state: &AppState, current: &Current, email: Option<&str>, back: &str) -> Result<Response> {
    let tx = state.begin(current).await?;
    let lifted = store::lift(&tx, email.as_slice()).await? > 0;
    tx.commit().await?;
    Ok(flash::redirect(back, &said(lifted)))
}

fn said(lifted: bool) -> Message {
    Message::of(if lifted { "outbox.suppressed.lifted" } else { "outbox.suppressed.lifted_before" })
}
