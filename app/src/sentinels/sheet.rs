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
pub(super) mod tests {
    use super::*;
    use crate::sentinels::answers::Line;

    pub fn a_sheet() -> Sheet {
        let line = Line {
            form: DeviceForm::Handheld,
            brand: "申安".to_owned(),
            model: "SA-H20".to_owned(),
            vendor: "上海申安智能科技有限公司".to_owned(),
            quantity: 2,
            entrance: None,
        };
        let devices =
            Devices { lines: vec![line], specification: Assurance::Yes, docking: Assurance::VendorWillConfirm };
        let contact = Contact {
            name: "陈晓龢".to_owned(),
            phone: "13800000000".to_owned(),
            site_phone: "021-68000000".to_owned(),
            copy_to: Some("chen@plant.example.cn".to_owned()),
            remarks: "北门 <货运> & 人员".to_owned(),
        };
        let ends = Ends {
            association: "上海市水泥行业协会".to_owned(),
            from: "hunitong@example.cn".to_owned(),
            to: "shaobing@shdata.com".to_owned(),
        };
        let place = Place {
            unit: "上海浦江水泥有限公司".to_owned(),
            credit_code: "91310000631696382C".to_owned(),
            plant: "临港粉磨站".to_owned(),
            entrance: "北门".to_owned(),
            address: "上海市浦东新区南汇新城镇同汇路168号".to_owned(),
            spots: Vec::new(),
        };
        let day = ::time::macros::date!(2022 - 05 - 20);
        let scene = Scene { crowd: true, ..Scene::default() };
        Sheet::new("AZ-2022-0001".to_owned(), day, ends, place, (scene, devices, contact), &Installing::default())
    }

    /// The same request for devices at three entrances of two plants.
    pub fn a_spread_sheet() -> Sheet {
        let mut sheet = a_sheet();
        let spot = |plant: &str, entrance: &str| Spot {
            plant_id: PlantId::new(),
            entrance_id: EntranceId::new(),
            plant: plant.to_owned(),
            entrance: entrance.to_owned(),
            address: format!("上海市{plant}路1号"),
        };
        sheet.spots = vec![spot("临港", "北门"), spot("临港", "南门"), spot("练塘", "东门")];
        let line = sheet.devices.lines[0].clone();
        sheet.devices.lines = vec![line.clone(), Line { quantity: 1, ..line.clone() }, line];
        sheet
    }

    #[test]
    fn every_place_is_named_once() {
        assert_eq!(a_sheet().places().map(|all| all.len()), [1, 1, 1]);
        let [plants, entrances, addresses] = a_spread_sheet().places();
        assert_eq!(plants, ["临港", "练塘"]);
        assert_eq!(entrances, ["临港 · 北门", "临港 · 南门", "练塘 · 东门"]);
        assert_eq!(addresses, ["临港：上海市临港路1号", "练塘：上海市练塘路1号"]);
        let paper = a_spread_sheet().paper();
        assert!(paper.listed && paper.plant.contains("临港") && paper.plant.contains('2'), "{}", paper.plant);
        assert_eq!(paper.devices[2].place, "练塘 · 东门");
    }

    #[test]
    fn the_hash_changes_with_whatever_is_shown() {
        let sheet = a_sheet();
        assert_eq!(sheet.hash(), a_sheet().hash());
        for change in [
            |s: &mut Sheet| s.unit.push('X'),
            |s: &mut Sheet| s.date = "2022-05-21".to_owned(),
            |s: &mut Sheet| s.devices.lines[0].quantity = 3,
            |s: &mut Sheet| s.contact.copy_to = None,
            |s: &mut Sheet| s.to.push('x'),
            |s: &mut Sheet| s.spots = a_spread_sheet().spots,
        ] {
            let mut other = a_sheet();
            change(&mut other);
            assert_ne!(sheet.hash(), other.hash());
        }
    }

    #[test]
    fn the_scene_says_what_was_recommended_and_what_was_chosen() {
        let lines = a_sheet().scene_lines(Locale::Zh);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].contains("落地式") && lines[1].contains("手持式"), "{lines:?}");
    }

    #[test]
    fn how_many_come_is_said_when_it_is_known_and_everything_fits() {
        let mut sheet = a_sheet();
        sheet.scene = Scene {
            vehicles: true,
            gates: Gates::Planned,
            person_must_match_id: true,
            distance: true,
            people_per_hour: Some(600),
            vehicles_per_hour: Some(0),
            ..sheet.scene
        };
        let lines = sheet.scene_lines(Locale::Zh);
        assert_eq!(lines.len(), 7);
        assert!(lines[5].contains("600 人") && lines[5].contains("0 辆"), "{lines:?}");
    }

    #[test]
    fn the_date_is_printed_in_chinese() {
        assert_eq!(a_sheet().paper().date, "2022年5月20日");
    }

    #[test]
    fn no_copy_goes_to_the_operator_twice() {
        let mut sheet = a_sheet();
        assert_eq!(sheet.copy_to(), Some("chen@plant.example.cn"));
        sheet.contact.copy_to = Some("Shaobing@shdata.com".to_owned());
        assert_eq!(sheet.copy_to(), None);
    }
}
