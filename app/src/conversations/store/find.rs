//! What a mail may belong to, and whose address its sender's is. Addresses are compared without regard to
//! capitals, as mailboxes are.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    sea_query::{Expr, ExprTrait, Func},
};
use uuid::Uuid;

use crate::{
    accounts,
    conversations::{
        entity::inbound,
        filing::{Candidate, Sender},
        model::{About, Conversation, Kind},
    },
    error::{AppError, Result},
    ids::{InstallRequestId, IssueId, MemberId, TextEnum},
    issues::{
        Reach,
        model::State,
        store::{self as issues, list},
    },
    members::entity::contact,
    numbers::{Number, Series},
    outbox::entity::{delivery, message},
    sentinels::{entity::request, store as sentinels},
};

/// Conversations of a member that are offered to file a mail to.
const MOST_OFFERED: u64 = 10;

/// A conversation, if it exists and has begun.
pub async fn about(conn: &impl ConnectionTrait, of: Conversation) -> Result<Option<About>> {
    let found = match of.kind {
        Kind::Issue => issues::issue::find(conn, IssueId(of.id)).await.map(|issue| Some(of_issue(&issue))),
        Kind::InstallRequest => sentinels::request(conn, InstallRequestId(of.id)).await.map(|row| of_request(&row)),
    };
    match found {
        Err(AppError::NotFound) => Ok(None),
        found => found,
    }
}

fn of_issue(issue: &issues::Issue) -> About {
    About {
        conversation: issue.id.into(),
        member: issue.member_id,
        number: issue.number.clone(),
        title: issue.title.clone(),
    }
}

/// A draft has no conversation yet.
fn of_request(request: &sentinels::Request) -> Option<About> {
    request.submitted_at?;
    let number = request.number.clone()?;
    Some(About { conversation: request.id.into(), member: request.member_id, number, title: String::new() })
}

/// The conversation as one that a mail of this sender may belong to.
pub async fn candidate(conn: &impl ConnectionTrait, of: Conversation, email: &str) -> Result<Option<Candidate>> {
    let Some(about) = about(conn, of).await? else { return Ok(None) };
    let addressed = delivery::Entity::find()
        .join(JoinType::InnerJoin, delivery::Relation::Message.def())
        .filter(message::Column::AboutKind.eq(of.kind.to_string()))
        .filter(message::Column::AboutId.eq(of.id))
        .filter(same(delivery::Column::Email, email))
        .one(conn)
        .await?;
    Ok(Some(Candidate { about, addressed: addressed.is_some() }))
}

fn same(column: impl ColumnTrait, email: &str) -> Expr {
    Expr::expr(Func::lower(Expr::col(column.as_column_ref()))).eq(email.to_ascii_lowercase())
}

/// The conversation of the nearest of these mails, ours or one that came in before.
pub async fn by_thread(conn: &impl ConnectionTrait, ids: &[String]) -> Result<Option<Conversation>> {
    let ours: Vec<(String, String, Uuid)> = message::Entity::find()
        .filter(message::Column::RfcId.is_in(ids))
        .select_only()
        .columns([message::Column::RfcId, message::Column::AboutKind, message::Column::AboutId])
        .into_tuple()
        .all(conn)
        .await?;
    let theirs: Vec<(String, String, Uuid)> = inbound::Entity::find()
        .filter(inbound::Column::RfcId.is_in(ids))
        .filter(inbound::Column::AboutId.is_not_null())
        .select_only()
        .columns([inbound::Column::RfcId, inbound::Column::AboutKind, inbound::Column::AboutId])
        .into_tuple()
        .all(conn)
        .await?;
    let known: Vec<_> = ours.into_iter().chain(theirs).collect();
    let of = |id: &String| {
        known.iter().find(|(rfc_id, ..)| rfc_id == id).and_then(|(_, kind, about)| Conversation::of(kind, *about))
    };
    Ok(ids.iter().rev().find_map(of))
}

/// The conversation that has this number.
pub async fn by_number(conn: &impl ConnectionTrait, number: Number) -> Result<Option<Conversation>> {
    let text = number.to_string();
    Ok(match number.series {
        Series::PolicyQuestion | Series::CallForHelp => {
            let filter = list::Filter { search: Some(text.clone()), ..list::Filter::default() };
            let found = list::newest(conn, &filter, MOST_OFFERED).await?;
            found.into_iter().find(|issue| issue.number == text).map(|issue| issue.id.into())
        }
        Series::InstallRequest => {
            let found = request::Entity::find().filter(request::Column::Number.eq(text)).one(conn).await?;
            found.map(|request| request.id.into())
        }
    })
}

/// Whose this address is, as a contact's or as that of a person with a role.
pub async fn sender(conn: &impl ConnectionTrait, email: &str) -> Result<Sender> {
    if email.is_empty() {
        return Ok(Sender::default());
    }
    let mut members: Vec<MemberId> = contact::Entity::find()
        .filter(same(contact::Column::Email, email))
        .select_only()
        .column(contact::Column::MemberId)
        .into_tuple()
        .all(conn)
        .await?;
    let roles = accounts::store::roles_of_email(conn, email).await?;
    members.extend(roles.iter().filter_map(|(_, member)| *member));
    members.sort_unstable();
    members.dedup();
    let office = roles.iter().any(|(kind, _)| kind.is_office());
    Ok(Sender { members, office })
}

/// What is open between these members and the secretariat, newest first.
pub async fn open_of(conn: &impl ConnectionTrait, members: &[MemberId]) -> Result<Vec<About>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let states = State::ALL.iter().copied().filter(|state| state.is_open()).collect();
    let reach = Some(Reach { members: members.to_vec(), whole: members.to_vec(), plants: Vec::new() });
    let filter = list::Filter { reach, states: Some(states), ..list::Filter::default() };
    let issues = list::newest(conn, &filter, MOST_OFFERED).await?;
    let requests = request::Entity::find()
        .filter(request::Column::MemberId.is_in(members.iter().copied()))
        .filter(request::Column::SubmittedAt.is_not_null())
        .filter(request::Column::SettledAt.is_null())
        .order_by_desc(request::Column::Id)
        .limit(MOST_OFFERED)
        .all(conn)
        .await?;
    Ok(issues.iter().map(of_issue).chain(requests.iter().filter_map(of_request)).collect())
}
