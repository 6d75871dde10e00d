//! How far long mailings are: messages to many, of which some are still to leave.

use sea_orm::{ConnectionTrait, QueryResult, Statement};
use uuid::Uuid;

use crate::{error::Result, ids::MessageId};

/// Shorter ones need no bar.
const LONG: i64 = 20;
/// Most that are shown.
const SHOWN: i64 = 5;
/// Most waiting deliveries that are looked at, the oldest first.
const LOOKED_AT: i64 = 20_000;

/// A long mailing on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailing {
    pub message: MessageId,
    pub title: String,
    pub total: u64,
    /// Those that are still to leave.
    pub waiting: u64,
    /// Those of them that wait for another try.
    pub put_off: u64,
}

/// The mailings on their way, the longest wait first; those about one thing, or all.
pub async fn mailings(conn: &impl ConnectionTrait, about: Option<(&str, Uuid)>) -> Result<Vec<Mailing>> {
    let mut values = vec![LONG.into(), SHOWN.into()];
    let which = if let Some((kind, id)) = about {
        values.extend([kind.into(), id.into()]);
        "SELECT id FROM messages WHERE about_kind = $3 AND about_id = $4"
    } else {
        values.push(LOOKED_AT.into());
        "SELECT message_id FROM (SELECT message_id FROM deliveries WHERE settled_at IS NULL ORDER BY id LIMIT $3) oldest"
    };
    let sql = format!(
        "SELECT m.id, m.title, counted.total, counted.waiting, counted.put_off FROM (\
             SELECT message_id, COUNT(*) AS total, \
                 SUM(CASE WHEN settled_at IS NULL THEN 1 ELSE 0 END) AS waiting, \
                 SUM(CASE WHEN settled_at IS NULL AND state IN ('deferred', 'uncertain') THEN 1 ELSE 0 END) AS put_off \
             FROM deliveries WHERE message_id IN ({which}) GROUP BY message_id) counted \
         JOIN messages m ON m.id = counted.message_id \
         WHERE counted.total > $1 AND counted.waiting > 0 ORDER BY m.id LIMIT $2"
    );
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(mailing).collect()
}

fn mailing(row: &QueryResult) -> Result<Mailing> {
    let number = |column: &str| row.try_get::<i64>("", column).map(|n| u64::try_from(n).unwrap_or_default());
    Ok(Mailing {
        message: MessageId(row.try_get("", "id")?),
        title: row.try_get("", "title")?,
        total: number("total")?,
        waiting: number("waiting")?,
        put_off: number("put_off")?,
    })
}
