//! Removing the texts of mails that were kept long enough, and the names of the content that went with them. What shows
//! that a mail left and what became of it stays.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::secret;
use crate::{
    db::Tx,
    error::Result,
    ids::MessageId,
    outbox::entity::{
        content,
        message::{Column, Entity},
    },
    time::Instant,
};

/// Removes the texts of up to `most` messages of before an instant that have nothing left to be delivered; says how
/// many.
pub async fn remove_texts(tx: &Tx, before: Instant, most: u64) -> Result<u64> {
    let old: Vec<MessageId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::TextRemovedAt.is_null())
        .filter(Column::CreatedAt.lt(before))
        .filter(Condition::all().not().add(Expr::exists(secret::open())))
        .order_by_asc(Column::CreatedAt)
        .limit(most)
        .into_tuple()
        .all(&**tx)
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    content::Entity::delete_many().filter(content::Column::MessageId.is_in(old.iter().copied())).exec(&**tx).await?;
    let removed = Entity::update_many()
        .col_expr(Column::BodyText, Expr::value(""))
        .col_expr(Column::BodyHtml, Expr::value(Option::<String>::None))
        .col_expr(Column::TextRemovedAt, Expr::value(tx.now))
        .filter(Column::Id.is_in(old))
        .filter(Column::TextRemovedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(removed.rows_affected)
}
