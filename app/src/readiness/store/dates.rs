//! When what speaks for one plant was last seen, entered or done, and what is still owed.

use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use crate::{
    db::Sql,
    error::Result,
    ids::{MemberId, NoticeId, PlantId},
    time::{Day, Instant, show_day},
};

/// The days behind the criteria, as they are shown; nothing where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dates {
    /// When a posting of the plant was last seen to be right.
    pub seen: Option<String>,
    /// When the member last acknowledged a notice.
    pub acknowledged: Option<String>,
    /// The day of the plant's last supply report.
    pub reported: Option<String>,
    /// When an issue of the plant, or of the whole member, was last answered.
    pub answered: Option<String>,
}

#[derive(FromQueryResult)]
struct Found {
    seen: Option<Day>,
    acknowledged: Option<Instant>,
    reported: Option<Day>,
    answered: Option<Instant>,
}

pub async fn dates(conn: &impl ConnectionTrait, member: MemberId, plant: PlantId) -> Result<Dates> {
    let found = Sql::new(
        "SELECT (SELECT MAX(v.day) FROM postings o JOIN posting_events v ON v.posting_id = o.id
            WHERE o.removed_at IS NULL AND v.what IN ('right', 'by_eye') AND o.plant_id = ",
    )
    .bind(plant)
    .push(") AS seen, (SELECT MAX(nm.acknowledged_at) FROM notice_members nm WHERE nm.member_id = ")
    .bind(member)
    .push(") AS acknowledged, (SELECT MAX(r.day) FROM supply_reports r WHERE r.plant_id = ")
    .bind(plant)
    .push(") AS reported, (SELECT MAX(i.answered_at) FROM issues i WHERE i.member_id = ")
    .bind(member)
    .push(" AND (i.plant_id IS NULL OR i.plant_id = ")
    .bind(plant)
    .push(")) AS answered")
    .one::<Found>(conn)
    .await?;
    let of = |instant: Option<Instant>| instant.map(|instant| show_day(instant.day()));
    Ok(found.map_or_else(Dates::default, |found| Dates {
        seen: found.seen.map(show_day),
        acknowledged: of(found.acknowledged),
        reported: found.reported.map(show_day),
        answered: of(found.answered),
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
