//! Postings with all that their state follows from: whose they are, the versions of their entrances, what was seen
//! of them. Each kind of thing is asked for once, however many postings there are.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{
    Event, Row,
    since::{moves_of, since},
};
use crate::{
    error::{AppError, Result},
    guides::facts::Size,
    ids::{EntranceId, MemberId, PlaceCodeId, PostingId},
    members::store::{self as register, Entrance, Member, Plant},
    place_codes::{
        codes::store::Code,
        entity::code,
        postings::{
            entity::{event, posting},
            model::{Known, State, What},
            verdict::Verdict,
        },
    },
    time::Day,
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
    /// What counts of all that was seen.
    pub verdict: Option<What>,
    /// The day on which it was first seen to be wrong, where that is what counts.
    pub wrong_on: Option<Day>,
    /// Since when something else is to hang there.
    pub since: Option<Day>,
}

impl Row {
    pub fn size(&self) -> Size {
        let side = |stored: i32| u16::try_from(stored).unwrap_or_default();
        Size::new(side(self.width), side(self.height))
    }
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
            verdict: self.verdict,
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
    let mut seen: HashMap<PostingId, Vec<Event>> = HashMap::new();
    let events = event::Entity::find().filter(event::Column::PostingId.is_in(rows.iter().map(|row| row.id)));
    for event in events.order_by_asc(event::Column::Id).all(conn).await? {
        seen.entry(event.posting_id).or_default().push(event);
    }
    let mut whole: Vec<Posting> = rows
        .into_iter()
        .filter_map(|row| {
            let versions = versions.get(&row.entrance_id)?;
            let seen = seen.remove(&row.id).unwrap_or_default();
            let says: Vec<What> = seen.iter().map(|event| event.what.says_of(row.code_id, event.code_id)).collect();
            let verdict = Verdict::of(says.iter().copied());
            Some(Posting {
                member: members.get(&row.member_id)?.clone(),
                plant: plants.get(&row.plant_id)?.clone(),
                entrance: entrances.get(&row.entrance_id)?.clone(),
                code: versions.iter().find(|code| code.id == row.code_id)?.clone(),
                current: versions.iter().rev().find(|code| code.withdrawn_at.is_none()).cloned(),
                last: seen.last().cloned(),
                verdict: verdict.and_then(|verdict| says.get(verdict.at)).copied(),
                wrong_on: verdict.and_then(|verdict| seen.get(verdict.wrong_from?)).map(|event| event.day),
                since: None,
                row,
            })
        })
        .collect();
    let moved = once(whole.iter().filter(|one| one.moved()).map(|one| one.plant.id));
    let moves = moves_of(conn, &moved).await?;
    for one in &mut whole {
        one.since = since(one, &versions, &moves);
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
