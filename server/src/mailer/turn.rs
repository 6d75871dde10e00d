//! A mail's turn at the server, as it is seen from outside: since when it waits for a word about its recipient, that it is
//! asked to give way, and that it is over. While nothing of the mail itself has left, giving way costs it nothing.

use std::{
    ops::Deref,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Default)]
pub struct Turn {
    /// When the server had taken its sender and was told its recipient.
    named: OnceLock<Instant>,
    /// Whether the answer to that is waited for, and nothing of the mail has left.
    asking: AtomicBool,
    wanted: CancellationToken,
    over: OnceLock<Instant>,
}

impl Turn {
    /// Begins one; it is over when what is returned is dropped.
    pub fn begin() -> Going {
        Going(Arc::default())
    }

    /// For how long its recipient's server has been what it waits for, or was until it was over; nothing when it did not
    /// come so far.
    pub fn waited(&self, now: Instant) -> Option<Duration> {
        let named = self.named.get()?;
        Some(self.over.get().copied().unwrap_or(now).saturating_duration_since(*named))
    }

    pub fn can_give_way(&self) -> bool {
        self.asking.load(Ordering::Relaxed) && !self.is_wanted()
    }

    /// Whether it was asked to give way.
    pub fn is_wanted(&self) -> bool {
        self.wanted.is_cancelled()
    }

    pub fn give_way(&self) {
        self.wanted.cancel();
    }

    pub fn is_over(&self) -> bool {
        self.over.get().is_some()
    }

    /// Runs what asks the server for a recipient; nothing when it was made to give way meanwhile.
    pub async fn asking<T>(&self, doing: impl Future<Output = T>) -> Option<T> {
        self.named.get_or_init(Instant::now);
        self.asking.store(true, Ordering::Relaxed);
        let done = self.wanted.run_until_cancelled(doing).await;
        self.asking.store(false, Ordering::Relaxed);
        done
    }
}

/// A turn in the hand of whoever sends.
#[derive(Debug)]
pub struct Going(Arc<Turn>);

impl Going {
    /// For whoever looks on.
    pub fn seen(&self) -> Arc<Turn> {
        Arc::clone(&self.0)
    }
}

impl Deref for Going {
    type Target = Turn;

    fn deref(&self) -> &Turn {
        &self.0
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        self.0.over.get_or_init(Instant::now);
    }
}
