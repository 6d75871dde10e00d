//! The settings that every page shows: the association's name and phone, which modules are on.
//! Read at most once in a few seconds; a change is seen by every replica after that time.

use std::sync::{Arc, RwLock};

use serde::{Deserialize, Serialize};

use super::{Group, store};
use crate::{db::ConnectionTrait, error::Result, time::Instant};

/// How long a reading is used, in microseconds.
const FRESH: i64 = 5 * Instant::SECOND;

/// The association as it signs and is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Association {
    pub name: String,
    pub name_en: String,
    /// The secretariat's phone; on every page.
    pub phone: String,
    pub email: String,
    pub hours: String,
}

impl Default for Association {
    fn default() -> Self {
        Self {
            name: "上海市水泥行业协会".to_owned(),
            name_en: "Shanghai Cement Industry Association".to_owned(),
            phone: String::new(),
            email: String::new(),
            hours: String::new(),
        }
    }
}

impl Group for Association {
    const NAME: &'static str = "association";
}

/// Which parts of the product are on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Modules {
    /// Place codes and sentinels, duties of the spring of 2022.
    pub sentinels: bool,
}

impl Default for Modules {
    fn default() -> Self {
        Self { sentinels: true }
    }
}

impl Group for Modules {
    const NAME: &'static str = "modules";
}

#[derive(Clone, Debug, Default)]
pub struct SiteSettings {
    pub association: Association,
    pub modules: Modules,
    /// The database holds demo data.
    pub demo: bool,
}

/// The cached reading.
#[derive(Debug, Default)]
pub struct Site(RwLock<Option<(Instant, Arc<SiteSettings>)>>);

impl Site {
    pub async fn get(&self, conn: &impl ConnectionTrait, now: Instant) -> Result<Arc<SiteSettings>> {
        let known = self.0.read().ok().and_then(|cached| cached.clone());
        if let Some((_, settings)) = known.filter(|(read_at, _)| (0..FRESH).contains(&now.since(*read_at))) {
            return Ok(settings);
        }
        let settings = Arc::new(SiteSettings {
            association: store::load(conn).await?.value,
            modules: store::load(conn).await?.value,
            demo: store::is_demo(conn).await?,
        });
        if let Ok(mut cached) = self.0.write() {
            *cached = Some((now, Arc::clone(&settings)));
        }
        Ok(settings)
    }

    /// Forgets the reading, so that the next page sees a change at once.
    pub fn forget(&self) {
        if let Ok(mut cached) = self.0.write() {
            *cached = None;
        }
    }
}
