//! Many images at a time: uploaded as files or as a ZIP, matched to entrances by their names, looked at and corrected
//! by a person, and only then stored as codes, all in one act.

use axum::{
    extract::{Path, Query, Request, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    accept::{New, accept},
    batch_page, choosing, issued,
    matching::{Named, Names},
    model::Cause,
    reading::{self, Image, Known},
    store::{self, Asker, Batch, Filter, Item, NewItem, Row},
};
use crate::{
    audit,
    current::Current,
    error::{AppError, Result},
    files::{self, Upload, upload_limit},
    flash,
    form::Form,
    guides::open,
    ids::{BatchId, MemberId},
    members::store::{self as register, Member},
    once,
    place_codes::{applications::store::lock_entrances, naming, reach::Reach},
    state::AppState,
    text::Message,
};

pub const UPLOADING: &str = "place_codes.upload.field";
pub const MATCHING: &str = "place_codes.batch.field";
/// Largest file of an upload: a ZIP of many images, in bytes.
const MOST_BYTES: u64 = 48 * 1024 * 1024;
pub const LIMIT: usize = upload_limit(5);
const HERE: &str = "/place-codes/upload";
/// What the audit calls the end of a batch.
const DISCARDED: &str = "place_code.discarded";
/// Members that a search shows to staff, and entrances that one upload may be matched to.
const FOUND: u64 = 20;
const MOST_ENTRANCES: u64 = 2_000;

#[derive(Deserialize)]
pub struct Asked {
    member: Option<MemberId>,
    q: Option<String>,
}

pub fn path(id: BatchId) -> String {
    format!("/place-codes/batches/{id}")
}

pub async fn ask(State(state): State<AppState>, current: Current, Query(asked): Query<Asked>) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let own = current.member_ids();
    let member = match (asked.member, &own[..]) {
        (Some(member), _) => member,
        (None, [only]) if !current.is_staff() => *only,
        _ => {
            let words = asked.q.map(|q| crate::db::words(&q, 60)).unwrap_or_default();
            let members = match current.is_staff() {
                true if words.is_empty() => Vec::new(),
                true => {
                    let filter = register::Filter { words: words.clone(), ..register::Filter::default() };
                    register::list(conn, &filter, FOUND).await?
                }
                false => register::members(conn, &own).await?,
            };
            let search = current.is_staff().then_some(words.as_str());
            return Ok(batch_page::members(&state, &current, &members, search));
        }
    };
    current.acts_for_member(member)?;
    let member = register::member(conn, member).await?;
    Ok(batch_page::ask(&state, &current, &member, &Form::new(UPLOADING)))
}

/// The entrances of a member that this person acts for.
async fn entrances(state: &AppState, current: &Current, member: MemberId) -> Result<Vec<Row>> {
    let filter = Filter { member: Some(member), ..Filter::default() };
    let mut rows = store::whole(state.db.reader(), &Reach::of(current), &filter, MOST_ENTRANCES).await?;
    rows.retain(|row| current.acts_for_plant(row.member.id, row.plant.id).is_ok());
    rows.sort_by(|one, other| (&one.plant.name, &one.entrance.name).cmp(&(&other.plant.name, &other.entrance.name)));
    Ok(rows)
}

pub async fn upload(State(state): State<AppState>, current: Current, request: Request) -> Result<Response> {
    open(&current)?;
    let upload = Upload::within(request, &state, MOST_BYTES).await?;
    let mut form = upload.form.scoped(UPLOADING);
    let Ok(member) = form.value("member").parse::<MemberId>() else { return Err(AppError::NotFound) };
    current.acts_for_member(member)?;
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let member = register::member(state.db.reader(), member).await?;
    let passed_over: Vec<Image> = form.errors_of("images").map(Image::passed_over).collect();
    if upload.files.is_empty() {
        form.refuse("images", Message::of("place_codes.upload.missing"));
        return Ok(batch_page::ask(&state, &current, &member, &form));
    }
    let reach = Reach::of(&current);
    let asker = Asker { member: member.id, entrance: None, reach: &reach };
    let rows = entrances(&state, &current, member.id).await?;
    let (names, known) = (names_of(&rows), Known::of(state.db.reader(), &rows).await?);
    let mut images = reading::read_all(&state, &upload.files, asker, &known).await?;
    images.extend(passed_over);
    if images.is_empty() {
        form.refuse("images", Message::of("place_codes.upload.empty"));
        return Ok(batch_page::ask(&state, &current, &member, &form));
    }
    // Those that could be read.
    let readable = images.iter().map(|image| if image.read.is_ok() { image.name.as_str() } else { "" });
    let guessed = names.matches(&readable.collect::<Vec<_>>());
    let id = BatchId::new();
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let mut items = Vec::new();
    for (image, entrance) in images.into_iter().zip(guessed) {
        let read = match image.read {
            Ok((kept, payload)) => Ok((files::add(&tx, &kept).await?, payload)),
            Err(why) => Err(why),
        };
        items.push(NewItem { file_name: image.name, read, entrance });
    }
    let read = items.iter().filter(|item| item.read.is_ok()).count();
    let after = serde_json::json!({ "count": items.len(), "read": read });
    store::add_batch(&tx, id, member.id, items).await?;
    let entry = audit::Entry::new("place_code.uploaded", store::KIND).member(member.id);
    audit::record(&tx, entry.after(&after)).await?;
    tx.commit().await?;
    Ok(Redirect::to(&path(id)).into_response())
}

/// What file names may call these entrances.
fn names_of(rows: &[Row]) -> Names {
    let named: Vec<Named> = rows
        .iter()
        .map(|row| Named {
            entrance: row.entrance.id,
            plant: row.plant.name.clone(),
            name: row.entrance.name.clone(),
            place_name: place_name(row),
        })
        .collect();
    Names::of(&named)
}

fn place_name(row: &Row) -> String {
    naming::place_name(&row.member.name, row.member.short_name.as_deref(), &row.plant.name, &row.entrance.name)
}

/// What the page of a batch shows.
pub struct Shown {
    pub batch: Batch,
    pub member: Member,
    pub items: Vec<Item>,
    pub entrances: Vec<Row>,
}

/// Whoever uploaded it sees it while they work for every plant that its images go to, and staff.
async fn seen(state: &AppState, current: &Current, id: BatchId) -> Result<(Batch, Vec<Item>)> {
    open(current)?;
    let conn = state.db.reader();
    let batch = store::batch(conn, id).await?;
    current.acts_for_member(batch.member_id)?;
    if !current.is_staff() && batch.created_by != Some(current.person()?.id) {
        return Err(AppError::NotFound);
    }
    let items = store::items(conn, id).await?;
    for plant in store::plants_of(conn, &items).await? {
        current.acts_for_plant(batch.member_id, plant)?;
    }
    Ok((batch, items))
}

/// The same with all that its page needs.
async fn shown(state: &AppState, current: &Current, id: BatchId) -> Result<Shown> {
    let (batch, items) = seen(state, current, id).await?;
    Ok(Shown {
        member: register::member(state.db.reader(), batch.member_id).await?,
        entrances: entrances(state, current, batch.member_id).await?,
        items,
        batch,
    })
}

pub async fn show(State(state): State<AppState>, current: Current, Path(id): Path<BatchId>) -> Result<Response> {
    let shown = shown(&state, &current, id).await?;
    Ok(batch_page::show(&state, &current, &shown, None))
}

/// An image that waits for its entrance.
pub async fn image(
    State(state): State<AppState>,
    current: Current,
    Path((id, at)): Path<(BatchId, i32)>,
    asked: HeaderMap,
) -> Result<Response> {
    let (_, items) = seen(&state, &current, id).await?;
    let file = items.iter().find(|item| item.at == at).and_then(|item| item.file_id).ok_or(AppError::NotFound)?;
    issued::picture(&state, &asked, &files::find(state.db.reader(), file).await?).await
}

pub async fn store_chosen(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<BatchId>,
    form: Form,
) -> Result<Response> {
    let shown = shown(&state, &current, id).await?;
    let mut form = form.scoped(MATCHING);
    let issued_on = form.day("issued_on");
    if issued_on.is_some_and(|day| day > current.now.day()) {
        form.refuse("issued_on", Message::of("place_codes.version.not_yet"));
    }
    // Whatever is no cause means the one that fits each entrance.
    let cause = form.optional_choice::<Cause>("cause");
    let chosen = choosing::chosen(&mut form, &shown.items, &shown.entrances);
    if let Some(day) = issued_on {
        choosing::refuse_older(&mut form, &chosen, day, cause);
    }
    let Some(issued_on) = issued_on.filter(|_| !form.has_errors()) else {
        return Ok(batch_page::show(&state, &current, &shown, Some(&form)));
    };
    let tx = state.begin(&current).await?;
    if store::lock_batch(&tx, id).await?.finished_at.is_some() {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    // All before the first number is drawn.
    lock_entrances(&tx, &chosen.iter().map(|one| one.row.entrance.id).collect::<Vec<_>>()).await?;
    let reach = Reach::of(&current);
    for one in &chosen {
        let new = New { file: one.file, payload: one.payload.to_owned(), issued_on, cause, remark: None };
        match accept(&tx, &one.row.plant, &one.row.entrance, new, &reach).await? {
            Ok((code, _)) => store::choose(&tx, id, one.at, one.row.entrance.id, code).await?,
            Err(why) => {
                drop(tx);
                form.refuse(&choosing::field(one.at), choosing::in_batch(why));
                return Ok(batch_page::show(&state, &current, &shown, Some(&form)));
            }
        }
    }
    store::finish(&tx, id).await?;
    tx.commit().await?;
    Ok(flash::redirect(&path(id), &Message::of("place_codes.batch.stored").with("n", chosen.len())))
}

pub async fn discard(State(state): State<AppState>, current: Current, Path(id): Path<BatchId>) -> Result<Response> {
    let (batch, items) = match seen(&state, &current, id).await {
        Err(AppError::NotFound) => {
            open(&current)?;
            // A second click leads on as the first one did; to anybody else a batch that is gone was never there.
            let own = audit::did(state.db.reader(), current.person()?.id, DISCARDED, id).await?;
            return if own { Ok(Redirect::to(HERE).into_response()) } else { Err(AppError::NotFound) };
        }
        found => found?,
    };
    let tx = state.begin(&current).await?;
    if store::lock_batch(&tx, id).await?.finished_at.is_some() {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    store::put_aside(&tx, id).await?;
    let entry = audit::Entry::new(DISCARDED, store::KIND).subject(id).member(batch.member_id);
    audit::record(&tx, entry.before(&serde_json::json!({ "count": items.len() }))).await?;
    tx.commit().await?;
    Ok(flash::redirect(HERE, &Message::of("place_codes.batch.discarded")))
}
