//! Photos that were received and wait for their form: nobody takes one twice because a field was wrong or the network
//! was gone. And which codes on record stand in a photo.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::Photo;
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::{EntranceId, FileId, PersonId, PostingPhotoId},
    place_codes::{
        entity::code,
        postings::{entity::photo, model::Found},
    },
    time::Instant,
};

/// Photos that nobody came back for are forgotten after this.
const OLD: i64 = 7 * Instant::DAY;
/// So long the next form offers it by itself.
const OFFERED: i64 = Instant::DAY;
/// So many of one person wait at most; the oldest go first.
const MOST: usize = 20;

/// Keeps a photo for its form.
pub async fn keep(
    tx: &Tx,
    entrance: EntranceId,
    person: PersonId,
    file: FileId,
    codes: &[String],
) -> Result<PostingPhotoId> {
    let id = PostingPhotoId::new();
    photo::ActiveModel {
        id: Set(id),
        entrance_id: Set(entrance),
        person_id: Set(person),
        file_id: Set(file),
        codes: Set(serde_json::to_string(codes).map_err(AppError::internal)?),
        at: Set(tx.now),
    }
    .insert(&**tx)
    .await?;
    let all = photo::Entity::find().filter(photo::Column::PersonId.eq(person));
    let all = all.order_by_desc(photo::Column::Id).all(&**tx).await?;
    let beyond: Vec<PostingPhotoId> = all.iter().skip(MOST).map(|photo| photo.id).collect();
    if !beyond.is_empty() {
        photo::Entity::delete_many().filter(photo::Column::Id.is_in(beyond)).exec(&**tx).await?;
    }
    Ok(id)
}

/// A photo that this person sent.
pub async fn photo(conn: &impl ConnectionTrait, id: PostingPhotoId, person: PersonId) -> Result<Option<Photo>> {
    Ok(photo::Entity::find_by_id(id).filter(photo::Column::PersonId.eq(person)).one(conn).await?)
}

/// The newest photo of this entrance that this person sent since yesterday and that no form was stored with.
pub async fn waiting_for(
    conn: &impl ConnectionTrait,
    entrance: EntranceId,
    person: PersonId,
    now: Instant,
) -> Result<Option<Photo>> {
    let own = photo::Entity::find().filter(photo::Column::PersonId.eq(person));
    let own = own.filter(photo::Column::EntranceId.eq(entrance)).filter(photo::Column::At.gt(now.plus(-OFFERED)));
    Ok(own.order_by_desc(photo::Column::Id).one(conn).await?)
}

/// The form of a photo is stored: it waits no longer. False when another form took it.
pub async fn take(tx: &Tx, id: PostingPhotoId) -> Result<bool> {
    Ok(photo::Entity::delete_by_id(id).exec(&**tx).await?.rows_affected == 1)
}

/// This photo of this person and those that came before it wait for this entrance no longer. One that came later does:
/// it may be of a form that is open beside.
pub async fn forget(tx: &Tx, entrance: EntranceId, person: PersonId, last: PostingPhotoId) -> Result<()> {
    let own = photo::Entity::delete_many().filter(photo::Column::PersonId.eq(person));
    let own = own.filter(photo::Column::EntranceId.eq(entrance)).filter(photo::Column::Id.lte(last));
    own.exec(&**tx).await?;
    Ok(())
}

/// Forgets photos that nobody came back for.
pub async fn drop_old(tx: &Tx) -> Result<()> {
    photo::Entity::delete_many().filter(photo::Column::At.lt(tx.now.plus(-OLD))).exec(&**tx).await?;
    Ok(())
}

/// Those of these codes, named by the hashes of their payloads, that are on record; withdrawn ones too.
pub async fn seen_codes(conn: &impl ConnectionTrait, hashes: &[String]) -> Result<Vec<Found>> {
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    let codes = code::Entity::find().filter(code::Column::PayloadHash.is_in(hashes.iter().cloned())).all(conn).await?;
    let found = codes.into_iter().map(|code| Found {
        code: code.id,
        entrance: code.entrance_id,
        version: code.version,
        withdrawn: code.withdrawn_at.is_some(),
    });
    Ok(found.collect())
}
