//! Queries and commands on the register: `list` of many, `write` what is done to them, `evidence` what proves them, `names` of what they mention.
//! A `Device` is a row with all that its state follows from.

mod evidence;
mod life;
mod list;
mod names;
mod write;

use std::collections::{BTreeSet, HashMap};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    entity::{event, proof, sentinel},
    model::{Life, Proof, Stage, counts, missing, refuted},
};
use crate::{
    error::{AppError, Result},
    files::{self, Stored},
    ids::{InstallRequestId, MemberId, PlantId, SentinelId, SentinelProofId},
    sentinels::catalogue,
};

pub use event::Model as Event;
pub use evidence::{Shown, prove, withdraw};
pub use life::{Entered, enter_all, enter_each, enter_ended, lock, take_back};
pub use list::{Filter, Listed, Standing, alike, count, everything, list, standing, unproven};
pub use names::{Names, entrances, names, people};
pub use proof::Model as Evidence;
pub use sentinel::Model as Row;
pub use write::{Draft, Place, Written, add, add_all, change, holder, renamed};

/// The thing's word in the audit.
pub const KIND: &str = "sentinel";

/// A device with all that its state follows from.
#[derive(Clone, Debug)]
pub struct Device {
    pub row: Row,
    /// Oldest first.
    pub events: Vec<Event>,
    /// Those that were taken back, and hold no more; the last one first.
    pub taken_back: Vec<Event>,
    /// Oldest first, those that were withdrawn too.
    pub proofs: Vec<Evidence>,
    /// The demands that its model does not meet, as the catalogue says.
    pub refuted: Vec<Proof>,
}

impl Device {
    pub fn life(&self) -> Life {
        Life(self.events.iter().map(|event| event.stage).collect())
    }

    /// Where it stands; a row is never without an event.
    pub fn stage(&self) -> Stage {
        self.life().stage().unwrap_or(Stage::Planned)
    }

    pub fn proven(&self) -> BTreeSet<Proof> {
        self.proofs.iter().filter(|proof| proof.withdrawn_at.is_none()).map(|proof| proof.proof).collect()
    }

    /// The demands of which there is no evidence.
    pub fn missing(&self) -> Vec<Proof> {
        missing(&self.proven())
    }

    pub fn counts(&self) -> bool {
        counts(&self.proven(), &self.refuted)
    }
}

pub async fn device(conn: &impl ConnectionTrait, id: SentinelId) -> Result<Device> {
    let row = sentinel::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)?;
    devices(conn, vec![row]).await?.into_iter().next().ok_or(AppError::NotFound)
}

/// The devices of a request, in its order.
pub async fn of_request(conn: &impl ConnectionTrait, request: InstallRequestId) -> Result<Vec<Device>> {
    let rows = sentinel::Entity::find().filter(sentinel::Column::RequestId.eq(request));
    devices(conn, rows.order_by_asc(sentinel::Column::RequestPlace).all(conn).await?).await
}

/// The first of a request's devices, `most` of them, and how many there are.
pub async fn first_of_request(
    conn: &impl ConnectionTrait,
    request: InstallRequestId,
    most: u64,
) -> Result<(Vec<Device>, u64)> {
    let all = sentinel::Entity::find().filter(sentinel::Column::RequestId.eq(request));
    let count = all.clone().count(conn).await?;
    let rows = all.order_by_asc(sentinel::Column::RequestPlace).limit(most).all(conn).await?;
    Ok((devices(conn, rows).await?, count))
}

/// The members and plants at which the devices of a request stand, each once.
pub async fn plants_of_request(
    conn: &impl ConnectionTrait,
    request: InstallRequestId,
) -> Result<Vec<(MemberId, PlantId)>> {
    let rows = sentinel::Entity::find().filter(sentinel::Column::RequestId.eq(request));
    let plants = rows.select_only().column(sentinel::Column::MemberId).column(sentinel::Column::PlantId);
    Ok(plants.distinct().into_tuple().all(conn).await?)
}

/// Those of these devices that there are.
pub async fn devices_of(conn: &impl ConnectionTrait, ids: &[SentinelId]) -> Result<Vec<Device>> {
    let rows = sentinel::Entity::find().filter(sentinel::Column::Id.is_in(ids.iter().copied()));
    devices(conn, rows.order_by_asc(sentinel::Column::Id).all(conn).await?).await
}

/// Adds to rows what happened to them, what proves them, and what the catalogue holds against their models.
async fn devices(conn: &impl ConnectionTrait, rows: Vec<Row>) -> Result<Vec<Device>> {
    let ids = || rows.iter().map(|row| row.id);
    let events = event::Entity::find().filter(event::Column::SentinelId.is_in(ids()));
    let proofs = proof::Entity::find().filter(proof::Column::SentinelId.is_in(ids()));
    let (mut events_of, mut proofs_of) = (HashMap::<_, Vec<Event>>::new(), HashMap::<_, Vec<Evidence>>::new());
    let mut taken_back_of = HashMap::<_, Vec<Event>>::new();
    for event in events.order_by_asc(event::Column::Seq).all(conn).await? {
        let of = if event.taken_back_at.is_some() { &mut taken_back_of } else { &mut events_of };
        of.entry(event.sentinel_id).or_default().push(event);
    }
    for proof in proofs.order_by_asc(proof::Column::Id).all(conn).await? {
        proofs_of.entry(proof.sentinel_id).or_default().push(proof);
    }
    let makes: BTreeSet<&str> = rows.iter().map(|row| row.model_key.as_str()).collect();
    let short = catalogue::store::refuted(conn, &makes).await?;
    let fails = |make: &str| short.get(make).map_or_else(Vec::new, |(conforms, docked)| refuted(*conforms, *docked));
    let with = |row: Row| Device {
        events: events_of.remove(&row.id).unwrap_or_default(),
        taken_back: taken_back_of.remove(&row.id).unwrap_or_default(),
        proofs: proofs_of.remove(&row.id).unwrap_or_default(),
        refuted: fails(&row.model_key),
        row,
    };
    Ok(rows.into_iter().map(with).collect())
}

/// The file of a piece of evidence of this device.
pub async fn file(conn: &impl ConnectionTrait, id: SentinelId, proof: SentinelProofId) -> Result<Stored> {
    let of_this = proof::Entity::find_by_id(proof).filter(proof::Column::SentinelId.eq(id));
    let found = of_this.one(conn).await?.and_then(|found| found.file_id).ok_or(AppError::NotFound)?;
    files::find(conn, found).await
}
