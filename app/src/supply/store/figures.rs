//! The sums of a day, kept for a few seconds: with thousands of plants they cost more than everything else
//! on the page, and several people look at the same morning. The page says as of when they are; whatever is
//! filed here is seen at once, what another replica took in after those seconds.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;
use tokio::sync::Mutex;

use super::day::{self, Available, Figures, Filter};
use crate::{error::Result, supply::duty::Rules, time::Instant};

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
pub struct DaySums(Mutex<HashMap<Filter, Arc<Sums>>>);

impl DaySums {
    /// The sums, worked out by one request at a time.
    pub async fn get(
        &self,
        conn: &impl ConnectionTrait,
        rules: &Rules,
        filter: &Filter,
        now: Instant,
    ) -> Result<Arc<Sums>> {
        let mut kept = self.0.lock().await;
        kept.retain(|_, sums| (0..FRESH).contains(&now.since(sums.as_of)));
        if let Some(sums) = kept.get(filter) {
            return Ok(Arc::clone(sums));
        }
        let sums = Arc::new(Sums {
            as_of: now,
            figures: day::figures(conn, rules, filter).await?,
            available: day::available(conn, filter).await?,
        });
        kept.insert(filter.clone(), Arc::clone(&sums));
        Ok(sums)
    }

    /// Forgets them, because something was filed or set.
    pub async fn forget(&self) {
        self.0.lock().await.clear();
    }
}
