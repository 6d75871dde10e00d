//! The list of deliveries, newest first, by key; and the figures above it.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{failures, look::Found};
use crate::{
    error::Result,
    ids::DeliveryId,
    outbox::{
        DeliveryState,
        entity::{
            delivery::{self, Column},
            message,
        },
    },
    time::Instant,
};

/// Which deliveries a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    All,
    /// Those that are still to leave.
    Waiting,
    /// Those that failed and that nobody has dealt with.
    Failed,
    In(DeliveryState),
}

/// How many rows a page has.
pub const PAGE: u64 = 50;
/// Where counting stops.
const COUNTED: u64 = 1_001;

fn selected(filter: Filter) -> Select<delivery::Entity> {
    match filter {
        Filter::All => delivery::Entity::find(),
        Filter::Waiting => delivery::Entity::find().filter(Column::SettledAt.is_null()),
        Filter::Failed => failures::unhandled(),
        Filter::In(state) => delivery::Entity::find().filter(Column::State.eq(state)),
    }
}

/// The first `most` of a list, and whether there are others after them.
pub async fn list(
    conn: &impl ConnectionTrait,
    filter: Filter,
    after: Option<DeliveryId>,
    most: u64,
) -> Result<(Vec<Found>, bool)> {
    let mut query = selected(filter).find_also_related(message::Entity).order_by_desc(Column::Id).limit(most + 1);
    if let Some(after) = after {
        query = query.filter(Column::Id.lt(after));
    }
    let rows = query.all(conn).await?;
    let more = rows.len() > usize::try_from(most).unwrap_or(usize::MAX);
    let found = rows
        .into_iter()
        .filter_map(|(delivery, message)| Some(Found { delivery, message: message? }))
        .take(usize::try_from(most).unwrap_or(usize::MAX))
        .collect();
    Ok((found, more))
}

pub async fn count(conn: &impl ConnectionTrait, filter: Filter) -> Result<u64> {
    Ok(selected(filter).select_only().column(Column::Id).limit(COUNTED).count(conn).await?)
}

/// Since when the oldest of those that are still to leave waits.
pub async fn oldest_waiting(conn: &impl ConnectionTrait) -> Result<Option<Instant>> {
    let oldest = selected(Filter::Waiting).order_by_asc(Column::Id).one(conn).await?;
    Ok(oldest.map(|delivery| delivery.created_at))
}

/// The delivery that was sent in this one's stead.
pub async fn superseded_by(conn: &impl ConnectionTrait, id: DeliveryId) -> Result<Option<DeliveryId>> {
    let newer = delivery::Entity::find().filter(Column::Supersedes.eq(id)).order_by_desc(Column::Id).one(conn).await?;
    Ok(newer.map(|delivery| delivery.id))
}
