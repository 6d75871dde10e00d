//! Looking at deliveries: one with its whole message, and those of a thing without the texts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, Select, SelectModel, Selector,
};
use uuid::Uuid;

use crate::{
    error::{AppError, Result},
    ids::{DeliveryId, MessageId},
    outbox::{
        entity::{content, delivery, message},
        is_personal,
    },
    time::Instant,
};

/// What lists show of a message. Its texts may be long and stand there for every recipient, so they are read
/// for one mail at a time only.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Head {
    pub rfc_id: String,
    pub title: String,
}

/// A delivery and the head of the message that it carries.
#[derive(Clone, Debug)]
pub struct Found {
    pub delivery: delivery::Model,
    pub message: Head,
}

impl FromQueryResult for Found {
    fn from_query_result(row: &QueryResult, prefix: &str) -> std::result::Result<Self, DbErr> {
        let delivery = delivery::Model::from_query_result(row, prefix)?;
        Ok(Self { delivery, message: Head::from_query_result(row, prefix)? })
    }
}

/// These deliveries with the heads of their messages.
pub(super) fn with_heads(deliveries: Select<delivery::Entity>) -> Selector<SelectModel<Found>> {
    deliveries
        .left_join(message::Entity)
        .column(message::Column::RfcId)
        .column(message::Column::Title)
        .into_model::<Found>()
}

/// A delivery and the whole message that it carries.
#[derive(Clone, Debug)]
pub struct Whole {
    pub delivery: delivery::Model,
    pub message: Arc<message::Model>,
}

/// How many messages about one thing were written since an instant.
pub async fn mailed_since(conn: &impl ConnectionTrait, kind: &str, about: Uuid, since: Instant) -> Result<u64> {
    Ok(message::Entity::find()
        .filter(message::Column::AboutKind.eq(kind))
        .filter(message::Column::AboutId.eq(about))
        .filter(message::Column::CreatedAt.gte(since))
        .count(conn)
        .await?)
}

/// Those of these contents that go, or went, with messages.
pub async fn attached(conn: &impl ConnectionTrait, hashes: &[String]) -> Result<Vec<String>> {
    let found = content::Entity::find().select_only().column(content::Column::Hash);
    Ok(found.filter(content::Column::Hash.is_in(hashes.iter().cloned())).into_tuple().all(conn).await?)
}

pub async fn whole(conn: &impl ConnectionTrait, id: DeliveryId) -> Result<Whole> {
    let delivery = delivery::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)?;
    let message = message::Entity::find_by_id(delivery.message_id).one(conn).await?.ok_or(AppError::NotFound)?;
    Ok(Whole { delivery, message: Arc::new(message) })
}

/// The delivery of a message to an address.
pub async fn to_address(conn: &impl ConnectionTrait, message: MessageId, email: &str) -> Result<Option<Whole>> {
    let of_message = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message));
    match of_message.filter(delivery::Column::Email.eq(email)).one(conn).await? {
        Some(delivery) => Ok(Some(whole(conn, delivery.id).await?)),
        None => Ok(None),
    }
}

/// These deliveries in this order, with their messages; each message is read once.
pub async fn wholes(conn: &impl ConnectionTrait, ids: &[DeliveryId]) -> Result<Vec<Whole>> {
    let deliveries = delivery::Entity::find().filter(delivery::Column::Id.is_in(ids.iter().copied())).all(conn).await?;
    let messages: BTreeSet<MessageId> = deliveries.iter().map(|delivery| delivery.message_id).collect();
    let messages = message::Entity::find().filter(message::Column::Id.is_in(messages)).all(conn).await?;
    let messages: BTreeMap<MessageId, Arc<message::Model>> =
        messages.into_iter().map(|message| (message.id, Arc::new(message))).collect();
    let mut wholes: Vec<Whole> = deliveries
        .into_iter()
        .filter_map(|delivery| Some(Whole { message: Arc::clone(messages.get(&delivery.message_id)?), delivery }))
        .collect();
    wholes.sort_by_key(|whole| ids.iter().position(|id| *id == whole.delivery.id));
    Ok(wholes)
}

/// How many earlier mails a mail names.
const THREAD: u64 = 10;

/// The Message-IDs of the newest mails about a thing, oldest first, so that mail programs show the next one with them.
/// Nothing for mails about a person, which are no conversation.
pub(super) async fn thread(conn: &impl ConnectionTrait, kind: &str, about: Uuid) -> Result<String> {
    if is_personal(kind) {
        return Ok(String::new());
    }
    let mut earlier: Vec<String> = message::Entity::find()
        .select_only()
        .column(message::Column::RfcId)
        .filter(message::Column::AboutKind.eq(kind))
        .filter(message::Column::AboutId.eq(about))
        // What was told to a group has no sender and is no mail.
        .filter(message::Column::Sender.ne(""))
        .order_by_desc(message::Column::Id)
        .limit(THREAD)
        .into_tuple()
        .all(conn)
        .await?;
    earlier.reverse();
    Ok(earlier.join(" "))
}

/// Most deliveries of one thing that are shown beside it.
const SHOWN: u64 = 200;

/// What is known of the mail about a thing, newest message first; of very many the newest.
pub async fn status(conn: &impl ConnectionTrait, kind: &str, id: Uuid) -> Result<Vec<Found>> {
    let newest = delivery::Entity::find()
        .filter(message::Column::AboutKind.eq(kind))
        .filter(message::Column::AboutId.eq(id))
        .order_by_desc(delivery::Column::MessageId)
        .order_by_desc(delivery::Column::Id)
        .limit(SHOWN);
    let mut found = with_heads(newest).all(conn).await?;
    // The recipients of a message stand as they were named.
    found.sort_by_key(|found| (std::cmp::Reverse(found.delivery.message_id), found.delivery.id));
    Ok(found)
}
