//! Public pages, kept for a moment: when a notice goes out, everybody opens the same one. They are forgotten
//! as soon as anything is committed here, and after a few seconds in any case, for another replica may have
//! written.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::body::Bytes;

use crate::{current::Current, text::Locale, time::Instant};

/// How long a page is used, in microseconds.
const FRESH: i64 = 5 * Instant::SECOND;
/// Most pages that are kept.
const MOST: usize = 64;
/// Longest address whose page is kept, in bytes.
const LONGEST: usize = 200;

/// A page as it leaves, and its ETag.
#[derive(Debug)]
pub struct Kept {
    pub html: Bytes,
    pub tag: String,
}

#[derive(Debug)]
struct Reading {
    page: Arc<Kept>,
    at: Instant,
    commits: u64,
}

/// By language and address.
#[derive(Debug, Default)]
pub struct PublicPages(Mutex<HashMap<(Locale, String), Reading>>);

impl PublicPages {
    /// The page of this address, if nothing can have changed since.
    pub fn get(&self, current: &Current, commits: u64) -> Option<Arc<Kept>> {
        let kept = self.0.lock().ok()?;
        let reading = kept.get(&(current.locale, current.here.clone()))?;
        reading.serves(current.now, commits).then(|| Arc::clone(&reading.page))
    }

    /// Keeps a page that was made after this many commits. One with scripts is for one request only.
    pub fn put(&self, current: &Current, commits: u64, page: Kept) -> Arc<Kept> {
        let page = Arc::new(page);
        let has_nonce = page.html.windows(current.nonce.len()).any(|part| part == current.nonce.as_bytes());
        if !has_nonce
            && current.here.len() <= LONGEST
            && let Ok(mut kept) = self.0.lock()
        {
            if kept.len() >= MOST {
                kept.retain(|_, reading| reading.serves(current.now, commits));
            }
            if kept.len() < MOST {
                let reading = Reading { page: Arc::clone(&page), at: current.now, commits };
                kept.insert((current.locale, current.here.clone()), reading);
            }
        }
        page
    }
}

impl Reading {
    fn serves(&self, now: Instant, commits: u64) -> bool {
        self.commits == commits && (0..FRESH).contains(&now.since(self.at))
    }
}
