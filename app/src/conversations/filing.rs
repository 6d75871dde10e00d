//! Where a mail belongs: by the signed address, else by its thread, else by the number in its subject if the
//! sender is known; whatever does not fit together goes to the holding pen with the reason. Pure rules; what
//! is known is looked up before.

use super::{
    model::{About, Held, Nature, Way},
    token::Tokens,
};
use crate::{ids::MemberId, issues::Reach};

/// Whose address the sender's is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// Members that have it as a contact's or a person's.
    pub members: Vec<MemberId>,
    /// Somebody of the secretariat.
    pub office: bool,
    /// What the people of this address may do on the pages; of a member that left they only read.
    pub reach: Reach,
    /// Members, not those that left, that have it as a contact's, and no person of theirs has it.
    pub contact_of: Vec<MemberId>,
}

impl Sender {
    /// Whether the page would let them do it too; a contact without an account speaks for its member.
    fn acts_on(&self, about: &About) -> bool {
        self.reach.holds(about.member, about.plant) || self.contact_of.contains(&about.member)
    }
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
    /// What the mails that it answers are about, and how much that proves.
    pub thread: Option<(Candidate, Way)>,
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
    if let (Some(token), Some((thread, _))) = (&known.token, &known.thread)
        && token.about.conversation != thread.about.conversation
    {
        return Place::Pen(Held::OtherConversation);
    }
    let by_token = known.token.as_ref().map(|candidate| (candidate, Way::Token));
    let by_thread = known.thread.as_ref().map(|(candidate, way)| (candidate, *way));
    let by_number = known.number.as_ref().map(|candidate| (candidate, Way::Number));
    match by_token.or(by_thread).or(by_number) {
        Some((candidate, way)) => match known.against(candidate, way) {
            Some(why) => Place::Pen(why),
            None => Place::Filed(candidate.about.clone(), way),
        },
        None => Place::Pen(Held::NoMatch),
    }
}

impl Known {
    /// What about the sender speaks against filing it there.
    fn against(&self, candidate: &Candidate, way: Way) -> Option<Held> {
        if self.is_of_another_member(candidate) {
            Some(Held::OtherMember)
        } else if self.is_from_office(candidate) {
            Some(Held::FromOffice)
        } else {
            (way == Way::Number && !self.knows(candidate)).then_some(Held::UnknownSender)
        }
    }

    /// Whether somebody of the secretariat wrote it, and nobody of the member.
    fn is_from_office(&self, candidate: &Candidate) -> bool {
        let is_theirs = self.sender.members.contains(&candidate.about.member);
        self.nature == Nature::Message && self.sender.office && !is_theirs
    }

    /// Whether the sender has to do with the conversation.
    fn knows(&self, candidate: &Candidate) -> bool {
        candidate.addressed || self.sender.office || self.sender.members.contains(&candidate.about.member)
    }

    /// Whether the sender is known, and as somebody of other members only. A mail server belongs to nobody.
    fn is_of_another_member(&self, candidate: &Candidate) -> bool {
        self.nature != Nature::Report && !self.sender.members.is_empty() && !self.knows(candidate)
    }
}

/// Whether what a mail says counts as the member's own reply: written by a person who might do so on the page, and
/// by a way that nobody finds by guessing.
pub fn speaks_for_member(nature: Nature, way: Way, sender: &Sender, about: &About) -> bool {
    nature == Nature::Message && way.is_sure() && sender.acts_on(about)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::{Role, RoleKind},
        conversations::model::{Conversation, Kind},
        ids::PlantId,
    };

    fn a_member() -> MemberId {
        MemberId(uuid::Uuid::now_v7())
    }

    fn of(member: MemberId, addressed: bool) -> Candidate {
        let conversation = Conversation { kind: Kind::Issue, id: uuid::Uuid::now_v7() };
        let number = "ZC-2026-0001".to_owned();
        let about = About { conversation, member, plant: None, number, title: String::new() };
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
        Sender { members: vec![member], contact_of: vec![member], ..Sender::default() }
    }

    fn thread(candidate: &Candidate) -> Option<(Candidate, Way)> {
        Some((candidate.clone(), Way::References))
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
            thread: thread(&one),
            number: Some(two.clone()),
            ..base.clone()
        };
        assert_eq!(place(&by_token), filed(&one, Way::Token));
        let by_thread = Known { thread: thread(&one), number: Some(two.clone()), ..base.clone() };
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
    }

    #[test]
    fn what_the_secretariat_writes_is_held_and_what_its_machines_say_is_not() {
        let member = a_member();
        let candidate = of(member, true);
        let office = Sender { office: true, ..Sender::default() };
        let base = Known { sender: office, ..known() };
        for known in [
            Known { tokens: tokens(&candidate), token: Some(candidate.clone()), ..base.clone() },
            Known { thread: thread(&candidate), ..base.clone() },
            Known { number: Some(candidate.clone()), ..base.clone() },
        ] {
            assert_eq!(place(&known), Place::Pen(Held::FromOffice));
            let machine = Known { nature: Nature::AutoReply, ..known.clone() };
            assert!(matches!(place(&machine), Place::Filed(..)));
            let both = Sender { office: true, ..from(member) };
            assert!(matches!(place(&Known { sender: both, ..known }), Place::Filed(..)), "who is also of the member");
        }
    }

    #[test]
    fn a_thread_hands_on_no_more_than_a_number_did() {
        let member = a_member();
        let strange = Known { thread: Some((of(member, false), Way::Number)), ..known() };
        assert_eq!(place(&strange), Place::Pen(Held::UnknownSender));
        let candidate = of(member, false);
        let by_thread = Known { thread: Some((candidate.clone(), Way::Thread)), ..known() };
        assert_eq!(place(&by_thread), filed(&candidate, Way::Thread));
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
        let torn = Known { thread: thread(&two), ..base.clone() };
        assert_eq!(place(&torn), Place::Pen(Held::OtherConversation));
        let both = Tokens { of: vec![one.about.conversation, two.about.conversation], forged: false };
        assert_eq!(place(&Known { tokens: both, ..base.clone() }), Place::Pen(Held::OtherConversation));
        let forged = Known {
            tokens: Tokens { of: Vec::new(), forged: true },
            token: None,
            thread: thread(&one),
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
            (Nature::Message, Way::Thread, from(mine), false),
            (Nature::Message, Way::Token, from(theirs), false),
            (Nature::Message, Way::Token, Sender::default(), false),
            (Nature::Automatic, Way::Token, from(mine), false),
            (Nature::AutoReply, Way::Token, from(mine), false),
            (Nature::Report, Way::Token, from(mine), false),
        ] {
            assert_eq!(speaks_for_member(nature, way, &sender, &about), speaks, "{nature} {way}");
        }
    }
    #[test]
    fn who_may_not_do_it_on_the_page_does_not_by_mail() {
        let member = a_member();
        let (own, other) = (PlantId::new(), PlantId::new());
        let role = |kind, left| Role { kind, member: Some(member), plants: vec![own], left };
        let person = |role: Role| Sender { members: vec![member], reach: Reach::of(&[role]), ..Sender::default() };
        let operator = person(role(RoleKind::MemberOperator, false));
        let of_plant = |plant| About { plant, ..of(member, false).about };
        let speaks = |sender: &Sender, plant| speaks_for_member(Nature::Message, Way::Token, sender, &of_plant(plant));
        assert!(speaks(&operator, Some(own)) && speaks(&operator, None));
        assert!(!speaks(&operator, Some(other)), "an operator of another plant");
        assert!(speaks(&person(role(RoleKind::MemberAdmin, false)), Some(other)));
        let left = Sender { reach: Reach::of_those_who_act(&[role(RoleKind::MemberAdmin, true)]), ..operator };
        assert!(!speaks(&left, None) && !speaks(&left, Some(own)), "a member that left");
    }
}
