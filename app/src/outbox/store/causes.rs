//! Failures that nobody has dealt with, put together by what was said: one look shows that a whole provider refuses, or
//! that ten mailboxes are gone.

use sea_orm::{
    ColumnTrait, ConnectionTrait, Order, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Expr, Query},
};
use serde::Serialize;

use super::failures;
use crate::{
    error::Result,
    outbox::{
        DeliveryState,
        entity::delivery::{self, Column},
    },
};

/// Most causes that are shown, and most failures that are looked at for them.
const SHOWN: u64 = 10;
const COUNTED: u64 = 10_000;

/// What failures have in common. Written into an address it chooses them again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    #[serde(rename = "is")]
    pub state: DeliveryState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// The code of RFC 3463.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

/// The failures of one cause.
pub(super) fn failed_as(cause: &Cause) -> Select<delivery::Entity> {
    let is = |column: Column, value: Option<sea_orm::Value>| match value {
        Some(value) => column.eq(value),
        None => column.is_null(),
    };
    failures::unhandled()
        .filter(Column::State.eq(cause.state))
        .filter(is(Column::ReplyCode, cause.code.map(Into::into)))
        .filter(is(Column::EnhancedCode, cause.enhanced.clone().map(Into::into)))
        .filter(is(Column::Server, cause.server.clone().map(Into::into)))
}

/// The causes of most failures, and how many each has.
pub async fn causes(conn: &impl ConnectionTrait) -> Result<Vec<(Cause, u64)>> {
    let columns = [Column::State, Column::ReplyCode, Column::EnhancedCode, Column::Server];
    let some = failures::unhandled().select_only().columns(columns).limit(COUNTED).into_query();
    let n = || Expr::cust("COUNT(*)");
    let mut grouped = Query::select();
    grouped
        .columns(columns)
        .expr_as(n(), Alias::new("n"))
        .from_subquery(some, Alias::new("failed"))
        .group_by_columns(columns)
        .order_by_expr(n(), Order::Desc)
        .order_by(Column::Server, Order::Asc)
        .order_by(Column::ReplyCode, Order::Asc)
        .limit(SHOWN);
    let rows = conn.query_all(&grouped).await?;
    let cause = |row: &sea_orm::QueryResult| {
        let cause = Cause {
            state: row.try_get("", "state")?,
            code: row.try_get("", "reply_code")?,
            enhanced: row.try_get("", "enhanced_code")?,
            server: row.try_get("", "server")?,
        };
        Ok((cause, u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or_default()))
    };
    rows.iter().map(cause).collect()
}
