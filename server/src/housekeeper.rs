//! Tidies from time to time, beside the requests and in every replica; a round in hand is finished before a stop.

use std::time::Duration;

use app::{state::AppState, upkeep};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// The pause before each round, the first one too.
const EVERY: Duration = Duration::from_secs(60 * 60);

pub async fn run(state: AppState, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(EVERY) => {}
        }
        match upkeep::round(&state).await {
            Ok(purged) if purged == Default::default() => {}
            Ok(purged) => tracing::info!(?purged, "files that nothing needs were removed"),
            Err(error) => tracing::warn!(?error, "files that nothing needs could not be removed; tried again"),
        }
    }
}
