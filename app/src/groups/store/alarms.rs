//! What was told as an alarm already: one row for each kind. Of several programs that see the same trouble, one tells.

use sea_orm::{ConnectionTrait, Statement};

use crate::{db::Tx, error::Result, time::Instant};

/// The last alarm of a kind: what it was about, and when it was told.
pub async fn raised(conn: &impl ConnectionTrait, kind: &str) -> Result<Option<(String, Instant)>> {
    let sql = "SELECT about, at FROM alarms WHERE kind = $1";
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [kind.into()]);
    let row = conn.query_one_raw(statement).await?;
    Ok(row.map(|row| Ok::<_, sea_orm::DbErr>((row.try_get("", "about")?, row.try_get("", "at")?))).transpose()?)
}

/// Takes the turn to tell of this; `false` when this or something newer was told, or anything within `gap`. What it is
/// about are microseconds, which have the same number of digits until the year 2286.
pub async fn raise(tx: &Tx, kind: &str, about: &str, gap: i64) -> Result<bool> {
    let sql = "INSERT INTO alarms (kind, about, at) VALUES ($1, $2, $3) ON CONFLICT (kind) DO UPDATE \
               SET about = excluded.about, at = excluded.at WHERE alarms.about < excluded.about AND alarms.at <= $4";
    let values = [kind.into(), about.into(), tx.now.into(), tx.now.plus(-gap).into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected() == 1)
}

/// How many mails failed after an instant and still wait for staff, and when the newest of them did.
pub async fn failures_since(conn: &impl ConnectionTrait, since: Instant) -> Result<(i64, Option<Instant>)> {
    let sql = "SELECT count(*) AS n, max(COALESCE(bounced_at, settled_at)) AS newest FROM deliveries \
               WHERE state IN ('refused', 'given_up', 'uncertain', 'suppressed') AND settled_at IS NOT NULL \
               AND handled_at IS NULL AND group_id IS NULL AND COALESCE(bounced_at, settled_at) > $1";
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [since.into()]);
    let row = conn.query_one_raw(statement).await?;
    match row {
        Some(row) => Ok((row.try_get("", "n")?, row.try_get("", "newest")?)),
        None => Ok((0, None)),
    }
}
