//! The worker that empties the outbox: claims what is due, sends several at a time, records what came of
//! it. It may be killed at any instant: what it held is taken over after its lease, and nothing is lost.
//! Asked to stop, it finishes the mails in hand.

use std::{sync::Arc, time::Duration};

use app::{
    db::{Actor, Tx},
    error::{AppError, Result},
    ids::DeliveryId,
    outbox::{Outcome, PauseReason, Report, Schedule, store},
    settings,
    state::AppState,
};
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    channels::Messenger,
    mailer::{self, Post},
};

/// How often the worker looks by itself; mail of this process wakes it at once.
const LOOK: Duration = Duration::from_secs(2);
/// The longest time for which a server that is away is left in peace.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub struct Worker {
    state: AppState,
    door: Arc<Door>,
    schedule: Arc<Schedule>,
    parallel: usize,
    /// Its name in the leases; no two workers have the same.
    owner: Arc<str>,
}

/// By which way a worker's deliveries leave. Each way has a worker of its own, so that neither waits for the other.
enum Door {
    Mail(Post),
    Groups(Messenger),
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
        let owner = format!("{}-{}", std::process::id(), app::accounts::token::random_text(9));
        Self { state, door: Arc::new(door), schedule: Arc::new(schedule), parallel, owner: owner.into() }
    }

    /// Works until `stop`, then finishes what is in hand.
    pub async fn run(self, stop: CancellationToken) {
        let mut hands: JoinSet<bool> = JoinSet::new();
        let mut hold = Hold::default();
        while !stop.is_cancelled() {
            if hands.len() < self.parallel && hold.is_over() {
                match self.claim(self.parallel - hands.len()).await {
                    Ok(claimed) => {
                        for id in claimed {
                            let worker = self.clone();
                            hands.spawn(async move { worker.deliver(id).await });
                        }
                    }
                    Err(error) => tracing::warn!(?error, "the outbox cannot be read"),
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.state.db.new_mail(), if self.takes_mail() && hands.len() < self.parallel => {}
                Some(done) = hands.join_next() => hold.note(done.unwrap_or(false)),
                () = sleep(LOOK) => {}
            }
        }
        if !hands.is_empty() {
            tracing::info!(mails = hands.len(), "finishing the mails in hand");
        }
        while hands.join_next().await.is_some() {}
    }

    /// What goes to a group waits for the next look, so that the one who is woken is the one who sends mail.
    fn takes_mail(&self) -> bool {
        matches!(*self.door, Door::Mail(_))
    }

    /// Sends everything that is due now, one after the other, and says how many attempts that took.
    pub async fn drain(&self) -> Result<usize> {
        let mut attempts = 0;
        loop {
            let claimed = self.claim(self.parallel).await?;
            if claimed.is_empty() {
                return Ok(attempts);
            }
            for id in claimed {
                self.deliver(id).await;
                attempts += 1;
            }
        }
    }

    /// Claims what is due; no mail while the queue is paused.
    pub async fn claim(&self, most: usize) -> Result<Vec<DeliveryId>> {
        let (reader, now) = (self.state.db.reader(), self.state.clock.now());
        let due = match &*self.door {
            Door::Mail(post) => self.may_send(post).await? && store::anything_due(reader, now).await?,
            Door::Groups(_) => store::anything_due_to_groups(reader, now).await?,
        };
        if !due {
            return Ok(Vec::new());
        }
        let tx = self.tx().await?;
        store::take_over(&tx, &self.schedule).await?;
        let most = u64::try_from(most).map_err(AppError::internal)?;
        let claimed = match &*self.door {
            Door::Mail(_) => store::claim(&tx, &self.owner, &self.schedule, most).await?,
            Door::Groups(_) => store::claim_to_groups(&tx, &self.owner, &self.schedule, most).await?,
        };
        tx.commit_unseen().await?;
        Ok(claimed)
    }

    /// Whether mail may leave: the queue is not paused, or the pause has just ended.
    async fn may_send(&self, post: &Post) -> Result<bool> {
        match store::pause(self.state.db.reader()).await? {
            None => Ok(true),
            Some(pause) if pause.reason == PauseReason::ByHand || pause.probe_at > self.state.clock.now() => Ok(false),
            Some(_) => self.probe(post).await,
        }
    }

    /// Sees, every few minutes, whether the cause of the pause is gone, and then lets the queue go on.
    async fn probe(&self, post: &Post) -> Result<bool> {
        let tx = self.tx().await?;
        let mine = store::may_probe(&tx, &self.schedule).await?;
        tx.commit_unseen().await?;
        if !mine {
            return Ok(false);
        }
        let demo = settings::is_demo(self.state.db.reader()).await?;
        if let Err(outcome) = post.way(demo).probe().await {
            tracing::warn!(?outcome, "the mail queue stays paused");
            return Ok(false);
        }
        let tx = self.tx().await?;
        let resumed = store::resume_after_probe(&tx).await?;
        tx.commit().await?;
        if resumed {
            tracing::info!("the mail queue goes on");
        }
        Ok(resumed)
    }

    /// Sends one claimed delivery, keeping its lease meanwhile. `false` when the server is away.
    pub async fn deliver(&self, id: DeliveryId) -> bool {
        let attempt = self.attempt(id);
        let mut attempt = std::pin::pin!(attempt);
        let third = Duration::from_micros(u64::try_from(self.schedule.lease / 3).unwrap_or(1_000_000).max(1));
        let mut renewal = interval(third);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        renewal.tick().await;
        let report = loop {
            tokio::select! {
                report = &mut attempt => break report,
                _ = renewal.tick() => if !self.renewed(id).await {
                    tracing::warn!(delivery = %id, "the hold on a mail was lost");
                    return true;
                },
            }
        };
        let up = !matches!(report.outcome, Outcome::Deferred { hold: true, .. } | Outcome::Paused(..));
        let outcome = report.outcome.word();
        if matches!(report.outcome, Outcome::Written(_)) {
            tracing::debug!(delivery = %id, outcome, "a mail was written as a file");
        } else {
            tracing::info!(delivery = %id, outcome, "a mail was tried");
        }
        self.settle(id, &report).await;
        up
    }

    async fn attempt(&self, id: DeliveryId) -> Report {
        let post = match &*self.door {
            Door::Mail(post) => post,
            Door::Groups(messenger) => return messenger.send(id, self.body_starts(id)).await,
        };
        match self.letter(id).await {
            Ok(letter) => match settings::is_demo(self.state.db.reader()).await {
                Ok(demo) => post.way(demo).send(&letter, self.body_starts(id)).await,
                Err(_) => Report::here(Outcome::deferred("the database cannot be read now")),
            },
            Err(outcome) => Report::here(outcome),
        }
    }

    async fn letter(&self, id: DeliveryId) -> Result<mailer::Letter, Outcome> {
        let reader = self.state.db.reader();
        let unreadable = |_| Outcome::deferred("the database cannot be read now");
        let found = store::whole(reader, id).await.map_err(unreadable)?;
        let together = if found.message.shown_together {
            store::recipients(reader, found.message.id).await.map_err(unreadable)?
        } else {
            Vec::new()
        };
        mailer::write(&self.state.files, &found.message, &found.delivery, &together).await
    }

    /// Commits that the body is about to leave; the body waits for it.
    async fn body_starts(&self, id: DeliveryId) -> bool {
        let noted = async {
            let tx = self.tx().await?;
            let held = store::body_starts(&tx, &self.owner, id, &self.schedule).await?;
            tx.commit_unseen().await?;
            Ok::<bool, AppError>(held)
        };
        noted.await.unwrap_or(false)
    }

    async fn renewed(&self, id: DeliveryId) -> bool {
        let renewed = async {
            let tx = self.tx().await?;
            let held = store::renew(&tx, &self.owner, id, &self.schedule).await?;
            tx.commit_unseen().await?;
            Ok::<bool, AppError>(held)
        };
        // A database that is away for a moment is no reason to break off a mail in the middle.
        renewed.await.unwrap_or(true)
    }

    /// Records the outcome; a database that is locked or full is asked again, because what is known of a
    /// mail that has left must not be lost.
    async fn settle(&self, id: DeliveryId, report: &Report) {
        for pause in [0, 1, 2, 4, 8, 16, 32, 60, 60, 60] {
            sleep(Duration::from_secs(pause)).await;
            let recorded = async {
                let tx = self.tx().await?;
                let held = store::settle(&tx, &self.owner, id, report, &self.schedule, rand::random()).await?;
                if goes_its_way(&report.outcome) {
                    tx.commit_unseen().await?;
                } else {
                    tx.commit().await?;
                }
                Ok::<bool, AppError>(held)
            };
            match recorded.await {
                Ok(held) => {
                    if !held {
                        tracing::warn!(delivery = %id, "another worker had taken a mail over");
                    }
                    return;
                }
                Err(error) => tracing::warn!(?error, delivery = %id, "an outcome cannot be recorded yet"),
            }
        }
    }

    async fn tx(&self) -> Result<Tx> {
        self.state.db.begin(Actor::program(), self.state.clock.now()).await
    }
}

/// Whether staff are not told of it at once: what failed, and a pause, stand in the counts of every page.
fn goes_its_way(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted(_) | Outcome::Written(_) | Outcome::Deferred { .. })
}

/// A server that is away is left in peace for a while, longer each time, so that a whole mailing does not
/// use up its attempts against it.
#[derive(Default)]
struct Hold {
    failures: u32,
    until: Option<Instant>,
}

impl Hold {
    fn is_over(&self) -> bool {
        self.until.is_none_or(|until| until <= Instant::now())
    }

    fn note(&mut self, up: bool) {
        if up {
            *self = Self::default();
        } else {
            self.failures += 1;
            let wait = Duration::from_secs(1 << self.failures.min(6)).min(LONGEST_HOLD);
            self.until = Some(Instant::now() + wait);
        }
    }
}
