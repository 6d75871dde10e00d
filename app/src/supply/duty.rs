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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlantDuty {
    pub schedule: Schedule,
    pub suspensions: Vec<Suspension>,
}

impl PlantDuty {
    pub fn is_due(&self, day: Day, calendar: &WorkCalendar) -> bool {
        self.suspended_on(day).is_none() && self.schedule.is_due(day, calendar)
    }

    pub fn suspended_on(&self, day: Day) -> Option<Suspension> {
        self.suspensions.iter().copied().find(|s| s.from <= day && day < s.until)
    }

    /// The days of `from..=to` on which a report is due.
    pub fn due_days(&self, from: Day, to: Day, calendar: &WorkCalendar) -> Vec<Day> {
        let days = self.schedule.due_days(from, to, calendar);
        days.into_iter().filter(|day| self.suspended_on(*day).is_none()).collect()
    }

    /// The next day after `day` on which a report is due.
    pub fn next_due(&self, day: Day, calendar: &WorkCalendar) -> Option<Day> {
        let suspension = self.suspended_on(day).or_else(|| self.suspended_on(day.next_day()?));
        Schedule { suspension, ..self.schedule }.next_due(day, calendar)
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
