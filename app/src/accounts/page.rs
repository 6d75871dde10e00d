//! Signing in, and going on with what was interrupted by it.

use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;

use crate::{
    current::Current,
    form::Form,
    shell::{self, Page},
    state::AppState,
    ui::field::Fields,
};

pub fn sign_in(state: &AppState, current: &Current, form: &Form, status: StatusCode) -> Response {
    let l = current.locale;
    Page::new(current, l.t("accounts.sign_in")).failed_if(form.has_errors()).status(status).narrow().render(
        state,
        || {
            let fields = Fields::new(l, form);
            let kept =
                (!form.value("resume").is_empty()).then(|| view! { <p class="banner">{l.t("accounts.kept")}</p> });
            view! {
                {fields.summary()}
                <h1>{l.t("accounts.sign_in")}</h1>
                {kept}
                <form class="form" method="post" action="/sign-in">
                    {fields.hidden("next")}
                    {fields.hidden("resume")}
                    {fields.text("login").autocomplete("username").view()}
                    {fields.password("password").autocomplete("current-password").view()}
                    {fields.tick("stay")}
                    <button class="button button--big">{l.t("accounts.sign_in")}</button>
                </form>
                <p><a href="/forgotten">{l.t("accounts.forgotten.title")}</a></p>
                <p><a href="/code">{l.t("accounts.have_code")}</a></p>
                {shell::phone_line(l, current)}
            }
            .into_any()
        },
    )
}

/// After signing in: one button sends what was typed before.
pub fn resume(state: &AppState, current: &Current, next: &str, typed: &Form) -> Response {
    let l = current.locale;
    Page::new(current, l.t("accounts.resume")).narrow().render(state, || {
        let inputs = typed
            .pairs()
            .iter()
            .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> }.into_any())
            .collect::<Vec<_>>();
        view! {
            <h1>{l.t("accounts.resume")}</h1>
            <p class="lead">{l.t("accounts.resume_lead")}</p>
            <form class="form" method="post" action=next.to_owned()>
                {inputs}
                <button class="button button--big">{l.t("accounts.resume_send")}</button>
            </form>
        }
        .into_any()
    })
}
