//! The follow-up of a notice as a spreadsheet: exactly the members that the page shows, on all its pages.

use super::page::following::Followed;
use crate::{
    current::Current,
    members::contacts,
    sheets::{Column, Kind, Table, Value},
};

pub fn members(current: &Current, followed: &Followed) -> Table {
    let l = current.locale;
    let column = |key: &str, kind, width| Column::new(l.t(key), kind, width);
    let rows = followed.lines.iter().map(|line| {
        let mail = followed.best_mail(line.member_id);
        let read = followed.reads.iter().find(|read| read.member_id == line.member_id).map(|read| read.at);
        let behalf = line.acknowledged_at.map(|_| l.t(if line.on_behalf { "notices.yes" } else { "notices.no" }));
        let contact = followed.contacts.iter().find(|contact| contact.member_id == line.member_id);
        vec![
            line.name.as_str().into(),
            mail.map_or_else(|| l.t("notices.no_mail"), |mail| l.t(&mail.state.label())).into(),
            time(read),
            time(line.acknowledged_at),
            line.acknowledged_by.clone().into(),
            behalf.into(),
            line.remark.clone().into(),
            contact.map(|contact| contact.name.clone()).into(),
            contact.and_then(|contact| contacts::phone(current, contact)).into(),
        ]
    });
    Table {
        title: l.t("notices.follow"),
        columns: vec![
            column("notices.column.member", Kind::Text, 40),
            column("notices.column.mail", Kind::Text, 20),
            column("notices.column.read", Kind::Time, 18),
            column("notices.acknowledged", Kind::Time, 18),
            column("notices.column.by", Kind::Text, 14),
            column("notices.column.on_behalf", Kind::Text, 12),
            column("notices.field.remark", Kind::Text, 30),
            column("notices.column.contact", Kind::Text, 14),
            column("notices.column.phone", Kind::Text, 18),
        ],
        rows: rows.collect(),
    }
}

fn time(at: Option<crate::time::Instant>) -> Value {
    at.map_or(Value::Empty, Value::Time)
}
