//! What a message is made of, and the states of a delivery.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ids::text_enum, ui::parts::Tone};

text_enum! {
    /// What is known of one delivery. The words on the screen say no more than that.
    pub enum DeliveryState {
        /// Waits for its first attempt or for its next.
        Queued = "queued",
        /// Claimed by a worker until its lease ends.
        Sending = "sending",
        /// The mail server took it over; whether anybody read it is not known.
        Accepted = "accepted",
        /// Written as a file, because no mail server is set.
        Written = "written",
        /// Put off by the server or by a fault; tried again at `next_at`.
        Deferred = "deferred",
        /// Refused for good.
        Refused = "refused",
        /// Put off until the time for trying was over.
        GivenUp = "given_up",
        /// Lost after the final dot: possibly delivered. Repeated later, with the same Message-ID.
        Uncertain = "uncertain",
        /// Not sent because the address was refused before.
        Suppressed = "suppressed",
        Cancelled = "cancelled",
    }
}

impl DeliveryState {
    /// Those that staff see to once they are final.
    pub const FAILED: [Self; 4] = [Self::Refused, Self::GivenUp, Self::Uncertain, Self::Suppressed];

    /// How close to having arrived: what is shown of several mails to one member is the closest.
    pub fn certainty(self) -> u8 {
        match self {
            Self::Suppressed | Self::Cancelled => 0,
            Self::Refused | Self::GivenUp => 1,
            Self::Queued | Self::Sending | Self::Deferred => 2,
            Self::Written => 3,
            Self::Uncertain => 4,
            Self::Accepted => 5,
        }
    }

    /// What is known of a delivery that came to this state and was lost `times` after its final dot: it may have
    /// arrived, and nothing but a yes takes that back.
    #[must_use]
    pub fn or_possibly_delivered(self, times: i32) -> Self {
        match self {
            Self::Queued | Self::Deferred | Self::Refused | Self::GivenUp | Self::Cancelled if times > 0 => {
                Self::Uncertain
            }
            state => state,
        }
    }

    /// The colour and shape of its tag.
    pub fn tone(self) -> Tone {
        match self {
            Self::Queued | Self::Sending => Tone::Info,
            Self::Deferred | Self::Uncertain => Tone::Wait,
            Self::Accepted => Tone::Done,
            Self::Refused | Self::GivenUp | Self::Suppressed => Tone::Urgent,
            Self::Written | Self::Cancelled => Tone::Muted,
        }
    }

    /// Its word on the screen.
    pub fn label(self) -> String {
        format!("outbox.state.{self}")
    }
}

text_enum! {
    /// Why the whole queue is paused.
    pub enum PauseReason {
        /// The mail server did not accept the name and password.
        SigningIn = "signing_in",
        /// No trustworthy encrypted connection could be made.
        Encryption = "encryption",
        /// The mail server did not accept the sender's address, which is the same for all mail.
        Sender = "sender",
        /// Staff paused it; nothing but staff releases it.
        ByHand = "by_hand",
    }
}

text_enum! {
    /// By which way a delivery leaves.
    pub enum Channel {
        Mail = "mail",
        /// WeCom's group robot.
        Wecom = "wecom",
    }
}

text_enum! {
    /// What a worker sends.
    pub enum WorkerKind {
        Mail = "mail",
        Groups = "groups",
    }
}

/// The thing that a message is about, so that its page can show what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The thing's word, such as `notice` or `install_request`.
    pub kind: &'static str,
    pub id: Uuid,
}

impl Subject {
    /// A link by which its recipient enters an account.
    pub const ACCOUNT_LINK: &str = "account_link";
    /// A person who had a download mailed to themselves.
    pub const PERSON: &str = "person";
}

/// Whether mails about such a thing are for nobody but whoever asked for them. Those are never sent again
/// to an address that somebody else types: it would hand over an account, or a paper that the other may
/// not see.
pub fn is_personal(kind: &str) -> bool {
    matches!(kind, Subject::ACCOUNT_LINK | Subject::PERSON)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub name: String,
    pub email: String,
    /// The member to whom it is sent, where there is one.
    pub member: Option<crate::ids::MemberId>,
}

/// A paper that goes with the message: stored before the transaction, named by its content hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub name: String,
    pub media_type: String,
    pub hash: String,
}

/// A message to be written into the outbox.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub about: Subject,
    /// The mail's subject line.
    pub title: String,
    pub text: String,
    pub html: Option<String>,
    pub reply_to: Option<String>,
    pub attachments: Vec<Attachment>,
    /// All recipients get an envelope of their own; which the headers name as `shown_together` says.
    pub recipients: Vec<Recipient>,
    /// Whether the headers name every recipient, the first in To and the others in Cc (a request and its
    /// copy), or each only their own.
    pub shown_together: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TextEnum;

    #[test]
    fn possibly_delivered_is_taken_back_by_nothing_but_a_yes() {
        use DeliveryState::{Accepted, Sending, Suppressed, Uncertain, Written};
        for state in DeliveryState::ALL.iter().copied() {
            assert_eq!(state.or_possibly_delivered(0), state);
            let known = state.or_possibly_delivered(2);
            match state {
                // A yes, what is under way, and what has never left.
                Accepted | Written | Sending | Suppressed => assert_eq!(known, state),
                _ => assert_eq!(known, Uncertain, "{state}"),
            }
        }
    }
}
