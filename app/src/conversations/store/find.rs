//! What a mail may belong to, and whose address its sender's is. Addresses are compared without regard to
//! capitals, as mailboxes are.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    sea_query::{Expr, ExprTrait, Func},
};
use uuid::Uuid;

use crate::{
    accounts::{self, Role},
    conversations::{
        entity::inbound,
        filing::{Candidate, Sender},
        model::{About, Conversation, Kind, Way},
    },
    error::{AppError, Result},
    ids::{InstallRequestId, IssueId, MemberId, PersonId, TextEnum},
    issues::{
        Reach,
        model::State,
        store::{self as issues, list},
    },
    members::{self, entity::contact},
    numbers::{Number, Series},
    outbox::entity::{delivery, message},
    sentinels::{entity::request, store as sentinels},
    settings::{self, Association},
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
        plant: issue.plant_id,
        number: issue.number.clone(),
        title: issue.title.clone(),
    }
}

/// A draft has no conversation yet.
fn of_request(request: &sentinels::Request) -> Option<About> {
    request.submitted_at?;
    let number = request.number.clone()?;
    Some(About {
        conversation: request.id.into(),
        member: request.member_id,
        plant: Some(request.plant_id),
        number,
        title: String::new(),
    })
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
    same_as_any(column, &[email])
}

pub(super) fn same_as_any(column: impl ColumnTrait, emails: &[&str]) -> Expr {
    let lower = emails.iter().map(|email| email.to_ascii_lowercase());
    Expr::expr(Func::lower(Expr::col(column.as_column_ref()))).is_in(lower)
}

/// The conversation of the nearest of these mails, ours or one that came in before, and what that proves: only ids
/// of our own are known to nobody else than those whom we wrote to.
pub async fn by_thread(conn: &impl ConnectionTrait, ids: &[String]) -> Result<Option<(Conversation, Way)>> {
    let ours: Vec<(String, String, Uuid)> = message::Entity::find()
        .filter(message::Column::RfcId.is_in(ids))
        .select_only()
        .columns([message::Column::RfcId, message::Column::AboutKind, message::Column::AboutId])
        .into_tuple()
        .all(conn)
        .await?;
    let theirs: Vec<(String, String, Uuid, Way)> = inbound::Entity::find()
        .filter(inbound::Column::RfcId.is_in(ids))
        .filter(inbound::Column::AboutId.is_not_null())
        .filter(inbound::Column::Way.is_not_null())
        .select_only()
        .columns([inbound::Column::RfcId, inbound::Column::AboutKind, inbound::Column::AboutId, inbound::Column::Way])
        .into_tuple()
        .all(conn)
        .await?;
    let ours = ours.into_iter().filter_map(|(id, kind, about)| Some((id, Conversation::of(&kind, about)?)));
    let ours: Vec<(String, Conversation)> = ours.collect();
    let theirs = theirs.into_iter().filter_map(|(id, kind, about, way)| {
        let way = if way == Way::Number { Way::Number } else { Way::Thread };
        Some((id, Conversation::of(&kind, about)?, way))
    });
    let theirs: Vec<(String, Conversation, Way)> = theirs.collect();
    let of_ours = |id: &String| ours.iter().find(|(ours, _)| ours == id).map(|(_, of)| *of);
    let of_theirs = |id: &String| theirs.iter().find(|(theirs, ..)| theirs == id).map(|(_, of, _)| *of);
    let Some(of) = ids.iter().rev().find_map(|id| of_ours(id).or_else(|| of_theirs(id))) else { return Ok(None) };
    let way = if ours.iter().any(|(_, other)| *other == of) {
        Way::References
    } else if theirs.iter().any(|(_, other, way)| *other == of && *way == Way::Number) {
        Way::Number
    } else {
        Way::Thread
    };
    Ok(Some((of, way)))
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
        // Codes are applied for at the city's platform, devices accepted where they stand, copies hang, and sheets are shown;
        // none of these is written about by mail.
        Series::PlaceCodeApplication
        | Series::PlaceCode
        | Series::Acceptance
        | Series::ReadinessSheet
        | Series::Posting => None,
    })
}

/// Whose this address is, as a contact's or as that of a person with a role; the association's own mailbox is the
/// secretariat's.
pub async fn sender(conn: &impl ConnectionTrait, email: &str) -> Result<Sender> {
    if email.is_empty() {
        return Ok(Sender::default());
    }
    let contact_of: Vec<MemberId> = contact::Entity::find()
        .filter(same(contact::Column::Email, email))
        .select_only()
        .column(contact::Column::MemberId)
        .into_tuple()
        .all(conn)
        .await?;
    let people = accounts::store::people_of_email(conn, email).await?;
    let roles: Vec<Role> = people.into_iter().flat_map(|person| person.roles).collect();
    let works_for = |member: &MemberId| roles.iter().any(|role| role.member == Some(*member));
    let mut members: Vec<MemberId> = contact_of.iter().copied().chain(roles.iter().filter_map(|r| r.member)).collect();
    members.sort_unstable();
    members.dedup();
    let left = members::store::left(conn, &contact_of).await?;
    let association: Association = settings::load(conn).await?.value;
    Ok(Sender {
        office: association.email.eq_ignore_ascii_case(email) || roles.iter().any(|role| role.kind.is_office()),
        reach: Reach::of_those_who_act(&roles),
        contact_of: contact_of.into_iter().filter(|member| !left.contains(member) && !works_for(member)).collect(),
        members,
    })
}

/// Addresses that the member of a conversation has, in small letters: of its contacts those that are asked for, and those
/// of its people.
pub async fn addresses_of_its_member(
    conn: &impl ConnectionTrait,
    of: Conversation,
    emails: &[&str],
) -> Result<Vec<String>> {
    let Some(about) = about(conn, of).await?.filter(|_| !emails.is_empty()) else { return Ok(Vec::new()) };
    let contacts: Vec<Option<String>> = contact::Entity::find()
        .filter(contact::Column::MemberId.eq(about.member))
        .filter(same_as_any(contact::Column::Email, emails))
        .select_only()
        .column(contact::Column::Email)
        .into_tuple()
        .all(conn)
        .await?;
    let roles = accounts::people::store::roles_at(conn, about.member).await?;
    let people: Vec<PersonId> = roles.into_iter().map(|role| role.person_id).collect();
    let people = accounts::store::known(conn, &people).await?.into_iter().filter_map(|person| person.email);
    let all = contacts.into_iter().flatten().chain(people);
    Ok(all.map(|email| email.to_ascii_lowercase()).collect())
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
