//! What became of a version, member by member: the mails, who read it, who acknowledged it. A page is
//! three queries whatever its length.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{Sql, count};
use crate::{
    error::Result,
    ids::{MemberId, NoticeVersionId},
    notices::model::Show,
    outbox::DeliveryState,
    time::Instant,
};

/// Rows on a page.
pub const PAGE: usize = 50;

/// Most members of a spreadsheet or of the list of names for WeChat; one more than a spreadsheet holds.
pub const MOST: usize = crate::sheets::MOST_ROWS + 1;

/// One member's line.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub member_id: MemberId,
    pub name: String,
    pub acknowledged_at: Option<Instant>,
    pub acknowledged_by: Option<String>,
    pub on_behalf: bool,
    pub remark: Option<String>,
}

/// The first reading by a member.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Read {
    pub member_id: MemberId,
    pub at: Instant,
}

/// A mail about the version to a member.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Mail {
    pub member_id: MemberId,
    pub email: String,
    pub state: DeliveryState,
    pub settled_at: Option<Instant>,
    pub reply: Option<String>,
}

/// How many members stand where.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub all: u64,
    pub waiting: u64,
    pub mail_failed: u64,
}

pub async fn totals(conn: &impl ConnectionTrait, version: NoticeVersionId) -> Result<Totals> {
    let of = |show| matching(Sql::new("SELECT count(*) AS n"), version, show);
    Ok(Totals {
        all: count(of(Show::All), conn).await?,
        waiting: count(of(Show::Waiting), conn).await?,
        mail_failed: count(of(Show::MailFailed), conn).await?,
    })
}

/// A page of members by name, after (or before) a member; one row more than asked says that it goes on.
pub async fn lines(
    conn: &impl ConnectionTrait,
    version: NoticeVersionId,
    show: Show,
    edge: Option<(MemberId, bool)>,
    most: usize,
) -> Result<Vec<Line>> {
    let mut sql = matching(Sql::new(COLUMNS), version, show);
    let backwards = edge.is_some_and(|(_, before)| before);
    if let Some((member, before)) = edge {
        let sign = if before { "<" } else { ">" };
        sql = sql
            .push(&format!(" AND (m.name, m.id) {sign} (SELECT e.name, e.id FROM members e WHERE e.id = "))
            .bind(member)
            .push(")");
    }
    let order = if backwards { "DESC" } else { "ASC" };
    sql = sql.push(&format!(" ORDER BY m.name {order}, m.id {order} LIMIT {most}"));
    sql.all(conn).await
}

/// The line of one member; nothing when the version does not address it.
pub async fn line(conn: &impl ConnectionTrait, version: NoticeVersionId, member: MemberId) -> Result<Option<Line>> {
    matching(Sql::new(COLUMNS), version, Show::All).push(" AND nm.member_id = ").bind(member).one(conn).await
}

const COLUMNS: &str =
    "SELECT nm.member_id, m.name, nm.acknowledged_at, p.name AS acknowledged_by, nm.on_behalf, nm.remark";

fn matching(sql: Sql, version: NoticeVersionId, show: Show) -> Sql {
    let sql = sql
        .push(
            " FROM notice_members nm JOIN members m ON m.id = nm.member_id \
             LEFT JOIN persons p ON p.id = nm.acknowledged_by WHERE nm.version_id = ",
        )
        .bind(version);
    // Who left without a word is asked no more.
    let sql = sql.push(" AND (m.left_at IS NULL OR nm.acknowledged_at IS NOT NULL)");
    match show {
        Show::All => sql,
        Show::Waiting => sql.push(" AND nm.acknowledged_at IS NULL"),
        Show::MailFailed => sql
            .push(&format!(" AND EXISTS (SELECT 1{MAILS}'refused', 'given_up', 'suppressed'))"))
            .push(&format!(" AND NOT EXISTS (SELECT 1{MAILS}'accepted', 'written'))")),
    }
}

/// The few messages of the version first, and of each the mail to the member: a cross join keeps SQLite to that order.
const MAILS: &str = " FROM notice_mailings g CROSS JOIN deliveries d \
                     WHERE d.message_id = g.message_id AND g.version_id = nm.version_id \
                     AND d.member_id = nm.member_id AND d.state IN (";

/// The first reading of each of these members.
pub async fn reads(conn: &impl ConnectionTrait, version: NoticeVersionId, members: &[MemberId]) -> Result<Vec<Read>> {
    Sql::new("SELECT member_id, min(at) AS at FROM notice_reads WHERE version_id = ")
        .bind(version)
        .push(" AND member_id IN ")
        .list(members.iter().copied())
        .push(" GROUP BY member_id")
        .all(conn)
        .await
}

/// The mails to these members, the newest first.
pub async fn mails(conn: &impl ConnectionTrait, version: NoticeVersionId, members: &[MemberId]) -> Result<Vec<Mail>> {
    Sql::new(
        "SELECT d.member_id, d.email, d.state, d.settled_at, COALESCE(d.bounce_words, d.reply) AS reply FROM notice_mailings g \
         JOIN deliveries d ON d.message_id = g.message_id WHERE g.version_id = ",
    )
    .bind(version)
    .push(" AND d.member_id IN ")
    .list(members.iter().copied())
    .push(" ORDER BY d.created_at DESC, d.id")
    .all(conn)
    .await
}
