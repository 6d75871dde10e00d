//! The probe that ends a pause: every few minutes one worker sees whether the cause is gone, and lets the queue go on, or
//! says what is in the way now.

use app::{
    error::Result,
    ids::DeliveryId,
    outbox::{Outcome, PauseReason, store},
    settings,
};

use super::{Door, Worker};
use crate::mailer::{self, Post};

impl Worker {
    /// Probes if that is due; what it takes is up to the mail server.
    pub(super) async fn probe_if_due(&self) {
        let Door::Mail(post) = &*self.door else { return };
        if let Err(error) = self.probe(post).await {
            tracing::warn!(?error, "whether the mail queue may go on cannot be seen now");
        }
    }

    /// Whether mail is on hold for a cause that may be gone by now.
    pub(super) async fn is_probe_due(&self) -> bool {
        let Ok(Some(pause)) = store::pause(self.state.db.reader()).await else { return false };
        self.takes_mail() && pause.reason != PauseReason::ByHand && pause.probe_at <= self.state.clock.now()
    }

    async fn probe(&self, post: &Post) -> Result<()> {
        if !self.is_probe_due().await {
            return Ok(());
        }
        let tx = self.tx().await?;
        let mine = store::may_probe(&tx, &self.schedule).await?;
        tx.commit_unseen().await?;
        if !mine {
            return Ok(());
        }
        let demo = settings::is_demo(self.state.db.reader()).await?;
        let options = &self.state.options;
        // As mails leave, with a return path that names no delivery.
        let probing = async {
            let sender = mailer::envelope_sender(options, DeliveryId::new())?;
            post.way(demo).probe(&sender).await
        };
        let probed = tokio::select! {
            () = self.stop.cancelled() => return Ok(()),
            probed = probing => probed,
        };
        let tx = self.tx().await?;
        let resumed = match probed {
            Ok(()) => {
                let resumed = store::resume_after_probe(&tx).await?;
                store::change_sender(&tx, &options.mail_from).await?;
                resumed
            }
            Err(outcome) => {
                tracing::warn!(outcome = outcome.word(), "the mail queue stays paused");
                match outcome {
                    Outcome::Paused(reason, words) => store::still_paused(&tx, Some(reason), &words).await?,
                    Outcome::Deferred { reply, .. } => store::still_paused(&tx, None, &reply.words).await?,
                    _ => {}
                }
                false
            }
        };
        tx.commit().await?;
        if resumed {
            tracing::info!("the mail queue goes on");
        }
        Ok(())
    }
}
