//! Looking at groups.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    error::{AppError, Result},
    groups::entity::{Column, Entity, Model},
    ids::GroupId,
};

/// All groups by name; there are a few.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().order_by_asc(Column::Name).order_by_asc(Column::Id).all(conn).await?)
}

/// Those that get news now.
pub async fn active(conn: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Active.eq(true)).order_by_asc(Column::Id).all(conn).await?)
}

pub async fn find(conn: &impl ConnectionTrait, id: GroupId) -> Result<Model> {
    Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// Whether another group has this name.
pub async fn name_taken(conn: &impl ConnectionTrait, name: &str, but: Option<GroupId>) -> Result<bool> {
    let same = Entity::find().filter(Column::Name.eq(name)).all(conn).await?;
    Ok(same.iter().any(|group| Some(group.id) != but))
}
