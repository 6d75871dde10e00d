//! Letters to departments, and a letter's questions on paper.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use crate::{
    current::Current,
    error::Result,
    ids::LetterId,
    issues::{page, store::letter},
    members,
    state::AppState,
};

/// How many letters stand on one page.
const ON_A_PAGE: usize = 30;

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<LetterId>,
}

pub async fn list(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let reader = state.db.reader();
    let mut letters = letter::page(reader, wanted.after, ON_A_PAGE as u64 + 1).await?;
    let more = letters.len() > ON_A_PAGE;
    letters.truncate(ON_A_PAGE);
    let ids: Vec<_> = letters.iter().map(|letter| letter.id).collect();
    let issues = letter::issues_of(reader, &ids).await?;
    Ok(page::letter::list(&state, &current, &letters, &issues, more))
}

pub async fn show(State(state): State<AppState>, current: Current, Path(id): Path<LetterId>) -> Result<Response> {
    let reader = state.db.reader();
    let found = letter::find(reader, id).await?;
    let issues = letter::issues_of(reader, &[id]).await?;
    let ids: Vec<_> = issues.iter().map(|issue| issue.member_id).collect();
    let members = members::store::members(reader, &ids).await?;
    Ok(page::letter::show(&state, &current, &found, &issues, &members))
}
