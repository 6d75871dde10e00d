//! Writing down what was said by phone or WeChat: one button saves who and when, and the note if there is one.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    model::{Channel, Conversation},
    page::{
        self,
        timeline::{LONGEST_NOTE, SCOPE},
    },
    store,
};
use crate::{
    audit,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::{InstallRequestId, IssueId},
    issues::store::issue,
    once, sentinels,
    state::AppState,
    text::Message,
};

pub async fn about_issue(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<IssueId>,
    form: Form,
) -> Result<Response> {
    issue::find(state.db.reader(), id).await?;
    log(&state, &current, id.into(), form).await
}

pub async fn about_request(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    form: Form,
) -> Result<Response> {
    sentinels::acted_on(&state, &current, id).await?;
    log(&state, &current, id.into(), form).await
}

/// Writes down that something was said, by whom and when; what was said, if it was typed.
async fn log(state: &AppState, current: &Current, of: Conversation, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let channel = form.choice::<Channel>("channel");
    let note = form.optional("note", LONGEST_NOTE);
    let path = of.path();
    let Some(channel) = channel.filter(|_| !form.has_errors()) else {
        let about = store::about(state.db.reader(), of).await?.ok_or(AppError::NotFound)?;
        return Ok(page::talk::show(state, current, &about, &form));
    };
    let tx = state.begin(current).await?;
    let about = store::about(&*tx, of).await?.ok_or(AppError::NotFound)?;
    let done = flash::redirect(&path, &Message::of("conversations.done.logged"));
    if once::claim(&tx, &form, &path).await?.is_some() {
        return Ok(done);
    }
    let id = store::add_talk(&tx, of, channel, note.clone()).await?;
    let entry = audit::Entry::new("talk.logged", "talk").subject(id).member(about.member);
    audit::record(&tx, entry.after(&serde_json::json!({ "channel": channel, "note": note, "number": about.number })))
        .await?;
    tx.commit().await?;
    Ok(done)
}
