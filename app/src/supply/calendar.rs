//! When a plant reports. Daily, weekly or never, on working days or on all; a report of day D is
//! due on D at a set time in Shanghai and covers the days from the report day before up to D − 1,
//! whether or not anything was filed on or since that day. So after a weekend without report days
//! the next report covers three days; what was missed belongs to the report that was missed.

use std::collections::BTreeSet;

use time::format_description::FormatItem;
use time::macros::{format_description, time};
use time::{Date, Time, Weekday};

use crate::{ids::text_enum, text::Message, time::Instant};

const DAY: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// The longest a list of days may be; ten years of public holidays fit.
const MOST_DAYS: usize = 500;

/// No holiday keeps reports away for longer; a walk through the calendar ends here.
const LONGEST_GAP: u16 = 60;

text_enum! {
    /// How often a plant reports: every day, once a week on a day, or not at all.
    pub enum Cadence {
        Daily = "daily",
        Mondays = "mondays",
        Tuesdays = "tuesdays",
        Wednesdays = "wednesdays",
        Thursdays = "thursdays",
        Fridays = "fridays",
        Saturdays = "saturdays",
        Sundays = "sundays",
        Never = "never",
    }
}

text_enum! {
    /// The days on which reports are asked for.
    pub enum Days {
        WorkingDays = "working_days",
        AllDays = "all_days",
    }
}

/// No report is due from `from` on; on `until` reports are due again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    pub from: Date,
    pub until: Date,
}

/// A plant's duty to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub cadence: Cadence,
    pub days: Days,
    /// Hour and minute in Shanghai on the day of the report.
    pub due_at: Time,
    pub suspension: Option<Suspension>,
}

/// The days whose output a report covers, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    pub first: Date,
    pub last: Date,
}

/// Weekends, and the days that the state makes free or makes up for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    holidays: BTreeSet<Date>,
    make_up_days: BTreeSet<Date>,
}

impl Cadence {
    /// The day of the week of a weekly duty.
    #[must_use]
    pub fn weekday(self) -> Option<Weekday> {
        match self {
            Self::Daily | Self::Never => None,
            Self::Mondays => Some(Weekday::Monday),
            Self::Tuesdays => Some(Weekday::Tuesday),
            Self::Wednesdays => Some(Weekday::Wednesday),
            Self::Thursdays => Some(Weekday::Thursday),
            Self::Fridays => Some(Weekday::Friday),
            Self::Saturdays => Some(Weekday::Saturday),
            Self::Sundays => Some(Weekday::Sunday),
        }
    }
}

impl Default for Schedule {
    /// Daily on all days at 10:00.
    fn default() -> Self {
        Self { cadence: Cadence::Daily, days: Days::AllDays, due_at: time!(10:00), suspension: None }
    }
}

impl Schedule {
    /// Whether a report of this day is due at all.
    #[must_use]
    pub fn is_due(&self, day: Date, calendar: &WorkCalendar) -> bool {
        let suspended = self.suspension.is_some_and(|s| s.from <= day && day < s.until);
        !suspended && self.is_report_day(day, calendar)
    }

    /// The days of `from..=to` on which a report is due.
    #[must_use]
    pub fn due_days(&self, from: Date, to: Date, calendar: &WorkCalendar) -> Vec<Date> {
        days(from, to).filter(|day| self.is_due(*day, calendar)).collect()
    }

    /// The next day after `day` on which a report is due; none if reports are never asked for.
    #[must_use]
    pub fn next_due(&self, day: Date, calendar: &WorkCalendar) -> Option<Date> {
        let start = match self.suspension {
            Some(s) if s.from <= day && day < s.until => s.until.previous_day()?,
            _ => day,
        };
        std::iter::successors(start.next_day(), |day| day.next_day())
            .take(usize::from(LONGEST_GAP) * 2)
            .find(|day| self.is_due(*day, calendar))
    }

    /// The moment until which a report of this day is on time.
    #[must_use]
    pub fn due_instant(&self, day: Date) -> Instant {
        Instant::at(day, self.due_at.hour(), self.due_at.minute())
    }

    /// What a report of this day covers: from the report day before to the day before. A
    /// suspension does not stretch it.
    #[must_use]
    pub fn covers(&self, day: Date, calendar: &WorkCalendar) -> Covered {
        let last = day.previous_day().unwrap_or(day);
        let first = std::iter::successors(Some(last), |day| day.previous_day())
            .take(usize::from(LONGEST_GAP))
            .find(|day| self.is_report_day(*day, calendar))
            .unwrap_or(last);
        Covered { first, last }
    }

    fn is_report_day(&self, day: Date, calendar: &WorkCalendar) -> bool {
        let works = |day| self.days == Days::AllDays || calendar.is_working_day(day);
        let Some(weekday) = self.cadence.weekday() else {
            return self.cadence == Cadence::Daily && works(day);
        };
        // A weekday that is free moves the report to the next working day.
        let mut free_before = std::iter::successors(day.previous_day(), |d| d.previous_day())
            .take_while(|d| !works(*d))
            .take(usize::from(LONGEST_GAP));
        works(day) && (day.weekday() == weekday || free_before.any(|d| d.weekday() == weekday))
    }
}

impl Covered {
    /// How many days of output the report stands for.
    #[must_use]
    pub fn days(self) -> u16 {
        let days = (self.last - self.first).whole_days() + 1;
        u16::try_from(days).unwrap_or_default()
    }

    /// Whether these days begin where a report of that day ended: at the close of the day before it.
    #[must_use]
    pub fn follows(self, report: Date) -> bool {
        report == self.first
    }
}

impl WorkCalendar {
    /// Reads the two lists of the settings, one `yyyy-mm-dd` a line; text after the date is a
    /// remark.
    ///
    /// # Errors
    /// The first line that is no date, a day that is in both lists, or a list that is too long.
    pub fn parse(holidays: &str, make_up_days: &str) -> Result<Self, Message> {
        let holidays = read_days(holidays)?;
        let make_up_days = read_days(make_up_days)?;
        if let Some(day) = holidays.intersection(&make_up_days).next() {
            return Err(Message::of("supply.calendar.both").with("day", day));
        }
        Ok(Self { holidays, make_up_days })
    }

    /// Monday to Friday unless it is a holiday; Saturday and Sunday only to make up for one.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if weekend { self.make_up_days.contains(&day) } else { !self.holidays.contains(&day) }
    }
}

fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |day| day.next_day()).take_while(move |day| *day <= to)
}

fn read_days(text: &str) -> Result<BTreeSet<Date>, Message> {
    let mut days = BTreeSet::new();
    for (index, line) in text.lines().enumerate() {
        let Some(day) = line.split_whitespace().next() else {
            continue;
        };
        let day = Date::parse(day, DAY).map_err(|_| Message::of("supply.calendar.no_date").with("line", index + 1))?;
        days.insert(day);
        if days.len() > MOST_DAYS {
            return Err(Message::of("supply.calendar.too_many").with("max", MOST_DAYS));
        }
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn labour_day() -> WorkCalendar {
        WorkCalendar::parse("2022-05-02 劳动节\n2022-05-03\n2022-05-04\n", "2022-05-07 补班\n").expect("calendar")
    }

    fn schedule(cadence: Cadence, days: Days) -> Schedule {
        Schedule { cadence, days, ..Schedule::default() }
    }

    #[test]
    fn working_days_follow_the_lists() {
        let calendar = labour_day();
        for (day, works) in [
            (date!(2022 - 04 - 29), true),
            (date!(2022 - 04 - 30), false),
            (date!(2022 - 05 - 02), false),
            (date!(2022 - 05 - 05), true),
            (date!(2022 - 05 - 07), true),
            (date!(2022 - 05 - 08), false),
        ] {
            assert_eq!(calendar.is_working_day(day), works, "{day}");
        }
    }

    #[test]
    fn a_wrong_list_names_its_line() {
        let error = WorkCalendar::parse("2022-05-02\n\n5月3日\n", "").expect_err("line 3");
        assert_eq!(error, Message::of("supply.calendar.no_date").with("line", 3));
        let error = WorkCalendar::parse("2022-05-07", "2022-05-07").expect_err("both");
        assert_eq!(error.key, "supply.calendar.both");
        let mut endless = String::new();
        for day in days(date!(2000 - 01 - 01), date!(2002 - 01 - 01)) {
            endless.push_str(&format!("{day}\n"));
        }
        let error = WorkCalendar::parse(&endless, "").expect_err("endless");
        assert_eq!(error.key, "supply.calendar.too_many");
    }

    #[test]
    fn daily_on_all_days_covers_the_day_before() {
        let schedule = Schedule::default();
        let calendar = labour_day();
        let due = schedule.due_days(date!(2022 - 05 - 01), date!(2022 - 05 - 08), &calendar);
        assert_eq!(due.len(), 8);
        for day in due {
            let covered = schedule.covers(day, &calendar);
            let before = day.previous_day().expect("day");
            assert_eq!((covered.first, covered.last, covered.days()), (before, before, 1));
        }
    }

    #[test]
    fn on_working_days_no_output_is_lost_over_the_holidays() {
        let schedule = schedule(Cadence::Daily, Days::WorkingDays);
        let calendar = labour_day();
        let due = schedule.due_days(date!(2022 - 04 - 28), date!(2022 - 05 - 09), &calendar);
        assert_eq!(
            due,
            [
                date!(2022 - 04 - 28),
                date!(2022 - 04 - 29),
                date!(2022 - 05 - 05),
                date!(2022 - 05 - 06),
                date!(2022 - 05 - 07),
                date!(2022 - 05 - 09),
            ]
        );
        let covered = schedule.covers(date!(2022 - 05 - 05), &calendar);
        assert_eq!(covered.first, date!(2022 - 04 - 29));
        assert_eq!(covered.last, date!(2022 - 05 - 04));
        assert_eq!(covered.days(), 6);
        let pairs = due.windows(2).map(|pair| (pair[0], pair[1]));
        for (before, day) in pairs {
            assert_eq!(schedule.covers(day, &calendar).first, before, "no gap, no overlap");
        }
    }

    #[test]
    fn weekly_reports_cover_a_week_and_move_off_free_days() {
        let all = schedule(Cadence::Wednesdays, Days::AllDays);
        let calendar = labour_day();
        let from = date!(2022 - 04 - 25);
        let to = date!(2022 - 05 - 14);
        let due = all.due_days(from, to, &calendar);
        assert_eq!(due, [date!(2022 - 04 - 27), date!(2022 - 05 - 04), date!(2022 - 05 - 11)]);
        assert_eq!(all.covers(due[1], &calendar).days(), 7);

        let working = schedule(Cadence::Wednesdays, Days::WorkingDays);
        let due = working.due_days(from, to, &calendar);
        assert_eq!(due, [date!(2022 - 04 - 27), date!(2022 - 05 - 05), date!(2022 - 05 - 11)]);
        assert_eq!(working.covers(due[1], &calendar).days(), 8);
        assert_eq!(working.covers(due[2], &calendar).days(), 6);
    }

    #[test]
    fn days_follow_a_report_only_without_gap_and_overlap() {
        let calendar = WorkCalendar::default();
        let daily = Schedule::default().covers(date!(2022 - 05 - 18), &calendar);
        assert!(daily.follows(date!(2022 - 05 - 17)));
        assert!(!daily.follows(date!(2022 - 05 - 16)), "a day was missed");
        let weekly = schedule(Cadence::Thursdays, Days::AllDays).covers(date!(2022 - 05 - 19), &calendar);
        assert!(weekly.follows(date!(2022 - 05 - 12)));
        assert!(!weekly.follows(date!(2022 - 05 - 16)), "one more was filed in between");
    }

    #[test]
    fn a_suspension_ends_the_duty_for_its_time_only() {
        let schedule = Schedule {
            suspension: Some(Suspension { from: date!(2022 - 05 - 03), until: date!(2022 - 05 - 06) }),
            ..Schedule::default()
        };
        let calendar = WorkCalendar::default();
        let due = schedule.due_days(date!(2022 - 05 - 02), date!(2022 - 05 - 07), &calendar);
        assert_eq!(due, [date!(2022 - 05 - 02), date!(2022 - 05 - 06), date!(2022 - 05 - 07)]);
        let next = schedule.next_due(date!(2022 - 05 - 03), &calendar);
        assert_eq!(next, Some(date!(2022 - 05 - 06)));
        assert_eq!(schedule.covers(date!(2022 - 05 - 06), &calendar).days(), 1);
    }

    #[test]
    fn the_next_report_is_found_behind_holidays_and_long_suspensions() {
        let calendar = labour_day();
        let working = schedule(Cadence::Daily, Days::WorkingDays);
        let next = working.next_due(date!(2022 - 04 - 29), &calendar);
        assert_eq!(next, Some(date!(2022 - 05 - 05)));
        let long = Schedule {
            suspension: Some(Suspension { from: date!(2022 - 01 - 01), until: date!(2023 - 01 - 02) }),
            ..working
        };
        let next = long.next_due(date!(2022 - 02 - 01), &calendar);
        assert_eq!(next, Some(date!(2023 - 01 - 02)));
        let never = schedule(Cadence::Never, Days::AllDays);
        assert_eq!(never.next_due(date!(2022 - 04 - 29), &calendar), None);
        assert!(never.due_days(date!(2022 - 01 - 01), date!(2022 - 12 - 31), &calendar).is_empty());
    }

    #[test]
    fn a_report_is_due_at_the_set_minute_in_shanghai() {
        let schedule = Schedule::default();
        let day = date!(2022 - 05 - 16);
        assert_eq!(schedule.due_instant(day).show(), "2022-05-16 10:00");
        let evening = Schedule { due_at: time!(17:30), ..schedule };
        assert_eq!(evening.due_instant(day).show(), "2022-05-16 17:30");
    }
}
