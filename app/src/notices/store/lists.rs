//! Lists of notices, paged by publication and id, newest first. Each walks the index of current versions
//! and stops after its page.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{Sql, Version, count};
use crate::{
    current::Current,
    db::like_pattern,
    error::Result,
    ids::{MemberId, NoticeVersionId},
    notices::model::{Key, Kind, PAGE, Unready},
    paging::{From, Paged},
    time::Instant,
    todo,
};

/// Counting stops here; more is “1,000+”.
const COUNTED: u32 = 1_001;

/// Whose list it is.
#[derive(Clone, Debug)]
pub enum Reader {
    Public,
    Members(Vec<MemberId>),
    Office,
}

/// What the address of a list asks for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub kind: Option<Kind>,
    /// A part of the title or of the document number.
    pub words: Option<String>,
    /// The page after (older than) this row, or before (newer than) it.
    pub after: Option<Key>,
    pub before: Option<Key>,
}

/// A page of a list and where its neighbours begin.
#[derive(Clone, Debug)]
pub struct Listed {
    pub versions: Vec<Version>,
    pub before: Option<Key>,
    pub after: Option<Key>,
    pub count: u64,
}

pub async fn published(conn: &impl ConnectionTrait, reader: &Reader, wanted: &Wanted) -> Result<Listed> {
    let from = From::of(wanted.after, wanted.before);
    let mut sql = matching(Sql::new("SELECT v.* FROM notice_versions v"), reader, wanted);
    if let From::Before(key) | From::After(key) = from {
        let sign = if from.is_backwards() { ">" } else { "<" };
        sql = sql.push(&format!(" AND (v.published_at, v.notice_id) {sign} ("));
        sql = sql.bind(key.at).push(", ").bind(key.id).push(")");
    }
    let order = if from.is_backwards() { "ASC" } else { "DESC" };
    sql = sql.push(&format!(" ORDER BY v.published_at {order}, v.notice_id {order} LIMIT {}", PAGE + 1));
    let versions: Vec<Version> = sql.all(conn).await?;
    let Paged { rows: versions, before, after } = from.page(versions, PAGE, key_of);
    let inner = matching(Sql::new("SELECT count(*) AS n FROM (SELECT 1 AS x FROM notice_versions v"), reader, wanted)
        .push(&format!(" LIMIT {COUNTED}) AS counted"));
    Ok(Listed { before: before.flatten(), after: after.flatten(), count: count(inner, conn).await?, versions })
}

fn key_of(version: &Version) -> Option<Key> {
    version.published_at.map(|at| Key { at, id: version.notice_id })
}

fn matching(sql: Sql, reader: &Reader, wanted: &Wanted) -> Sql {
    let mut sql = sql.push(" WHERE v.published_at IS NOT NULL AND v.superseded_at IS NULL");
    sql = match reader {
        Reader::Office => sql,
        Reader::Public => sql.push(" AND v.audience = 'public'"),
        Reader::Members(ids) => sql
            .push(" AND (v.audience = 'public' OR EXISTS (SELECT 1 FROM notice_members nm WHERE nm.version_id = v.id AND nm.member_id IN ")
            .list(ids.iter().copied())
            .push("))"),
    };
    if let Some(kind) = wanted.kind {
        sql = sql.push(" AND v.kind = ").bind(kind);
    }
    if let Some(words) = &wanted.words {
        let pattern = like_pattern(words);
        sql = sql.push(" AND (LOWER(v.title) LIKE LOWER(").bind(pattern.clone()).push(") ESCAPE '\\'");
        sql = sql.push(" OR LOWER(v.document_number) LIKE LOWER(").bind(pattern).push(") ESCAPE '\\')");
    }
    sql
}

/// Everything that is being written or waits for its time, the newest first.
pub async fn unpublished(conn: &impl ConnectionTrait) -> Result<Vec<Version>> {
    Sql::new("SELECT v.* FROM notice_versions v WHERE v.published_at IS NULL ORDER BY v.created_at DESC LIMIT 200")
        .all(conn)
        .await
}

/// How many members of a version owe it their acknowledgement.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Behind {
    pub version_id: NoticeVersionId,
    pub n: i64,
}

pub async fn behind(conn: &impl ConnectionTrait, versions: &[NoticeVersionId]) -> Result<Vec<Behind>> {
    Sql::new(
        "SELECT nm.version_id, count(*) AS n FROM notice_members nm JOIN members m ON m.id = nm.member_id \
         WHERE nm.expected AND nm.acknowledged_at IS NULL AND m.left_at IS NULL AND nm.version_id IN ",
    )
    .list(versions.iter().copied())
    .push(" GROUP BY nm.version_id")
    .all(conn)
    .await
}

/// The standing of one member towards one version.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Standing {
    pub version_id: NoticeVersionId,
    pub member_id: MemberId,
    pub member_name: String,
    pub expected: bool,
    pub acknowledged_at: Option<Instant>,
    pub acknowledged_by: Option<String>,
    pub on_behalf: bool,
}

impl Standing {
    /// Whether this person owes the member's acknowledgement; for one that left nobody gives it.
    pub fn is_owed_by(&self, current: &Current) -> bool {
        self.expected && self.acknowledged_at.is_none() && current.acts_for_member(self.member_id).is_ok()
    }
}

/// How these members stand towards these versions; only those that were addressed have a row.
pub async fn standings(
    conn: &impl ConnectionTrait,
    versions: &[NoticeVersionId],
    members: &[MemberId],
) -> Result<Vec<Standing>> {
    if members.is_empty() || versions.is_empty() {
        return Ok(Vec::new());
    }
    Sql::new(
        "SELECT nm.version_id, nm.member_id, m.name AS member_name, nm.expected, nm.acknowledged_at, \
         p.name AS acknowledged_by, nm.on_behalf FROM notice_members nm JOIN members m ON m.id = nm.member_id \
         LEFT JOIN persons p ON p.id = nm.acknowledged_by WHERE nm.version_id IN ",
    )
    .list(versions.iter().copied())
    .push(" AND nm.member_id IN ")
    .list(members.iter().copied())
    .push(" ORDER BY m.name")
    .all(conn)
    .await
}

/// A current version that waits for a member's acknowledgement.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Waiting {
    pub notice_id: crate::ids::NoticeId,
    pub title: String,
    pub acknowledge_by: Option<Instant>,
    pub member_name: String,
}

/// What waits for the acknowledgement of these members, the nearest deadline first; as many as 待办 lists.
pub async fn waiting(conn: &impl ConnectionTrait, members: &[MemberId]) -> Result<Vec<Waiting>> {
    waiting_of("SELECT v.notice_id, v.title, v.acknowledge_by, m.name AS member_name", members)
        .push(&format!(" ORDER BY v.acknowledge_by IS NULL, v.acknowledge_by, v.id DESC LIMIT {}", todo::SHOWN))
        .all(conn)
        .await
}

pub async fn count_waiting(conn: &impl ConnectionTrait, members: &[MemberId]) -> Result<u64> {
    count(waiting_of("SELECT count(*) AS n", members), conn).await
}

fn waiting_of(columns: &str, members: &[MemberId]) -> Sql {
    Sql::new(columns)
        .push(
            " FROM notice_members nm JOIN notice_versions v ON v.id = nm.version_id JOIN members m ON m.id = nm.member_id \
             WHERE nm.expected AND nm.acknowledged_at IS NULL AND v.superseded_at IS NULL AND m.left_at IS NULL \
             AND nm.member_id IN ",
        )
        .list(members.iter().copied())
}

/// A current version whose deadline passed while members have not acknowledged it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Overdue {
    pub notice_id: crate::ids::NoticeId,
    pub title: String,
    pub acknowledge_by: Option<Instant>,
    pub n: i64,
}

pub async fn overdue(conn: &impl ConnectionTrait, now: Instant) -> Result<Vec<Overdue>> {
    Sql::new(&format!(
        "SELECT v.notice_id, v.title, v.acknowledge_by, (SELECT count(*){BEHIND}) AS n FROM notice_versions v{OVERDUE}"
    ))
    .bind(now)
    .push(&format!(" AND EXISTS (SELECT 1{BEHIND})"))
    .push(&format!(" ORDER BY v.acknowledge_by DESC LIMIT {}", todo::SHOWN))
    .all(conn)
    .await
}

/// How many notices are overdue; counting stops at a hundred.
pub async fn count_overdue(conn: &impl ConnectionTrait, now: Instant) -> Result<u64> {
    let sql = Sql::new("SELECT count(*) AS n FROM (SELECT 1 AS x FROM notice_versions v")
        .push(OVERDUE)
        .bind(now)
        .push(&format!(" AND EXISTS (SELECT 1{BEHIND})"))
        .push(" LIMIT 100) AS counted");
    count(sql, conn).await
}

const OVERDUE: &str = " WHERE v.must_acknowledge AND v.published_at IS NOT NULL AND v.superseded_at IS NULL \
                       AND v.acknowledge_by < ";
/// Those that owe their acknowledgement; who left owes none.
const BEHIND: &str = " FROM notice_members nm JOIN members m ON m.id = nm.member_id \
                      WHERE nm.version_id = v.id AND nm.expected AND nm.acknowledged_at IS NULL AND m.left_at IS NULL";

/// Drafts whose time passed without them, the newest first; as many as 待办 lists.
pub async fn not_published(conn: &impl ConnectionTrait) -> Result<Vec<NotPublished>> {
    Sql::new("SELECT v.notice_id, v.title, v.not_published AS problem")
        .push(NOT_PUBLISHED)
        .push(&format!(" ORDER BY v.id DESC LIMIT {}", todo::SHOWN))
        .all(conn)
        .await
}

pub async fn count_not_published(conn: &impl ConnectionTrait) -> Result<u64> {
    count(Sql::new("SELECT count(*) AS n").push(NOT_PUBLISHED), conn).await
}

const NOT_PUBLISHED: &str = " FROM notice_versions v WHERE v.not_published IS NOT NULL";

/// A draft whose time passed without it, and why.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NotPublished {
    pub notice_id: crate::ids::NoticeId,
    pub title: String,
    pub problem: Unready,
}
