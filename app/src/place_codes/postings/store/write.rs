//! What is done to postings, with its audit.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use serde_json::{Value, json};

use super::{KIND, Posting, Row, posting as load, postings};
use crate::{
    audit,
    db::Tx,
    error::Result,
    guides::facts::Size,
    ids::{EntranceId, FileId, PlaceCodeId, PostingEventId, PostingId},
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Copy {
    /// As it is recorded.
    pub fn of(row: &Row) -> Self {
        Self {
            replaces: row.replaces_id,
            spot: row.spot.clone(),
            size: row.size(),
            outdoors: row.outdoors,
            laminated: row.laminated,
            posted_on: row.posted_on,
            posted_by: row.posted_by.clone(),
            remark: row.remark.clone(),
        }
    }
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
        created_at: Set(tx.now),
        created_by: Set(tx.actor.person),
        removed_at: Set(None),
        removed_by: Set(None),
        removed_why: Set(None),
        row_version: Set(1),
        ..columns(copy)
    }
    .insert(&**tx)
    .await?;
    let entry = audit::Entry::new("posting.recorded", KIND).subject(id).member(plant.member_id);
    let mut after = kept(copy);
    after["number"] = number.as_str().into();
    after["plant"] = plant.name.as_str().into();
    after["entrance"] = entrance.name.as_str().into();
    after["code"] = code.number.as_str().into();
    audit::record(tx, entry.after(&after)).await?;
    Ok(number)
}

/// What a form says of a copy.
fn columns(copy: &Copy) -> posting::ActiveModel {
    posting::ActiveModel {
        spot: Set(copy.spot.clone()),
        width: Set(copy.size.width.into()),
        height: Set(copy.size.height.into()),
        outdoors: Set(copy.outdoors),
        laminated: Set(copy.laminated),
        posted_on: Set(copy.posted_on),
        posted_by: Set(copy.posted_by.clone()),
        remark: Set(copy.remark.clone()),
        ..Default::default()
    }
}

/// What the audit keeps of a copy.
fn kept(copy: &Copy) -> Value {
    json!({
        "spot": copy.spot, "size": format!("{}×{}", copy.size.width, copy.size.height), "outdoors": copy.outdoors,
        "laminated": copy.laminated, "posted_on": show_day(copy.posted_on), "posted_by": copy.posted_by,
        "remark": copy.remark,
    })
}

/// Corrects what is recorded of a copy; the posting is locked, and `before` is what was read of it then.
pub async fn correct(tx: &Tx, before: &Row, copy: &Copy) -> Result<()> {
    posting::Entity::update_many()
        .set(posting::ActiveModel { row_version: Set(before.row_version + 1), ..columns(copy) })
        .filter(posting::Column::Id.eq(before.id))
        .exec(&**tx)
        .await?;
    let entry = audit::Entry::new("posting.corrected", KIND).subject(before.id).member(before.member_id);
    audit::record(tx, entry.before(&kept(&Copy::of(before))).after(&kept(copy))).await
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

/// Adds what was seen.
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
    remove_replaced(tx, &now).await
}

/// The copies of an entrance that were seen already may be right once more after a version was taken back.
pub async fn compare_again(tx: &Tx, entrance: EntranceId) -> Result<()> {
    let replacing = posting::Entity::find()
        .filter(posting::Column::EntranceId.eq(entrance))
        .filter(posting::Column::ReplacesId.is_not_null())
        .filter(posting::Column::RemovedAt.is_null())
        .order_by_asc(posting::Column::Id)
        .lock_exclusive();
    for copy in postings(&**tx, replacing.all(&**tx).await?).await? {
        remove_replaced(tx, &copy).await?;
    }
    Ok(())
}

/// Where a copy is as it should be, the ones in whose place it hangs are there no longer: the one that it replaced, the
/// one that this one was to replace, and so on.
async fn remove_replaced(tx: &Tx, copy: &Posting) -> Result<()> {
    let fits = matches!(copy.verdict, Some(What::Right | What::ByEye)) && copy.is_current();
    let mut next = copy.row.replaces_id.filter(|_| fits);
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
