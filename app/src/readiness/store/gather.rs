//! What is known of plants: a handful of statements whatever their number, put together here.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::{
    coverage::{
        self,
        store::{Choice, Covered, Filter},
    },
    db::Sql,
    error::Result,
    ids::{MemberId, PlantId},
    issues,
    members::plant_kind::PlantKind,
    place_codes::reach::Reach,
    readiness::model::{Criterion, Facts, holds_up},
    settings, supply,
    time::Instant,
};

/// A plant and what is known of it.
#[derive(Clone, Debug)]
pub struct Row {
    pub plant: PlantId,
    pub plant_name: String,
    pub member: MemberId,
    pub member_name: String,
    pub district: Option<String>,
    pub kind: PlantKind,
    pub facts: Facts,
}

/// Whose plants, which of them, and by which criteria.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub reach: &'a Reach,
    pub plant: Option<PlantId>,
    /// Facts that no criterion asks for are not read.
    pub criteria: &'a [Criterion],
    pub now: Instant,
}

#[derive(FromQueryResult)]
struct Plant {
    id: PlantId,
    name: String,
    member_id: MemberId,
    member_name: String,
    district: Option<String>,
    kind: PlantKind,
}

#[derive(FromQueryResult)]
struct Counted {
    member_id: MemberId,
    n: i64,
}

/// The plants that are open, of members that are still members, by member and name.
pub async fn gather(conn: &impl ConnectionTrait, scope: Scope<'_>) -> Result<Vec<Row>> {
    let plants = plants(conn, scope).await?;
    let asks = |criterion| scope.criteria.contains(&criterion);
    let mut members: Vec<MemberId> = plants.iter().map(|plant| plant.member_id).collect();
    members.dedup();
    // Of all members nothing needs to be named; a person's own are few.
    let few = (*scope.reach != Reach::All || scope.plant.is_some()).then_some(&members[..]);
    let covered = if asks(Criterion::Entrances) { covered(conn, scope).await? } else { HashMap::new() };
    let notices = if asks(Criterion::Notices) { notices(conn, few).await? } else { HashMap::new() };
    let blockers = if asks(Criterion::Issues) { blockers(conn, few).await? } else { Blockers::default() };
    let callable = if asks(Criterion::Contact) { callable(conn, few).await? } else { HashSet::new() };
    let reports = match asks(Criterion::Supply) {
        true => supply::store::behind::of(conn, few, scope.plant, scope.now).await?,
        false => HashMap::new(),
    };
    Ok(plants
        .into_iter()
        .map(|plant| {
            let Covered { entrances, covered, by_eye } = covered.get(&plant.id).copied().unwrap_or_default();
            let reports = reports.get(&plant.id).copied().unwrap_or_default();
            let facts = Facts {
                entrances,
                covered,
                by_eye,
                notices: notices.get(&plant.member_id).copied().unwrap_or_default(),
                reports: reports.asked,
                missing: reports.missing,
                blockers: blockers.of(plant.member_id, plant.id),
                contact: callable.contains(&plant.member_id),
            };
            Row {
                plant: plant.id,
                plant_name: plant.name,
                member: plant.member_id,
                member_name: plant.member_name,
                district: plant.district,
                kind: plant.kind,
                facts,
            }
        })
        .collect())
}

async fn plants(conn: &impl ConnectionTrait, scope: Scope<'_>) -> Result<Vec<Plant>> {
    let mut sql = Sql::new(
        "SELECT p.id, p.name, p.member_id, m.name AS member_name, p.district, p.kind
        FROM plants p JOIN members m ON m.id = p.member_id WHERE p.closed_at IS NULL AND m.left_at IS NULL",
    );
    if let Reach::Of { members, plants } = scope.reach {
        sql = sql.push(" AND (p.member_id IN ").list(members.iter().copied());
        sql = sql.push(" OR p.id IN ").list(plants.iter().copied()).push(")");
    }
    if let Some(plant) = scope.plant {
        sql = sql.push(" AND p.id = ").bind(plant);
    }
    sql.push(" ORDER BY m.name, m.id, p.name, p.id").all(conn).await
}

async fn covered(conn: &impl ConnectionTrait, scope: Scope<'_>) -> Result<HashMap<PlantId, Covered>> {
    let since = settings::load::<coverage::Rules>(conn).await?.value.since(scope.now);
    let filter = Filter { plant: scope.plant, ..Filter::default() };
    coverage::store::of_plants(conn, Choice { reach: scope.reach, filter: &filter }, since).await
}

/// How many current versions wait for the acknowledgement of each member.
async fn notices(conn: &impl ConnectionTrait, few: Option<&[MemberId]>) -> Result<HashMap<MemberId, u64>> {
    let sql = Sql::new(
        "SELECT nm.member_id, COUNT(*) AS n FROM notice_versions v JOIN notice_members nm ON nm.version_id = v.id
        WHERE v.published_at IS NOT NULL AND v.superseded_at IS NULL AND nm.expected AND nm.acknowledged_at IS NULL",
    );
    let rows = of_members(sql, "nm.member_id", few).push(" GROUP BY nm.member_id").all::<Counted>(conn).await?;
    Ok(rows.into_iter().map(|row| (row.member_id, row.n.unsigned_abs())).collect())
}

/// Issues that hold plants up: of a whole member, or of one plant.
#[derive(Default)]
struct Blockers {
    members: HashMap<MemberId, u64>,
    plants: HashMap<PlantId, u64>,
}

impl Blockers {
    fn of(&self, member: MemberId, plant: PlantId) -> u64 {
        self.members.get(&member).copied().unwrap_or_default() + self.plants.get(&plant).copied().unwrap_or_default()
    }
}

async fn blockers(conn: &impl ConnectionTrait, few: Option<&[MemberId]>) -> Result<Blockers> {
    let mut blockers = Blockers::default();
    let unanswered = issues::store::list::unanswered(conn, few).await?;
    for issue in unanswered.into_iter().filter(|issue| holds_up(issue.kind, issue.category)) {
        match issue.plant_id {
            Some(plant) => *blockers.plants.entry(plant).or_default() += 1,
            None => *blockers.members.entry(issue.member_id).or_default() += 1,
        }
    }
    Ok(blockers)
}

/// The members of which somebody can be phoned.
async fn callable(conn: &impl ConnectionTrait, few: Option<&[MemberId]>) -> Result<HashSet<MemberId>> {
    let sql = Sql::new("SELECT c.member_id, COUNT(*) AS n FROM contacts c WHERE c.phone IS NOT NULL");
    let rows = of_members(sql, "c.member_id", few).push(" GROUP BY c.member_id").all::<Counted>(conn).await?;
    Ok(rows.into_iter().map(|row| row.member_id).collect())
}

fn of_members(sql: Sql, column: &str, few: Option<&[MemberId]>) -> Sql {
    match few {
        Some(members) => sql.push(&format!(" AND {column} IN ")).list(members.iter().copied()),
        None => sql,
    }
}
