//! What a message is made of, and the states of a delivery.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::text_enum;

text_enum! {
    /// What is known of one delivery. The words on the screen say no more than that.
    pub enum DeliveryState {
        /// Waits for its first attempt or for its next.
        Queued = "queued",
        /// Claimed by a worker until its lease ends.
        Sending = "sending",
        /// The mail server took it over; whether anybody read it is not known.
        Accepted = "accepted",
        /// Put off by the server or by a fault; tried again at `next_at`.
        Deferred = "deferred",
        /// Refused for good.
        Refused = "refused",
        /// Lost after the final dot: possibly delivered.
        Uncertain = "uncertain",
        /// Not sent because the address was refused before.
        Suppressed = "suppressed",
        Cancelled = "cancelled",
    }
}

/// The thing that a message is about, so that its page can show what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The thing's word, such as `notice` or `install_request`.
    pub kind: &'static str,
    pub id: Uuid,
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
    /// All recipients get an envelope of their own; those in `shown` also stand in the To header.
    pub recipients: Vec<Recipient>,
    /// Whether the headers name every recipient (a request and its copy) or each only their own.
    pub shown_together: bool,
}
