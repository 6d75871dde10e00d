//! How all entrances of a choice stand, in the order of their list, and how many stand how. Over all members this is one
//! pass over what is known, which costs more than everything else on the page: it is kept for a few seconds, until
//! something is committed, and worked out by one request at a time.

use std::{collections::HashMap, sync::Arc};

use sea_orm::{ConnectionTrait, FromQueryResult};
use tokio::sync::Mutex;

use super::{
    Choice, Filter,
    known::known,
    worst::{OfMember, Tally},
};
use crate::{
    coverage::model::{Coverage, Facts, Show},
    error::Result,
    ids::{EntranceId, MemberId, PlantId},
    kept::Moment,
    members::plant_kind::PlantKind,
    place_codes::reach::Reach,
    time::{Day, Instant},
};

/// How long an overview is used, in microseconds.
const FRESH: i64 = 30 * Instant::SECOND;
/// Choices that are kept at a time.
const MOST: usize = 16;

/// A choice of entrances as it stood at a moment.
#[derive(Debug)]
pub struct Overview {
    pub as_of: Instant,
    /// Plant by plant.
    pub entrances: Vec<(EntranceId, Coverage)>,
    pub figures: Figures,
    /// The members with the most entrances that are not covered; for whoever sees all members.
    pub worst: Vec<OfMember>,
}

/// How many entrances stand how, by district and kind of plant; no district for plants outside Shanghai.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures(HashMap<(Option<String>, PlantKind, Coverage), u64>);

impl Figures {
    /// How many entrances there are, or of those that are shown.
    pub fn count(&self, show: Option<Show>) -> u64 {
        let shown = self.0.iter().filter(|((_, _, coverage), _)| show.is_none_or(|show| show.shows(*coverage)));
        shown.map(|(_, n)| n).sum()
    }

    pub fn covered(&self) -> u64 {
        self.count(None) - self.count(Some(Show::Open))
    }

    /// Those of some districts or kinds only.
    #[must_use]
    pub fn only(&self, which: impl Fn(Option<&str>, PlantKind) -> bool) -> Self {
        let cells = self.0.iter().filter(|((district, kind, _), _)| which(district.as_deref(), *kind));
        Self(cells.map(|(key, n)| (key.clone(), *n)).collect())
    }
}

#[derive(FromQueryResult)]
struct Found {
    id: EntranceId,
    member_id: MemberId,
    district: Option<String>,
    kind: PlantKind,
    bits: i64,
}

async fn overview(conn: &impl ConnectionTrait, choice: Choice<'_>, since: Day, now: Instant) -> Result<Overview> {
    let found = known(choice, since, |sql| sql)
        .push("SELECT k.id, k.member_id, k.district, k.kind, k.bits FROM known k ORDER BY k.plant_id, k.name")
        .all::<Found>(conn)
        .await?;
    let (mut entrances, mut figures, mut members) =
        (Vec::with_capacity(found.len()), Figures::default(), Tally::default());
    for Found { id, member_id, district, kind, bits } in found {
        let coverage = Facts::of_bits(bits).coverage();
        entrances.push((id, coverage));
        *figures.0.entry((district, kind, coverage)).or_default() += 1;
        members.add(member_id, coverage);
    }
    let worst = if *choice.reach == Reach::All { members.worst(conn).await? } else { Vec::new() };
    Ok(Overview { as_of: now, entrances, figures, worst })
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

/// The overviews of all members, by what they are narrowed to.
#[derive(Debug, Default)]
pub struct KeptOverviews(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    commits: u64,
    overviews: HashMap<(Filter, Day), Arc<Overview>>,
}

impl KeptOverviews {
    /// The overview of a choice; a member's own few entrances are looked at each time. `now` is the moment before
    /// anything of it is read.
    pub async fn get(
        &self,
        conn: &impl ConnectionTrait,
        choice: Choice<'_>,
        since: Day,
        now: Moment,
    ) -> Result<Arc<Overview>> {
        if *choice.reach != Reach::All {
            return Ok(Arc::new(overview(conn, choice, since, now.at).await?));
        }
        let mut kept = self.0.lock().await;
        if kept.commits < now.commits {
            kept.overviews.clear();
            kept.commits = now.commits;
        }
        // Of a request that began before an overview was read its age is below zero.
        kept.overviews.retain(|_, overview| (-FRESH..FRESH).contains(&now.at.since(overview.as_of)));
        let key = (choice.filter.clone(), since);
        if let Some(overview) = kept.overviews.get(&key) {
            return Ok(Arc::clone(overview));
        }
        let overview = Arc::new(overview(conn, choice, since, now.at).await?);
        if kept.overviews.len() < MOST {
            kept.overviews.insert(key, Arc::clone(&overview));
        }
        Ok(overview)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DatabaseConnection;

    use super::*;

    #[tokio::test]
    async fn who_began_before_an_overview_was_worked_out_takes_it() {
        let at = Instant(60 * Instant::SECOND);
        let (filter, since) = (Filter::default(), at.day());
        let overview =
            Arc::new(Overview { as_of: at, entrances: Vec::new(), figures: Figures::default(), worst: Vec::new() });
        let overviews = HashMap::from([((filter.clone(), since), Arc::clone(&overview))]);
        let kept = KeptOverviews(Mutex::new(Kept { commits: 7, overviews }));
        for micros in [-Instant::SECOND, 0, FRESH - 1] {
            // Without a database nothing can be worked out anew.
            let (nowhere, now) = (DatabaseConnection::default(), Moment { at: at.plus(micros), commits: 6 });
            let choice = Choice { reach: &Reach::All, filter: &filter };
            let taken = kept.get(&nowhere, choice, since, now).await.unwrap();
            assert!(Arc::ptr_eq(&taken, &overview), "{micros}");
        }
    }
}
