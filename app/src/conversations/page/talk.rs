//! A talk that could not be written down, with what was typed and what is wrong with it.

use axum::response::Response;
use leptos::prelude::*;

use super::timeline::log;
use crate::{
    conversations::model::About,
    current::Current,
    form::Form,
    shell::Page,
    state::AppState,
    ui::{field::Fields, parts},
};

pub fn show(state: &AppState, current: &Current, about: &About, form: &Form) -> Response {
    let l = current.locale;
    let title = l.t("conversations.talk");
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        view! {
            {Fields::new(l, form).summary()}
            {parts::breadcrumbs(l, &[(about.conversation.path().as_str(), about.number.clone())], title.clone())}
            <h1>{title}</h1>
            {log(l, about.conversation, form)}
        }
        .into_any()
    })
}
