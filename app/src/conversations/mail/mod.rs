//! Reading a mail: who wrote what, to which addresses, in which thread, what came with it, and what is wrong
//! with it. Structure is bounded before the parser sees it, texts are clean and of bounded length after it,
//! and whatever cannot be read is named instead of guessed.

mod bounds;
mod nature;
mod report;
mod words;

use mail_parser::{Address, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};

pub use report::Bounced;
pub use words::{cut, day_in, numbers_in, own_words};

use super::model::{Held, Nature};
use crate::{members::email::Email, time::Instant};

/// The largest mail whose structure is read, in bytes; of a larger one only the headers are.
pub const MOST_READ: u64 = 32 * 1024 * 1024;
/// How much of the beginning of a mail its headers may take.
pub const MOST_HEADERS: usize = 256 * 1024;
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
    let damage = if whole { bounds::check(raw).err() } else { Some(Held::TooLarge) };
    let parser = MessageParser::default();
    let message = match damage {
        None => parser.parse(raw),
        Some(_) => parser.parse_headers(&raw[..raw.len().min(MOST_HEADERS)]),
    };
    let Some(message) = message else {
        return Parsed { problem: Some(damage.unwrap_or(Held::Broken)), ..Parsed::default() };
    };
    let mut parsed = headers(&message);
    parsed.nature = Some(nature::of(&message, &parsed));
    if damage.is_none() {
        body(&message, &mut parsed);
    }
    parsed.problem = damage.or(parsed.problem);
    parsed
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
    for header in message.headers() {
        if let (HeaderName::To | HeaderName::Cc, HeaderValue::Address(list)) = (&header.name, &header.value) {
            found.extend(list.iter().filter_map(|one| one.address()).map(|one| words::line(one, LONGEST_ID)));
        }
    }
    for (name, value) in message.headers_raw() {
        if ["delivered-to", "x-original-to", "envelope-to"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
            found.push(words::line(value.trim().trim_matches(['<', '>']), LONGEST_ID));
        }
    }
    found.truncate(MOST_ADDRESSES);
    found
}

fn body(message: &Message<'_>, parsed: &mut Parsed) {
    for index in &message.text_body {
        if let Some(part) = message.part(*index) {
            let (text, is_wrong) = words::text(part, message.raw_message());
            if is_wrong {
                note(parsed, Held::Charset);
            }
            if !parsed.text.is_empty() {
                parsed.text.push('\n');
            }
            parsed.text.push_str(&text);
            if part.is_encoding_problem {
                note(parsed, Held::Broken);
            }
        }
    }
    parsed.text = words::cut(parsed.text.trim(), LONGEST_TEXT);
    report::read(message, parsed);
    for part in message.attachments() {
        attachment(part, parsed);
    }
}

/// A part that is not the text. Reports are read elsewhere, and what a report returns is our own mail.
fn attachment(part: &MessagePart<'_>, parsed: &mut Parsed) {
    let is = |kind, subtype| part.is_content_type(kind, subtype);
    if parsed.nature() == Nature::Report && report::is_part(part) {
        return;
    }
    let name = part.attachment_name().unwrap_or_default();
    if words::hides_lines(name) {
        note(parsed, Held::HiddenLines);
    }
    let name = words::file_name(name);
    if is("application", "ms-tnef") || name.eq_ignore_ascii_case("winmail.dat") {
        note(parsed, Held::Winmail);
    }
    if part.is_encoding_problem {
        note(parsed, Held::Broken);
    }
    // The other version of a text that was read already, such as the HTML beside the plain text.
    let is_text = matches!(part.body, PartType::Text(_) | PartType::Html(_));
    if is_text && name.is_empty() {
        return;
    }
    let name = if name.is_empty() { unnamed(part) } else { name };
    parsed.parts.push(Part { name, bytes: part.contents().to_vec() });
}

/// A name by its type, for what was sent without one.
fn unnamed(part: &MessagePart<'_>) -> String {
    let subtype = part.content_type().and_then(|kind| kind.subtype()).unwrap_or("bin");
    let ending = match subtype.to_ascii_lowercase().as_str() {
        "jpeg" => "jpg".to_owned(),
        "rfc822" => "eml".to_owned(),
        other => other.chars().filter(char::is_ascii_alphanumeric).take(8).collect(),
    };
    format!("attachment.{ending}")
}
