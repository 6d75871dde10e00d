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
                    <li><a href="/settings/postings"><span>{l.t("postings.settings")}</span></a></li>
                    <li><a href="/sentinels/care"><span>{l.t("sentinels.care.title")}</span></a></li>
                    <li><a href="/coverage/settings"><span>{l.t("coverage.settings")}</span></a></li>
                })}
                <li><a href="/readiness/settings"><span>{l.t("readiness.settings")}</span></a></li>
                <li><a href="/settings/retention"><span>{l.t("settings.retention")}</span></a></li>
                <li><a href="/settings/groups"><span>{l.t("groups.title")}</span></a></li>
                <li><a href="/people"><span>{l.t("nav.people")}</span></a></li>
                <li><a href="/audit"><span>{l.t("audit.title")}</span></a></li>
            </ul>
        }
        .into_any()
    })
}

pub fn association(
    state: &AppState,
    current: &Current,
    form: &Form,
    theirs: Option<&Form>,
    status: StatusCode,
) -> Response {
    let sheet = Sheet { form, theirs, status, say: &stale::as_typed };
    group(state, current, ["settings.association", "settings.association_lead"], &sheet, |fields| {
        view! {
            {fields.text("name").max(100).view()}
            {fields.text("name_en").max(100).view()}
            {fields.text("phone").optional().input_mode("tel").view()}
            {fields.text("hours").optional().max(100).view()}
            {fields.text("email").optional().input_mode("email").view()}
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
    let on = |_: &str, _: &str| current.locale.t("settings.on");
    let sheet = Sheet { form, theirs, status, say: &on };
    group(state, current, ["settings.modules", "settings.modules_lead"], &sheet, |fields| fields.tick("sentinels"))
}

pub fn retention(
    state: &AppState,
    current: &Current,
    form: &Form,
    theirs: Option<&Form>,
    status: StatusCode,
) -> Response {
    let sheet = Sheet { form, theirs, status, say: &stale::as_typed };
    group(state, current, ["settings.retention", "settings.retention_lead"], &sheet, |fields| {
        view! {
            <p>{current.locale.t("settings.retention_stays")}</p>
            {fields.number("bodies_days").view()}
        }
        .into_any()
    })
}

/// The form of a group of settings as it is shown now.
struct Sheet<'a> {
    form: &'a Form,
    /// What somebody else saved meanwhile.
    theirs: Option<&'a Form>,
    status: StatusCode,
    /// The words of a value where both are compared.
    say: &'a dyn Fn(&str, &str) -> String,
}

/// The page of a group: its inputs in a form that only an admin can send.
fn group(
    state: &AppState,
    current: &Current,
    [title, lead]: [&str; 2],
    sheet: &Sheet<'_>,
    inputs: impl FnOnce(Fields<'_>) -> AnyView,
) -> Response {
    let l = current.locale;
    let title = l.t(title);
    let page = Page::new(current, title.clone()).failed_if(sheet.form.has_errors()).status(sheet.status);
    page.render(state, || {
        let fields = Fields::new(l, sheet.form);
        view! {
            {parts::breadcrumbs(l, &[("/settings", l.t("settings.title"))], title.clone())}
            {fields.summary()}
            {sheet.theirs.map(|theirs| stale::differences(fields, theirs, sheet.say))}
            <h1>{title}</h1>
            <p class="lead">{l.t(lead)}</p>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                <fieldset class="fieldset" disabled=!current.is_admin()>{inputs(fields)}</fieldset>
                {current.is_admin().then(|| view! { <button class="button">{l.t("settings.save")}</button> })}
            </form>
        }
        .into_any()
    })
}
