//! What comes back about a mail of ours. A delivery report that came to the signed return path of a delivery moves that
//! delivery and no other; anybody can write one that comes otherwise, so it only claims something until staff believe it.
//! What a machine answers for somebody is filed to what the mail was about, and asks nothing of anybody.

use axum::{
    extract::{Path, State},
    response::Response,
};
use uuid::Uuid;

use super::{
    mail::{Bounced, Parsed},
    model::{Conversation, Nature, Way},
    store::{self, Claimed},
    token,
};
use crate::{
    audit,
    current::Current,
    db::Tx,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::{DeliveryId, InboundMailId, MemberId},
    outbox::{
        entity::{delivery, message},
        store::BouncedAs,
    },
    state::{AppState, Options},
    text::Message,
};

/// The mail of ours that a report is about, or that a machine answers.
pub struct Told {
    nature: Nature,
    kind: String,
    about: Uuid,
    /// The delivery that it is about, and its member.
    delivery: Option<(DeliveryId, Option<MemberId>)>,
    /// Whether it came to that delivery's own return path.
    is_proved: bool,
    /// What it says of deliveries without proof.
    pub claims: Vec<Claimed>,
}

/// What a mail says of mails of ours; what is proved of that is done.
pub async fn told(options: &Options, tx: &Tx, parsed: &Parsed) -> Result<Option<Told>> {
    if parsed.nature() != Nature::Report || parsed.problem.is_some() {
        return Ok(None);
    }
    if let Some((delivery, message)) = came_to(options, tx, parsed).await? {
        return proved(tx, parsed, delivery, message).await.map(Some);
    }
    let Some(original) = parsed.original.as_deref() else { return Ok(None) };
    let Some(message) = store::message(&**tx, original).await? else { return Ok(None) };
    let addresses = parsed.bounced.iter().flat_map(|one| &one.recipients).map(String::as_str).collect::<Vec<_>>();
    let named = store::deliveries(&**tx, message.id, &addresses).await?;
    let claims = named.iter().filter_map(|delivery| claim(parsed, delivery, named.len() == 1)).collect();
    let delivery = if let [only] = named.as_slice() { Some((only.id, only.member_id)) } else { None };
    let (kind, about) = (message.about_kind, message.about_id);
    Ok(Some(Told { nature: Nature::Report, kind, about, delivery, is_proved: false, claims }))
}

/// The mail of ours that a machine answers for somebody, by the return path that it came to or by its thread.
pub async fn answered(options: &Options, tx: &Tx, parsed: &Parsed) -> Result<Option<Told>> {
    if parsed.nature() != Nature::AutoReply {
        return Ok(None);
    }
    let (delivery, message) = match came_to(options, tx, parsed).await? {
        Some((delivery, message)) => (Some((delivery.id, delivery.member_id)), message),
        None => match store::nearest(&**tx, &parsed.thread).await? {
            Some(message) => (None, message),
            None => return Ok(None),
        },
    };
    let (kind, about, is_proved) = (message.about_kind, message.about_id, delivery.is_some());
    Ok(Some(Told { nature: Nature::AutoReply, kind, about, delivery, is_proved, claims: Vec::new() }))
}

/// The delivery to whose own return path a mail came, with its message.
async fn came_to(options: &Options, tx: &Tx, parsed: &Parsed) -> Result<Option<(delivery::Model, message::Model)>> {
    match token::returned(options, parsed.recipients.iter().map(String::as_str)) {
        Some(id) => store::delivery(&**tx, id).await,
        None => Ok(None),
    }
}

/// Notes to which delivery's return path a mail of the pen came, for people to see.
pub async fn note_path(options: &Options, tx: &Tx, id: InboundMailId, parsed: &Parsed) -> Result<()> {
    if let Some((delivery, _)) = came_to(options, tx, parsed).await? {
        store::set_delivery(tx, id, delivery.id).await?;
    }
    Ok(())
}

/// One that came to the delivery's own return path. What says nothing of its fate in a form that programs read is
/// left to people.
async fn proved(tx: &Tx, parsed: &Parsed, delivery: delivery::Model, message: message::Model) -> Result<Told> {
    let failed = parsed.bounced.iter().find(|one| one.has_failed);
    if let Some(one) = failed {
        store::came_back(tx, &delivery, as_said(one)).await?;
    }
    let of = (delivery.id, delivery.member_id);
    let claims =
        if parsed.bounced.is_empty() { vec![Claimed { delivery, said: in_words(parsed) }] } else { Vec::new() };
    let (kind, about) = (message.about_kind, message.about_id);
    Ok(Told { nature: Nature::Report, kind, about, delivery: Some(of), is_proved: true, claims })
}

/// What a report claims of this delivery, if that is its failure. A report may name only the mailbox to which ours led.
fn claim(parsed: &Parsed, delivery: &delivery::Model, is_only: bool) -> Option<Claimed> {
    let names = |one: &&Bounced| one.recipients.iter().any(|email| email.eq_ignore_ascii_case(&delivery.email));
    let said = match parsed.bounced.iter().find(names).or(parsed.bounced.first().filter(|_| is_only)) {
        Some(one) if !one.has_failed => return None,
        Some(one) => as_said(one),
        None => in_words(parsed),
    };
    Some(Claimed { delivery: delivery.clone(), said })
}

fn as_said(one: &Bounced) -> BouncedAs {
    BouncedAs { code: one.code, status: one.status.clone(), words: one.words.clone(), server: one.server.clone() }
}

/// A report without codes: its subject says what there is to say.
fn in_words(parsed: &Parsed) -> BouncedAs {
    BouncedAs { words: parsed.subject.clone(), ..BouncedAs::default() }
}

/// Files it to the thing that the mail was about, or notes in the pen what it claims.
pub async fn file(tx: &Tx, id: InboundMailId, told: &Told) -> Result<()> {
    if !told.claims.is_empty() {
        store::add_claims(tx, id, &told.claims).await?;
        return match told.delivery.filter(|_| told.is_proved) {
            Some((delivery, _)) => store::set_delivery(tx, id, delivery).await,
            None => Ok(()),
        };
    }
    store::file(tx, id, &told.kind, told.about, way(&told.kind, told.about, Way::References)).await?;
    let mut member = None;
    if let Some((delivery, of)) = told.delivery {
        member = of;
        store::set_delivery(tx, id, delivery).await?;
    }
    if told.delivery.is_some() || told.nature == Nature::AutoReply {
        store::handle(tx, id).await?;
    }
    let entry = audit::Entry::new("inbound_mail.filed", "inbound_mail").subject(id).of(member);
    audit::record(tx, entry.after(&serde_json::json!({ "nature": told.nature }))).await
}

/// Only conversations have a way by which a mail came there.
fn way(kind: &str, about: Uuid, way: Way) -> Option<Way> {
    Conversation::of(kind, about).map(|_| way)
}

/// Staff believe what a report claims of a delivery.
pub async fn believe(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InboundMailId>,
    mut form: Form,
) -> Result<Response> {
    let chosen: Option<DeliveryId> = form.parsed("delivery");
    let tx = state.begin(&current).await?;
    store::find(&*tx, id).await?;
    let claims = store::claims(&*tx, id).await?;
    let claim = claims.into_iter().find(|claim| Some(claim.delivery.id) == chosen).ok_or(AppError::NotFound)?;
    let delivery = claim.delivery.id;
    if !store::came_back(&tx, &claim.delivery, claim.said).await? {
        return Err(AppError::Refused(Message::of("conversations.believed_already")));
    }
    if let Some((_, message)) = store::delivery(&*tx, delivery).await? {
        let way = way(&message.about_kind, message.about_id, Way::ByHand);
        if store::file(&tx, id, &message.about_kind, message.about_id, way).await? {
            store::set_delivery(&tx, id, delivery).await?;
        }
    }
    store::handle(&tx, id).await?;
    let entry = audit::Entry::new("inbound_mail.believed", "inbound_mail").subject(id).of(claim.delivery.member_id);
    audit::record(&tx, entry.after(&serde_json::json!({ "delivery": delivery }))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/outbox/{delivery}"), &Message::of("conversations.done.believed")))
}
