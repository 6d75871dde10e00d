//! The structure of a mail: its parts, which of them are the text, and the bytes of each. The parser is given
//! nothing but the headers of one part at a time, so that no other reader's idea of the structure counts, and
//! depth, number, headers and boundaries are bounded on the way. Mails within mails are not opened.

use std::borrow::Cow;

use mail_parser::{
    ContentType, Message, MessageParser, MessagePart, MimeHeaders,
    decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode},
};

use super::{Held, MOST_HEADERS, words};

/// Parts of a mail, and how deep they may be nested.
const MOST_PARTS: usize = 200;
const DEEPEST: usize = 10;
/// Bytes of the headers of one part within a mail, and of all parts together.
const MOST_HEADERS_OF_A_PART: usize = 16 * 1024;
const MOST_HEADERS_TOGETHER: usize = 2 * MOST_HEADERS;
/// Bytes of a text that may be nothing but spaces of some kind.
const LONGEST_BLANK: usize = 1_000;
/// Characters of a boundary (RFC 2046).
const LONGEST_BOUNDARY: usize = 70;

/// What a part is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Text,
    /// The text once more, written otherwise.
    OtherVersion,
    Attachment,
}

/// A part that has no parts.
#[derive(Debug)]
pub struct Piece<'a> {
    head: Option<Message<'a>>,
    /// A digest holds mails, unless a part says otherwise.
    in_digest: bool,
    body: &'a [u8],
    pub role: Role,
}

/// The parts of a mail, in their order.
///
/// # Errors
/// Why it must not be read further.
pub fn pieces(raw: &[u8]) -> Result<Vec<Piece<'_>>, Held> {
    Walk::default().part(raw, 0, false)
}

/// Headers and body, divided by the first empty line. Nothing when there is none, when a line before it holds
/// white space only, which some readers take for the end and others for a part of the line above, or when it
/// is too far away.
pub fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return Some(bytes.split_at(at));
        }
        if line.trim_ascii().is_empty() || at > MOST_HEADERS {
            return None;
        }
    }
    None
}

/// The headers at the beginning, as far as there are any.
pub fn headers(bytes: &[u8]) -> Option<Message<'_>> {
    let head = split(bytes).map_or(bytes, |(head, _)| head);
    MessageParser::default().parse_headers(&head[..head.len().min(MOST_HEADERS)])
}

#[derive(Default)]
struct Walk {
    parts: usize,
    header_bytes: usize,
}

impl Walk {
    fn part<'a>(&mut self, bytes: &'a [u8], depth: usize, in_digest: bool) -> Result<Vec<Piece<'a>>, Held> {
        self.parts += 1;
        if self.parts > MOST_PARTS || depth > DEEPEST {
            return Err(Held::TooManyParts);
        }
        let (head, body) = split(bytes).ok_or(Held::Broken)?;
        self.header_bytes += head.len();
        let most = if depth == 0 { MOST_HEADERS } else { MOST_HEADERS_OF_A_PART };
        if head.len() > most || self.header_bytes > MOST_HEADERS_TOGETHER {
            return Err(Held::Broken);
        }
        let piece = Piece { head: MessageParser::default().parse_headers(head), in_digest, body, role: Role::Text };
        let Some(kind) = piece.content_type().filter(|kind| kind.ctype() == "multipart") else {
            let role = piece.role_of_its_own(depth);
            // The end of the line before a boundary belongs to the boundary.
            let body = if depth == 0 { body } else { without_line_end(body) };
            return Ok(vec![Piece { role, body, ..piece }]);
        };
        let boundary = kind.attribute("boundary").filter(|boundary| (1..=LONGEST_BOUNDARY).contains(&boundary.len()));
        let parts = between(body, boundary.ok_or(Held::Broken)?.as_bytes())?;
        let subtype = kind.subtype().unwrap_or_default();
        let mut children = Vec::new();
        for part in parts {
            children.push(self.part(part, depth + 1, subtype == "digest")?);
        }
        Ok(joined(subtype, children))
    }
}

/// What stands between the delimiter lines, up to the one that closes.
fn between<'a>(body: &'a [u8], boundary: &[u8]) -> Result<Vec<&'a [u8]>, Held> {
    let (mut parts, mut begun, mut at) = (Vec::new(), None, 0);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let Some(rest) = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)) else { continue };
        let (rest, closes) = rest.strip_prefix(b"--").map_or((rest, false), |rest| (rest, true));
        if !rest.trim_ascii().is_empty() {
            continue;
        }
        if let Some(begun) = begun.replace(at) {
            parts.push(&body[begun..start]);
        }
        if parts.len() > MOST_PARTS {
            return Err(Held::TooManyParts);
        }
        if closes {
            return if parts.is_empty() { Err(Held::Broken) } else { Ok(parts) };
        }
    }
    Err(Held::Broken)
}

fn without_line_end(body: &[u8]) -> &[u8] {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    body.strip_suffix(b"\r").unwrap_or(body)
}

/// The parts of a multipart one after the other. Of several versions the plain text is read, if it says anything.
fn joined<'a>(subtype: &str, mut children: Vec<Vec<Piece<'a>>>) -> Vec<Piece<'a>> {
    let is_text = |piece: &Piece<'_>| piece.role == Role::Text;
    let read = match subtype {
        "related" => Some(0),
        "alternative" => {
            let first = |fits: &dyn Fn(&Piece<'a>) -> bool| {
                children.iter().position(|pieces| pieces.iter().any(|piece| is_text(piece) && fits(piece)))
            };
            let plain = first(&|piece| !piece.is_html() && !piece.is_blank());
            plain.or_else(|| first(&Piece::is_html)).or_else(|| first(&|_| true))
        }
        _ => return children.into_iter().flatten().collect(),
    };
    for (n, pieces) in children.iter_mut().enumerate() {
        for piece in pieces.iter_mut().filter(|piece| Some(n) != read && piece.is_unnamed_text()) {
            piece.role = Role::OtherVersion;
        }
    }
    children.into_iter().flatten().collect()
}

impl<'a> Piece<'a> {
    fn headers(&self) -> Option<&MessagePart<'_>> {
        self.head.as_ref().map(Message::root_part)
    }

    fn content_type(&self) -> Option<&ContentType<'_>> {
        self.headers().and_then(MimeHeaders::content_type)
    }

    fn role_of_its_own(&self, depth: usize) -> Role {
        let disposition = self.headers().and_then(MimeHeaders::content_disposition);
        let is_attached = disposition.is_some_and(ContentType::is_attachment);
        let is_named = depth > 0 && !self.name().is_empty();
        if self.is_readable() && !is_attached && !is_named { Role::Text } else { Role::Attachment }
    }

    /// Whether it is a text of a kind that is read; an appointment, say, is text too, and not the same once more.
    fn is_unnamed_text(&self) -> bool {
        self.is_readable() && self.name().is_empty()
    }

    fn is_readable(&self) -> bool {
        match self.content_type() {
            Some(_) => self.is("text", "plain") || self.is_html(),
            None => !self.in_digest,
        }
    }

    /// Whether it is a plain text without a word.
    fn is_blank(&self) -> bool {
        let (bytes, is_damaged) = self.bytes();
        let bytes = bytes.trim_ascii();
        !is_damaged && bytes.len() < LONGEST_BLANK && words::text(bytes, self.charset(), false).0.trim().is_empty()
    }

    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.headers().is_some_and(|part| part.is_content_type(kind, subtype))
    }

    pub fn is_html(&self) -> bool {
        self.is("text", "html")
    }

    pub fn charset(&self) -> Option<&str> {
        self.content_type().and_then(|kind| kind.attribute("charset"))
    }

    /// As the sender wrote it; empty when it has none.
    pub fn name(&self) -> &str {
        self.headers().and_then(MimeHeaders::attachment_name).unwrap_or_default()
    }

    /// What follows the slash in its type.
    pub fn subtype(&self) -> &str {
        let by_default = if self.in_digest { "rfc822" } else { "bin" };
        self.content_type().and_then(|kind| kind.subtype()).unwrap_or(by_default)
    }

    /// Decoded as its headers say; as it came, and with `true`, when it is not written so.
    pub fn bytes(&self) -> (Cow<'a, [u8]>, bool) {
        let encoding = self.headers().and_then(MimeHeaders::content_transfer_encoding).unwrap_or_default().trim();
        let decoded = if encoding.eq_ignore_ascii_case("base64") {
            base64_decode(self.body)
        } else if encoding.eq_ignore_ascii_case("quoted-printable") {
            quoted_printable_decode(self.body)
        } else {
            return (self.body.into(), false);
        };
        decoded.map_or((self.body.into(), true), |bytes| (bytes.into(), false))
    }
}

#[cfg(test)]
mod tests;
