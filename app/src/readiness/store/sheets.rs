//! The sheets that were made: what each said, for good.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    audit,
    db::Tx,
    error::{AppError, Result},
    ids::{MemberId, PlantId, ReadinessSheetId},
    numbers::Number,
    readiness::{entity::sheet, sheet::Said},
};

pub use sheet::Model as Sheet;

impl Sheet {
    pub fn said(&self) -> Result<Said> {
        serde_json::from_str(&self.said).map_err(AppError::internal)
    }
}

pub async fn sheet(conn: &impl ConnectionTrait, id: ReadinessSheetId) -> Result<Sheet> {
    sheet::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// Those of a plant, the newest first, at most `most`.
pub async fn latest(conn: &impl ConnectionTrait, plant: PlantId, most: u64) -> Result<Vec<Sheet>> {
    let of_plant = sheet::Entity::find().filter(sheet::Column::PlantId.eq(plant));
    Ok(of_plant.order_by_desc(sheet::Column::Id).limit(most).all(conn).await?)
}

pub async fn add(
    tx: &Tx,
    id: ReadinessSheetId,
    number: Number,
    (member, plant): (MemberId, PlantId),
    said: &Said,
) -> Result<()> {
    sheet::ActiveModel {
        id: Set(id),
        number: Set(number.to_string()),
        member_id: Set(member),
        plant_id: Set(plant),
        made_at: Set(tx.now),
        made_by: Set(tx.actor.person),
        said: Set(serde_json::to_string(said).map_err(AppError::internal)?),
    }
    .insert(&**tx)
    .await?;
    let entry = audit::Entry::new("readiness_sheet.made", "readiness_sheet").subject(id).member(member);
    let after = serde_json::json!({ "number": number.to_string(), "plant": said.plant, "verdict": said.verdict() });
    audit::record(tx, entry.after(&after)).await
}
