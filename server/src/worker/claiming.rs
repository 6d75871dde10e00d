//! What a worker takes, keeps and puts back: claims of what is due, and leases renewed while it works.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use app::{
    error::{AppError, Result},
    ids::DeliveryId,
    outbox::store::{self, Whole},
};
use tokio::{task::JoinSet, time::sleep};

use super::{
    Claimed, Door, Worker,
    held::{Hold, Lease},
};

impl Worker {
    /// Claims what is due; no mail while the queue is paused, and none to the domains of `but`.
    pub async fn claim(&self, most: usize, but: &[String]) -> Result<Vec<Claimed>> {
        let (reader, now) = (self.state.db.reader(), self.state.clock.now());
        let due = match &*self.door {
            Door::Mail(_) => {
                store::pause(reader).await?.is_none() && store::anything_due(reader, now, &self.schedule, but).await?
            }
            Door::Groups(_) => store::anything_due_to_groups(reader, now, &self.schedule).await?,
        };
        if !due {
            return Ok(Vec::new());
        }
        let name = self.next_lease();
        let tx = self.tx().await?;
        let most = u64::try_from(most).map_err(AppError::internal)?;
        let claimed = match &*self.door {
            Door::Mail(_) => store::claim(&tx, &name, &self.schedule, most, but).await?,
            Door::Groups(_) => store::claim_to_groups(&tx, &name, &self.schedule, most).await?,
        };
        tx.commit_unseen().await?;
        let lease = |id: DeliveryId| Lease { delivery: id, name: Arc::clone(&name) };
        let mut holds: BTreeMap<DeliveryId, Hold> =
            claimed.iter().map(|id| (*id, self.held.take(lease(*id)))).collect();
        match store::wholes(self.state.db.reader(), &claimed).await {
            Ok(wholes) => {
                let with_hold = |whole: Whole| Some(Claimed { hold: holds.remove(&whole.delivery.id)?, whole });
                Ok(wholes.into_iter().filter_map(with_hold).collect())
            }
            Err(error) => {
                self.put_back(claimed.into_iter().map(lease).collect()).await;
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

    /// Renews the leases of everything that this worker has, until what is returned is dropped.
    pub(super) fn keep_holding(&self) -> JoinSet<()> {
        let (worker, mut keeping) = (self.clone(), JoinSet::new());
        let third = Duration::from_micros(u64::try_from(self.schedule.lease / 3).unwrap_or(1_000_000).max(1));
        keeping.spawn(async move {
            loop {
                sleep(third).await;
                let leases = worker.held.leases();
                if leases.is_empty() {
                    continue;
                }
                let leases: BTreeSet<_> = leases.iter().map(|lease| (lease.delivery, &*lease.name)).collect();
                let renewed = async {
                    let tx = worker.tx().await?;
                    store::renew(&tx, &leases, &worker.schedule).await?;
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
        if !stock.is_empty() {
            self.put_back(stock.iter().map(|claimed| claimed.lease().clone()).collect()).await;
        }
    }

    /// In the order in which leases are renewed, so that neither waits for the other.
    async fn put_back(&self, leases: BTreeSet<Lease>) {
        let given = async {
            let tx = self.tx().await?;
            for lease in &leases {
                store::give_back(&tx, &lease.name, lease.delivery).await?;
            }
            tx.commit_unseen().await
        };
        if let Err(error) = given.await {
            tracing::warn!(?error, "mails that were not begun wait for their lease to end");
        }
    }
}
