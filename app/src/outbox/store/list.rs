//! The list of deliveries, newest first, by key; and the figures above it.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{
    causes::{self, Cause},
    failures,
    look::{Found, with_heads},
};
use crate::{
    error::Result,
    ids::DeliveryId,
    outbox::{
        DeliveryState,
        entity::delivery::{self, Column},
    },
    paging::{self, Paged, newest_first},
    time::Instant,
};

/// Which deliveries a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    All,
    /// Those that are still to leave.
    Waiting,
    /// Those that failed and that nobody has dealt with.
    Failed,
    /// Those of them that have one cause.
    FailedAs(Cause),
    In(DeliveryState),
}

/// How many rows a page has.
const PAGE: usize = 50;
/// Where counting stops.
const COUNTED: u64 = 1_001;

fn selected(filter: &Filter) -> Select<delivery::Entity> {
    match filter {
        Filter::All => delivery::Entity::find(),
        Filter::Waiting => delivery::Entity::find().filter(Column::SettledAt.is_null()),
        Filter::Failed => failures::unhandled(),
        Filter::FailedAs(cause) => causes::failed_as(cause),
        Filter::In(state) => delivery::Entity::find().filter(Column::State.eq(*state)),
    }
}

/// Where a page of the list begins.
pub type From = paging::From<DeliveryId>;

/// One page of the list, newest first, and where the pages beside it begin.
pub struct Listed {
    pub found: Vec<Found>,
    pub newer: Option<DeliveryId>,
    pub older: Option<DeliveryId>,
}

pub async fn list(conn: &impl ConnectionTrait, filter: &Filter, from: From) -> Result<Listed> {
    let all = selected(filter);
    let page = newest_first(all, Column::Id, from, PAGE);
    let Paged { rows, before, after } = from.page(with_heads(page).all(conn).await?, PAGE, |found| found.delivery.id);
    Ok(Listed { found: rows, newer: before, older: after })
}

/// All of the list, newest first, at most `most`.
pub async fn everything(conn: &impl ConnectionTrait, filter: &Filter, most: u64) -> Result<Vec<Found>> {
    Ok(with_heads(selected(filter).order_by_desc(Column::Id).limit(most)).all(conn).await?)
}

pub async fn count(conn: &impl ConnectionTrait, filter: &Filter) -> Result<u64> {
    Ok(selected(filter).select_only().column(Column::Id).limit(COUNTED).count(conn).await?)
}

/// Since when the oldest of those that are still to leave waits.
pub async fn oldest_waiting(conn: &impl ConnectionTrait) -> Result<Option<Instant>> {
    let oldest = selected(&Filter::Waiting).order_by_asc(Column::Id).one(conn).await?;
    Ok(oldest.map(|delivery| delivery.created_at))
}

/// The delivery that was sent in this one's stead.
pub async fn superseded_by(conn: &impl ConnectionTrait, id: DeliveryId) -> Result<Option<DeliveryId>> {
    let newer = delivery::Entity::find().filter(Column::Supersedes.eq(id)).order_by_desc(Column::Id).one(conn).await?;
    Ok(newer.map(|delivery| delivery.id))
}
