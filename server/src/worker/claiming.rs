//! What a worker takes, keeps and puts back: claims of what is due, leases renewed while it works, and the probe that
//! ends a pause.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use app::{
    error::{AppError, Result},
    ids::DeliveryId,
    outbox::{
        PauseReason,
        store::{self, Whole},
    },
    settings,
};
use tokio::{task::JoinSet, time::sleep};

use super::{Claimed, Door, Worker, held::Hold};
use crate::mailer::{self, Post};

impl Worker {
    /// Claims what is due; no mail while the queue is paused, and none to the domains of `but`.
    pub async fn claim(&self, most: usize, but: &[String]) -> Result<Vec<Claimed>> {
        let (reader, now) = (self.state.db.reader(), self.state.clock.now());
        let due = match &*self.door {
            Door::Mail(post) => {
                self.may_send(post).await? && store::anything_due(reader, now, &self.schedule, but).await?
            }
            Door::Groups(_) => store::anything_due_to_groups(reader, now, &self.schedule).await?,
        };
        if !due {
            return Ok(Vec::new());
        }
        let tx = self.tx().await?;
        let most = u64::try_from(most).map_err(AppError::internal)?;
        let claimed = match &*self.door {
            Door::Mail(_) => store::claim(&tx, &self.owner, &self.schedule, most, but).await?,
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

    /// Whether a mail to any other domain than these could begin.
    pub(super) async fn others_wait(&self, stock: &VecDeque<Claimed>, but: &[String]) -> bool {
        let due = store::anything_due(self.state.db.reader(), self.state.clock.now(), &self.schedule, but);
        stock.iter().any(|claimed| but.iter().all(|slow| slow != claimed.domain())) || due.await.unwrap_or(false)
    }

    /// Takes over what dead workers held, whatever keeps this one from claiming: hands that wait, a server that is away,
    /// mail on hold.
    pub(super) async fn take_over(&self) -> Result<()> {
        let door = self.door.of_store();
        if store::anything_expired(self.state.db.reader(), door, self.state.clock.now()).await? {
            let tx = self.tx().await?;
            store::take_over(&tx, door, &self.schedule).await?;
            tx.commit_unseen().await?;
        }
        Ok(())
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
        let options = &self.state.options;
        // As mails leave, with a return path that names no delivery.
        let probing = async {
            let sender = mailer::envelope_sender(options, DeliveryId::new())?;
            post.way(demo).probe(&sender).await
        };
        let probed = tokio::select! {
            () = self.stop.cancelled() => return Ok(false),
            probed = probing => probed,
        };
        if let Err(outcome) = probed {
            tracing::warn!(outcome = outcome.word(), "the mail queue stays paused");
            return Ok(false);
        }
        let tx = self.tx().await?;
        let resumed = store::resume_after_probe(&tx).await?;
        store::change_sender(&tx, &options.mail_from).await?;
        tx.commit().await?;
        if resumed {
            tracing::info!("the mail queue goes on");
        }
        Ok(resumed)
    }

    /// Renews the leases of everything that this worker has, until what is returned is dropped.
    pub(super) fn keep_holding(&self) -> JoinSet<()> {
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
    pub(super) async fn give_back(&self, stock: VecDeque<Claimed>) {
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
}
