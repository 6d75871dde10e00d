//! The faults as a spreadsheet: the very ones that the list shows, on all its pages.

use super::{
    list_page::running,
    store::{Case, Clock},
};
use crate::{
    current::Current,
    sentinels::devices::store::Names,
    sheets::{Column, Kind, Table, Value},
};

pub fn table(current: &Current, cases: &[Case], clock: Clock, names: &Names) -> Table {
    let l = current.locale;
    let columns = [
        ("sentinels.row.unit", Kind::Text, 34),
        ("sentinels.row.plant", Kind::Text, 24),
        ("sentinels.devices.field.entrance", Kind::Text, 16),
        ("sentinels.models.field.brand", Kind::Text, 16),
        ("sentinels.models.field.model", Kind::Text, 16),
        ("sentinels.devices.field.serial", Kind::Text, 20),
        ("sentinels.models.field.vendor", Kind::Text, 30),
        ("sentinels.fault.what", Kind::Text, 40),
        ("sentinels.fault.since", Kind::Date, 12),
        ("sentinels.fault.told.told_at", Kind::Time, 18),
        ("sentinels.fault.told.way", Kind::Text, 10),
        ("sentinels.fault.told.ticket", Kind::Text, 18),
        ("sentinels.fault.told.promised", Kind::Date, 12),
        ("sentinels.filter.state", Kind::Text, 12),
        ("sentinels.fault.clock", Kind::Text, 34),
        ("sentinels.fault.end.ended_on", Kind::Date, 12),
        ("sentinels.fault.end.ended_note", Kind::Text, 30),
    ];
    let rows = cases.iter().map(|Case { fault, device }| {
        let row = &device.row;
        let shown = |text: &Option<String>| text.as_deref().map(|text| current.shown(text));
        vec![
            names.member(device).into(),
            names.plant(device).into(),
            names.entrance(device).into(),
            row.brand.clone().into(),
            row.model.clone().into(),
            row.serial.clone().into(),
            shown(&row.vendor).into(),
            current.shown(&fault.what).into(),
            Value::Day(fault.since),
            fault.told_at.map_or(Value::Empty, Value::Time),
            fault.way.map(|way| l.t(&format!("sentinels.fault.way.{way}"))).into(),
            shown(&fault.ticket).into(),
            fault.promised.map_or(Value::Empty, Value::Day),
            l.t(&format!("sentinels.fault.standing.{}", fault.course().standing(clock.hours, clock.now))).into(),
            running(l, clock, fault).into(),
            fault.ended_on.map_or(Value::Empty, Value::Day),
            shown(&fault.ended_note).into(),
        ]
    });
    Table {
        title: l.t("sentinels.fault.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: rows.collect(),
    }
}
