//! The list of members: searched by a part of the name or code, however short, filtered, and paged by
//! name, so that the last page costs what the first does.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::{
    db::holds,
    error::Result,
    ids::{MemberId, TextEnum},
    members::{
        credit_code,
        entity::{contact, member, plant},
        plant_kind::PlantKind,
    },
};

use super::Member;

/// Counting stops here.
const MOST_COUNTED: u64 = 1_001;

/// Which members are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A part of the name, the short name or the code.
    pub words: String,
    pub kind: Option<PlantKind>,
    /// A district's code.
    pub district: Option<String>,
    /// Only members none of whose contacts has an e-mail.
    pub without_email: bool,
    /// Those that left, instead of the members.
    pub left: bool,
}

/// Where a page begins or ends.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Start,
    After(MemberId),
    Before(MemberId),
}

/// How many there are, up to the bound.
pub async fn count(conn: &impl ConnectionTrait, filter: &Filter) -> Result<u64> {
    Ok(found(filter).select_only().column(member::Column::Id).limit(MOST_COUNTED).count(conn).await?)
}

/// All that are found, at most `most`, by name.
pub async fn list(conn: &impl ConnectionTrait, filter: &Filter, most: u64) -> Result<Vec<Member>> {
    Ok(found(filter).order_by_asc(member::Column::Name).order_by_asc(member::Column::Id).limit(most).all(conn).await?)
}

/// The ids of all whose name, short name or code contains the words, those who left too, for use in another query.
pub fn called(words: &str) -> SelectStatement {
    let called = named(member::Entity::find(), words);
    called.select_only().column(member::Column::Id).into_query()
}

/// One page by name, and whether there is more before and after it.
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    place: Place,
    size: u64,
) -> Result<(Vec<Member>, bool, bool)> {
    let id = match place {
        Place::Start => None,
        Place::After(id) | Place::Before(id) => Some(id),
    };
    let mark = match id {
        Some(id) => member::Entity::find_by_id(id).one(conn).await?,
        None => None,
    };
    let Some(mark) = mark else {
        let mut rows = list(conn, filter, size + 1).await?;
        let more = rows.len() as u64 > size;
        rows.truncate(size as usize);
        return Ok((rows, false, more));
    };
    let back = matches!(place, Place::Before(_));
    let query = found(filter).limit(size + 1);
    let mut rows = if back {
        query
            .filter(beside(&mark, true))
            .order_by_desc(member::Column::Name)
            .order_by_desc(member::Column::Id)
            .all(conn)
            .await?
    } else {
        query
            .filter(beside(&mark, false))
            .order_by_asc(member::Column::Name)
            .order_by_asc(member::Column::Id)
            .all(conn)
            .await?
    };
    let more = rows.len() as u64 > size;
    rows.truncate(size as usize);
    if back {
        rows.reverse();
    }
    Ok(if back { (rows, more, true) } else { (rows, true, more) })
}

/// What comes before or after the mark in the order of the list.
fn beside(mark: &Member, before: bool) -> Condition {
    let (name, id) = (member::Column::Name, member::Column::Id);
    let (name_beyond, id_beyond) =
        if before { (name.lt(&mark.name), id.lt(mark.id)) } else { (name.gt(&mark.name), id.gt(mark.id)) };
    Condition::any().add(name_beyond).add(name.eq(&mark.name).and(id_beyond))
}

fn found(filter: &Filter) -> Select<member::Entity> {
    let standing = if filter.left { member::Column::LeftAt.is_not_null() } else { member::Column::LeftAt.is_null() };
    let mut query = named(member::Entity::find().filter(standing), &filter.words);
    if filter.kind.is_some() || filter.district.is_some() {
        let mut plants = Query::select();
        plants.column(plant::Column::MemberId).from(plant::Entity).and_where(plant::Column::ClosedAt.is_null());
        if let Some(kind) = filter.kind {
            plants.and_where(Expr::col(plant::Column::Kind).eq(kind.word()));
        }
        if let Some(district) = &filter.district {
            plants.and_where(Expr::col(plant::Column::District).eq(district));
        }
        query = query.filter(member::Column::Id.in_subquery(plants.take()));
    }
    if filter.without_email {
        let mut reachable = Query::select();
        reachable
            .column(contact::Column::MemberId)
            .from(contact::Entity)
            .and_where(contact::Column::Email.is_not_null());
        query = query.filter(member::Column::Id.not_in_subquery(reachable.take()));
    }
    query
}

/// Those whose name, short name or code contains the words; all of them without words.
fn named(query: Select<member::Entity>, words: &str) -> Select<member::Entity> {
    let words = words.trim();
    if words.is_empty() {
        return query;
    }
    let mut named =
        Condition::any().add(holds(member::Column::Name, words)).add(holds(member::Column::ShortName, words));
    // Of a lone hyphen nothing is left, and nothing is a part of every code.
    let code = credit_code::normalise(words);
    if !code.is_empty() {
        named = named.add(holds(member::Column::CreditCode, &code));
    }
    query.filter(named)
}
