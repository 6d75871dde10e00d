//! What a member could apply for: its entrances in use, each with what the check says about it.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::{Application, Case, cases};
use crate::{
    error::Result,
    ids::EntranceId,
    members::{
        address::Address,
        entity::entrance,
        store::{self as register, Entrance, Member, Plant},
    },
    place_codes::{
        applications::{
            check::{self, Candidate, Finding},
            model::LineState,
        },
        codes::store::current_of,
        entity::{application, line},
        naming,
    },
};

/// An entrance of a member and what keeps it from being applied for.
#[derive(Clone, Debug)]
pub struct Offered {
    pub plant: Plant,
    pub entrance: Entrance,
    pub place_name: String,
    pub findings: Vec<Finding>,
}

impl Offered {
    pub fn is_free(&self) -> bool {
        !self.findings.iter().any(Finding::stops)
    }
}

/// Every entrance of the member, by plant and name.
pub async fn offered(conn: &impl ConnectionTrait, member: &Member) -> Result<Vec<Offered>> {
    let plants = register::plants_of(conn, &[member.id]).await?;
    let entrances = entrance::Entity::find()
        .filter(entrance::Column::PlantId.is_in(plants.iter().map(|plant| plant.id)))
        .filter(entrance::Column::ClosedAt.is_null())
        .order_by_asc(entrance::Column::Name)
        .all(conn)
        .await?;
    let ids: Vec<EntranceId> = entrances.iter().map(|entrance| entrance.id).collect();
    let codes = current_of(conn, &ids).await?;
    let applied = under_way(conn, &ids).await?;
    let mut found = Vec::new();
    let mut candidates = Vec::new();
    for plant in plants {
        let address = serde_json::from_str::<Address>(&plant.address).ok();
        let outside = matches!(address, Some(Address::Elsewhere(_)));
        let complete = address.is_some_and(|address| address.is_complete());
        for entrance in entrances.iter().filter(|entrance| entrance.plant_id == plant.id) {
            let place_name =
                naming::place_name(&member.name, member.short_name.as_deref(), &plant.name, &entrance.name);
            candidates.push(Candidate {
                entrance: entrance.id,
                place_name: place_name.clone(),
                outside,
                address_complete: complete,
                address_key: plant.address_key.clone(),
                code_at: codes.get(&entrance.id).map(|code| (code.address_key.clone(), code.address_line.clone())),
                applied_in: applied.get(&entrance.id).map(|application| application.number.clone()),
            });
            let (plant, entrance) = (plant.clone(), entrance.clone());
            found.push(Offered { plant, entrance, place_name, findings: Vec::new() });
        }
    }
    let checked = check::check(member.licence_confirmed_at.is_some(), &candidates);
    for (offered, (_, findings)) in found.iter_mut().zip(checked) {
        offered.findings = findings;
    }
    Ok(found)
}

/// The application that is under way for each of these entrances that has one.
pub async fn under_way(
    conn: &impl ConnectionTrait,
    entrances: &[EntranceId],
) -> Result<HashMap<EntranceId, Application>> {
    let mut found = HashMap::new();
    for case in about(conn, entrances).await? {
        for line in case.lines.iter().filter(|line| line.state.is_open()) {
            found.insert(line.row.entrance_id, case.application.clone());
        }
    }
    Ok(found)
}

/// The applications in which one of these entrances was refused and has not been applied for since, the newest last.
pub async fn refused_for(conn: &impl ConnectionTrait, entrances: &[EntranceId]) -> Result<Vec<Case>> {
    let mut found = about(conn, entrances).await?;
    let wanted: HashSet<EntranceId> = entrances.iter().copied().collect();
    found.retain(|case| {
        let mut refused = case.lines.iter().filter(|line| line.state == LineState::Refused);
        refused.any(|line| wanted.contains(&line.row.entrance_id))
    });
    Ok(found)
}

/// The applications for these entrances, the oldest first.
async fn about(conn: &impl ConnectionTrait, entrances: &[EntranceId]) -> Result<Vec<Case>> {
    let about = line::Entity::find()
        .select_only()
        .column(line::Column::ApplicationId)
        .filter(line::Column::EntranceId.is_in(entrances.iter().copied()));
    let applications = application::Entity::find()
        .filter(application::Column::Id.in_subquery(about.into_query()))
        .order_by_asc(application::Column::Id)
        .all(conn)
        .await?;
    cases(conn, applications).await
}
