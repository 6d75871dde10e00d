//! The facts behind the guides: sizes, limits, routes, contacts and the rules for choosing a
//! device, as they stood in 2022-05. They are data with a date, because such duties change: the
//! secretariat edits them, and the pages, the poster sizes and the wizard all use the same ones.
//! Source of the defaults: the city's implementation guide that came with the association's letter;
//! which forms suit gates, crowds, distance and IDs, and how fast a device checks, is the association's own advice.

mod pace;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{TextEnum, text_enum};
use crate::members::{email::Email, phone::Phone};
use crate::text::Message;

pub use pace::Pace;

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

/// Sizes of a printed place code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Poster {
    pub smallest: Size,
    pub largest: Size,
    pub recommended: Size,
    /// Dots per inch.
    pub dpi: u16,
}

/// Width and height in millimetres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

/// How a place code is applied for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applying {
    /// The city's page for the computer.
    pub portal: String,
    /// Place codes in one submission by phone; by computer there is no limit.
    pub codes_per_mobile_submission: u16,
    pub routes: Vec<RouteFacts>,
}

/// One way to apply, and what opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteFacts {
    pub route: Route,
    pub certificates: BTreeSet<Certificate>,
    /// Only for units registered in Shanghai.
    pub local_only: bool,
}

text_enum! {
    pub enum Route {
        /// The city's page on a computer.
        Computer = "computer",
        /// 随申办 on a phone: app, WeChat or Alipay.
        Phone = "phone",
    }
}

text_enum! {
    pub enum Certificate {
        /// 法人一证通
        CorporateCertificate = "corporate_certificate",
        /// 电子营业执照
        ElectronicLicence = "electronic_licence",
    }
}

/// How a sentinel is chosen and ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installing {
    /// The mailbox that the guide names. Where this portal sends to is a setting of the program.
    pub mail: String,
    pub forms: BTreeSet<DeviceForm>,
    /// In the order of their weight: the first that applies and names a form on offer decides it. Where
    /// that is one for vehicles, a rule for people may add a second form.
    pub rules: Vec<SceneRule>,
    /// What tells how many are needed.
    #[serde(default)]
    pub pace: Pace,
}

text_enum! {
    /// The shapes in which sentinels are made.
    pub enum DeviceForm {
        /// 手持式
        Handheld = "handheld",
        /// 落地式
        Floor = "floor",
        /// 通道式
        Gate = "gate",
        /// 壁挂式
        Wall = "wall",
        /// 桌面式
        Desk = "desk",
    }
}

text_enum! {
    /// What a device must be able to do beyond scanning a code.
    pub enum Ability {
        /// 人脸识别
        FaceMatch = "face_match",
        /// 语音播报
        Voice = "voice",
        /// 身份证读卡; some older devices have none.
        IdCardReader = "id_card_reader",
        /// 闸机联动
        GateControl = "gate_control",
    }
}

text_enum! {
    /// What may be true of an entrance; one for each of the guide's five rules.
    pub enum Condition {
        Crowd = "crowd",
        Vehicles = "vehicles",
        Gates = "gates",
        PersonMatchesId = "person_matches_id",
        Distance = "distance",
    }
}

/// A rule for choosing: under a condition, this form and these abilities. The guide itself names a
/// form only for vehicles; the forms of the other rules are the association's advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneRule {
    pub condition: Condition,
    pub form: Option<DeviceForm>,
    pub abilities: BTreeSet<Ability>,
}

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub purpose: Purpose,
    pub name: String,
    pub phones: Vec<String>,
}

text_enum! {
    pub enum Purpose {
        /// 业务咨询
        Business = "business",
        /// 技术咨询
        Technical = "technical",
    }
}

/// What is wrong with one fact; `field` is the name of its form field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactProblem {
    pub field: &'static str,
    pub message: Message,
}

/// A paper that sheets of place codes are made on, and from how far away they are to be read, in millimetres: hung
/// beside an entrance, and held out towards a window. A poster is read from where people queue, which is nearer to a
/// small one; a card is held at arm's length, and its code fills more of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    pub size: Size,
    pub hung: u16,
    pub held: u16,
}

impl Paper {
    const fn new(size: Size, hung: u16, held: u16) -> Self {
        Self { size, hung, held }
    }

    /// The smallest that the guide allows.
    pub const SMALLEST: Self = Self::new(Size::new(100, 141), 400, 500);
    pub const A6: Self = Self::new(Size::new(105, 148), 400, 500);
    pub const A5: Self = Self::new(Size::new(148, 210), 600, 750);
    /// What the guide recommends.
    pub const A4: Self = Self::new(Size::new(210, 297), 900, 1100);
    pub const A3: Self = Self::new(Size::new(297, 420), 1200, 1500);
    /// The largest that the guide allows.
    pub const LARGEST: Self = Self::new(Size::new(420, 594), 1800, 2200);
}

/// The longest side that any sheet may have, in millimetres (A0).
const LONGEST_SIDE: u16 = 1189;

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
        check(is_web_address(&self.applying.portal), "portal", "guides.facts.portal");
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

impl Default for Installing {
    fn default() -> Self {
        let rule = |condition, form, abilities: &[Ability]| SceneRule {
            condition,
            form: Some(form),
            abilities: abilities.iter().copied().collect(),
        };
        Self {
            mail: "shaobing@shdata.com".to_owned(),
            forms: DeviceForm::ALL.iter().copied().collect(),
            rules: vec![
                rule(Condition::Vehicles, DeviceForm::Handheld, &[]),
                rule(Condition::Gates, DeviceForm::Gate, &[Ability::GateControl]),
                rule(Condition::Crowd, DeviceForm::Floor, &[]),
                rule(Condition::Distance, DeviceForm::Wall, &[Ability::Voice]),
                rule(Condition::PersonMatchesId, DeviceForm::Desk, &[Ability::FaceMatch, Ability::IdCardReader]),
            ],
            pace: Pace::default(),
        }
    }
}

impl Size {
    #[must_use]
    pub const fn new(width: u16, height: u16) -> Self {
        Self { width, height }
    }

    /// Width and height in dots, rounded: A4 at 300 dpi is 2480 × 3508.
    #[must_use]
    pub fn pixels(self, dpi: u16) -> (u32, u32) {
        let dots = |millimetres: u16| (u32::from(millimetres) * u32::from(dpi) * 10 + 127) / 254;
        (dots(self.width), dots(self.height))
    }

    fn fits_into(self, other: Self) -> bool {
        self.width <= other.width && self.height <= other.height
    }

    fn is_sheet(self) -> bool {
        let side = 20..=LONGEST_SIDE;
        side.contains(&self.width) && side.contains(&self.height)
    }
}

impl Poster {
    /// Whether a print of this size keeps within the limits.
    #[must_use]
    pub fn allows(&self, size: Size) -> bool {
        self.smallest.fits_into(size) && size.fits_into(self.largest)
    }
}

impl Applying {
    /// At least one route, each once. A phone knows its owner and needs no certificate.
    fn routes_are_usable(&self) -> bool {
        let routes: BTreeSet<_> = self.routes.iter().map(|r| r.route).collect();
        let opened = |r: &RouteFacts| r.route == Route::Phone || !r.certificates.is_empty();
        !routes.is_empty() && routes.len() == self.routes.len() && self.routes.iter().all(opened)
    }
}

impl Installing {
    /// One rule at most for a condition, each with a form that is there, or with an ability.
    fn rules_are_usable(&self) -> bool {
        let conditions: BTreeSet<_> = self.rules.iter().map(|r| r.condition).collect();
        let useful = |rule: &SceneRule| match rule.form {
            Some(form) => self.forms.contains(&form),
            None => !rule.abilities.is_empty(),
        };
        conditions.len() == self.rules.len() && self.rules.iter().all(useful)
    }
}

impl Contact {
    fn is_usable(&self) -> bool {
        let named = (1..=30).contains(&self.name.trim().chars().count());
        let phones =
            (1..=5).contains(&self.phones.len()) && self.phones.iter().all(|phone| Phone::parse(phone).is_ok());
        named && phones
    }
}

fn is_month(text: &str) -> bool {
    let Some((year, month)) = text.split_once('-') else {
        return false;
    };
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    digits(year, 4) && digits(month, 2) && year >= "2000" && matches!(month.parse::<u8>(), Ok(1..=12))
}

/// An address that may stand in a link.
fn is_web_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let safe = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '\\');
    text.len() <= 200
        && text.chars().all(safe)
        && host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
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
    fn sizes_in_dots_are_exact() {
        for (size, dots) in [
            (Size::new(420, 594), (4961, 7016)),
            (Size::new(210, 297), (2480, 3508)),
            (Size::new(100, 141), (1181, 1665)),
        ] {
            assert_eq!(size.pixels(300), dots);
        }
        let poster = Facts::default().poster;
        assert!(poster.allows(Size::new(420, 594)));
        assert!(!poster.allows(Size::new(421, 594)));
        assert!(!poster.allows(Size::new(99, 200)));
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
