//! What staff do with a mail that came in: file it, put it aside, note that it was dealt with, take it back, read it again.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{Asked, files_of, listing, one_mail, told};
use crate::{
    accounts::own_path,
    audit,
    conversations::{
        ingest,
        model::Way,
        page::timeline::SCOPE,
        settle::{self, Filing},
        store::{self, PAGE},
    },
    current::Current,
    db::Tx,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::InboundMailId,
    numbers::Number,
    state::AppState,
    text::Message,
};

/// Files a mail: as what it is, or, if staff say so, as the member's reply, which cannot be taken back.
pub async fn file(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InboundMailId>,
    form: Form,
) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let typed = form.required("number", 40);
    let tx = state.begin(&current).await?;
    let mail = store::find(&*tx, id).await?;
    let of = match Number::parse(&typed) {
        Some(number) => store::by_number(&*tx, number).await?,
        None => None,
    };
    let about = match of {
        Some(of) => store::about(&*tx, of).await?,
        None => None,
    };
    let Some(about) = about else {
        drop(tx);
        form.refuse("number", Message::of("conversations.no_such_number"));
        return one_mail(&state, &current, mail, &form).await;
    };
    let sender = store::sender(&*tx, &mail.from_email).await?;
    let files = files_of(&*tx, &mail).await?;
    let replies = form.value("as") == "reply";
    let filing = Filing { about: &about, way: Way::ByHand, sender: &sender, files: &files, replies };
    if replies && mail.filed_at.is_none() && !settle::is_reply(&*tx, &mail, filing).await? {
        drop(tx);
        form.refuse("number", Message::of("conversations.no_reply_there"));
        return one_mail(&state, &current, mail, &form).await;
    }
    if !settle::file(&state, &tx, &mail, filing).await? {
        return Err(AppError::Refused(Message::of("conversations.filed_already")));
    }
    tx.commit().await?;
    let done = if replies { "conversations.done.filed_as_reply" } else { "conversations.done.filed" };
    Ok(flash::redirect(&about.conversation.path(), &Message::of(done).with("number", &about.number)))
}

pub async fn put_aside(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InboundMailId>,
) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let mail = store::find(&*tx, id).await?;
    if mail.about_id.is_some() {
        return Err(AppError::Refused(Message::of("conversations.filed_already")));
    }
    aside(&tx, id).await?;
    tx.commit().await?;
    Ok(flash::redirect("/mails?tab=pen", &Message::of("conversations.done.aside")))
}

/// Puts those mails of the pen aside that were chosen in the list.
pub async fn put_several_aside(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let chosen: Vec<InboundMailId> = form.values("chosen").take(PAGE).filter_map(|id| id.parse().ok()).collect();
    if chosen.is_empty() {
        form.refuse("chosen", Message::of("conversations.none_chosen"));
        return listing(&state, &current, &Asked { tab: "pen".to_owned(), ..Asked::default() }, &form).await;
    }
    let tx = state.begin(&current).await?;
    let mut done = 0;
    for id in chosen {
        done += u32::from(aside(&tx, id).await?);
    }
    tx.commit().await?;
    Ok(flash::redirect("/mails?tab=pen", &Message::of("conversations.done.several_aside").with("n", done)))
}

/// Takes a mail of the pen off 待办; doing so twice is once.
async fn aside(tx: &Tx, id: InboundMailId) -> Result<bool> {
    let done = store::put_aside(tx, id).await?;
    if done {
        audit::record(tx, audit::Entry::new("inbound_mail.put_aside", "inbound_mail").subject(id)).await?;
    }
    Ok(done)
}

pub async fn handled(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InboundMailId>,
    form: Form,
) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let mail = store::find(&*tx, id).await?;
    if mail.about_id.is_none() {
        return Err(AppError::Refused(Message::of("conversations.not_filed")));
    }
    if store::handle(&tx, id).await? {
        audit::record(&tx, audit::Entry::new("inbound_mail.handled", "inbound_mail").subject(id)).await?;
    }
    tx.commit().await?;
    Ok(flash::redirect(own_path(form.value("back")), &Message::of("conversations.done.handled")))
}

/// Takes a mail that was filed wrongly back into the pen.
pub async fn take_back(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InboundMailId>,
) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let mail = store::find(&*tx, id).await?;
    if store::is_proof(&*tx, &mail).await? || !store::take_back(&tx, id).await? {
        return Err(AppError::Refused(Message::of("conversations.not_taken_back")));
    }
    let mut entry = audit::Entry::new("inbound_mail.taken_back", "inbound_mail").subject(id);
    let about = match mail.conversation() {
        Some(of) => store::about(&*tx, of).await?,
        None => None,
    };
    if let Some(about) = about {
        entry = entry.member(about.member).before(&serde_json::json!({ "number": about.number, "way": mail.way }));
    }
    audit::record(&tx, entry).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/mails/{id}"), &Message::of("conversations.done.taken_back")))
}

/// Reads a mail whose reading was broken off.
pub async fn read_now(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InboundMailId>,
) -> Result<Response> {
    store::find(state.db.reader(), id).await?;
    Ok(told(ingest::by_hand(&state, current.actor(), id).await?))
}
