//! What a link is for, how long it lasts, and what became of it.

use crate::{ids::text_enum, time::Instant};

text_enum! {
    /// What the button of a link's page does.
    pub enum Purpose {
        /// Gives a person a role, and an account if there is none.
        Invitation = "invitation",
        /// Sets a new password.
        Password = "password",
    }
}

/// How long an invitation may be accepted.
pub const INVITATION: i64 = 72 * Instant::HOUR;
/// How long a new password may be set.
pub const PASSWORD: i64 = Instant::HOUR;

/// What is to be said of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    Open,
    Used,
    Withdrawn,
    Expired,
}

impl LinkState {
    /// The state that follows from the instants; being used or withdrawn says more than the time.
    pub fn of(used: Option<Instant>, withdrawn: Option<Instant>, expires: Instant, now: Instant) -> Self {
        if used.is_some() {
            Self::Used
        } else if withdrawn.is_some() {
            Self::Withdrawn
        } else if expires <= now {
            Self::Expired
        } else {
            Self::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_open_until_its_time_is_over_or_something_happened() {
        let (past, now, later) = (Instant(1), Instant(2), Instant(3));
        assert_eq!(LinkState::of(None, None, later, now), LinkState::Open);
        assert_eq!(LinkState::of(None, None, now, now), LinkState::Expired);
        assert_eq!(LinkState::of(None, Some(past), past, now), LinkState::Withdrawn);
        assert_eq!(LinkState::of(Some(past), None, past, now), LinkState::Used);
    }
}
