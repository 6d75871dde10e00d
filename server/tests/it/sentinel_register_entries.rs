//! What is entered of a device beside its make: the note of its first step, its warranty and whom to call; and steps
//! that were entered by mistake.

use app::{
    sentinels::devices::{
        model::Stage,
        store::{self, Device, Entered},
    },
    time::Instant,
};

use crate::{
    builders::a_member,
    forms::post_changed,
    sentinel_acceptance::{begun, record},
    sentinel_register::only_row,
    sentinel_register_devices::{a_device, enter, happens},
    sentinel_register_requests::devices,
    sentinels::sent,
    test_app::{Answer, Browser, TestApp},
};

/// Takes back the last step of a device, as its page offers it.
pub async fn take_back(browser: &Browser, device: &str, why: &str) -> Answer {
    let action = offered(&browser.get(device).await.is(200)).unwrap();
    browser.post(&action, &[("mistake", why)]).await
}

/// Where the page of a device takes back its last step, if it does.
fn offered(page: &Answer) -> Option<String> {
    let mut actions = page.text.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    actions.find(|action| action.ends_with("/take-back")).map(str::to_owned)
}

async fn stored(app: &TestApp, path: &str) -> Device {
    store::device(app.state.db.reader(), path.rsplit('/').next().unwrap().parse().unwrap()).await.unwrap()
}

#[tokio::test]
async fn the_last_step_is_taken_back_with_a_reason_and_stays_on_record() {
    let app = TestApp::start().await;
    let (member, stranger) = (a_member(&app).await, a_member(&app).await);
    let own = &member.admin;
    let device = a_device(own, &member, &[("stage", "planned")]).await;
    assert_eq!(offered(&own.get(&device).await.is(200)), None, "the first step stays");
    happens(&app, own, &device, "in_service", &[("note", "以为到货了")]).await.is(303);
    own.get("/sentinels/devices?stage=in_service").await.is(200).says(&device);
    let step = offered(&own.get(&device).await.is(200)).unwrap();
    let long = "长".repeat(301);
    for why in [" ", long.as_str()] {
        own.post(&step, &[("mistake", why)]).await.is(422).says("f-mistake-error");
    }
    stranger.admin.post(&step, &[("mistake", "点错了")]).await.is(404);
    let auditor = app.auditor().await;
    assert_eq!(offered(&auditor.get(&device).await.is(200)), None);
    auditor.post(&step, &[("mistake", "点错了")]).await.is(403);
    for _ in 0..2 {
        own.post(&step, &[("mistake", "点错了，还没到货")]).await.is(303);
    }
    let page = own.get(&device).await.is(200).says("这一步现在不能撤回").says("<s>使用中").says("以为到货了");
    assert_eq!(offered(&page.says("撤回：点错了，还没到货")), None);
    own.get("/sentinels/devices?stage=planned").await.is(200).says(&device);
    own.get("/sentinels/devices?stage=in_service").await.is(200).says_not(&device);
    let audit = app.admin().await.get("/audit").await.is(200);
    audit.says("撤回了设备的一步进展").says("点错了，还没到货");
    // Its life goes on from there, and steps are counted on.
    happens(&app, own, &device, "shipped", &[]).await.is(303);
    happens(&app, own, &device, "installed", &[]).await.is(303);
    take_back(own, &device, "又点错了").await.is(303);
    happens(&app, own, &device, "installed", &[]).await.is(303);
    let stored = stored(&app, &device).await;
    assert_eq!(stored.life().0, [Stage::Planned, Stage::Shipped, Stage::Installed]);
    assert_eq!(stored.taken_back.len(), 2);
}

#[tokio::test]
async fn a_removal_that_is_taken_back_holds_its_serial_again_unless_another_device_has_it() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let own = &member.admin;
    let device = a_device(own, &member, &[]).await;
    happens(&app, own, &device, "removed", &[("note", "退租")]).await.is(303);
    let other = a_device(own, &member, &[]).await;
    let refused = take_back(own, &device, "拆的是另一台").await.is(422).says("f-mistake-error");
    refused.says("已经登记给另一台设备").says("value=\"拆的是另一台\"");
    happens(&app, own, &other, "removed", &[("note", "登记错了")]).await.is(303);
    take_back(own, &device, "拆的是另一台").await.is(303);
    assert_eq!(stored(&app, &device).await.stage(), Stage::Installed);
    enter(own, &member, &[]).await.is(422).says("f-serial-error");
}

#[tokio::test]
async fn a_step_that_is_taken_back_is_no_check_up() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let own = &member.admin;
    let long_ago = app.state.clock.now().plus(-120 * Instant::DAY).day().to_string();
    let device = a_device(own, &member, &[("stage", "accepted"), ("day", &long_ago)]).await;
    own.get("/sentinels/devices?due=yes").await.is(200).says(&device);
    happens(&app, own, &device, "in_service", &[]).await.is(303);
    own.get("/sentinels/devices?due=yes").await.is(200).says_not(&device);
    take_back(own, &device, "点错了").await.is(303);
    own.get("/sentinels/devices?due=yes").await.is(200).says(&device);
}

#[tokio::test]
async fn a_step_stays_while_an_acceptance_waits_for_its_outcome() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let own = &member.admin;
    let device = a_device(own, &member, &[("stage", "shipped")]).await;
    happens(&app, own, &device, "installed", &[]).await.is(303);
    let step = offered(&own.get(&device).await.is(200)).unwrap();
    begun(own, &member, &[&device]).await;
    assert_eq!(offered(&own.get(&device).await.is(200)), None);
    own.post(&step, &[("mistake", "点错了")]).await.is(303);
    assert_eq!(stored(&app, &device).await.stage(), Stage::Installed);
}

#[tokio::test]
async fn what_came_of_a_request_an_acceptance_or_a_fault_is_not_taken_back_here() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let own = &member.admin;
    let first = a_device(own, &member, &[("serial", "SN-1")]).await;
    let second = a_device(own, &member, &[("serial", "SN-2")]).await;
    let batch = begun(own, &member, &[&first, &second]).await;
    record(own, &batch, &[]).await.is(303);
    for (device, stage) in [(&first, Stage::Accepted), (&second, Stage::Faulty)] {
        let last = stored(&app, device).await.events.pop().unwrap();
        assert_eq!((last.stage, offered(&own.get(device).await.is(200))), (stage, None));
        own.post(&format!("{device}/moves/{}/take-back", last.id), &[("mistake", "点错了")]).await.is(303);
        own.get(device).await.is(200).says("这一步现在不能撤回");
        assert_eq!(stored(&app, device).await.stage(), stage);
    }
    happens(&app, own, &second, "tested", &[]).await.is(303);
    assert_eq!(offered(&own.get(&second).await.is(200)), None, "it ends the fault");
    happens(&app, own, &second, "in_service", &[]).await.is(303);
    assert!(offered(&own.get(&second).await.is(200)).is_some());

    let asked = devices(&app, &sent(own, &member).await).await.remove(0);
    let tx = app.tx().await;
    let locked = store::lock(&tx, &[asked.row.id]).await.unwrap();
    let (stage, request) = (Stage::Installed, asked.row.request_id);
    store::enter_all(&tx, &locked, &Entered { stage, day: tx.now.day(), note: None, request }).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/sentinels/devices/{}", asked.row.id);
    assert_eq!(offered(&own.get(&path).await.is(200).says("已安装")), None);
}

#[tokio::test]
async fn the_first_step_of_a_device_has_its_note_too() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let long = "长".repeat(501);
    enter(&member.admin, &member, &[("note", &long)]).await.is(422).says("f-note-error").says(&long).says("SN-0001");
    let device = a_device(&member.admin, &member, &[("note", "去年自行购买，原先装在西门")]).await;
    member.admin.get(&device).await.is(200).says("去年自行购买，原先装在西门");
    app.admin().await.get("/audit").await.is(200).says("去年自行购买");
}

#[tokio::test]
async fn a_device_that_comes_from_a_request_names_it_once() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    let found = devices(&app, &request).await;
    let number = found[0].events[0].note.clone().unwrap();
    let page = member.admin.get(&format!("/sentinels/devices/{}", found[0].row.id)).await.is(200);
    let (_, timeline) = page.text.split_once("class=\"timeline\"").unwrap();
    assert!(number.starts_with("AZ-"), "{number}");
    assert_eq!(timeline.matches(&number).count(), 1, "as the way to it");
    assert!(timeline.contains(&format!("href=\"{request}\"")));
}

#[tokio::test]
async fn warranty_and_service_contact_are_checked_kept_shown_and_exported() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let long = "长".repeat(61);
    let wrong = [("service_contact", long.as_str()), ("phone", "12"), ("warranty_until", "明年")];
    let answer = enter(&member.admin, &member, &wrong).await.is(422).says(&long).says("value=\"12\"");
    let answer = answer.says("value=\"明年\"");
    for field in ["service_contact", "phone", "warranty_until"] {
        assert!(answer.text.contains(&format!("f-{field}-error")), "{field}");
    }
    let kept = [
        ("vendor", "上海申安智能科技有限公司"),
        ("service_contact", "李师傅"),
        ("phone", "021-60000031"),
        ("warranty_until", "2099-05-30"),
    ];
    let device = a_device(&member.admin, &member, &kept).await;
    let shown = member.admin.get(&device).await.is(200).says("李师傅").says("021-60000031").says("2099-05-30");
    shown.says_not("已过保");
    let auditor = app.auditor().await;
    auditor.get(&device).await.is(200).says_not("021-60000031");
    let row = only_row(&member.admin.get("/sentinels/devices.xlsx").await.is(200));
    assert_eq!(row[15..19], ["上海申安智能科技有限公司", "李师傅", "021-60000031", "2099-05-30"]);
    assert_eq!(only_row(&auditor.get("/sentinels/devices.xlsx").await.is(200))[17], "021-****0031");

    let edit = format!("{device}/edit");
    let page = member.admin.get(&edit).await.is(200).says("value=\"李师傅\"").says("value=\"021-60000031\"");
    let page = page.says("value=\"2099-05-30\"");
    post_changed(&member.admin, &edit, &page, &[("phone", "12")]).await.is(422).says("f-phone-error");
    // On its last day a warranty still holds.
    for (days, is_over) in [(0, false), (1, true)] {
        let day = app.state.clock.now().plus(-days * Instant::DAY).day().to_string();
        let page = member.admin.get(&edit).await.is(200);
        let changes = [("warranty_until", day.as_str()), ("service_contact", "赵师傅")];
        post_changed(&member.admin, &edit, &page, &changes).await.is(303);
        let shown = member.admin.get(&device).await.is(200).says(&day).says("赵师傅").says_not("李师傅");
        assert_eq!(shown.text.contains("已过保"), is_over, "{day}");
    }
}
