//! Telling the other side what happened: the member when the secretariat moved its issue, the owner when the
//! member did (the office's address where there is none, or none that still acts for it), the new owner when
//! it was handed over. In the transaction of the act; where nobody has an address nothing is written, and the
//! page says so.

use super::{
    model::EventKind,
    reach::Reach,
    store::{Issue, issue::Details},
};
use crate::{
    accounts::{self, store::Known},
    conversations,
    db::{ConnectionTrait, Tx},
    error::Result,
    ids::PersonId,
    members::{
        self,
        model::{Duty, split_duties},
        store::Contact,
    },
    outbox::{self, NewMessage, Recipient, Subject},
    settings::{self, Association},
    state::AppState,
    text::Locale,
};

/// Writes the mail of one line of the timeline; `by_office` says which side did it.
pub async fn tell(
    state: &AppState,
    tx: &Tx,
    issue: &Issue,
    kind: EventKind,
    by_office: bool,
    details: &Details,
) -> Result<()> {
    let (recipients, locale) = match kind {
        EventKind::Remark => return Ok(()),
        EventKind::HandedOver => of_staff(&**tx, details.to).await?,
        EventKind::Taken if issue.filed_by.is_some() && issue.filed_by == tx.actor.person => return Ok(()),
        _ if by_office => of_member(&**tx, issue).await?,
        _ => of_office(&**tx, issue).await?,
    };
    if recipients.is_empty() {
        return Ok(());
    }
    let what = locale.t(&format!("issues.event.{kind}"));
    let title = locale.tn("issues.mail.title", &[("number", &issue.number), ("what", &what), ("title", &issue.title)]);
    let address = state.options.url(&format!("/issues/{}", issue.id));
    let said = match kind {
        EventKind::Filed => issue.body.clone(),
        _ => details.text.clone().unwrap_or_default(),
    };
    let mut text =
        locale.tn("issues.mail.intro", &[("number", &issue.number), ("what", &what), ("title", &issue.title)]);
    if !said.is_empty() {
        text.push_str("\n\n");
        text.push_str(&said);
    }
    text.push_str("\n\n");
    text.push_str(&locale.tn("issues.mail.link", &[("address", &address)]));
    // What somebody of the secretariat answers by mail would reach no member, so nothing asks them to.
    let to_member = by_office && kind != EventKind::HandedOver;
    let reply_to = conversations::address(&state.options, issue.id.into()).filter(|_| to_member);
    let message = NewMessage {
        about: Subject { kind: "issue", id: issue.id.0 },
        title,
        text,
        html: None,
        reply_to,
        attachments: Vec::new(),
        recipients,
        shown_together: false,
    };
    outbox::enqueue(tx, &state.options, message).await.map(drop)
}

/// Whether anybody of the member can be reached by mail; else the page shows the phones.
pub async fn reaches_member(conn: &impl ConnectionTrait, issue: &Issue) -> Result<bool> {
    Ok(!of_member(conn, issue).await?.0.is_empty())
}

/// Whoever filed it, while the issue is their own; else the member's contacts for everything; else whoever of
/// its contacts has an address.
async fn of_member(conn: &impl ConnectionTrait, issue: &Issue) -> Result<(Vec<Recipient>, Locale)> {
    if let Some(filed_by) = issue.filed_by
        && let Some(person) = accounts::store::person(conn, filed_by).await?
        && Reach::of(&person.roles).holds(issue.member_id, issue.plant_id)
        && let Some(known) = accounts::store::known(conn, &[filed_by]).await?.into_iter().find(|k| k.email.is_some())
    {
        return Ok(one(known, Some(issue)));
    }
    let mut contacts = members::store::contacts_of(conn, &[issue.member_id]).await?;
    contacts.retain(|contact| contact.email.is_some());
    let general = |contact: &Contact| split_duties(&contact.duties).contains(&Duty::General);
    if contacts.iter().any(general) {
        contacts.retain(general);
    }
    let recipients = contacts.into_iter().filter_map(|contact| {
        Some(Recipient { name: contact.name, email: contact.email?, member: Some(issue.member_id) })
    });
    Ok((recipients.collect(), Locale::Zh))
}

async fn of_office(conn: &impl ConnectionTrait, issue: &Issue) -> Result<(Vec<Recipient>, Locale)> {
    let owner = of_staff(conn, issue.owner_id).await?;
    if !owner.0.is_empty() {
        return Ok(owner);
    }
    let association: Association = settings::load(conn).await?.value;
    let recipient = Recipient { name: association.name, email: association.email, member: None };
    let recipients = if recipient.email.is_empty() { Vec::new() } else { vec![recipient] };
    Ok((recipients, Locale::Zh))
}

/// A person, if they act for the secretariat now.
async fn of_staff(conn: &impl ConnectionTrait, person: Option<PersonId>) -> Result<(Vec<Recipient>, Locale)> {
    let Some(person) = person else { return Ok((Vec::new(), Locale::Zh)) };
    let known = accounts::store::staff(conn).await?.into_iter().find(|known| known.id == person);
    Ok(known.map_or_else(|| (Vec::new(), Locale::Zh), |known| one(known, None)))
}

fn one(known: Known, issue: Option<&Issue>) -> (Vec<Recipient>, Locale) {
    let locale = known.locale.unwrap_or_default();
    let recipient =
        known.email.map(|email| Recipient { name: known.name, email, member: issue.map(|issue| issue.member_id) });
    (recipient.into_iter().collect(), locale)
}
