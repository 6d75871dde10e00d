//! The list of plants as a spreadsheet: the very ones that the list shows, with an answer for each criterion.

use super::{model::Criterion, store::Row};
use crate::{
    ids::TextEnum,
    members::towns,
    sheets::{Column, Kind, Table},
    text::Locale,
};

pub fn table<'a>(l: Locale, rows: impl Iterator<Item = &'a Row>, criteria: &[Criterion]) -> Table {
    let text = |key: &str, width| Column::new(l.t(key), Kind::Text, width);
    let mut columns = vec![
        text("readiness.row.member", 34),
        text("readiness.row.plant", 22),
        text("readiness.row.kind", 16),
        text("readiness.row.district", 12),
        text("readiness.row.verdict", 16),
    ];
    for criterion in criteria {
        columns.push(text(&format!("readiness.criterion.{}", criterion.word()), 20));
        columns.push(text("readiness.row.said", 34));
    }
    let line = |row: &Row| {
        let district = row.district.as_deref().and_then(towns::district).map(|district| district.name);
        let mut cells = vec![
            row.member_name.clone().into(),
            row.plant_name.clone().into(),
            l.say(&row.kind.name()).into(),
            district.into(),
            row.facts.verdict(criteria).map(|verdict| l.t(&format!("readiness.verdict.{}", verdict.word()))).into(),
        ];
        for criterion in criteria {
            cells.push(l.t(&format!("readiness.answer.{}", row.facts.answer(*criterion).word())).into());
            cells.push(l.say(&row.facts.said(*criterion)).into());
        }
        cells
    };
    Table { title: l.t("readiness.title"), columns, rows: rows.map(line).collect() }
}
