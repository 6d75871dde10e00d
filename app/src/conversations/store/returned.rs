//! Our own mails that others speak of: the one that a report is about, its deliveries, and what unproved reports claim
//! of them.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};

use super::{Inbound, find::same_as_any};
use crate::{
    conversations::{
        entity::claimed::{ActiveModel, Column, Entity, Model},
        mail::Parsed,
    },
    db::Tx,
    error::Result,
    ids::{DeliveryId, InboundMailId, MessageId},
    outbox::{
        entity::{delivery, message},
        store::BouncedAs,
    },
};

/// What a report claims of a delivery.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub delivery: delivery::Model,
    pub said: BouncedAs,
}

/// The message that has this Message-ID.
pub async fn message(conn: &impl ConnectionTrait, rfc_id: &str) -> Result<Option<message::Model>> {
    Ok(message::Entity::find().filter(message::Column::RfcId.eq(rfc_id)).one(conn).await?)
}

/// The message that is the nearest of these Message-IDs, of which the nearest is the last.
pub async fn nearest(conn: &impl ConnectionTrait, rfc_ids: &[String]) -> Result<Option<message::Model>> {
    let found = message::Entity::find().filter(message::Column::RfcId.is_in(rfc_ids)).all(conn).await?;
    Ok(rfc_ids.iter().rev().find_map(|id| found.iter().find(|message| message.rfc_id == *id)).cloned())
}

/// A delivery with its message.
pub async fn delivery(
    conn: &impl ConnectionTrait,
    id: DeliveryId,
) -> Result<Option<(delivery::Model, message::Model)>> {
    let found = delivery::Entity::find_by_id(id).find_also_related(message::Entity).one(conn).await?;
    Ok(found.and_then(|(delivery, message)| Some((delivery, message?))))
}

/// Whether a mail that came in may be what proves that a delivery came back.
pub async fn is_proof(conn: &impl ConnectionTrait, mail: &Inbound) -> Result<bool> {
    let Some(id) = mail.delivery_id else { return Ok(false) };
    let found = delivery::Entity::find_by_id(id).filter(delivery::Column::BouncedAt.is_not_null()).one(conn).await?;
    Ok(found.is_some())
}

/// The deliveries of a message to these addresses; else its only one, for a mailbox may lead to another.
pub async fn deliveries(
    conn: &impl ConnectionTrait,
    id: MessageId,
    addresses: &[&str],
) -> Result<Vec<delivery::Model>> {
    let all = delivery::Entity::find().filter(delivery::Column::MessageId.eq(id));
    let named = all.clone().filter(same_as_any(delivery::Column::Email, addresses)).all(conn).await?;
    if !named.is_empty() {
        return Ok(named);
    }
    let first = all.limit(2).all(conn).await?;
    Ok(if first.len() == 1 { first } else { Vec::new() })
}

/// Whether it is a mail of the portal itself.
pub async fn is_ours(conn: &impl ConnectionTrait, parsed: &Parsed) -> Result<bool> {
    let Some(rfc_id) = parsed.rfc_id.as_deref().filter(|_| !parsed.from_email.is_empty()) else { return Ok(false) };
    let is_from = |sender: &str| {
        let address = sender.rsplit_once('<').map_or(sender, |(_, rest)| rest.trim_end_matches('>'));
        address.trim().eq_ignore_ascii_case(&parsed.from_email)
    };
    Ok(message(conn, rfc_id).await?.is_some_and(|message| is_from(&message.sender)))
}

/// Notes what a report claims; once of each delivery.
pub async fn add_claims(tx: &Tx, mail: InboundMailId, claims: &[Claimed]) -> Result<()> {
    for Claimed { delivery, said } in claims {
        let row = ActiveModel {
            mail_id: Set(mail),
            delivery_id: Set(delivery.id),
            code: Set(said.code.map(i32::from)),
            enhanced: Set(said.status.clone()),
            words: Set(said.words.clone()),
            server: Set(said.server.clone()),
        };
        row.insert(&**tx).await?;
    }
    Ok(())
}

/// What a report claims.
pub async fn claims(conn: &impl ConnectionTrait, mail: InboundMailId) -> Result<Vec<Claimed>> {
    let rows = Entity::find().filter(Column::MailId.eq(mail)).all(conn).await?;
    let ids: Vec<DeliveryId> = rows.iter().map(|row| row.delivery_id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let deliveries = delivery::Entity::find().filter(delivery::Column::Id.is_in(ids)).all(conn).await?;
    let of = |row: Model| {
        let delivery = deliveries.iter().find(|delivery| delivery.id == row.delivery_id)?.clone();
        let code = row.code.and_then(|code| u16::try_from(code).ok());
        Some(Claimed { delivery, said: BouncedAs { code, status: row.enhanced, words: row.words, server: row.server } })
    };
    Ok(rows.into_iter().filter_map(of).collect())
}
