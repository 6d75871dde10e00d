//! Works on imports one after the other, beside the requests. What breaks off is taken up again, by this process
//! or another; an import in hand is finished before a stop.

use std::time::Duration;

use app::{members::import, state::AppState};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often it looks by itself; uploads of this process wake it at once.
const LOOK: Duration = Duration::from_secs(2);

pub async fn run(state: AppState, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let one = state.clone();
        // A task of its own: a sheet that brings the check to a panic must not end the importer.
        match tokio::spawn(async move { import::work(&one).await }).await {
            Ok(Ok(true)) => continue,
            Ok(Ok(false)) => {}
            Ok(Err(error)) => tracing::warn!(?error, "imports cannot be worked on; tried again"),
            Err(error) => tracing::error!(%error, "an import broke down"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = state.imports.work() => {}
            () = sleep(LOOK) => {}
        }
    }
}
