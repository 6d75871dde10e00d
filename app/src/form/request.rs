//! Reading a posted form: urlencoded bodies of bounded size, every pair kept in its order. Forms with
//! files are read by `files::Upload`.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};

use super::{Form, MAX_VALUE};
use crate::{
    error::{AppError, Result},
    text::Message,
};

/// Most pairs a form may have; the longest real one, a report with many lines, has a few hundred.
const MAX_PAIRS: usize = 2_000;

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let body = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge { megabytes: 1 })?;
        parse(&body)
    }
}

/// Reads `application/x-www-form-urlencoded` bytes.
pub fn parse(body: &[u8]) -> Result<Form> {
    let unreadable = || AppError::Refused(Message::of("error.unreadable"));
    let text = std::str::from_utf8(body).map_err(|_| unreadable())?;
    let pairs: Vec<(String, String)> = serde_html_form::from_str(text).map_err(|_| unreadable())?;
    bounded(pairs)
}

/// Refuses forms with too many or too long values.
pub fn bounded(pairs: Vec<(String, String)>) -> Result<Form> {
    if pairs.len() > MAX_PAIRS || pairs.iter().any(|(n, v)| n.len() > 200 || v.len() > MAX_VALUE) {
        return Err(AppError::Refused(Message::of("error.form_bounds")));
    }
    Ok(Form::from_pairs(pairs))
}
