//! Slowing down those who guess. Attempts are tallied in the database, for all processes together, under
//! keyed hashes of the account and of the address; too many failures make the next attempt wait, longer
//! each time up to a bound. Known and unknown accounts are treated alike, and a browser that the owner
//! has used before has a tally of its own, so that strangers cannot lock the owner out.

mod model;
mod store;

use axum_extra::extract::CookieJar;

use super::{device, store as accounts, token};
use crate::{
    current::Current,
    db::Tx,
    error::{AppError, Result},
    ids::PersonId,
    once,
    state::AppState,
    time::Instant,
};
use model::{ACCOUNT, ADDRESS, CODE, MAIL, Rule, network};

/// An attempt that was counted before its outcome was known.
#[derive(Debug)]
pub struct Attempt {
    account: Option<String>,
    address: String,
}

/// Counts an attempt to sign in, or is `TooMany`. `login` is the normalised login, `known` whose it is.
pub async fn sign_in(
    state: &AppState,
    current: &Current,
    jar: &CookieJar,
    login: &str,
    known: Option<PersonId>,
) -> Result<Attempt> {
    let account = match known.and_then(|person| device::of(state, jar, person)) {
        Some(device) => key(state, "device", &device),
        None => login_key(state, login),
    };
    let address = key(state, "address", &network(&current.ip));
    take(state, current, &[(&account, ACCOUNT), (&address, ADDRESS)]).await?;
    Ok(Attempt { account: Some(account), address })
}

/// Counts an attempt of a signed-in person to give their own password.
pub async fn own_password(state: &AppState, current: &Current, person: PersonId) -> Result<Attempt> {
    let account = key(state, "person", &person.to_string());
    let address = key(state, "address", &network(&current.ip));
    take(state, current, &[(&account, ACCOUNT), (&address, ADDRESS)]).await?;
    Ok(Attempt { account: Some(account), address })
}

/// Counts an attempt to enter a short code.
pub async fn code(state: &AppState, current: &Current) -> Result<Attempt> {
    let address = key(state, "code", &network(&current.ip));
    take(state, current, &[(&address, CODE)]).await?;
    Ok(Attempt { account: None, address })
}

/// Counts an attempt to open a link that was never made.
pub async fn forged_link(state: &AppState, current: &Current) -> Result<()> {
    let address = key(state, "forged", &network(&current.ip));
    take(state, current, &[(&address, ADDRESS)]).await
}

/// Counts a request for a new password; `false` when this account was sent enough mail for now.
pub async fn mail(state: &AppState, current: &Current, login: &str) -> Result<bool> {
    let address = key(state, "address", &network(&current.ip));
    take(state, current, &[(&address, ADDRESS)]).await?;
    let account = key(state, "mail", login);
    match take(state, current, &[(&account, MAIL)]).await {
        Ok(()) => Ok(true),
        Err(AppError::TooMany { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

impl Attempt {
    /// It was the owner: the account is free again, and the address is not charged. What is out of date is
    /// tidied on the occasion.
    pub async fn succeeded(&self, tx: &Tx) -> Result<()> {
        if let Some(account) = &self.account {
            store::forget(tx, account).await?;
        }
        store::give_back(tx, &self.address).await?;
        store::tidy(tx).await?;
        accounts::tidy_sessions(tx).await?;
        once::tidy(tx).await
    }
}

/// Frees an account by its logins, after its owner proved to be one in another way.
pub async fn free(tx: &Tx, state: &AppState, person: PersonId, logins: [Option<&str>; 2]) -> Result<()> {
    for login in logins.into_iter().flatten() {
        store::forget(tx, &login_key(state, login)).await?;
    }
    store::forget(tx, &key(state, "person", &person.to_string())).await
}

fn key(state: &AppState, kind: &str, value: &str) -> String {
    token::keyed_hash(&state.options.secret, kind, value)
}

fn login_key(state: &AppState, login: &str) -> String {
    key(state, "login", login)
}

/// Counts one attempt for each key, or none when one of them must wait.
async fn take(state: &AppState, current: &Current, keys: &[(&str, Rule)]) -> Result<()> {
    let tx = state.begin(current).await?;
    for (key, rule) in keys {
        if let Err(free_at) = store::take(&tx, key, *rule).await? {
            let wait = free_at.since(tx.now);
            return Err(AppError::TooMany { minutes: wait.div_euclid(Instant::MINUTE) + 1 });
        }
    }
    // Tallies stand on no page.
    tx.commit_unseen().await
}
