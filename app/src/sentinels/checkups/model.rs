//! When a device is due to be checked.

use crate::{ids::text_enum, sentinels::devices::model::Stage, time::Day};

text_enum! {
    /// What a check-up found.
    pub enum Found {
        Passed = "passed",
        Failed = "failed",
    }
}

/// The stages in which devices are checked; entering one of them counts as having been checked.
pub const CHECKED: [Stage; 2] = [Stage::Accepted, Stage::InService];

/// The day on which a device is due: so many days after it was last checked, accepted or put into service. Nothing for
/// one that is not checked where it stands.
#[must_use]
pub fn due(stage: Stage, last: Option<Day>, days: i64) -> Option<Day> {
    last.filter(|_| CHECKED.contains(&stage))?.checked_add(::time::Duration::days(days))
}

/// Whether a device may be checked at all: it is installed and nothing is known to be wrong with it.
#[must_use]
pub fn can_be_checked(stage: Stage) -> bool {
    matches!(stage, Stage::Installed | Stage::Tested | Stage::Accepted | Stage::InService)
}

#[cfg(test)]
mod tests {
    use ::time::macros::date;

    use super::*;

    #[test]
    fn a_device_is_due_so_many_days_after_the_last_check() {
        let last = Some(date!(2022 - 05 - 30));
        assert_eq!(due(Stage::InService, last, 90), Some(date!(2022 - 08 - 28)));
        assert_eq!(due(Stage::Accepted, last, 1), Some(date!(2022 - 05 - 31)));
        assert_eq!(due(Stage::InService, None, 90), None);
        for stage in [Stage::Planned, Stage::Installed, Stage::Tested, Stage::Faulty, Stage::Removed] {
            assert_eq!(due(stage, last, 90), None, "{stage}");
        }
        assert!(can_be_checked(Stage::Tested) && !can_be_checked(Stage::Faulty) && !can_be_checked(Stage::Shipped));
    }
}
