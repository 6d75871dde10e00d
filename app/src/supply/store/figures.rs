//! The sums of a day, kept for half a minute at most: with thousands of plants they cost more than everything else
//! on the page, and several people look at the same morning. The page says as of when they are; whatever is
//! committed here is seen at once, what another replica took in after that time.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;
use tokio::sync::Mutex;

use super::day::{self, Available, Figures, Filter};
use crate::{error::Result, kept::Moment, supply::duty::Rules, time::Instant};

/// How long sums are used, in microseconds.
const FRESH: i64 = 30 * Instant::SECOND;

/// The sums of one day and filter.
#[derive(Clone, Debug)]
pub struct Sums {
    pub as_of: Instant,
    pub figures: Figures,
    pub available: Vec<Available>,
}

#[derive(Debug, Default)]
pub struct DaySums(Mutex<Kept>);

/// The sums, and after how many acts they were worked out.
#[derive(Debug, Default)]
struct Kept {
    commits: u64,
    sums: HashMap<Filter, Arc<Sums>>,
}

impl DaySums {
    /// The sums, worked out by one request at a time; `now` is the moment before anything of them is read.
    pub async fn get(
        &self,
        conn: &impl ConnectionTrait,
        rules: &Rules,
        filter: &Filter,
        now: Moment,
    ) -> Result<Arc<Sums>> {
        let mut kept = self.0.lock().await;
        if kept.commits < now.commits {
            kept.sums.clear();
            kept.commits = now.commits;
        }
        // Of one that began before them the age is below zero.
        kept.sums.retain(|_, sums| (-FRESH..FRESH).contains(&now.at.since(sums.as_of)));
        if let Some(sums) = kept.sums.get(filter) {
            return Ok(Arc::clone(sums));
        }
        let sums = Arc::new(Sums {
            as_of: now.at,
            figures: day::figures(conn, rules, filter).await?,
            available: day::available(conn, filter).await?,
        });
        kept.sums.insert(filter.clone(), Arc::clone(&sums));
        Ok(sums)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DatabaseConnection;

    use super::*;

    #[tokio::test]
    async fn who_began_before_the_sums_were_worked_out_takes_them() {
        let at = Instant(60 * Instant::SECOND);
        let filter = Filter { day: at.day(), district: None, kind: None };
        let sums = Arc::new(Sums { as_of: at, figures: Figures::default(), available: Vec::new() });
        let kept = DaySums(Mutex::new(Kept { commits: 7, sums: HashMap::from([(filter.clone(), Arc::clone(&sums))]) }));
        for micros in [-Instant::SECOND, 0, FRESH - 1] {
            // Without a database nothing can be worked out anew.
            let now = Moment { at: at.plus(micros), commits: 6 };
            let taken = kept.get(&DatabaseConnection::default(), &Rules::default(), &filter, now).await.unwrap();
            assert!(Arc::ptr_eq(&taken, &sums), "{micros}");
        }
    }
}
