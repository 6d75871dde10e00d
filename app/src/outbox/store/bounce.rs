//! A delivery that a mail server took over and then gave up, as it reported later.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::suppressed;
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

/// Notes that a delivery came back, and that its address was refused if the report says so; `false` when it was not known to have left.
pub async fn bounce(tx: &Tx, id: DeliveryId, said: BouncedAs) -> Result<bool> {
    let reply = Reply { code: said.code, enhanced: said.status, words: said.words };
    let mut moved = delivery::Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Refused))
        .col_expr(Column::SettledAt, Expr::value(tx.now))
        .col_expr(Column::HandledAt, Expr::value(Option::<i64>::None))
        .col_expr(Column::ReplyCode, Expr::value(reply.code.map(i32::from)))
        .col_expr(Column::EnhancedCode, Expr::value(reply.enhanced.clone()))
        .col_expr(Column::Reply, Expr::value(reply.words.as_str()))
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in([DeliveryState::Accepted, DeliveryState::Uncertain]));
    // A report that names no server leaves the one that took the mail over.
    if let Some(server) = said.server {
        moved = moved.col_expr(Column::Server, Expr::value(server));
    }
    if moved.exec(&**tx).await?.rows_affected != 1 {
        return Ok(false);
    }
    if refusal::is_of_the_address(&reply) {
        let refused = delivery::Entity::find_by_id(id).one(&**tx).await?.ok_or(AppError::NotFound)?;
        suppressed::suppress(tx, &refused, &reply, refused.server.as_deref()).await?;
    }
    Ok(true)
}
