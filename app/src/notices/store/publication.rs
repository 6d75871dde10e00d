//! Publishing: one transaction fixes the version, whom it addresses and the mails that tell of it. All
//! of it is set-based, so that thousands of members cost a few statements.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Sql, Version, count, files_of};
use crate::{
    audit,
    db::Tx,
    error::{AppError, Result},
    ids::{MemberId, MessageId, NoticeId, NoticeVersionId},
    members::model::Duty,
    notices::{
        entity::version,
        model::{Audience, FileRole, REMINDER_EVERY, Unready, unready},
    },
    outbox::Recipient,
    time::Instant,
};

/// Marks the draft as published now and takes the version before it out of force. `false` when somebody
/// changed or published it since `row_version` was read: of two replicas at one draft, one wins.
pub async fn publish(tx: &Tx, draft: &Version) -> Result<bool> {
    let changed = version::Entity::update_many()
        .set(version::ActiveModel { published_at: Set(Some(tx.now)), not_published: Set(None), ..Default::default() })
        .filter(version::Column::Id.eq(draft.id))
        .filter(version::Column::RowVersion.eq(draft.row_version))
        .filter(version::Column::PublishedAt.is_null())
        .exec(&**tx)
        .await?;
    if changed.rows_affected == 0 {
        return Ok(false);
    }
    Sql::new("UPDATE notice_versions SET superseded_at = ")
        .bind(tx.now)
        .push(" WHERE published_at IS NOT NULL AND superseded_at IS NULL AND notice_id = ")
        .bind(draft.notice_id)
        .push(" AND id <> ")
        .bind(draft.id)
        .run(&**tx)
        .await?;
    let addressed = address(tx, draft).await?;
    Sql::new("UPDATE notice_versions SET addressed = ")
        .bind(i32::try_from(addressed).map_err(AppError::internal)?)
        .push(" WHERE id = ")
        .bind(draft.id)
        .run(&**tx)
        .await?;
    let entry = audit::Entry::new("notice.published", "notice").subject(draft.notice_id);
    let after = serde_json::json!({
        "title": draft.title,
        "version": draft.number,
        "audience": draft.audience,
        "addressed": addressed,
    });
    audit::record(tx, entry.after(&after)).await?;
    Ok(true)
}

/// Fixes the members that a version addresses.
async fn address(tx: &Tx, version: &Version) -> Result<u64> {
    let insert = Sql::new("INSERT INTO notice_members (version_id, member_id, expected, on_behalf) SELECT ")
        .bind(version.id)
        .push(", m.id, ")
        .bind(version.must_acknowledge)
        .push(", false");
    audience(insert, version).run(&**tx).await
}

/// How many members a version would address now.
pub async fn would_address(conn: &impl ConnectionTrait, version: &Version) -> Result<u64> {
    count(audience(Sql::new("SELECT count(*) AS n"), version), conn).await
}

fn audience(sql: Sql, version: &Version) -> Sql {
    let sql = sql.push(" FROM members m WHERE m.left_at IS NULL");
    let list = version.audience_list();
    let plants = " AND EXISTS (SELECT 1 FROM plants p WHERE p.member_id = m.id AND p.closed_at IS NULL AND p.";
    match version.audience {
        Audience::Public | Audience::Members => sql,
        Audience::Kinds => sql.push(plants).push("kind IN ").list(list).push(")"),
        Audience::Districts => sql.push(plants).push("district IN ").list(list).push(")"),
        Audience::Chosen => {
            // What is no id names no member.
            let ids: Vec<MemberId> = list.iter().filter_map(|id| id.parse().ok()).collect();
            sql.push(" AND m.id IN ").list(ids)
        }
    }
}

/// What keeps a draft from being published at a time: by itself, or because it would go to nobody.
pub async fn problem(conn: &impl ConnectionTrait, draft: &Version, at: Instant) -> Result<Option<Unready>> {
    let original = files_of(conn, draft.id).await?.iter().any(|file| file.role == FileRole::Original);
    if let Some(problem) = unready(&draft.body, original, draft.acknowledge_by, at) {
        return Ok(Some(problem));
    }
    let named = !matches!(draft.audience, Audience::Public | Audience::Members);
    Ok((named && would_address(conn, draft).await? == 0).then_some(Unready::Nobody))
}

/// Notes that a draft is to be published by itself at a time, or no longer; `false` when it was changed.
pub async fn schedule(tx: &Tx, draft: &Version, row_version: i32, at: Option<Instant>) -> Result<bool> {
    if !plan(tx, draft, row_version, (at, None)).await? {
        return Ok(false);
    }
    let act = if at.is_some() { "notice.scheduled" } else { "notice.unscheduled" };
    let entry = audit::Entry::new(act, "notice").subject(draft.notice_id);
    audit::record(tx, entry.before(&planned(draft.publish_at)).after(&planned(at))).await?;
    Ok(true)
}

/// Takes a draft that cannot be published at its time off its schedule; `false` when it was changed.
pub async fn give_up(tx: &Tx, draft: &Version, problem: Unready) -> Result<bool> {
    if !plan(tx, draft, draft.row_version, (None, Some(problem))).await? {
        return Ok(false);
    }
    let entry = audit::Entry::new("notice.not_published", "notice").subject(draft.notice_id);
    let after = serde_json::json!({ "publish_at": null, "not_published": problem });
    audit::record(tx, entry.before(&planned(draft.publish_at)).after(&after)).await?;
    Ok(true)
}

async fn plan(
    tx: &Tx,
    draft: &Version,
    row_version: i32,
    (at, problem): (Option<Instant>, Option<Unready>),
) -> Result<bool> {
    let plan = version::ActiveModel {
        publish_at: Set(at),
        not_published: Set(problem),
        row_version: Set(row_version + 1),
        ..Default::default()
    };
    let changed = version::Entity::update_many()
        .set(plan)
        .filter(version::Column::Id.eq(draft.id))
        .filter(version::Column::RowVersion.eq(row_version))
        .filter(version::Column::PublishedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

fn planned(at: Option<Instant>) -> serde_json::Value {
    serde_json::json!({ "publish_at": at.map(Instant::show) })
}

/// The notices of which a draft's time has come, the longest due first. All of them: one that cannot be
/// published must not take the place of another.
pub async fn due(conn: &impl ConnectionTrait, now: Instant) -> Result<Vec<NoticeId>> {
    let due: Vec<NoticeId> = version::Entity::find()
        .select_only()
        .column(version::Column::NoticeId)
        .filter(version::Column::PublishedAt.is_null())
        .filter(version::Column::PublishAt.lte(now))
        .order_by_asc(version::Column::PublishAt)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(due)
}

/// Whether a mail told of this version when it was published.
pub async fn is_mailed(conn: &impl ConnectionTrait, version: NoticeVersionId) -> Result<bool> {
    let sql = Sql::new("SELECT count(*) AS n FROM notice_mailings WHERE version_id = ").bind(version);
    Ok(count(sql, conn).await? > 0)
}

/// The contacts for notices of the members that a version addressed, each member's apart; `behind` takes
/// only those that have not acknowledged it.
pub async fn recipients(tx: &Tx, version: NoticeVersionId, behind: bool) -> Result<Vec<Recipient>> {
    #[derive(FromQueryResult)]
    struct Row {
        member_id: MemberId,
        name: String,
        email: String,
    }
    let only = if behind { " AND nm.acknowledged_at IS NULL" } else { "" };
    let rows: Vec<Row> = Sql::new(
        "SELECT DISTINCT c.member_id, c.name, c.email FROM notice_members nm \
         JOIN members m ON m.id = nm.member_id AND m.left_at IS NULL \
         JOIN contacts c ON c.member_id = nm.member_id WHERE c.email <> '' AND c.duties LIKE ",
    )
    .bind(format!("%,{},%", Duty::Notices))
    .push(" AND nm.version_id = ")
    .bind(version)
    .push(only)
    .push(" ORDER BY c.member_id, c.email")
    .all(&**tx)
    .await?;
    let mut recipients: Vec<Recipient> = rows
        .into_iter()
        .map(|row| Recipient { name: row.name, email: row.email, member: Some(row.member_id) })
        .collect();
    recipients.dedup_by(|a, b| a.member == b.member && a.email.eq_ignore_ascii_case(&b.email));
    Ok(recipients)
}

/// Notes that a message tells of this version.
pub async fn add_mailing(tx: &Tx, message: MessageId, version: NoticeVersionId, reminder: bool) -> Result<()> {
    Sql::new("INSERT INTO notice_mailings (message_id, version_id, reminder, at, person_id) VALUES (")
        .bind(message)
        .push(", ")
        .bind(version)
        .push(", ")
        .bind(reminder)
        .push(", ")
        .bind(tx.now)
        .push(", ")
        .bind(tx.actor.person)
        .push(")")
        .run(&**tx)
        .await
        .map(drop)
}

/// Notes that a mail which told of a version was sent again as another message.
pub async fn mail_resent(tx: &Tx, old: MessageId, new: MessageId) -> Result<()> {
    Sql::new("INSERT INTO notice_mailings (message_id, version_id, reminder, at, person_id) SELECT ")
        .bind(new)
        .push(", version_id, reminder, ")
        .bind(tx.now)
        .push(", ")
        .bind(tx.actor.person)
        .push(" FROM notice_mailings WHERE message_id = ")
        .bind(old)
        .run(&**tx)
        .await
        .map(drop)
}

/// Takes the turn to remind of a version; `false` when somebody did within the hour.
pub async fn take_reminder(tx: &Tx, version: NoticeVersionId) -> Result<bool> {
    let taken = Sql::new("UPDATE notice_versions SET reminded_at = ")
        .bind(tx.now)
        .push(" WHERE superseded_at IS NULL AND published_at IS NOT NULL AND id = ")
        .bind(version)
        .push(" AND (reminded_at IS NULL OR reminded_at <= ")
        .bind(tx.now.plus(-REMINDER_EVERY))
        .push(")")
        .run(&**tx)
        .await?;
    Ok(taken == 1)
}

/// Keeps in the audit that members were reminded.
pub async fn note_reminder(tx: &Tx, notice: NoticeId, recipients: u64) -> Result<()> {
    let after = serde_json::json!({ "recipients": recipients });
    audit::record(tx, audit::Entry::new("notice.reminded", "notice").subject(notice).after(&after)).await
}
