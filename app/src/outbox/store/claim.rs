//! A worker's hold on a delivery: claimed with a lease, renewed while it works, and taken over by others
//! when the lease has run out. Every statement is guarded, so that two workers never hold the same.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr},
};

use super::secret;
use crate::{
    db::Tx,
    error::Result,
    ids::{DeliveryId, MessageId},
    outbox::{
        DeliveryState, Reason, Schedule, Subject,
        entity::{delivery, message},
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

/// Whether an earlier delivery `e` of a conversation keeps later ones waiting: while it is still to leave, and where it
/// was possibly delivered until its first repeat is over, but for no longer than `patience`.
pub(super) const KEEPS_WAITING: &str = "e.id < d.id AND e.settled_at IS NULL AND (e.state <> 'uncertain' \
     OR (e.times_uncertain = 1 AND e.body_started_at > $2))";
/// Whether its message `n` is about the same as the later one's, `m`.
pub(super) const SAME_THING: &str = "n.about_kind = m.about_kind AND n.about_id = m.about_id";

/// The instant before which a body that began to leave keeps nobody waiting any more.
pub(super) fn patience(now: Instant, schedule: &Schedule) -> Instant {
    now.plus(-2 * schedule.uncertain_wait)
}

/// Mails that may leave at `$1`. Mails about one thing to one address keep their order. What a person asked for has no
/// order: a new link must not wait behind one that the server puts off until it is dead.
fn due() -> String {
    format!(
        "deliveries d JOIN messages m ON m.id = d.message_id \
         WHERE d.settled_at IS NULL AND d.group_id IS NULL AND d.state IN ('queued', 'deferred', 'uncertain') \
         AND d.next_at <= $1 AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.email = d.email AND {KEEPS_WAITING} \
             AND (SELECT {SAME_THING} AND n.about_kind NOT IN ('{}', '{}') FROM messages n WHERE n.id = e.message_id))",
        Subject::ACCOUNT_LINK,
        Subject::PERSON,
    )
}

/// Whether a mail worker has anything to do: mail that is due, or a lease that ran out.
pub async fn anything_due(conn: &impl ConnectionTrait, now: Instant, schedule: &Schedule) -> Result<bool> {
    let sql = format!(
        "SELECT 1 FROM {} UNION ALL SELECT 1 FROM deliveries WHERE state = 'sending' AND lease_until < $1 \
         AND group_id IS NULL LIMIT 1",
        due()
    );
    let values = [now.into(), patience(now, schedule).into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// Takes back what dead workers of one door held. Where the body had begun to leave, the mail may have arrived: it
/// becomes uncertain and is not sent again at once. What was possibly delivered before stays so.
pub async fn take_over(tx: &Tx, door: Door, schedule: &Schedule) -> Result<()> {
    let expired = delivery::Entity::update_many()
        .filter(door.takes())
        .filter(delivery::Column::State.eq(DeliveryState::Sending))
        .filter(delivery::Column::LeaseUntil.lt(tx.now))
        .col_expr(delivery::Column::LeaseOwner, Expr::value(Option::<String>::None))
        .col_expr(delivery::Column::LeaseUntil, Expr::value(Option::<i64>::None));
    let waits = CaseStatement::new()
        .case(delivery::Column::TimesUncertain.gt(0), DeliveryState::Queued.or_possibly_delivered(1))
        .finally(DeliveryState::Queued);
    expired
        .clone()
        .filter(delivery::Column::BodyStartedAt.is_null())
        .col_expr(delivery::Column::State, waits.into())
        .exec(&**tx)
        .await?;
    let lost = expired
        .filter(delivery::Column::BodyStartedAt.is_not_null())
        .col_expr(delivery::Column::State, Expr::value(DeliveryState::Uncertain))
        .col_expr(delivery::Column::Attempts, Expr::col(delivery::Column::Attempts).add(1))
        .col_expr(delivery::Column::TimesUncertain, Expr::col(delivery::Column::TimesUncertain).add(1))
        .col_expr(delivery::Column::NextAt, Expr::value(tx.now.plus(schedule.uncertain_wait)))
        // What an earlier attempt was told says nothing of this one.
        .col_expr(delivery::Column::Server, Expr::value(Option::<String>::None))
        .col_expr(delivery::Column::Tls, Expr::value(Option::<String>::None))
        .col_expr(delivery::Column::ReplyCode, Expr::value(Option::<i32>::None))
        .col_expr(delivery::Column::EnhancedCode, Expr::value(Option::<String>::None))
        .col_expr(delivery::Column::Reply, Expr::value(Reason::Interrupted.words()));
    let last: Vec<MessageId> = delivery::Entity::find()
        .filter(door.takes())
        .filter(delivery::Column::State.eq(DeliveryState::Sending))
        .filter(delivery::Column::LeaseUntil.lt(tx.now))
        .filter(delivery::Column::BodyStartedAt.is_not_null())
        .filter(delivery::Column::TimesUncertain.gte(schedule.uncertain_times))
        .select_only()
        .column(delivery::Column::MessageId)
        .into_tuple()
        .all(&**tx)
        .await?;
    if !last.is_empty() {
        tx.must_be_seen();
    }
    lost.clone()
        .filter(delivery::Column::TimesUncertain.gte(schedule.uncertain_times))
        .col_expr(delivery::Column::SettledAt, Expr::value(tx.now))
        .exec(&**tx)
        .await?;
    lost.exec(&**tx).await?;
    secret::forget(tx, &last).await
}

/// Claims up to `most` mails that are due, oldest first.
pub async fn claim(tx: &Tx, owner: &str, schedule: &Schedule, most: u64) -> Result<Vec<DeliveryId>> {
    let backend = tx.get_database_backend();
    let lock = if backend == DbBackend::Postgres { "FOR UPDATE OF d SKIP LOCKED" } else { "" };
    // What is due is found once, before anything is changed, and by the indices of deliveries: while a large mailing is
    // new, PostgreSQL knows neither table's size, and would else look for it again for each row.
    let claim = format!(
        "WITH due AS MATERIALIZED (SELECT d.id FROM {} ORDER BY d.next_at, d.id LIMIT {most} {lock}) \
         UPDATE deliveries SET state = 'sending', lease_owner = $3, lease_until = $4, body_started_at = NULL \
         FROM due WHERE deliveries.id = due.id RETURNING deliveries.id",
        due()
    );
    let until = tx.now.plus(schedule.lease);
    let values = [tx.now.into(), patience(tx.now, schedule).into(), owner.into(), until.into()];
    let rows = tx.query_all_raw(Statement::from_sql_and_values(backend, claim, values)).await?;
    rows.iter().map(|row| Ok(DeliveryId(row.try_get("", "id")?))).collect()
}

/// Keeps the hold of these, which this worker really has. What it lost track of is taken over when its lease ends.
pub async fn renew(tx: &Tx, owner: &str, ids: &[DeliveryId], schedule: &Schedule) -> Result<()> {
    // In the order in which results are written down, so that neither waits for the other.
    let held: Vec<DeliveryId> = delivery::Entity::find()
        .filter(delivery::Column::Id.is_in(ids.iter().copied()))
        .filter(delivery::Column::State.eq(DeliveryState::Sending))
        .filter(delivery::Column::LeaseOwner.eq(owner))
        .select_only()
        .column(delivery::Column::Id)
        .order_by_asc(delivery::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&**tx)
        .await?;
    delivery::Entity::update_many()
        .filter(delivery::Column::Id.is_in(held))
        .col_expr(delivery::Column::LeaseUntil, Expr::value(tx.now.plus(schedule.lease)))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes that the body is about to leave; `false` when the hold was lost, and then it must not leave.
pub async fn body_starts(tx: &Tx, owner: &str, id: DeliveryId, schedule: &Schedule) -> Result<bool> {
    let noted = held(owner, id)
        .col_expr(delivery::Column::BodyStartedAt, Expr::value(tx.now))
        .col_expr(delivery::Column::LeaseUntil, Expr::value(tx.now.plus(schedule.lease)))
        .exec(&**tx)
        .await?;
    Ok(noted.rows_affected == 1)
}

/// An update of what this worker holds.
pub(super) fn held(owner: &str, id: DeliveryId) -> sea_orm::UpdateMany<delivery::Entity> {
    delivery::Entity::update_many()
        .filter(delivery::Column::Id.eq(id))
        .filter(delivery::Column::LeaseOwner.eq(owner))
        .filter(delivery::Column::State.eq(DeliveryState::Sending))
}

/// The names and addresses that stand together in a message's headers; nobody where each has headers of their own.
pub async fn together(conn: &impl ConnectionTrait, message: &message::Model) -> Result<Vec<(String, String)>> {
    if !message.shown_together {
        return Ok(Vec::new());
    }
    Ok(delivery::Entity::find()
        .filter(delivery::Column::MessageId.eq(message.id))
        .order_by_asc(delivery::Column::Id)
        .select_only()
        .column(delivery::Column::Name)
        .column(delivery::Column::Email)
        .into_tuple()
        .all(conn)
        .await?)
}
