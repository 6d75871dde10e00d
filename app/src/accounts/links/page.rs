//! The pages behind one-time links, and the page that asks for the short code.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    LinkState, Purpose,
    routes::{Account, Opened},
};
use crate::{
    accounts::RoleKind,
    current::Current,
    form::Form,
    members::{email::Email, phone::Phone},
    shell::{self, Page},
    state::AppState,
    ui::field::Fields,
};

/// The page of an open link.
pub fn show(state: &AppState, current: &Current, opened: &Opened, form: &Form, status: StatusCode) -> Response {
    let l = current.locale;
    let link = &opened.link;
    let title = l.t(match link.purpose {
        Purpose::Invitation => "accounts.link.title.invitation",
        Purpose::Password => "accounts.link.title.password",
    });
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).narrow().render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {fields.summary()}
            <h1>{title}</h1>
            {lead(current, opened)}
            {other_person(current, opened)}
            <form class="form" method="post">
                {questions(current, opened, fields)}
                <button class="button button--big">
                    {l.t(match link.purpose {
                        Purpose::Invitation => "accounts.link.accept",
                        Purpose::Password => "accounts.password.set",
                    })}
                </button>
            </form>
            <p class="quiet">{l.tn("accounts.link.until", &[("until", &link.expires_at.show())])}</p>
            {shell::phone_line(l, current)}
        }
        .into_any()
    })
}

/// Who is invited to what.
fn lead(current: &Current, opened: &Opened) -> AnyView {
    let l = current.locale;
    let link = &opened.link;
    let text = match (link.purpose, link.role_kind) {
        (Purpose::Invitation, Some(kind)) => {
            let place = opened.member.clone().unwrap_or_else(|| current.site.association.name.clone());
            let role = l.t(&format!("accounts.role.{kind}"));
            l.tn("accounts.link.lead.invitation", &[("name", &link.name), ("place", &place), ("role", &role)])
        }
        _ => l.tn("accounts.link.lead.password", &[("name", &link.name)]),
    };
    view! { <p class="lead">{text}</p> }.into_any()
}

/// Somebody else is signed in on this device; the button would end that.
fn other_person(current: &Current, opened: &Opened) -> Option<AnyView> {
    let l = current.locale;
    let person = current.person.as_ref().filter(|_| !matches!(opened.account, Account::Here(_)))?;
    Some(view! { <p class="banner">{l.tn("accounts.link.other_person", &[("name", &person.name)])}</p> }.into_any())
}

fn questions(current: &Current, opened: &Opened, fields: Fields<'_>) -> AnyView {
    let l = current.locale;
    let stays = opened.link.role_kind.is_some_and(RoleKind::is_member);
    let stay = stays.then(|| fields.tick("stay"));
    let new_password = || {
        view! {
            {fields.password("new_password").autocomplete("new-password").view()}
            {fields.password("new_password_again").autocomplete("new-password").view()}
        }
    };
    match &opened.account {
        Account::Known(person) if opened.link.purpose == Purpose::Invitation => {
            let phone = person.phone.as_deref().map(Phone::mask);
            let login = phone.or(person.email.as_deref().map(Email::mask)).unwrap_or_default();
            view! {
                <p>{l.tn("accounts.link.known", &[("login", &login)])}</p>
                {fields.password("password").autocomplete("current-password").view()}
                {stay}
                <p><a href="/forgotten">{l.t("accounts.forgotten.title")}</a></p>
            }
            .into_any()
        }
        Account::Known(_) => new_password().into_any(),
        Account::New => view! {
            {fields.text("name").autocomplete("name").view()}
            {new_password()}
            {stay}
        }
        .into_any(),
        Account::Here(_) | Account::Disabled => ().into_any(),
    }
}

/// A link that leads nowhere any more, or never did.
pub fn closed(state: &AppState, current: &Current, what: Option<(Purpose, LinkState)>) -> Response {
    let l = current.locale;
    let (status, key) = match what {
        None => (StatusCode::NOT_FOUND, "accounts.link.unknown"),
        Some((purpose, link_state)) => (StatusCode::GONE, sentence(purpose, link_state)),
    };
    let title = l.t("accounts.link.closed");
    Page::new(current, title.clone()).status(status).narrow().render(state, || {
        view! {
            <h1>{title}</h1>
            <p class="lead">{l.t(key)}</p>
            <p><a href="/sign-in">{l.t("accounts.sign_in")}</a></p>
            {shell::phone_line(l, current)}
        }
        .into_any()
    })
}

fn sentence(purpose: Purpose, link_state: LinkState) -> &'static str {
    match (purpose, link_state) {
        (Purpose::Invitation, LinkState::Used) => "accounts.link.used.invitation",
        (Purpose::Password, LinkState::Used) => "accounts.link.used.password",
        (_, LinkState::Withdrawn) => "accounts.link.withdrawn",
        (Purpose::Invitation, _) => "accounts.link.expired.invitation",
        (Purpose::Password, _) => "accounts.link.expired.password",
    }
}

/// Where a code that was read out is typed.
pub fn code(state: &AppState, current: &Current, form: &Form, status: StatusCode) -> Response {
    let l = current.locale;
    Page::new(current, l.t("accounts.code.title")).failed_if(form.has_errors()).status(status).narrow().render(
        state,
        || {
            let fields = Fields::new(l, form);
            view! {
                {fields.summary()}
                <h1>{l.t("accounts.code.title")}</h1>
                <p class="lead">{l.t("accounts.code.lead")}</p>
                <form class="form" method="post">
                    {fields.text("code").input_mode("numeric").autocomplete("one-time-code").view()}
                    <button class="button button--big">{l.t("accounts.code.go")}</button>
                </form>
                {shell::phone_line(l, current)}
            }
            .into_any()
        },
    )
}
