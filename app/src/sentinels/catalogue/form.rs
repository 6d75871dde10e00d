//! The form of a model: what may stand in it, and filling it from what is stored.

use super::{
    entity::Model,
    model::{Finding, MAX_PER_MINUTE},
    store::Draft,
};
use crate::{
    form::Form,
    guides::facts::{Ability, DeviceForm},
    members::phone::Phone,
    sentinels::care_settings::MOST_DAYS,
};

pub const SCOPE: &str = "sentinels.models.field";

/// Characters in brand and model and in a vendor's name; the paper of an install request holds no more.
pub const MAX_BRAND: usize = 30;
pub const MAX_VENDOR: usize = 60;
const MAX_REMARKS: usize = 500;

/// What was typed, if nothing is wrong with it.
pub fn read(form: &mut Form) -> Option<Draft> {
    let brand = form.required("brand", MAX_BRAND);
    let model = form.required("model", MAX_BRAND);
    let device = form.choice::<DeviceForm>("form");
    let abilities = form.choices::<Ability>("abilities").into_iter().collect();
    let conformity = form.choice::<Finding>("conformity");
    let docking = form.choice::<Finding>("docking");
    let vendor = form.required("vendor", MAX_VENDOR);
    let vendor_phone = optional_phone(form, "phone");
    let throughput = form.optional_whole("throughput", 1, MAX_PER_MINUTE).and_then(|people| i32::try_from(people).ok());
    let checkup_days = form.optional_whole("checkup_days", 1, MOST_DAYS).and_then(|days| i32::try_from(days).ok());
    let remarks = form.optional("remarks", MAX_REMARKS);
    if form.has_errors() {
        return None;
    }
    Some(Draft {
        brand,
        model,
        form: device?,
        abilities,
        conformity: conformity?,
        docking: docking?,
        vendor,
        vendor_phone,
        throughput,
        checkup_days,
        remarks,
    })
}

/// A number in its one way of writing, or nothing.
fn optional_phone(form: &mut Form, name: &str) -> Option<String> {
    let typed = form.optional(name, MAX_VENDOR)?;
    match Phone::parse(&typed) {
        Ok(phone) => Some(phone.to_string()),
        Err(error) => {
            form.refuse(name, error.message());
            None
        }
    }
}

pub fn filled(model: &Model) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("brand", &model.brand);
    form.set("model", &model.model);
    form.set("form", model.form);
    model.abilities().iter().for_each(|ability| form.add("abilities", ability));
    form.set("conformity", model.conformity);
    form.set("docking", model.docking);
    form.set("vendor", &model.vendor);
    form.set("phone", model.vendor_phone.as_deref().unwrap_or_default());
    form.set("throughput", model.throughput.map(|people| people.to_string()).unwrap_or_default());
    form.set("checkup_days", model.checkup_days.map(|days| days.to_string()).unwrap_or_default());
    form.set("remarks", model.remarks.as_deref().unwrap_or_default());
    if model.retired_at.is_some() {
        form.set("retired", "yes");
    }
    form.set("row_version", model.row_version);
    form
}
