//! Who must report when: the settings, a plant's own cadence, its suspensions, and what is open.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    Statement, Value, sea_query::Expr,
};
use serde::Serialize;

use crate::{
    audit,
    db::Tx,
    error::{AppError, Result, unique_violation},
    ids::{MemberId, PlantId, SuspensionId, TextEnum},
    members::{
        entity::plant,
        plant_kind::PlantKind,
        store::{self as register, Plant},
    },
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
const LOOK_BACK: i64 = 7;

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
    let own: HashMap<PlantId, duty::Model> = duty::Entity::find()
        .filter(duty::Column::PlantId.is_in(ids.clone()))
        .all(conn)
        .await?
        .into_iter()
        .map(|row| (row.plant_id, row))
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
        .map(|plant| {
            let row = own.get(&plant.id);
            let duty = if left.contains(&plant.member_id) { Some(Duty::NONE) } else { row.and_then(own_of) };
            let since = row.and_then(|row| row.since).unwrap_or(plant.created_at).max(plant.created_at);
            PlantDuty {
                schedule: rules.schedule(plant.kind, duty, None),
                suspensions: suspended.iter().filter(|s| s.plant_id == plant.id).filter_map(effective).collect(),
                begins: rules.first_day(since),
                ends: plant.closed_at.map(Instant::day),
            }
        })
        .collect())
}

pub async fn duty_of(conn: &impl ConnectionTrait, rules: &Rules, plant: &Plant, from: Day) -> Result<PlantDuty> {
    let mut duties = duties(conn, rules, std::slice::from_ref(plant), from).await?;
    duties.pop().ok_or_else(|| AppError::internal("a plant without its duty"))
}

fn own_of(row: &duty::Model) -> Option<Duty> {
    Some(Duty { cadence: row.cadence?, days: row.days? })
}

fn effective(row: &SuspensionRow) -> Option<Suspension> {
    let until = row.ended_on.map_or(row.until_day, |ended| ended.min(row.until_day));
    (row.from_day < until).then_some(Suspension { from: row.from_day, until })
}

/// The days whose open reports are asked for, the oldest first.
pub fn looked_back(now: Instant) -> Vec<Day> {
    (0..LOOK_BACK).rev().map(|back| now.plus(-back * Instant::DAY).day()).collect()
}

/// The reports of the last days that these plants still owe, oldest first.
pub async fn open(conn: &impl ConnectionTrait, rules: &Rules, plants: &[Plant], now: Instant) -> Result<Vec<Open>> {
    if plants.is_empty() {
        return Ok(Vec::new());
    }
    let days = looked_back(now);
    let (Some(from), Some(today)) = (days.first().copied(), days.last().copied()) else { return Ok(Vec::new()) };
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
            duty.due_days(from, today, &calendar).into_iter().map(|day| Open {
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
    Ok(row.map_or((None, 0), |row| (own_of(&row), row.row_version)))
}

/// Sets or removes a plant's own duty; `false` when somebody did since `row_version` was read. A duty that asks for
/// more than the one before begins now.
pub async fn set_own_duty(tx: &Tx, rules: &Rules, plant: &Plant, own: Option<Duty>, row_version: i32) -> Result<bool> {
    let row = duty::Entity::find_by_id(plant.id).one(&**tx).await?;
    if row.as_ref().map_or(0, |row| row.row_version) != row_version {
        return Ok(false);
    }
    let before = row.as_ref().and_then(own_of);
    let asked = |own: Option<Duty>| own.unwrap_or_else(|| rules.duty_of(plant.kind));
    let mut changed = duty::ActiveModel {
        cadence: Set(own.map(|own| own.cadence)),
        days: Set(own.map(|own| own.days)),
        row_version: Set(row_version + 1),
        ..Default::default()
    };
    if !asked(own).is_within(asked(before)) {
        changed.since = Set(Some(tx.now));
    }
    if row.is_none() {
        changed.plant_id = Set(plant.id);
        match changed.insert(&**tx).await {
            Ok(_) => {}
            Err(error) if unique_violation(&error).is_some() => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    } else {
        let of_row =
            Condition::all().add(duty::Column::PlantId.eq(plant.id)).add(duty::Column::RowVersion.eq(row_version));
        let done = duty::Entity::update_many().set(changed).filter(of_row).exec(&**tx).await?;
        if done.rows_affected == 0 {
            return Ok(false);
        }
    }
    let entry = audit::Entry::new("supply_duty.set", "plant").subject(plant.id).member(plant.member_id);
    audit::record(tx, entry.before(&before).after(&own)).await?;
    Ok(true)
}

/// Whose duty begins anew.
#[derive(Clone, Copy, Debug)]
pub enum Anew<'a> {
    Plant(PlantId),
    /// All plants of a member.
    Member(MemberId),
    /// All plants of these kinds that have no duty of their own.
    Kinds(&'a [PlantKind]),
}

/// From now on reports are asked for; what was before is nobody's arrears.
pub async fn begin(tx: &Tx, whose: Anew<'_>) -> Result<()> {
    let (which, only, values): (String, &str, Vec<Value>) = match whose {
        Anew::Plant(plant) => ("id = $1".to_owned(), "", vec![plant.into()]),
        Anew::Member(member) => ("member_id = $1".to_owned(), "", vec![member.into()]),
        Anew::Kinds([]) => return Ok(()),
        Anew::Kinds(kinds) => {
            let words: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.word())).collect();
            (format!("kind IN ({})", words.join(", ")), "WHERE supply_duties.cadence IS NULL", Vec::new())
        }
    };
    let sql = format!(
        "INSERT INTO supply_duties (plant_id, since, row_version) SELECT id, {}, 0 FROM plants WHERE {which}
         ON CONFLICT (plant_id) DO UPDATE SET since = excluded.since {only}",
        tx.now.0
    );
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// A plant that was opened again, or is of another kind now, owes nothing of the time before.
pub async fn begin_if_changed(tx: &Tx, old: &Plant, kind: PlantKind, closed: bool) -> Result<()> {
    let opened = old.closed_at.is_some() && !closed;
    if opened || old.kind != kind { begin(tx, Anew::Plant(old.id)).await } else { Ok(()) }
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

/// Keeps others from suspending this plant until the act is done; what they wrote before is seen from here on.
pub async fn lock(tx: &Tx, id: PlantId) -> Result<()> {
    plant::Entity::update_many()
        .col_expr(plant::Column::CreatedAt, Expr::col(plant::Column::CreatedAt))
        .filter(plant::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
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

/// Ends a suspension before its time; reports are due again from `day` on. `false` when it was over already.
pub async fn resume(tx: &Tx, plant: &Plant, id: SuspensionId, day: Day) -> Result<bool> {
    let of_plant = Condition::all().add(suspension::Column::Id.eq(id)).add(suspension::Column::PlantId.eq(plant.id));
    if suspension::Entity::find().filter(of_plant.clone()).one(&**tx).await?.is_none() {
        return Err(AppError::NotFound);
    }
    let ended = suspension::Entity::update_many()
        .col_expr(suspension::Column::EndedOn, Expr::value(day))
        .col_expr(suspension::Column::EndedBy, Expr::value(tx.actor.person))
        .filter(of_plant)
        .filter(suspension::Column::UntilDay.gt(day))
        .filter(suspension::Column::EndedOn.is_null())
        .exec(&**tx)
        .await?;
    if ended.rows_affected == 0 {
        return Ok(false);
    }
    let entry = audit::Entry::new("supply_duty.resumed", "plant").subject(plant.id).member(plant.member_id);
    audit::record(tx, entry.after(&show_day(day))).await?;
    Ok(true)
}
