//! Writing messages into the outbox.

use std::collections::BTreeSet;

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use super::{
    acts, look, secret,
    suppressed::{self, Suppressed},
};
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::{DeliveryId, MessageId},
    outbox::{
        Attachment, Channel, DeliveryState, NewMessage, Recipient, Subject,
        entity::{content, delivery, message},
    },
    state::Options,
};

/// How many rows one insert carries; PostgreSQL allows 65,535 values in a statement.
const ROWS_AT_ONCE: usize = 500;

/// Writes a message and its deliveries; they leave after the transaction is committed, except to addresses that were
/// refused before.
pub async fn enqueue(tx: &Tx, options: &Options, new: NewMessage) -> Result<MessageId> {
    let id = MessageId::new();
    tx.has_mail();
    if new.about.kind == Subject::ACCOUNT_LINK {
        for recipient in &new.recipients {
            acts::cancel_older_links(tx, new.about.id, &recipient.email).await?;
        }
    }
    let domain = options.mail_from.rsplit('@').next().unwrap_or("localhost").trim_end_matches('>');
    message::ActiveModel {
        id: Set(id),
        rfc_id: Set(format!("{}@{domain}", id.0.simple())),
        about_kind: Set(new.about.kind.to_owned()),
        about_id: Set(new.about.id),
        sender: Set(options.mail_from.clone()),
        reply_to: Set(new.reply_to),
        title: Set(new.title),
        body_text: Set(new.text),
        body_html: Set(new.html),
        attachments: Set(serde_json::to_string(&new.attachments).map_err(AppError::internal)?),
        thread: Set(look::thread(&**tx, new.about.kind, new.about.id).await?),
        shown_together: Set(new.shown_together),
        created_at: Set(tx.now),
        text_removed_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    carry(tx, id, &new.attachments).await?;
    let refused = suppressed::refusals(&**tx, new.recipients.iter().map(|recipient| recipient.email.as_str())).await?;
    for recipients in new.recipients.chunks(ROWS_AT_ONCE) {
        let rows =
            recipients.iter().map(|recipient| row(tx, id, recipient, refused.get(&suppressed::key(&recipient.email))));
        delivery::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    if !refused.is_empty() {
        secret::forget(tx, &[id]).await?;
    }
    Ok(id)
}

/// A delivery that waits, or one that does not leave because its address was refused before.
fn row(tx: &Tx, message: MessageId, recipient: &Recipient, refused: Option<&Suppressed>) -> delivery::ActiveModel {
    delivery::ActiveModel {
        id: Set(DeliveryId::new()),
        message_id: Set(message),
        member_id: Set(recipient.member),
        name: Set(recipient.name.clone()),
        email: Set(recipient.email.clone()),
        channel: Set(Channel::Mail),
        group_id: Set(None),
        state: Set(refused.map_or(DeliveryState::Queued, |_| DeliveryState::Suppressed)),
        attempts: Set(0),
        times_uncertain: Set(0),
        created_at: Set(tx.now),
        next_at: Set(tx.now),
        tried_since: Set(None),
        lease_until: Set(None),
        lease_owner: Set(None),
        body_started_at: Set(None),
        tried_at: Set(None),
        settled_at: Set(refused.map(|_| tx.now)),
        handled_at: Set(None),
        supersedes: Set(None),
        server: Set(refused.and_then(|refused| refused.server.clone())),
        tls: Set(None),
        reply_code: Set(refused.and_then(|refused| refused.reply_code)),
        enhanced_code: Set(refused.and_then(|refused| refused.enhanced_code.clone())),
        reply: Set(refused.map(|refused| refused.words.clone())),
        refused_at: Set(refused.map(|refused| refused.since)),
        ..Default::default()
    }
}

/// Notes the content that goes with a message, so that it is kept as long as the message needs it.
pub(super) async fn carry(tx: &Tx, message: MessageId, attachments: &[Attachment]) -> Result<()> {
    let hashes: BTreeSet<&str> = attachments.iter().map(|attachment| attachment.hash.as_str()).collect();
    if !hashes.is_empty() {
        let rows = hashes
            .into_iter()
            .map(|hash| content::ActiveModel { hash: Set(hash.to_owned()), message_id: Set(message) });
        content::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}
