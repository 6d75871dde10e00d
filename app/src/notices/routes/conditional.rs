//! Answers that a browser, a feed reader or a proxy may keep for a short while and ask about again: an
//! ETag from the content, and 304 when nothing changed.

use axum::{
    body::{Bytes, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use time::{PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description};

use crate::{
    current::Current,
    error::{AppError, Result},
    etag,
    hex::hex,
    kept::Kept,
    state::AppState,
    text::Locale,
    time::Instant,
};

/// Seconds for which an answer may be used without asking again.
const KEPT: &str = "public, max-age=30";
/// The date of HTTP headers (RFC 9110, 5.6.7).
const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// Longest address whose page is kept here, in bytes.
const LONGEST_ADDRESS: usize = 200;

/// A page as it leaves, and its ETag.
#[derive(Clone, Debug)]
pub struct PublicPage {
    html: Bytes,
    tag: String,
}

/// Public pages by language and address.
pub type PublicPages = Kept<(Locale, String), PublicPage, 64>;

/// A page that strangers may keep; it is made when none is kept here. A person's page, and one that says
/// something once, is made anew and stays as it is: not to be stored.
pub async fn for_strangers(
    state: &AppState,
    current: &Current,
    headers: &HeaderMap,
    make: impl Future<Output = Result<Response>>,
) -> Result<Response> {
    if current.person.is_some() || current.flash.is_some() {
        return make.await;
    }
    let now = state.moment(current);
    let address = (current.locale, current.here.clone());
    let page = match state.public_pages.get(&address, now) {
        Some(page) => page,
        None => {
            let response = make.await?;
            if response.status() != StatusCode::OK {
                return Ok(response);
            }
            let html = to_bytes(response.into_body(), usize::MAX).await.map_err(AppError::internal)?;
            let page = PublicPage { tag: tag(&html), html };
            // A page with scripts is for one request only.
            let has_nonce = page.html.windows(current.nonce.len()).any(|part| part == current.nonce.as_bytes());
            if !has_nonce && current.here.len() <= LONGEST_ADDRESS {
                state.public_pages.put(address, now, page.clone());
            }
            page
        }
    };
    let mut response = if unchanged(headers, &page.tag, None) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Html(page.html).into_response()
    };
    keep(&mut response, &page.tag)?;
    Ok(response)
}

/// A body with an ETag and the date of its last change, or 304.
pub fn dated(headers: &HeaderMap, content_type: &'static str, body: String, changed: Instant) -> Result<Response> {
    let tag = tag(body.as_bytes());
    let mut response = if unchanged(headers, &tag, Some(changed)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, content_type)], body).into_response()
    };
    keep(&mut response, &tag)?;
    let date = changed.shanghai().to_offset(time::UtcOffset::UTC).format(HTTP_DATE).map_err(AppError::internal)?;
    response.headers_mut().insert(header::LAST_MODIFIED, HeaderValue::from_str(&date).map_err(AppError::internal)?);
    Ok(response)
}

fn keep(response: &mut Response, tag: &str) -> Result<()> {
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_str(tag).map_err(AppError::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
    headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    Ok(())
}

fn tag(bytes: &[u8]) -> String {
    etag::weak(&hex(&Sha256::digest(bytes)[..16]))
}

/// Whether the asker already has this. A tag that was sent decides alone (RFC 9110, 13.2.2).
fn unchanged(headers: &HeaderMap, tag: &str, changed: Option<Instant>) -> bool {
    if let Some(known) = etag::is_known(headers, tag) {
        return known;
    }
    let sent = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let since = sent(header::IF_MODIFIED_SINCE).and_then(|date| PrimitiveDateTime::parse(date, HTTP_DATE).ok());
    match (since, changed) {
        (Some(since), Some(changed)) => changed.shanghai().unix_timestamp() <= since.assume_utc().unix_timestamp(),
        _ => false,
    }
}
