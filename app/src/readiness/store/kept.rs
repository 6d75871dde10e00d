//! What is known of all plants, kept for half a minute at most and until something is committed: it is put together
//! from all that the portal knows, and several people of the secretariat look at the same morning. One request at a
//! time does it.

use std::sync::Arc;

use sea_orm::ConnectionTrait;
use tokio::sync::Mutex;

use super::gather::{Row, Scope, gather};
use crate::{error::Result, kept::Moment, place_codes::reach::Reach, readiness::model::Criterion, time::Instant};

/// How long it is used, in microseconds.
const FRESH: i64 = 30 * Instant::SECOND;

/// Plants as they stood at a moment, by member and name.
#[derive(Debug)]
pub struct Standings {
    pub as_of: Instant,
    pub rows: Vec<Row>,
}

#[derive(Debug, Default)]
pub struct KeptStandings(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    commits: u64,
    criteria: Vec<Criterion>,
    standings: Arc<Standings>,
}

impl KeptStandings {
    /// Those of a scope; a person's own few plants are looked at each time. `now` is the moment before anything of it
    /// is read.
    pub async fn get(&self, conn: &impl ConnectionTrait, scope: Scope<'_>, now: Moment) -> Result<Arc<Standings>> {
        if *scope.reach != Reach::All || scope.plant.is_some() {
            return Ok(Arc::new(Standings { as_of: now.at, rows: gather(conn, scope).await? }));
        }
        let mut kept = self.0.lock().await;
        if let Some(kept) = &*kept {
            // Of a request that began before what is kept was read the age is below zero.
            let fresh = (-FRESH..FRESH).contains(&now.at.since(kept.standings.as_of));
            if fresh && kept.commits >= now.commits && kept.criteria == scope.criteria {
                return Ok(Arc::clone(&kept.standings));
            }
        }
        let standings = Arc::new(Standings { as_of: now.at, rows: gather(conn, scope).await? });
        let criteria = scope.criteria.to_vec();
        *kept = Some(Kept { commits: now.commits, criteria, standings: Arc::clone(&standings) });
        Ok(standings)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DatabaseConnection;

    use super::*;

    #[tokio::test]
    async fn who_began_before_they_were_put_together_takes_them() {
        let at = Instant(60 * Instant::SECOND);
        let criteria = [Criterion::Contact];
        let standings = Arc::new(Standings { as_of: at, rows: Vec::new() });
        let (mine, asked) = (Arc::clone(&standings), criteria.to_vec());
        let kept = KeptStandings(Mutex::new(Some(Kept { commits: 7, criteria: asked, standings: mine })));
        for micros in [-Instant::SECOND, 0, FRESH - 1] {
            // Without a database nothing can be put together anew.
            let now = Moment { at: at.plus(micros), commits: 6 };
            let scope = Scope { reach: &Reach::All, plant: None, criteria: &criteria, now: now.at };
            let taken = kept.get(&DatabaseConnection::default(), scope, now).await.unwrap();
            assert!(Arc::ptr_eq(&taken, &standings), "{micros}");
        }
    }
}
