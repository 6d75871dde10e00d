//! Reading a mail that is kept and settling where it belongs: filed by what is known, with what follows from
//! that, or held with the reason. All in one transaction, which puts what was read in the place of the row that
//! was kept; of several that read the same mail at once, one settles it.

mod pen;
mod reading;

use self::reading::{Luggage, known, read, unpack};
use super::{
    filing::{Known, Place, Sender, place, speaks_for_member},
    ingest::Taken,
    mail::{self, Parsed},
    model::{About, Conversation, Held, Kind, Nature, Way},
    reports,
    store::{self, Inbound, ReadMail},
};
use crate::{
    accounts::token::hash,
    audit,
    db::{Actor, ConnectionTrait, Tx},
    error::{AppError, Result},
    files,
    ids::{FileId, InboundMailId, IssueId, MemberId},
    state::AppState,
};

/// A mail that was read, and what is known of it.
struct Read {
    parsed: Parsed,
    luggage: Luggage,
    known: Known,
    place: Place,
}

/// Reads a mail that is kept, and files or holds it.
pub async fn settle(state: &AppState, actor: Actor, id: InboundMailId) -> Result<Taken> {
    let kept = match store::find(state.db.reader(), id).await {
        Ok(kept) if kept.held == Some(Held::Unread) => kept,
        Ok(_) | Err(AppError::NotFound) => return standing(state, id).await,
        Err(error) => return Err(error),
    };
    let mut parsed = read(state, &kept).await?;
    parsed.recipients.extend(kept.recipient.clone());
    let luggage = unpack(state, &mut parsed).await?;
    let tx = state.db.begin(actor.clone(), state.clock.now()).await?;
    if !store::take_out(&tx, id).await? {
        drop(tx);
        return standing(state, id).await;
    }
    if store::is_ours(&*tx, &parsed).await? {
        audit::record(&tx, audit::Entry::new("inbound_mail.ours", "inbound_mail").subject(id)).await?;
        tx.commit().await?;
        return Ok(Taken::Ours);
    }
    let known = known(state, &tx, &parsed).await?;
    let read = Read { place: place(&known), parsed, luggage, known };
    let twin = twin(&read.parsed, &kept.raw_hash);
    if let Some(before) = store::twin_of(&*tx, &twin).await? {
        return seen_before(state, tx, &kept, &read, &before).await;
    }
    let told = match read.place {
        Place::Pen(Held::NoMatch | Held::UnknownSender) if read.parsed.nature() == Nature::AutoReply => {
            reports::answered(&state.options, &tx, &read.parsed).await?
        }
        _ => reports::told(&state.options, &tx, &read.parsed).await?,
    };
    let held = match (&told, &read.place) {
        (Some(told), _) => (!told.claims.is_empty()).then_some(Held::UnprovedReport),
        (None, Place::Pen(why)) => Some(*why),
        (None, Place::Filed(..)) => None,
    };
    if !put(&tx, &kept, &read, &twin, held).await? {
        // The same mail was taken in at this very moment; now it is seen.
        drop(tx);
        return Box::pin(settle(state, actor, id)).await;
    }
    let files = attach(&tx, id, &read.luggage).await?;
    match (&told, &read.place) {
        (Some(told), _) => reports::file(&tx, id, told).await?,
        (None, Place::Filed(about, way)) => {
            let mail = store::find(&*tx, id).await?;
            file(state, &tx, &mail, filing(about, *way, &read.known.sender, &files)).await?;
        }
        (None, Place::Pen(_)) => reports::note_path(&state.options, &tx, id, &read.parsed).await?,
    }
    if let Some(why) = held {
        pen::hold(&tx, &kept, &read.parsed, why).await?;
    }
    tx.commit().await?;
    Ok(held.map_or(Taken::Filed(id), |why| Taken::Held(id, why)))
}

/// Where a mail is filed, and what is known for that.
#[derive(Clone, Copy)]
pub struct Filing<'a> {
    pub about: &'a About,
    pub way: Way,
    pub sender: &'a Sender,
    pub files: &'a [FileId],
    /// Whether it becomes the member's reply, if it can be that.
    pub replies: bool,
}

/// Files a mail and does what follows from it. `false` when somebody was faster.
pub async fn file(state: &AppState, tx: &Tx, mail: &Inbound, filing: Filing<'_>) -> Result<bool> {
    if !note_filed(tx, mail, filing.about, filing.way).await? {
        return Ok(false);
    }
    if is_reply(&**tx, mail, filing).await? {
        let id = IssueId(filing.about.conversation.id);
        if store::reply(state, tx, id, mail, filing.files).await? {
            store::became_reply(tx, mail).await?;
        }
    } else if mail.nature == Nature::AutoReply {
        // A machine's answer asks nothing of anybody; a person's waits until somebody has looked after it.
        store::handle(tx, mail.id).await?;
    }
    Ok(true)
}

/// Whether filing a mail so makes it the member's reply to what it was asked.
pub async fn is_reply(conn: &impl ConnectionTrait, mail: &Inbound, filing: Filing<'_>) -> Result<bool> {
    let Filing { about, way, sender, files, replies } = filing;
    let speaks = about.conversation.kind == Kind::Issue && speaks_for_member(mail.nature, way, sender, about);
    Ok(replies && speaks && can_reply(mail, files) && store::is_asked(conn, IssueId(about.conversation.id)).await?)
}

/// Whether a mail can be a reply at all: a person's, with something to say, read whole, and nothing about it forged.
pub fn can_reply(mail: &Inbound, files: &[FileId]) -> bool {
    let says_something = mail::said(&mail.body).is_some() || !files.is_empty();
    let is_doubtful = mail.held.is_some_and(|why| why.hides_contents() || why.may_be_forged());
    mail.nature == Nature::Message && says_something && !is_doubtful
}

/// As the program files by itself.
fn filing<'a>(about: &'a About, way: Way, sender: &'a Sender, files: &'a [FileId]) -> Filing<'a> {
    Filing { about, way, sender, files, replies: true }
}

async fn note_filed(tx: &Tx, mail: &Inbound, about: &About, way: Way) -> Result<bool> {
    let of = about.conversation;
    if !store::file(tx, mail.id, of.subject().kind, of.id, Some(way)).await? {
        return Ok(false);
    }
    let entry = audit::Entry::new("inbound_mail.filed", "inbound_mail").subject(mail.id).member(about.member);
    let after = serde_json::json!({ "number": about.number, "way": way, "nature": mail.nature });
    audit::record(tx, entry.after(&after)).await?;
    Ok(true)
}

async fn put(tx: &Tx, kept: &Inbound, read: &Read, twin: &str, held: Option<Held>) -> Result<bool> {
    let row = ReadMail {
        parsed: &read.parsed,
        twin: twin.to_owned(),
        sender_member: only(&read.known.sender.members),
        left_out: serde_json::to_string(&read.luggage.left_out).map_err(AppError::internal)?,
        held,
    };
    store::put(tx, kept, row).await
}

async fn attach(tx: &Tx, id: InboundMailId, luggage: &Luggage) -> Result<Vec<FileId>> {
    let mut files = Vec::new();
    for file in &luggage.files {
        files.push(files::add(tx, file).await?);
    }
    store::attached(tx, id, &files).await?;
    Ok(files)
}

/// The same mail came in before. A copy that knows better where it belongs files the one in the pen; one that was
/// sent to another conversation too is noted there for people to look at, and does nothing by itself.
async fn seen_before(state: &AppState, tx: Tx, kept: &Inbound, read: &Read, before: &Inbound) -> Result<Taken> {
    if before.about_id.is_none() && before.held == Some(Held::UnprovedReport) {
        // The claims are the same, unless this copy came to the delivery's own return path.
        let told = reports::told(&state.options, &tx, &read.parsed).await?.filter(|told| told.claims.is_empty());
        let Some(told) = told else { return again(tx, kept).await };
        reports::file(&tx, before.id, &told).await?;
        note_again(&tx, kept).await?;
        tx.commit().await?;
        return Ok(Taken::Filed(before.id));
    }
    let Place::Filed(about, way) = &read.place else { return again(tx, kept).await };
    let of = about.conversation;
    // No person has filed it or put it aside.
    let waits = before.about_id.is_none() && before.handled_by.is_none();
    if waits && matches!(before.held, Some(Held::NoMatch | Held::UnknownSender)) {
        let files: Vec<FileId> = store::files(&*tx, &[before.id]).await?.into_iter().map(|(_, file)| file.id).collect();
        file(state, &tx, before, filing(about, *way, &read.known.sender, &files)).await?;
        note_again(&tx, kept).await?;
        tx.commit().await?;
        return Ok(Taken::Filed(before.id));
    }
    let is_elsewhere = before.conversation().is_some_and(|there| there != of);
    if *way == Way::Token && is_elsewhere && put(&tx, kept, read, &twin_for(&before.twin, of), None).await? {
        attach(&tx, kept.id, &read.luggage).await?;
        let mail = store::find(&*tx, kept.id).await?;
        note_filed(&tx, &mail, about, *way).await?;
        tx.commit().await?;
        return Ok(Taken::Filed(kept.id));
    }
    again(tx, kept).await
}

/// A copy that tells nothing new.
async fn again(tx: Tx, kept: &Inbound) -> Result<Taken> {
    note_again(&tx, kept).await?;
    tx.commit().await?;
    Ok(Taken::Again)
}

/// Notes why the row of a mail that was kept is gone.
async fn note_again(tx: &Tx, kept: &Inbound) -> Result<()> {
    audit::record(tx, audit::Entry::new("inbound_mail.again", "inbound_mail").subject(kept.id)).await
}

/// What became of a mail that somebody else settled.
async fn standing(state: &AppState, id: InboundMailId) -> Result<Taken> {
    Ok(match store::find(state.db.reader(), id).await {
        Ok(mail) if mail.about_id.is_some() => Taken::Filed(id),
        Ok(mail) => mail.held.map_or(Taken::Again, |why| Taken::Held(id, why)),
        Err(AppError::NotFound) => Taken::Again,
        Err(error) => return Err(error),
    })
}

/// What the same mail has when it comes in again, by another address or another way. All that stands behind
/// the headers belongs to it, for some machines give all their mails one Message-ID.
fn twin(parsed: &Parsed, raw_hash: &str) -> String {
    match &parsed.rfc_id {
        Some(id) if parsed.problem.is_none() => {
            hash(&[id, &parsed.from_email, &parsed.subject, &parsed.body_hash].map(String::as_str).join("\0"))
        }
        _ => raw_hash.to_owned(),
    }
}

/// The same for the note of a mail in a second conversation.
fn twin_for(twin: &str, of: Conversation) -> String {
    hash(&format!("{twin}\0{}\0{}", of.kind, of.id))
}

fn only(members: &[MemberId]) -> Option<MemberId> {
    if let [only] = members { Some(*only) } else { None }
}
