//! The page of a posting: what it is, its photo, what was seen of it, and what may be done next.

use std::collections::HashMap;

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;

use super::{
    acts, model, one_page, photo,
    rules::Rules,
    store::{self, Event, Posting},
};
use crate::{
    accounts::people::store as people,
    current::Current,
    error::{AppError, Result},
    files,
    form::Form,
    guides::{
        facts::{Facts, Poster},
        open,
    },
    ids::{EntranceId, PersonId, PlaceCodeId, PlantId, PostingEventId, PostingId},
    members::store as register,
    place_codes::{
        applications::store::{Application, under_way},
        codes::store::Code,
    },
    settings,
    state::AppState,
    time::Instant,
};

pub fn path(id: PostingId) -> String {
    format!("/place-codes/postings/{id}")
}

/// A posting that this person may see.
pub async fn seen(state: &AppState, current: &Current, id: PostingId) -> Result<Posting> {
    open(current)?;
    let posting = store::posting(state.db.reader(), id).await?;
    current.sees_plant(posting.member.id, posting.plant.id)?;
    Ok(posting)
}

/// A posting that this person may act on.
pub async fn acted_on(state: &AppState, current: &Current, id: PostingId) -> Result<Posting> {
    let posting = seen(state, current, id).await?;
    current.acts_for_plant(posting.member.id, posting.plant.id)?;
    Ok(posting)
}

/// What the page shows.
pub struct Shown {
    pub posting: Posting,
    /// The newest first.
    pub events: Vec<Event>,
    pub people: HashMap<PersonId, String>,
    /// The versions that the photos show.
    pub codes: HashMap<PlaceCodeId, Code>,
    /// What the entrances of those versions are called, as far as this person may see them.
    pub places: HashMap<EntranceId, String>,
    /// The copy that hangs in its place, and the one in whose place it hangs.
    pub replacement: Option<store::Row>,
    pub replaced: Option<Posting>,
    pub poster: Poster,
    /// Until when it is to be replaced, where it is.
    pub due: Option<Instant>,
    /// The application that is under way, where there is no code that may hang.
    pub applied: Option<Application>,
    pub may_act: bool,
}

pub async fn show(State(state): State<AppState>, current: Current, Path(id): Path<PostingId>) -> Result<Response> {
    let posting = seen(&state, &current, id).await?;
    answer(&state, &current, posting, None).await
}

/// A posting's page; `typed` is the form that was sent.
pub async fn answer(state: &AppState, current: &Current, posting: Posting, typed: Option<&Form>) -> Result<Response> {
    let conn = state.db.reader();
    let events = store::events(conn, posting.row.id).await?;
    let ids: Vec<PersonId> =
        events.iter().map(|event| event.person_id).chain([posting.row.removed_by]).flatten().collect();
    let people = people::names(conn, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let codes = store::codes_of(conn, events.iter().filter_map(|event| event.code_id)).await?;
    let places = places(state, current, &codes).await?;
    let replaced = match posting.row.replaces_id {
        Some(id) => Some(store::posting(conn, id).await?),
        None => None,
    };
    let may_act = current.acts_for_plant(posting.member.id, posting.plant.id).is_ok();
    let within = settings::load::<Rules>(conn).await?.value.replace_within;
    // A photo that was sent and whose form was never stored is there for the next.
    let mut fresh = Form::new(acts::PHOTO);
    if may_act
        && let Some(waiting) = store::waiting_for(conn, posting.entrance.id, current.person()?.id, current.now).await?
    {
        fresh.set(photo::WAITING, waiting.id);
    }
    let applied = if posting.waits() && (posting.moved() || posting.current.is_none()) {
        under_way(conn, &[posting.entrance.id]).await?.remove(&posting.entrance.id)
    } else {
        None
    };
    let shown = Shown {
        replacement: store::replacement_of(conn, posting.row.id).await?,
        poster: settings::load::<Facts>(conn).await?.value.poster,
        due: posting.since.map(|since| model::due(since, within)),
        posting,
        events,
        people,
        codes,
        places,
        replaced,
        applied,
        may_act,
    };
    Ok(one_page::show(state, current, &shown, typed.unwrap_or(&fresh)))
}

async fn places(
    state: &AppState,
    current: &Current,
    codes: &HashMap<PlaceCodeId, Code>,
) -> Result<HashMap<EntranceId, String>> {
    let conn = state.db.reader();
    let visible = codes.values().filter(|code| current.sees_plant(code.member_id, code.plant_id).is_ok());
    let visible: Vec<(EntranceId, PlantId)> = visible.map(|code| (code.entrance_id, code.plant_id)).collect();
    let plants = register::plants_by_id(conn, visible.iter().map(|(_, plant)| *plant)).await?;
    let entrances = register::entrances_by_id(conn, visible.iter().map(|(entrance, _)| *entrance)).await?;
    let name = |(entrance, plant): &(EntranceId, PlantId)| {
        let place = format!("{} {}", plants.get(plant)?.name, entrances.get(entrance)?.name);
        Some((*entrance, place))
    };
    Ok(visible.iter().filter_map(name).collect())
}

#[derive(Deserialize)]
pub struct PhotoPath {
    posting: PostingId,
    event: PostingEventId,
}

pub async fn image(
    State(state): State<AppState>,
    current: Current,
    Path(at): Path<PhotoPath>,
    asked: HeaderMap,
) -> Result<Response> {
    let posting = seen(&state, &current, at.posting).await?;
    let conn = state.db.reader();
    let events = store::events(conn, posting.row.id).await?;
    let event = events.iter().find(|event| event.id == at.event);
    let file = event.and_then(|event| event.file_id).ok_or(AppError::NotFound)?;
    files::download(&state, &asked, &files::find(conn, file).await?).await
}
