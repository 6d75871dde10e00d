//! Running the portal until SIGTERM or Ctrl-C; running requests, an import and the mails in hand are finished first, and
//! the database is closed last.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::say;
use crate::{
    config::{Sentence, Settings, wrong},
    housekeeper, importer, printer, router, start, ticker,
};

pub async fn run(settings: &Settings) -> Result<(), Sentence> {
    let db = start::database(settings).await?;
    let state = start::state(settings, db.clone()).await?;
    let listener = TcpListener::bind(settings.addr)
        .await
        .map_err(|e| wrong("HUNITONG_ADDR", format!("is {}, which cannot be used ({e})", settings.addr)))?;
    let address = listener.local_addr().map_err(|e| wrong("HUNITONG_ADDR", format!("cannot be used ({e})")))?;
    tracing::info!(%address, "listening");
    say(&format!("沪泥通 is at {}", state.options.public_url));
    let stop = CancellationToken::new();
    let ticker = tokio::spawn(ticker::run(state.clone(), stop.clone()));
    let housekeeper = tokio::spawn(housekeeper::run(state.clone(), stop.clone()));
    let importer = tokio::spawn(importer::run(state.clone(), stop.clone()));
    let printer = tokio::spawn(printer::run(state.clone(), stop.clone()));
    let worker = start::worker(settings, &state)?;
    let mail = tokio::spawn(worker.run(stop.clone()));
    let to_groups = tokio::spawn(start::group_worker(settings, &state)?.run(stop.clone()));
    let service = router::router(state).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(asked_to_stop(stop.clone()));
    let served = tokio::select! {
        served = serving => served,
        () = too_long(stop) => {
            tracing::warn!("requests that do not end were broken off");
            Ok(())
        }
    };
    ticker.await.map_err(|e| format!("the ticker broke off: {e}"))?;
    housekeeper.await.map_err(|e| format!("the housekeeper broke off: {e}"))?;
    printer.await.map_err(|e| format!("the printer broke off: {e}"))?;
    let (imported, mailed, told) = tokio::join!(
        tokio::time::timeout(LONGEST_IMPORT, importer),
        tokio::time::timeout(LONGEST_MAIL, mail),
        tokio::time::timeout(LONGEST_MAIL, to_groups)
    );
    if imported.is_err() {
        tracing::warn!("an import in hand was not finished; it is taken up again at the next start");
    }
    if mailed.is_err() || told.is_err() {
        tracing::warn!("a mail or message in hand was not finished; it will be sent again");
    }
    db.close().await;
    served.map_err(|e| format!("serving failed: {e}"))
}

/// How long a stop waits for running requests; systemd waits 90 seconds for everything.
const LONGEST_REQUEST: Duration = Duration::from_secs(25);
/// How long it then waits for the mails in hand.
const LONGEST_MAIL: Duration = Duration::from_secs(60);
/// How long it waits for an import in hand.
const LONGEST_IMPORT: Duration = Duration::from_secs(15);

async fn asked_to_stop(stop: CancellationToken) {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping: running requests and mails are finished first");
    stop.cancel();
}

async fn too_long(stop: CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(LONGEST_REQUEST).await;
}
