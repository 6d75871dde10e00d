//! Queries on the register that other features use, and the commands that write it.

mod list;
mod write;

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    entity::{contact, entrance, member, plant},
    model::{Duty, split_duties},
};
use crate::{
    error::{AppError, Result},
    ids::{ContactId, EntranceId, MemberId, PlantId, TextEnum},
};

pub use contact::Model as Contact;
pub use entrance::Model as Entrance;
pub use list::{Filter, called, count, list, page};
pub use member::Model as Member;
pub use plant::Model as Plant;
pub use write::{
    Written, add_contact, add_contacts, add_entrance, add_entrances, add_member, add_members, add_plant, add_plants,
    change_contact, change_entrance, change_member, change_plant, confirm_licence, keep_licence, leave, remove_contact,
    reopen_licence, take_back,
};

pub async fn member(conn: &impl ConnectionTrait, id: MemberId) -> Result<Member> {
    member::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

pub async fn members(conn: &impl ConnectionTrait, ids: &[MemberId]) -> Result<Vec<Member>> {
    Ok(member::Entity::find()
        .filter(member::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(member::Column::Name)
        .all(conn)
        .await?)
}

/// Those of these members that left.
pub async fn left(conn: &impl ConnectionTrait, ids: &[MemberId]) -> Result<HashSet<MemberId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let left: Vec<MemberId> = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::Id.is_in(ids.iter().copied()))
        .filter(member::Column::LeftAt.is_not_null())
        .into_tuple()
        .all(conn)
        .await?;
    Ok(left.into_iter().collect())
}

pub async fn plant(conn: &impl ConnectionTrait, id: PlantId) -> Result<Plant> {
    plant::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// The plants of some members that are not closed.
pub async fn plants_of(conn: &impl ConnectionTrait, members: &[MemberId]) -> Result<Vec<Plant>> {
    Ok(plant::Entity::find()
        .filter(plant::Column::MemberId.is_in(members.iter().copied()))
        .filter(plant::Column::ClosedAt.is_null())
        .order_by_asc(plant::Column::MemberId)
        .order_by_asc(plant::Column::Name)
        .all(conn)
        .await?)
}

pub async fn entrance(conn: &impl ConnectionTrait, id: EntranceId) -> Result<Entrance> {
    entrance::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// Those of these plants that there are, by id.
pub async fn plants_by_id(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = PlantId>,
) -> Result<HashMap<PlantId, Plant>> {
    let plants = plant::Entity::find().filter(plant::Column::Id.is_in(ids)).all(conn).await?;
    Ok(plants.into_iter().map(|plant| (plant.id, plant)).collect())
}

/// Those of these entrances that there are, by id.
pub async fn entrances_by_id(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = EntranceId>,
) -> Result<HashMap<EntranceId, Entrance>> {
    let entrances = entrance::Entity::find().filter(entrance::Column::Id.is_in(ids)).all(conn).await?;
    Ok(entrances.into_iter().map(|entrance| (entrance.id, entrance)).collect())
}

/// The entrances of a plant that are not closed.
pub async fn entrances_of(conn: &impl ConnectionTrait, plant: PlantId) -> Result<Vec<Entrance>> {
    Ok(entrance::Entity::find()
        .filter(entrance::Column::PlantId.eq(plant))
        .filter(entrance::Column::ClosedAt.is_null())
        .order_by_asc(entrance::Column::Name)
        .all(conn)
        .await?)
}

/// The contacts of some members for a duty.
pub async fn contacts_for(conn: &impl ConnectionTrait, members: &[MemberId], duty: Duty) -> Result<Vec<Contact>> {
    Ok(contact::Entity::find()
        .filter(contact::Column::MemberId.is_in(members.iter().copied()))
        .filter(contact::Column::Duties.contains(format!(",{},", duty.word())))
        .order_by_asc(contact::Column::MemberId)
        .all(conn)
        .await?)
}

/// Whom to call about a duty: its contacts; where none of them has a phone, the general ones; else whoever has one.
pub async fn whom_to_call(conn: &impl ConnectionTrait, members: &[MemberId], duty: Duty) -> Result<Vec<Contact>> {
    let all = contacts_of(conn, members).await?;
    let has = |contact: &Contact, duty: Duty| split_duties(&contact.duties).contains(&duty);
    let mut chosen = Vec::new();
    for own in all.chunk_by(|one, next| one.member_id == next.member_id) {
        let callable = |of: &dyn Fn(&Contact) -> bool| {
            own.iter().filter(|contact| contact.phone.is_some() && of(contact)).cloned().collect::<Vec<_>>()
        };
        let found = [callable(&|c| has(c, duty)), callable(&|c| has(c, Duty::General)), callable(&|_| true)];
        let nobody = || own.iter().filter(|contact| has(contact, duty)).cloned().collect();
        chosen.extend(found.into_iter().find(|some| !some.is_empty()).unwrap_or_else(nobody));
    }
    Ok(chosen)
}

pub async fn contact(conn: &impl ConnectionTrait, id: ContactId) -> Result<Contact> {
    contact::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// All contacts of some members.
pub async fn contacts_of(conn: &impl ConnectionTrait, members: &[MemberId]) -> Result<Vec<Contact>> {
    Ok(contact::Entity::find()
        .filter(contact::Column::MemberId.is_in(members.iter().copied()))
        .order_by_asc(contact::Column::MemberId)
        .order_by_asc(contact::Column::Id)
        .all(conn)
        .await?)
}

/// Everything of a member's plants, the closed ones too.
pub async fn all_plants_of(conn: &impl ConnectionTrait, member: MemberId) -> Result<Vec<Plant>> {
    Ok(plant::Entity::find()
        .filter(plant::Column::MemberId.eq(member))
        .order_by_asc(plant::Column::Name)
        .all(conn)
        .await?)
}

/// All entrances of a plant, the closed ones too.
pub async fn all_entrances_of(conn: &impl ConnectionTrait, plant: PlantId) -> Result<Vec<Entrance>> {
    Ok(entrance::Entity::find()
        .filter(entrance::Column::PlantId.eq(plant))
        .order_by_asc(entrance::Column::Name)
        .all(conn)
        .await?)
}

/// The member that carries a credit code.
pub async fn member_by_code(conn: &impl ConnectionTrait, code: &str) -> Result<Option<Member>> {
    Ok(member::Entity::find().filter(member::Column::CreditCode.eq(code)).one(conn).await?)
}

/// Another plant in use that has the same address, written however.
pub async fn plant_at(conn: &impl ConnectionTrait, address_key: &str, other_than: PlantId) -> Result<Option<Plant>> {
    Ok(plant::Entity::find()
        .filter(plant::Column::AddressKey.eq(address_key))
        .filter(plant::Column::Id.ne(other_than))
        .filter(plant::Column::ClosedAt.is_null())
        .one(conn)
        .await?)
}
