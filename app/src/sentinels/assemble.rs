//! A draft as it would be sent now: its sheet, gathered from the register and the answers, and what keeps it from leaving.

use super::{
    answers::Devices,
    sheet::{self, Sheet},
    store::{self, Case},
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::{AppError, Result},
    guides::facts::Facts,
    ids::EntranceId,
    members::{address::Address, store as register},
    settings,
    state::AppState,
};

/// What keeps a request from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Name and code are not known to equal the licence.
    Licence,
    /// The plant's address lacks something.
    Address,
    /// The entrance, the plant or the membership has ended.
    Closed,
    /// Devices are to stand at an entrance that has ended, is another member's, or is not this person's to ask for.
    LinePlace,
}

/// A draft as it would be sent now.
pub struct Assembled {
    pub sheet: Sheet,
    pub problems: Vec<Problem>,
}

/// Gathers the sheet from the register and the answers; nothing while a step is missing.
pub async fn assemble(
    state: &AppState,
    conn: &impl ConnectionTrait,
    current: &Current,
    case: &Case,
) -> Result<Option<Assembled>> {
    let answers = store::answers(&case.request)?;
    let (Some(number), Some(scene), Some(devices), Some(contact)) =
        (case.request.number.clone(), answers.scene, answers.devices, answers.contact)
    else {
        return Ok(None);
    };
    let member = register::member(conn, case.request.member_id).await?;
    let plant = register::plant(conn, case.request.plant_id).await?;
    let entrance = register::entrance(conn, case.request.entrance_id).await?;
    let rules = settings::load::<Facts>(conn).await?.value.installing;
    let spots = spots(conn, &case.request, &devices).await?;
    let is_complete = |plant: &register::Plant| {
        serde_json::from_str::<Address>(&plant.address).is_ok_and(|address| address.is_complete())
    };
    let fits = |(entrance, plant): &(register::Entrance, register::Plant)| {
        plant.member_id == case.request.member_id
            && entrance.closed_at.is_none()
            && plant.closed_at.is_none()
            && current.acts_for_plant(plant.member_id, plant.id).is_ok()
    };
    let closed = member.left_at.is_some() || plant.closed_at.is_some() || entrance.closed_at.is_some();
    let problems = [
        (member.licence_confirmed_at.is_none(), Problem::Licence),
        (!is_complete(&plant) || !spots.iter().all(|(_, plant)| is_complete(plant)), Problem::Address),
        (closed, Problem::Closed),
        (!spots.iter().all(|spot| spot.0.id == case.request.entrance_id || fits(spot)), Problem::LinePlace),
    ];
    let place = sheet::Place {
        unit: member.name,
        credit_code: member.credit_code,
        plant: plant.name,
        entrance: entrance.name,
        address: plant.address_line,
        spots: spots.into_iter().map(spot).collect(),
    };
    let ends = sheet::Ends {
        association: current.site.association.name.clone(),
        from: state.options.mail_from.clone(),
        to: state.options.install_request_to.clone(),
    };
    let sheet = Sheet::new(number, state.clock.now().day(), ends, place, (scene, devices, contact), &rules);
    Ok(Some(Assembled {
        sheet,
        problems: problems.iter().filter(|(holds, _)| *holds).map(|(_, problem)| *problem).collect(),
    }))
}

/// Where each line's devices are to stand; nothing where all stand at the request's own entrance.
async fn spots(
    conn: &impl ConnectionTrait,
    request: &store::Request,
    devices: &Devices,
) -> Result<Vec<(register::Entrance, register::Plant)>> {
    if devices.lines.iter().all(|line| line.entrance.is_none()) {
        return Ok(Vec::new());
    }
    let ids: Vec<EntranceId> = devices.lines.iter().map(|line| line.entrance.unwrap_or(request.entrance_id)).collect();
    let found = store::places(conn, &ids).await?;
    let place = |id: &EntranceId| found.get(id).cloned().ok_or(AppError::NotFound);
    ids.iter().map(place).collect()
}

fn spot((entrance, plant): (register::Entrance, register::Plant)) -> sheet::Spot {
    sheet::Spot {
        plant_id: plant.id,
        entrance_id: entrance.id,
        plant: plant.name,
        entrance: entrance.name,
        address: plant.address_line,
    }
}
