//! Filing an issue: by a member for itself, or by staff for a member that phoned.

use axum::{
    extract::{Query, Request, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{SCOPE, add, inspect, keep, receive};
use crate::{
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::{IssueId, MemberId, PlantId},
    issues::{
        act,
        model::{LONGEST_NAME, LONGEST_TEXT, LONGEST_TITLE},
        page,
        store::{issue::NewIssue, list},
    },
    members, once,
    state::AppState,
    text::Message,
};

#[derive(Deserialize)]
pub struct For {
    member: Option<MemberId>,
    /// A part of a member's name, while staff look for it.
    q: Option<String>,
}

pub async fn show(State(state): State<AppState>, current: Current, Query(query): Query<For>) -> Result<Response> {
    // Staff who also serve a member are led to its own form first, and look for another only if they ask to.
    let places = match &query.q {
        Some(_) if current.is_staff() => None,
        _ => places(&state, &current, query.member).await?,
    };
    let Some(places) = places else {
        let sought = query.q.unwrap_or_default();
        let found = list::members_called(state.db.reader(), sought.trim()).await?;
        return Ok(page::filing::choose_member(&state, &current, &sought, &found));
    };
    if places.is_empty() {
        return Err(AppError::Refused(Message::of("members.left.reads_only")));
    }
    let mut form = Form::new(SCOPE);
    if let Some((first, _)) = places.first() {
        form.set("place", first);
    }
    Ok(page::filing::show(&state, &current, &form, places))
}

pub async fn file(State(state): State<AppState>, current: Current, request: Request) -> Result<Response> {
    let mut upload = receive(&state, request).await?;
    let form = &mut upload.form;
    let (kind, category) = (form.choice("kind"), form.choice("category"));
    let place = place_of(form.value("place"));
    match place {
        Some((member, plant)) => allowed(&state, &current, member, plant).await?,
        None => drop(form.parsed::<MemberId>("place")),
    }
    let title = form.required("title", LONGEST_TITLE);
    let body = form.required("body", LONGEST_TEXT);
    let by_office = place.is_some_and(|(member, _)| !current.member_ids().contains(&member));
    let caller = if by_office { Some(form.required("caller", LONGEST_NAME)) } else { None };
    let kinds = inspect(form, &upload.files);
    let (Some(kind), Some(category), Some((member, plant)), false) = (kind, category, place, form.has_errors()) else {
        let places = places(&state, &current, place.map(|(member, _)| member)).await?;
        return Ok(page::filing::show(&state, &current, &upload.form, places.unwrap_or_default()));
    };
    let id = IssueId::new();
    let location = format!("/issues/{id}");
    let kept = keep(&state, &upload.files, kinds).await?;
    let tx = state.begin(&current).await?;
    if let Some(first) = once::claim(&tx, &upload.form, &location).await? {
        return Ok(Redirect::to(&first).into_response());
    }
    let ids = add(&tx, &kept).await?;
    let new = NewIssue { id, member, plant, kind, category, title, body, by_office, caller };
    let filed = act::file(&state, &tx, new, &ids).await?;
    tx.commit().await?;
    Ok(flash::redirect(&location, &Message::of("issues.filed").with("number", filed.number)))
}

/// Whether this person may file for the member, and for the plant, which must be the member's.
async fn allowed(state: &AppState, current: &Current, member: MemberId, plant: Option<PlantId>) -> Result<()> {
    current.acts_for_member(member)?;
    members::store::member(state.db.reader(), member).await?;
    if let Some(plant) = plant {
        let found = members::store::plant(state.db.reader(), plant).await?;
        current.acts_for_plant(found.member_id, plant)?;
        if found.member_id != member {
            return Err(AppError::NotFound);
        }
    }
    Ok(())
}

/// Where it may be filed for, as (value, words): every member and plant that this person acts for, or
/// those of the member that staff chose. Nothing while staff have not chosen.
async fn places(
    state: &AppState,
    current: &Current,
    chosen: Option<MemberId>,
) -> Result<Option<Vec<(String, String)>>> {
    let ids = match chosen {
        Some(member) if !current.member_ids().contains(&member) => {
            current.acts_for_member(member)?;
            vec![member]
        }
        _ if current.serves_a_member() => current.member_ids(),
        _ => return Ok(None),
    };
    let reader = state.db.reader();
    let found = members::store::members(reader, &ids).await?;
    let plants = members::store::plants_of(reader, &ids).await?;
    let mut places = Vec::new();
    for member in found.iter().filter(|member| current.acts_for_member(member.id).is_ok()) {
        places.push((member.id.to_string(), member.name.clone()));
        for plant in plants.iter().filter(|plant| plant.member_id == member.id) {
            if current.acts_for_plant(member.id, plant.id).is_ok() {
                places.push((format!("{}/{}", member.id, plant.id), format!("{} · {}", member.name, plant.name)));
            }
        }
    }
    Ok(Some(places))
}

/// Reads `<member>` or `<member>/<plant>`.
fn place_of(value: &str) -> Option<(MemberId, Option<PlantId>)> {
    match value.split_once('/') {
        Some((member, plant)) => Some((member.parse().ok()?, Some(plant.parse().ok()?))),
        None => Some((value.parse().ok()?, None)),
    }
}
