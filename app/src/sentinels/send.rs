//! Checking the answers and sending the request. What is sent is what was shown: the form carries the
//! hash of the sheet, and if the register changed in between, it is asked again. A second click finds
//! the request sent and leads to it. With it the devices that it asks for are entered.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    assemble::{Assembled, assemble},
    check_page, device_list, devices, mail,
    model::Act,
    request_page::Refused,
    routes::{acted_on, again, path},
    sheet::Sheet,
    store::{self, Case},
    wizard,
};
use crate::{
    audit, conversations,
    current::Current,
    documents::DocumentError,
    error::{AppError, Result},
    files::FileKind,
    flash,
    form::Form,
    ids::{InstallRequestId, MemberId, MessageId},
    outbox::{self, Attachment, NewMessage, Recipient, Subject},
    state::AppState,
    text::Message,
};

/// Why there is no paper, as an error that a person understands.
pub fn no_paper(error: DocumentError) -> AppError {
    match error {
        DocumentError::DoesNotFit => AppError::Refused(Message::of("sentinels.problem.does_not_fit")),
        DocumentError::Failed => AppError::internal("the paper of an install request could not be set"),
    }
}

pub async fn check(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
) -> Result<Response> {
    let case = acted_on(&state, &current, id).await?;
    if case.request.submitted_at.is_some() {
        return Ok(Redirect::to(&path(id, "")).into_response());
    }
    let Some(found) = assemble(&state, state.db.reader(), &current, &case).await? else {
        return Ok(Redirect::to(&wizard::next(&case)?).into_response());
    };
    Ok(check_page::show(&state, &current, &case, &found, None, StatusCode::OK))
}

pub async fn send(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    form: Form,
) -> Result<Response> {
    let case = acted_on(&state, &current, id).await?;
    if case.request.submitted_at.is_some() {
        return Ok(Redirect::to(&path(id, "")).into_response());
    }
    let Some(found) = assemble(&state, state.db.reader(), &current, &case).await? else {
        return Ok(Redirect::to(&wizard::next(&case)?).into_response());
    };
    let ask_again = |found: &Assembled, why| {
        Ok(check_page::show(&state, &current, &case, found, Some(Message::of(why)), StatusCode::CONFLICT))
    };
    if !found.problems.is_empty() {
        return ask_again(&found, "sentinels.check.mend_first");
    }
    if found.sheet.hash() != form.value("hash") {
        return ask_again(&found, "sentinels.check.changed");
    }
    let paper = match state.documents.install_request_form(&found.sheet.paper()).await {
        Ok(paper) => paper,
        Err(DocumentError::DoesNotFit) => return ask_again(&found, "sentinels.problem.does_not_fit"),
        Err(error) => return Err(no_paper(error)),
    };
    let paper_hash = state.files.keep(paper.into()).await?;
    let list_hash = state.files.keep(device_list::bytes(&found.sheet).await?.into()).await?;

    let tx = state.begin(&current).await?;
    let case = store::lock(&tx, id).await?;
    if case.request.submitted_at.is_some() {
        return Ok(Redirect::to(&path(id, "")).into_response());
    }
    let now = assemble(&state, &*tx, &current, &case).await?;
    if let Some(now) = now.filter(|now| now.sheet != found.sheet || !now.problems.is_empty()) {
        return ask_again(&now, "sentinels.check.changed");
    }
    let sheet = found.sheet;
    let refused = outbox::store::refusal(&*tx, &sheet.to).await?.is_some();
    let mail = message(&state, &current, &case, &sheet, [&paper_hash, &list_hash]);
    let mail = outbox::enqueue(&tx, &state.options, mail).await?;
    if !store::submit(&tx, id, &sheet, &paper_hash, mail).await? {
        return Err(AppError::internal("a locked draft was sent by somebody else"));
    }
    record(&tx, &case, Act::Submit, mail).await?;
    devices::feed::begin(&tx, &store::case(&*tx, id).await?).await?;
    tx.commit().await?;
    let key = match outbox::leaves(&state, &current) {
        _ if refused => "sentinels.sent_refused",
        true => "sentinels.sent",
        false => "sentinels.sent_as_file",
    };
    Ok(flash::redirect(&path(id, ""), &Message::of(key).with("number", &sheet.number)))
}

/// A mail that did not arrive is sent once more: the same text and paper, to the mailbox that is set now. Where that one
/// was refused, staff say by this that it is right; nobody else does.
pub async fn resend(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
) -> Result<Response> {
    acted_on(&state, &current, id).await?;
    let tx = state.begin(&current).await?;
    let case = store::lock(&tx, id).await?;
    if let Err(why) = case.known.allows(Act::Resend) {
        drop(tx);
        return again(&state, &current, &case, Refused::Resend(why)).await;
    }
    let (Some(sheet), Some(sent), Some(sent_to)) =
        (store::sheet(&case.request)?, case.request.message_id, &case.request.sent_to)
    else {
        return Err(AppError::internal("a sent request without its mail"));
    };
    let to = &state.options.install_request_to;
    if !current.is_staff() && outbox::store::refusal(&*tx, to).await?.is_some() {
        drop(tx);
        let why = Message::of("sentinels.move.address_refused");
        return again(&state, &current, &case, Refused::Resend(why)).await;
    }
    let failed = outbox::store::to_address(&*tx, sent, sent_to).await?.ok_or(AppError::NotFound)?;
    // What was possibly delivered would be repeated by itself; the new mail goes in its stead.
    if failed.delivery.settled_at.is_none() && !outbox::store::cancel(&tx, failed.delivery.id).await? {
        return Err(AppError::Refused(Message::of("sentinels.move.only_failed_again")));
    }
    let (mail, _) = outbox::store::resend(&tx, &failed, to).await?;
    store::resent(&tx, id, to, mail).await?;
    record(&tx, &case, Act::Resend, mail).await?;
    tx.commit().await?;
    Ok(flash::redirect(&path(id, ""), &Message::of("sentinels.resent").with("number", &sheet.number)))
}

async fn record(tx: &crate::db::Tx, case: &Case, act: Act, mail: MessageId) -> Result<()> {
    let id = case.request.id;
    store::add_event(tx, id, act, None, None).await?;
    let what = if act == Act::Submit { "install_request.sent" } else { "install_request.resent" };
    let entry = audit::Entry::new(what, store::KIND).subject(id).member(case.request.member_id);
    audit::record(tx, entry.after(&serde_json::json!({ "number": case.request.number, "message": mail }))).await
}

/// The one message: to the operator, with the copy beside it in the headers, paper and list attached (`hashes`).
fn message(state: &AppState, current: &Current, case: &Case, sheet: &Sheet, hashes: [&str; 2]) -> NewMessage {
    let letter = mail::letter(sheet);
    let member = case.request.member_id;
    let names = [(sheet.paper_name(), FileKind::Pdf), (format!("{}.xlsx", device_list::name(sheet)), FileKind::Xlsx)];
    let attachments = names.into_iter().zip(hashes).map(|((name, kind), hash)| Attachment {
        name,
        media_type: kind.media_type().to_owned(),
        hash: hash.to_owned(),
    });
    NewMessage {
        about: Subject { kind: store::KIND, id: case.request.id.0 },
        title: letter.title,
        text: letter.text,
        html: Some(letter.html),
        reply_to: reply_to(state, current, case.request.id, sheet),
        attachments: attachments.collect(),
        recipients: recipients(sheet, &sheet.to, member),
        shown_together: true,
    }
}

/// The operator, and the requester's copy.
pub fn recipients(sheet: &Sheet, to: &str, member: MemberId) -> Vec<Recipient> {
    let operator = Recipient { name: "SHData".to_owned(), email: to.to_owned(), member: None };
    let copy = sheet.copy_to().filter(|copy| !copy.eq_ignore_ascii_case(to)).map(|email| Recipient {
        name: sheet.contact.name.clone(),
        email: email.to_owned(),
        member: Some(member),
    });
    std::iter::once(operator).chain(copy).collect()
}

/// Answers go to the requester, or to the association for those without an e-mail; and to the request's own
/// page, where a mailbox for that is set.
pub fn reply_to(state: &AppState, current: &Current, id: InstallRequestId, sheet: &Sheet) -> Option<String> {
    let office = Some(current.site.association.email.clone()).filter(|email| !email.is_empty());
    let person = sheet.copy_to().map(str::to_owned).or(office);
    let page = conversations::address(&state.options, id.into());
    let all: Vec<String> = person.into_iter().chain(page).collect();
    (!all.is_empty()).then(|| all.join(", "))
}
