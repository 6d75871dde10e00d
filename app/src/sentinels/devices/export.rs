//! The register as a spreadsheet: the very devices that the list shows, on all its pages.

use std::collections::HashMap;

use super::{
    page::proof_names,
    store::{Device, Names, Row},
};
use crate::{
    current::Current,
    ids::SentinelId,
    members::{phone::Phone, towns},
    sentinels::{catalogue::page::ability_names, sheet::form_names},
    sheets::{Column, Kind, Table, Value},
    time::Day,
};

/// `days` are the days on which devices are due to be checked.
pub fn table(current: &Current, devices: &[Device], names: &Names, days: &HashMap<SentinelId, Day>) -> Table {
    let l = current.locale;
    let columns = [
        ("sentinels.row.unit", Kind::Text, 34),
        ("sentinels.row.plant", Kind::Text, 24),
        ("sentinels.devices.column.district", Kind::Text, 12),
        ("sentinels.devices.field.entrance", Kind::Text, 16),
        ("sentinels.models.field.brand", Kind::Text, 16),
        ("sentinels.models.field.model", Kind::Text, 16),
        ("sentinels.devices.field.serial", Kind::Text, 20),
        ("sentinels.models.field.form", Kind::Text, 10),
        ("sentinels.models.field.abilities", Kind::Text, 28),
        ("sentinels.filter.state", Kind::Text, 12),
        ("sentinels.devices.column.since", Kind::Date, 12),
        ("sentinels.devices.column.counts", Kind::Text, 12),
        ("sentinels.devices.column.missing", Kind::Text, 34),
        ("sentinels.devices.column.refuted", Kind::Text, 34),
        ("sentinels.devices.column.due", Kind::Date, 12),
        ("sentinels.models.field.vendor", Kind::Text, 30),
        ("sentinels.devices.field.service_contact", Kind::Text, 14),
        ("sentinels.devices.field.phone", Kind::Text, 18),
        ("sentinels.devices.field.warranty_until", Kind::Date, 12),
        ("sentinels.devices.column.request", Kind::Text, 18),
    ];
    let rows = devices.iter().map(|device| {
        let row = &device.row;
        let district = names.plants.get(&row.plant_id).and_then(|plant| plant.district.as_deref());
        let counts = if device.counts() { "sentinels.yes" } else { "sentinels.no" };
        vec![
            names.member(device).into(),
            names.plant(device).into(),
            district.and_then(towns::district).map(|district| district.name).into(),
            names.entrance(device).into(),
            row.brand.clone().into(),
            row.model.clone().into(),
            row.serial.clone().into(),
            form_names(l, &[row.form]).into(),
            ability_names(l, &row.abilities()).into(),
            l.t(&format!("sentinels.stage.{}", device.stage())).into(),
            device.events.last().map_or(Value::Empty, |event| Value::Day(event.day)),
            l.t(counts).into(),
            proof_names(l, &device.missing()).into(),
            proof_names(l, &device.refuted).into(),
            days.get(&row.id).map_or(Value::Empty, |day| Value::Day(*day)),
            row.vendor.as_deref().map(|name| current.shown(name)).into(),
            row.service_contact.as_deref().map(|name| current.shown(name)).into(),
            phone(current, row).into(),
            row.warranty_until.map_or(Value::Empty, Value::Day),
            names.request(device).into(),
        ]
    });
    Table {
        title: l.t("sentinels.devices.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: rows.collect(),
    }
}

/// The service phone as this person may read it.
pub fn phone(current: &Current, row: &Row) -> Option<String> {
    let masked = current.is_office() && current.masks_contacts();
    row.service_phone.as_deref().map(|phone| if masked { Phone::mask(phone) } else { phone.to_owned() })
}
