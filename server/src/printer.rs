//! Makes the sheets that people asked for, one print after the other, beside the requests. What breaks off is taken up
//! again, by this process or another.

use std::time::Duration;

use app::{place_codes::printing, state::AppState};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often it looks by itself; what is asked for in this process wakes it at once.
const LOOK: Duration = Duration::from_secs(2);

pub async fn run(state: AppState, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let one = state.clone();
        // A task of its own: a sheet that brings the work to a panic must not end the printer.
        let work = tokio::spawn(async move { printing::work(&one).await });
        let done = tokio::select! {
            done = work => done,
            // The sheets begin anew at the next start.
            () = stop.cancelled() => return,
        };
        match done {
            Ok(Ok(true)) => continue,
            Ok(Ok(false)) => {}
            Ok(Err(error)) => tracing::warn!(?error, "prints cannot be worked on; tried again"),
            Err(error) => tracing::error!(%error, "a print broke down"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = state.prints.notified() => {}
            () = sleep(LOOK) => {}
        }
    }
}
