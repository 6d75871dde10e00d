//! The occasion that readiness is about, as the secretariat sets it: what it is called, and which criteria count.

use serde::{Deserialize, Serialize};

use super::model::Criterion;
use crate::{current::Current, ids::TextEnum, settings::Group, text::Locale};

pub const LONGEST_TITLE: usize = 30;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Occasion {
    pub title: String,
    pub title_en: String,
    pub criteria: Vec<Criterion>,
}

impl Default for Occasion {
    fn default() -> Self {
        Self { title: "复工准备".to_owned(), title_en: "Resumption".to_owned(), criteria: Criterion::ALL.to_vec() }
    }
}

impl Group for Occasion {
    const NAME: &'static str = "readiness";
}

impl Occasion {
    /// The criteria that count now, in their order; those of a module that is off do not.
    pub fn counting(&self, current: &Current) -> Vec<Criterion> {
        let on = |one: &Criterion| *one != Criterion::Entrances || current.site.modules.sentinels;
        Criterion::ALL.iter().copied().filter(|one| self.criteria.contains(one)).filter(on).collect()
    }

    pub fn title(&self, l: Locale) -> &str {
        match l {
            Locale::Zh => &self.title,
            Locale::En => &self.title_en,
        }
    }
}
