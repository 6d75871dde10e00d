//! Imports as the program works on them. Whoever works on one holds it for a while and renews that; when no sign
//! of life comes, another takes over. Nothing is recorded by somebody who no longer holds the import.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};

use super::{Import, found, jobs};
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::ImportId,
    members::import::{entity::import, model::ImportState, plan::Plan},
    text::Message,
    time::Instant,
};

/// How long a hold lasts without a sign of life.
const LEASE: i64 = 15 * Instant::SECOND;
/// How long an import rests after something went wrong or was in its way.
const REST: i64 = 5 * Instant::SECOND;

/// The oldest import that waits for the program.
pub async fn due(conn: &impl ConnectionTrait, now: Instant) -> Result<Option<ImportId>> {
    let found = import::Entity::find().filter(waiting(now)).order_by_asc(import::Column::Id).limit(1).one(conn).await?;
    Ok(found.map(|import| import.id))
}

fn waiting(now: Instant) -> Condition {
    Condition::all()
        .add(import::Column::State.is_in([ImportState::Checking, ImportState::Writing]))
        .add(Condition::any().add(import::Column::LeaseUntil.is_null()).add(import::Column::LeaseUntil.lt(now)))
}

/// Takes an import in hand; nothing when somebody else was faster.
pub async fn claim(tx: &Tx, owner: &str, id: ImportId) -> Result<Option<Import>> {
    let claimed = import::Entity::update_many()
        .col_expr(import::Column::Owner, Expr::value(owner))
        .col_expr(import::Column::LeaseUntil, Expr::value(tx.now.plus(LEASE)))
        .col_expr(import::Column::Attempts, Expr::col(import::Column::Attempts).add(1))
        .filter(import::Column::Id.eq(id))
        .filter(waiting(tx.now))
        .exec(&**tx)
        .await?;
    if claimed.rows_affected == 1 { Ok(Some(jobs::find(&**tx, id).await?)) } else { Ok(None) }
}

/// A sign of life, and how far it is.
pub async fn renew(tx: &Tx, owner: &str, id: ImportId, (done, total): (u32, u32)) -> Result<bool> {
    let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let row = import::ActiveModel {
        lease_until: Set(Some(tx.now.plus(LEASE))),
        done: Set(number(done)),
        total: Set(number(total)),
        ..Default::default()
    };
    held(tx, owner, id, row).await
}

/// Holds a confirmed import for as long as the transaction lasts; false when it is somebody else's by now.
pub async fn hold(tx: &Tx, owner: &str, id: ImportId) -> Result<bool> {
    let row = import::ActiveModel { lease_until: Set(Some(tx.now.plus(LEASE))), ..Default::default() };
    held(tx, owner, id, row).await
}

/// Records what a check came to. `renewed`: it was confirmed, and the register changed since.
pub async fn checked(tx: &Tx, owner: &str, id: ImportId, plan: &Plan, renewed: bool) -> Result<()> {
    let row = import::ActiveModel {
        state: Set(ImportState::Checked),
        owner: Set(None),
        lease_until: Set(None),
        digest: Set(Some(plan.digest())),
        tally: Set(Some(serde_json::to_string(&plan.tally).map_err(AppError::internal)?)),
        renewed: Set(renewed),
        ..Default::default()
    };
    if held(tx, owner, id, row).await? {
        found::forget(tx, id).await?;
        found::keep(tx, id, plan).await?;
    }
    Ok(())
}

/// The file as a whole cannot be read.
pub async fn refuse(tx: &Tx, owner: &str, id: ImportId, reason: &Message) -> Result<()> {
    end(tx, owner, id, ImportState::Refused, reason).await
}

/// Gives up; nothing was written.
pub async fn fail(tx: &Tx, owner: &str, id: ImportId, reason: &Message) -> Result<()> {
    end(tx, owner, id, ImportState::Failed, reason).await
}

async fn end(tx: &Tx, owner: &str, id: ImportId, state: ImportState, reason: &Message) -> Result<()> {
    let row = import::ActiveModel {
        state: Set(state),
        owner: Set(None),
        lease_until: Set(None),
        refusal: Set(Some(serde_json::to_string(reason).map_err(AppError::internal)?)),
        ..Default::default()
    };
    held(tx, owner, id, row).await.map(drop)
}

/// Lets go for now, to be taken up again soon; `attempts` is how often it counts as begun.
pub async fn release(tx: &Tx, owner: &str, id: ImportId, attempts: i32) -> Result<()> {
    let row = import::ActiveModel {
        owner: Set(None),
        lease_until: Set(Some(tx.now.plus(REST))),
        attempts: Set(attempts),
        ..Default::default()
    };
    held(tx, owner, id, row).await.map(drop)
}

/// Changes an import that this owner holds; false when it is somebody else's by now.
async fn held(tx: &Tx, owner: &str, id: ImportId, row: import::ActiveModel) -> Result<bool> {
    let mine: SimpleExpr = import::Column::Id.eq(id).and(import::Column::Owner.eq(owner));
    let changed = import::Entity::update_many().set(row).filter(mine).exec(&**tx).await?;
    Ok(changed.rows_affected == 1)
}
