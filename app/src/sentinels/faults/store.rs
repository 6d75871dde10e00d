//! Queries and commands on faults.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, sea_query::Expr,
};
use serde_json::json;

use super::{
    entity::{ActiveModel, Column, Entity},
    model::{End, Standing, Way},
};
use crate::{
    audit,
    db::{Tx, holds},
    error::{AppError, Result},
    ids::{FaultId, PlantId, SentinelId},
    members::store as register,
    paging::{From, Paged, newest_first},
    sentinels::{
        care_settings::Care,
        devices::{
            entity::sentinel,
            model::Stage,
            store::{self as devices, Device, Entered, KIND},
        },
        store::Scope,
    },
    settings,
    time::{Day, Instant, show_day},
};

pub use super::entity::Model as Fault;

const PER_PAGE: usize = 50;
const COUNTED: u64 = 1_001;

/// The vendor's hours, and now: what tells where a fault stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    pub hours: i64,
    pub now: Instant,
}

pub async fn clock(conn: &impl ConnectionTrait, now: Instant) -> Result<Clock> {
    Ok(Clock { hours: settings::load::<Care>(conn).await?.value.vendor_hours, now })
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Nothing shows those that are open.
    pub standing: Option<Standing>,
    /// A part of what is wrong, of the ticket, or of the device's serial, make or vendor, or of the member's name.
    pub text: String,
}

/// A fault with its device.
#[derive(Clone, Debug)]
pub struct Case {
    pub fault: Fault,
    pub device: Device,
}

/// One page of a list, newest first.
pub struct Listed {
    pub cases: Vec<Case>,
    pub newer: Option<FaultId>,
    pub older: Option<FaultId>,
    /// Stops counting at 1,001.
    pub count: u64,
}

pub async fn find(conn: &impl ConnectionTrait, id: FaultId) -> Result<Case> {
    let fault = Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)?;
    cases(conn, vec![fault]).await?.pop().ok_or(AppError::NotFound)
}

async fn cases(conn: &impl ConnectionTrait, faults: Vec<Fault>) -> Result<Vec<Case>> {
    let ids: Vec<SentinelId> = faults.iter().map(|fault| fault.sentinel_id).collect();
    let found = devices::devices_of(conn, &ids).await?;
    let found: BTreeMap<SentinelId, Device> = found.into_iter().map(|device| (device.row.id, device)).collect();
    let with = |fault: Fault| Some(Case { device: found.get(&fault.sentinel_id)?.clone(), fault });
    Ok(faults.into_iter().filter_map(with).collect())
}

pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    clock: Clock,
    from: From<FaultId>,
) -> Result<Listed> {
    let all = narrowed(scope, filter, clock);
    let count = all.clone().select_only().column(Column::Id).limit(COUNTED).count(conn).await?;
    let rows = newest_first(all, Column::Id, from, PER_PAGE).all(conn).await?;
    let Paged { rows, before, after } = from.page(rows, PER_PAGE, |row| row.id);
    Ok(Listed { cases: cases(conn, rows).await?, newer: before, older: after, count })
}

/// All that the list shows on all its pages, newest first, at most `most`.
pub async fn everything(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    clock: Clock,
    most: u64,
) -> Result<Vec<Case>> {
    let rows = narrowed(scope, filter, clock).order_by_desc(Column::Id).limit(most).all(conn).await?;
    cases(conn, rows).await
}

/// How many open faults wait for somebody: the vendor was not told, or its time is over. Up to 1,001.
pub async fn count_pressing(conn: &impl ConnectionTrait, scope: &Scope, clock: Clock) -> Result<u64> {
    Ok(pressing(scope, clock).select_only().column(Column::Id).limit(COUNTED).count(conn).await?)
}

/// The oldest of them.
pub async fn first_pressing(conn: &impl ConnectionTrait, scope: &Scope, clock: Clock, most: u64) -> Result<Vec<Case>> {
    let rows = pressing(scope, clock).order_by_asc(Column::Id).limit(most).all(conn).await?;
    cases(conn, rows).await
}

/// How many vendors' times are over, up to 1,001.
pub async fn count_overdue(conn: &impl ConnectionTrait, scope: &Scope, clock: Clock) -> Result<u64> {
    let filter = Filter { standing: Some(Standing::Overdue), text: String::new() };
    Ok(narrowed(scope, &filter, clock).select_only().column(Column::Id).limit(COUNTED).count(conn).await?)
}

fn pressing(scope: &Scope, clock: Clock) -> Select<Entity> {
    let open = Entity::find().filter(within(scope)).filter(Column::EndedAt.is_null());
    open.filter(Condition::any().add(Column::ToldAt.is_null()).add(overdue(clock)))
}

fn narrowed(scope: &Scope, filter: &Filter, clock: Clock) -> Select<Entity> {
    let all = Entity::find().filter(within(scope));
    let open = |query: Select<Entity>| query.filter(Column::EndedAt.is_null());
    let query = match filter.standing {
        None => open(all),
        Some(Standing::Untold) => open(all).filter(Column::ToldAt.is_null()),
        Some(Standing::Waiting) => open(all).filter(Column::ToldAt.is_not_null()).filter(overdue(clock).not()),
        Some(Standing::Overdue) => open(all).filter(overdue(clock)),
        Some(Standing::Ended) => all.filter(Column::EndedAt.is_not_null()),
    };
    if filter.text.is_empty() {
        return query;
    }
    let columns =
        [sentinel::Column::Serial, sentinel::Column::Brand, sentinel::Column::Model, sentinel::Column::Vendor];
    let called = columns.into_iter().fold(Condition::any(), |any, column| any.add(holds(column, &filter.text)));
    let devices = sentinel::Entity::find().select_only().column(sentinel::Column::Id).filter(called);
    query.filter(
        Condition::any()
            .add(holds(Column::What, &filter.text))
            .add(holds(Column::Ticket, &filter.text))
            .add(Column::SentinelId.in_subquery(devices.into_query()))
            .add(Column::MemberId.in_subquery(register::called(&filter.text))),
    )
}

/// That the vendor's time is over; says the same as `Course::standing`, for a fault that is open.
fn overdue(Clock { hours, now }: Clock) -> Condition {
    let by_promise = Condition::all().add(Column::Promised.is_not_null()).add(Column::Promised.lt(now.day()));
    let by_rule =
        Condition::all().add(Column::Promised.is_null()).add(Column::ToldAt.lte(now.plus(-hours * Instant::HOUR)));
    Condition::all().add(Column::ToldAt.is_not_null()).add(Condition::any().add(by_promise).add(by_rule))
}

fn within(scope: &Scope) -> Condition {
    match scope {
        Scope::Office { .. } => Condition::all(),
        Scope::Of { members, plants } => {
            // An empty list beside another would keep the databases from their indexes.
            let mut own = Condition::any();
            if !members.is_empty() || plants.is_empty() {
                own = own.add(Column::MemberId.is_in(members.iter().copied()));
            }
            if !plants.is_empty() {
                own = own.add(Column::PlantId.is_in(plants.iter().copied()));
            }
            own
        }
    }
}

/// The faults of a device, newest first, `most` of them.
pub async fn of_device(conn: &impl ConnectionTrait, id: SentinelId, most: u64) -> Result<Vec<Fault>> {
    let own = Entity::find().filter(Column::SentinelId.eq(id));
    Ok(own.order_by_desc(Column::Id).limit(most).all(conn).await?)
}

/// Follows devices that are moved: one that becomes faulty gets a fault, and the open one of a device that leaves that
/// stage ends, by `end` or by what the move says.
pub async fn follow(tx: &Tx, moved: &[(Device, Entered)], end: Option<End>) -> Result<()> {
    let begun =
        moved.iter().filter(|(_, entered)| entered.stage == Stage::Faulty).map(|(device, entered)| ActiveModel {
            id: Set(FaultId::new()),
            sentinel_id: Set(device.row.id),
            member_id: Set(device.row.member_id),
            plant_id: Set(device.row.plant_id),
            what: Set(entered.note.clone().unwrap_or_default()),
            since: Set(entered.day),
            reported_at: Set(tx.now),
            reported_by: Set(tx.actor.person),
            row_version: Set(1),
            ..Default::default()
        });
    let begun: Vec<ActiveModel> = begun.collect();
    for some in begun.chunks(AT_ONCE) {
        Entity::insert_many(some.to_vec()).exec_without_returning(&**tx).await?;
    }
    // What is entered together is mostly the same for all, and ends in one statement.
    let mut ended: BTreeMap<(Stage, Day, Option<&str>), Vec<SentinelId>> = BTreeMap::new();
    for (device, entered) in moved.iter().filter(|(device, _)| device.stage() == Stage::Faulty) {
        ended.entry((entered.stage, entered.day, entered.note.as_deref())).or_default().push(device.row.id);
    }
    for ((stage, day, note), ids) in ended {
        let outcome = end.unwrap_or(if stage == Stage::Removed { End::GivenUp } else { End::Repaired });
        Entity::update_many()
            .col_expr(Column::Outcome, Expr::value(outcome))
            .col_expr(Column::EndedOn, Expr::value(day))
            .col_expr(Column::EndedAt, Expr::value(tx.now))
            .col_expr(Column::EndedBy, Expr::value(tx.actor.person))
            .col_expr(Column::EndedNote, Expr::value(note))
            .filter(Column::SentinelId.is_in(ids))
            .filter(Column::EndedAt.is_null())
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Leads the open fault of a device to the plant at which it stands now; those that ended stay where they were.
pub async fn moved(tx: &Tx, id: SentinelId, plant: PlantId) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::PlantId, Expr::value(plant))
        .filter(Column::SentinelId.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Rows in one statement.
const AT_ONCE: usize = 500;

/// What the vendor was told, and what it promised.
#[derive(Clone, Debug)]
pub struct Told {
    pub at: Instant,
    pub way: Way,
    pub ticket: Option<String>,
    pub promised: Option<Day>,
}

/// Notes that the vendor was told, or corrects it; `false` when somebody changed the fault since `row_version` was read,
/// or it ended.
pub async fn tell(tx: &Tx, before: &Fault, row_version: i32, told: &Told) -> Result<bool> {
    let changed = Entity::update_many()
        .col_expr(Column::ToldAt, Expr::value(told.at))
        .col_expr(Column::ToldBy, Expr::value(tx.actor.person))
        .col_expr(Column::Way, Expr::value(told.way))
        .col_expr(Column::Ticket, Expr::value(told.ticket.clone()))
        .col_expr(Column::Promised, Expr::value(told.promised))
        .col_expr(Column::RowVersion, Expr::value(row_version + 1))
        .filter(Column::Id.eq(before.id))
        .filter(Column::RowVersion.eq(row_version))
        .filter(Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    if changed.rows_affected == 0 {
        return Ok(false);
    }
    let was = json!({
        "told_at": before.told_at.map(Instant::show),
        "way": before.way,
        "ticket": before.ticket,
        "promised": before.promised.map(show_day),
    });
    let is = json!({
        "told_at": told.at.show(),
        "way": told.way,
        "ticket": told.ticket,
        "promised": told.promised.map(show_day),
    });
    let entry = audit::Entry::new("sentinel.vendor_told", KIND).subject(before.sentinel_id).member(before.member_id);
    audit::record(tx, entry.before(&was).after(&is)).await?;
    Ok(true)
}
