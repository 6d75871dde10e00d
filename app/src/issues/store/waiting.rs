//! What waits for a person: asked back or told something, as a member; new, in hand or left behind, as staff.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{
    Issue,
    list::{self, Owner},
};
use crate::{
    error::Result,
    ids::PersonId,
    issues::{
        entity::{issue, view},
        model::{Side, State},
        reach::Reach,
    },
    time::Instant,
};

/// Counting stops here.
const COUNTED: u64 = 1_001;
/// How long something new is shown to those who have not looked.
const NEWS: i64 = 30 * Instant::DAY;

/// Issues that wait for somebody, to be counted or listed.
pub struct Waiting(Select<issue::Entity>);

impl Waiting {
    /// How many there are, up to 1,001.
    pub async fn count(self, conn: &impl ConnectionTrait) -> Result<u64> {
        Ok(self.0.select_only().column(issue::Column::Id).limit(COUNTED).count(conn).await?)
    }

    /// The first of them.
    pub async fn first(self, conn: &impl ConnectionTrait, most: u64) -> Result<Vec<Issue>> {
        Ok(self.0.limit(most).all(conn).await?)
    }
}

/// Issues within reach that ask something, or tell something that this person has not looked at.
pub fn for_member(reach: &Reach, person: PersonId, now: Instant) -> Waiting {
    let looked = Query::select()
        .column(view::Column::IssueId)
        .from(view::Entity)
        .and_where(Expr::col((view::Entity, view::Column::IssueId)).equals((issue::Entity, issue::Column::Id)))
        .and_where(view::Column::PersonId.eq(person))
        .and_where(Expr::col((view::Entity, view::Column::At)).gte(Expr::col((issue::Entity, issue::Column::ToldAt))))
        .to_owned();
    let news =
        Condition::all().add(issue::Column::ToldAt.gt(now.plus(-NEWS))).add(issue::Column::Id.not_in_subquery(looked));
    Waiting(
        issue::Entity::find()
            .filter(list::within(reach))
            .filter(Condition::any().add(list::in_state(State::AskedBack)).add(news))
            .order_by_desc(issue::Column::Id),
    )
}

/// Issues that wait for the secretariat: this owner's, and those that nobody there owns, new or left behind.
pub fn for_staff(owner: PersonId) -> Waiting {
    let waiting = list::waiting_for(Side::Secretariat)
        .into_iter()
        .fold(Condition::any(), |any, state| any.add(list::in_state(state)));
    let own = Condition::any().add(list::owned_by(Owner::Person(owner))).add(list::owned_by(Owner::Nobody));
    Waiting(issue::Entity::find().filter(list::unclosed()).filter(waiting).filter(own).order_by_asc(issue::Column::Id))
}
