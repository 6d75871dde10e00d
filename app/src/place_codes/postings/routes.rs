//! The routes of postings, and their list.

use axum::{
    extract::{Query, State as Portal},
    response::Response,
};
use serde::Deserialize;

use super::{
    acts, correct, export, list_page,
    model::State,
    one, photo, recall_page, record, rules,
    store::{self, Filter},
};
use crate::{
    access::{Route, Who},
    current::Current,
    db,
    error::Result,
    files::upload_limit,
    guides::open,
    ids::{PostingId, TextEnum},
    members::towns,
    paging::{From, page_address},
    place_codes::reach::Reach,
    settings, sheets,
    state::AppState,
};

/// The list; its sheet has the same address with `.xlsx`.
pub const LIST: &str = "/place-codes/postings";

pub fn routes() -> Vec<Route> {
    use Who::{Admin, MemberOrStaff, Office, SignedIn};
    vec![
        Route::get(LIST, SignedIn, list),
        Route::get("/place-codes/postings.xlsx", SignedIn, as_sheet),
        Route::get(recall_page::HERE, SignedIn, recall_page::show),
        Route::get(rules::HERE, Office, rules::show),
        Route::post(rules::HERE, Admin, rules::save),
        Route::get("/place-codes/entrances/{entrance}/post", MemberOrStaff, record::ask),
        Route::post("/place-codes/entrances/{entrance}/post", MemberOrStaff, record::post).limit(upload_limit(1)),
        Route::post("/place-codes/entrances/{entrance}/photo", MemberOrStaff, photo::keep).limit(upload_limit(1)),
        Route::get("/place-codes/posting-photos/{photo}", MemberOrStaff, photo::show_waiting),
        Route::get("/place-codes/postings/{posting}", SignedIn, one::show),
        Route::get("/place-codes/postings/{posting}/photos/{event}", SignedIn, one::image),
        Route::post("/place-codes/postings/{posting}/photo", MemberOrStaff, acts::photograph).limit(upload_limit(1)),
        Route::post("/place-codes/postings/{posting}/by-eye", MemberOrStaff, acts::by_eye),
        Route::post("/place-codes/postings/{posting}/report", MemberOrStaff, acts::report),
        Route::post("/place-codes/postings/{posting}/remove", MemberOrStaff, acts::remove),
        Route::get("/place-codes/postings/{posting}/edit", MemberOrStaff, correct::ask),
        Route::post("/place-codes/postings/{posting}/edit", MemberOrStaff, correct::save),
        Route::get("/place-codes/postings/{posting}/replace", MemberOrStaff, record::ask_replace),
        Route::post("/place-codes/postings/{posting}/replace", MemberOrStaff, record::replace).limit(upload_limit(1)),
    ]
}

/// What a list is narrowed to, as it stands in its address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub state: String,
    pub q: String,
    pub district: String,
    pub member: String,
    pub plant: String,
    pub entrance: String,
    pub after: String,
    pub before: String,
}

/// In the place of a state: whatever waits to be replaced.
pub const WRONG: &str = "wrong";
/// The same of those that a recall asks for: what was only reported damaged or lost is not among them.
pub const RECALLED: &str = "recalled";

impl Wanted {
    fn filter(&self) -> Filter {
        Filter {
            state: State::from_word(&self.state),
            wrong: self.state == WRONG,
            recalled: self.state == RECALLED,
            text: Some(db::words(&self.q, 60)).filter(|text| !text.is_empty()),
            member: self.member.parse().ok(),
            plant: self.plant.parse().ok(),
            entrance: self.entrance.parse().ok(),
            district: towns::district(&self.district).map(|district| district.code.to_owned()),
        }
    }

    fn pairs(&self) -> [(&'static str, &String); 6] {
        [
            ("state", &self.state),
            ("q", &self.q),
            ("district", &self.district),
            ("member", &self.member),
            ("plant", &self.plant),
            ("entrance", &self.entrance),
        ]
    }

    /// Whether nothing is narrowed.
    pub fn is_plain(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.is_empty())
    }

    /// The list or its spreadsheet, so narrowed; a page of it is named by a side and the posting that it begins at.
    pub fn address(&self, path: &str, page: Option<(&str, PostingId)>) -> String {
        page_address(path, self.pairs(), page)
    }
}

async fn list(Portal(state): Portal<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    open(&current)?;
    let (conn, reach, filter) = (state.db.reader(), Reach::of(&current), wanted.filter());
    let from = From::asked(&wanted.after, &wanted.before);
    let shown = list_page::Shown {
        page: store::page(conn, &reach, &filter, from).await?,
        count: store::count(conn, &reach, &filter).await?,
        within: settings::load::<rules::Rules>(conn).await?.value.replace_within,
    };
    Ok(list_page::show(&state, &current, &wanted, &shown))
}

async fn as_sheet(Portal(state): Portal<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    open(&current)?;
    let most = sheets::MOST_ROWS as u64 + 1;
    let postings = store::whole(state.db.reader(), &Reach::of(&current), &wanted.filter(), most).await?;
    let table = export::table(&current, &postings);
    sheets::download_table(current.locale, &table.title.clone(), table).await
}
