//! Acceptance in batches: devices of a member tested together, by a protocol that is printed, recorded and signed.

use app::{
    accounts::RoleKind,
    ids::TextEnum,
    sentinels::devices::{model::Stage, store},
    time::Instant,
};

use crate::{
    builders::{TestMember, a_member},
    forms::post_changed,
    sentinel_register_devices::{a_device, happens},
    test_app::{Answer, Browser, TestApp},
};

const NEW: &str = "/sentinels/acceptances/new";

/// Begins an acceptance of these devices and gives its path.
pub async fn begun(browser: &Browser, member: &TestMember, devices: &[&str]) -> String {
    choose(browser, member, devices).await.is(303).location().to_owned()
}

async fn choose(browser: &Browser, member: &TestMember, devices: &[&str]) -> Answer {
    let plant = member.plant.to_string();
    let ids = devices.iter().map(|path| ("devices", path.rsplit('/').next().unwrap()));
    let fields: Vec<(&str, &str)> = [("plant", plant.as_str())].into_iter().chain(ids).collect();
    browser.post(NEW, &fields).await
}

async fn stage(app: &TestApp, path: &str) -> Stage {
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    store::device(app.state.db.reader(), id).await.unwrap().stage()
}

/// Two handheld devices that are installed: neither reads cards nor speaks.
async fn two(member: &TestMember) -> [String; 2] {
    let first = a_device(&member.admin, member, &[("serial", "SN-1")]).await;
    [first, a_device(&member.admin, member, &[("serial", "SN-2")]).await]
}

/// Records that the first passed and the second was not refused as it should.
async fn record(browser: &Browser, path: &str, changes: &[(&str, &str)]) -> Answer {
    let page = browser.get(path).await.is(200);
    let found =
        [("rest_passed", "yes"), ("lines.1.refuse", "failed"), ("lines.1.note", "红码也放行"), ("tester", "李工")];
    let kept = found.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let fields: Vec<(&str, &str)> = kept.chain(changes).copied().collect();
    post_changed(browser, &format!("{path}/record"), &page, &fields).await
}

#[tokio::test]
async fn devices_are_tested_together_and_led_where_what_was_found_leads_them() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let [first, second] = two(&member).await;
    member.admin.get(&format!("{NEW}?plant={}", member.plant)).await.is(200).says("SN-1").says("SN-2").says("东门");
    let path = begun(&member.admin, &member, &[&first, &second]).await;
    let page = member.admin.get(&path).await.is(200).says("YS-").says("待录入结果").says("lines.1.speak");
    assert_eq!(page.text.matches("value=\"not_applicable\" selected").count(), 4, "neither reads cards nor speaks");
    let blank = member.admin.get(&format!("{path}/protocol")).await.is(200);
    assert!(blank.bytes.starts_with(b"%PDF"));

    record(&member.admin, &path, &[]).await.is(303);
    assert_eq!((stage(&app, &first).await, stage(&app, &second).await), (Stage::Accepted, Stage::Faulty));
    member.admin.get(&path).await.is(200).says("1 台不合格").says("红码也放行").says("李工").says("未传签字件");
    member.admin.get(&second).await.is(200).says("YS-").says("红码也放行").says("有故障");
    let filled = member.admin.get(&format!("{path}/protocol")).await.is(200);
    assert_ne!(filled.bytes, blank.bytes);
    // What is on record stays.
    record_again(&member.admin, &path).await.is(422).says("已经登记过了");
    member.admin.post(&format!("{path}/discard"), &[]).await.is(409);
    let list = member.admin.get("/sentinels/acceptances").await.is(200).says(&path).says("1 台不合格");
    list.says("acceptances.xlsx");
    let sheet = member.admin.get("/sentinels/acceptances.xlsx").await.is(200);
    assert!(sheet.bytes.starts_with(b"PK"));
    app.admin().await.get("/audit").await.says("登记了验收结果").says("登记了设备的进展");
}

async fn record_again(browser: &Browser, path: &str) -> Answer {
    let fields = [("rest_passed", "yes"), ("tester", "李工"), ("reached", "tested"), ("failing", "stays")];
    browser.post(&format!("{path}/record"), &[&fields[..], &[("day", "2022-05-30")]].concat()).await
}

#[tokio::test]
async fn a_device_that_failed_may_stay_with_its_reason_and_be_tested_anew() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let [first, second] = two(&member).await;
    let path = begun(&member.admin, &member, &[&first, &second]).await;
    record(&member.admin, &path, &[("failing", "stays"), ("reached", "tested")]).await.is(303);
    assert_eq!((stage(&app, &first).await, stage(&app, &second).await), (Stage::Tested, Stage::Installed));
    let again = begun(&member.admin, &member, &[&first, &second]).await;
    let passed = [("lines.1.refuse", ""), ("lines.1.note", ""), ("reached", "accepted")];
    record(&member.admin, &again, &passed).await.is(303);
    assert_eq!((stage(&app, &first).await, stage(&app, &second).await), (Stage::Accepted, Stage::Accepted));
    choose(&member.admin, &member, &[&first]).await.is(422).says("刚刚变了");
}

#[tokio::test]
async fn what_is_missing_is_said_at_its_field_and_nothing_is_recorded() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let [first, second] = two(&member).await;
    let path = begun(&member.admin, &member, &[&first, &second]).await;
    let tomorrow = app.state.clock.now().plus(2 * Instant::DAY).day().to_string();
    let wrong = [
        ("rest_passed", ""),
        ("tester", ""),
        ("lines.1.note", ""),
        ("lines.0.scan", ""),
        ("lines.1.scan", "passed"),
        ("day", tomorrow.as_str()),
    ];
    let answer = record(&member.admin, &path, &wrong).await.is(422);
    for field in ["tester", "lines-0-scan", "lines-1-note", "day"] {
        assert!(answer.text.contains(&format!("f-{field}-error")), "{field}");
    }
    let nothing: Vec<(&str, &str)> =
        ["lines.0.scan", "lines.0.card", "lines.0.refuse", "lines.0.speak"].map(|name| (name, "not_applicable")).into();
    record(&member.admin, &path, &nothing).await.is(422).says("至少要测一项");
    record(&member.admin, &path, &[("day", "2022-05-30")]).await.is(422).says("早于其中一台设备的上一步");
    assert_eq!(stage(&app, &first).await, Stage::Installed);
    choose(&member.admin, &member, &[]).await.is(422).says("f-devices-error");
    // A device that is gone meanwhile is left out.
    happens(&app, &member.admin, &second, "removed", &[("note", "退租")]).await.is(303);
    record(&member.admin, &path, &[("lines.1.refuse", ""), ("lines.1.note", "")]).await.is(303);
    assert_eq!((stage(&app, &first).await, stage(&app, &second).await), (Stage::Accepted, Stage::Removed));
    member.admin.get(&path).await.is(200).says("全部合格");
}

#[tokio::test]
async fn a_double_click_records_once_and_a_batch_begun_by_mistake_is_discarded() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let [first, second] = two(&member).await;
    let path = begun(&member.admin, &member, &[&first]).await;
    let page = member.admin.get(&path).await.is(200);
    let found = [("rest_passed", "yes"), ("tester", "李工")];
    for _ in 0..2 {
        let answer = post_changed(&member.admin, &format!("{path}/record"), &page, &found).await.is(303);
        assert_eq!(answer.location(), path);
    }
    let device =
        store::device(app.state.db.reader(), first.rsplit('/').next().unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(device.life().0, [Stage::Installed, Stage::Accepted]);
    let mistaken = begun(&member.admin, &member, &[&second]).await;
    member.admin.post(&format!("{mistaken}/discard"), &[]).await.is(303);
    member.admin.get(&mistaken).await.is(404);
}

#[tokio::test]
async fn the_signed_protocol_is_kept_and_given_to_those_who_may_see_the_devices() {
    let app = TestApp::start().await;
    let (member, stranger) = (a_member(&app).await, a_member(&app).await);
    let [first, second] = two(&member).await;
    let path = begun(&member.admin, &member, &[&first, &second]).await;
    let signed = format!("{path}/signed");
    let scan: (&str, &str, &[u8]) = ("signed", "验收单.pdf", b"%PDF-1.4\n%%EOF");
    member.admin.upload(&signed, &[], &[scan]).await.is(409).says("请先录入结果");
    record(&member.admin, &path, &[]).await.is(303);
    member.admin.get(&signed).await.is(404);
    member.admin.upload(&signed, &[], &[]).await.is(422).says("f-signed-error");
    member.admin.upload(&signed, &[], &[("signed", "a.exe", b"MZ\x90\x00")]).await.is(422);
    member.admin.upload(&signed, &[], &[scan]).await.is(303);
    member.admin.get(&path).await.is(200).says("验收单.pdf").says_not("未传签字件");
    assert_eq!(member.admin.get(&signed).await.is(200).bytes, scan.2);
    app.auditor().await.get(&signed).await.is(200);
    stranger.admin.get(&signed).await.is(404);
    stranger.admin.upload(&signed, &[], &[scan]).await.is(404);
    // Who serves another plant of the member sees nothing of it.
    let other = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[stranger.plant]).await;
    other.get(&path).await.is(404);
    other.get("/sentinels/acceptances").await.is(200).says_not(&path);
    choose(&stranger.admin, &stranger, &[&first]).await.is(404);
}

#[test]
fn every_outcome_and_trial_has_its_words() {
    use app::sentinels::acceptance::model::{Failing, Outcome, Reached, Trial};
    let l = app::text::Locale::Zh;
    let words = |prefix: &str, all: Vec<&str>| all.iter().for_each(|word| assert!(l.has(&format!("{prefix}.{word}"))));
    words("sentinels.trial", Trial::ALL.iter().map(|value| value.word()).collect());
    words("sentinels.acceptance.field.lines", Trial::ALL.iter().map(|value| value.word()).collect());
    words("sentinels.outcome", Outcome::ALL.iter().map(|value| value.word()).collect());
    words("sentinels.acceptance.reached", Reached::ALL.iter().map(|value| value.word()).collect());
    words("sentinels.acceptance.failing", Failing::ALL.iter().map(|value| value.word()).collect());
}
