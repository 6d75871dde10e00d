//! The tests of an acceptance, what they say of a device, and where that leads it.

use crate::{
    ids::text_enum,
    sentinels::devices::model::{Life, Stage},
};

text_enum! {
    /// What is tried on each device.
    pub enum Trial {
        /// Scan a code and show the result.
        Scan = "scan",
        /// Read an ID card.
        Card = "card",
        /// Refuse one who must not pass.
        Refuse = "refuse",
        /// Speak the result.
        Speak = "speak",
    }
}

text_enum! {
    pub enum Outcome {
        Passed = "passed",
        Failed = "failed",
        /// The device cannot do it and need not.
        NotApplicable = "not_applicable",
    }
}

text_enum! {
    /// Where devices go that passed.
    pub enum Reached {
        Tested = "tested",
        Accepted = "accepted",
    }
}

text_enum! {
    /// Where devices go that failed.
    pub enum Failing {
        Faulty = "faulty",
        /// They stay where they are, with the reason on record.
        Stays = "stays",
    }
}

/// The outcomes of a device's trials, in their order; nothing for those that were not recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trials(pub [Option<Outcome>; 4]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
}

impl Trials {
    /// What the trials say of a device: it failed when one failed, and passed when none did and at least one was
    /// passed. Nothing while one is missing, or when nothing was tried at all.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        let all: Vec<Outcome> = self.0.iter().copied().collect::<Option<_>>()?;
        if all.contains(&Outcome::Failed) {
            Some(Verdict::Failed)
        } else {
            all.contains(&Outcome::Passed).then_some(Verdict::Passed)
        }
    }
}

/// Whether a device failed when it was last tried, by all that was recorded of it, oldest first. Then nothing but a
/// person leads it into service.
#[must_use]
pub fn is_failed(found: &[Trials]) -> bool {
    found.iter().rev().find_map(Trials::verdict) == Some(Verdict::Failed)
}

/// Where a verdict leads a device by the rules of its life; nothing where it stays.
#[must_use]
pub fn leads(life: &Life, verdict: Verdict, reached: Reached, failing: Failing) -> Option<Stage> {
    let to = match (verdict, reached, failing) {
        (Verdict::Passed, Reached::Tested, _) => Stage::Tested,
        (Verdict::Passed, Reached::Accepted, _) => Stage::Accepted,
        (Verdict::Failed, _, Failing::Faulty) => Stage::Faulty,
        (Verdict::Failed, _, Failing::Stays) => return None,
    };
    Some(to).filter(|to| life.allows(*to).is_ok())
}

/// Where devices stand that may be put into a batch.
pub const TO_ACCEPT: [Stage; 2] = [Stage::Installed, Stage::Tested];

/// Whether a device may be put into a batch.
#[must_use]
pub fn can_be_accepted(life: &Life) -> bool {
    life.stage().is_some_and(|stage| TO_ACCEPT.contains(&stage))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{Failed, NotApplicable, Passed};

    #[test]
    fn a_verdict_needs_every_trial_and_at_least_one_that_was_tried() {
        let verdict = |trials: [Option<Outcome>; 4]| Trials(trials).verdict();
        assert_eq!(verdict([Some(Passed); 4]), Some(Verdict::Passed));
        assert_eq!(
            verdict([Some(Passed), Some(NotApplicable), Some(Passed), Some(NotApplicable)]),
            Some(Verdict::Passed)
        );
        assert_eq!(verdict([Some(Passed), Some(Failed), Some(Passed), Some(NotApplicable)]), Some(Verdict::Failed));
        assert_eq!(verdict([Some(Passed), None, Some(Passed), Some(Passed)]), None);
        assert_eq!(verdict([Some(Failed), None, Some(Passed), Some(Passed)]), None);
        assert_eq!(verdict([Some(NotApplicable); 4]), None);
    }

    #[test]
    fn a_verdict_leads_a_device_forward_only() {
        use Stage::{Accepted, Faulty, InService, Installed, Removed, Tested};
        let led = |life: &[Stage], verdict, reached, failing| leads(&Life(life.to_vec()), verdict, reached, failing);
        let passed = |life: &[Stage], reached| led(life, Verdict::Passed, reached, Failing::Faulty);
        let failed = |life: &[Stage], failing| led(life, Verdict::Failed, Reached::Accepted, failing);
        assert_eq!(passed(&[Installed], Reached::Tested), Some(Tested));
        assert_eq!(passed(&[Installed], Reached::Accepted), Some(Accepted));
        assert_eq!(passed(&[Installed, Tested], Reached::Tested), None, "it stands there already");
        assert_eq!(passed(&[Installed, InService], Reached::Accepted), None, "it is past that");
        assert_eq!(passed(&[Installed, Faulty], Reached::Accepted), None, "a fault is mended first");
        assert_eq!(failed(&[Installed], Failing::Faulty), Some(Faulty));
        assert_eq!(failed(&[Installed], Failing::Stays), None);
        assert_eq!(failed(&[Installed, Removed], Failing::Faulty), None);
    }

    #[test]
    fn a_device_failed_when_the_last_that_was_tried_says_so() {
        let (passed, failed) = (Trials([Some(Passed); 4]), Trials([Some(Failed); 4]));
        assert!(is_failed(&[failed]) && is_failed(&[passed, failed]));
        assert!(!is_failed(&[]) && !is_failed(&[failed, passed]));
        assert!(is_failed(&[failed, Trials::default()]), "not tried again");
    }

    #[test]
    fn only_devices_that_are_installed_and_not_accepted_yet_are_chosen() {
        let may = |life: &[Stage]| can_be_accepted(&Life(life.to_vec()));
        assert!(may(&[Stage::Installed]) && may(&[Stage::Installed, Stage::Tested]));
        for stage in
            [Stage::Planned, Stage::Requested, Stage::Shipped, Stage::Accepted, Stage::InService, Stage::Faulty]
        {
            assert!(!may(&[stage]), "{stage}");
        }
    }
}
