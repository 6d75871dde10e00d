//! Choosing the entrances to apply for. The check stands beside each entrance before it is chosen, and is made
//! again when the application is made.

use std::collections::HashSet;

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    model::LineState,
    pick_page,
    routes::{path, seen},
    store::{self, Application, Case, Offered},
};
use crate::{
    audit,
    current::Current,
    db::ConnectionTrait,
    error::{AppError, Result},
    flash,
    form::Form,
    guides::{facts::Facts, open},
    ids::{ApplicationId, EntranceId, MemberId, PlantId},
    members::store::{self as register, Filter, Member},
    numbers, once, settings,
    state::AppState,
    text::Message,
};

pub const SCOPE: &str = "place_codes.pick";
pub const HERE: &str = "/place-codes/apply";
/// Most entrances of one application: what the city says of each of them comes back in one form.
pub const MOST: usize = 1_000;
/// Members that a search shows to staff.
const FOUND: u64 = 20;

#[derive(Deserialize)]
pub struct Asked {
    member: Option<MemberId>,
    /// What staff look for.
    q: Option<String>,
    /// The application of which the refused entrances are taken up.
    previous: Option<ApplicationId>,
}

/// What the page offers.
pub struct Choice {
    pub member: Member,
    pub offered: Vec<Offered>,
    pub previous: Option<Case>,
    pub facts: Facts,
}

pub async fn ask(State(state): State<AppState>, current: Current, Query(asked): Query<Asked>) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let previous = match asked.previous {
        Some(id) => Some(seen(&state, &current, id).await?),
        None => None,
    };
    let own = current.member_ids();
    let member = match (&previous, asked.member, &own[..]) {
        (Some(case), _, _) => case.application.member_id,
        (None, Some(member), _) => member,
        (None, None, [only]) if !current.is_staff() => *only,
        _ => return choose_member(&state, &current, asked.q).await,
    };
    let choice = choice(conn, &current, member, previous).await?;
    let mut form = Form::new(SCOPE);
    let refused = choice.previous.as_ref().map(refused);
    let free = choice.offered.iter().filter(|offered| offered.is_free());
    let wanted = free.filter(|one| refused.as_ref().is_none_or(|refused| refused.contains(&one.entrance.id)));
    for offered in wanted.take(MOST) {
        form.add("entrance", offered.entrance.id);
    }
    Ok(pick_page::show(&state, &current, &choice, &form))
}

async fn choose_member(state: &AppState, current: &Current, q: Option<String>) -> Result<Response> {
    let conn = state.db.reader();
    let words = q.map(|q| crate::db::words(&q, 60)).unwrap_or_default();
    let members = match current.is_staff() {
        true if words.is_empty() => Vec::new(),
        true => register::list(conn, &Filter { words: words.clone(), ..Filter::default() }, FOUND).await?,
        false => register::members(conn, &current.member_ids()).await?,
    };
    Ok(pick_page::members(state, current, &members, current.is_staff().then_some(words.as_str())))
}

/// The entrances that this person may apply for.
async fn choice(
    conn: &impl ConnectionTrait,
    current: &Current,
    member: MemberId,
    previous: Option<Case>,
) -> Result<Choice> {
    current.acts_for_member(member)?;
    let member = register::member(conn, member).await?;
    if member.left_at.is_some() {
        return Err(AppError::Refused(Message::of("place_codes.pick.left")));
    }
    let mut offered = store::offered(conn, &member).await?;
    offered.retain(|one| current.acts_for_plant(member.id, one.plant.id).is_ok());
    Ok(Choice { offered, previous, facts: settings::load(conn).await?.value, member })
}

fn refused(case: &Case) -> HashSet<EntranceId> {
    let refused = case.lines.iter().filter(|line| line.state == LineState::Refused);
    refused.map(|line| line.row.entrance_id).collect()
}

pub async fn create(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let previous = match form.value("previous").parse() {
        Ok(id) => Some(seen(&state, &current, id).await?),
        Err(_) => None,
    };
    let Ok(member) = form.value("member").parse::<MemberId>() else { return Err(AppError::NotFound) };
    current.acts_for_member(member)?;
    if previous.as_ref().is_some_and(|case| case.application.member_id != member) {
        return Err(AppError::NotFound);
    }
    let chosen: HashSet<EntranceId> = form.values("entrance").filter_map(|id| id.parse().ok()).collect();
    let id = ApplicationId::new();
    let here = path(id, "");
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    store::lock_entrances(&tx, &chosen.iter().copied().collect::<Vec<_>>()).await?;
    let choice = choice(&*tx, &current, member, previous).await?;
    let Some(places) = checked(&mut form, &choice, &chosen) else {
        drop(tx);
        return Ok(pick_page::show(&state, &current, &choice, &form));
    };
    let follows = match choice.previous.filter(|case| !refused(case).is_disjoint(&chosen)) {
        Some(case) => Some(case.application),
        None => remembered(&*tx, &current, &chosen).await?,
    };
    let number = numbers::next(&tx, numbers::Series::PlaceCodeApplication).await?;
    store::add(&tx, id, member, number, follows.as_ref().map(|old| old.id), &places).await?;
    let entry = audit::Entry::new("place_code_application.begun", store::KIND).subject(id).member(member);
    let after = serde_json::json!({
        "number": number.to_string(), "places": places.len(), "follows": follows.map(|old| old.number),
    });
    audit::record(&tx, entry.after(&after)).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("place_codes.begun").with("number", number)))
}

/// The newest application that this person sees in which one of the chosen entrances was refused: whoever begins from
/// the list takes it up, too.
async fn remembered(
    conn: &impl ConnectionTrait,
    current: &Current,
    chosen: &HashSet<EntranceId>,
) -> Result<Option<Application>> {
    let sees = |case: &Case| {
        let member = case.application.member_id;
        case.lines.iter().all(|line| current.sees_plant(member, line.plant.id).is_ok())
    };
    let refused = store::refused_for(conn, &chosen.iter().copied().collect::<Vec<_>>()).await?;
    Ok(refused.into_iter().rev().find(sees).map(|case| case.application))
}

/// The chosen places, when each of them may be applied for; else the errors stand in the form.
fn checked(form: &mut Form, choice: &Choice, chosen: &HashSet<EntranceId>) -> Option<Vec<(PlantId, EntranceId)>> {
    let places: Vec<&Offered> = choice.offered.iter().filter(|one| chosen.contains(&one.entrance.id)).collect();
    if places.is_empty() {
        form.refuse("entrance", Message::of("place_codes.pick.none"));
    }
    if places.len() > MOST {
        let why = Message::of("place_codes.pick.too_many").with("most", MOST).with("n", places.len());
        form.refuse("entrance", why);
    }
    if places.len() < chosen.len() {
        form.refuse("entrance", Message::of("place_codes.pick.gone"));
    }
    for place in places.iter().filter(|place| !place.is_free()) {
        form.refuse_each("entrance", Message::of("place_codes.pick.mend_first").with("name", &place.place_name));
    }
    (!form.has_errors()).then(|| places.iter().map(|place| (place.plant.id, place.entrance.id)).collect())
}
