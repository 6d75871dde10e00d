//! What is worth keeping between requests: pages that everybody opens when a notice goes out, the counts that
//! stand on every page. It is forgotten as soon as anything that it may show is committed here, and after a few
//! seconds in any case, for another replica may have written and deadlines pass.

use std::{collections::HashMap, hash::Hash, sync::Mutex};

use crate::time::Instant;

/// How long something is used, in microseconds.
const FRESH: i64 = 5 * Instant::SECOND;

/// When something was read: the time, and how many acts were committed before (`Db::commits`).
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub at: Instant,
    pub commits: u64,
}

impl Moment {
    /// Whether what was read then still serves now.
    fn serves(self, now: Self) -> bool {
        self.commits == now.commits && (0..FRESH).contains(&now.at.since(self.at))
    }
}

/// At most `MOST` values by key.
#[derive(Debug)]
pub struct Kept<K, V, const MOST: usize>(Mutex<HashMap<K, (Moment, V)>>);

impl<K: Eq + Hash, V: Clone, const MOST: usize> Kept<K, V, MOST> {
    /// The value, if nothing can have changed since it was read.
    pub fn get(&self, key: &K, now: Moment) -> Option<V> {
        let kept = self.0.lock().ok()?;
        let (read, value) = kept.get(key)?;
        read.serves(now).then(|| value.clone())
    }

    /// Keeps a value; `read` is the moment before its reading began.
    pub fn put(&self, key: K, read: Moment, value: V) {
        let Ok(mut kept) = self.0.lock() else { return };
        if kept.len() >= MOST {
            kept.retain(|_, (earlier, _)| earlier.serves(read));
        }
        if kept.len() < MOST {
            kept.insert(key, (read, value));
        }
    }
}

impl<K, V, const MOST: usize> Default for Kept<K, V, MOST> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment { at: Instant(1_000), commits: 7 };

    #[test]
    fn a_value_serves_until_something_is_committed_or_it_is_old() {
        let kept = Kept::<&str, u8, 2>::default();
        kept.put("key", NOW, 1);
        let later = |micros: i64, commits: u64| kept.get(&"key", Moment { at: NOW.at.plus(micros), commits });
        assert_eq!(later(FRESH - 1, 7), Some(1));
        assert_eq!(later(FRESH, 7), None);
        assert_eq!(later(0, 8), None);
        assert_eq!(later(-1, 7), None, "the clock was put back");
        assert_eq!(kept.get(&"other", NOW), None);
    }

    #[test]
    fn no_more_than_fits_is_kept_and_what_is_old_makes_room() {
        let kept = Kept::<u8, u8, 2>::default();
        for key in 0..3 {
            kept.put(key, NOW, key);
        }
        assert_eq!([0, 1, 2].map(|key| kept.get(&key, NOW)), [Some(0), Some(1), None]);
        let later = Moment { commits: 8, ..NOW };
        kept.put(2, later, 2);
        assert_eq!(kept.get(&2, later), Some(2));
    }
}
