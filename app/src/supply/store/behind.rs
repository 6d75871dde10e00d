//! Whether plants are behind with their reports: of the last days whose hour has passed, how many reports each plant was
//! asked for, and how many of these are missing.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{day::asked, duty};
use crate::{
    db::Sql,
    error::Result,
    ids::{MemberId, PlantId},
    time::{Day, Instant, show_day},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Behind {
    pub asked: u64,
    pub missing: u64,
}

#[derive(FromQueryResult)]
struct Counted {
    plant_id: PlantId,
    asked: i64,
    missing: i64,
}

/// Of these members' open plants, or of all; or of one plant. One pass, whatever their number.
pub async fn of(
    conn: &impl ConnectionTrait,
    members: Option<&[MemberId]>,
    plant: Option<PlantId>,
    now: Instant,
) -> Result<HashMap<PlantId, Behind>> {
    let rules = duty::rules(conn).await?;
    let days: Vec<Day> = duty::looked_back(now).into_iter().filter(|day| rules.due_instant(*day) < now).collect();
    if days.is_empty() {
        return Ok(HashMap::new());
    }
    let due = |day: &Day| {
        let (asked, day) = (asked(&rules, *day), show_day(*day));
        format!(
            "({asked} AND NOT EXISTS (SELECT 1 FROM supply_suspensions s WHERE s.plant_id = p.id
                AND s.from_day <= '{day}' AND s.until_day > '{day}' AND (s.ended_on IS NULL OR s.ended_on > '{day}')))"
        )
    };
    let filed = |day: &Day| {
        let day = show_day(*day);
        format!("EXISTS (SELECT 1 FROM supply_reports r WHERE r.plant_id = p.id AND r.day = '{day}')")
    };
    let sum = |one: &dyn Fn(&Day) -> String| {
        let days: Vec<String> = days.iter().map(|day| format!("CASE WHEN {} THEN 1 ELSE 0 END", one(day))).collect();
        format!("CAST({} AS bigint)", days.join(" + "))
    };
    let mut sql = Sql::new(&format!(
        "SELECT p.id AS plant_id, {} AS asked, {} AS missing FROM plants p
        LEFT JOIN supply_duties d ON d.plant_id = p.id WHERE p.closed_at IS NULL",
        sum(&due),
        sum(&|day| format!("{} AND NOT {}", due(day), filed(day))),
    ));
    if let Some(members) = members {
        sql = sql.push(" AND p.member_id IN ").list(members.iter().copied());
    }
    if let Some(plant) = plant {
        sql = sql.push(" AND p.id = ").bind(plant);
    }
    let rows = sql.all::<Counted>(conn).await?;
    let of = |row: &Counted| Behind { asked: row.asked.unsigned_abs(), missing: row.missing.unsigned_abs() };
    Ok(rows.iter().map(|row| (row.plant_id, of(row))).collect())
}
