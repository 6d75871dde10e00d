//! Amounts as people write them and as they are kept: tonnes with up to three decimals are whole
//! kilograms, yuan with up to two decimals are whole fen. Reading is exact; what cannot be kept
//! exactly is refused, never rounded.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use unicode_normalization::UnicodeNormalization;

use crate::text::Message;

/// A mass in kilograms; negative only as a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Kilograms(pub i64);

/// A price or sum in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityError {
    Missing,
    NotANumber,
    Negative,
    /// More decimals than can be kept.
    TooPrecise {
        decimals: usize,
    },
    /// The largest amount, in tonnes or yuan.
    TooLarge {
        max: i64,
    },
}

const LONGEST_INPUT: usize = 40;

impl Kilograms {
    /// Kilograms in a tonne, and the decimals of a tonne that can be kept.
    pub const PER_TONNE: i64 = 1000;
    const DECIMALS: usize = 3;
    /// The most that one field takes, in tonnes: more than any plant moves in a year.
    pub const MAX_TONNES: i64 = 9_999_999;

    #[must_use]
    pub const fn tonnes(tonnes: i64) -> Self {
        Self(tonnes * Self::PER_TONNE)
    }

    /// Reads tonnes: `1,234.5`, full-width, with 吨 or t.
    ///
    /// # Errors
    /// What is wrong, in the kinds of [`QuantityError`].
    pub fn parse_tonnes(text: &str) -> Result<Self, QuantityError> {
        read(text, &["吨", "t", "T"], Self::DECIMALS, Self::MAX_TONNES).map(Self)
    }

    /// Tonnes for reading: `1,234.5`.
    #[must_use]
    pub fn as_tonnes(self) -> String {
        grouped(&self.as_input())
    }

    /// Tonnes for a form field or a spreadsheet: `1234.5`.
    #[must_use]
    pub fn as_input(self) -> String {
        let plain = decimal(self.0, Self::DECIMALS);
        let trimmed = plain.trim_end_matches('0').trim_end_matches('.');
        trimmed.to_owned()
    }
}

impl Fen {
    pub const PER_YUAN: i64 = 100;
    const DECIMALS: usize = 2;
    /// The most that one field takes, in yuan.
    pub const MAX_YUAN: i64 = 99_999_999;

    /// Reads yuan: `1,234.50`, full-width, with ¥ or 元.
    ///
    /// # Errors
    /// What is wrong, in the kinds of [`QuantityError`].
    pub fn parse_yuan(text: &str) -> Result<Self, QuantityError> {
        read(text, &["元", "¥"], Self::DECIMALS, Self::MAX_YUAN).map(Self)
    }

    /// Yuan for reading: `1,234.50`.
    #[must_use]
    pub fn as_yuan(self) -> String {
        grouped(&self.as_input())
    }

    /// Yuan for a form field or a spreadsheet: `1234.50`.
    #[must_use]
    pub fn as_input(self) -> String {
        decimal(self.0, Self::DECIMALS)
    }
}

/// Tonnes for reading, without the unit.
impl fmt::Display for Kilograms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_tonnes())
    }
}

/// Yuan for reading, without the unit.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_yuan())
    }
}

/// Sums stop at the largest number instead of wrapping; fields are bounded far below it.
impl Add for Kilograms {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Kilograms {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Kilograms {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self(0), Add::add)
    }
}

impl QuantityError {
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Missing => Message::of("supply.quantity.missing"),
            Self::NotANumber => Message::of("supply.quantity.not_a_number"),
            Self::Negative => Message::of("supply.quantity.negative"),
            Self::TooPrecise { decimals } => Message::of("supply.quantity.too_precise").with("n", decimals),
            Self::TooLarge { max } => Message::of("supply.quantity.too_large").with("max", grouped(&max.to_string())),
        }
    }
}

/// A number in the smallest unit: `decimals` places after the point, at most `max` before it.
fn read(text: &str, units: &[&str], decimals: usize, max: i64) -> Result<i64, QuantityError> {
    let text: String = text.chars().take(LONGEST_INPUT).nfkc().collect();
    let mut text = text.trim();
    for unit in units {
        text = text.strip_suffix(unit).unwrap_or(text);
        text = text.strip_prefix(unit).unwrap_or(text).trim();
    }
    if text.is_empty() {
        return Err(QuantityError::Missing);
    }
    if let Some(positive) = text.strip_prefix(['-', '\u{2212}']) {
        let error = read(positive, &[], decimals, max).err();
        return Err(match error {
            Some(QuantityError::NotANumber | QuantityError::Missing) => QuantityError::NotANumber,
            _ => QuantityError::Negative,
        });
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = ungrouped(whole).ok_or(QuantityError::NotANumber)?;
    if !fraction.chars().all(|c| c.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
        return Err(QuantityError::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return Err(QuantityError::TooPrecise { decimals });
    }
    let too_large = QuantityError::TooLarge { max };
    let digits = format!("{whole}{fraction:0<decimals$}");
    let amount: i64 = digits.parse().map_err(|_| too_large)?;
    let scale = 10_i64.pow(u32::try_from(decimals).unwrap_or_default());
    if amount / scale > max {
        return Err(too_large);
    }
    Ok(amount)
}

/// The digits before the point, with their thousands separators taken out; none if a separator
/// stands where no thousands end, such as in `1,5`.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split([',', ' ', '\'']);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.chars().all(|c| c.is_ascii_digit()).then_some(digits)
}

fn decimal(amount: i64, decimals: usize) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", amount.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    format!("{sign}{whole}.{fraction}")
}

/// Thousands separators before the point.
fn grouped(plain: &str) -> String {
    let (number, sign) = plain.strip_prefix('-').map_or((plain, ""), |number| (number, "-"));
    let whole = number.find('.').unwrap_or(number.len());
    let mut out = String::from(sign);
    for (i, c) in number.chars().enumerate() {
        if i > 0 && i < whole && (whole - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tonnes_are_read_as_people_write_them() {
        for (text, kilograms) in [
            ("0", 0),
            ("1", 1_000),
            ("1234.5", 1_234_500),
            ("1,234.5", 1_234_500),
            ("1 234.5", 1_234_500),
            ("１，２３４．５", 1_234_500),
            (" 12,345,67", -1),
            ("0.001", 1),
            (".5", 500),
            ("5.", 5_000),
            ("007", 7_000),
            ("1.2000000", 1_200),
            ("1234.5 吨", 1_234_500),
            ("12t", 12_000),
            ("9,999,999.999", 9_999_999_999),
        ] {
            let read = Kilograms::parse_tonnes(text).map_or(-1, |k| k.0);
            assert_eq!(read, kilograms, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        use QuantityError::*;
        for (text, error) in [
            ("", Missing),
            (" 吨", Missing),
            ("-", NotANumber),
            ("-5", Negative),
            ("−0.5", Negative),
            ("-abc", NotANumber),
            ("abc", NotANumber),
            ("1.2.3", NotANumber),
            ("1,5", NotANumber),
            ("1234,567", NotANumber),
            (",123", NotANumber),
            ("1e5", NotANumber),
            ("1.2万", NotANumber),
            (".", NotANumber),
            ("+5", NotANumber),
            ("一百", NotANumber),
            ("1.2345", TooPrecise { decimals: 3 }),
            ("10000000", TooLarge { max: 9_999_999 }),
            ("99999999999999999999999", TooLarge { max: 9_999_999 }),
        ] {
            assert_eq!(Kilograms::parse_tonnes(text), Err(error), "{text}");
        }
        assert_eq!(Fen::parse_yuan("1.005"), Err(TooPrecise { decimals: 2 }));
    }

    #[test]
    fn amounts_are_shown_with_separators_and_without_idle_zeros() {
        for (kilograms, reading, input) in [
            (0, "0", "0"),
            (1, "0.001", "0.001"),
            (500, "0.5", "0.5"),
            (100_000, "100", "100"),
            (1_234_500, "1,234.5", "1234.5"),
            (1_234_567_890, "1,234,567.89", "1234567.89"),
            (-1_234_500, "-1,234.5", "-1234.5"),
            (-500, "-0.5", "-0.5"),
        ] {
            assert_eq!(Kilograms(kilograms).to_string(), reading);
            assert_eq!(Kilograms(kilograms).as_input(), input);
        }
        assert_eq!(Fen(123_450).to_string(), "1,234.50");
        assert_eq!(Fen(5).as_input(), "0.05");
        assert_eq!(Kilograms(i64::MIN).as_input(), "-9223372036854775.808");
    }

    #[test]
    fn what_is_shown_reads_back() {
        for amount in [0, 1, 9, 10, 999, 1_000, 1_001, 123_456_789, 9_999_999_999] {
            let kilograms = Kilograms(amount);
            assert_eq!(Kilograms::parse_tonnes(&kilograms.to_string()), Ok(kilograms));
            assert_eq!(Kilograms::parse_tonnes(&kilograms.as_input()), Ok(kilograms));
            let fen = Fen(amount);
            assert_eq!(Fen::parse_yuan(&format!("¥{fen}")), Ok(fen));
            assert_eq!(Fen::parse_yuan(&format!("{} 元", fen.as_input())), Ok(fen));
        }
    }

    #[test]
    fn sums_do_not_wrap() {
        let all: Kilograms = [Kilograms(i64::MAX), Kilograms::tonnes(1)].into_iter().sum();
        assert_eq!(all, Kilograms(i64::MAX));
        assert_eq!(Kilograms(5) + Kilograms(6) - Kilograms(1), Kilograms(10));
    }
}
