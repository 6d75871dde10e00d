//! Writing a version before it is published. Every save names the `row_version` that it changes, so that
//! two people at one draft cannot overwrite each other.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
};

use super::{
    Sql, Version, VersionFile, draft, files_of,
    trail::{self, Side},
};
use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::{FileId, MemberId, NoticeId, NoticeVersionId},
    notices::{
        entity::{file, notice, version},
        model::{Audience, FileRole, Kind},
    },
    time::Instant,
};

/// What a person writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub kind: Kind,
    pub document_number: Option<String>,
    pub title: String,
    pub body: String,
    pub audience: Audience,
    pub audience_values: Vec<String>,
    pub must_acknowledge: bool,
    pub acknowledge_by: Option<Instant>,
    pub reason: Option<String>,
}

/// What a version says, as it was written.
impl From<&Version> for Content {
    fn from(version: &Version) -> Self {
        Self {
            kind: version.kind,
            document_number: version.document_number.clone(),
            title: version.title.clone(),
            body: version.body.clone(),
            audience: version.audience,
            audience_values: version.audience_list(),
            must_acknowledge: version.must_acknowledge,
            acknowledge_by: version.acknowledge_by,
            reason: version.reason.clone(),
        }
    }
}

/// A new notice with its first draft.
pub async fn create(tx: &Tx, id: NoticeId, content: Content, files: &[(FileId, FileRole)]) -> Result<NoticeVersionId> {
    notice::ActiveModel { id: Set(id), created_at: Set(tx.now), created_by: Set(tx.actor.person) }
        .insert(&**tx)
        .await?;
    add_version(tx, id, 1, content, files).await
}

async fn add_version(
    tx: &Tx,
    notice: NoticeId,
    number: i32,
    content: Content,
    files: &[(FileId, FileRole)],
) -> Result<NoticeVersionId> {
    let id = NoticeVersionId::new();
    let begun = trail::begun(tx, Side { content: &content, files }).await?;
    version::ActiveModel {
        id: Set(id),
        notice_id: Set(notice),
        number: Set(number),
        kind: Set(content.kind),
        document_number: Set(content.document_number),
        title: Set(content.title),
        body: Set(content.body),
        audience: Set(content.audience),
        audience_values: Set(serde_json::json!(content.audience_values).to_string()),
        must_acknowledge: Set(content.must_acknowledge),
        acknowledge_by: Set(content.acknowledge_by),
        reason: Set(content.reason),
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
        publish_at: Set(None),
        not_published: Set(None),
        published_at: Set(None),
        addressed: Set(None),
        superseded_at: Set(None),
        reminded_at: Set(None),
        row_version: Set(1),
    }
    .insert(&**tx)
    .await?;
    set_files(tx, id, files).await?;
    audit::record(tx, audit::Entry::new("notice.drafted", "notice").subject(notice).after(&begun)).await?;
    Ok(id)
}

/// Begins the correction of the version in force; `false` when it is no longer that, or when somebody
/// else has begun one.
pub async fn correct(tx: &Tx, base: &Version, content: Content, files: &[(FileId, FileRole)]) -> Result<bool> {
    // The row is held, so that of two people who begin at once one waits for the other.
    let held = Sql::new("UPDATE notice_versions SET row_version = row_version WHERE superseded_at IS NULL AND id = ")
        .bind(base.id)
        .run(&**tx)
        .await?;
    if held == 0 || draft(&**tx, base.notice_id).await?.is_some() {
        return Ok(false);
    }
    add_version(tx, base.notice_id, base.number + 1, content, files).await.map(|_| true)
}

/// Saves the draft if nobody did since `row_version` was read; `false` when somebody did, or when it has
/// been published meanwhile. A draft that was waiting for its time waits no longer.
pub async fn save(
    tx: &Tx,
    draft: &Version,
    row_version: i32,
    content: Content,
    files: &[(FileId, FileRole)],
) -> Result<bool> {
    let old = Content::from(draft);
    let old_files = carried(&files_of(&**tx, draft.id).await?);
    let before = Side { content: &old, files: &old_files };
    let (before, after) = trail::changed(tx, before, Side { content: &content, files }).await?;
    let changed = version::Entity::update_many()
        .set(version::ActiveModel {
            kind: Set(content.kind),
            document_number: Set(content.document_number),
            title: Set(content.title),
            body: Set(content.body),
            audience: Set(content.audience),
            audience_values: Set(serde_json::json!(content.audience_values).to_string()),
            must_acknowledge: Set(content.must_acknowledge),
            acknowledge_by: Set(content.acknowledge_by),
            reason: Set(content.reason),
            publish_at: Set(None),
            not_published: Set(None),
            row_version: Set(row_version + 1),
            ..Default::default()
        })
        .filter(version::Column::Id.eq(draft.id))
        .filter(version::Column::RowVersion.eq(row_version))
        .filter(version::Column::PublishedAt.is_null())
        .exec(&**tx)
        .await?;
    if changed.rows_affected == 0 {
        return Ok(false);
    }
    set_files(tx, draft.id, files).await?;
    let entry = audit::Entry::new("notice.draft_changed", "notice").subject(draft.notice_id);
    audit::record(tx, entry.before(&before).after(&after)).await?;
    Ok(true)
}

async fn set_files(tx: &Tx, version: NoticeVersionId, files: &[(FileId, FileRole)]) -> Result<()> {
    file::Entity::delete_many().filter(file::Column::VersionId.eq(version)).exec(&**tx).await?;
    let rows = files.iter().zip(1..).map(|((id, role), position)| file::ActiveModel {
        version_id: Set(version),
        file_id: Set(*id),
        role: Set(*role),
        position: Set(position),
    });
    if !files.is_empty() {
        file::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Removes a draft if nobody changed it since `row_version` was read; with it the whole notice when it was
/// never published.
pub async fn remove(tx: &Tx, draft: &Version, row_version: i32) -> Result<bool> {
    let (content, files) = (Content::from(draft), carried(&files_of(&**tx, draft.id).await?));
    let before = trail::ended(tx, Side { content: &content, files: &files }).await?;
    file::Entity::delete_many().filter(file::Column::VersionId.eq(draft.id)).exec(&**tx).await?;
    let removed = version::Entity::delete_many()
        .filter(version::Column::Id.eq(draft.id))
        .filter(version::Column::RowVersion.eq(row_version))
        .filter(version::Column::PublishedAt.is_null())
        .exec(&**tx)
        .await?;
    if removed.rows_affected == 0 {
        return Ok(false);
    }
    if draft.number == 1 {
        notice::Entity::delete_by_id(draft.notice_id).exec(&**tx).await?;
    }
    let entry = audit::Entry::new("notice.draft_removed", "notice").subject(draft.notice_id).before(&before);
    audit::record(tx, entry).await?;
    Ok(true)
}

/// The files of a version as they are carried into the next.
pub fn carried(files: &[VersionFile]) -> Vec<(FileId, FileRole)> {
    files.iter().map(|f| (f.stored.id, f.role)).collect()
}

/// A member as it is looked for by name or credit code.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    pub id: MemberId,
    pub name: String,
    pub credit_code: String,
}

/// The members whose full name, short name or credit code is one of these.
pub async fn members_called(conn: &impl ConnectionTrait, lines: &[String]) -> Result<Vec<(Option<String>, Found)>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: MemberId,
        name: String,
        short_name: Option<String>,
        credit_code: String,
    }
    let rows: Vec<Row> =
        Sql::new("SELECT id, name, short_name, credit_code FROM members WHERE left_at IS NULL AND (name IN ")
            .list(lines.iter().cloned())
            .push(" OR short_name IN ")
            .list(lines.iter().cloned())
            .push(" OR credit_code IN ")
            .list(lines.iter().map(|line| line.to_uppercase()))
            .push(")")
            .all(conn)
            .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.short_name, Found { id: row.id, name: row.name, credit_code: row.credit_code }))
        .collect())
}
