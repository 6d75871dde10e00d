//! Queries and commands on install requests.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};

use super::{
    answers::Answers,
    entity::{event, request},
    model::{Act, Assurance, Known, Mail, State},
    sheet::Sheet,
};
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::{EntranceId, InstallRequestEventId, InstallRequestId, MemberId, MessageId, PersonId, PlantId, TextEnum},
    members::entity::{member, plant},
    outbox::{DeliveryState, entity::delivery},
    time::{Day, Instant},
};

pub use event::Model as Event;
pub use request::Model as Request;

/// The thing's word in the outbox and the audit.
pub const KIND: &str = "install_request";

/// Which requests a person may see.
#[derive(Clone, Debug)]
pub enum Scope {
    /// All of them; drafts only for those who may go on writing them.
    Office { drafts: bool },
    /// Those of whole members and of single plants.
    Of { members: Vec<MemberId>, plants: Vec<PlantId> },
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<State>,
    /// A part of the number, the member's or the plant's name.
    pub text: Option<String>,
}

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
    requests
        .into_iter()
        .map(|request| {
            let events: Vec<Event> = events.iter().filter(|event| event.request_id == request.id).cloned().collect();
            let delivery = deliveries.iter().find(|delivery| {
                Some(delivery.message_id) == request.message_id && Some(&delivery.email) == request.sent_to.as_ref()
            });
            let devices = answers(&request)?.devices;
            let said = |of: fn(&super::answers::Devices) -> Assurance| {
                devices.as_ref().map_or(Assurance::VendorWillConfirm, of)
            };
            let known = Known {
                mail: request.submitted_at.map(|_| delivery.map_or(Mail::Waiting, |found| mail_of(found.state))),
                acts: events.iter().map(|event| event.act).collect(),
                specification: said(|devices| devices.specification),
                docking: said(|devices| devices.docking),
            };
            Ok(Case { request, events, known })
        })
        .collect()
}

fn mail_of(state: DeliveryState) -> Mail {
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

/// What was sent; nothing for a draft.
pub fn sheet(request: &Request) -> Result<Option<Sheet>> {
    request.sheet.as_deref().map(serde_json::from_str).transpose().map_err(AppError::internal)
}

/// One page of a list, newest first.
pub struct Listed {
    pub cases: Vec<Case>,
    pub newer: Option<InstallRequestId>,
    pub older: Option<InstallRequestId>,
    /// Stops counting at 1,001.
    pub count: u64,
}

/// Where a page of a list begins.
#[derive(Clone, Copy, Debug)]
pub enum From {
    Start,
    After(InstallRequestId),
    Before(InstallRequestId),
}

const PER_PAGE: u64 = 50;
const COUNTED: u64 = 1_001;

pub async fn list(conn: &impl ConnectionTrait, scope: &Scope, filter: &Filter, from: From) -> Result<Listed> {
    let all = narrowed(scope, filter);
    let count = all.clone().select_only().column(request::Column::Id).limit(COUNTED).count(conn).await?;
    let page = match from {
        From::Start => all.order_by_desc(request::Column::Id),
        From::After(id) => all.filter(request::Column::Id.lt(id)).order_by_desc(request::Column::Id),
        From::Before(id) => all.filter(request::Column::Id.gt(id)).order_by_asc(request::Column::Id),
    };
    let mut requests = page.limit(PER_PAGE + 1).all(conn).await?;
    let more = requests.len() as u64 > PER_PAGE;
    requests.truncate(PER_PAGE as usize);
    let backwards = matches!(from, From::Before(_));
    if backwards {
        requests.reverse();
    }
    let (first, last) = (requests.first().map(|r| r.id), requests.last().map(|r| r.id));
    let has_newer = if backwards { more } else { !matches!(from, From::Start) };
    let has_older = backwards || more;
    Ok(Listed {
        cases: cases(conn, requests).await?,
        newer: first.filter(|_| has_newer),
        older: last.filter(|_| has_older),
        count,
    })
}

fn narrowed(scope: &Scope, filter: &Filter) -> Select<request::Entity> {
    let mut query = request::Entity::find().filter(within(scope));
    if let Some(state) = filter.state {
        query = query.filter(in_state(state));
    }
    if let Some(text) = &filter.text {
        let members = member::Entity::find()
            .select_only()
            .column(member::Column::Id)
            .filter(member::Column::Name.contains(text).or(member::Column::ShortName.contains(text)));
        let plants =
            plant::Entity::find().select_only().column(plant::Column::Id).filter(plant::Column::Name.contains(text));
        query = query.filter(
            Condition::any()
                .add(request::Column::Number.contains(text.to_uppercase()))
                .add(request::Column::MemberId.in_subquery(members.into_query()))
                .add(request::Column::PlantId.in_subquery(plants.into_query())),
        );
    }
    query
}

fn within(scope: &Scope) -> Condition {
    match scope {
        Scope::Office { drafts: true } => Condition::all(),
        Scope::Office { drafts: false } => Condition::all().add(request::Column::SubmittedAt.is_not_null()),
        Scope::Of { members, plants } => {
            // An empty list beside another would keep the databases from their indexes.
            let mut own = Condition::any();
            if !members.is_empty() || plants.is_empty() {
                own = own.add(request::Column::MemberId.is_in(members.iter().copied()));
            }
            if !plants.is_empty() {
                own = own.add(request::Column::PlantId.is_in(plants.iter().copied()));
            }
            own
        }
    }
}

/// The state as the database finds it; says the same as `State::of`.
fn in_state(state: State) -> Condition {
    let done = |act: Act| {
        Expr::cust(format!(
            "EXISTS (SELECT 1 FROM install_request_events e WHERE e.request_id = install_requests.id AND e.act = '{act}')"
        ))
    };
    let submitted = Condition::all().add(request::Column::SubmittedAt.is_not_null());
    let none_of = |acts: &[Act]| acts.iter().fold(submitted.clone(), |all, act| all.add(done(*act).not()));
    let mail = |states: &[DeliveryState]| {
        let words: Vec<String> = states.iter().map(|state| format!("'{}'", state.word())).collect();
        let sql = format!(
            "EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = install_requests.message_id
             AND d.email = install_requests.sent_to AND d.state IN ({}))",
            words.join(", ")
        );
        none_of(&[Act::TurnDown, Act::Install, Act::Schedule, Act::Acknowledge]).add(Expr::cust(sql))
    };
    let of_mail = |kind: Mail| {
        let states: Vec<DeliveryState> = DeliveryState::ALL.iter().copied().filter(|s| mail_of(*s) == kind).collect();
        mail(&states)
    };
    match state {
        State::Draft => Condition::all().add(request::Column::SubmittedAt.is_null()),
        State::Queued => of_mail(Mail::Waiting),
        State::Accepted => of_mail(Mail::Accepted),
        State::Written => of_mail(Mail::Written),
        State::Uncertain => of_mail(Mail::Uncertain),
        State::Refused => of_mail(Mail::Refused),
        State::NotSent => of_mail(Mail::NotSent),
        State::Acknowledged => none_of(&[Act::TurnDown, Act::Install, Act::Schedule]).add(done(Act::Acknowledge)),
        State::Scheduled => none_of(&[Act::TurnDown, Act::Install]).add(done(Act::Schedule)),
        State::Installed => none_of(&[Act::TurnDown]).add(done(Act::Install)),
        State::TurnedDown => submitted.add(done(Act::TurnDown)),
    }
}

/// Requests that were sent and still need something, oldest first, at most `most`.
pub async fn open(conn: &impl ConnectionTrait, scope: &Scope, most: u64) -> Result<Vec<Case>> {
    let requests = request::Entity::find()
        .filter(within(scope))
        .filter(request::Column::SubmittedAt.is_not_null())
        .filter(request::Column::SettledAt.is_null())
        .order_by_asc(request::Column::SubmittedAt)
        .limit(most)
        .all(conn)
        .await?;
    cases(conn, requests).await
}

/// Where a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub member: MemberId,
    pub plant: PlantId,
    pub entrance: EntranceId,
}

pub async fn add_draft(tx: &Tx, id: InstallRequestId, place: Place) -> Result<()> {
    request::ActiveModel {
        id: Set(id),
        number: Set(None),
        member_id: Set(place.member),
        plant_id: Set(place.plant),
        entrance_id: Set(place.entrance),
        answers: Set(serde_json::to_string(&Answers::default()).map_err(AppError::internal)?),
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
        submitted_at: Set(None),
        settled_at: Set(None),
        sheet: Set(None),
        paper_hash: Set(None),
        sent_to: Set(None),
        message_id: Set(None),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// Changes a draft; nothing when it was sent in the meantime.
async fn change_draft(tx: &Tx, id: InstallRequestId, columns: Vec<(request::Column, sea_orm::Value)>) -> Result<bool> {
    let mut update = request::Entity::update_many()
        .filter(request::Column::Id.eq(id))
        .filter(request::Column::SubmittedAt.is_null());
    for (column, value) in columns {
        update = update.col_expr(column, Expr::value(value));
    }
    Ok(update.exec(&**tx).await?.rows_affected == 1)
}

pub async fn move_draft(tx: &Tx, id: InstallRequestId, place: Place) -> Result<bool> {
    let columns = vec![
        (request::Column::MemberId, place.member.into()),
        (request::Column::PlantId, place.plant.into()),
        (request::Column::EntranceId, place.entrance.into()),
    ];
    change_draft(tx, id, columns).await
}

pub async fn save_answers(tx: &Tx, id: InstallRequestId, answers: &Answers) -> Result<bool> {
    let text = serde_json::to_string(answers).map_err(AppError::internal)?;
    change_draft(tx, id, vec![(request::Column::Answers, text.into())]).await
}

pub async fn set_number(tx: &Tx, id: InstallRequestId, number: &str) -> Result<bool> {
    change_draft(tx, id, vec![(request::Column::Number, number.to_owned().into())]).await
}

/// Locks the row until the transaction ends, so that two who write at once wait for each other.
pub async fn lock(tx: &Tx, id: InstallRequestId) -> Result<Case> {
    request::Entity::update_many()
        .col_expr(request::Column::CreatedAt, Expr::col(request::Column::CreatedAt))
        .filter(request::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    case(&**tx, id).await
}

/// Removes a draft; `false` when it was sent already.
pub async fn discard(tx: &Tx, id: InstallRequestId) -> Result<bool> {
    let gone = request::Entity::delete_many()
        .filter(request::Column::Id.eq(id))
        .filter(request::Column::SubmittedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected == 1)
}

/// Notes that the request was sent.
pub async fn submit(tx: &Tx, id: InstallRequestId, sheet: &Sheet, paper_hash: &str, mail: MessageId) -> Result<bool> {
    let text = serde_json::to_string(sheet).map_err(AppError::internal)?;
    let columns = vec![
        (request::Column::SubmittedAt, tx.now.into()),
        (request::Column::Sheet, text.into()),
        (request::Column::PaperHash, paper_hash.to_owned().into()),
        (request::Column::SentTo, sheet.to.clone().into()),
        (request::Column::MessageId, mail.into()),
    ];
    change_draft(tx, id, columns).await
}

/// Notes the mail by which the request was sent once more.
pub async fn resent(tx: &Tx, id: InstallRequestId, to: &str, mail: MessageId) -> Result<()> {
    request::Entity::update_many()
        .col_expr(request::Column::SentTo, Expr::value(to))
        .col_expr(request::Column::MessageId, Expr::value(mail))
        .filter(request::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn settle(tx: &Tx, id: InstallRequestId, settled_at: Instant) -> Result<()> {
    request::Entity::update_many()
        .col_expr(request::Column::SettledAt, Expr::value(settled_at))
        .filter(request::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn add_event(
    tx: &Tx,
    id: InstallRequestId,
    act: Act,
    day: Option<Day>,
    remark: Option<String>,
) -> Result<()> {
    event::ActiveModel {
        id: Set(InstallRequestEventId::new()),
        request_id: Set(id),
        act: Set(act),
        at: Set(tx.now),
        person_id: Set(tx.actor.person),
        day: Set(day),
        remark: Set(remark),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// The names of members and plants by their ids.
pub struct Names {
    pub members: BTreeMap<MemberId, String>,
    pub plants: BTreeMap<PlantId, String>,
}

pub async fn names(conn: &impl ConnectionTrait, cases: &[Case]) -> Result<Names> {
    let members = member::Entity::find()
        .filter(member::Column::Id.is_in(cases.iter().map(|case| case.request.member_id)))
        .all(conn)
        .await?;
    let plants = plant::Entity::find()
        .filter(plant::Column::Id.is_in(cases.iter().map(|case| case.request.plant_id)))
        .all(conn)
        .await?;
    Ok(Names {
        members: members.into_iter().map(|row| (row.id, row.name)).collect(),
        plants: plants.into_iter().map(|row| (row.id, row.name)).collect(),
    })
}

/// Plants whose name or whose member's name holds a text; for staff who look one up on the phone.
pub async fn search_plants(conn: &impl ConnectionTrait, text: &str, most: u64) -> Result<Vec<plant::Model>> {
    let members = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::LeftAt.is_null())
        .filter(member::Column::Name.contains(text).or(member::Column::ShortName.contains(text)));
    Ok(plant::Entity::find()
        .filter(plant::Column::ClosedAt.is_null())
        .filter(
            Condition::any()
                .add(plant::Column::Name.contains(text))
                .add(plant::Column::MemberId.in_subquery(members.into_query())),
        )
        .order_by_asc(plant::Column::Id)
        .limit(most)
        .all(conn)
        .await?)
}

/// Who is meant by ids of people.
pub async fn people(conn: &impl ConnectionTrait, events: &[Event]) -> Result<BTreeMap<PersonId, String>> {
    let ids: Vec<PersonId> = events.iter().filter_map(|event| event.person_id).collect();
    let known = crate::accounts::store::known(conn, &ids).await?;
    Ok(known.into_iter().map(|person| (person.id, person.name)).collect())
}
