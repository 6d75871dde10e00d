//! The list of devices that goes with a request's mail as a spreadsheet, in Chinese as the operator reads it, and its
//! rows for the table in the mail itself.

use super::sheet::{Sheet, form_names};
use crate::{
    error::{AppError, Result},
    sheets::{Column, Kind, Table, Value},
    text::Locale,
};

/// What each device line says: the headings, and the texts of each line with how many.
pub struct Lines {
    pub headings: [String; 4],
    pub count: String,
    pub rows: Vec<([String; 4], u32)>,
}

pub fn lines(l: Locale, sheet: &Sheet) -> Lines {
    let headings = ["form", "brand", "model", "vendor"].map(|name| l.t(&format!("sentinels.field.lines.{name}")));
    let rows = sheet.devices.lines.iter().map(|line| {
        let texts = [form_names(l, &[line.form]), line.brand.clone(), line.model.clone(), line.vendor.clone()];
        (texts, line.quantity)
    });
    Lines { headings, count: l.t("sentinels.field.lines.quantity"), rows: rows.collect() }
}

/// The name of the attached list.
pub fn name(sheet: &Sheet) -> String {
    format!("数字哨兵设备清单 {}", sheet.number)
}

/// The spreadsheet's bytes, made where it holds nobody up.
pub async fn bytes(sheet: &Sheet) -> Result<Vec<u8>> {
    let table = table(sheet);
    tokio::task::spawn_blocking(move || table.bytes()).await.map_err(AppError::internal)?
}

/// Each line of the request with where its devices are to stand.
fn table(sheet: &Sheet) -> Table {
    let l = Locale::Zh;
    let Lines { headings, count, rows } = lines(l, sheet);
    let place = [
        ("sentinels.row.number", 16, &sheet.number),
        ("sentinels.row.unit", 34, &sheet.unit),
        ("sentinels.row.credit_code", 22, &sheet.credit_code),
        ("sentinels.row.plant", 20, &sheet.plant),
        ("sentinels.row.entrance", 14, &sheet.entrance),
        ("sentinels.row.address", 44, &sheet.address),
    ];
    let of_place = place.iter().map(|(key, width, _)| Column::new(l.t(key), Kind::Text, *width));
    let of_device =
        headings.into_iter().zip([10, 16, 18, 30]).map(|(words, width)| Column::new(words, Kind::Text, width));
    let columns = of_place.chain(of_device).chain([Column::new(count, Kind::Whole, 8)]).collect();
    let rows = rows.into_iter().map(|(texts, quantity)| {
        let place = place.iter().map(|(_, _, value)| Value::from(value.as_str()));
        place.chain(texts.into_iter().map(Value::from)).chain([Value::Whole(quantity.into())]).collect()
    });
    Table { title: l.t("sentinels.row.devices"), rows: rows.collect(), columns }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentinels::sheet::tests::a_sheet;

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
}
