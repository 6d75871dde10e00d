//! Delivery reports (RFC 3464, and RFC 6533 for addresses in all letters): what became of a mail at which address, in the
//! words of the server that gave up on it, and which mail it was. Of a report in plain words only the last is read, and
//! only if it is clear.

use super::{
    LONGEST_ID, Nature, Parsed, id,
    structure::{self, Piece},
    words,
};

/// Bytes of a status part that are read, and recipients that are kept.
const MOST_STATUS: usize = 64 * 1024;
const MOST_RECIPIENTS: usize = 100;
/// Characters of a server's words.
const LONGEST_WORDS: usize = 1_000;

/// What is said of one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounced {
    /// The addresses by which the report names the recipient: as we wrote it, and where it led to.
    pub recipients: Vec<String>,
    /// Whether it was given up; else it is late, or has arrived.
    pub has_failed: bool,
    /// The code of RFC 3463, such as `5.1.1`.
    pub status: Option<String>,
    /// The reply code that the remote server gave.
    pub code: Option<u16>,
    pub words: String,
    /// The server that gave up, or the one that refused.
    pub server: Option<String>,
}

/// Reads the report in a mail, if there is one. Of the mail that it returns, which may be cut, only the headers
/// are looked at.
pub fn read(pieces: &[Piece<'_>], parsed: &mut Parsed) {
    for piece in pieces.iter().filter(|piece| is_status(piece)) {
        parsed.nature = Some(Nature::Report);
        parsed.bounced.extend(status(&piece.bytes().0));
        parsed.bounced.truncate(MOST_RECIPIENTS);
    }
    if parsed.nature() != Nature::Report {
        return;
    }
    parsed.original = pieces.iter().filter(|piece| is_returned(piece)).find_map(|piece| {
        let bytes = piece.bytes().0;
        let found = structure::headers(&bytes)?.message_id().map(id);
        found.filter(|found| !found.is_empty())
    });
    if parsed.original.is_none() && parsed.bounced.is_empty() {
        parsed.original = in_words(&parsed.text, &parsed.thread);
    }
}

/// The one mail that a report in plain words is about: named by the headers that it repeats, or else by those of its
/// own that name a thread. Of several nobody knows which.
fn in_words(text: &str, thread: &[String]) -> Option<String> {
    let mut named = repeated(text);
    if named.is_empty() {
        named = thread.to_vec();
    }
    named.sort_unstable();
    named.dedup();
    if let [only] = named.as_slice() { Some(only.clone()) } else { None }
}

/// The Message-IDs among headers that a text repeats, quoted or not; a long one stands in the line below its name.
fn repeated(text: &str) -> Vec<String> {
    let mut lines = text.lines().map(|line| line.trim_start_matches(['>', ' ', '\t', '|']).trim_end()).peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some((name, value)) = line.split_once(':') else { continue };
        if !name.eq_ignore_ascii_case("message-id") {
            continue;
        }
        let value = if value.trim().is_empty() { lines.peek().copied().unwrap_or_default() } else { value };
        let inside = value.trim().strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        found.extend(inside.map(id).filter(|id| !id.is_empty()));
    }
    found
}

/// Whether a part says what became of the mail.
fn is_status(piece: &Piece<'_>) -> bool {
    piece.is("message", "delivery-status") || piece.is("message", "global-delivery-status")
}

/// Whether a part is the mail that came back, or its headers.
fn is_returned(piece: &Piece<'_>) -> bool {
    let is_mail = ["rfc822", "global", "global-headers"].iter().any(|subtype| piece.is("message", subtype));
    is_mail || piece.is("text", "rfc822-headers")
}

/// Whether a part belongs to a report, and is nothing that somebody sent.
pub fn is_of_it(piece: &Piece<'_>) -> bool {
    is_status(piece) || is_returned(piece)
}

/// The groups of a status part: the first is about the mail, each further one about a recipient.
fn status(contents: &[u8]) -> Vec<Bounced> {
    let text = String::from_utf8_lossy(&contents[..contents.len().min(MOST_STATUS)]).replace("\r\n", "\n");
    let mut groups = text.split("\n\n").map(fields).filter(|fields| !fields.is_empty());
    let reporter = groups.next().unwrap_or_default();
    let reporter = value(&reporter, "reporting-mta");
    groups.filter_map(|fields| recipient(&fields, reporter.as_deref())).collect()
}

/// Names in small letters and values, with folded lines put together.
fn fields(group: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in group.lines() {
        match (line.starts_with([' ', '\t']), found.last_mut()) {
            (true, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {
                if let Some((name, value)) = line.split_once(':') {
                    found.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
            }
        }
    }
    found
}

/// A field's value without the type before its semicolon.
fn value(fields: &[(String, String)], name: &str) -> Option<String> {
    let (_, value) = fields.iter().find(|(found, _)| found == name)?;
    let value = value.split_once(';').map_or(value.as_str(), |(_, value)| value);
    Some(words::line(value, LONGEST_WORDS)).filter(|value| !value.is_empty())
}

fn recipient(fields: &[(String, String)], reporter: Option<&str>) -> Option<Bounced> {
    let recipients: Vec<String> = ["original-recipient", "final-recipient"]
        .iter()
        .filter_map(|name| value(fields, name))
        .map(|address| words::line(unescaped(&address).trim_matches(['<', '>']), LONGEST_ID))
        .collect();
    let action = value(fields, "action")?;
    let words = value(fields, "diagnostic-code").unwrap_or_default();
    let status = value(fields, "status").map(|text| text.split(' ').next().unwrap_or_default().to_owned());
    let status = status.filter(|code| code.len() <= 12 && code.starts_with(['2', '4', '5']));
    let code = words.get(..3).and_then(|digits| digits.parse().ok()).filter(|code| (400..600).contains(code));
    Some(Bounced {
        recipients,
        has_failed: action.eq_ignore_ascii_case("failed"),
        status,
        code,
        words,
        server: value(fields, "remote-mta").or_else(|| reporter.map(str::to_owned)),
    })
}

/// An address as it is, where RFC 6533 wrote some of its characters as `\x{5F20}`.
fn unescaped(address: &str) -> String {
    let mut pieces = address.split("\\x{");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let letter = piece
            .split_once('}')
            .and_then(|(code, rest)| Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, rest)));
        match letter {
            Some((letter, rest)) => {
                text.push(letter);
                text.push_str(rest);
            }
            None => text.push_str(piece),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipient_of_a_status_part_is_read() {
        let part = b"Reporting-MTA: dns; mx.example.cn\r\nArrival-Date: Mon, 30 May 2022 10:00:00 +0800\r\n\r\n\
            Original-Recipient: rfc822;Wang@Member.example.cn\r\nFinal-Recipient: rfc822; wang@inner.example.cn\r\n\
            Action: failed\r\nStatus: 5.1.1 (bad address)\r\nRemote-MTA: dns; inner.example.cn\r\n\
            Diagnostic-Code: smtp; 550 5.1.1 no such\r\n user here\r\n\r\n\
            Final-Recipient: rfc822; li@example.cn\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n\
            Final-Recipient: rfc822; nobody@example.cn\r\n";
        let found = status(part);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].recipients, ["Wang@Member.example.cn", "wang@inner.example.cn"]);
        assert!(found[0].has_failed && !found[1].has_failed);
        assert_eq!((found[0].code, found[0].status.as_deref()), (Some(550), Some("5.1.1")));
        assert_eq!(found[0].words, "550 5.1.1 no such user here");
        assert_eq!(found[0].server.as_deref(), Some("inner.example.cn"));
        assert_eq!(found[1].server.as_deref(), Some("mx.example.cn"));
    }

    #[test]
    fn a_report_in_plain_words_is_about_the_one_mail_that_it_names() {
        let below = "The message could not be delivered:\n\n> From: a@b\n> Message-ID:\n>  <one@x>\n> Subject: y";
        for (text, thread, original) in [
            ("I give up.\nMessage-ID: <one@x>\n", vec![], Some("one@x")),
            (below, vec!["two@x"], Some("one@x")),
            ("message-id: <one@x>\nMESSAGE-ID: <one@x>", vec![], Some("one@x")),
            ("Message-ID: <one@x>\nMessage-ID: <two@x>", vec![], None),
            ("see Message-ID: <one@x> and the rest", vec![], None),
            ("Message-ID: one@x", vec![], None),
            ("Message-ID:", vec![], None),
            ("I give up.", vec!["one@x"], Some("one@x")),
            ("I give up.", vec!["one@x", "two@x"], None),
            ("", vec![], None),
        ] {
            let thread: Vec<String> = thread.into_iter().map(str::to_owned).collect();
            assert_eq!(in_words(text, &thread).as_deref(), original, "{text}");
        }
    }

    #[test]
    fn addresses_in_all_letters_are_read() {
        let part = "Reporting-MTA: dns; mx.example.cn\n\nFinal-Recipient: utf-8; \\x{5F20}san@example.cn\n\
                    Original-Recipient: utf-8; 王@example.cn\nAction: failed\nStatus: 5.6.7\n";
        assert_eq!(status(part.as_bytes())[0].recipients, ["王@example.cn", "张san@example.cn"]);
        for (escaped, text) in [("a\\x{}b", "a}b"), ("\\x{110000}@x", "110000}@x"), ("\\x{41", "41"), ("", "")] {
            assert_eq!(unescaped(escaped), text);
        }
    }

    #[test]
    fn nonsense_says_nothing() {
        for part in ["", "\n\n\n\n", "a\n\nb: c\n\nAction", "\u{0}\n\n\u{0}: \u{0}"] {
            assert_eq!(status(part.as_bytes()), [], "{part:?}");
        }
    }
}
