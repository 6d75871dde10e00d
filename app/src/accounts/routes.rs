//! Signing in and out, and the language of the pages.

use axum::{
    extract::{Query, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::{
    Login, attempts, forgotten,
    interrupted::{self, Kept},
    links, own, page, people, session, store,
};
use crate::{
    access::{Route, Who},
    audit,
    current::Current,
    error::{AppError, Result},
    form::{Form, request},
    state::AppState,
    text::{Locale, Message},
};

pub fn routes() -> Vec<Route> {
    let session = vec![
        Route::get("/sign-in", Who::Anyone, show),
        Route::post("/sign-in", Who::Anyone, sign_in).limit(interrupted::LIMIT),
        Route::post("/sign-out", Who::Anyone, sign_out),
        Route::post("/language", Who::Anyone, language),
    ];
    [session, links::routes(), people::routes(), own::routes(), forgotten::routes()].into_iter().flatten().collect()
}

const SCOPE: &str = "accounts.field";

#[derive(Deserialize)]
struct Next {
    next: Option<String>,
}

async fn show(State(state): State<AppState>, current: Current, Query(query): Query<Next>) -> Response {
    let next = own_path(query.next.as_deref().unwrap_or_default());
    if current.person.is_some() {
        return Redirect::to(next).into_response();
    }
    let mut form = Form::new(SCOPE);
    form.set("next", next);
    page::sign_in(&state, &current, &form, StatusCode::OK)
}

async fn sign_in(
    State(state): State<AppState>,
    mut current: Current,
    jar: CookieJar,
    request: Request,
) -> Result<Response> {
    let mut form = request::with_long_value(request, interrupted::FIELD, interrupted::LIMIT).await?.scoped(SCOPE);
    let typed_login = form.required("login", 254);
    let password = form.value("password").to_owned();
    if password.is_empty() {
        form.refuse("password", Message::of("form.required").with("label", "@accounts.field.password"));
    }
    if password.len() > 4 * super::password::MAX_LENGTH {
        // Nobody has such a password, and hashing it would take its time.
        form.refuse("login", Message::of("accounts.wrong"));
    }
    if form.has_errors() {
        return Ok(page::sign_in(&state, &current, &form, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let login = Login::parse(&typed_login);
    let known = match &login {
        Some(login) => store::credentials(state.db.reader(), login).await?,
        None => None,
    };
    let (person, stored) = known.map_or((None, None), |(id, hash)| (Some(id), hash));
    let normal = login.as_ref().map_or(typed_login.as_str(), Login::as_str);
    let attempt = match attempts::sign_in(&state, &current, &jar, normal, person).await {
        Err(wait @ AppError::TooMany { .. }) => {
            form.refuse("login", wait.message());
            return Ok(page::sign_in(&state, &current, &form, StatusCode::TOO_MANY_REQUESTS));
        }
        attempt => attempt?,
    };
    let fits = state.passwords.fits(password, stored.clone()).await?;
    let Some(person) = person.filter(|_| fits) else {
        return Ok(wrong(&state, &current, form));
    };
    let kept = match form.value(interrupted::FIELD) {
        "" => None,
        packed => {
            let kept = Kept::unpack(packed)?;
            let typed = kept.form()?;
            Some((kept, typed))
        }
    };
    let signed_in = store::person(state.db.reader(), person).await?.ok_or(AppError::SignIn)?;
    let mut tx = state.begin(&current).await?;
    if !store::still_has(&tx, person, stored.as_deref()).await? {
        return Ok(wrong(&state, &current, form));
    }
    attempt.succeeded(&tx).await?;
    let cookies = session::enter(&mut tx, &state, &jar, &signed_in, form.ticked("stay")).await?;
    tx.commit().await?;
    let next = own_path(form.value("next")).to_owned();
    let response = match kept {
        None => Redirect::to(&next).into_response(),
        Some((kept, typed)) => {
            current.person = Some(std::sync::Arc::new(signed_in));
            page::resume(&state, &current, &next, &kept, &typed)
        }
    };
    Ok(session::with_cookies(response, cookies))
}

/// The form again; it does not say which of the two is wrong.
fn wrong(state: &AppState, current: &Current, mut form: Form) -> Response {
    form.refuse("login", Message::of("accounts.wrong"));
    page::sign_in(state, current, &form, StatusCode::UNPROCESSABLE_ENTITY)
}

async fn sign_out(State(state): State<AppState>, current: Current, jar: CookieJar) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let cookie = session::end(&tx, &state.options, &jar).await?;
    tx.commit().await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

async fn language(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let locale = Locale::from_code(form.value("language")).unwrap_or_default();
    if let Some(person) = &current.person {
        let tx = state.begin(&current).await?;
        if let Some(before) = store::set_locale(&tx, person.id, locale).await? {
            let named = |language: Option<&str>| serde_json::json!({ "language": language });
            let entry = audit::Entry::new("person.changed", "person").subject(person.id);
            let entry = entry.before(&named(before.as_deref())).after(&named(Some(locale.code())));
            audit::record(&tx, entry).await?;
            tx.commit().await?;
        }
    }
    let cookie = format!("lang={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000", locale.code());
    let cookie = HeaderValue::from_str(&cookie).map_err(AppError::internal)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(own_path(form.value("next")))).into_response())
}

/// A path of this portal; anything that could lead elsewhere becomes the first page.
pub fn own_path(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(|c: char| c == '\\' || c.is_control());
    if own { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_a_path_of_this_portal_is_followed() {
        for own in ["/", "/members?after=1", "/notices/会员"] {
            assert_eq!(own_path(own), own);
        }
        let elsewhere = [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\0",
            "/\n",
            "/\u{7f}",
        ];
        for elsewhere in elsewhere {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
