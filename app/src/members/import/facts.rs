//! Between the values of the sheet and the facts of the register, both ways. What the register holds is written
//! as the sheet would give it, so that comparing the two is comparing texts, and an exported sheet changes nothing.

use std::collections::BTreeMap;

use super::{
    columns::Field,
    model::Detail,
    records::Record,
    value::{INSIDE, OUTSIDE},
};
use crate::{
    ids::TextEnum,
    members::{
        address::Address,
        credit_code::CreditCode,
        model::{ContactFacts, EntranceFacts, MemberFacts, Passage, PlantFacts, split_duties},
        plant_kind::PlantKind,
        store::{Contact, Entrance, Member, Plant},
        towns,
    },
};

pub type Values = BTreeMap<Field, String>;

pub fn of_member(member: &Member) -> Values {
    filled([
        (Field::Name, Some(member.name.clone())),
        (Field::Code, Some(member.credit_code.clone())),
        (Field::ShortName, member.short_name.clone()),
    ])
}

/// A plant without its address.
pub fn of_plant(plant: &Plant) -> Values {
    filled([
        (Field::Plant, Some(plant.name.clone())),
        (Field::Kind, Some(plant.kind.to_string())),
        (Field::Silo, plant.silo_capacity.map(|kilograms| kilograms.to_string())),
        (Field::Output, plant.normal_output.map(|kilograms| kilograms.to_string())),
    ])
}

pub fn address_of(plant: &Plant) -> Option<Address> {
    serde_json::from_str(&plant.address).ok()
}

/// The parts of an address, each for its column.
pub fn of_address(address: &Address) -> Values {
    let own = |text: &str| Some(text.to_owned());
    match address {
        Address::Shanghai(a) => filled([
            (Field::District, own(&a.district_code)),
            (Field::Town, towns::town(&a.town_code).map(|town| town.name.to_owned())),
            (Field::Road, own(&a.road)),
            (Field::Lane, own(&a.lane)),
            (Field::Number, own(&a.number)),
            (Field::Building, own(&a.building)),
            (Field::Floor, own(&a.floor)),
            (Field::Room, own(&a.room)),
        ]),
        Address::Elsewhere(a) => filled([
            (Field::Province, own(&a.province)),
            (Field::City, own(&a.city)),
            (Field::County, own(&a.county)),
            (Field::Detail, own(&a.detail)),
        ]),
    }
}

pub fn of_entrance(entrance: &Entrance) -> Values {
    filled([
        (Field::Entrance, Some(entrance.name.clone())),
        (Field::Passage, Some(entrance.passage.to_string())),
        (Field::Place, Some(if entrance.outdoors { OUTSIDE } else { INSIDE }.to_owned())),
    ])
}

pub fn of_contact(contact: &Contact) -> Values {
    filled([
        (Field::Contact, Some(contact.name.clone())),
        (Field::Title, contact.title.clone()),
        (Field::Phone, contact.phone.clone()),
        (Field::Email, contact.email.clone()),
        (Field::Duties, Some(contact.duties.clone())),
    ])
}

fn filled<const N: usize>(pairs: [(Field, Option<String>); N]) -> Values {
    pairs.into_iter().filter_map(|(field, text)| Some((field, text.filter(|text| !text.is_empty())?))).collect()
}

/// What the register holds, with what the sheet says over it; an empty cell leaves what is there.
pub fn over(stored: &Values, record: &Record) -> Values {
    let given = record.values.iter().filter(|(field, _)| !field.is_address());
    let mut values = stored.clone();
    values.extend(given.map(|(field, given)| (*field, given.text.clone())));
    values
}

/// What differs.
pub fn details(before: &Values, after: &Values) -> Vec<Detail> {
    let text = |values: &Values, field| values.get(&field).cloned().unwrap_or_default();
    Field::ALL
        .iter()
        .map(|field| Detail { field: *field, before: text(before, *field), after: text(after, *field) })
        .filter(|detail| detail.before != detail.after)
        .collect()
}

pub fn member(values: &Values, credit_code: CreditCode) -> MemberFacts {
    MemberFacts { name: text(values, Field::Name), short_name: given(values, Field::ShortName), credit_code }
}

/// Nothing when the kind is not known.
pub fn plant(values: &Values, address: Address) -> Option<PlantFacts> {
    Some(PlantFacts {
        name: text(values, Field::Plant),
        kind: PlantKind::from_word(values.get(&Field::Kind)?)?,
        address,
        silo_capacity: values.get(&Field::Silo).and_then(|text| text.parse().ok()),
        normal_output: values.get(&Field::Output).and_then(|text| text.parse().ok()),
    })
}

/// Nothing when it is not known who passes and where.
pub fn entrance(values: &Values) -> Option<EntranceFacts> {
    Some(EntranceFacts {
        name: text(values, Field::Entrance),
        passage: Passage::from_word(values.get(&Field::Passage)?)?,
        outdoors: values.get(&Field::Place)? == OUTSIDE,
    })
}

pub fn contact(values: &Values) -> ContactFacts {
    ContactFacts {
        name: text(values, Field::Contact),
        title: given(values, Field::Title),
        phone: given(values, Field::Phone),
        email: given(values, Field::Email),
        duties: values.get(&Field::Duties).map(|stored| split_duties(stored)).unwrap_or_default(),
    }
}

fn text(values: &Values, field: Field) -> String {
    values.get(&field).cloned().unwrap_or_default()
}

fn given(values: &Values, field: Field) -> Option<String> {
    values.get(&field).cloned()
}
