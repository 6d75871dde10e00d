//! What an act says on the page it redirects to. It travels in a short-lived cookie as a key and its values, signed
//! with the portal's key, so that nobody else can say anything there.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    accounts::token::keyed_hash,
    state::Secret,
    text::{Kept, Locale, Message},
};

const NAME: &str = "flash";
/// Values longer than this are not shown; a flash names a thing, it does not hold it.
const MAX: usize = 2_000;

/// What is to be said on the page that a response leads to.
#[derive(Clone, Debug)]
struct Said(Message);

/// Goes to `location` (303) and says there that the act succeeded.
pub fn redirect(location: &str, message: &Message) -> Response {
    let mut response = Redirect::to(location).into_response();
    response.extensions_mut().insert(Said(message.clone()));
    response
}

/// Puts what a response is to say into its cookie; the layer that knows the key does so for every response.
pub fn send(response: &mut Response, secret: &Secret) {
    let Some(Said(message)) = response.extensions_mut().remove() else { return };
    let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&message).unwrap_or_default());
    let signature = sign(secret, &text);
    set(response, &format!("{NAME}={text}.{signature}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"));
}

fn sign(secret: &Secret, text: &str) -> String {
    keyed_hash(secret, "flash", text)
}

/// The sentence of the last act, if the cookie is one of this portal and names one that exists.
pub fn read(jar: &CookieJar, secret: &Secret, locale: Locale) -> Option<String> {
    let (text, signature) = jar.get(NAME)?.value().split_once('.')?;
    if signature != sign(secret, text) {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|b| b.len() < MAX)?;
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
