//! The plants that a person works for: all of a member that they administer, and those that were given to
//! them one by one.

use super::store::{self, Plant};
use crate::{current::Current, db::ConnectionTrait, error::Result};

pub async fn own_plants(conn: &impl ConnectionTrait, current: &Current) -> Result<Vec<Plant>> {
    let members = current.member_ids();
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let mut plants = store::plants_of(conn, &members).await?;
    plants.retain(|plant| current.sees_plant(plant.member_id, plant.id).is_ok());
    Ok(plants)
}
