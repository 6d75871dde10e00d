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
    let devices = Devices { lines: vec![line], specification: Assurance::Yes, docking: Assurance::VendorWillConfirm };
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
