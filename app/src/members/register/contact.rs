//! Adding, changing and removing a contact of a member.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use super::{Answer, Task};
use crate::{
    audit,
    current::Current,
    flash,
    form::Form,
    ids::{ContactId, MemberId, TextEnum},
    members::{
        email::Email,
        model::{ContactFacts, Duty, join_duties, split_duties},
        phone::Phone,
        store::{self, Contact, Member},
    },
    once, outbox,
    shell::Page,
    state::AppState,
    text::Message,
    ui::{field::Fields, parts, stale},
};

const SCOPE: &str = "members.contact";

pub async fn ask_new(State(state): State<AppState>, current: Current, Path(id): Path<MemberId>) -> Answer {
    current.administers_member(id)?;
    let member = store::member(state.db.reader(), id).await?;
    Ok(page(&state, &current, &member, None, &Form::new(SCOPE), &Task::Add))
}

pub async fn add(State(state): State<AppState>, current: Current, Path(id): Path<MemberId>, form: Form) -> Answer {
    current.administers_member(id)?;
    let member = store::member(state.db.reader(), id).await?;
    let mut form = form.scoped(SCOPE);
    let facts = read(&mut form);
    if form.has_errors() {
        return Ok(page(&state, &current, &member, None, &form, &Task::Add));
    }
    let here = format!("/members/{id}");
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let contact = store::add_contact(&tx, id, &facts).await?;
    outbox::store::lift(&tx, facts.email.as_deref().as_slice()).await?;
    let entry = audit::Entry::new("contact.added", "contact").subject(contact).member(id);
    audit::record(&tx, entry.after(&summary(&facts))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("members.saved").with("name", facts.name)))
}

pub async fn ask_change(State(state): State<AppState>, current: Current, Path(id): Path<ContactId>) -> Answer {
    let (contact, member) = found(&state, &current, id).await?;
    Ok(page(&state, &current, &member, Some(id), &filled(&contact), &Task::Change))
}

pub async fn change(State(state): State<AppState>, current: Current, Path(id): Path<ContactId>, form: Form) -> Answer {
    let (old, member) = found(&state, &current, id).await?;
    let mut form = form.scoped(SCOPE);
    let facts = read(&mut form);
    if form.has_errors() {
        return Ok(page(&state, &current, &member, Some(id), &form, &Task::Change));
    }
    let version = form.value("row_version").parse().unwrap_or(0);
    let tx = state.begin(&current).await?;
    if !store::change_contact(&tx, id, version, &facts).await? {
        drop(tx);
        let now = store::contact(state.db.reader(), id).await?;
        form.set("row_version", now.row_version);
        return Ok(page(&state, &current, &member, Some(id), &form, &Task::Stale(Box::new(filled(&now)))));
    }
    if facts.email != old.email {
        outbox::store::lift(&tx, facts.email.as_deref().as_slice()).await?;
    }
    let entry = audit::Entry::new("contact.changed", "contact").subject(id).member(member.id);
    audit::record(&tx, entry.before(&summary(&known(&old))).after(&summary(&facts))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/members/{}", member.id), &Message::of("members.saved").with("name", facts.name)))
}

/// The address that was refused is right: mail goes to it again.
pub async fn write_again(State(state): State<AppState>, current: Current, Path(id): Path<ContactId>) -> Answer {
    let (contact, member) = found(&state, &current, id).await?;
    outbox::write_again(&state, &current, contact.email.as_deref(), &format!("/members/{}", member.id)).await
}

pub async fn remove(State(state): State<AppState>, current: Current, Path(id): Path<ContactId>, form: Form) -> Answer {
    let (contact, member) = found(&state, &current, id).await?;
    let version = form.value("row_version").parse().unwrap_or(0);
    let tx = state.begin(&current).await?;
    if !store::remove_contact(&tx, id, version).await? {
        drop(tx);
        let now = filled(&store::contact(state.db.reader(), id).await?);
        return Ok(page(&state, &current, &member, Some(id), &now, &Task::Stale(Box::new(now.clone()))));
    }
    let entry = audit::Entry::new("contact.removed", "contact").subject(id).member(member.id);
    audit::record(&tx, entry.before(&summary(&known(&contact)))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/members/{}", member.id), &Message::of("members.contact.removed")))
}

async fn found(state: &AppState, current: &Current, id: ContactId) -> crate::error::Result<(Contact, Member)> {
    let contact = store::contact(state.db.reader(), id).await?;
    current.administers_member(contact.member_id)?;
    let member = store::member(state.db.reader(), contact.member_id).await?;
    Ok((contact, member))
}

/// The contact as it is stored, in the shape in which it is typed.
pub(in crate::members) fn known(contact: &Contact) -> ContactFacts {
    ContactFacts {
        name: contact.name.clone(),
        title: contact.title.clone(),
        phone: contact.phone.clone(),
        email: contact.email.clone(),
        duties: split_duties(&contact.duties),
    }
}

/// What the audit is told of it; it does not keep number and address, only that they changed.
pub(in crate::members) fn summary(facts: &ContactFacts) -> serde_json::Value {
    let stored = join_duties(&facts.duties);
    serde_json::json!({
        "name": facts.name,
        "title": facts.title,
        "phone": facts.phone,
        "email": facts.email,
        "duties": split_duties(&stored),
    })
}

fn read(form: &mut Form) -> ContactFacts {
    let name = form.required("name", 40);
    let title = form.optional("title", 40);
    let phone = form.optional("phone", 60).and_then(|text| match Phone::parse(&text) {
        Ok(phone) => Some(phone.as_str().to_owned()),
        Err(error) => {
            form.refuse("phone", error.message());
            None
        }
    });
    let email = form.optional("email", 254).and_then(|text| match Email::parse(&text) {
        Ok(email) => Some(email.as_str().to_owned()),
        Err(error) => {
            form.refuse("email", error.message());
            None
        }
    });
    ContactFacts { name, title, phone, email, duties: form.choices("duties") }
}

fn filled(contact: &Contact) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("name", &contact.name);
    form.set("title", contact.title.as_deref().unwrap_or_default());
    form.set("phone", contact.phone.as_deref().unwrap_or_default());
    form.set("email", contact.email.as_deref().unwrap_or_default());
    // In the order of the boxes, as a browser sends them.
    let stored = split_duties(&contact.duties);
    for duty in Duty::ALL.iter().filter(|duty| stored.contains(duty)) {
        form.add("duties", duty.word());
    }
    form.set("row_version", contact.row_version);
    form
}

fn page(
    state: &AppState,
    current: &Current,
    member: &Member,
    contact: Option<ContactId>,
    form: &Form,
    task: &Task,
) -> Response {
    let l = current.locale;
    let title = l.t(if contact.is_some() { "members.contact.edit" } else { "members.contact.new" });
    let status = if matches!(task, Task::Stale(_)) { StatusCode::CONFLICT } else { StatusCode::OK };
    Page::new(current, title.clone()).status(status).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let here = format!("/members/{}", member.id);
        let action = contact.map_or_else(|| format!("{here}/contacts/new"), |id| format!("/contacts/{id}/edit"));
        let above = [("/members", l.t("members.title")), (here.as_str(), member.name.clone())];
        let duties = fields.options::<Duty>("members.duty");
        let say = |name: &str, value: &str| match name {
            "duties" => l.t(&format!("members.duty.{value}")),
            _ => value.to_owned(),
        };
        let stale = match task {
            Task::Stale(stored) => Some(stale::differences(fields, stored, &say)),
            Task::Add | Task::Change => None,
        };
        let remove = contact.map(|id| {
            view! {
                <form method="post" action=format!("/contacts/{id}/remove")>
                    {fields.hidden("row_version")}
                    <button class="button button--quiet">{l.t("members.contact.remove")}</button>
                </form>
            }
        });
        view! {
            {parts::breadcrumbs(l, &above, title.clone())}
            {fields.summary()}
            {stale}
            <h1>{title.clone()}</h1>
            <form class="form" method="post" action=action>
                {if contact.is_some() { fields.hidden("row_version") } else { fields.once() }}
                {fields.text("name").max(40).view()}
                {fields.text("title").max(40).optional().view()}
                {fields.text("phone").max(60).optional().view()}
                {fields.text("email").max(254).optional().view()}
                {fields.checkboxes("duties", duties)}
                <button class="button button--big">{l.t("members.save")}</button>
            </form>
            {remove}
        }
        .into_any()
    })
}
