//! The address of a plant from its columns: the parts in Shanghai, or province, city and the rest, or the whole
//! on one line. A sheet that gives any of it gives all of it: nothing is mixed with what the register holds.

use super::{
    columns::{Field, Header},
    model::Note,
    records::Record,
};
use crate::{
    members::{
        address::{self, Address, ElsewhereAddress, Part, ShanghaiAddress},
        towns::{self, Town},
    },
    text::Message,
};

const ELSEWHERE: [Field; 4] = [Field::Province, Field::City, Field::County, Field::Detail];

/// Whether the sheet says where the plant is.
pub fn is_given(record: &Record) -> bool {
    record.values.keys().any(|field| field.is_address())
}

/// The address, or nothing when something about it is wrong; that goes to `notes`.
pub fn read(record: &Record, header: &Header, notes: &mut Vec<Note>) -> Option<Address> {
    let before = notes.len();
    let parts = record.values.keys().any(|field| Field::ADDRESS.contains(field));
    let line = record.values.get(&Field::Address);
    let address = match line {
        Some(line) if !parts => {
            let parsed = address::parse(&line.text);
            if !parsed.leftovers.is_empty() {
                let reason = Message::of("imports.problem.address_rest").with("text", &parsed.leftovers);
                notes.push(Note::problem(line.at, reason).suggest(Message::of("imports.suggest.address_parts")));
            }
            parsed.address
        }
        _ => from_parts(record, header, notes)?,
    };
    let address = address.tidied();
    if let Some(line) = line.filter(|_| parts)
        && address::parse(&line.text).address.tidied().comparison_key() != address.comparison_key()
    {
        let reason = Message::of("imports.problem.address_twice").with("text", address.one_line());
        notes.push(Note::problem(line.at, reason).suggest(Message::of("imports.suggest.address_one")));
    }
    for problem in address.problems() {
        // Whoever gave no district is told so once, at the town.
        let twice = problem.part == Part::District && record.text(Field::District).is_empty();
        if notes.len() > before && (twice || line.is_some()) {
            continue;
        }
        let field = if parts { field_of(problem.part) } else { Field::Address };
        let at = record.values.get(&field).map_or_else(|| header.at(record.row, field), |given| given.at);
        let suggestion = (!parts).then(|| Message::of("imports.suggest.address_parts"));
        notes.push(Note::problem(at, problem.message).suggest(suggestion));
    }
    (notes.len() == before).then_some(address)
}

fn from_parts(record: &Record, header: &Header, notes: &mut Vec<Note>) -> Option<Address> {
    let own = |field| record.text(field).to_owned();
    let elsewhere = ELSEWHERE.iter().any(|field| record.values.contains_key(field));
    let shanghai = Field::ADDRESS.iter().any(|field| !ELSEWHERE.contains(field) && record.values.contains_key(field));
    if elsewhere && shanghai {
        let at = ELSEWHERE.iter().find_map(|field| record.values.get(field)).map(|given| given.at);
        let at = at.unwrap_or_else(|| header.at(record.row, Field::Province));
        notes.push(
            Note::problem(at, Message::of("imports.problem.two_places"))
                .suggest(Message::of("imports.suggest.one_place")),
        );
        return None;
    }
    if elsewhere {
        return Some(Address::Elsewhere(ElsewhereAddress {
            province: own(Field::Province),
            city: own(Field::City),
            county: own(Field::County),
            detail: own(Field::Detail),
        }));
    }
    let (district, town) = (own(Field::District), own(Field::Town));
    let found = find_town(&district, &town);
    if found.is_none() && !town.is_empty() {
        let at = record.values.get(&Field::Town).map_or_else(|| header.at(record.row, Field::Town), |given| given.at);
        let reason = Message::of("imports.problem.unknown").with("text", &town);
        notes.push(Note::problem(at, reason).suggest(towns_of(&district)));
        return None;
    }
    let district_code = found.filter(|_| district.is_empty()).map_or(district, |town| town.district_code.to_owned());
    Some(Address::Shanghai(ShanghaiAddress {
        district_code,
        town_code: found.map_or_else(String::new, |town| town.code.to_owned()),
        road: own(Field::Road),
        lane: own(Field::Lane),
        number: own(Field::Number),
        building: own(Field::Building),
        floor: own(Field::Floor),
        room: own(Field::Room),
    }))
}

/// The town of a name within its district; without a district, the only town of that name.
fn find_town(district: &str, name: &str) -> Option<&'static Town> {
    if !district.is_empty() {
        return towns::town_by_name(district, name);
    }
    let mut found = towns::districts().iter().filter_map(|district| towns::town_by_name(district.code, name));
    found.next().filter(|_| found.next().is_none())
}

fn towns_of(district: &str) -> Message {
    match towns::district(district) {
        Some(district) => {
            let names: Vec<&str> = district.towns.iter().map(|town| town.name).collect();
            Message::of("imports.suggest.towns").with("district", district.name).with("towns", names.join("、"))
        }
        None => Message::of("imports.suggest.district"),
    }
}

fn field_of(part: Part) -> Field {
    match part {
        Part::District => Field::District,
        Part::Town => Field::Town,
        Part::Road => Field::Road,
        Part::Lane => Field::Lane,
        Part::Number => Field::Number,
        Part::Building => Field::Building,
        Part::Floor => Field::Floor,
        Part::Room => Field::Room,
        Part::Province => Field::Province,
        Part::City => Field::City,
        Part::County => Field::County,
        Part::Detail => Field::Detail,
    }
}
