//! Running the portal until SIGTERM or Ctrl-C; running requests are finished first.

use std::net::SocketAddr;

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::say;
use crate::{
    config::{Sentence, Settings},
    router, start, ticker,
};

pub async fn run(settings: &Settings) -> Result<(), Sentence> {
    let db = start::database(settings).await?;
    let state = start::state(settings, db).await?;
    let listener = TcpListener::bind(settings.addr)
        .await
        .map_err(|e| format!("HUNITONG_ADDR {} cannot be used ({e}); choose a free port", settings.addr))?;
    say(&format!("沪泥通 is at {}", state.options.public_url));
    let service = router::router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stop = CancellationToken::new();
    let ticker = tokio::spawn(ticker::run(state, stop.clone()));
    let served = axum::serve(listener, service).with_graceful_shutdown(asked_to_stop()).await;
    stop.cancel();
    ticker.await.map_err(|e| format!("the ticker broke off: {e}"))?;
    served.map_err(|e| format!("serving failed: {e}"))
}

async fn asked_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping: running requests are finished first");
}
