//! Queries and commands on the catalogue. A model whose name is mended takes the devices along that carry it. The audit keeps every field, of the vendor's phone that it changed.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde_json::{Value, json};

use super::{
    entity::{ActiveModel, Column, Entity, Model, stored},
    model::{Finding, name_key},
};
use crate::{
    audit,
    db::{Tx, holds},
    error::{AppError, Result, unique_violation},
    guides::facts::{Ability, DeviceForm},
    ids::{SentinelModelId, TextEnum},
    paging::{From, Paged},
    sentinels::devices::store as devices,
};

/// The thing's word in the audit.
const KIND: &str = "sentinel_model";
/// Counting stops here.
const COUNTED: u64 = 1_001;
/// Models that are offered for choosing.
const OFFERED: u64 = 200;

/// A model as it is to be.
#[derive(Clone, Debug)]
pub struct Draft {
    pub brand: String,
    pub model: String,
    pub form: DeviceForm,
    pub abilities: BTreeSet<Ability>,
    pub conformity: Finding,
    pub docking: Finding,
    pub vendor: String,
    pub vendor_phone: Option<String>,
    /// People in a minute.
    pub throughput: Option<i32>,
    /// Days between two check-ups, where they are not as set for all.
    pub checkup_days: Option<i32>,
    pub remarks: Option<String>,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub form: Option<DeviceForm>,
    pub ability: Option<Ability>,
    /// Only those that read no ID cards.
    pub without_reader: bool,
    pub conformity: Option<Finding>,
    /// A part of brand, model or vendor.
    pub text: String,
    /// Those that were retired, instead of the others.
    pub retired: bool,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Done,
    /// Somebody else changed the row first.
    Stale,
    /// Another model has this brand and model, or devices of both names have the same serial.
    Taken,
}

pub async fn find(conn: &impl ConnectionTrait, id: SentinelModelId) -> Result<Model> {
    Entity::find_by_id(id).one(conn).await?.ok_or(AppError::NotFound)
}

/// The model of a make (`model::name_key`), if the catalogue has it.
pub async fn by_key(conn: &impl ConnectionTrait, name_key: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::NameKey.eq(name_key)).one(conn).await?)
}

/// The models of several makes, those that the catalogue has.
pub async fn by_keys(conn: &impl ConnectionTrait, name_keys: &[String]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::NameKey.is_in(name_keys)).all(conn).await?)
}

/// The makes that the catalogue says do not conform or are not docked, as a query that is read once for a statement.
pub const REFUTED: &str = "SELECT g.name_key FROM sentinel_models g WHERE g.conformity = 'no' OR g.docking = 'no'";

/// Those of several makes, each with what the catalogue says of its conformity and its docking; says the same as
/// `REFUTED`.
pub async fn refuted(
    conn: &impl ConnectionTrait,
    name_keys: &BTreeSet<&str>,
) -> Result<HashMap<String, (Finding, Finding)>> {
    let short = Condition::any().add(Column::Conformity.eq(Finding::No)).add(Column::Docking.eq(Finding::No));
    let found = Entity::find().filter(Column::NameKey.is_in(name_keys.iter().copied())).filter(short);
    let found = found.all(conn).await?.into_iter();
    Ok(found.map(|model| (model.name_key, (model.conformity, model.docking))).collect())
}

/// How many there are, up to 1,001.
pub async fn count(conn: &impl ConnectionTrait, filter: &Filter) -> Result<u64> {
    Ok(narrowed(filter).select_only().column(Column::Id).limit(COUNTED).count(conn).await?)
}

/// One page, by brand and model.
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    from: From<String>,
    size: usize,
) -> Result<Paged<Model, String>> {
    let all = narrowed(filter);
    let rows = match &from {
        From::Start => all.order_by_asc(Column::NameKey),
        From::After(key) => all.filter(Column::NameKey.gt(key)).order_by_asc(Column::NameKey),
        From::Before(key) => all.filter(Column::NameKey.lt(key)).order_by_desc(Column::NameKey),
    };
    let rows = rows.limit(size as u64 + 1).all(conn).await?;
    Ok(from.page(rows, size, |model| model.name_key.clone()))
}

/// All that a list shows on all its pages, at most `most`.
pub async fn everything(conn: &impl ConnectionTrait, filter: &Filter, most: u64) -> Result<Vec<Model>> {
    Ok(narrowed(filter).order_by_asc(Column::NameKey).limit(most).all(conn).await?)
}

/// Those that can be asked for: not retired, and not known to fall short of the specification.
pub async fn offered(conn: &impl ConnectionTrait) -> Result<Vec<Model>> {
    let usable = narrowed(&Filter::default()).filter(Column::Conformity.ne(Finding::No));
    Ok(usable.order_by_asc(Column::NameKey).limit(OFFERED).all(conn).await?)
}

fn narrowed(filter: &Filter) -> Select<Entity> {
    let standing = if filter.retired { Column::RetiredAt.is_not_null() } else { Column::RetiredAt.is_null() };
    let mut query = Entity::find().filter(standing);
    if let Some(form) = filter.form {
        query = query.filter(Column::Form.eq(form));
    }
    if let Some(ability) = filter.ability {
        query = query.filter(holds(Column::Abilities, ability.word()));
    }
    if filter.without_reader {
        let reads_cards = Condition::all().add(holds(Column::Abilities, Ability::IdCardReader.word()));
        query = query.filter(reads_cards.not());
    }
    if let Some(conformity) = filter.conformity {
        query = query.filter(Column::Conformity.eq(conformity));
    }
    if !filter.text.is_empty() {
        let columns = [Column::Brand, Column::Model, Column::Vendor];
        query = query.filter(columns.into_iter().fold(Condition::any(), |any, c| any.add(holds(c, &filter.text))));
    }
    query
}

pub async fn add(tx: &Tx, id: SentinelModelId, draft: &Draft) -> Result<Written> {
    let row =
        ActiveModel { id: Set(id), created_at: Set(tx.now), retired_at: Set(None), row_version: Set(1), ..row(draft) };
    let Some(model) = unless_taken(row.insert(&**tx).await)? else { return Ok(Written::Taken) };
    audit::record(tx, audit::Entry::new("sentinel_model.added", KIND).subject(id).after(&kept(&model))).await?;
    Ok(Written::Done)
}

/// Changes a model unless somebody did since `row_version` was read.
pub async fn change(tx: &Tx, before: &Model, row_version: i32, draft: &Draft, retired: bool) -> Result<Written> {
    let retired_at = retired.then(|| before.retired_at.unwrap_or(tx.now));
    let row = ActiveModel { retired_at: Set(retired_at), row_version: Set(row_version + 1), ..row(draft) };
    let changed = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(before.id))
        .filter(Column::RowVersion.eq(row_version))
        .exec(&**tx)
        .await;
    match unless_taken(changed)? {
        None => return Ok(Written::Taken),
        Some(changed) if changed.rows_affected == 0 => return Ok(Written::Stale),
        Some(_) => {}
    }
    let after = find(&**tx, before.id).await?;
    if !devices::renamed(tx, before, &after).await? {
        return Ok(Written::Taken);
    }
    let entry = audit::Entry::new("sentinel_model.changed", KIND).subject(before.id);
    audit::record(tx, entry.before(&kept(before)).after(&kept(&after))).await?;
    Ok(Written::Done)
}

fn row(draft: &Draft) -> ActiveModel {
    ActiveModel {
        brand: Set(draft.brand.clone()),
        model: Set(draft.model.clone()),
        name_key: Set(name_key(&draft.brand, &draft.model)),
        form: Set(draft.form),
        abilities: Set(stored(&draft.abilities)),
        conformity: Set(draft.conformity),
        docking: Set(draft.docking),
        vendor: Set(draft.vendor.clone()),
        vendor_phone: Set(draft.vendor_phone.clone()),
        throughput: Set(draft.throughput),
        checkup_days: Set(draft.checkup_days),
        remarks: Set(draft.remarks.clone()),
        ..Default::default()
    }
}

/// Nothing when the name is another model's.
fn unless_taken<T>(written: Result<T, DbErr>) -> Result<Option<T>> {
    match written {
        Ok(written) => Ok(Some(written)),
        Err(error) if unique_violation(&error).is_some() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What the audit keeps of a model.
fn kept(model: &Model) -> Value {
    json!({
        "brand": model.brand,
        "model": model.model,
        "form": model.form,
        "abilities": model.abilities(),
        "conformity": model.conformity,
        "docking": model.docking,
        "vendor": model.vendor,
        "phone": model.vendor_phone,
        "throughput": model.throughput,
        "checkup_days": model.checkup_days,
        "remarks": model.remarks,
        "retired": model.retired_at.is_some(),
    })
}
