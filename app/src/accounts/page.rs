//! Signing in, and going on with what was interrupted by it.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::interrupted::{self, Kept};
use crate::{
    current::Current,
    form::Form,
    shell::{self, Page},
    state::AppState,
    text::Locale,
    ui::field::Fields,
};

pub fn sign_in(state: &AppState, current: &Current, form: &Form, status: StatusCode) -> Response {
    let l = current.locale;
    Page::new(current, l.t("accounts.sign_in")).failed_if(form.has_errors()).status(status).narrow().render(
        state,
        || {
            let fields = Fields::new(l, form);
            let kept = Kept::unpack(form.value(interrupted::FIELD)).ok().map(|kept| {
                let names = kept.file_names();
                let lost = (!names.is_empty()).then(|| l.tn("accounts.kept_files", &[("names", &names)]));
                view! { <p class="banner">{l.t("accounts.kept")} " " {lost}</p> }
            });
            view! {
                {fields.summary()}
                <h1>{l.t("accounts.sign_in")}</h1>
                {kept}
                <form class="form" method="post" action="/sign-in">
                    {fields.hidden("next")}
                    {fields.hidden(interrupted::FIELD)}
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

/// After signing in: one button sends what was typed before. Files that came with it are chosen again here.
pub fn resume(state: &AppState, current: &Current, next: &str, kept: &Kept, typed: &Form) -> Response {
    let l = current.locale;
    Page::new(current, l.t("accounts.resume")).narrow().render(state, || {
        let inputs = typed
            .pairs()
            .iter()
            .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> }.into_any())
            .collect::<Vec<_>>();
        let names = kept.file_names();
        let lost = (!names.is_empty())
            .then(|| view! { <p class="banner">{l.tn("accounts.resume_files", &[("names", &names)])}</p> });
        view! {
            <h1>{l.t("accounts.resume")}</h1>
            <p class="lead">{l.t("accounts.resume_lead")}</p>
            {lost}
            <form class="form" method="post" action=next.to_owned() enctype=(!names.is_empty()).then_some("multipart/form-data")>
                {inputs}
                {file_fields(l, kept)}
                <button class="button button--big">{l.t("accounts.resume_send")}</button>
            </form>
        }
        .into_any()
    })
}

/// A file field for each one that had files, labelled by what it held.
fn file_fields(l: Locale, kept: &Kept) -> Vec<AnyView> {
    let mut fields: Vec<(&str, Vec<&str>)> = Vec::new();
    for (field, name) in &kept.files {
        match fields.iter_mut().find(|(known, _)| known == field) {
            Some((_, names)) => names.push(name),
            None => fields.push((field, vec![name])),
        }
    }
    let empty = Form::default();
    fields
        .into_iter()
        .map(|(field, names)| {
            let label = l.tn("accounts.resume_choose", &[("names", &names.join(", "))]);
            let chosen = Fields::new(l, &empty).file(field).label(label).optional();
            if names.len() > 1 { chosen.multiple().view() } else { chosen.view() }
        })
        .collect()
}
