//! Prints: asked for by people, worked on by the program, which holds one for a while and renews that. Nothing is
//! recorded by somebody who no longer holds it.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::model::{Left, PrintState, Wish};
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::{EntranceId, FileId, MemberId, PersonId, PlaceCodeId, PlantId, PrintId},
    members::entity::entrance,
    place_codes::{
        codes::store::{self as codes, Row},
        entity::print,
    },
    time::Instant,
};

pub use print::Model as Print;

/// How long a hold lasts without a sign of life, and how long a print rests after something went wrong.
const LEASE: i64 = 15 * Instant::SECOND;
const REST: i64 = 5 * Instant::SECOND;
/// Prints are forgotten after this; by then their codes may be others.
const OLD: i64 = 7 * Instant::DAY;

/// The thing's word in the audit.
pub const KIND: &str = "place_code_print";

impl Print {
    pub fn state(&self) -> PrintState {
        PrintState::of(self.finished_at.is_some(), self.file_id.is_some(), self.failed)
    }

    pub fn wish(&self) -> Wish {
        Wish { size: self.size, kind: self.kind, redrawn: self.redrawn }
    }

    /// The codes whose sheets were asked for.
    pub fn codes(&self) -> Result<Vec<PlaceCodeId>> {
        serde_json::from_str(&self.codes).map_err(AppError::internal)
    }

    /// The sheets that are not handed out.
    pub fn left(&self) -> Vec<Left> {
        self.left_out.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

pub async fn find(conn: &impl ConnectionTrait, id: PrintId) -> Result<Print> {
    print::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// That no newer version of the entrance's code counts.
const NEWEST: &str = "NOT EXISTS (SELECT 1 FROM place_codes d WHERE d.entrance_id = place_codes.entrance_id
    AND d.withdrawn_at IS NULL AND d.version > place_codes.version)";

/// How many of these codes are the current one of their entrance.
pub async fn still_current(conn: &impl ConnectionTrait, ids: &[PlaceCodeId]) -> Result<u64> {
    use crate::place_codes::entity::code;
    let current = code::Entity::find()
        .filter(code::Column::Id.is_in(ids.iter().copied()))
        .filter(code::Column::WithdrawnAt.is_null())
        .filter(Expr::cust(NEWEST));
    Ok(current.count(conn).await?)
}

/// How many of them were taken back.
pub async fn taken_back(conn: &impl ConnectionTrait, ids: &[PlaceCodeId]) -> Result<u64> {
    use crate::place_codes::entity::code;
    let gone = code::Entity::find()
        .filter(code::Column::Id.is_in(ids.iter().copied()))
        .filter(code::Column::WithdrawnAt.is_not_null());
    Ok(gone.count(conn).await?)
}

/// The plants whose codes a print holds.
pub async fn plants_of(conn: &impl ConnectionTrait, print: &Print) -> Result<Vec<PlantId>> {
    use crate::place_codes::entity::code;
    let plants = code::Entity::find()
        .select_only()
        .column(code::Column::PlantId)
        .distinct()
        .filter(code::Column::Id.is_in(print.codes()?));
    Ok(plants.into_tuple().all(conn).await?)
}

/// Entrances whose current code is one of these, in their order.
pub async fn rows(conn: &impl ConnectionTrait, ids: &[PlaceCodeId]) -> Result<Vec<Row>> {
    use crate::place_codes::entity::code;
    let found = code::Entity::find().filter(code::Column::Id.is_in(ids.iter().copied())).all(conn).await?;
    let entrances: Vec<EntranceId> = found.iter().map(|code| code.entrance_id).collect();
    let entrances = entrance::Entity::find().filter(entrance::Column::Id.is_in(entrances)).all(conn).await?;
    let mut rows = codes::rows(conn, entrances).await?;
    rows.retain(|row| row.code.as_ref().is_some_and(|code| ids.contains(&code.id)));
    rows.sort_by(|one, other| (&one.plant.name, &one.entrance.name).cmp(&(&other.plant.name, &other.entrance.name)));
    Ok(rows)
}

pub async fn add(tx: &Tx, id: PrintId, member: MemberId, wish: Wish, codes: &[PlaceCodeId]) -> Result<()> {
    print::ActiveModel {
        id: Set(id),
        member_id: Set(member),
        size: Set(wish.size),
        kind: Set(wish.kind),
        redrawn: Set(wish.redrawn),
        codes: Set(serde_json::to_string(codes).map_err(AppError::internal)?),
        asked_at: Set(tx.now),
        asked_by: Set(tx.actor.person),
        owner: Set(None),
        lease_until: Set(None),
        attempts: Set(0),
        done: Set(0),
        total: Set(i32::try_from(codes.len()).map_err(AppError::internal)?),
        left_out: Set(None),
        file_id: Set(None),
        failed: Set(false),
        finished_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// The print that this person asked for and that is not finished.
pub async fn open_of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Option<PrintId>> {
    let open = print::Entity::find()
        .filter(print::Column::FinishedAt.is_null())
        .filter(print::Column::AskedBy.eq(person))
        .order_by_asc(print::Column::Id);
    Ok(open.limit(1).one(conn).await?.map(|print| print.id))
}

fn waiting(now: Instant) -> Condition {
    Condition::all()
        .add(print::Column::FinishedAt.is_null())
        .add(Condition::any().add(print::Column::LeaseUntil.is_null()).add(print::Column::LeaseUntil.lt(now)))
}

/// The oldest print that waits for the program.
pub async fn due(conn: &impl ConnectionTrait, now: Instant) -> Result<Option<PrintId>> {
    let found = print::Entity::find().filter(waiting(now)).order_by_asc(print::Column::Id).limit(1).one(conn).await?;
    Ok(found.map(|print| print.id))
}

/// Takes a print in hand; nothing when somebody else was faster.
pub async fn claim(tx: &Tx, owner: &str, id: PrintId) -> Result<Option<Print>> {
    let claimed = print::Entity::update_many()
        .col_expr(print::Column::Owner, Expr::value(owner))
        .col_expr(print::Column::LeaseUntil, Expr::value(tx.now.plus(LEASE)))
        .col_expr(print::Column::Attempts, Expr::col(print::Column::Attempts).add(1))
        .filter(print::Column::Id.eq(id))
        .filter(waiting(tx.now))
        .exec(&**tx)
        .await?;
    if claimed.rows_affected == 1 { Ok(Some(find(&**tx, id).await?)) } else { Ok(None) }
}

/// A sign of life, and how many sheets are done.
pub async fn renew(tx: &Tx, owner: &str, id: PrintId, done: usize) -> Result<bool> {
    let row = print::ActiveModel {
        lease_until: Set(Some(tx.now.plus(LEASE))),
        done: Set(i32::try_from(done).unwrap_or(i32::MAX)),
        ..Default::default()
    };
    held(tx, owner, id, row).await
}

/// Lets go for now, to be taken up again soon.
pub async fn release(tx: &Tx, owner: &str, id: PrintId) -> Result<()> {
    let row = print::ActiveModel { owner: Set(None), lease_until: Set(Some(tx.now.plus(REST))), ..Default::default() };
    held(tx, owner, id, row).await.map(drop)
}

/// Notes what came of it; `None` in the place of `left` gives it up.
pub async fn finish(tx: &Tx, owner: &str, id: PrintId, file: Option<FileId>, left: Option<&[Left]>) -> Result<bool> {
    let found = find(&**tx, id).await?;
    let row = print::ActiveModel {
        owner: Set(None),
        lease_until: Set(None),
        done: Set(found.total),
        file_id: Set(file),
        left_out: Set(left.map(serde_json::to_string).transpose().map_err(AppError::internal)?),
        failed: Set(left.is_none()),
        finished_at: Set(Some(tx.now)),
        ..Default::default()
    };
    held(tx, owner, id, row).await
}

/// Changes a print that this owner holds; false when it is somebody else's by now.
async fn held(tx: &Tx, owner: &str, id: PrintId, row: print::ActiveModel) -> Result<bool> {
    let changed = print::Entity::update_many()
        .set(row)
        .filter(print::Column::Id.eq(id))
        .filter(print::Column::Owner.eq(owner))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Forgets old prints and releases their files.
pub async fn drop_old(tx: &Tx) -> Result<()> {
    let old = print::Column::AskedAt.lt(tx.now.plus(-OLD));
    print::Entity::delete_many().filter(old).exec(&**tx).await?;
    Ok(())
}
