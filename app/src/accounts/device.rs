//! The mark of a browser in which a person once signed in. It signs nobody in; it only keeps the owner's
//! own attempts apart from those of strangers.

use axum::http::HeaderValue;
use axum_extra::extract::CookieJar;

use super::token;
use crate::{error::Result, ids::PersonId, state::AppState};

const NAME: &str = "device";
const SECONDS: i64 = 400 * 24 * 3600;

fn proof(state: &AppState, mark: &str, person: PersonId) -> String {
    token::keyed_hash(&state.options.secret, "device", &format!("{mark} {person}"))
}

/// The cookie that marks this browser as one of this person.
pub fn cookie(state: &AppState, person: PersonId) -> Result<HeaderValue> {
    let mark = token::random_text(16);
    let proof = proof(state, &mark, person);
    let text = format!("{NAME}={mark}.{proof}; Path=/; HttpOnly; SameSite=Lax; Max-Age={SECONDS}");
    HeaderValue::from_str(&text).map_err(crate::error::AppError::internal)
}

/// The browser's mark, if it is one of this person.
pub fn of(state: &AppState, jar: &CookieJar, person: PersonId) -> Option<String> {
    let (mark, given) = jar.get(NAME)?.value().split_once('.')?;
    (given == proof(state, mark, person)).then(|| mark.to_owned())
}
