//! The text by which two addresses are compared. It evens out width, spaces, punctuation, dashes,
//! 楼/层/F, and Chinese numerals of buildings, floors and rooms; never those of a road's name,
//! and never 栋 and 幢, which are two things.

use unicode_normalization::UnicodeNormalization;

use super::{ElsewhereAddress, ShanghaiAddress, numerals, with_unit};

/// A numeral before one of these counts something; the longer ones first.
const UNITS: &str = "弄号幢栋座层楼室单";

/// After a unit, these make a name of it: 五号路, 八号桥.
const NAME_FOLLOWS: &str = "路街道桥线";

pub(super) fn shanghai(a: &ShanghaiAddress) -> String {
    let rest = [
        with_unit(&a.lane, "弄", &["弄"]),
        with_unit(&a.number, "号", &["号"]),
        a.building.clone(),
        with_unit(&a.floor, "层", &["层", "楼", "F", "f"]),
        a.room.clone(),
    ]
    .concat();
    let road = plain(&a.road);
    let rest = counted(&plain(&rest));
    format!("{}|{}|{road}|{rest}", a.district_code, a.town_code)
}

pub(super) fn elsewhere(a: &ElsewhereAddress) -> String {
    let province = short(&plain(&a.province), &["维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市"]);
    let city = short(&plain(&a.city), &["市", "地区"]);
    let county = short(&plain(&a.county), &["区", "县", "市"]);
    let detail = counted(&plain(&a.detail));
    format!("{province}|{city}|{county}|{detail}")
}

/// Drops the kind of a division where a name of two characters is left.
fn short(name: &str, kinds: &[&str]) -> String {
    kinds
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .filter(|rest| rest.chars().count() >= 2)
        .unwrap_or(name)
        .to_owned()
}

/// Half-width, upper case, one kind of dash, no spaces or punctuation. Between two digits a
/// punctuation mark stays as a comma: 3、5号 is not 35号.
fn plain(text: &str) -> String {
    let chars: Vec<char> = text
        .nfkc()
        .flat_map(char::to_uppercase)
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .map(|c| if is_dash(c) { '-' } else { c })
        .collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let digit = |at: Option<&char>| at.is_some_and(char::is_ascii_alphanumeric);
        let between = digit(i.checked_sub(1).and_then(|i| chars.get(i))) && digit(chars.get(i + 1));
        match c {
            _ if c.is_alphanumeric() => out.push(c),
            '至' if between => out.push('-'),
            '-' if between => out.push('-'),
            _ if between => out.push(','),
            _ => {}
        }
    }
    out
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '~' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{301c}' | '至')
}

/// Numerals before a unit become digits, 楼 and F after a number become 层, a first 第 and a
/// last 室 go.
fn counted(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut i = 0;
    while i < chars.len() {
        let run = chars[i..].iter().take_while(|c| numerals::is_numeral(**c)).count();
        let number = numerals::value(&chars[i..i + run]);
        match number {
            Some(number) if counts_something(&chars[i + run..]) => {
                out.push_str(&number.to_string());
                i += run;
            }
            _ if run > 0 => {
                out.extend(&chars[i..i + run]);
                i += run;
            }
            _ => {
                out.push(chars[i]);
                i += 1;
            }
        }
    }
    let out = floors(&out);
    out.strip_suffix('室').map_or(out.clone(), str::to_owned)
}

fn counts_something(after: &[char]) -> bool {
    match after {
        [] => true,
        [unit] => UNITS.contains(*unit),
        [unit, next, ..] => UNITS.contains(*unit) && !NAME_FOLLOWS.contains(*next),
    }
}

/// `3楼`, `3F` and `第3层` are `3层`; `负1层`, `地下1层` and `B1层` are `B1层`. In `3号楼` the 楼
/// follows no digit and stays.
fn floors(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let after_digit = i > 0 && chars[i - 1].is_ascii_digit();
        let ends_word = chars.get(i + 1).is_none_or(|n| *n != '区' && *n != '座');
        match c {
            '楼' | 'F' if after_digit && ends_word => out.push('层'),
            '第' if chars.get(i + 1).is_some_and(char::is_ascii_digit) => {}
            _ => out.push(c),
        }
    }
    out.replace("地下", "B").replace('负', "B")
}
