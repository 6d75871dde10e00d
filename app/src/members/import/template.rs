//! The sheet to fill in: headings with one example, a second sheet that explains every column and lists what may
//! stand in it, a third with the towns. The register in the same form can be changed and uploaded again.

use super::{
    columns::Field,
    facts::{self, Values},
    store::{Known, Register},
    value,
};
use crate::{
    error::Result,
    ids::TextEnum,
    members::towns,
    sheets::{self, Column, Kind, Table, Value},
    text::Locale,
};

/// The code of the example, which passes its checks and belongs to nobody. A line that carries it is passed over.
pub const EXAMPLE_CODE: &str = "91310118EXAMPLE03E";

/// The template with its explanations.
pub fn template(l: Locale) -> Result<Vec<u8>> {
    let example = Field::ALL.iter().map(|field| example(l, *field).into()).collect();
    sheets::bytes(&[table(l, vec![example]), explanations(l), town_list(l)])
}

/// The register as the template would give it.
pub fn register(l: Locale, register: &Register) -> Result<Vec<u8>> {
    let mut known: Vec<&Known> = register.members().filter(|known| known.member.left_at.is_none()).collect();
    known.sort_by(|a, b| (&a.member.name, a.member.id).cmp(&(&b.member.name, b.member.id)));
    let rows = known.into_iter().flat_map(lines).map(|values| cells(l, &values)).collect();
    sheets::bytes(&[table(l, rows), explanations(l), town_list(l)])
}

/// The lines of a member: as many as it has entrances (a plant without one counts) or contacts.
fn lines(known: &Known) -> Vec<Values> {
    let mut places: Vec<Values> = Vec::new();
    for known in known.plants.iter().filter(|known| known.plant.closed_at.is_none()) {
        let mut plant = facts::of_plant(&known.plant);
        plant.extend(facts::address_of(&known.plant).iter().flat_map(facts::of_address));
        let before = places.len();
        for entrance in known.entrances.iter().filter(|entrance| entrance.closed_at.is_none()) {
            let mut line = plant.clone();
            line.extend(facts::of_entrance(entrance));
            places.push(line);
        }
        if places.len() == before {
            places.push(plant);
        }
    }
    let member = facts::of_member(&known.member);
    let count = places.len().max(known.contacts.len()).max(1);
    let mut places = places.into_iter();
    let mut contacts = known.contacts.iter().map(facts::of_contact);
    let line = |_| {
        let mut line = member.clone();
        line.extend(places.next().unwrap_or_default());
        line.extend(contacts.next().unwrap_or_default());
        line
    };
    (0..count).map(line).collect()
}

fn cells(l: Locale, values: &Values) -> Vec<Value> {
    let cell = |field: &Field| values.get(field).map(|value| value::show(l, *field, value)).into();
    Field::ALL.iter().map(cell).collect()
}

fn table(l: Locale, rows: Vec<Vec<Value>>) -> Table {
    let columns = Field::ALL.iter().map(|field| Column::new(field.heading(l), Kind::Text, width(*field))).collect();
    Table { title: l.t("imports.sheet.members"), columns, rows }
}

/// The width of a field's column, in characters.
pub fn width(field: Field) -> u16 {
    match field {
        Field::Name | Field::Address | Field::Detail => 36,
        Field::Code | Field::Email | Field::Duties => 24,
        Field::Plant | Field::Road | Field::Phone => 18,
        _ => 12,
    }
}

fn explanations(l: Locale) -> Table {
    let head = |key: &str, width| Column::new(l.t(key), Kind::Text, width);
    let rows = Field::ALL.iter().map(|field| {
        let need = match field {
            Field::Code => "imports.need.always",
            Field::Name
            | Field::Plant
            | Field::Kind
            | Field::Entrance
            | Field::Passage
            | Field::Place
            | Field::Contact => "imports.need.new",
            _ => "imports.need.free",
        };
        vec![field.heading(l).into(), l.t(need).into(), field.explanation(l).into(), example(l, *field).into()]
    });
    let columns = vec![
        head("imports.sheet.column", 22),
        head("imports.sheet.need", 14),
        head("imports.sheet.explanation", 70),
        head("imports.sheet.example", 30),
    ];
    Table { title: l.t("imports.sheet.explanations"), columns, rows: rows.collect() }
}

fn town_list(l: Locale) -> Table {
    let columns = [Field::District, Field::Town].map(|field| Column::new(field.heading(l), Kind::Text, 24)).to_vec();
    let rows = towns::districts()
        .iter()
        .flat_map(|district| district.towns.iter().map(|town| vec![district.name.into(), town.name.into()]))
        .collect();
    Table { title: l.t("imports.sheet.towns"), columns, rows }
}

fn example(l: Locale, field: Field) -> String {
    match field {
        Field::Code => EXAMPLE_CODE.to_owned(),
        Field::Kind => value::show(l, field, "grinding_station"),
        Field::Passage => value::show(l, field, "both"),
        Field::Place => value::show(l, field, value::OUTSIDE),
        Field::Duties => value::show(l, field, ",notices,supply,"),
        Field::Name => l.t("imports.example.name"),
        Field::ShortName => "示范新塘".to_owned(),
        Field::Plant => "新塘粉磨站".to_owned(),
        Field::District => "青浦区".to_owned(),
        Field::Town => "练塘镇".to_owned(),
        Field::Road => "示范大道".to_owned(),
        Field::Lane => "588弄".to_owned(),
        Field::Number => "15号".to_owned(),
        Field::Building => "2幢".to_owned(),
        Field::Silo => "24000".to_owned(),
        Field::Output => "2600".to_owned(),
        Field::Entrance => "东门".to_owned(),
        Field::Contact => "钱敏".to_owned(),
        Field::Title => "办公室主任".to_owned(),
        Field::Phone => "13800000101".to_owned(),
        Field::Email => "office@member.example".to_owned(),
        Field::Address | Field::Floor | Field::Room | Field::Province | Field::City | Field::County | Field::Detail => {
            String::new()
        }
    }
}
