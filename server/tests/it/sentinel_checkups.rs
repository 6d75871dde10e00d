//! Check-ups of devices: when they are due, what they find, and whom that is told.

use app::{
    accounts::RoleKind,
    sentinels::devices::{model::Stage, store},
    time::Instant,
};

use crate::{
    builders::{TestMember, a_member},
    forms::post_changed,
    sentinel_register::{a_model, only_row},
    sentinel_register_devices::{a_device, happens},
    test_app::{Answer, Browser, TestApp},
    todo::{counted, listed},
};

const DUE: &str = "/sentinels/devices?due=yes";

async fn check(app: &TestApp, browser: &Browser, device: &str, found: &str, more: &[(&str, &str)]) -> Answer {
    let day = app.state.clock.now().day().to_string();
    let kept = [("found", found), ("checked_on", day.as_str())];
    let kept = kept.into_iter().filter(|(name, _)| more.iter().all(|(changed, _)| changed != name));
    browser.post(&format!("{device}/checkups"), &kept.chain(more.iter().copied()).collect::<Vec<_>>()).await
}

async fn admin_of(app: &TestApp, member: &TestMember) -> Browser {
    app.browser_of(RoleKind::MemberAdmin, Some(member.id), &[]).await
}

async fn life(app: &TestApp, device: &str) -> Vec<Stage> {
    store::device(app.state.db.reader(), device.rsplit('/').next().unwrap().parse().unwrap()).await.unwrap().life().0
}

#[tokio::test]
async fn a_device_is_due_so_many_days_after_it_was_checked_or_put_into_service() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let device = a_device(&member.admin, &member, &[("stage", "in_service")]).await;
    let not_yet = a_device(&member.admin, &member, &[("serial", "SN-2")]).await;
    app.state.clock.advance(89 * Instant::DAY);
    let browser = admin_of(&app, &member).await;
    browser.get(DUE).await.is(200).says_not(&device);
    browser.get(&device).await.is(200).says("下次巡检");
    // Of those that are not due yet the list says when they will be.
    let next = app.state.clock.now().plus(Instant::DAY).day().to_string();
    browser.get("/sentinels/devices").await.is(200).says("下次巡检").says(&next);
    app.state.clock.advance(Instant::DAY);
    let browser = admin_of(&app, &member).await;
    let today = app.state.clock.now().day().to_string();
    browser.get(DUE).await.is(200).says(&device).says(&format!("该巡检了（{today}）")).says_not(&not_yet);
    let row = only_row(&browser.get("/sentinels/devices.xlsx?due=yes").await.is(200));
    assert_eq!(row[14], today);
    browser.get(&device).await.is(200).says("该巡检了");
    let todo = browser.get("/todo").await.says("1 台设备该巡检了").says(DUE);
    listed(&todo, "/sentinels");
    // The secretariat finds how many on the list, and nothing more waits for it.
    let staff = app.staff().await;
    staff.get("/sentinels/devices").await.is(200).says("1 台设备该巡检了");
    assert_eq!(counted(&staff.get("/todo").await, "/sentinels"), 0);

    check(&app, &browser, &device, "passed", &[("finding", "扫码、播报正常")]).await.is(303);
    browser.get(DUE).await.is(200).says_not(&device);
    browser.get(&device).await.is(200).says("扫码、播报正常").says("下次巡检");
    browser.get("/todo").await.says_not("该巡检了");
    assert_eq!(life(&app, &device).await, [Stage::InService]);
    app.admin().await.get("/audit").await.says("登记了设备巡检");
}

#[tokio::test]
async fn the_setting_and_the_model_say_how_often() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    a_model(&staff, &[("model", "SA-H21"), ("checkup_days", "10")]).await;
    let often = a_device(&member.admin, &member, &[("model", "SA-H21"), ("stage", "in_service")]).await;
    let other = a_device(&member.admin, &member, &[("stage", "in_service")]).await;
    app.state.clock.advance(10 * Instant::DAY);
    let browser = admin_of(&app, &member).await;
    browser.get(DUE).await.is(200).says(&often).says_not(&other);
    let due = only_row(&browser.get("/sentinels/devices.xlsx?q=SA-H21").await.is(200)).remove(14);
    assert_eq!(due, app.state.clock.now().day().to_string(), "its model says how often");
    let due = only_row(&browser.get("/sentinels/devices.xlsx?q=SA-H20").await.is(200)).remove(14);
    assert_eq!(due, app.state.clock.now().plus(80 * Instant::DAY).day().to_string());
    let admin = app.admin().await;
    let page = admin.get("/sentinels/care").await.is(200).says("value=\"90\"").says("value=\"48\"");
    let save = [("checkup_days", "0"), ("vendor_hours", "x")];
    post_changed(&admin, "/sentinels/care", &page, &save).await.is(422).says("f-checkup_days-error");
    post_changed(&admin, "/sentinels/care", &page, &[("checkup_days", "5")]).await.is(303);
    post_changed(&admin, "/sentinels/care", &page, &[("checkup_days", "7")]).await.is(409).says("value=\"7\"");
    browser.get(DUE).await.is(200).says(&often).says(&other);
    app.staff().await.post("/sentinels/care", &[("checkup_days", "9")]).await.is(403);
    app.auditor().await.get("/sentinels/care").await.is(200);
}

#[tokio::test]
async fn what_a_check_up_finds_broken_becomes_a_fault_for_all_that_were_checked() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let device = a_device(&member.admin, &member, &[("stage", "in_service")]).await;
    let beside = a_device(&member.admin, &member, &[("serial", "SN-2"), ("stage", "accepted")]).await;
    let id = beside.rsplit('/').next().unwrap();
    check(&app, &member.admin, &device, "failed", &[]).await.is(422).says("f-finding-error");
    let tomorrow = app.state.clock.now().plus(2 * Instant::DAY).day().to_string();
    check(&app, &member.admin, &device, "passed", &[("checked_on", &tomorrow)])
        .await
        .is(422)
        .says("f-checked_on-error");
    let failed = [("finding", "屏幕不亮"), ("checked_also", id), ("once", "0193a3b0-0000-7000-8000-000000000001")];
    for _ in 0..2 {
        check(&app, &member.admin, &device, "failed", &failed).await.is(303);
    }
    assert_eq!(life(&app, &device).await, [Stage::InService, Stage::Faulty]);
    assert_eq!(life(&app, &beside).await, [Stage::Accepted, Stage::Faulty]);
    member.admin.get("/sentinels/faults").await.is(200).says("屏幕不亮").says(&device).says(&beside);
    check(&app, &member.admin, &device, "passed", &[]).await.is(422).says("f-found-error");
}

#[tokio::test]
async fn a_check_up_is_for_those_who_act_for_the_device() {
    let app = TestApp::start().await;
    let (member, stranger) = (a_member(&app).await, a_member(&app).await);
    let device = a_device(&member.admin, &member, &[("stage", "in_service")]).await;
    let theirs = a_device(&stranger.admin, &stranger, &[("serial", "SN-9"), ("stage", "in_service")]).await;
    check(&app, &stranger.admin, &device, "passed", &[]).await.is(404);
    check(&app, &app.auditor().await, &device, "passed", &[]).await.is(403);
    let id = theirs.rsplit('/').next().unwrap();
    check(&app, &member.admin, &device, "passed", &[("checked_also", id)]).await.is(404);
    happens(&app, &member.admin, &device, "removed", &[("note", "退租")]).await.is(303);
    check(&app, &member.admin, &device, "passed", &[]).await.is(422);
}
