//! Letters to departments, and which issues each carries.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::Query,
};

use super::{Issue, Letter, list};
use crate::{
    db::Tx,
    error::{AppError, Result, unique_violation},
    ids::LetterId,
    issues::{
        entity::{issue, letter},
        model::State,
    },
    time::Day,
};

/// Counting stops here.
const COUNTED: u64 = 1_001;

/// A letter to be recorded.
#[derive(Clone, Debug)]
pub struct NewLetter {
    pub department: String,
    pub number: String,
    pub sent_on: Day,
    pub answer_due: Option<Day>,
}

pub async fn find(conn: &impl ConnectionTrait, id: LetterId) -> Result<Letter> {
    letter::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

pub async fn find_all(conn: &impl ConnectionTrait, ids: &[LetterId]) -> Result<Vec<Letter>> {
    Ok(letter::Entity::find().filter(letter::Column::Id.is_in(ids.iter().copied())).all(conn).await?)
}

/// Records a letter; nothing when its number is taken.
pub async fn add(tx: &Tx, new: NewLetter) -> Result<Option<LetterId>> {
    let taken = letter::Entity::find().filter(letter::Column::Number.eq(&new.number)).one(&**tx).await?;
    if taken.is_some() {
        return Ok(None);
    }
    let id = LetterId::new();
    let inserted = letter::ActiveModel {
        id: Set(id),
        department: Set(new.department),
        number: Set(new.number),
        sent_on: Set(new.sent_on),
        answer_due: Set(new.answer_due),
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
    }
    .insert(&**tx)
    .await;
    match inserted {
        Ok(_) => Ok(Some(id)),
        Err(error) if unique_violation(&error).is_some() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Letters, newest first, beginning after one of them.
pub async fn page(conn: &impl ConnectionTrait, after: Option<LetterId>, most: u64) -> Result<Vec<Letter>> {
    let mut query = letter::Entity::find();
    if let Some(after) = after {
        query = query.filter(letter::Column::Id.lt(after));
    }
    Ok(query.order_by_desc(letter::Column::Id).limit(most).all(conn).await?)
}

/// Letters whose answer was due before this day and that still wait for it.
pub struct Overdue {
    pub today: Day,
}

impl Overdue {
    fn select(&self) -> Select<letter::Entity> {
        let waiting = Query::select()
            .column(issue::Column::LetterId)
            .from(issue::Entity)
            .cond_where(list::unclosed())
            .cond_where(list::in_state(State::Forwarded))
            .to_owned();
        letter::Entity::find()
            .filter(letter::Column::AnswerDue.lt(self.today))
            .filter(letter::Column::Id.in_subquery(waiting))
    }

    pub async fn count(&self, conn: &impl ConnectionTrait) -> Result<u64> {
        Ok(self.select().select_only().column(letter::Column::Id).limit(COUNTED).count(conn).await?)
    }

    /// The longest overdue of them.
    pub async fn first(&self, conn: &impl ConnectionTrait, most: u64) -> Result<Vec<Letter>> {
        Ok(self.select().order_by_asc(letter::Column::AnswerDue).limit(most).all(conn).await?)
    }
}

/// The issues whose last letter is one of these, in the order of their numbers.
pub async fn issues_of(conn: &impl ConnectionTrait, letters: &[LetterId]) -> Result<Vec<Issue>> {
    Ok(issue::Entity::find()
        .filter(issue::Column::LetterId.is_in(letters.iter().copied()))
        .order_by_asc(issue::Column::Id)
        .all(conn)
        .await?)
}
