//! Putting news into the outbox for groups: one message for each channel, because each has bounds of its own, and one
//! delivery for each group.

use crate::{
    db::Tx,
    error::Result,
    groups::{News, channel, entity::Model},
    ids::TextEnum,
    outbox::{Channel, store},
};

/// Tells these groups, after the transaction is committed; says how many those are.
pub async fn tell(tx: &Tx, groups: &[Model], news: &News) -> Result<usize> {
    let mut told = 0;
    for word in Channel::ALL {
        let to: Vec<_> = groups.iter().filter(|group| group.channel == *word).collect();
        let Some(service) = channel::service(*word).filter(|_| !to.is_empty()) else { continue };
        let names: Vec<_> = to.iter().map(|group| (group.id, group.name.clone())).collect();
        store::enqueue_to_groups(tx, *word, news.about.clone(), &news.title, service.write(news), &names).await?;
        told += names.len();
    }
    Ok(told)
}
