//! The life of an issue: filed by a member, taken by the secretariat, perhaps asked back or
//! forwarded to the department, answered, closed, reopened. The state is derived from instants;
//! [`apply`] says which act fits which state, and every act is told to the other side.

use crate::{ids::text_enum, numbers::Series, text::Message, time::Instant};

text_enum! {
    /// What a member brings.
    pub enum Kind {
        /// 政策问题: for the government department.
        PolicyQuestion = "policy_question",
        /// 求助: for the association itself.
        CallForHelp = "call_for_help",
    }
}

text_enum! {
    /// What an issue is about.
    pub enum Category {
        /// 复工复产
        Resumption = "resumption",
        /// 运输通行
        Transport = "transport",
        /// 原燃材料
        Materials = "materials",
        /// 人员返岗
        Staff = "staff",
        /// 用电用能
        Energy = "energy",
        /// 产品质量
        Quality = "quality",
        /// 防疫要求
        Prevention = "prevention",
        Other = "other",
    }
}

text_enum! {
    /// Where an issue stands.
    pub enum State {
        Filed = "filed",
        /// Somebody of the secretariat owns it.
        Taken = "taken",
        /// The member was asked something.
        AskedBack = "asked_back",
        /// The member has answered that.
        Replied = "replied",
        /// It lies with the department.
        Forwarded = "forwarded",
        Answered = "answered",
        Closed = "closed",
        Reopened = "reopened",
    }
}

/// What can be done with an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Become its owner.
    Take,
    /// Give it to another owner; the state stays.
    HandOver,
    AskBack,
    /// The member answers a question.
    Reply,
    Forward,
    /// Record an answer, or a corrected one.
    Answer,
    Close,
    Reopen,
    /// Note something that stays inside the secretariat.
    Remark,
}

text_enum! {
    /// A line of the timeline.
    pub enum EventKind {
        Filed = "filed",
        Taken = "taken",
        HandedOver = "handed_over",
        AskedBack = "asked_back",
        Replied = "replied",
        Forwarded = "forwarded",
        Answered = "answered",
        Closed = "closed",
        Reopened = "reopened",
        Remark = "remark",
        /// The answer was published as a question of everybody's.
        Published = "published",
    }
}

/// Whose turn it is, or who may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Member,
    Secretariat,
    Department,
}

/// The instants of an issue; each is the last of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instants {
    pub filed: Instant,
    pub taken: Option<Instant>,
    pub asked_back: Option<Instant>,
    pub replied: Option<Instant>,
    pub forwarded: Option<Instant>,
    pub answered: Option<Instant>,
    pub closed: Option<Instant>,
    pub reopened: Option<Instant>,
}

/// The most characters of a title and of an issue's texts.
pub const LONGEST_TITLE: usize = 80;
pub const LONGEST_TEXT: usize = 4000;
/// The most characters of a department's name, of a letter's number and of who phoned.
pub const LONGEST_NAME: usize = 60;
/// The most files that come with one step.
pub const MOST_FILES: usize = 10;

impl State {
    /// The state the latest instant tells. Of two at the same instant the later step counts.
    #[must_use]
    pub fn of(instants: &Instants) -> Self {
        [
            (Some(instants.filed), Self::Filed),
            (instants.taken, Self::Taken),
            (instants.asked_back, Self::AskedBack),
            (instants.replied, Self::Replied),
            (instants.forwarded, Self::Forwarded),
            (instants.answered, Self::Answered),
            (instants.closed, Self::Closed),
            (instants.reopened, Self::Reopened),
        ]
        .into_iter()
        .filter_map(|(instant, state)| Some((instant?, state)))
        .max()
        .map_or(Self::Filed, |(_, state)| state)
    }

    /// Who must act next; none when it is done.
    #[must_use]
    pub fn waits_for(self) -> Option<Side> {
        match self {
            Self::Filed | Self::Taken | Self::Replied | Self::Reopened => Some(Side::Secretariat),
            Self::AskedBack => Some(Side::Member),
            Self::Forwarded => Some(Side::Department),
            Self::Answered | Self::Closed => None,
        }
    }

    /// Whether it still needs an answer.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.waits_for().is_some()
    }
}

/// Moves an issue. It is taken before anything else, so that it always has an owner, and answered
/// before it is closed, so that none ends in silence.
///
/// # Errors
/// A sentence that says why the act does not fit, and what to do instead.
pub fn apply(state: State, act: Act) -> Result<State, Message> {
    use State::*;
    match (act, state) {
        (Act::Remark, same) => Ok(same),
        (Act::Take, Filed) => Ok(Taken),
        (Act::Take, _) => Err(Message::of("issues.move.already_taken")),
        (_, Filed) => Err(Message::of("issues.move.take_first")),
        (Act::Reopen, Answered | Closed) => Ok(Reopened),
        (Act::Reopen, _) => Err(Message::of("issues.move.still_open")),
        (_, Closed) => Err(Message::of("issues.move.reopen_first")),
        (Act::HandOver, same) => Ok(same),
        (Act::Answer, _) => Ok(Answered),
        (Act::Close, Answered) => Ok(Closed),
        (Act::Close, _) => Err(Message::of("issues.move.answer_first")),
        (Act::Reply, AskedBack | Replied) => Ok(Replied),
        (Act::Reply, _) => Err(Message::of("issues.move.nothing_asked")),
        (_, Answered) => Err(Message::of("issues.move.reopen_first")),
        (Act::AskBack, _) => Ok(AskedBack),
        (Act::Forward, _) => Ok(Forwarded),
    }
}

impl From<Act> for EventKind {
    fn from(act: Act) -> Self {
        match act {
            Act::Take => Self::Taken,
            Act::HandOver => Self::HandedOver,
            Act::AskBack => Self::AskedBack,
            Act::Reply => Self::Replied,
            Act::Forward => Self::Forwarded,
            Act::Answer => Self::Answered,
            Act::Close => Self::Closed,
            Act::Reopen => Self::Reopened,
            Act::Remark => Self::Remark,
        }
    }
}

impl EventKind {
    /// Whether the member may read it; remarks stay inside.
    #[must_use]
    pub fn is_shown_to_member(self) -> bool {
        !matches!(self, Self::Remark)
    }
}

impl Kind {
    /// The series its numbers come from.
    #[must_use]
    pub fn series(self) -> Series {
        match self {
            Self::PolicyQuestion => Series::PolicyQuestion,
            Self::CallForHelp => Series::CallForHelp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTS: [Act; 8] =
        [Act::Take, Act::HandOver, Act::AskBack, Act::Reply, Act::Forward, Act::Answer, Act::Close, Act::Reopen];

    /// For every state the outcome of every act, in the order of `ACTS`; none is refused.
    #[test]
    fn every_move_is_allowed_or_refused_as_written_here() {
        use State::*;
        let (tak, ask, rep) = (Some(Taken), Some(AskedBack), Some(Replied));
        let (fwd, ans) = (Some(Forwarded), Some(Answered));
        let (clo, reo) = (Some(Closed), Some(Reopened));
        let no = None;
        for (state, outcomes) in [
            (Filed, [tak, no, no, no, no, no, no, no]),
            (Taken, [no, tak, ask, no, fwd, ans, no, no]),
            (AskedBack, [no, ask, ask, rep, fwd, ans, no, no]),
            (Replied, [no, rep, ask, rep, fwd, ans, no, no]),
            (Forwarded, [no, fwd, ask, no, fwd, ans, no, no]),
            (Answered, [no, ans, no, no, no, ans, clo, reo]),
            (Closed, [no, no, no, no, no, no, no, reo]),
            (Reopened, [no, reo, ask, no, fwd, ans, no, no]),
        ] {
            for (act, outcome) in ACTS.into_iter().zip(outcomes) {
                assert_eq!(apply(state, act).ok(), outcome, "{state:?} {act:?}");
            }
        }
    }

    #[test]
    fn a_refusal_says_what_to_do_instead() {
        let why = |state, act| apply(state, act).expect_err("refused").key;
        assert_eq!(why(State::Filed, Act::Answer), "issues.move.take_first");
        assert_eq!(why(State::Taken, Act::Take), "issues.move.already_taken");
        assert_eq!(why(State::Taken, Act::Close), "issues.move.answer_first");
        assert_eq!(why(State::Taken, Act::Reply), "issues.move.nothing_asked");
        assert_eq!(why(State::Taken, Act::Reopen), "issues.move.still_open");
        assert_eq!(why(State::Answered, Act::AskBack), "issues.move.reopen_first");
        assert_eq!(why(State::Closed, Act::Answer), "issues.move.reopen_first");
    }

    /// Whatever happens, in whatever order, the instants tell the same state as the moves.
    #[test]
    fn instants_tell_the_same_as_moves() {
        fn record(instants: &mut Instants, act: Act, now: i64) {
            let field = match act {
                Act::HandOver | Act::Remark => return,
                Act::Take => &mut instants.taken,
                Act::AskBack => &mut instants.asked_back,
                Act::Reply => &mut instants.replied,
                Act::Forward => &mut instants.forwarded,
                Act::Answer => &mut instants.answered,
                Act::Close => &mut instants.closed,
                Act::Reopen => &mut instants.reopened,
            };
            *field = Some(Instant(now));
        }
        fn walk(state: State, instants: Instants, now: i64, seen: &mut usize) {
            assert_eq!(State::of(&instants), state, "{instants:?}");
            *seen += 1;
            if now == 7 {
                return;
            }
            for act in ACTS {
                if let Ok(next) = apply(state, act) {
                    let mut later = instants;
                    record(&mut later, act, now);
                    walk(next, later, now + 1, seen);
                }
            }
        }
        let filed = Instants {
            filed: Instant(0),
            taken: None,
            asked_back: None,
            replied: None,
            forwarded: None,
            answered: None,
            closed: None,
            reopened: None,
        };
        let mut seen = 0;
        walk(State::Filed, filed, 1, &mut seen);
        assert!(seen > 1_000, "{seen}");
    }

    #[test]
    fn every_open_issue_waits_for_somebody() {
        assert_eq!(State::Filed.waits_for(), Some(Side::Secretariat));
        assert_eq!(State::AskedBack.waits_for(), Some(Side::Member));
        assert_eq!(State::Forwarded.waits_for(), Some(Side::Department));
        assert!(!State::Answered.is_open() && State::Reopened.is_open());
    }

    #[test]
    fn a_remark_changes_nothing() {
        for state in <State as crate::ids::TextEnum>::ALL {
            assert_eq!(apply(*state, Act::Remark), Ok(*state));
        }
    }

    #[test]
    fn calls_for_help_have_numbers_of_their_own() {
        assert_eq!(Kind::CallForHelp.series().letters(), "QZ");
        assert_eq!(Kind::PolicyQuestion.series().letters(), "ZC");
    }
}
