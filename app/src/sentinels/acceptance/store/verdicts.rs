//! What was last said of devices.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{acceptance, line};
use crate::{
    error::Result,
    ids::{AcceptanceId, SentinelId},
    sentinels::acceptance::model::{Trials, is_failed},
};

/// Those of these devices that failed when they were last tried.
pub async fn failed(conn: &impl ConnectionTrait, devices: &[SentinelId]) -> Result<BTreeSet<SentinelId>> {
    let lines = line::Entity::find().filter(line::Column::SentinelId.is_in(devices.iter().copied())).all(conn).await?;
    let batches: BTreeSet<AcceptanceId> = lines.iter().map(|line| line.acceptance_id).collect();
    let recorded: Vec<AcceptanceId> = acceptance::Entity::find()
        .select_only()
        .column(acceptance::Column::Id)
        .filter(acceptance::Column::Id.is_in(batches))
        .filter(acceptance::Column::RecordedAt.is_not_null())
        .order_by_asc(acceptance::Column::RecordedAt)
        .order_by_asc(acceptance::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let mut found: BTreeMap<SentinelId, Vec<Trials>> = BTreeMap::new();
    for batch in recorded {
        for line in lines.iter().filter(|line| line.acceptance_id == batch) {
            found.entry(line.sentinel_id).or_default().push(line.trials());
        }
    }
    Ok(found.into_iter().filter(|(_, trials)| is_failed(trials)).map(|(device, _)| device).collect())
}
