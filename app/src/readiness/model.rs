//! The criteria and what they come to: pure functions from what is known of a plant ([`Facts`]) to an answer for each
//! criterion, and from the answers to a verdict.

use serde::{Deserialize, Serialize};

use crate::{
    ids::text_enum,
    issues::model::{Category, Kind},
    text::Message,
};

text_enum! {
    /// What a plant is asked for before it resumes.
    pub enum Criterion {
        /// Every open entrance is covered by a code or a sentinel. Of the module that can be switched off.
        Entrances = "entrances",
        /// The member acknowledged every notice that it was asked to.
        Notices = "notices",
        /// No supply report whose hour has passed is missing.
        Supply = "supply",
        /// Nothing that holds the plant up is unanswered.
        Issues = "issues",
        /// Somebody of the member can be phoned.
        Contact = "contact",
    }
}

text_enum! {
    pub enum Answer {
        Yes = "yes",
        No = "no",
        /// The plant is not asked for it.
        NotApplicable = "not_applicable",
    }
}

text_enum! {
    pub enum Verdict {
        Ready = "ready",
        /// One criterion is missing.
        Nearly = "nearly",
        NotReady = "not_ready",
    }
}

/// What is known of a plant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Open entrances, and those of them that are covered.
    pub entrances: u64,
    pub covered: u64,
    /// Of the covered, those whose posted code was confirmed by eye, because its photo could not be read.
    #[serde(default)]
    pub by_eye: u64,
    /// Notices that wait for the member's acknowledgement.
    pub notices: u64,
    /// Supply reports of the last days whose hour has passed, and those of them that are missing.
    pub reports: u64,
    pub missing: u64,
    /// Unanswered issues that hold it up.
    pub blockers: u64,
    /// A contact of the member can be phoned.
    pub contact: bool,
}

impl Facts {
    #[must_use]
    pub fn answer(&self, criterion: Criterion) -> Answer {
        let met = match criterion {
            Criterion::Supply if self.reports == 0 => return Answer::NotApplicable,
            Criterion::Entrances => self.entrances > 0 && self.covered == self.entrances,
            Criterion::Notices => self.notices == 0,
            Criterion::Supply => self.missing == 0,
            Criterion::Issues => self.blockers == 0,
            Criterion::Contact => self.contact,
        };
        if met { Answer::Yes } else { Answer::No }
    }

    /// How much is missing for a criterion; nothing where it is met. A plant without entrances has nothing to count.
    #[must_use]
    pub fn missing(&self, criterion: Criterion) -> u64 {
        match criterion {
            Criterion::Entrances => self.entrances.saturating_sub(self.covered),
            Criterion::Notices => self.notices,
            Criterion::Supply => self.missing,
            Criterion::Issues => self.blockers,
            Criterion::Contact => u64::from(!self.contact),
        }
    }

    /// The criteria among these that are not met, in their order.
    #[must_use]
    pub fn lacks(&self, criteria: &[Criterion]) -> Vec<Criterion> {
        criteria.iter().copied().filter(|one| self.answer(*one) == Answer::No).collect()
    }

    /// What the answers come to; nothing where nothing is asked for, for that proves nothing.
    #[must_use]
    pub fn verdict(&self, criteria: &[Criterion]) -> Option<Verdict> {
        (!criteria.is_empty()).then(|| match self.lacks(criteria).len() {
            0 => Verdict::Ready,
            1 => Verdict::Nearly,
            _ => Verdict::NotReady,
        })
    }

    /// What there is to say of a criterion, with its numbers.
    #[must_use]
    pub fn said(&self, criterion: Criterion) -> Message {
        match (criterion, self.answer(criterion)) {
            (Criterion::Entrances, _) if self.entrances == 0 => Message::of("readiness.said.no_entrances"),
            (Criterion::Entrances, _) => {
                let key = if self.by_eye > 0 { "readiness.said.entrances_by_eye" } else { "readiness.said.entrances" };
                let said = Message::of(key).with("covered", self.covered).with("all", self.entrances);
                said.with("by_eye", self.by_eye)
            }
            (Criterion::Notices, Answer::No) => Message::of("readiness.said.notices_owed").with("n", self.notices),
            (Criterion::Notices, _) => Message::of("readiness.said.notices"),
            (Criterion::Supply, Answer::NotApplicable) => Message::of("readiness.said.no_reports"),
            (Criterion::Supply, Answer::No) => {
                Message::of("readiness.said.reports_missing").with("n", self.missing).with("all", self.reports)
            }
            (Criterion::Supply, Answer::Yes) => Message::of("readiness.said.reports").with("n", self.reports),
            (Criterion::Issues, Answer::No) => Message::of("readiness.said.blockers").with("n", self.blockers),
            (Criterion::Issues, _) => Message::of("readiness.said.no_blockers"),
            (Criterion::Contact, Answer::No) => Message::of("readiness.said.no_contact"),
            (Criterion::Contact, _) => Message::of("readiness.said.contact"),
        }
    }
}

/// Whether an unanswered issue holds a plant up: a call for help does, and a question about resumption itself.
#[must_use]
pub fn holds_up(kind: Kind, category: Category) -> bool {
    kind == Kind::CallForHelp || category == Category::Resumption
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TextEnum;

    const READY: Facts =
        Facts { entrances: 3, covered: 3, by_eye: 0, notices: 0, reports: 5, missing: 0, blockers: 0, contact: true };

    #[test]
    fn each_criterion_is_met_or_not_by_its_own_facts() {
        for (criterion, lacking) in [
            (Criterion::Entrances, Facts { covered: 2, ..READY }),
            (Criterion::Entrances, Facts { entrances: 0, covered: 0, ..READY }),
            (Criterion::Notices, Facts { notices: 1, ..READY }),
            (Criterion::Supply, Facts { missing: 1, ..READY }),
            (Criterion::Issues, Facts { blockers: 1, ..READY }),
            (Criterion::Contact, Facts { contact: false, ..READY }),
        ] {
            assert_eq!((READY.answer(criterion), READY.missing(criterion)), (Answer::Yes, 0));
            assert_eq!(lacking.missing(criterion), u64::from(lacking.entrances > 0), "{lacking:?}");
            assert_eq!(lacking.lacks(Criterion::ALL), [criterion], "{lacking:?}");
            assert_eq!(lacking.verdict(Criterion::ALL), Some(Verdict::Nearly));
            let others: Vec<Criterion> = Criterion::ALL.iter().copied().filter(|one| *one != criterion).collect();
            assert_eq!(lacking.verdict(&others), Some(Verdict::Ready), "what does not count is not asked for");
        }
        assert_eq!(READY.verdict(Criterion::ALL), Some(Verdict::Ready));
    }

    #[test]
    fn two_that_are_missing_are_not_nearly() {
        let facts = Facts { notices: 2, contact: false, ..READY };
        assert_eq!(facts.lacks(Criterion::ALL), [Criterion::Notices, Criterion::Contact]);
        assert_eq!(facts.verdict(Criterion::ALL), Some(Verdict::NotReady));
    }

    #[test]
    fn nobody_is_ready_where_nothing_is_asked_for() {
        assert_eq!(READY.verdict(&[]), None);
        assert_eq!(Facts::default().verdict(&[]), None);
    }

    #[test]
    fn a_plant_that_owes_no_reports_is_not_asked_for_them() {
        let facts = Facts { reports: 0, missing: 0, ..READY };
        assert_eq!(facts.answer(Criterion::Supply), Answer::NotApplicable);
        assert_eq!(facts.verdict(Criterion::ALL), Some(Verdict::Ready));
    }

    #[test]
    fn what_holds_a_plant_up_is_a_call_for_help_or_about_resumption() {
        assert!(holds_up(Kind::CallForHelp, Category::Energy));
        assert!(holds_up(Kind::PolicyQuestion, Category::Resumption));
        assert!(!holds_up(Kind::PolicyQuestion, Category::Transport));
    }
}
