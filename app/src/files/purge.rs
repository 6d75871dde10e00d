//! Removing what nothing needs any more: rows that nothing names (the sheet of a finished import, the files of a draft
//! that was thrown away) and content that no row names. Only what is older than a week goes, so that nothing is taken
//! from under an upload, or from a form that somebody still fills in.
//!
//! Content outlives its row by a round, so that a backup which has copied the database still finds it. Broken off at any
//! instant, the next round goes on.

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

/// The hashes of old content that no row of files names. Others may name it elsewhere.
pub async fn forgotten(state: &AppState) -> Result<Vec<String>> {
    let old = state.files.older_than(bound(state)).await?;
    let mut forgotten = Vec::new();
    for hashes in old.chunks(AT_ONCE) {
        let named = store::named(state.db.reader(), hashes).await?;
        forgotten.extend(hashes.iter().filter(|hash| !named.contains(*hash)).cloned());
    }
    Ok(forgotten)
}

/// Removes these contents, which nothing names anywhere, and then the rows that nothing names.
pub async fn purge(state: &AppState, contents: &[String]) -> Result<Purged> {
    let bound = bound(state);
    let mut purged = Purged::default();
    for hash in contents {
        purged.contents += u64::from(state.files.remove(hash, bound).await?);
    }
    loop {
        let tx = state.db.begin(Actor::program(), state.clock.now()).await?;
        let removed = store::remove_unused(&tx, bound).await?;
        tx.commit().await?;
        purged.rows += removed;
        if removed == 0 {
            return Ok(purged);
        }
    }
}

fn bound(state: &AppState) -> Instant {
    state.clock.now().plus(-LEFT_ALONE)
}
