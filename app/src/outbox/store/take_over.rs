//! Taking back what a worker held that is gone: its lease has run out. Where the body had begun to leave, the mail may
//! have arrived, and that is what is known of it from then on.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, UpdateMany,
    sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr},
};

use super::{secret, suppressed};
use crate::{
    db::Tx,
    error::Result,
    ids::{DeliveryId, MessageId},
    outbox::{
        DeliveryState, Reason, Schedule,
        entity::delivery::{self, Column},
    },
    time::Instant,
};

/// By which way a delivery leaves. Each way has workers and a schedule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Mail,
    Groups,
}

impl Door {
    /// The deliveries that leave by it.
    fn takes(self) -> SimpleExpr {
        match self {
            Self::Mail => delivery::Column::GroupId.is_null(),
            Self::Groups => delivery::Column::GroupId.is_not_null(),
        }
    }
}

/// What a worker of this door held whose lease has run out.
fn expired(door: Door, now: Instant) -> Select<delivery::Entity> {
    let held = delivery::Entity::find().filter(door.takes()).filter(Column::State.eq(DeliveryState::Sending));
    held.filter(Column::LeaseUntil.lt(now))
}

/// Whether there is anything to take over.
pub async fn anything_expired(conn: &impl ConnectionTrait, door: Door, now: Instant) -> Result<bool> {
    let one = expired(door, now).select_only().column(Column::Id).limit(1);
    Ok(one.into_tuple::<DeliveryId>().one(conn).await?.is_some())
}

/// Takes it over. What had not begun to leave waits again. What had is uncertain and is not sent again at once, or is
/// refused if a report has come meanwhile that it was given up. What was possibly delivered before stays so.
pub async fn take_over(tx: &Tx, door: Door, schedule: &Schedule) -> Result<()> {
    let gone = expired(door, tx.now).order_by_asc(Column::Id).lock_exclusive().all(&**tx).await?;
    if gone.is_empty() {
        return Ok(());
    }
    let (begun, unsent): (Vec<_>, Vec<_>) = gone.iter().partition(|one| one.body_started_at.is_some());
    let (returned, lost): (Vec<_>, Vec<_>) = begun.into_iter().partition(|one| one.bounced_at.is_some());
    let (last, again): (Vec<_>, Vec<_>) =
        lost.into_iter().partition(|one| one.times_uncertain >= schedule.uncertain_times);
    let waits = CaseStatement::new()
        .case(Column::TimesUncertain.gt(0), DeliveryState::Queued.or_possibly_delivered(1))
        .finally(DeliveryState::Queued);
    free(&unsent).col_expr(Column::State, waits.into()).exec(&**tx).await?;
    free(&returned)
        .col_expr(Column::State, Expr::value(DeliveryState::Refused))
        .col_expr(Column::SettledAt, Expr::value(tx.now))
        .exec(&**tx)
        .await?;
    uncertain(&last).col_expr(Column::SettledAt, Expr::value(tx.now)).exec(&**tx).await?;
    let repeated = Expr::value(tx.now.plus(schedule.uncertain_wait));
    uncertain(&again).col_expr(Column::NextAt, repeated).exec(&**tx).await?;
    let settled: Vec<MessageId> = returned.iter().chain(&last).map(|one| one.message_id).collect();
    if !settled.is_empty() {
        tx.must_be_seen();
        secret::forget(tx, &settled).await?;
    }
    let emails = unsent.iter().chain(&again).map(|one| one.email.as_str()).filter(|email| !email.is_empty());
    for email in suppressed::refusals(&**tx, emails).await?.into_keys() {
        suppressed::settle_if_refused(tx, &email).await?;
    }
    Ok(())
}

/// Nobody holds these any more.
fn free(gone: &[&delivery::Model]) -> UpdateMany<delivery::Entity> {
    delivery::Entity::update_many()
        .filter(Column::Id.is_in(gone.iter().map(|one| one.id)))
        .col_expr(Column::LeaseOwner, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
}

/// Nobody knows whether these arrived. What an earlier attempt was told says nothing of this one.
fn uncertain(gone: &[&delivery::Model]) -> UpdateMany<delivery::Entity> {
    free(gone)
        .col_expr(Column::State, Expr::value(DeliveryState::Uncertain))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::TriedAt, Expr::col(Column::BodyStartedAt))
        .col_expr(Column::TimesUncertain, Expr::col(Column::TimesUncertain).add(1))
        .col_expr(Column::Server, Expr::value(Option::<String>::None))
        .col_expr(Column::Tls, Expr::value(Option::<String>::None))
        .col_expr(Column::ReplyCode, Expr::value(Option::<i32>::None))
        .col_expr(Column::EnhancedCode, Expr::value(Option::<String>::None))
        .col_expr(Column::Reply, Expr::value(Reason::Interrupted.words()))
}
