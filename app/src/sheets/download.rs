//! Handing a spreadsheet out.

use axum::{
    Extension,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{Table, Value};
use crate::{
    error::{AppError, Result},
    files::{FileKind, FileName, disposition},
    text::Locale,
};

/// Rows in one spreadsheet. Lists are asked for one more, so that it can be said when something is left out.
/// What belongs to all of them is asked for in one statement: SQLite takes 32,766 values, PostgreSQL twice as many.
pub const MOST_ROWS: usize = 10_000;

/// The response that downloads a table as `<name>.xlsx`; the sheet is made where it holds nobody up, and says
/// in its last row when there are more rows than it holds.
pub async fn download_table(l: Locale, name: &str, mut table: Table) -> Result<Response> {
    cut(l, &mut table.rows);
    let bytes = tokio::task::spawn_blocking(move || table.bytes()).await.map_err(AppError::internal)??;
    download(name, bytes)
}

fn cut(l: Locale, rows: &mut Vec<Vec<Value>>) {
    if rows.len() > MOST_ROWS {
        rows.truncate(MOST_ROWS);
        rows.push(vec![l.tn("list.cut", &[("n", &MOST_ROWS.to_string())]).into()]);
    }
}

/// The response that downloads `bytes` as `<name>.xlsx`.
pub fn download(name: &str, bytes: Vec<u8>) -> Result<Response> {
    let file = FileName(format!("{name}.xlsx"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(FileKind::Xlsx.media_type())),
        (header::CONTENT_DISPOSITION, disposition("attachment", &file.0)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((Extension(file), headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leaves_rows_out_says_so() {
        let row = || vec![Value::Whole(1)];
        for (rows, kept, note) in [(0, 0, false), (MOST_ROWS, MOST_ROWS, false), (MOST_ROWS + 1, MOST_ROWS, true)] {
            let mut table: Vec<_> = std::iter::repeat_with(row).take(rows).collect();
            cut(Locale::En, &mut table);
            assert_eq!(table.iter().filter(|cells| **cells == row()).count(), kept);
            assert_eq!(table.len(), kept + usize::from(note));
        }
    }
}
