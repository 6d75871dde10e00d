//! What the association sets for the care of devices: how often they are checked, and how long a vendor has to mend a
//! fault when it promised nothing. An admin changes it.

use axum::{extract::State, http::StatusCode, response::Response};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Route, Who},
    current::Current,
    error::Result,
    flash,
    form::Form,
    guides::open,
    settings,
    shell::Page,
    state::AppState,
    text::Message,
    ui::{field::Fields, parts, stale},
};

pub const PATH: &str = "/sentinels/care";
const SCOPE: &str = "sentinels.care.field";
/// Most days between two check-ups; the catalogue keeps to it too.
pub const MOST_DAYS: i64 = 730;
const MOST_HOURS: i64 = 720;

/// What is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Care {
    /// Days between two check-ups of a device whose model has no number of its own.
    pub checkup_days: i64,
    /// Hours that a vendor has from being told, if it promised no day.
    pub vendor_hours: i64,
}

impl Default for Care {
    fn default() -> Self {
        Self { checkup_days: 90, vendor_hours: 48 }
    }
}

impl settings::Group for Care {
    const NAME: &'static str = "sentinel_care";
}

pub fn routes() -> Vec<Route> {
    vec![Route::get("/sentinels/care", Who::Office, show), Route::post("/sentinels/care", Who::Admin, save)]
}

async fn show(State(state): State<AppState>, current: Current) -> Result<Response> {
    open(&current)?;
    let form = filled(&settings::load(state.db.reader()).await?);
    Ok(page(&state, &current, &form, None, StatusCode::OK))
}

fn filled(now: &settings::Versioned<Care>) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("checkup_days", now.value.checkup_days);
    form.set("vendor_hours", now.value.vendor_hours);
    form.set("row_version", now.row_version);
    form
}

async fn save(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let days = form.whole("checkup_days", 1, MOST_DAYS);
    let hours = form.whole("vendor_hours", 1, MOST_HOURS);
    let version = form.value("row_version").parse().unwrap_or(0);
    let (Some(checkup_days), Some(vendor_hours)) = (days, hours) else {
        return Ok(page(&state, &current, &form, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let tx = state.begin(&current).await?;
    if !settings::save(&tx, &Care { checkup_days, vendor_hours }, version).await? {
        drop(tx);
        let now = settings::load(state.db.reader()).await?;
        form.set("row_version", now.row_version);
        return Ok(page(&state, &current, &form, Some(&filled(&now)), StatusCode::CONFLICT));
    }
    tx.commit().await?;
    Ok(flash::redirect(PATH, &Message::of("settings.saved")))
}

fn page(state: &AppState, current: &Current, form: &Form, theirs: Option<&Form>, status: StatusCode) -> Response {
    let l = current.locale;
    let title = l.t("sentinels.care.title");
    Page::new(current, title.clone()).status(status).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {fields.summary()}
            {theirs.map(|theirs| stale::differences(fields, theirs, &stale::as_typed))}
            {parts::breadcrumbs(l, &[("/sentinels", l.t("nav.sentinels"))], title.clone())}
            <h1>{title.clone()}</h1>
            <form class="form" method="post" action=PATH>
                {fields.hidden("row_version")}
                {fields.number("checkup_days").unit(l.t("sentinels.care.days")).view()}
                {fields.number("vendor_hours").unit(l.t("sentinels.care.hours")).view()}
                {current.is_admin().then(|| view! { <button class="button button--big">{l.t("sentinels.devices.save")}</button> })}
            </form>
        }
        .into_any()
    })
}
