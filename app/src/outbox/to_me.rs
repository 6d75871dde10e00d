//! A download by mail, for those whose browser cannot save files. The paper is fetched through the access
//! table as the same person, so nobody is mailed what they could not download.

use axum::{
    body::{Body, to_bytes},
    extract::State,
    http::{Request, header},
    response::Response,
};
use tower::ServiceExt;

use super::{Attachment, NewMessage, Recipient, Subject, enqueue, leaves, store};
use crate::{
    access,
    accounts::{self, own_path},
    audit,
    current::Current,
    error::{AppError, Result},
    files::{FileName, MAX_FILE},
    flash,
    form::Form,
    once,
    state::AppState,
    text::Message,
    time::Instant,
};

/// So many downloads a person may have mailed in this time, in microseconds.
const MOST: u64 = 20;
const WINDOW: i64 = 60 * Instant::MINUTE;

pub async fn send(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let person = current.person()?;
    let email = accounts::store::email_of(state.db.reader(), person.id).await?;
    let Some(email) = email else {
        return Err(AppError::Refused(Message::of("outbox.to_me.no_email")));
    };
    if store::refusal(state.db.reader(), &email).await?.is_some() {
        return Err(AppError::Refused(Message::of("outbox.to_me.refused").with("email", &email)));
    }
    if store::mailed_since(state.db.reader(), Subject::PERSON, person.id.0, current.now.plus(-WINDOW)).await? >= MOST {
        return Err(AppError::TooMany { minutes: WINDOW / Instant::MINUTE });
    }
    let back = own_path(form.value("back")).to_owned();
    let said = if leaves(&state, &current) { "outbox.to_me.sent" } else { "outbox.to_me.as_file" };
    let sent = flash::redirect(&back, &Message::of(said).with("email", &email));
    let attachment = fetched(&state, &current, own_path(form.value("path"))).await?;
    let l = current.locale;
    let tx = state.begin(&current).await?;
    if once::claim(&tx, &form, &back).await?.is_some() {
        return Ok(sent);
    }
    let title = l.tn("outbox.to_me.title", &[("name", &attachment.name)]);
    let entry = audit::Entry::new("download.mailed", "person").subject(person.id);
    audit::record(&tx, entry.after(&serde_json::json!({ "name": attachment.name }))).await?;
    let mail = NewMessage {
        about: Subject { kind: Subject::PERSON, id: person.id.0 },
        text: l.tn("outbox.to_me.text", &[("name", &attachment.name)]),
        title,
        html: None,
        reply_to: None,
        attachments: vec![attachment],
        recipients: vec![Recipient { name: person.name.clone(), email, member: None }],
        shown_together: false,
    };
    enqueue(&tx, &state.options, mail).await?;
    tx.commit().await?;
    Ok(sent)
}

/// What the path gives to this person, stored as an attachment; anything but a file is not found.
async fn fetched(state: &AppState, current: &Current, path: &str) -> Result<Attachment> {
    let mut request = Request::get(path).body(Body::empty()).map_err(|_| AppError::NotFound)?;
    request.extensions_mut().insert(current.clone());
    let router = access::router(state, access::table()).with_state(state.clone());
    let Ok(response) = router.oneshot(request).await;
    let (parts, body) = response.into_parts();
    if let Some(error) = parts.extensions.get::<AppError>() {
        return Err(error.clone());
    }
    let name = parts.extensions.get::<FileName>().filter(|_| parts.status.is_success()).ok_or(AppError::NotFound)?;
    let media_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let limit = usize::try_from(MAX_FILE).unwrap_or(usize::MAX);
    let too_large = AppError::TooLarge { megabytes: limit / 1024 / 1024 };
    let bytes = to_bytes(body, limit).await.map_err(|_| too_large)?;
    Ok(Attachment {
        name: name.0.clone(),
        media_type: media_type.unwrap_or("application/octet-stream").to_owned(),
        hash: state.files.keep(bytes).await?,
    })
}
