//! The list of all people, and one person.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    invitations::state_word,
    store::{PersonRow, RoleRow},
};
use crate::{
    accounts::links::store::Link,
    current::Current,
    ids::PersonId,
    members::{email::Email, phone::Phone, store::Member},
    outbox::{refused_address, store::Suppressed},
    shell::Page,
    state::AppState,
    text::Locale,
    ui::parts::{self, Tone},
};

/// What the list shows.
pub struct Listed {
    pub words: String,
    pub people: Vec<PersonRow>,
    pub roles: Vec<RoleRow>,
    pub count: u64,
    pub invitations: Vec<Link>,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Facts as a list of labels and values.
pub fn facts(rows: Vec<(String, String)>) -> AnyView {
    let rows = rows.into_iter().map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }.into_any());
    view! { <dl class="summary-list">{rows.collect::<Vec<_>>()}</dl> }.into_any()
}

pub fn list(state: &AppState, current: &Current, listed: Listed) -> Response {
    let l = current.locale;
    let title = l.t("accounts.people.title");
    // Who sees numbers and addresses masked does not find people by them.
    let sought = l.t(if current.masks_contacts() { "accounts.invite.name" } else { "accounts.people.search" });
    Page::new(current, title.clone()).render(state, || {
        let rows = listed.people.iter().map(|person| row(current, person, &listed.roles)).collect::<Vec<_>>();
        let table = if rows.is_empty() {
            parts::empty(l.t("accounts.people.none"), None)
        } else {
            view! {
                <div class="table-wrap" role="region" tabindex="0" aria-label=title.clone()>
                    <table class="table table--cards">
                        <thead><tr>
                            <th scope="col">{l.t("accounts.invite.name")}</th>
                            <th scope="col">{l.t("accounts.invite.phone")}</th>
                            <th scope="col">{l.t("accounts.invite.email")}</th>
                            <th scope="col">{l.t("accounts.invite.kind")}</th>
                            <th scope="col">{l.t("accounts.people.state")}</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        view! {
            <div class="page-head">
                <h1>{title.clone()}</h1>
                {current.is_admin().then(|| view! {
                    <div class="actions"><a class="button" href="/people/invite">{l.t("accounts.people.invite")}</a></div>
                })}
            </div>
            <form class="filters" method="get">
                <div class="field">
                    <label class="field__label" for="q">{sought}</label>
                    <input class="input" id="q" name="q" type="search" maxlength="50" value=listed.words.clone() />
                </div>
                <button class="button button--quiet">{l.t("accounts.people.find")}</button>
            </form>
            {parts::result_count(l, listed.count)}
            {table}
            {parts::pager(l, listed.before, listed.after)}
            {invitations(l, current, &listed.invitations, current.is_admin())}
        }
        .into_any()
    })
}

/// How a person is reached, phone and e-mail, masked for those who only look.
pub fn reach(person: &PersonRow, masked: bool) -> [String; 2] {
    let shown = |value: &Option<String>, mask: fn(&str) -> String| {
        parts::or_dashes(if masked { value.as_deref().map(mask) } else { value.clone() })
    };
    [shown(&person.phone, Phone::mask), shown(&person.email, Email::mask)]
}

fn row(current: &Current, person: &PersonRow, roles: &[RoleRow]) -> AnyView {
    let l = current.locale;
    let [phone, email] = reach(person, current.masks_contacts());
    let mut words: Vec<String> = roles
        .iter()
        .filter(|role| role.person_id == person.id)
        .map(|role| l.t(&format!("accounts.role.{}", role.kind)))
        .collect();
    words.dedup();
    view! {
        <tr>
            <th scope="row"><a href=format!("/people/{}", person.id)>{person.name.clone()}</a></th>
            <td class="nowrap" data-label=l.t("accounts.invite.phone")>{phone}</td>
            <td data-label=l.t("accounts.invite.email")>{email}</td>
            <td data-label=l.t("accounts.invite.kind")>{parts::or_dashes(Some(words.join(&l.t("list.comma"))))}</td>
            <td data-label=l.t("accounts.people.state")>{state_tag(l, person)}</td>
        </tr>
    }
    .into_any()
}

fn state_tag(l: Locale, person: &PersonRow) -> AnyView {
    match person.disabled_at {
        Some(_) => parts::tag(Tone::Muted, l.t("accounts.people.state.disabled")),
        None => parts::tag(Tone::Done, l.t("accounts.people.state.active")),
    }
}

/// Invitations that nobody answered yet; whoever may open them gets there from here.
pub fn invitations(l: Locale, current: &Current, links: &[Link], open: bool) -> Option<AnyView> {
    (!links.is_empty()).then(|| {
        let items = links
            .iter()
            .map(|link| {
                let role = link.role_kind.map(|kind| l.t(&format!("accounts.role.{kind}"))).unwrap_or_default();
                let state = l.t(state_word(link.state(current.now)));
                let href = open.then(|| format!("/invitations/{}", link.id));
                view! {
                    <li>
                        <a href=href>
                            <span>{link.name.clone()}</span>
                            <span class="tasks__why">{role}</span>
                            <span class="tasks__due">{state}</span>
                        </a>
                    </li>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        view! {
            <h2>{l.t("accounts.people.invited")}</h2>
            <ul class="tasks">{items}</ul>
        }
        .into_any()
    })
}

/// What the page of one person shows.
pub struct Shown {
    pub person: PersonRow,
    pub roles: Vec<RoleRow>,
    pub members: Vec<Member>,
    pub sessions: usize,
    /// The refusal that keeps mail from the person's address.
    pub refused: Option<Suppressed>,
}

/// One person with roles and what an admin may do.
pub fn person(state: &AppState, current: &Current, shown: &Shown) -> Response {
    let Shown { person, roles, members, sessions, refused } = shown;
    let l = current.locale;
    let title = person.name.clone();
    Page::new(current, title.clone()).render(state, || {
        let [phone, email] = reach(person, current.masks_contacts());
        let rows = vec![
            (l.t("accounts.invite.phone"), phone),
            (l.t("accounts.invite.email"), email),
            (l.t("accounts.people.since"), person.created_at.show()),
            (l.t("accounts.people.sessions"), sessions.to_string()),
        ];
        let roles = roles.iter().map(|role| held(current, person.id, role, members)).collect::<Vec<_>>();
        view! {
            {parts::breadcrumbs(l, &[("/people", l.t("accounts.people.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            <p>{state_tag(l, person)}</p>
            {facts(rows)}
            {refused.as_ref().map(|refused| refused_address(current, refused, None, &format!("/people/{}", person.id)))}
            <h2>{l.t("accounts.people.roles")}</h2>
            {if roles.is_empty() { view! { <p>{l.t("accounts.people.no_role")}</p> }.into_any() } else { roles.into_any() }}
            {account(current, person)}
        }
        .into_any()
    })
}

/// What may be done with the account: by staff a new password, by admins barring and letting in.
fn account(current: &Current, person: &PersonRow) -> Option<AnyView> {
    let l = current.locale;
    let acts = if person.disabled_at.is_some() {
        current.is_admin().then(|| {
            view! {
                <form method="post" action=format!("/people/{}/enable", person.id)>
                    <button class="button">{l.t("accounts.people.enable")}</button>
                </form>
            }
            .into_any()
        })
    } else {
        let disable = current.is_admin().then(|| {
            asked(
                l.t("accounts.people.disable"),
                l.tn("accounts.people.disable_lead", &[("name", &person.name)]),
                format!("/people/{}/disable", person.id),
            )
        });
        current.is_staff().then(|| {
            view! {
                <p><a href=format!("/people/{}/password", person.id)>{l.t("accounts.people.new_password")}</a></p>
                {disable}
            }
            .into_any()
        })
    };
    acts.map(|acts| view! { <h2>{l.t("accounts.people.account")}</h2> {acts} }.into_any())
}

fn held(current: &Current, person: PersonId, role: &RoleRow, members: &[Member]) -> AnyView {
    let l = current.locale;
    let kind = l.t(&format!("accounts.role.{}", role.kind));
    let member = members.iter().find(|member| Some(member.id) == role.member_id);
    let words = member.map_or_else(|| kind.clone(), |member| format!("{} · {kind}", member.name));
    let end = current.is_admin().then(|| {
        asked(
            l.t("accounts.people.end_role"),
            l.tn("accounts.people.end_role_lead", &[("role", &words)]),
            format!("/people/{person}/roles/{}/end", role.id),
        )
    });
    view! { <h3>{words.clone()}</h3> {end} }.into_any()
}

/// An act that is asked for first: what it takes away, then its button.
pub fn asked(words: String, lead: String, action: String) -> AnyView {
    view! {
        <details class="disclosure">
            <summary>{words.clone()}</summary>
            <div>
                <p>{lead}</p>
                <form method="post" action=action><button class="button button--danger">{words}</button></form>
            </div>
        </details>
    }
    .into_any()
}
