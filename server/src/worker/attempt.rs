//! One claimed delivery on its way out: the letter, the way, and what came of it written down.

use std::time::Duration;

use app::{
    outbox::{
        Outcome, Reason, Report,
        store::{self, Whole},
    },
    settings,
};
use tokio::time::sleep;

use super::{Claimed, Door, Worker, held::Lease};
use crate::mailer::{self, Going, Turn};

impl Worker {
    /// Sends one claimed delivery and says whether the server was there; nothing when that is not known.
    pub async fn deliver(&self, claimed: Claimed, turn: Going) -> Option<bool> {
        let (lease, id) = (claimed.lease(), claimed.whole.delivery.id);
        let report = self.attempt(&claimed, &turn).await;
        let outcome = report.outcome.word();
        if matches!(report.outcome, Outcome::Written(_)) {
            tracing::debug!(delivery = %id, outcome, "a mail was written as a file");
        } else {
            tracing::info!(delivery = %id, outcome, "a mail was tried");
        }
        self.settle(lease, &report).await;
        report.outcome.was_up()
    }

    async fn attempt(&self, claimed: &Claimed, turn: &Turn) -> Report {
        let body_starts = self.ledger.body_starts(claimed.lease().clone());
        let post = match &*self.door {
            Door::Mail(post) => post,
            Door::Groups(messenger) => return messenger.send(claimed.whole.delivery.id, body_starts).await,
        };
        match self.letter(&claimed.whole).await {
            Ok(letter) => match settings::is_demo(self.state.db.reader()).await {
                Ok(demo) => post.way(demo).send(&letter, turn, body_starts).await,
                Err(_) => Report::here(Outcome::put_off(Reason::DatabaseBusy)),
            },
            Err(outcome) => Report::here(outcome),
        }
    }

    async fn letter(&self, whole: &Whole) -> Result<mailer::Letter, Outcome> {
        let together = store::together(self.state.db.reader(), &whole.message).await;
        let together = together.map_err(|_| Outcome::put_off(Reason::DatabaseBusy))?;
        mailer::to_leave(&self.state, whole, &together).await
    }

    /// Records the outcome; a database that is locked or full is asked again, because what is known of a
    /// mail that has left must not be lost. In the end the lease runs out, and where its body had begun to leave the mail
    /// counts as possibly delivered.
    async fn settle(&self, lease: &Lease, report: &Report) {
        let id = lease.delivery;
        for pause in [0, 1, 2, 4, 8, 16, 32, 60, 60, 60] {
            sleep(Duration::from_secs(pause)).await;
            if let Some(held) = self.ledger.settled(lease.clone(), report.clone()).await {
                if !held {
                    tracing::warn!(delivery = %id, "another worker had taken a mail over");
                }
                return;
            }
        }
        tracing::error!(delivery = %id, outcome = report.outcome.word(), "what came of a mail could not be written down");
    }
}
