//! Entrances plant by plant, with what is known of each; paged by key.

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};

use super::{Choice, known::known};
use crate::{
    coverage::model::{Coverage, Facts},
    db::Sql,
    error::Result,
    ids::{EntranceId, MemberId, PlantId},
    members::{entity::entrance, plant_kind::PlantKind},
    paging::{From, Paged},
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

/// One page. A key that is nobody's any more leads to the first.
pub async fn page(
    conn: &impl ConnectionTrait,
    choice: Choice<'_>,
    since: Day,
    from: From<EntranceId>,
) -> Result<Paged<Row, EntranceId>> {
    let mark = match from {
        From::Start => None,
        From::After(id) | From::Before(id) => entrance::Entity::find_by_id(id).one(conn).await?,
    };
    let from = if mark.is_some() { from } else { From::Start };
    let (sign, order) = if from.is_backwards() { ("<", "DESC") } else { (">", "ASC") };
    let place = |table: &str| format!("ORDER BY {table}.plant_id {order}, {table}.name {order} LIMIT {}", PER_PAGE + 1);
    let sql = known(choice, since, |mut sql| {
        if let Some(mark) = mark {
            sql = sql.push(&format!(" AND (e.plant_id, e.name) {sign} ("));
            sql = sql.bind(mark.plant_id).push(", ").bind(mark.name).push(")");
        }
        // What is narrowed to a state is known only when everything is.
        if choice.show.is_none() { sql.push(" ").push(&place("e")) } else { sql }
    });
    let rows = listed(sql, choice).push(&place("k")).all::<Row>(conn).await?;
    Ok(from.page(rows, PER_PAGE, |row| row.id))
}

/// All of them, at most `most`.
pub async fn whole(conn: &impl ConnectionTrait, choice: Choice<'_>, since: Day, most: usize) -> Result<Vec<Row>> {
    let sql = known(choice, since, |sql| sql);
    listed(sql, choice).push(&format!("ORDER BY k.plant_id, k.name LIMIT {most}")).all(conn).await
}

fn listed(sql: Sql, choice: Choice) -> Sql {
    let sql = sql.push(
        "SELECT k.*, p.name AS plant_name, p.address_line, m.name AS member_name
        FROM known k JOIN plants p ON p.id = k.plant_id JOIN members m ON m.id = k.member_id ",
    );
    match choice.show {
        None => sql,
        Some(show) => {
            let bits: Vec<String> = show.bits().iter().map(i64::to_string).collect();
            sql.push(&format!("WHERE k.bits IN ({}) ", bits.join(", ")))
        }
    }
}
