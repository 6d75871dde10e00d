//! Everything that belongs to a conversation, as its page shows it: mails out with what became of them, mails in,
//! and talks.

use sea_orm::ConnectionTrait;

use super::{Inbound, Talk, mails, talks};
use crate::{
    accounts::{self, store::Known},
    conversations::{
        mail::{day_in, own_words},
        model::{Conversation, Nature},
    },
    error::Result,
    files::Stored,
    ids::{InboundMailId, MemberId},
    outbox::{self, store::Found},
    time::{Day, Instant},
};

/// Everything that belongs to a conversation.
pub struct Timeline {
    pub of: Conversation,
    pub out: Vec<Found>,
    pub inbound: Vec<Inbound>,
    pub files: Vec<(InboundMailId, Stored)>,
    pub talks: Vec<Talk>,
    /// Who wrote the talks down.
    pub people: Vec<Known>,
}

/// Looks it all up.
pub async fn timeline(conn: &impl ConnectionTrait, of: Conversation) -> Result<Timeline> {
    let inbound = mails::of(conn, of).await?;
    let talks = talks::of(conn, of).await?;
    let people: Vec<_> = talks.iter().filter_map(|talk| talk.person_id).collect();
    Ok(Timeline {
        of,
        out: outbox::status(conn, of.subject().kind, of.id).await?,
        files: mails::files(conn, &inbound.iter().map(|mail| mail.id).collect::<Vec<_>>()).await?,
        people: accounts::store::known(conn, &people).await?,
        inbound,
        talks,
    })
}

/// What somebody answered.
pub struct Answer {
    pub mail: InboundMailId,
    pub from: String,
    pub email: String,
    pub at: Instant,
    pub text: String,
    /// The first day to come that the text names.
    pub day: Option<Day>,
}

impl Timeline {
    /// What a member sees that is told the rest by other ways: the mails of its own people that the page does
    /// not say already.
    #[must_use]
    pub fn only_of(mut self, member: MemberId) -> Self {
        self.out.clear();
        self.talks.clear();
        self.inbound.retain(|mail| mail.sender_member_id == Some(member) && !mail.became_reply);
        self
    }

    /// The newest answer that nobody has looked after, not counting what the member's own people wrote.
    pub fn answer(&self, member: MemberId, today: Day) -> Option<Answer> {
        let is_answer = |mail: &&Inbound| {
            let says_something = matches!(mail.nature, Nature::Message | Nature::Automatic);
            says_something && mail.handled_at.is_none() && mail.sender_member_id != Some(member)
        };
        let mail = self.inbound.iter().find(is_answer)?;
        let text = own_words(&mail.body);
        let from = if mail.from_name.is_empty() { &mail.from_email } else { &mail.from_name };
        let day = day_in(&text, today);
        Some(Answer {
            mail: mail.id,
            from: from.clone(),
            email: mail.from_email.clone(),
            at: mail.received_at,
            day,
            text,
        })
    }
}
