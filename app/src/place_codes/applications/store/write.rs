//! What is done to applications.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::{Case, case};
use crate::{
    db::Tx,
    error::{AppError, Result},
    guides::facts::{Certificate, Route},
    ids::{ApplicationId, ApplicationLineId, EntranceId, MemberId, OutcomeId, PlantId},
    members::entity::entrance,
    numbers::Number,
    place_codes::{
        applications::{model::Outcome, sheet::Sheet},
        entity::{application, line, outcome},
    },
    time::Day,
};

/// How an application was handed in.
#[derive(Clone, Debug)]
pub struct Filing {
    pub on: Day,
    pub route: Route,
    pub certificate: Option<Certificate>,
    pub handler: String,
}

/// Locks entrances until the transaction ends, so that what is decided about one is not decided twice at once. They
/// are locked in one order, so that of two who lock the same ones neither waits for the other in a circle; numbers are
/// drawn after that.
pub async fn lock_entrances(tx: &Tx, ids: &[EntranceId]) -> Result<()> {
    entrance::Entity::find()
        .filter(entrance::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(entrance::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Ok(())
}

/// Locks the row until the transaction ends, so that two who write at once wait for each other.
pub async fn lock(tx: &Tx, id: ApplicationId) -> Result<Case> {
    application::Entity::update_many()
        .col_expr(application::Column::CreatedAt, Expr::col(application::Column::CreatedAt))
        .filter(application::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    case(&**tx, id).await
}

pub async fn add(
    tx: &Tx,
    id: ApplicationId,
    member: MemberId,
    number: Number,
    previous: Option<ApplicationId>,
    places: &[(PlantId, EntranceId)],
) -> Result<()> {
    let row = application::ActiveModel {
        id: Set(id),
        number: Set(number.to_string()),
        member_id: Set(member),
        previous_id: Set(previous),
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
        ..Default::default()
    };
    application::Entity::insert(row).exec_without_returning(&**tx).await?;
    let lines = places.iter().map(|(plant, entrance)| line::ActiveModel {
        id: Set(ApplicationLineId::new()),
        application_id: Set(id),
        plant_id: Set(*plant),
        entrance_id: Set(*entrance),
    });
    line::Entity::insert_many(lines).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Removes an application that was not handed in; the caller holds its lock and has asked whether it may go.
pub async fn discard(tx: &Tx, id: ApplicationId) -> Result<()> {
    line::Entity::delete_many().filter(line::Column::ApplicationId.eq(id)).exec(&**tx).await?;
    application::Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}

/// Notes that an application was handed in, and with what. Lines whose entrances are `gone` are struck: they were
/// not handed in, and should the entrance be opened again nobody may wait for the city's word on it.
pub async fn file(
    tx: &Tx,
    id: ApplicationId,
    sheet: &Sheet,
    filing: &Filing,
    gone: &[ApplicationLineId],
) -> Result<()> {
    line::Entity::delete_many().filter(line::Column::Id.is_in(gone.iter().copied())).exec(&**tx).await?;
    let row = application::ActiveModel {
        filed_at: Set(Some(tx.now)),
        filed_by: Set(tx.actor.person),
        filed_on: Set(Some(filing.on)),
        route: Set(Some(filing.route)),
        certificate: Set(filing.certificate),
        handler: Set(Some(filing.handler.clone())),
        sheet: Set(Some(serde_json::to_string(sheet).map_err(AppError::internal)?)),
        ..Default::default()
    };
    application::Entity::update_many().set(row).filter(application::Column::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

/// Notes what the city said of an entrance.
pub async fn add_outcome(
    tx: &Tx,
    line: ApplicationLineId,
    outcome: Outcome,
    on_day: Day,
    reason: Option<String>,
) -> Result<()> {
    add_outcomes(tx, on_day, std::iter::once((line, outcome, reason))).await
}

/// The same of several entrances, with the reason of each that was refused.
pub async fn add_outcomes(
    tx: &Tx,
    on_day: Day,
    said: impl Iterator<Item = (ApplicationLineId, Outcome, Option<String>)>,
) -> Result<()> {
    let rows = said.map(|(line, outcome, reason)| outcome::ActiveModel {
        id: Set(OutcomeId::new()),
        line_id: Set(line),
        outcome: Set(outcome),
        on_day: Set(on_day),
        reason: Set(reason),
        at: Set(tx.now),
        person_id: Set(tx.actor.person),
    });
    outcome::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}
