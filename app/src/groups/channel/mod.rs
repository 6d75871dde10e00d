//! The channels by which a group can be reached. Each is one file that knows its service: what a secret looks like,
//! how a message is written within the service's bounds, and what its answers mean. None of them does any input or
//! output, so that all of it is tested with plain values.

mod wecom;

use serde_json::Value;

use super::News;
use crate::{
    outbox::{Channel, Outcome, Reason, Reply},
    text::Message,
};

pub use wecom::Wecom;

/// The service behind a channel; mail has none of this kind.
pub fn service(channel: Channel) -> Option<&'static dyn Service> {
    match channel {
        Channel::Mail => None,
        Channel::Wecom => Some(&Wecom),
    }
}

/// A message of a channel: what the service is asked to do with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Path and query below the service's address; it holds the secret.
    pub path: String,
    pub body: Value,
}

/// What a service's answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub outcome: Outcome,
    /// How long the group is to be left in peace, in microseconds.
    pub rest: Option<i64>,
}

impl Verdict {
    pub fn of(outcome: Outcome) -> Self {
        Self { outcome, rest: None }
    }

    /// To be tried again, with what the service said.
    pub fn later(words: impl Into<String>, code: Option<i64>) -> Self {
        Self::of(Outcome::Deferred { reply: said(words, code), hold: false })
    }
}

/// A reply with the service's own code, which is none of SMTP's.
fn said(words: impl Into<String>, code: Option<i64>) -> Reply {
    Reply { code: None, enhanced: code.map(|code| code.to_string()), words: words.into() }
}

pub trait Service: Sync {
    /// The address of the service, unless a setting names another.
    fn base(&self) -> &'static str;
    /// How long after one message the next may leave to the same group, in microseconds.
    fn gap(&self) -> i64;
    /// Reads the secret from what was typed or pasted.
    ///
    /// # Errors
    /// It is none of this service; the message says what one looks like.
    fn secret(&self, typed: &str) -> Result<String, Message>;
    /// The text of a message, within the service's bounds and with the link whole.
    fn write(&self, news: &News) -> String;
    /// The request that sends such a text.
    fn ask(&self, secret: &str, about_kind: &str, text: &str) -> Asked;
    /// What an answer with status 200 means.
    fn judge(&self, body: &[u8]) -> Verdict;
}

/// What an answer means, before the service's own codes: only a 200 is its word.
pub fn judge(service: &dyn Service, status: u16, body: &[u8]) -> Verdict {
    match status {
        200 => service.judge(body),
        300..400 => Verdict::later(format!("HTTP {status}: {}", Reason::LeadsElsewhere.words()), None),
        500.. => Verdict::of(Outcome::away(format!("HTTP {status}"))),
        _ => Verdict::later(format!("HTTP {status}"), None),
    }
}

/// The longest beginning of a text that has at most `max` bytes and ends with a whole character; with `…` where
/// something was cut.
pub fn cut(text: &str, max: usize) -> String {
    const MORE: &str = "…";
    if text.len() <= max {
        return text.to_owned();
    }
    let room = max.saturating_sub(MORE.len());
    let end = (0..=room).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    if max < MORE.len() { String::new() } else { format!("{}{MORE}", &text[..end]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TextEnum;

    #[test]
    fn a_text_is_cut_at_a_whole_character_within_its_bytes() {
        let text = "水泥ab供应🚚完";
        for max in 0..=text.len() + 3 {
            let cut = cut(text, max);
            assert!(cut.len() <= max, "{max}: {cut}");
            assert!(cut == text || cut.is_empty() || text.starts_with(cut.trim_end_matches('…')), "{max}: {cut}");
        }
        assert_eq!(cut(text, text.len()), text);
        assert_eq!(cut(text, text.len() - 1), "水泥ab供应…");
    }

    #[test]
    fn a_status_other_than_200_is_no_word_of_the_service() {
        let outcome = |status| judge(&Wecom, status, br#"{"errcode":0,"errmsg":"ok"}"#).outcome;
        assert!(matches!(outcome(200), Outcome::Accepted(_)));
        assert!(matches!(outcome(302), Outcome::Deferred { hold: false, .. }));
        assert!(matches!(outcome(404), Outcome::Deferred { hold: false, .. }));
        assert!(matches!(outcome(502), Outcome::Deferred { hold: true, .. }));
    }

    #[test]
    fn every_channel_has_an_address_that_is_encrypted() {
        let services: Vec<_> = Channel::ALL.iter().filter_map(|channel| service(*channel)).collect();
        assert_eq!(services.len() + 1, Channel::ALL.len());
        assert!(services.iter().all(|service| service.base().starts_with("https://")));
    }
}
