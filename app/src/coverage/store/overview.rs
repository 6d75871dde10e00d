//! How all entrances of a choice stand, in the order of their list, and how many stand how. Over all members this is one
//! pass over what is known, which costs more than everything else on the page: it is kept until something is committed
//! that may change it. Another replica may have written, too, so that after a while it is worked out anew, by one request
//! at a time, while the others go on with what they have.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{
    Choice, Filter,
    known::known,
    worst::{Tally, Worst},
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

/// How long an overview is used, and how long while somebody works out the next one, in microseconds.
const FRESH: i64 = 30 * Instant::SECOND;
const USED: i64 = 60 * Instant::SECOND;
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
    pub worst: Worst,
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
struct Standing {
    id: EntranceId,
    member_id: MemberId,
    district: Option<String>,
    kind: PlantKind,
    bits: i64,
}

async fn overview(conn: &impl ConnectionTrait, choice: Choice<'_>, since: Day, now: Instant) -> Result<Overview> {
    let found = known(choice, since, |sql| sql)
        .push("SELECT k.id, k.member_id, k.district, k.kind, k.bits FROM known k ORDER BY k.plant_id, k.name")
        .all::<Standing>(conn)
        .await?;
    let (mut entrances, mut figures, mut members) =
        (Vec::with_capacity(found.len()), Figures::default(), Tally::default());
    for Standing { id, member_id, district, kind, bits } in found {
        let coverage = Facts::of_bits(bits).coverage();
        entrances.push((id, coverage));
        *figures.0.entry((district, kind, coverage)).or_default() += 1;
        members.add(member_id, coverage);
    }
    let worst = if *choice.reach == Reach::All { members.worst(conn).await? } else { Worst::default() };
    Ok(Overview { as_of: now, entrances, figures, worst })
}

#[derive(FromQueryResult)]
struct OfPlant {
    plant_id: PlantId,
    bits: i64,
    n: i64,
}

/// The open entrances of a plant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    pub entrances: u64,
    pub covered: u64,
    /// Of the covered, those that only somebody's eyes speak for.
    pub by_eye: u64,
}

/// Of each plant with open entrances, how many of them are covered.
pub async fn of_plants(
    conn: &impl ConnectionTrait,
    choice: Choice<'_>,
    since: Day,
) -> Result<HashMap<PlantId, Covered>> {
    let counted = known(choice, since, |sql| sql)
        .push("SELECT k.plant_id, k.bits, COUNT(*) AS n FROM known k GROUP BY k.plant_id, k.bits")
        .all::<OfPlant>(conn)
        .await?;
    let mut plants = HashMap::new();
    for row in counted {
        let plant: &mut Covered = plants.entry(row.plant_id).or_default();
        let (facts, n) = (Facts::of_bits(row.bits), row.n.unsigned_abs());
        plant.entrances += n;
        plant.covered += if facts.coverage().is_covered() { n } else { 0 };
        plant.by_eye += if facts.rests_on_eyes() { n } else { 0 };
    }
    Ok(plants)
}

/// The overviews of all members, by what they are narrowed to.
#[derive(Debug, Default)]
pub struct KeptOverviews {
    kept: Mutex<Kept>,
    /// Held by whoever works one out.
    working: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Kept {
    commits: u64,
    overviews: HashMap<Key, Arc<Overview>>,
}

type Key = (Filter, Day);

/// What there is of an overview.
enum Found {
    Fresh(Arc<Overview>),
    /// It is used while somebody works out the next one.
    Old(Arc<Overview>),
    Nothing,
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
        let key = (choice.filter.clone(), since);
        let working = match self.find(&key, now) {
            Found::Fresh(overview) => return Ok(overview),
            Found::Old(overview) => match self.working.try_lock() {
                Ok(working) => working,
                Err(_) => return Ok(overview),
            },
            Found::Nothing => self.working.lock().await,
        };
        // Whoever worked before may have worked out this one, and what was committed until now is in what comes next.
        let now = Moment { commits: self.commits().max(now.commits), ..now };
        if let Found::Fresh(overview) = self.find(&key, now) {
            return Ok(overview);
        }
        let overview = Arc::new(overview(conn, choice, since, now.at).await?);
        self.keep(key, now, &overview);
        drop(working);
        Ok(overview)
    }

    fn commits(&self) -> u64 {
        self.kept.lock().map_or(0, |kept| kept.commits)
    }

    fn find(&self, key: &Key, now: Moment) -> Found {
        let Ok(mut kept) = self.kept.lock() else { return Found::Nothing };
        if kept.commits < now.commits {
            kept.overviews.clear();
            kept.commits = now.commits;
        }
        // Of a request that began before an overview was read its age is below zero.
        kept.overviews.retain(|_, overview| (-FRESH..USED).contains(&now.at.since(overview.as_of)));
        match kept.overviews.get(key) {
            Some(overview) if now.at.since(overview.as_of) < FRESH => Found::Fresh(Arc::clone(overview)),
            Some(overview) => Found::Old(Arc::clone(overview)),
            None => Found::Nothing,
        }
    }

    /// Keeps what was worked out from `now` on, unless something was committed meanwhile.
    fn keep(&self, key: Key, now: Moment, overview: &Arc<Overview>) {
        let Ok(mut kept) = self.kept.lock() else { return };
        if kept.commits == now.commits && (kept.overviews.len() < MOST || kept.overviews.contains_key(&key)) {
            kept.overviews.insert(key, Arc::clone(overview));
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DatabaseConnection;

    use super::*;

    const AT: Instant = Instant(60 * Instant::SECOND);

    /// What was worked out at `AT`, after seven acts.
    fn kept() -> (KeptOverviews, Arc<Overview>) {
        let overview = Arc::new(Overview {
            as_of: AT,
            entrances: Vec::new(),
            figures: Figures::default(),
            worst: Worst::default(),
        });
        let kept = KeptOverviews::default();
        kept.kept.lock().unwrap().commits = 7;
        kept.keep((Filter::default(), AT.day()), Moment { at: AT, commits: 7 }, &overview);
        (kept, overview)
    }

    /// What a request takes that began so much later. Without a database nothing can be worked out anew.
    async fn taken(kept: &KeptOverviews, micros: i64, commits: u64) -> Arc<Overview> {
        let (nowhere, now) = (DatabaseConnection::default(), Moment { at: AT.plus(micros), commits });
        let choice = Choice { reach: &Reach::All, filter: &Filter::default() };
        kept.get(&nowhere, choice, AT.day(), now).await.unwrap()
    }

    #[tokio::test]
    async fn who_began_before_an_overview_was_worked_out_takes_it() {
        let (kept, overview) = kept();
        for micros in [-Instant::SECOND, 0, FRESH - 1] {
            assert!(Arc::ptr_eq(&taken(&kept, micros, 6).await, &overview), "{micros}");
        }
    }

    #[tokio::test]
    async fn an_old_one_serves_while_another_request_works_and_after_an_act_none_does() {
        let (kept, overview) = kept();
        let working = kept.working.lock().await;
        for micros in [FRESH, USED - 1] {
            assert!(Arc::ptr_eq(&taken(&kept, micros, 7).await, &overview), "{micros}");
        }
        drop(working);
        let found =
            |micros, commits| kept.find(&(Filter::default(), AT.day()), Moment { at: AT.plus(micros), commits });
        assert!(matches!(found(FRESH, 7), Found::Old(_)), "this one would work out the next");
        assert!(matches!(found(0, 8), Found::Nothing));
        assert!(matches!(found(0, 7), Found::Nothing), "what was cleared does not come back");
    }
}
