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
};

/// The response that downloads a table as `<name>.xlsx`; the sheet is made where it holds nobody up.
pub async fn download_table(name: &str, table: Table) -> Result<Response> {
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
