//! Queries and commands on notices, a file per concern.

pub mod drafts;
pub mod following;
pub mod lists;
pub mod publication;
pub mod reading;
mod trail;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};

use super::{
    entity::{file, version},
    model::FileRole,
};
use crate::{
    db::Sql,
    error::{AppError, Result},
    files::{self, Stored},
    ids::{FileId, NoticeId, NoticeVersionId},
};

pub use version::Model as Version;

/// A file of a version.
#[derive(Clone, Debug)]
pub struct VersionFile {
    pub role: FileRole,
    pub stored: Stored,
}

/// All versions of a notice, newest first; none is no such notice.
pub async fn versions(conn: &impl ConnectionTrait, notice: NoticeId) -> Result<Vec<Version>> {
    let found = version::Entity::find()
        .filter(version::Column::NoticeId.eq(notice))
        .order_by_desc(version::Column::Number)
        .all(conn)
        .await?;
    if found.is_empty() { Err(AppError::NotFound) } else { Ok(found) }
}

/// The version in force; a notice that is still a draft has none.
pub async fn current(conn: &impl ConnectionTrait, notice: NoticeId) -> Result<Version> {
    versions(conn, notice)
        .await?
        .into_iter()
        .find(|v| v.published_at.is_some() && v.superseded_at.is_none())
        .ok_or(AppError::NotFound)
}

/// The version that is being written, if there is one.
pub async fn draft(conn: &impl ConnectionTrait, notice: NoticeId) -> Result<Option<Version>> {
    Ok(versions(conn, notice).await?.into_iter().find(|v| v.published_at.is_none()))
}

/// The files of a version: the original first, then the attachments in their order.
pub async fn files_of(conn: &impl ConnectionTrait, version: NoticeVersionId) -> Result<Vec<VersionFile>> {
    let rows = file::Entity::find()
        .filter(file::Column::VersionId.eq(version))
        .order_by_desc(file::Column::Role)
        .order_by_asc(file::Column::Position)
        .all(conn)
        .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.file_id).collect();
    let stored = files::find_all(conn, &ids).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let stored = stored.iter().find(|s| s.id == row.file_id)?.clone();
            Some(VersionFile { role: row.role, stored })
        })
        .collect())
}

/// A file if it belongs to one of these versions.
pub async fn file_of(conn: &impl ConnectionTrait, versions: &[NoticeVersionId], id: FileId) -> Result<Stored> {
    file::Entity::find()
        .filter(file::Column::FileId.eq(id))
        .filter(file::Column::VersionId.is_in(versions.iter().copied()))
        .one(conn)
        .await?
        .ok_or(AppError::NotFound)?;
    files::find(conn, id).await
}

/// The one column `n` of a count.
#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

async fn count(sql: Sql, conn: &impl ConnectionTrait) -> Result<u64> {
    Ok(sql.one::<Count>(conn).await?.map_or(0, |row| row.n.unsigned_abs()))
}
