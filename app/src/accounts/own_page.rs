//! The pages of one's own account.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::people::{
    facts,
    store::{PersonRow, SessionRow},
};
use crate::{
    current::Current,
    form::Form,
    members::store::Member,
    outbox::{refused_address, store::Suppressed},
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{field::Fields, parts, stale},
};

pub struct Account {
    pub person: PersonRow,
    pub members: Vec<Member>,
    pub sessions: Vec<SessionRow>,
    /// The refusal that keeps mail from the person's address.
    pub refused: Option<Suppressed>,
}

/// What the portal knows of the person, and what they may do with it.
pub fn account(state: &AppState, current: &Current, account: &Account) -> Response {
    let Account { person, members, sessions, refused } = account;
    let l = current.locale;
    let title = l.t("accounts.own.title");
    Page::new(current, title.clone()).render(state, || {
        let language = l.t(match current.locale {
            Locale::Zh => "accounts.own.language.zh",
            Locale::En => "accounts.own.language.en",
        });
        let rows = vec![
            (l.t("accounts.own.name"), person.name.clone()),
            (l.t("accounts.own.phone"), parts::or_dashes(person.phone.clone())),
            (l.t("accounts.own.email"), parts::or_dashes(person.email.clone())),
            (l.t("accounts.own.language"), language),
        ];
        let places = members
            .iter()
            .filter(|member| current.administers_member(member.id).is_ok())
            .map(|member| {
                let words = l.tn("accounts.own.people_of", &[("member", &member.name)]);
                view! { <li><a href=format!("/members/{}/people", member.id)>{words}</a></li> }.into_any()
            })
            .collect::<Vec<_>>();
        let others = sessions.len().saturating_sub(1);
        let running = sessions
            .iter()
            .map(|session| {
                let (since, until) = (session.created_at.show(), session.expires_at.show());
                view! { <li>{l.tn("accounts.own.session", &[("since", &since), ("until", &until)])}</li> }.into_any()
            })
            .collect::<Vec<_>>();
        view! {
            <h1>{title}</h1>
            {facts(rows)}
            {refused.as_ref().map(|refused| refused_address(current, refused, Some("/account/write-again"), "/account"))}
            <div class="actions">
                <a class="button" href="/account/details">{l.t("accounts.own.change_details")}</a>
                <a class="button button--quiet" href="/account/password">{l.t("accounts.own.change_password")}</a>
            </div>
            {(!places.is_empty()).then(|| view! { <h2>{l.t("accounts.own.places")}</h2><ul>{places}</ul> })}
            <h2>{l.t("accounts.own.sessions")}</h2>
            <ul>{running}</ul>
            {(others > 0).then(|| view! {
                <form method="post" action="/account/sessions">
                    <button class="button button--quiet">{l.tn("accounts.own.end_sessions", &[("n", &others.to_string())])}</button>
                </form>
            })}
        }
        .into_any()
    })
}

/// The form of one's details; `stored` is what was saved since it was shown, if it was.
pub fn details(
    state: &AppState,
    current: &Current,
    form: &Form,
    stored: Option<&Form>,
    status: StatusCode,
) -> Response {
    let l = current.locale;
    let title = l.t("accounts.own.change_details");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let languages = vec![
            (Locale::Zh.code().to_owned(), l.t("accounts.own.language.zh")),
            (Locale::En.code().to_owned(), l.t("accounts.own.language.en")),
        ];
        view! {
            {parts::breadcrumbs(l, &[("/account", l.t("accounts.own.title"))], title.clone())}
            {fields.summary()}
            {stored.map(|stored| differences(fields, stored))}
            <h1>{title}</h1>
            <form class="form" method="post">
                {fields.hidden("row_version")}
                {fields.text("name").autocomplete("name").max(50).view()}
                {fields.text("phone").optional().input_mode("tel").autocomplete("tel").view()}
                {fields.text("email").optional().input_mode("email").autocomplete("email").view()}
                {fields.radios("language", languages)}
                {fields.password("password").autocomplete("current-password").view()}
                <button class="button">{l.t("accounts.own.save")}</button>
            </form>
        }
        .into_any()
    })
}

/// Where the details that are stored differ from what was typed; the password is not one of them.
fn differences(fields: Fields, stored: &Form) -> AnyView {
    let Fields { l, form } = fields;
    let label = |name: &str| {
        let shown = ["name", "phone", "email", "language"].contains(&name);
        shown.then(|| l.t(&form.label_key(name)))
    };
    let say = |name: &str, value: &str| match Locale::from_code(value).filter(|_| name == "language") {
        Some(Locale::Zh) => l.t("accounts.own.language.zh"),
        Some(Locale::En) => l.t("accounts.own.language.en"),
        None => value.to_owned(),
    };
    stale::labelled(fields, stored, &label, &say)
}

pub fn password(state: &AppState, current: &Current, form: &Form, status: StatusCode) -> Response {
    let l = current.locale;
    let title = l.t("accounts.own.change_password");
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {parts::breadcrumbs(l, &[("/account", l.t("accounts.own.title"))], title.clone())}
            {fields.summary()}
            <h1>{title}</h1>
            <p class="lead">{l.t("accounts.own.password_lead")}</p>
            <form class="form" method="post">
                {fields.password("old_password").autocomplete("current-password").view()}
                {fields.password("new_password").autocomplete("new-password").view()}
                {fields.password("new_password_again").autocomplete("new-password").view()}
                <button class="button">{l.t("accounts.own.change_password")}</button>
            </form>
        }
        .into_any()
    })
}
