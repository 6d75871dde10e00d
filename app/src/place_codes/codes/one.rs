//! The code of one entrance: its page, a new version, taking one back that was entered by mistake.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    accept::{New, accept},
    issued,
    model::{Cause, OLDER},
    one_page,
    reading::{self, Known},
    store::{self, Asker, Code, Row},
};
use crate::{
    accounts::people::store as people,
    audit,
    current::Current,
    error::{AppError, Result},
    files::{self, Upload},
    flash,
    form::Form,
    guides::open,
    ids::{EntranceId, PersonId, PlaceCodeId},
    members::store as register,
    once,
    place_codes::{applications::store::lock_entrances, postings, reach::Reach},
    state::AppState,
    text::Message,
};

pub const SCOPE: &str = "place_codes.version";
/// Characters in a remark or reason.
const MAX_REMARK: usize = 200;

pub fn path(id: EntranceId) -> String {
    format!("/place-codes/entrances/{id}")
}

/// What the page shows.
pub struct Shown {
    pub row: Row,
    /// The newest first.
    pub versions: Vec<Code>,
    pub people: std::collections::HashMap<PersonId, String>,
}

async fn seen(state: &AppState, current: &Current, id: EntranceId) -> Result<Row> {
    open(current)?;
    let conn = state.db.reader();
    let entrance = register::entrance(conn, id).await?;
    let row = store::rows(conn, vec![entrance]).await?.pop().ok_or(AppError::NotFound)?;
    current.sees_plant(row.member.id, row.plant.id)?;
    Ok(row)
}

async fn acted_on(state: &AppState, current: &Current, id: EntranceId) -> Result<Row> {
    let row = seen(state, current, id).await?;
    current.acts_for_plant(row.member.id, row.plant.id)?;
    Ok(row)
}

pub async fn show(State(state): State<AppState>, current: Current, Path(id): Path<EntranceId>) -> Result<Response> {
    let shown = shown(&state, seen(&state, &current, id).await?).await?;
    Ok(one_page::show(&state, &current, &shown, None))
}

async fn shown(state: &AppState, row: Row) -> Result<Shown> {
    let conn = state.db.reader();
    let versions = store::versions(conn, row.entrance.id).await?;
    let ids: Vec<PersonId> = versions.iter().flat_map(|one| [one.added_by, one.withdrawn_by]).flatten().collect();
    let people = people::names(conn, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect();
    Ok(Shown { row, versions, people })
}

/// The image that the city issued.
pub async fn image(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PlaceCodeId>,
    asked: HeaderMap,
) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let code = store::code(conn, id).await?;
    current.sees_plant(code.member_id, code.plant_id)?;
    issued::picture(&state, &asked, &files::find(conn, code.file_id).await?).await
}

pub async fn add(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<EntranceId>,
    upload: Upload,
) -> Result<Response> {
    let row = acted_on(&state, &current, id).await?;
    let mut form = upload.form.scoped(SCOPE);
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let issued_on = form.day("issued_on");
    if issued_on.is_some_and(|day| day > current.now.day()) {
        form.refuse("issued_on", Message::of("place_codes.version.not_yet"));
    }
    let remark = form.optional("remark", MAX_REMARK);
    let cause = form.optional_choice::<Cause>("cause");
    let reach = Reach::of(&current);
    let asker = Asker { member: row.member.id, entrance: Some(id), reach: &reach };
    let mut images = reading::read_all(&state, &upload.files, asker, &Known::default()).await?;
    let read = match (images.pop(), images.is_empty()) {
        (Some(image), true) => image.read,
        (None, _) if form.error("image").is_some() => return again(&state, &current, row, &form).await,
        (None, _) => Err(Message::of("place_codes.version.no_image")),
        (Some(_), false) => Err(Message::of("place_codes.version.one_image")),
    };
    let (kept, payload) = match read {
        Ok(read) => read,
        Err(why) => {
            form.refuse("image", why);
            return again(&state, &current, row, &form).await;
        }
    };
    let Some(issued_on) = issued_on.filter(|_| !form.has_errors()) else {
        return again(&state, &current, row, &form).await;
    };
    let tx = state.begin(&current).await?;
    if once::claim(&tx, &form, &path(id)).await?.is_some() {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    let file = files::add(&tx, &kept).await?;
    match accept(&tx, &row.plant, &row.entrance, New { file, payload, issued_on, cause, remark }, &reach).await? {
        Ok((_, number)) => {
            tx.commit().await?;
            Ok(flash::redirect(&path(id), &Message::of("place_codes.version.added").with("number", number)))
        }
        Err(why) => {
            drop(tx);
            form.refuse(if why.key == OLDER { "issued_on" } else { "image" }, why);
            again(&state, &current, row, &form).await
        }
    }
}

async fn again(state: &AppState, current: &Current, row: Row, form: &Form) -> Result<Response> {
    Ok(one_page::show(state, current, &shown(state, row).await?, Some(form)))
}

/// A version counts as never entered: its image was another place's. The members' people take the current one back;
/// staff any, for one that was replaced still keeps its code from the entrance to which it belongs.
pub async fn withdraw(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<EntranceId>,
    form: Form,
) -> Result<Response> {
    let row = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(one_page::WITHDRAWING);
    let reason = form.required("reason", MAX_REMARK);
    // The version that was looked at, so that a second click does not take the one before it back as well.
    let Ok(version) = form.value("code").parse::<PlaceCodeId>() else { return Err(AppError::NotFound) };
    if form.has_errors() {
        return again(&state, &current, row, &form).await;
    }
    let tx = state.begin(&current).await?;
    // Nobody adds a version meanwhile, so that what counts now is what counts when this is done.
    lock_entrances(&tx, &[id]).await?;
    let code = store::code(&*tx, version).await?;
    if code.entrance_id != id {
        return Err(AppError::NotFound);
    }
    if code.withdrawn_at.is_some() {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    let newest = store::current_of(&*tx, &[id]).await?.remove(&id);
    if newest.is_none_or(|newest| newest.id != version) && !current.is_staff() {
        return Err(AppError::Refused(Message::of("place_codes.version.not_current")));
    }
    if store::withdraw(&tx, version, &reason).await? {
        let entry = audit::Entry::new("place_code.withdrawn", store::KIND).subject(version).member(row.member.id);
        let after = serde_json::json!({ "number": code.number, "entrance": row.entrance.name, "reason": reason });
        audit::record(&tx, entry.after(&after)).await?;
        postings::store::compare_again(&tx, id).await?;
        tx.commit().await?;
    }
    Ok(flash::redirect(&path(id), &Message::of("place_codes.version.withdrawn").with("number", code.number)))
}
