//! Where a plant is. In Shanghai an address has parts, so that it can be compared with the one a
//! code or device was applied for; elsewhere province and city are kept and the rest is free text.
//! What was typed stays as typed: only [`Address::comparison_key`] evens out ways of writing.

mod key;
pub(crate) mod numerals;
mod parse;
#[cfg(test)]
mod tests;

use unicode_normalization::UnicodeNormalization;

pub use parse::{Parsed, parse};

use super::towns;
use crate::text::Message;

/// An address, in Shanghai or elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum Address {
    Shanghai(ShanghaiAddress),
    Elsewhere(ElsewhereAddress),
}

/// Parts of an address in Shanghai; an empty text is a part that is not there. Lane, number,
/// floor and room may be given with or without 弄, 号, 层 and 室.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ShanghaiAddress {
    /// Six digits, see [`towns`].
    pub district_code: String,
    /// Nine digits, see [`towns`].
    pub town_code: String,
    pub road: String,
    pub lane: String,
    pub number: String,
    /// With its unit: 1幢 and 1栋 are two things.
    pub building: String,
    pub floor: String,
    pub room: String,
}

/// An address outside Shanghai.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ElsewhereAddress {
    pub province: String,
    pub city: String,
    /// District or county; some cities have none.
    pub county: String,
    pub detail: String,
}

/// A part of an address, as forms and import sheets name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    District,
    Town,
    Road,
    Lane,
    Number,
    Building,
    Floor,
    Room,
    Province,
    City,
    County,
    Detail,
}

/// What is wrong with one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub part: Part,
    pub message: Message,
}

impl Address {
    /// Everything that keeps the address from being complete, in the order of the form.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        match self {
            Self::Shanghai(address) => address.problems(),
            Self::Elsewhere(address) => address.problems(),
        }
    }

    /// Whether it is good enough to apply for a code or a device with.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.problems().is_empty()
    }

    /// The address on one line, as on a licence.
    #[must_use]
    pub fn one_line(&self) -> String {
        match self {
            Self::Shanghai(address) => address.one_line(),
            Self::Elsewhere(address) => address.one_line(),
        }
    }

    /// Equal for addresses that differ only in writing; not for showing.
    #[must_use]
    pub fn comparison_key(&self) -> String {
        match self {
            Self::Shanghai(address) => key::shanghai(address),
            Self::Elsewhere(address) => key::elsewhere(address),
        }
    }

    /// The same address with every part as it should be stored: full-width letters and digits made
    /// half-width, spaces and control characters gone.
    #[must_use]
    pub fn tidied(&self) -> Self {
        match self {
            Self::Shanghai(a) => Self::Shanghai(ShanghaiAddress {
                district_code: tidy(&a.district_code),
                town_code: tidy(&a.town_code),
                road: tidy(&a.road),
                lane: tidy(&a.lane),
                number: tidy(&a.number),
                building: tidy(&a.building),
                floor: tidy(&a.floor),
                room: tidy(&a.room),
            }),
            Self::Elsewhere(a) => Self::Elsewhere(ElsewhereAddress {
                province: tidy(&a.province),
                city: tidy(&a.city),
                county: tidy(&a.county),
                detail: tidy(&a.detail),
            }),
        }
    }
}

impl ShanghaiAddress {
    fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut report = |part, key| found.push(problem(part, key));
        let district = towns::district(&self.district_code);
        if district.is_none() {
            report(Part::District, "members.address.district.choose");
        }
        match towns::town(&self.town_code) {
            None => report(Part::Town, "members.address.town.choose"),
            Some(town) if district.is_some_and(|d| d.code != town.district_code) => {
                report(Part::Town, "members.address.town.elsewhere");
            }
            Some(_) => {}
        }
        if self.road.is_empty() && self.lane.is_empty() {
            report(Part::Road, "members.address.road.missing");
        } else if parse::holds_house_number(&self.road) {
            report(Part::Road, "members.address.road.number_inside");
        }
        if !self.lane.is_empty() && !numerals::any(&self.lane) {
            report(Part::Lane, "members.address.lane.digits");
        }
        if self.number.is_empty() {
            report(Part::Number, "members.address.number.missing");
        } else if !numerals::any(&self.number) {
            report(Part::Number, "members.address.number.digits");
        }
        if !self.building.is_empty() && self.building.chars().all(|c| c.is_ascii_alphanumeric()) {
            report(Part::Building, "members.address.building.unit");
        }
        found.extend(too_long(&[
            (Part::Road, &self.road),
            (Part::Lane, &self.lane),
            (Part::Number, &self.number),
            (Part::Building, &self.building),
            (Part::Floor, &self.floor),
            (Part::Room, &self.room),
        ]));
        found
    }

    fn one_line(&self) -> String {
        let district = towns::district(&self.district_code).map_or("", |d| d.name);
        let town = towns::town(&self.town_code).map_or("", |t| t.name);
        [
            "上海市",
            district,
            town,
            &self.road,
            &with_unit(&self.lane, "弄", &["弄"]),
            &with_unit(&self.number, "号", &["号"]),
            &self.building,
            &with_unit(&self.floor, "层", &["层", "楼", "F"]),
            &self.room_line(),
        ]
        .concat()
    }

    /// 室 follows a bare number only: "C区" and "门卫" are rooms of their own.
    fn room_line(&self) -> String {
        if self.room.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            with_unit(&self.room, "室", &["室"])
        } else {
            self.room.clone()
        }
    }
}

impl ElsewhereAddress {
    fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut report = |part, key| found.push(problem(part, key));
        if self.province.is_empty() {
            report(Part::Province, "members.address.province.missing");
        } else if matches!(self.province.as_str(), "上海" | "上海市") {
            report(Part::Province, "members.address.province.shanghai");
        }
        if self.city.is_empty() {
            report(Part::City, "members.address.city.missing");
        }
        if self.detail.is_empty() {
            report(Part::Detail, "members.address.detail.missing");
        }
        found.extend(too_long(&[
            (Part::Province, &self.province),
            (Part::City, &self.city),
            (Part::County, &self.county),
            (Part::Detail, &self.detail),
        ]));
        found
    }

    /// A municipality is province and city at once and is written once.
    fn one_line(&self) -> String {
        let city = if self.city == self.province { "" } else { &self.city };
        [&self.province, city, &self.county, &self.detail].concat()
    }
}

impl Part {
    /// The most characters the part may have.
    #[must_use]
    pub fn longest(self) -> usize {
        match self {
            Self::District | Self::Town => 9,
            Self::Lane | Self::Number | Self::Floor => 20,
            Self::Building | Self::Room | Self::Province | Self::City | Self::County => 30,
            Self::Road => 40,
            Self::Detail => 120,
        }
    }

    /// The name of its field in forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Town => "town",
            Self::Road => "road",
            Self::Lane => "lane",
            Self::Number => "number",
            Self::Building => "building",
            Self::Floor => "floor",
            Self::Room => "room",
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
            Self::Detail => "detail",
        }
    }

    /// The label of its field.
    #[must_use]
    pub fn label(self) -> Message {
        Message::of(match self {
            Self::District => "members.address.part.district",
            Self::Town => "members.address.part.town",
            Self::Road => "members.address.part.road",
            Self::Lane => "members.address.part.lane",
            Self::Number => "members.address.part.number",
            Self::Building => "members.address.part.building",
            Self::Floor => "members.address.part.floor",
            Self::Room => "members.address.part.room",
            Self::Province => "members.address.part.province",
            Self::City => "members.address.part.city",
            Self::County => "members.address.part.county",
            Self::Detail => "members.address.part.detail",
        })
    }
}

fn problem(part: Part, key: &'static str) -> Problem {
    let message = Message::of(key);
    Problem { part, message }
}

fn too_long(parts: &[(Part, &String)]) -> Vec<Problem> {
    parts
        .iter()
        .filter(|(part, text)| text.chars().count() > part.longest())
        .map(|(part, _)| Problem {
            part: *part,
            message: Message::of("members.address.too_long").with("max", part.longest()),
        })
        .collect()
}

fn with_unit(text: &str, unit: &str, already: &[&str]) -> String {
    if text.is_empty() || already.iter().any(|unit| text.contains(unit)) {
        text.to_owned()
    } else {
        format!("{text}{unit}")
    }
}

/// Half-width letters, digits and hyphens; no spaces, no control characters. Chinese punctuation
/// stays: brackets belong to some names.
fn tidy(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '\u{feff}' && *c != '\u{200b}')
        .flat_map(|c| match c {
            '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '－' => {
                c.nfkc().collect::<Vec<_>>()
            }
            _ => vec![c],
        })
        .collect()
}
