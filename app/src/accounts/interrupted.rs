//! Somebody must sign in first. A page leads to the sign-in and back; a posted form is kept over it,
//! typed values and all, so that a session that ran out costs nobody their work.

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::{Method, StatusCode},
    response::{IntoResponse, Redirect, Response},
};

use super::page;
use crate::{
    current::Current,
    error::AppError,
    files::is_multipart,
    form::{Form, request},
    state::AppState,
    text::Message,
};

/// Leads to the sign-in, carrying a posted form along.
pub async fn interrupted(state: &AppState, current: &Current, request: Request) -> Response {
    if request.method() == Method::GET {
        let query = serde_html_form::to_string([("next", &current.here)]).unwrap_or_default();
        return Redirect::to(&format!("/sign-in?{query}")).into_response();
    }
    match typed(request).await {
        Ok(typed) => {
            let mut form = Form::new("accounts.field");
            form.set("next", &current.here);
            form.set("resume", serde_html_form::to_string(typed.pairs()).unwrap_or_default());
            page::sign_in(state, current, &form, StatusCode::UNAUTHORIZED)
        }
        Err(error) => error.into_response(),
    }
}

/// The texts of a posted form; files cannot be kept and are chosen again.
async fn typed(request: Request) -> Result<Form, AppError> {
    if !is_multipart(request.headers()) {
        let body = Bytes::from_request(request, &()).await.map_err(|_| AppError::TooLarge { megabytes: 1 })?;
        return request::parse(&body);
    }
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| AppError::SignIn)?;
    let mut pairs = Vec::new();
    let unreadable = |_| AppError::Refused(Message::of("error.unreadable"));
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_none() {
            pairs.push((name, part.text().await.map_err(unreadable)?));
        }
    }
    request::bounded(pairs)
}
