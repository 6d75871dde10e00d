//! Images that were uploaded together and wait for their entrances.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{Batch, Item};
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::{BatchId, EntranceId, FileId, MemberId, PlaceCodeId, PlantId},
    members::entity::entrance,
    place_codes::entity::{batch, item},
    text::Message,
    time::Instant,
};

/// Batches that nobody looks after are forgotten after this.
const OLD: i64 = 7 * Instant::DAY;

/// An image of a batch: its file and payload, or why it is not taken.
pub struct NewItem {
    pub file_name: String,
    pub read: Result<(FileId, String), Message>,
    pub entrance: Option<EntranceId>,
}

pub async fn batch(conn: &impl ConnectionTrait, id: BatchId) -> Result<Batch> {
    batch::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// Its images in the order in which they came.
pub async fn items(conn: &impl ConnectionTrait, id: BatchId) -> Result<Vec<Item>> {
    let items = item::Entity::find().filter(item::Column::BatchId.eq(id));
    Ok(items.order_by_asc(item::Column::At).all(conn).await?)
}

/// The plants of the entrances to which images go, or went.
pub async fn plants_of(conn: &impl ConnectionTrait, items: &[Item]) -> Result<Vec<PlantId>> {
    let entrances: Vec<EntranceId> = items.iter().filter_map(|item| item.entrance_id).collect();
    let plants = entrance::Entity::find()
        .select_only()
        .column(entrance::Column::PlantId)
        .distinct()
        .filter(entrance::Column::Id.is_in(entrances));
    Ok(plants.into_tuple().all(conn).await?)
}

/// Locks a batch until the transaction ends.
pub async fn lock_batch(tx: &Tx, id: BatchId) -> Result<Batch> {
    batch::Entity::update_many()
        .col_expr(batch::Column::CreatedAt, Expr::col(batch::Column::CreatedAt))
        .filter(batch::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    batch(&**tx, id).await
}

pub async fn add_batch(tx: &Tx, id: BatchId, member: MemberId, items: Vec<NewItem>) -> Result<()> {
    let row = batch::ActiveModel {
        id: Set(id),
        member_id: Set(member),
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
        finished_at: Set(None),
    };
    batch::Entity::insert(row).exec_without_returning(&**tx).await?;
    let mut rows = Vec::new();
    for (at, new) in (0..).zip(items) {
        let (file, payload, refusal) = match new.read {
            Ok((file, payload)) => (Some(file), Some(payload), None),
            Err(why) => (None, None, Some(serde_json::to_string(&why).map_err(AppError::internal)?)),
        };
        rows.push(item::ActiveModel {
            batch_id: Set(id),
            at: Set(at),
            file_name: Set(new.file_name),
            file_id: Set(file),
            payload: Set(payload),
            refusal: Set(refusal),
            entrance_id: Set(new.entrance),
            code_id: Set(None),
        });
    }
    item::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Notes what became of an image.
pub async fn choose(tx: &Tx, id: BatchId, at: i32, entrance: EntranceId, code: PlaceCodeId) -> Result<()> {
    let row = item::ActiveModel { entrance_id: Set(Some(entrance)), code_id: Set(Some(code)), ..Default::default() };
    let this = item::Column::BatchId.eq(id);
    item::Entity::update_many().set(row).filter(this).filter(item::Column::At.eq(at)).exec(&**tx).await?;
    Ok(())
}

pub async fn finish(tx: &Tx, id: BatchId) -> Result<()> {
    let row = batch::ActiveModel { finished_at: Set(Some(tx.now)), ..Default::default() };
    batch::Entity::update_many().set(row).filter(batch::Column::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

/// Throws a batch away that was not finished.
pub async fn put_aside(tx: &Tx, id: BatchId) -> Result<()> {
    item::Entity::delete_many().filter(item::Column::BatchId.eq(id)).exec(&**tx).await?;
    batch::Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}

/// Forgets old batches; their images that became codes are named by these.
pub async fn drop_old(tx: &Tx) -> Result<()> {
    let old = tx.now.plus(-OLD);
    let ids: Vec<BatchId> = batch::Entity::find()
        .filter(batch::Column::CreatedAt.lt(old))
        .all(&**tx)
        .await?
        .into_iter()
        .map(|batch| batch.id)
        .collect();
    item::Entity::delete_many().filter(item::Column::BatchId.is_in(ids.iter().copied())).exec(&**tx).await?;
    batch::Entity::delete_many().filter(batch::Column::Id.is_in(ids)).exec(&**tx).await?;
    Ok(())
}
