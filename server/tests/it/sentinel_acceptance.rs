//! Acceptance in batches: devices of a member tested together, by a protocol that is printed, recorded and signed.

use app::{
    accounts::RoleKind,
    ids::{SentinelEventId, SentinelId, TextEnum},
    sentinels::devices::{entity, model::Stage, store},
    time::Instant,
};
use sea_orm::EntityTrait;

use crate::{
    builders::{TestMember, a_member},
    downloads::rows,
    forms::post_changed,
    sentinel_register::only_row,
    sentinel_register_devices::{a_device, happens},
    sentinel_spread::{a_plant, an_entrance},
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

/// The value of a hidden field in the form of a page that posts there.
fn hidden(page: &Answer, action: &str, name: &str) -> String {
    let form = page.text.split("<form").find(|part| part.contains(&format!("action=\"{action}\""))).unwrap();
    let field = form.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap();
    field.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
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
pub async fn record(browser: &Browser, path: &str, changes: &[(&str, &str)]) -> Answer {
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
    let row = only_row(&member.admin.get("/sentinels/acceptances.xlsx").await.is(200));
    let name = format!("上海测试水泥有限公司{}", &member.id.to_string()[30..]);
    let today = app.state.clock.now().day().to_string();
    assert!(row[0].starts_with("YS-"), "{row:?}");
    assert_eq!(row[1..], [name.as_str(), "2", "1", "1", today.as_str(), "李工", "", "否"]);
    let stranger = a_member(&app).await;
    assert_eq!(rows(&app, &stranger.admin.get("/sentinels/acceptances.xlsx").await.is(200)).len(), 1);
    app.admin().await.get("/audit").await.says("登记了验收结果").says("登记了设备的进展");
}

async fn record_again(browser: &Browser, path: &str) -> Answer {
    let fields = [("rest_passed", "yes"), ("tester", "李工"), ("reached", "tested"), ("failing", "stays")];
    browser.post(&format!("{path}/record"), &[&fields[..], &[("day", "2022-05-30")]].concat()).await
}

/// Many more devices than are offered at once are past their acceptance, and newer.
#[tokio::test]
async fn all_that_is_to_be_tested_is_offered_and_the_plants_own_first() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let gate = an_entrance(&app, a_plant(&app, &member, "白鹤中转库").await, "码头岗亭").await.to_string();
    let elsewhere = a_device(&member.admin, &member, &[("serial", "SN-1"), ("entrance", &gate)]).await;
    let own = member.entrance.to_string();
    let here = [("serial", "SN-2"), ("stage", "tested"), ("entrance", own.as_str())];
    let here = a_device(&member.admin, &member, &here).await;
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let first = store::device(app.state.db.reader(), id(&here).parse().unwrap()).await.unwrap().row;
    let tx = app.tx().await;
    for n in 0..201 {
        let row = entity::sentinel::Model {
            id: SentinelId::new(),
            serial: Some(format!("N{n}")),
            serial_key: Some(format!("n{n}")),
            ..first.clone()
        };
        let event = entity::event::Model {
            id: SentinelEventId::new(),
            sentinel_id: row.id,
            seq: 1,
            stage: Stage::InService,
            day: tx.now.day(),
            at: tx.now,
            person_id: None,
            note: None,
            request_id: None,
            taken_back_at: None,
            taken_back_by: None,
            taken_back_why: None,
        };
        let row = entity::sentinel::ActiveModel::from(row);
        entity::sentinel::Entity::insert(row).exec_without_returning(&*tx).await.unwrap();
        let event = entity::event::ActiveModel::from(event);
        entity::event::Entity::insert(event).exec_without_returning(&*tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let page = member.admin.get(&format!("{NEW}?plant={}", member.plant)).await.is(200);
    let place = |path: &str| page.text.find(&format!("value=\"{}\"", id(path))).unwrap();
    assert!(place(&here) < place(&elsewhere), "those of the plant come first");
    page.says_not("N200");
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
    let page = member.admin.get(&mistaken).await.is(200);
    let once = hidden(&page, &format!("{mistaken}/discard"), "once");
    for _ in 0..2 {
        let answer = member.admin.post(&format!("{mistaken}/discard"), &[("once", &once)]).await.is(303);
        assert_eq!(answer.location(), "/sentinels/acceptances");
    }
    member.admin.get(&mistaken).await.is(404);
    a_member(&app).await.admin.post(&format!("{mistaken}/discard"), &[]).await.is(404);
}

#[tokio::test]
async fn the_signed_protocol_is_kept_and_given_to_those_who_may_see_the_devices() {
    let app = TestApp::start().await;
    let (member, stranger) = (a_member(&app).await, a_member(&app).await);
    let [first, second] = two(&member).await;
    let path = begun(&member.admin, &member, &[&first, &second]).await;
    let (sign, signed) = (format!("{path}/sign"), format!("{path}/signed"));
    let scan: (&str, &str, &[u8]) = ("signed", "验收单.pdf", b"%PDF-1.4\n%%EOF");
    member.admin.upload(&sign, &[], &[scan]).await.is(409).says("请先录入结果");
    record(&member.admin, &path, &[]).await.is(303);
    member.admin.get(&signed).await.is(404);
    member.admin.upload(&sign, &[], &[]).await.is(422).says("f-signed-error");
    member.admin.upload(&sign, &[], &[("signed", "a.exe", b"MZ\x90\x00")]).await.is(422);
    // The address that a refused form stands at leads back to the batch.
    assert_eq!(member.admin.get(&sign).await.is(303).location(), path);
    member.admin.upload(&sign, &[], &[scan]).await.is(303);
    member.admin.get(&path).await.is(200).says("验收单.pdf").says_not("未传签字件");
    assert_eq!(member.admin.get(&signed).await.is(200).bytes, scan.2);
    app.auditor().await.get(&signed).await.is(200);
    stranger.admin.get(&signed).await.is(404);
    stranger.admin.upload(&sign, &[], &[scan]).await.is(404);
    // Who serves another plant of the member sees nothing of it.
    let other = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[stranger.plant]).await;
    other.get(&path).await.is(404);
    other.get("/sentinels/acceptances").await.is(200).says_not(&path);
    choose(&stranger.admin, &stranger, &[&first]).await.is(404);
}

#[tokio::test]
async fn a_batch_over_several_plants_is_named_to_those_of_one_without_a_way_that_leads_nowhere() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let other = a_plant(&app, &member, "白鹤中转库").await;
    let gate = an_entrance(&app, other, "码头岗亭").await.to_string();
    let own = member.entrance.to_string();
    let here = a_device(&member.admin, &member, &[("serial", "SN-1"), ("entrance", &own)]).await;
    let there = a_device(&member.admin, &member, &[("serial", "SN-2"), ("entrance", &gate)]).await;
    let path = begun(&member.admin, &member, &[&here, &there]).await;
    let link = format!("href=\"{path}\"");
    member.admin.get(&here).await.is(200).says(&link);
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    operator.get(&path).await.is(404);
    operator.get(&here).await.is(200).says("YS-").says_not(&link);
    let both = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant, other]).await;
    both.get(&here).await.is(200).says(&link);
    both.get(&path).await.is(200);
}

#[tokio::test]
async fn a_signed_protocol_takes_the_place_of_the_one_that_was_shown_only() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let [first, second] = two(&member).await;
    let path = begun(&member.admin, &member, &[&first, &second]).await;
    record(&member.admin, &path, &[]).await.is(303);
    let (sign, signed) = (format!("{path}/sign"), format!("{path}/signed"));
    let mine: (&str, &str, &[u8]) = ("signed", "本厂.pdf", b"%PDF-1.4\n%mine\n%%EOF");
    let theirs: (&str, &str, &[u8]) = ("signed", "秘书处.pdf", b"%PDF-1.4\n%theirs\n%%EOF");
    let fields = |page: &Answer| ["once", "seen"].map(|name| hidden(page, &sign, name));
    let [once, seen] = fields(&member.admin.get(&path).await.is(200));
    staff.upload(&sign, &[], &[theirs]).await.is(303);
    let stale = [("once", once.as_str()), ("seen", seen.as_str())];
    let refused = member.admin.upload(&sign, &stale, &[mine]).await.is(422).says("秘书处.pdf").says("f-signed-error");
    assert_eq!(member.admin.get(&signed).await.is(200).bytes, theirs.2, "nothing was replaced unseen");
    // From the page that shows what is there now it is a decision, and a second click of it changes nothing.
    let [once, seen] = fields(&refused);
    let again = [("once", once.as_str()), ("seen", seen.as_str())];
    for _ in 0..2 {
        assert_eq!(member.admin.upload(&sign, &again, &[mine]).await.is(303).location(), path);
    }
    assert_eq!(member.admin.get(&signed).await.is(200).bytes, mine.2);
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
