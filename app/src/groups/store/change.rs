//! Adding and changing groups. The audit keeps every field but the secret, of which it keeps that it changed.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    audit,
    db::Tx,
    error::{AppError, Result, unique_violation},
    groups::{
        Wanted,
        entity::{ActiveModel, Column, Entity, Model, listed},
    },
    ids::GroupId,
    outbox::{self, Channel},
    text::Message,
    time::Instant,
};

/// A group as it is to be; `secret` is sealed, and nothing when the one that is there stays.
pub struct Draft {
    pub name: String,
    pub channel: Channel,
    pub secret: Option<String>,
    pub wanted: Wanted,
    pub active: bool,
}

impl Draft {
    fn row(&self, id: GroupId) -> ActiveModel {
        let row = ActiveModel {
            id: Set(id),
            name: Set(self.name.clone()),
            channel: Set(self.channel),
            news: Set(listed(&self.wanted.news)),
            plant_kinds: Set(listed(&self.wanted.plant_kinds)),
            districts: Set(listed(&self.wanted.districts)),
            active: Set(self.active),
            ..Default::default()
        };
        match &self.secret {
            Some(secret) => ActiveModel { secret: Set(secret.clone()), ..row },
            None => row,
        }
    }
}

/// What the audit keeps of a group.
fn kept(group: &Model) -> Value {
    let wanted = group.wanted();
    json!({
        "name": group.name,
        "channel": group.channel,
        "news": wanted.news,
        "kinds": wanted.plant_kinds,
        "districts": wanted.districts,
        "active": group.active,
    })
}

/// Somebody else gave a group this name since it was asked for.
fn name_taken(error: DbErr) -> AppError {
    match unique_violation(&error) {
        Some(_) => AppError::Refused(Message::of("groups.wrong.name_taken")),
        None => error.into(),
    }
}

pub async fn add(tx: &Tx, id: GroupId, draft: &Draft) -> Result<()> {
    let row = ActiveModel { free_at: Set(tx.now), created_at: Set(tx.now), row_version: Set(1), ..draft.row(id) };
    let group = row.insert(&**tx).await.map_err(name_taken)?;
    audit::record(tx, audit::Entry::new("chat_group.added", "chat_group").subject(id).after(&kept(&group))).await
}

/// Changes a group unless somebody did since `row_version` was read; `false` when somebody did. What still waits for a
/// group that is switched off is cancelled.
pub async fn change(tx: &Tx, before: &Model, row_version: i32, draft: &Draft) -> Result<bool> {
    let row = ActiveModel { row_version: Set(row_version + 1), ..draft.row(before.id) };
    let changed = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(before.id))
        .filter(Column::RowVersion.eq(row_version))
        .exec(&**tx)
        .await
        .map_err(name_taken)?;
    if changed.rows_affected == 0 {
        return Ok(false);
    }
    if before.active && !draft.active {
        outbox::store::cancel_to_group(tx, before.id).await?;
    }
    let after = super::find(&**tx, before.id).await?;
    let mut now = kept(&after);
    if let Value::Object(fields) = &mut now
        && after.secret != before.secret
    {
        fields.insert("secret_changed".to_owned(), true.into());
    }
    let entry = audit::Entry::new("chat_group.changed", "chat_group").subject(before.id);
    audit::record(tx, entry.before(&kept(before)).after(&now)).await?;
    Ok(true)
}

/// Leaves a group in peace until an instant; an earlier wish to do so longer stays.
pub async fn rest(tx: &Tx, id: GroupId, until: Instant) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::FreeAt, Expr::value(until))
        .filter(Column::Id.eq(id))
        .filter(Column::FreeAt.lt(until))
        .exec(&**tx)
        .await?;
    Ok(())
}
