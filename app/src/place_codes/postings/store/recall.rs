//! Recalls: how far they are, by member and plant, what waits at which entrance, and which reminders were sent. What a
//! recall asked for is what waits still and what was replaced since its version came.

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
    sea_query::{Expr, Order},
};

use super::{
    Filter, Posting,
    list::{COUNTED, is_recalled, narrowed},
    postings,
};
use crate::{
    db::Tx,
    error::Result,
    ids::{MemberId, PlantId, PostingId, text_enum},
    paging::{From, Paged},
    place_codes::{
        postings::{
            entity::posting,
            model::{Progress, Why},
        },
        reach::Reach,
    },
    time::Day,
};

const PER_PAGE: usize = 50;
/// Copies that are to be replaced and looked at together.
pub const AT_ONCE: u64 = 1_000;

text_enum! {
    /// What a mail told of.
    pub enum Reminder {
        Begun = "begun",
        Due = "due",
        Overdue = "overdue",
    }
}

/// That a version which came before it was removed is the entrance's current one, and not its own.
const SUPERSEDED: &str = "EXISTS (SELECT 1 FROM place_codes c WHERE c.entrance_id = postings.entrance_id
    AND c.withdrawn_at IS NULL AND c.id <> postings.code_id AND c.added_at <= postings.removed_at
    AND NOT EXISTS (SELECT 1 FROM place_codes d WHERE d.entrance_id = c.entrance_id AND d.withdrawn_at IS NULL
        AND d.version > c.version))";

/// What the recalls of today ask for: done and to be done.
fn recalled() -> Condition {
    let done = Condition::all().add(posting::Column::RemovedWhy.eq(Why::Replaced)).add(Expr::cust(SUPERSEDED));
    Condition::any().add(is_recalled()).add(done)
}

/// How far all recalls are together.
pub async fn progress(conn: &impl ConnectionTrait, reach: &Reach, filter: &Filter) -> Result<Progress> {
    #[derive(FromQueryResult)]
    struct Counted {
        asked: i64,
        replaced: i64,
    }
    let query = narrowed(reach, filter).filter(recalled()).select_only();
    let counted = query
        .column_as(posting::Column::Id.count(), "asked")
        .column_as(posting::Column::RemovedAt.count(), "replaced")
        .into_model::<Counted>()
        .one(conn)
        .await?;
    Ok(counted.map_or_else(Progress::default, |row| of(row.asked, row.replaced)))
}

fn of(asked: i64, replaced: i64) -> Progress {
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    Progress { replaced: count(replaced), left: count(asked - replaced) }
}

/// How far they are for each member that has any, in the order in which the members came.
pub async fn by_member(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    from: From<MemberId>,
) -> Result<Paged<(MemberId, Progress), MemberId>> {
    let mut query = narrowed(reach, &Filter::default()).filter(recalled());
    query = match from {
        From::Start => query,
        From::After(id) => query.filter(posting::Column::MemberId.gt(id)),
        From::Before(id) => query.filter(posting::Column::MemberId.lt(id)),
    };
    let order = if from.is_backwards() { Order::Desc } else { Order::Asc };
    let rows: Vec<(MemberId, i64, i64)> = query
        .select_only()
        .column(posting::Column::MemberId)
        .column_as(posting::Column::Id.count(), "asked")
        .column_as(posting::Column::RemovedAt.count(), "replaced")
        .group_by(posting::Column::MemberId)
        .order_by(posting::Column::MemberId, order)
        .limit(PER_PAGE as u64 + 1)
        .into_tuple()
        .all(conn)
        .await?;
    let rows = rows.into_iter().map(|(member, asked, replaced)| (member, of(asked, replaced))).collect();
    Ok(from.page(rows, PER_PAGE, |row| row.0))
}

/// How far they are for each plant of a member that has any.
pub async fn by_plant(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    members: &[MemberId],
) -> Result<Vec<(PlantId, Progress)>> {
    let rows: Vec<(PlantId, i64, i64)> = narrowed(reach, &Filter::default())
        .filter(posting::Column::MemberId.is_in(members.iter().copied()))
        .filter(recalled())
        .select_only()
        .column(posting::Column::PlantId)
        .column_as(posting::Column::Id.count(), "asked")
        .column_as(posting::Column::RemovedAt.count(), "replaced")
        .group_by(posting::Column::PlantId)
        .order_by_asc(posting::Column::PlantId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(plant, asked, replaced)| (plant, of(asked, replaced))).collect())
}

fn wrong() -> Filter {
    Filter { wrong: true, ..Filter::default() }
}

/// At how many entrances something is to be replaced, up to 1,001.
pub async fn waiting_entrances(conn: &impl ConnectionTrait, reach: &Reach) -> Result<u64> {
    let all = narrowed(reach, &wrong()).select_only().column(posting::Column::EntranceId).distinct();
    Ok(all.limit(COUNTED).count(conn).await?)
}

/// What is to be replaced within reach, `most` after this one.
pub async fn waiting_after(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    after: Option<PostingId>,
    most: u64,
) -> Result<Vec<Posting>> {
    let mut query = narrowed(reach, &wrong());
    if let Some(after) = after {
        query = query.filter(posting::Column::Id.gt(after));
    }
    postings(conn, query.order_by_asc(posting::Column::Id).limit(most).all(conn).await?).await
}

/// Which of these were told of, and how.
pub async fn reminded(conn: &impl ConnectionTrait, of: &[PostingId]) -> Result<BTreeSet<(PostingId, Reminder, Day)>> {
    let (Some(first), Some(last)) = (of.first(), of.last()) else { return Ok(BTreeSet::new()) };
    let sql = "SELECT posting_id, kind, since FROM posting_reminders WHERE posting_id >= $1 AND posting_id <= $2";
    let found = Statement::from_sql_and_values(conn.get_database_backend(), sql, [(*first).into(), (*last).into()]);
    let mut all = BTreeSet::new();
    for row in conn.query_all_raw(found).await? {
        all.insert((row.try_get("", "posting_id")?, row.try_get("", "kind")?, row.try_get("", "since")?));
    }
    Ok(all)
}

/// Notes that a mail tells of this one; false when another one did.
pub async fn remember(tx: &Tx, id: PostingId, kind: Reminder, since: Day) -> Result<bool> {
    let insert = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "INSERT INTO posting_reminders (posting_id, kind, since, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (posting_id, kind, since) DO NOTHING",
        [id.into(), kind.into(), since.into(), tx.now.into()],
    );
    Ok(tx.execute_raw(insert).await?.rows_affected() == 1)
}
