//! What members do with a version: read it and acknowledge it. Both are recorded once.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{Sql, count};
use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::{MemberId, NoticeId, NoticeVersionId, PersonId},
};

/// Whether this person's reading is already recorded for all of these members.
pub async fn is_read(
    conn: &impl ConnectionTrait,
    version: NoticeVersionId,
    members: &[MemberId],
    person: PersonId,
) -> Result<bool> {
    let sql = Sql::new("SELECT count(*) AS n FROM notice_reads WHERE version_id = ")
        .bind(version)
        .push(" AND person_id = ")
        .bind(person)
        .push(" AND member_id IN ")
        .list(members.iter().copied());
    Ok(count(sql, conn).await? >= members.len() as u64)
}

/// Records that a person read a version, for each of these members that it addressed.
pub async fn read(tx: &Tx, version: NoticeVersionId, members: &[MemberId], person: PersonId) -> Result<()> {
    record_read(tx, version, members, person, None).await.map(drop)
}

async fn record_read(
    tx: &Tx,
    version: NoticeVersionId,
    members: &[MemberId],
    person: PersonId,
    remark: Option<&str>,
) -> Result<u64> {
    Sql::new("INSERT INTO notice_reads (version_id, member_id, person_id, at, on_behalf, remark) SELECT nm.version_id, nm.member_id, ")
        .bind(person)
        .push(", ")
        .bind(tx.now)
        .push(", ")
        .bind(remark.is_some())
        .push(", ")
        .bind(remark.map(str::to_owned))
        .push(" FROM notice_members nm WHERE nm.version_id = ")
        .bind(version)
        .push(" AND nm.member_id IN ")
        .list(members.iter().copied())
        .push(" ON CONFLICT (version_id, member_id, person_id) DO NOTHING")
        .run(&**tx)
        .await
}

/// Records the acknowledgement of those of these members that have not given it; says how many that were.
/// `remark` is what staff noted when it was given by phone.
pub async fn acknowledge(
    tx: &Tx,
    (notice, version): (NoticeId, NoticeVersionId),
    members: &[MemberId],
    person: PersonId,
    remark: Option<&str>,
) -> Result<usize> {
    #[derive(FromQueryResult)]
    struct Row {
        member_id: MemberId,
    }
    let given: Vec<Row> = Sql::new("UPDATE notice_members SET acknowledged_at = ")
        .bind(tx.now)
        .push(", acknowledged_by = ")
        .bind(person)
        .push(", on_behalf = ")
        .bind(remark.is_some())
        .push(", remark = ")
        .bind(remark.map(str::to_owned))
        .push(" WHERE acknowledged_at IS NULL AND version_id = ")
        .bind(version)
        .push(" AND member_id IN ")
        .list(members.iter().copied())
        .push(" RETURNING member_id")
        .all(&**tx)
        .await?;
    let act = if remark.is_some() { "notice.acknowledged_on_behalf" } else { "notice.acknowledged" };
    for row in &given {
        let entry = audit::Entry::new(act, "notice").subject(notice).member(row.member_id);
        audit::record(tx, entry.after(&remark)).await?;
    }
    Ok(given.len())
}

/// The remark with which this person wrote down that a member has read the version.
pub async fn remark_on_reading(
    conn: &impl ConnectionTrait,
    version: NoticeVersionId,
    member: MemberId,
    person: PersonId,
) -> Result<Option<String>> {
    #[derive(FromQueryResult)]
    struct Row {
        remark: Option<String>,
    }
    let row: Option<Row> = Sql::new("SELECT remark FROM notice_reads WHERE version_id = ")
        .bind(version)
        .push(" AND member_id = ")
        .bind(member)
        .push(" AND person_id = ")
        .bind(person)
        .one(conn)
        .await?;
    Ok(row.and_then(|row| row.remark))
}

/// Records that a member said by phone that it has read the version; `false` when this person did before.
pub async fn read_on_behalf(
    tx: &Tx,
    (notice, version): (NoticeId, NoticeVersionId),
    member: MemberId,
    person: PersonId,
    remark: &str,
) -> Result<bool> {
    let added = record_read(tx, version, &[member], person, Some(remark)).await?;
    if added == 1 {
        let entry = audit::Entry::new("notice.read_on_behalf", "notice").subject(notice).member(member);
        audit::record(tx, entry.after(&remark)).await?;
    }
    Ok(added == 1)
}
