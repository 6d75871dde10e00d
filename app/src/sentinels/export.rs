//! The list of install requests as a spreadsheet: the very requests that the list shows, on all its pages.

use super::store::{self, Case, Names};
use crate::{
    current::Current,
    error::Result,
    sheets::{Column, Kind, Table, Value},
};

pub fn table(current: &Current, cases: &[Case], names: &Names) -> Result<Table> {
    let l = current.locale;
    let columns = [
        ("sentinels.row.number", Kind::Text, 16),
        ("sentinels.row.unit", Kind::Text, 34),
        ("sentinels.row.plant", Kind::Text, 24),
        ("sentinels.column.since", Kind::Time, 18),
        ("sentinels.filter.state", Kind::Text, 20),
        ("sentinels.column.count", Kind::Whole, 10),
    ];
    let rows = cases.iter().map(|case| {
        let request = &case.request;
        let count = store::sheet(request)?.map(|sheet| i64::from(sheet.devices.count()));
        Ok(vec![
            request.number.clone().into(),
            names.members.get(&request.member_id).cloned().into(),
            names.plants.get(&request.plant_id).cloned().into(),
            Value::Time(request.submitted_at.unwrap_or(request.created_at)),
            l.t(&format!("sentinels.state.{}", case.state())).into(),
            count.map_or(Value::Empty, Value::Whole),
        ])
    });
    Ok(Table {
        title: l.t("sentinels.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: rows.collect::<Result<_>>()?,
    })
}
