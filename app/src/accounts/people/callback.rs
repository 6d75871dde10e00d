//! A new password for somebody without e-mail: staff call back the number that is on record, and hand
//! out a one-time link or its code. Only an admin may do it for people of the secretariat.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::{page::facts, store as people, store::PersonRow};
use crate::{
    access::{Route, Who},
    accounts::links::{self, Mailed, Offer, Purpose},
    audit,
    current::Current,
    error::{AppError, Result},
    form::Form,
    ids::PersonId,
    shell::Page,
    state::AppState,
    text::Message,
    ui::{field::Fields, parts},
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/people/{person}/password", Who::Staff, show),
        Route::post("/people/{person}/password", Who::Staff, make),
    ]
}

const SCOPE: &str = "accounts.callback";

async fn allowed(state: &AppState, current: &Current, id: PersonId) -> Result<PersonRow> {
    let person = people::find(state.db.reader(), id).await?;
    let roles = people::roles_of(state.db.reader(), &[id]).await?;
    if roles.iter().any(|role| role.kind.is_office()) && !current.is_admin() {
        return Err(AppError::Forbidden);
    }
    if person.disabled_at.is_some() {
        return Err(AppError::Refused(Message::of("accounts.link.disabled")));
    }
    Ok(person)
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<PersonId>) -> Result<Response> {
    let person = allowed(&state, &current, id).await?;
    Ok(page(&state, &current, &person, &Form::new(SCOPE)))
}

async fn make(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<PersonId>,
    form: Form,
) -> Result<Response> {
    let person = allowed(&state, &current, id).await?;
    let mut form = form.scoped(SCOPE);
    if !form.ticked("called") {
        form.refuse("called", Message::of("accounts.callback.called_needed"));
    }
    let remark = form.required("remark", 200);
    // A digit is one however wide it was typed.
    if remark.nfkc().filter(char::is_ascii_digit).count() >= 7 {
        form.refuse("remark", Message::of("accounts.callback.no_number"));
    }
    if form.has_errors() {
        return Ok(page(&state, &current, &person, &form));
    }
    let tx = state.begin(&current).await?;
    let secrets = links::store::new_password(&tx, &state.options.secret, id, &person.name).await?;
    let entry = audit::Entry::new("person.password_link_given", "person").subject(id);
    audit::record(&tx, entry.after(&serde_json::json!({ "remark": remark }))).await?;
    let until = tx.now.plus(links::PASSWORD);
    tx.commit().await?;
    let offer = Offer { purpose: Purpose::Password, name: person.name, until, secrets, mailed: Mailed::No };
    Ok(links::show_offer(&state, &current, &offer, "/todo"))
}

fn page(state: &AppState, current: &Current, person: &PersonRow, form: &Form) -> Response {
    let l = current.locale;
    let title = l.tn("accounts.callback.title", &[("name", &person.name)]);
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let rows = vec![
            (l.t("accounts.invite.phone"), parts::or_dashes(person.phone.clone())),
            (l.t("accounts.invite.email"), parts::or_dashes(person.email.clone())),
        ];
        let of = format!("/people/{}", person.id);
        view! {
            {parts::breadcrumbs(l, &[("/people", l.t("accounts.people.title")), (&of, person.name.clone())], title.clone())}
            {fields.summary()}
            <h1>{title}</h1>
            <p class="lead">{l.t("accounts.callback.lead")}</p>
            {facts(rows)}
            <form class="form" method="post">
                {fields.tick("called")}
                {fields.text("remark").max(200).view()}
                <button class="button">{l.t("accounts.callback.make")}</button>
            </form>
        }
        .into_any()
    })
}
