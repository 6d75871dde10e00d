//! What holds for every request: an id, safe headers with a nonce for the page's own scripts, and the
//! refusal of posts that come from another site.

use app::{current::Nonce, error::AppError, state::AppState};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives each request an id of its own; one sent from outside is not believed.
pub async fn request_id(mut request: Request, next: Next) -> Response {
    let id = app::accounts::token::random_text(9);
    let Ok(value) = HeaderValue::from_str(&id) else { return AppError::internal("no request id").into_response() };
    request.headers_mut().insert(REQUEST_ID, value.clone());
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, value);
    response
}

/// Refuses what would change something and was sent by a page of another site: `Sec-Fetch-Site` where
/// the browser sends it, else `Origin`. Programs that send neither carry no cookies of a person.
pub async fn same_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || comes_from_here(&state, &request) {
        next.run(request).await
    } else {
        AppError::Forbidden.into_response()
    }
}

fn comes_from_here(state: &AppState, request: &Request) -> bool {
    let header = |name: HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
    match header(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin" || site == "none",
        None => header(header::ORIGIN).is_none_or(|origin| origin == state.options.public_url),
    }
}

/// Adds the headers that keep a page to itself and, on https, to https. Downloads bring a stricter policy of their own.
pub async fn headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let nonce = response.extensions().get::<Nonce>().cloned();
    let headers = response.headers_mut();
    if let Some(Nonce(nonce)) = nonce
        && !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&policy(&nonce))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "geolocation=(), microphone=(), payment=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if state.options.https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        keep_to_https(headers);
    }
    response
}

/// Every cookie is `Secure`, whichever feature sets it.
fn keep_to_https(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let secure = HeaderValue::from_bytes(&[cookie.as_bytes(), b"; Secure"].concat());
        headers.append(header::SET_COOKIE, secure.unwrap_or(cookie));
    }
}

fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}
