//! What a filed mail does to the thing that it is about: a member's words become its reply, as if typed on
//! the page; a report of failure moves the delivery that it is about.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::Inbound;
use crate::{
    audit,
    conversations::mail::{Bounced, cut, said},
    db::Tx,
    error::Result,
    ids::{FileId, IssueId},
    issues::{
        self, Step,
        model::{Act, LONGEST_NAME, LONGEST_TEXT, apply},
        store::issue::{self, Details},
    },
    outbox::{
        entity::{delivery, message},
        store::{BouncedAs, bounce},
    },
    state::AppState,
};

/// Whether an issue waits for its member's reply.
pub async fn is_asked(conn: &impl ConnectionTrait, id: IssueId) -> Result<bool> {
    Ok(apply(issue::find(conn, id).await?.state(), Act::Reply).is_ok())
}

/// Makes a mail, with all that came with it, the member's reply to what the secretariat asked; `false` when
/// somebody was faster.
pub async fn reply(state: &AppState, tx: &Tx, id: IssueId, mail: &Inbound, files: &[FileId]) -> Result<bool> {
    let found = issue::find(&**tx, id).await?;
    let name = if mail.from_name.is_empty() { &mail.from_email } else { &mail.from_name };
    let details = Details {
        text: said(&mail.body).map(|text| cut(&text, LONGEST_TEXT)),
        caller: Some(cut(name, LONGEST_NAME)),
        ..Details::default()
    };
    let step = Step { act: Act::Reply, by_office: false, details, files };
    issues::perform(state, tx, &found, &step).await
}

/// Moves the deliveries that a report gives up; gives the message and the last of its deliveries that it names.
pub async fn bounced(
    tx: &Tx,
    original: &str,
    report: &[Bounced],
) -> Result<Option<(message::Model, Option<delivery::Model>)>> {
    let found = message::Entity::find().filter(message::Column::RfcId.eq(original)).one(&**tx).await?;
    let Some(message) = found else { return Ok(None) };
    let all = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id)).all(&**tx).await?;
    let mut named = None;
    for one in report {
        let is_named = |delivery: &&delivery::Model| {
            one.recipients.iter().any(|recipient| recipient.eq_ignore_ascii_case(&delivery.email))
        };
        // A mailbox may lead to another, and the report then names only that; with one recipient it is clear.
        let only = if let [only] = all.as_slice() { Some(only) } else { None };
        let Some(delivery) = all.iter().find(is_named).or(only) else { continue };
        if one.has_failed {
            let said = BouncedAs {
                code: one.code,
                status: one.status.clone(),
                words: one.words.clone(),
                server: one.server.clone(),
            };
            if bounce(tx, delivery.id, said).await? {
                let entry =
                    audit::Entry::new("delivery.bounced", "delivery").subject(delivery.id).of(delivery.member_id);
                let before = serde_json::json!({ "state": delivery.state, "reply": delivery.reply });
                let after = serde_json::json!({ "state": "refused", "code": one.code, "status": one.status });
                audit::record(tx, entry.before(&before).after(&after)).await?;
            }
        }
        named = Some(delivery.clone());
    }
    Ok(Some((message, named)))
}
