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
/// Of a hold that ends and begins again the groups are told no more often than this.
const APART: i64 = Instant::HOUR;

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
        PauseReason::Sender => "groups.alarm.sender",
        PauseReason::ByHand => return Ok(false),
    };
    let title = L.tn(key, &[("since", &pause.since.show())]);
    raise(state, groups, PAUSED, APART, (pause.since, "/outbox", title)).await
}

/// Tells of the mails that failed since the last such alarm.
async fn failed(state: &AppState, groups: &[Model]) -> Result<bool> {
    let conn = state.db.reader();
    let last = store::raised(conn, FAILED).await?;
    let about = last.map_or(0, |(about, _)| about.parse().unwrap_or_default());
    let (count, newest) = store::failures_since(conn, Instant(about)).await?;
    let Some(newest) = newest else { return Ok(false) };
    let title = L.tn("groups.alarm.failed", &[("n", &count.to_string())]);
    raise(state, groups, FAILED, TOGETHER, (newest, "/outbox?state=failed", title)).await
}

/// Tells of something newer than what was told before, and no sooner than `gap` after that.
async fn raise(
    state: &AppState,
    groups: &[Model],
    kind: &str,
    gap: i64,
    (about, path, title): (Instant, &str, String),
) -> Result<bool> {
    let now = state.clock.now();
    let told = store::raised(state.db.reader(), kind).await?;
    if told.is_some_and(|(told, at)| told >= about.0.to_string() || now < at.plus(gap)) {
        return Ok(false);
    }
    let tx: Tx = state.db.begin(Actor::program(), now).await?;
    if !store::raise(&tx, kind, &about.0.to_string(), gap).await? {
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
