//! One mail as it was sent, to the byte, for those who may read it: what a member's mail administrator is shown when
//! “we never got it” is looked into.

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{Outcome, is_personal, store};
use crate::{
    error::{AppError, Result},
    files::{self, FileName},
    ids::DeliveryId,
    state::AppState,
    text::Message,
};

pub async fn download(State(state): State<AppState>, Path(id): Path<DeliveryId>) -> Result<Response> {
    let conn = state.db.reader();
    let whole = store::whole(conn, id).await?;
    if whole.delivery.group_id.is_some() {
        return Err(AppError::NotFound);
    }
    if is_personal(&whole.message.about_kind) {
        return Err(AppError::Refused(Message::of("outbox.refused.eml_personal")));
    }
    if whole.message.text_removed_at.is_some() {
        return Err(AppError::Refused(Message::of("outbox.refused.text_removed")));
    }
    let together = store::together(conn, &whole.message).await?;
    let bytes = state.letters.bytes(&state.files, &whole, &together).await.map_err(unwritable)?;
    let name = format!("{id}.eml");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822")),
        (header::CONTENT_DISPOSITION, files::disposition("attachment", &name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((Extension(FileName(name)), headers, bytes).into_response())
}

/// Why there is no mail to show.
fn unwritable(outcome: Outcome) -> AppError {
    let words = match outcome {
        Outcome::Unsendable(words) => words,
        Outcome::Deferred { reply, .. } => reply.words,
        other => other.word().to_owned(),
    };
    AppError::Refused(Message::of("outbox.refused.eml_unwritable").with("words", words))
}
