//! Reading the audit by person, act, subject, member and days, newest first. Ids grow with time, so
//! they are the order and the key of a page.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    Statement,
};
use uuid::Uuid;

use crate::{
    accounts::people::store as people,
    audit::entity::{Column, Entity, Model},
    error::Result,
    ids::{AuditId, MemberId, PersonId},
    members::store as members,
    time::Instant,
};

/// Counting stops here.
const COUNT_CAP: u64 = 1_001;

/// One by its id, or all that have these words in their names.
#[derive(Clone, Debug)]
pub enum Named<Id> {
    Id(Id),
    Words(String),
}

/// Which rows are wanted; nothing in a field means all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub person: Option<Named<PersonId>>,
    pub act: Option<String>,
    pub subject: Option<Uuid>,
    pub member: Option<Named<MemberId>>,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
}

impl Filter {
    fn select(&self) -> Select<Entity> {
        let all = Condition::all()
            .add_option(self.person.as_ref().map(|named| match named {
                Named::Id(id) => Column::PersonId.eq(*id),
                Named::Words(words) => Column::PersonId.in_subquery(people::called(words)),
            }))
            .add_option(self.act.as_ref().map(|act| Column::Act.eq(act)))
            .add_option(self.subject.map(|id| Column::SubjectId.eq(id)))
            .add_option(self.member.as_ref().map(|named| match named {
                Named::Id(id) => Column::MemberId.eq(*id),
                Named::Words(words) => Column::MemberId.in_subquery(members::called(words)),
            }))
            .add_option(self.from.map(|from| Column::At.gte(from)))
            .add_option(self.until.map(|until| Column::At.lt(until)));
        Entity::find().filter(all)
    }
}

/// Whether this person did this to this thing: what a second click asks when the thing itself is gone.
pub async fn did(conn: &impl ConnectionTrait, person: PersonId, act: &str, subject: impl Into<Uuid>) -> Result<bool> {
    let done = Filter {
        person: Some(Named::Id(person)),
        act: Some(act.to_owned()),
        subject: Some(subject.into()),
        ..Filter::default()
    };
    Ok(done.select().limit(1).count(conn).await? > 0)
}

pub async fn count(conn: &impl ConnectionTrait, filter: &Filter) -> Result<u64> {
    Ok(filter.select().limit(COUNT_CAP).count(conn).await?)
}

/// At most `most` rows, newest first, older than `after`; and whether there are more.
pub async fn list(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<AuditId>,
    most: usize,
) -> Result<(Vec<Model>, bool)> {
    let mut query = filter.select().order_by_desc(Column::Id).limit(most as u64 + 1);
    if let Some(after) = after {
        query = query.filter(Column::Id.lt(after));
    }
    let mut rows = query.all(conn).await?;
    let more = rows.len() > most;
    rows.truncate(most);
    Ok((rows, more))
}

/// The acts that ever happened, in alphabetical order: one step through the index for each.
pub async fn acts(conn: &impl ConnectionTrait) -> Result<Vec<String>> {
    const SQL: &str = "WITH RECURSIVE acts (act) AS (
            SELECT min(act) FROM audit
            UNION ALL
            SELECT (SELECT min(a.act) FROM audit a WHERE a.act > acts.act) FROM acts WHERE acts.act IS NOT NULL
        ) SELECT act FROM acts WHERE act IS NOT NULL ORDER BY act";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), SQL)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "act")).collect::<Result<_, _>>()?)
}
