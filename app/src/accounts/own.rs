//! One's own account: name, number, address, language, password, and the devices that are signed in.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use super::{
    attempts, links, own_page as page, password_rules,
    people::store::{self as people, Details, PersonRow, Saved},
    reach::Reach,
    session, store as accounts,
};
use crate::{
    access::{Route, Who},
    audit,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::{MemberId, PersonId},
    members, outbox,
    state::AppState,
    text::{Locale, Message},
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/account", Who::SignedIn, show),
        Route::get("/account/details", Who::SignedIn, show_details),
        Route::post("/account/details", Who::SignedIn, save_details),
        Route::get("/account/password", Who::SignedIn, show_password),
        Route::post("/account/password", Who::SignedIn, change_password),
        Route::post("/account/sessions", Who::SignedIn, end_sessions),
        Route::post("/account/write-again", Who::SignedIn, write_again),
    ]
}

const SCOPE: &str = "accounts.own";

async fn own(state: &AppState, current: &Current) -> Result<PersonRow> {
    people::find(state.db.reader(), current.person()?.id).await
}

async fn show(State(state): State<AppState>, current: Current) -> Result<Response> {
    let conn = state.db.reader();
    let person = own(&state, &current).await?;
    let sessions = people::sessions(conn, person.id, current.now).await?;
    let members: Vec<MemberId> = current.member_ids();
    let members = members::store::members(conn, &members).await?;
    let refused = outbox::store::refusal(conn, person.email.as_deref().unwrap_or_default()).await?;
    Ok(page::account(&state, &current, &page::Account { person, members, sessions, refused }))
}

/// One's address that was refused is right: mail goes to it again.
async fn write_again(State(state): State<AppState>, current: Current) -> Result<Response> {
    let person = own(&state, &current).await?;
    outbox::write_again(&state, &current, person.email.as_deref(), "/account").await
}

async fn show_details(State(state): State<AppState>, current: Current) -> Result<Response> {
    let form = filled(&own(&state, &current).await?, current.locale);
    Ok(page::details(&state, &current, &form, None, StatusCode::OK))
}

/// The details as they are stored; who never chose a language has that of the page.
fn filled(person: &PersonRow, shown: Locale) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("name", &person.name);
    form.set("phone", person.phone.as_deref().unwrap_or_default());
    form.set("email", person.email.as_deref().unwrap_or_default());
    form.set("language", person.locale.as_deref().unwrap_or(shown.code()));
    form.set("row_version", person.row_version);
    form
}

/// The form again beside what was saved since it was shown.
async fn overtaken(state: &AppState, current: &Current, mut form: Form) -> Result<Response> {
    let now = own(state, current).await?;
    form.set("row_version", now.row_version);
    Ok(page::details(state, current, &form, Some(&filled(&now, current.locale)), StatusCode::CONFLICT))
}

async fn save_details(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let person = own(&state, &current).await?;
    let mut form = form.scoped(SCOPE);
    let name = form.required("name", 50);
    let Reach { phone, email } = Reach::read(&mut form);
    let Some(locale) = Locale::from_code(form.value("language")) else {
        form.refuse("language", Message::of("form.choose").with("label", "@accounts.own.language"));
        return Ok(page::details(&state, &current, &form, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let version = form.value("row_version").parse().unwrap_or(0);
    if !form.has_errors() && version != person.row_version {
        return overtaken(&state, &current, form).await;
    }
    let details = Details { name, phone, email, locale };
    let reach_changed = details.phone != person.phone || details.email != person.email;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if !form.has_errors() && reach_changed {
        status = own_password(&state, &current, &person, &mut form, "password").await?;
    }
    if form.has_errors() {
        return Ok(page::details(&state, &current, &form, None, status));
    }
    let tx = state.begin(&current).await?;
    match people::save_details(&tx, person.id, version, &details).await? {
        Saved::Yes => {}
        Saved::Taken(field) => {
            form.refuse(field, Message::of("accounts.own.taken"));
            return Ok(page::details(&state, &current, &form, None, StatusCode::UNPROCESSABLE_ENTITY));
        }
        Saved::Stale => {
            drop(tx);
            return overtaken(&state, &current, form).await;
        }
    }
    if details.email != person.email {
        outbox::store::lift(&tx, details.email.as_deref().as_slice()).await?;
    }
    let known = |name: &str, phone: &Option<String>, email: &Option<String>, language: Option<&str>| serde_json::json!({ "name": name, "phone": phone, "email": email, "language": language });
    let before = known(&person.name, &person.phone, &person.email, person.locale.as_deref());
    let after = known(&details.name, &details.phone, &details.email, Some(locale.code()));
    let entry = audit::Entry::new("person.changed", "person").subject(person.id);
    audit::record(&tx, entry.before(&before).after(&after)).await?;
    tx.commit().await?;
    Ok(flash::redirect("/account", &Message::of("accounts.own.saved")))
}

/// Checks a field against the person's own password; what to answer when it does not fit is noted in the form,
/// with the status that says so. One that fits is no guess, whatever becomes of the rest of the form.
async fn own_password(
    state: &AppState,
    current: &Current,
    person: &PersonRow,
    form: &mut Form,
    field: &str,
) -> Result<StatusCode> {
    let typed = form.value(field).to_owned();
    if typed.is_empty() {
        form.refuse(field, Message::of("form.required").with("label", "@accounts.own.password"));
        return Ok(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let attempt = match attempts::own_password(state, current, person.id).await {
        Err(wait @ AppError::TooMany { .. }) => {
            form.refuse(field, wait.message());
            return Ok(StatusCode::TOO_MANY_REQUESTS);
        }
        attempt => attempt?,
    };
    if state.passwords.fits(typed, person.password_hash.clone()).await? {
        let tx = state.begin(current).await?;
        attempt.succeeded(&tx).await?;
        tx.commit().await?;
    } else {
        form.refuse(field, Message::of("accounts.wrong_password"));
    }
    Ok(StatusCode::UNPROCESSABLE_ENTITY)
}

async fn show_password(State(state): State<AppState>, current: Current) -> Response {
    page::password(&state, &current, &Form::new(SCOPE), StatusCode::OK)
}

/// Changes the password; the other devices are signed out.
async fn change_password(
    State(state): State<AppState>,
    current: Current,
    jar: CookieJar,
    form: Form,
) -> Result<Response> {
    let person = own(&state, &current).await?;
    let mut form = form.scoped(SCOPE);
    let logins: Vec<&str> = [&person.phone, &person.email].into_iter().flatten().map(String::as_str).collect();
    let new = password_rules::read(&mut form, "new_password", "new_password_again", &logins);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    // The old one is compared only when the new one will do; that it is missing is said in any case.
    if new.is_some() || form.value("old_password").is_empty() {
        status = own_password(&state, &current, &person, &mut form, "old_password").await?;
    }
    let Some(new) = new.filter(|_| !form.has_errors()) else {
        return Ok(page::password(&state, &current, &form, status));
    };
    let hash = state.passwords.hash(new).await?;
    let tx = state.begin(&current).await?;
    if !accounts::still_has(&tx, person.id, person.password_hash.as_deref()).await? {
        form.refuse("old_password", Message::of("accounts.wrong_password"));
        return Ok(page::password(&state, &current, &form, StatusCode::UNPROCESSABLE_ENTITY));
    }
    people::set_password(&tx, person.id, &hash).await?;
    people::end_sessions(&tx, person.id, session::token_of(&state, &jar)).await?;
    links::store::end_password_links(&tx, person.id).await?;
    audit::record(&tx, audit::Entry::new("person.password_changed", "person").subject(person.id)).await?;
    tx.commit().await?;
    Ok(flash::redirect("/account", &Message::of("accounts.password.changed")))
}

/// Signs all other devices out.
async fn end_sessions(State(state): State<AppState>, current: Current, jar: CookieJar) -> Result<Response> {
    let person: PersonId = current.person()?.id;
    let tx = state.begin(&current).await?;
    let ended = people::end_sessions(&tx, person, session::token_of(&state, &jar)).await?;
    let entry = audit::Entry::new("person.sessions_ended", "person").subject(person);
    audit::record(&tx, entry.after(&serde_json::json!({ "count": ended }))).await?;
    tx.commit().await?;
    Ok(flash::redirect("/account", &Message::of("accounts.own.sessions_ended").with("n", ended)).into_response())
}
