//! Taking a mail in: the mail as it came and its row in the holding pen are kept first, and only then is it
//! read and filed, in a transaction of its own (`settle`). Whatever breaks in between, the mail is there, is
//! read again, and is shown to staff. A mail counts as taken in only when it is settled; before that, whoever
//! handed it over keeps it, and may hand it over again.

use super::{
    model::{CameBy, Held},
    settle::settle,
    store::{self, KeptMail},
};
use crate::{
    accounts::token::hash,
    audit,
    db::Actor,
    error::{AppError, Result},
    files::{self, Received},
    ids::InboundMailId,
    state::AppState,
    time::Instant,
};

/// The largest mail that is taken in at all, in bytes. Above `MOST_READ` it is kept and not read.
pub const LARGEST: u64 = 100 * 1024 * 1024;
/// How often reading a mail is begun by itself; what breaks the program each time must not do so for ever.
pub const MOST_TRIES: i64 = 3;
/// Mails that are read again in one round, and how long they are left to whoever took them in.
const READ_AGAIN: u64 = 20;
const LEFT_ALONE: i64 = 15 * Instant::MINUTE;

/// A mail that was handed over.
#[derive(Debug)]
pub struct Source {
    pub received: Received,
    /// The address to which the mail server delivered it, where it says so.
    pub recipient: Option<String>,
    pub came_by: CameBy,
    pub actor: Actor,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Filed(InboundMailId),
    Held(InboundMailId, Held),
    /// It was taken in before.
    Again,
    /// A copy of a mail that the portal itself sent; it is kept there.
    Ours,
}

/// Takes a mail in.
///
/// # Errors
/// It could not be written, and should be handed over again.
pub async fn take(state: &AppState, source: Source) -> Result<Taken> {
    let raw_hash = files::keep_as_it_came(&state.files, &source.received).await?;
    let tx = state.db.begin(source.actor.clone(), state.clock.now()).await?;
    let recipient = source.recipient.as_deref().unwrap_or_default();
    // Until it is read, the same mail is the one with the same bytes for the same address.
    let twin = hash(&format!("{raw_hash}\0{}", recipient.to_ascii_lowercase()));
    let new = KeptMail {
        twin: twin.clone(),
        came_by: source.came_by,
        recipient: source.recipient,
        raw_hash,
        raw_size: i64::try_from(source.received.size()).map_err(AppError::internal)?,
    };
    let Some(id) = store::keep(&tx, new).await? else {
        drop(tx);
        let Some(before) = store::twin_of(state.db.reader(), &twin).await? else { return Ok(Taken::Again) };
        return match before.held {
            Some(Held::Unread) if before.about_id.is_none() => again(state, source.actor, before.id, MOST_TRIES).await,
            _ => Ok(Taken::Again),
        };
    };
    audit::record(&tx, audit::Entry::new("inbound_mail.kept", "inbound_mail").subject(id)).await?;
    tx.commit().await?;
    attempt(state, source.actor, id).await
}

/// Reads a mail that is kept and was not read to its end, however often that was tried.
pub async fn by_hand(state: &AppState, actor: Actor, id: InboundMailId) -> Result<Taken> {
    again(state, actor, id, i64::MAX).await
}

/// Reads a mail that is kept and was not read to its end; one that was tried too often stays as it is.
async fn again(state: &AppState, actor: Actor, id: InboundMailId, most: i64) -> Result<Taken> {
    let tx = state.db.begin(actor.clone(), state.clock.now()).await?;
    if !store::try_once_more(&tx, id, most).await? {
        return Ok(Taken::Held(id, Held::Unread));
    }
    tx.commit_unseen().await?;
    attempt(state, actor, id).await
}

/// Reads and settles a mail whose try is noted. An ordinary failure, of the database say, gives the try back; it stays
/// used up when the program itself broke, or cannot write even that.
async fn attempt(state: &AppState, actor: Actor, id: InboundMailId) -> Result<Taken> {
    let settled = settle(state, actor.clone(), id).await;
    if settled.is_err()
        && let Err(error) = give_back(state, actor, id).await
    {
        tracing::warn!(?error, mail = %id, "a try to read a mail could not be given back");
    }
    settled
}

async fn give_back(state: &AppState, actor: Actor, id: InboundMailId) -> Result<()> {
    let tx = state.db.begin(actor, state.clock.now()).await?;
    store::give_back(&tx, id).await?;
    tx.commit_unseen().await
}

/// Reads what was left behind unread when the program was broken off.
pub async fn read_left_behind(state: &AppState) -> Result<()> {
    let before = state.clock.now().plus(-LEFT_ALONE);
    for id in store::left_behind(state.db.reader(), before, MOST_TRIES, READ_AGAIN).await? {
        if let Err(error) = again(state, Actor::program(), id, MOST_TRIES).await {
            tracing::warn!(?error, mail = %id, "a mail that is kept could not be read; tried again");
        }
    }
    Ok(())
}
