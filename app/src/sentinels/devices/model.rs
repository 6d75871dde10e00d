//! The life of a device and what makes it a sentinel. Where it stands is the last thing that was entered; what may
//! follow is decided in [`Life::allows`] alone. It counts as a sentinel only when each of the three demands of the
//! city's guide is on record with evidence ([`Proof`]), wherever it stands in its life, and its model is not known to
//! fail one of them.

use std::collections::BTreeSet;

use crate::{
    ids::{TextEnum, text_enum},
    sentinels::catalogue::model::Finding,
    text::Message,
};

text_enum! {
    /// Where a device stands. The first seven are in the order in which they come.
    pub enum Stage {
        Planned = "planned",
        /// Asked for.
        Requested = "requested",
        Shipped = "shipped",
        Installed = "installed",
        Tested = "tested",
        Accepted = "accepted",
        InService = "in_service",
        Faulty = "faulty",
        /// Taken away, or not wanted any more. Nothing follows.
        Removed = "removed",
    }
}

text_enum! {
    /// What must be on record before a device counts as a sentinel.
    pub enum Proof {
        /// It keeps to the technical specification.
        Conformity = "conformity",
        /// It is docked with SHData.
        Docking = "docking",
        /// It checks in real time.
        RealTime = "real_time",
    }
}

/// What happened to a device, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life(pub Vec<Stage>);

impl Life {
    /// Where it stands; nothing before the first entry.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.0.last().copied()
    }

    /// Whether a move fits. Not every step is reported, so steps on the way may be left out, but there is no way
    /// back: only a fault that is mended leads to where the device stood before, or to a new test.
    ///
    /// # Errors
    /// A sentence that says why the move does not fit.
    pub fn allows(&self, to: Stage) -> Result<(), Message> {
        let refuse = |key| Err(Message::of(key));
        let Some(now) = self.stage() else {
            return if matches!(to, Stage::Faulty | Stage::Removed) {
                refuse("sentinels.devices.move.not_there_yet")
            } else {
                Ok(())
            };
        };
        match (now, to) {
            (Stage::Removed, _) => refuse("sentinels.devices.move.removed"),
            (_, Stage::Removed) => Ok(()),
            (now, to) if now == to => refuse("sentinels.devices.move.already"),
            (now, Stage::Faulty) if now < Stage::Installed => refuse("sentinels.devices.move.not_installed"),
            (_, Stage::Faulty) => Ok(()),
            (Stage::Faulty, to) if to == Stage::Tested || Some(to) == self.before_fault() => Ok(()),
            (Stage::Faulty, _) => refuse("sentinels.devices.move.mended_first"),
            (now, to) if to > now => Ok(()),
            _ => refuse("sentinels.devices.move.backwards"),
        }
    }

    /// Whether what is entered of its request leads the device there by itself: forward only, and never one of which
    /// people know more, be it faulty, or standing there although the request was turned down.
    #[must_use]
    pub fn follows(&self, to: Stage) -> bool {
        let fits = self.allows(to).is_ok();
        fits && self.stage().is_none_or(|now| if to == Stage::Removed { now < Stage::Installed } else { now < to })
    }

    /// The moves that fit.
    #[must_use]
    pub fn possible(&self) -> Vec<Stage> {
        Stage::ALL.iter().copied().filter(|stage| self.allows(*stage).is_ok()).collect()
    }

    /// Whether the last step may be taken back: not the first of all, and none that begins or ends a fault.
    #[must_use]
    pub fn may_go_back(&self) -> bool {
        let [.., before, last] = &self.0[..] else { return false };
        *before != Stage::Faulty && *last != Stage::Faulty
    }

    /// Where it stood before the fault that it has.
    #[must_use]
    pub fn before_fault(&self) -> Option<Stage> {
        self.0.iter().rev().copied().find(|stage| *stage != Stage::Faulty)
    }
}

/// Of which demands there is no evidence.
#[must_use]
pub fn missing(proven: &BTreeSet<Proof>) -> Vec<Proof> {
    Proof::ALL.iter().copied().filter(|proof| !proven.contains(proof)).collect()
}

/// Which demands a model does not meet, by what the catalogue says of its conformity and its docking.
#[must_use]
pub fn refuted(conformity: Finding, docking: Finding) -> Vec<Proof> {
    let said = [(conformity, Proof::Conformity), (docking, Proof::Docking)];
    said.into_iter().filter(|(finding, _)| *finding == Finding::No).map(|(_, proof)| proof).collect()
}

/// Whether a device counts as a sentinel. Evidence of one device does not outweigh what is known of its model.
#[must_use]
pub fn counts(proven: &BTreeSet<Proof>, refuted: &[Proof]) -> bool {
    missing(proven).is_empty() && refuted.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Stage::*;

    /// For every life the moves that fit; all others are refused with a sentence.
    #[test]
    fn every_move_is_allowed_or_refused_as_written_here() {
        for (life, fitting) in [
            (vec![], vec![Planned, Requested, Shipped, Installed, Tested, Accepted, InService]),
            (vec![Planned], vec![Requested, Shipped, Installed, Tested, Accepted, InService, Removed]),
            (vec![Planned, Shipped], vec![Installed, Tested, Accepted, InService, Removed]),
            (vec![Installed], vec![Tested, Accepted, InService, Faulty, Removed]),
            (vec![Installed, Tested], vec![Accepted, InService, Faulty, Removed]),
            (vec![Accepted], vec![InService, Faulty, Removed]),
            (vec![InService], vec![Faulty, Removed]),
            (vec![Installed, Faulty], vec![Installed, Tested, Removed]),
            (vec![InService, Faulty], vec![Tested, InService, Removed]),
            (vec![InService, Faulty, InService, Faulty], vec![Tested, InService, Removed]),
            (vec![Planned, Removed], vec![]),
        ] {
            let life = Life(life);
            assert_eq!(life.possible(), fitting, "{life:?}");
        }
    }

    #[test]
    fn a_request_leads_a_device_forward_and_takes_nothing_back_that_people_entered() {
        for (life, to, led) in [
            (vec![Requested], Installed, true),
            (vec![Requested], Removed, true),
            (vec![Installed], InService, true),
            (vec![Installed], Removed, false),
            (vec![InService], Removed, false),
            (vec![Installed, Faulty], Installed, false),
            (vec![InService, Faulty], InService, false),
            (vec![InService], Installed, false),
            (vec![Planned, Removed], Installed, false),
        ] {
            assert_eq!(Life(life.clone()).follows(to), led, "{life:?} {to}");
        }
    }

    #[test]
    fn the_last_step_may_be_taken_back_unless_it_is_the_first_or_a_faults() {
        for (life, may) in [
            (vec![], false),
            (vec![Planned], false),
            (vec![Planned, InService], true),
            (vec![Planned, Removed], true),
            (vec![Installed, Faulty], false),
            (vec![Installed, Faulty, Installed], false),
            (vec![Installed, Faulty, Removed], false),
            (vec![Installed, Faulty, Tested, InService], true),
        ] {
            assert_eq!(Life(life.clone()).may_go_back(), may, "{life:?}");
        }
    }

    #[test]
    fn a_refusal_says_why() {
        let why = |life: &[Stage], to| Life(life.to_vec()).allows(to).expect_err("refused").key;
        assert_eq!(why(&[], Faulty), "sentinels.devices.move.not_there_yet");
        assert_eq!(why(&[Shipped], Faulty), "sentinels.devices.move.not_installed");
        assert_eq!(why(&[InService], Installed), "sentinels.devices.move.backwards");
        assert_eq!(why(&[InService], InService), "sentinels.devices.move.already");
        assert_eq!(why(&[Installed, Faulty], InService), "sentinels.devices.move.mended_first");
        assert_eq!(why(&[Removed], Installed), "sentinels.devices.move.removed");
    }

    #[test]
    fn a_device_counts_only_with_all_three_demands_on_record() {
        assert_eq!(missing(&BTreeSet::new()), [Proof::Conformity, Proof::Docking, Proof::RealTime]);
        assert_eq!(missing(&BTreeSet::from([Proof::Conformity, Proof::RealTime])), [Proof::Docking]);
        assert_eq!(missing(&Proof::ALL.iter().copied().collect()), []);
    }

    #[test]
    fn no_evidence_outweighs_that_its_model_is_known_to_fail() {
        use Finding::{No, Unknown, Yes};
        let all: BTreeSet<Proof> = Proof::ALL.iter().copied().collect();
        for (conformity, docking, fails) in [
            (Unknown, Unknown, vec![]),
            (Yes, Yes, vec![]),
            (No, Yes, vec![Proof::Conformity]),
            (Unknown, No, vec![Proof::Docking]),
            (No, No, vec![Proof::Conformity, Proof::Docking]),
        ] {
            let refuted = refuted(conformity, docking);
            assert_eq!(refuted, fails, "{conformity} {docking}");
            assert_eq!(counts(&all, &refuted), fails.is_empty(), "{conformity} {docking}");
            assert!(!counts(&BTreeSet::from([Proof::Conformity]), &refuted));
        }
    }
}
