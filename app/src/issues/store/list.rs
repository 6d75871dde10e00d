//! Lists of issues: filtered, paged by key, counted up to a bound.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Query},
};

use super::Issue;
use crate::{
    accounts,
    db::holds,
    error::Result,
    ids::TextEnum,
    ids::{IssueId, MemberId, PersonId, PlantId},
    issues::{
        entity::issue::{self, Column},
        model::{Category, Kind, Side, State},
        reach::Reach,
    },
    members::entity::member,
    numbers::Number,
    paging::{From, Paged, newest_first},
};

/// What a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only what somebody of members has to do with.
    pub reach: Option<Reach>,
    /// Only issues in one of these states.
    pub states: Option<Vec<State>>,
    pub kind: Option<Kind>,
    pub category: Option<Category>,
    pub owner: Option<Owner>,
    /// A number, or a part of the title or of the member's name.
    pub search: Option<String>,
}

/// Whose issues in the secretariat a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Person(PersonId),
    /// Nobody's who acts for the secretariat now: never taken, or left behind.
    Nobody,
}

/// Counting stops here.
const MOST_COUNTED: u64 = 1_001;

/// One page of issues, newest first.
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    from: From<IssueId>,
    most: usize,
) -> Result<Paged<Issue, IssueId>> {
    let rows = newest_first(filtered(filter), Column::Id, from, most).all(conn).await?;
    Ok(from.page(rows, most, |issue| issue.id))
}

/// The newest of them.
pub async fn newest(conn: &impl ConnectionTrait, filter: &Filter, most: u64) -> Result<Vec<Issue>> {
    Ok(filtered(filter).order_by_desc(Column::Id).limit(most).all(conn).await?)
}

/// An issue that still needs an answer.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Unanswered {
    pub id: IssueId,
    pub number: String,
    pub title: String,
    pub member_id: MemberId,
    pub plant_id: Option<PlantId>,
    pub kind: Kind,
    pub category: Category,
}

/// All of these members, or of everybody, the oldest first.
pub async fn unanswered(conn: &impl ConnectionTrait, members: Option<&[MemberId]>) -> Result<Vec<Unanswered>> {
    let states = State::ALL.iter().copied().filter(|state| state.is_open()).collect();
    let mut query = filtered(&Filter { states: Some(states), ..Filter::default() });
    if let Some(members) = members {
        query = query.filter(Column::MemberId.is_in(members.iter().copied()));
    }
    let columns =
        [Column::Id, Column::Number, Column::Title, Column::MemberId, Column::PlantId, Column::Kind, Column::Category];
    Ok(query.select_only().columns(columns).order_by_asc(Column::Id).into_model().all(conn).await?)
}

/// How many there are, up to 1,001.
pub async fn count(conn: &impl ConnectionTrait, filter: &Filter) -> Result<u64> {
    Ok(filtered(filter).select_only().column(Column::Id).limit(MOST_COUNTED).count(conn).await?)
}

fn filtered(filter: &Filter) -> Select<issue::Entity> {
    let mut all = Condition::all();
    if let Some(reach) = &filter.reach {
        all = all.add(within(reach));
    }
    if let Some(states) = &filter.states {
        all = all.add(states.iter().fold(Condition::any(), |any, state| any.add(in_state(*state))));
        if states.iter().all(|state| state.is_open()) {
            all = all.add(unclosed());
        }
    }
    if let Some(kind) = filter.kind {
        all = all.add(Column::Kind.eq(kind));
    }
    if let Some(category) = filter.category {
        all = all.add(Column::Category.eq(category));
    }
    if let Some(owner) = filter.owner {
        all = all.add(owned_by(owner));
    }
    if let Some(search) = &filter.search {
        all = all.add(matching(search));
    }
    issue::Entity::find().filter(all)
}

fn matching(search: &str) -> Condition {
    if let Some(number) = Number::parse(search) {
        return Condition::all().add(Column::Number.eq(number.to_string()));
    }
    let members = Query::select()
        .column(member::Column::Id)
        .from(member::Entity)
        .and_where(holds(member::Column::Name, search))
        .to_owned();
    Condition::any().add(holds(Column::Title, search)).add(Column::MemberId.in_subquery(members))
}

/// `Reach::holds` as a condition.
pub fn within(reach: &Reach) -> Condition {
    let all = Condition::all().add(Column::MemberId.is_in(reach.members.iter().copied()));
    if reach.members.iter().all(|member| reach.whole.contains(member)) {
        return all;
    }
    let given = Condition::any()
        .add(Column::PlantId.is_null())
        .add(Column::PlantId.is_in(reach.plants.iter().copied()))
        .add(Column::MemberId.is_in(reach.whole.iter().copied()));
    all.add(given)
}

/// An issue whose owner left the secretariat is as much nobody's as one that was never taken.
pub fn owned_by(owner: Owner) -> Condition {
    match owner {
        Owner::Person(person) => Condition::all().add(Column::OwnerId.eq(person)),
        Owner::Nobody => Condition::any()
            .add(Column::OwnerId.is_null())
            .add(Column::OwnerId.not_in_subquery(accounts::store::staff_ids())),
    }
}

/// The states that wait for a side.
pub fn waiting_for(side: Side) -> Vec<State> {
    State::ALL.iter().copied().filter(|state| state.waits_for() == Some(side)).collect()
}

/// Never closed, or opened again: true of all that are open, and what their index holds, so that those of past
/// years are not read.
pub fn unclosed() -> Condition {
    Condition::any().add(Column::ClosedAt.is_null()).add(Column::ReopenedAt.is_not_null())
}

/// `State::of` as a condition: the state's instant is the latest, and of two at the same instant the
/// later step counts.
pub fn in_state(state: State) -> Condition {
    let own = moment(state);
    State::ALL.iter().filter(|other| **other != state).fold(
        Condition::all().add(Expr::col(own).is_not_null()),
        |all, other| {
            let theirs = Expr::col(moment(*other));
            let earlier = if *other < state { theirs.lte(Expr::col(own)) } else { theirs.lt(Expr::col(own)) };
            all.add(Condition::any().add(Expr::col(moment(*other)).is_null()).add(earlier))
        },
    )
}

fn moment(state: State) -> Column {
    match state {
        State::Filed => Column::FiledAt,
        State::Taken => Column::TakenAt,
        State::AskedBack => Column::AskedBackAt,
        State::Replied => Column::RepliedAt,
        State::Forwarded => Column::ForwardedAt,
        State::Answered => Column::AnsweredAt,
        State::Closed => Column::ClosedAt,
        State::Reopened => Column::ReopenedAt,
    }
}

/// The first members whose name holds these words, for staff who file for one that phoned.
pub async fn members_called(conn: &impl ConnectionTrait, words: &str) -> Result<Vec<member::Model>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    Ok(member::Entity::find()
        .filter(holds(member::Column::Name, words))
        .filter(member::Column::LeftAt.is_null())
        .order_by_asc(member::Column::Name)
        .limit(20)
        .all(conn)
        .await?)
}
