//! Many images at a time: uploaded as files or as a ZIP, matched to entrances by their names, looked at and corrected
//! by a person, and only then stored as codes, all in one act.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, Request, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    accept::{New, accept},
    batch_page, issued,
    matching::{self, Named},
    model::Cause,
    reading::{self, Image},
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
    ids::{BatchId, EntranceId, MemberId},
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
/// Characters of a typed name that are repeated to who typed it.
const LONGEST_NAME: usize = 60;

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
    let mut images = reading::read_all(&state, &upload.files, asker).await?;
    images.extend(passed_over);
    if images.is_empty() {
        form.refuse("images", Message::of("place_codes.upload.empty"));
        return Ok(batch_page::ask(&state, &current, &member, &form));
    }
    let guessed = guessed(&images, &entrances(&state, &current, member.id).await?);
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

/// By their names, those that could be read.
fn guessed(images: &[Image], rows: &[Row]) -> Vec<Option<EntranceId>> {
    let named: Vec<Named> = rows
        .iter()
        .map(|row| Named {
            entrance: row.entrance.id,
            plant: row.plant.name.clone(),
            name: row.entrance.name.clone(),
            place_name: place_name(row),
        })
        .collect();
    let names: Vec<&str> =
        images.iter().map(|image| if image.read.is_ok() { image.name.as_str() } else { "" }).collect();
    matching::matches(&names, &named)
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
    let cause = form.optional_choice::<Cause>("cause");
    let chosen = chosen(&mut form, &shown);
    let Some(issued_on) = issued_on.filter(|_| !form.has_errors()) else {
        return Ok(batch_page::show(&state, &current, &shown, Some(&form)));
    };
    let tx = state.begin(&current).await?;
    if store::lock_batch(&tx, id).await?.finished_at.is_some() {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    // All before the first number is drawn.
    lock_entrances(&tx, &chosen.iter().map(|(_, row, ..)| row.entrance.id).collect::<Vec<_>>()).await?;
    let reach = Reach::of(&current);
    for (item, row, file, payload) in &chosen {
        let new = New { file: *file, payload: payload.clone(), issued_on, cause, remark: None };
        match accept(&tx, &row.plant, &row.entrance, new, &reach).await? {
            Ok((code, _)) => store::choose(&tx, id, item.at, row.entrance.id, code).await?,
            Err(why) => {
                drop(tx);
                form.refuse(&field(item.at), why);
                return Ok(batch_page::show(&state, &current, &shown, Some(&form)));
            }
        }
    }
    store::finish(&tx, id).await?;
    tx.commit().await?;
    Ok(flash::redirect(&path(id), &Message::of("place_codes.batch.stored").with("n", chosen.len())))
}

pub fn field(at: i32) -> String {
    format!("place.{at}")
}

type Chosen<'a> = (&'a Item, &'a Row, crate::ids::FileId, String);

/// The entrance as people type it where there are too many to list beside every image.
pub fn typed_name(row: &Row) -> String {
    format!("{} {}", row.plant.name, row.entrance.name)
}

/// Entrances by their id and, where only one is called so, by their name.
struct Known<'a> {
    by_id: HashMap<EntranceId, &'a Row>,
    by_name: HashMap<String, Option<&'a Row>>,
}

impl<'a> Known<'a> {
    fn of(rows: &'a [Row]) -> Self {
        let mut by_name: HashMap<String, Option<&Row>> = HashMap::new();
        for row in rows {
            by_name.entry(naming::key(&typed_name(row))).and_modify(|found| *found = None).or_insert(Some(row));
        }
        Self { by_id: rows.iter().map(|row| (row.entrance.id, row)).collect(), by_name }
    }

    /// The entrance that a field names.
    fn named(&self, typed: &str) -> std::result::Result<&'a Row, Message> {
        match typed.parse::<EntranceId>() {
            Ok(id) => self.by_id.get(&id).copied().ok_or(Message::of("place_codes.refused.closed")),
            Err(_) => {
                let found = self.by_name.get(&naming::key(typed)).copied().flatten();
                let typed: String = typed.chars().take(LONGEST_NAME).collect();
                found.ok_or_else(|| Message::of("place_codes.batch.unknown").with("name", typed))
            }
        }
    }
}

/// Which image goes to which entrance; what was left open stays out.
fn chosen<'a>(form: &mut Form, shown: &'a Shown) -> Vec<Chosen<'a>> {
    let known = Known::of(&shown.entrances);
    let mut chosen: Vec<Chosen<'a>> = Vec::new();
    for item in &shown.items {
        let (Some(file), Some(payload)) = (item.file_id, item.payload.clone()) else { continue };
        let field = field(item.at);
        let typed = form.value(&field).trim();
        if typed.is_empty() {
            continue;
        }
        let row = match known.named(typed) {
            Ok(row) => row,
            Err(why) => {
                form.refuse(&field, why);
                continue;
            }
        };
        if chosen.iter().any(|(_, other, ..)| other.entrance.id == row.entrance.id) {
            form.refuse(&field, Message::of("place_codes.batch.twice").with("name", &row.entrance.name));
        }
        chosen.push((item, row, file, payload));
    }
    if chosen.is_empty() && !form.has_errors() {
        form.refuse("issued_on", Message::of("place_codes.batch.nothing"));
    }
    chosen
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
