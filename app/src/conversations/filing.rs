//! Where a mail belongs: by the signed address, else by its thread, else by the number in its subject if the
//! sender is known; whatever does not fit together goes to the holding pen with the reason. Pure rules; what
//! is known is looked up before.

use super::{
    model::{About, Held, Nature, Way},
    token::Tokens,
};
use crate::ids::MemberId;

/// Whose address the sender's is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// Members that have it as a contact's or a person's.
    pub members: Vec<MemberId>,
    /// Somebody of the secretariat.
    pub office: bool,
}

/// A conversation that a mail may belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub about: About,
    /// Whether a mail of this conversation was sent to the sender's address.
    pub addressed: bool,
}

/// What is known of a mail that came in.
#[derive(Clone, Debug)]
pub struct Known {
    pub nature: Nature,
    /// What is wrong with the mail itself.
    pub problem: Option<Held>,
    pub tokens: Tokens,
    /// What the true token names; nothing when that does not exist.
    pub token: Option<Candidate>,
    pub thread: Option<Candidate>,
    pub number: Option<Candidate>,
    pub sender: Sender,
}

/// What is done with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Filed(About, Way),
    Pen(Held),
}

pub fn place(known: &Known) -> Place {
    if let Some(problem) = known.problem {
        return Place::Pen(problem);
    }
    if known.tokens.of.len() > 1 {
        return Place::Pen(Held::OtherConversation);
    }
    if known.tokens.forged && known.tokens.of.is_empty() {
        return Place::Pen(Held::ForgedToken);
    }
    if let (Some(token), Some(thread)) = (&known.token, &known.thread)
        && token.about.conversation != thread.about.conversation
    {
        return Place::Pen(Held::OtherConversation);
    }
    for (candidate, way) in [(&known.token, Way::Token), (&known.thread, Way::References)] {
        if let Some(candidate) = candidate {
            return if known.is_of_another_member(candidate) {
                Place::Pen(Held::OtherMember)
            } else {
                Place::Filed(candidate.about.clone(), way)
            };
        }
    }
    match &known.number {
        Some(candidate) if known.is_of_another_member(candidate) => Place::Pen(Held::OtherMember),
        Some(candidate) if known.knows(candidate) => Place::Filed(candidate.about.clone(), Way::Number),
        Some(_) => Place::Pen(Held::UnknownSender),
        None => Place::Pen(Held::NoMatch),
    }
}

impl Known {
    /// Whether the sender has to do with the conversation.
    fn knows(&self, candidate: &Candidate) -> bool {
        candidate.addressed || self.sender.office || self.sender.members.contains(&candidate.about.member)
    }

    /// Whether the sender is known, and as somebody of other members only. A mail server belongs to nobody.
    fn is_of_another_member(&self, candidate: &Candidate) -> bool {
        self.nature != Nature::Report && !self.sender.members.is_empty() && !self.knows(candidate)
    }
}

/// Whether what a mail says counts as the member's own reply: written by a person, from an address of that
/// member, and by a way that nobody finds by guessing.
pub fn speaks_for_member(nature: Nature, way: Way, sender: &Sender, about: &About) -> bool {
    nature == Nature::Message && way != Way::Number && sender.members.contains(&about.member)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::model::{Conversation, Kind};

    fn a_member() -> MemberId {
        MemberId(uuid::Uuid::now_v7())
    }

    fn of(member: MemberId, addressed: bool) -> Candidate {
        let conversation = Conversation { kind: Kind::Issue, id: uuid::Uuid::now_v7() };
        let about = About { conversation, member, number: "ZC-2026-0001".to_owned(), title: String::new() };
        Candidate { about, addressed }
    }

    fn known() -> Known {
        Known {
            nature: Nature::Message,
            problem: None,
            tokens: Tokens::default(),
            token: None,
            thread: None,
            number: None,
            sender: Sender::default(),
        }
    }

    fn tokens(candidate: &Candidate) -> Tokens {
        Tokens { of: vec![candidate.about.conversation], forged: false }
    }

    fn from(member: MemberId) -> Sender {
        Sender { members: vec![member], office: false }
    }

    fn filed(candidate: &Candidate, way: Way) -> Place {
        Place::Filed(candidate.about.clone(), way)
    }

    #[test]
    fn token_comes_before_thread_and_thread_before_number() {
        let member = a_member();
        let (one, two) = (of(member, false), of(member, true));
        let base = Known { sender: from(member), ..known() };
        let by_token = Known {
            tokens: tokens(&one),
            token: Some(one.clone()),
            thread: Some(one.clone()),
            number: Some(two.clone()),
            ..base.clone()
        };
        assert_eq!(place(&by_token), filed(&one, Way::Token));
        let by_thread = Known { thread: Some(one.clone()), number: Some(two.clone()), ..base.clone() };
        assert_eq!(place(&by_thread), filed(&one, Way::References));
        assert_eq!(place(&Known { number: Some(two.clone()), ..base }), filed(&two, Way::Number));
        assert_eq!(place(&known()), Place::Pen(Held::NoMatch));
    }

    #[test]
    fn a_number_is_believed_from_a_known_address_only() {
        let member = a_member();
        let strange = Known { number: Some(of(member, false)), ..known() };
        assert_eq!(place(&strange), Place::Pen(Held::UnknownSender));
        let addressed = of(member, true);
        assert_eq!(place(&Known { number: Some(addressed.clone()), ..known() }), filed(&addressed, Way::Number));
        let office = Sender { members: Vec::new(), office: true };
        let candidate = of(member, false);
        let by_office = Known { number: Some(candidate.clone()), sender: office, ..known() };
        assert_eq!(place(&by_office), filed(&candidate, Way::Number));
    }

    #[test]
    fn a_stranger_with_a_true_token_is_filed_and_another_member_is_not() {
        let (mine, theirs) = (a_member(), a_member());
        let candidate = of(mine, false);
        let stranger = Known { tokens: tokens(&candidate), token: Some(candidate.clone()), ..known() };
        assert_eq!(place(&stranger), filed(&candidate, Way::Token));
        let other = Known { sender: from(theirs), ..stranger.clone() };
        assert_eq!(place(&other), Place::Pen(Held::OtherMember));
        let report = Known { nature: Nature::Report, ..other.clone() };
        assert_eq!(place(&report), filed(&candidate, Way::Token));
        let by_number = Known { tokens: Tokens::default(), token: None, number: other.token.clone(), ..other };
        assert_eq!(place(&by_number), Place::Pen(Held::OtherMember));
    }

    #[test]
    fn what_does_not_fit_together_goes_to_the_pen() {
        let member = a_member();
        let (one, two) = (of(member, false), of(member, false));
        let base = Known { tokens: tokens(&one), token: Some(one.clone()), ..known() };
        let torn = Known { thread: Some(two.clone()), ..base.clone() };
        assert_eq!(place(&torn), Place::Pen(Held::OtherConversation));
        let both = Tokens { of: vec![one.about.conversation, two.about.conversation], forged: false };
        assert_eq!(place(&Known { tokens: both, ..base.clone() }), Place::Pen(Held::OtherConversation));
        let forged = Known {
            tokens: Tokens { of: Vec::new(), forged: true },
            token: None,
            thread: Some(one.clone()),
            ..base.clone()
        };
        assert_eq!(place(&forged), Place::Pen(Held::ForgedToken));
        let damaged = Known { problem: Some(Held::Charset), ..base };
        assert_eq!(place(&damaged), Place::Pen(Held::Charset));
    }

    #[test]
    fn only_a_person_of_the_member_speaks_for_it_and_not_by_a_number() {
        let (mine, theirs) = (a_member(), a_member());
        let about = of(mine, false).about;
        for (nature, way, sender, speaks) in [
            (Nature::Message, Way::Token, from(mine), true),
            (Nature::Message, Way::References, from(mine), true),
            (Nature::Message, Way::ByHand, from(mine), true),
            (Nature::Message, Way::Number, from(mine), false),
            (Nature::Message, Way::Token, from(theirs), false),
            (Nature::Message, Way::Token, Sender::default(), false),
            (Nature::AutoReply, Way::Token, from(mine), false),
            (Nature::Report, Way::Token, from(mine), false),
        ] {
            assert_eq!(speaks_for_member(nature, way, &sender, &about), speaks, "{nature} {way}");
        }
    }
}
