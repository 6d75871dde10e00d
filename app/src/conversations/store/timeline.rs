//! Everything that belongs to a conversation, as its page shows it: mails out with what became of them, mails in,
//! and talks.

use sea_orm::ConnectionTrait;

use super::{Inbound, Talk, find, mails, talks};
use crate::{
    accounts::{self, store::Known},
    conversations::{
        mail::{day_in, own_words, said},
        model::{Conversation, Held, Nature, Way},
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
    /// Those of them whose sender's address several members have, its own among them.
    shared: Vec<InboundMailId>,
    pub files: Vec<(InboundMailId, Stored)>,
    pub talks: Vec<Talk>,
    /// Whether there are older ones than these.
    pub more_mails: bool,
    pub more_talks: bool,
    /// Who wrote the talks down.
    pub people: Vec<Known>,
}

/// Looks it all up.
pub async fn timeline(conn: &impl ConnectionTrait, of: Conversation) -> Result<Timeline> {
    let (inbound, more_mails) = mails::of(conn, of).await?;
    let (talks, more_talks) = talks::of(conn, of).await?;
    let people: Vec<_> = talks.iter().filter_map(|talk| talk.person_id).collect();
    let nobodys: Vec<&Inbound> = inbound.iter().filter(|mail| mail.sender_member_id.is_none()).collect();
    let emails: Vec<&str> = nobodys.iter().map(|mail| mail.from_email.as_str()).collect();
    let theirs = find::addresses_of_its_member(conn, of, &emails).await?;
    let is_theirs = |mail: &&&Inbound| theirs.contains(&mail.from_email.to_ascii_lowercase());
    Ok(Timeline {
        of,
        shared: nobodys.iter().filter(is_theirs).map(|mail| mail.id).collect(),
        out: outbox::status(conn, of.subject().kind, of.id).await?,
        files: mails::files(conn, &inbound.iter().map(|mail| mail.id).collect::<Vec<_>>()).await?,
        people: accounts::store::known(conn, &people).await?,
        inbound,
        talks,
        more_mails,
        more_talks,
    })
}

/// What somebody answered.
pub struct Answer {
    pub mail: InboundMailId,
    pub from: String,
    pub email: String,
    pub at: Instant,
    pub text: String,
    /// Whether its way is one that nobody finds by guessing; else whoever knows an address can have written it.
    pub is_sure: bool,
    /// The first day to come that the writer's own words name; nothing when it is not sure whose they are.
    pub day: Option<Day>,
}

impl Timeline {
    /// What a member sees that is told the rest by other ways: the mails of its own people that the page does
    /// not say already, and replies of which something was not taken.
    #[must_use]
    pub fn only_of(mut self, member: MemberId) -> Self {
        self.out.clear();
        self.talks.clear();
        self.more_talks = false;
        self.inbound.retain(
            |mail| {
                if mail.became_reply { !mail.is_whole() } else { mail.sender_member_id == Some(member) }
            },
        );
        self
    }

    /// The newest answer that nobody has looked after, not counting what the member's own people wrote.
    pub fn answer(&self, member: MemberId, today: Day) -> Option<Answer> {
        let is_answer = |mail: &&Inbound| {
            let says_something = matches!(mail.nature, Nature::Message | Nature::Automatic);
            let is_theirs = mail.sender_member_id == Some(member) || self.shared.contains(&mail.id);
            says_something && mail.handled_at.is_none() && !is_theirs
        };
        let mail = self.inbound.iter().find(is_answer)?;
        let is_sure = mail.way.is_some_and(Way::is_sure) && !mail.held.is_some_and(Held::may_be_forged);
        let from = if mail.from_name.is_empty() { &mail.from_email } else { &mail.from_name };
        let own = said(&mail.body).filter(|_| is_sure);
        Some(Answer {
            mail: mail.id,
            from: from.clone(),
            email: mail.from_email.clone(),
            at: mail.received_at,
            text: own_words(&mail.body),
            is_sure,
            day: own.and_then(|own| day_in(&own, today)),
        })
    }
}
