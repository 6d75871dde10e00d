//! What is done to devices, with its audit. The audit keeps every field; of phones it keeps that they changed.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::{Value, json};

use super::{
    Device, KIND, Row, device,
    life::{Entered, event},
};
use crate::{
    audit,
    db::Tx,
    error::{Result, unique_violation},
    guides::facts::{Ability, DeviceForm},
    ids::{EntranceId, InstallRequestId, MemberId, PlantId, SentinelId},
    members::store as register,
    sentinels::{
        catalogue::{
            self,
            entity::stored,
            model::{name_key, plain},
        },
        devices::{
            entity::{event as stored_event, sentinel},
            model::Stage,
        },
        faults,
    },
    time::{Day, show_day},
};

/// Rows in one statement; the two databases bound how many values it may carry.
pub(super) const AT_ONCE: usize = 500;

/// Where a device stands or is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub member: MemberId,
    pub plant: PlantId,
    pub entrance: EntranceId,
}

/// The request that a device comes from, and which of its devices it is, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Made {
    request: InstallRequestId,
    place: i32,
}

/// A device as it is to be.
#[derive(Clone, Debug)]
pub struct Draft {
    pub place: Place,
    pub brand: String,
    pub model: String,
    pub serial: Option<String>,
    pub form: DeviceForm,
    pub abilities: BTreeSet<Ability>,
    pub vendor: Option<String>,
    pub service_contact: Option<String>,
    pub service_phone: Option<String>,
    pub warranty_until: Option<Day>,
}

impl Draft {
    pub fn model_key(&self) -> String {
        name_key(&self.brand, &self.model)
    }

    pub fn serial_key(&self) -> Option<String> {
        self.serial.as_deref().map(plain)
    }
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Done,
    /// Somebody else changed the row first.
    Stale,
    /// Another device of this make has the serial.
    Taken,
}

/// Adds a device with the first thing that is known of its life.
pub async fn add(tx: &Tx, id: SentinelId, draft: &Draft, first: &Entered) -> Result<Written> {
    let added = row(tx, id, draft, None).insert(&**tx).await;
    let Some(added) = unless_taken(added)? else { return Ok(Written::Taken) };
    event(tx, id, 1, first).insert(&**tx).await?;
    audit::record(tx, was_added(id, added.member_id, kept(tx, &added).await?, first)).await?;
    Ok(Written::Done)
}

/// Adds the devices of a request, each with the same first thing; they have no serials yet.
pub async fn add_all(tx: &Tx, request: InstallRequestId, drafts: &[Draft], first: &Entered) -> Result<()> {
    let places = drafts.iter().zip(1..);
    let new: Vec<_> = places.map(|(draft, place)| (SentinelId::new(), draft, Made { request, place })).collect();
    for some in new.chunks(AT_ONCE) {
        let rows = some.iter().map(|(id, draft, made)| row(tx, *id, draft, Some(*made)));
        sentinel::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
        let events = some.iter().map(|(id, ..)| event(tx, *id, 1, first));
        stored_event::Entity::insert_many(events).exec_without_returning(&**tx).await?;
        let entries = some.iter().map(|(id, draft, _)| {
            let make = json!({ "brand": draft.brand, "model": draft.model, "form": draft.form });
            was_added(*id, draft.place.member, make, first)
        });
        audit::record_all(tx, entries).await?;
    }
    Ok(())
}

fn was_added(id: SentinelId, member: MemberId, mut after: Value, first: &Entered) -> audit::Entry {
    after["stage"] = first.stage.to_string().into();
    after["day"] = show_day(first.day).into();
    after["note"] = first.note.as_deref().into();
    audit::Entry::new("sentinel.added", KIND).subject(id).member(member).after(&after)
}

/// The device of this make that has the serial of a draft.
pub async fn holder(conn: &impl ConnectionTrait, draft: &Draft) -> Result<Option<Row>> {
    let Some(serial) = draft.serial_key() else { return Ok(None) };
    let same = sentinel::Entity::find().filter(sentinel::Column::ModelKey.eq(draft.model_key()));
    Ok(same.filter(sentinel::Column::SerialKey.eq(serial)).one(conn).await?)
}

/// Changes a device unless somebody did since `row_version` was read. One that is removed holds no serial; one that
/// stands at another plant takes its open fault along.
pub async fn change(tx: &Tx, before: &Device, row_version: i32, draft: &Draft) -> Result<Written> {
    let mut row = sentinel::ActiveModel { row_version: Set(row_version + 1), ..columns(draft) };
    if before.stage() == Stage::Removed {
        row.serial_key = Set(None);
    }
    let before = &before.row;
    let changed = sentinel::Entity::update_many()
        .set(row)
        .filter(sentinel::Column::Id.eq(before.id))
        .filter(sentinel::Column::RowVersion.eq(row_version))
        .exec(&**tx)
        .await;
    match unless_taken(changed)? {
        None => return Ok(Written::Taken),
        Some(changed) if changed.rows_affected == 0 => return Ok(Written::Stale),
        Some(_) => {}
    }
    if before.plant_id != draft.place.plant {
        faults::store::moved(tx, before.id, draft.place.plant).await?;
    }
    let after = device(&**tx, before.id).await?.row;
    let entry = audit::Entry::new("sentinel.changed", KIND).subject(before.id).member(before.member_id);
    let (before, after) = (kept(tx, before).await?, kept(tx, &after).await?);
    audit::record(tx, entry.before(&before).after(&after)).await?;
    Ok(Written::Done)
}

/// Gives the devices of a make its new name, and those that were asked for by it; `false` when one of that name has the
/// serial of one of these.
pub async fn renamed(tx: &Tx, before: &catalogue::Model, after: &catalogue::Model) -> Result<bool> {
    if (&before.brand, &before.model, &before.name_key) == (&after.brand, &after.model, &after.name_key) {
        return Ok(true);
    }
    let changed = sentinel::Entity::update_many()
        .col_expr(sentinel::Column::Brand, Expr::value(&after.brand))
        .col_expr(sentinel::Column::Model, Expr::value(&after.model))
        .col_expr(sentinel::Column::ModelKey, Expr::value(&after.name_key))
        .col_expr(sentinel::Column::RowVersion, Expr::col(sentinel::Column::RowVersion).add(1))
        .filter(sentinel::Column::ModelKey.eq(&before.name_key))
        .filter(
            sentinel::Column::Brand
                .ne(&after.brand)
                .or(sentinel::Column::Model.ne(&after.model))
                .or(sentinel::Column::ModelKey.ne(&after.name_key)),
        )
        .exec(&**tx)
        .await;
    if unless_taken(changed)?.is_none() {
        return Ok(false);
    }
    sentinel::Entity::update_many()
        .col_expr(sentinel::Column::AskedKey, Expr::value(&after.name_key))
        .filter(sentinel::Column::AskedKey.eq(&before.name_key))
        .exec(&**tx)
        .await?;
    Ok(true)
}

fn row(tx: &Tx, id: SentinelId, draft: &Draft, made: Option<Made>) -> sentinel::ActiveModel {
    sentinel::ActiveModel {
        id: Set(id),
        request_id: Set(made.map(|made| made.request)),
        request_place: Set(made.map(|made| made.place)),
        asked_key: Set(made.map(|_| draft.model_key())),
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
        row_version: Set(1),
        ..columns(draft)
    }
}

fn columns(draft: &Draft) -> sentinel::ActiveModel {
    sentinel::ActiveModel {
        member_id: Set(draft.place.member),
        plant_id: Set(draft.place.plant),
        entrance_id: Set(draft.place.entrance),
        brand: Set(draft.brand.clone()),
        model: Set(draft.model.clone()),
        model_key: Set(draft.model_key()),
        serial: Set(draft.serial.clone()),
        serial_key: Set(draft.serial_key()),
        form: Set(draft.form),
        abilities: Set(stored(&draft.abilities)),
        vendor: Set(draft.vendor.clone()),
        service_contact: Set(draft.service_contact.clone()),
        service_phone: Set(draft.service_phone.clone()),
        warranty_until: Set(draft.warranty_until),
        ..Default::default()
    }
}

/// Nothing when the serial is another device's.
pub(super) fn unless_taken<T>(written: Result<T, DbErr>) -> Result<Option<T>> {
    match written {
        Ok(written) => Ok(Some(written)),
        Err(error) if unique_violation(&error).is_some() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What the audit keeps of a device.
async fn kept(tx: &Tx, row: &Row) -> Result<Value> {
    Ok(json!({
        "entrance": register::entrance(&**tx, row.entrance_id).await?.name,
        "brand": row.brand,
        "model": row.model,
        "serial": row.serial,
        "form": row.form,
        "abilities": row.abilities(),
        "vendor": row.vendor,
        "service_contact": row.service_contact,
        "phone": row.service_phone,
        "warranty_until": row.warranty_until.map(show_day),
    }))
}
