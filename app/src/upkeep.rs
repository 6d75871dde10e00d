//! What is tidied from time to time beside the requests: imports that nobody looked after are put aside, and files that
//! nothing needs any more are removed.

use crate::{
    db::Actor,
    error::Result,
    files::{self, Purged},
    members::import,
    outbox, sentinels,
    state::AppState,
};

/// One round; says which files went.
pub async fn round(state: &AppState) -> Result<Purged> {
    let tx = state.db.begin(Actor::program(), state.clock.now()).await?;
    import::store::drop_old(&tx).await?;
    tx.commit().await?;
    let mut kept = outbox::store::attached(state.db.reader()).await?;
    kept.extend(sentinels::store::papers(state.db.reader()).await?);
    files::purge(state, &kept).await
}
