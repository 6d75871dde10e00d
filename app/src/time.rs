//! Instants and business days. An instant is stored as microseconds since 1970 UTC (text sorts
//! wrongly on SQLite) and shown in Shanghai's time; a business day is a plain date there.

use ::time::{Date, OffsetDateTime, UtcOffset, macros::offset};
use serde::{Deserialize, Serialize};

/// Shanghai has had one offset and no summer time since 1991.
pub const SHANGHAI: UtcOffset = offset!(+8);

/// A business day in Shanghai.
pub type Day = Date;

/// Microseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sea_orm::DeriveValueType))]
pub struct Instant(pub i64);

impl Instant {
    pub const SECOND: i64 = 1_000_000;
    pub const MINUTE: i64 = 60 * Self::SECOND;
    pub const HOUR: i64 = 60 * Self::MINUTE;
    pub const DAY: i64 = 24 * Self::HOUR;

    pub fn from_date_time(at: OffsetDateTime) -> Self {
        Self(i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX))
    }

    /// The date and time in Shanghai.
    pub fn shanghai(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(SHANGHAI)
    }

    /// A wall-clock time in Shanghai as an instant.
    pub fn at(day: Day, hour: u8, minute: u8) -> Self {
        let time = ::time::Time::from_hms(hour.min(23), minute.min(59), 0).unwrap_or(::time::Time::MIDNIGHT);
        Self::from_date_time(day.with_time(time).assume_offset(SHANGHAI))
    }

    pub fn day(self) -> Day {
        self.shanghai().date()
    }

    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this instant; negative when this one is earlier.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// `2022-05-30 14:05`, in Shanghai.
    pub fn show(self) -> String {
        let at = self.shanghai();
        format!("{} {:02}:{:02}", show_day(at.date()), at.hour(), at.minute())
    }

    /// The value of an `<input type="datetime-local">`, in Shanghai.
    pub fn input(self) -> String {
        self.show().replace(' ', "T")
    }

    /// Reads `2022-05-30T14:05` (or with a space) as Shanghai time.
    pub fn parse_input(text: &str) -> Option<Self> {
        let (day, clock) = text.trim().split_once(['T', ' '])?;
        let mut parts = clock.split(':');
        let hour: u8 = parts.next()?.parse().ok()?;
        let minute: u8 = parts.next()?.parse().ok()?;
        (hour < 24 && minute < 60).then_some(())?;
        Some(Self::at(parse_day(day)?, hour, minute))
    }

    /// `2022-05-30T14:05:00+08:00`, for machines (RFC 3339).
    pub fn rfc3339(self) -> String {
        self.shanghai().format(&::time::format_description::well_known::Rfc3339).unwrap_or_default()
    }
}

/// `2022-05-30`.
pub fn show_day(day: Day) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

/// Reads `2022-05-30`.
pub fn parse_day(text: &str) -> Option<Day> {
    let mut parts = text.trim().splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    let day: u8 = parts.next()?.parse().ok()?;
    ((1990..=2200).contains(&year)).then_some(())?;
    Date::from_calendar_date(year, ::time::Month::try_from(month).ok()?, day).ok()
}

/// Where the program's time comes from. Tests move it; nothing else does.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct Clock(std::sync::Arc<std::sync::atomic::AtomicI64>);

#[cfg(feature = "ssr")]
impl Clock {
    pub fn now(&self) -> Instant {
        Instant::from_date_time(OffsetDateTime::now_utc()).plus(self.0.load(std::sync::atomic::Ordering::Relaxed))
    }

    /// Moves the clock forward (or back, when negative) by some microseconds.
    pub fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, std::sync::atomic::Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::time::macros::date;

    #[test]
    fn an_instant_is_shown_in_shanghai_and_read_back() {
        let noon = Instant::at(date!(2022 - 05 - 30), 12, 5);
        assert_eq!(noon.show(), "2022-05-30 12:05");
        assert_eq!(Instant::parse_input(&noon.input()), Some(noon));
        assert_eq!(noon.rfc3339(), "2022-05-30T12:05:00+08:00");
    }

    #[test]
    fn a_day_changes_at_shanghai_midnight() {
        let before = Instant::at(date!(2022 - 05 - 30), 23, 59);
        assert_eq!(before.day(), date!(2022 - 05 - 30));
        assert_eq!(before.plus(Instant::MINUTE).day(), date!(2022 - 05 - 31));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "2022-02-30", "22-1-1", "2022-13-01", "2022-05-30x"] {
            assert_eq!(parse_day(text), None, "{text}");
        }
        assert_eq!(Instant::parse_input("2022-05-30T24:00"), None);
    }
}
