//! Telephone numbers of people and offices in mainland China, in one way of writing.
//! Mobile numbers are eleven digits; landlines are written `021-64567890`, with an extension
//! `021-64567890-12`; service numbers `400-820-1234`. A number is masked for those who need not see it.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::text::Message;

const LONGEST_INPUT: usize = 60;

/// A number in its one way of writing; equal numbers are equal texts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    text: String,
    kind: PhoneKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhoneKind {
    Mobile,
    Landline,
    /// 400 and 800 numbers.
    Service,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneError {
    Missing,
    /// A spreadsheet made `1.38E+10` of it and the digits are gone.
    Scientific,
    /// Eight digits, as dialled within a city; the text is how it would be written for Shanghai.
    AreaCode {
        in_shanghai: String,
    },
    /// Begins like a mobile number and has another length than 11.
    MobileLength {
        found: usize,
    },
    Invalid,
}

impl Phone {
    /// Reads a number as people write it: full-width, with spaces, brackets, `+86`, `转12`.
    ///
    /// # Errors
    /// What is wrong, in the kinds of [`PhoneError`].
    pub fn parse(raw: &str) -> Result<Self, PhoneError> {
        let text: String = raw.chars().take(LONGEST_INPUT).nfkc().collect();
        let text = text.trim();
        if text.is_empty() {
            return Err(PhoneError::Missing);
        }
        let whole = digits_of_scientific(text);
        if is_scientific(text) && whole.is_none() {
            return Err(PhoneError::Scientific);
        }
        let text = whole.as_deref().unwrap_or_else(|| text.strip_suffix(".0").unwrap_or(text));
        let (number, extension) = split_extension(text);
        let groups = digit_groups(&number).ok_or(PhoneError::Invalid)?;
        classify(groups, extension)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub fn kind(&self) -> PhoneKind {
        self.kind
    }

    /// A stored number for those who need not see it; `****` for one that cannot be read.
    #[must_use]
    pub fn mask(stored: &str) -> String {
        Self::parse(stored).map_or_else(|_| "****".to_owned(), |phone| phone.masked())
    }

    /// `186****1402`, `021-****7890`, `400-***-1234`; an extension is left out.
    #[must_use]
    pub fn masked(&self) -> String {
        let mut parts = self.text.split('-');
        let first = parts.next().unwrap_or_default();
        match self.kind {
            PhoneKind::Mobile => format!("{}****{}", &first[..3], &first[7..]),
            PhoneKind::Landline => {
                let local = parts.next().unwrap_or_default();
                let hidden = local.len().saturating_sub(4);
                format!("{first}-{}{}", "*".repeat(hidden), &local[hidden..])
            }
            PhoneKind::Service => {
                format!("{first}-***-{}", parts.nth(1).unwrap_or_default())
            }
        }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Masked, so that no log carries a number.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

impl PhoneError {
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Missing => Message::of("members.phone.missing"),
            Self::Scientific => Message::of("members.phone.scientific"),
            Self::AreaCode { in_shanghai } => Message::of("members.phone.area_code").with("example", in_shanghai),
            Self::MobileLength { found } => Message::of("members.phone.mobile_length").with("n", found),
            Self::Invalid => Message::of("members.phone.invalid"),
        }
    }
}

/// `1.38E+10`, as spreadsheets show long numbers.
fn is_scientific(text: &str) -> bool {
    text.split_once(['e', 'E'])
        .is_some_and(|(mantissa, exponent)| mantissa.parse::<f64>().is_ok() && exponent.parse::<i32>().is_ok())
}

/// `1.3800000101E+10` still holds every digit of the number; `1.38E+10` may have lost some.
fn digits_of_scientific(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let (whole, rest) = mantissa.split_once('.')?;
    let all = whole.len() == 1 && exponent.parse::<usize>() == Ok(rest.len()) && rest.len() >= 9;
    let digits = format!("{whole}{rest}");
    (all && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// Cuts `转12`, `ext. 12`, `#12` or `x12` off. A hyphen before an extension is left to
/// [`classify`], which knows how long the number itself is.
fn split_extension(text: &str) -> (String, String) {
    let lower = text.to_lowercase();
    for mark in ["分机", "转", "ext", "#", "x"] {
        if let Some((number, extension)) = lower.split_once(mark) {
            let extension = extension.trim_matches(|c: char| !c.is_ascii_digit());
            return (number.to_owned(), extension.to_owned());
        }
    }
    (lower, String::new())
}

/// The runs of digits; none if there is anything but digits and the usual separators.
fn digit_groups(text: &str) -> Option<Vec<&str>> {
    let separator =
        |c: char| c.is_whitespace() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}');
    if text.chars().any(|c| !c.is_ascii_digit() && !separator(c)) {
        return None;
    }
    Some(text.split(separator).filter(|g| !g.is_empty()).collect())
}

fn classify(groups: Vec<&str>, extension: String) -> Result<Phone, PhoneError> {
    let (groups, extension) = hyphen_extension(groups, extension);
    let digits = without_country(&groups.concat());
    let phone = |text: String, kind| Ok(Phone { text, kind });
    if is_service(&digits) && extension.is_empty() {
        let text = format!("{}-{}-{}", &digits[..3], &digits[3..6], &digits[6..]);
        return phone(text, PhoneKind::Service);
    }
    if let Some(area) = area_code(&digits) {
        let local = &digits[area.len()..];
        if !(is_local(local, area) && extension.len() <= 6) {
            return Err(PhoneError::Invalid);
        }
        let mut text = format!("{area}-{local}");
        if !extension.is_empty() {
            text.push('-');
            text.push_str(&extension);
        }
        return phone(text, PhoneKind::Landline);
    }
    let begins_mobile = digits.starts_with('1') && !digits[1..].starts_with(['0', '1', '2']);
    match digits.len() {
        11 if begins_mobile && extension.is_empty() => phone(digits, PhoneKind::Mobile),
        found if begins_mobile && found >= 9 && found != 11 => Err(PhoneError::MobileLength { found }),
        8 if is_local(&digits, "021") => Err(PhoneError::AreaCode { in_shanghai: format!("021-{digits}") }),
        _ => Err(PhoneError::Invalid),
    }
}

/// `021-64567890-12`: after a whole landline number, a last short group is an extension.
fn hyphen_extension(mut groups: Vec<&str>, extension: String) -> (Vec<&str>, String) {
    let Some((last, before)) = groups.split_last() else {
        return (groups, extension);
    };
    let number = without_country(&before.concat());
    let whole = area_code(&number).is_some_and(|area| is_local(&number[area.len()..], area));
    if extension.is_empty() && whole && last.len() <= 6 && number.len() >= 11 {
        let extension = (*last).to_owned();
        groups.pop();
        return (groups, extension);
    }
    (groups, extension)
}

/// Drops `0086` and `86` before a number; an area code abroad-style gets its 0 back.
fn without_country(digits: &str) -> String {
    let stripped = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86").filter(|rest| rest.len() >= 9));
    match stripped {
        None => digits.to_owned(),
        Some(rest) if rest.starts_with(['0', '1', '4', '8']) && rest.len() >= 10 => {
            if rest.starts_with("10") && rest.len() == 10 { format!("0{rest}") } else { rest.to_owned() }
        }
        Some(rest) => format!("0{rest}"),
    }
}

/// `010` and `02x` have three digits, all others four.
fn area_code(digits: &str) -> Option<&str> {
    let length = match digits.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return None,
    };
    digits.get(..length)
}

/// A number within a city: eight digits, or seven where the area code has four.
fn is_local(digits: &str, area: &str) -> bool {
    let length = digits.len() == 8 || (area.len() == 4 && digits.len() == 7);
    length && digits.starts_with(['2', '3', '4', '5', '6', '7', '8', '9'])
}

fn is_service(digits: &str) -> bool {
    digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> String {
        Phone::parse(raw).map(|p| p.to_string()).expect(raw)
    }

    #[test]
    fn mobile_numbers_have_one_way_of_writing() {
        for raw in [
            "18600001402",
            "１８６００００１４０２",
            " 186 0000 1402 ",
            "186-0000-1402",
            "+86 186 0000 1402",
            "(+86)18600001402",
            "008618600001402",
            "8618600001402",
            "18600001402.0",
        ] {
            let phone = Phone::parse(raw).expect(raw);
            assert_eq!(phone.as_str(), "18600001402", "{raw}");
            assert_eq!(phone.kind(), PhoneKind::Mobile);
            assert_eq!(phone.masked(), "186****1402");
        }
    }

    #[test]
    fn landlines_carry_their_area_code() {
        for raw in
            ["021-64567890", "(021)64567890", "02164567890", "021 6456 7890", "+86 21 64567890", "+86-021-64567890"]
        {
            assert_eq!(read(raw), "021-64567890", "{raw}");
        }
        assert_eq!(read("0512-57001234"), "0512-57001234");
        assert_eq!(read("05561234567".replace("1234567", "2345678").as_str()), "0556-2345678");
        assert_eq!(read("010-64567890"), "010-64567890");
        assert_eq!(read("+86 10 64567890"), "010-64567890");
        let phone = Phone::parse("0512-57001234").expect("landline");
        assert_eq!(phone.masked(), "0512-****1234");
        assert_eq!(phone.kind(), PhoneKind::Landline);
    }

    #[test]
    fn extensions_are_kept_and_masked_away() {
        for raw in
            ["021-64567890-12", "021-64567890转12", "02164567890 ext. 12", "021-64567890#12", "021-64567890 分机：12"]
        {
            let phone = Phone::parse(raw).expect(raw);
            assert_eq!(phone.as_str(), "021-64567890-12", "{raw}");
            assert_eq!(phone.masked(), "021-****7890");
        }
    }

    #[test]
    fn service_numbers_are_phones_too() {
        let phone = Phone::parse("4008201234").expect("service");
        assert_eq!(phone.as_str(), "400-820-1234");
        assert_eq!(phone.masked(), "400-***-1234");
    }

    #[test]
    fn every_fault_has_its_kind() {
        let fault = |raw: &str| Phone::parse(raw).expect_err(raw);
        assert_eq!(fault(" "), PhoneError::Missing);
        assert_eq!(fault("1.86E+10"), PhoneError::Scientific);
        assert_eq!(fault("1.860000140E+10"), PhoneError::Scientific);
        assert_eq!(read("1.8600001402E+10"), "18600001402");
        assert_eq!(read("１．８６００００１４０２e10"), "18600001402");
        assert_eq!(fault("1860000140"), PhoneError::MobileLength { found: 10 });
        assert_eq!(fault("186000014021"), PhoneError::MobileLength { found: 12 });
        let in_shanghai = "021-64567890".to_owned();
        assert_eq!(fault("6456 7890"), PhoneError::AreaCode { in_shanghai });
        for raw in [
            "110",
            "12345678901",
            "周老师",
            "186000014O2",
            "021-04567890",
            "021",
            "0",
            "-",
            "18600001402转5",
            "021-64567890-1234567",
        ] {
            assert_eq!(fault(raw), PhoneError::Invalid, "{raw}");
        }
        assert!(Phone::parse(&"1".repeat(10_000)).is_err());
    }

    #[test]
    fn no_log_carries_a_number() {
        let phone = Phone::parse("18600001402").expect("mobile");
        assert_eq!(format!("{phone:?}"), "Phone(186****1402)");
    }
}
