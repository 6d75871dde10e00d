//! Checking the answers and sending the request. What is sent is what was shown: the form carries the
//! hash of the sheet, and if the register changed in between, it is asked again. A second click finds
//! the request sent and leads to it.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    answers::Devices,
    check_page, device_list, mail,
    model::Act,
    request_page,
    routes::{acted_on, path, request},
    sheet::{self, Sheet},
    store::{self, Case},
    wizard,
};
use crate::{
    audit, conversations,
    current::Current,
    db::ConnectionTrait,
    documents::DocumentError,
    error::{AppError, Result},
    files::FileKind,
    flash,
    form::Form,
    guides::facts::Facts,
    ids::{EntranceId, InstallRequestId, MemberId, MessageId},
    members::{address::Address, store as register},
    outbox::{self, Attachment, NewMessage, Recipient, Subject},
    settings,
    state::AppState,
    text::Message,
};

/// What keeps a request from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Name and code are not known to equal the licence.
    Licence,
    /// The plant's address lacks something.
    Address,
    /// The entrance, the plant or the membership has ended.
    Closed,
    /// Devices are to stand at an entrance that has ended, is another member's, or is not this person's to ask for.
    LinePlace,
}

/// A draft as it would be sent now.
pub struct Assembled {
    pub sheet: Sheet,
    pub problems: Vec<Problem>,
}

/// Gathers the sheet from the register and the answers; nothing while a step is missing.
pub async fn assemble(
    state: &AppState,
    conn: &impl ConnectionTrait,
    current: &Current,
    case: &Case,
) -> Result<Option<Assembled>> {
    let answers = store::answers(&case.request)?;
    let (Some(number), Some(scene), Some(devices), Some(contact)) =
        (case.request.number.clone(), answers.scene, answers.devices, answers.contact)
    else {
        return Ok(None);
    };
    let member = register::member(conn, case.request.member_id).await?;
    let plant = register::plant(conn, case.request.plant_id).await?;
    let entrance = register::entrance(conn, case.request.entrance_id).await?;
    let rules = settings::load::<Facts>(conn).await?.value.installing;
    let spots = spots(conn, &case.request, &devices).await?;
    let is_complete = |plant: &register::Plant| {
        serde_json::from_str::<Address>(&plant.address).is_ok_and(|address| address.is_complete())
    };
    let fits = |(entrance, plant): &(register::Entrance, register::Plant)| {
        plant.member_id == case.request.member_id
            && entrance.closed_at.is_none()
            && plant.closed_at.is_none()
            && current.acts_for_plant(plant.member_id, plant.id).is_ok()
    };
    let closed = member.left_at.is_some() || plant.closed_at.is_some() || entrance.closed_at.is_some();
    let problems = [
        (member.licence_confirmed_at.is_none(), Problem::Licence),
        (!is_complete(&plant) || !spots.iter().all(|(_, plant)| is_complete(plant)), Problem::Address),
        (closed, Problem::Closed),
        (!spots.iter().all(|spot| spot.0.id == case.request.entrance_id || fits(spot)), Problem::LinePlace),
    ];
    let place = sheet::Place {
        unit: member.name,
        credit_code: member.credit_code,
        plant: plant.name,
        entrance: entrance.name,
        address: plant.address_line,
        spots: spots.into_iter().map(spot).collect(),
    };
    let ends = sheet::Ends {
        association: current.site.association.name.clone(),
        from: state.options.mail_from.clone(),
        to: state.options.install_request_to.clone(),
    };
    let sheet = Sheet::new(number, state.clock.now().day(), ends, place, (scene, devices, contact), &rules);
    Ok(Some(Assembled {
        sheet,
        problems: problems.iter().filter(|(holds, _)| *holds).map(|(_, problem)| *problem).collect(),
    }))
}

/// Where each line's devices are to stand; nothing where all stand at the request's own entrance.
async fn spots(
    conn: &impl ConnectionTrait,
    request: &store::Request,
    devices: &Devices,
) -> Result<Vec<(register::Entrance, register::Plant)>> {
    if devices.lines.iter().all(|line| line.entrance.is_none()) {
        return Ok(Vec::new());
    }
    let ids: Vec<EntranceId> = devices.lines.iter().map(|line| line.entrance.unwrap_or(request.entrance_id)).collect();
    let found = store::places(conn, &ids).await?;
    let place = |id: &EntranceId| found.get(id).cloned().ok_or(AppError::NotFound);
    ids.iter().map(place).collect()
}

fn spot((entrance, plant): (register::Entrance, register::Plant)) -> sheet::Spot {
    sheet::Spot {
        plant_id: plant.id,
        entrance_id: entrance.id,
        plant: plant.name,
        entrance: entrance.name,
        address: plant.address_line,
    }
}

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
        return request_page::show(&state, &current, &request(&state, &case).await?, Some((None, why)));
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
        return request_page::show(&state, &current, &request(&state, &case).await?, Some((None, why)));
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
