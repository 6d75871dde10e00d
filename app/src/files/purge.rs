//! Removing what nothing needs any more: rows that nothing names (the sheet of a finished import, the files of a draft
//! that was thrown away) and content that no row names. Only what is older than a week goes, so that nothing is taken
//! from under an upload, or from a form that somebody still fills in.
//!
//! Content outlives its row by a round, so that a backup which has copied the database still finds it. Broken off at any
//! instant, the next round goes on.

use std::collections::HashSet;

use super::store;
use crate::{db::Actor, error::Result, state::AppState, time::Instant};

/// How long anything is left alone.
const LEFT_ALONE: i64 = 7 * Instant::DAY;
/// Contents that are looked at together.
const AT_ONCE: usize = 200;

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub contents: u64,
    pub rows: u64,
}

/// One round. `kept` are the hashes of content that is named elsewhere than by a row of files.
pub async fn purge(state: &AppState, kept: &HashSet<String>) -> Result<Purged> {
    let bound = state.clock.now().plus(-LEFT_ALONE);
    let contents = remove_contents(state, kept, bound).await?;
    let mut rows = 0;
    loop {
        let tx = state.db.begin(Actor::program(), state.clock.now()).await?;
        let removed = store::remove_unused(&tx, bound).await?;
        tx.commit().await?;
        rows += removed;
        if removed == 0 {
            return Ok(Purged { contents, rows });
        }
    }
}

async fn remove_contents(state: &AppState, kept: &HashSet<String>, bound: Instant) -> Result<u64> {
    let old = state.files.older_than(bound).await?;
    let mut removed = 0;
    for hashes in old.chunks(AT_ONCE) {
        let named = store::named(state.db.reader(), hashes).await?;
        for hash in hashes.iter().filter(|hash| !named.contains(*hash) && !kept.contains(*hash)) {
            removed += u64::from(state.files.remove(hash, bound).await?);
        }
    }
    Ok(removed)
}
