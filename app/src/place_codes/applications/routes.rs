//! The list of applications, and one of them: its page, its sheet, its values to copy.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    act, copy_page, export, list_page,
    model::State as Stands,
    page, pick,
    sheet::Sheet,
    store::{self, Case, Filter},
};
use crate::{
    access::{Route, Who},
    accounts::people::store as people,
    current::Current,
    db,
    error::{AppError, Result},
    guides::open,
    ids::{ApplicationId, MemberId, PersonId, TextEnum},
    members::store as register,
    paging::{From, page_address},
    place_codes::reach::Reach,
    settings, sheets,
    state::AppState,
};

pub fn routes() -> Vec<Route> {
    use Who::{MemberOrStaff, SignedIn};
    vec![
        Route::get("/place-codes/apply", MemberOrStaff, pick::ask),
        Route::post("/place-codes/apply", MemberOrStaff, pick::create),
        Route::get("/place-codes/applications", SignedIn, list),
        Route::get("/place-codes/applications.xlsx", SignedIn, as_sheet),
        Route::get("/place-codes/applications/{application}", SignedIn, show),
        Route::get("/place-codes/applications/{application}/sheet.xlsx", SignedIn, sheet),
        Route::get("/place-codes/applications/{application}/copy", SignedIn, copy),
        Route::post("/place-codes/applications/{application}/filed", MemberOrStaff, act::file),
        Route::post("/place-codes/applications/{application}/outcomes", MemberOrStaff, act::outcomes).long_form(),
        Route::post("/place-codes/applications/{application}/discard", MemberOrStaff, act::discard),
    ]
}

/// The page of an application, or something of it.
pub fn path(id: ApplicationId, part: &str) -> String {
    if part.is_empty() {
        format!("/place-codes/applications/{id}")
    } else {
        format!("/place-codes/applications/{id}/{part}")
    }
}

/// An application that this person may see: all of its plants are among theirs.
pub async fn seen(state: &AppState, current: &Current, id: ApplicationId) -> Result<Case> {
    open(current)?;
    let case = store::case(state.db.reader(), id).await?;
    current.sees_member(case.application.member_id)?;
    for line in &case.lines {
        current.sees_plant(case.application.member_id, line.plant.id)?;
    }
    Ok(case)
}

/// An application that this person may act on.
pub async fn acted_on(state: &AppState, current: &Current, id: ApplicationId) -> Result<Case> {
    let case = seen(state, current, id).await?;
    current.acts_for_member(case.application.member_id)?;
    Ok(case)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub state: String,
    pub q: String,
    pub member: String,
    pub after: String,
    pub before: String,
}

impl Wanted {
    fn filter(&self) -> Filter {
        Filter {
            state: Stands::from_word(&self.state),
            text: Some(db::words(&self.q, 60)).filter(|text| !text.is_empty()),
            member: self.member.parse::<MemberId>().ok(),
        }
    }

    /// The list or its spreadsheet, so narrowed; a page of it is named by a side and the application that it begins at.
    pub fn address(&self, path: &str, page: Option<(&str, ApplicationId)>) -> String {
        page_address(path, [("state", &self.state), ("q", &self.q), ("member", &self.member)], page)
    }
}

async fn list(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    open(&current)?;
    let (conn, reach, filter) = (state.db.reader(), Reach::of(&current), wanted.filter());
    let from = From::asked(&wanted.after, &wanted.before);
    let page = store::page(conn, &reach, &filter, from).await?;
    let members: Vec<MemberId> = page.rows.iter().map(|case| case.application.member_id).collect();
    let shown = list_page::Shown {
        count: store::count(conn, &reach, &filter).await?,
        members: register::members(conn, &members).await?,
        page,
    };
    Ok(list_page::show(&state, &current, &wanted, &shown))
}

/// Every entrance of the same applications as a spreadsheet.
async fn as_sheet(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let cases = store::whole(conn, &Reach::of(&current), &wanted.filter(), sheets::MOST_ROWS as u64).await?;
    let mut members: Vec<MemberId> = cases.iter().map(|case| case.application.member_id).collect();
    members.sort_unstable();
    members.dedup();
    let table = export::list(&current, &cases, &register::members(conn, &members).await?)?;
    sheets::download_table(current.locale, &table.title.clone(), table).await
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<ApplicationId>) -> Result<Response> {
    let case = seen(&state, &current, id).await?;
    Ok(page::show(&state, &current, &shown(&state, case).await?, None))
}

/// Everything that the page of an application shows.
pub async fn shown(state: &AppState, case: Case) -> Result<page::Shown> {
    let conn = state.db.reader();
    let previous = match case.application.previous_id {
        Some(id) => Some(store::case(conn, id).await?.application),
        None => None,
    };
    let ids: Vec<PersonId> = case
        .lines
        .iter()
        .flat_map(|line| line.said.iter().filter_map(|said| said.person_id))
        .chain(case.application.filed_by)
        .chain(case.application.created_by)
        .collect();
    let people = people::names(conn, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect();
    Ok(page::Shown {
        sheet: Sheet::of(conn, &case).await?,
        facts: settings::load(conn).await?.value,
        previous,
        people,
        case,
    })
}

async fn sheet(State(state): State<AppState>, current: Current, Path(id): Path<ApplicationId>) -> Result<Response> {
    let case = seen(&state, &current, id).await?;
    let sheet = Sheet::of(state.db.reader(), &case).await?;
    let table = export::sheet(&current, &sheet);
    sheets::download_table(current.locale, &format!("{}-{}", table.title, case.application.number), table).await
}

#[derive(Deserialize)]
struct At {
    #[serde(default)]
    place: usize,
}

/// The values of one entrance after the other, each with a button that copies it.
async fn copy(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<ApplicationId>,
    Query(at): Query<At>,
) -> Result<Response> {
    let case = seen(&state, &current, id).await?;
    let sheet = Sheet::of(state.db.reader(), &case).await?;
    let at = at.place.clamp(1, sheet.places.len().max(1));
    let place = sheet.places.get(at - 1).ok_or(AppError::NotFound)?;
    Ok(copy_page::show(&state, &current, &case.application, &sheet, place, at))
}
