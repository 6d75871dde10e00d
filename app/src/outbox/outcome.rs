//! What came of one attempt to send, as the mailer reports it and the store records it.

use super::PauseReason;

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
    /// Nothing can be sent to anyone until this is mended; the attempt does not count.
    Paused(PauseReason, String),
}

impl Outcome {
    /// Put off for a reason of our own or of the connection, without holding others up.
    pub fn deferred(words: impl Into<String>) -> Self {
        Self::Deferred { reply: Reply::of_connection(words), hold: false }
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
