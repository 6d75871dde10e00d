//! Addresses that were refused for good: noted with the refusal, looked up before anything is written to them, and
//! taken off when somebody says that they are right. What waits for such an address is settled at once.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, OnConflict},
};

use super::secret;
use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::{MessageId, SuppressedId},
    outbox::{
        DeliveryState, Reply,
        entity::{
            delivery::{self, Column},
            suppressed,
        },
    },
};

pub use suppressed::Model as Suppressed;

/// How many addresses one query asks for.
const AT_ONCE: usize = 500;
/// How many rows a page has.
const PAGE: u64 = 50;
/// Where counting stops.
const COUNTED: u64 = 1_001;

/// How addresses are compared: in practice no two mailboxes differ only in case.
pub(super) fn key(email: &str) -> String {
    email.to_ascii_lowercase()
}

/// Notes that the address of this delivery was refused. An earlier note stays. What waits for the address is not sent
/// either; what was possibly delivered stays so, and is not repeated.
pub(super) async fn suppress(tx: &Tx, refused: &delivery::Model, reply: &Reply, server: Option<&str>) -> Result<()> {
    let row = suppressed::ActiveModel {
        id: Set(SuppressedId::new()),
        email: Set(key(&refused.email)),
        since: Set(tx.now),
        delivery_id: Set(refused.id),
        server: Set(server.map(str::to_owned)),
        reply_code: Set(reply.code.map(i32::from)),
        enhanced_code: Set(reply.enhanced.clone()),
        words: Set(Reply::kept(&reply.words)),
    };
    let mut earlier = OnConflict::column(suppressed::Column::Email);
    earlier.do_nothing();
    suppressed::Entity::insert(row).on_conflict(earlier).exec_without_returning(&**tx).await?;
    settle_waiting(tx, &refused.email, reply, server).await
}

/// Settles what waits again for an address that was refused while it was under way.
pub(super) async fn settle_if_refused(tx: &Tx, email: &str) -> Result<()> {
    let Some(row) = refusal(&**tx, email).await? else { return Ok(()) };
    let code = row.reply_code.and_then(|code| u16::try_from(code).ok());
    let reply = Reply { code, enhanced: row.enhanced_code, words: row.words };
    settle_waiting(tx, email, &reply, row.server.as_deref()).await
}

async fn settle_waiting(tx: &Tx, email: &str, reply: &Reply, server: Option<&str>) -> Result<()> {
    let same = Expr::expr(Func::lower(Expr::col((delivery::Entity, Column::Email)))).eq(key(email));
    let waiting = |states: &[DeliveryState]| {
        delivery::Entity::update_many()
            .filter(same.clone())
            .filter(Column::GroupId.is_null())
            .filter(Column::SettledAt.is_null())
            .filter(Column::State.is_in(states.iter().copied()))
            .col_expr(Column::SettledAt, Expr::value(tx.now))
    };
    let messages: Vec<MessageId> = delivery::Entity::find()
        .filter(same.clone())
        .filter(Column::SettledAt.is_null())
        .select_only()
        .column(Column::MessageId)
        .into_tuple()
        .all(&**tx)
        .await?;
    waiting(&[DeliveryState::Queued, DeliveryState::Deferred])
        .col_expr(Column::State, Expr::value(DeliveryState::Suppressed))
        .col_expr(Column::RefusedAt, Expr::value(tx.now))
        .col_expr(Column::Server, Expr::value(server))
        .col_expr(Column::ReplyCode, Expr::value(reply.code.map(i32::from)))
        .col_expr(Column::EnhancedCode, Expr::value(reply.enhanced.clone()))
        .col_expr(Column::Reply, Expr::value(Reply::kept(&reply.words)))
        .exec(&**tx)
        .await?;
    waiting(&[DeliveryState::Uncertain]).exec(&**tx).await?;
    secret::forget(tx, &messages).await
}

/// Those of these addresses that were refused, by how they are compared.
pub async fn refusals(
    conn: &impl ConnectionTrait,
    emails: impl Iterator<Item = &str>,
) -> Result<HashMap<String, Suppressed>> {
    let keys: Vec<String> = emails.map(key).collect();
    let mut found = HashMap::new();
    for keys in keys.chunks(AT_ONCE) {
        let rows = suppressed::Entity::find().filter(suppressed::Column::Email.is_in(keys)).all(conn).await?;
        found.extend(rows.into_iter().map(|row| (row.email.clone(), row)));
    }
    Ok(found)
}

/// The refusal that keeps mail from this address, if there is one.
pub async fn refusal(conn: &impl ConnectionTrait, email: &str) -> Result<Option<Suppressed>> {
    Ok(suppressed::Entity::find().filter(suppressed::Column::Email.eq(key(email))).one(conn).await?)
}

/// How many recipients of a message were left out, because their addresses had been refused.
pub async fn unsent(conn: &impl ConnectionTrait, message: MessageId) -> Result<u64> {
    let left_out = delivery::Entity::find()
        .filter(Column::MessageId.eq(message))
        .filter(Column::State.eq(DeliveryState::Suppressed));
    Ok(left_out.count(conn).await?)
}

/// Lets mail go again to those of these addresses that were refused; gives how many that were.
pub async fn lift(tx: &Tx, emails: &[&str]) -> Result<usize> {
    let mut lifted = 0;
    for row in refusals(&**tx, emails.iter().copied()).await?.into_values() {
        lifted += usize::from(lift_one(tx, row.id).await?);
    }
    Ok(lifted)
}

/// Lets mail go again to one address; `false` when somebody else did, or it never was refused.
pub async fn lift_one(tx: &Tx, id: SuppressedId) -> Result<bool> {
    let found = suppressed::Entity::find_by_id(id).find_also_related(delivery::Entity).one(&**tx).await?;
    let Some((row, refused)) = found else { return Ok(false) };
    if suppressed::Entity::delete_by_id(id).exec(&**tx).await?.rows_affected == 0 {
        return Ok(false);
    }
    let entry = audit::Entry::new("address.lifted", "delivery").subject(row.delivery_id);
    let entry = entry.of(refused.and_then(|delivery| delivery.member_id));
    let before = serde_json::json!({ "code": row.reply_code, "status": row.enhanced_code, "reply": row.words });
    audit::record(tx, entry.before(&before)).await?;
    Ok(true)
}

/// A page of refused addresses with the deliveries that were refused, the latest first; and whether there are more.
pub async fn suppressed_addresses(
    conn: &impl ConnectionTrait,
    after: Option<SuppressedId>,
) -> Result<(Vec<(Suppressed, Option<delivery::Model>)>, bool)> {
    let mut page = suppressed::Entity::find();
    if let Some(after) = after {
        page = page.filter(suppressed::Column::Id.lt(after));
    }
    let page = page.order_by_desc(suppressed::Column::Id).limit(PAGE + 1).find_also_related(delivery::Entity);
    let mut found = page.all(conn).await?;
    let more = found.len() as u64 > PAGE;
    found.truncate(PAGE as usize);
    Ok((found, more))
}

pub async fn count_suppressed(conn: &impl ConnectionTrait) -> Result<u64> {
    let all = suppressed::Entity::find().select_only().column(suppressed::Column::Id);
    Ok(all.limit(COUNTED).count(conn).await?)
}
