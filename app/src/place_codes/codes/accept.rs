//! Taking an issued image as the newest version of an entrance's code. The entrance is locked, so that versions
//! follow one another, and the payload is looked up in the same transaction. A version that was taken back counts again
//! when its very code comes once more, so that what hangs of it stays right.

use super::{
    model::{self, Cause},
    store::{self, Again, Asker, Code, Made},
};
use crate::{
    audit,
    db::Tx,
    error::Result,
    ids::{EntranceId, FileId, MemberId, PlaceCodeId, PlantId},
    members::store::{self as register, Entrance, Plant},
    numbers,
    place_codes::{
        applications::store::{begun_since, handed_in_at, lock_entrances},
        postings,
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

/// Adds a version, or has one that was taken back count again, and gives its id and number; or says why the image is
/// not taken, naming nothing beyond `reach`, and then the transaction must not be committed.
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
    // What the city only issued anew stands where it stood, unless it was applied for.
    let stays = before.filter(|_| cause != Cause::AddressChanged && !is_handed_in);
    let (address_line, address_key) =
        stays.map_or(address, |code| (code.address_line.clone(), code.address_key.clone()));
    let again = taken_back(&versions, &new.payload, &address_key);
    let newest = before.map(|code| (code.number.as_str(), code.issued_on));
    let cause = again.map_or(cause, |version| model::cause_again(version.cause, new.cause));
    if let Err(why) = model::may_follow(newest, new.issued_on, cause == Cause::Corrected) {
        return Ok(Err(why));
    }
    if let Some(version) = again {
        // While the one before it was current again, what hung of that was right.
        let gave_way = before.is_some() && version.withdrawn_at.is_some_and(|at| at.day() < tx.now.day());
        // What was applied for since is answered by what came now.
        let counts_anew = gave_way || begun_since(&**tx, entrance.id, version.added_at).await?;
        return reinstate(tx, (plant, entrance), version, &new, counts_anew).await;
    }
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

/// The version with this code under this address that was taken back and after which none stands. The newest of
/// `versions` is the first.
fn taken_back<'a>(versions: &'a [Code], payload: &str, address_key: &str) -> Option<&'a Code> {
    let mut free = versions.iter().take_while(|version| version.withdrawn_at.is_some());
    free.find(|version| version.payload == payload && version.address_key == address_key)
}

/// The version counts again, with what is said of it now.
async fn reinstate(
    tx: &Tx,
    (plant, entrance): (&Plant, &Entrance),
    version: &Code,
    new: &New,
    counts_anew: bool,
) -> Result<std::result::Result<(PlaceCodeId, String), Message>> {
    let again = Again {
        file: new.file,
        issued_on: new.issued_on,
        cause: model::cause_again(version.cause, new.cause),
        remark: new.remark.clone().or_else(|| version.remark.clone()),
        counts_anew,
    };
    if !store::reinstate(tx, version.id, &again).await? {
        return Ok(Err(Message::of("place_codes.refused.just_now")));
    }
    let entry = audit::Entry::new("place_code.reinstated", store::KIND).subject(version.id).member(plant.member_id);
    let before = serde_json::json!({
        "day": show_day(version.issued_on), "cause": version.cause, "remark": version.remark,
    });
    let after = serde_json::json!({
        "number": version.number, "plant": plant.name, "entrance": entrance.name, "version": version.version,
        "day": show_day(again.issued_on), "cause": again.cause, "remark": again.remark,
    });
    audit::record(tx, entry.before(&before).after(&after)).await?;
    // A copy whose photo came while it was taken back is right by now.
    postings::store::compare_again(tx, entrance.id).await?;
    Ok(Ok((version.id, version.number.clone())))
}
