//! The sheet to apply with, and the list of applications, as spreadsheets.

use std::collections::HashMap;

use super::{
    sheet::{Place, Sheet},
    store::{Case, Line},
};
use crate::{
    current::Current,
    error::Result,
    ids::{ApplicationLineId, MemberId, TextEnum},
    members::store::Member,
    sheets::{Column, Kind, Table, Value},
};

/// One row for each place, every row complete in itself, so that rows can be copied one by one.
pub fn sheet(current: &Current, sheet: &Sheet) -> Table {
    let l = current.locale;
    let columns = [
        ("place_codes.row.count", Kind::Whole, 6),
        ("place_codes.row.unit", Kind::Text, 34),
        ("place_codes.row.credit_code", Kind::Text, 22),
        ("place_codes.row.place", Kind::Text, 44),
        ("place_codes.row.address", Kind::Text, 44),
        ("place_codes.row.district", Kind::Text, 12),
        ("place_codes.row.town", Kind::Text, 16),
        ("place_codes.row.plant", Kind::Text, 22),
        ("place_codes.row.entrance", Kind::Text, 16),
        ("place_codes.row.passage", Kind::Text, 14),
        ("place_codes.row.setting", Kind::Text, 10),
    ];
    let rows = (1..).zip(&sheet.places).map(|(n, place)| {
        let setting = if place.outdoors { "members.entrance.outside" } else { "members.entrance.inside" };
        vec![
            Value::Whole(n),
            sheet.unit_name.clone().into(),
            sheet.credit_code.clone().into(),
            place.place_name.clone().into(),
            place.address_line.clone().into(),
            place.district.clone().into(),
            place.town.clone().into(),
            place.plant.clone().into(),
            place.entrance.clone().into(),
            l.t(&format!("members.passage.{}", place.passage.word())).into(),
            l.t(setting).into(),
        ]
    });
    Table {
        title: l.t("place_codes.sheet"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: rows.collect(),
    }
}

/// Every entrance of some applications: as it was handed in, and before that as it is now.
pub fn list(current: &Current, cases: &[Case], members: &[Member]) -> Result<Table> {
    let l = current.locale;
    let names: HashMap<MemberId, &str> = members.iter().map(|member| (member.id, member.name.as_str())).collect();
    let columns = [
        ("place_codes.row.number", Kind::Text, 16),
        ("place_codes.row.unit", Kind::Text, 34),
        ("place_codes.row.plant", Kind::Text, 22),
        ("place_codes.row.entrance", Kind::Text, 16),
        ("place_codes.row.address", Kind::Text, 44),
        ("place_codes.row.filed_on", Kind::Date, 12),
        ("place_codes.row.route", Kind::Text, 20),
        ("place_codes.row.handler", Kind::Text, 14),
        ("place_codes.row.state", Kind::Text, 16),
        ("place_codes.row.reason", Kind::Text, 30),
    ];
    let row = |case: &Case, line: &Line, unit: Option<&str>, handed_in: Option<&Place>| {
        let application = &case.application;
        let last = line.said.last();
        // What was settled before the others were handed in does not stand in the sheet.
        let (plant, entrance, address) = handed_in.map_or_else(
            || (&line.plant.name, &line.entrance.name, &line.plant.address_line),
            |place| (&place.plant, &place.entrance, &place.address_line),
        );
        vec![
            application.number.clone().into(),
            unit.into(),
            plant.clone().into(),
            entrance.clone().into(),
            address.clone().into(),
            application.filed_on.map_or(Value::Empty, Value::Day),
            application.route.map(|route| l.t(&format!("guides.route.{}", route.word()))).into(),
            application.handler.as_deref().map(|name| current.shown(name)).into(),
            l.t(&format!("place_codes.line.{}", line.state.word())).into(),
            last.and_then(|said| said.reason.as_deref()).map(|reason| current.shown(reason)).into(),
        ]
    };
    let mut rows = Vec::new();
    for case in cases {
        let sheet = Sheet::handed_in(&case.application)?;
        let places: HashMap<ApplicationLineId, &Place> =
            sheet.iter().flat_map(|sheet| &sheet.places).map(|place| (place.line, place)).collect();
        let present = names.get(&case.application.member_id).copied();
        let unit = sheet.as_ref().map(|sheet| sheet.unit_name.as_str()).or(present);
        rows.extend(case.lines.iter().map(|line| row(case, line, unit, places.get(&line.row.id).copied())));
    }
    Ok(Table {
        title: l.t("place_codes.applications"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows,
    })
}
