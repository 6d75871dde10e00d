//! What came of one attempt to send, as the mailer reports it and the store records it.

use super::{PauseReason, Reason};

/// What a server said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The three digits of RFC 5321; nothing when the connection failed instead.
    pub code: Option<u16>,
    /// The code of RFC 3463, such as `5.1.1`, where the server gave one.
    pub enhanced: Option<String>,
    pub words: String,
}

impl Reply {
    /// Its words as they are kept: bounded, in one line, without the U+0000 that PostgreSQL refuses.
    pub fn kept(words: &str) -> String {
        const MOST: usize = 1_000;
        words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect()
    }

    /// What the connection did, where no server spoke.
    pub fn of_connection(words: impl Into<String>) -> Self {
        Self { words: words.into(), ..Self::default() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Accepted(Reply),
    /// Written as this file.
    Written(String),
    /// To be tried again. `hold` when the server itself is away, so that others need not try either.
    Deferred {
        reply: Reply,
        hold: bool,
    },
    /// The sender, the mail or its content was refused for good.
    Refused(Reply),
    /// The server refused this recipient for good, when it was named.
    RefusedRecipient(Reply),
    /// It cannot become a mail at all; the sentence says why.
    Unsendable(String),
    /// Lost after the final dot.
    Uncertain(Reply),
    /// Let others go first before anything of it had left; the attempt does not count.
    GaveWay,
    /// Nothing can be sent to anyone until this is mended; the attempt does not count.
    Paused(PauseReason, String),
}

impl Outcome {
    /// Put off for a reason of our own or of the connection, without holding others up.
    pub fn deferred(words: impl Into<String>) -> Self {
        Self::Deferred { reply: Reply::of_connection(words), hold: false }
    }

    /// Put off by ourselves.
    pub fn put_off(reason: Reason) -> Self {
        Self::deferred(reason.words())
    }

    /// Whether the server was there; nothing where nobody was asked, or where that is not known.
    pub fn was_up(&self) -> Option<bool> {
        match self {
            Self::Accepted(_) | Self::Written(_) | Self::Refused(_) | Self::RefusedRecipient(_) => Some(true),
            Self::Deferred { hold: true, .. } | Self::Paused(..) => Some(false),
            Self::Deferred { reply, hold: false } => (reply.code.is_some() || reply.enhanced.is_some()).then_some(true),
            Self::Unsendable(_) | Self::Uncertain(_) | Self::GaveWay => None,
        }
    }

    /// For the log, which carries no addresses and no words of others.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Written(_) => "written",
            Self::Deferred { .. } => "deferred",
            Self::Refused(_) | Self::RefusedRecipient(_) => "refused",
            Self::Unsendable(_) => "unsendable",
            Self::Uncertain(_) => "uncertain",
            Self::GaveWay => "gave way",
            Self::Paused(..) => "paused",
        }
    }

    /// The server is away.
    pub fn away(words: impl Into<String>) -> Self {
        Self::Deferred { reply: Reply::of_connection(words), hold: true }
    }
}

/// An outcome, and the server from which it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub server: Option<String>,
    /// The protocol version of the encryption, where there was one.
    pub tls: Option<String>,
    pub outcome: Outcome,
}

impl Report {
    pub fn here(outcome: Outcome) -> Self {
        Self { server: None, tls: None, outcome }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_in_one_line_and_bounded() {
        assert_eq!(Reply::kept("550 a\0b\r\nc"), "550 a b  c");
        assert_eq!(Reply::kept(&"水".repeat(2_000)).chars().count(), 1_000);
    }

    #[test]
    fn only_what_a_server_said_tells_that_it_is_there() {
        let reply = |code| Reply { code, ..Reply::default() };
        let put_off = |code| Outcome::Deferred { reply: reply(code), hold: false }.was_up();
        assert_eq!((put_off(Some(450)), put_off(None)), (Some(true), None));
        assert_eq!(Outcome::Refused(reply(Some(550))).was_up(), Some(true));
        assert_eq!(Outcome::away("connect: refused").was_up(), Some(false));
        assert_eq!(Outcome::Unsendable(String::new()).was_up(), None);
        assert_eq!(Outcome::Uncertain(reply(None)).was_up(), None);
    }
}
