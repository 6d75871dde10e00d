//! The rows of files.

mod unused;

use bytes::Bytes;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    db::Tx,
    error::{AppError, Result},
    files::{FileKind, Files, Received, entity},
    ids::FileId,
};

pub use entity::Model as Stored;
pub use unused::{NAMED_BY, named, remove_unused};

/// A file whose bytes are kept and which no row names yet.
#[derive(Clone, Debug)]
pub struct Kept {
    hash: String,
    name: String,
    kind: FileKind,
    size: i64,
}

/// Keeps the bytes of a received file, of the kind that `inspect` found. This takes as long as the disk does, so it comes
/// before the transaction; should that not be committed, `purge` takes what nothing names.
pub async fn keep(files: &Files, received: &Received, kind: FileKind) -> Result<Kept> {
    files.keep_path(&received.path, &received.hash).await?;
    let size = i64::try_from(received.size).map_err(AppError::internal)?;
    Ok(Kept { hash: received.hash.clone(), name: received.name.clone(), kind, size })
}

/// Keeps bytes that came out of something else, such as an archive, under a name.
pub async fn keep_made(files: &Files, name: &str, kind: FileKind, bytes: Bytes) -> Result<Kept> {
    let size = i64::try_from(bytes.len()).map_err(AppError::internal)?;
    Ok(Kept { hash: files.keep(bytes).await?, name: name.to_owned(), kind, size })
}

/// Adds the row of a file that is kept, so that a row never names what is not there.
pub async fn add(tx: &Tx, kept: &Kept) -> Result<FileId> {
    let id = FileId::new();
    entity::ActiveModel {
        id: Set(id),
        hash: Set(kept.hash.clone()),
        name: Set(kept.name.clone()),
        media_type: Set(kept.kind.media_type().to_owned()),
        size: Set(kept.size),
        created_at: Set(tx.now),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// Keeps what the program made itself and adds its row.
pub async fn add_made(files: &Files, tx: &Tx, name: &str, kind: FileKind, bytes: Bytes) -> Result<FileId> {
    add(tx, &keep_made(files, name, kind, bytes).await?).await
}

pub async fn find(conn: &impl ConnectionTrait, id: FileId) -> Result<Stored> {
    entity::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

pub async fn find_all(conn: &impl ConnectionTrait, ids: &[FileId]) -> Result<Vec<Stored>> {
    Ok(entity::Entity::find().filter(entity::Column::Id.is_in(ids.iter().copied())).all(conn).await?)
}
