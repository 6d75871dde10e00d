//! The list of postings as a spreadsheet: the very ones that the list shows, on all its pages.

use super::{one_page, store::Posting};
use crate::{
    current::Current,
    ids::TextEnum,
    members::towns,
    sheets::{Column, Kind, Table, Value},
};

pub fn table(current: &Current, postings: &[Posting]) -> Table {
    let l = current.locale;
    let columns = [
        ("postings.row.number", Kind::Text, 16),
        ("postings.row.unit", Kind::Text, 34),
        ("postings.row.plant", Kind::Text, 22),
        ("postings.row.entrance", Kind::Text, 16),
        ("postings.row.district", Kind::Text, 12),
        ("postings.field.spot", Kind::Text, 24),
        ("postings.row.state", Kind::Text, 16),
        ("postings.row.since", Kind::Date, 12),
        ("postings.row.seen", Kind::Date, 12),
        ("postings.row.code", Kind::Text, 16),
        ("postings.row.version", Kind::Whole, 8),
        ("postings.field.width", Kind::Whole, 10),
        ("postings.field.height", Kind::Whole, 10),
        ("postings.field.setting", Kind::Text, 10),
        ("postings.field.laminated", Kind::Text, 10),
        ("postings.field.posted_on", Kind::Date, 12),
        ("postings.field.posted_by", Kind::Text, 14),
        ("postings.field.remark", Kind::Text, 30),
    ];
    let line = |posting: &Posting| {
        let row = &posting.row;
        let district = posting.plant.district.as_deref().and_then(towns::district).map(|district| district.name);
        let day = |day: Option<crate::time::Day>| day.map_or(Value::Empty, Value::Day);
        vec![
            row.number.clone().into(),
            posting.member.name.clone().into(),
            posting.plant.name.clone().into(),
            posting.entrance.name.clone().into(),
            district.into(),
            row.spot.clone().into(),
            l.t(&format!("postings.state.{}", posting.state().word())).into(),
            day(posting.since),
            day(posting.last.as_ref().map(|last| last.day)),
            posting.code.number.clone().into(),
            Value::Whole(posting.code.version.into()),
            Value::Whole(row.width.into()),
            Value::Whole(row.height.into()),
            l.t(one_page::setting(row.outdoors)).into(),
            l.t(one_page::laminated(row.laminated)).into(),
            Value::Day(row.posted_on),
            current.shown(&row.posted_by).into(),
            row.remark.as_deref().map(|remark| current.shown(remark)).into(),
        ]
    };
    Table {
        title: l.t("postings.title"),
        columns: columns.into_iter().map(|(key, kind, width)| Column::new(l.t(key), kind, width)).collect(),
        rows: postings.iter().map(line).collect(),
    }
}
