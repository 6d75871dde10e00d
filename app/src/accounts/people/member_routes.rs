//! The people of one member, for staff and for the member's own admin; the auditor reads them.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{invite::Place, member_page as page, routes::end, store, store::RoleRow};
use crate::{
    access::{Route, Who},
    accounts::{RoleKind, links},
    audit,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::{MemberId, PersonId, PlantId, RoleId},
    outbox,
    state::AppState,
    text::Message,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/members/{member}/people", Who::SignedIn, list),
        Route::get("/members/{member}/people/{role}", Who::SignedIn, show),
        Route::post("/members/{member}/people/{role}", Who::MemberOrStaff, choose_plants),
        Route::post("/members/{member}/people/{role}/end", Who::MemberOrStaff, end_role),
    ]
}

const SCOPE: &str = "accounts.invite";

/// May read who works for this member.
fn sees_people(current: &Current, member: MemberId) -> Result<()> {
    if current.is_office() { Ok(()) } else { current.administers_member(member) }
}

async fn list(State(state): State<AppState>, current: Current, Path(member): Path<MemberId>) -> Result<Response> {
    sees_people(&current, member)?;
    let conn = state.db.reader();
    let place = Place::of(&state, Some(member)).await?;
    let roles = store::roles_at(conn, member).await?;
    let ids: Vec<PersonId> = roles.iter().map(|role| role.person_id).collect();
    let people = store::names(conn, &ids).await?;
    let role_ids: Vec<RoleId> = roles.iter().map(|role| role.id).collect();
    let plants = store::plants_of(conn, &role_ids).await?;
    let invitations = links::store::unanswered(conn, Some(member)).await?;
    Ok(page::list(&state, &current, &place, &page::Listed { roles, people, plants, invitations }))
}

/// A role in force at this member. Whether the asker may read or change it, the caller has checked.
async fn role_at(state: &AppState, member: MemberId, role: RoleId) -> Result<RoleRow> {
    let row = store::role(state.db.reader(), role).await?;
    if row.member_id == Some(member) { Ok(row) } else { Err(AppError::NotFound) }
}

async fn show(
    State(state): State<AppState>,
    current: Current,
    Path((member, role)): Path<(MemberId, RoleId)>,
) -> Result<Response> {
    sees_people(&current, member)?;
    let row = role_at(&state, member, role).await?;
    let place = Place::of(&state, row.member_id).await?;
    let form = filled(&state, &place, &row).await?;
    show_role(&state, &current, &place, &row, &form, None).await
}

/// The plants that are stored, in the order of the boxes, as a browser sends them.
async fn filled(state: &AppState, place: &Place, row: &RoleRow) -> Result<Form> {
    let mut form = Form::new(SCOPE);
    let chosen = store::plants_of(state.db.reader(), &[row.id]).await?;
    for plant in place.plants.iter().filter(|plant| chosen.iter().any(|(_, id)| *id == plant.id)) {
        form.add("plants", plant.id);
    }
    form.set("row_version", row.row_version);
    Ok(form)
}

async fn show_role(
    state: &AppState,
    current: &Current,
    place: &Place,
    row: &RoleRow,
    form: &Form,
    stored: Option<&Form>,
) -> Result<Response> {
    let person = store::find(state.db.reader(), row.person_id).await?;
    let refused = outbox::store::refusal(state.db.reader(), person.email.as_deref().unwrap_or_default()).await?;
    let shown = page::Shown { place, role: row, person: &person, refused };
    Ok(page::role(state, current, &shown, form, stored))
}

async fn choose_plants(
    State(state): State<AppState>,
    current: Current,
    Path((member, role)): Path<(MemberId, RoleId)>,
    form: Form,
) -> Result<Response> {
    current.administers_member(member)?;
    let row = role_at(&state, member, role).await?;
    if row.kind != RoleKind::MemberOperator {
        return Err(AppError::NotFound);
    }
    let mut form = form.scoped(SCOPE);
    let place = Place::of(&state, Some(member)).await?;
    let plants = place.ticked(&form);
    if plants.is_empty() {
        form.refuse("plants", Message::of("accounts.invite.plants_needed"));
        return show_role(&state, &current, &place, &row, &form, None).await;
    }
    let version = form.value("row_version").parse().unwrap_or(0);
    let tx = state.begin(&current).await?;
    let before: Vec<PlantId> = store::plants_of(&*tx, &[role]).await?.into_iter().map(|(_, plant)| plant).collect();
    if !store::choose_plants(&tx, role, version, &plants).await? {
        drop(tx);
        let row = role_at(&state, member, role).await?;
        form.set("row_version", row.row_version);
        let stored = filled(&state, &place, &row).await?;
        return show_role(&state, &current, &place, &row, &form, Some(&stored)).await;
    }
    let entry = audit::Entry::new("person.plants_chosen", "person").subject(row.person_id).member(member);
    let plants_named = |ids: &[PlantId]| serde_json::json!({ "plants": place.names(ids) });
    audit::record(&tx, entry.before(&plants_named(&before)).after(&plants_named(&plants))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&place.list(), &Message::of("accounts.people.plants_chosen")))
}

async fn end_role(
    State(state): State<AppState>,
    current: Current,
    Path((member, role)): Path<(MemberId, RoleId)>,
) -> Result<Response> {
    current.administers_member(member)?;
    let row = role_at(&state, member, role).await?;
    end(&state, &current, &row).await?;
    Ok(flash::redirect(&format!("/members/{member}/people"), &Message::of("accounts.people.role_ended")))
}
