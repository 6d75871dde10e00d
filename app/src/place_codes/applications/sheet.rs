//! The sheet to apply with: the unit as on the licence, and for each entrance the place's name and address, in
//! the words that are entered at the city. Before it is handed in it follows the register; afterwards it is what
//! was handed in.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::store::{Application, Case, Line};
use crate::{
    db::ConnectionTrait,
    error::{AppError, Result},
    hex::hex,
    ids::{ApplicationLineId, EntranceId},
    members::{
        model::Passage,
        store::{self as register, Member},
        towns,
    },
    place_codes::naming,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub unit_name: String,
    pub credit_code: String,
    pub places: Vec<Place>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub line: ApplicationLineId,
    pub entrance_id: EntranceId,
    pub place_name: String,
    pub address_line: String,
    pub address_key: String,
    /// The names of district and town; nothing outside Shanghai.
    pub district: Option<String>,
    pub town: Option<String>,
    pub plant: String,
    pub entrance: String,
    pub passage: Passage,
    pub outdoors: bool,
}

impl Sheet {
    /// What was handed in, or what would be now.
    pub async fn of(conn: &impl ConnectionTrait, case: &Case) -> Result<Self> {
        match Self::handed_in(&case.application)? {
            Some(sheet) => Ok(sheet),
            None => Ok(Self::now(&register::member(conn, case.application.member_id).await?, &case.lines)),
        }
    }

    /// What was handed in; nothing before that.
    pub fn handed_in(application: &Application) -> Result<Option<Self>> {
        let stored = application.sheet.as_deref();
        stored.map(|stored| serde_json::from_str(stored).map_err(AppError::internal)).transpose()
    }

    /// What still is to be handed in; not what is settled otherwise.
    fn now(member: &Member, lines: &[Line]) -> Self {
        let places = lines.iter().filter(|line| !line.state.is_settled()).map(|line| place(member, line)).collect();
        Self { unit_name: member.name.clone(), credit_code: member.credit_code.clone(), places }
    }

    /// Equal for equal sheets: what was looked at is what is noted as handed in.
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(serde_json::to_vec(self).unwrap_or_default()))
    }
}

fn place(member: &Member, line: &Line) -> Place {
    let (plant, entrance) = (&line.plant, &line.entrance);
    Place {
        line: line.row.id,
        entrance_id: entrance.id,
        place_name: naming::place_name(&member.name, member.short_name.as_deref(), &plant.name, &entrance.name),
        address_line: plant.address_line.clone(),
        address_key: plant.address_key.clone(),
        district: plant.district.as_deref().and_then(towns::district).map(|district| district.name.to_owned()),
        town: plant.town.as_deref().and_then(towns::town).map(|town| town.name.to_owned()),
        plant: plant.name.clone(),
        entrance: entrance.name.clone(),
        passage: entrance.passage,
        outdoors: entrance.outdoors,
    }
}
