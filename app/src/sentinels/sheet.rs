//! Everything that an install request says, gathered from the register and the answers. The preview,
//! the mail and the paper are all made of one sheet; its hash travels in the form that sends it, so
//! that nothing is sent that the requester did not see.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    answers::{Contact, Devices},
    model::Assurance,
    recommendation::{Gates, Scene, recommend},
};
use crate::{
    documents::{self, DeviceLine, InstallRequestForm, MAX_DEVICE_LINES, MAX_SCENE_LINES},
    guides::facts::{DeviceForm, Installing},
    hex::hex,
    ids::{EntranceId, PlantId},
    text::Locale,
    time::{Day, show_day},
};

/// The sheet of a request; kept with the request once it is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub number: String,
    /// `2022-05-30`
    pub date: String,
    pub association: String,
    pub unit: String,
    pub credit_code: String,
    pub plant: String,
    pub entrance: String,
    pub address: String,
    pub scene: Scene,
    pub recommended: DeviceForm,
    pub also: Option<DeviceForm>,
    pub devices: Devices,
    /// Where each line's devices are to stand, in the order of the lines; empty where all stand at the one entrance above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spots: Vec<Spot>,
    pub contact: Contact,
    /// The sender and the operator's mailbox.
    pub from: String,
    pub to: String,
}

/// Where the devices of one line are to stand, as the register has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    pub plant_id: PlantId,
    pub entrance_id: EntranceId,
    pub plant: String,
    pub entrance: String,
    pub address: String,
}

impl Spot {
    /// `临港粉磨站 · 北门`.
    pub fn name(&self) -> String {
        format!("{} · {}", self.plant, self.entrance)
    }
}

/// What the register says about where the devices are to stand.
pub struct Place {
    pub unit: String,
    pub credit_code: String,
    pub plant: String,
    pub entrance: String,
    pub address: String,
    /// One for each line, where they do not all stand there.
    pub spots: Vec<Spot>,
}

/// Sender, recipient and the association's name.
pub struct Ends {
    pub association: String,
    pub from: String,
    pub to: String,
}

impl Sheet {
    pub fn new(
        number: String,
        day: Day,
        ends: Ends,
        place: Place,
        (scene, devices, contact): (Scene, Devices, Contact),
        rules: &Installing,
    ) -> Self {
        let suits = recommend(&scene, rules);
        Self {
            number,
            date: show_day(day),
            association: ends.association,
            unit: place.unit,
            credit_code: place.credit_code,
            plant: place.plant,
            entrance: place.entrance,
            address: place.address,
            scene,
            recommended: suits.form,
            also: suits.also,
            devices,
            spots: place.spots,
            contact,
            from: ends.from,
            to: ends.to,
        }
    }

    /// Equal for equal sheets only.
    pub fn hash(&self) -> String {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        hex(&Sha256::digest(bytes))
    }

    /// The copy's address; nothing when it is the operator's own.
    pub fn copy_to(&self) -> Option<&str> {
        self.contact.copy_to.as_deref().filter(|copy| !copy.eq_ignore_ascii_case(&self.to))
    }

    /// The name of the attached paper.
    pub fn paper_name(&self) -> String {
        format!("数字哨兵安装申领表 {}.pdf", self.number)
    }

    /// The plants, the entrances and the addresses of the devices, each once.
    pub fn places(&self) -> [Vec<String>; 3] {
        if self.spots.is_empty() {
            return [&self.plant, &self.entrance, &self.address].map(|own| vec![own.clone()]);
        }
        let distinct = |of: &dyn Fn(&Spot) -> String| {
            let mut found: Vec<String> = Vec::new();
            for words in self.spots.iter().map(of) {
                if !found.contains(&words) {
                    found.push(words);
                }
            }
            found
        };
        let plants = distinct(&|spot| spot.plant.clone());
        let several = plants.len() > 1;
        let entrances = distinct(&|spot| if several { spot.name() } else { spot.entrance.clone() });
        let address = |spot: &Spot| {
            if several { format!("{}：{}", spot.plant, spot.address) } else { spot.address.clone() }
        };
        [plants, entrances, distinct(&address)]
    }

    /// The scene in sentences: what is true of the entrance, how many come, then what was recommended and chosen.
    pub fn scene_lines(&self, l: Locale) -> Vec<String> {
        let scene = &self.scene;
        let said = [
            (scene.crowd, "sentinels.scene.crowd"),
            (scene.vehicles, "sentinels.scene.vehicles"),
            (scene.gates == Gates::Existing, "sentinels.scene.gates_existing"),
            (scene.gates == Gates::Planned, "sentinels.scene.gates_planned"),
            (scene.person_must_match_id, "sentinels.scene.person_must_match_id"),
            (scene.distance, "sentinels.scene.distance"),
        ];
        let mut lines: Vec<String> = said.iter().filter(|(holds, _)| *holds).map(|(_, key)| l.t(key)).collect();
        if lines.is_empty() {
            lines.push(l.t("sentinels.scene.plain"));
        }
        if !self.spots.is_empty() {
            lines.insert(0, l.tn("sentinels.scene.of", &[("entrance", &self.entrance)]));
        }
        let busy = [
            (scene.people_per_hour, "sentinels.scene.people_per_hour"),
            (scene.vehicles_per_hour, "sentinels.scene.vehicles_per_hour"),
        ];
        let busy: Vec<String> =
            busy.into_iter().filter_map(|(n, key)| Some(l.tn(key, &[("n", &n?.to_string())]))).collect();
        if !busy.is_empty() {
            let many = busy.join(&l.t("list.comma"));
            lines.push(l.tn("sentinels.scene.busiest_hour", &[("many", &many)]));
        }
        let recommended = form_names(l, &[Some(self.recommended), self.also].into_iter().flatten().collect::<Vec<_>>());
        let chosen = form_names(l, &self.devices.forms());
        lines.push(l.tn("sentinels.scene.forms", &[("recommended", &recommended), ("chosen", &chosen)]));
        lines.truncate(MAX_SCENE_LINES);
        lines
    }

    /// The paper's texts, in Chinese as the operator reads it.
    pub fn paper(&self) -> InstallRequestForm {
        let l = Locale::Zh;
        let [plants, entrances, addresses] = self.places();
        let several_plants = plants.len() > 1;
        let spot = |n: usize| self.spots.get(n);
        InstallRequestForm {
            number: self.number.clone(),
            date: chinese_date(&self.date),
            association: self.association.clone(),
            unit_name: self.unit.clone(),
            credit_code: self.credit_code.clone(),
            plant: and_others(l, &plants, "sentinels.paper.plants"),
            entrance: and_others(l, &entrances, "sentinels.paper.entrances"),
            address: and_others(l, &addresses, "sentinels.paper.addresses"),
            listed: !self.spots.is_empty() || self.devices.lines.len() > MAX_DEVICE_LINES,
            scene: self.scene_lines(l),
            devices: self
                .devices
                .lines
                .iter()
                .enumerate()
                .map(|(n, line)| DeviceLine {
                    place: spot(n).map(Spot::name).unwrap_or_default(),
                    address: spot(n).filter(|_| several_plants).map(|spot| spot.address.clone()).unwrap_or_default(),
                    form: form_names(l, &[line.form]),
                    brand: line.brand.clone(),
                    model: line.model.clone(),
                    vendor: line.vendor.clone(),
                    quantity: line.quantity,
                })
                .collect(),
            conformity: assurance(self.devices.specification),
            docking: assurance(self.devices.docking),
            contact_name: self.contact.name.clone(),
            contact_phone: self.contact.phone.clone(),
            site_phone: self.contact.site_phone.clone(),
            remarks: self.contact.remarks.clone(),
        }
    }
}

/// The first, and how many there are where there are several: the list says them all.
fn and_others(l: Locale, all: &[String], key: &str) -> String {
    match all {
        [only] => only.clone(),
        [first, ..] => l.tn(key, &[("first", first), ("n", &all.len().to_string())]),
        [] => String::new(),
    }
}

/// `手持式、通道式`.
pub fn form_names(l: Locale, forms: &[DeviceForm]) -> String {
    let names: Vec<String> = forms.iter().map(|form| l.t(&format!("guides.form.{form}"))).collect();
    names.join(match l {
        Locale::Zh => "、",
        Locale::En => ", ",
    })
}

/// `2022年5月20日` of `2022-05-20`.
fn chinese_date(day: &str) -> String {
    let mut parts = day.split('-').map(|part| part.trim_start_matches('0'));
    let mut part = || parts.next().unwrap_or_default();
    format!("{}年{}月{}日", part(), part(), part())
}

fn assurance(said: Assurance) -> documents::Assurance {
    match said {
        Assurance::Yes => documents::Assurance::Yes,
        Assurance::VendorWillConfirm => documents::Assurance::VendorWillConfirm,
    }
}

#[cfg(test)]
pub(super) mod tests;
