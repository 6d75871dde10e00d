//! What is tidied from time to time beside the requests: imports, images, photos and prints that nobody looked after
//! go, workers that were killed are forgotten, members are reminded of postings to replace, mails whose reading was
//! broken off are read, texts of mails that were kept long enough and files that nothing needs any more are removed.

use crate::{
    conversations,
    db::Actor,
    error::Result,
    files::{self, Purged},
    members::import,
    outbox, place_codes,
    retention::{self, Removed},
    sentinels,
    state::AppState,
};

/// Contents that are asked about together.
const AT_ONCE: usize = 200;

/// One round; says which files went.
pub async fn round(state: &AppState) -> Result<Purged> {
    let tx = state.db.begin(Actor::program(), state.clock.now()).await?;
    import::store::drop_old(&tx).await?;
    outbox::store::forget_silent(&tx).await?;
    place_codes::codes::store::drop_old(&tx).await?;
    place_codes::printing::store::drop_old(&tx).await?;
    place_codes::postings::store::drop_old(&tx).await?;
    tx.commit().await?;
    place_codes::postings::remind(state).await?;
    conversations::read_left_behind(state).await?;
    let removed = retention::round(state).await?;
    if removed != Removed::default() {
        tracing::info!(?removed, "texts of mails that were kept long enough were removed");
    }
    let mut contents = Vec::new();
    for hashes in files::forgotten(state).await?.chunks(AT_ONCE) {
        let mut named = outbox::store::attached(state.db.reader(), hashes).await?;
        named.extend(sentinels::store::papers(state.db.reader(), hashes).await?);
        named.extend(conversations::store::raws(state.db.reader(), hashes).await?);
        contents.extend(hashes.iter().filter(|hash| !named.contains(hash)).cloned());
    }
    files::purge(state, &contents).await
}
