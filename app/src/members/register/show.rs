//! One member: its facts, the state of its licence, its plants and its contacts.

use std::collections::HashMap;

use axum::extract::{Path, State};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Answer, leaving};
use crate::{
    current::Current,
    ids::{MemberId, TextEnum},
    members::{
        contacts,
        model::split_duties,
        store::{self, Contact, Member, Plant},
    },
    outbox::{self, store::Suppressed},
    shell::Page,
    state::AppState,
    ui::parts::{self, Tone, tag},
};

pub async fn show(State(state): State<AppState>, current: Current, Path(id): Path<MemberId>) -> Answer {
    current.sees_member(id)?;
    let conn = state.db.reader();
    let member = store::member(conn, id).await?;
    let mut plants = store::all_plants_of(conn, id).await?;
    plants.retain(|plant| current.sees_plant(id, plant.id).is_ok());
    let people = store::contacts_of(conn, &[id]).await?;
    let refused = outbox::store::refusals(conn, people.iter().filter_map(|contact| contact.email.as_deref())).await?;
    let l = current.locale;
    let may_change = current.administers_member(id).is_ok();
    Ok(Page::new(&current, member.name.clone()).render(&state, || {
        view! {
            {parts::breadcrumbs(l, &[("/members", l.t("members.title"))], member.name.clone())}
            <div class="page-head">
                <h1>{member.name.clone()}</h1>
                {(may_change || current.is_office()).then(|| view! {
                    <div class="actions">
                        <a class="button button--quiet" href=format!("/members/{id}/people")>{l.t("members.people")}</a>
                        {may_change.then(|| view! {
                            <a class="button button--quiet" href=format!("/members/{id}/edit")>{l.t("members.edit")}</a>
                        })}
                        {(current.is_staff() && member.left_at.is_none()).then(|| view! {
                            <a class="button button--quiet" href=format!("/members/{id}/leave")>{l.t("members.leaving.title")}</a>
                        })}
                    </div>
                })}
            </div>
            {leaving::notice(&current, &member)}
            {facts(&current, &member)}
            <h2>{l.t("members.plants")}</h2>
            {plant_list(&current, &member, plants, may_change)}
            <h2>{l.t("members.contacts")}</h2>
            {contact_list(&current, &member, people, &refused, may_change)}
        }
        .into_any()
    }))
}

fn facts(current: &Current, member: &Member) -> AnyView {
    let l = current.locale;
    let confirmed = member.licence_confirmed_at;
    let state = match confirmed {
        Some(at) => tag(Tone::Done, l.tn("members.licence.confirmed_at", &[("at", &at.show())])),
        None => tag(Tone::Wait, l.t("members.licence.open")),
    };
    let licence = member.licence_file_id.map(|_| {
        view! { <p><a href=format!("/members/{}/licence", member.id)>{l.t("members.licence.file")}</a></p> }
    });
    let confirm = (confirmed.is_none() && current.is_staff()).then(|| {
        view! {
            <form method="post" action=format!("/members/{}/licence", member.id)>
                <input type="hidden" name="row_version" value=member.row_version.to_string() />
                <button class="button">{l.t("members.licence.confirm")}</button>
            </form>
        }
    });
    let despite = member.code_override.clone().map(|reason| {
        view! { <p class="quiet">{l.tn("members.override.shown", &[("reason", &reason)])}</p> }
    });
    view! {
        <dl class="summary-list">
            <div><dt>{l.t("members.member.short_name")}</dt><dd>{parts::or_dashes(member.short_name.clone())}</dd></div>
            <div><dt>{l.t("members.member.credit_code")}</dt><dd>{member.credit_code.clone()}{despite}</dd></div>
            <div><dt>{l.t("members.column.licence")}</dt><dd>{state}{licence}{confirm}</dd></div>
        </dl>
    }
    .into_any()
}

fn plant_list(current: &Current, member: &Member, plants: Vec<Plant>, may_change: bool) -> AnyView {
    let l = current.locale;
    let href = format!("/members/{}/plants/new", member.id);
    if plants.is_empty() {
        let next = may_change.then(|| (href.as_str(), l.t("members.plant.new")));
        return parts::empty(l.t("members.plants.none"), next);
    }
    let rows = plants
        .into_iter()
        .map(|plant| {
            let closed = plant.closed_at.is_some().then(|| tag(Tone::Muted, l.t("members.closed")));
            view! {
                <tr>
                    <th scope="row"><a href=format!("/plants/{}", plant.id)>{plant.name}</a> " " {closed}</th>
                    <td data-label=l.t("members.plant.kind")>{l.say(&plant.kind.name())}</td>
                    <td data-label=l.t("members.plant.address")>{plant.address_line}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("members.plants")>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{l.t("members.plant.name")}</th>
                        <th scope="col">{l.t("members.plant.kind")}</th>
                        <th scope="col">{l.t("members.plant.address")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {may_change.then(|| view! { <p><a class="button button--quiet" href=href>{l.t("members.plant.new")}</a></p> })}
    }
    .into_any()
}

fn contact_list(
    current: &Current,
    member: &Member,
    people: Vec<Contact>,
    refused: &HashMap<String, Suppressed>,
    may_change: bool,
) -> AnyView {
    let l = current.locale;
    let href = format!("/members/{}/contacts/new", member.id);
    if people.is_empty() {
        let next = may_change.then(|| (href.as_str(), l.t("members.contact.new")));
        return parts::empty(l.t("members.contacts.none"), next);
    }
    let rows = people
        .into_iter()
        .map(|contact| {
            let duties: Vec<String> =
                split_duties(&contact.duties).iter().map(|d| l.t(&format!("members.duty.{}", d.word()))).collect();
            let edit = may_change.then(|| {
                view! {
                    <td>
                        <a href=format!("/contacts/{}/edit", contact.id)>
                            {l.t("members.change")}<span class="visually-hidden">{contact.name.clone()}</span>
                        </a>
                    </td>
                }
            });
            let refused = contact.email.as_ref().and_then(|email| refused.get(&email.to_ascii_lowercase())).map(|refused| {
                let action = may_change.then(|| format!("/contacts/{}/write-again", contact.id));
                outbox::refused_address(current, refused, action.as_deref(), &format!("/members/{}", member.id))
            });
            let name = match &contact.title {
                Some(title) => format!("{}（{title}）", contact.name),
                None => contact.name.clone(),
            };
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td data-label=l.t("members.contact.phone") class="nowrap">{parts::or_dashes(contacts::phone(current, &contact))}</td>
                    <td data-label=l.t("members.contact.email")>
                        {parts::or_dashes(contacts::email(current, &contact))} {refused}
                    </td>
                    <td data-label=l.t("members.contact.duties")>{parts::or_dashes(Some(duties.join(&l.t("list.comma"))))}</td>
                    {edit}
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("members.contacts")>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{l.t("members.contact.name")}</th>
                        <th scope="col">{l.t("members.contact.phone")}</th>
                        <th scope="col">{l.t("members.contact.email")}</th>
                        <th scope="col">{l.t("members.contact.duties")}</th>
                        {may_change.then(|| view! { <td></td> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {may_change.then(|| view! { <p><a class="button button--quiet" href=href>{l.t("members.contact.new")}</a></p> })}
    }
    .into_any()
}
