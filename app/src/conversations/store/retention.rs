//! Removing the texts of mails that came in, the mails as they came and their files, once somebody has looked
//! after them, or they are filed and ask nothing of anybody, and they were kept long enough. Who wrote when about what, and where it was filed, stays.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    conversations::entity::{
        attached,
        inbound::{Column, Entity},
    },
    db::Tx,
    error::Result,
    ids::InboundMailId,
    time::Instant,
};

/// Removes what up to `most` mails of before an instant carried; says how many.
pub async fn remove_texts(tx: &Tx, before: Instant, most: u64) -> Result<u64> {
    let old: Vec<InboundMailId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::TextRemovedAt.is_null())
        .filter(Column::HandledAt.is_not_null())
        // What was put aside by itself nobody has looked at.
        .filter(Column::HandledBy.is_not_null().or(Column::AboutId.is_not_null()))
        .filter(Column::ReceivedAt.lt(before))
        .order_by_asc(Column::ReceivedAt)
        .limit(most)
        .into_tuple()
        .all(&**tx)
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    attached::Entity::delete_many().filter(attached::Column::MailId.is_in(old.iter().copied())).exec(&**tx).await?;
    let removed = Entity::update_many()
        .col_expr(Column::Body, Expr::value(""))
        .col_expr(Column::RawHash, Expr::value(""))
        .col_expr(Column::TextRemovedAt, Expr::value(tx.now))
        .filter(Column::Id.is_in(old))
        .filter(Column::TextRemovedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(removed.rows_affected)
}
