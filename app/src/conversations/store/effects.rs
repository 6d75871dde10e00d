//! What a filed mail does to the thing that it is about: a member's words become its reply, as if typed on
//! the page; a report of failure moves the delivery that it is about.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Inbound;
use crate::{
    audit,
    conversations::mail::{Bounced, cut, own_words},
    db::Tx,
    error::Result,
    ids::{FileId, IssueId},
    issues::{
        self, Step,
        model::{Act, LONGEST_NAME, LONGEST_TEXT, MOST_FILES, apply},
        store::issue::{self, Details},
    },
    outbox::{
        entity::{delivery, message},
        store::{BouncedAs, bounce},
    },
    state::AppState,
};

/// Makes a mail the member's reply to what the secretariat asked; `false` when nothing was asked.
pub async fn reply(state: &AppState, tx: &Tx, id: IssueId, mail: &Inbound, files: &[FileId]) -> Result<bool> {
    let found = issue::find(&**tx, id).await?;
    if apply(found.state(), Act::Reply).is_err() {
        return Ok(false);
    }
    let name = if mail.from_name.is_empty() { &mail.from_email } else { &mail.from_name };
    let details = Details {
        text: Some(cut(&own_words(&mail.body), LONGEST_TEXT)).filter(|text| !text.is_empty()),
        caller: Some(cut(name, LONGEST_NAME)),
        ..Details::default()
    };
    let files = &files[..files.len().min(MOST_FILES)];
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
