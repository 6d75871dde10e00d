//! What is done to postings, with its audit.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{KIND, Posting, posting as load};
use crate::{
    audit,
    db::Tx,
    error::Result,
    guides::facts::Size,
    ids::{FileId, PlaceCodeId, PostingEventId, PostingId},
    members::store::{Entrance, Plant},
    numbers,
    place_codes::{
        codes::store::Code,
        postings::{
            entity::{event, posting},
            model::{What, Why},
        },
    },
    time::{Day, show_day},
};

/// A copy as it was put up.
#[derive(Clone, Debug)]
pub struct Copy {
    pub replaces: Option<PostingId>,
    pub spot: String,
    pub size: Size,
    pub outdoors: bool,
    pub laminated: bool,
    pub posted_on: Day,
    pub posted_by: String,
    pub remark: Option<String>,
}

/// What was seen of a posting.
#[derive(Clone, Debug)]
pub struct Seen {
    pub what: What,
    pub day: Day,
    pub file: Option<FileId>,
    pub code: Option<PlaceCodeId>,
    pub note: Option<String>,
}

/// Records a copy and gives its number.
pub async fn add(
    tx: &Tx,
    id: PostingId,
    (plant, entrance, code): (&Plant, &Entrance, &Code),
    copy: &Copy,
) -> Result<String> {
    let number = numbers::next(tx, numbers::Series::Posting).await?.to_string();
    posting::ActiveModel {
        id: Set(id),
        number: Set(number.clone()),
        member_id: Set(plant.member_id),
        plant_id: Set(plant.id),
        entrance_id: Set(entrance.id),
        code_id: Set(code.id),
        replaces_id: Set(copy.replaces),
        spot: Set(copy.spot.clone()),
        width: Set(copy.size.width.into()),
        height: Set(copy.size.height.into()),
        outdoors: Set(copy.outdoors),
        laminated: Set(copy.laminated),
        posted_on: Set(copy.posted_on),
        posted_by: Set(copy.posted_by.clone()),
        remark: Set(copy.remark.clone()),
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
        removed_at: Set(None),
        removed_by: Set(None),
        removed_why: Set(None),
    }
    .insert(&**tx)
    .await?;
    let entry = audit::Entry::new("posting.recorded", KIND).subject(id).member(plant.member_id);
    let after = json!({
        "number": number, "plant": plant.name, "entrance": entrance.name, "code": code.number, "spot": copy.spot,
        "size": format!("{}×{}", copy.size.width, copy.size.height), "outdoors": copy.outdoors,
        "laminated": copy.laminated, "posted_on": show_day(copy.posted_on), "posted_by": copy.posted_by,
        "remark": copy.remark,
    });
    audit::record(tx, entry.after(&after)).await?;
    Ok(number)
}

/// Locks the posting until the transaction ends, so that two who write at once wait for each other, and reads it.
pub async fn lock(tx: &Tx, id: PostingId) -> Result<Posting> {
    posting::Entity::update_many()
        .col_expr(posting::Column::CreatedAt, Expr::col(posting::Column::CreatedAt))
        .filter(posting::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    load(&**tx, id).await
}

/// Adds what was seen. Where a copy is as it should be, the ones in whose place it hangs are there no longer: the one
/// that it replaced, the one that this one was to replace, and so on.
pub async fn note(tx: &Tx, id: PostingId, seen: &Seen) -> Result<()> {
    event::ActiveModel {
        id: Set(PostingEventId::new()),
        posting_id: Set(id),
        what: Set(seen.what),
        at: Set(tx.now),
        day: Set(seen.day),
        person_id: Set(tx.actor.person),
        file_id: Set(seen.file),
        code_id: Set(seen.code),
        note: Set(seen.note.clone()),
    }
    .insert(&**tx)
    .await?;
    let now = load(&**tx, id).await?;
    let reported = matches!(seen.what, What::Damaged | What::Lost);
    let act = if reported { "posting.reported" } else { "posting.seen" };
    let entry = audit::Entry::new(act, KIND).subject(id).member(now.row.member_id);
    let after = json!({
        "number": now.row.number, "what": seen.what, "day": show_day(seen.day), "note": seen.note,
    });
    audit::record(tx, entry.after(&after)).await?;
    let fits = matches!(seen.what, What::Right | What::ByEye) && now.is_current();
    let mut next = now.row.replaces_id.filter(|_| fits);
    while let Some(old) = next {
        remove(tx, old, Why::Replaced).await?;
        next = posting::Entity::find_by_id(old).one(&**tx).await?.and_then(|row| row.replaces_id);
    }
    Ok(())
}

/// It is there no longer; false when it was not before.
pub async fn remove(tx: &Tx, id: PostingId, why: Why) -> Result<bool> {
    let removed = posting::Entity::update_many()
        .set(posting::ActiveModel {
            removed_at: Set(Some(tx.now)),
            removed_by: Set(tx.actor.person),
            removed_why: Set(Some(why)),
            ..Default::default()
        })
        .filter(posting::Column::Id.eq(id))
        .filter(posting::Column::RemovedAt.is_null())
        .exec(&**tx)
        .await?;
    if removed.rows_affected == 0 {
        return Ok(false);
    }
    let row = load(&**tx, id).await?.row;
    let entry = audit::Entry::new("posting.removed", KIND).subject(id).member(row.member_id);
    audit::record(tx, entry.after(&json!({ "number": row.number, "spot": row.spot, "why": why }))).await?;
    Ok(true)
}
