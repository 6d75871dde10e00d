//! The rows of talks; they are only ever added.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Talk;
use crate::{
    conversations::{
        entity::talk::{ActiveModel, Column, Entity},
        model::{Channel, Conversation},
    },
    db::Tx,
    error::Result,
    ids::TalkId,
};

/// Talks of one conversation that are shown beside it.
pub const SHOWN: usize = 200;

pub async fn add(tx: &Tx, of: Conversation, channel: Channel, note: Option<String>) -> Result<TalkId> {
    let id = TalkId::new();
    ActiveModel {
        id: Set(id),
        about_kind: Set(of.kind.to_string()),
        about_id: Set(of.id),
        at: Set(tx.now),
        channel: Set(channel),
        note: Set(note),
        person_id: Set(tx.actor.person),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// The newest talks of a conversation, newest first; and whether there are more.
pub async fn of(conn: &impl ConnectionTrait, of: Conversation) -> Result<(Vec<Talk>, bool)> {
    let mut talks = Entity::find()
        .filter(Column::AboutKind.eq(of.kind.to_string()))
        .filter(Column::AboutId.eq(of.id))
        .order_by_desc(Column::Id)
        .limit(SHOWN as u64 + 1)
        .all(conn)
        .await?;
    let is_cut = talks.len() > SHOWN;
    talks.truncate(SHOWN);
    Ok((talks, is_cut))
}
