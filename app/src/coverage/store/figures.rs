//! How many entrances stand how, by district and by kind of plant. Over all members this is one pass over what is known,
//! which costs more than everything else on the page: it is kept for a few seconds, until something is committed, and
//! worked out by one request at a time.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::{ConnectionTrait, FromQueryResult};
use tokio::sync::Mutex;

use super::{Choice, Filter, known::known};
use crate::{
    coverage::model::{Coverage, Facts, Show},
    error::Result,
    ids::PlantId,
    kept::Moment,
    members::plant_kind::PlantKind,
    place_codes::reach::Reach,
    time::{Day, Instant},
};

/// How long figures are used, in microseconds.
const FRESH: i64 = 30 * Instant::SECOND;
/// Choices whose figures are kept at a time.
const MOST: usize = 64;

/// Entrances of one district and kind that stand alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub coverage: Coverage,
    pub n: u64,
}

/// The figures of a choice of entrances.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub as_of: Option<Instant>,
    /// No district for plants outside Shanghai.
    pub cells: Vec<(Option<String>, PlantKind, Cell)>,
}

impl Figures {
    /// How many entrances there are, or of those that are shown.
    pub fn count(&self, show: Option<Show>) -> u64 {
        let cells = self.cells.iter().map(|(_, _, cell)| cell);
        cells.filter(|cell| show.is_none_or(|show| show.shows(cell.coverage))).map(|cell| cell.n).sum()
    }

    pub fn covered(&self) -> u64 {
        self.count(None) - self.count(Some(Show::Open))
    }
}

#[derive(FromQueryResult)]
struct Counted {
    district: Option<String>,
    kind: PlantKind,
    bits: i64,
    n: i64,
}

/// The figures of a choice, whatever it shows of it.
pub async fn figures(conn: &impl ConnectionTrait, choice: Choice<'_>, since: Day) -> Result<Figures> {
    let counted = known(choice, since, |sql| sql)
        .push("SELECT k.district, k.kind, k.bits, COUNT(*) AS n FROM known k GROUP BY k.district, k.kind, k.bits")
        .all::<Counted>(conn)
        .await?;
    let cells = counted.into_iter().map(|row| {
        let cell = Cell { coverage: Facts::of_bits(row.bits).coverage(), n: row.n.unsigned_abs() };
        (row.district, row.kind, cell)
    });
    Ok(Figures { as_of: None, cells: cells.collect() })
}

#[derive(FromQueryResult)]
struct OfPlant {
    plant_id: PlantId,
    bits: i64,
    n: i64,
}

/// Of each plant with open entrances, how many of them are covered, and how many there are.
pub async fn of_plants(
    conn: &impl ConnectionTrait,
    choice: Choice<'_>,
    since: Day,
) -> Result<HashMap<PlantId, (u64, u64)>> {
    let counted = known(choice, since, |sql| sql)
        .push("SELECT k.plant_id, k.bits, COUNT(*) AS n FROM known k GROUP BY k.plant_id, k.bits")
        .all::<OfPlant>(conn)
        .await?;
    let mut plants = HashMap::new();
    for row in counted {
        let (covered, all): &mut (u64, u64) = plants.entry(row.plant_id).or_default();
        *all += row.n.unsigned_abs();
        if Facts::of_bits(row.bits).coverage().is_covered() {
            *covered += row.n.unsigned_abs();
        }
    }
    Ok(plants)
}

/// The figures over all members, by what they are narrowed to.
#[derive(Debug, Default)]
pub struct KeptFigures(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    commits: u64,
    figures: HashMap<(Filter, Day), Arc<Figures>>,
}

impl KeptFigures {
    /// The figures of a choice; a member's own few entrances are counted each time. `now` is the moment before
    /// anything of them is read.
    pub async fn get(
        &self,
        conn: &impl ConnectionTrait,
        choice: Choice<'_>,
        since: Day,
        now: Moment,
    ) -> Result<Arc<Figures>> {
        if *choice.reach != Reach::All {
            return Ok(Arc::new(figures(conn, choice, since).await?));
        }
        let mut kept = self.0.lock().await;
        if kept.commits < now.commits {
            kept.figures.clear();
            kept.commits = now.commits;
        }
        let fresh = |figures: &Figures| figures.as_of.is_some_and(|at| (0..FRESH).contains(&now.at.since(at)));
        kept.figures.retain(|_, figures| fresh(figures));
        let key = (choice.filter.clone(), since);
        if let Some(figures) = kept.figures.get(&key) {
            return Ok(Arc::clone(figures));
        }
        let counted = Arc::new(Figures { as_of: Some(now.at), ..figures(conn, choice, since).await? });
        if kept.figures.len() < MOST {
            kept.figures.insert(key, Arc::clone(&counted));
        }
        Ok(counted)
    }
}
