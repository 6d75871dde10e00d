//! The one statement that gathers what is known of entrances. `wanted` are the entrances, and everything else is looked
//! up from them, so that a page of fifty costs fifty and all of them cost one pass.

use super::{Choice, Filter};
use crate::{
    coverage::model::{BY_EYE, COPY, FRESH, HERE, ISSUED, OLD_COPY, SENTINEL, SentinelState, VERIFIED},
    db::{Sql, like_pattern},
    ids::TextEnum,
    place_codes::reach::Reach,
    sentinels::{catalogue::store::REFUTED, devices::model::Proof},
    time::Day,
};

/// The open entrances of members, each with its plant; `e`, `p` and `m` may be narrowed further. The cross joins keep
/// SQLite to this order: the entrances first, which an index leads to.
const WANTED: &str = "WITH wanted AS (
    SELECT e.id, e.plant_id, e.name, p.member_id, p.district, p.kind, p.address_key
    FROM entrances e CROSS JOIN plants p CROSS JOIN members m
    WHERE p.id = e.plant_id AND m.id = p.member_id
    AND e.closed_at IS NULL AND p.closed_at IS NULL AND m.left_at IS NULL";

/// The newest code of each that was not withdrawn, and whether it stands under the present address.
const CODES: &str = "), codes AS (
    SELECT w.id AS entrance_id, c.id, c.number, CASE WHEN c.address_key = w.address_key THEN 1 ELSE 0 END AS here
    FROM wanted w CROSS JOIN place_codes c
    WHERE c.entrance_id = w.id AND c.withdrawn_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM place_codes d
        WHERE d.entrance_id = c.entrance_id AND d.withdrawn_at IS NULL AND d.version > c.version)
)";

/// The copies that hang, and when one of the current code was last seen to be right, with nothing said of it since. A
/// photo that showed that code while a later one was current is right; which code it showed is asked of such alone.
const COPIES: &str = ", copies AS (
    SELECT o.entrance_id, COUNT(*) AS hanging,
        SUM(CASE WHEN c.here = 1 THEN 1 ELSE 0 END) AS right_ones,
        MAX(CASE WHEN c.here = 1 AND (v.what IN ('right', 'by_eye') OR v.what = 'outdated'
            AND (SELECT x.code_id FROM posting_events x WHERE x.id = v.id) = c.id) THEN v.day END) AS verified_on,
        MAX(CASE WHEN c.here = 1 AND (v.what = 'right' OR v.what = 'outdated'
            AND (SELECT x.code_id FROM posting_events x WHERE x.id = v.id) = c.id) THEN v.day END) AS photo_on
    FROM wanted w CROSS JOIN postings o
    LEFT JOIN codes c ON c.entrance_id = o.entrance_id AND c.id = o.code_id
    LEFT JOIN posting_events v ON v.posting_id = o.id
        AND NOT EXISTS (SELECT 1 FROM posting_events u WHERE u.posting_id = o.id AND u.id > v.id)
    WHERE o.entrance_id = w.id AND o.removed_at IS NULL
    GROUP BY o.entrance_id
)";

/// What is known of these entrances, as `known`. What was seen on `since` or later is fresh.
pub fn known(choice: Choice, since: Day, edge: impl FnOnce(Sql) -> Sql) -> Sql {
    let sql = edge(within(Sql::new(WANTED), choice));
    let proofs = Proof::ALL.len();
    let place = |state: SentinelState| SentinelState::ALL.iter().position(|one| *one == state).unwrap_or(0);
    let (missing, coming, faulty) =
        (place(SentinelState::Missing), place(SentinelState::Coming), place(SentinelState::Faulty));
    let (unproven, counts) = (place(SentinelState::Unproven), place(SentinelState::Counts));
    sql.push(CODES)
        .push(COPIES)
        .push(&format!(
            ", devices AS (
    SELECT s.entrance_id, MAX(CASE v.stage WHEN 'removed' THEN {missing} WHEN 'faulty' THEN {faulty} WHEN 'in_service' THEN
        CASE WHEN s.model_key NOT IN ({REFUTED}) AND (SELECT COUNT(DISTINCT q.proof) FROM sentinel_proofs q
            WHERE q.sentinel_id = s.id AND q.withdrawn_at IS NULL) = {proofs} THEN {counts} ELSE {unproven} END
        ELSE {coming} END) AS place
    FROM wanted w CROSS JOIN sentinels s
    LEFT JOIN sentinel_events v ON v.sentinel_id = s.id
        AND NOT EXISTS (SELECT 1 FROM sentinel_events u WHERE u.sentinel_id = s.id AND u.seq > v.seq)
    WHERE s.entrance_id = w.id
    GROUP BY s.entrance_id
), known AS (
    SELECT w.id, w.plant_id, w.name, w.member_id, w.district, w.kind, c.number, o.verified_on, CAST(
        CASE WHEN c.id IS NULL THEN 0 ELSE {ISSUED} END
        + CASE WHEN c.here = 1 THEN {HERE} ELSE 0 END
        + CASE WHEN o.hanging > o.right_ones THEN {OLD_COPY} ELSE 0 END
        + CASE WHEN o.right_ones > 0 THEN {COPY} ELSE 0 END
        + CASE WHEN o.verified_on IS NULL THEN 0 ELSE {VERIFIED} END
        + CASE WHEN o.verified_on >= "
        ))
        .bind(since)
        .push(&format!(
            " THEN {FRESH} ELSE 0 END
        + CASE WHEN o.verified_on IS NULL OR o.photo_on >= "
        ))
        .bind(since)
        .push(&format!(
            " THEN 0 ELSE {BY_EYE} END
        + COALESCE(d.place, 0) * {SENTINEL} AS bigint) AS bits
    FROM wanted w
    LEFT JOIN codes c ON c.entrance_id = w.id
    LEFT JOIN copies o ON o.entrance_id = w.id
    LEFT JOIN devices d ON d.entrance_id = w.id
) "
        ))
}

fn within(mut sql: Sql, Choice { reach, filter }: Choice) -> Sql {
    if let Reach::Of { members, plants } = reach {
        // An empty list beside another would keep the databases from their indexes.
        sql = sql.push(" AND e.plant_id IN (SELECT r.id FROM plants r WHERE ");
        if !members.is_empty() || plants.is_empty() {
            sql = sql.push("r.member_id IN ").list(members.iter().copied());
        }
        if !members.is_empty() && !plants.is_empty() {
            sql = sql.push(" OR ");
        }
        if !plants.is_empty() {
            sql = sql.push("r.id IN ").list(plants.iter().copied());
        }
        sql = sql.push(")");
    }
    narrowed(sql, filter)
}

fn narrowed(mut sql: Sql, filter: &Filter) -> Sql {
    if let Some(district) = &filter.district {
        sql = sql.push(" AND p.district = ").bind(district.clone());
    }
    if let Some(kind) = filter.kind {
        sql = sql.push(" AND p.kind = ").bind(kind);
    }
    if let Some(member) = filter.member {
        sql = sql.push(" AND e.plant_id IN (SELECT r.id FROM plants r WHERE r.member_id = ").bind(member).push(")");
    }
    if let Some(plant) = filter.plant {
        sql = sql.push(" AND e.plant_id = ").bind(plant);
    }
    if !filter.text.is_empty() {
        let pattern = like_pattern(&filter.text);
        for (word, column) in [(" AND (", "e.name"), (" OR ", "p.name"), (" OR ", "m.name"), (" OR ", "m.short_name")] {
            sql = sql.push(word).push(&format!("LOWER({column}) LIKE LOWER(")).bind(pattern.clone());
            sql = sql.push(") ESCAPE '\\'");
        }
        sql = sql.push(")");
    }
    sql
}
