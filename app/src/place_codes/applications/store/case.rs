//! An application with all that its state follows from.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::{Application, LineRow, Said};
use crate::{
    error::{AppError, Result},
    ids::{ApplicationId, ApplicationLineId, EntranceId},
    members::{
        entity::{entrance, plant},
        store::{Entrance, Plant},
    },
    place_codes::{
        applications::{
            model::{Known, LineState, State},
            sheet::Sheet,
        },
        codes::store::current_of,
        entity::{application, line, outcome},
    },
};

#[derive(Clone, Debug)]
pub struct Case {
    pub application: Application,
    /// By plant and entrance.
    pub lines: Vec<Line>,
    /// The application that took up what was refused in this one.
    pub next: Option<Application>,
}

/// One entrance of an application.
#[derive(Clone, Debug)]
pub struct Line {
    pub row: LineRow,
    pub plant: Plant,
    pub entrance: Entrance,
    /// What the city said, the newest last.
    pub said: Vec<Said>,
    pub state: LineState,
}

impl Case {
    pub fn state(&self) -> State {
        State::of(&self.lines.iter().map(|line| line.state).collect::<Vec<_>>())
    }
}

pub async fn case(conn: &impl ConnectionTrait, id: ApplicationId) -> Result<Case> {
    let found = application::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)?;
    cases(conn, vec![found]).await?.pop().ok_or(AppError::NotFound)
}

/// The address with which the newest application for an entrance was handed in that no code has answered yet: on
/// one line, and its key.
pub async fn handed_in_at(conn: &impl ConnectionTrait, entrance: EntranceId) -> Result<Option<(String, String)>> {
    let about = line::Entity::find()
        .select_only()
        .column(line::Column::ApplicationId)
        .filter(line::Column::EntranceId.eq(entrance));
    let newest = application::Entity::find()
        .filter(application::Column::Id.in_subquery(about.into_query()))
        .filter(application::Column::FiledAt.is_not_null())
        .order_by_desc(application::Column::Id)
        .one(conn)
        .await?;
    let Some(newest) = newest else { return Ok(None) };
    let case = cases(conn, vec![newest]).await?.pop().ok_or(AppError::NotFound)?;
    let open = case.lines.iter().any(|line| line.row.entrance_id == entrance && line.state.is_open());
    let sheet = Sheet::of(conn, &case).await?;
    let place = sheet.places.into_iter().find(|place| open && place.entrance_id == entrance);
    Ok(place.map(|place| (place.address_line, place.address_key)))
}

/// Adds to applications their entrances and what became of these.
pub async fn cases(conn: &impl ConnectionTrait, applications: Vec<Application>) -> Result<Vec<Case>> {
    let ids: Vec<ApplicationId> = applications.iter().map(|application| application.id).collect();
    let rows = line::Entity::find().filter(line::Column::ApplicationId.is_in(ids.iter().copied())).all(conn).await?;
    let entrances: Vec<EntranceId> = rows.iter().map(|row| row.entrance_id).collect();
    let mut said_of: HashMap<ApplicationLineId, Vec<Said>> = HashMap::new();
    let said = outcome::Entity::find()
        .filter(outcome::Column::LineId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(outcome::Column::Id);
    for one in said.all(conn).await? {
        said_of.entry(one.line_id).or_default().push(one);
    }
    let codes = current_of(conn, &entrances).await?;
    let (next_of, again) = followers(conn, &ids).await?;
    let places = Places::of(conn, &rows).await?;
    let mut lines_of: HashMap<ApplicationId, Vec<Line>> = HashMap::new();
    let application_of: HashMap<ApplicationId, &Application> = applications.iter().map(|one| (one.id, one)).collect();
    for row in rows {
        let application = application_of.get(&row.application_id).ok_or(AppError::NotFound)?;
        let said = said_of.remove(&row.id).unwrap_or_default();
        let known = Known {
            filed: application.filed_at.is_some(),
            outcome: said.last().map(|one| one.outcome),
            code_since: codes.get(&row.entrance_id).is_some_and(|code| code.added_at >= application.created_at),
            again: again.contains(&(row.application_id, row.entrance_id)),
        };
        let (plant, entrance) = places.of_row(&row)?;
        let line = Line { plant, entrance, said, state: LineState::of(known), row };
        lines_of.entry(line.row.application_id).or_default().push(line);
    }
    Ok(applications
        .into_iter()
        .map(|application| {
            let mut lines = lines_of.remove(&application.id).unwrap_or_default();
            lines.sort_by(|one, other| {
                (&one.plant.name, &one.entrance.name).cmp(&(&other.plant.name, &other.entrance.name))
            });
            Case { next: next_of.get(&application.id).cloned(), lines, application }
        })
        .collect())
}

type Followers = (HashMap<ApplicationId, Application>, HashSet<(ApplicationId, EntranceId)>);

/// The applications that followed on these, and which entrances they took up again.
async fn followers(conn: &impl ConnectionTrait, ids: &[ApplicationId]) -> Result<Followers> {
    let next = application::Entity::find()
        .filter(application::Column::PreviousId.is_in(ids.iter().copied()))
        .order_by_asc(application::Column::Id)
        .all(conn)
        .await?;
    let rows = line::Entity::find().filter(line::Column::ApplicationId.is_in(next.iter().map(|one| one.id)));
    let previous: HashMap<ApplicationId, ApplicationId> =
        next.iter().filter_map(|one| Some((one.id, one.previous_id?))).collect();
    let again = rows.all(conn).await?;
    let again = again.iter().filter_map(|row| Some((*previous.get(&row.application_id)?, row.entrance_id))).collect();
    Ok((next.into_iter().filter_map(|one| Some((one.previous_id?, one))).collect(), again))
}

/// The plants and entrances that lines name.
struct Places {
    plants: HashMap<crate::ids::PlantId, Plant>,
    entrances: HashMap<EntranceId, Entrance>,
}

impl Places {
    async fn of(conn: &impl ConnectionTrait, rows: &[LineRow]) -> Result<Self> {
        let plants = plant::Entity::find().filter(plant::Column::Id.is_in(rows.iter().map(|row| row.plant_id)));
        let doors = entrance::Entity::find().filter(entrance::Column::Id.is_in(rows.iter().map(|row| row.entrance_id)));
        Ok(Self {
            plants: plants.all(conn).await?.into_iter().map(|row| (row.id, row)).collect(),
            entrances: doors.all(conn).await?.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    fn of_row(&self, row: &LineRow) -> Result<(Plant, Entrance)> {
        let plant = self.plants.get(&row.plant_id).ok_or(AppError::NotFound)?;
        let entrance = self.entrances.get(&row.entrance_id).ok_or(AppError::NotFound)?;
        Ok((plant.clone(), entrance.clone()))
    }
}
