//! A worker's hold on a delivery: claimed with a lease and renewed while it works. Every statement is guarded by the name of
//! the lease, which no two claims share, so that two workers never hold the same, and a worker that lost a delivery and
//! claimed it again does not hold it twice.

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::Expr,
};

use crate::{
    db::Tx,
    error::Result,
    ids::DeliveryId,
    outbox::{
        DeliveryState, Schedule, Subject,
        entity::{delivery, message},
    },
    time::Instant,
};

/// Whether an earlier delivery `e` of a conversation keeps later ones waiting: while it is still to leave, and where it
/// was possibly delivered until its first repeat is over, but for no longer than `patience` after that.
pub(super) const KEEPS_WAITING: &str = "e.id < d.id AND e.settled_at IS NULL AND (e.state <> 'uncertain' \
     OR (e.times_uncertain = 1 AND e.tried_at > $2))";
/// Whether its message `n` is about the same as the later one's, `m`.
pub(super) const SAME_THING: &str = "n.about_kind = m.about_kind AND n.about_id = m.about_id";

/// The instant before which a mail that was possibly delivered keeps nobody waiting any more.
pub(super) fn patience(now: Instant, schedule: &Schedule) -> Instant {
    now.plus(-2 * schedule.uncertain_wait)
}

/// Mails that may leave at `$1`. Mails about one thing to one address keep their order. What a person asked for has no
/// order: a new link must not wait behind one that the server puts off until it is dead. None to so many domains, which are
/// the values from `$first` on.
fn due(domains: usize, first: usize) -> String {
    let but: String = (first..first + domains).map(|at| format!(" AND d.email NOT LIKE '%@' || ${at}")).collect();
    format!(
        "deliveries d JOIN messages m ON m.id = d.message_id \
         WHERE d.settled_at IS NULL AND d.group_id IS NULL AND d.state IN ('queued', 'deferred', 'uncertain') \
         AND d.next_at <= $1{but} AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.email = d.email AND {KEEPS_WAITING} \
             AND (SELECT {SAME_THING} AND n.about_kind NOT IN ('{}', '{}') FROM messages n WHERE n.id = e.message_id))",
        Subject::ACCOUNT_LINK,
        Subject::PERSON,
    )
}

/// Whether any mail is due, apart from those to the domains of `but`.
pub async fn anything_due(
    conn: &impl ConnectionTrait,
    now: Instant,
    schedule: &Schedule,
    but: &[String],
) -> Result<bool> {
    let sql = format!("SELECT 1 FROM {} LIMIT 1", due(but.len(), 3));
    let values = [now.into(), patience(now, schedule).into()].into_iter().chain(but.iter().map(Into::into));
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// Claims up to `most` mails that are due, oldest first, apart from those to the domains of `but`.
pub async fn claim(tx: &Tx, owner: &str, schedule: &Schedule, most: u64, but: &[String]) -> Result<Vec<DeliveryId>> {
    let backend = tx.get_database_backend();
    let lock = if backend == DbBackend::Postgres { "FOR UPDATE OF d SKIP LOCKED" } else { "" };
    // What is due is found once, before anything is changed, and by the indices of deliveries: while a large mailing is
    // new, PostgreSQL knows neither table's size, and would else look for it again for each row.
    let claim = format!(
        "WITH due AS MATERIALIZED (SELECT d.id FROM {} ORDER BY d.next_at, d.id LIMIT {most} {lock}) \
         UPDATE deliveries SET state = 'sending', lease_owner = $3, lease_until = $4, body_started_at = NULL \
         FROM due WHERE deliveries.id = due.id RETURNING deliveries.id",
        due(but.len(), 5)
    );
    let until = tx.now.plus(schedule.lease);
    let values = [tx.now.into(), patience(tx.now, schedule).into(), owner.into(), until.into()];
    let values = values.into_iter().chain(but.iter().map(Into::into));
    let rows = tx.query_all_raw(Statement::from_sql_and_values(backend, claim, values)).await?;
    rows.iter().map(|row| Ok(DeliveryId(row.try_get("", "id")?))).collect()
}

/// Keeps the hold of these, each with the name of its lease, which a worker really has. What it lost track of is taken
/// over when its lease ends.
pub async fn renew(tx: &Tx, leases: &BTreeSet<(DeliveryId, &str)>, schedule: &Schedule) -> Result<()> {
    // In the order in which results are written down, so that neither waits for the other.
    let found: Vec<(DeliveryId, String)> = delivery::Entity::find()
        .filter(delivery::Column::Id.is_in(leases.iter().map(|(id, _)| *id)))
        .filter(delivery::Column::State.eq(DeliveryState::Sending))
        .filter(delivery::Column::LeaseOwner.is_not_null())
        .select_only()
        .columns([delivery::Column::Id, delivery::Column::LeaseOwner])
        .order_by_asc(delivery::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&**tx)
        .await?;
    let held = found.iter().filter(|(id, name)| leases.contains(&(*id, name.as_str()))).map(|(id, _)| *id);
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

/// An update of what is held under this lease.
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
