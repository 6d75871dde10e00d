//! Taking a mail in: kept as it came, read within bounds, filed by what is known or put into the holding pen
//! with the reason, all in one transaction. The same mail taken in twice is one. A mail counts as taken in
//! only when this is done; before that, whoever handed it over keeps it.

use super::{
    filing::{Known, Place, Sender, place, speaks_for_member},
    mail::{self, MOST_HEADERS, MOST_READ, Parsed, numbers_in},
    model::{About, CameBy, Held, Kind, Nature, Way},
    reports,
    store::{self, Inbound, NewMail},
    token,
};
use crate::{
    accounts::token::hash,
    audit,
    db::{Actor, Tx},
    error::{AppError, Result},
    files::{self, FileKind, Kept, Received},
    ids::{FileId, InboundMailId, IssueId, MemberId, TextEnum},
    state::AppState,
    text::Message,
};

/// The largest mail that is taken in at all, in bytes. Above `MOST_READ` it is kept and not read.
pub const LARGEST: u64 = 100 * 1024 * 1024;
/// Files of one mail that are kept beside it.
const MOST_FILES: usize = 20;

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

/// What came with a mail, checked like every upload.
#[derive(Debug, Default)]
struct Luggage {
    files: Vec<Kept>,
    left_out: Vec<Message>,
}

/// Takes a mail in.
///
/// # Errors
/// It could not be written, and should be handed over again.
pub async fn take(state: &AppState, source: Source) -> Result<Taken> {
    let mut parsed = read(&source.received).await?;
    parsed.recipients.extend(source.recipient);
    let luggage = unpack(state, &mut parsed).await?;
    let raw_hash = files::keep_as_it_came(&state.files, &source.received).await?;
    let tx = state.db.begin(source.actor, state.clock.now()).await?;
    if store::is_ours(&*tx, &parsed).await? {
        return Ok(Taken::Ours);
    }
    let known = known(state, &tx, &parsed).await?;
    let told = reports::told(&state.options, &tx, &parsed).await?;
    let place = place(&known);
    let new = NewMail {
        parsed: &parsed,
        twin: twin(&parsed, &raw_hash),
        came_by: source.came_by,
        sender_member: only(&known.sender.members),
        raw_hash,
        raw_size: i64::try_from(source.received.size()).map_err(AppError::internal)?,
        left_out: serde_json::to_string(&luggage.left_out).map_err(AppError::internal)?,
        held: match (&told, &place) {
            (Some(told), _) => (!told.claims.is_empty()).then_some(Held::UnprovedReport),
            (None, Place::Pen(why)) => Some(*why),
            (None, Place::Filed(..)) => None,
        },
    };
    let held = new.held;
    let Some(id) = store::add(&tx, new).await? else { return Ok(Taken::Again) };
    let mut kept = Vec::new();
    for file in &luggage.files {
        kept.push(files::add(&tx, file).await?);
    }
    store::attached(&tx, id, &kept).await?;
    match (told, place) {
        (Some(told), _) => reports::file(&tx, id, &told).await?,
        (None, Place::Filed(about, way)) => {
            let mail = store::find(&*tx, id).await?;
            file(state, &tx, &mail, &about, way, &known.sender, &kept).await?;
        }
        (None, Place::Pen(_)) => {}
    }
    if let Some(why) = held {
        let entry = audit::Entry::new("inbound_mail.held", "inbound_mail").subject(id);
        audit::record(&tx, entry.after(&serde_json::json!({ "reason": why }))).await?;
    }
    tx.commit().await?;
    Ok(held.map_or(Taken::Filed(id), |why| Taken::Held(id, why)))
}

/// Files a mail and does what follows from it. `false` when somebody was faster.
pub async fn file(
    state: &AppState,
    tx: &Tx,
    mail: &Inbound,
    about: &About,
    way: Way,
    sender: &Sender,
    kept: &[FileId],
) -> Result<bool> {
    let of = about.conversation;
    if !store::file(tx, mail.id, of.subject().kind, of.id, Some(way)).await? {
        return Ok(false);
    }
    let entry = audit::Entry::new("inbound_mail.filed", "inbound_mail").subject(mail.id).member(about.member);
    let after = serde_json::json!({ "number": about.number, "way": way, "nature": mail.nature });
    audit::record(tx, entry.after(&after)).await?;
    let speaks = of.kind == Kind::Issue && speaks_for_member(mail.nature, way, sender, about);
    let became_reply = speaks && store::reply(state, tx, IssueId(of.id), mail, kept).await?;
    // That somebody is away asks nothing of anybody; everything else waits until somebody has looked after it.
    if became_reply || mail.nature == Nature::AutoReply {
        store::handle(tx, mail.id, became_reply).await?;
    }
    Ok(true)
}

/// Reads the mail from the temporary folder, away from the threads that answer requests.
async fn read(received: &Received) -> Result<Parsed> {
    let whole = received.size() <= MOST_READ;
    let bytes = received.beginning(if whole { MOST_READ } else { MOST_HEADERS as u64 }).await?;
    let reading = tokio::task::spawn_blocking(move || mail::read(&bytes, whole)).await;
    Ok(reading.unwrap_or_else(|error| {
        tracing::error!(%error, "a mail broke its reader; it is held");
        Parsed::unreadable()
    }))
}

/// Puts what came with a mail through the same checks as uploads.
async fn unpack(state: &AppState, parsed: &mut Parsed) -> Result<Luggage> {
    let mut luggage = Luggage::default();
    for part in std::mem::take(&mut parsed.parts) {
        if luggage.files.len() == MOST_FILES {
            luggage.left_out.push(Message::of("conversations.left_out.too_many").with("name", part.name));
            continue;
        }
        let received = match files::receive_from(&state.files, &part.name, part.bytes.as_slice(), files::MAX_FILE).await
        {
            Err(AppError::TooLarge { megabytes }) => {
                let said = Message::of("conversations.left_out.too_large").with("name", part.name);
                luggage.left_out.push(said.with("max", megabytes));
                continue;
            }
            received => received?,
        };
        match files::inspect(&received, FileKind::ALL) {
            Ok(kind) => luggage.files.push(files::keep(&state.files, &received, kind).await?),
            Err(why) => luggage.left_out.push(why),
        }
    }
    Ok(luggage)
}

/// What the same mail has when it comes in again, by another address or another way. The text belongs to it,
/// for some machines give all their mails one Message-ID.
fn twin(parsed: &Parsed, raw_hash: &str) -> String {
    match &parsed.rfc_id {
        Some(id) if parsed.problem.is_none() => {
            hash(&[id, &parsed.from_email, &parsed.subject, &parsed.text].map(String::as_str).join("\0"))
        }
        _ => raw_hash.to_owned(),
    }
}

fn only(members: &[MemberId]) -> Option<MemberId> {
    if let [only] = members { Some(*only) } else { None }
}

/// Looks up what the rules ask for.
async fn known(state: &AppState, tx: &Tx, parsed: &Parsed) -> Result<Known> {
    let email = parsed.from_email.as_str();
    let tokens = token::read(&state.options, parsed.recipients.iter().map(String::as_str));
    let by_token = tokens.of.first().copied();
    let by_thread = store::by_thread(&**tx, &parsed.thread).await?;
    let by_number = match numbers_in(&parsed.subject).as_slice() {
        [number] => store::by_number(&**tx, *number).await?,
        _ => None,
    };
    let mut candidates = Vec::new();
    for of in [by_token, by_thread.map(|(of, _)| of), by_number] {
        candidates.push(match of {
            Some(of) => store::candidate(&**tx, of, email).await?,
            None => None,
        });
    }
    let mut candidates = candidates.into_iter();
    Ok(Known {
        nature: parsed.nature(),
        problem: parsed.problem,
        token: candidates.next().flatten(),
        thread: candidates.next().flatten().zip(by_thread.map(|(_, way)| way)),
        number: candidates.next().flatten(),
        sender: store::sender(&**tx, email).await?,
        tokens,
    })
}
