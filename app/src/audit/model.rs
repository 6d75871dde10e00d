//! What was changed, read back from the rows: before and after, field by field.

use serde_json::Value;

/// One field's values before and after; a list when there was more than one, empty when there was none.
/// A row that stored a bare value has a field without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: String,
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// The fields that differ; of a row that has one side only, all of them.
pub fn changes(before: Option<&str>, after: Option<&str>) -> Vec<Change> {
    let (before, after) = (flat(before), flat(after));
    let mut fields: Vec<&String> = before.iter().chain(&after).map(|(field, _)| field).collect();
    fields.sort();
    fields.dedup();
    let of = |side: &[(String, Vec<String>)], field: &str| {
        side.iter().find(|(name, _)| name == field).map(|(_, values)| values.clone()).unwrap_or_default()
    };
    fields
        .into_iter()
        .map(|field| Change { field: field.clone(), before: of(&before, field), after: of(&after, field) })
        .filter(|change| change.before != change.after)
        .collect()
}

/// The fields of a stored value; what lies deeper is named by its path.
fn flat(stored: Option<&str>) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    if let Some(value) = stored.and_then(|text| serde_json::from_str(text).ok()) {
        flatten("", &value, &mut found);
    }
    found
}

fn flatten(path: &str, value: &Value, found: &mut Vec<(String, Vec<String>)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(&below(name), value, found);
            }
        }
        Value::Array(values) if values.iter().any(|value| value.is_object() || value.is_array()) => {
            for (n, value) in values.iter().enumerate() {
                flatten(&below(&(n + 1).to_string()), value, found);
            }
        }
        Value::Array(values) => found.push((path.to_owned(), values.iter().filter_map(plain).collect())),
        single => found.push((path.to_owned(), plain(single).into_iter().collect())),
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(field: &str, before: &[&str], after: &[&str]) -> Change {
        let owned = |values: &[&str]| values.iter().map(ToString::to_string).collect();
        Change { field: field.to_owned(), before: owned(before), after: owned(after) }
    }

    #[test]
    fn only_what_differs_is_said() {
        let before = r#"{"name":"旧","kind":"x","plants":["a","b"]}"#;
        let after = r#"{"name":"新","kind":"x","plants":["a"]}"#;
        assert_eq!(
            changes(Some(before), Some(after)),
            [change("name", &["旧"], &["新"]), change("plants", &["a", "b"], &["a"])]
        );
    }

    #[test]
    fn one_side_alone_is_said_whole_and_depth_is_named() {
        let after = r#"{"address":{"road":"练塘路"},"lines":[{"stock":3}],"left":null}"#;
        assert_eq!(
            changes(None, Some(after)),
            [change("address.road", &[], &["练塘路"]), change("lines.1.stock", &[], &["3"])]
        );
        assert_eq!(changes(Some("nonsense"), None), []);
    }

    #[test]
    fn bare_values_have_no_field() {
        assert_eq!(changes(Some(r#""new""#), Some(r#"["taken",null,""]"#)), [change("", &["new"], &["taken"])]);
    }
}
