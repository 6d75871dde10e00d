//! Since when something else is to hang in the place of a copy. The term runs from the day on which that began; what is
//! seen or corrected afterwards moves it no further. The first version after an address was left, or after the copy's
//! own was taken back, begins it anew, for only then is there something to hang; one that takes another's
//! place does not.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Posting;
use crate::{
    audit::entity as audit,
    error::Result,
    ids::{EntranceId, PlantId},
    members::address::{Address, ElsewhereAddress},
    place_codes::codes::store::Code,
    time::{Day, Instant},
};

/// A change of a plant's address: when, and both on one line.
#[derive(Clone, Debug)]
pub(super) struct Move {
    at: Instant,
    from: String,
    to: String,
}

/// Since when something else is to hang there: the day of the version that replaced it, of the change of the address,
/// or the one on which it was first seen to be wrong.
pub(super) fn since(
    posting: &Posting,
    versions: &HashMap<EntranceId, Vec<Code>>,
    moves: &HashMap<PlantId, Vec<Move>>,
) -> Option<Day> {
    if !posting.waits() {
        return None;
    }
    let recalled = if !posting.is_current() {
        let later = versions.get(&posting.entrance.id).into_iter().flatten();
        let later = later.filter(|code| code.version > posting.code.version);
        let at = superseded(posting.code.withdrawn_at, later.map(|code| (code.added_at, code.withdrawn_at)));
        Some(at.unwrap_or(posting.row.created_at).day())
    } else if posting.moved() {
        let left = moves.get(&posting.plant.id).and_then(|moves| left(moves, &posting.code.address_line));
        // Where nobody wrote down when the address changed, the code was never at the right one.
        Some(left.unwrap_or(posting.code.added_at).day())
    } else {
        None
    };
    // What was put up under an address that had changed already was wrong from its first day.
    let recalled = recalled.map(|day| day.max(posting.row.created_at.day()));
    recalled.into_iter().chain(posting.wrong_on).min()
}

/// Since when a version that may have been withdrawn is the current one no more, by when each later one came and was
/// withdrawn. One that was withdrawn only after the next had come began it as well; one that was withdrawn before that
/// gave way to the version itself once more.
fn superseded(withdrawn: Option<Instant>, later: impl Iterator<Item = (Instant, Option<Instant>)>) -> Option<Instant> {
    let span = later.fold(None, |span: Option<(Instant, Option<Instant>)>, (came, gone)| match span {
        Some((since, until)) if until.is_none_or(|until| came < until) => {
            Some((since, until.zip(gone).map(|(until, gone)| until.max(gone))))
        }
        _ => Some((came, gone)),
    });
    match span {
        Some((since, until)) if until.is_none_or(|until| withdrawn.is_some_and(|own| own < until)) => Some(since),
        _ => withdrawn,
    }
}

/// When a plant left this address of its own, of all its moves in their order. What corrects an address it has moved to
/// is no second leaving.
fn left(moves: &[Move], own: &str) -> Option<Instant> {
    let own = evened_out(own);
    moves.iter().fold(None, |left, step| {
        let (from, to) = (evened_out(&step.from), evened_out(&step.to));
        if from == to {
            left
        } else if to == own {
            None
        } else {
            left.or(Some(step.at))
        }
    })
}

/// What names of divisions outside Shanghai may be written without; the longer ones first.
const KINDS: [&str; 9] = ["维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "地区", "省", "市", "区", "县"];

/// A whole line evened out much as addresses are where they are compared. The audit keeps no parts of them, so what is
/// dropped of parts there is dropped here wherever it stands in a line outside Shanghai.
fn evened_out(line: &str) -> String {
    let address = ElsewhereAddress { detail: line.to_owned(), ..ElsewhereAddress::default() };
    let line = Address::Elsewhere(address).comparison_key();
    if line.contains("|上海市") {
        return line;
    }
    KINDS.iter().fold(line, |line, kind| line.replace(kind, ""))
}

/// What the audit keeps of a change: the plant, when, before and after.
type Change = (Option<uuid::Uuid>, Instant, Option<String>, Option<String>);

/// The moves of these plants, the oldest first.
pub(super) async fn moves_of(conn: &impl ConnectionTrait, plants: &[PlantId]) -> Result<HashMap<PlantId, Vec<Move>>> {
    let mut moves: HashMap<PlantId, Vec<Move>> = HashMap::new();
    if plants.is_empty() {
        return Ok(moves);
    }
    let changes: Vec<Change> = audit::Entity::find()
        .select_only()
        .columns([audit::Column::SubjectId, audit::Column::At, audit::Column::Before, audit::Column::After])
        .filter(audit::Column::SubjectId.is_in(plants.iter().map(|plant| plant.0)))
        .filter(audit::Column::Act.eq("plant.changed"))
        .order_by_asc(audit::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    for (plant, at, before, after) in changes {
        if let (Some(plant), Some(from), Some(to)) = (plant, address(before), address(after)) {
            moves.entry(PlantId(plant)).or_default().push(Move { at, from, to });
        }
    }
    Ok(moves)
}

fn address(kept: Option<String>) -> Option<String> {
    let kept: serde_json::Value = serde_json::from_str(&kept?).ok()?;
    Some(kept.get("address")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plant_leaves_an_address_once_however_the_next_one_is_corrected() {
        const OWN: &str = "上海市青浦区练塘镇章练塘路588弄15号";
        const SAME: &str = "上海市青浦区练塘镇章练塘路５８８弄 15号";
        const NEXT: &str = "上海市青浦区练塘镇新路9号2层";
        const ROOM: &str = "上海市青浦区练塘镇新路9号2层201室";
        let after = |lines: &[&str]| {
            let step = |(n, line): (i64, &[&str])| Move { at: Instant(n), from: line[0].into(), to: line[1].into() };
            let moves: Vec<Move> = (1..).zip(lines.windows(2)).map(step).collect();
            left(&moves, OWN).map(|at| at.0)
        };
        assert_eq!(after(&[OWN]), None);
        assert_eq!(after(&[OWN, SAME]), None, "written otherwise");
        assert_eq!(after(&[OWN, NEXT]), Some(1));
        assert_eq!(after(&[OWN, SAME, NEXT]), Some(2));
        assert_eq!(after(&[OWN, NEXT, NEXT, ROOM]), Some(1), "a room that is corrected begins nothing");
        assert_eq!(after(&[OWN, NEXT, OWN]), None);
        assert_eq!(after(&[NEXT, OWN, ROOM]), Some(2), "what it moved through before the code counts for nothing");
        assert_eq!(after(&[OWN, NEXT, SAME, ROOM]), Some(3));
    }

    #[test]
    fn a_division_outside_shanghai_is_the_same_without_its_kind() {
        let same = |one: &str, other: &str| evened_out(one) == evened_out(other);
        assert!(same("浙江省宁波市鄞州区首南街道1号", "浙江宁波鄞州首南街道１号"));
        assert!(same("广西壮族自治区南宁市青秀区民族大道2号", "广西南宁市青秀区民族大道2号"));
        assert!(!same("浙江省宁波市鄞州区首南街道1号", "浙江省宁波市鄞州区首南街道2号"));
        assert!(!same("上海市青浦区练塘镇新路9号A区", "上海市青浦区练塘镇新路9号A"), "a part of a house");
    }

    #[test]
    fn a_version_is_superseded_from_the_first_one_without_a_gap() {
        let at = Instant;
        let since = |withdrawn: Option<i64>, later: &[(i64, Option<i64>)]| {
            let later = later.iter().map(|(came, gone)| (at(*came), gone.map(at)));
            superseded(withdrawn.map(at), later).map(|since| since.0)
        };
        assert_eq!(since(None, &[]), None);
        assert_eq!(since(None, &[(2, None)]), Some(2));
        assert_eq!(since(None, &[(2, None), (3, None)]), Some(2));
        assert_eq!(since(None, &[(2, Some(4)), (3, None)]), Some(2), "replaced before it was withdrawn");
        assert_eq!(since(None, &[(2, Some(5)), (3, Some(4)), (6, None)]), Some(6));
        assert_eq!(since(None, &[(2, Some(3)), (4, None)]), Some(4), "current once more in between");
        assert_eq!(since(None, &[(2, None), (3, Some(4))]), Some(2));
        assert_eq!(since(Some(2), &[]), Some(2));
        assert_eq!(since(Some(2), &[(4, None)]), Some(4), "only now is there something to hang");
        assert_eq!(since(Some(3), &[(2, None)]), Some(2));
        assert_eq!(since(Some(3), &[(2, Some(4))]), Some(2));
        assert_eq!(since(Some(5), &[(2, Some(3))]), Some(5));
    }
}
