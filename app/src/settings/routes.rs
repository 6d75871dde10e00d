//! The pages on which an admin sets the association's particulars, the modules and how long texts are kept, and the secretariat reads them.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{Association, Group, Modules, Versioned, page, store};
use crate::{
    access::{Route, Who},
    current::Current,
    error::Result,
    flash,
    form::Form,
    members::{
        email::{Email, EmailError},
        phone::Phone,
    },
    retention::{LEAST_DAYS, MOST_DAYS, Retention},
    state::AppState,
    text::Message,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings", Who::Office, show),
        Route::get("/settings/association", Who::Office, show_association),
        Route::post("/settings/association", Who::Admin, save_association),
        Route::get("/settings/modules", Who::Office, show_modules),
        Route::post("/settings/modules", Who::Admin, save_modules),
        Route::get("/settings/retention", Who::Office, show_retention),
        Route::post("/settings/retention", Who::Admin, save_retention),
    ]
}

const SCOPE: &str = "settings.field";

async fn show(State(state): State<AppState>, current: Current) -> Response {
    page::hub(&state, &current)
}

async fn show_association(State(state): State<AppState>, current: Current) -> Result<Response> {
    let form = of_association(&store::load(state.db.reader()).await?);
    Ok(page::association(&state, &current, &form, None, StatusCode::OK))
}

fn of_association(now: &Versioned<Association>) -> Form {
    let mut form = Form::new(SCOPE);
    let Association { name, name_en, phone, email, hours } = &now.value;
    for (field, value) in [("name", name), ("name_en", name_en), ("phone", phone), ("email", email), ("hours", hours)] {
        form.set(field, value);
    }
    form.set("row_version", now.row_version);
    form
}

async fn save_association(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let version = row_version(&mut form);
    let association = Association {
        name: form.required("name", 100),
        name_en: form.required("name_en", 100),
        phone: checked(&mut form, "phone", 30, |text| Phone::parse(text).err().map(|error| error.message())),
        email: checked(&mut form, "email", 254, |text| Email::parse(text).err().map(EmailError::message)),
        hours: form.optional("hours", 100).unwrap_or_default(),
    };
    let (Some(version), false) = (version, form.has_errors()) else {
        return Ok(page::association(&state, &current, &form, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    if save(&state, &current, &association, version).await? {
        return Ok(saved());
    }
    let now = store::load(state.db.reader()).await?;
    form.set("row_version", now.row_version);
    Ok(page::association(&state, &current, &form, Some(&of_association(&now)), StatusCode::CONFLICT))
}

/// One transaction; `false` when somebody saved the group since the form was shown.
async fn save<T: Group>(state: &AppState, current: &Current, group: &T, row_version: i32) -> Result<bool> {
    let tx = state.begin(current).await?;
    if !store::save(&tx, group, row_version).await? {
        return Ok(false);
    }
    tx.commit().await?;
    state.site.forget();
    Ok(true)
}

fn saved() -> Response {
    flash::redirect("/settings", &Message::of("settings.saved"))
}

/// An optional text that a rule checks.
fn checked(form: &mut Form, name: &str, max: usize, wrong: impl Fn(&str) -> Option<Message>) -> String {
    let text = form.optional(name, max).unwrap_or_default();
    if let Some(message) = Some(&text).filter(|text| !text.is_empty()).and_then(|text| wrong(text)) {
        form.refuse(name, message);
    }
    text
}

/// The version that the form was shown with; 0 when the group was never saved.
fn row_version(form: &mut Form) -> Option<i32> {
    form.whole("row_version", 0, i64::from(i32::MAX)).and_then(|version| i32::try_from(version).ok())
}

async fn show_modules(State(state): State<AppState>, current: Current) -> Result<Response> {
    let form = of_modules(&store::load(state.db.reader()).await?);
    Ok(page::modules(&state, &current, &form, None, StatusCode::OK))
}

fn of_modules(now: &Versioned<Modules>) -> Form {
    let mut form = Form::new(SCOPE);
    if now.value.sentinels {
        form.set("sentinels", "yes");
    }
    form.set("row_version", now.row_version);
    form
}

async fn save_modules(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let Some(version) = row_version(&mut form) else {
        return Ok(page::modules(&state, &current, &form, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let modules = Modules { sentinels: form.ticked("sentinels") };
    if save(&state, &current, &modules, version).await? {
        return Ok(saved());
    }
    let now = store::load(state.db.reader()).await?;
    form.set("row_version", now.row_version);
    Ok(page::modules(&state, &current, &form, Some(&of_modules(&now)), StatusCode::CONFLICT))
}

async fn show_retention(State(state): State<AppState>, current: Current) -> Result<Response> {
    let form = of_retention(&store::load(state.db.reader()).await?);
    Ok(page::retention(&state, &current, &form, None, StatusCode::OK))
}

fn of_retention(now: &Versioned<Retention>) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("bodies_days", now.value.bodies_days);
    form.set("row_version", now.row_version);
    form
}

async fn save_retention(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let version = row_version(&mut form);
    let days = form.whole("bodies_days", LEAST_DAYS, MOST_DAYS);
    let (Some(version), Some(bodies_days), false) = (version, days, form.has_errors()) else {
        return Ok(page::retention(&state, &current, &form, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    if save(&state, &current, &Retention { bodies_days }, version).await? {
        return Ok(saved());
    }
    let now = store::load(state.db.reader()).await?;
    form.set("row_version", now.row_version);
    Ok(page::retention(&state, &current, &form, Some(&of_retention(&now)), StatusCode::CONFLICT))
}
