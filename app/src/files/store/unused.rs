//! Rows that nothing names any more, and content that no row names.

use std::collections::HashSet;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, Query},
};

use crate::{db::Tx, error::Result, files::entity, ids::FileId, time::Instant};

/// The columns that name a row of `files`. Each is a foreign key, so that the database refuses to remove what a column
/// names that is missing here; a test compares the list with the database.
pub const NAMED_BY: [(&str, &str); 12] = [
    ("imports", "file_id"),
    ("inbound_files", "file_id"),
    ("issue_files", "file_id"),
    ("members", "licence_file_id"),
    ("notice_files", "file_id"),
    ("place_code_items", "file_id"),
    ("place_code_prints", "file_id"),
    ("place_codes", "file_id"),
    ("posting_events", "file_id"),
    ("posting_photos", "file_id"),
    ("sentinel_acceptances", "signed_file_id"),
    ("sentinel_proofs", "file_id"),
];

/// Rows that are removed in one transaction.
const AT_ONCE: u64 = 200;

/// Removes some rows of before `bound` that nothing names; says how many.
pub async fn remove_unused(tx: &Tx, bound: Instant) -> Result<u64> {
    let mut unused = entity::Entity::find().filter(entity::Column::CreatedAt.lt(bound));
    for (table, column) in NAMED_BY {
        let (table, column) = (Alias::new(table), Alias::new(column));
        let named =
            Query::select().column(column.clone()).from(table).and_where(Expr::col(column).is_not_null()).take();
        unused = unused.filter(entity::Column::Id.not_in_subquery(named));
    }
    let unused: Vec<FileId> = unused
        .select_only()
        .column(entity::Column::Id)
        .order_by_asc(entity::Column::Id)
        .limit(AT_ONCE)
        .into_tuple()
        .all(&**tx)
        .await?;
    let removed = entity::Entity::delete_many().filter(entity::Column::Id.is_in(unused)).exec(&**tx).await?;
    Ok(removed.rows_affected)
}

/// Those of these hashes that a row names.
pub async fn named(conn: &impl ConnectionTrait, hashes: &[String]) -> Result<HashSet<String>> {
    let found: Vec<String> = entity::Entity::find()
        .select_only()
        .column(entity::Column::Hash)
        .filter(entity::Column::Hash.is_in(hashes.iter().cloned()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().collect())
}
