//! Sessions: an opaque random token in a cookie, its hash in the database. On https, where every cookie leaves
//! with `Secure`, it is `__Host-session`; on plain http, which is only served on loopback, `session`.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use axum_extra::extract::{CookieJar, cookie::Cookie};

use super::{Person, device, store, token};
use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::PersonId,
    kept::{Kept, Moment},
    state::{AppState, Options},
    time::Instant,
};

/// How long members stay signed in on their own phone, if they wish.
pub const LONG: i64 = 90 * Instant::DAY;
/// How long everybody else does.
pub const SHORT: i64 = 12 * Instant::HOUR;

fn cookie_name(options: &Options) -> &'static str {
    if options.https() { "__Host-session" } else { "session" }
}

/// The people of the sessions that are being used, by the hash of their token.
pub type PeopleOfSessions = Kept<String, Arc<Person>, 4_096>;

/// The person whose session the cookie names, if it is still running.
pub async fn person_of(state: &AppState, jar: &CookieJar, now: Moment) -> Result<Option<Arc<Person>>> {
    let Some(cookie) = jar.get(cookie_name(&state.options)) else { return Ok(None) };
    let token = token::hash(cookie.value());
    if let Some(person) = state.people.get(&token, now) {
        return Ok(Some(person));
    }
    let person = store::person_of_session(state.db.reader(), &token, now.at).await?.map(Arc::new);
    if let Some(person) = &person {
        state.people.put(token, now, Arc::clone(person));
    }
    Ok(person)
}

/// The cookie's token of the session that this browser is in.
pub fn token_of<'a>(state: &AppState, jar: &'a CookieJar) -> Option<&'a str> {
    jar.get(cookie_name(&state.options)).map(Cookie::value)
}

/// Signs a person in: starts a session as long as their roles allow, and marks the browser as theirs. The session
/// that the browser was in, whoever's it was, ends.
pub async fn enter(
    tx: &mut Tx,
    state: &AppState,
    jar: &CookieJar,
    person: &Person,
    stay: bool,
) -> Result<[HeaderValue; 2]> {
    tx.actor.person = Some(person.id);
    leave(tx, &state.options, jar).await?;
    let only_member = person.roles.iter().all(|role| role.kind.is_member());
    let length = if only_member && stay { LONG } else { SHORT };
    let session = start(tx, &state.options, person.id, length).await?;
    audit::record(tx, audit::Entry::new("person.signed_in", "person").subject(person.id)).await?;
    Ok([session, device::cookie(state, person.id)?])
}

/// Lets a response carry cookies.
#[must_use]
pub fn with_cookies(mut response: Response, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Starts a session and gives the cookie that names it.
pub async fn start(tx: &Tx, options: &Options, person: PersonId, length: i64) -> Result<HeaderValue> {
    let secret = token::random_text(32);
    store::add_session(tx, person, &token::hash(&secret), tx.now.plus(length)).await?;
    cookie(options, &secret, length / Instant::SECOND)
}

/// Ends the session of this cookie and gives the cookie that clears it.
pub async fn end(tx: &Tx, options: &Options, jar: &CookieJar) -> Result<HeaderValue> {
    leave(tx, options, jar).await?;
    cookie(options, "", 0)
}

async fn leave(tx: &Tx, options: &Options, jar: &CookieJar) -> Result<()> {
    let Some(cookie) = jar.get(cookie_name(options)) else { return Ok(()) };
    if let Some(person) = store::end_session(tx, &token::hash(cookie.value())).await? {
        audit::record(tx, audit::Entry::new("person.signed_out", "person").subject(person)).await?;
    }
    Ok(())
}

fn cookie(options: &Options, value: &str, seconds: i64) -> Result<HeaderValue> {
    let name = cookie_name(options);
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}"))
        .map_err(crate::error::AppError::internal)
}
