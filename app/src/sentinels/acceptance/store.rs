//! Queries and commands on acceptances: `record` keeps what was found, `verdicts` tells what it says of devices.

mod record;
mod verdicts;

use std::collections::{BTreeMap, HashMap};

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, sea_query::Expr,
};
use serde_json::json;

use super::{
    entity::{acceptance, line},
    model::Verdict,
};
use crate::{
    audit,
    db::Tx,
    error::{AppError, Result},
    ids::{AcceptanceId, FileId, MemberId, SentinelId},
    numbers,
    paging::{From, Paged, newest_first},
    sentinels::{
        devices::{
            entity::sentinel,
            store::{self as devices, Device},
        },
        store::Scope,
    },
};

pub use acceptance::Model as Row;
pub use line::Model as Line;
pub use record::{Recorded, record};
pub use verdicts::failed;

/// The thing's word in the audit.
pub const KIND: &str = "sentinel_acceptance";
/// Devices in one batch; the protocol is to be signed by those who stood before them.
pub const MOST_DEVICES: usize = 30;
const PER_PAGE: usize = 50;
const COUNTED: u64 = 1_001;

/// A batch with what was tried on its devices, in its order.
#[derive(Clone, Debug)]
pub struct Batch {
    pub row: Row,
    pub lines: Vec<Line>,
}

impl Batch {
    /// How many devices passed and failed.
    pub fn counts(&self) -> (usize, usize) {
        let of = |verdict| self.lines.iter().filter(|line| line.trials().verdict() == Some(verdict)).count();
        (of(Verdict::Passed), of(Verdict::Failed))
    }

    /// What the member was called when the outcome was recorded; what it is called now while that is open.
    pub fn unit<'a>(&'a self, members: &'a BTreeMap<MemberId, String>) -> Option<&'a String> {
        self.row.unit.as_ref().or_else(|| members.get(&self.row.member_id))
    }
}

/// One page of the list, newest first.
pub struct Listed {
    pub batches: Vec<Batch>,
    pub newer: Option<AcceptanceId>,
    pub older: Option<AcceptanceId>,
    /// Stops counting at 1,001.
    pub count: u64,
}

pub async fn batch(conn: &impl ConnectionTrait, id: AcceptanceId) -> Result<Batch> {
    let row = acceptance::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)?;
    batches(conn, vec![row]).await?.pop().ok_or(AppError::NotFound)
}

async fn batches(conn: &impl ConnectionTrait, rows: Vec<Row>) -> Result<Vec<Batch>> {
    let lines = line::Entity::find().filter(line::Column::AcceptanceId.is_in(rows.iter().map(|row| row.id)));
    let mut lines_of: HashMap<AcceptanceId, Vec<Line>> = HashMap::new();
    for line in lines.order_by_asc(line::Column::Place).all(conn).await? {
        lines_of.entry(line.acceptance_id).or_default().push(line);
    }
    let with = |row: Row| Batch { lines: lines_of.remove(&row.id).unwrap_or_default(), row };
    Ok(rows.into_iter().map(with).collect())
}

/// The devices of a batch, in its order.
pub async fn devices_of(conn: &impl ConnectionTrait, batch: &Batch) -> Result<Vec<Device>> {
    let ids: Vec<SentinelId> = batch.lines.iter().map(|line| line.sentinel_id).collect();
    let mut found = devices::devices_of(conn, &ids).await?;
    found.sort_by_key(|device| ids.iter().position(|id| *id == device.row.id));
    Ok(found)
}

pub async fn list(conn: &impl ConnectionTrait, scope: &Scope, from: From<AcceptanceId>) -> Result<Listed> {
    let all = within(scope);
    let count = all.clone().select_only().column(acceptance::Column::Id).limit(COUNTED).count(conn).await?;
    let rows = newest_first(all, acceptance::Column::Id, from, PER_PAGE).all(conn).await?;
    let Paged { rows, before, after } = from.page(rows, PER_PAGE, |row| row.id);
    Ok(Listed { batches: batches(conn, rows).await?, newer: before, older: after, count })
}

/// All that the list shows on all its pages, newest first, at most `most`.
pub async fn everything(conn: &impl ConnectionTrait, scope: &Scope, most: u64) -> Result<Vec<Batch>> {
    let rows = within(scope).order_by_desc(acceptance::Column::Id).limit(most).all(conn).await?;
    batches(conn, rows).await
}

/// A batch that a device was in, and what was tried on it there.
#[derive(Clone, Debug)]
pub struct Part {
    pub row: Row,
    pub line: Line,
    /// Whether all of the batch is within the scope of who asks.
    pub whole: bool,
}

/// The acceptances that a device was in, newest first.
pub async fn of_device(conn: &impl ConnectionTrait, scope: &Scope, device: SentinelId) -> Result<Vec<Part>> {
    let lines = line::Entity::find().filter(line::Column::SentinelId.eq(device)).all(conn).await?;
    let ids = || acceptance::Column::Id.is_in(lines.iter().map(|line| line.acceptance_id));
    let rows = acceptance::Entity::find().filter(ids()).order_by_desc(acceptance::Column::Id).all(conn).await?;
    let whole = within(scope).filter(ids()).select_only().column(acceptance::Column::Id);
    let whole: Vec<AcceptanceId> = whole.into_tuple().all(conn).await?;
    let part = |row: Row| {
        let line = lines.iter().find(|line| line.acceptance_id == row.id)?.clone();
        Some(Part { whole: whole.contains(&row.id), line, row })
    };
    Ok(rows.into_iter().filter_map(part).collect())
}

/// Those of whole members, and those all of whose devices stand at a person's plants.
fn within(scope: &Scope) -> Select<acceptance::Entity> {
    let query = acceptance::Entity::find();
    let Scope::Of { members, plants } = scope else { return query };
    let of_members = acceptance::Column::MemberId.is_in(members.iter().copied());
    let elsewhere = sentinel::Entity::find()
        .select_only()
        .column(sentinel::Column::Id)
        .filter(sentinel::Column::PlantId.is_not_in(plants.iter().copied()));
    let here = sentinel::Entity::find()
        .select_only()
        .column(sentinel::Column::Id)
        .filter(sentinel::Column::PlantId.is_in(plants.iter().copied()));
    let batches = |devices: Select<sentinel::Entity>| {
        line::Entity::find()
            .select_only()
            .column(line::Column::AcceptanceId)
            .filter(line::Column::SentinelId.in_subquery(devices.into_query()))
            .into_query()
    };
    let of_plants = Condition::all()
        .add(acceptance::Column::Id.in_subquery(batches(here)))
        .add(acceptance::Column::Id.not_in_subquery(batches(elsewhere)));
    query.filter(Condition::any().add(of_members).add(of_plants))
}

/// Makes a batch of these devices, which are of one member.
pub async fn add(tx: &Tx, id: AcceptanceId, member: MemberId, chosen: &[Device]) -> Result<()> {
    let number = numbers::next(tx, numbers::Series::Acceptance).await?.to_string();
    acceptance::ActiveModel {
        id: Set(id),
        number: Set(number.clone()),
        member_id: Set(member),
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
        ..Default::default()
    }
    .insert(&**tx)
    .await?;
    let lines = chosen.iter().zip(1..).map(|(device, place)| line::ActiveModel {
        acceptance_id: Set(id),
        sentinel_id: Set(device.row.id),
        place: Set(place),
        ..Default::default()
    });
    line::Entity::insert_many(lines).exec_without_returning(&**tx).await?;
    let entry = audit::Entry::new("sentinel_acceptance.begun", KIND).subject(id).member(member);
    audit::record(tx, entry.after(&json!({ "number": number, "devices": chosen.len() }))).await
}

/// Locks a batch until the transaction ends.
pub async fn lock(tx: &Tx, id: AcceptanceId) -> Result<Batch> {
    acceptance::Entity::update_many()
        .col_expr(acceptance::Column::CreatedAt, Expr::col(acceptance::Column::CreatedAt))
        .filter(acceptance::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    batch(&**tx, id).await
}

/// Keeps the signed protocol of a locked batch, in place of one that was kept before.
pub async fn sign(tx: &Tx, batch: &Batch, file: FileId, name: &str) -> Result<()> {
    acceptance::Entity::update_many()
        .col_expr(acceptance::Column::SignedFileId, Expr::value(file))
        .col_expr(acceptance::Column::SignedAt, Expr::value(tx.now))
        .col_expr(acceptance::Column::SignedBy, Expr::value(tx.actor.person))
        .filter(acceptance::Column::Id.eq(batch.row.id))
        .exec(&**tx)
        .await?;
    let entry = audit::Entry::new("sentinel_acceptance.signed", KIND).subject(batch.row.id);
    let after = json!({ "number": batch.row.number, "file": name });
    audit::record(tx, entry.member(batch.row.member_id).after(&after)).await
}

/// Removes a batch of which nothing was recorded; `false` when something was.
pub async fn discard(tx: &Tx, batch: &Batch) -> Result<bool> {
    if batch.row.recorded_at.is_some() {
        return Ok(false);
    }
    let id = batch.row.id;
    line::Entity::delete_many().filter(line::Column::AcceptanceId.eq(id)).exec(&**tx).await?;
    acceptance::Entity::delete_by_id(id).exec(&**tx).await?;
    let entry = audit::Entry::new("sentinel_acceptance.discarded", KIND).subject(id).member(batch.row.member_id);
    let before = json!({ "number": batch.row.number, "devices": batch.lines.len() });
    audit::record(tx, entry.before(&before)).await?;
    Ok(true)
}
