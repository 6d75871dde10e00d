//! The worker at work: what it begins and when, until it is asked to stop.

use std::{collections::VecDeque, time::Duration};

use app::outbox::{WorkerKind, store};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    Claimed, Door, Worker,
    breaker::{Breaker, Era},
    heart::Heart,
    lanes::Lanes,
    pace::Pace,
};

/// How often the worker looks by itself; mail of this process wakes it at once.
const LOOK: Duration = Duration::from_secs(2);
/// How many mails are claimed for each that is begun at once.
const AHEAD: usize = 4;

impl Worker {
    /// Works until `stop`, then finishes what is in hand.
    pub async fn run(mut self, stop: CancellationToken) {
        self.stop = stop.clone();
        let _holding = self.keep_holding();
        let kind = if self.takes_mail() { WorkerKind::Mail } else { WorkerKind::Groups };
        let heart = Heart::start(self.state.clone(), &self.owner, kind);
        let mut hands: JoinSet<(Era, Option<bool>)> = JoinSet::new();
        let (mut stock, mut probes) = (VecDeque::new(), JoinSet::new());
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
                // Beside the work, for a server may take its time.
                if probes.is_empty() && self.is_probe_due().await {
                    let worker = self.clone();
                    probes.spawn(async move { worker.probe_if_due().await });
                }
            }
            lanes.look(now);
            breaker.look(now);
            let admitted = pace.admits(now, breaker.admits(now, lanes.places(now), hands.len()));
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
                let (worker, turn) = (self.clone(), lanes.begin(claimed.domain()));
                let era = breaker.begin(turn.seen());
                hands.spawn(async move { (era, worker.deliver(claimed, turn).await) });
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
                && !far
                && !self.is_paused().await
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
                    Ok((era, up)) => breaker.note(Instant::now(), era, up, rand::random()),
                    Err(error) => {
                        tracing::error!(cause = %error, "a mail in hand broke down; it waits for its lease to end");
                        breaker.note_lost();
                    }
                },
                Some(_) = probes.join_next() => {}
                () = sleep(look) => {}
            }
        }
        probes.shutdown().await;
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
}

/// Takes out the first that may begin.
fn take_first(stock: &mut VecDeque<Claimed>, may_begin: impl Fn(&Claimed) -> bool) -> Option<Claimed> {
    let at = stock.iter().position(may_begin)?;
    stock.remove(at)
}
