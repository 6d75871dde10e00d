//! The facts behind the guides: sizes, limits, routes, contacts and the rules for choosing a
//! device, as they stood in 2022-05. They are data with a date, because such duties change: the
//! secretariat edits them, and the pages, the sheet sizes and the wizard all use the same ones.
//! Source of the defaults: the city's implementation guide that came with the association's letter;
//! which forms suit gates, crowds, distance and IDs, and how fast a device checks, is the association's own advice.

mod applying;
mod contact;
mod installing;
mod pace;
mod sheets;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::members::email::Email;
use crate::text::Message;

pub use applying::{Applying, Certificate, Route, RouteFacts};
pub use contact::{Contact, Purpose};
pub use installing::{Ability, Condition, DeviceForm, Installing, SceneRule};
pub use pace::Pace;
pub use sheets::{Paper, Poster, Size};

/// All facts; what a stored text lacks has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The month for which they were last checked: `yyyy-mm`.
    pub as_of: String,
    pub poster: Poster,
    pub applying: Applying,
    pub installing: Installing,
    /// From this age on, and for others without a phone, the paper code will do. Years.
    pub paper_code_age: u8,
    pub contacts: Vec<Contact>,
}

/// What is wrong with one fact; `field` is the name of its form field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactProblem {
    pub field: &'static str,
    pub message: Message,
}

impl Facts {
    /// Everything that must be mended before the facts are published.
    #[must_use]
    pub fn validate(&self) -> Vec<FactProblem> {
        let mut found = Vec::new();
        let mut check = |right: bool, field, key| {
            if !right {
                let message = Message::of(key);
                found.push(FactProblem { field, message });
            }
        };
        let poster = &self.poster;
        check(is_month(&self.as_of), "as_of", "guides.facts.as_of");
        check(poster.smallest.is_sheet(), "smallest", "guides.facts.sheet");
        check(poster.largest.is_sheet(), "largest", "guides.facts.sheet");
        check(poster.smallest.fits_into(poster.largest), "largest", "guides.facts.largest");
        check(poster.allows(poster.recommended), "recommended", "guides.facts.recommended");
        check((72..=1200).contains(&poster.dpi), "dpi", "guides.facts.dpi");
        check(self.applying.portal_is_usable(), "portal", "guides.facts.portal");
        check(
            (1..=1000).contains(&self.applying.codes_per_mobile_submission),
            "codes_per_mobile_submission",
            "guides.facts.codes_per_mobile_submission",
        );
        check(self.applying.routes_are_usable(), "routes", "guides.facts.routes");
        check((1..=120).contains(&self.paper_code_age), "paper_code_age", "guides.facts.age");
        check(Email::parse(&self.installing.mail).is_ok(), "mail", "guides.facts.mail");
        check(!self.installing.forms.is_empty(), "forms", "guides.facts.forms");
        check(self.installing.rules_are_usable(), "rules", "guides.facts.rules");
        let pace = &self.installing.pace;
        check(Pace::PEOPLE.contains(&pace.people_per_minute), "people_per_minute", "guides.facts.people_per_minute");
        check(
            Pace::VEHICLES.contains(&pace.vehicles_per_minute),
            "vehicles_per_minute",
            "guides.facts.vehicles_per_minute",
        );
        check(Pace::BUSY.contains(&pace.busy_minute), "busy_minute", "guides.facts.busy_minute");
        check(
            self.contacts.len() <= 20 && self.contacts.iter().all(Contact::is_usable),
            "contacts",
            "guides.facts.contacts",
        );
        if poster.smallest.fits_into(poster.largest) && !poster.allows_a_paper() {
            found.push(FactProblem { field: "largest", message: no_paper() });
        }
        found
    }
}

impl Default for Facts {
    fn default() -> Self {
        let both = BTreeSet::from([Certificate::CorporateCertificate, Certificate::ElectronicLicence]);
        let contact = |purpose, name: &str, phones: [&str; 2]| Contact {
            purpose,
            name: name.to_owned(),
            phones: phones.map(str::to_owned).to_vec(),
        };
        Self {
            as_of: "2022-05".to_owned(),
            poster: Poster {
                smallest: Paper::SMALLEST.size,
                largest: Paper::LARGEST.size,
                recommended: Paper::A4.size,
                dpi: 300,
            },
            applying: Applying {
                portal: "http://qrcode.sh.gov.cn".to_owned(),
                codes_per_mobile_submission: 20,
                routes: vec![
                    RouteFacts { route: Route::Computer, certificates: both, local_only: false },
                    RouteFacts { route: Route::Phone, certificates: BTreeSet::new(), local_only: true },
                ],
            },
            installing: Installing::default(),
            paper_code_age: 60,
            contacts: vec![
                contact(Purpose::Business, "周老师", ["13661530333", "13661760333"]),
                contact(Purpose::Technical, "王老师", ["13621620333", "13621820333"]),
            ],
        }
    }
}

/// That between smallest and largest there is no paper that sheets are made on.
fn no_paper() -> Message {
    let papers = Paper::ALL.map(|paper| format!("{} × {}", paper.size.width, paper.size.height));
    Message::of("guides.facts.no_paper").with("papers", papers.join(" / "))
}

fn is_month(text: &str) -> bool {
    let Some((year, month)) = text.split_once('-') else {
        return false;
    };
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    digits(year, 4) && digits(month, 2) && year >= "2000" && matches!(month.parse::<u8>(), Ok(1..=12))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(change: impl Fn(&mut Facts)) -> Vec<&'static str> {
        let mut facts = Facts::default();
        change(&mut facts);
        facts.validate().into_iter().map(|p| p.field).collect()
    }

    #[test]
    fn the_defaults_are_those_of_the_guide_and_valid() {
        let facts = Facts::default();
        assert!(facts.validate().is_empty());
        assert_eq!(facts.as_of, "2022-05");
        assert_eq!(facts.poster.recommended, Size::new(210, 297));
        assert_eq!(facts.applying.codes_per_mobile_submission, 20);
        assert_eq!(facts.installing.mail, "shaobing@shdata.com");
        assert_eq!(facts.paper_code_age, 60);
        assert_eq!(facts.installing.forms.len(), 5);
        assert_eq!(facts.installing.rules.len(), 5);
    }

    #[test]
    fn facts_survive_storing_and_old_ones_get_new_defaults() {
        let facts = Facts::default();
        let json = serde_json::to_string(&facts).expect("json");
        let read: Facts = serde_json::from_str(&json).expect("facts");
        assert_eq!(read, facts);
        let short: Facts = serde_json::from_str(r#"{"paper_code_age":70}"#).expect("facts");
        assert_eq!(short.paper_code_age, 70);
        assert_eq!(short.contacts, facts.contacts);
        let older = r#"{"installing":{"mail":"a@example.cn","forms":["desk"],"rules":[]}}"#;
        let older: Facts = serde_json::from_str(older).expect("facts");
        assert_eq!(older.installing.pace, facts.installing.pace);
        assert!(serde_json::from_str::<Facts>(r#"{"colour":"red"}"#).is_err());
    }

    #[test]
    fn every_wrong_fact_is_named_at_its_field() {
        assert_eq!(faults(|f| f.as_of = "2022-13".into()), ["as_of"]);
        assert_eq!(faults(|f| f.as_of = "May".into()), ["as_of"]);
        assert_eq!(faults(|f| f.poster.smallest = Size::new(0, 0)), ["smallest"]);
        assert_eq!(faults(|f| f.poster.largest = Size::new(90, 594)), ["largest", "recommended"]);
        assert_eq!(faults(|f| f.poster.recommended = Size::new(50, 70)), ["recommended"]);
        let between_two_papers = |f: &mut Facts| {
            f.poster.smallest = Size::new(150, 212);
            f.poster.recommended = Size::new(180, 250);
            f.poster.largest = Size::new(200, 290);
        };
        assert_eq!(faults(between_two_papers), ["largest"]);
        assert_eq!(faults(|f| f.poster.dpi = 0), ["dpi"]);
        assert_eq!(faults(|f| f.applying.portal = "javascript:alert(1)".into()), ["portal"]);
        assert_eq!(faults(|f| f.applying.portal = "http://a b".into()), ["portal"]);
        assert_eq!(faults(|f| f.applying.codes_per_mobile_submission = 0), ["codes_per_mobile_submission"]);
        assert_eq!(faults(|f| f.applying.routes.clear()), ["routes"]);
        assert_eq!(faults(|f| f.applying.routes[0].certificates.clear()), ["routes"]);
        assert_eq!(faults(|f| f.paper_code_age = 0), ["paper_code_age"]);
        assert_eq!(faults(|f| f.installing.mail = "shaobing".into()), ["mail"]);
        assert_eq!(faults(|f| f.installing.forms.clear()), ["forms", "rules"]);
        assert_eq!(faults(|f| f.installing.rules[0].form = None), ["rules"]);
        assert_eq!(faults(|f| f.installing.rules[0].condition = Condition::Gates), ["rules"]);
        assert_eq!(faults(|f| f.installing.pace.people_per_minute = 0), ["people_per_minute"]);
        assert_eq!(faults(|f| f.installing.pace.vehicles_per_minute = 61), ["vehicles_per_minute"]);
        assert_eq!(faults(|f| f.installing.pace.busy_minute = 99), ["busy_minute"]);
        assert_eq!(faults(|f| f.contacts[0].phones[0] = "12".into()), ["contacts"]);
        assert_eq!(faults(|f| f.contacts[1].name = " ".into()), ["contacts"]);
    }
}
