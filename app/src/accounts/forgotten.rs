//! A forgotten password: a link by mail for those who have an address. The answer is the same whether
//! there is such an account or not; those without e-mail are told to call.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use super::{
    Login, attempts,
    links::{self, Mailed, Offer, Purpose},
    people::store as people,
    store,
};
use crate::{
    access::{Route, Who},
    audit,
    current::Current,
    error::{AppError, Result},
    form::Form,
    ids::PersonId,
    outbox,
    shell::{self, Page},
    state::AppState,
    text::{Locale, Message},
    ui::field::Fields,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/forgotten", Who::Anyone, show),
        Route::post("/forgotten", Who::Anyone, ask),
        Route::get("/forgotten/sent", Who::Anyone, sent),
    ]
}

const SCOPE: &str = "accounts.field";

async fn show(State(state): State<AppState>, current: Current) -> Response {
    page(&state, &current, &Form::new(SCOPE), StatusCode::OK)
}

async fn ask(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let typed = form.required("login", 254);
    let Some(login) = Login::parse(&typed) else {
        if !typed.is_empty() {
            form.refuse("login", Message::of("accounts.forgotten.shape"));
        }
        return Ok(page(&state, &current, &form, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let may_mail = match attempts::mail(&state, &current, login.as_str()).await {
        Err(wait @ AppError::TooMany { .. }) => {
            form.refuse("login", wait.message());
            return Ok(page(&state, &current, &form, StatusCode::TOO_MANY_REQUESTS));
        }
        may_mail => may_mail?,
    };
    let known = store::credentials(state.db.reader(), &login).await?;
    if let Some((person, _)) = known.filter(|_| may_mail) {
        mail(&state, &current, person).await?;
    }
    Ok(Redirect::to("/forgotten/sent").into_response())
}

/// Mails a link, if the person has an address.
async fn mail(state: &AppState, current: &Current, person: PersonId) -> Result<()> {
    let person = people::find(state.db.reader(), person).await?;
    let Some(email) = &person.email else { return Ok(()) };
    let tx = state.begin(current).await?;
    let secrets = links::store::new_password(&tx, &state.options.secret, person.id, &person.name).await?;
    let until = tx.now.plus(links::PASSWORD);
    let offer = Offer { purpose: Purpose::Password, name: person.name.clone(), until, secrets, mailed: Mailed::Queued };
    let locale = person.locale.as_deref().and_then(Locale::from_code).unwrap_or_default();
    let message = links::mail(locale, &state.options, &offer, person.id.into(), email);
    outbox::enqueue(&tx, &state.options, message).await?;
    audit::record(&tx, audit::Entry::new("person.password_link_mailed", "person").subject(person.id)).await?;
    tx.commit().await
}

fn page(state: &AppState, current: &Current, form: &Form, status: StatusCode) -> Response {
    let l = current.locale;
    let title = l.t("accounts.forgotten.title");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).narrow().render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {fields.summary()}
            <h1>{title}</h1>
            <p class="lead">{l.t("accounts.forgotten.lead")}</p>
            <form class="form" method="post">
                {fields.text("login").autocomplete("username").view()}
                <button class="button button--big">{l.t("accounts.forgotten.send")}</button>
            </form>
            <p>{l.t("accounts.forgotten.no_email")}</p>
            {shell::phone_line(l, current)}
            <p><a href="/code">{l.t("accounts.have_code")}</a></p>
        }
        .into_any()
    })
}

async fn sent(State(state): State<AppState>, current: Current) -> Response {
    let l = current.locale;
    let leaves = outbox::leaves(&state, &current);
    let title = l.t(if leaves { "accounts.forgotten.sent" } else { "accounts.forgotten.not_sent" });
    let lead = l.t(if leaves { "accounts.forgotten.sent_lead" } else { "accounts.forgotten.not_sent_lead" });
    Page::new(&current, title.clone()).narrow().render(&state, || {
        view! {
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            <p>{l.t("accounts.forgotten.no_email")}</p>
            {shell::phone_line(l, &current)}
        }
        .into_any()
    })
}
