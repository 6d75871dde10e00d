//! One claimed delivery on its way out: the letter, the way, and what came of it written down.

use std::time::Duration;

use app::{
    ids::DeliveryId,
    outbox::{
        Outcome, Reason, Report,
        store::{self, Whole},
    },
    settings,
};
use tokio::time::sleep;

use super::{Claimed, Door, Worker};
use crate::mailer::{self, Turn};

impl Worker {
    /// Sends one claimed delivery and says whether the server was there; nothing when that is not known.
    pub async fn deliver(&self, Claimed { whole, hold: _hold }: Claimed, turn: &Turn) -> Option<bool> {
        let id = whole.delivery.id;
        let report = self.attempt(&whole, turn).await;
        let outcome = report.outcome.word();
        if matches!(report.outcome, Outcome::Written(_)) {
            tracing::debug!(delivery = %id, outcome, "a mail was written as a file");
        } else {
            tracing::info!(delivery = %id, outcome, "a mail was tried");
        }
        self.settle(id, &report).await;
        report.outcome.was_up()
    }

    async fn attempt(&self, whole: &Whole, turn: &Turn) -> Report {
        let id = whole.delivery.id;
        let post = match &*self.door {
            Door::Mail(post) => post,
            Door::Groups(messenger) => return messenger.send(id, self.ledger.body_starts(id)).await,
        };
        match self.letter(whole).await {
            Ok(letter) => match settings::is_demo(self.state.db.reader()).await {
                Ok(demo) => post.way(demo).send(&letter, turn, self.ledger.body_starts(id)).await,
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
}
