//! What is entered of a request is entered of all its devices, and these may stand at several plants of the member: who
//! serves only some of them reads it, and leaves that to those who act for all, as the member's admin does.

use super::{devices, store};
use crate::{current::Current, db::ConnectionTrait, error::Result};

/// Whether somebody acts for every plant at which devices of a request stand or were to stand.
pub async fn acts_for_all(conn: &impl ConnectionTrait, current: &Current, case: &store::Case) -> Result<bool> {
    let request = &case.request;
    let spots = store::sheet(request)?.map_or_else(Vec::new, |sheet| sheet.spots);
    let asked = spots.iter().map(|spot| (request.member_id, spot.plant_id));
    let stand = devices::store::plants_of_request(conn, request.id).await?;
    let mut plants = std::iter::once((request.member_id, request.plant_id)).chain(asked).chain(stand);
    Ok(plants.all(|(member, plant)| current.acts_for_plant(member, plant).is_ok()))
}
