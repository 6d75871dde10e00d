//! Queries on codes.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{error::Result, ids::EntranceId, place_codes::entity::code};

pub use code::Model as Code;

/// The current code of each of these entrances that has one.
pub async fn current_of(conn: &impl ConnectionTrait, entrances: &[EntranceId]) -> Result<HashMap<EntranceId, Code>> {
    let codes = code::Entity::find()
        .filter(code::Column::EntranceId.is_in(entrances.iter().copied()))
        .filter(code::Column::WithdrawnAt.is_null())
        .order_by_asc(code::Column::Version)
        .all(conn)
        .await?;
    Ok(codes.into_iter().map(|code| (code.entrance_id, code)).collect())
}
