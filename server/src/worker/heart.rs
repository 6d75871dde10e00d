//! A worker's sign of life: a row that is renewed every few seconds beside the work, so that the page of the mail can say
//! who sends, and that nobody does.

use std::time::Duration;

use app::{
    db::Actor,
    error::Result,
    outbox::{WorkerKind, entity::worker, store},
    state::AppState,
};
use tokio::{task::JoinSet, time::sleep};

/// How often it beats.
const EVERY: Duration = Duration::from_secs(10);

pub struct Heart {
    state: AppState,
    row: worker::Model,
    beating: JoinSet<()>,
}

impl Heart {
    /// Beats at once and then until it is stopped or dropped.
    pub fn start(state: AppState, owner: &str, kind: WorkerKind) -> Self {
        let now = state.clock.now();
        let row = worker::Model {
            id: owner.to_owned(),
            kind,
            host: host(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: now,
            beat_at: now,
        };
        let mut beating = JoinSet::new();
        beating.spawn(beats(state.clone(), row.clone()));
        Self { state, row, beating }
    }

    /// Stops, and takes the row away.
    pub async fn stop(mut self) {
        self.beating.shutdown().await;
        let gone = async {
            let tx = self.state.db.begin(Actor::program(), self.state.clock.now()).await?;
            store::stopped(&tx, &self.row.id).await?;
            tx.commit_unseen().await
        };
        if let Err(error) = gone.await {
            tracing::warn!(?error, "that a worker stopped cannot be written down; it counts as killed");
        }
    }
}

async fn beats(state: AppState, row: worker::Model) {
    loop {
        if let Err(error) = beat(&state, &row).await {
            tracing::warn!(?error, "a worker's sign of life cannot be written down now");
        }
        sleep(EVERY).await;
    }
}

async fn beat(state: &AppState, row: &worker::Model) -> Result<()> {
    let tx = state.db.begin(Actor::program(), state.clock.now()).await?;
    store::beat(&tx, row).await?;
    tx.commit_unseen().await
}

/// The machine's name; empty where it does not say.
fn host() -> String {
    let name =
        std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::fs::read_to_string("/etc/hostname"));
    name.unwrap_or_default().trim().chars().take(100).collect()
}
