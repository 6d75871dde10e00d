//! Postings with all that their state follows from: whose they are, the versions of their entrances, what was seen
//! last. Each kind of thing is asked for once, however many postings there are.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Event, Row};
use crate::{
    audit::entity as audit,
    error::{AppError, Result},
    ids::{EntranceId, MemberId, PlaceCodeId, PlantId, PostingId},
    members::store::{self as register, Entrance, Member, Plant},
    place_codes::{
        codes::store::Code,
        entity::code,
        postings::{
            entity::{event, posting},
            model::{Known, State, What},
        },
    },
    time::{Day, Instant},
};

#[derive(Clone, Debug)]
pub struct Posting {
    pub row: Row,
    pub member: Member,
    pub plant: Plant,
    pub entrance: Entrance,
    /// The version that it is a copy of.
    pub code: Code,
    /// The entrance's current version.
    pub current: Option<Code>,
    /// What was seen last.
    pub last: Option<Event>,
    /// Since when something else is to hang there.
    pub since: Option<Day>,
}

impl Posting {
    /// Whether anybody passes there.
    pub fn in_use(&self) -> bool {
        self.entrance.closed_at.is_none() && self.plant.closed_at.is_none() && self.member.left_at.is_none()
    }

    /// Whether it is a copy of the current version.
    pub fn is_current(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.id == self.code.id)
    }

    /// Whether the entrance's current version was filed under another address.
    pub fn moved(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.address_key != self.plant.address_key)
    }

    pub fn state(&self) -> State {
        State::of(Known {
            removed: self.row.removed_at.is_some(),
            in_use: self.in_use(),
            stands: self.is_current() && !self.moved(),
            last: self.last.as_ref().map(|last| last.what),
        })
    }

    /// Whether it waits to be replaced.
    pub fn waits(&self) -> bool {
        self.in_use() && self.state().is_wrong()
    }
}

pub async fn posting(conn: &impl ConnectionTrait, id: PostingId) -> Result<Posting> {
    let row = posting::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)?;
    postings(conn, vec![row]).await?.pop().ok_or(AppError::NotFound)
}

/// What was seen of a posting, the newest first.
pub async fn events(conn: &impl ConnectionTrait, id: PostingId) -> Result<Vec<Event>> {
    let events = event::Entity::find().filter(event::Column::PostingId.eq(id));
    Ok(events.order_by_desc(event::Column::Id).all(conn).await?)
}

/// The codes of these ids, by id.
pub async fn codes_of(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = PlaceCodeId>,
) -> Result<HashMap<PlaceCodeId, Code>> {
    let codes = code::Entity::find().filter(code::Column::Id.is_in(ids)).all(conn).await?;
    Ok(codes.into_iter().map(|code| (code.id, code)).collect())
}

/// Adds to rows all that their state follows from; in the same order.
pub async fn postings(conn: &impl ConnectionTrait, rows: Vec<Row>) -> Result<Vec<Posting>> {
    let members = once(rows.iter().map(|row| row.member_id));
    let members: HashMap<MemberId, Member> =
        register::members(conn, &members).await?.into_iter().map(|member| (member.id, member)).collect();
    let plants = register::plants_by_id(conn, once(rows.iter().map(|row| row.plant_id))).await?;
    let ids = once(rows.iter().map(|row| row.entrance_id));
    let entrances = register::entrances_by_id(conn, ids.iter().copied()).await?;
    let mut versions: HashMap<EntranceId, Vec<Code>> = HashMap::new();
    let found = code::Entity::find().filter(code::Column::EntranceId.is_in(ids));
    for code in found.order_by_asc(code::Column::Version).all(conn).await? {
        versions.entry(code.entrance_id).or_default().push(code);
    }
    let seen = event::Entity::find().filter(event::Column::PostingId.is_in(rows.iter().map(|row| row.id)));
    let seen = seen.order_by_asc(event::Column::Id).all(conn).await?;
    let mut last: HashMap<PostingId, Event> = seen.into_iter().map(|event| (event.posting_id, event)).collect();
    let mut whole: Vec<Posting> = rows
        .into_iter()
        .filter_map(|row| {
            let versions = versions.get(&row.entrance_id)?;
            Some(Posting {
                member: members.get(&row.member_id)?.clone(),
                plant: plants.get(&row.plant_id)?.clone(),
                entrance: entrances.get(&row.entrance_id)?.clone(),
                code: versions.iter().find(|code| code.id == row.code_id)?.clone(),
                current: versions.iter().rev().find(|code| code.withdrawn_at.is_none()).cloned(),
                last: last.remove(&row.id),
                since: None,
                row,
            })
        })
        .collect();
    let moved = once(whole.iter().filter(|one| one.moved()).map(|one| one.plant.id));
    let moved = moved_on(conn, moved).await?;
    for one in &mut whole {
        one.since = since(one, &versions, &moved);
    }
    Ok(whole)
}

/// Each id once.
fn once<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Since when something else is to hang there: the day of the version that replaced it, of the change of the address,
/// or the one on which it was seen to be wrong.
fn since(
    posting: &Posting,
    versions: &HashMap<EntranceId, Vec<Code>>,
    moved: &HashMap<PlantId, Instant>,
) -> Option<Day> {
    if !posting.waits() {
        return None;
    }
    let seen = posting.last.as_ref().filter(|last| !matches!(last.what, What::Right | What::ByEye | What::Unreadable));
    let recalled = if !posting.is_current() {
        let later = versions.get(&posting.entrance.id).into_iter().flatten();
        let mut later = later.filter(|code| code.withdrawn_at.is_none() && code.version > posting.code.version);
        let at = later.next().map(|code| code.added_at).or(posting.code.withdrawn_at);
        Some(at.unwrap_or(posting.row.created_at).day())
    } else if posting.moved() {
        // Where nobody wrote down when the address changed, the code was never at the right one.
        Some(moved.get(&posting.plant.id).copied().unwrap_or(posting.code.added_at).day())
    } else {
        None
    };
    // What was put up under an address that had changed already was wrong from its first day.
    let recalled = recalled.map(|day| day.max(posting.row.created_at.day()));
    recalled.into_iter().chain(seen.map(|last| last.day)).min()
}

/// What the audit keeps of a change: the plant, when, before and after.
type Change = (Option<uuid::Uuid>, Instant, Option<String>, Option<String>);

/// When the addresses of these plants changed last.
async fn moved_on(conn: &impl ConnectionTrait, plants: Vec<PlantId>) -> Result<HashMap<PlantId, Instant>> {
    let mut moved = HashMap::new();
    if plants.is_empty() {
        return Ok(moved);
    }
    let changes: Vec<Change> = audit::Entity::find()
        .select_only()
        .columns([audit::Column::SubjectId, audit::Column::At, audit::Column::Before, audit::Column::After])
        .filter(audit::Column::SubjectId.is_in(plants.into_iter().map(uuid::Uuid::from)))
        .filter(audit::Column::Act.eq("plant.changed"))
        .order_by_asc(audit::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    for (plant, at, before, after) in changes {
        let address = |kept: Option<String>| {
            let kept: serde_json::Value = serde_json::from_str(&kept?).ok()?;
            kept.get("address").cloned()
        };
        if let (Some(plant), true) = (plant, address(before) != address(after)) {
            moved.insert(PlantId(plant), at);
        }
    }
    Ok(moved)
}
