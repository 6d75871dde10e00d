//! Working on prints: claim one, make its sheets, bind what passed. Killed at any instant, the work is taken up again
//! after the hold has run out, and begins anew; only the end records anything.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::future::try_join_all;
use tokio::time::sleep;

use super::{
    model::{Left, TOO_MUCH},
    sheet::{self, AT_ONCE, Around},
    store::{self, Print},
};
use crate::{
    accounts::token,
    db::{Actor, Tx},
    documents::code_sheet::{SheetFault, SheetPage},
    error::{AppError, Result},
    files::{self, FileKind},
    place_codes::codes::store::{Code, Row},
    state::AppState,
    text::{Kept, Locale, Message},
};

/// How often a sign of life is given.
const RENEW: Duration = Duration::from_secs(2);
/// After this many beginnings a print is given up.
const MOST_ATTEMPTS: i32 = 4;
/// Bytes of sheets that are held until they are bound; what comes after is left out and printed plant by plant.
const MOST_BYTES: usize = 192 * 1024 * 1024;

/// Works on the oldest print that waits; false when none does.
///
/// # Errors
/// The database or the files are away; the print will be taken up again.
pub async fn work(state: &AppState) -> Result<bool> {
    let Some(id) = store::due(state.db.reader(), state.clock.now()).await? else { return Ok(false) };
    let owner = format!("{}-{}", std::process::id(), token::random_text(9));
    let tx = program(state).await?;
    let claimed = store::claim(&tx, &owner, id).await?;
    tx.commit_unseen().await?;
    let Some(print) = claimed else { return Ok(true) };
    if print.attempts > MOST_ATTEMPTS {
        let tx = program(state).await?;
        store::finish(&tx, &owner, id, None, None).await?;
        tx.commit().await?;
        return Ok(true);
    }
    let done = Arc::new(AtomicUsize::new(0));
    let outcome = tokio::select! {
        outcome = make(state, &owner, &print, &done) => outcome,
        () = stay_alive(state, &owner, &print, &done) => {
            tracing::warn!(print = %id, "the hold on a print was lost");
            return Ok(true);
        }
    };
    if let Err(error) = outcome {
        tracing::warn!(?error, print = %id, "a print broke off; it is tried again");
        let tx = program(state).await?;
        store::release(&tx, &owner, id).await?;
        tx.commit_unseen().await?;
    }
    Ok(true)
}

async fn program(state: &AppState) -> Result<Tx> {
    state.db.begin(Actor::program(), state.clock.now()).await
}

/// A sheet that passed, or why it did not.
type Made = std::result::Result<SheetPage, Left>;

async fn make(state: &AppState, owner: &str, print: &Print, done: &AtomicUsize) -> Result<()> {
    let conn = state.db.reader();
    let rows = store::rows(conn, &print.codes()?).await?;
    let around = Around::of(conn, &rows).await?;
    let mut made: Vec<Made> = Vec::new();
    let mut bytes = 0;
    for some in rows.chunks(AT_ONCE) {
        if bytes > MOST_BYTES {
            for row in some {
                let code = row.code.as_ref().ok_or(AppError::NotFound)?;
                made.push(Err(left(row, code, &[Message::of(TOO_MUCH)])?));
                done.fetch_add(1, Relaxed);
            }
            continue;
        }
        let in_hand: Vec<_> = some.iter().map(|row| one(state, &around, row, print, done)).collect();
        let some = try_join_all(in_hand).await?;
        bytes += some.iter().flatten().map(|page| page.pdf.len()).sum::<usize>();
        made.extend(some);
    }
    let (pages, left): (Vec<Made>, Vec<Made>) = made.into_iter().partition(std::result::Result::is_ok);
    let pages: Vec<SheetPage> = pages.into_iter().filter_map(std::result::Result::ok).collect();
    let left: Vec<Left> = left.into_iter().filter_map(std::result::Result::err).collect();
    let kept = if pages.is_empty() {
        None
    } else {
        let documents = Arc::clone(&state.documents);
        let bound = tokio::task::spawn_blocking(move || documents.bind_sheets(pages)).await;
        let bound = bound.map_err(AppError::internal)?.map_err(AppError::internal)?;
        let member = rows.first().map(|row| row.member.name.as_str()).unwrap_or_default();
        // The sheets are in Chinese, and so is the name of their file.
        let name = format!("{}-{member}.pdf", Locale::Zh.t("place_codes.title"));
        Some(files::keep_made(&state.files, &name, FileKind::Pdf, bound.bytes.into()).await?)
    };
    let tx = program(state).await?;
    let file = match &kept {
        Some(kept) => Some(files::add(&tx, kept).await?),
        None => None,
    };
    if store::finish(&tx, owner, print.id, file, Some(&left)).await? {
        tx.commit().await?;
        tracing::info!(print = %print.id, sheets = print.total, left_out = left.len(), "sheets were made");
    }
    Ok(())
}

async fn one(state: &AppState, around: &Around, row: &Row, print: &Print, done: &AtomicUsize) -> Result<Made> {
    let code = row.code.as_ref().ok_or(AppError::NotFound)?;
    let sheet = around.sheet(state, row, code, print.wish()).await?;
    let made = sheet::make(state, sheet).await?;
    done.fetch_add(1, Relaxed);
    match made {
        Ok(page) => Ok(Ok(page)),
        Err(faults) => {
            let why: Vec<Message> = faults.iter().map(SheetFault::message).collect();
            Ok(Err(left(row, code, &why)?))
        }
    }
}

fn left(row: &Row, code: &Code, why: &[Message]) -> Result<Left> {
    Ok(Left {
        number: code.number.clone(),
        place: format!("{} · {}", row.plant.name, row.entrance.name),
        reasons: why.iter().map(kept).collect::<Result<_>>()?,
    })
}

fn kept(why: &Message) -> Result<Kept> {
    let text = serde_json::to_string(why).map_err(AppError::internal)?;
    serde_json::from_str(&text).map_err(AppError::internal)
}

/// Gives signs of life until the hold is lost.
async fn stay_alive(state: &AppState, owner: &str, print: &Print, done: &AtomicUsize) {
    loop {
        sleep(RENEW).await;
        let renewed = async {
            let tx = program(state).await?;
            let held = store::renew(&tx, owner, print.id, done.load(Relaxed)).await?;
            tx.commit_unseen().await?;
            Ok::<bool, AppError>(held)
        };
        // A database that is busy for a moment is no reason to break off.
        if !renewed.await.unwrap_or(true) {
            return;
        }
    }
}
