//! What an act says on the page it redirects to. It travels in a short-lived cookie as a key and its
//! values, never as a sentence, so a forged one can say nothing of its own.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::text::{Kept, Locale, Message};

const NAME: &str = "flash";
/// Values longer than this are not shown; a flash names a thing, it does not hold it.
const MAX: usize = 2_000;

/// Goes to `location` (303) and says there that the act succeeded.
pub fn redirect(location: &str, message: &Message) -> Response {
    let mut response = Redirect::to(location).into_response();
    let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(message).unwrap_or_default());
    set(&mut response, &format!("{NAME}={text}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"));
    response
}

/// The sentence of the last act, if the cookie names one that exists.
pub fn read(jar: &CookieJar, locale: Locale) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(jar.get(NAME)?.value()).ok().filter(|b| b.len() < MAX)?;
    let kept: Kept = serde_json::from_slice(&bytes).ok()?;
    locale.say_kept(&kept)
}

pub fn clear(response: &mut Response) {
    set(response, &format!("{NAME}=; Path=/; Max-Age=0"));
}

fn set(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
