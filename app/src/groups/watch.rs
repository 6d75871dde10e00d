//! The secretariat's alarms: mail that was put on hold because of a fault, and mail that did not arrive. Looked for from
//! time to time beside the requests, so that an alarm is no part of what failed. Groups get no word of a server or a
//! recipient, only what happened and the page that says more.

use super::{Model, News, NewsKind, store};
use crate::{
    db::{Actor, Tx},
    error::Result,
    outbox::{self, PauseReason, Subject},
    state::AppState,
    text::Locale,
    time::Instant,
};

const L: Locale = Locale::Zh;
/// Mails that fail within this time are told of together.
const TOGETHER: i64 = 10 * Instant::MINUTE;

const PAUSED: &str = "mail_paused";
const FAILED: &str = "mail_failed";

/// One look; says how many alarms were raised.
pub async fn watch(state: &AppState) -> Result<usize> {
    let groups: Vec<Model> = store::active(state.db.reader())
        .await?
        .into_iter()
        .filter(|group| group.wanted().has(NewsKind::Alarms))
        .collect();
    if groups.is_empty() {
        return Ok(0);
    }
    let raised = [paused(state, &groups).await?, failed(state, &groups).await?];
    Ok(raised.into_iter().filter(|raised| *raised).count())
}

/// Tells of each hold once; of one by hand the secretariat knows.
async fn paused(state: &AppState, groups: &[Model]) -> Result<bool> {
    let Some(pause) = outbox::store::pause(state.db.reader()).await? else { return Ok(false) };
    let key = match pause.reason {
        PauseReason::SigningIn => "groups.alarm.signing_in",
        PauseReason::Encryption => "groups.alarm.encryption",
        PauseReason::ByHand => return Ok(false),
    };
    let title = L.tn(key, &[("since", &pause.since.show())]);
    raise(state, groups, PAUSED, pause.since, "/outbox", title).await
}

/// Tells of the mails that failed since the last such alarm.
async fn failed(state: &AppState, groups: &[Model]) -> Result<bool> {
    let conn = state.db.reader();
    let last = store::raised(conn, FAILED).await?;
    let (about, at) = last.map_or((0, Instant(0)), |(about, at)| (about.parse().unwrap_or_default(), at));
    if state.clock.now() < at.plus(TOGETHER) {
        return Ok(false);
    }
    let (count, newest) = store::failures_since(conn, Instant(about)).await?;
    let Some(newest) = newest else { return Ok(false) };
    let title = L.tn("groups.alarm.failed", &[("n", &count.to_string())]);
    raise(state, groups, FAILED, newest, "/outbox?state=failed", title).await
}

async fn raise(
    state: &AppState,
    groups: &[Model],
    kind: &str,
    about: Instant,
    path: &str,
    title: String,
) -> Result<bool> {
    let told = store::raised(state.db.reader(), kind).await?;
    if told.is_some_and(|(told, _)| told == about.0.to_string()) {
        return Ok(false);
    }
    let tx: Tx = state.db.begin(Actor::program(), state.clock.now()).await?;
    if !store::raise(&tx, kind, &about.0.to_string()).await? {
        return Ok(false);
    }
    let news = News {
        about: Subject { kind: Subject::ALARM, id: uuid::Uuid::now_v7() },
        title,
        lines: Vec::new(),
        asked: None,
        summary: L.t("groups.alarm.see"),
        link: state.options.url(path),
        link_words: L.t("groups.news.open"),
    };
    store::tell(&tx, groups, &news).await?;
    tx.commit().await?;
    Ok(true)
}
