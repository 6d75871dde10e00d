//! What the secretariat sets about postings: within how many days a copy is to be replaced.

use axum::{extract::State, http::StatusCode, response::Response};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    current::Current,
    error::Result,
    flash,
    form::Form,
    guides::open,
    settings::{self, Group},
    shell::Page,
    state::AppState,
    text::Message,
    ui::{field::Fields, parts, stale},
};

const SCOPE: &str = "postings.settings.field";
pub const HERE: &str = "/settings/postings";
/// The longest term, in days.
const LONGEST: i64 = 90;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Days from the day of a new version, of a changed address or of a report.
    pub replace_within: u16,
}

impl Default for Rules {
    fn default() -> Self {
        Self { replace_within: 7 }
    }
}

impl Group for Rules {
    const NAME: &'static str = "postings";
}

pub async fn show(State(state): State<AppState>, current: Current) -> Result<Response> {
    open(&current)?;
    let saved = settings::load::<Rules>(state.db.reader()).await?;
    Ok(page(&state, &current, &filled(&saved.value, saved.row_version), None, StatusCode::OK))
}

fn filled(rules: &Rules, row_version: i32) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("replace_within", rules.replace_within);
    form.set("row_version", row_version);
    form
}

pub async fn save(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let row_version = form.value("row_version").parse().unwrap_or(0);
    let days = form.whole("replace_within", 1, LONGEST).and_then(|days| u16::try_from(days).ok());
    let Some(replace_within) = days.filter(|_| !form.has_errors()) else {
        return Ok(page(&state, &current, &form, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let tx = state.begin(&current).await?;
    if settings::save(&tx, &Rules { replace_within }, row_version).await? {
        tx.commit().await?;
        return Ok(flash::redirect("/settings", &Message::of("settings.saved")));
    }
    drop(tx);
    let theirs = settings::load::<Rules>(state.db.reader()).await?;
    form.set("row_version", theirs.row_version);
    Ok(page(&state, &current, &form, Some(&filled(&theirs.value, theirs.row_version)), StatusCode::CONFLICT))
}

fn page(state: &AppState, current: &Current, form: &Form, theirs: Option<&Form>, status: StatusCode) -> Response {
    let l = current.locale;
    let title = l.t("postings.settings");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {parts::breadcrumbs(l, &[("/settings", l.t("settings.title"))], title.clone())}
            {fields.summary()}
            {theirs.map(|theirs| stale::differences(fields, theirs, &stale::as_typed))}
            <h1>{title}</h1>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_admin()>
                    {fields.number("replace_within").input_mode("numeric").unit(l.t("postings.settings.days")).view()}
                </fieldset>
                {current.is_admin().then(|| view! { <button class="button">{l.t("settings.save")}</button> })}
            </form>
        }
        .into_any()
    })
}
