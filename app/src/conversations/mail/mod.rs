//! Reading a mail: who wrote what, to which addresses, in which thread, what came with it, and what is wrong
//! with it. Structure is bounded while it is walked, texts are clean and of bounded length, and whatever cannot
//! be read is named instead of guessed.

mod html;
mod nature;
mod report;
#[cfg(test)]
mod stress;
mod structure;
mod words;

use mail_parser::{Address, HeaderName, HeaderValue, Message};
use sha2::{Digest, Sha256};

pub use report::Bounced;
pub use words::{cut, day_in, numbers_in, own_words, said};

use super::model::{Held, Nature};
use crate::{hex::hex, members::email::Email, time::Instant};
use structure::{Piece, Role};

/// The largest mail whose structure is read, in bytes; of a larger one only the headers are.
pub const MOST_READ: u64 = 32 * 1024 * 1024;
/// How much of the beginning of a mail its headers may take.
pub const MOST_HEADERS: usize = 128 * 1024;
/// Characters of a subject, of a name and of the text that are kept beside the mail itself.
const LONGEST_LINE: usize = 200;
const LONGEST_TEXT: usize = 50_000;
/// Characters of an id, and how many of them, recipients too, are looked at.
const LONGEST_ID: usize = 250;
const MOST_ADDRESSES: usize = 100;

/// Something that came with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A mail as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The Message-ID without its brackets.
    pub rfc_id: Option<String>,
    pub from_name: String,
    /// Empty when there is none that could be an address.
    pub from_email: String,
    pub subject: String,
    pub text: String,
    pub sent_at: Option<Instant>,
    /// Every address that it was sent to, as far as the headers tell.
    pub recipients: Vec<String>,
    /// The Message-IDs of what it answers, the nearest last.
    pub thread: Vec<String>,
    pub nature: Option<Nature>,
    /// What a mail server says of our mails, and the Message-ID of the mail that it says it of.
    pub bounced: Vec<Bounced>,
    pub original: Option<String>,
    pub parts: Vec<Part>,
    /// What stands behind the headers, hashed without regard to how its lines end.
    pub body_hash: String,
    pub problem: Option<Held>,
}

impl Parsed {
    pub fn nature(&self) -> Nature {
        self.nature.unwrap_or(Nature::Message)
    }

    /// What can be said of a mail that the parser broke on.
    pub fn unreadable() -> Self {
        Self { problem: Some(Held::Broken), ..Self::default() }
    }
}

/// Reads a mail. `whole` says whether these are all of its bytes, or only the beginning of one that is too
/// large to be read.
pub fn read(raw: &[u8], whole: bool) -> Parsed {
    let pieces = if whole { structure::pieces(raw) } else { Err(Held::TooLarge) };
    let damage = pieces.as_ref().err().copied();
    let Some(message) = structure::headers(raw) else {
        return Parsed { problem: Some(damage.unwrap_or(Held::Broken)), ..Parsed::default() };
    };
    let mut parsed = headers(&message);
    parsed.nature = Some(nature::of(&message, &parsed));
    parsed.body_hash = structure::split(raw).map(|(_, body)| hash_of(body)).unwrap_or_default();
    if let Ok(pieces) = &pieces {
        body(pieces, &mut parsed);
    }
    parsed.problem = damage.or(parsed.problem);
    parsed
}

/// Mail servers end lines as they like, and some leave out the last line's end.
fn hash_of(body: &[u8]) -> String {
    let mut hasher = Sha256::new();
    for run in body.trim_ascii_end().split(|byte| *byte == b'\r') {
        hasher.update(run);
    }
    hex(&hasher.finalize())
}

/// Notes what is wrong; the first finding stands.
fn note(parsed: &mut Parsed, problem: Held) {
    parsed.problem = parsed.problem.or(Some(problem));
}

fn headers(message: &Message<'_>) -> Parsed {
    let from = message.from().and_then(Address::first);
    let name = from.and_then(|from| from.name()).unwrap_or_default();
    let email = from.and_then(|from| from.address()).and_then(|text| Email::parse(text).ok());
    let subject = message.subject().unwrap_or_default();
    let mut parsed = Parsed {
        rfc_id: message.message_id().map(id).filter(|id| !id.is_empty()),
        from_name: words::line(name, LONGEST_LINE),
        from_email: email.map(|email| email.to_string()).unwrap_or_default(),
        subject: words::line(subject, LONGEST_LINE),
        sent_at: message.date().and_then(|date| words::instant(date.to_timestamp())),
        recipients: recipients(message),
        thread: thread(message),
        ..Parsed::default()
    };
    if [name, subject].into_iter().any(words::hides_lines) {
        note(&mut parsed, Held::HiddenLines);
    }
    if parsed.from_email.is_empty() {
        note(&mut parsed, Held::Broken);
    }
    parsed
}

fn id(text: &str) -> String {
    words::line(text.trim_matches(['<', '>', ' ']), LONGEST_ID)
}

/// The ids of a header, the nearest last: References lists them in that order, In-Reply-To has the nearest.
fn thread(message: &Message<'_>) -> Vec<String> {
    let ids = |value: &HeaderValue<'_>| match value {
        HeaderValue::Text(one) => vec![id(one)],
        HeaderValue::TextList(list) => list.iter().map(|one| id(one)).collect(),
        _ => Vec::new(),
    };
    let mut all: Vec<String> = ids(message.references()).into_iter().chain(ids(message.in_reply_to())).collect();
    all.retain(|id| !id.is_empty());
    let far = all.len().saturating_sub(MOST_ADDRESSES);
    all.split_off(far)
}

/// Every address that the headers name as a recipient, also those that mail servers note on the way.
fn recipients(message: &Message<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // First of all what mail servers noted: it is of this copy, however many the sender wrote to.
    for (name, value) in message.headers_raw() {
        if ["delivered-to", "x-original-to", "envelope-to"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
            found.push(words::line(value.trim().trim_matches(['<', '>']), LONGEST_ID));
        }
    }
    for header in message.headers() {
        if let (HeaderName::To | HeaderName::Cc, HeaderValue::Address(list)) = (&header.name, &header.value) {
            found.extend(list.iter().filter_map(|one| one.address()).map(|one| words::line(one, LONGEST_ID)));
        }
    }
    found.truncate(MOST_ADDRESSES);
    found
}

fn body(pieces: &[Piece<'_>], parsed: &mut Parsed) {
    for piece in pieces.iter().filter(|piece| piece.role == Role::Text) {
        let (bytes, is_damaged) = piece.bytes();
        let (text, is_wrong) = words::text(&bytes, piece.charset(), piece.is_html());
        if is_damaged {
            note(parsed, Held::Broken);
        } else if is_wrong {
            note(parsed, Held::Charset);
        }
        if !parsed.text.is_empty() {
            parsed.text.push('\n');
        }
        parsed.text.push_str(&text);
    }
    parsed.text = words::cut(parsed.text.trim(), LONGEST_TEXT);
    report::read(pieces, parsed);
    for piece in pieces.iter().filter(|piece| piece.role == Role::Attachment) {
        attachment(piece, parsed);
    }
}

/// A part that is not the text. Reports are read elsewhere, and what a report returns is our own mail.
fn attachment(piece: &Piece<'_>, parsed: &mut Parsed) {
    if parsed.nature() == Nature::Report && report::is_of_it(piece) {
        return;
    }
    if words::hides_lines(piece.name()) {
        note(parsed, Held::HiddenLines);
    }
    let name = words::file_name(piece.name());
    if piece.is("application", "ms-tnef") || name.eq_ignore_ascii_case("winmail.dat") {
        note(parsed, Held::Winmail);
    }
    let (bytes, is_damaged) = piece.bytes();
    if is_damaged {
        note(parsed, Held::Broken);
    }
    let name = if name.is_empty() { unnamed(piece) } else { name };
    parsed.parts.push(Part { name, bytes: bytes.into_owned() });
}

/// A name by its type, for what was sent without one.
fn unnamed(piece: &Piece<'_>) -> String {
    let ending = match piece.subtype().to_ascii_lowercase().as_str() {
        "jpeg" => "jpg".to_owned(),
        "rfc822" => "eml".to_owned(),
        "calendar" => "ics".to_owned(),
        other => other.chars().filter(char::is_ascii_alphanumeric).take(8).collect(),
    };
    format!("attachment.{ending}")
}
