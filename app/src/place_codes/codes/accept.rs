//! Taking an issued image as the newest version of an entrance's code. The entrance is locked, so that versions
//! follow one another, and the payload is looked up in the same transaction.

use super::{
    model::{self, Cause},
    store::{self, Made},
};
use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::{EntranceId, FileId, MemberId, PlaceCodeId, PlantId},
    members::store::{Entrance, Plant},
    numbers,
    place_codes::applications::store::{handed_in_at, lock_entrances},
    text::Message,
    time::{Day, show_day},
};

/// An image that was read, and what people say about it.
#[derive(Clone, Debug)]
pub struct New {
    pub file: FileId,
    pub payload: String,
    pub issued_on: Day,
    pub cause: Option<Cause>,
    pub remark: Option<String>,
}

/// The place of a code, and the address under which it was applied for.
#[derive(Clone, Debug)]
pub struct Filed {
    pub member: MemberId,
    pub plant: PlantId,
    pub entrance: EntranceId,
    pub address_line: String,
    pub address_key: String,
}

/// Adds a version and gives its id and number; or says why the image is not taken, and then the transaction must
/// not be committed.
pub async fn accept(
    tx: &Tx,
    plant: &Plant,
    entrance: &Entrance,
    new: New,
) -> Result<std::result::Result<(PlaceCodeId, String), Message>> {
    if entrance.closed_at.is_some() || plant.closed_at.is_some() {
        return Ok(Err(Message::of("place_codes.refused.closed")));
    }
    lock_entrances(tx, &[entrance.id]).await?;
    let in_use = store::in_use(&**tx, &new.payload, plant.member_id, Some(entrance.id)).await?;
    if let Err(why) = model::may_be_added(in_use.as_ref()) {
        return Ok(Err(why));
    }
    let versions = store::versions(&**tx, entrance.id).await?;
    let first = versions.iter().all(|version| version.withdrawn_at.is_some());
    let cause = model::cause(first, new.cause);
    let filed = filed(tx, plant, entrance).await?;
    let number = numbers::next(tx, numbers::Series::PlaceCode).await?;
    let made = Made {
        number,
        version: versions.first().map_or(0, |newest| newest.version) + 1,
        payload: &new.payload,
        file: new.file,
        issued_on: new.issued_on,
        cause,
        remark: new.remark.clone(),
    };
    let version = made.version;
    let Some(id) = store::insert(tx, &filed, made).await? else {
        return Ok(Err(Message::of("place_codes.refused.just_now")));
    };
    let entry = audit::Entry::new("place_code.added", store::KIND).subject(id).member(plant.member_id);
    let after = serde_json::json!({
        "number": number.to_string(), "plant": plant.name, "entrance": entrance.name, "version": version,
        "day": show_day(new.issued_on), "cause": cause, "remark": new.remark, "address": filed.address_line,
    });
    audit::record(tx, entry.after(&after)).await?;
    Ok(Ok((id, number.to_string())))
}

/// The address under which the code was applied for; the plant's own when nobody wrote it down.
async fn filed(tx: &Tx, plant: &Plant, entrance: &Entrance) -> Result<Filed> {
    let handed_in = handed_in_at(&**tx, entrance.id).await?;
    let (address_line, address_key) =
        handed_in.unwrap_or_else(|| (plant.address_line.clone(), plant.address_key.clone()));
    Ok(Filed { member: plant.member_id, plant: plant.id, entrance: entrance.id, address_line, address_key })
}
