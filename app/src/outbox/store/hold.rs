//! The pause of the whole queue: one row, set when nothing can be sent to anyone, taken away when the
//! cause is gone or staff say so.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DeleteMany, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{
    audit,
    db::Tx,
    error::Result,
    outbox::{PauseReason, Schedule, entity::pause},
};

/// Pauses the queue. An earlier pause stays as it is, except that one by hand takes the place of one that would
/// end by itself. `false` when nothing changed.
pub async fn pause_queue(tx: &Tx, reason: PauseReason, words: &str, schedule: &Schedule) -> Result<bool> {
    let before = pause::Entity::find_by_id(1).one(&**tx).await?.map(|pause| pause.reason);
    let row = pause::ActiveModel {
        id: Set(1),
        reason: Set(reason),
        words: Set(words.chars().take(1_000).collect()),
        since: Set(tx.now),
        probe_at: Set(tx.now.plus(schedule.probe)),
    };
    let mut earlier = OnConflict::column(pause::Column::Id);
    if reason == PauseReason::ByHand {
        earlier
            .update_columns([pause::Column::Reason, pause::Column::Words, pause::Column::Since])
            .action_and_where(Expr::col((pause::Entity, pause::Column::Reason)).ne(PauseReason::ByHand));
    } else {
        earlier.do_nothing();
    }
    let paused = pause::Entity::insert(row).on_conflict(earlier).exec_without_returning(&**tx).await? > 0;
    if paused {
        audit::record(tx, audit::Entry::new("mail.paused", "mail").before(&before).after(&reason)).await?;
    }
    Ok(paused)
}

/// Lets the queue go on; `false` when it was not paused.
pub async fn resume_queue(tx: &Tx) -> Result<bool> {
    resume(tx, pause::Entity::delete_many()).await
}

/// Lets the queue go on after a probe; `false` when somebody resumed or paused it by hand meanwhile.
pub async fn resume_after_probe(tx: &Tx) -> Result<bool> {
    resume(tx, pause::Entity::delete_many().filter(pause::Column::Reason.ne(PauseReason::ByHand))).await
}

async fn resume(tx: &Tx, removal: DeleteMany<pause::Entity>) -> Result<bool> {
    let reason = pause::Entity::find_by_id(1).one(&**tx).await?.map(|pause| pause.reason);
    let gone = removal.exec(&**tx).await?.rows_affected > 0;
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
