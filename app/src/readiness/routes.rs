//! The routes of readiness, and the list of plants.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    Occasion, export, list_page,
    model::{Criterion, Verdict},
    occasion_page, plant, proof,
    store::{Row, Scope, Standings},
};
use crate::{
    access::{Route, Who},
    current::Current,
    db,
    error::Result,
    ids::{PlantId, TextEnum},
    members::{plant_kind::PlantKind, towns},
    paging::{From, page_address},
    place_codes::reach::Reach,
    settings, sheets,
    state::AppState,
};

pub const HERE: &str = "/readiness";
const PER_PAGE: usize = 50;

pub fn routes() -> Vec<Route> {
    use Who::{Anyone, MemberOrStaff, Office, SignedIn, Staff};
    vec![
        Route::get("/readiness", SignedIn, list),
        Route::get("/readiness.xlsx", SignedIn, as_sheet),
        Route::get("/readiness/settings", Office, occasion_page::show),
        Route::post("/readiness/settings", Staff, occasion_page::save),
        Route::get("/readiness/{plant}", SignedIn, plant::show),
        Route::post("/readiness/{plant}/sheets", MemberOrStaff, plant::make),
        Route::get("/readiness/{plant}/sheets/{sheet}", SignedIn, plant::paper),
        Route::get("/proof/{token}", Anyone, proof::show),
    ]
}

/// What the address of the list asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub verdict: String,
    /// A criterion that is not met.
    pub lacks: String,
    pub q: String,
    pub district: String,
    pub kind: String,
    pub after: String,
    pub before: String,
}

impl Wanted {
    /// Whether nothing is narrowed.
    pub fn is_plain(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.is_empty())
    }

    fn pairs(&self) -> [(&'static str, &str); 5] {
        [
            ("verdict", &self.verdict),
            ("lacks", &self.lacks),
            ("q", &self.q),
            ("district", &self.district),
            ("kind", &self.kind),
        ]
    }

    /// The list or its spreadsheet, so narrowed, but for what is `other` here; a page of it is named by a side and the
    /// plant that it begins at.
    pub fn address(&self, path: &str, other: &[(&str, &str)], page: Option<(&str, PlantId)>) -> String {
        let own = self.pairs().into_iter().filter(|(name, _)| other.iter().all(|(changed, _)| changed != name));
        page_address(path, own.chain(other.iter().copied()), page)
    }

    fn choice(&self) -> Choice {
        Choice {
            words: db::words(&self.q, 60).to_lowercase(),
            district: towns::district(&self.district).map(|district| district.code),
            kind: PlantKind::from_word(&self.kind),
            verdict: Verdict::from_word(&self.verdict),
            lacks: Criterion::from_word(&self.lacks),
        }
    }
}

/// What is asked for, read once for thousands of plants.
struct Choice {
    words: String,
    district: Option<&'static str>,
    kind: Option<PlantKind>,
    verdict: Option<Verdict>,
    lacks: Option<Criterion>,
}

impl Choice {
    /// Whether a plant is one of the place and name that are asked for.
    fn places(&self, row: &Row) -> bool {
        let named = |name: &str| name.to_lowercase().contains(&self.words);
        self.district.is_none_or(|district| row.district.as_deref() == Some(district))
            && self.kind.is_none_or(|kind| row.kind == kind)
            && (self.words.is_empty() || named(&row.member_name) || named(&row.plant_name))
    }

    /// Whether it is listed: it is one of these, and stands as is asked for.
    fn lists(&self, row: &Row, criteria: &[Criterion]) -> bool {
        self.verdict.is_none_or(|verdict| row.facts.verdict(criteria) == Some(verdict))
            && self.lacks.is_none_or(|lacks| row.facts.lacks(criteria).contains(&lacks))
            && self.places(row)
    }
}

async fn list(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (occasion, criteria, standings) = standings(&state, &current).await?;
    let choice = wanted.choice();
    let listed = |row: &Row| choice.lists(row, &criteria);
    let from = From::asked(&wanted.after, &wanted.before);
    let shown = list_page::Shown {
        all: standings.rows.iter().filter(|row| choice.places(row)).collect(),
        count: standings.rows.iter().filter(|row| listed(row)).count() as u64,
        page: from.among(&standings.rows, PER_PAGE, |row| row.plant, listed),
        as_of: standings.as_of,
        criteria: &criteria,
        occasion,
    };
    Ok(list_page::show(&state, &current, &wanted, &shown))
}

async fn as_sheet(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (_, criteria, standings) = standings(&state, &current).await?;
    let choice = wanted.choice();
    let rows = standings.rows.iter().filter(|row| choice.lists(row, &criteria));
    let table = export::table(current.locale, rows, &criteria);
    sheets::download_table(current.locale, &table.title.clone(), table).await
}

/// How the plants that this person sees stand on the occasion, by the criteria that count.
async fn standings(state: &AppState, current: &Current) -> Result<(Occasion, Vec<Criterion>, Arc<Standings>)> {
    let (conn, moment) = (state.db.reader(), state.moment(current));
    let occasion = settings::load::<Occasion>(conn).await?.value;
    let (reach, criteria) = (Reach::of(current), occasion.counting(current));
    let scope = Scope { reach: &reach, plant: None, criteria: &criteria, now: current.now };
    let standings = state.readiness.get(conn, scope, moment).await?;
    Ok((occasion, criteria, standings))
}
