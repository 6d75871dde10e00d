//! What failed for good and waits for staff, and whether the queue is paused.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select, sea_query::Expr,
};

use crate::{
    error::Result,
    outbox::entity::{delivery, pause},
};

/// Deliveries that failed for good and that nobody has dealt with. The states stand in the text, because with
/// bound values the databases do not see that their index of the failed serves.
pub(super) fn unhandled() -> Select<delivery::Entity> {
    delivery::Entity::find()
        .filter(Expr::cust("deliveries.state IN ('refused', 'given_up', 'uncertain', 'suppressed')"))
        .filter(delivery::Column::SettledAt.is_not_null())
        .filter(delivery::Column::HandledAt.is_null())
}

/// How many those are; counting stops at `most`.
pub async fn count_unhandled(conn: &impl ConnectionTrait, most: u64) -> Result<u64> {
    Ok(unhandled().select_only().column(delivery::Column::Id).limit(most).count(conn).await?)
}

pub async fn pause(conn: &impl ConnectionTrait) -> Result<Option<pause::Model>> {
    Ok(pause::Entity::find_by_id(1).one(conn).await?)
}
