//! A delivery that a mail server took over and then gave up, as it reported later. What the report says stands beside
//! what was known before, and takes none of it away.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, Func},
};

use super::{secret, suppressed};
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::DeliveryId,
    outbox::{
        DeliveryState, Reply,
        entity::delivery::{self, Column},
        refusal,
    },
};

/// What the report says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BouncedAs {
    pub code: Option<u16>,
    /// The code of RFC 3463.
    pub status: Option<String>,
    pub words: String,
    pub server: Option<String>,
}

/// The states in which a report can be true.
const MAY_BOUNCE: [DeliveryState; 3] = [DeliveryState::Sending, DeliveryState::Accepted, DeliveryState::Uncertain];

impl delivery::Model {
    /// Whether a report that it was given up would change anything.
    pub fn may_bounce(&self) -> bool {
        self.bounced_at.is_none() && MAY_BOUNCE.contains(&self.state)
    }
}

/// Notes that a delivery came back, and that its address was refused if the report says so; `false` when it was not known
/// to have left, or came back before. A report that is faster than the worker's own note waits for it, and counts when
/// the delivery is settled.
pub async fn bounce(tx: &Tx, id: DeliveryId, said: BouncedAs) -> Result<bool> {
    let reply = Reply { code: said.code, enhanced: said.status, words: said.words };
    let noted = delivery::Entity::update_many()
        .col_expr(Column::BouncedAt, Expr::value(tx.now))
        .col_expr(Column::BounceCode, Expr::value(reply.code.map(i32::from)))
        .col_expr(Column::BounceEnhanced, Expr::value(reply.enhanced.clone()))
        .col_expr(Column::BounceWords, Expr::value(reply.words.as_str()))
        .col_expr(Column::BounceServer, Expr::value(said.server))
        .filter(Column::Id.eq(id))
        .filter(Column::BouncedAt.is_null())
        .filter(Column::State.is_in(MAY_BOUNCE))
        .exec(&**tx)
        .await?;
    if noted.rows_affected == 0 {
        return Ok(false);
    }
    let known = delivery::Entity::find_by_id(id).one(&**tx).await?.ok_or(AppError::NotFound)?;
    refuse(tx, &known).await?;
    if refusal::is_of_the_address(&reply) {
        suppressed::suppress(tx, &known, &reply, known.bounce_server.as_deref().or(known.server.as_deref())).await?;
    }
    Ok(true)
}

/// Makes a delivery that came back a refused one, if it had left.
pub(super) async fn refuse(tx: &Tx, known: &delivery::Model) -> Result<()> {
    let refused = delivery::Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Refused))
        .col_expr(Column::SettledAt, Func::coalesce([Expr::col(Column::SettledAt), Expr::value(tx.now)]).into())
        .col_expr(Column::HandledAt, Expr::value(Option::<i64>::None))
        .filter(Column::Id.eq(known.id))
        .filter(Column::State.is_in([DeliveryState::Accepted, DeliveryState::Uncertain]))
        .exec(&**tx)
        .await?;
    if refused.rows_affected == 1 {
        secret::forget(tx, &[known.message_id]).await?;
    }
    Ok(())
}
