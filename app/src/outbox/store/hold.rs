//! The pause of the whole queue: one row, set when nothing can be sent to anyone, taken away when the
//! cause is gone or staff say so.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use crate::{
    audit,
    db::Tx,
    error::Result,
    outbox::{PauseReason, Schedule, entity::pause},
};

/// Pauses the queue; an earlier pause stays as it is.
pub async fn pause_queue(tx: &Tx, reason: PauseReason, words: &str, schedule: &Schedule) -> Result<()> {
    let row = pause::ActiveModel {
        id: Set(1),
        reason: Set(reason),
        words: Set(words.chars().take(1_000).collect()),
        since: Set(tx.now),
        probe_at: Set(tx.now.plus(schedule.probe)),
    };
    let kept = OnConflict::column(pause::Column::Id).do_nothing().to_owned();
    let added = pause::Entity::insert(row).on_conflict(kept).exec_without_returning(&**tx).await?;
    if added > 0 {
        audit::record(tx, audit::Entry::new("mail.paused", "mail").after(&reason)).await?;
    }
    Ok(())
}

/// Lets the queue go on; `false` when it was not paused.
pub async fn resume_queue(tx: &Tx) -> Result<bool> {
    let reason = pause::Entity::find().one(&**tx).await?.map(|pause| pause.reason);
    let gone = pause::Entity::delete_many().exec(&**tx).await?.rows_affected > 0;
    if gone {
        tx.has_mail();
        audit::record(tx, audit::Entry::new("mail.resumed", "mail").before(&reason)).await?;
    }
    Ok(gone)
}

/// Whether this worker is the one that sees now whether the cause of the pause is gone.
pub async fn may_probe(tx: &Tx, schedule: &Schedule) -> Result<bool> {
    let taken = pause::Entity::update_many()
        .col_expr(pause::Column::ProbeAt, Expr::value(tx.now.plus(schedule.probe)))
        .filter(pause::Column::Reason.ne(PauseReason::ByHand))
        .filter(pause::Column::ProbeAt.lte(tx.now))
        .exec(&**tx)
        .await?;
    Ok(taken.rows_affected == 1)
}
