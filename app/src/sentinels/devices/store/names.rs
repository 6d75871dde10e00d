//! The names of members, plants, entrances, requests and people that devices mention.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::Device;
use crate::{
    accounts::people::store as accounts,
    error::Result,
    ids::{EntranceId, InstallRequestId, MemberId, PersonId, PlantId},
    members::{
        entity::{entrance, member, plant},
        store::{Entrance, Plant},
    },
    sentinels::{checkups, entity::request},
};

/// What devices mention, by the ids.
pub struct Names {
    pub members: BTreeMap<MemberId, String>,
    pub plants: BTreeMap<PlantId, Plant>,
    pub entrances: BTreeMap<EntranceId, String>,
    /// Those that have numbers.
    pub requests: BTreeMap<InstallRequestId, Asked>,
}

/// A request: its number, and whose it is.
pub struct Asked {
    pub number: String,
    pub member: MemberId,
    pub plant: PlantId,
}

impl Names {
    pub fn member(&self, device: &Device) -> String {
        self.members.get(&device.row.member_id).cloned().unwrap_or_default()
    }

    pub fn plant(&self, device: &Device) -> String {
        self.plants.get(&device.row.plant_id).map(|plant| plant.name.clone()).unwrap_or_default()
    }

    pub fn entrance(&self, device: &Device) -> String {
        self.entrances.get(&device.row.entrance_id).cloned().unwrap_or_default()
    }

    /// The number of the request that it came from, and which of its devices it is: `AZ-2026-0042-2`.
    pub fn request(&self, device: &Device) -> Option<String> {
        let number = &self.requests.get(&device.row.request_id?)?.number;
        Some(device.row.request_place.map_or_else(|| number.clone(), |place| format!("{number}-{place}")))
    }
}

pub async fn names(conn: &impl ConnectionTrait, devices: &[Device]) -> Result<Names> {
    let rows = || devices.iter().map(|device| &device.row);
    let members = member::Entity::find().filter(member::Column::Id.is_in(once(rows().map(|row| row.member_id))));
    let plants = plant::Entity::find().filter(plant::Column::Id.is_in(once(rows().map(|row| row.plant_id))));
    let entrances =
        entrance::Entity::find().filter(entrance::Column::Id.is_in(once(rows().map(|row| row.entrance_id))));
    let asked = rows().filter_map(|row| row.request_id);
    let fed = devices.iter().flat_map(|device| &device.events).filter_map(|event| event.request_id);
    let requests = request::Entity::find().filter(request::Column::Id.is_in(once(asked.chain(fed))));
    Ok(Names {
        members: members.all(conn).await?.into_iter().map(|row| (row.id, row.name)).collect(),
        plants: plants.all(conn).await?.into_iter().map(|row| (row.id, row)).collect(),
        entrances: entrances.all(conn).await?.into_iter().map(|row| (row.id, row.name)).collect(),
        requests: requests.all(conn).await?.into_iter().filter_map(numbered).collect(),
    })
}

fn numbered(row: request::Model) -> Option<(InstallRequestId, Asked)> {
    Some((row.id, Asked { number: row.number?, member: row.member_id, plant: row.plant_id }))
}

/// Each once.
fn once<T: Ord>(ids: impl Iterator<Item = T>) -> std::collections::BTreeSet<T> {
    ids.collect()
}

/// The entrances of some plants that are not closed, by plant and name.
pub async fn entrances(conn: &impl ConnectionTrait, plants: &[PlantId]) -> Result<Vec<Entrance>> {
    Ok(entrance::Entity::find()
        .filter(entrance::Column::PlantId.is_in(plants.iter().copied()))
        .filter(entrance::Column::ClosedAt.is_null())
        .order_by_asc(entrance::Column::PlantId)
        .order_by_asc(entrance::Column::Name)
        .all(conn)
        .await?)
}

/// The names of those who entered what is known of a device.
pub async fn people(
    conn: &impl ConnectionTrait,
    device: &Device,
    checkups: &[checkups::entity::Model],
) -> Result<BTreeMap<PersonId, String>> {
    let by_proof = device.proofs.iter().flat_map(|proof| [proof.person_id, proof.withdrawn_by]).flatten();
    let by_checkup = checkups.iter().filter_map(|checkup| checkup.person_id);
    let steps = device.events.iter().chain(&device.taken_back);
    let by_step = steps.flat_map(|event| [event.person_id, event.taken_back_by]).flatten();
    let ids: Vec<PersonId> = by_step.chain(by_proof).chain(by_checkup).collect();
    Ok(accounts::names(conn, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}
