//! The list of mails as a spreadsheet with what is known of each: the evidence of one state on one sheet.

use super::{
    status::{shown_email, shown_reply, state_words},
    store::Found,
};
use crate::{
    current::Current,
    sheets::{Column, Kind, Table, Value},
};

pub fn table(current: &Current, found: &[Found]) -> Table {
    let l = current.locale;
    let columns = [
        ("outbox.column.title", Kind::Text, 44),
        ("outbox.export.name", Kind::Text, 16),
        ("outbox.export.email", Kind::Text, 30),
        ("outbox.column.state", Kind::Text, 20),
        ("outbox.export.written", Kind::Time, 18),
        ("outbox.export.settled", Kind::Time, 18),
        ("outbox.export.attempts", Kind::Whole, 10),
        ("outbox.export.uncertain", Kind::Whole, 10),
        ("outbox.export.server", Kind::Text, 24),
        ("outbox.export.reply", Kind::Text, 44),
        ("outbox.export.message_id", Kind::Text, 44),
    ];
    Table {
        title: l.t("outbox.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: found.iter().map(|found| row(current, found)).collect(),
    }
}

fn row(current: &Current, Found { delivery, message }: &Found) -> Vec<Value> {
    vec![
        message.title.clone().into(),
        delivery.name.clone().into(),
        shown_email(current, &delivery.email).into(),
        state_words(current.locale, delivery).into(),
        Value::Time(delivery.created_at),
        delivery.bounced_at.or(delivery.settled_at).map_or(Value::Empty, Value::Time),
        Value::Whole(i64::from(delivery.attempts)),
        Value::Whole(i64::from(delivery.times_uncertain)),
        delivery.last_server().map(ToOwned::to_owned).into(),
        shown_reply(current, &delivery.email, delivery.last_words().unwrap_or_default()).into(),
        delivery.group_id.is_none().then(|| message.rfc_id.clone()).into(),
    ]
}
