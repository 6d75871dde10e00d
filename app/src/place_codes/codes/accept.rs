//! Taking an issued image as the newest version of an entrance's code. The entrance is locked, so that versions
//! follow one another, and the payload is looked up in the same transaction.

use super::{
    model::{self, Cause},
    store::{self, Asker, Made},
};
use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::{EntranceId, FileId, MemberId, PlaceCodeId, PlantId},
    members::store::{self as register, Entrance, Plant},
    numbers,
    place_codes::{
        applications::store::{handed_in_at, lock_entrances},
        reach::Reach,
    },
    text::Message,
    time::{Day, show_day},
};

/// An image that was read, and what people say about it.
#[derive(Clone, Debug)]
pub struct New {
    pub file: FileId,
    pub payload: String,
    pub issued_on: Day,
    /// Nothing for the one that fits.
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

/// Adds a version and gives its id and number; or says why the image is not taken, naming nothing beyond `reach`, and
/// then the transaction must not be committed.
pub async fn accept(
    tx: &Tx,
    plant: &Plant,
    entrance: &Entrance,
    new: New,
    reach: &Reach,
) -> Result<std::result::Result<(PlaceCodeId, String), Message>> {
    lock_entrances(tx, &[entrance.id]).await?;
    // As they are now; what was read before may have been closed, or have moved, since.
    let (plant, entrance) = (&register::plant(&**tx, plant.id).await?, &register::entrance(&**tx, entrance.id).await?);
    if entrance.closed_at.is_some() || plant.closed_at.is_some() {
        return Ok(Err(Message::of("place_codes.refused.closed")));
    }
    let asker = Asker { member: plant.member_id, entrance: Some(entrance.id), reach };
    let in_use = store::in_use(&**tx, &new.payload, asker).await?;
    if let Err(why) = model::may_be_added(in_use.as_ref()) {
        return Ok(Err(why));
    }
    let versions = store::versions(&**tx, entrance.id).await?;
    let before = versions.iter().find(|version| version.withdrawn_at.is_none());
    // Where it was applied for, or else where the plant is; that may differ from where the version before stands.
    let handed_in = handed_in_at(&**tx, entrance.id).await?;
    let is_handed_in = handed_in.is_some();
    let address = handed_in.unwrap_or_else(|| (plant.address_line.clone(), plant.address_key.clone()));
    let moved = before.is_some_and(|code| code.address_key != address.1);
    let cause = model::cause(before.is_none(), moved, new.cause);
    let newest = before.map(|code| (code.number.as_str(), code.issued_on));
    if let Err(why) = model::may_follow(newest, new.issued_on, cause == Cause::Corrected) {
        return Ok(Err(why));
    }
    // What the city only issued anew stands where it stood, unless it was applied for.
    let before = before.filter(|_| cause != Cause::AddressChanged && !is_handed_in);
    let (address_line, address_key) =
        before.map_or(address, |code| (code.address_line.clone(), code.address_key.clone()));
    let filed = Filed { member: plant.member_id, plant: plant.id, entrance: entrance.id, address_line, address_key };
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
