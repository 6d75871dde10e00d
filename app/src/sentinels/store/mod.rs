//! Queries and commands on install requests: `list` of many, `write` what is done to one, `names` of what
//! they mention. A `Case` is a request with all that its state follows from.

mod list;
mod names;
mod write;

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    answers::{self, Answers},
    entity::{event, request},
    model::{self, Act, Assurance, Known, State},
    sheet::Sheet,
};
use crate::{
    error::{AppError, Result},
    ids::{InstallRequestId, MessageId},
    outbox::{self, DeliveryState, entity::delivery},
};

pub use crate::outbox::entity::message::Model as Mail;
pub use event::Model as Event;
pub use list::{Filter, Listed, Scope, Waiting, everything, list};
pub use names::{Names, names, people, places, search_plants};
pub use request::Model as Request;
pub use write::{
    Place, add_draft, add_event, discard, lock, mail_resent, move_draft, resent, save_answers, set_number, settle,
    submit,
};

/// The thing's word in the outbox and the audit.
pub const KIND: &str = "install_request";

/// A request with all that its state follows from.
#[derive(Clone, Debug)]
pub struct Case {
    pub request: Request,
    /// Oldest first.
    pub events: Vec<Event>,
    pub known: Known,
}

impl Case {
    pub fn state(&self) -> State {
        State::of(&self.known)
    }

    /// The last act of this kind.
    pub fn last(&self, act: Act) -> Option<&Event> {
        self.events.iter().rev().find(|event| event.act == act)
    }
}

pub async fn request(conn: &impl ConnectionTrait, id: InstallRequestId) -> Result<Request> {
    request::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// Those of these contents that are papers which were sent.
pub async fn papers(conn: &impl ConnectionTrait, hashes: &[String]) -> Result<Vec<String>> {
    let sent = request::Entity::find().select_only().column(request::Column::PaperHash);
    Ok(sent.filter(request::Column::PaperHash.is_in(hashes.iter().cloned())).into_tuple().all(conn).await?)
}

pub async fn case(conn: &impl ConnectionTrait, id: InstallRequestId) -> Result<Case> {
    let found = cases(conn, vec![request(conn, id).await?]).await?;
    found.into_iter().next().ok_or(AppError::NotFound)
}

/// Adds to requests what happened to them and to their mails.
async fn cases(conn: &impl ConnectionTrait, requests: Vec<Request>) -> Result<Vec<Case>> {
    let events = event::Entity::find()
        .filter(event::Column::RequestId.is_in(requests.iter().map(|request| request.id)))
        .order_by_asc(event::Column::Id)
        .all(conn)
        .await?;
    let deliveries = delivery::Entity::find()
        .filter(delivery::Column::MessageId.is_in(requests.iter().filter_map(|request| request.message_id)))
        .all(conn)
        .await?;
    let mut events_of: HashMap<InstallRequestId, Vec<Event>> = HashMap::new();
    for event in events {
        events_of.entry(event.request_id).or_default().push(event);
    }
    let state_of: HashMap<(MessageId, &str), DeliveryState> =
        deliveries.iter().map(|found| ((found.message_id, found.email.as_str()), found.state)).collect();
    requests
        .into_iter()
        .map(|request| {
            let events = events_of.remove(&request.id).unwrap_or_default();
            let sent = request.message_id.zip(request.sent_to.as_deref());
            let state = sent.and_then(|key| state_of.get(&key).copied());
            let devices = self::answers(&request)?.devices;
            let said =
                |of: fn(&answers::Devices) -> Assurance| devices.as_ref().map_or(Assurance::VendorWillConfirm, of);
            let known = Known {
                mail: request.submitted_at.map(|_| state.map_or(model::Mail::Waiting, mail_of)),
                acts: events.iter().map(|event| event.act).collect(),
                specification: said(|devices| devices.specification),
                docking: said(|devices| devices.docking),
            };
            Ok(Case { request, events, known })
        })
        .collect()
}

fn mail_of(state: DeliveryState) -> model::Mail {
    use model::Mail;
    match state {
        DeliveryState::Queued | DeliveryState::Sending | DeliveryState::Deferred => Mail::Waiting,
        DeliveryState::Accepted => Mail::Accepted,
        DeliveryState::Written => Mail::Written,
        DeliveryState::Uncertain => Mail::Uncertain,
        DeliveryState::Refused => Mail::Refused,
        DeliveryState::GivenUp | DeliveryState::Suppressed | DeliveryState::Cancelled => Mail::NotSent,
    }
}

pub fn answers(request: &Request) -> Result<Answers> {
    serde_json::from_str(&request.answers).map_err(AppError::internal)
}

/// The mail to the operator as it is stored, the last one if it was sent again; nothing for a draft.
pub async fn mail(conn: &impl ConnectionTrait, request: &Request) -> Result<Option<Mail>> {
    let Some((id, to)) = request.message_id.zip(request.sent_to.as_deref()) else { return Ok(None) };
    let found = outbox::store::to_address(conn, id, to).await?;
    Ok(found.map(|whole| std::sync::Arc::unwrap_or_clone(whole.message)))
}

/// What was sent; nothing for a draft.
pub fn sheet(request: &Request) -> Result<Option<Sheet>> {
    request.sheet.as_deref().map(serde_json::from_str).transpose().map_err(AppError::internal)
}
