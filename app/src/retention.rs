//! How long the texts of mails are kept, what came in like what went out, and the round that removes older ones. What
//! proves that a mail left and what became of it is never removed.

use serde::{Deserialize, Serialize};

use crate::{
    audit, conversations,
    db::{Actor, Tx},
    error::Result,
    outbox, settings,
    state::AppState,
    time::Instant,
};

/// The fewest and the most days that can be set.
pub const LEAST_DAYS: i64 = 30;
pub const MOST_DAYS: i64 = 3_650;

/// Mails whose texts are removed in one transaction.
const AT_ONCE: u64 = 500;
/// Most transactions of a round; the next one goes on.
const MOST_TRANSACTIONS: u32 = 200;

/// What is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    pub bodies_days: i64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { bodies_days: 365 }
    }
}

impl settings::Group for Retention {
    const NAME: &'static str = "retention";
}

/// What went in a round: how many mails out and in lost their texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub sent: u64,
    pub received: u64,
}

/// One round; the audit keeps what went, if anything did.
pub async fn round(state: &AppState) -> Result<Removed> {
    let set: Retention = settings::load(state.db.reader()).await?.value;
    let days = set.bodies_days.clamp(LEAST_DAYS, MOST_DAYS);
    let before = state.clock.now().plus(-days * Instant::DAY);
    let mut removed = Removed::default();
    for _ in 0..MOST_TRANSACTIONS {
        let tx = begin(state).await?;
        let sent = outbox::store::remove_texts(&tx, before, AT_ONCE).await?;
        let received = conversations::store::remove_texts(&tx, before, AT_ONCE).await?;
        tx.commit_unseen().await?;
        removed = Removed { sent: removed.sent + sent, received: removed.received + received };
        if sent < AT_ONCE && received < AT_ONCE {
            break;
        }
    }
    if removed != Removed::default() {
        let tx = begin(state).await?;
        let Removed { sent, received } = removed;
        let after = serde_json::json!({ "sent": sent, "received": received, "bodies_days": days });
        audit::record(&tx, audit::Entry::new("mail.texts_removed", "mail").after(&after)).await?;
        tx.commit().await?;
    }
    Ok(removed)
}

async fn begin(state: &AppState) -> Result<Tx> {
    state.db.begin(Actor::program(), state.clock.now()).await
}
