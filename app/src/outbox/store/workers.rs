//! The workers' signs of life: a row each, renewed while it runs and taken away when it stops. One that was killed leaves
//! its row, which says when it was last heard of.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::OnConflict,
};

use crate::{
    db::Tx,
    error::Result,
    outbox::{
        WorkerKind,
        entity::worker::{Column, Entity, Model},
    },
    time::Instant,
};

/// How long after its last beat a worker counts as alive.
const ALIVE: i64 = 60 * Instant::SECOND;
/// How long a silent one is remembered.
const REMEMBERED: i64 = Instant::DAY;
/// How long mail may be due before somebody must know that nobody sends it.
const PATIENCE: i64 = 3 * Instant::MINUTE;
/// Most workers that are shown.
const SHOWN: u64 = 50;

/// Notes that a worker is alive.
pub async fn beat(tx: &Tx, worker: &Model) -> Result<()> {
    let again = OnConflict::column(Column::Id).update_column(Column::BeatAt).to_owned();
    let row = Model { beat_at: tx.now, ..worker.clone() }.into_active_model();
    Entity::insert(row).on_conflict(again).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Notes that a worker stopped as it should.
pub async fn stopped(tx: &Tx, id: &str) -> Result<()> {
    Entity::delete_by_id(id.to_owned()).exec(&**tx).await?;
    Ok(())
}

/// Forgets those that have not been heard of for long.
pub async fn forget_silent(tx: &Tx) -> Result<()> {
    Entity::delete_many().filter(Column::BeatAt.lt(tx.now.plus(-REMEMBERED))).exec(&**tx).await?;
    Ok(())
}

/// Those that are alive, the longest running first.
pub async fn alive(conn: &impl ConnectionTrait, now: Instant) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::BeatAt.gte(now.plus(-ALIVE)))
        .order_by_asc(Column::StartedAt)
        .order_by_asc(Column::Id)
        .limit(SHOWN)
        .all(conn)
        .await?)
}

/// When any worker that sends mail was last heard of.
pub async fn last_heard(conn: &impl ConnectionTrait) -> Result<Option<Instant>> {
    let newest = Entity::find().filter(Column::Kind.eq(WorkerKind::Mail)).order_by_desc(Column::BeatAt);
    Ok(newest.one(conn).await?.map(|worker| worker.beat_at))
}

/// Whether mail has been due for minutes and no worker that sends mail is alive.
pub async fn nobody_sends(conn: &impl ConnectionTrait, now: Instant) -> Result<bool> {
    let late = "SELECT 1 FROM deliveries WHERE settled_at IS NULL AND group_id IS NULL \
                AND state IN ('queued', 'deferred', 'uncertain') AND next_at <= $1 \
                AND NOT EXISTS (SELECT 1 FROM workers WHERE kind = 'mail' AND beat_at >= $2) LIMIT 1";
    let values = [now.plus(-PATIENCE).into(), now.plus(-ALIVE).into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), late, values);
    Ok(conn.query_one_raw(statement).await?.is_some())
}
