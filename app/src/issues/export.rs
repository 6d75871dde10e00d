//! The list of issues as a spreadsheet: the very issues that the list shows, on all its pages.

use super::{page::list::Rows, store::Issue};
use crate::{
    current::Current,
    sheets::{Column, Kind, Table, Value},
};

pub fn table(current: &Current, rows: &Rows) -> Table {
    let l = current.locale;
    let columns = [
        ("issues.column.number", Kind::Text, 16),
        ("issues.column.title", Kind::Text, 40),
        ("issues.column.state", Kind::Text, 16),
        ("issues.column.member", Kind::Text, 34),
        ("issues.export.kind", Kind::Text, 16),
        ("issues.export.category", Kind::Text, 16),
        ("issues.column.owner", Kind::Text, 14),
        ("issues.column.filed", Kind::Time, 18),
    ];
    Table {
        title: l.t(if current.is_office() { "issues.title" } else { "issues.title_own" }),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: rows.issues.iter().map(|issue| row(current, rows, issue)).collect(),
    }
}

fn row(current: &Current, rows: &Rows, issue: &Issue) -> Vec<Value> {
    let l = current.locale;
    vec![
        issue.number.clone().into(),
        issue.title.clone().into(),
        l.t(&format!("issues.state.{}", issue.state())).into(),
        rows.member(issue).into(),
        l.t(&format!("issues.kind.{}", issue.kind)).into(),
        l.t(&format!("issues.category.{}", issue.category)).into(),
        rows.owner(issue).into(),
        Value::Time(issue.filed_at),
    ]
}
