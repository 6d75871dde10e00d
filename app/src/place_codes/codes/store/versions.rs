//! The versions of an entrance's code.

use std::collections::HashMap;

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};

use super::Code;
use crate::{
    db::Tx,
    error::{AppError, Result, unique_violation},
    hex::hex,
    ids::{EntranceId, FileId, MemberId, PlaceCodeId},
    members::store as register,
    numbers::Number,
    place_codes::{
        codes::{
            accept::Filed,
            model::{Cause, InUse},
        },
        entity::code,
        reach::Reach,
    },
    time::Day,
};

pub async fn code(conn: &impl ConnectionTrait, id: PlaceCodeId) -> Result<Code> {
    code::Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// The current code of each of these entrances that has one.
pub async fn current_of(conn: &impl ConnectionTrait, entrances: &[EntranceId]) -> Result<HashMap<EntranceId, Code>> {
    let codes = code::Entity::find()
        .filter(code::Column::EntranceId.is_in(entrances.iter().copied()))
        .filter(code::Column::WithdrawnAt.is_null())
        .order_by_asc(code::Column::Version)
        .all(conn)
        .await?;
    Ok(codes.into_iter().map(|code| (code.entrance_id, code)).collect())
}

/// All versions of an entrance's code, the newest first, withdrawn ones too.
pub async fn versions(conn: &impl ConnectionTrait, entrance: EntranceId) -> Result<Vec<Code>> {
    let codes = code::Entity::find().filter(code::Column::EntranceId.eq(entrance));
    Ok(codes.order_by_desc(code::Column::Version).all(conn).await?)
}

/// Who asks about a payload: for which member, for which entrance where that is said already, and what they may see.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    pub member: MemberId,
    pub entrance: Option<EntranceId>,
    pub reach: &'a Reach,
}

/// Where a payload is in use, as far as the asker may know.
pub async fn in_use(conn: &impl ConnectionTrait, payload: &str, asker: Asker<'_>) -> Result<Option<InUse>> {
    let found = code::Entity::find()
        .filter(code::Column::PayloadHash.eq(hash(payload)))
        .filter(code::Column::WithdrawnAt.is_null())
        .one(conn)
        .await?;
    let Some(found) = found else { return Ok(None) };
    let newest = current_of(conn, &[found.entrance_id]).await?;
    let current = newest.get(&found.entrance_id).is_some_and(|newest| newest.id == found.id);
    let number = found.number;
    if asker.entrance == Some(found.entrance_id) {
        return Ok(Some(InUse::Here { number, current }));
    }
    if !asker.reach.covers(found.member_id, found.plant_id) {
        let same = found.member_id == asker.member;
        return Ok(Some(if same { InUse::Sister { number } } else { InUse::OtherMember { number } }));
    }
    let plant = register::plant(conn, found.plant_id).await?;
    let entrance = register::entrance(conn, found.entrance_id).await?;
    let mut place = format!("{} {}", plant.name, entrance.name);
    if found.member_id == asker.member && asker.entrance.is_none() {
        return Ok(Some(if current { InUse::There { number, place } } else { InUse::Here { number, current } }));
    }
    if found.member_id != asker.member {
        place = format!("{} {place}", register::member(conn, found.member_id).await?.name);
    }
    Ok(Some(InUse::Elsewhere { number, place }))
}

/// By which a payload is looked up.
pub fn hash(payload: &str) -> String {
    hex(&Sha256::digest(payload))
}

/// What a version is made of.
pub struct Made<'a> {
    pub number: Number,
    pub version: i32,
    pub payload: &'a str,
    pub file: FileId,
    pub issued_on: Day,
    pub cause: Cause,
    pub remark: Option<String>,
}

/// Adds a version; nothing when somebody else used the payload in the same moment.
pub async fn insert(tx: &Tx, at: &Filed, made: Made<'_>) -> Result<Option<PlaceCodeId>> {
    let id = PlaceCodeId::new();
    let row = code::ActiveModel {
        id: Set(id),
        number: Set(made.number.to_string()),
        member_id: Set(at.member),
        plant_id: Set(at.plant),
        entrance_id: Set(at.entrance),
        version: Set(made.version),
        payload: Set(made.payload.to_owned()),
        payload_hash: Set(hash(made.payload)),
        file_id: Set(made.file),
        issued_on: Set(made.issued_on),
        cause: Set(made.cause),
        remark: Set(made.remark),
        address_line: Set(at.address_line.clone()),
        address_key: Set(at.address_key.clone()),
        added_at: Set(tx.now),
        added_by: Set(tx.actor.person),
        withdrawn_at: Set(None),
        withdrawn_by: Set(None),
        withdrawn_reason: Set(None),
    };
    match row.insert(&**tx).await {
        Ok(_) => Ok(Some(id)),
        Err(error) if unique_violation(&error).is_some() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A version counts as never entered from now on; false when it did so already.
pub async fn withdraw(tx: &Tx, id: PlaceCodeId, reason: &str) -> Result<bool> {
    let row = code::ActiveModel {
        withdrawn_at: Set(Some(tx.now)),
        withdrawn_by: Set(tx.actor.person),
        withdrawn_reason: Set(Some(reason.to_owned())),
        ..Default::default()
    };
    let changed = code::Entity::update_many()
        .set(row)
        .filter(code::Column::Id.eq(id))
        .filter(code::Column::WithdrawnAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// What is said of a version that counts again.
#[derive(Clone, Debug)]
pub struct Again {
    pub file: FileId,
    pub issued_on: Day,
    pub cause: Cause,
    pub remark: Option<String>,
    /// Whether it counts from now on, and not as if it had never been withdrawn.
    pub counts_anew: bool,
}

/// A version that was withdrawn counts again. False when somebody else used the payload in the same moment.
pub async fn reinstate(tx: &Tx, id: PlaceCodeId, again: &Again) -> Result<bool> {
    let mut row = code::ActiveModel {
        file_id: Set(again.file),
        issued_on: Set(again.issued_on),
        cause: Set(again.cause),
        remark: Set(again.remark.clone()),
        withdrawn_at: Set(None),
        withdrawn_by: Set(None),
        withdrawn_reason: Set(None),
        ..Default::default()
    };
    if again.counts_anew {
        row.added_at = Set(tx.now);
        row.added_by = Set(tx.actor.person);
    }
    match code::Entity::update_many().set(row).filter(code::Column::Id.eq(id)).exec(&**tx).await {
        Ok(_) => Ok(true),
        Err(error) if unique_violation(&error).is_some() => Ok(false),
        Err(error) => Err(error.into()),
    }
}
