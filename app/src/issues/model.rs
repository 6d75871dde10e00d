//! The life of an issue: filed by a member, taken by the secretariat, perhaps asked back or
//! forwarded to the department, answered, closed, reopened. The state is derived from instants;
//! [`apply`] says which act fits which state, and every act is told to the other side.

use time::Date;

use crate::numbers::Series;
use crate::text::Message;

/// What a member brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 政策问题: for the government department.
    PolicyQuestion,
    /// 求助: for the association itself.
    CallForHelp,
}

/// What an issue is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// 复工复产
    Resumption,
    /// 运输通行
    Transport,
    /// 原燃材料
    Materials,
    /// 人员返岗
    Staff,
    /// 用电用能
    Energy,
    /// 产品质量
    Quality,
    /// 防疫要求
    Prevention,
    Other,
}

/// Where an issue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Filed,
    /// Somebody of the secretariat owns it.
    Taken,
    /// The member was asked something.
    AskedBack,
    /// The member has answered that.
    Replied,
    /// It lies with the department.
    Forwarded,
    Answered,
    Closed,
    Reopened,
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
}

/// Whose turn it is, or who may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Member,
    Secretariat,
    Department,
}

/// The instants of an issue, in microseconds UTC; each is the last of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instants {
    pub filed: i64,
    pub taken: Option<i64>,
    pub asked_back: Option<i64>,
    pub replied: Option<i64>,
    pub forwarded: Option<i64>,
    pub answered: Option<i64>,
    pub closed: Option<i64>,
    pub reopened: Option<i64>,
}

/// The record of a letter to the department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarding {
    pub department: String,
    pub letter_number: String,
    /// The date of the letter.
    pub sent_on: Date,
}

/// The most characters of an issue's texts, of a department's name and of a letter's number.
pub const LONGEST_TEXT: usize = 4000;
pub const LONGEST_DEPARTMENT: usize = 60;
pub const LONGEST_LETTER_NUMBER: usize = 60;

impl State {
    pub const ALL: [Self; 8] = [
        Self::Filed,
        Self::Taken,
        Self::AskedBack,
        Self::Replied,
        Self::Forwarded,
        Self::Answered,
        Self::Closed,
        Self::Reopened,
    ];

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

    #[must_use]
    pub fn name(self) -> Message {
        Message::of(match self {
            Self::Filed => "issues.state.filed",
            Self::Taken => "issues.state.taken",
            Self::AskedBack => "issues.state.asked_back",
            Self::Replied => "issues.state.replied",
            Self::Forwarded => "issues.state.forwarded",
            Self::Answered => "issues.state.answered",
            Self::Closed => "issues.state.closed",
            Self::Reopened => "issues.state.reopened",
        })
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

impl Act {
    /// Whether this side may do it. Staff may also do the member's part for one who phoned; the
    /// department acts through the secretariat.
    #[must_use]
    pub fn is_open_to(self, side: Side) -> bool {
        match side {
            Side::Secretariat => true,
            Side::Member => matches!(self, Self::Reply | Self::Reopen),
            Side::Department => false,
        }
    }
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::PolicyQuestion, Self::CallForHelp];

    /// As stored and as posted by forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PolicyQuestion => "policy_question",
            Self::CallForHelp => "call_for_help",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The series its numbers come from.
    #[must_use]
    pub fn series(self) -> Series {
        match self {
            Self::PolicyQuestion => Series::PolicyQuestion,
            Self::CallForHelp => Series::CallForHelp,
        }
    }

    #[must_use]
    pub fn name(self) -> Message {
        Message::of(match self {
            Self::PolicyQuestion => "issues.kind.policy_question",
            Self::CallForHelp => "issues.kind.call_for_help",
        })
    }
}

impl Category {
    pub const ALL: [Self; 8] = [
        Self::Resumption,
        Self::Transport,
        Self::Materials,
        Self::Staff,
        Self::Energy,
        Self::Quality,
        Self::Prevention,
        Self::Other,
    ];

    /// As stored and as posted by forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Resumption => "resumption",
            Self::Transport => "transport",
            Self::Materials => "materials",
            Self::Staff => "staff",
            Self::Energy => "energy",
            Self::Quality => "quality",
            Self::Prevention => "prevention",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|category| category.code() == code)
    }

    #[must_use]
    pub fn name(self) -> Message {
        Message::of(match self {
            Self::Resumption => "issues.category.resumption",
            Self::Transport => "issues.category.transport",
            Self::Materials => "issues.category.materials",
            Self::Staff => "issues.category.staff",
            Self::Energy => "issues.category.energy",
            Self::Quality => "issues.category.quality",
            Self::Prevention => "issues.category.prevention",
            Self::Other => "issues.category.other",
        })
    }
}

impl Forwarding {
    /// What is wrong with the record, by form field; `today` is the day in Shanghai.
    #[must_use]
    pub fn problems(&self, today: Date) -> Vec<(&'static str, Message)> {
        let department = check_text(&self.department, LONGEST_DEPARTMENT);
        let number = check_text(&self.letter_number, LONGEST_LETTER_NUMBER);
        let date = (self.sent_on > today).then(|| Message::of("issues.forwarding.future"));
        [("department", department), ("letter_number", number), ("sent_on", date)]
            .into_iter()
            .filter_map(|(field, problem)| Some((field, problem?)))
            .collect()
    }
}

/// What is wrong with a text that must be there and may have so many characters.
#[must_use]
pub fn check_text(text: &str, longest: usize) -> Option<Message> {
    if text.trim().is_empty() {
        return Some(Message::of("issues.text.missing"));
    }
    let found = text.chars().count();
    (found > longest).then(|| Message::of("issues.text.too_long").with("max", longest).with("n", found))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

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
                Act::HandOver => return,
                Act::Take => &mut instants.taken,
                Act::AskBack => &mut instants.asked_back,
                Act::Reply => &mut instants.replied,
                Act::Forward => &mut instants.forwarded,
                Act::Answer => &mut instants.answered,
                Act::Close => &mut instants.closed,
                Act::Reopen => &mut instants.reopened,
            };
            *field = Some(now);
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
            filed: 0,
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
    fn members_reply_and_reopen_and_leave_the_rest_to_the_secretariat() {
        for act in ACTS {
            let members = matches!(act, Act::Reply | Act::Reopen);
            assert_eq!(act.is_open_to(Side::Member), members);
            assert!(act.is_open_to(Side::Secretariat));
            assert!(!act.is_open_to(Side::Department));
        }
    }

    #[test]
    fn a_letter_is_recorded_with_department_number_and_date() {
        let today = date!(2022 - 05 - 20);
        let letter = Forwarding {
            department: "市住房城乡建设管理委".into(),
            letter_number: "沪水协〔2022〕12号".into(),
            sent_on: today,
        };
        assert!(letter.problems(today).is_empty());
        let wrong =
            Forwarding { department: " ".into(), letter_number: "号".repeat(61), sent_on: date!(2022 - 05 - 21) };
        let problems = wrong.problems(today);
        let found: Vec<_> = problems.iter().map(|(field, m)| (*field, m.key)).collect();
        assert_eq!(
            found,
            [
                ("department", "issues.text.missing"),
                ("letter_number", "issues.text.too_long"),
                ("sent_on", "issues.forwarding.future"),
            ]
        );
    }

    #[test]
    fn kinds_and_categories_are_found_by_code() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        for category in Category::ALL {
            assert_eq!(Category::from_code(category.code()), Some(category));
        }
        assert_eq!(Kind::CallForHelp.series().letters(), "QZ");
    }
}
