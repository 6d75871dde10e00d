//! What the requester answers, step by step; a draft holds the steps that are done.

use serde::{Deserialize, Serialize};

use super::{
    catalogue::{Model, model::MAX_PER_HOUR},
    model::Assurance,
    recommendation::Scene,
};
use crate::{
    documents::{MAX_LISTED_LINES, MAX_REMARKS_CHARS},
    form::Form,
    guides::facts::{Condition, DeviceForm},
    ids::{EntranceId, TextEnum},
    members::{email::Email, phone::Phone},
    text::Message,
};

/// The answers of a request, each step filled when it is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    pub scene: Option<Scene>,
    pub devices: Option<Devices>,
    pub contact: Option<Contact>,
}

/// The devices that are asked for, and what is known of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    pub lines: Vec<Line>,
    pub specification: Assurance,
    pub docking: Assurance,
}

/// Some devices of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub form: DeviceForm,
    pub brand: String,
    pub model: String,
    pub vendor: String,
    pub quantity: u32,
    /// Where they are to stand, if that is not the request's own entrance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrance: Option<EntranceId>,
}

/// Whom the operator calls.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    pub phone: String,
    pub site_phone: String,
    /// Where the copy of the mail goes.
    pub copy_to: Option<String>,
    pub remarks: String,
}

/// Names nobody, so that no log does.
impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// Characters in brand and model, and in the names of people and vendors; the paper holds no more.
const MAX_BRAND: usize = 30;
const MAX_NAME: usize = 60;
/// Devices in one line.
const MAX_QUANTITY: i64 = 999;

impl Devices {
    pub fn count(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// The forms that were chosen, each once.
    pub fn forms(&self) -> Vec<DeviceForm> {
        DeviceForm::ALL.iter().copied().filter(|form| self.lines.iter().any(|line| line.form == *form)).collect()
    }
}

/// The questions that are answered yes or no, and the field of each.
pub const QUESTIONS: [(Condition, &str); 4] = [
    (Condition::Crowd, "crowd"),
    (Condition::Vehicles, "vehicles"),
    (Condition::PersonMatchesId, "person_must_match_id"),
    (Condition::Distance, "distance"),
];

/// How many come in the busiest hour; nobody has to know.
pub const BUSIEST_HOUR: [&str; 2] = ["people_per_hour", "vehicles_per_hour"];

pub fn read_scene(form: &mut Form) -> Option<Scene> {
    let crowd = yes_or_no(form, "crowd");
    let vehicles = yes_or_no(form, "vehicles");
    let gates = form.choice("gates");
    let person_must_match_id = yes_or_no(form, "person_must_match_id");
    let distance = yes_or_no(form, "distance");
    let [people_per_hour, vehicles_per_hour] = BUSIEST_HOUR.map(|name| form.optional_whole(name, 0, MAX_PER_HOUR));
    if BUSIEST_HOUR.iter().any(|name| form.error(name).is_some()) {
        return None;
    }
    let known = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
    Some(Scene {
        crowd: crowd?,
        vehicles: vehicles?,
        gates: gates?,
        person_must_match_id: person_must_match_id?,
        distance: distance?,
        people_per_hour: known(people_per_hour),
        vehicles_per_hour: known(vehicles_per_hour),
    })
}

pub fn fill_scene(form: &mut Form, scene: &Scene) {
    for (condition, name) in QUESTIONS {
        form.set(name, if scene.meets(condition) { "yes" } else { "no" });
    }
    form.set("gates", scene.gates);
    for (name, number) in BUSIEST_HOUR.into_iter().zip([scene.people_per_hour, scene.vehicles_per_hour]) {
        form.set(name, number.map(|number| number.to_string()).unwrap_or_default());
    }
}

fn yes_or_no(form: &mut Form, name: &str) -> Option<bool> {
    match form.value(name) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            form.refuse(name, Message::of("sentinels.answer_the_question"));
            None
        }
    }
}

/// What the audit is told of the answers, by the names of their fields; it does not keep numbers and addresses.
pub fn summary(answers: &Answers) -> serde_json::Value {
    let contact = answers.contact.as_ref().map(|contact| {
        serde_json::json!({
            "contact_name": contact.name,
            "contact_phone": contact.phone,
            "site_phone": contact.site_phone,
            "copy_to": contact.copy_to,
            "remarks": contact.remarks,
        })
    });
    serde_json::json!({ "scene": answers.scene, "devices": answers.devices, "contact": contact })
}

/// How many device lines the form shows.
pub fn lines_shown(form: &Form) -> usize {
    let used = (0..MAX_LISTED_LINES).rev().find(|n| form.contains(&format!("lines.{n}.form"))).map_or(0, |n| n + 1);
    used.max(1)
}

/// The field that takes a line from the catalogue. It has no label of its own among the fields, for what is kept is
/// what it filled in.
pub const TAKEN: &str = "taken";

/// Fills the lines for which a model of the catalogue was chosen; what was chosen outweighs what was typed.
pub fn take_from_catalogue(form: &mut Form, models: &[Model]) {
    for n in 0..lines_shown(form) {
        let field = |part: &str| format!("lines.{n}.{part}");
        let chosen = form.value(&field(TAKEN)).to_owned();
        if chosen.is_empty() {
            continue;
        }
        match models.iter().find(|model| model.id.to_string() == chosen) {
            Some(model) => {
                form.set(&field("form"), model.form);
                form.set(&field("brand"), &model.brand);
                form.set(&field("model"), &model.model);
                form.set(&field("vendor"), &model.vendor);
            }
            None => form.refuse(&field(TAKEN), Message::of("sentinels.models.gone")),
        }
        form.set(&field(TAKEN), "");
    }
}

/// What was typed of the devices. A line may stand at one of these entrances; one that stands at the request's `own`
/// goes along when the request moves.
pub fn read_devices(form: &mut Form, own: EntranceId, entrances: &[EntranceId]) -> Option<Devices> {
    let mut lines = Vec::new();
    for n in 0..lines_shown(form) {
        let field = |part: &str| format!("lines.{n}.{part}");
        let empty =
            ["brand", "model", "vendor", "quantity"].iter().all(|part| form.value(&field(part)).trim().is_empty());
        if empty && n > 0 {
            continue;
        }
        let device = form.choice::<DeviceForm>(&field("form"));
        let brand = form.required(&field("brand"), MAX_BRAND);
        let model = form.required(&field("model"), MAX_BRAND);
        let vendor = form.required(&field("vendor"), MAX_NAME);
        let quantity = form.whole(&field("quantity"), 1, MAX_QUANTITY).and_then(|n| u32::try_from(n).ok());
        let entrance = elsewhere(form, &field("entrance"), own, entrances);
        if let (Some(form), Some(quantity)) = (device, quantity) {
            lines.push(Line { form, brand, model, vendor, quantity, entrance });
        }
    }
    let specification = form.choice("specification");
    let docking = form.choice("docking");
    (!form.has_errors()).then_some(())?;
    Some(Devices { lines, specification: specification?, docking: docking? })
}

/// The entrance that was chosen for a line, if it is another than the request's own.
fn elsewhere(form: &mut Form, field: &str, own: EntranceId, entrances: &[EntranceId]) -> Option<EntranceId> {
    let chosen = form.value(field).to_owned();
    if chosen.is_empty() || chosen == own.to_string() {
        return None;
    }
    let found = entrances.iter().copied().find(|entrance| entrance.to_string() == chosen);
    if found.is_none() {
        form.refuse(field, Message::of("sentinels.problem.line_place"));
    }
    found
}

pub fn fill_devices(form: &mut Form, devices: &Devices) {
    for (n, line) in devices.lines.iter().enumerate() {
        form.set(&format!("lines.{n}.form"), line.form);
        form.set(&format!("lines.{n}.brand"), &line.brand);
        form.set(&format!("lines.{n}.model"), &line.model);
        form.set(&format!("lines.{n}.vendor"), &line.vendor);
        form.set(&format!("lines.{n}.quantity"), line.quantity);
        if let Some(entrance) = line.entrance {
            form.set(&format!("lines.{n}.entrance"), entrance);
        }
    }
    form.set("specification", devices.specification);
    form.set("docking", devices.docking);
}

pub fn read_contact(form: &mut Form) -> Option<Contact> {
    let name = form.required("contact_name", MAX_NAME);
    let (phone, site_phone) = (phone(form, "contact_phone"), phone(form, "site_phone"));
    let copy_to = form.optional("copy_to", 254).map(|typed| match Email::parse(&typed) {
        Ok(email) => email.to_string(),
        Err(error) => {
            form.refuse("copy_to", error.message());
            typed
        }
    });
    let remarks = form.optional("remarks", MAX_REMARKS_CHARS).unwrap_or_default();
    (!form.has_errors()).then_some(Contact { name, phone, site_phone, copy_to, remarks })
}

pub fn fill_contact(form: &mut Form, contact: &Contact) {
    form.set("contact_name", &contact.name);
    form.set("contact_phone", &contact.phone);
    form.set("site_phone", &contact.site_phone);
    form.set("copy_to", contact.copy_to.as_deref().unwrap_or_default());
    form.set("remarks", &contact.remarks);
}

fn phone(form: &mut Form, name: &str) -> String {
    let typed = form.required(name, MAX_NAME);
    match Phone::parse(&typed) {
        Ok(phone) => phone.to_string(),
        Err(error) => {
            form.refuse(name, error.message());
            typed
        }
    }
}
