//! What the audit's stored words are called: acts, kinds of things, fields and values, in the words of the
//! forms that they came from. A field or value without words is shown as the data calls it.

use super::contacts::CHANGED;
use crate::text::Locale;

pub fn act(l: Locale, act: &str) -> String {
    l.t(&format!("audit.act.{act}"))
}

/// What kind of thing it was done to.
pub fn subject(l: Locale, kind: &str) -> String {
    l.t(&format!("audit.subject.{kind}"))
}

/// A field's name: as the form that it came from labels it, else as the audit names it. Of a deep path the
/// parts that have words are said, and which of several it is about.
pub fn field(l: Locale, subject: &str, path: &str) -> String {
    let places: Vec<&str> = path.split('.').filter(|part| is_place(part)).collect();
    let parts: Vec<&str> = path.split('.').filter(|part| !is_place(part)).collect();
    let known = |name: &str| {
        let keys = [of_form(subject), "audit.field"].map(|family| format!("{family}.{name}"));
        keys.iter().find(|key| l.has(key)).map(|key| l.t(key))
    };
    let plant_kind = |part: &&str| Some(format!("members.plant_kind.{part}")).filter(|key| l.has(key));
    // The longest end of the path that has words: `rules.form` says more than `form`.
    let end = (0..parts.len()).find_map(|start| known(&parts[start..].join(".")).map(|words| (start, words)));
    let (start, words) = end.unwrap_or_else(|| (parts.len().saturating_sub(1), path.to_owned()));
    let mut said: Vec<String> = parts[..start]
        .iter()
        .filter_map(|part| {
            let own = format!("{}.{part}", of_form(subject));
            plant_kind(part).or_else(|| Some(own).filter(|key| l.has(key))).map(|key| l.t(&key))
        })
        .collect();
    said.push(words);
    let said = said.join(" · ");
    if places.is_empty() { said } else { format!("{said} {}", places.join(".")) }
}

fn is_place(part: &str) -> bool {
    part.parse::<usize>().is_ok()
}

/// Where the form that a kind of thing comes from has its labels.
fn of_form(subject: &str) -> &'static str {
    match subject {
        "association" | "modules" | "retention" => "settings.field",
        "guides" => "guides.field",
        "supply" => "supply.settings.field",
        "supply_report" => "supply.field",
        "contact" => "members.contact",
        "notice" => "notices.field",
        "issue" => "issues.field",
        "install_request" => "sentinels.field",
        "sentinel_model" => "sentinels.models.field",
        "sentinel" => "sentinels.devices.field",
        "sentinel_care" => "sentinels.care.field",
        "sentinel_acceptance" => "sentinels.acceptance.field",
        "chat_group" => "groups.field",
        "posting" => "postings.field",
        "postings" => "postings.settings.field",
        _ => "audit.field",
    }
}

pub fn value(l: Locale, subject: &str, path: &str, value: &str) -> String {
    let field = path.rsplit('.').find(|part| !is_place(part)).unwrap_or_default();
    let family = match (subject, field) {
        (_, CHANGED) => return self::field(l, subject, value),
        (_, "role") => "accounts.role",
        (_, "cadence") => "supply.cadence",
        (_, "days") => "supply.days",
        (_, "passage") => "members.passage",
        (_, "kinds") | ("plant", "kind") => "members.plant_kind",
        ("contact", "duties") => "members.duty",
        ("notice", "kind") => "notices.kind",
        ("notice", "audience") => "notices.audience",
        ("notice", "not_published") => "notices.unready",
        ("issue", "kind") => "issues.kind",
        ("issue", "category") => "issues.category",
        ("issue", "state") => "issues.state",
        ("supply_report", "state") => "supply.state",
        ("supply_report", "constraints") => "supply.constraint",
        ("supply_report", "packing") => "supply.packing",
        ("install_request", "act") => "sentinels.act",
        ("install_request", "gates") => "sentinels.gates",
        ("install_request", "specification" | "docking") => "sentinels.assurance",
        ("sentinel_model", "conformity" | "docking") => "sentinels.finding",
        ("sentinel", "stage") => "sentinels.stage",
        ("sentinel", "proofs") => "sentinels.proof",
        ("sentinel", "checkup") => "sentinels.outcome",
        ("sentinel", "ended") => "sentinels.fault.outcome",
        ("sentinel", "way") => "sentinels.fault.way",
        ("install_request" | "guides" | "sentinel_model" | "sentinel", "form" | "forms") => "guides.form",
        ("install_request", "state") => "sentinels.state",
        ("guides" | "sentinel_model" | "sentinel", "abilities") => "guides.ability",
        ("guides", "condition") => "guides.condition",
        ("guides", "route") => "guides.route",
        ("guides", "certificates") => "guides.certificate",
        ("guides", "purpose") => "guides.purpose",
        ("chat_group", "news") => "groups.news_kind",
        ("chat_group", "channel") => "groups.channel",
        ("delivery", "state") => "outbox.state",
        ("inbound_mail", "nature") => "conversations.nature",
        ("inbound_mail", "way") => "conversations.way",
        ("inbound_mail", "reason") => "conversations.held",
        ("talk", "channel") => "conversations.channel",
        ("place_code", "cause") => "place_codes.cause",
        ("place_code_application", "route") => "guides.route",
        ("place_code_application", "certificates") => "guides.certificate",
        ("place_code_application", "state") => "place_codes.line",
        ("posting", "what") => "postings.what",
        ("posting", "why") => "postings.why",
        ("posting", "reminder") => "postings.reminder",
        ("mail", _) => "outbox.pause",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_field_is_said_with_what_it_is_part_of() {
        let l = Locale::Zh;
        assert_eq!(
            field(l, "guides", "poster.smallest.width"),
            format!("{} · 宽（毫米）", l.t("guides.field.smallest"))
        );
        assert_eq!(
            field(l, "install_request", "devices.lines.2.brand"),
            format!("{} 2", l.t("sentinels.field.lines.brand"))
        );
        let kind = l.t("members.plant_kind.grinding_station");
        assert_eq!(
            field(l, "supply", "duties.grinding_station.cadence"),
            format!("{kind} · {}", l.t("supply.settings.field.cadence"))
        );
        assert_eq!(field(l, "plant", "unheard_of"), "unheard_of");
    }

    #[test]
    fn contacts_that_changed_are_called_as_on_their_form() {
        let l = Locale::Zh;
        assert_eq!(value(l, "contact", CHANGED, "phone"), l.t("members.contact.phone"));
        assert_eq!(value(l, "install_request", "scene.gates", "existing"), l.t("sentinels.gates.existing"));
    }
}
