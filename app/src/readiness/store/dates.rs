//! When what speaks for one plant was last seen, entered or done, and where that can be read; and what is still owed.

use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use crate::{
    db::Sql,
    error::Result,
    ids::{IssueId, MemberId, NoticeId, PlantId},
    time::{Day, Instant, show_day},
};

/// The days behind the criteria, as they are shown, and what happened on them; nothing where there is none. A sheet
/// keeps the days alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dates {
    /// When a posting of the plant was last seen to be right.
    pub seen: Option<String>,
    /// When the member last acknowledged a notice.
    pub acknowledged: Option<String>,
    /// The notice that this was.
    #[serde(skip)]
    pub notice: Option<NoticeId>,
    /// The day of the plant's last supply report.
    pub reported: Option<String>,
    /// When an issue of the plant, or of the whole member, was last answered.
    pub answered: Option<String>,
    /// The issue that this was.
    #[serde(skip)]
    pub issue: Option<IssueId>,
}

#[derive(FromQueryResult)]
struct Found {
    seen: Option<Day>,
    acknowledged: Option<Instant>,
    notice: Option<NoticeId>,
    reported: Option<Day>,
    answered: Option<Instant>,
    issue: Option<IssueId>,
}

pub async fn dates(conn: &impl ConnectionTrait, member: MemberId, plant: PlantId) -> Result<Dates> {
    let found = Sql::new(
        "SELECT (SELECT MAX(v.day) FROM postings o JOIN posting_events v ON v.posting_id = o.id
            WHERE o.removed_at IS NULL AND (v.what IN ('right', 'by_eye') OR v.what = 'outdated' AND v.code_id = o.code_id
                AND o.code_id = (SELECT c.id FROM place_codes c WHERE c.entrance_id = o.entrance_id
                    AND c.withdrawn_at IS NULL ORDER BY c.version DESC LIMIT 1))
            AND o.plant_id = ",
    )
    .bind(plant)
    .push(") AS seen, (SELECT MAX(r.day) FROM supply_reports r WHERE r.plant_id = ")
    .bind(plant)
    // The versions first, which the cross join keeps SQLite to: acknowledgements have no index by their member alone.
    .push(
        ") AS reported, a.acknowledged_at AS acknowledged, a.notice_id AS notice, s.answered_at AS answered,
            s.id AS issue FROM (SELECT 1 AS one) o
        LEFT JOIN (SELECT v.notice_id, nm.acknowledged_at FROM notice_versions v CROSS JOIN notice_members nm
            WHERE nm.version_id = v.id AND nm.acknowledged_at IS NOT NULL AND nm.member_id = ",
    )
    .bind(member)
    .push(
        " ORDER BY nm.acknowledged_at DESC, v.id DESC LIMIT 1) a ON 1 = 1
        LEFT JOIN (SELECT i.id, i.answered_at FROM issues i WHERE i.answered_at IS NOT NULL AND i.member_id = ",
    )
    .bind(member)
    .push(" AND (i.plant_id IS NULL OR i.plant_id = ")
    .bind(plant)
    .push(") ORDER BY i.answered_at DESC, i.id DESC LIMIT 1) s ON 1 = 1")
    .one::<Found>(conn)
    .await?;
    let of = |instant: Option<Instant>| instant.map(|instant| show_day(instant.day()));
    Ok(found.map_or_else(Dates::default, |found| Dates {
        seen: found.seen.map(show_day),
        acknowledged: of(found.acknowledged),
        notice: found.notice,
        reported: found.reported.map(show_day),
        answered: of(found.answered),
        issue: found.issue,
    }))
}

/// A notice that waits for a member's acknowledgement.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Owed {
    pub notice_id: NoticeId,
    pub title: String,
}

/// Those of a member, the newest first, at most `most`.
pub async fn owed_notices(conn: &impl ConnectionTrait, member: MemberId, most: usize) -> Result<Vec<Owed>> {
    Sql::new(
        "SELECT v.notice_id, v.title FROM notice_members nm JOIN notice_versions v ON v.id = nm.version_id
        WHERE nm.expected AND nm.acknowledged_at IS NULL AND v.superseded_at IS NULL AND nm.member_id = ",
    )
    .bind(member)
    .push(&format!(" ORDER BY v.published_at DESC LIMIT {most}"))
    .all(conn)
    .await
}
