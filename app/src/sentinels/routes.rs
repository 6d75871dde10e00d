//! The routes of install requests, the list, and a request's page and paper.

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    acceptance, assemble, care_settings, catalogue, checkups, device_list, devices, draft, export, faults, follow,
    follow_up, list_page,
    model::{self, Act},
    request_page, send,
    store::{self, Case, Filter, Scope},
    whole, wizard,
};
use crate::{
    access::{Route, Who},
    conversations,
    current::Current,
    error::{AppError, Result},
    files,
    guides::open,
    ids::{InstallRequestId, TextEnum},
    paging::From,
    sheets,
    state::AppState,
    text::Message,
};

pub fn routes() -> Vec<Route> {
    use Who::{MemberOrStaff, SignedIn};
    let requests = vec![
        Route::get("/sentinels", SignedIn, list),
        Route::get("/sentinels.xlsx", SignedIn, as_sheet),
        Route::get("/sentinels/new", MemberOrStaff, draft::new),
        Route::post("/sentinels/new", MemberOrStaff, draft::create),
        Route::get("/sentinels/{request}", SignedIn, show),
        Route::get("/sentinels/{request}/paper", SignedIn, paper),
        Route::get("/sentinels/{request}/devices.xlsx", SignedIn, device_sheet),
        Route::get("/sentinels/{request}/place", MemberOrStaff, draft::place),
        Route::post("/sentinels/{request}/place", MemberOrStaff, draft::move_to),
        Route::get("/sentinels/{request}/scene", MemberOrStaff, wizard::scene),
        Route::post("/sentinels/{request}/scene", MemberOrStaff, wizard::save_scene),
        Route::get("/sentinels/{request}/devices", MemberOrStaff, wizard::devices),
        Route::post("/sentinels/{request}/devices", MemberOrStaff, wizard::save_devices),
        Route::get("/sentinels/{request}/contact", MemberOrStaff, wizard::contact),
        Route::post("/sentinels/{request}/contact", MemberOrStaff, wizard::save_contact),
        Route::get("/sentinels/{request}/check", MemberOrStaff, send::check),
        Route::post("/sentinels/{request}/check", MemberOrStaff, send::send),
        Route::post("/sentinels/{request}/discard", MemberOrStaff, draft::discard),
        Route::post("/sentinels/{request}/resend", MemberOrStaff, send::resend),
        Route::post("/sentinels/{request}/entries", MemberOrStaff, follow::enter),
        Route::post("/sentinels/{request}/enter-devices", MemberOrStaff, follow::enter_devices),
        Route::post("/sentinels/{request}/follow-up", MemberOrStaff, follow_up::send),
    ];
    let others = [
        catalogue::routes::routes(),
        devices::routes::routes(),
        acceptance::routes::routes(),
        checkups::routes::routes(),
        faults::routes::routes(),
        care_settings::routes(),
    ];
    requests.into_iter().chain(others.into_iter().flatten()).collect()
}

/// What this person may see.
pub fn scope(current: &Current) -> Scope {
    if current.is_office() {
        return Scope::Office { drafts: current.is_staff() };
    }
    let roles = current.person.iter().flat_map(|person| &person.roles);
    let (mut members, mut plants) = (Vec::new(), Vec::new());
    for role in roles {
        match role.kind {
            crate::accounts::RoleKind::MemberAdmin => members.extend(role.member),
            _ => plants.extend(&role.plants),
        }
    }
    Scope::Of { members, plants }
}

/// A request that this person may see.
pub async fn seen(state: &AppState, current: &Current, id: InstallRequestId) -> Result<Case> {
    open(current)?;
    let case = store::case(state.db.reader(), id).await?;
    current.sees_plant(case.request.member_id, case.request.plant_id)?;
    Ok(case)
}

/// A request that this person may act on.
pub async fn acted_on(state: &AppState, current: &Current, id: InstallRequestId) -> Result<Case> {
    let case = seen(state, current, id).await?;
    current.acts_for_plant(case.request.member_id, case.request.plant_id)?;
    Ok(case)
}

/// The page of a request, or of a step of it.
pub fn path(id: InstallRequestId, step: &str) -> String {
    if step.is_empty() { format!("/sentinels/{id}") } else { format!("/sentinels/{id}/{step}") }
}

#[derive(Deserialize)]
struct ListQuery {
    state: Option<String>,
    q: Option<String>,
    after: Option<InstallRequestId>,
    before: Option<InstallRequestId>,
}

impl ListQuery {
    fn filter(&self) -> Filter {
        let text: Option<String> = self.q.as_ref().map(|q| q.trim().chars().take(60).collect());
        Filter {
            state: self.state.as_deref().and_then(model::State::from_word),
            text: text.filter(|text| !text.is_empty()),
        }
    }
}

/// The same requests as a spreadsheet, all pages of them.
async fn as_sheet(State(state): State<AppState>, current: Current, Query(query): Query<ListQuery>) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let cases = store::everything(conn, &scope(&current), &query.filter(), sheets::MOST_ROWS as u64 + 1).await?;
    let names = store::names(conn, &cases).await?;
    sheets::download_table(
        current.locale,
        &current.locale.t("sentinels.title"),
        export::table(&current, &cases, &names)?,
    )
    .await
}

async fn list(State(state): State<AppState>, current: Current, Query(query): Query<ListQuery>) -> Result<Response> {
    open(&current)?;
    let filter = query.filter();
    let from = From::of(query.after, query.before);
    let conn = state.db.reader();
    let listed = store::list(conn, &scope(&current), &filter, from).await?;
    let names = store::names(conn, &listed.cases).await?;
    Ok(list_page::show(&state, &current, &filter, &listed, &names))
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<InstallRequestId>) -> Result<Response> {
    let case = seen(&state, &current, id).await?;
    if case.request.submitted_at.is_none() {
        current.acts_for_plant(case.request.member_id, case.request.plant_id).map_err(|_| AppError::NotFound)?;
        return Ok(Redirect::to(&wizard::next(&case)?).into_response());
    }
    request_page::show(&state, &current, &request(&state, &current, &case).await?, None)
}

/// The page of a sent request once more, with an act that did not fit.
pub async fn again(
    state: &AppState,
    current: &Current,
    case: &Case,
    refused: request_page::Refused,
) -> Result<Response> {
    if case.request.submitted_at.is_none() {
        return Err(AppError::Refused(Message::of("sentinels.move.not_submitted")));
    }
    request_page::show(state, current, &request(state, current, case).await?, Some(refused))
}

/// Everything that the page of a sent request shows.
async fn request(state: &AppState, current: &Current, case: &Case) -> Result<request_page::Shown> {
    let conn = state.db.reader();
    Ok(request_page::Shown {
        sheet: store::sheet(&case.request)?.ok_or_else(|| AppError::internal("a sent request without a sheet"))?,
        conversation: conversations::timeline(conn, case.request.id.into()).await?,
        people: store::people(conn, &case.events).await?,
        whole: whole::acts_for_all(conn, current, case).await?,
        devices: devices::store::first_of_request(conn, case.request.id, devices::request_part::SHOWN).await?,
        mail: store::mail(conn, &case.request).await?,
        case: case.clone(),
    })
}

/// The paper: of a sent request the one that was sent, of a draft what it would be now. It names
/// people and their phones, so those who see contacts masked do not get it.
async fn paper(State(state): State<AppState>, current: Current, Path(id): Path<InstallRequestId>) -> Result<Response> {
    let case = seen(&state, &current, id).await?;
    if current.is_office() && current.masks_contacts() {
        return Err(AppError::Forbidden);
    }
    let (bytes, name) = match (&case.request.paper_hash, store::sheet(&case.request)?) {
        (Some(hash), Some(sheet)) => (state.files.read(hash).await?, sheet.paper_name()),
        _ => {
            current.acts_for_plant(case.request.member_id, case.request.plant_id)?;
            let found =
                assemble::assemble(&state, state.db.reader(), &current, &case).await?.ok_or(AppError::NotFound)?;
            let paper = state.documents.install_request_form(&found.sheet.paper()).await;
            (paper.map_err(send::no_paper)?.into(), found.sheet.paper_name())
        }
    };
    let headers = [
        (header::CONTENT_TYPE, axum::http::HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, files::disposition("inline", &name)?),
        (header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store")),
    ];
    Ok((Extension(files::FileName(name)), headers, bytes).into_response())
}

/// The list of devices: of a sent request as it was sent, of a draft what it would be now.
async fn device_sheet(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
) -> Result<Response> {
    let case = seen(&state, &current, id).await?;
    if case.request.submitted_at.is_some() {
        let mail = store::mail(state.db.reader(), &case.request).await?.ok_or(AppError::NotFound)?;
        let kept = mail.attachments().into_iter().find(device_list::is_list).filter(|_| mail.text_removed_at.is_none());
        let list = kept.ok_or(AppError::NotFound)?;
        let bytes = state.files.read(&list.hash).await?;
        return sheets::download(list.name.trim_end_matches(".xlsx"), bytes.to_vec());
    }
    current.acts_for_plant(case.request.member_id, case.request.plant_id)?;
    let found = assemble::assemble(&state, state.db.reader(), &current, &case).await?.ok_or(AppError::NotFound)?;
    sheets::download(&device_list::name(&found.sheet), device_list::bytes(&found.sheet).await?)
}

/// The acts that fit now, for whoever acts for the request's plant.
pub fn possible(current: &Current, case: &Case) -> Vec<Act> {
    let may = current.acts_for_plant(case.request.member_id, case.request.plant_id).is_ok();
    Act::ALL
        .iter()
        .copied()
        .filter(|act| may && !matches!(act, Act::Submit | Act::Resend) && case.known.allows(*act).is_ok())
        .collect()
}
