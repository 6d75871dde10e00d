//! Failures that nobody has dealt with, put together by what was said: one look shows that a whole provider refuses, or
//! that ten mailboxes are gone. Of a mail that came back its report says why, and not the server that had taken it.

use sea_orm::{
    ColumnTrait, ConnectionTrait, Order, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query, SimpleExpr},
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

/// Most causes that are shown, those of most failures, and most failures that are looked at for them.
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

/// What was said last, whoever said it: the names of what a cause is made of beside the state.
fn said() -> [(&'static str, SimpleExpr); 3] {
    let last = |reported: Column, told: Column| -> SimpleExpr {
        CaseStatement::new().case(Column::BouncedAt.is_not_null(), Expr::col(reported)).finally(Expr::col(told)).into()
    };
    [
        ("code", last(Column::BounceCode, Column::ReplyCode)),
        ("enhanced", last(Column::BounceEnhanced, Column::EnhancedCode)),
        ("by", last(Column::BounceServer, Column::Server)),
    ]
}

/// The failures of one cause.
pub(super) fn failed_as(cause: &Cause) -> Select<delivery::Entity> {
    let values: [Option<sea_orm::Value>; 3] =
        [cause.code.map(Into::into), cause.enhanced.clone().map(Into::into), cause.server.clone().map(Into::into)];
    let of_state = failures::unhandled().filter(Column::State.eq(cause.state));
    said().into_iter().zip(values).fold(of_state, |found, ((_, said), value)| match value {
        Some(value) => found.filter(said.eq(value)),
        None => found.filter(said.is_null()),
    })
}

/// The causes of most failures, and how many each has; and whether there are others.
pub async fn causes(conn: &impl ConnectionTrait) -> Result<(Vec<(Cause, u64)>, bool)> {
    let some = failures::unhandled().select_only().column(Column::State);
    let some = said().into_iter().fold(some, |some, (name, said)| some.expr_as(said, name)).limit(COUNTED).into_query();
    let n = || Expr::cust("COUNT(*)");
    let columns = ["state", "code", "enhanced", "by"].map(Alias::new);
    let mut grouped = Query::select();
    grouped
        .columns(columns.clone())
        .expr_as(n(), Alias::new("n"))
        .from_subquery(some, Alias::new("failed"))
        .group_by_columns(columns)
        .order_by_expr(n(), Order::Desc)
        .order_by(Alias::new("by"), Order::Asc)
        .order_by(Alias::new("code"), Order::Asc)
        .limit(SHOWN + 1);
    let mut rows = conn.query_all(&grouped).await?;
    let shown = usize::try_from(SHOWN).unwrap_or_default();
    let others = rows.len() > shown;
    rows.truncate(shown);
    let cause = |row: &sea_orm::QueryResult| {
        let cause = Cause {
            state: row.try_get("", "state")?,
            code: row.try_get("", "code")?,
            enhanced: row.try_get("", "enhanced")?,
            server: row.try_get("", "by")?,
        };
        Ok((cause, u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or_default()))
    };
    Ok((rows.iter().map(cause).collect::<Result<_>>()?, others))
}
