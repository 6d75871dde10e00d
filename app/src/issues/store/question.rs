//! Published questions and answers.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use super::Question;
use crate::{
    db::{Tx, holds},
    error::{AppError, Result, unique_violation},
    ids::{IssueId, QuestionId},
    issues::{entity::question, model::Category},
    time::Instant,
};

/// The words that everybody will read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub category: Category,
    pub title: String,
    pub question: String,
    pub answer: String,
}

/// A question, published now or withdrawn.
pub async fn find(conn: &impl ConnectionTrait, id: QuestionId) -> Result<Question> {
    question::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// A question that is published now.
pub async fn published(conn: &impl ConnectionTrait, id: QuestionId) -> Result<Question> {
    question::Entity::find_by_id(id)
        .filter(question::Column::WithdrawnAt.is_null())
        .one(conn)
        .await?
        .ok_or(AppError::NotFound)
}

/// What was published of an issue, withdrawn or not.
pub async fn of_issue(conn: &impl ConnectionTrait, issue: IssueId) -> Result<Option<Question>> {
    Ok(question::Entity::find().filter(question::Column::IssueId.eq(issue)).one(conn).await?)
}

/// Published questions, newest first; `search` is a part of any of their texts.
pub async fn page(
    conn: &impl ConnectionTrait,
    category: Option<Category>,
    search: Option<&str>,
    after: Option<QuestionId>,
    most: u64,
) -> Result<Vec<Question>> {
    use question::Column as C;
    let mut query = question::Entity::find().filter(C::WithdrawnAt.is_null());
    if let Some(category) = category {
        query = query.filter(C::Category.eq(category));
    }
    if let Some(search) = search {
        let any = [C::Title, C::Question, C::Answer]
            .into_iter()
            .fold(Condition::any(), |any, column| any.add(holds(column, search)));
        query = query.filter(any);
    }
    if let Some(after) = after {
        query = query.filter(C::Id.lt(after));
    }
    Ok(query.order_by_desc(C::Id).limit(most).all(conn).await?)
}

/// Publishes what was never published; `false` when somebody did meanwhile.
pub async fn publish(tx: &Tx, issue: IssueId, words: Words) -> Result<bool> {
    let inserted = question::ActiveModel {
        id: Set(QuestionId::new()),
        issue_id: Set(issue),
        category: Set(words.category),
        title: Set(words.title),
        question: Set(words.question),
        answer: Set(words.answer),
        published_at: Set(tx.now),
        published_by: Set(tx.actor.person),
        withdrawn_at: Set(None),
        row_version: Set(1),
    }
    .insert(&**tx)
    .await;
    match inserted {
        Ok(_) => Ok(true),
        Err(error) if unique_violation(&error).is_some() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Changes the words (and publishes again what was withdrawn), if nobody changed them since.
pub async fn change(tx: &Tx, found: &Question, words: Words) -> Result<bool> {
    use question::Column as C;
    let changed = question::Entity::update_many()
        .col_expr(C::Category, Expr::value(words.category))
        .col_expr(C::Title, Expr::value(words.title))
        .col_expr(C::Question, Expr::value(words.question))
        .col_expr(C::Answer, Expr::value(words.answer))
        .col_expr(C::WithdrawnAt, Expr::value(None::<Instant>))
        .col_expr(C::RowVersion, Expr::value(found.row_version + 1))
        .filter(C::Id.eq(found.id))
        .filter(C::RowVersion.eq(found.row_version))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Takes a question back; `false` when it was withdrawn or changed meanwhile.
pub async fn withdraw(tx: &Tx, found: &Question) -> Result<bool> {
    use question::Column as C;
    let changed = question::Entity::update_many()
        .col_expr(C::WithdrawnAt, Expr::value(tx.now))
        .col_expr(C::RowVersion, Expr::value(found.row_version + 1))
        .filter(C::Id.eq(found.id))
        .filter(C::RowVersion.eq(found.row_version))
        .filter(C::WithdrawnAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}
