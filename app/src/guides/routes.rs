//! The public guides, and the form in which staff keep their facts and the auditor reads them.

use axum::{extract::State, response::Response};

use super::{edit, edit_page, facts::Facts, open, page};
use crate::{
    access::{Route, Who},
    current::Current,
    error::Result,
    flash,
    form::Form,
    settings,
    state::AppState,
    text::Message,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/guides", Who::Anyone, index),
        Route::get("/guides/passing", Who::Anyone, passing),
        Route::get("/guides/running-a-plant", Who::Anyone, running),
        Route::get("/guides/edit", Who::Office, form),
        Route::post("/guides/edit", Who::Staff, save),
    ]
}

async fn facts(state: &AppState) -> Result<Facts> {
    Ok(settings::load(state.db.reader()).await?.value)
}

async fn index(State(state): State<AppState>, current: Current) -> Result<Response> {
    open(&current)?;
    Ok(page::index(&state, &current, &facts(&state).await?))
}

async fn passing(State(state): State<AppState>, current: Current) -> Result<Response> {
    open(&current)?;
    Ok(page::passing(&state, &current, &facts(&state).await?))
}

async fn running(State(state): State<AppState>, current: Current) -> Result<Response> {
    open(&current)?;
    Ok(page::running(&state, &current, &facts(&state).await?))
}

async fn form(State(state): State<AppState>, current: Current) -> Result<Response> {
    open(&current)?;
    let stored = settings::load::<Facts>(state.db.reader()).await?;
    let mut form = edit::filled(&stored.value);
    form.set("row_version", stored.row_version);
    Ok(edit_page::show(&state, &current, &form, None))
}

async fn save(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(edit::SCOPE);
    let facts = edit::read(&mut form);
    if form.has_errors() {
        return Ok(edit_page::show(&state, &current, &form, None));
    }
    let seen = form.value("row_version").parse().unwrap_or(-1);
    let tx = state.begin(&current).await?;
    if settings::save(&tx, &facts, seen).await? {
        tx.commit().await?;
        return Ok(flash::redirect("/guides", &Message::of("guides.edit.saved")));
    }
    drop(tx);
    let stored = settings::load::<Facts>(state.db.reader()).await?;
    form.set("row_version", stored.row_version);
    Ok(edit_page::show(&state, &current, &form, Some(&stored.value)))
}
