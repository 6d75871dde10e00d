//! Where a fault stands, and the vendor's clock.

use crate::{
    ids::text_enum,
    time::{Day, Instant},
};

text_enum! {
    /// How the vendor was told.
    pub enum Way {
        Phone = "phone",
        Mail = "mail",
        /// A chat group or message.
        Chat = "chat",
        OnSite = "on_site",
    }
}

text_enum! {
    /// How a fault ended.
    pub enum End {
        Repaired = "repaired",
        /// By another device; this one is removed.
        Replaced = "replaced",
        /// The device is removed and nothing takes its place.
        GivenUp = "given_up",
    }
}

text_enum! {
    /// Where a fault stands.
    pub enum Standing {
        /// Nobody told the vendor.
        Untold = "untold",
        /// The vendor was told and has time left.
        Waiting = "waiting",
        /// The vendor's time is over.
        Overdue = "overdue",
        Ended = "ended",
    }
}

/// What is known of a fault's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    pub told_at: Option<Instant>,
    /// The day by which the vendor promised to mend it.
    pub promised: Option<Day>,
    pub has_ended: bool,
}

impl Course {
    /// When the vendor's time is over: at the end of the day that it promised, or so many hours after it was told.
    /// Nothing before it was told.
    #[must_use]
    pub fn due(&self, hours: i64) -> Option<Instant> {
        let told = self.told_at?;
        Some(match self.promised {
            Some(day) => Instant::at(day, 0, 0).plus(Instant::DAY),
            None => told.plus(hours * Instant::HOUR),
        })
    }

    #[must_use]
    pub fn standing(&self, hours: i64, now: Instant) -> Standing {
        match self.due(hours) {
            _ if self.has_ended => Standing::Ended,
            None => Standing::Untold,
            Some(due) if due <= now => Standing::Overdue,
            Some(_) => Standing::Waiting,
        }
    }
}

/// Time that runs: whole days and hours.
#[must_use]
pub fn days_and_hours(micros: i64) -> (i64, i64) {
    let hours = micros.max(0) / Instant::HOUR;
    (hours / 24, hours % 24)
}

#[cfg(test)]
mod tests {
    use ::time::macros::date;

    use super::*;

    #[test]
    fn the_vendors_time_is_what_it_promised_or_what_is_set() {
        let told = Instant::at(date!(2022 - 05 - 30), 9, 0);
        let course = Course { told_at: Some(told), promised: None, has_ended: false };
        assert_eq!(course.due(48), Some(Instant::at(date!(2022 - 06 - 01), 9, 0)));
        let promised = Course { promised: Some(date!(2022 - 06 - 03)), ..course };
        assert_eq!(promised.due(48), Some(Instant::at(date!(2022 - 06 - 04), 0, 0)), "the whole day is the vendor's");
        assert_eq!(Course { told_at: None, ..promised }.due(48), None);
    }

    #[test]
    fn a_fault_stands_where_its_course_has_led_it() {
        let told = Instant::at(date!(2022 - 05 - 30), 9, 0);
        let course = Course { told_at: Some(told), promised: None, has_ended: false };
        assert_eq!(Course { told_at: None, ..course }.standing(48, told), Standing::Untold);
        assert_eq!(course.standing(48, told.plus(47 * Instant::HOUR)), Standing::Waiting);
        assert_eq!(course.standing(48, told.plus(48 * Instant::HOUR)), Standing::Overdue);
        assert_eq!(Course { has_ended: true, ..course }.standing(48, told.plus(90 * Instant::HOUR)), Standing::Ended);
    }

    #[test]
    fn running_time_is_told_in_days_and_hours() {
        assert_eq!(days_and_hours(50 * Instant::HOUR + Instant::MINUTE), (2, 2));
        assert_eq!(days_and_hours(-Instant::HOUR), (0, 0));
    }
}
