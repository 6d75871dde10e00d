//! Delivery reports (RFC 3464): what became of a mail at which address, in the words of the server that gave
//! up on it, and which mail it was.

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
    for piece in pieces.iter().filter(|piece| piece.is("message", "delivery-status")) {
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
}

/// Whether a part is the mail that came back, or its headers.
fn is_returned(piece: &Piece<'_>) -> bool {
    piece.is("text", "rfc822-headers") || piece.is("message", "rfc822") || piece.is("message", "global")
}

/// Whether a part belongs to a report, and is nothing that somebody sent.
pub fn is_of_it(piece: &Piece<'_>) -> bool {
    piece.is("message", "delivery-status") || is_returned(piece)
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
        .map(|address| words::line(address.trim_matches(['<', '>']), LONGEST_ID))
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
    fn nonsense_says_nothing() {
        for part in ["", "\n\n\n\n", "a\n\nb: c\n\nAction", "\u{0}\n\n\u{0}: \u{0}"] {
            assert_eq!(status(part.as_bytes()), [], "{part:?}");
        }
    }
}
