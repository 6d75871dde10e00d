//! The rows of files.

mod unused;

use bytes::Bytes;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    db::Tx,
    error::{AppError, Result},
    files::{FileKind, Files, Received, entity},
    ids::FileId,
    state::AppState,
};

pub use entity::Model as Stored;
pub use unused::{NAMED_BY, named, remove_unused};

/// Keeps a received file and adds its row; call it with the kind that `inspect` found. The bytes are
/// stored first, so that a row never names what is not there.
pub async fn add(state: &AppState, tx: &Tx, received: &Received, kind: FileKind) -> Result<FileId> {
    state.files.keep_path(&received.path, &received.hash).await?;
    let id = FileId::new();
    entity::ActiveModel {
        id: Set(id),
        hash: Set(received.hash.clone()),
        name: Set(received.name.clone()),
        media_type: Set(kind.media_type().to_owned()),
        size: Set(i64::try_from(received.size).map_err(AppError::internal)?),
        created_at: Set(tx.now),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// Keeps what the program made itself and adds its row.
pub async fn add_made(files: &Files, tx: &Tx, name: &str, kind: FileKind, bytes: Bytes) -> Result<FileId> {
    let (id, size) = (FileId::new(), i64::try_from(bytes.len()).map_err(AppError::internal)?);
    entity::ActiveModel {
        id: Set(id),
        hash: Set(files.keep(bytes).await?),
        name: Set(name.to_owned()),
        media_type: Set(kind.media_type().to_owned()),
        size: Set(size),
        created_at: Set(tx.now),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

pub async fn find(conn: &impl ConnectionTrait, id: FileId) -> Result<Stored> {
    entity::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

pub async fn find_all(conn: &impl ConnectionTrait, ids: &[FileId]) -> Result<Vec<Stored>> {
    Ok(entity::Entity::find().filter(entity::Column::Id.is_in(ids.iter().copied())).all(conn).await?)
}
