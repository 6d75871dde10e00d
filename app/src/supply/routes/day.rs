//! The secretariat's day: its sums, what is available where, and the plants page by page.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use crate::{
    copies,
    current::Current,
    error::{AppError, Result},
    ids::{PlantId, TextEnum},
    members::{self, model::Duty, plant_kind::PlantKind, towns},
    paging::{From, Paged},
    sheets,
    state::AppState,
    supply::{
        export, page,
        store::{
            self,
            day::{Filter, Show},
        },
    },
    time::{Day, parse_day, show_day},
};

/// Plants on one page.
const PAGE: usize = 50;

/// What stands in the address.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    show: Option<String>,
    district: Option<String>,
    kind: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

impl Asked {
    fn filter(&self, day: Day) -> Filter {
        let code = self.district.as_deref().and_then(towns::district).map(|district| district.code.to_owned());
        Filter { day, district: code, kind: self.kind.as_deref().and_then(PlantKind::from_word) }
    }

    fn show(&self) -> Show {
        self.show.as_deref().and_then(Show::from_word).unwrap_or(Show::All)
    }

    fn from(&self) -> From<PlantId> {
        From::asked(self.after.as_deref().unwrap_or_default(), self.before.as_deref().unwrap_or_default())
    }
}

fn read_day(text: &str) -> Result<Day> {
    parse_day(text).ok_or(AppError::NotFound)
}

pub async fn show(
    State(state): State<AppState>,
    current: Current,
    Path(day): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let filter = asked.filter(read_day(&day)?);
    let (show, from) = (asked.show(), asked.from());
    let moment = state.moment(&current);
    let conn = state.db.reader();
    let rules = store::duty::rules(conn).await?;
    let plants = store::day::plants(conn, &rules, &filter, show, from, PAGE + 1).await?;
    let Paged { rows: plants, before, after } = from.page(plants, PAGE, |plant| plant.plant);
    let mut owners: Vec<_> = plants.iter().map(|plant| plant.member).collect();
    owners.dedup();
    let contacts = members::store::whom_to_call(conn, &owners, Duty::Supply).await?;
    let view = page::day::DayView {
        sums: state.supply_sums.get(conn, &rules, &filter, moment).await?,
        before,
        after,
        rules,
        filter,
        show,
        plants,
        contacts,
    };
    Ok(page::day::show(&state, &current, &view))
}

/// The same plants as a spreadsheet, all pages of them.
pub async fn export(
    State(state): State<AppState>,
    current: Current,
    Path(day): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let filter = asked.filter(read_day(&day)?);
    let conn = state.db.reader();
    let rules = store::duty::rules(conn).await?;
    let plants = store::day::plants(conn, &rules, &filter, asked.show(), From::Start, sheets::MOST_ROWS + 1).await?;
    let mut owners: Vec<_> = plants.iter().map(|plant| plant.member).collect();
    owners.dedup();
    let contacts = members::store::whom_to_call(conn, &owners, Duty::Supply).await?;
    let past_due = current.now > rules.due_instant(filter.day);
    let table = export::table(&current, filter.day, past_due, &plants, &contacts);
    sheets::download_table(current.locale, &current.locale.tn("supply.sheet.name", &[("day", &day)]), table).await
}

/// The plants that are behind, for WeChat.
pub async fn names(
    State(state): State<AppState>,
    current: Current,
    Path(day): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let filter = asked.filter(read_day(&day)?);
    let conn = state.db.reader();
    let rules = store::duty::rules(conn).await?;
    let missing = store::day::plants(conn, &rules, &filter, Show::Missing, From::Start, sheets::MOST_ROWS + 1).await?;
    let noted = copies::noted(conn, copies::Text::SupplyNames, &show_day(filter.day)).await?;
    Ok(page::names::show(&state, &current, &rules, filter.day, &missing, &noted))
}
