//! The bounds of a mail's structure, walked before the parser builds anything of it: how deep it is nested, how
//! many parts it has, how long its headers are. Damage is found on the way: a part without its closing
//! boundary, a boundary in the middle of a line, a mail within a mail that is encoded (which RFC 2046 forbids).

use mail_parser::{MessageParser, MimeHeaders};

use super::{Held, MOST_HEADERS};

/// Parts of a mail, and how deep they may be nested.
const MOST_PARTS: usize = 200;
const DEEPEST: usize = 20;
/// Bytes of the headers of all parts together.
const MOST_HEADERS_TOGETHER: usize = 4 * MOST_HEADERS;

/// Whether a mail keeps to the bounds.
///
/// # Errors
/// Why it must not be read further.
pub fn check(raw: &[u8]) -> Result<(), Held> {
    Walk::default().part(raw, 0, false)
}

#[derive(Default)]
struct Walk {
    parts: usize,
    header_bytes: usize,
}

/// What the headers of a part say about its contents.
enum Contents {
    Leaf,
    Parts { boundary: Vec<u8>, are_mails: bool },
    Mail,
}

impl Walk {
    fn part(&mut self, bytes: &[u8], depth: usize, is_mail_by_default: bool) -> Result<(), Held> {
        self.parts += 1;
        if self.parts > MOST_PARTS || depth > DEEPEST {
            return Err(Held::TooManyParts);
        }
        let (head, body) = split(bytes);
        self.header_bytes += head.len();
        if head.len() > MOST_HEADERS || self.header_bytes > MOST_HEADERS_TOGETHER {
            return Err(Held::Broken);
        }
        match contents(head, is_mail_by_default)? {
            Contents::Leaf => Ok(()),
            Contents::Mail => self.part(body, depth + 1, false),
            Contents::Parts { boundary, are_mails } => {
                for part in between(body, &boundary)? {
                    self.part(part, depth + 1, are_mails)?;
                }
                Ok(())
            }
        }
    }
}

/// Headers and body; the first line of nothing but white space divides them.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line.trim_ascii().is_empty() {
            break;
        }
    }
    bytes.split_at(at)
}

fn contents(head: &[u8], is_mail_by_default: bool) -> Result<Contents, Held> {
    let by_default = if is_mail_by_default { Contents::Mail } else { Contents::Leaf };
    let Some(message) = MessageParser::default().parse_headers(head) else { return Ok(by_default) };
    let part = message.root_part();
    let Some(kind) = part.content_type() else { return Ok(by_default) };
    let subtype = kind.subtype().unwrap_or_default();
    match kind.ctype() {
        "multipart" => {
            let boundary = kind.attribute("boundary").filter(|boundary| !boundary.is_empty()).ok_or(Held::Broken)?;
            Ok(Contents::Parts { boundary: [b"--", boundary.as_bytes()].concat(), are_mails: subtype == "digest" })
        }
        "message" if matches!(subtype, "rfc822" | "global") => {
            let encoding = part.content_transfer_encoding().unwrap_or_default();
            let is_plain = !["base64", "quoted-printable"].iter().any(|other| encoding.eq_ignore_ascii_case(other));
            is_plain.then_some(Contents::Mail).ok_or(Held::Broken)
        }
        _ => Ok(Contents::Leaf),
    }
}

/// What stands between the delimiter lines, of which the last one must close.
fn between<'a>(body: &'a [u8], delimiter: &[u8]) -> Result<Vec<&'a [u8]>, Held> {
    let (mut parts, mut begun, mut at, mut seen, mut closed) = (Vec::new(), None, 0, 0, false);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let Some(rest) = line.strip_prefix(delimiter).map(<[u8]>::trim_ascii) else { continue };
        seen += 1;
        if closed || !(rest.is_empty() || rest == b"--") {
            return Err(Held::Broken);
        }
        if let Some(begun) = begun.replace(at) {
            parts.push(&body[begun..start]);
        }
        if parts.len() > MOST_PARTS {
            return Err(Held::TooManyParts);
        }
        closed = rest == b"--";
    }
    // Others would look for the delimiter in the middle of lines too.
    let everywhere = body.windows(delimiter.len()).filter(|window| *window == delimiter).count();
    if closed && everywhere == seen && !parts.is_empty() { Ok(parts) } else { Err(Held::Broken) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn multipart(boundary: &str, parts: &[&str]) -> String {
        let parts: String = parts.iter().map(|part| format!("--{boundary}\r\n{part}\r\n")).collect();
        format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\npreamble\r\n{parts}--{boundary}--\r\n")
    }

    const TEXT: &str = "Content-Type: text/plain\r\n\r\nhello -- there";

    #[test]
    fn what_people_write_keeps_to_the_bounds() {
        let inner = multipart("in", &[TEXT, TEXT]);
        let forwarded = format!("Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n{TEXT}");
        for mail in ["", "hello", "Subject: x\r\n\r\nhello", TEXT, &multipart("b", &[TEXT, &inner, &forwarded])] {
            assert_eq!(check(mail.as_bytes()), Ok(()), "{mail}");
        }
    }

    #[test]
    fn damage_is_named() {
        let whole = multipart("b", &[TEXT, TEXT]);
        let encoded = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA";
        for mail in [
            whole.trim_end().trim_end_matches("--b--"),
            &whole.replace("--b--", "--b--\r\n--b--"),
            &whole.replace("hello", "in the middle --b of a line"),
            &whole.replace("--b\r\n", "--bc\r\n"),
            "Content-Type: multipart/mixed\r\n\r\nno boundary",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--",
            encoded,
            &multipart("b", &[encoded]),
        ] {
            assert_eq!(check(mail.as_bytes()), Err(Held::Broken), "{mail}");
        }
    }

    #[test]
    fn parts_depth_and_headers_are_bounded() {
        assert_eq!(check(multipart("b", &[TEXT; 199]).as_bytes()), Ok(()));
        assert_eq!(check(multipart("b", &[TEXT; 500]).as_bytes()), Err(Held::TooManyParts));
        assert_eq!(check(multipart("b", &[""; 100_000]).as_bytes()), Err(Held::TooManyParts));
        let nested = "Content-Type: message/rfc822\n\n".repeat(500_000);
        assert_eq!(check(nested.as_bytes()), Err(Held::TooManyParts));
        let digest = (0..30).fold(TEXT.to_owned(), |inner, n| {
            format!("Content-Type: multipart/digest; boundary=b{n}b\r\n\r\n--b{n}b\r\n\r\n{inner}\r\n--b{n}b--\r\n")
        });
        assert_eq!(check(digest.as_bytes()), Err(Held::TooManyParts));
        let long = "a:\n".repeat(1_000_000);
        assert_eq!(check(long.as_bytes()), Err(Held::Broken));
        let heads = format!("X: {}\r\n\r\nx", "y".repeat(200_000));
        assert_eq!(check(multipart("b", &[heads.as_str(); 10]).as_bytes()), Err(Held::Broken));
    }
}
