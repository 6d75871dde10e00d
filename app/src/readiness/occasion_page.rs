//! The form on which staff set the occasion and the criteria that count; the auditor reads it.

use axum::{extract::State, http::StatusCode, response::Response};
use leptos::prelude::*;

use super::{Occasion, list_page::criterion_words, model::Criterion, occasion::LONGEST_TITLE, routes::HERE};
use crate::{
    current::Current,
    error::Result,
    flash,
    form::Form,
    ids::TextEnum,
    settings::{self, Versioned},
    shell::Page,
    state::AppState,
    text::Message,
    ui::{field::Fields, parts, stale},
};

const SCOPE: &str = "readiness.field";

pub async fn show(State(state): State<AppState>, current: Current) -> Result<Response> {
    let form = filled(&settings::load(state.db.reader()).await?);
    Ok(page(&state, &current, &form, None, StatusCode::OK))
}

fn filled(now: &Versioned<Occasion>) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("title", &now.value.title);
    form.set("title_en", &now.value.title_en);
    for criterion in &now.value.criteria {
        form.add("criteria", criterion);
    }
    form.set("row_version", now.row_version);
    form
}

/// The criteria that can be chosen now: those of a module that is off stay as they were.
fn offered(current: &Current) -> Vec<Criterion> {
    let on = |one: &Criterion| *one != Criterion::Entrances || current.site.modules.sentinels;
    Criterion::ALL.iter().copied().filter(on).collect()
}

pub async fn save(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let version = form.whole("row_version", 0, i64::from(i32::MAX)).and_then(|version| i32::try_from(version).ok());
    let (title, title_en) = (form.required("title", LONGEST_TITLE), form.required("title_en", LONGEST_TITLE));
    let (chosen, offered) = (form.choices::<Criterion>("criteria"), offered(&current));
    if !chosen.iter().any(|one| offered.contains(one)) {
        form.refuse("criteria", Message::of("readiness.choose_one"));
    }
    let (Some(version), false) = (version, form.has_errors()) else {
        return Ok(page(&state, &current, &form, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let tx = state.begin(&current).await?;
    let before = settings::load::<Occasion>(&*tx).await?.value;
    let counts = |one: &Criterion| if offered.contains(one) { &chosen } else { &before.criteria }.contains(one);
    let criteria = Criterion::ALL.iter().copied().filter(counts).collect();
    if settings::save(&tx, &Occasion { title, title_en, criteria }, version).await? {
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
    let title = l.t("readiness.settings");
    let page = Page::new(current, title.clone()).failed_if(form.has_errors()).status(status);
    page.render(state, || {
        let fields = Fields::new(l, form);
        let say = |name: &str, value: &str| match Criterion::from_word(value).filter(|_| name == "criteria") {
            Some(criterion) => criterion_words(l, criterion),
            None => value.to_owned(),
        };
        let criteria =
            offered(current).into_iter().map(|one| (one.word().to_owned(), criterion_words(l, one))).collect();
        view! {
            {parts::breadcrumbs(l, &[(HERE, l.t("readiness.title"))], title.clone())}
            {fields.summary()}
            {theirs.map(|theirs| stale::differences(fields, theirs, &say))}
            <h1>{title}</h1>
            <p class="lead">{l.t("readiness.settings_lead")}</p>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_staff()>
                    {fields.text("title").max(LONGEST_TITLE).view()}
                    {fields.text("title_en").max(LONGEST_TITLE).view()}
                    {fields.checkboxes("criteria", criteria)}
                </fieldset>
                {current.is_staff().then(|| view! { <button class="button">{l.t("settings.save")}</button> })}
            </form>
        }
        .into_any()
    })
}
