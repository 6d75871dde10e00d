//! Adding to the register. What is given here has been checked; whether the asker may, too.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};

use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::{ContactId, EntranceId, MemberId, PlantId},
    members::{
        address::Address,
        entity::{contact, entrance, member, plant},
        model::{ContactFacts, EntranceFacts, MemberFacts, PlantFacts, join_duties},
    },
};

/// Adds a member whose licence nobody has confirmed yet.
pub async fn add_member(tx: &Tx, facts: &MemberFacts) -> Result<MemberId> {
    let id = MemberId::new();
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
        row_version: Set(1),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// Records that name and code were compared with the licence, by whoever acts.
pub async fn confirm_licence(tx: &Tx, member: MemberId) -> Result<()> {
    member::Entity::update_many()
        .col_expr(member::Column::LicenceConfirmedAt, Expr::value(tx.now))
        .col_expr(member::Column::LicenceConfirmedBy, Expr::value(tx.actor.person))
        .col_expr(member::Column::RowVersion, Expr::col(member::Column::RowVersion).add(1))
        .filter(member::Column::Id.eq(member))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn add_plant(tx: &Tx, member: MemberId, facts: &PlantFacts) -> Result<PlantId> {
    let id = PlantId::new();
    let (district, town) = divisions(&facts.address);
    plant::ActiveModel {
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
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

pub async fn add_entrance(tx: &Tx, plant: PlantId, facts: &EntranceFacts) -> Result<EntranceId> {
    let id = EntranceId::new();
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
    .insert(&**tx)
    .await?;
    Ok(id)
}

pub async fn add_contact(tx: &Tx, member: MemberId, facts: &ContactFacts) -> Result<ContactId> {
    let id = ContactId::new();
    contact::ActiveModel {
        id: Set(id),
        member_id: Set(member),
        person_id: Set(None),
        name: Set(facts.name.clone()),
        title: Set(facts.title.clone()),
        phone: Set(facts.phone.clone()),
        email: Set(facts.email.clone()),
        duties: Set(join_duties(&facts.duties)),
        created_at: Set(tx.now),
        row_version: Set(1),
    }
    .insert(&**tx)
    .await?;
    Ok(id)
}

/// District and town of an address in Shanghai.
fn divisions(address: &Address) -> (Option<String>, Option<String>) {
    match address {
        Address::Shanghai(a) => (Some(a.district_code.clone()), Some(a.town_code.clone())),
        Address::Elsewhere(_) => (None, None),
    }
}
