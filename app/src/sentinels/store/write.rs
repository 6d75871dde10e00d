//! What is done to one install request.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{Case, case};
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::{EntranceId, InstallRequestEventId, InstallRequestId, MemberId, MessageId, PlantId},
    outbox::{DeliveryState, entity::delivery},
    sentinels::{
        answers::Answers,
        entity::{event, request},
        model::Act,
        sheet::Sheet,
    },
    time::{Day, Instant},
};

/// Where a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub member: MemberId,
    pub plant: PlantId,
    pub entrance: EntranceId,
}

pub async fn add_draft(tx: &Tx, id: InstallRequestId, place: Place) -> Result<()> {
    request::ActiveModel {
        id: Set(id),
        number: Set(None),
        member_id: Set(place.member),
        plant_id: Set(place.plant),
        entrance_id: Set(place.entrance),
        answers: Set(serde_json::to_string(&Answers::default()).map_err(AppError::internal)?),
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
        submitted_at: Set(None),
        settled_at: Set(None),
        sheet: Set(None),
        paper_hash: Set(None),
        sent_to: Set(None),
        message_id: Set(None),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// Changes a draft; nothing when it was sent in the meantime.
async fn change_draft(tx: &Tx, id: InstallRequestId, columns: Vec<(request::Column, sea_orm::Value)>) -> Result<bool> {
    let mut update = request::Entity::update_many()
        .filter(request::Column::Id.eq(id))
        .filter(request::Column::SubmittedAt.is_null());
    for (column, value) in columns {
        update = update.col_expr(column, Expr::value(value));
    }
    Ok(update.exec(&**tx).await?.rows_affected == 1)
}

pub async fn move_draft(tx: &Tx, id: InstallRequestId, place: Place) -> Result<bool> {
    let columns = vec![
        (request::Column::MemberId, place.member.into()),
        (request::Column::PlantId, place.plant.into()),
        (request::Column::EntranceId, place.entrance.into()),
    ];
    change_draft(tx, id, columns).await
}

pub async fn save_answers(tx: &Tx, id: InstallRequestId, answers: &Answers) -> Result<bool> {
    let text = serde_json::to_string(answers).map_err(AppError::internal)?;
    change_draft(tx, id, vec![(request::Column::Answers, text.into())]).await
}

pub async fn set_number(tx: &Tx, id: InstallRequestId, number: &str) -> Result<bool> {
    change_draft(tx, id, vec![(request::Column::Number, number.to_owned().into())]).await
}

/// Locks the row until the transaction ends, so that two who write at once wait for each other.
pub async fn lock(tx: &Tx, id: InstallRequestId) -> Result<Case> {
    request::Entity::update_many()
        .col_expr(request::Column::CreatedAt, Expr::col(request::Column::CreatedAt))
        .filter(request::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    case(&**tx, id).await
}

/// Removes a draft; `false` when it was sent already.
pub async fn discard(tx: &Tx, id: InstallRequestId) -> Result<bool> {
    let gone = request::Entity::delete_many()
        .filter(request::Column::Id.eq(id))
        .filter(request::Column::SubmittedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected == 1)
}

/// Notes that the request was sent.
pub async fn submit(tx: &Tx, id: InstallRequestId, sheet: &Sheet, paper_hash: &str, mail: MessageId) -> Result<bool> {
    let text = serde_json::to_string(sheet).map_err(AppError::internal)?;
    let columns = vec![
        (request::Column::SubmittedAt, tx.now.into()),
        (request::Column::Sheet, text.into()),
        (request::Column::PaperHash, paper_hash.to_owned().into()),
        (request::Column::SentTo, sheet.to.clone().into()),
        (request::Column::MessageId, mail.into()),
    ];
    change_draft(tx, id, columns).await
}

/// Notes the mail by which the request was sent once more.
pub async fn resent(tx: &Tx, id: InstallRequestId, to: &str, mail: MessageId) -> Result<()> {
    request::Entity::update_many()
        .col_expr(request::Column::SentTo, Expr::value(to))
        .col_expr(request::Column::MessageId, Expr::value(mail))
        .filter(request::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes that the mail to the operator, which had not arrived, was sent again outside the request's own
/// page. Where it had arrived, what is sent again is a copy, and the request stays where it stands.
pub async fn mail_resent(tx: &Tx, old: &delivery::Model, new: MessageId, to: &str) -> Result<()> {
    if old.state == DeliveryState::Accepted {
        return Ok(());
    }
    let carried = request::Entity::find()
        .filter(request::Column::MessageId.eq(old.message_id))
        .filter(request::Column::SentTo.eq(&old.email))
        .one(&**tx)
        .await?;
    if let Some(request) = carried {
        resent(tx, request.id, to, new).await?;
        add_event(tx, request.id, Act::Resend, None, None).await?;
    }
    Ok(())
}

pub async fn settle(tx: &Tx, id: InstallRequestId, settled_at: Instant) -> Result<()> {
    request::Entity::update_many()
        .col_expr(request::Column::SettledAt, Expr::value(settled_at))
        .filter(request::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn add_event(
    tx: &Tx,
    id: InstallRequestId,
    act: Act,
    day: Option<Day>,
    remark: Option<String>,
) -> Result<()> {
    event::ActiveModel {
        id: Set(InstallRequestEventId::new()),
        request_id: Set(id),
        act: Set(act),
        at: Set(tx.now),
        person_id: Set(tx.actor.person),
        day: Set(day),
        remark: Set(remark),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}
