//! A supply report as it is filed: the plant's state and its product lines. A line left without stock
//! gets it by the balance, and what looks odd becomes a warning that keeps nobody from filing.

use serde::Serialize;

use super::{
    products::{Packing, Product},
    quantity::{Fen, Kilograms},
    rules::{self, Limits},
};
use crate::{ids::text_enum, members::plant_kind::PlantKind, text::Message, time::Day};

text_enum! {
    /// How a plant runs.
    pub enum OperatingState {
        Running = "running",
        Reduced = "reduced",
        Maintenance = "maintenance",
        Stopped = "stopped",
    }
}

text_enum! {
    /// What holds a plant back.
    pub enum Constraint {
        RawMaterial = "raw_material",
        Transport = "transport",
        Power = "power",
        People = "people",
        Other = "other",
    }
}

/// The most products that one report lists.
pub const MOST_LINES: usize = 40;

/// What a report says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    pub state: OperatingState,
    /// People on site.
    pub staff: i32,
    pub constraints: Vec<Constraint>,
    pub remark: Option<String>,
    pub lines: Vec<Line>,
}

/// One product in one packing. `inflow` is what was produced or received, `outflow` what was shipped or
/// used; which of them, the plant's kind says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    #[serde(serialize_with = "code")]
    pub product: Product,
    pub packing: Packing,
    pub inflow: Kilograms,
    pub outflow: Kilograms,
    /// At the close of the last day that the report covers.
    pub stock: Kilograms,
    pub available: Option<Kilograms>,
    /// Per tonne.
    pub price: Option<Fen>,
}

fn code<S: serde::Serializer>(product: &Product, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&product.code())
}

/// What stock can be worked out from: the report before, where its stock was that at the beginning of the days
/// that are reported now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis<'a> {
    /// There is no report before.
    Nothing,
    Adjoining(&'a Content),
    /// The last report is of this day; between it and the days reported now some are missing, or it covers some of
    /// them already.
    Apart(Day),
}

impl<'a> Basis<'a> {
    pub fn content(self) -> Option<&'a Content> {
        match self {
            Self::Adjoining(content) => Some(content),
            Self::Nothing | Self::Apart(_) => None,
        }
    }

    pub fn line(self, product: Product, packing: Packing) -> Option<&'a Line> {
        self.content()?.line(product, packing)
    }
}

/// What a report sums up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub inflow: Kilograms,
    pub outflow: Kilograms,
    pub stock: Kilograms,
    pub available: Kilograms,
}

/// A warning, and the line that it is about; none for the whole plant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub line: Option<(Product, Packing)>,
    pub message: Message,
}

impl Content {
    pub fn totals(&self) -> Totals {
        self.lines.iter().fold(Totals::default(), |sum, line| Totals {
            inflow: sum.inflow + line.inflow,
            outflow: sum.outflow + line.outflow,
            stock: sum.stock + line.stock,
            available: sum.available + line.available.unwrap_or_default(),
        })
    }

    pub fn line(&self, product: Product, packing: Packing) -> Option<&Line> {
        self.lines.iter().find(|line| line.product == product && line.packing == packing)
    }

    /// What looks odd, against the stock before and the silos' capacity.
    pub fn warnings(&self, basis: Basis, capacity: Option<Kilograms>, limits: &Limits) -> Vec<Warning> {
        let of_lines = self.lines.iter().flat_map(|line| {
            let before = basis.line(line.product, line.packing);
            rules::line_warnings(&line.for_rules(before), limits)
                .into_iter()
                .map(|message| Warning { line: Some((line.product, line.packing)), message })
        });
        let of_plant = rules::plant_warnings(self.totals().stock, capacity, limits)
            .into_iter()
            .map(|message| Warning { line: None, message });
        of_lines.chain(of_plant).collect()
    }
}

impl Line {
    fn for_rules(&self, before: Option<&Self>) -> rules::Line {
        rules::Line {
            previous_stock: before.map(|line| line.stock),
            inflow: Some(self.inflow),
            outflow: Some(self.outflow),
            stock: Some(self.stock),
            available: self.available,
        }
    }

    /// `P·O 42.5` and how it is packed, as two sentences to be said.
    pub fn name(&self) -> (Message, Message) {
        (self.product.name(), self.packing.name())
    }
}

/// The stock that follows from the report before; none without one, or when more left than there was.
pub fn stock_by_balance(previous: Option<&Line>, inflow: Kilograms, outflow: Kilograms) -> Option<Kilograms> {
    let stock = previous?.stock + inflow - outflow;
    (stock >= Kilograms(0)).then_some(stock)
}

/// Output against the plant's normal, where its kind has one.
pub fn against_normal(
    kind: PlantKind,
    output: Kilograms,
    normal_daily: Option<Kilograms>,
    days: u16,
) -> Option<rules::AgainstNormal> {
    kind.has_normal_output().then_some(normal_daily?).and_then(|normal| rules::against_normal(output, normal, days))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::supply::products::{Cement, Grade};

    fn line(stock: i64) -> Line {
        Line {
            product: Product::Cement(Cement::PO, Grade::G42),
            packing: Packing::Bulk,
            inflow: Kilograms::tonnes(300),
            outflow: Kilograms::tonnes(200),
            stock: Kilograms::tonnes(stock),
            available: Some(Kilograms::tonnes(100)),
            price: None,
        }
    }

    fn content(stock: i64) -> Content {
        Content {
            state: OperatingState::Running,
            staff: 40,
            constraints: Vec::new(),
            remark: None,
            lines: vec![line(stock)],
        }
    }

    #[test]
    fn stock_follows_from_the_report_before() {
        let t = Kilograms::tonnes;
        assert_eq!(stock_by_balance(Some(&line(900)), t(300), t(200)), Some(t(1_000)));
        assert_eq!(stock_by_balance(Some(&line(10)), t(0), t(11)), None);
        assert_eq!(stock_by_balance(None, t(300), t(200)), None);
    }

    #[test]
    fn a_warning_names_its_line_or_the_plant() {
        let limits = Limits::default();
        let warnings =
            content(2_000).warnings(Basis::Adjoining(&content(900)), Some(Kilograms::tonnes(2_100)), &limits);
        let found: Vec<_> = warnings.iter().map(|w| (w.line.is_some(), w.message.key)).collect();
        assert_eq!(found, [(true, "supply.warning.balance"), (false, "supply.warning.nearly_full")]);
        assert!(content(1_000).warnings(Basis::Adjoining(&content(900)), None, &limits).is_empty());
        let apart = Basis::Apart(date!(2022 - 05 - 16));
        assert!(content(2_000).warnings(apart, None, &limits).is_empty(), "nothing to compare with");
    }

    #[test]
    fn a_mixing_station_has_no_normal_output() {
        let t = Kilograms::tonnes;
        assert!(against_normal(PlantKind::MixingStation, t(5), Some(t(10)), 1).is_none());
        let against = against_normal(PlantKind::GrindingStation, t(5), Some(t(10)), 1).expect("normal");
        assert_eq!(against.lost, t(5));
    }

    #[test]
    fn totals_are_sums_of_the_lines() {
        let mut content = content(900);
        content.lines.push(Line { packing: Packing::Bagged, available: None, ..line(100) });
        let totals = content.totals();
        assert_eq!((totals.stock, totals.available), (Kilograms::tonnes(1_000), Kilograms::tonnes(100)));
    }
}
