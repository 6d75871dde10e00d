//! The routes of codes, and the list of entrances.

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    batch, export, list_page,
    model::Standing,
    one,
    store::{self, Filter},
};
use crate::{
    access::{Route, Who},
    current::Current,
    db,
    error::Result,
    files::upload_limit,
    guides::open,
    ids::{EntranceId, TextEnum},
    members::towns,
    paging::{From, page_address},
    place_codes::reach::Reach,
    sheets,
    state::AppState,
};

pub fn routes() -> Vec<Route> {
    use Who::{MemberOrStaff, SignedIn};
    vec![
        Route::get("/place-codes", SignedIn, list),
        Route::get("/place-codes.xlsx", SignedIn, as_sheet),
        Route::get("/place-codes/entrances/{entrance}", SignedIn, one::show),
        Route::post("/place-codes/entrances/{entrance}", MemberOrStaff, one::add).limit(upload_limit(1)),
        Route::post("/place-codes/entrances/{entrance}/withdraw", MemberOrStaff, one::withdraw),
        Route::get("/place-codes/codes/{code}/image", SignedIn, one::image),
        Route::get("/place-codes/upload", MemberOrStaff, batch::ask),
        Route::post("/place-codes/upload", MemberOrStaff, batch::upload).limit(batch::LIMIT),
        Route::get("/place-codes/batches/{batch}", MemberOrStaff, batch::show),
        Route::post("/place-codes/batches/{batch}", MemberOrStaff, batch::store_chosen),
        Route::post("/place-codes/batches/{batch}/discard", MemberOrStaff, batch::discard),
        Route::get("/place-codes/batches/{batch}/images/{at}", MemberOrStaff, batch::image),
    ]
}

/// The word by which the list is narrowed to what moved and can be applied for anew.
pub const TO_APPLY: &str = "to_apply";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub standing: String,
    pub q: String,
    pub district: String,
    pub member: String,
    pub plant: String,
    pub after: String,
    pub before: String,
}

impl Wanted {
    fn filter(&self) -> Filter {
        Filter {
            standing: Standing::from_word(&self.standing),
            text: Some(db::words(&self.q, 60)).filter(|text| !text.is_empty()),
            member: self.member.parse().ok(),
            plant: self.plant.parse().ok(),
            district: towns::district(&self.district).map(|district| district.code.to_owned()),
            with_code: false,
            to_apply: self.standing == TO_APPLY,
        }
    }

    /// Whether nothing is narrowed.
    pub fn is_plain(&self) -> bool {
        [&self.standing, &self.q, &self.district, &self.member, &self.plant].iter().all(|value| value.is_empty())
    }

    /// The list or its spreadsheet, so narrowed; a page of it is named by a side and the entrance that it begins at.
    pub fn address(&self, path: &str, page: Option<(&str, EntranceId)>) -> String {
        let narrowed = [
            ("standing", &self.standing),
            ("q", &self.q),
            ("district", &self.district),
            ("member", &self.member),
            ("plant", &self.plant),
        ];
        page_address(path, narrowed, page)
    }
}

async fn list(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    open(&current)?;
    let (conn, reach, filter) = (state.db.reader(), Reach::of(&current), wanted.filter());
    let from = From::asked(&wanted.after, &wanted.before);
    let shown = list_page::Shown {
        page: store::page(conn, &reach, &filter, from).await?,
        count: store::count(conn, &reach, &filter).await?,
    };
    Ok(list_page::show(&state, &current, &wanted, &shown))
}

async fn as_sheet(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    open(&current)?;
    let most = sheets::MOST_ROWS as u64 + 1;
    let rows = store::whole(state.db.reader(), &Reach::of(&current), &wanted.filter(), most).await?;
    let table = export::table(&current, &rows);
    sheets::download_table(current.locale, &table.title.clone(), table).await
}
