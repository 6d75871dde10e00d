//! Adding to the register and changing it. What is given here has been checked; whether the asker may, too.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter, UpdateResult,
    sea_query::{Expr, Func, IntoColumnRef, SimpleExpr},
};

use crate::{
    db::Tx,
    error::{AppError, Result, unique_violation},
    ids::{ContactId, EntranceId, FileId, MemberId, PlantId},
    members::{
        address::Address,
        entity::{contact, entrance, member, member::Model as Member, plant},
        model::{ContactFacts, EntranceFacts, MemberFacts, PlantFacts, join_duties},
    },
    time::Instant,
};

/// How writing went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Done,
    /// Somebody else changed it first.
    Stale,
    /// Another member has the code, or another entrance the name; the transaction is of no further use.
    Taken,
}

/// How a change went that was to find one row of the version it began with.
fn written(changed: Result<UpdateResult, DbErr>) -> Result<Written> {
    match changed {
        Ok(changed) if changed.rows_affected == 1 => Ok(Written::Done),
        Ok(_) => Ok(Written::Stale),
        Err(error) if unique_violation(&error).is_some() => Ok(Written::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Adds a member whose licence nobody has confirmed yet.
pub async fn add_member(tx: &Tx, id: MemberId, facts: &MemberFacts) -> Result<Written> {
    match member_row(tx, id, facts).insert(&**tx).await {
        Ok(_) => Ok(Written::Done),
        Err(error) if unique_violation(&error).is_some() => Ok(Written::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Adds many members. The caller keeps the lists of this and its like short enough for one statement.
pub async fn add_members(tx: &Tx, members: &[(MemberId, MemberFacts)]) -> Result<()> {
    let rows = members.iter().map(|(id, facts)| member_row(tx, *id, facts));
    member::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

fn member_row(tx: &Tx, id: MemberId, facts: &MemberFacts) -> member::ActiveModel {
    member::ActiveModel {
        id: Set(id),
        name: Set(facts.name.clone()),
        short_name: Set(facts.short_name.clone()),
        credit_code: Set(facts.credit_code.to_string()),
        code_override: Set(None),
        licence_file_id: Set(None),
        licence_confirmed_at: Set(None),
        licence_confirmed_by: Set(None),
        created_at: Set(tx.now),
        left_at: Set(None),
        left_remark: Set(None),
        row_version: Set(1),
    }
}

/// Records that name and code were compared with the licence, by whoever acts; false when the member is no
/// longer as `version` says, so that nothing is confirmed that nobody saw.
pub async fn confirm_licence(tx: &Tx, member: MemberId, version: i32) -> Result<bool> {
    let confirmed = member::Entity::update_many()
        .col_expr(member::Column::LicenceConfirmedAt, Expr::value(tx.now))
        .col_expr(member::Column::LicenceConfirmedBy, Expr::value(tx.actor.person))
        .col_expr(member::Column::RowVersion, Expr::value(version + 1))
        .filter(member::Column::Id.eq(member))
        .filter(member::Column::RowVersion.eq(version))
        .exec(&**tx)
        .await?;
    Ok(confirmed.rows_affected == 1)
}

/// Somebody has to compare name and code with the licence again.
pub async fn reopen_licence(tx: &Tx, member: MemberId) -> Result<()> {
    let open =
        member::ActiveModel { licence_confirmed_at: Set(None), licence_confirmed_by: Set(None), ..Default::default() };
    member::Entity::update_many().set(open).filter(member::Column::Id.eq(member)).exec(&**tx).await?;
    Ok(())
}

/// Notes that a member left; `false` when it changed since `version` was read.
pub async fn leave(tx: &Tx, member: MemberId, version: i32, since: Instant, remark: Option<&str>) -> Result<bool> {
    membership(tx, member, version, Some(since), remark).await
}

/// Makes one that left a member again; `false` when it changed since `version` was read.
pub async fn take_back(tx: &Tx, member: MemberId, version: i32) -> Result<bool> {
    membership(tx, member, version, None, None).await
}

async fn membership(
    tx: &Tx,
    member: MemberId,
    version: i32,
    left: Option<Instant>,
    remark: Option<&str>,
) -> Result<bool> {
    let row = member::ActiveModel {
        left_at: Set(left),
        left_remark: Set(remark.map(str::to_owned)),
        row_version: Set(version + 1),
        ..Default::default()
    };
    let changed = member::Entity::update_many()
        .set(row)
        .filter(member::Column::Id.eq(member))
        .filter(member::Column::RowVersion.eq(version))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

pub async fn add_plant(tx: &Tx, member: MemberId, facts: &PlantFacts) -> Result<PlantId> {
    let id = PlantId::new();
    plant_row(tx, id, member, facts)?.insert(&**tx).await?;
    Ok(id)
}

pub async fn add_plants(tx: &Tx, plants: &[(PlantId, MemberId, PlantFacts)]) -> Result<()> {
    let rows: Result<Vec<_>> = plants.iter().map(|(id, member, facts)| plant_row(tx, *id, *member, facts)).collect();
    plant::Entity::insert_many(rows?).exec_without_returning(&**tx).await?;
    Ok(())
}

fn plant_row(tx: &Tx, id: PlantId, member: MemberId, facts: &PlantFacts) -> Result<plant::ActiveModel> {
    let (district, town) = divisions(&facts.address);
    Ok(plant::ActiveModel {
        id: Set(id),
        member_id: Set(member),
        name: Set(facts.name.clone()),
        kind: Set(facts.kind),
        district: Set(district),
        town: Set(town),
        address: Set(serde_json::to_string(&facts.address).map_err(AppError::internal)?),
        address_line: Set(facts.address.one_line()),
        address_key: Set(facts.address.comparison_key()),
        silo_capacity: Set(facts.silo_capacity),
        normal_output: Set(facts.normal_output),
        created_at: Set(tx.now),
        closed_at: Set(None),
        row_version: Set(1),
    })
}

/// Adds an entrance; nothing when the plant has one of that name, and then the transaction is of no further use.
pub async fn add_entrance(tx: &Tx, plant: PlantId, facts: &EntranceFacts) -> Result<Option<EntranceId>> {
    let id = EntranceId::new();
    match entrance_row(tx, id, plant, facts).insert(&**tx).await {
        Ok(_) => Ok(Some(id)),
        Err(error) if unique_violation(&error).is_some() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub async fn add_entrances(
    tx: &Tx,
    entrances: impl Iterator<Item = (EntranceId, PlantId, &EntranceFacts)>,
) -> Result<()> {
    let rows = entrances.map(|(id, plant, facts)| entrance_row(tx, id, plant, facts));
    entrance::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

fn entrance_row(tx: &Tx, id: EntranceId, plant: PlantId, facts: &EntranceFacts) -> entrance::ActiveModel {
    entrance::ActiveModel {
        id: Set(id),
        plant_id: Set(plant),
        name: Set(facts.name.clone()),
        passage: Set(facts.passage),
        outdoors: Set(facts.outdoors),
        created_at: Set(tx.now),
        closed_at: Set(None),
        row_version: Set(1),
    }
}

pub async fn add_contact(tx: &Tx, member: MemberId, facts: &ContactFacts) -> Result<ContactId> {
    let id = ContactId::new();
    contact_row(tx, id, member, facts).insert(&**tx).await?;
    Ok(id)
}

pub async fn add_contacts(tx: &Tx, contacts: &[(ContactId, MemberId, ContactFacts)]) -> Result<()> {
    let rows = contacts.iter().map(|(id, member, facts)| contact_row(tx, *id, *member, facts));
    contact::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

fn contact_row(tx: &Tx, id: ContactId, member: MemberId, facts: &ContactFacts) -> contact::ActiveModel {
    contact::ActiveModel {
        id: Set(id),
        member_id: Set(member),
        name: Set(facts.name.clone()),
        title: Set(facts.title.clone()),
        phone: Set(facts.phone.clone()),
        email: Set(facts.email.clone()),
        duties: Set(join_duties(&facts.duties)),
        created_at: Set(tx.now),
        row_version: Set(1),
    }
}

/// Changes a member if it still is as `version` says. A new name or code has to be compared with the licence
/// again.
pub async fn change_member(tx: &Tx, old: &Member, version: i32, facts: &MemberFacts) -> Result<Written> {
    let mut row = member::ActiveModel {
        name: Set(facts.name.clone()),
        short_name: Set(facts.short_name.clone()),
        credit_code: Set(facts.credit_code.to_string()),
        row_version: Set(version + 1),
        ..Default::default()
    };
    if old.name != facts.name || old.credit_code != facts.credit_code.as_str() {
        row.licence_confirmed_at = Set(None);
        row.licence_confirmed_by = Set(None);
        row.code_override = Set(None);
    }
    let changed = member::Entity::update_many()
        .set(row)
        .filter(member::Column::Id.eq(old.id))
        .filter(member::Column::RowVersion.eq(version))
        .exec(&**tx)
        .await;
    written(changed)
}

/// Keeps the licence that was handed in, and why a code that fails its check is accepted.
pub async fn keep_licence(tx: &Tx, member: MemberId, file: Option<FileId>, reason: Option<&str>) -> Result<()> {
    let mut row: member::ActiveModel = Default::default();
    if let Some(file) = file {
        row.licence_file_id = Set(Some(file));
    }
    if let Some(reason) = reason {
        row.code_override = Set(Some(reason.to_owned()));
    }
    if file.is_some() || reason.is_some() {
        member::Entity::update_many().set(row).filter(member::Column::Id.eq(member)).exec(&**tx).await?;
    }
    Ok(())
}

/// When something was closed that is to be `closed` now; what was closed before keeps its date.
fn closing(tx: &Tx, column: impl IntoColumnRef, closed: bool) -> SimpleExpr {
    let before = Expr::col(column);
    if closed { Func::coalesce([before, Expr::value(tx.now)]).into() } else { Expr::value(None::<Instant>) }
}

/// Changes a plant if it still is as `version` says.
pub async fn change_plant(tx: &Tx, plant: PlantId, version: i32, facts: &PlantFacts, closed: bool) -> Result<bool> {
    let (district, town) = divisions(&facts.address);
    let row = plant::ActiveModel {
        name: Set(facts.name.clone()),
        kind: Set(facts.kind),
        district: Set(district),
        town: Set(town),
        address: Set(serde_json::to_string(&facts.address).map_err(AppError::internal)?),
        address_line: Set(facts.address.one_line()),
        address_key: Set(facts.address.comparison_key()),
        silo_capacity: Set(facts.silo_capacity),
        normal_output: Set(facts.normal_output),
        row_version: Set(version + 1),
        ..Default::default()
    };
    let changed = plant::Entity::update_many()
        .set(row)
        .col_expr(plant::Column::ClosedAt, closing(tx, plant::Column::ClosedAt, closed))
        .filter(plant::Column::Id.eq(plant))
        .filter(plant::Column::RowVersion.eq(version))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Changes an entrance if it still is as `version` says.
pub async fn change_entrance(
    tx: &Tx,
    entrance: EntranceId,
    version: i32,
    facts: &EntranceFacts,
    closed: bool,
) -> Result<Written> {
    let row = entrance::ActiveModel {
        name: Set(facts.name.clone()),
        passage: Set(facts.passage),
        outdoors: Set(facts.outdoors),
        row_version: Set(version + 1),
        ..Default::default()
    };
    let changed = entrance::Entity::update_many()
        .set(row)
        .col_expr(entrance::Column::ClosedAt, closing(tx, entrance::Column::ClosedAt, closed))
        .filter(entrance::Column::Id.eq(entrance))
        .filter(entrance::Column::RowVersion.eq(version))
        .exec(&**tx)
        .await;
    written(changed)
}

/// Changes a contact if it still is as `version` says.
pub async fn change_contact(tx: &Tx, contact: ContactId, version: i32, facts: &ContactFacts) -> Result<bool> {
    let row = contact::ActiveModel {
        name: Set(facts.name.clone()),
        title: Set(facts.title.clone()),
        phone: Set(facts.phone.clone()),
        email: Set(facts.email.clone()),
        duties: Set(join_duties(&facts.duties)),
        row_version: Set(version + 1),
        ..Default::default()
    };
    let changed = contact::Entity::update_many()
        .set(row)
        .filter(contact::Column::Id.eq(contact))
        .filter(contact::Column::RowVersion.eq(version))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Removes the contact as it was shown; `false` when somebody changed it since.
pub async fn remove_contact(tx: &Tx, contact: ContactId, row_version: i32) -> Result<bool> {
    let removed = contact::Entity::delete_many()
        .filter(contact::Column::Id.eq(contact))
        .filter(contact::Column::RowVersion.eq(row_version))
        .exec(&**tx)
        .await?;
    Ok(removed.rows_affected == 1)
}

/// District and town of an address in Shanghai.
fn divisions(address: &Address) -> (Option<String>, Option<String>) {
    match address {
        Address::Shanghai(a) => (Some(a.district_code.clone()), Some(a.town_code.clone())),
        Address::Elsewhere(_) => (None, None),
    }
}
