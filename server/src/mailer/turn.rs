//! A mail's turn at the server, as it is seen from outside: whether it waits for a word about its recipient, and that it is
//! asked to give way. While nothing of the mail itself has left, giving way costs nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

#[derive(Debug, Default)]
pub struct Turn {
    /// Whether its recipient was named and nothing of the mail has left.
    asking: AtomicBool,
    /// Whether its recipient was named at all.
    named: AtomicBool,
    wanted: CancellationToken,
}

impl Turn {
    /// Whether it can give way now.
    pub fn can_give_way(&self) -> bool {
        self.asking.load(Ordering::Relaxed) && !self.wanted.is_cancelled()
    }

    /// Whether it came so far that its recipient's server can be what it waits for.
    pub fn has_named(&self) -> bool {
        self.named.load(Ordering::Relaxed)
    }

    /// Asks it to give way.
    pub fn give_way(&self) {
        self.wanted.cancel();
    }

    /// Runs what asks the server for a recipient; nothing when it was made to give way meanwhile.
    pub async fn asking<T>(&self, doing: impl Future<Output = T>) -> Option<T> {
        self.named.store(true, Ordering::Relaxed);
        self.asking.store(true, Ordering::Relaxed);
        let done = self.wanted.run_until_cancelled(doing).await;
        self.asking.store(false, Ordering::Relaxed);
        done
    }
}
