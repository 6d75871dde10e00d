//! A delivery that a mail server took over and then gave up, as it reported later.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    db::Tx,
    error::Result,
    ids::DeliveryId,
    outbox::{
        DeliveryState,
        entity::delivery::{self, Column},
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

/// Notes that a delivery came back; `false` when it was not known to have left.
pub async fn bounce(tx: &Tx, id: DeliveryId, said: BouncedAs) -> Result<bool> {
    let mut moved = delivery::Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Refused))
        .col_expr(Column::SettledAt, Expr::value(tx.now))
        .col_expr(Column::HandledAt, Expr::value(Option::<i64>::None))
        .col_expr(Column::ReplyCode, Expr::value(said.code.map(i32::from)))
        .col_expr(Column::EnhancedCode, Expr::value(said.status))
        .col_expr(Column::Reply, Expr::value(said.words))
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in([DeliveryState::Accepted, DeliveryState::Uncertain]));
    // A report that names no server leaves the one that took the mail over.
    if let Some(server) = said.server {
        moved = moved.col_expr(Column::Server, Expr::value(server));
    }
    Ok(moved.exec(&**tx).await?.rows_affected == 1)
}
