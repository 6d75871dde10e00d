//! The list of members: searched by a part of the name or code, however short, filtered, and paged by
//! name, so that the last page costs what the first does.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Order, Query, SelectStatement},
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
    paging::{From, Paged},
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

/// One page by name. A key that is nobody's any more leads to the first.
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    from: From<MemberId>,
    size: usize,
) -> Result<Paged<Member, MemberId>> {
    let mark = match from {
        From::Start => None,
        From::After(id) | From::Before(id) => member::Entity::find_by_id(id).one(conn).await?,
    };
    let (from, most) = (if mark.is_some() { from } else { From::Start }, size as u64 + 1);
    let rows = match mark {
        None => list(conn, filter, most).await?,
        Some(mark) => {
            let back = from.is_backwards();
            let order = if back { Order::Desc } else { Order::Asc };
            let query = found(filter).filter(beside(&mark, back)).order_by(member::Column::Name, order.clone());
            query.order_by(member::Column::Id, order).limit(most).all(conn).await?
        }
    };
    Ok(from.page(rows, size, |member| member.id))
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
