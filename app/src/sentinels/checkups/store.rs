//! Queries and commands on check-ups, and which devices are due.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use serde_json::json;

use super::{
    entity::{ActiveModel, Column, Entity, Model},
    model::{CHECKED, Found, due},
};
use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::{CheckupId, SentinelId},
    sentinels::{
        care_settings::Care,
        catalogue::entity as catalogue,
        devices::{
            entity::{event, sentinel},
            store::{Device, Filter, KIND, count},
        },
        store::Scope,
    },
    settings,
    time::{Day, show_day},
};

/// How often devices are checked: as it is set, and as single models say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervals {
    pub default: i64,
    /// Each number of days that some model has of its own.
    pub own: BTreeSet<i32>,
}

pub async fn intervals(conn: &impl ConnectionTrait) -> Result<Intervals> {
    let default = settings::load::<Care>(conn).await?.value.checkup_days;
    let own: Vec<i32> = catalogue::Entity::find()
        .select_only()
        .column(catalogue::Column::CheckupDays)
        .distinct()
        .filter(catalogue::Column::CheckupDays.is_not_null())
        .into_tuple()
        .all(conn)
        .await?;
    Ok(Intervals { default, own: own.into_iter().collect() })
}

/// A day, and how often devices are checked: enough to find those that are due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub today: Day,
    pub intervals: Intervals,
}

impl Due {
    /// That a device is due or late; says the same as `model::due`, where it stands in one of those stages.
    pub fn condition(&self) -> Condition {
        let models = |condition: Condition| {
            let keys = catalogue::Entity::find().select_only().column(catalogue::Column::NameKey);
            sentinel::Column::ModelKey.in_subquery(keys.filter(condition).into_query())
        };
        let of_its_own = Condition::all().add(catalogue::Column::CheckupDays.is_not_null());
        let others = Condition::all().add(models(of_its_own).not()).add(self.nothing_for(self.intervals.default));
        self.intervals.own.iter().fold(Condition::any().add(others), |any, days| {
            let of_these = Condition::all().add(catalogue::Column::CheckupDays.eq(*days));
            any.add(Condition::all().add(models(of_these)).add(self.nothing_for(i64::from(*days))))
        })
    }

    /// That a device was neither checked nor accepted nor put into service within so many days.
    fn nothing_for(&self, days: i64) -> Condition {
        let since = self.today.checked_sub(::time::Duration::days(days)).unwrap_or(Day::MIN);
        let same = |column| Expr::col(column).equals((sentinel::Entity, sentinel::Column::Id));
        let checked = Query::select()
            .from(Entity)
            .expr(Expr::val(1))
            .and_where(same((Entity, Column::SentinelId)))
            .and_where(Expr::col((Entity, Column::Day)).gt(since))
            .to_owned();
        let begun = Query::select()
            .from(event::Entity)
            .expr(Expr::val(1))
            .and_where(
                Expr::col((event::Entity, event::Column::SentinelId)).equals((sentinel::Entity, sentinel::Column::Id)),
            )
            .and_where(event::Column::Stage.is_in(CHECKED))
            .and_where(event::Column::TakenBackAt.is_null())
            .and_where(Expr::col((event::Entity, event::Column::Day)).gt(since))
            .to_owned();
        Condition::all().add(Expr::exists(checked).not()).add(Expr::exists(begun).not())
    }
}

/// The list's filter of those that are due on a day.
pub async fn filter(conn: &impl ConnectionTrait, today: Day) -> Result<Filter> {
    let due = Due { today, intervals: intervals(conn).await? };
    Ok(Filter { due: Some(due), ..Filter::default() })
}

/// How many devices are due on a day, up to 1,001.
pub async fn count_due(conn: &impl ConnectionTrait, scope: &Scope, today: Day) -> Result<u64> {
    count(conn, scope, &filter(conn, today).await?).await
}

/// The check-ups of a device, newest first, `most` of them.
pub async fn of_device(conn: &impl ConnectionTrait, id: SentinelId, most: u64) -> Result<Vec<Model>> {
    let own = Entity::find().filter(Column::SentinelId.eq(id));
    Ok(own.order_by_desc(Column::Day).order_by_desc(Column::Id).limit(most).all(conn).await?)
}

/// The days on which these devices are due; of those that are not checked where they stand there is none.
pub async fn due_days(conn: &impl ConnectionTrait, devices: &[Device]) -> Result<HashMap<SentinelId, Day>> {
    let checked: Vec<&Device> = devices.iter().filter(|device| CHECKED.contains(&device.stage())).collect();
    if checked.is_empty() {
        return Ok(HashMap::new());
    }
    let newest: Vec<(SentinelId, Day)> = Entity::find()
        .select_only()
        .column(Column::SentinelId)
        .column_as(Column::Day.max(), "newest")
        .filter(Column::SentinelId.is_in(checked.iter().map(|device| device.row.id)))
        .group_by(Column::SentinelId)
        .into_tuple()
        .all(conn)
        .await?;
    let makes: BTreeSet<&str> = checked.iter().map(|device| device.row.model_key.as_str()).collect();
    let own: Vec<(String, i32)> = catalogue::Entity::find()
        .select_only()
        .column(catalogue::Column::NameKey)
        .column(catalogue::Column::CheckupDays)
        .filter(catalogue::Column::NameKey.is_in(makes))
        .filter(catalogue::Column::CheckupDays.is_not_null())
        .into_tuple()
        .all(conn)
        .await?;
    let (newest, own): (HashMap<_, _>, HashMap<_, _>) = (newest.into_iter().collect(), own.into_iter().collect());
    let default = settings::load::<Care>(conn).await?.value.checkup_days;
    let days = |device: &Device| own.get(&device.row.model_key).map_or(default, |days| i64::from(*days));
    let due = checked.into_iter().filter_map(|device| {
        let newest = newest.get(&device.row.id).copied();
        Some((device.row.id, due_on(device, newest, days(device))?))
    });
    Ok(due.collect())
}

/// The day on which a device is due, from the day of its newest check-up.
fn due_on(device: &Device, newest: Option<Day>, days: i64) -> Option<Day> {
    let begun = device.events.iter().filter(|event| CHECKED.contains(&event.stage)).map(|event| event.day);
    due(device.stage(), begun.chain(newest).max(), days)
}

/// A check-up as it is entered.
#[derive(Clone, Debug)]
pub struct Checked {
    pub day: Day,
    pub found: Found,
    pub note: Option<String>,
}

/// Records the same check-up for each of these devices, which are locked.
pub async fn record(tx: &Tx, devices: &[Device], checked: &Checked) -> Result<()> {
    let rows = devices.iter().map(|device| ActiveModel {
        id: Set(CheckupId::new()),
        sentinel_id: Set(device.row.id),
        day: Set(checked.day),
        result: Set(checked.found),
        note: Set(checked.note.clone()),
        at: Set(tx.now),
        person_id: Set(tx.actor.person),
    });
    Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    let after = json!({ "checkup": checked.found, "day": show_day(checked.day), "note": checked.note });
    let entries = devices.iter().map(|device| {
        let entry = audit::Entry::new("sentinel.checked", KIND).subject(device.row.id).member(device.row.member_id);
        entry.after(&after)
    });
    audit::record_all(tx, entries).await
}
