//! What the secretariat sets for coverage: for how long it counts that a posting was seen to be right.

use serde::{Deserialize, Serialize};

use crate::{
    settings::Group,
    time::{Day, Instant},
};

pub const LEAST_DAYS: i64 = 1;
pub const MOST_DAYS: i64 = 730;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    pub verified_days: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { verified_days: 90 }
    }
}

impl Group for Rules {
    const NAME: &'static str = "coverage";
}

impl Rules {
    /// The earliest day on which something seen still counts today.
    pub fn since(&self, now: Instant) -> Day {
        now.plus(-self.verified_days * Instant::DAY).day()
    }
}
