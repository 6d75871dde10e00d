//! Looking at deliveries: one, and those of a thing.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    error::{AppError, Result},
    ids::DeliveryId,
    outbox::{
        Attachment,
        entity::{delivery, message},
    },
    time::Instant,
};

/// A delivery and the message that it carries.
#[derive(Clone, Debug)]
pub struct Found {
    pub delivery: delivery::Model,
    pub message: message::Model,
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

/// The hashes of the content that goes, or went, with messages.
pub async fn attached(conn: &impl ConnectionTrait) -> Result<HashSet<String>> {
    let lists: Vec<String> = message::Entity::find()
        .select_only()
        .column(message::Column::Attachments)
        .filter(message::Column::Attachments.ne("[]"))
        .into_tuple()
        .all(conn)
        .await?;
    let mut hashes = HashSet::new();
    for list in lists {
        let attachments: Vec<Attachment> = serde_json::from_str(&list).map_err(AppError::internal)?;
        hashes.extend(attachments.into_iter().map(|attachment| attachment.hash));
    }
    Ok(hashes)
}

pub async fn found(conn: &impl ConnectionTrait, id: DeliveryId) -> Result<Found> {
    let delivery = delivery::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)?;
    let message = message::Entity::find_by_id(delivery.message_id).one(conn).await?.ok_or(AppError::NotFound)?;
    Ok(Found { delivery, message })
}

/// Most deliveries of one thing that are shown beside it.
const SHOWN: u64 = 200;

/// What is known of the mail about a thing, newest message first.
pub async fn status(conn: &impl ConnectionTrait, kind: &str, id: Uuid) -> Result<Vec<Found>> {
    let messages = message::Entity::find()
        .filter(message::Column::AboutKind.eq(kind))
        .filter(message::Column::AboutId.eq(id))
        .order_by_desc(message::Column::Id)
        .limit(SHOWN)
        .all(conn)
        .await?;
    let deliveries = delivery::Entity::find()
        .filter(delivery::Column::MessageId.is_in(messages.iter().map(|message| message.id)))
        .order_by_asc(delivery::Column::Id)
        .limit(SHOWN)
        .all(conn)
        .await?;
    Ok(messages
        .iter()
        .flat_map(|message| {
            deliveries
                .iter()
                .filter(|delivery| delivery.message_id == message.id)
                .map(|delivery| Found { delivery: delivery.clone(), message: message.clone() })
        })
        .collect())
}
