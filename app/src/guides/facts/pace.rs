//! How fast people and vehicles are checked: what the number of devices for an entrance is worked out from. These
//! figures are the association's assumptions and stand in no rule of the city.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// People whom a device checks in a minute while nobody estimated it for the model.
    pub people_per_minute: u16,
    /// Vehicles that one device checks in a minute, whatever the model.
    pub vehicles_per_minute: u16,
    /// What a busy minute of an hour brings, in percent of its average one: people do not come evenly.
    pub busy_minute: u16,
}

impl Pace {
    pub const PEOPLE: RangeInclusive<u16> = 1..=600;
    pub const VEHICLES: RangeInclusive<u16> = 1..=60;
    pub const BUSY: RangeInclusive<u16> = 100..=1000;
}

impl Default for Pace {
    /// Six seconds for each person, with the phone or card in hand; half a minute for a vehicle, which stops, opens its
    /// window and goes on.
    fn default() -> Self {
        Self { people_per_minute: 10, vehicles_per_minute: 2, busy_minute: 150 }
    }
}
