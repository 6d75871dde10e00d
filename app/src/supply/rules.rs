//! What a supply report says about a plant: how full its silos are, whether its figures agree with
//! each other, what was lost against normal output. Oddities are warnings; none of them keeps a
//! report from being filed. Sources: the bands of plant dashboards, the trade's weekly reports.

use super::quantity::Kilograms;
use crate::text::Message;

/// A part of a thousand, for ratios; 865 is 86.5 %. Rounded for showing, never for judging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PerMille(pub i64);

/// Where red and amber begin, and how far figures may be apart; in per mille.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Above it the silos are nearly full.
    pub high: i64,
    /// Below it they are nearly empty.
    pub low: i64,
    /// Stock above this part of the capacity cannot be.
    pub over_capacity: i64,
    /// How far stock may be from previous + inflow − outflow.
    pub balance: i64,
}

/// How full a plant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Nearly empty: amber.
    Low,
    Normal,
    /// Nearly full, soon it must stop: red.
    High,
}

/// One product of a report. Amounts that were not given are `None`, not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Stock of the report before; none for the first one.
    pub previous_stock: Option<Kilograms>,
    /// Produced or received.
    pub inflow: Option<Kilograms>,
    /// Shipped or used.
    pub outflow: Option<Kilograms>,
    pub stock: Option<Kilograms>,
    pub available: Option<Kilograms>,
}

/// Output against normal. At most one of the two is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgainstNormal {
    pub lost: Kilograms,
    /// Above normal: what was caught up.
    pub recovered: Kilograms,
    /// Output as a part of normal.
    pub ratio: PerMille,
}

impl Default for Limits {
    fn default() -> Self {
        Self { high: 850, low: 300, over_capacity: 1050, balance: 50 }
    }
}

impl PerMille {
    /// `part` of `whole`, rounded to the nearest; none where there is no whole.
    #[must_use]
    pub fn of(part: Kilograms, whole: Kilograms) -> Option<Self> {
        if whole.0 <= 0 {
            return None;
        }
        let (part, whole) = (i128::from(part.0), i128::from(whole.0));
        let rounded = (part * 2000 + whole).div_euclid(whole * 2);
        i64::try_from(rounded).ok().map(Self)
    }

    /// Percent with one decimal, without the sign: `86.5`.
    #[must_use]
    pub fn percent(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        format!("{sign}{}.{}", amount / 10, amount % 10)
    }
}

/// Stock as a part of capacity (库容比); none without a capacity.
#[must_use]
pub fn storage_ratio(stock: Kilograms, capacity: Kilograms) -> Option<PerMille> {
    PerMille::of(stock, capacity)
}

/// The band of a plant, judged by the exact amounts; none without a capacity.
#[must_use]
pub fn band(stock: Kilograms, capacity: Kilograms, limits: &Limits) -> Option<Band> {
    if capacity.0 <= 0 {
        return None;
    }
    Some(if exceeds(stock, limits.high, capacity) {
        Band::High
    } else if falls_short(stock, limits.low, capacity) {
        Band::Low
    } else {
        Band::Normal
    })
}

/// Output against the normal daily output over so many days; none where there is no normal.
#[must_use]
pub fn against_normal(output: Kilograms, normal_daily: Kilograms, days: u16) -> Option<AgainstNormal> {
    let normal = Kilograms(normal_daily.0.saturating_mul(i64::from(days)));
    let ratio = PerMille::of(output, normal)?;
    let none = Kilograms::default();
    Some(AgainstNormal { lost: (normal - output).max(none), recovered: (output - normal).max(none), ratio })
}

/// Warnings about one product: figures that do not agree.
#[must_use]
pub fn line_warnings(line: &Line, limits: &Limits) -> Vec<Message> {
    let available = available_warning(line);
    let balance = balance_warning(line, limits);
    available.into_iter().chain(balance).collect()
}

/// Warnings about a plant as a whole; `stock` is the sum of its products.
#[must_use]
pub fn plant_warnings(stock: Kilograms, capacity: Option<Kilograms>, limits: &Limits) -> Vec<Message> {
    let Some(capacity) = capacity.filter(|c| c.0 > 0) else {
        return Vec::new();
    };
    let ratio = PerMille::of(stock, capacity).map_or(String::new(), PerMille::percent);
    let key = if exceeds(stock, limits.over_capacity, capacity) {
        "supply.warning.over_capacity"
    } else {
        match band(stock, capacity, limits) {
            Some(Band::High) => "supply.warning.nearly_full",
            Some(Band::Low) => "supply.warning.nearly_empty",
            _ => return Vec::new(),
        }
    };
    let message = Message::of(key).with("stock", stock).with("capacity", capacity).with("ratio", ratio);
    vec![message]
}

fn available_warning(line: &Line) -> Option<Message> {
    let (available, stock) = (line.available?, line.stock?);
    // Output of the coming day can be promised too, so a little more than the stock is no oddity.
    let reachable = stock + line.inflow.unwrap_or_default();
    (available > reachable)
        .then(|| Message::of("supply.warning.available").with("available", available).with("stock", stock))
}

/// Stock should be previous + inflow − outflow. The tolerance is a part of the largest of the
/// amounts that move or lie there, so that nearly empty silos do not warn at every rounding.
fn balance_warning(line: &Line, limits: &Limits) -> Option<Message> {
    let (previous, inflow) = (line.previous_stock?, line.inflow?);
    let (outflow, stock) = (line.outflow?, line.stock?);
    let expected = previous + inflow - outflow;
    if expected.0 < 0 {
        let message = Message::of("supply.warning.more_left_than_there_was")
            .with("outflow", outflow)
            .with("there", previous + inflow);
        return Some(message);
    }
    let difference = Kilograms(stock.0.saturating_sub(expected.0).saturating_abs());
    let scale = expected.max(stock);
    exceeds(difference, limits.balance, scale).then(|| {
        Message::of("supply.warning.balance")
            .with("expected", expected)
            .with("stock", stock)
            .with("difference", difference)
    })
}

/// part / whole > per mille, exactly.
fn exceeds(part: Kilograms, per_mille: i64, whole: Kilograms) -> bool {
    i128::from(part.0) * 1000 > i128::from(per_mille) * i128::from(whole.0)
}

fn falls_short(part: Kilograms, per_mille: i64, whole: Kilograms) -> bool {
    i128::from(part.0) * 1000 < i128::from(per_mille) * i128::from(whole.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { high: 850, low: 300, over_capacity: 1050, balance: 50 };

    fn t(tonnes: i64) -> Kilograms {
        Kilograms::tonnes(tonnes)
    }

    fn line(previous: i64, inflow: i64, outflow: i64, stock: i64) -> Line {
        Line {
            previous_stock: Some(t(previous)),
            inflow: Some(t(inflow)),
            outflow: Some(t(outflow)),
            stock: Some(t(stock)),
            available: None,
        }
    }

    fn keys(warnings: &[Message]) -> Vec<&str> {
        warnings.iter().map(|w| w.key).collect()
    }

    #[test]
    fn the_limits_are_those_of_the_trade() {
        assert_eq!(Limits::default(), LIMITS);
    }

    #[test]
    fn bands_begin_above_85_and_below_30_percent() {
        let capacity = t(10_000);
        for (stock, expected) in [
            (t(0), Band::Low),
            (Kilograms(2_999_999), Band::Low),
            (t(3_000), Band::Normal),
            (t(8_500), Band::Normal),
            (Kilograms(8_500_001), Band::High),
            (t(20_000), Band::High),
        ] {
            assert_eq!(band(stock, capacity, &LIMITS), Some(expected), "{stock}");
        }
        assert_eq!(band(t(5), t(0), &LIMITS), None);
    }

    #[test]
    fn ratios_are_rounded_only_for_showing() {
        let shown = |stock| storage_ratio(stock, t(10_000)).map(PerMille::percent);
        assert_eq!(shown(t(8_654)), Some("86.5".into()));
        assert_eq!(shown(t(8_655)), Some("86.6".into()));
        assert_eq!(shown(t(0)), Some("0.0".into()));
        assert_eq!(shown(t(10_500)), Some("105.0".into()));
        assert_eq!(storage_ratio(t(1), t(0)), None);
        assert_eq!(PerMille(-5).percent(), "-0.5");
        let huge = PerMille::of(Kilograms(i64::MAX), Kilograms(1));
        assert_eq!(huge, None, "no panic, no nonsense");
    }

    #[test]
    fn a_plant_is_warned_once_and_by_the_worst() {
        let warned = |stock| {
            let warnings = plant_warnings(stock, Some(t(1_000)), &LIMITS);
            warnings.first().map(|w| w.key)
        };
        assert_eq!(warned(t(500)), None);
        assert_eq!(warned(t(299)), Some("supply.warning.nearly_empty"));
        assert_eq!(warned(t(851)), Some("supply.warning.nearly_full"));
        assert_eq!(warned(t(1_050)), Some("supply.warning.nearly_full"));
        assert_eq!(warned(t(1_051)), Some("supply.warning.over_capacity"));
        assert!(plant_warnings(t(5_000), None, &LIMITS).is_empty());
    }

    #[test]
    fn figures_within_5_percent_agree() {
        for stock in [950, 1_000, 1_052] {
            let warnings = line_warnings(&line(900, 300, 200, stock), &LIMITS);
            assert!(warnings.is_empty(), "{stock}");
        }
        for stock in [949, 1_053, 0] {
            let warnings = line_warnings(&line(900, 300, 200, stock), &LIMITS);
            assert_eq!(keys(&warnings), ["supply.warning.balance"], "{stock}");
        }
    }

    #[test]
    fn nobody_ships_more_than_there_was() {
        let warnings = line_warnings(&line(100, 50, 200, 0), &LIMITS);
        assert_eq!(keys(&warnings), ["supply.warning.more_left_than_there_was"]);
        assert_eq!(warnings[0].args[1], ("there", "150".to_owned()));
    }

    #[test]
    fn a_missing_figure_is_no_oddity() {
        let full = line(100, 50, 20, 900);
        for incomplete in [
            Line { previous_stock: None, ..full },
            Line { inflow: None, ..full },
            Line { outflow: None, ..full },
            Line { stock: None, ..full },
        ] {
            assert!(line_warnings(&incomplete, &LIMITS).is_empty());
        }
    }

    #[test]
    fn more_than_stock_and_a_days_output_cannot_be_available() {
        let offered = |available| Line { available: Some(t(available)), ..line(100, 50, 20, 130) };
        assert!(line_warnings(&offered(180), &LIMITS).is_empty());
        let warnings = line_warnings(&offered(181), &LIMITS);
        assert_eq!(keys(&warnings), ["supply.warning.available"]);
    }

    #[test]
    fn lost_and_recovered_output_are_seen() {
        let lost = against_normal(t(600), t(1_000), 1).expect("normal");
        assert_eq!((lost.lost, lost.recovered, lost.ratio), (t(400), t(0), PerMille(600)));
        let recovered = against_normal(t(3_300), t(1_000), 3).expect("normal");
        assert_eq!(recovered.recovered, t(300));
        assert_eq!((recovered.lost, recovered.ratio), (t(0), PerMille(1_100)));
        assert_eq!(against_normal(t(600), t(0), 1), None);
        assert_eq!(against_normal(t(600), t(1_000), 0), None);
    }
}
