//! The names of members, plants and people that requests mention.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::ExprTrait,
};

use super::{Case, Event};
use crate::{
    accounts::people::store as accounts,
    db::holds,
    error::Result,
    ids::{EntranceId, MemberId, PersonId, PlantId},
    members::entity::{entrance, member, plant},
};

/// The names of members and plants by their ids.
pub struct Names {
    pub members: BTreeMap<MemberId, String>,
    pub plants: BTreeMap<PlantId, String>,
}

pub async fn names(conn: &impl ConnectionTrait, cases: &[Case]) -> Result<Names> {
    let members = member::Entity::find()
        .filter(member::Column::Id.is_in(cases.iter().map(|case| case.request.member_id)))
        .all(conn)
        .await?;
    let plants = plant::Entity::find()
        .filter(plant::Column::Id.is_in(cases.iter().map(|case| case.request.plant_id)))
        .all(conn)
        .await?;
    Ok(Names {
        members: members.into_iter().map(|row| (row.id, row.name)).collect(),
        plants: plants.into_iter().map(|row| (row.id, row.name)).collect(),
    })
}

/// Entrances with their plants.
pub async fn places(
    conn: &impl ConnectionTrait,
    ids: &[EntranceId],
) -> Result<BTreeMap<EntranceId, (entrance::Model, plant::Model)>> {
    let entrances = entrance::Entity::find().filter(entrance::Column::Id.is_in(ids.iter().copied())).all(conn).await?;
    let plants = plant::Entity::find().filter(plant::Column::Id.is_in(entrances.iter().map(|found| found.plant_id)));
    let plants: BTreeMap<PlantId, plant::Model> =
        plants.all(conn).await?.into_iter().map(|plant| (plant.id, plant)).collect();
    let with = |entrance: entrance::Model| {
        let plant = plants.get(&entrance.plant_id)?.clone();
        Some((entrance.id, (entrance, plant)))
    };
    Ok(entrances.into_iter().filter_map(with).collect())
}

/// Plants whose name or whose member's name holds a text; for staff who look one up on the phone.
pub async fn search_plants(conn: &impl ConnectionTrait, text: &str, most: u64) -> Result<Vec<plant::Model>> {
    let members = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::LeftAt.is_null())
        .filter(holds(member::Column::Name, text).or(holds(member::Column::ShortName, text)));
    Ok(plant::Entity::find()
        .filter(plant::Column::ClosedAt.is_null())
        .filter(
            Condition::any()
                .add(holds(plant::Column::Name, text))
                .add(plant::Column::MemberId.in_subquery(members.into_query())),
        )
        .order_by_asc(plant::Column::Id)
        .limit(most)
        .all(conn)
        .await?)
}

/// The names of those who did what happened.
pub async fn people(conn: &impl ConnectionTrait, events: &[Event]) -> Result<BTreeMap<PersonId, String>> {
    let ids: Vec<PersonId> = events.iter().filter_map(|event| event.person_id).collect();
    Ok(accounts::names(conn, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}
