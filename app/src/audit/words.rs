//! What the audit's stored words are called: acts, kinds of things, fields and values. A field or
//! value without words of its own is shown as the data calls it.

use crate::text::Locale;

pub fn act(l: Locale, act: &str) -> String {
    l.t(&format!("audit.act.{act}"))
}

/// What kind of thing it was done to.
pub fn subject(l: Locale, kind: &str) -> String {
    l.t(&format!("audit.subject.{kind}"))
}

/// A field's name: as the audit names it, or as the form that it came from labels it.
pub fn field(l: Locale, subject: &str, field: &str) -> String {
    let of_form = match subject {
        "association" | "modules" => "settings.field",
        "guides" => "guides.field",
        "supply" => "supply.settings.field",
        _ => "audit.field",
    };
    [format!("audit.field.{field}"), format!("{of_form}.{field}")]
        .iter()
        .find(|key| l.has(key))
        .map_or_else(|| field.to_owned(), |key| l.t(key))
}

pub fn value(l: Locale, subject: &str, field: &str, value: &str) -> String {
    let family = match (subject, field) {
        (_, "role") => "accounts.role",
        ("contact", "duties") => "members.duty",
        ("plant", "kind") => "members.plant_kind",
        ("plant", "cadence") => "supply.cadence",
        ("plant", "days") => "supply.days",
        ("issue", _) => "issues.state",
        ("install_request", _) => "sentinels.state",
        _ => "audit.value",
    };
    [format!("{family}.{value}"), format!("audit.value.{value}")]
        .iter()
        .find(|key| l.has(key))
        .map_or_else(|| value.to_owned(), |key| l.t(key))
}

/// Several values in one line.
pub fn values(l: Locale, subject: &str, field: &str, values: &[String]) -> String {
    if values.is_empty() {
        return "--".to_owned();
    }
    let said: Vec<String> = values.iter().map(|one| value(l, subject, field, one)).collect();
    said.join(&l.t("list.comma"))
}
