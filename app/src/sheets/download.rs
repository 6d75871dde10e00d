//! Handing a spreadsheet out.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::{
    error::Result,
    files::{FileKind, disposition},
};

/// The response that downloads `bytes` as `<name>.xlsx`.
pub fn download(name: &str, bytes: Vec<u8>) -> Result<Response> {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(FileKind::Xlsx.media_type())),
        (header::CONTENT_DISPOSITION, disposition("attachment", &format!("{name}.xlsx"))?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, bytes).into_response())
}
