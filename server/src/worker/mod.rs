//! The worker that empties the outbox: claims what is due, sends several at a time, records what came of
//! it. It may be killed at any instant: what it held is taken over after its lease, and nothing is lost.
//! Asked to stop, it finishes the mails in hand.

mod attempt;
mod breaker;
mod claiming;
mod heart;
mod held;
mod lanes;
mod ledger;
mod pace;
mod probing;
mod running;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use app::{
    db::{Actor, Tx},
    error::Result,
    outbox::{Schedule, store},
    state::AppState,
};
use tokio_util::sync::CancellationToken;

pub use self::held::Claimed;
use self::{held::Held, ledger::Ledger};
use crate::{
    channels::Messenger,
    mailer::{Post, Turn},
};

#[derive(Clone)]
pub struct Worker {
    state: AppState,
    door: Arc<Door>,
    schedule: Arc<Schedule>,
    parallel: usize,
    /// How many mails may leave in a minute; nothing when there is no limit.
    per_minute: Option<usize>,
    /// Its name, with which the names of its leases begin; no two workers have the same.
    owner: Arc<str>,
    /// How many leases it has named.
    leases: Arc<AtomicU64>,
    ledger: Arc<Ledger>,
    held: Held,
    stop: CancellationToken,
}

/// By which way a worker's deliveries leave. Each way has a worker of its own, so that neither waits for the other.
enum Door {
    Mail(Post),
    Groups(Messenger),
}

impl Door {
    fn of_store(&self) -> store::Door {
        match self {
            Self::Mail(_) => store::Door::Mail,
            Self::Groups(_) => store::Door::Groups,
        }
    }
}

impl Worker {
    /// One that sends mail.
    pub fn new(state: AppState, post: Post, schedule: Schedule, parallel: usize) -> Self {
        Self::at(state, Door::Mail(post), schedule, parallel)
    }

    /// One that sends what goes to chat groups.
    pub fn to_groups(state: AppState, messenger: Messenger, schedule: Schedule, parallel: usize) -> Self {
        Self::at(state, Door::Groups(messenger), schedule, parallel)
    }

    fn at(state: AppState, door: Door, schedule: Schedule, parallel: usize) -> Self {
        let owner: Arc<str> = format!("{}-{}", std::process::id(), app::accounts::token::random_text(9)).into();
        let schedule = Arc::new(schedule);
        let ledger = Arc::new(Ledger::open(state.clone(), Arc::clone(&schedule)));
        Self {
            state,
            door: Arc::new(door),
            schedule,
            parallel,
            per_minute: None,
            owner,
            leases: Arc::default(),
            ledger,
            held: Held::default(),
            stop: CancellationToken::new(),
        }
    }

    /// Lets no more mails than this leave in a minute.
    #[must_use]
    pub fn at_most(mut self, per_minute: Option<usize>) -> Self {
        self.per_minute = per_minute;
        self
    }

    /// Sends everything that is due now, one after the other, and says how many attempts that took.
    pub async fn drain(&self) -> Result<usize> {
        let _holding = self.keep_holding();
        let mut attempts = 0;
        loop {
            self.take_over().await?;
            self.probe_if_due().await;
            let claimed = self.claim(self.parallel, &[]).await?;
            if claimed.is_empty() {
                return Ok(attempts);
            }
            for claimed in claimed {
                self.deliver(claimed, Turn::begin()).await;
                attempts += 1;
            }
        }
    }

    fn next_lease(&self) -> Arc<str> {
        format!("{}-{}", self.owner, self.leases.fetch_add(1, Ordering::Relaxed)).into()
    }

    /// What goes to a group waits for the next look, so that the one who is woken is the one who sends mail.
    fn takes_mail(&self) -> bool {
        matches!(*self.door, Door::Mail(_))
    }

    async fn tx(&self) -> Result<Tx> {
        self.state.db.begin(Actor::program(), self.state.clock.now()).await
    }
}
