//! The tallies in the database.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::model::{Rule, Tally};
use crate::{
    accounts::entity::tally,
    db::Tx,
    error::{AppError, Result},
    time::Instant,
};

/// How long a tally is kept that nobody adds to; longer than any wait and any memory of it.
const KEPT: i64 = 2 * Instant::DAY;

/// The end of no wait: before every attempt, also those whose transactions began a little earlier.
const NO_WAIT: Instant = Instant(0);

/// Counts an attempt, or says until when there is none. The row, new or not, is locked from the first statement
/// until the transaction ends, so that attempts at the same moment are counted one after the other and nobody
/// forgets the tally in between.
pub async fn take(tx: &Tx, key: &str, rule: Rule) -> Result<Result<(), Instant>> {
    let new = tally::ActiveModel { key: Set(key.to_owned()), failures: Set(0), at: Set(tx.now), free_at: Set(NO_WAIT) };
    tally::Entity::insert(new)
        .on_conflict(OnConflict::column(tally::Column::Key).update_column(tally::Column::Key).to_owned())
        .exec_without_returning(&**tx)
        .await?;
    let row = tally::Entity::find_by_id(key.to_owned())
        .one(&**tx)
        .await?
        .ok_or_else(|| AppError::internal("a tally is gone"))?;
    let before = Tally { failures: row.failures, at: row.at, free_at: row.free_at };
    let after = match before.attempt(rule, tx.now) {
        Ok(after) => after,
        Err(free_at) => return Ok(Err(free_at)),
    };
    tally::Entity::update_many()
        .col_expr(tally::Column::Failures, Expr::value(after.failures))
        .col_expr(tally::Column::At, Expr::value(after.at))
        .col_expr(tally::Column::FreeAt, Expr::value(after.free_at))
        .filter(tally::Column::Key.eq(key))
        .exec(&**tx)
        .await?;
    Ok(Ok(()))
}

pub async fn forget(tx: &Tx, key: &str) -> Result<()> {
    tally::Entity::delete_many().filter(tally::Column::Key.eq(key)).exec(&**tx).await?;
    Ok(())
}

/// Takes one counted attempt back.
pub async fn give_back(tx: &Tx, key: &str) -> Result<()> {
    tally::Entity::update_many()
        .col_expr(tally::Column::Failures, Expr::col(tally::Column::Failures).sub(1))
        .col_expr(tally::Column::FreeAt, Expr::value(NO_WAIT))
        .filter(tally::Column::Key.eq(key))
        .filter(tally::Column::Failures.gt(0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Removes tallies that mean nothing any more.
pub async fn tidy(tx: &Tx) -> Result<()> {
    tally::Entity::delete_many().filter(tally::Column::At.lt(tx.now.plus(-KEPT))).exec(&**tx).await?;
    Ok(())
}
