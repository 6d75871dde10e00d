//! Imports as people see them and act on them: uploaded, confirmed, put aside, asked for again.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::found;
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::{FileId, ImportId},
    members::import::{
        entity::import,
        model::{ImportState, Tally},
    },
    text::Kept,
    time::Instant,
};

pub use import::Model as Import;

/// Imports that nobody confirms are put aside after this.
const OLD: i64 = 7 * Instant::DAY;

impl Import {
    /// What the check came to; nothing before there was one.
    pub fn tally(&self) -> Option<Tally> {
        serde_json::from_str(self.tally.as_deref()?).ok()
    }

    pub fn refusal(&self) -> Option<Kept> {
        serde_json::from_str(self.refusal.as_deref()?).ok()
    }

    /// Whether the program is at work on it, or about to be.
    pub fn is_busy(&self) -> bool {
        matches!(self.state, ImportState::Checking | ImportState::Writing)
    }
}

pub async fn add(tx: &Tx, id: ImportId, file: FileId, name: &str) -> Result<()> {
    import::ActiveModel {
        id: Set(id),
        state: Set(ImportState::Checking),
        file_id: Set(Some(file)),
        file_name: Set(name.to_owned()),
        uploaded_by: Set(tx.actor.person),
        uploaded_at: Set(tx.now),
        attempts: Set(0),
        done: Set(0),
        total: Set(0),
        renewed: Set(false),
        ..Default::default()
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

pub async fn find(conn: &impl ConnectionTrait, id: ImportId) -> Result<Import> {
    import::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// The newest ones.
pub async fn newest(conn: &impl ConnectionTrait, most: u64) -> Result<Vec<Import>> {
    Ok(import::Entity::find().order_by_desc(import::Column::Id).limit(most).all(conn).await?)
}

/// Confirms what was shown under this digest; false when that is not what the import holds now.
pub async fn confirm(tx: &Tx, id: ImportId, digest: &str) -> Result<bool> {
    let row = import::ActiveModel {
        state: Set(ImportState::Writing),
        confirmed_by: Set(tx.actor.person),
        confirmed_at: Set(Some(tx.now)),
        confirmed_ip: Set(Some(tx.actor.ip.clone())),
        confirmed_request: Set(Some(tx.actor.request.clone())),
        renewed: Set(false),
        ..begun_anew()
    };
    let changed = import::Entity::update_many()
        .set(row)
        .filter(import::Column::Id.eq(id))
        .filter(import::Column::State.eq(ImportState::Checked))
        .filter(import::Column::Digest.eq(digest))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Reads and compares the sheet again, after it failed or waited; false when it is in another state.
pub async fn repeat(tx: &Tx, id: ImportId) -> Result<bool> {
    let row = import::ActiveModel {
        state: Set(ImportState::Checking),
        refusal: Set(None),
        renewed: Set(false),
        ..begun_anew()
    };
    let changed = import::Entity::update_many()
        .set(row)
        .filter(import::Column::Id.eq(id))
        .filter(import::Column::State.is_in([ImportState::Failed, ImportState::Checked]))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

fn begun_anew() -> import::ActiveModel {
    import::ActiveModel {
        owner: Set(None),
        lease_until: Set(None),
        attempts: Set(0),
        done: Set(0),
        total: Set(0),
        ..Default::default()
    }
}

/// Puts an import aside that is not in hand, and releases its sheet; false when it is in another state.
pub async fn drop_import(tx: &Tx, id: ImportId) -> Result<bool> {
    let waits = [ImportState::Checked, ImportState::Refused, ImportState::Failed];
    let row = import::ActiveModel {
        state: Set(ImportState::Dropped),
        file_id: Set(None),
        finished_at: Set(Some(tx.now)),
        ..Default::default()
    };
    let changed = import::Entity::update_many()
        .set(row)
        .filter(import::Column::Id.eq(id))
        .filter(import::Column::State.is_in(waits))
        .exec(&**tx)
        .await?;
    if changed.rows_affected == 1 {
        found::forget(tx, id).await?;
    }
    Ok(changed.rows_affected == 1)
}

/// Puts aside what nobody looked after.
pub async fn drop_old(tx: &Tx) -> Result<()> {
    let old = import::Entity::find()
        .filter(import::Column::State.is_in([ImportState::Checked, ImportState::Refused, ImportState::Failed]))
        .filter(import::Column::UploadedAt.lt(tx.now.plus(-OLD)))
        .all(&**tx)
        .await?;
    for import in old {
        drop_import(tx, import.id).await?;
    }
    Ok(())
}

/// Everything is written. What was shown is forgotten (the audit has it), and the sheet is released.
pub async fn finish(tx: &Tx, id: ImportId) -> Result<()> {
    let row = import::ActiveModel {
        state: Set(ImportState::Done),
        file_id: Set(None),
        owner: Set(None),
        lease_until: Set(None),
        finished_at: Set(Some(tx.now)),
        ..Default::default()
    };
    import::Entity::update_many().set(row).filter(import::Column::Id.eq(id)).exec(&**tx).await?;
    found::forget(tx, id).await
}
