//! Contact values stay out of the audit: a field that is one is left out and only named when it changed,
//! and a number or address inside another text is blotted out. Every row passes through here.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::members::phone::Phone;

/// The fields that hold nothing but contact values.
const CONTACTS: [&str; 7] = ["phone", "phones", "contact_phone", "site_phone", "email", "mail", "copy_to"];
/// Where the names of those that changed are kept.
pub const CHANGED: &str = "contacts_changed";
/// Stands for a number or an address within a text.
const BLOT: &str = "•••";

/// Takes the contact values out of both sides and notes in the latter which of them changed.
pub fn withhold(before: Option<Value>, after: Option<Value>) -> (Option<Value>, Option<Value>) {
    let (before, was) = without(before);
    let (mut after, is) = without(after);
    let mut names: Vec<&str> = was
        .keys()
        .chain(is.keys())
        .filter(|path| was.get(*path) != is.get(*path))
        .filter_map(|path| path.rsplit('.').next())
        .collect();
    names.sort_unstable();
    names.dedup();
    if !names.is_empty()
        && let Value::Object(fields) = after.get_or_insert_with(|| Value::Object(Map::new()))
    {
        fields.insert(CHANGED.to_owned(), names.into());
    }
    (before, after)
}

/// The value without its contacts, and these by where they stood; those that are empty are as good as missing.
fn without(value: Option<Value>) -> (Option<Value>, BTreeMap<String, Value>) {
    let mut taken = BTreeMap::new();
    let kept = value.filter(|value| !value.is_null()).map(|value| take("", value, &mut taken));
    (kept, taken)
}

fn take(path: &str, value: Value, taken: &mut BTreeMap<String, Value>) -> Value {
    match value {
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (name, value) in fields {
                let here = format!("{path}.{name}");
                if !CONTACTS.contains(&name.as_str()) {
                    kept.insert(name, take(&here, value, taken));
                } else if !is_empty(&value) {
                    taken.insert(here, value);
                }
            }
            Value::Object(kept)
        }
        Value::Array(values) => {
            let each = values.into_iter().enumerate();
            each.map(|(n, value)| take(&format!("{path}.{n}"), value, taken)).collect()
        }
        Value::String(text) => Value::String(blotted(&text)),
        plain => plain,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// The text with its telephone numbers and e-mail addresses blotted out.
pub fn blotted(text: &str) -> String {
    let in_address = |c: char| c.is_ascii_alphanumeric() || "@._%+-".contains(c);
    let without_addresses = replaced(text, in_address, |run| {
        run.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    });
    // Letters belong to the run, so that the digits of a code or an id are not taken for a number.
    let in_number = |c: char| c.is_ascii_alphanumeric() || "+- ()".contains(c);
    replaced(&without_addresses, in_number, |run| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        (digits >= 10 && Phone::parse(run).is_ok()) || is_local(run)
    })
}

/// A number of Shanghai as people give it without the area code: eight digits that do not begin like a year.
fn is_local(run: &str) -> bool {
    run.len() == 8 && run.starts_with(['3', '5', '6']) && run.bytes().all(|b| b.is_ascii_digit())
}

/// The text with every longest run of some characters replaced by a blot where it should be; a run of
/// several words is looked at word by word when it is not a number as a whole.
fn replaced(text: &str, belongs: impl Fn(char) -> bool, hide: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(&belongs) {
        let (head, tail) = rest.split_at(start);
        let (run, after) = tail.split_at(tail.find(|c| !belongs(c)).unwrap_or(tail.len()));
        out.push_str(head);
        let inner = run.trim();
        if hide(inner) {
            out.push_str(&run.replacen(inner, BLOT, 1));
        } else {
            let words = run.split(' ').map(|word| if hide(word) { BLOT } else { word });
            out.push_str(&words.collect::<Vec<_>>().join(" "));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn contact_fields_are_left_out_and_those_that_changed_are_named() {
        let before =
            json!({ "name": "李工", "phone": "13800000188", "email": "a@b.cn", "contacts": [{ "phones": [] }] });
        let after =
            json!({ "name": "赵工", "phone": "13800000199", "email": "a@b.cn", "contacts": [{ "phones": ["1"] }] });
        let (before, after) = withhold(Some(before), Some(after));
        assert_eq!(before, Some(json!({ "name": "李工", "contacts": [{}] })));
        let named = json!({ "name": "赵工", "contacts": [{}], "contacts_changed": ["phone", "phones"] });
        assert_eq!(after, Some(named));
    }

    #[test]
    fn what_went_away_and_what_was_never_there() {
        let (before, after) = withhold(Some(json!({ "phone": "13800000188", "copy_to": null })), None);
        assert_eq!(before, Some(json!({})));
        assert_eq!(after, Some(json!({ "contacts_changed": ["phone"] })));
        assert_eq!(withhold(None, Some(Value::Null)), (None, None));
    }

    #[test]
    fn numbers_and_addresses_within_a_text_are_blotted_out() {
        for (text, expected) in [
            ("回拨 13800000188 核实", "回拨 ••• 核实"),
            ("电话138 0000 0188。", "电话•••。"),
            ("打 021-62540000 或 021-62540001", "打 ••• 或 •••"),
            ("called 13800000188 twice", "called ••• twice"),
            ("座机 62540000，转张工", "座机 •••，转张工"),
            ("写信到 zhang.san@example.cn。", "写信到 •••。"),
        ] {
            assert_eq!(blotted(text), expected);
        }
    }

    #[test]
    fn other_figures_stay() {
        for text in [
            "91310118MA1JL00000",
            "沪水泥协〔2022〕9号 2022-05-01 10:00",
            "01890a5d-ac96-774b-bcce-b302099a8057",
            "库存 12500000 公斤，P·O 42.5",
            "20220530 起每天 3000-5000 吨",
        ] {
            assert_eq!(blotted(text), text);
        }
    }
}
