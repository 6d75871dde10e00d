//! The catalogue as a spreadsheet: the very models that the list shows, on all its pages.

use super::{Model, page::ability_names};
use crate::{
    current::Current,
    members::phone::Phone,
    sentinels::sheet::form_names,
    sheets::{Column, Kind, Table, Value},
};

pub fn table(current: &Current, models: &[Model]) -> Table {
    let l = current.locale;
    let columns = [
        ("sentinels.models.field.brand", Kind::Text, 16),
        ("sentinels.models.field.model", Kind::Text, 18),
        ("sentinels.models.field.form", Kind::Text, 10),
        ("sentinels.models.field.abilities", Kind::Text, 30),
        ("sentinels.models.field.conformity", Kind::Text, 14),
        ("sentinels.models.field.docking", Kind::Text, 14),
        ("sentinels.models.field.vendor", Kind::Text, 30),
        ("sentinels.models.field.phone", Kind::Text, 18),
        ("sentinels.models.field.throughput", Kind::Whole, 12),
        ("sentinels.models.field.checkup_days", Kind::Whole, 12),
        ("sentinels.models.field.remarks", Kind::Text, 40),
    ];
    let rows = models.iter().map(|model| {
        vec![
            model.brand.clone().into(),
            model.model.clone().into(),
            form_names(l, &[model.form]).into(),
            ability_names(l, &model.abilities()).into(),
            l.t(&format!("sentinels.finding.{}", model.conformity)).into(),
            l.t(&format!("sentinels.finding.{}", model.docking)).into(),
            current.shown(&model.vendor).into(),
            phone(current, model).into(),
            model.throughput.map_or(Value::Empty, |people| Value::Whole(people.into())),
            model.checkup_days.map_or(Value::Empty, |days| Value::Whole(days.into())),
            model.remarks.as_deref().map(|remarks| current.shown(remarks)).into(),
        ]
    });
    Table {
        title: l.t("sentinels.models.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: rows.collect(),
    }
}

/// The vendor's phone as this person may read it.
pub fn phone(current: &Current, model: &Model) -> Option<String> {
    let masked = current.is_office() && current.masks_contacts();
    model.vendor_phone.as_deref().map(|phone| if masked { Phone::mask(phone) } else { phone.to_owned() })
}
