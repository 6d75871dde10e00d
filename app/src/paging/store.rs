//! The query of a page whose key grows with time.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Value};

use super::From;

/// These rows from there on, newest first, or, backwards, the nearest first; one more than a page has.
pub fn newest_first<E: EntityTrait>(
    all: Select<E>,
    key: E::Column,
    from: From<impl Into<Value>>,
    most: usize,
) -> Select<E> {
    let rows = match from {
        From::Start => all.order_by_desc(key),
        From::After(value) => all.filter(key.lt(value)).order_by_desc(key),
        From::Before(value) => all.filter(key.gt(value)).order_by_asc(key),
    };
    rows.limit(most as u64 + 1)
}
