//! The secretariat's day as a spreadsheet: the very plants that the list shows.

use super::{
    model,
    page::day::standing,
    quantity::Kilograms,
    rules,
    store::day::{PlantDay, Reported},
};
use crate::{
    current::Current,
    members::{contacts, store::Contact, towns},
    sheets::{Column, Kind, Table, Value},
    time::{Day, show_day},
};

/// `past_due` once the day's reports are late.
pub fn table(current: &Current, day: Day, past_due: bool, plants: &[PlantDay], contacts: &[Contact]) -> Table {
    let l = current.locale;
    let column = |key: &str, kind, width| Column::new(l.t(key), kind, width);
    let columns = vec![
        column("supply.sheet.member", Kind::Text, 34),
        column("supply.head.plant", Kind::Text, 20),
        column("supply.day.field.kind", Kind::Text, 16),
        column("supply.day.field.district", Kind::Text, 12),
        column("supply.head.day", Kind::Date, 12),
        column("supply.head.day_state", Kind::Text, 12),
        column("supply.sheet.filed_at", Kind::Time, 18),
        column("supply.head.output", Kind::Number, 16),
        column("supply.sheet.normal", Kind::Number, 16),
        column("supply.head.stock", Kind::Number, 14),
        column("supply.sheet.storage", Kind::Number, 12),
        column("supply.head.available", Kind::Number, 14),
        column("supply.head.phones", Kind::Text, 30),
    ];
    let rows = plants.iter().map(|plant| row(current, day, past_due, plant, contacts)).collect();
    Table { title: show_day(day), columns, rows }
}

fn row(current: &Current, day: Day, past_due: bool, plant: &PlantDay, contacts: &[Contact]) -> Vec<Value> {
    let l = current.locale;
    let report = plant.report;
    let (_, state) = standing(plant, past_due);
    let amount = |of: fn(Reported) -> Kilograms| report.map_or(Value::Empty, |report| tonnes(of(report)));
    let percent = |ratio: Option<rules::PerMille>| ratio.map_or(Value::Empty, |r| Value::Number(r.0 as f64 / 10.0));
    let normal = report.and_then(|r| model::against_normal(plant.kind, r.output, plant.normal, r.days));
    let storage = report.zip(plant.capacity).and_then(|(r, capacity)| rules::storage_ratio(r.stock, capacity));
    vec![
        Value::from(plant.member_name.clone()),
        Value::from(plant.plant_name.clone()),
        Value::from(l.say(&plant.kind.name())),
        Value::from(plant.district.as_deref().and_then(towns::district).map(|district| district.name)),
        Value::Day(day),
        Value::from(l.t(state)),
        report.map_or(Value::Empty, |report| Value::Time(report.filed_at)),
        amount(|report| report.output),
        percent(normal.map(|against| against.ratio)),
        amount(|report| report.stock),
        percent(storage),
        if plant.kind.offers_supply() { amount(|report| report.available) } else { Value::Empty },
        Value::from(phones(current, plant, contacts)),
    ]
}

/// Tonnes with their decimals; every amount that a form takes fits without loss.
fn tonnes(amount: Kilograms) -> Value {
    Value::Number(amount.0 as f64 / 1_000.0)
}

fn phones(current: &Current, plant: &PlantDay, called: &[Contact]) -> String {
    let of_member = called.iter().filter(|contact| contact.member_id == plant.member);
    let lines: Vec<String> = of_member
        .filter_map(|contact| {
            let phone = contacts::phone(current, contact)?;
            Some(format!("{} {phone}", contact.name))
        })
        .collect();
    lines.join("; ")
}
