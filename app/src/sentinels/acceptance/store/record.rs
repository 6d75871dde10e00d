//! Recording what was found. With it every device is kept as it stood, so that the protocol says the same ever after.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{Batch, KIND, acceptance, line};
use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::SentinelId,
    sentinels::{
        acceptance::{
            model::{Trials, Verdict},
            stood::Stood,
        },
        devices::store::{self as devices, Device},
    },
    time::{Day, show_day},
};

/// What was found on a day.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub day: Day,
    pub tester: String,
    pub remark: Option<String>,
    /// For each device that was tried, what was found, and the note.
    pub lines: Vec<(SentinelId, Trials, Option<String>)>,
}

/// Records the outcome of a locked batch, which has none yet; its devices are as they were locked. `association` is what
/// it is called.
pub async fn record(tx: &Tx, batch: &Batch, found: &Recorded, stand: &[Device], association: &str) -> Result<()> {
    let id = batch.row.id;
    let names = devices::names(&**tx, stand).await?;
    acceptance::Entity::update_many()
        .col_expr(acceptance::Column::RecordedAt, Expr::value(tx.now))
        .col_expr(acceptance::Column::RecordedBy, Expr::value(tx.actor.person))
        .col_expr(acceptance::Column::Day, Expr::value(found.day))
        .col_expr(acceptance::Column::Tester, Expr::value(&found.tester))
        .col_expr(acceptance::Column::Remark, Expr::value(found.remark.clone()))
        .col_expr(acceptance::Column::Unit, Expr::value(names.members.get(&batch.row.member_id).cloned()))
        .col_expr(acceptance::Column::Association, Expr::value(association))
        .filter(acceptance::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    // The lines are written anew in one statement rather than changed one by one.
    line::Entity::delete_many().filter(line::Column::AcceptanceId.eq(id)).exec(&**tx).await?;
    let lines = batch.lines.iter().map(|line| {
        let (Trials([scan, card, refuse, speak]), note) = found
            .lines
            .iter()
            .find(|(device, ..)| *device == line.sentinel_id)
            .map_or((Trials::default(), None), |(_, trials, note)| (*trials, note.clone()));
        let stood = stand.iter().find(|device| device.row.id == line.sentinel_id);
        let stood = stood.map(|device| Stood::now(device, &names));
        line::ActiveModel {
            acceptance_id: Set(id),
            sentinel_id: Set(line.sentinel_id),
            place: Set(line.place),
            scan: Set(scan),
            card: Set(card),
            refuse: Set(refuse),
            speak: Set(speak),
            note: Set(note),
            make: Set(stood.as_ref().map(|stood| stood.make.clone())),
            form: Set(stood.as_ref().map(|stood| stood.form)),
            serial: Set(stood.as_ref().and_then(|stood| stood.serial.clone())),
            stood_at: Set(stood.map(|stood| stood.place)),
        }
    });
    line::Entity::insert_many(lines).exec_without_returning(&**tx).await?;
    let of = |verdict| found.lines.iter().filter(|(_, trials, _)| trials.verdict() == Some(verdict)).count();
    let after = json!({
        "number": batch.row.number,
        "day": show_day(found.day),
        "tester": found.tester,
        "remark": found.remark,
        "passed": of(Verdict::Passed),
        "failed": of(Verdict::Failed),
    });
    let entry = audit::Entry::new("sentinel_acceptance.recorded", KIND).subject(id).member(batch.row.member_id);
    audit::record(tx, entry.after(&after)).await
}
