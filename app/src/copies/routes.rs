//! Taking note of a copy. The button sends it beside the copying and waits for no answer.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{entity::Text, store};
use crate::{
    access::{Route, Who},
    current::Current,
    error::{AppError, Result},
    form::Form,
    notices,
    state::AppState,
    time::{parse_day, show_day},
};

pub fn routes() -> Vec<Route> {
    vec![Route::post("/copies", Who::Staff, note)]
}

async fn note(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let kind = form.optional_choice::<Text>("kind").ok_or(AppError::NotFound)?;
    let about = match kind {
        Text::Notice | Text::NoticeNames => {
            let notice = form.value("about").parse().map_err(|_| AppError::NotFound)?;
            notices::store::current(state.db.reader(), notice).await?;
            notice.to_string()
        }
        Text::SupplyNames => parse_day(form.value("about")).map(show_day).ok_or(AppError::NotFound)?,
    };
    let person = current.person()?.id;
    let tx = state.begin(&current).await?;
    store::note(&tx, kind, &about, person).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
