//! What staff do with a delivery: send it again, cancel it, note that its failure was dealt with.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    enqueue,
    list::superseded_by,
    look::{self, Whole},
    secret, suppressed,
};
use crate::{
    audit,
    db::Tx,
    error::{AppError, Result},
    ids::{DeliveryId, MessageId},
    outbox::{
        DeliveryState, Subject,
        entity::{
            delivery::{self, Column},
            message,
        },
    },
    text::Message,
};

/// Sends the same message again, to `email`, with a Message-ID of its own. The old delivery is kept and
/// named by the new one. A delivery is sent again once; after that the newer one is. An address that was refused is
/// written to again: staff sent it there knowingly. Gives the new message and its delivery.
pub async fn resend(tx: &Tx, old: &Whole, email: &str) -> Result<(MessageId, DeliveryId)> {
    // Of two people who do so at once, one waits here for the other; and so does the round that removes old texts.
    delivery::Entity::find_by_id(old.delivery.id).lock_exclusive().one(&**tx).await?;
    let message = message::Entity::find_by_id(old.message.id).lock_exclusive().one(&**tx).await?;
    if message.is_none_or(|message| message.text_removed_at.is_some()) {
        return Err(AppError::Refused(Message::of("outbox.refused.text_removed")));
    }
    if superseded_by(&**tx, old.delivery.id).await?.is_some() {
        return Err(AppError::Refused(Message::of("outbox.refused.resent")));
    }
    suppressed::lift(tx, &[email]).await?;
    let (message_id, id) = (MessageId::new(), DeliveryId::new());
    let domain = old.message.rfc_id.rsplit('@').next().unwrap_or("localhost");
    message::ActiveModel {
        id: Set(message_id),
        rfc_id: Set(format!("{}@{domain}", message_id.0.simple())),
        thread: Set(look::thread(&**tx, &old.message.about_kind, old.message.about_id).await?),
        shown_together: Set(false),
        created_at: Set(tx.now),
        ..(*old.message).clone().into()
    }
    .insert(&**tx)
    .await?;
    enqueue::carry(tx, message_id, &old.message.attachments()).await?;
    delivery::ActiveModel {
        id: Set(id),
        message_id: Set(message_id),
        member_id: Set(old.delivery.member_id),
        name: Set(old.delivery.name.clone()),
        email: Set(email.to_owned()),
        channel: Set(old.delivery.channel),
        group_id: Set(old.delivery.group_id),
        state: Set(DeliveryState::Queued),
        attempts: Set(0),
        times_uncertain: Set(0),
        created_at: Set(tx.now),
        next_at: Set(tx.now),
        tried_since: Set(None),
        lease_until: Set(None),
        lease_owner: Set(None),
        body_started_at: Set(None),
        tried_at: Set(None),
        settled_at: Set(None),
        handled_at: Set(None),
        supersedes: Set(Some(old.delivery.id)),
        server: Set(None),
        tls: Set(None),
        reply_code: Set(None),
        enhanced_code: Set(None),
        reply: Set(None),
        refused_at: Set(None),
        ..Default::default()
    }
    .insert(&**tx)
    .await?;
    tx.has_mail();
    mark_handled(tx, old.delivery.id).await?;
    let entry = audit::Entry::new("delivery.resent", "delivery").subject(old.delivery.id).of(old.delivery.member_id);
    let before = serde_json::json!({ "state": old.delivery.state, "email": old.delivery.email });
    let after = serde_json::json!({ "state": DeliveryState::Queued, "email": email });
    audit::record(tx, entry.before(&before).after(&after)).await?;
    Ok((message_id, id))
}

/// Cancels what is not leaving; `false` when it is too late for that. What was possibly delivered stays so, is
/// not repeated, and waits for nobody.
pub async fn cancel(tx: &Tx, id: DeliveryId) -> Result<bool> {
    let Some(known) = delivery::Entity::find_by_id(id).one(&**tx).await? else { return Ok(false) };
    let before = standing(tx, id).await?;
    let waiting = |states: &[DeliveryState]| {
        delivery::Entity::update_many()
            .filter(Column::Id.eq(id))
            .filter(Column::SettledAt.is_null())
            .filter(Column::State.is_in(states.iter().copied()))
            .col_expr(Column::SettledAt, Expr::value(tx.now))
    };
    let unsent = waiting(&[DeliveryState::Queued, DeliveryState::Deferred])
        .col_expr(Column::State, Expr::value(DeliveryState::Cancelled));
    let repeat = waiting(&[DeliveryState::Uncertain]).col_expr(Column::HandledAt, Expr::value(tx.now));
    let done = unsent.exec(&**tx).await?.rows_affected + repeat.exec(&**tx).await?.rows_affected == 1;
    if done {
        note(tx, "delivery.cancelled", id, before).await?;
        secret::forget(tx, &[known.message_id]).await?;
    }
    Ok(done)
}

/// Cancels the mails with a link that still wait for this address: a newer one about the same thing takes
/// their place.
pub(super) async fn cancel_older_links(tx: &Tx, about: Uuid, email: &str) -> Result<()> {
    let older: Vec<DeliveryId> = delivery::Entity::find()
        .inner_join(message::Entity)
        .filter(message::Column::AboutKind.eq(Subject::ACCOUNT_LINK))
        .filter(message::Column::AboutId.eq(about))
        .filter(Column::Email.eq(email))
        .filter(Column::SettledAt.is_null())
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(&**tx)
        .await?;
    for id in older {
        cancel(tx, id).await?;
    }
    Ok(())
}

/// Lets a mail that waits for its next try leave at once; `false` when it does not wait.
pub async fn try_now(tx: &Tx, id: DeliveryId) -> Result<bool> {
    let before = standing(tx, id).await?;
    let moved = delivery::Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(Column::SettledAt.is_null())
        .filter(Column::State.is_in([DeliveryState::Queued, DeliveryState::Deferred, DeliveryState::Uncertain]))
        .col_expr(Column::NextAt, Expr::value(tx.now))
        .exec(&**tx)
        .await?;
    let done = moved.rows_affected == 1;
    if done {
        tx.has_mail();
        note(tx, "delivery.hastened", id, before).await?;
    }
    Ok(done)
}

/// Takes a failure off 待办; `false` when it was none or was dealt with before.
pub async fn handle(tx: &Tx, id: DeliveryId) -> Result<bool> {
    let before = standing(tx, id).await?;
    let done = mark_handled(tx, id).await?;
    if done {
        note(tx, "delivery.handled", id, before).await?;
    }
    Ok(done)
}

/// What the audit keeps of where a delivery stands.
async fn standing(tx: &Tx, id: DeliveryId) -> Result<Option<Value>> {
    let found = delivery::Entity::find_by_id(id).one(&**tx).await?;
    Ok(found.map(|delivery| {
        serde_json::json!({
            "state": delivery.state,
            "next_at": delivery.next_at.show(),
            "handled": delivery.handled_at.is_some(),
        })
    }))
}

async fn note(tx: &Tx, act: &'static str, id: DeliveryId, before: Option<Value>) -> Result<()> {
    let entry = audit::Entry::new(act, "delivery").subject(id);
    audit::record(tx, entry.before(&before).after(&standing(tx, id).await?)).await
}

async fn mark_handled(tx: &Tx, id: DeliveryId) -> Result<bool> {
    let marked = delivery::Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(Column::SettledAt.is_not_null())
        .filter(Column::HandledAt.is_null())
        .filter(Column::State.is_in(DeliveryState::FAILED))
        .col_expr(Column::HandledAt, Expr::value(tx.now))
        .exec(&**tx)
        .await?;
    Ok(marked.rows_affected == 1)
}
