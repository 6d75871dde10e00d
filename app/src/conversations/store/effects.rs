//! What a filed mail does to the thing that it is about: a member's words become its reply, as if typed on
//! the page; a report of failure moves the delivery that it is about; what was acted on waits no more.

use sea_orm::ConnectionTrait;

use super::{Inbound, mails};
use crate::{
    audit,
    conversations::{
        mail::{cut, said},
        model::Conversation,
    },
    db::Tx,
    error::Result,
    ids::{FileId, InboundMailId, IssueId},
    issues::{
        self, Step,
        model::{Act, LONGEST_NAME, LONGEST_TEXT, apply},
        store::issue::{self, Details},
    },
    outbox::{
        entity::delivery,
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

/// Notes that a delivery came back, and who or what said so; `false` when that changes nothing.
pub async fn came_back(tx: &Tx, delivery: &delivery::Model, said: BouncedAs) -> Result<bool> {
    let after = serde_json::json!({ "code": said.code, "status": said.status });
    if !bounce(tx, delivery.id, said).await? {
        return Ok(false);
    }
    let entry = audit::Entry::new("delivery.bounced", "delivery").subject(delivery.id).of(delivery.member_id);
    let before = serde_json::json!({ "state": delivery.state, "reply": delivery.reply });
    audit::record(tx, entry.before(&before).after(&after)).await?;
    Ok(true)
}

/// Takes the mail of a conversation on which somebody acted off 待办, and the answers that came before it and stood on the
/// same page. What came later may say something else, and a report of a failure is no answer.
pub async fn answered(tx: &Tx, of: Conversation, id: InboundMailId) -> Result<()> {
    for mail in mails::unanswered(&**tx, of, id).await? {
        if mails::handle(tx, mail).await? {
            audit::record(tx, audit::Entry::new("inbound_mail.handled", "inbound_mail").subject(mail)).await?;
        }
    }
    Ok(())
}
