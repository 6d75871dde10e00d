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

use std::{collections::VecDeque, sync::Arc, time::Duration};

use app::{
    db::{Actor, Tx},
    error::Result,
    outbox::{Schedule, WorkerKind, store},
    state::AppState,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

pub use self::held::Claimed;
use self::{
    breaker::{Breaker, Era},
    heart::Heart,
    held::Held,
    lanes::Lanes,
    ledger::Ledger,
    pace::Pace,
};
use crate::{
    channels::Messenger,
    mailer::{Post, Turn},
};

/// How often the worker looks by itself; mail of this process wakes it at once.
const LOOK: Duration = Duration::from_secs(2);
/// How many mails are claimed for each that is begun at once.
const AHEAD: usize = 4;

#[derive(Clone)]
pub struct Worker {
    state: AppState,
    door: Arc<Door>,
    schedule: Arc<Schedule>,
    parallel: usize,
    /// How many mails may leave in a minute; nothing when there is no limit.
    per_minute: Option<usize>,
    /// Its name in the leases; no two workers have the same.
    owner: Arc<str>,
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
        let ledger = Arc::new(Ledger::open(state.clone(), Arc::clone(&owner), Arc::clone(&schedule)));
        Self {
            state,
            door: Arc::new(door),
            schedule,
            parallel,
            per_minute: None,
            owner,
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

    /// Works until `stop`, then finishes what is in hand.
    pub async fn run(mut self, stop: CancellationToken) {
        self.stop = stop.clone();
        let _holding = self.keep_holding();
        let kind = if self.takes_mail() { WorkerKind::Mail } else { WorkerKind::Groups };
        let heart = Heart::start(self.state.clone(), &self.owner, kind);
        let mut hands: JoinSet<(Era, Option<bool>)> = JoinSet::new();
        let mut stock: VecDeque<Claimed> = VecDeque::new();
        let (mut breaker, mut lanes) = (Breaker::default(), Lanes::new(self.parallel));
        let mut pace = Pace::new(self.per_minute);
        let (mut moved, mut looked) = (Instant::now(), None);
        while !stop.is_cancelled() {
            let now = Instant::now();
            if looked.is_none_or(|looked| now - looked >= LOOK) {
                looked = Some(now);
                if let Err(error) = self.take_over().await {
                    tracing::warn!(?error, "what other workers held cannot be taken over now");
                }
            }
            lanes.look(now);
            let admitted = pace.admits(now, breaker.admits(now, self.parallel, hands.len()));
            // What cannot begin soon is for others, and for whoever would cancel it.
            let far = !breaker.is_closed() || pace.wait(now).is_some_and(|wait| wait > LOOK);
            let stands = admitted == 0 && (far || now - moved > self.lease());
            if !stock.is_empty() && (stands || self.is_paused().await) {
                self.give_back(std::mem::take(&mut stock)).await;
            }
            if stock.len() < admitted {
                match self.claim(self.ahead(&breaker) * admitted - stock.len(), lanes.closed()).await {
                    Ok(claimed) => stock.extend(claimed),
                    Err(error) => tracing::warn!(?error, "the outbox cannot be read"),
                }
            }
            let mut begun = 0;
            while begun < admitted
                && let Some(claimed) = take_first(&mut stock, |claimed| lanes.may_begin(claimed.domain()))
            {
                let (worker, era, turn) = (self.clone(), breaker.begin(), lanes.begin(now, claimed.domain()));
                hands.spawn(async move { (era, worker.deliver(claimed, &turn).await) });
                begun += 1;
            }
            pace.note(now, begun);
            if begun > 0 || stock.is_empty() {
                moved = now;
            }
            if begun < admitted && !stock.is_empty() {
                // All that is left is for slow servers: others may have the place.
                self.give_back(std::mem::take(&mut stock)).await;
                continue;
            }
            if let Some(turn) = lanes.to_give_way(now)
                && self.others_wait(&stock, lanes.slow()).await
            {
                turn.give_way();
            }
            if let Door::Mail(post) = &*self.door {
                post.sweep(false).detach_all();
            }
            let look = pace.wait(now).unwrap_or(LOOK).min(LOOK);
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.state.db.new_mail(), if self.takes_mail() && hands.len() < self.parallel => {}
                Some(done) = hands.join_next() => match done {
                    Ok((era, up)) => breaker.note(Instant::now(), era, up),
                    Err(error) => {
                        tracing::error!(cause = %error, "a mail in hand broke down; it waits for its lease to end");
                        breaker.note_lost();
                    }
                },
                () = sleep(look) => {}
            }
        }
        self.give_back(stock).await;
        if !hands.is_empty() {
            tracing::info!(mails = hands.len(), "finishing the mails in hand");
        }
        while hands.join_next().await.is_some() {}
        if let Door::Mail(post) = &*self.door {
            post.sweep(true).join_all().await;
        }
        heart.stop().await;
    }

    fn lease(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.schedule.lease).unwrap_or_default())
    }

    /// Whether mail is on hold: then what was claimed ahead does not leave either.
    async fn is_paused(&self) -> bool {
        self.takes_mail() && !matches!(store::pause(self.state.db.reader()).await, Ok(None))
    }

    /// How many are claimed for each that is begun at once: no more where they would wait, because a group takes one
    /// message after the other or the server is away.
    fn ahead(&self, breaker: &Breaker) -> usize {
        if self.takes_mail() && breaker.is_closed() { AHEAD } else { 1 }
    }

    /// What goes to a group waits for the next look, so that the one who is woken is the one who sends mail.
    fn takes_mail(&self) -> bool {
        matches!(*self.door, Door::Mail(_))
    }

    /// Sends everything that is due now, one after the other, and says how many attempts that took.
    pub async fn drain(&self) -> Result<usize> {
        let _holding = self.keep_holding();
        let mut attempts = 0;
        loop {
            self.take_over().await?;
            let claimed = self.claim(self.parallel, &[]).await?;
            if claimed.is_empty() {
                return Ok(attempts);
            }
            for claimed in claimed {
                self.deliver(claimed, &Turn::default()).await;
                attempts += 1;
            }
        }
    }

    async fn tx(&self) -> Result<Tx> {
        self.state.db.begin(Actor::program(), self.state.clock.now()).await
    }
}

/// Takes out the first that may begin.
fn take_first(stock: &mut VecDeque<Claimed>, may_begin: impl Fn(&Claimed) -> bool) -> Option<Claimed> {
    let at = stock.iter().position(may_begin)?;
    stock.remove(at)
}
