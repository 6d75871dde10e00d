//! What makes a device a sentinel beside its evidence: what the catalogue says of its model, which devices a vendor's
//! word is about, and that none goes into service by itself after it failed.

use app::{
    ids::{SentinelId, TextEnum},
    sentinels::devices::{
        model::{Proof, Stage},
        store::{self, Device},
    },
};

use crate::{
    builders::a_member,
    forms::post_changed,
    sentinel_acceptance::{self, record},
    sentinel_register::a_model,
    sentinel_register_devices::{a_device, happens, proven},
    sentinel_register_requests::{devices, entered},
    sentinels::sent,
    test_app::{Browser, TestApp},
};

/// The make that requests ask for here, in the catalogue.
const HAND: [(&str, &str); 3] = [("model", "SA-H20"), ("form", "handheld"), ("abilities", "voice")];

fn path(id: SentinelId) -> String {
    format!("/sentinels/devices/{id}")
}

/// Staff change a model.
async fn change(staff: &Browser, model: &str, changes: &[(&str, &str)]) {
    let edit = format!("{model}/edit");
    let page = staff.get(&edit).await.is(200);
    post_changed(staff, &edit, &page, changes).await.is(303);
}

#[tokio::test]
async fn a_device_whose_model_is_known_to_fail_is_no_sentinel_whatever_is_on_record_of_it() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let model = a_model(&staff, &HAND).await;
    let device = a_device(&member.admin, &member, &[("stage", "in_service")]).await;
    proven(&app, &member.admin, &device, &[]).await.is(303);
    let own = &member.admin;
    let counts = async |does: bool| {
        let listed = |counts: bool| format!("/sentinels/devices?counts={}", if counts { "yes" } else { "no" });
        own.get(&listed(does)).await.is(200).says(&device);
        own.get(&listed(!does)).await.is(200).says_not(&device);
        // The overview of all members is kept, and made anew once a model changes.
        for browser in [own, &staff] {
            for (show, count) in [("sentinel", u8::from(does)), ("pending", u8::from(!does))] {
                browser.get(&format!("/coverage?show={show}")).await.is(200).says(&format!(">共 {count} 条<"));
            }
        }
    };
    counts(true).await;
    for (field, words) in [("conformity", "符合技术规范"), ("docking", "接口已对接")] {
        change(&staff, &model, &[(field, "no")]).await;
        counts(false).await;
        let page = own.get(&device).await.is(200).says(&format!("“{words}”登记为“否”")).says("请联系秘书处");
        page.says_not("算作数字哨兵");
        own.get("/sentinels/devices").await.is(200).says(&format!("型号目录登记为“否”：{words}"));
        own.get("/todo").await.is(200).says("1 台装好的设备");
        change(&staff, &model, &[(field, "unknown")]).await;
        counts(true).await;
        own.get(&device).await.is(200).says("算作数字哨兵");
        own.get("/todo").await.is(200).says_not("1 台装好的设备");
    }
    // Another make of the brand has nothing to do with it.
    a_model(&staff, &[("model", "SA-H21"), ("conformity", "no")]).await;
    counts(true).await;
}

#[tokio::test]
async fn a_request_leads_no_device_into_service_whose_model_is_known_to_fail() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    a_model(&staff, &[&HAND[..], &[("docking", "no")]].concat()).await;
    let request = sent(&member.admin, &member).await;
    for act in ["installed", "specification_confirmed", "docking_confirmed"] {
        entered(&staff, &request, act, &[("remark", "服务商函第 7 号")]).await;
    }
    for device in devices(&app, &request).await {
        assert_eq!((device.stage(), device.missing()), (Stage::Installed, vec![]));
        assert_eq!(device.refuted, [Proof::Docking]);
        assert!(!device.counts());
    }
    member.admin.get(&request).await.is(200).says("没有对接，不能算数字哨兵").says_not("设备已投入使用：");
}

#[tokio::test]
async fn a_vendors_word_proves_the_devices_that_are_there_and_of_the_make_that_was_asked_for() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    let [first, second] = &devices(&app, &request).await[..] else { panic!("two devices") };
    let edit = format!("{}/edit", path(first.row.id));
    let page = member.admin.get(&edit).await.is(200);
    post_changed(&member.admin, &edit, &page, &[("model", "SA-H99")]).await.is(303);
    entered(&member.admin, &request, "docking_confirmed", &[("remark", "第 7 号函")]).await;
    member.admin.get(&request).await.is(200).says("其中 1 台的型号与申领时不同");
    let missing = async || devices(&app, &request).await.iter().map(Device::missing).collect::<Vec<_>>();
    assert_eq!(missing().await, [Proof::ALL.to_vec(), vec![Proof::Conformity]], "another make was not spoken of");
    happens(&app, &member.admin, &path(second.row.id), "removed", &[("note", "不要了")]).await.is(303);
    entered(&member.admin, &request, "specification_confirmed", &[("remark", "第 8 号函")]).await;
    assert_eq!(missing().await, [Proof::ALL.to_vec(), vec![Proof::Conformity]], "nor one that is gone");
}

#[tokio::test]
async fn a_make_whose_name_the_catalogue_mends_is_still_the_one_that_was_asked_for() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let model = a_model(&staff, &HAND).await;
    let request = sent(&member.admin, &member).await;
    change(&staff, &model, &[("model", "SA-H200")]).await;
    entered(&member.admin, &request, "docking_confirmed", &[("remark", "第 7 号函")]).await;
    for device in devices(&app, &request).await {
        assert_eq!((device.row.model.as_str(), device.missing()), ("SA-H200", vec![Proof::Conformity]));
    }
}

#[tokio::test]
async fn a_device_that_failed_its_acceptance_is_led_into_service_by_people_alone() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    entered(&member.admin, &request, "installed", &[]).await;
    let mut found = devices(&app, &request).await;
    found.sort_by_key(|device| device.row.id);
    let [passed, failed] = &found[..] else { panic!("two devices") };
    let [passed, failed] = [passed, failed].map(|device| path(device.row.id));
    let batch = sentinel_acceptance::begun(&member.admin, &member, &[&passed, &failed]).await;
    record(&member.admin, &batch, &[("failing", "stays")]).await.is(303);
    for act in ["docking_confirmed", "specification_confirmed"] {
        entered(&member.admin, &request, act, &[("remark", "第 7 号函")]).await;
    }
    let stage = async |path: &str| {
        let id = path.rsplit('/').next().unwrap().parse().unwrap();
        let device = store::device(app.state.db.reader(), id).await.unwrap();
        assert!(device.counts(), "{path}");
        device.stage()
    };
    assert_eq!((stage(&passed).await, stage(&failed).await), (Stage::InService, Stage::Installed));
    happens(&app, &member.admin, &failed, "in_service", &[]).await.is(303);
    assert_eq!(stage(&failed).await, Stage::InService);
}

#[tokio::test]
async fn a_device_that_failed_and_passed_later_follows_its_request_again() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    entered(&member.admin, &request, "installed", &[]).await;
    let mut paths: Vec<String> = devices(&app, &request).await.iter().map(|device| path(device.row.id)).collect();
    paths.sort_unstable();
    let both: Vec<&str> = paths.iter().map(String::as_str).collect();
    let tried = async |changes: &[(&str, &str)]| {
        let batch = sentinel_acceptance::begun(&member.admin, &member, &both).await;
        record(&member.admin, &batch, changes).await.is(303);
    };
    tried(&[("failing", "stays"), ("reached", "tested")]).await;
    tried(&[("lines.1.refuse", ""), ("lines.1.note", ""), ("reached", "accepted")]).await;
    for act in ["docking_confirmed", "specification_confirmed"] {
        entered(&member.admin, &request, act, &[("remark", "第 7 号函")]).await;
    }
    for device in devices(&app, &request).await {
        assert_eq!(device.stage(), Stage::InService);
    }
}
