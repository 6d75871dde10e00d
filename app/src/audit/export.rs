//! The audit as a spreadsheet: the very rows that the page shows, on all its pages.

use super::{model::changes, page, routes::Shown, words};
use crate::{
    current::Current,
    sheets::{Column, Kind, Table, Value},
    ui::parts,
};

pub fn table(current: &Current, shown: &Shown) -> Table {
    let l = current.locale;
    let columns = [
        ("audit.column.when", Kind::Time, 18),
        ("audit.column.who", Kind::Text, 16),
        ("audit.column.what", Kind::Text, 24),
        ("audit.column.subject", Kind::Text, 18),
        ("audit.column.whose", Kind::Text, 34),
        ("audit.column.changes", Kind::Text, 60),
        ("audit.column.where", Kind::Text, 18),
    ];
    let rows = shown.rows.iter().map(|row| {
        let changed = changes(row.before.as_deref(), row.after.as_deref());
        let said: Vec<String> = changed.iter().map(|change| page::said(l, &row.subject_kind, change)).collect();
        vec![
            Value::Time(row.at),
            row.person_id.map_or_else(|| l.t("audit.nobody"), |id| parts::or_dashes(shown.person(id))).into(),
            words::act(l, &row.act).into(),
            words::subject(l, &row.subject_kind).into(),
            row.member_id.and_then(|id| shown.member(id)).into(),
            said.join("\n").into(),
            row.ip.clone().into(),
        ]
    });
    Table {
        title: l.t("audit.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: rows.collect(),
    }
}
