//! Who must report when, as the secretariat sets it: a cadence per kind of plant, the hour, the free
//! days, the bands of storage; and the plant's own cadence where it has one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    calendar::{Cadence, Covered, Days, Schedule, Suspension, WorkCalendar},
    rules::Limits,
};
use crate::{
    ids::TextEnum,
    members::plant_kind::PlantKind,
    settings::Group,
    time::{Day, Instant},
};

/// How often, and on which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    pub cadence: Cadence,
    pub days: Days,
}

impl Duty {
    pub const NONE: Self = Self { cadence: Cadence::Never, days: Days::AllDays };

    /// Whether every day that asks for a report by this duty asked for one by the other.
    pub fn is_within(self, other: Self) -> bool {
        let fewer = other.cadence == Cadence::Daily && (other.days == Days::AllDays || other.days == self.days);
        self == other || self.cadence == Cadence::Never || fewer
    }
}

/// The settings of supply reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    pub duties: BTreeMap<PlantKind, Duty>,
    /// `10:00`
    pub due_at: String,
    /// One date a line.
    pub holidays: String,
    pub make_up_days: String,
    /// Storage above this percentage is red, below `low` amber.
    pub high: i64,
    pub low: i64,
}

impl Group for Rules {
    const NAME: &'static str = "supply";
}

impl Default for Rules {
    fn default() -> Self {
        let duty = |cadence| Duty { cadence, days: Days::AllDays };
        Self {
            duties: BTreeMap::from([
                (PlantKind::ClinkerLine, duty(Cadence::Daily)),
                (PlantKind::GrindingStation, duty(Cadence::Daily)),
                (PlantKind::Terminal, duty(Cadence::Daily)),
                (PlantKind::AdmixturePlant, duty(Cadence::Daily)),
                (PlantKind::MixingStation, duty(Cadence::Never)),
            ]),
            due_at: "10:00".to_owned(),
            holidays: String::new(),
            make_up_days: String::new(),
            high: 85,
            low: 30,
        }
    }
}

impl Rules {
    pub fn duty_of(&self, kind: PlantKind) -> Duty {
        self.duties.get(&kind).copied().unwrap_or(Duty::NONE)
    }

    /// The schedule of one plant: its own duty or that of its kind.
    pub fn schedule(&self, kind: PlantKind, own: Option<Duty>, suspension: Option<Suspension>) -> Schedule {
        let duty = own.unwrap_or_else(|| self.duty_of(kind));
        Schedule {
            cadence: duty.cadence,
            days: duty.days,
            due_at: read_time(&self.due_at).unwrap_or(Schedule::default().due_at),
            suspension,
        }
    }

    /// The kinds that are asked for more than by the rules before.
    pub fn kinds_beyond(&self, before: &Self) -> Vec<PlantKind> {
        let more = |kind: &PlantKind| !self.duty_of(*kind).is_within(before.duty_of(*kind));
        PlantKind::ALL.iter().copied().filter(more).collect()
    }

    /// The first day that a duty asks for when it began at this moment: one whose hour was still to come.
    pub fn first_day(&self, since: Instant) -> Day {
        let day = since.day();
        if since < self.due_instant(day) { day } else { day.next_day().unwrap_or(day) }
    }

    /// The moment until which reports of this day are on time.
    pub fn due_instant(&self, day: Day) -> Instant {
        self.schedule(PlantKind::ClinkerLine, None, None).due_instant(day)
    }

    /// The free days; the setting was read before it was saved, so a fault in it means none.
    pub fn calendar(&self) -> WorkCalendar {
        WorkCalendar::parse(&self.holidays, &self.make_up_days).unwrap_or_default()
    }

    pub fn limits(&self) -> Limits {
        Limits { high: self.high * 10, low: self.low * 10, ..Limits::default() }
    }

    /// The kinds of plants that report on this day.
    pub fn kinds_due(&self, day: Day) -> Vec<PlantKind> {
        let calendar = self.calendar();
        let due = |kind: &PlantKind| self.schedule(*kind, None, None).is_due(day, &calendar);
        PlantKind::ALL.iter().copied().filter(due).collect()
    }

    /// The duties that ask for a report on this day, for plants with one of their own.
    pub fn duties_due(&self, day: Day) -> Vec<Duty> {
        let calendar = self.calendar();
        let all = Cadence::ALL.iter().flat_map(|c| Days::ALL.iter().map(|d| Duty { cadence: *c, days: *d }));
        all.filter(|duty| self.schedule(PlantKind::ClinkerLine, Some(*duty), None).is_due(day, &calendar)).collect()
    }
}

/// The duty of one plant, with all suspensions that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlantDuty {
    pub schedule: Schedule,
    pub suspensions: Vec<Suspension>,
    /// Nothing is asked of the days before: the plant, or its duty, was not there yet.
    pub begins: Day,
    /// Nothing is asked from this day on: the plant is closed.
    pub ends: Option<Day>,
}

impl PlantDuty {
    pub fn is_due(&self, day: Day, calendar: &WorkCalendar) -> bool {
        self.stands_on(day) && self.suspended_on(day).is_none() && self.schedule.is_due(day, calendar)
    }

    fn stands_on(&self, day: Day) -> bool {
        self.begins <= day && self.ends.is_none_or(|end| day < end)
    }

    pub fn suspended_on(&self, day: Day) -> Option<Suspension> {
        self.suspensions.iter().copied().find(|s| s.from <= day && day < s.until)
    }

    /// The days of `from..=to` on which a report is due.
    pub fn due_days(&self, from: Day, to: Day, calendar: &WorkCalendar) -> Vec<Day> {
        let days = self.schedule.due_days(from, to, calendar);
        days.into_iter().filter(|day| self.stands_on(*day) && self.suspended_on(*day).is_none()).collect()
    }

    /// The next day after `day` on which a report is due.
    pub fn next_due(&self, day: Day, calendar: &WorkCalendar) -> Option<Day> {
        let day = day.max(self.begins.previous_day()?);
        let suspension = self.suspended_on(day).or_else(|| self.suspended_on(day.next_day()?));
        let next = Schedule { suspension, ..self.schedule }.next_due(day, calendar);
        next.filter(|day| self.stands_on(*day))
    }

    pub fn covers(&self, day: Day, calendar: &WorkCalendar) -> Covered {
        self.schedule.covers(day, calendar)
    }

    pub fn due_instant(&self, day: Day) -> Instant {
        self.schedule.due_instant(day)
    }
}

/// Reads `10:00`.
pub fn read_time(text: &str) -> Option<time::Time> {
    let (hour, minute) = text.trim().replace('：', ":").split_once(':').map(|(h, m)| (h.parse(), m.parse()))?;
    time::Time::from_hms(hour.ok()?, minute.ok()?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_plant_of_its_own_duty_is_not_asked_by_its_kind() {
        let rules = Rules::default();
        let sunday = date!(2022 - 05 - 15);
        let weekly = Duty { cadence: Cadence::Thursdays, days: Days::AllDays };
        let asked = |own| rules.schedule(PlantKind::GrindingStation, own, None).is_due(sunday, &rules.calendar());
        assert!(asked(None));
        assert!(!asked(Some(weekly)));
        assert!(!rules.kinds_due(sunday).contains(&PlantKind::MixingStation));
        assert!(rules.duties_due(date!(2022 - 05 - 19)).contains(&weekly));
    }

    #[test]
    fn a_duty_begins_with_the_first_hour_that_was_still_to_come() {
        let rules = Rules::default();
        let day = date!(2022 - 05 - 16);
        assert_eq!(rules.first_day(Instant::at(day, 9, 59)), day);
        assert_eq!(rules.first_day(Instant::at(day, 10, 0)), date!(2022 - 05 - 17));
        let calendar = rules.calendar();
        let duty = PlantDuty {
            schedule: Schedule::default(),
            suspensions: Vec::new(),
            begins: date!(2022 - 05 - 17),
            ends: Some(date!(2022 - 05 - 19)),
        };
        let due = duty.due_days(date!(2022 - 05 - 10), date!(2022 - 05 - 30), &calendar);
        assert_eq!(due, [date!(2022 - 05 - 17), date!(2022 - 05 - 18)]);
        assert!(!duty.is_due(day, &calendar) && duty.is_due(due[0], &calendar));
        assert_eq!(duty.next_due(date!(2022 - 05 - 10), &calendar), Some(due[0]));
        assert_eq!(duty.next_due(due[1], &calendar), None, "closed by then");
    }

    #[test]
    fn a_duty_that_asks_for_less_is_within_the_one_before() {
        let duty = |cadence, days| Duty { cadence, days };
        let all = duty(Cadence::Daily, Days::AllDays);
        let working = duty(Cadence::Daily, Days::WorkingDays);
        let mondays = duty(Cadence::Mondays, Days::WorkingDays);
        for (one, other, within) in [
            (all, all, true),
            (working, all, true),
            (mondays, working, true),
            (Duty::NONE, mondays, true),
            (all, working, false),
            (mondays, duty(Cadence::Tuesdays, Days::WorkingDays), false),
            (duty(Cadence::Mondays, Days::AllDays), working, false),
            (all, Duty::NONE, false),
        ] {
            assert_eq!(one.is_within(other), within, "{one:?} {other:?}");
        }
        let mut stricter = Rules::default();
        stricter.duties.insert(PlantKind::MixingStation, all);
        assert_eq!(stricter.kinds_beyond(&Rules::default()), [PlantKind::MixingStation]);
        assert!(Rules::default().kinds_beyond(&stricter).is_empty());
    }

    #[test]
    fn the_hour_is_read_as_people_type_it() {
        assert_eq!(read_time("9：30"), time::Time::from_hms(9, 30, 0).ok());
        for text in ["", "25:00", "10", "10:60"] {
            assert_eq!(read_time(text), None, "{text}");
        }
    }

    #[test]
    fn settings_survive_their_storage() {
        let text = serde_json::to_string(&Rules::default()).expect("json");
        assert_eq!(serde_json::from_str::<Rules>(&text).expect("rules"), Rules::default());
    }
}
