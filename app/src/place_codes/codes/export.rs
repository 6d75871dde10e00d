//! The list of entrances with their codes as a spreadsheet: the very ones that the list shows, on all its pages.

use super::store::Row;
use crate::{
    current::Current,
    ids::TextEnum,
    members::towns,
    sheets::{Column, Kind, Table, Value},
};

pub fn table(current: &Current, rows: &[Row]) -> Table {
    let l = current.locale;
    let columns = [
        ("place_codes.row.unit", Kind::Text, 34),
        ("place_codes.row.plant", Kind::Text, 22),
        ("place_codes.row.entrance", Kind::Text, 16),
        ("place_codes.row.district", Kind::Text, 12),
        ("place_codes.row.plant_address", Kind::Text, 44),
        ("place_codes.row.state", Kind::Text, 16),
        ("place_codes.row.number", Kind::Text, 16),
        ("place_codes.row.version", Kind::Whole, 8),
        ("place_codes.row.issued_on", Kind::Date, 12),
        ("place_codes.row.address", Kind::Text, 44),
        ("place_codes.row.payload", Kind::Text, 44),
    ];
    let line = |row: &Row| {
        let code = row.code.as_ref();
        let district = row.plant.district.as_deref().and_then(towns::district).map(|district| district.name);
        vec![
            row.member.name.clone().into(),
            row.plant.name.clone().into(),
            row.entrance.name.clone().into(),
            district.into(),
            row.plant.address_line.clone().into(),
            l.t(&format!("place_codes.standing.{}", row.standing().word())).into(),
            code.map(|code| code.number.clone()).into(),
            code.map_or(Value::Empty, |code| Value::Whole(code.version.into())),
            code.map_or(Value::Empty, |code| Value::Day(code.issued_on)),
            code.map(|code| code.address_line.clone()).into(),
            code.map(|code| code.payload.clone()).into(),
        ]
    };
    Table {
        title: l.t("place_codes.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: rows.iter().map(line).collect(),
    }
}
