//! What failed for good and waits for staff, and whether the queue is paused.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};

use crate::{
    error::Result,
    outbox::{
        DeliveryState,
        entity::{delivery, pause},
    },
};

/// Deliveries that failed for good and that nobody has dealt with.
pub(super) fn unhandled() -> Select<delivery::Entity> {
    let failed = [DeliveryState::Refused, DeliveryState::GivenUp, DeliveryState::Uncertain];
    delivery::Entity::find()
        .filter(delivery::Column::State.is_in(failed))
        .filter(delivery::Column::SettledAt.is_not_null())
        .filter(delivery::Column::HandledAt.is_null())
}

/// How many those are; counting stops at `most`.
pub async fn count_unhandled(conn: &impl ConnectionTrait, most: u64) -> Result<u64> {
    Ok(unhandled().limit(most).count(conn).await?)
}

pub async fn pause(conn: &impl ConnectionTrait) -> Result<Option<pause::Model>> {
    Ok(pause::Entity::find_by_id(1).one(conn).await?)
}
