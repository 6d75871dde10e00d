//! Entering what happens to devices, and taking a step back, under their lock, with its audit and what follows from it.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{
    Device, KIND, devices_of,
    write::{AT_ONCE, Written, unless_taken},
};
use crate::{
    audit,
    db::Tx,
    error::{AppError, Result},
    ids::{InstallRequestId, SentinelEventId, SentinelId},
    sentinels::{
        catalogue::model::plain,
        devices::{
            entity::{event, sentinel},
            model::Stage,
        },
        faults::{self, model::End},
    },
    time::{Day, show_day},
};

/// Something that happened to a device.
#[derive(Clone, Debug)]
pub struct Entered {
    pub stage: Stage,
    pub day: Day,
    pub note: Option<String>,
    /// The request whose progress it follows.
    pub request: Option<InstallRequestId>,
}

/// Enters the same for each of these devices; see [`enter_each`].
pub async fn enter_all(tx: &Tx, before: &[Device], entered: &Entered) -> Result<()> {
    let each: Vec<_> = before.iter().map(|device| (device.clone(), entered.clone())).collect();
    enter_each(tx, &each).await
}

/// Enters what happened to each of these devices; whether the move fits, the caller has asked under their lock. The
/// serial of a device that is removed becomes free, and its faults follow.
pub async fn enter_each(tx: &Tx, moved: &[(Device, Entered)]) -> Result<()> {
    enter_ended(tx, moved, None).await
}

/// The same, where it is known how the faults of devices that leave that stage ended.
pub async fn enter_ended(tx: &Tx, moved: &[(Device, Entered)], end: Option<End>) -> Result<()> {
    for some in moved.chunks(AT_ONCE) {
        let events = some.iter().map(|(device, entered)| event(tx, device.row.id, device.events.len() + 1, entered));
        event::Entity::insert_many(events).exec_without_returning(&**tx).await?;
        let removed = some.iter().filter(|(_, entered)| entered.stage == Stage::Removed);
        let removed: Vec<SentinelId> = removed.map(|(device, _)| device.row.id).collect();
        if !removed.is_empty() {
            sentinel::Entity::update_many()
                .col_expr(sentinel::Column::SerialKey, Expr::value(None::<String>))
                .filter(sentinel::Column::Id.is_in(removed))
                .exec(&**tx)
                .await?;
        }
    }
    faults::store::follow(tx, moved, end).await?;
    let entries = moved.iter().map(|(device, entered)| {
        let entry = audit::Entry::new("sentinel.moved", KIND).subject(device.row.id).member(device.row.member_id);
        let mut after = json!({ "stage": entered.stage, "day": show_day(entered.day), "note": entered.note });
        if let Some(end) = end {
            after["ended"] = end.to_string().into();
        }
        entry.before(&json!({ "stage": device.stage() })).after(&after)
    });
    audit::record_all(tx, entries).await
}

/// Takes back the last step of a device; whether it may be, the caller has asked under its lock. A device that was
/// removed gets its serial again, unless another one has it by now.
pub async fn take_back(tx: &Tx, device: &Device, why: &str) -> Result<Written> {
    let [.., before, last] = &device.events[..] else { return Err(AppError::NotFound) };
    if last.stage == Stage::Removed {
        let held = sentinel::Entity::update_many()
            .col_expr(sentinel::Column::SerialKey, Expr::value(device.row.serial.as_deref().map(plain)))
            .filter(sentinel::Column::Id.eq(device.row.id))
            .exec(&**tx)
            .await;
        if unless_taken(held)?.is_none() {
            return Ok(Written::Taken);
        }
    }
    let seq = -i32::try_from(device.taken_back.len() + 1).unwrap_or(i32::MAX);
    event::Entity::update_many()
        .col_expr(event::Column::Seq, Expr::value(seq))
        .col_expr(event::Column::TakenBackAt, Expr::value(tx.now))
        .col_expr(event::Column::TakenBackBy, Expr::value(tx.actor.person))
        .col_expr(event::Column::TakenBackWhy, Expr::value(why))
        .filter(event::Column::Id.eq(last.id))
        .exec(&**tx)
        .await?;
    let entry = audit::Entry::new("sentinel.step_taken_back", KIND).subject(device.row.id).member(device.row.member_id);
    let was = json!({ "stage": last.stage, "day": show_day(last.day), "note": last.note });
    let is = json!({ "stage": before.stage, "day": show_day(before.day), "note": why });
    audit::record(tx, entry.before(&was).after(&is)).await?;
    Ok(Written::Done)
}

/// Locks the rows until the transaction ends, so that two who write at once wait for each other, and reads them.
pub async fn lock(tx: &Tx, ids: &[SentinelId]) -> Result<Vec<Device>> {
    sentinel::Entity::update_many()
        .col_expr(sentinel::Column::CreatedAt, Expr::col(sentinel::Column::CreatedAt))
        .filter(sentinel::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    devices_of(&**tx, ids).await
}

/// A device's event, which is the `seq`th.
pub(super) fn event(tx: &Tx, id: SentinelId, seq: usize, entered: &Entered) -> event::ActiveModel {
    event::ActiveModel {
        id: Set(SentinelEventId::new()),
        sentinel_id: Set(id),
        seq: Set(i32::try_from(seq).unwrap_or(i32::MAX)),
        stage: Set(entered.stage),
        day: Set(entered.day),
        at: Set(tx.now),
        person_id: Set(tx.actor.person),
        note: Set(entered.note.clone()),
        request_id: Set(entered.request),
        ..Default::default()
    }
}
