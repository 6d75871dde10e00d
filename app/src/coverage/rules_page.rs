//! The form on which staff set for how long a posting counts as seen; the auditor reads it.

use axum::{extract::State, http::StatusCode, response::Response};
use leptos::prelude::*;

use super::{
    routes::HERE,
    rules::{LEAST_DAYS, MOST_DAYS, Rules},
};
use crate::{
    current::Current,
    error::Result,
    flash,
    form::Form,
    guides::open,
    settings::{self, Versioned},
    shell::Page,
    state::AppState,
    text::Message,
    ui::{field::Fields, parts, stale},
};

const SCOPE: &str = "coverage.field";

pub async fn show(State(state): State<AppState>, current: Current) -> Result<Response> {
    open(&current)?;
    let form = filled(&settings::load(state.db.reader()).await?);
    Ok(page(&state, &current, &form, None, StatusCode::OK))
}

fn filled(now: &Versioned<Rules>) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("verified_days", now.value.verified_days);
    form.set("row_version", now.row_version);
    form
}

pub async fn save(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let version = form.whole("row_version", 0, i64::from(i32::MAX)).and_then(|version| i32::try_from(version).ok());
    let days = form.whole("verified_days", LEAST_DAYS, MOST_DAYS);
    let (Some(version), Some(verified_days), false) = (version, days, form.has_errors()) else {
        return Ok(page(&state, &current, &form, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let tx = state.begin(&current).await?;
    if settings::save(&tx, &Rules { verified_days }, version).await? {
        tx.commit().await?;
        return Ok(flash::redirect(HERE, &Message::of("settings.saved")));
    }
    drop(tx);
    let now = settings::load(state.db.reader()).await?;
    form.set("row_version", now.row_version);
    Ok(page(&state, &current, &form, Some(&filled(&now)), StatusCode::CONFLICT))
}

fn page(state: &AppState, current: &Current, form: &Form, theirs: Option<&Form>, status: StatusCode) -> Response {
    let l = current.locale;
    let title = l.t("coverage.settings");
    let page = Page::new(current, title.clone()).failed_if(form.has_errors()).status(status);
    page.render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {parts::breadcrumbs(l, &[(HERE, l.t("coverage.title"))], title.clone())}
            {fields.summary()}
            {theirs.map(|theirs| stale::differences(fields, theirs, &stale::as_typed))}
            <h1>{title}</h1>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_staff()>{fields.number("verified_days").view()}</fieldset>
                {current.is_staff().then(|| view! { <button class="button">{l.t("settings.save")}</button> })}
            </form>
        }
        .into_any()
    })
}
