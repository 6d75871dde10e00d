//! What the secretariat sees of a day: sums over all plants in a few set-based queries, and the plants
//! themselves page by page. A plant is due by its own duty, else by that of its kind, unless suspended.

use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use crate::{
    error::Result,
    ids::{MemberId, PlantId, TextEnum, text_enum},
    members::plant_kind::PlantKind,
    paging::From,
    supply::{
        duty::Rules,
        products::{Packing, Product},
        quantity::Kilograms,
    },
    time::{Day, Instant, show_day},
};

text_enum! {
    /// Which plants are listed.
    pub enum Show {
        All = "all",
        Missing = "missing",
        Reported = "reported",
        Late = "late",
        Suspended = "suspended",
        High = "high",
        Low = "low",
    }
}

/// Which part of the day is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Filter {
    pub day: Day,
    pub district: Option<String>,
    pub kind: Option<PlantKind>,
}

/// The sums of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub due: i64,
    pub reported: i64,
    pub late: i64,
    /// Due and not reported, whether or not the hour has passed.
    pub missing: i64,
    pub suspended: i64,
    pub high: i64,
    pub low: i64,
    pub stock: Kilograms,
    /// Of plants with a normal output, and that normal.
    pub output: Kilograms,
    pub normal: Kilograms,
    pub lost: Kilograms,
    pub recovered: Kilograms,
}

/// What is available of one product in one district; no district for plants outside Shanghai.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Available {
    pub product: Product,
    pub packing: Packing,
    pub district: Option<String>,
    pub amount: Kilograms,
}

/// One plant of the list.
#[derive(Clone, Debug)]
pub struct PlantDay {
    pub plant: PlantId,
    pub plant_name: String,
    pub member: MemberId,
    pub member_name: String,
    pub kind: PlantKind,
    pub district: Option<String>,
    pub capacity: Option<Kilograms>,
    pub normal: Option<Kilograms>,
    pub is_due: bool,
    pub is_suspended: bool,
    pub report: Option<Reported>,
}

/// What a plant reported, summed up.
#[derive(Clone, Copy, Debug)]
pub struct Reported {
    pub filed_at: Instant,
    pub is_late: bool,
    pub days: u16,
    pub output: Kilograms,
    pub stock: Kilograms,
    pub available: Kilograms,
}

/// The sums of a day over the filtered plants.
pub async fn figures(conn: &impl ConnectionTrait, rules: &Rules, filter: &Filter) -> Result<Figures> {
    let due = due(rules, filter.day);
    let limits = rules.limits();
    let (high, low) = (limits.high, limits.low);
    let sums = [
        // What was filed knows whether it was due, whatever the duty is by now.
        ("due", format!("CASE WHEN t.due_at IS NOT NULL OR (t.id IS NULL AND {due}) THEN 1 ELSE 0 END")),
        ("reported", "CASE WHEN t.id IS NOT NULL THEN 1 ELSE 0 END".to_owned()),
        ("late", "CASE WHEN t.filed_at > t.due_at THEN 1 ELSE 0 END".to_owned()),
        ("missing", format!("CASE WHEN t.id IS NULL AND {due} THEN 1 ELSE 0 END")),
        ("suspended", "CASE WHEN t.id IS NULL AND s.plant_id IS NOT NULL THEN 1 ELSE 0 END".to_owned()),
        (
            "high",
            format!("CASE WHEN p.silo_capacity > 0 AND t.stock * 1000 > p.silo_capacity * {high} THEN 1 ELSE 0 END"),
        ),
        (
            "low",
            format!("CASE WHEN p.silo_capacity > 0 AND t.stock * 1000 < p.silo_capacity * {low} THEN 1 ELSE 0 END"),
        ),
        ("stock", "t.stock".to_owned()),
        ("output", format!("CASE WHEN {NORMAL} > 0 THEN t.inflow END")),
        ("normal", NORMAL.to_owned()),
        ("lost", format!("CASE WHEN {NORMAL} > t.inflow THEN {NORMAL} - t.inflow END")),
        ("recovered", format!("CASE WHEN {NORMAL} > 0 AND t.inflow > {NORMAL} THEN t.inflow - {NORMAL} END")),
    ];
    let columns: Vec<String> =
        sums.iter().map(|(name, sum)| format!("CAST(COALESCE(SUM({sum}), 0) AS bigint) AS {name}")).collect();
    let sql = format!(
        "SELECT {} FROM plants p
         LEFT JOIN (
             SELECT r.id, r.plant_id, r.covers_days, r.due_at, r.filed_at,
                    CAST(COALESCE(SUM(l.inflow), 0) AS bigint) AS inflow, CAST(COALESCE(SUM(l.stock), 0) AS bigint) AS stock
             FROM supply_reports r LEFT JOIN supply_lines l ON l.report_id = r.id AND l.revision = r.revision
             WHERE r.day = $1 GROUP BY r.id
         ) t ON t.plant_id = p.id
         {DUTIES}
         WHERE {CHOSEN} AND ({STANDS} OR t.id IS NOT NULL)",
        columns.join(", ")
    );
    let Some(row) = conn.query_one_raw(statement(conn, &sql, filter)).await? else { return Ok(Figures::default()) };
    let kilograms = |name| Ok::<_, sea_orm::DbErr>(Kilograms(row.try_get("", name)?));
    Ok(Figures {
        due: row.try_get("", "due")?,
        reported: row.try_get("", "reported")?,
        late: row.try_get("", "late")?,
        missing: row.try_get("", "missing")?,
        suspended: row.try_get("", "suspended")?,
        high: row.try_get("", "high")?,
        low: row.try_get("", "low")?,
        stock: kilograms("stock")?,
        output: kilograms("output")?,
        normal: kilograms("normal")?,
        lost: kilograms("lost")?,
        recovered: kilograms("recovered")?,
    })
}

/// Available amounts by product and district, of the places where the plants were when they reported.
pub async fn available(conn: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<Available>> {
    let sql = "SELECT l.product, l.packing, r.district, CAST(SUM(l.available) AS bigint) AS amount
         FROM supply_reports r JOIN supply_lines l ON l.report_id = r.id AND l.revision = r.revision
         WHERE r.day = $1 AND ($2 = '' OR r.district = $2) AND ($3 = '' OR r.kind = $3) AND $4 > 0 AND l.available > 0
         GROUP BY l.product, l.packing, r.district";
    let mut found = Vec::new();
    for row in conn.query_all_raw(statement(conn, sql, filter)).await? {
        let code: String = row.try_get("", "product")?;
        if let Some(product) = Product::from_code(&code) {
            found.push(Available {
                product,
                packing: row.try_get("", "packing")?,
                district: row.try_get("", "district")?,
                amount: Kilograms(row.try_get("", "amount")?),
            });
        }
    }
    found.sort_by_key(|a| (a.product, a.packing));
    Ok(found)
}

/// How many reports of these days some plants owe.
pub async fn owed(conn: &impl ConnectionTrait, rules: &Rules, plants: &[PlantId], days: &[Day]) -> Result<u64> {
    if plants.is_empty() || days.is_empty() {
        return Ok(0);
    }
    let ids: Vec<String> = (1..=plants.len()).map(|n| format!("${n}")).collect();
    let ids = ids.join(", ");
    let of_days: Vec<String> = days
        .iter()
        .map(|day| {
            let asked = asked(rules, *day);
            let day = show_day(*day);
            format!(
                "SELECT p.id FROM plants p
                 JOIN members m ON m.id = p.member_id AND m.left_at IS NULL
                 LEFT JOIN supply_duties d ON d.plant_id = p.id
                 WHERE p.id IN ({ids}) AND p.closed_at IS NULL AND {asked}
                 AND NOT EXISTS (SELECT 1 FROM supply_reports r WHERE r.plant_id = p.id AND r.day = '{day}')
                 AND NOT EXISTS (SELECT 1 FROM supply_suspensions s WHERE s.plant_id = p.id AND s.from_day <= '{day}'
                     AND s.until_day > '{day}' AND (s.ended_on IS NULL OR s.ended_on > '{day}'))"
            )
        })
        .collect();
    let sql = format!("SELECT COUNT(*) AS n FROM ({}) owed", of_days.join(" UNION ALL "));
    let values: Vec<Value> = plants.iter().map(|plant| Value::from(*plant)).collect();
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).unwrap_or_default())
}

/// A page of plants, member by member.
pub async fn plants(
    conn: &impl ConnectionTrait,
    rules: &Rules,
    filter: &Filter,
    show: Show,
    from: From<PlantId>,
    most: usize,
) -> Result<Vec<PlantDay>> {
    let due = due(rules, filter.day);
    let limits = rules.limits();
    let stock = "(SELECT CAST(COALESCE(SUM(l.stock), 0) AS bigint) FROM supply_lines l WHERE l.report_id = r.id AND l.revision = r.revision)";
    let shown = match show {
        Show::All => format!("(r.id IS NOT NULL OR {due} OR s.plant_id IS NOT NULL)"),
        Show::Missing => format!("{SILENT} AND {due}"),
        Show::Reported => "r.id IS NOT NULL".to_owned(),
        Show::Late => "r.filed_at > r.due_at".to_owned(),
        Show::Suspended => "r.id IS NULL AND s.plant_id IS NOT NULL".to_owned(),
        Show::High => {
            format!("r.id IS NOT NULL AND p.silo_capacity > 0 AND {stock} * 1000 > p.silo_capacity * {}", limits.high)
        }
        Show::Low => {
            format!("r.id IS NOT NULL AND p.silo_capacity > 0 AND {stock} * 1000 < p.silo_capacity * {}", limits.low)
        }
    };
    let (key, compare, order) = match from {
        From::Start => (None, "", "ASC"),
        From::After(plant) => (Some(plant), ">", "ASC"),
        From::Before(plant) => (Some(plant), "<", "DESC"),
    };
    let edge = if key.is_some() {
        format!(
            "AND (p.member_id, p.name, p.id) {compare} (SELECT k.member_id, k.name, k.id FROM plants k WHERE k.id = $5)"
        )
    } else {
        String::new()
    };
    let sum = |column: &str| {
        format!(
            "(SELECT CAST(COALESCE(SUM(l.{column}), 0) AS bigint) FROM supply_lines l
              WHERE l.report_id = r.id AND l.revision = r.revision) AS {column}"
        )
    };
    let sql = format!(
        "SELECT p.id, p.name, p.member_id, m.name AS member_name, p.kind, p.district, p.silo_capacity, p.normal_output,
                CASE WHEN {due} THEN 1 ELSE 0 END AS is_due, CASE WHEN s.plant_id IS NULL THEN 0 ELSE 1 END AS is_suspended,
                r.filed_at, r.due_at, r.covers_days, {}, {}, {}
         FROM plants p JOIN members m ON m.id = p.member_id
         LEFT JOIN supply_reports r ON r.plant_id = p.id AND r.day = $1
         {DUTIES}
         WHERE {CHOSEN} AND ({STANDS} OR r.id IS NOT NULL) AND {shown} {edge}
         ORDER BY p.member_id {order}, p.name {order}, p.id {order} LIMIT {most}",
        sum("inflow"),
        sum("stock"),
        sum("available"),
    );
    let mut statement = statement(conn, &sql, filter);
    if let (Some(key), Some(values)) = (key, statement.values.as_mut()) {
        values.0.push(Value::from(key));
    }
    let rows = conn.query_all_raw(statement).await?;
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<PlantDay> {
    let filed_at: Option<Instant> = row.try_get("", "filed_at")?;
    let due_at: Option<Instant> = row.try_get("", "due_at")?;
    let report = match filed_at {
        Some(filed_at) => Some(Reported {
            filed_at,
            is_late: due_at.is_some_and(|due| filed_at > due),
            days: u16::try_from(row.try_get::<i32>("", "covers_days")?).unwrap_or(1),
            output: Kilograms(row.try_get("", "inflow")?),
            stock: Kilograms(row.try_get("", "stock")?),
            available: Kilograms(row.try_get("", "available")?),
        }),
        None => None,
    };
    Ok(PlantDay {
        plant: row.try_get("", "id")?,
        plant_name: row.try_get("", "name")?,
        member: row.try_get("", "member_id")?,
        member_name: row.try_get("", "member_name")?,
        kind: row.try_get("", "kind")?,
        district: row.try_get("", "district")?,
        capacity: row.try_get::<Option<i64>>("", "silo_capacity")?.map(Kilograms),
        normal: row.try_get::<Option<i64>>("", "normal_output")?.map(Kilograms),
        is_due: row.try_get::<i32>("", "is_due")? == 1,
        is_suspended: row.try_get::<i32>("", "is_suspended")? == 1,
        report,
    })
}

/// The day's own duties and suspensions, beside each plant.
const DUTIES: &str = "LEFT JOIN supply_duties d ON d.plant_id = p.id
     LEFT JOIN (
         SELECT DISTINCT plant_id FROM supply_suspensions
         WHERE from_day <= $1 AND until_day > $1 AND (ended_on IS NULL OR ended_on > $1)
     ) s ON s.plant_id = p.id";

/// Nothing was filed; the day's reports are read once, in the order of their index.
const SILENT: &str = "p.id NOT IN (SELECT plant_id FROM supply_reports WHERE day = $1)";

/// The plants that the filter leaves, and that were there on the day.
const CHOSEN: &str = "($2 = '' OR p.district = $2) AND ($3 = '' OR p.kind = $3) AND p.created_at < $4";

/// The plant was not closed and its member had not left by the end of the day.
const STANDS: &str = "((p.closed_at IS NULL OR p.closed_at >= $4)
     AND p.member_id NOT IN (SELECT id FROM members WHERE left_at IS NOT NULL AND left_at < $4))";

/// What a plant should have made in the days that its report covers; nothing where there is no normal.
const NORMAL: &str = "(CASE WHEN t.id IS NOT NULL AND p.kind IN ('clinker_line', 'grinding_station', 'admixture_plant')
     THEN p.normal_output * t.covers_days END)";

/// Whether plant `p` owes a report of this day.
fn due(rules: &Rules, day: Day) -> String {
    format!("(s.plant_id IS NULL AND {})", asked(rules, day))
}

/// Whether plant `p` with its row of duties `d` is asked for a report of this day: by a duty that began before the
/// hour. The words come from our own enums.
pub(super) fn asked(rules: &Rules, day: Day) -> String {
    let hour = rules.due_instant(day).0;
    let list = |words: Vec<String>| if words.is_empty() { "''".to_owned() } else { words.join(", ") };
    let kinds = rules.kinds_due(day).into_iter().map(|kind| format!("'{}'", kind.word())).collect();
    let own = rules.duties_due(day).into_iter().map(|d| format!("'{}/{}'", d.cadence.word(), d.days.word())).collect();
    format!(
        "(p.created_at < {hour} AND (d.since IS NULL OR d.since < {hour})
          AND CASE WHEN d.cadence IS NULL THEN p.kind IN ({}) ELSE (d.cadence || '/' || d.days) IN ({}) END)",
        list(kinds),
        list(own)
    )
}

fn statement(conn: &impl ConnectionTrait, sql: &str, filter: &Filter) -> Statement {
    let end_of_day = Instant::at(filter.day, 0, 0).plus(Instant::DAY);
    let values: [Value; 4] = [
        filter.day.into(),
        filter.district.clone().unwrap_or_default().into(),
        filter.kind.map(|kind| kind.word().to_owned()).unwrap_or_default().into(),
        end_of_day.into(),
    ];
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}
