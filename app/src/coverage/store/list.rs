//! Entrances plant by plant, with what is known of each.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{Choice, Filter, known::known};
use crate::{
    coverage::model::{Coverage, Facts},
    error::Result,
    ids::{EntranceId, MemberId, PlantId},
    members::plant_kind::PlantKind,
    place_codes::reach::Reach,
    time::Day,
};

pub const PER_PAGE: usize = 50;

/// An entrance and what is known of it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    pub id: EntranceId,
    pub name: String,
    pub plant_id: PlantId,
    pub plant_name: String,
    pub address_line: String,
    pub member_id: MemberId,
    pub member_name: String,
    pub district: Option<String>,
    pub kind: PlantKind,
    /// Of its newest code.
    pub number: Option<String>,
    /// When a copy of that was last seen to be right.
    pub verified_on: Option<Day>,
    bits: i64,
}

impl Row {
    pub fn facts(&self) -> Facts {
        Facts::of_bits(self.bits)
    }

    pub fn coverage(&self) -> Coverage {
        self.facts().coverage()
    }
}

/// These entrances, in the order in which lists show them.
pub async fn rows(conn: &impl ConnectionTrait, ids: &[EntranceId], since: Day) -> Result<Vec<Row>> {
    let all = Choice { reach: &Reach::All, filter: &Filter::default() };
    let sql = known(all, since, |sql| sql.push(" AND e.id IN ").list(ids.iter().copied()));
    sql.push(
        "SELECT k.*, p.name AS plant_name, p.address_line, m.name AS member_name
        FROM known k JOIN plants p ON p.id = k.plant_id JOIN members m ON m.id = k.member_id
        ORDER BY k.plant_id, k.name",
    )
    .all(conn)
    .await
}
