//! The facts as a form: filled from what is stored, and read back with every error at its field.
//! Rules stand one line per condition, contacts one line each; a line left empty is no rule and no
//! contact.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::facts::{
    Ability, Applying, Certificate, Condition, Contact, DeviceForm, Facts, Installing, Pace, Poster, Purpose, Route,
    RouteFacts, SceneRule, Size,
};
use crate::{
    form::Form,
    ids::TextEnum,
    members::{email::Email, phone::Phone},
    text::Message,
};

pub const SCOPE: &str = "guides.field";
/// As many contacts as the facts may have.
pub const MAX_CONTACTS: usize = 20;

/// The form of what is stored.
pub fn filled(facts: &Facts) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("as_of", &facts.as_of);
    let poster = &facts.poster;
    for (name, size) in
        [("smallest", poster.smallest), ("largest", poster.largest), ("recommended", poster.recommended)]
    {
        form.set(name, format!("{} × {}", size.width, size.height));
    }
    form.set("dpi", poster.dpi);
    form.set("portal", &facts.applying.portal);
    form.set("codes_per_mobile_submission", facts.applying.codes_per_mobile_submission);
    for route in &facts.applying.routes {
        form.add("routes", route.route);
        for certificate in &route.certificates {
            form.add(&format!("certificates.{}", route.route), certificate);
        }
        if route.local_only {
            form.add("local_only", route.route);
        }
    }
    form.set("paper_code_age", facts.paper_code_age);
    form.set("mail", &facts.installing.mail);
    for device in &facts.installing.forms {
        form.add("forms", device);
    }
    for (n, condition) in Condition::ALL.iter().enumerate() {
        let found = facts.installing.rules.iter().position(|rule| rule.condition == *condition);
        form.set(&format!("rules.{n}.weight"), found.unwrap_or(n) + 1);
        let Some(rule) = found.and_then(|place| facts.installing.rules.get(place)) else { continue };
        form.set(&format!("rules.{n}.form"), rule.form.map_or_else(String::new, |device| device.to_string()));
        for ability in &rule.abilities {
            form.add(&format!("rules.{n}.abilities"), ability);
        }
    }
    let pace = &facts.installing.pace;
    form.set("people_per_minute", pace.people_per_minute);
    form.set("vehicles_per_minute", pace.vehicles_per_minute);
    form.set("busy_minute", pace.busy_minute);
    for (n, contact) in facts.contacts.iter().enumerate() {
        form.set(&format!("contacts.{n}.purpose"), contact.purpose);
        form.set(&format!("contacts.{n}.name"), &contact.name);
        form.set(&format!("contacts.{n}.phones"), contact.phones.join("、"));
    }
    form
}

/// Reads the facts; whatever is wrong is noted in the form.
pub fn read(form: &mut Form) -> Facts {
    let facts = Facts {
        as_of: form.required("as_of", 7),
        poster: Poster {
            smallest: size(form, "smallest"),
            largest: size(form, "largest"),
            recommended: size(form, "recommended"),
            dpi: small(form, "dpi", 1200),
        },
        applying: Applying {
            portal: form.required("portal", 200),
            codes_per_mobile_submission: small(form, "codes_per_mobile_submission", 1000),
            routes: form.choices::<Route>("routes").into_iter().map(|route| route_facts(form, route)).collect(),
        },
        installing: Installing {
            mail: mail(form),
            forms: form.choices::<DeviceForm>("forms").into_iter().collect(),
            rules: rules(form),
            pace: Pace {
                people_per_minute: within(form, "people_per_minute", &Pace::PEOPLE),
                vehicles_per_minute: within(form, "vehicles_per_minute", &Pace::VEHICLES),
                busy_minute: within(form, "busy_minute", &Pace::BUSY),
            },
        },
        paper_code_age: u8::try_from(small(form, "paper_code_age", 120)).unwrap_or(u8::MAX),
        contacts: (0..MAX_CONTACTS).filter_map(|n| contact(form, n)).collect(),
    };
    for problem in facts.validate() {
        let field = match problem.field {
            "rules" => "rules.0.form",
            "contacts" => "contacts.0.name",
            own => own,
        };
        form.refuse(field, problem.message);
    }
    facts
}

/// Width × height, with any of the signs that people write for ×.
fn size(form: &mut Form, name: &str) -> Size {
    let text = form.required(name, 30);
    let mut sides = text.split(['×', 'x', 'X', '*', '＊']).map(|side| side.trim().parse::<u16>().ok());
    match (sides.next().flatten(), sides.next().flatten(), sides.next()) {
        (Some(width), Some(height), None) => Size::new(width, height),
        _ => Size::new(0, 0),
    }
}

fn small(form: &mut Form, name: &str, max: u16) -> u16 {
    within(form, name, &(1..=max))
}

fn within(form: &mut Form, name: &str, bounds: &RangeInclusive<u16>) -> u16 {
    let number = form.whole(name, (*bounds.start()).into(), (*bounds.end()).into());
    number.and_then(|n| u16::try_from(n).ok()).unwrap_or_default()
}

fn mail(form: &mut Form) -> String {
    let typed = form.required("mail", 254);
    Email::parse(&typed).map_or(typed, |mail| mail.to_string())
}

fn route_facts(form: &Form, route: Route) -> RouteFacts {
    RouteFacts {
        route,
        certificates: form.choices::<Certificate>(&format!("certificates.{route}")).into_iter().collect(),
        local_only: form.has("local_only", route.word()),
    }
}

/// The rules in the order of their weights; equal weights keep the order of the lines.
fn rules(form: &mut Form) -> Vec<SceneRule> {
    let mut weighed: Vec<(i64, SceneRule)> = Vec::new();
    for (n, condition) in Condition::ALL.iter().enumerate() {
        let device = form.optional_choice::<DeviceForm>(&format!("rules.{n}.form"));
        let abilities: BTreeSet<Ability> = form.choices(&format!("rules.{n}.abilities")).into_iter().collect();
        let weight = form.optional_whole(&format!("rules.{n}.weight"), 1, 99).unwrap_or(99);
        if device.is_some() || !abilities.is_empty() {
            weighed.push((weight, SceneRule { condition: *condition, form: device, abilities }));
        }
    }
    weighed.sort_by_key(|(weight, _)| *weight);
    weighed.into_iter().map(|(_, rule)| rule).collect()
}

fn contact(form: &mut Form, n: usize) -> Option<Contact> {
    let field = |part: &str| format!("contacts.{n}.{part}");
    let (name, phones) = (form.optional(&field("name"), 30), form.optional(&field("phones"), 200));
    if name.is_none() && phones.is_none() {
        return None;
    }
    let phones: Vec<String> = phones
        .unwrap_or_default()
        .split(['、', '，', ',', '；', ';', '\n'])
        .filter(|text| !text.trim().is_empty())
        .filter_map(|text| match Phone::parse(text) {
            Ok(phone) => Some(phone.to_string()),
            Err(error) => {
                form.refuse(&field("phones"), error.message());
                None
            }
        })
        .collect();
    if phones.is_empty() {
        form.refuse(&field("phones"), Message::of("members.phone.missing"));
    }
    let name = name.unwrap_or_default();
    if name.is_empty() {
        form.required(&field("name"), 30);
    }
    let purpose = form.choice::<Purpose>(&field("purpose")).unwrap_or(Purpose::Business);
    Some(Contact { purpose, name, phones })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back_from_its_form() {
        let facts = Facts::default();
        let mut form = filled(&facts);
        assert_eq!(read(&mut form), facts);
        assert!(!form.has_errors(), "{:?}", form.errors());
    }

    #[test]
    fn the_order_of_the_rules_follows_their_weights() {
        let mut form = filled(&Facts::default());
        form.set("rules.0.weight", 1);
        form.set("rules.1.weight", 2);
        form.set("rules.1.form", "");
        let rules = read(&mut form).installing.rules;
        assert_eq!(rules[0].condition, Condition::Crowd);
        assert_eq!(rules.len(), 4, "a line without form and ability is no rule");
    }

    #[test]
    fn every_error_stands_at_a_field() {
        let mut form = filled(&Facts::default());
        form.set("busy_minute", "50");
        form.set("smallest", "A4");
        form.set("contacts.0.phones", "12");
        form.set("contacts.1.name", "");
        form.set("mail", "nobody");
        read(&mut form);
        for field in ["smallest", "busy_minute", "contacts.0.phones", "contacts.1.name", "mail"] {
            assert!(form.error(field).is_some(), "{field}: {:?}", form.errors());
        }
    }
}
