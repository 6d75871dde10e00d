//! Uploading a sheet, looking at what it would do, confirming it. Staff only; what is slow is done elsewhere.

use axum::{
    extract::{Path, Query, Request, State},
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{error_sheet, model::ImportState, page, store, template};
use crate::{
    access::{Route, Who},
    accounts, audit,
    current::Current,
    error::{AppError, Result},
    files::{self, FileKind, Upload, upload_limit},
    flash,
    form::Form,
    ids::{ImportId, PersonId},
    once, sheets,
    state::AppState,
    text::Message,
    time::show_day,
};

pub const SCOPE: &str = "imports.field";
/// The largest sheet, in bytes; five thousand filled lines take a fifth of it.
const MAX_SHEET: u64 = 5 * 1024 * 1024;
/// Imports in the list.
const NEWEST: u64 = 20;
/// Notes and changes on a page.
const PAGE: u64 = 100;
/// How soon a page of something that is under way is asked for again, in seconds.
const REFRESH: &str = "2";

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/members/import", Who::Staff, ask),
        Route::post("/members/import", Who::Staff, upload).limit(upload_limit(1)),
        Route::get("/members/import/template.xlsx", Who::Staff, download_template),
        Route::get("/members/import/register.xlsx", Who::Staff, download_register),
        Route::get("/members/import/{import}", Who::Staff, show),
        Route::get("/members/import/{import}/errors.xlsx", Who::Staff, download_errors),
        Route::post("/members/import/{import}/confirm", Who::Staff, confirm),
        Route::post("/members/import/{import}/drop", Who::Staff, put_aside),
        Route::post("/members/import/{import}/repeat", Who::Staff, repeat),
    ]
}

async fn ask(State(state): State<AppState>, current: Current) -> Result<Response> {
    start_page(&state, &current, &Form::new(SCOPE)).await
}

async fn start_page(state: &AppState, current: &Current, form: &Form) -> Result<Response> {
    let imports = store::newest(state.db.reader(), NEWEST).await?;
    let people: Vec<PersonId> = imports.iter().filter_map(|import| import.uploaded_by).collect();
    let names = accounts::people::store::names(state.db.reader(), &people).await?;
    Ok(page::start(state, current, &imports, &names, form))
}

async fn upload(State(state): State<AppState>, current: Current, request: Request) -> Result<Response> {
    let upload = match Upload::within(request, &state, MAX_SHEET).await {
        // However large it is, the page names the bound of a sheet.
        Err(AppError::TooLarge { .. }) => {
            return Err(AppError::TooLarge { megabytes: (MAX_SHEET / 1024 / 1024) as usize });
        }
        upload => upload?,
    };
    let mut form = upload.form.scoped(SCOPE);
    let file = upload.files.iter().find(|file| file.field == "file");
    let kind = match file {
        None => {
            form.refuse("file", Message::of("imports.file.missing"));
            None
        }
        Some(file) => match files::inspect(file, &[FileKind::Xlsx]) {
            Ok(kind) => Some(kind),
            Err(reason) => {
                form.refuse("file", reason);
                None
            }
        },
    };
    let (Some(file), Some(kind)) = (file, kind) else { return start_page(&state, &current, &form).await };
    let id = ImportId::new();
    let here = format!("/members/import/{id}");
    let kept = files::keep(&state.files, file, kind).await?;
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    store::drop_old(&tx).await?;
    let sheet = files::add(&tx, &kept).await?;
    store::add(&tx, id, sheet, &file.name).await?;
    let entry = audit::Entry::new("import.uploaded", "import").subject(id);
    audit::record(&tx, entry.after(&serde_json::json!({ "file": file.name }))).await?;
    tx.commit().await?;
    state.imports.wake();
    Ok(Redirect::to(&here).into_response())
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// The number of the last note on the page before.
    notes: Option<i32>,
    changes: Option<i32>,
}

async fn show(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<ImportId>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let conn = state.db.reader();
    let import = store::find(conn, id).await?;
    let refresh = import.is_busy();
    let shown = page::Shown {
        progress: state.imports.progress(id),
        notes: store::notes_after(conn, id, asked.notes.unwrap_or(-1), PAGE + 1).await?,
        changes: store::changes(conn, id, asked.changes.unwrap_or(-1), PAGE + 1).await?,
        continued: asked.notes.is_some() || asked.changes.is_some(),
        import,
    };
    let mut response = page::import(&state, &current, shown, PAGE as usize);
    if refresh {
        // The page asks for itself again, with scripts or without.
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static(REFRESH));
    }
    Ok(response)
}

async fn confirm(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<ImportId>,
    form: Form,
) -> Result<Response> {
    let import = store::find(state.db.reader(), id).await?;
    let here = format!("/members/import/{id}");
    if matches!(import.state, ImportState::Writing | ImportState::Done) {
        return Ok(Redirect::to(&here).into_response());
    }
    if !import.tally().is_some_and(|tally| tally.may_be_written()) {
        return Err(AppError::Refused(Message::of("imports.not_ready")));
    }
    let tx = state.begin(&current).await?;
    if !store::confirm(&tx, id, form.value("digest")).await? {
        return Ok(flash::redirect(&here, &Message::of("imports.moved")));
    }
    let entry = audit::Entry::new("import.confirmed", "import").subject(id);
    audit::record(&tx, entry.after(&serde_json::json!({ "file": import.file_name }))).await?;
    tx.commit().await?;
    state.imports.wake();
    Ok(Redirect::to(&here).into_response())
}

async fn put_aside(State(state): State<AppState>, current: Current, Path(id): Path<ImportId>) -> Result<Response> {
    store::find(state.db.reader(), id).await?;
    let tx = state.begin(&current).await?;
    if store::drop_import(&tx, id).await? {
        audit::record(&tx, audit::Entry::new("import.dropped", "import").subject(id)).await?;
        tx.commit().await?;
        return Ok(flash::redirect("/members/import", &Message::of("imports.dropped")));
    }
    Ok(Redirect::to(&format!("/members/import/{id}")).into_response())
}

async fn repeat(State(state): State<AppState>, current: Current, Path(id): Path<ImportId>) -> Result<Response> {
    store::find(state.db.reader(), id).await?;
    let tx = state.begin(&current).await?;
    if store::repeat(&tx, id).await? {
        audit::record(&tx, audit::Entry::new("import.repeated", "import").subject(id)).await?;
        tx.commit().await?;
        state.imports.wake();
    }
    Ok(Redirect::to(&format!("/members/import/{id}")).into_response())
}

async fn download_template(current: Current) -> Result<Response> {
    let l = current.locale;
    let bytes = blocking(move || template::template(l)).await?;
    sheets::download(&l.t("imports.file.template"), bytes)
}

async fn download_register(State(state): State<AppState>, current: Current) -> Result<Response> {
    let l = current.locale;
    let register = store::register(state.db.reader()).await?;
    let bytes = blocking(move || template::register(l, &register)).await?;
    sheets::download(&format!("{}-{}", l.t("imports.file.register"), show_day(current.now.day())), bytes)
}

async fn download_errors(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<ImportId>,
) -> Result<Response> {
    let conn = state.db.reader();
    let import = store::find(conn, id).await?;
    if import.state != ImportState::Checked {
        return Err(AppError::NotFound);
    }
    let (l, notes) = (current.locale, store::notes(conn, id).await?);
    let file = files::find(conn, import.file_id.ok_or(AppError::NotFound)?).await?;
    let bytes = state.files.read(&file.hash).await?;
    let bytes = blocking(move || error_sheet::make(&bytes, &notes, l)).await?;
    sheets::download(&l.t("imports.file.errors"), bytes)
}

/// Reads or writes a sheet where it holds nobody up.
async fn blocking(work: impl FnOnce() -> Result<Vec<u8>> + Send + 'static) -> Result<Vec<u8>> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?
}
