//! The routes of coverage: the matrix, its spreadsheet and its rules.

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    Rules, export, list_page,
    model::{Coverage, Show},
    rules_page,
    store::{self, Choice, Filter},
};
use crate::{
    access::{Route, Who},
    current::Current,
    db,
    error::Result,
    guides::open,
    ids::{EntranceId, TextEnum},
    members::{plant_kind::PlantKind, store as register, towns},
    paging::{From, Paged, page_address},
    place_codes::reach::Reach,
    settings,
    state::AppState,
};

pub const HERE: &str = "/coverage";

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/coverage", Who::SignedIn, list),
        Route::get("/coverage.xlsx", Who::SignedIn, as_sheet),
        Route::get("/coverage/settings", Who::Office, rules_page::show),
        Route::post("/coverage/settings", Who::Staff, rules_page::save),
    ]
}

/// What the address of the list asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub show: String,
    pub q: String,
    pub district: String,
    pub kind: String,
    pub member: String,
    pub plant: String,
    pub after: String,
    pub before: String,
}

impl Wanted {
    pub fn filter(&self) -> Filter {
        Filter {
            district: towns::district(&self.district).map(|district| district.code.to_owned()),
            kind: PlantKind::from_word(&self.kind),
            member: self.member.parse().ok(),
            plant: self.plant.parse().ok(),
            text: db::words(&self.q, 60),
        }
    }

    pub fn show(&self) -> Option<Show> {
        Show::from_word(&self.show)
    }

    /// Whether nothing is narrowed.
    pub fn is_plain(&self) -> bool {
        self.pairs().all(|(_, value)| value.is_empty())
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        [
            ("show", self.show.as_str()),
            ("q", &self.q),
            ("district", &self.district),
            ("kind", &self.kind),
            ("member", &self.member),
            ("plant", &self.plant),
        ]
        .into_iter()
    }

    /// The list or its spreadsheet, so narrowed, but for what is `other` here; a page of it is named by a side and the
    /// entrance that it begins at.
    pub fn address(&self, path: &str, other: &[(&str, &str)], page: Option<(&str, EntranceId)>) -> String {
        let own = self.pairs().filter(|(name, _)| other.iter().all(|(changed, _)| changed != name));
        page_address(path, own.chain(other.iter().copied()), page)
    }
}

async fn list(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    open(&current)?;
    let (conn, moment) = (state.db.reader(), state.moment_of_entrances(&current));
    let rules = settings::load::<Rules>(conn).await?.value;
    let (since, reach, filter) = (rules.since(current.now), Reach::of(&current), wanted.filter());
    let overview = state.coverage.get(conn, Choice { reach: &reach, filter: &filter }, since, moment).await?;
    let show = wanted.show();
    let listed = |(_, coverage): &(EntranceId, Coverage)| show.is_none_or(|show| show.shows(*coverage));
    let from = From::asked(&wanted.after, &wanted.before);
    let page = from.among(&overview.entrances, store::PER_PAGE, |(id, _)| *id, listed);
    let ids: Vec<EntranceId> = page.rows.iter().map(|(id, _)| *id).collect();
    let rows = store::rows(conn, &ids, since).await?;
    let page = Paged { rows, before: page.before, after: page.after };
    let member = match filter.member {
        Some(id) if current.sees_member(id).is_ok() => register::members(conn, &[id]).await?.pop(),
        _ => None,
    };
    let member = member.map(|member| member.name);
    Ok(list_page::show(&state, &current, &wanted, &list_page::Shown { overview, page, rules, member }))
}

async fn as_sheet(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    open(&current)?;
    let (conn, moment) = (state.db.reader(), state.moment_of_entrances(&current));
    let since = settings::load::<Rules>(conn).await?.value.since(current.now);
    let (reach, filter, show) = (Reach::of(&current), wanted.filter(), wanted.show());
    let overview = state.coverage.get(conn, Choice { reach: &reach, filter: &filter }, since, moment).await?;
    let shown = overview.entrances.iter().filter(|(_, coverage)| show.is_none_or(|show| show.shows(*coverage)));
    let ids: Vec<EntranceId> = shown.map(|(id, _)| *id).collect();
    export::download(conn, current.locale, &ids, show, since).await
}
