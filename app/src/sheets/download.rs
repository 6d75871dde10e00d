//! Handing a spreadsheet out.

use axum::{
    Extension,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::Table;
use crate::{
    error::{AppError, Result},
    files::{FileKind, FileName, disposition},
    text::Locale,
};

/// Rows in one spreadsheet. Lists are asked for one more, so that it can be said when something is left out.
pub const MOST_ROWS: usize = 10_000;

/// The response that downloads a table as `<name>.xlsx`; the sheet is made where it holds nobody up, and says
/// in its last row when there are more rows than it holds.
pub async fn download_table(l: Locale, name: &str, mut table: Table) -> Result<Response> {
    if table.rows.len() > MOST_ROWS {
        table.rows.truncate(MOST_ROWS);
        table.rows.push(vec![l.tn("list.cut", &[("n", &MOST_ROWS.to_string())]).into()]);
    }
    let bytes = tokio::task::spawn_blocking(move || table.bytes()).await.map_err(AppError::internal)??;
    download(name, bytes)
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
