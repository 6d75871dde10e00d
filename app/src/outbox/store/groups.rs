//! Deliveries to chat groups: written, claimed and cancelled beside those by mail, in the same tables. A group gets one
//! message at a time with its channel's gap between, whichever program sends it.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::{Expr, SimpleExpr},
};
use uuid::Uuid;

use super::{
    claim::{KEEPS_WAITING, SAME_THING, patience},
    look::{Found, with_heads},
};
use crate::{
    db::Tx,
    error::Result,
    groups::channel::{self, Service},
    ids::{DeliveryId, GroupId, MessageId, TextEnum},
    outbox::{
        Channel, DeliveryState, Schedule, Subject,
        entity::{
            delivery::{self, Column},
            message,
        },
    },
    time::Instant,
};

/// Writes a message of a channel and its deliveries to these groups.
pub async fn enqueue_to_groups(
    tx: &Tx,
    channel: Channel,
    about: Subject,
    title: &str,
    text: String,
    groups: &[(GroupId, String)],
) -> Result<MessageId> {
    let id = MessageId::new();
    message::ActiveModel {
        id: Set(id),
        rfc_id: Set(id.0.simple().to_string()),
        about_kind: Set(about.kind.to_owned()),
        about_id: Set(about.id),
        sender: Set(String::new()),
        reply_to: Set(None),
        title: Set(title.to_owned()),
        body_text: Set(text),
        body_html: Set(None),
        attachments: Set("[]".to_owned()),
        thread: Set(String::new()),
        shown_together: Set(false),
        created_at: Set(tx.now),
        text_removed_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    for (group, name) in groups {
        delivery::ActiveModel {
            id: Set(DeliveryId::new()),
            message_id: Set(id),
            name: Set(name.clone()),
            email: Set(String::new()),
            channel: Set(channel),
            group_id: Set(Some(*group)),
            state: Set(DeliveryState::Queued),
            attempts: Set(0),
            times_uncertain: Set(0),
            created_at: Set(tx.now),
            next_at: Set(tx.now),
            ..Default::default()
        }
        .insert(&**tx)
        .await?;
    }
    Ok(id)
}

/// Messages that may leave to a group `g` at `$1`. One about a thing waits while an earlier one about it is still to
/// leave.
fn due() -> String {
    format!(
        "deliveries d JOIN messages m ON m.id = d.message_id WHERE d.group_id = g.id AND d.group_id IS NOT NULL \
         AND d.settled_at IS NULL AND d.state IN ('queued', 'deferred', 'uncertain') AND d.next_at <= $1 \
         AND NOT EXISTS (SELECT 1 FROM deliveries e JOIN messages n ON n.id = e.message_id \
             WHERE e.group_id = d.group_id AND e.group_id IS NOT NULL AND {KEEPS_WAITING} AND {SAME_THING})"
    )
}

/// Whether anything may leave to a group now, or waits for one that was switched off.
pub async fn anything_due_to_groups(conn: &impl ConnectionTrait, now: Instant, schedule: &Schedule) -> Result<bool> {
    let sql = format!(
        "SELECT 1 FROM chat_groups g WHERE g.active AND g.free_at <= $1 AND EXISTS (SELECT 1 FROM {}) \
         UNION ALL SELECT 1 FROM deliveries d JOIN chat_groups g ON g.id = d.group_id WHERE d.group_id IS NOT NULL \
             AND d.settled_at IS NULL AND d.state IN ('queued', 'deferred', 'uncertain') AND NOT g.active LIMIT 1",
        due()
    );
    let values = [now.into(), patience(now, schedule).into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// Claims at most one delivery for each of up to `most` groups that may be spoken to, and keeps the group for itself
/// until its gap is over.
pub async fn claim_to_groups(tx: &Tx, owner: &str, schedule: &Schedule, most: u64) -> Result<Vec<DeliveryId>> {
    let mut claimed = Vec::new();
    // A message that was on its way when its group was switched off, and was put off.
    cancel_waiting(tx, Expr::cust("group_id IN (SELECT id FROM chat_groups WHERE NOT active)")).await?;
    for (group, word) in waiting_groups(tx, schedule, most).await? {
        let gap = Channel::from_word(&word).and_then(channel::service).map_or(0, Service::gap);
        if take_group(tx, group, gap).await?
            && let Some(id) = claim_to(tx, owner, schedule, group).await?
        {
            claimed.push(id);
        }
    }
    Ok(claimed)
}

async fn waiting_groups(tx: &Tx, schedule: &Schedule, most: u64) -> Result<Vec<(GroupId, String)>> {
    let sql = format!(
        "SELECT g.id, g.channel FROM chat_groups g WHERE g.active AND g.free_at <= $1 \
         AND EXISTS (SELECT 1 FROM {}) ORDER BY g.free_at LIMIT $3",
        due()
    );
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = [tx.now.into(), patience(tx.now, schedule).into(), most.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let rows = tx.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok((GroupId(row.try_get("", "id")?), row.try_get("", "channel")?))).collect()
}

/// Of several workers that find a group free, one gets it.
async fn take_group(tx: &Tx, group: GroupId, gap: i64) -> Result<bool> {
    let sql = "UPDATE chat_groups SET free_at = $1 WHERE id = $2 AND free_at <= $3";
    let values = [tx.now.plus(gap).into(), group.into(), tx.now.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected() == 1)
}

/// The oldest that is due.
async fn claim_to(tx: &Tx, owner: &str, schedule: &Schedule, group: GroupId) -> Result<Option<DeliveryId>> {
    let sql = format!(
        "UPDATE deliveries SET state = 'sending', lease_owner = $3, lease_until = $4, body_started_at = NULL \
         WHERE id = (SELECT d.id FROM chat_groups g, {} AND g.id = $5 ORDER BY d.next_at, d.id LIMIT 1) \
         AND settled_at IS NULL AND state IN ('queued', 'deferred', 'uncertain') RETURNING id",
        due()
    );
    let until = tx.now.plus(schedule.lease);
    let values = [tx.now.into(), patience(tx.now, schedule).into(), owner.into(), until.into(), group.into()];
    let row = tx.query_one_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(row.map(|row| row.try_get("", "id").map(DeliveryId)).transpose()?)
}

/// Cancels what waits for a group; what is being sent to it leaves.
pub async fn cancel_to_group(tx: &Tx, group: GroupId) -> Result<()> {
    cancel_waiting(tx, Column::GroupId.eq(group)).await
}

/// What was possibly delivered stays so and is not repeated.
async fn cancel_waiting(tx: &Tx, which: SimpleExpr) -> Result<()> {
    let waiting = delivery::Entity::update_many()
        .filter(which)
        .filter(Column::SettledAt.is_null())
        .col_expr(Column::SettledAt, Expr::value(tx.now));
    let unsent = waiting.clone().filter(Column::State.is_in([DeliveryState::Queued, DeliveryState::Deferred]));
    unsent.col_expr(Column::State, Expr::value(DeliveryState::Cancelled)).exec(&**tx).await?;
    let repeat = waiting.filter(Column::State.eq(DeliveryState::Uncertain));
    repeat.col_expr(Column::HandledAt, Expr::value(tx.now)).exec(&**tx).await?;
    Ok(())
}

/// Most messages that are shown beside a group or a thing.
const SHOWN: u64 = 50;

/// What went or goes to a group, newest first.
pub async fn to_group(conn: &impl ConnectionTrait, group: GroupId) -> Result<Vec<Found>> {
    let of_group = delivery::Entity::find().filter(Column::GroupId.eq(group));
    Ok(with_heads(of_group.order_by_desc(Column::Id).limit(SHOWN)).all(conn).await?)
}

/// What went or goes to any group about a thing, newest first.
pub async fn to_groups_about(conn: &impl ConnectionTrait, kind: &str, about: Uuid) -> Result<Vec<Found>> {
    let to_groups = delivery::Entity::find()
        .filter(Column::GroupId.is_not_null())
        .filter(message::Column::AboutKind.eq(kind))
        .filter(message::Column::AboutId.eq(about));
    Ok(with_heads(to_groups.order_by_desc(Column::Id).limit(SHOWN)).all(conn).await?)
}
