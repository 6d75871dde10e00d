//! The settings' pages.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{
    current::Current,
    form::Form,
    shell::Page,
    state::AppState,
    ui::{field::Fields, parts, stale},
};

/// What there is to set.
pub fn hub(state: &AppState, current: &Current) -> Response {
    let l = current.locale;
    let title = l.t("settings.title");
    Page::new(current, title.clone()).render(state, || {
        view! {
            <h1>{title}</h1>
            <ul class="tasks">
                <li><a href="/settings/association"><span>{l.t("settings.association")}</span></a></li>
                <li><a href="/settings/modules"><span>{l.t("settings.modules")}</span></a></li>
                <li><a href="/supply/settings"><span>{l.t("supply.settings.title")}</span></a></li>
                {current.site.modules.sentinels.then(|| view! {
                    <li><a href="/guides/edit"><span>{l.t("guides.edit.title")}</span></a></li>
                })}
                <li><a href="/settings/retention"><span>{l.t("settings.retention")}</span></a></li>
                <li><a href="/settings/groups"><span>{l.t("groups.title")}</span></a></li>
                <li><a href="/people"><span>{l.t("nav.people")}</span></a></li>
                <li><a href="/audit"><span>{l.t("audit.title")}</span></a></li>
            </ul>
        }
        .into_any()
    })
}

/// The button, for those who may press it.
fn save(current: &Current) -> Option<AnyView> {
    let words = current.locale.t("settings.save");
    current.is_admin().then(|| view! { <button class="button">{words}</button> }.into_any())
}

pub fn association(
    state: &AppState,
    current: &Current,
    form: &Form,
    theirs: Option<&Form>,
    status: StatusCode,
) -> Response {
    let l = current.locale;
    let title = l.t("settings.association");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {parts::breadcrumbs(l, &[("/settings", l.t("settings.title"))], title.clone())}
            {fields.summary()}
            {theirs.map(|theirs| stale::differences(fields, theirs, &stale::as_typed))}
            <h1>{title}</h1>
            <p class="lead">{l.t("settings.association_lead")}</p>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_admin()>
                    {fields.text("name").max(100).view()}
                    {fields.text("name_en").max(100).view()}
                    {fields.text("phone").optional().input_mode("tel").view()}
                    {fields.text("hours").optional().max(100).view()}
                    {fields.text("email").optional().input_mode("email").view()}
                </fieldset>
                {save(current)}
            </form>
        }
        .into_any()
    })
}

pub fn modules(
    state: &AppState,
    current: &Current,
    form: &Form,
    theirs: Option<&Form>,
    status: StatusCode,
) -> Response {
    let l = current.locale;
    let title = l.t("settings.modules");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {parts::breadcrumbs(l, &[("/settings", l.t("settings.title"))], title.clone())}
            {fields.summary()}
            {theirs.map(|theirs| stale::differences(fields, theirs, &|_, _| l.t("settings.on")))}
            <h1>{title}</h1>
            <p class="lead">{l.t("settings.modules_lead")}</p>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_admin()>{fields.tick("sentinels")}</fieldset>
                {save(current)}
            </form>
        }
        .into_any()
    })
}

pub fn retention(
    state: &AppState,
    current: &Current,
    form: &Form,
    theirs: Option<&Form>,
    status: StatusCode,
) -> Response {
    let l = current.locale;
    let title = l.t("settings.retention");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {parts::breadcrumbs(l, &[("/settings", l.t("settings.title"))], title.clone())}
            {fields.summary()}
            {theirs.map(|theirs| stale::differences(fields, theirs, &stale::as_typed))}
            <h1>{title}</h1>
            <p class="lead">{l.t("settings.retention_lead")}</p>
            <p>{l.t("settings.retention_stays")}</p>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_admin()>
                    {fields.number("bodies_days").view()}
                </fieldset>
                {save(current)}
            </form>
        }
        .into_any()
    })
}
