//! Who must report when: the settings, a plant's own cadence, its suspensions, and what is open.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde::Serialize;

use crate::{
    audit,
    db::Tx,
    error::{Result, unique_violation},
    ids::{MemberId, PlantId, SuspensionId},
    members::store::{self as register, Plant},
    settings,
    supply::{
        calendar::Suspension,
        duty::{Duty, PlantDuty, Rules},
        entity::{duty, report, suspension},
    },
    time::{Day, Instant, show_day},
};

pub use suspension::Model as SuspensionRow;

/// How many days back an open report is still asked for.
pub const LOOK_BACK: i64 = 7;

/// A report that is due and was not filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    pub plant: PlantId,
    pub day: Day,
    pub due_at: Instant,
}

pub async fn rules(conn: &impl ConnectionTrait) -> Result<Rules> {
    Ok(settings::load::<Rules>(conn).await?.value)
}

/// The duties of some plants from a day on, in the plants' order; plants of members that left have none.
pub async fn duties(conn: &impl ConnectionTrait, rules: &Rules, plants: &[Plant], from: Day) -> Result<Vec<PlantDuty>> {
    let ids: Vec<PlantId> = plants.iter().map(|p| p.id).collect();
    let own: HashMap<PlantId, Duty> = duty::Entity::find()
        .filter(duty::Column::PlantId.is_in(ids.clone()))
        .all(conn)
        .await?
        .into_iter()
        .map(|row| (row.plant_id, Duty { cadence: row.cadence, days: row.days }))
        .collect();
    let suspended = suspension::Entity::find()
        .filter(suspension::Column::PlantId.is_in(ids))
        .filter(suspension::Column::UntilDay.gt(from))
        .order_by_asc(suspension::Column::FromDay)
        .all(conn)
        .await?;
    let members: Vec<MemberId> = plants.iter().map(|plant| plant.member_id).collect();
    let left = register::left(conn, &members).await?;
    Ok(plants
        .iter()
        .map(|plant| PlantDuty {
            schedule: match left.contains(&plant.member_id) {
                true => rules.schedule(plant.kind, Some(Duty::NONE), None),
                false => rules.schedule(plant.kind, own.get(&plant.id).copied(), None),
            },
            suspensions: suspended.iter().filter(|s| s.plant_id == plant.id).filter_map(effective).collect(),
        })
        .collect())
}

pub async fn duty_of(conn: &impl ConnectionTrait, rules: &Rules, plant: &Plant, from: Day) -> Result<PlantDuty> {
    let mut duties = duties(conn, rules, std::slice::from_ref(plant), from).await?;
    Ok(duties.pop().unwrap_or_default())
}

fn effective(row: &SuspensionRow) -> Option<Suspension> {
    let until = row.ended_on.map_or(row.until_day, |ended| ended.min(row.until_day));
    (row.from_day < until).then_some(Suspension { from: row.from_day, until })
}

/// The reports of the last days that these plants still owe, oldest first.
pub async fn open(conn: &impl ConnectionTrait, rules: &Rules, plants: &[Plant], now: Instant) -> Result<Vec<Open>> {
    if plants.is_empty() {
        return Ok(Vec::new());
    }
    let today = now.day();
    let from = now.plus(-(LOOK_BACK - 1) * Instant::DAY).day();
    let calendar = rules.calendar();
    let duties = duties(conn, rules, plants, from).await?;
    let filed: HashSet<(PlantId, Day)> = report::Entity::find()
        .filter(report::Column::PlantId.is_in(plants.iter().map(|p| p.id)))
        .filter(report::Column::Day.gte(from))
        .all(conn)
        .await?
        .into_iter()
        .map(|row| (row.plant_id, row.day))
        .collect();
    let mut open: Vec<Open> = plants
        .iter()
        .zip(&duties)
        .flat_map(|(plant, duty)| {
            duty.due_days(from.max(plant.created_at.day()), today, &calendar).into_iter().map(|day| Open {
                plant: plant.id,
                day,
                due_at: duty.due_instant(day),
            })
        })
        .filter(|open| !filed.contains(&(open.plant, open.day)))
        .collect();
    open.sort_by_key(|open| open.day);
    Ok(open)
}

/// The plant's own duty, and the version of its row; 0 when it has none.
pub async fn own_duty(conn: &impl ConnectionTrait, plant: PlantId) -> Result<(Option<Duty>, i32)> {
    let row = duty::Entity::find_by_id(plant).one(conn).await?;
    Ok(row.map_or((None, 0), |row| (Some(Duty { cadence: row.cadence, days: row.days }), row.row_version)))
}

/// Sets or removes a plant's own duty; `false` when somebody did since `row_version` was read.
pub async fn set_own_duty(
    tx: &Tx,
    member: MemberId,
    plant: PlantId,
    own: Option<Duty>,
    row_version: i32,
) -> Result<bool> {
    let (before, found) = own_duty(&**tx, plant).await?;
    if found != row_version {
        return Ok(false);
    }
    match own {
        Some(own) if row_version == 0 => {
            let row = duty::ActiveModel {
                plant_id: Set(plant),
                cadence: Set(own.cadence),
                days: Set(own.days),
                row_version: Set(1),
            };
            match row.insert(&**tx).await {
                Ok(_) => {}
                Err(error) if unique_violation(&error).is_some() => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Some(own) => {
            let changed = duty::Entity::update_many()
                .col_expr(duty::Column::Cadence, Expr::value(own.cadence))
                .col_expr(duty::Column::Days, Expr::value(own.days))
                .col_expr(duty::Column::RowVersion, Expr::value(row_version + 1))
                .filter(duty::Column::PlantId.eq(plant))
                .filter(duty::Column::RowVersion.eq(row_version))
                .exec(&**tx)
                .await?;
            if changed.rows_affected == 0 {
                return Ok(false);
            }
        }
        None => {
            let of_row = duty::Column::RowVersion.eq(row_version);
            let gone = duty::Entity::delete_by_id(plant).filter(of_row).exec(&**tx).await?;
            if gone.rows_affected == 0 && row_version > 0 {
                return Ok(false);
            }
        }
    }
    let entry = audit::Entry::new("supply_duty.set", "plant").subject(plant).member(member);
    audit::record(tx, entry.before(&before).after(&own)).await?;
    Ok(true)
}

/// The suspension that is in force or to come, if there is one.
pub async fn suspension_of(conn: &impl ConnectionTrait, plant: PlantId, day: Day) -> Result<Option<SuspensionRow>> {
    let not_ended =
        Condition::any().add(suspension::Column::EndedOn.is_null()).add(suspension::Column::EndedOn.gt(day));
    Ok(suspension::Entity::find()
        .filter(suspension::Column::PlantId.eq(plant))
        .filter(suspension::Column::UntilDay.gt(day))
        .filter(not_ended)
        .order_by_asc(suspension::Column::FromDay)
        .one(conn)
        .await?)
}

#[derive(Serialize)]
struct Suspended<'a> {
    from: String,
    until: String,
    reason: &'a str,
}

pub async fn suspend(tx: &Tx, plant: &Plant, period: Suspension, reason: &str) -> Result<()> {
    let id = SuspensionId::new();
    suspension::ActiveModel {
        id: Set(id),
        plant_id: Set(plant.id),
        from_day: Set(period.from),
        until_day: Set(period.until),
        reason: Set(reason.to_owned()),
        made_at: Set(tx.now),
        made_by: Set(tx.actor.person),
        ended_on: Set(None),
        ended_by: Set(None),
    }
    .insert(&**tx)
    .await?;
    let after = Suspended { from: show_day(period.from), until: show_day(period.until), reason };
    let entry = audit::Entry::new("supply_duty.suspended", "plant").subject(plant.id).member(plant.member_id);
    audit::record(tx, entry.after(&after)).await
}

/// Ends a suspension before its time; reports are due again from `day` on.
pub async fn resume(tx: &Tx, plant: &Plant, id: SuspensionId, day: Day) -> Result<()> {
    let ended = suspension::Entity::update_many()
        .col_expr(suspension::Column::EndedOn, Expr::value(day))
        .col_expr(suspension::Column::EndedBy, Expr::value(tx.actor.person))
        .filter(suspension::Column::Id.eq(id))
        .filter(suspension::Column::PlantId.eq(plant.id))
        .filter(suspension::Column::EndedOn.is_null())
        .exec(&**tx)
        .await?;
    if ended.rows_affected == 1 {
        let entry = audit::Entry::new("supply_duty.resumed", "plant").subject(plant.id).member(plant.member_id);
        audit::record(tx, entry.after(&show_day(day))).await?;
    }
    Ok(())
}
