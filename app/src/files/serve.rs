//! Handing a file out. Only pictures and PDFs may open in the browser; all else is a download, and
//! nothing is ever sniffed or run.

use std::fmt::Write;

use axum::{
    Extension,
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use super::{FileKind, Stored};
use crate::{
    error::{AppError, Result},
    etag,
    state::AppState,
};

/// The name under which a response may be saved; every download carries it.
#[derive(Clone, Debug)]
pub struct FileName(pub String);

/// The response that carries a stored file, or says that the asker has it already. Whether the asker may have it, the
/// caller has checked, and is asked each time: browsers keep a file, but show it to nobody without asking again.
pub async fn download(state: &AppState, asked: &HeaderMap, file: &Stored) -> Result<Response> {
    let kept = kept(&file.hash)?;
    if etag::is_known(asked, &etag::weak(&file.hash)) == Some(true) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let body = state.files.stream(&file.hash).await?;
    Ok((kept, handed_out(file, HeaderValue::from(file.size), body)?).into_response())
}

/// The same of what is made of a stored file; `how` tells it from the file itself and from what else is made of it.
pub async fn download_made(
    asked: &HeaderMap,
    file: &Stored,
    how: &str,
    making: impl Future<Output = Result<Bytes>>,
) -> Result<Response> {
    let name = format!("{}-{how}", file.hash);
    let kept = kept(&name)?;
    if etag::is_known(asked, &etag::weak(&name)) == Some(true) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let made = making.await?;
    Ok((kept, handed_out(file, HeaderValue::from(made.len()), made.into())?).into_response())
}

fn kept(hash: &str) -> Result<[(HeaderName, HeaderValue); 2]> {
    Ok([
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::ETAG, HeaderValue::from_str(&etag::weak(hash)).map_err(AppError::internal)?),
    ])
}

fn handed_out(file: &Stored, length: HeaderValue, body: Body) -> Result<Response> {
    let inline = [FileKind::Pdf, FileKind::Png, FileKind::Jpg].iter().any(|kind| kind.media_type() == file.media_type);
    let disposition = disposition(if inline { "inline" } else { "attachment" }, &file.name)?;
    let media_type = HeaderValue::from_str(&file.media_type).map_err(AppError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_LENGTH, length),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy(&file.media_type))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((Extension(FileName(file.name.clone())), headers, body).into_response())
}

/// Nothing in a file may load or run. A PDF is shown by the browser's viewer, which some browsers keep from
/// opening in a sandbox.
fn policy(media_type: &str) -> &'static str {
    if media_type == FileKind::Pdf.media_type() {
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
    } else {
        "sandbox; default-src 'none'"
    }
}

/// A Content-Disposition whose Chinese name arrives whole (RFC 6266 with RFC 8187).
pub fn disposition(kind: &str, name: &str) -> Result<HeaderValue> {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").map_err(AppError::internal)?;
        }
    }
    HeaderValue::from_str(&format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"))
        .map_err(AppError::internal)
}
