//! Correcting what is recorded of a copy that hangs: what was mistyped, or that this very copy was laminated since. Its
//! code and its photos are not touched.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    acts::is_there,
    correct_page,
    form::{SCOPE, VERSION, filled, read},
    one,
    store::{self, Copy},
};
use crate::{
    current::Current,
    error::Result,
    flash,
    form::Form,
    guides::facts::{Facts, Poster},
    ids::PostingId,
    settings,
    state::AppState,
    text::Message,
    time::show_day,
};

pub fn path(id: PostingId) -> String {
    format!("{}/edit", one::path(id))
}

async fn poster(state: &AppState) -> Result<Poster> {
    Ok(settings::load::<Facts>(state.db.reader()).await?.value.poster)
}

pub async fn ask(State(state): State<AppState>, current: Current, Path(id): Path<PostingId>) -> Result<Response> {
    let posting = one::acted_on(&state, &current, id).await?;
    is_there(&posting)?;
    let poster = poster(&state).await?;
    let form = filled(&poster, &posting.row);
    Ok(correct_page::show(&state, &current, (&posting, &poster), &form, None))
}

pub async fn save(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PostingId>,
    form: Form,
) -> Result<Response> {
    let posting = one::acted_on(&state, &current, id).await?;
    is_there(&posting)?;
    let poster = poster(&state).await?;
    let mut form = form.scoped(SCOPE);
    let Some(copy) = read(&current, &poster, posting.row.replaces_id, &mut form) else {
        return Ok(correct_page::show(&state, &current, (&posting, &poster), &form, None));
    };
    let tx = state.begin(&current).await?;
    let now = store::lock(&tx, id).await?;
    is_there(&now)?;
    if copy != Copy::of(&now.row) {
        if form.value(VERSION) != now.row.row_version.to_string() {
            drop(tx);
            form.set(VERSION, now.row.row_version);
            let stored = filled(&poster, &now.row);
            return Ok(correct_page::show(&state, &current, (&now, &poster), &form, Some(&stored)));
        }
        let first_seen = store::events(&*tx, id).await?.iter().map(|event| event.day).min();
        if let Some(day) = first_seen.filter(|day| copy.posted_on > *day) {
            drop(tx);
            form.refuse("posted_on", Message::of("postings.wrong.after_seen").with("day", show_day(day)));
            return Ok(correct_page::show(&state, &current, (&now, &poster), &form, None));
        }
        store::correct(&tx, &now.row, &copy).await?;
        tx.commit().await?;
    }
    Ok(flash::redirect(&one::path(id), &Message::of("postings.correct.done")))
}
