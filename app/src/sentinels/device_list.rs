//! The list of devices that goes with a request's mail as a spreadsheet, in Chinese as the operator reads it, and its
//! rows for the table in the mail itself.

use super::{
    answers::Line,
    sheet::{Sheet, Spot, form_names},
};
use crate::{
    error::{AppError, Result},
    files::FileKind,
    outbox::Attachment,
    sheets::{Column, Kind, Table, Value},
    text::Locale,
};

/// What each device line says: the headings, and the texts of each line with how many. The place is named where not
/// all stand at one.
pub struct Lines {
    pub headings: Vec<String>,
    pub count: String,
    pub rows: Vec<(Vec<String>, u32)>,
}

pub fn lines(l: Locale, sheet: &Sheet) -> Lines {
    let headings = ["form", "brand", "model", "vendor"].map(|name| l.t(&format!("sentinels.field.lines.{name}")));
    let place = (!sheet.spots.is_empty()).then(|| l.t("sentinels.row.entrance"));
    let rows = sheet.devices.lines.iter().enumerate().map(|(n, line)| {
        let place = sheet.spots.get(n).map(Spot::name);
        (place.into_iter().chain(of_device(l, line)).collect(), line.quantity)
    });
    let headings = place.into_iter().chain(headings).collect();
    Lines { headings, count: l.t("sentinels.field.lines.quantity"), rows: rows.collect() }
}

fn of_device(l: Locale, line: &Line) -> [String; 4] {
    [form_names(l, &[line.form]), line.brand.clone(), line.model.clone(), line.vendor.clone()]
}

/// The name of the attached list.
pub fn name(sheet: &Sheet) -> String {
    format!("数字哨兵设备清单 {}", sheet.number)
}

/// Whether this is the list among what went with a mail.
pub fn is_list(attached: &Attachment) -> bool {
    attached.media_type == FileKind::Xlsx.media_type()
}

/// The spreadsheet's bytes, made where it holds nobody up.
pub async fn bytes(sheet: &Sheet) -> Result<Vec<u8>> {
    let table = table(sheet);
    tokio::task::spawn_blocking(move || table.bytes()).await.map_err(AppError::internal)?
}

/// Each line of the request with where its devices are to stand.
fn table(sheet: &Sheet) -> Table {
    let l = Locale::Zh;
    let headings = [
        ("sentinels.row.number", 16),
        ("sentinels.row.unit", 34),
        ("sentinels.row.credit_code", 22),
        ("sentinels.row.plant", 20),
        ("sentinels.row.entrance", 14),
        ("sentinels.row.address", 44),
        ("sentinels.field.lines.form", 10),
        ("sentinels.field.lines.brand", 16),
        ("sentinels.field.lines.model", 18),
        ("sentinels.field.lines.vendor", 30),
    ];
    let columns = headings.map(|(key, width)| Column::new(l.t(key), Kind::Text, width)).into_iter();
    let columns = columns.chain([Column::new(l.t("sentinels.field.lines.quantity"), Kind::Whole, 8)]);
    let rows = sheet.devices.lines.iter().enumerate().map(|(n, line)| {
        let spot = sheet.spots.get(n);
        let place = match spot {
            Some(spot) => [&spot.plant, &spot.entrance, &spot.address],
            None => [&sheet.plant, &sheet.entrance, &sheet.address],
        };
        let place = [&sheet.number, &sheet.unit, &sheet.credit_code].into_iter().chain(place);
        let texts = place.map(|value| Value::from(value.as_str())).chain(of_device(l, line).map(Value::from));
        texts.chain([Value::Whole(line.quantity.into())]).collect()
    });
    Table { title: l.t("sentinels.row.devices"), rows: rows.collect(), columns: columns.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentinels::sheet::tests::{a_sheet, a_spread_sheet};

    #[test]
    fn every_line_says_what_is_to_stand_where() {
        let table = table(&a_sheet());
        assert_eq!(table.columns.len(), 11);
        let [row] = &table.rows[..] else { panic!("{:?}", table.rows) };
        assert_eq!(row.len(), table.columns.len());
        for told in ["AZ-2022-0001", "91310000631696382C", "北门", "SA-H20"] {
            assert!(row.contains(&Value::from(told)), "{told} in {row:?}");
        }
        assert_eq!(row.last(), Some(&Value::Whole(2)));
    }
    #[test]
    fn a_line_at_another_entrance_says_which() {
        let table = table(&a_spread_sheet());
        assert_eq!(table.rows.len(), 3);
        for told in ["练塘", "东门", "上海市练塘路1号"] {
            assert!(table.rows[2].contains(&Value::from(told)), "{told} in {:?}", table.rows[2]);
        }
    }
}
