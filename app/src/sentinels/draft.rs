//! Beginning a request, moving it to another plant or entrance, and throwing a draft away.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    answers, place_page,
    routes::{acted_on, path, seen},
    steps_page::SCOPE,
    store::{self, Case, Place},
    wizard,
};
use crate::{
    audit,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    guides::open,
    ids::{EntranceId, InstallRequestId, MemberId, PlantId},
    members::{own_plants, store as register},
    once,
    state::AppState,
    text::Message,
};

/// What the audit calls the end of a draft.
const DISCARDED: &str = "install_request.discarded";

/// Plants that a search shows to staff.
const FOUND: u64 = 20;

#[derive(Deserialize)]
pub struct PlaceQuery {
    plant: Option<PlantId>,
    q: Option<String>,
}

/// What the page of the first step shows.
pub enum Offered {
    /// One plant and its entrances.
    Entrances { plant: Box<register::Plant>, member: String, entrances: Vec<register::Entrance>, alone: bool },
    /// Plants to choose from, each with its member's name; and what staff searched for.
    Plants { plants: Vec<(register::Plant, String)>, search: Option<String> },
}

pub async fn new(State(state): State<AppState>, current: Current, Query(query): Query<PlaceQuery>) -> Result<Response> {
    open(&current)?;
    let offered = offered(&state, &current, query).await?;
    Ok(place_page::place(&state, &current, "/sentinels/new", &Form::new(SCOPE), &offered, None))
}

pub async fn create(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let Some(place) = chosen(&state, &current, &mut form).await? else {
        return again(&state, &current, "/sentinels/new", form, None).await;
    };
    let id = InstallRequestId::new();
    let tx = state.begin(&current).await?;
    if let Some(first) = once::claim(&tx, &form, &path(id, "")).await? {
        return Ok(Redirect::to(&first).into_response());
    }
    store::add_draft(&tx, id, place).await?;
    let entry = audit::Entry::new("install_request.begun", store::KIND).subject(id).member(place.member);
    audit::record(&tx, entry.after(&named(&state, place).await?)).await?;
    tx.commit().await?;
    Ok(Redirect::to(&path(id, "scene")).into_response())
}

pub async fn place(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    Query(mut query): Query<PlaceQuery>,
) -> Result<Response> {
    let case = acted_on(&state, &current, id).await?;
    if case.request.submitted_at.is_some() {
        return Ok(Redirect::to(&path(id, "")).into_response());
    }
    let mut form = Form::new(SCOPE);
    form.set("entrance", case.request.entrance_id);
    form.set("seen", case.request.entrance_id);
    if query.q.is_none() && query.plant.is_none() {
        query.plant = Some(case.request.plant_id);
    }
    let offered = offered(&state, &current, query).await?;
    Ok(place_page::place(&state, &current, &path(id, "place"), &form, &offered, None))
}

pub async fn move_to(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    form: Form,
) -> Result<Response> {
    acted_on(&state, &current, id).await?;
    let mut form = form.scoped(SCOPE);
    let Some(place) = chosen(&state, &current, &mut form).await? else {
        return again(&state, &current, &path(id, "place"), form, None).await;
    };
    let tx = state.begin(&current).await?;
    let case = store::lock(&tx, id).await?;
    current.acts_for_plant(case.request.member_id, case.request.plant_id)?;
    if case.request.submitted_at.is_none() && form.value("seen") != case.request.entrance_id.to_string() {
        drop(tx);
        form.set("seen", case.request.entrance_id);
        let stored = overtaken(&state, place_of(&case), place).await?;
        return again(&state, &current, &path(id, "place"), form, Some(&stored)).await;
    }
    if store::move_draft(&tx, id, place).await? {
        let entry = audit::Entry::new("install_request.changed", store::KIND).subject(id).member(place.member);
        let entry = entry.before(&named(&state, place_of(&case)).await?).after(&named(&state, place).await?);
        audit::record(&tx, entry).await?;
        tx.commit().await?;
    }
    let case: Case = seen(&state, &current, id).await?;
    Ok(Redirect::to(&wizard::next(&case)?).into_response())
}

pub async fn discard(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
) -> Result<Response> {
    let case = match acted_on(&state, &current, id).await {
        Err(AppError::NotFound) => return discarded_before(&state, &current, id).await,
        found => found?,
    };
    let tx = state.begin(&current).await?;
    if !store::discard(&tx, id).await? {
        drop(tx);
        return match store::case(state.db.reader(), id).await {
            Ok(_) => Err(AppError::Refused(Message::of("sentinels.move.already_submitted"))),
            Err(_) => discarded_before(&state, &current, id).await,
        };
    }
    let entry = audit::Entry::new(DISCARDED, store::KIND).subject(id).member(case.request.member_id);
    let mut before = named(&state, place_of(&case)).await?;
    before["answers"] = answers::summary(&store::answers(&case.request)?);
    audit::record(&tx, entry.before(&before)).await?;
    tx.commit().await?;
    Ok(discarded())
}

/// A second click leads on as the first one did; to anybody else a draft that is gone was never there.
async fn discarded_before(state: &AppState, current: &Current, id: InstallRequestId) -> Result<Response> {
    open(current)?;
    let own = audit::did(state.db.reader(), current.person()?.id, DISCARDED, id).await?;
    if own { Ok(discarded()) } else { Err(AppError::NotFound) }
}

fn discarded() -> Response {
    flash::redirect("/sentinels", &Message::of("sentinels.discarded"))
}

fn place_of(case: &Case) -> Place {
    let request = &case.request;
    Place { member: request.member_id, plant: request.plant_id, entrance: request.entrance_id }
}

/// What the audit keeps of a place: the names.
async fn named(state: &AppState, place: Place) -> Result<serde_json::Value> {
    let conn = state.db.reader();
    let plant = register::plant(conn, place.plant).await?;
    let entrance = register::entrance(conn, place.entrance).await?;
    Ok(serde_json::json!({ "plant": plant.name, "entrance": entrance.name }))
}

/// The entrance that was chosen, if it may be; else the error stands in the form.
async fn chosen(state: &AppState, current: &Current, form: &mut Form) -> Result<Option<Place>> {
    let Some(entrance) = form.parsed::<EntranceId>("entrance") else { return Ok(None) };
    let conn = state.db.reader();
    let entrance = register::entrance(conn, entrance).await?;
    let plant = register::plant(conn, entrance.plant_id).await?;
    current.acts_for_plant(plant.member_id, plant.id)?;
    if entrance.closed_at.is_some() || plant.closed_at.is_some() {
        form.refuse("entrance", Message::of("sentinels.problem.closed"));
        return Ok(None);
    }
    Ok(Some(Place { member: plant.member_id, plant: plant.id, entrance: entrance.id }))
}

/// What somebody else chose, beside what was chosen now.
async fn overtaken(state: &AppState, theirs: Place, mine: Place) -> Result<place_page::Chosen> {
    let mut form = Form::new(SCOPE);
    form.set("entrance", theirs.entrance);
    let mut names = Vec::new();
    for place in [theirs, mine] {
        let plant = register::plant(state.db.reader(), place.plant).await?;
        let entrance = register::entrance(state.db.reader(), place.entrance).await?;
        names.push((place.entrance.to_string(), format!("{} · {}", plant.name, entrance.name)));
    }
    Ok(place_page::Chosen { form, names })
}

async fn again(
    state: &AppState,
    current: &Current,
    action: &str,
    form: Form,
    stored: Option<&place_page::Chosen>,
) -> Result<Response> {
    let query = PlaceQuery { plant: form.value("plant").parse().ok(), q: None };
    let offered = offered(state, current, query).await?;
    Ok(place_page::place(state, current, action, &form, &offered, stored))
}

/// What the person may choose from: the entrances of a plant, or plants.
pub async fn offered(state: &AppState, current: &Current, query: PlaceQuery) -> Result<Offered> {
    let conn = state.db.reader();
    let mut own = own_plants(conn, current).await?;
    own.retain(|plant| current.acts_for_plant(plant.member_id, plant.id).is_ok());
    let alone = own.len() == 1 && !current.is_staff();
    let plant = match query.plant {
        Some(id) => Some(register::plant(conn, id).await?),
        None if alone => own.first().cloned(),
        None => None,
    };
    if let Some(plant) = plant {
        current.acts_for_plant(plant.member_id, plant.id)?;
        let member = register::member(conn, plant.member_id).await?.name;
        let entrances = register::entrances_of(conn, plant.id).await?;
        return Ok(Offered::Entrances { plant: Box::new(plant), member, entrances, alone });
    }
    let search: Option<String> = query.q.map(|q| q.trim().chars().take(60).collect());
    let found = match &search {
        Some(text) if current.is_staff() && !text.is_empty() => store::search_plants(conn, text, FOUND).await?,
        _ => own,
    };
    let ids: Vec<MemberId> = found.iter().map(|plant| plant.member_id).collect();
    let members = register::members(conn, &ids).await?;
    let plants = found
        .into_iter()
        .filter_map(|plant| {
            let member = members.iter().find(|member| member.id == plant.member_id)?;
            Some((plant, member.name.clone()))
        })
        .collect();
    Ok(Offered::Plants { plants, search: current.is_staff().then(|| search.unwrap_or_default()) })
}
