//! A mail as it came, and the files that came with it.

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    conversations::{model::Kind, store},
    current::Current,
    error::{AppError, Result},
    files::{self, FileName},
    ids::{FileId, InboundMailId, InstallRequestId, IssueId},
    issues::{self, store::issue},
    sentinels,
    state::AppState,
    text::Message,
};

/// The mail as it came. Nothing of it may open in the browser.
pub async fn raw(State(state): State<AppState>, Path(id): Path<InboundMailId>) -> Result<Response> {
    let mail = store::find(state.db.reader(), id).await?;
    if mail.text_removed_at.is_some() {
        return Err(AppError::Refused(Message::of("conversations.refused.removed")));
    }
    let name = format!("{}.eml", mail.id);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822")),
        (header::CONTENT_DISPOSITION, files::disposition("attachment", &name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    let body = files::as_it_came(&state.files, &mail.raw_hash).await?;
    Ok((Extension(FileName(name)), headers, body).into_response())
}

#[derive(Deserialize)]
pub struct FilePath {
    mail: InboundMailId,
    file: FileId,
}

/// A file that came with a mail, for those who see the mail.
pub async fn download(
    State(state): State<AppState>,
    current: Current,
    headers: HeaderMap,
    Path(path): Path<FilePath>,
) -> Result<Response> {
    let conn = state.db.reader();
    let mail = store::find(conn, path.mail).await?;
    if current.is_office() && current.masks_contacts() {
        return Err(AppError::Forbidden);
    }
    if !current.is_staff() {
        let of = mail.conversation().ok_or(AppError::NotFound)?;
        match of.kind {
            Kind::InstallRequest => {
                sentinels::seen(&state, &current, InstallRequestId(of.id)).await?;
            }
            Kind::Issue => {
                let found = issue::find(conn, IssueId(of.id)).await?;
                issues::sees(&current, &found)?;
                if mail.sender_member_id != Some(found.member_id) && !mail.became_reply {
                    return Err(AppError::NotFound);
                }
            }
        }
    }
    let files = store::files(conn, &[mail.id]).await?;
    let (_, file) = files.into_iter().find(|(_, file)| file.id == path.file).ok_or(AppError::NotFound)?;
    files::download(&state, &headers, &file).await
}
