//! The routes of the catalogue: everybody of the association reads it, staff keep it.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Model, export,
    form::{self, SCOPE},
    model::Finding,
    page,
    store::{self, Filter, Written},
};
use crate::{
    access::{Route, Who},
    current::Current,
    db::words,
    error::Result,
    flash,
    form::Form,
    guides::{facts::Ability, open},
    ids::{SentinelModelId, TextEnum},
    once,
    paging::From,
    sheets,
    state::AppState,
    text::Message,
};

const PER_PAGE: usize = 50;

pub fn routes() -> Vec<Route> {
    use Who::{SignedIn, Staff};
    vec![
        Route::get("/sentinels/models", SignedIn, list),
        Route::get("/sentinels/models.xlsx", SignedIn, as_sheet),
        Route::get("/sentinels/models/new", Staff, ask_new),
        Route::post("/sentinels/models/new", Staff, add),
        Route::get("/sentinels/models/{model}", SignedIn, show),
        Route::get("/sentinels/models/{model}/edit", Staff, ask_change),
        Route::post("/sentinels/models/{model}/edit", Staff, change),
    ]
}

/// The page of a model.
pub fn path(id: SentinelModelId) -> String {
    format!("/sentinels/models/{id}")
}

#[derive(Deserialize)]
struct ListQuery {
    form: Option<String>,
    ability: Option<String>,
    lacks: Option<String>,
    conformity: Option<String>,
    q: Option<String>,
    retired: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

impl ListQuery {
    fn filter(&self) -> Filter {
        let word = |value: &Option<String>| value.clone().unwrap_or_default();
        Filter {
            form: TextEnum::from_word(&word(&self.form)),
            ability: TextEnum::from_word(&word(&self.ability)),
            without_reader: self.lacks.as_deref() == Some(Ability::IdCardReader.word()),
            conformity: TextEnum::from_word(&word(&self.conformity)),
            text: words(&word(&self.q), 60),
            retired: self.retired.as_deref() == Some("yes"),
        }
    }
}

async fn list(State(state): State<AppState>, current: Current, Query(query): Query<ListQuery>) -> Result<Response> {
    open(&current)?;
    let filter = query.filter();
    let conn = state.db.reader();
    let paged = store::page(conn, &filter, From::of(query.after, query.before), PER_PAGE).await?;
    let count = store::count(conn, &filter).await?;
    Ok(page::list(&state, &current, &filter, &paged, count))
}

async fn as_sheet(State(state): State<AppState>, current: Current, Query(query): Query<ListQuery>) -> Result<Response> {
    open(&current)?;
    let models = store::everything(state.db.reader(), &query.filter(), sheets::MOST_ROWS as u64 + 1).await?;
    let l = current.locale;
    sheets::download_table(l, &l.t("sentinels.models.title"), export::table(&current, &models)).await
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<SentinelModelId>) -> Result<Response> {
    open(&current)?;
    let model = store::find(state.db.reader(), id).await?;
    Ok(page::one(&state, &current, &model))
}

async fn ask_new(State(state): State<AppState>, current: Current) -> Result<Response> {
    open(&current)?;
    let mut form = Form::new(SCOPE);
    form.set("conformity", Finding::Unknown);
    form.set("docking", Finding::Unknown);
    Ok(page::edit(&state, &current, None, &form, None))
}

async fn add(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let id = SentinelModelId::new();
    if let Some(made) = once::made(state.db.reader(), &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let Some(draft) = form::read(&mut form) else {
        return Ok(page::edit(&state, &current, None, &form, None));
    };
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    if store::add(&tx, id, &draft).await? == Written::Taken {
        drop(tx);
        refuse_name(&mut form);
        return Ok(page::edit(&state, &current, None, &form, None));
    }
    tx.commit().await?;
    Ok(flash::redirect(&path(id), &Message::of("sentinels.models.added")))
}

async fn ask_change(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<SentinelModelId>,
) -> Result<Response> {
    open(&current)?;
    let model = store::find(state.db.reader(), id).await?;
    Ok(page::edit(&state, &current, Some(&model), &form::filled(&model), None))
}

async fn change(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<SentinelModelId>,
    form: Form,
) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let model: Model = store::find(state.db.reader(), id).await?;
    let row_version = form.value("row_version").parse().unwrap_or(0);
    let retired = form.ticked("retired");
    let Some(draft) = form::read(&mut form) else {
        return Ok(page::edit(&state, &current, Some(&model), &form, None));
    };
    let tx = state.begin(&current).await?;
    let before = store::find(&*tx, id).await?;
    match store::change(&tx, &before, row_version, &draft, retired).await? {
        Written::Done => tx.commit().await?,
        Written::Taken => {
            drop(tx);
            refuse_name(&mut form);
            return Ok(page::edit(&state, &current, Some(&before), &form, None));
        }
        Written::Stale => {
            drop(tx);
            form.set("row_version", before.row_version);
            let stored = form::filled(&before);
            let mut answer = page::edit(&state, &current, Some(&before), &form, Some(&stored));
            *answer.status_mut() = StatusCode::CONFLICT;
            return Ok(answer);
        }
    }
    Ok(flash::redirect(&path(id), &Message::of("sentinels.models.saved")))
}

fn refuse_name(form: &mut Form) {
    form.refuse("model", Message::of("sentinels.models.taken"));
}
