//! The worker that empties the outbox: claims what is due, sends several at a time, records what came of
//! it. It may be killed at any instant: what it held is taken over after its lease, and nothing is lost.
//! Asked to stop, it finishes the mails in hand.

mod breaker;
mod heart;
mod held;
mod ledger;
mod pace;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use app::{
    conversations,
    db::{Actor, Tx},
    error::{AppError, Result},
    ids::DeliveryId,
    outbox::{
        Outcome, PauseReason, Reason, Report, Schedule, WorkerKind,
        store::{self, Whole},
    },
    settings,
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
    held::{Held, Hold},
    ledger::Ledger,
    pace::Pace,
};
use crate::{
    channels::Messenger,
    mailer::{self, Post},
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
        let mut breaker = Breaker::default();
        let mut pace = Pace::new(self.per_minute);
        let mut moved = Instant::now();
        while !stop.is_cancelled() {
            let now = Instant::now();
            let admitted = pace.admits(now, breaker.admits(now, self.parallel, hands.len()));
            // What cannot begin soon is for others, and for whoever would cancel it.
            let far = !breaker.is_closed() || pace.wait(now).is_some_and(|wait| wait > LOOK);
            let stands = admitted == 0 && (far || now - moved > self.lease());
            if !stock.is_empty() && (stands || self.is_paused().await) {
                self.give_back(std::mem::take(&mut stock)).await;
            }
            if stock.len() < admitted {
                match self.claim(self.ahead(&breaker) * admitted - stock.len()).await {
                    Ok(claimed) => stock.extend(claimed),
                    Err(error) => tracing::warn!(?error, "the outbox cannot be read"),
                }
            }
            let begun = admitted.min(stock.len());
            for claimed in stock.drain(..begun) {
                let (worker, era) = (self.clone(), breaker.begin());
                hands.spawn(async move { (era, worker.deliver(claimed).await) });
            }
            pace.note(now, begun);
            if begun > 0 || stock.is_empty() {
                moved = now;
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
            let claimed = self.claim(self.parallel).await?;
            if claimed.is_empty() {
                return Ok(attempts);
            }
            for claimed in claimed {
                self.deliver(claimed).await;
                attempts += 1;
            }
        }
    }

    /// Claims what is due; no mail while the queue is paused.
    pub async fn claim(&self, most: usize) -> Result<Vec<Claimed>> {
        let (reader, now) = (self.state.db.reader(), self.state.clock.now());
        let due = match &*self.door {
            Door::Mail(post) => self.may_send(post).await? && store::anything_due(reader, now, &self.schedule).await?,
            Door::Groups(_) => store::anything_due_to_groups(reader, now, &self.schedule).await?,
        };
        if !due {
            return Ok(Vec::new());
        }
        let tx = self.tx().await?;
        store::take_over(&tx, self.door.of_store(), &self.schedule).await?;
        let most = u64::try_from(most).map_err(AppError::internal)?;
        let claimed = match &*self.door {
            Door::Mail(_) => store::claim(&tx, &self.owner, &self.schedule, most).await?,
            Door::Groups(_) => store::claim_to_groups(&tx, &self.owner, &self.schedule, most).await?,
        };
        tx.commit_unseen().await?;
        let mut holds: BTreeMap<DeliveryId, Hold> = claimed.iter().map(|id| (*id, self.held.take(*id))).collect();
        match store::wholes(self.state.db.reader(), &claimed).await {
            Ok(wholes) => {
                let with_hold = |whole: Whole| Some(Claimed { hold: holds.remove(&whole.delivery.id)?, whole });
                Ok(wholes.into_iter().filter_map(with_hold).collect())
            }
            Err(error) => {
                self.put_back(&claimed).await;
                Err(error)
            }
        }
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
        let sender = &self.state.options.mail_from;
        let probed = tokio::select! {
            () = self.stop.cancelled() => return Ok(false),
            probed = post.way(demo).probe(sender) => probed,
        };
        if let Err(outcome) = probed {
            tracing::warn!(outcome = outcome.word(), "the mail queue stays paused");
            return Ok(false);
        }
        let tx = self.tx().await?;
        let resumed = store::resume_after_probe(&tx).await?;
        store::change_sender(&tx, sender).await?;
        tx.commit().await?;
        if resumed {
            tracing::info!("the mail queue goes on");
        }
        Ok(resumed)
    }

    /// Sends one claimed delivery and says whether the server was there; nothing when that is not known.
    pub async fn deliver(&self, Claimed { whole, hold: _hold }: Claimed) -> Option<bool> {
        let id = whole.delivery.id;
        let report = self.attempt(&whole).await;
        let outcome = report.outcome.word();
        if matches!(report.outcome, Outcome::Written(_)) {
            tracing::debug!(delivery = %id, outcome, "a mail was written as a file");
        } else {
            tracing::info!(delivery = %id, outcome, "a mail was tried");
        }
        self.settle(id, &report).await;
        report.outcome.was_up()
    }

    async fn attempt(&self, whole: &Whole) -> Report {
        let id = whole.delivery.id;
        let post = match &*self.door {
            Door::Mail(post) => post,
            Door::Groups(messenger) => return messenger.send(id, self.ledger.body_starts(id)).await,
        };
        match self.letter(whole).await {
            Ok(letter) => match settings::is_demo(self.state.db.reader()).await {
                Ok(demo) => post.way(demo).send(&letter, self.ledger.body_starts(id)).await,
                Err(_) => Report::here(Outcome::put_off(Reason::DatabaseBusy)),
            },
            Err(outcome) => Report::here(outcome),
        }
    }

    async fn letter(&self, whole: &Whole) -> Result<mailer::Letter, Outcome> {
        let together = store::together(self.state.db.reader(), &whole.message).await;
        let together = together.map_err(|_| Outcome::put_off(Reason::DatabaseBusy))?;
        let letter = mailer::write(&self.state.files, whole, &together).await?;
        match conversations::return_path(&self.state.options, whole.delivery.id) {
            Some(path) => letter.returning_to(&path),
            None => Ok(letter),
        }
    }

    /// Records the outcome; a database that is locked or full is asked again, because what is known of a
    /// mail that has left must not be lost. In the end the lease runs out, and where its body had begun to leave the mail
    /// counts as possibly delivered.
    async fn settle(&self, id: DeliveryId, report: &Report) {
        for pause in [0, 1, 2, 4, 8, 16, 32, 60, 60, 60] {
            sleep(Duration::from_secs(pause)).await;
            if let Some(held) = self.ledger.settled(id, report.clone()).await {
                if !held {
                    tracing::warn!(delivery = %id, "another worker had taken a mail over");
                }
                return;
            }
        }
        tracing::error!(delivery = %id, outcome = report.outcome.word(), "what came of a mail could not be written down");
    }

    /// Renews the leases of everything that this worker has, until what is returned is dropped.
    fn keep_holding(&self) -> JoinSet<()> {
        let (worker, mut keeping) = (self.clone(), JoinSet::new());
        let third = Duration::from_micros(u64::try_from(self.schedule.lease / 3).unwrap_or(1_000_000).max(1));
        keeping.spawn(async move {
            loop {
                sleep(third).await;
                let ids = worker.held.ids();
                if ids.is_empty() {
                    continue;
                }
                let renewed = async {
                    let tx = worker.tx().await?;
                    store::renew(&tx, &worker.owner, &ids, &worker.schedule).await?;
                    tx.commit_unseen().await
                };
                if let Err(error) = renewed.await {
                    tracing::warn!(?error, "the hold on mails cannot be renewed now");
                }
            }
        });
        keeping
    }

    /// Puts back what was claimed and not begun.
    async fn give_back(&self, stock: VecDeque<Claimed>) {
        let ids: Vec<DeliveryId> = stock.iter().map(|claimed| claimed.whole.delivery.id).collect();
        if !ids.is_empty() {
            self.put_back(&ids).await;
        }
    }

    async fn put_back(&self, ids: &[DeliveryId]) {
        let given = async {
            let tx = self.tx().await?;
            for id in ids {
                store::give_back(&tx, &self.owner, *id).await?;
            }
            tx.commit_unseen().await
        };
        if let Err(error) = given.await {
            tracing::warn!(?error, "mails that were not begun wait for their lease to end");
        }
    }

    async fn tx(&self) -> Result<Tx> {
        self.state.db.begin(Actor::program(), self.state.clock.now()).await
    }
}
