//! Texts that are for their recipient alone are kept no longer than they are needed: a mail with a link that
//! enters an account would give that account to whoever reads the database or a copy of it.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SelectStatement},
};

use crate::{
    db::Tx,
    error::Result,
    ids::MessageId,
    outbox::{
        Subject,
        entity::{
            delivery,
            message::{self, Column},
        },
    },
};

/// The deliveries of a message that are not settled.
pub(super) fn open() -> SelectStatement {
    delivery::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(Expr::col((delivery::Entity, delivery::Column::MessageId)).equals((message::Entity, Column::Id)))
        .filter(delivery::Column::SettledAt.is_null())
        .into_query()
}

/// Removes the texts of those of these messages that are personal and have nothing left to be delivered.
pub async fn forget(tx: &Tx, messages: &[MessageId]) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    message::Entity::update_many()
        .filter(Column::Id.is_in(messages.iter().copied()))
        .filter(Column::AboutKind.is_in([Subject::ACCOUNT_LINK, Subject::PERSON]))
        .filter(Condition::all().not().add(Expr::exists(open())))
        .col_expr(Column::BodyText, Expr::value(""))
        .col_expr(Column::BodyHtml, Expr::value(Option::<String>::None))
        .exec(&**tx)
        .await?;
    Ok(())
}
