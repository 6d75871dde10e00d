//! Two weeks of supply reports of the demo plants, up to the day of the seed: most on time, some late, some
//! missing, one plant at rest.

use app::{
    db::Tx,
    error::Result,
    ids::PlantId,
    members::{
        entity::plant,
        plant_kind::PlantKind,
        store::{self as register, Plant},
    },
    supply::{
        calendar::Suspension,
        duty::Rules,
        model::{Constraint, Content, Line, OperatingState},
        products::{AshClass, Cement, Grade, Packing, Product, SlagGrade},
        quantity::{Fen, Kilograms},
        store::{
            duty,
            report::{self, Filing},
        },
    },
    time::{Day, Instant},
};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::members::DemoMembers;

/// How many days of reports there are.
const DAYS: i64 = 14;
/// Every so many plants: one that reports nothing today, and one that is late.
const SILENT: usize = 5;

pub async fn seed(tx: &Tx, members: &DemoMembers) -> Result<()> {
    let rules = Rules::default();
    let begun = tx.now.plus(-60 * Instant::DAY);
    for (n, (_, demo)) in members.plants().enumerate() {
        // A plant that was entered today owed nothing yesterday.
        plant::Entity::update_many()
            .col_expr(plant::Column::CreatedAt, Expr::value(begun))
            .filter(plant::Column::Id.eq(demo.id))
            .exec(&**tx)
            .await?;
        history(tx, &rules, demo.id, n).await?;
    }
    Ok(())
}

async fn history(tx: &Tx, rules: &Rules, id: PlantId, n: usize) -> Result<()> {
    let plant = register::plant(&**tx, id).await?;
    let today = tx.now.day();
    let duty = duty::duty_of(&**tx, rules, &plant, today).await?;
    let at_rest = n % 11 == 9;
    if at_rest {
        let period =
            Suspension { from: tx.now.plus(-6 * Instant::DAY).day(), until: tx.now.plus(9 * Instant::DAY).day() };
        duty::suspend(tx, &plant, period, "回转窑大修").await?;
    }
    let mut stock = start(&plant, n);
    for back in (0..DAYS).rev() {
        let day = tx.now.plus(-back * Instant::DAY).day();
        let content = content(&plant, n, back, &mut stock);
        let silent = (back == 0 && n % SILENT == 2) || (at_rest && back <= 6) || (back + n as i64) % 13 == 7;
        let at = filed_at(tx.now, day, n, back);
        if !silent && duty.is_due(day, &rules.calendar()) && at <= tx.now {
            let filing = Filing { content, at, base: 0, reason: None, on_behalf: None };
            report::file(tx, &plant, day, &duty, rules, filing).await?;
        }
    }
    Ok(())
}

/// In the morning before ten, now and then at noon.
fn filed_at(now: Instant, day: Day, n: usize, back: i64) -> Instant {
    let minute = u8::try_from((n * 7 + usize::try_from(back).unwrap_or(0) * 11) % 60).unwrap_or(0);
    let late = n % SILENT == 3 && back % 4 == 0;
    let at = Instant::at(day, if late { 11 } else { 8 + minute % 2 }, minute);
    if back == 0 && !late { at.min(now) } else { at }
}

/// How full the silos are at the beginning; some nearly full, some nearly empty.
fn start(plant: &Plant, n: usize) -> Kilograms {
    let capacity = plant.silo_capacity.unwrap_or(6_000_000);
    whole(capacity / 100 * [55, 88, 41, 24, 67, 73][n % 6])
}

/// Whole tonnes that divide among one, two or three products.
fn whole(kilograms: i64) -> Kilograms {
    Kilograms(kilograms / 6_000 * 6_000)
}

/// A day's figures around the plant's normal, recovering from day to day.
fn content(plant: &Plant, n: usize, back: i64, stock: &mut Kilograms) -> Content {
    let normal = plant.normal_output.or(plant.silo_capacity.map(|silo| silo / 8)).unwrap_or(800_000);
    let wave = (n as i64 * 5 + back * 3) % 9 - 4;
    let inflow = whole(normal / 100 * (92 - back * 2 + wave));
    let outflow = whole((normal / 100 * (90 - back * 2 - wave)).min(stock.0 + inflow.0).max(0));
    *stock = *stock + inflow - outflow;
    let products = products(plant.kind, n);
    let shares = i64::try_from(products.len()).unwrap_or(1).max(1);
    let part = |amount: Kilograms| Kilograms(amount.0 / shares);
    let offers = plant.kind.offers_supply();
    let lines = products.into_iter().map(|(product, packing, yuan)| Line {
        product,
        packing,
        inflow: part(inflow),
        outflow: part(outflow),
        stock: part(*stock),
        available: offers.then(|| Kilograms(stock.0 / shares / 3_000 * 1_000)),
        price: offers.then_some(Fen(yuan * 100)),
    });
    Content {
        state: if wave < -2 { OperatingState::Reduced } else { OperatingState::Running },
        staff: 28 + i32::try_from(n % 20).unwrap_or(0),
        constraints: if wave < -2 { vec![Constraint::Transport] } else { Vec::new() },
        remark: None,
        lines: lines.collect(),
    }
}

fn products(kind: PlantKind, n: usize) -> Vec<(Product, Packing, i64)> {
    let ordinary = Product::Cement(Cement::PO, Grade::G42);
    match kind {
        PlantKind::ClinkerLine => vec![(Product::Clinker, Packing::Bulk, 360), (ordinary, Packing::Bulk, 430)],
        PlantKind::AdmixturePlant if n.is_multiple_of(2) => vec![(Product::Slag(SlagGrade::S95), Packing::Bulk, 310)],
        PlantKind::AdmixturePlant => vec![(Product::FlyAsh(AshClass::II), Packing::Bulk, 180)],
        PlantKind::MixingStation => vec![(ordinary, Packing::Bulk, 0)],
        PlantKind::GrindingStation | PlantKind::Terminal => vec![
            (ordinary, Packing::Bulk, 435),
            (ordinary, Packing::Bagged, 455),
            (Product::Cement(Cement::PII, Grade::G52), Packing::Bulk, 490),
        ],
    }
}
