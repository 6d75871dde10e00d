//! The form of a device: what may stand in it, and filling it from what is stored.

use super::store::{Draft, Place, Row};
use crate::{
    form::Form,
    guides::facts::{Ability, DeviceForm},
    ids::PlantId,
    members::{phone::Phone, store::Entrance, store::Plant},
    sentinels::catalogue::{
        self,
        form::{MAX_BRAND, MAX_VENDOR},
        model::plain,
    },
    text::Message,
    time::show_day,
    ui::field::Group,
};

pub const SCOPE: &str = "sentinels.devices.field";

/// Characters in a serial and in a person's name.
pub const MAX_SERIAL: usize = 60;
const MAX_NAME: usize = 60;

/// The field that takes make, form, abilities and vendor from the catalogue. It has no label among the fields, for
/// what is kept is what it filled in.
pub const TAKEN: &str = "taken";

/// What a device's form is read against.
pub struct Against {
    /// Models that can be taken.
    pub models: Vec<catalogue::Model>,
    /// Where it may stand.
    pub plants: Vec<Plant>,
    pub entrances: Vec<Entrance>,
}

/// Fills the form from the model that was chosen; what was chosen outweighs what was typed.
pub fn take_from_catalogue(form: &mut Form, models: &[catalogue::Model]) {
    let chosen = form.value(TAKEN).to_owned();
    if chosen.is_empty() {
        return;
    }
    match models.iter().find(|model| model.id.to_string() == chosen) {
        Some(model) => {
            form.set("brand", &model.brand);
            form.set("model", &model.model);
            form.set("form", model.form);
            form.set("abilities", "");
            model.abilities().iter().for_each(|ability| form.add("abilities", ability));
            if form.value("vendor").trim().is_empty() {
                form.set("vendor", &model.vendor);
            }
            if form.value("phone").trim().is_empty() {
                form.set("phone", model.vendor_phone.as_deref().unwrap_or_default());
            }
            form.set(TAKEN, "");
        }
        None => form.refuse(TAKEN, Message::of("sentinels.models.gone")),
    }
}

/// What was typed, if nothing is wrong with it.
pub fn read(form: &mut Form, against: &Against) -> Option<Draft> {
    take_from_catalogue(form, &against.models);
    let place = place(form, against);
    let brand = form.required("brand", MAX_BRAND);
    let model = form.required("model", MAX_BRAND);
    let device = form.choice::<DeviceForm>("form");
    let abilities = form.choices::<Ability>("abilities").into_iter().collect();
    let serial = form.optional("serial", MAX_SERIAL);
    if serial.as_deref().is_some_and(|serial| plain(serial).is_empty()) {
        form.refuse("serial", Message::of("sentinels.devices.wrong.serial"));
    }
    let vendor = form.optional("vendor", MAX_VENDOR);
    let service_contact = form.optional("service_contact", MAX_NAME);
    let typed = form.optional("phone", MAX_NAME);
    let service_phone = typed.and_then(|typed| match Phone::parse(&typed) {
        Ok(phone) => Some(phone.to_string()),
        Err(error) => {
            form.refuse("phone", error.message());
            None
        }
    });
    let warranty_until = form.optional_day("warranty_until");
    if form.has_errors() {
        return None;
    }
    Some(Draft {
        place: place?,
        brand,
        model,
        serial,
        form: device?,
        abilities,
        vendor,
        service_contact,
        service_phone,
        warranty_until,
    })
}

/// The entrances under the names of their plants.
pub fn places(plants: &[Plant], entrances: &[Entrance]) -> Vec<Group> {
    let of = |plant: PlantId| {
        let own = entrances.iter().filter(move |entrance| entrance.plant_id == plant);
        own.map(|entrance| (entrance.id.to_string(), entrance.name.clone())).collect::<Vec<_>>()
    };
    plants.iter().map(|plant| (plant.name.clone(), of(plant.id))).filter(|(_, own)| !own.is_empty()).collect()
}

/// The entrance that was chosen, if it is one of those that may be.
fn place(form: &mut Form, against: &Against) -> Option<Place> {
    let chosen = form.value("entrance").to_owned();
    let entrance = against.entrances.iter().find(|entrance| entrance.id.to_string() == chosen);
    let plant = entrance.and_then(|found| against.plants.iter().find(|plant| plant.id == found.plant_id));
    if plant.is_none() {
        form.refuse("entrance", Message::of("form.choose").with("label", "@sentinels.devices.field.entrance"));
    }
    let (entrance, plant) = (entrance?, plant?);
    Some(Place { member: plant.member_id, plant: plant.id, entrance: entrance.id })
}

pub fn filled(row: &Row) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("entrance", row.entrance_id);
    form.set("brand", &row.brand);
    form.set("model", &row.model);
    form.set("form", row.form);
    row.abilities().iter().for_each(|ability| form.add("abilities", ability));
    form.set("serial", row.serial.as_deref().unwrap_or_default());
    form.set("vendor", row.vendor.as_deref().unwrap_or_default());
    form.set("service_contact", row.service_contact.as_deref().unwrap_or_default());
    form.set("phone", row.service_phone.as_deref().unwrap_or_default());
    form.set("warranty_until", row.warranty_until.map(show_day).unwrap_or_default());
    form.set("row_version", row.row_version);
    form
}
