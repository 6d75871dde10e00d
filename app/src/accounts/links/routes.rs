//! What one-time links lead to. Anyone who has the link may see its page; only the button changes
//! anything, and only once.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;

use super::{
    LinkState, Purpose, page,
    store::{self, Link},
};
use crate::{
    access::{Route, Who},
    accounts::{
        attempts, password_rules,
        people::store::{self as people, PersonRow},
        session, store as persons, token,
    },
    audit,
    current::Current,
    db::Tx,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::PersonId,
    members,
    state::AppState,
    text::Message,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/link/{token}", Who::Anyone, show),
        Route::post("/link/{token}", Who::Anyone, act),
        Route::get("/code", Who::Anyone, ask_code),
        Route::post("/code", Who::Anyone, enter_code),
    ]
}

const SCOPE: &str = "accounts.field";

/// Whose account the link concerns, and what its button therefore asks.
#[derive(Clone, Debug)]
pub enum Account {
    /// Nobody has it yet: a name and a password are asked.
    New,
    /// Somebody has it and must show that it is theirs by its password.
    Known(PersonRow),
    /// It is that of the person who is signed in here: the button is enough.
    Here(PersonId),
    /// It was closed.
    Disabled,
}

/// An open link with everything that its page shows.
pub struct Opened {
    pub link: Link,
    pub account: Account,
    /// The member that it is about; empty for the secretariat.
    pub member: Option<String>,
}

/// The open link behind an address, or the page that says why there is none.
async fn open(state: &AppState, current: &Current, typed: &str) -> Result<Result<Opened, Response>> {
    let conn = state.db.reader();
    let Some(link) = store::by_token(conn, typed).await? else {
        return Ok(Err(page::closed(state, current, None)));
    };
    let closed = link.state(current.now);
    if closed != LinkState::Open {
        return Ok(Err(page::closed(state, current, Some((link.purpose, closed)))));
    }
    let person = match (link.purpose, link.person_id) {
        (Purpose::Password, Some(person)) => Some(people::find(conn, person).await?),
        _ => people::by_reach(conn, link.phone.as_deref(), link.email.as_deref()).await?,
    };
    let here = current.person.as_ref().map(|person| person.id);
    let account = match person {
        Some(person) if person.disabled_at.is_some() => Account::Disabled,
        Some(person) if link.purpose == Purpose::Invitation && here == Some(person.id) => Account::Here(person.id),
        Some(person) if link.purpose == Purpose::Password || person.password_hash.is_some() => Account::Known(person),
        _ => Account::New,
    };
    if matches!(account, Account::Disabled) {
        return Err(AppError::Refused(Message::of("accounts.link.disabled")));
    }
    let member = match link.member_id {
        Some(member) => Some(members::store::member(conn, member).await?.name),
        None => None,
    };
    Ok(Ok(Opened { link, account, member }))
}

async fn show(State(state): State<AppState>, current: Current, Path(typed): Path<String>) -> Result<Response> {
    Ok(match open(&state, &current, &typed).await? {
        Err(closed) => closed,
        Ok(opened) => {
            let mut form = Form::new(SCOPE);
            form.set("name", &opened.link.name);
            page::show(&state, &current, &opened, &form, StatusCode::OK)
        }
    })
}

async fn act(
    State(state): State<AppState>,
    current: Current,
    jar: CookieJar,
    Path(typed): Path<String>,
    form: Form,
) -> Result<Response> {
    let opened = match open(&state, &current, &typed).await? {
        Err(closed) => return Ok(closed),
        Ok(opened) => opened,
    };
    let form = form.scoped(SCOPE);
    match opened.link.purpose {
        Purpose::Invitation => accept(&state, &current, &jar, opened, form).await,
        Purpose::Password => set_password(&state, &current, &jar, opened, form).await,
    }
}

/// Accepts an invitation: the role is given, the person signed in.
async fn accept(
    state: &AppState,
    current: &Current,
    jar: &CookieJar,
    opened: Opened,
    mut form: Form,
) -> Result<Response> {
    let link = &opened.link;
    let mut new = None;
    let mut attempt = None;
    match &opened.account {
        Account::Known(person) => {
            let login = person.phone.as_deref().or(person.email.as_deref()).unwrap_or_default();
            let counted = attempts::sign_in(state, current, jar, login, Some(person.id)).await;
            if let Err(wait @ AppError::TooMany { .. }) = counted {
                form.refuse("password", wait.message());
                return Ok(page::show(state, current, &opened, &form, StatusCode::TOO_MANY_REQUESTS));
            }
            attempt = Some(counted?);
            let typed = form.value("password").to_owned();
            if !state.passwords.fits(typed, person.password_hash.clone()).await? {
                form.refuse("password", Message::of("accounts.wrong_password"));
            }
        }
        Account::New => {
            let name = form.required("name", 50);
            let logins: Vec<&str> = [&link.phone, &link.email].into_iter().flatten().map(String::as_str).collect();
            let password = password_rules::read(&mut form, "new_password", "new_password_again", &logins);
            if let Some(password) = password.filter(|_| !form.has_errors()) {
                new = Some((name, state.passwords.hash(password).await?));
            }
        }
        Account::Here(_) | Account::Disabled => {}
    }
    if form.has_errors() {
        return Ok(page::show(state, current, &opened, &form, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let mut tx = state.begin(current).await?;
    let person = match (&opened.account, new) {
        (Account::Known(person), _) => {
            if !persons::still_has(&tx, person.id, person.password_hash.as_deref()).await? {
                return Err(AppError::Refused(Message::of("accounts.link.again")));
            }
            person.id
        }
        (Account::Here(person), _) => *person,
        (_, Some((name, hash))) => newcomer(&tx, link, name, hash).await?,
        (_, None) => return Err(AppError::internal("an invitation without an account")),
    };
    let kind = link.role_kind.ok_or_else(|| AppError::internal("an invitation without a role"))?;
    if !store::use_up(&tx, link.id, person).await? {
        return Err(AppError::Refused(Message::of("accounts.link.used.invitation")));
    }
    tx.actor.person = Some(person);
    people::give_role(&tx, person, kind, link.member_id, &link.plants()).await?;
    if let Some(attempt) = attempt {
        attempt.succeeded(&tx).await?;
    }
    let entry = audit::Entry::new("person.joined", "person").subject(person).of(link.member_id);
    audit::record(&tx, entry.after(&serde_json::json!({ "role": kind }))).await?;
    enter(state, tx, jar, person, &form, Message::of("accounts.link.welcome")).await
}

/// The account of somebody new. A row without a password, if there is one, becomes theirs.
async fn newcomer(tx: &Tx, link: &Link, name: String, hash: String) -> Result<PersonId> {
    let existing = people::by_reach(&**tx, link.phone.as_deref(), link.email.as_deref()).await?;
    if let Some(person) = existing {
        if person.password_hash.is_some() {
            return Err(AppError::Refused(Message::of("accounts.link.again")));
        }
        people::set_name(tx, person.id, &name).await?;
        people::set_password(tx, person.id, &hash).await?;
        return Ok(person.id);
    }
    let new =
        persons::NewPerson { name, phone: link.phone.clone(), email: link.email.clone(), password_hash: Some(hash) };
    persons::add_person(tx, new).await
}

/// Sets a new password; whoever knew the old one is signed out, and the account is free of any wait.
async fn set_password(
    state: &AppState,
    current: &Current,
    jar: &CookieJar,
    opened: Opened,
    mut form: Form,
) -> Result<Response> {
    let Account::Known(person) = &opened.account else {
        return Err(AppError::internal("a password link without a person"));
    };
    let logins: Vec<&str> = [&person.phone, &person.email].into_iter().flatten().map(String::as_str).collect();
    let Some(password) = password_rules::read(&mut form, "new_password", "new_password_again", &logins) else {
        return Ok(page::show(state, current, &opened, &form, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let hash = state.passwords.hash(password).await?;
    let mut tx = state.begin(current).await?;
    if !store::use_up(&tx, opened.link.id, person.id).await? {
        return Err(AppError::Refused(Message::of("accounts.link.used.password")));
    }
    tx.actor.person = Some(person.id);
    people::set_password(&tx, person.id, &hash).await?;
    people::end_sessions(&tx, person.id, None).await?;
    store::end_password_links(&tx, person.id).await?;
    attempts::free(&tx, state, person.id, [person.phone.as_deref(), person.email.as_deref()]).await?;
    audit::record(&tx, audit::Entry::new("person.password_reset", "person").subject(person.id)).await?;
    enter(state, tx, jar, person.id, &form, Message::of("accounts.password.changed")).await
}

/// Signs the person in, ends the transaction and leads to the first page.
async fn enter(
    state: &AppState,
    mut tx: Tx,
    jar: &CookieJar,
    person: PersonId,
    form: &Form,
    said: Message,
) -> Result<Response> {
    let person = persons::person(&*tx, person).await?.ok_or(AppError::SignIn)?;
    let cookies = session::enter(&mut tx, state, jar, &person, form.ticked("stay")).await?;
    tx.commit().await?;
    Ok(session::with_cookies(flash::redirect("/", &said), cookies))
}

async fn ask_code(State(state): State<AppState>, current: Current) -> Response {
    page::code(&state, &current, &Form::new(SCOPE), StatusCode::OK)
}

/// Leads from a code that was read out to the page of its link.
async fn enter_code(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let typed = form.required("code", 40);
    let Some(code) = token::read_code(&typed) else {
        if !typed.is_empty() {
            form.refuse("code", Message::of("accounts.code.shape"));
        }
        return Ok(page::code(&state, &current, &form, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let attempt = match attempts::code(&state, &current).await {
        Err(wait @ AppError::TooMany { .. }) => {
            form.refuse("code", wait.message());
            return Ok(page::code(&state, &current, &form, StatusCode::TOO_MANY_REQUESTS));
        }
        attempt => attempt?,
    };
    let tx = state.begin(&current).await?;
    let Some(entry) = store::enter(&tx, &state.options.secret, &code).await? else {
        form.refuse("code", Message::of("accounts.code.unknown"));
        return Ok(page::code(&state, &current, &form, StatusCode::UNPROCESSABLE_ENTITY));
    };
    attempt.succeeded(&tx).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/link/{entry}")).into_response())
}
