//! What people do with issues, letters and published questions: reading, filing, and one small page for
//! every step. An issue out of reach looks as if it did not exist.

mod filing;
mod letters;
pub(super) mod list;
mod publishing;
mod reading;
mod steps;

use axum::extract::{FromRequest, Path, Request, State};

use super::{
    model::{Act, MOST_FILES},
    reach,
    store::{Issue, issue},
};
use crate::{
    access::{Route, Who},
    current::Current,
    db::Tx,
    error::Result,
    files::{self, FileKind, Kept, Received, Upload, upload_limit},
    form::Form,
    ids::{FileId, IssueId, TextEnum},
    state::AppState,
    text::Message,
};

/// Where the labels of all these forms stand.
pub(super) const SCOPE: &str = "issues.field";

pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/issues", Who::SignedIn, list::show),
        Route::get("/issues.xlsx", Who::SignedIn, list::export),
        Route::get("/issues/new", Who::MemberOrStaff, filing::show),
        Route::post("/issues/new", Who::MemberOrStaff, filing::file).limit(upload_limit(MOST_FILES)),
        Route::get("/issues/{issue}", Who::SignedIn, reading::show),
        Route::get("/issues/{issue}/files/{file}", Who::SignedIn, reading::download),
        Route::post("/issues/{issue}/take", Who::Staff, steps::take),
        Route::get("/issues/{issue}/publish", Who::Staff, publishing::show),
        Route::post("/issues/{issue}/publish", Who::Staff, publishing::publish),
        Route::get("/letters", Who::Office, letters::list),
        Route::get("/letters/{letter}", Who::Office, letters::show),
        Route::get("/questions", Who::Anyone, publishing::list),
        Route::get("/questions/{question}", Who::Anyone, publishing::read),
        Route::post("/questions/{question}/withdraw", Who::Staff, publishing::withdraw),
    ];
    for (path, who, act) in [
        ("/issues/{issue}/hand-over", Who::Staff, Act::HandOver),
        ("/issues/{issue}/ask-back", Who::Staff, Act::AskBack),
        ("/issues/{issue}/reply", Who::MemberOrStaff, Act::Reply),
        ("/issues/{issue}/forward", Who::Staff, Act::Forward),
        ("/issues/{issue}/answer", Who::Staff, Act::Answer),
        ("/issues/{issue}/close", Who::Staff, Act::Close),
        ("/issues/{issue}/reopen", Who::MemberOrStaff, Act::Reopen),
        ("/issues/{issue}/remark", Who::Staff, Act::Remark),
    ] {
        let show =
            move |state: State<AppState>, current: Current, id: Path<IssueId>| steps::show(act, state, current, id);
        let take = move |state: State<AppState>, current: Current, id: Path<IssueId>, request: Request| {
            steps::take_step(act, state, current, id, request)
        };
        routes.push(Route::get(path, who, show));
        routes.push(Route::post(path, who, take).limit(upload_limit(MOST_FILES)));
    }
    routes
}

/// The issue, if this person may read it.
async fn seen_by(state: &AppState, current: &Current, id: IssueId) -> Result<Issue> {
    let found = issue::find(state.db.reader(), id).await?;
    reach::sees(current, &found)?;
    Ok(found)
}

/// A posted form with its files.
async fn receive(state: &AppState, request: Request) -> Result<Upload> {
    let upload = Upload::from_request(request, state).await?;
    Ok(Upload { form: upload.form.scoped(SCOPE), files: upload.files })
}

/// Keeps the bytes of the received files; their rows come with the act.
async fn keep(state: &AppState, files: &[Received], kinds: Vec<FileKind>) -> Result<Vec<Kept>> {
    let mut kept = Vec::new();
    for (file, kind) in files.iter().zip(kinds) {
        kept.push(files::keep(&state.files, file, kind).await?);
    }
    Ok(kept)
}

/// Adds the rows of what was kept.
async fn add(tx: &Tx, kept: &[Kept]) -> Result<Vec<FileId>> {
    let mut ids = Vec::new();
    for kept in kept {
        ids.push(files::add(tx, kept).await?);
    }
    Ok(ids)
}

/// The kinds of the received files; what is wrong with one is noted at the field `files`.
fn inspect(form: &mut Form, files: &[Received]) -> Vec<FileKind> {
    if files.len() > MOST_FILES {
        form.refuse_each("files", Message::of("issues.files.too_many").with("max", MOST_FILES));
    }
    let mut kinds = Vec::new();
    for file in files {
        match files::inspect(file, FileKind::ALL) {
            Ok(kind) => kinds.push(kind),
            Err(message) => form.refuse_each("files", message),
        }
    }
    kinds
}
