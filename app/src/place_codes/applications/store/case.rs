//! An application with all that its state follows from.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::{Application, LineRow, Said};
use crate::{
    error::{AppError, Result},
    ids::{ApplicationId, ApplicationLineId, EntranceId, MemberId, PlantId},
    members::{
        entity::{entrance, member, plant},
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
    time::Instant,
};

#[derive(Clone, Debug)]
pub struct Case {
    pub application: Application,
    /// By plant and entrance.
    pub lines: Vec<Line>,
    /// The first application that took up again what did not come to its end in this one.
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

/// Whether an application for an entrance was begun after that.
pub async fn begun_since(conn: &impl ConnectionTrait, entrance: EntranceId, since: Instant) -> Result<bool> {
    let about = line::Entity::find()
        .select_only()
        .column(line::Column::ApplicationId)
        .filter(line::Column::EntranceId.eq(entrance));
    let begun = application::Entity::find()
        .filter(application::Column::Id.in_subquery(about.into_query()))
        .filter(application::Column::CreatedAt.gt(since));
    Ok(begun.one(conn).await?.is_some())
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
    let followers = Followers::of(conn, &ids).await?;
    let places = Places::of(conn, &rows).await?;
    let mut lines_of: HashMap<ApplicationId, Vec<Line>> = HashMap::new();
    let application_of: HashMap<ApplicationId, &Application> = applications.iter().map(|one| (one.id, one)).collect();
    for row in rows {
        let application = application_of.get(&row.application_id).ok_or(AppError::NotFound)?;
        let said = said_of.remove(&row.id).unwrap_or_default();
        let (plant, entrance) = places.of_row(&row)?;
        let known = Known {
            filed: application.filed_at.is_some(),
            outcome: said.last().map(|one| one.outcome),
            code_since: codes.get(&row.entrance_id).is_some_and(|code| code.added_at >= application.created_at),
            again: followers.of_line(&row).is_some(),
            gone: entrance.closed_at.is_some()
                || plant.closed_at.is_some()
                || places.have_left.contains(&plant.member_id),
        };
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
            let again = lines.iter().filter(|line| line.state == LineState::Again);
            let next = again.filter_map(|line| followers.of_line(&line.row)).min_by_key(|next| next.id).cloned();
            Case { next, lines, application }
        })
        .collect())
}

/// The later applications for the same entrances, whether or not they named the one that they take up.
struct Followers {
    lines: HashMap<EntranceId, Vec<ApplicationId>>,
    applications: HashMap<ApplicationId, Application>,
}

impl Followers {
    async fn of(conn: &impl ConnectionTrait, ids: &[ApplicationId]) -> Result<Self> {
        let about = line::Entity::find()
            .select_only()
            .column(line::Column::EntranceId)
            .filter(line::Column::ApplicationId.is_in(ids.iter().copied()));
        let rows = line::Entity::find()
            .filter(line::Column::EntranceId.in_subquery(about.into_query()))
            .filter(line::Column::ApplicationId.gt(ids.iter().min().copied()));
        let mut lines: HashMap<EntranceId, Vec<ApplicationId>> = HashMap::new();
        for row in rows.order_by_asc(line::Column::ApplicationId).all(conn).await? {
            lines.entry(row.entrance_id).or_default().push(row.application_id);
        }
        let ids = lines.values().flatten().copied().collect::<HashSet<_>>();
        let applications = application::Entity::find().filter(application::Column::Id.is_in(ids)).all(conn).await?;
        Ok(Self { lines, applications: applications.into_iter().map(|one| (one.id, one)).collect() })
    }

    /// The next application for the same entrance.
    fn of_line(&self, row: &LineRow) -> Option<&Application> {
        let next = self.lines.get(&row.entrance_id)?.iter().find(|next| **next > row.application_id)?;
        self.applications.get(next)
    }
}

/// The plants and entrances that lines name.
struct Places {
    plants: HashMap<PlantId, Plant>,
    entrances: HashMap<EntranceId, Entrance>,
    /// Members of theirs that left.
    have_left: HashSet<MemberId>,
}

impl Places {
    async fn of(conn: &impl ConnectionTrait, rows: &[LineRow]) -> Result<Self> {
        let plants = plant::Entity::find().filter(plant::Column::Id.is_in(rows.iter().map(|row| row.plant_id)));
        let doors = entrance::Entity::find().filter(entrance::Column::Id.is_in(rows.iter().map(|row| row.entrance_id)));
        let plants: HashMap<PlantId, Plant> = plants.all(conn).await?.into_iter().map(|row| (row.id, row)).collect();
        let left = member::Entity::find()
            .select_only()
            .column(member::Column::Id)
            .filter(member::Column::Id.is_in(plants.values().map(|plant| plant.member_id).collect::<HashSet<_>>()))
            .filter(member::Column::LeftAt.is_not_null());
        Ok(Self {
            have_left: left.into_tuple::<MemberId>().all(conn).await?.into_iter().collect(),
            plants,
            entrances: doors.all(conn).await?.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    fn of_row(&self, row: &LineRow) -> Result<(Plant, Entrance)> {
        let plant = self.plants.get(&row.plant_id).ok_or(AppError::NotFound)?;
        let entrance = self.entrances.get(&row.entrance_id).ok_or(AppError::NotFound)?;
        Ok((plant.clone(), entrance.clone()))
    }
}
