//! One plant's reports: finding, reading and filing them.

use std::collections::HashMap;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use crate::{
    accounts, audit,
    db::Tx,
    error::{AppError, Result, unique_violation},
    ids::{PersonId, PlantId, SupplyReportId, TextEnum},
    members::store::Plant,
    paging::{From, Paged, newest_first},
    supply::{
        calendar::{Covered, WorkCalendar},
        duty::{PlantDuty, Rules},
        entity::{line, report, revision},
        model::{Constraint, Content, Line},
        products::Product,
        quantity::{Fen, Kilograms},
    },
    time::{Day, Instant},
};

pub use report::Model as Report;

impl Report {
    /// Late is marked by when the first revision came in.
    pub fn is_late(&self) -> bool {
        self.due_at.is_some_and(|due| self.filed_at > due)
    }

    pub fn days(&self) -> u16 {
        u16::try_from(self.covers_days).unwrap_or(1)
    }

    /// The days whose output it holds.
    pub fn covered(&self) -> Covered {
        let back = |n: i64| Instant::at(self.day, 0, 0).plus(-n * Instant::DAY).day();
        Covered { first: back(i64::from(self.days())), last: back(1) }
    }
}

/// One revision, as it was filed.
#[derive(Clone, Debug)]
pub struct Revision {
    pub number: i32,
    pub filed_at: Instant,
    /// The name of the person; nothing for the program itself.
    pub filed_by: Option<String>,
    pub on_behalf: Option<String>,
    pub reason: Option<String>,
    pub content: Content,
}

pub async fn find(conn: &impl ConnectionTrait, plant: PlantId, day: Day) -> Result<Option<Report>> {
    Ok(report::Entity::find()
        .filter(report::Column::PlantId.eq(plant))
        .filter(report::Column::Day.eq(day))
        .one(conn)
        .await?)
}

/// The plant's last report before a day.
pub async fn last_before(conn: &impl ConnectionTrait, plant: PlantId, day: Day) -> Result<Option<(Report, Content)>> {
    let found = before(plant, day).one(conn).await?;
    match found {
        Some(report) => {
            let content = current(conn, &report).await?;
            Ok(Some((report, content)))
        }
        None => Ok(None),
    }
}

/// One page of a plant's reports, newest first.
pub async fn list(
    conn: &impl ConnectionTrait,
    plant: PlantId,
    from: From<Day>,
    most: usize,
) -> Result<Paged<Report, Day>> {
    let all = report::Entity::find().filter(report::Column::PlantId.eq(plant));
    let rows = newest_first(all, report::Column::Day, from, most).all(conn).await?;
    Ok(from.page(rows, most, |report| report.day))
}

fn before(plant: PlantId, day: Day) -> sea_orm::Select<report::Entity> {
    let query = report::Entity::find().filter(report::Column::PlantId.eq(plant)).filter(report::Column::Day.lt(day));
    query.order_by_desc(report::Column::Day)
}

/// The day of the last report of each of some plants.
pub async fn last_days(conn: &impl ConnectionTrait, plants: &[Plant]) -> Result<HashMap<PlantId, Day>> {
    let found: Vec<(PlantId, Day)> = report::Entity::find()
        .select_only()
        .column(report::Column::PlantId)
        .column_as(report::Column::Day.max(), "day")
        .filter(report::Column::PlantId.is_in(plants.iter().map(|p| p.id)))
        .group_by(report::Column::PlantId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().collect())
}

/// What the report says now.
pub async fn current(conn: &impl ConnectionTrait, report: &Report) -> Result<Content> {
    let row = revision::Entity::find_by_id((report.id, report.revision))
        .one(conn)
        .await?
        .ok_or_else(|| AppError::internal("a report without its revision"))?;
    let lines = line::Entity::find()
        .filter(line::Column::ReportId.eq(report.id))
        .filter(line::Column::Revision.eq(report.revision))
        .order_by_asc(line::Column::Position)
        .all(conn)
        .await?;
    Ok(content(row, lines))
}

/// What several reports say now, in their order.
pub async fn currents(conn: &impl ConnectionTrait, reports: &[Report]) -> Result<Vec<Content>> {
    let ids: Vec<SupplyReportId> = reports.iter().map(|r| r.id).collect();
    let rows = revision::Entity::find().filter(revision::Column::ReportId.is_in(ids.clone())).all(conn).await?;
    let mut lines: HashMap<(SupplyReportId, i32), Vec<line::Model>> = HashMap::new();
    let found = line::Entity::find().filter(line::Column::ReportId.is_in(ids));
    for row in found.order_by_asc(line::Column::Position).all(conn).await? {
        lines.entry((row.report_id, row.revision)).or_default().push(row);
    }
    let mut rows: HashMap<_, _> = rows.into_iter().map(|row| ((row.report_id, row.revision), row)).collect();
    reports
        .iter()
        .map(|report| {
            let key = (report.id, report.revision);
            let row = rows.remove(&key).ok_or_else(|| AppError::internal("a report without its revision"))?;
            Ok(content(row, lines.remove(&key).unwrap_or_default()))
        })
        .collect()
}

/// All revisions, the newest first.
pub async fn revisions(conn: &impl ConnectionTrait, report: &Report) -> Result<Vec<Revision>> {
    let rows = revision::Entity::find()
        .filter(revision::Column::ReportId.eq(report.id))
        .order_by_desc(revision::Column::Revision)
        .all(conn)
        .await?;
    let lines = line::Entity::find()
        .filter(line::Column::ReportId.eq(report.id))
        .order_by_asc(line::Column::Position)
        .all(conn)
        .await?;
    let people: Vec<PersonId> = rows.iter().filter_map(|row| row.filed_by).collect();
    let people = accounts::store::known(conn, &people).await?;
    let mut revisions = Vec::new();
    for row in rows {
        let own = lines.iter().filter(|line| line.revision == row.revision).cloned().collect();
        revisions.push(Revision {
            number: row.revision,
            filed_at: row.filed_at,
            filed_by: people.iter().find(|known| Some(known.id) == row.filed_by).map(|known| known.name.clone()),
            on_behalf: row.on_behalf.clone(),
            reason: row.reason.clone(),
            content: content(row, own),
        });
    }
    Ok(revisions)
}

fn content(row: revision::Model, lines: Vec<line::Model>) -> Content {
    let constraints = Constraint::ALL.iter().copied();
    Content {
        state: row.state,
        staff: row.staff,
        constraints: constraints.filter(|c| row.constraints.contains(&format!(",{},", c.word()))).collect(),
        remark: row.remark,
        lines: lines.into_iter().filter_map(read_line).collect(),
    }
}

fn read_line(row: line::Model) -> Option<Line> {
    Some(Line {
        product: Product::from_code(&row.product)?,
        packing: row.packing,
        inflow: Kilograms(row.inflow),
        outflow: Kilograms(row.outflow),
        stock: Kilograms(row.stock),
        available: row.available.map(Kilograms),
        price: row.price.map(Fen),
    })
}

/// A report as it is handed in.
#[derive(Clone, Debug)]
pub struct Filing {
    pub content: Content,
    /// When it was handed in.
    pub at: Instant,
    /// The revision that the person saw; 0 when there was none.
    pub base: i32,
    /// Why, for a correction.
    pub reason: Option<String>,
    /// Who phoned, when the secretariat files it.
    pub on_behalf: Option<String>,
}

/// Files a report or a correction of it. `false` when somebody filed since `base` was read; nothing is
/// overwritten then.
pub async fn file(tx: &Tx, plant: &Plant, day: Day, duty: &PlantDuty, rules: &Rules, filing: Filing) -> Result<bool> {
    let found = find(&**tx, plant.id, day).await?;
    let before = match &found {
        Some(report) if filing.base > 0 => Some(current(&**tx, report).await?),
        _ => None,
    };
    let number = filing.base + 1;
    let id = match &found {
        Some(report) if report.revision == filing.base => report.id,
        None if filing.base == 0 => SupplyReportId::new(),
        _ => return Ok(false),
    };
    let claimed = if number == 1 {
        add(tx, id, plant, day, duty, &rules.calendar(), filing.at).await?
    } else {
        advance(tx, id, filing.base).await?
    };
    if !claimed {
        return Ok(false);
    }
    add_revision(tx, id, number, &filing).await?;
    let act = if number == 1 { "supply_report.filed" } else { "supply_report.corrected" };
    let mut entry = audit::Entry::new(act, "supply_report").subject(id).member(plant.member_id).after(&filing.content);
    if let Some(before) = &before {
        entry = entry.before(before);
    }
    audit::record(tx, entry).await?;
    Ok(true)
}

/// The report itself; `false` when somebody else's came first.
async fn add(
    tx: &Tx,
    id: SupplyReportId,
    plant: &Plant,
    day: Day,
    duty: &PlantDuty,
    calendar: &WorkCalendar,
    at: Instant,
) -> Result<bool> {
    let Covered { first, last } = duty.covers(day, calendar);
    let row = report::ActiveModel {
        id: Set(id),
        plant_id: Set(plant.id),
        day: Set(day),
        kind: Set(plant.kind),
        district: Set(plant.district.clone()),
        covers_days: Set(i32::from(Covered { first, last }.days().max(1))),
        due_at: Set(duty.is_due(day, calendar).then(|| duty.due_instant(day))),
        filed_at: Set(at),
        revision: Set(1),
    };
    match row.insert(&**tx).await {
        Ok(_) => Ok(true),
        Err(error) if unique_violation(&error).is_some() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn advance(tx: &Tx, id: SupplyReportId, base: i32) -> Result<bool> {
    let changed = report::Entity::update_many()
        .col_expr(report::Column::Revision, Expr::value(base + 1))
        .filter(report::Column::Id.eq(id))
        .filter(report::Column::Revision.eq(base))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

async fn add_revision(tx: &Tx, id: SupplyReportId, number: i32, filing: &Filing) -> Result<()> {
    let content = &filing.content;
    let words: Vec<&str> = content.constraints.iter().map(|c| c.word()).collect();
    revision::ActiveModel {
        report_id: Set(id),
        revision: Set(number),
        filed_at: Set(filing.at),
        filed_by: Set(tx.actor.person),
        on_behalf: Set(filing.on_behalf.clone()),
        reason: Set(filing.reason.clone()),
        state: Set(content.state),
        staff: Set(content.staff),
        constraints: Set(if words.is_empty() { String::new() } else { format!(",{},", words.join(",")) }),
        remark: Set(content.remark.clone()),
    }
    .insert(&**tx)
    .await?;
    let rows: Vec<line::ActiveModel> =
        (0..).zip(&content.lines).map(|(position, line)| line_row(id, number, position, line)).collect();
    if !rows.is_empty() {
        line::Entity::insert_many(rows).exec(&**tx).await?;
    }
    Ok(())
}

fn line_row(id: SupplyReportId, revision: i32, position: i32, line: &Line) -> line::ActiveModel {
    line::ActiveModel {
        report_id: Set(id),
        revision: Set(revision),
        position: Set(position),
        product: Set(line.product.code()),
        packing: Set(line.packing),
        inflow: Set(line.inflow.0),
        outflow: Set(line.outflow.0),
        stock: Set(line.stock.0),
        available: Set(line.available.map(|k| k.0)),
        price: Set(line.price.map(|f| f.0)),
    }
}
