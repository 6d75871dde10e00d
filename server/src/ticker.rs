//! What happens at a time and not on a request: notices that wait for their hour are published, and trouble with the
//! mail is told to the secretariat's groups. Runs beside the server in every replica; an act in hand is finished before
//! it stops.

use std::time::Duration;

use app::{groups, notices, state::AppState};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How late a notice may be.
const EVERY: Duration = Duration::from_secs(5);

pub async fn run(state: AppState, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match notices::publish_due(&state).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "notices were published at their time"),
            Err(error) => tracing::warn!(?error, "notices that are due could not be published; tried again"),
        }
        match groups::watch(&state).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "alarms were raised"),
            Err(error) => tracing::warn!(?error, "alarms could not be raised; tried again"),
        }
    }
}
