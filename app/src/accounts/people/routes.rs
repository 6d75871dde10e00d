//! All people: the list and one person for the secretariat, ending a role, barring somebody and letting them in
//! for admins.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    handed_out, page,
    store::{self, By},
};
use crate::{
    access::{Route, Who},
    accounts::{RoleKind, links},
    audit,
    current::Current,
    db::words,
    error::{AppError, Result},
    flash,
    ids::{MemberId, PersonId, RoleId},
    members, outbox,
    paging::{From, Paged, page_address},
    state::AppState,
    text::Message,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/people", Who::Office, list),
        Route::get("/people/{person}", Who::Office, show),
        Route::post("/people/{person}/disable", Who::Admin, disable),
        Route::post("/people/{person}/enable", Who::Admin, enable),
        Route::post("/people/{person}/roles/{role}/end", Who::Admin, end_role),
    ]
}

/// What the list is asked for; unreadable values are as good as none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    q: String,
    after: String,
    before: String,
}

async fn list(State(state): State<AppState>, current: Current, Query(wanted): Query<Wanted>) -> Result<Response> {
    let conn = state.db.reader();
    let words = words(&wanted.q, 50);
    let from = From::asked(&wanted.after, &wanted.before);
    let by = if current.masks_contacts() { By::Name } else { By::NameAndReach };
    let Paged { rows: people, before, after } = store::list(conn, &words, by, from).await?;
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let roles = store::roles_of(conn, &ids).await?;
    let count = store::count(conn, &words, by).await?;
    let invitations = links::store::unanswered(conn, None).await?;
    let link = |side: &str, id: Option<PersonId>| Some(page_address("/people", [("q", &words)], Some((side, id?))));
    let shown = page::Listed {
        before: link("before", before),
        after: link("after", after),
        words,
        people,
        roles,
        count,
        invitations,
    };
    Ok(page::list(&state, &current, shown))
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<PersonId>) -> Result<Response> {
    let conn = state.db.reader();
    let person = store::find(conn, id).await?;
    let roles = store::roles_of(conn, &[id]).await?;
    let members: Vec<MemberId> = roles.iter().filter_map(|role| role.member_id).collect();
    let members = members::store::members(conn, &members).await?;
    let sessions = store::sessions(conn, id, current.now).await?.len();
    let refused = outbox::store::refusal(conn, person.email.as_deref().unwrap_or_default()).await?;
    Ok(page::person(&state, &current, &page::Shown { person, roles, members, sessions, refused }))
}

async fn disable(State(state): State<AppState>, current: Current, Path(id): Path<PersonId>) -> Result<Response> {
    set_disabled(&state, &current, id, true).await
}

async fn enable(State(state): State<AppState>, current: Current, Path(id): Path<PersonId>) -> Result<Response> {
    set_disabled(&state, &current, id, false).await
}

async fn set_disabled(state: &AppState, current: &Current, id: PersonId, disabled: bool) -> Result<Response> {
    let person = store::find(state.db.reader(), id).await?;
    let here = format!("/people/{id}");
    let tx = state.begin(current).await?;
    if disabled && store::admins(&tx).await? == [id] {
        return Err(AppError::Refused(Message::of("accounts.people.last_admin")));
    }
    store::set_disabled(&tx, id, disabled).await?;
    if disabled {
        handed_out::withdraw(&tx, id, &[]).await?;
    }
    let (entry, said) = if disabled {
        (audit::Entry::new("person.disabled", "person"), "accounts.people.disabled")
    } else {
        (audit::Entry::new("person.enabled", "person"), "accounts.people.enabled")
    };
    let closed = |closed: bool| serde_json::json!({ "closed": closed });
    let entry = entry.subject(id).before(&closed(person.disabled_at.is_some())).after(&closed(disabled));
    audit::record(&tx, entry).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of(said).with("name", person.name)))
}

async fn end_role(
    State(state): State<AppState>,
    current: Current,
    Path((person, role)): Path<(PersonId, RoleId)>,
) -> Result<Response> {
    let row = store::role(state.db.reader(), role).await?;
    if row.person_id != person {
        return Err(AppError::NotFound);
    }
    end(&state, &current, &row).await?;
    Ok(flash::redirect(&format!("/people/{person}"), &Message::of("accounts.people.role_ended")))
}

/// Ends a role; the last secretariat admin's stays.
pub async fn end(state: &AppState, current: &Current, role: &store::RoleRow) -> Result<()> {
    let tx = state.begin(current).await?;
    if role.kind == RoleKind::OfficeAdmin && store::admins(&tx).await? == [role.person_id] {
        return Err(AppError::Refused(Message::of("accounts.people.last_admin")));
    }
    if !store::end_role(&tx, role.id).await? {
        return Err(AppError::NotFound);
    }
    let entry = audit::Entry::new("person.role_ended", "person").subject(role.person_id).of(role.member_id);
    audit::record(&tx, entry.before(&serde_json::json!({ "role": role.kind }))).await?;
    let left = store::roles_of(&*tx, &[role.person_id]).await?;
    handed_out::withdraw(&tx, role.person_id, &left).await?;
    tx.commit().await
}
