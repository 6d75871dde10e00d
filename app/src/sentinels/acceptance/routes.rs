//! The routes of acceptances: the list, a batch's page, its protocol and what was signed; and whose batch it is.

use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    batch_page, choose, list_page, protocol, record,
    store::{self, Batch},
};
use crate::{
    access::{Route, Who},
    current::Current,
    error::{AppError, Result},
    files::{self, FileKind, Upload, upload_limit},
    flash,
    form::Form,
    guides::open,
    ids::{AcceptanceId, FileId},
    once,
    paging::From,
    sentinels::{
        devices::store::{self as devices, Device},
        routes::scope,
    },
    sheets,
    state::AppState,
    text::Message,
};

pub const LIST: &str = "/sentinels/acceptances";

pub fn routes() -> Vec<Route> {
    use Who::{MemberOrStaff, SignedIn};
    vec![
        Route::get("/sentinels/acceptances", SignedIn, list),
        Route::get("/sentinels/acceptances.xlsx", SignedIn, as_sheet),
        Route::get("/sentinels/acceptances/new", MemberOrStaff, choose::ask),
        Route::post("/sentinels/acceptances/new", MemberOrStaff, choose::begin),
        Route::get("/sentinels/acceptances/{acceptance}", SignedIn, show),
        Route::get("/sentinels/acceptances/{acceptance}/protocol", SignedIn, paper),
        Route::post("/sentinels/acceptances/{acceptance}/record", MemberOrStaff, record::enter),
        Route::post("/sentinels/acceptances/{acceptance}/discard", MemberOrStaff, discard),
        Route::get("/sentinels/acceptances/{acceptance}/signed", SignedIn, signed),
        Route::post("/sentinels/acceptances/{acceptance}/sign", MemberOrStaff, sign).limit(upload_limit(1)),
    ]
}

pub fn path(id: AcceptanceId) -> String {
    format!("{LIST}/{id}")
}

/// A batch and its devices, if this person may see every one of them.
pub async fn seen(state: &AppState, current: &Current, id: AcceptanceId) -> Result<(Batch, Vec<Device>)> {
    open(current)?;
    let batch = store::batch(state.db.reader(), id).await?;
    let devices = store::devices_of(state.db.reader(), &batch).await?;
    for device in &devices {
        current.sees_plant(device.row.member_id, device.row.plant_id)?;
    }
    Ok((batch, devices))
}

/// A batch that this person may act on.
pub async fn acted_on(state: &AppState, current: &Current, id: AcceptanceId) -> Result<(Batch, Vec<Device>)> {
    let (batch, devices) = seen(state, current, id).await?;
    for device in &devices {
        current.acts_for_plant(device.row.member_id, device.row.plant_id)?;
    }
    Ok((batch, devices))
}

#[derive(Deserialize)]
struct ListQuery {
    after: Option<AcceptanceId>,
    before: Option<AcceptanceId>,
}

async fn list(State(state): State<AppState>, current: Current, Query(query): Query<ListQuery>) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let listed = store::list(conn, &scope(&current), From::of(query.after, query.before)).await?;
    let members = list_page::members(conn, &listed.batches).await?;
    Ok(list_page::show(&state, &current, &listed, &members))
}

/// The same batches as a spreadsheet, all pages of them.
async fn as_sheet(State(state): State<AppState>, current: Current) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let batches = store::everything(conn, &scope(&current), sheets::MOST_ROWS as u64 + 1).await?;
    let members = list_page::members(conn, &batches).await?;
    let l = current.locale;
    sheets::download_table(l, &l.t("sentinels.acceptance.title"), list_page::table(&current, &batches, &members)).await
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<AcceptanceId>) -> Result<Response> {
    let (batch, devices) = seen(&state, &current, id).await?;
    let form = record::blank(&devices, current.now.day());
    answer(&state, &current, batch, devices, form).await
}

/// A batch's page with this form.
pub async fn answer(
    state: &AppState,
    current: &Current,
    batch: Batch,
    devices: Vec<Device>,
    form: Form,
) -> Result<Response> {
    let conn = state.db.reader();
    let signed = match batch.row.signed_file_id {
        Some(file) => Some(files::find(conn, file).await?.name),
        None => None,
    };
    let acts = |device: &Device| current.acts_for_plant(device.row.member_id, device.row.plant_id).is_ok();
    let shown = batch_page::Shown {
        names: devices::names(conn, &devices).await?,
        may_act: devices.iter().all(acts),
        batch,
        devices,
        signed,
    };
    Ok(batch_page::show(state, current, &shown, &form))
}

/// The protocol: with empty boxes before anything is recorded, afterwards as it was found.
async fn paper(State(state): State<AppState>, current: Current, Path(id): Path<AcceptanceId>) -> Result<Response> {
    let (batch, devices) = seen(&state, &current, id).await?;
    let names = devices::names(state.db.reader(), &devices).await?;
    let facts = protocol::facts(&current, &batch, &devices, &names);
    let paper = state.documents.acceptance_protocol(&facts).await;
    let paper = paper.map_err(|_| AppError::internal("the protocol of an acceptance could not be set"))?;
    let name = format!("数字哨兵验收单 {}.pdf", batch.row.number);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, files::disposition("inline", &name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((Extension(files::FileName(name)), headers, paper).into_response())
}

async fn discard(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<AcceptanceId>,
    form: Form,
) -> Result<Response> {
    open(&current)?;
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    acted_on(&state, &current, id).await?;
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, LIST).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let batch = store::lock(&tx, id).await?;
    if !store::discard(&tx, &batch).await? {
        return Err(AppError::Refused(Message::of("sentinels.acceptance.recorded_before")));
    }
    tx.commit().await?;
    Ok(flash::redirect(LIST, &Message::of("sentinels.acceptance.discarded")))
}

async fn signed(
    State(state): State<AppState>,
    current: Current,
    headers: HeaderMap,
    Path(id): Path<AcceptanceId>,
) -> Result<Response> {
    let (batch, _) = seen(&state, &current, id).await?;
    let file = batch.row.signed_file_id.ok_or(AppError::NotFound)?;
    files::download(&state, &headers, &files::find(state.db.reader(), file).await?).await
}

/// Keeps the protocol as it was signed, in place of the one that the page showed and of no other.
async fn sign(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<AcceptanceId>,
    request: Request,
) -> Result<Response> {
    let (batch, devices) = acted_on(&state, &current, id).await?;
    let Upload { form, files } = Upload::within(request, &state, files::MAX_FILE).await?;
    let mut form = form.scoped(record::SCOPE);
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    if batch.row.recorded_at.is_none() {
        return Err(AppError::Refused(Message::of("sentinels.acceptance.record_first")));
    }
    let Some(file) = files.first() else {
        form.refuse("signed", Message::of("form.required").with("label", "@sentinels.acceptance.field.signed"));
        return answer(&state, &current, batch, devices, form).await;
    };
    let kind = match files::inspect(file, &[FileKind::Pdf, FileKind::Png, FileKind::Jpg]) {
        Ok(kind) => kind,
        Err(why) => {
            form.refuse("signed", why);
            return answer(&state, &current, batch, devices, form).await;
        }
    };
    let kept = files::keep(&state.files, file, kind).await?;
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let batch = store::lock(&tx, id).await?;
    if batch.row.signed_file_id != form.value(batch_page::SEEN).parse::<FileId>().ok() {
        drop(tx);
        form.refuse("signed", Message::of("sentinels.acceptance.signed_meanwhile"));
        let (batch, devices) = acted_on(&state, &current, id).await?;
        return answer(&state, &current, batch, devices, form).await;
    }
    let added = files::add(&tx, &kept).await?;
    store::sign(&tx, &batch, added, &file.name).await?;
    tx.commit().await?;
    Ok(flash::redirect(&path(id), &Message::of("sentinels.acceptance.signed_kept")))
}
