//! The people of one member, and one role among them.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    invite::Place,
    page::{asked, facts, invitations, reach},
    store::{PersonRow, RoleRow},
};
use crate::{
    accounts::{RoleKind, links::store::Link},
    current::Current,
    form::Form,
    ids::{PlantId, RoleId},
    outbox::{refused_address, store::Suppressed},
    shell::Page,
    state::AppState,
    ui::{field::Fields, parts, stale},
};

/// What the list shows.
pub struct Listed {
    pub roles: Vec<RoleRow>,
    pub people: Vec<PersonRow>,
    pub plants: Vec<(RoleId, PlantId)>,
    pub invitations: Vec<Link>,
}

/// The member that the place is, as a crumb: its address and its name.
fn above(place: &Place) -> (String, String) {
    place.member.as_ref().map(|member| (format!("/members/{}", member.id), member.name.clone())).unwrap_or_default()
}

pub fn list(state: &AppState, current: &Current, place: &Place, listed: &Listed) -> Response {
    let l = current.locale;
    let title = l.t("accounts.people.title");
    let (href, name) = above(place);
    Page::new(current, title.clone()).render(state, || {
        let may_change = may_change(current, place);
        let rows = listed.roles.iter().filter_map(|role| row(current, place, role, listed)).collect::<Vec<_>>();
        let table = if rows.is_empty() {
            parts::empty(l.t("accounts.people.nobody"), None)
        } else {
            view! {
                <div class="table-wrap" role="region" tabindex="0" aria-label=title.clone()>
                    <table class="table table--cards">
                        <thead><tr>
                            <th scope="col">{l.t("accounts.invite.name")}</th>
                            <th scope="col">{l.t("accounts.invite.phone")}</th>
                            <th scope="col">{l.t("accounts.invite.kind")}</th>
                            <th scope="col">{l.t("accounts.invite.plants")}</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        view! {
            {parts::breadcrumbs(l, &[(&href, name.clone())], title.clone())}
            <div class="page-head">
                <h1>{title.clone()}</h1>
                {may_change.then(|| view! {
                    <div class="actions">
                        <a class="button" href=format!("{}/invite", place.list())>{l.t("accounts.people.invite")}</a>
                    </div>
                })}
            </div>
            <p class="lead">{name.clone()}</p>
            {table}
            {invitations(l, current, &listed.invitations, may_change)}
        }
        .into_any()
    })
}

/// Whether the asker is more than a reader, and so sees how people are reached.
fn may_change(current: &Current, place: &Place) -> bool {
    place.member.as_ref().is_some_and(|member| current.administers_member(member.id).is_ok())
}

fn row(current: &Current, place: &Place, role: &RoleRow, listed: &Listed) -> Option<AnyView> {
    let l = current.locale;
    let person = listed.people.iter().find(|person| person.id == role.person_id)?;
    let ids: Vec<PlantId> = listed.plants.iter().filter(|(of, _)| *of == role.id).map(|(_, plant)| *plant).collect();
    let plants = if role.kind == RoleKind::MemberAdmin {
        l.t("accounts.people.all_plants")
    } else {
        parts::or_dashes(Some(place.names(&ids).join(&l.t("list.comma"))))
    };
    let [phone, _] = reach(person, !may_change(current, place));
    let row = view! {
        <tr>
            <th scope="row"><a href=format!("{}/{}", place.list(), role.id)>{person.name.clone()}</a></th>
            <td class="nowrap" data-label=l.t("accounts.invite.phone")>{phone}</td>
            <td data-label=l.t("accounts.invite.kind")>{l.t(&format!("accounts.role.{}", role.kind))}</td>
            <td data-label=l.t("accounts.invite.plants")>{plants}</td>
        </tr>
    };
    Some(row.into_any())
}

/// What the page of one role shows.
pub struct Shown<'a> {
    pub place: &'a Place,
    pub role: &'a RoleRow,
    pub person: &'a PersonRow,
    /// The refusal that keeps mail from the person's address.
    pub refused: Option<Suppressed>,
}

/// One role: its person, its plants, its end. `stored` is what somebody else chose meanwhile, if they did.
pub fn role(state: &AppState, current: &Current, shown: &Shown, form: &Form, stored: Option<&Form>) -> Response {
    let Shown { place, role, person, refused } = shown;
    let l = current.locale;
    let title = person.name.clone();
    let list = place.list();
    let (href, name) = above(place);
    let status = match stored {
        Some(_) => StatusCode::CONFLICT,
        None if form.has_errors() => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let named = |_: &str, id: &str| id.parse().map_or_else(|_| id.to_owned(), |id| place.names(&[id]).concat());
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let kind = l.t(&format!("accounts.role.{}", role.kind));
        let may_change = may_change(current, place);
        let [phone, email] = reach(person, !may_change);
        let rows = vec![
            (l.t("accounts.invite.phone"), phone),
            (l.t("accounts.invite.email"), email),
            (l.t("accounts.invite.kind"), kind.clone()),
        ];
        let chosen: Vec<PlantId> = form.values("plants").filter_map(|id| id.parse().ok()).collect();
        let plants = (!may_change && role.kind == RoleKind::MemberOperator)
            .then(|| facts(vec![(l.t("accounts.invite.plants"), place.names(&chosen).join(&l.t("list.comma")))]));
        let choosing = (may_change && role.kind == RoleKind::MemberOperator).then(|| {
            view! {
                <form class="form" method="post">
                    {fields.hidden("row_version")}
                    {fields.checkboxes("plants", place.options())}
                    <button class="button">{l.t("accounts.people.save_plants")}</button>
                </form>
            }
        });
        let reset = current.is_staff().then(|| {
            let href = format!("/people/{}/password", person.id);
            view! { <p><a href=href>{l.t("accounts.people.new_password")}</a></p> }
        });
        view! {
            {parts::breadcrumbs(l, &[(&href, name.clone()), (&list, l.t("accounts.people.title"))], title.clone())}
            {fields.summary()}
            {stored.map(|stored| stale::differences(fields, stored, &named))}
            <h1>{title.clone()}</h1>
            {facts(rows)}
            {refused.as_ref().map(|refused| refused_address(current, refused, None, &format!("{list}/{}", role.id)))}
            {plants}
            {choosing}
            {reset}
            {may_change.then(|| asked(
                l.t("accounts.people.end_role"),
                l.tn("accounts.people.end_role_lead", &[("role", &format!("{name} · {kind}"))]),
                format!("{list}/{}/end", role.id),
            ))}
        }
        .into_any()
    })
}
