//! The pause of the whole queue: one row, set when nothing can be sent to anyone, taken away when the
//! cause is gone or staff say so.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DeleteMany, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::DeliveryId,
    outbox::{
        PauseReason, Reply, Schedule,
        entity::{delivery, message, pause},
    },
    time::Instant,
};

/// Pauses the queue. An earlier pause stays as it is, except that one by hand takes the place of one that would
/// end by itself. `false` when nothing changed.
pub async fn pause_queue(tx: &Tx, reason: PauseReason, words: &str, schedule: &Schedule) -> Result<bool> {
    let before = pause::Entity::find_by_id(1).one(&**tx).await?;
    let row = pause::ActiveModel {
        id: Set(1),
        reason: Set(reason),
        words: Set(Reply::kept(words)),
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
        tx.must_be_seen();
        if let Some(before) = &before {
            add_time_on_hold(tx, before.since).await?;
        }
        let before = before.map(|pause| pause.reason);
        audit::record(tx, audit::Entry::new("mail.paused", "mail").before(&before).after(&reason)).await?;
    }
    Ok(paused)
}

/// A probe found that mail cannot leave yet, and why; the cause may be another one by now. What somebody put on hold
/// meanwhile stays as it is.
pub async fn still_paused(tx: &Tx, reason: Option<PauseReason>, words: &str) -> Result<()> {
    let mut update = pause::Entity::update_many()
        .col_expr(pause::Column::Words, Expr::value(Reply::kept(words)))
        .filter(pause::Column::Reason.ne(PauseReason::ByHand));
    if let Some(reason) = reason {
        update = update.col_expr(pause::Column::Reason, Expr::value(reason));
    }
    update.exec(&**tx).await?;
    tx.must_be_seen();
    Ok(())
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
    let before = pause::Entity::find_by_id(1).one(&**tx).await?;
    let gone = removal.exec(&**tx).await?.rows_affected > 0;
    if let Some(before) = before.filter(|_| gone) {
        tx.has_mail();
        add_time_on_hold(tx, before.since).await?;
        audit::record(tx, audit::Entry::new("mail.resumed", "mail").before(&before.reason)).await?;
    }
    Ok(gone)
}

/// What waited while mail was on hold is tried so much longer.
async fn add_time_on_hold(tx: &Tx, since: Instant) -> Result<()> {
    let column = delivery::Column::TriedSince;
    // In the order in which workers write results down, so that neither waits for the other.
    let _held: Vec<DeliveryId> = delivery::Entity::find()
        .filter(delivery::Column::SettledAt.is_null())
        .filter(delivery::Column::GroupId.is_null())
        .filter(column.is_not_null())
        .select_only()
        .column(delivery::Column::Id)
        .order_by_asc(delivery::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&**tx)
        .await?;
    delivery::Entity::update_many()
        .col_expr(column, Expr::col(column).add(tx.now.since(since)))
        .filter(delivery::Column::SettledAt.is_null())
        .filter(delivery::Column::GroupId.is_null())
        .filter(column.is_not_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Gives this sender to mails that are still to leave: the server has just accepted it. Those of which any part may
/// have left keep the one they had.
pub async fn change_sender(tx: &Tx, sender: &str) -> Result<()> {
    let delivery = |condition: &str| {
        Expr::cust(format!("EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = messages.id AND {condition})"))
    };
    message::Entity::update_many()
        .col_expr(message::Column::Sender, Expr::value(sender))
        .filter(message::Column::Sender.is_not_in(["", sender]))
        .filter(delivery("d.settled_at IS NULL"))
        .filter(delivery("(d.state = 'accepted' OR d.times_uncertain > 0 OR d.body_started_at IS NOT NULL)").not())
        .exec(&**tx)
        .await?;
    Ok(())
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
