//! The form of a report: filled from the report before or from the one to be corrected, its lines added
//! and removed without a script, and read back into a `Content` with every fault at its field.

use std::collections::BTreeSet;

use super::{
    model::{Basis, Constraint, Content, Line, MOST_LINES, OperatingState, stock_by_balance},
    products::{Packing, Product},
    quantity::{Fen, Kilograms, QuantityError},
};
use crate::{form::Form, ids::TextEnum, members::plant_kind::PlantKind, text::Message, time::show_day};

pub const SCOPE: &str = "supply.field";

/// What a line's fields are called, after `lines.N.`.
const LINE: [&str; 7] = ["product", "packing", "inflow", "outflow", "stock", "available", "price"];

/// A first report: nothing known, one line to begin with.
pub fn blank() -> Form {
    let mut form = Form::new(SCOPE);
    form.set("lines.0.product", "");
    form
}

/// From the last report: everything but the day's own figures.
pub fn from_last(last: &Content) -> Form {
    let mut form = filled(last);
    form.set("remark", "");
    for n in 0..last.lines.len() {
        for figure in ["inflow", "outflow", "stock"] {
            form.set(&format!("lines.{n}.{figure}"), "");
        }
    }
    form
}

/// Everything that a report says, for its correction.
pub fn filled(content: &Content) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("state", content.state);
    form.set("staff", content.staff);
    for constraint in &content.constraints {
        form.add("constraints", constraint);
    }
    form.set("remark", content.remark.clone().unwrap_or_default());
    for (n, line) in content.lines.iter().enumerate() {
        let optional = |amount: Option<String>| amount.unwrap_or_default();
        form.set(&format!("lines.{n}.product"), line.product.code());
        form.set(&format!("lines.{n}.packing"), line.packing);
        form.set(&format!("lines.{n}.inflow"), line.inflow.as_input());
        form.set(&format!("lines.{n}.outflow"), line.outflow.as_input());
        form.set(&format!("lines.{n}.stock"), line.stock.as_input());
        form.set(&format!("lines.{n}.available"), optional(line.available.map(Kilograms::as_input)));
        form.set(&format!("lines.{n}.price"), optional(line.price.map(Fen::as_input)));
    }
    form
}

/// The numbers of the lines that the form has, in order.
pub fn lines(form: &Form) -> Vec<usize> {
    let numbers: BTreeSet<usize> = form.pairs().iter().filter_map(|(name, _)| line_number(name)).collect();
    numbers.into_iter().take(MOST_LINES).collect()
}

fn line_number(name: &str) -> Option<usize> {
    name.strip_prefix("lines.")?.split('.').next()?.parse().ok()
}

/// One more empty line at the end.
pub fn add_line(form: &mut Form) {
    let lines = lines(form);
    if lines.len() < MOST_LINES {
        let next = lines.last().map_or(0, |last| last.saturating_add(1));
        form.set(&format!("lines.{next}.product"), "");
    }
}

#[must_use]
pub fn without_line(form: &Form, n: usize) -> Form {
    let kept = form.pairs().iter().filter(|(name, _)| line_number(name) != Some(n)).cloned().collect();
    Form::from_pairs(kept).scoped(form.scope())
}

/// The product and packing of a line, once they are known.
pub fn chosen(form: &Form, n: usize) -> Option<(Product, Packing)> {
    let product = Product::from_code(form.value(&format!("lines.{n}.product")))?;
    Some((product, Packing::from_word(form.value(&format!("lines.{n}.packing")))?))
}

/// Reads the whole form; stock that was left empty follows from `basis`. What is wrong is noted at its field;
/// nothing is returned then.
pub fn read(form: &mut Form, kind: PlantKind, basis: Basis) -> Option<Content> {
    let state = form.choice::<OperatingState>("state");
    let staff = form.whole("staff", 0, 20_000).and_then(|n| i32::try_from(n).ok());
    let constraints = form.choices::<Constraint>("constraints");
    let remark = form.optional("remark", 500);
    let mut seen = BTreeSet::new();
    let mut read = Vec::new();
    for n in lines(form) {
        if is_empty(form, n) {
            continue;
        }
        if let Some(line) = read_line(form, n, kind, basis) {
            if !seen.insert((line.product, line.packing)) {
                form.refuse(&format!("lines.{n}.product"), Message::of("supply.twice"));
            }
            read.push(line);
        }
    }
    if read.is_empty() && !form.has_errors() && state != Some(OperatingState::Stopped) {
        form.refuse("lines.0.product", Message::of("supply.no_line"));
    }
    if form.has_errors() {
        return None;
    }
    Some(Content { state: state?, staff: staff?, constraints, remark, lines: read })
}

/// A line that was added and left alone.
fn is_empty(form: &Form, n: usize) -> bool {
    LINE.iter().filter(|field| **field != "packing").all(|f| form.value(&format!("lines.{n}.{f}")).trim().is_empty())
}

fn read_line(form: &mut Form, n: usize, kind: PlantKind, basis: Basis) -> Option<Line> {
    let name = |field: &str| format!("lines.{n}.{field}");
    let product = Product::from_code(form.value(&name("product")).trim());
    if product.is_none() {
        form.refuse(&name("product"), Message::of("supply.choose_product"));
    }
    let packing = form.choice::<Packing>(&name("packing"));
    if let (Some(product), Some(packing)) = (product, packing)
        && !product.packings().contains(&packing)
    {
        form.refuse(&name("packing"), Message::of("supply.product.error.packing"));
    }
    let inflow = amount(form, &name("inflow"));
    let outflow = amount(form, &name("outflow"));
    let stock = if form.value(&name("stock")).trim().is_empty() {
        let before = product.zip(packing).and_then(|(product, packing)| basis.line(product, packing));
        let balanced = stock_by_balance(before, inflow.unwrap_or_default(), outflow.unwrap_or_default());
        if balanced.is_none() {
            let message = match basis {
                Basis::Apart(day) => Message::of("supply.stock_apart").with("day", show_day(day)),
                _ if before.is_some() => Message::of("supply.stock_below_zero"),
                _ => Message::of("supply.quantity.missing"),
            };
            form.refuse(&name("stock"), message);
        }
        balanced
    } else {
        amount(form, &name("stock"))
    };
    let available = if kind.offers_supply() { amount(form, &name("available")) } else { None };
    let price = if kind.offers_supply() && !form.value(&name("price")).trim().is_empty() {
        noted(form, &name("price"), Fen::parse_yuan)
    } else {
        None
    };
    let complete = !kind.offers_supply() || available.is_some();
    complete.then_some(Line {
        product: product?,
        packing: packing?,
        inflow: inflow?,
        outflow: outflow?,
        stock: stock?,
        available,
        price,
    })
}

fn amount(form: &mut Form, name: &str) -> Option<Kilograms> {
    noted(form, name, Kilograms::parse_tonnes)
}

fn noted<T>(form: &mut Form, name: &str, parse: impl Fn(&str) -> Result<T, QuantityError>) -> Option<T> {
    match parse(form.value(name)) {
        Ok(value) => Some(value),
        Err(error) => {
            form.refuse(name, error.message());
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Form {
        Form::from_pairs(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()).scoped(SCOPE)
    }

    fn full() -> Form {
        typed(&[
            ("state", "running"),
            ("staff", "36"),
            ("constraints", "power"),
            ("lines.0.product", "PO42.5"),
            ("lines.0.packing", "bulk"),
            ("lines.0.inflow", "1,200"),
            ("lines.0.outflow", "1100.5"),
            ("lines.0.stock", "3000"),
            ("lines.0.available", "800"),
            ("lines.0.price", "430"),
        ])
    }

    const MILL: PlantKind = PlantKind::GrindingStation;

    #[test]
    fn a_full_form_is_read_and_shown_again_as_it_was() {
        let content = read(&mut full(), MILL, Basis::Nothing).expect("content");
        assert_eq!(content.lines[0].outflow, Kilograms(1_100_500));
        assert_eq!(content.lines[0].price, Some(Fen(43_000)));
        assert_eq!(content.constraints, [Constraint::Power]);
        assert_eq!(read(&mut filled(&content), MILL, Basis::Nothing), Some(content));
    }

    #[test]
    fn as_yesterday_needs_only_what_came_and_went() {
        let last = read(&mut full(), MILL, Basis::Nothing).expect("content");
        let mut form = from_last(&last);
        form.set("lines.0.inflow", "500");
        form.set("lines.0.outflow", "700");
        let content = read(&mut form, MILL, Basis::Adjoining(&last)).expect("content");
        assert_eq!(content.lines[0].stock, Kilograms::tonnes(2_800));
        assert_eq!(content.lines[0].available, Some(Kilograms::tonnes(800)));
        form.set("lines.0.outflow", "4000");
        assert!(read(&mut form, MILL, Basis::Adjoining(&last)).is_none());
        assert_eq!(form.error("lines.0.stock").map(|m| m.key), Some("supply.stock_below_zero"));
    }

    #[test]
    fn stock_is_asked_for_when_the_last_report_does_not_adjoin() {
        let last = read(&mut full(), MILL, Basis::Nothing).expect("content");
        let mut form = from_last(&last);
        form.set("lines.0.inflow", "500");
        form.set("lines.0.outflow", "700");
        let apart = Basis::Apart(date!(2022 - 05 - 16));
        assert!(read(&mut form, MILL, apart).is_none());
        let said = Message::of("supply.stock_apart").with("day", "2022-05-16");
        assert_eq!(form.error("lines.0.stock"), Some(&said));
        let mut form = from_last(&last);
        for (field, value) in [("inflow", "500"), ("outflow", "700"), ("stock", "2900")] {
            form.set(&format!("lines.0.{field}"), value);
        }
        let content = read(&mut form, MILL, apart).expect("content");
        assert_eq!(content.lines[0].stock, Kilograms::tonnes(2_900));
    }

    #[test]
    fn faults_stand_at_their_fields() {
        let mut form = full();
        form.set("staff", "三十六");
        form.set("lines.0.inflow", "-5");
        form.set("lines.0.price", "a lot");
        assert!(read(&mut form, MILL, Basis::Nothing).is_none());
        let at = |name: &str| form.error(name).map(|m| m.key);
        assert_eq!(at("staff"), Some("form.whole"));
        assert_eq!(at("lines.0.inflow"), Some("supply.quantity.negative"));
        assert_eq!(at("lines.0.price"), Some("supply.quantity.not_a_number"));
        assert_eq!(form.value("lines.0.price"), "a lot");
    }

    #[test]
    fn a_line_left_alone_is_no_fault_and_the_same_product_twice_is_one() {
        let mut form = full();
        add_line(&mut form);
        assert!(read(&mut form, MILL, Basis::Nothing).is_some());
        for field in LINE {
            form.set(&format!("lines.1.{field}"), full().value(&format!("lines.0.{field}")));
        }
        assert!(read(&mut form, MILL, Basis::Nothing).is_none());
        assert_eq!(form.error("lines.1.product").map(|m| m.key), Some("supply.twice"));
        assert!(read(&mut without_line(&form, 1), MILL, Basis::Nothing).is_some());
    }

    #[test]
    fn a_mixing_station_is_not_asked_what_it_offers() {
        let mut form = full();
        form.set("lines.0.available", "");
        assert!(read(&mut form.clone(), MILL, Basis::Nothing).is_none());
        let content = read(&mut form, PlantKind::MixingStation, Basis::Nothing).expect("content");
        assert_eq!((content.lines[0].available, content.lines[0].price), (None, None));
    }

    #[test]
    fn only_a_stopped_plant_may_report_no_product() {
        let mut form = typed(&[("state", "running"), ("staff", "3")]);
        assert!(read(&mut form, MILL, Basis::Nothing).is_none());
        form = typed(&[("state", "stopped"), ("staff", "3")]);
        assert!(read(&mut form, MILL, Basis::Nothing).is_some());
    }
}
