//! The unified social credit code of a company (GB 32100-2015), as it stands on the licence.
//! A code that a person typed is normalised and checked; what looks like a slip is suggested and
//! never changed silently. A region is never a reason to refuse: abolished ones live on in codes.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::text::Message;

/// Characters in a code.
pub const LENGTH: usize = 18;

/// The longest text that is looked at; anything longer has the wrong length anyway.
const LONGEST_INPUT: usize = 100;

/// The alphabet of GB 32100-2015; a character's value is its place in it.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The characters that may stand first (registering department) and second (category).
const DEPARTMENTS: &str = "123456789ANY";
const CATEGORIES: &str = "123459";

/// Weights of the first eight characters of the organisation code (GB 11714).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// How many look-alike letters a suggestion may replace; more is no slip of the pen.
const MOST_REPLACEMENTS: usize = 3;

/// A code whose form is right; both check digits are right too, unless it came from
/// [`CreditCode::despite_checks`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(String);

/// What is wrong with a code. Positions count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Length { found: usize },
    Character { position: usize, found: char },
    Department { found: char },
    Category { found: char },
    OrganisationCheck,
    OverallCheck,
}

/// Why a text is no credit code, and which code may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditCodeError {
    pub fault: Fault,
    /// A code that passes every check and differs only in look-alike characters.
    pub suggestion: Option<CreditCode>,
}

impl CreditCode {
    /// Reads a code as a person types it: full-width, lower case, with spaces or hyphens.
    ///
    /// # Errors
    /// The first fault, with a suggestion where look-alike characters explain it.
    pub fn parse(raw: &str) -> Result<Self, CreditCodeError> {
        let code = normalise(raw);
        let fault = match check_form(&code) {
            Err(fault) => fault,
            Ok(()) => match check_digits(&code) {
                Err(fault) => fault,
                Ok(()) => return Ok(Self(code)),
            },
        };
        let suggestion = suggest(&code).map(Self);
        Err(CreditCodeError { fault, suggestion })
    }

    /// Reads a code whose form is right and lets wrong check digits pass: a few companies carry
    /// such codes on their licences. Who may do so, and with what evidence, is decided elsewhere;
    /// the store reads its own rows with it too.
    ///
    /// # Errors
    /// A fault of the form; never one of the check digits.
    pub fn despite_checks(raw: &str) -> Result<Self, CreditCodeError> {
        let code = normalise(raw);
        match check_form(&code) {
            Ok(()) => Ok(Self(code)),
            Err(fault) => {
                let suggestion = suggest(&code).map(Self);
                Err(CreditCodeError { fault, suggestion })
            }
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CreditCodeError {
    /// The form is right and only a check digit is not: the one kind that may be overridden.
    #[must_use]
    pub fn is_check_failure(&self) -> bool {
        matches!(self.fault, Fault::OrganisationCheck | Fault::OverallCheck)
    }

    /// What to tell the person; the suggestion, if any, is told apart.
    #[must_use]
    pub fn message(&self) -> Message {
        match self.fault {
            Fault::Length { found: 0 } => Message::of("members.credit_code.missing"),
            Fault::Length { found } => Message::of("members.credit_code.length").with("n", found),
            Fault::Character { position, found } => {
                Message::of("members.credit_code.character").with("position", position).with("found", found)
            }
            Fault::Department { found } => Message::of("members.credit_code.department").with("found", found),
            Fault::Category { found } => Message::of("members.credit_code.category").with("found", found),
            Fault::OrganisationCheck => Message::of("members.credit_code.organisation_check"),
            Fault::OverallCheck => Message::of("members.credit_code.overall_check"),
        }
    }

    /// "Did you mean …?", where look-alike characters explain the fault.
    #[must_use]
    pub fn suggestion_message(&self) -> Option<Message> {
        let code = self.suggestion.as_ref()?;
        Some(Message::of("members.credit_code.suggestion").with("code", code))
    }
}

/// Half-width, upper case, without spaces, hyphens and invisible characters. Nothing else changes.
#[must_use]
pub fn normalise(raw: &str) -> String {
    raw.chars()
        .take(LONGEST_INPUT)
        .nfkc()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_ignored(*c))
        .flat_map(char::to_uppercase)
        .collect()
}

fn is_ignored(c: char) -> bool {
    matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

/// Length, then each character, then department and category.
fn check_form(code: &str) -> Result<(), Fault> {
    let found = code.chars().count();
    if found != LENGTH {
        return Err(Fault::Length { found });
    }
    for (index, found) in code.chars().enumerate() {
        if !may_stand(index, found) {
            let position = index + 1;
            return Err(Fault::Character { position, found });
        }
    }
    let mut first = code.chars();
    match (first.next(), first.next()) {
        (Some(found), _) if !DEPARTMENTS.contains(found) => Err(Fault::Department { found }),
        (_, Some(found)) if !CATEGORIES.contains(found) => Err(Fault::Category { found }),
        _ => Ok(()),
    }
}

/// The region is digits, the organisation check a digit or X, the rest of the alphabet.
fn may_stand(index: usize, c: char) -> bool {
    match index {
        2..=7 => c.is_ascii_digit(),
        16 => c.is_ascii_digit() || c == 'X',
        _ => ALPHABET.contains(c),
    }
}

/// Both check digits of a code whose form is right.
fn check_digits(code: &str) -> Result<(), Fault> {
    if organisation_check(code) != code.chars().nth(16) {
        return Err(Fault::OrganisationCheck);
    }
    if overall_check(code) != code.chars().nth(17) {
        return Err(Fault::OverallCheck);
    }
    Ok(())
}

/// GB 11714: eight characters, digits and letters counted 0–35, `11 − Σ mod 11`.
fn organisation_check(code: &str) -> Option<char> {
    let mut sum = 0;
    for (c, weight) in code.chars().skip(8).zip(ORGANISATION_WEIGHTS) {
        sum += c.to_digit(36)? * weight;
    }
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    }
}

/// GB 32100-2015: weights 3^(i−1) mod 31. The outer `mod 31` lets a code end in 0.
fn overall_check(code: &str) -> Option<char> {
    let mut sum = 0;
    let mut weight = 1;
    for c in code.chars().take(LENGTH - 1) {
        sum += ALPHABET.find(c)? * weight;
        weight = weight * 3 % 31;
    }
    ALPHABET.chars().nth((31 - sum % 31) % 31)
}

/// The one code that passes all checks after look-alike characters are exchanged. Those that may
/// not stand where they are must all be exchanged; if there are none, one pair such as B/8 is tried
/// in the organisation code, where both check digits guard the guess.
fn suggest(code: &str) -> Option<String> {
    let chars: Vec<char> = code.chars().collect();
    if chars.len() != LENGTH {
        return None;
    }
    let foreign: Vec<usize> =
        (0..LENGTH).filter(|&i| !may_stand(i, chars[i]) || (i == 1 && !CATEGORIES.contains(chars[i]))).collect();
    let mut passing = if foreign.is_empty() {
        (8..16).flat_map(|at| exchanged(&chars, &[at])).collect::<Vec<_>>()
    } else if foreign.len() <= MOST_REPLACEMENTS {
        exchanged(&chars, &foreign)
    } else {
        Vec::new()
    };
    passing.retain(|candidate| check_form(candidate).and(check_digits(candidate)).is_ok());
    match passing.len() {
        1 => passing.pop(),
        _ => None,
    }
}

/// Every way to exchange the characters at the given places for ones that look like them.
fn exchanged(chars: &[char], places: &[usize]) -> Vec<String> {
    let mut found = vec![chars.to_vec()];
    for &place in places {
        found = found
            .iter()
            .flat_map(|base| {
                look_alikes(base[place]).chars().map(move |other| {
                    let mut next = base.clone();
                    next[place] = other;
                    next
                })
            })
            .collect();
    }
    found.into_iter().map(|c| c.into_iter().collect()).collect()
}

fn look_alikes(c: char) -> &'static str {
    match c {
        'O' => "0DQ",
        'I' => "1LJ",
        'Z' => "2",
        'S' => "58",
        'V' => "UYW",
        'B' => "8",
        '8' => "B",
        'D' | 'Q' => "0",
        '0' => "DQ",
        'L' => "1",
        '1' => "L",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTORS: &str = include_str!("testdata/uscc_vectors.csv");

    fn fault(raw: &str) -> Fault {
        CreditCode::parse(raw).expect_err(raw).fault
    }

    fn suggestion(raw: &str) -> Option<String> {
        let error = CreditCode::parse(raw).expect_err(raw);
        error.suggestion.map(|code| code.to_string())
    }

    #[test]
    fn every_published_code_is_judged_right() {
        let mut valid = 0;
        let mut invalid = 0;
        for line in VECTORS.lines().skip(1) {
            let mut cells = line.splitn(3, ',');
            let code = cells.next().expect("code");
            match cells.next() {
                Some("true") => {
                    valid += 1;
                    let parsed = CreditCode::parse(code).expect(line);
                    assert_eq!(parsed.as_str(), code);
                    assert!(check_digits(parsed.as_str()).is_ok());
                }
                _ => {
                    invalid += 1;
                    assert!(CreditCode::parse(code).is_err(), "{line}");
                }
            }
        }
        assert_eq!((valid, invalid), (26, 13));
    }

    #[test]
    fn every_single_slip_in_a_valid_code_is_caught() {
        for line in VECTORS.lines().filter(|l| l.contains(",true,")) {
            let code: Vec<char> = line.chars().take(LENGTH).collect();
            for place in 0..LENGTH {
                for other in ALPHABET.chars().filter(|c| *c != code[place]) {
                    let mut wrong = code.clone();
                    wrong[place] = other;
                    let wrong: String = wrong.into_iter().collect();
                    assert!(CreditCode::parse(&wrong).is_err(), "{wrong}");
                }
            }
        }
    }

    #[test]
    fn writing_does_not_matter() {
        for raw in [
            "９１１１００００１００００３４９５Ｙ",
            " 9111 0000 1000 0349 5y ",
            "91110000-10000349-5Y",
            "91110000—10000349—5Y",
            "\u{feff}91110000\u{a0}100003495\u{200b}Y\n",
        ] {
            let code = CreditCode::parse(raw).expect(raw);
            assert_eq!(code.as_str(), "91110000100003495Y");
        }
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(fault("  "), Fault::Length { found: 0 });
        assert_eq!(fault("91310000631696382"), Fault::Length { found: 17 });
        assert_eq!(fault(&"9".repeat(100_000)), Fault::Length { found: 100 });
        let at = |position, found| Fault::Character { position, found };
        assert_eq!(fault("9111000010000349?Y"), at(17, '?'));
        assert_eq!(fault("91A10000100003495Y"), at(3, 'A'));
        assert_eq!(fault("91110000100003 49中Y"), at(17, '中'));
        assert_eq!(fault("91350100M000100Y4Z"), at(18, 'Z'));
        assert_eq!(fault("B1110000100003495Y"), Fault::Department { found: 'B' });
        assert_eq!(fault("98110000100003495Y"), Fault::Category { found: '8' });
        assert_eq!(fault("91310000831189305E"), Fault::OrganisationCheck);
        assert_eq!(fault("91110000100003495X"), Fault::OverallCheck);
    }

    #[test]
    fn the_example_of_the_standard_has_the_check_3() {
        assert_eq!(overall_check("91350100M000100Y4"), Some('3'));
    }

    #[test]
    fn look_alikes_are_suggested_and_not_changed() {
        let own = |code: &str| Some(code.to_owned());
        assert_eq!(suggestion("911100001OOO03495Y"), own("91110000100003495Y"));
        assert_eq!(suggestion("9I110000100003495Y"), own("91110000100003495Y"));
        assert_eq!(suggestion("9lll0000100003495y"), own("91110000100003495Y"));
        assert_eq!(suggestion("9131000013ZZ60250X"), own("91310000132260250X"));
        assert_eq!(suggestion("9111000010000349SY"), own("91110000100003495Y"));
        assert_eq!(suggestion("91330100MA2AX8VL47"), own("91330100MA2AX8UL47"));
        assert_eq!(suggestion("91330600MA28DY6H13"), own("91330600MA2BDY6H13"));
    }

    #[test]
    fn nothing_is_suggested_where_look_alikes_explain_nothing() {
        assert_eq!(suggestion("91110000100003495X"), None);
        assert_eq!(suggestion("OOOOOOOOOOOOOOOOOO"), None);
        assert_eq!(suggestion("9131000063169638"), None);
    }

    #[test]
    fn an_old_pilot_code_has_the_right_form_and_fails_only_the_checks() {
        for raw in ["91350211M00013FA1N", "91350211M0000XUF46"] {
            let error = CreditCode::parse(raw).expect_err(raw);
            assert!(error.is_check_failure());
            let code = CreditCode::despite_checks(raw).expect(raw);
            assert_eq!(code.as_str(), raw);
            assert!(check_digits(code.as_str()).is_err());
        }
        let error = CreditCode::despite_checks("9135021").expect_err("short");
        assert!(!error.is_check_failure());
    }

    #[test]
    fn abolished_and_special_regions_are_no_reason_to_refuse() {
        for region in ["310103", "310108", "310119", "310230", "310141", "999999"] {
            let organisation = "10000349";
            let start = format!("91{region}{organisation}");
            let start = format!("{start}{}", organisation_check(&start).expect("check"));
            let code = format!("{start}{}", overall_check(&start).expect("check"));
            assert!(CreditCode::parse(&code).is_ok(), "{code}");
        }
    }
}
