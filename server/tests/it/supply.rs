//! Supply reports, from a member's phone to the secretariat's day.

use app::{
    accounts::RoleKind,
    ids::PlantId,
    members::{entity::plant, store as register},
    settings, sheets,
    supply::{
        calendar::Suspension,
        store::{self, duty},
    },
    time::{Instant, show_day},
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};

use crate::{
    builders::{TestMember, a_member},
    test_app::{Answer, Browser, TestApp},
};

/// The day of the test in Shanghai, and its eleventh hour: the morning's report is late by then.
fn today(app: &TestApp) -> String {
    show_day(app.state.clock.now().day())
}

/// Moves the clock to an hour of the next day in Shanghai.
fn tomorrow_at(app: &TestApp, hour: u8) {
    let now = app.state.clock.now();
    let then = Instant::at(now.plus(Instant::DAY).day(), hour, 0);
    app.state.clock.advance(then.since(now));
}

fn path(member: &TestMember, day: &str) -> String {
    format!("/plants/{}/supply/{day}", member.plant)
}

/// A report of one product: 1,000 t made, 900 t shipped, 5,000 t in stock.
const FULL: &[(&str, &str)] = &[
    ("action", "file"),
    ("base", "0"),
    ("state", "running"),
    ("staff", "36"),
    ("constraints", "power"),
    ("lines.0.product", "PO42.5"),
    ("lines.0.packing", "bulk"),
    ("lines.0.inflow", "1,000"),
    ("lines.0.outflow", "900"),
    ("lines.0.stock", "5000"),
    ("lines.0.available", "800"),
    ("lines.0.price", "430.50"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = FULL.iter().filter(|(name, _)| changes.iter().all(|(n, _)| n != name));
    kept.copied().chain(changes.iter().copied()).collect()
}

/// Files the report of a day, full but for some changes.
pub async fn file(browser: &Browser, member: &TestMember, day: &str, changes: &[(&str, &str)]) {
    let answer = browser.post(&path(member, day), &with(changes)).await.is(303);
    assert_eq!(answer.location(), path(member, day));
}

#[tokio::test]
async fn a_member_files_and_sees_what_is_odd() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    tomorrow_at(&app, 8);
    let day = today(&app);
    member.admin.get("/todo").await.is(200).says(&path(&member, &day));
    member.admin.get(&path(&member, &day)).await.is(200).says("10:00").says("lines.0.product");
    file(&member.admin, &member, &day, &[("lines.0.stock", "19000")]).await;
    let shown = member.admin.get(&path(&member, &day)).await.is(200);
    shown.says("按时").says("19,000").says("430.50").says("电力").says("接近满库").says("50.0%").says("少产 1,000 吨");
    member.admin.get("/supply").await.is(200).says("今天已填").says_not("逾期");
}

#[tokio::test]
async fn late_is_marked_and_not_refused() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    tomorrow_at(&app, 11);
    let day = today(&app);
    member.admin.get("/supply").await.says("今天逾期未报");
    file(&member.admin, &member, &day, &[]).await;
    member.admin.get(&path(&member, &day)).await.says("迟报");
}

#[tokio::test]
async fn as_last_time_asks_only_what_came_and_went() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let first = today(&app);
    file(&member.admin, &member, &first, &[]).await;
    tomorrow_at(&app, 9);
    let day = today(&app);
    let short = member.admin.get(&format!("{}?quick=1", path(&member, &day))).await.is(200);
    let short = short.says("lines.0.inflow").says("上次库存 5,000 吨");
    let hidden = hidden_fields(&short.text);
    let mut typed: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    typed.extend([("action", "file"), ("lines.0.inflow", "700"), ("lines.0.outflow", "1200")]);
    member.admin.post(&path(&member, &day), &typed).await.is(303);
    member.admin.get(&path(&member, &day)).await.says("4,500").says("430.50").says("电力");
}

/// The hidden inputs of a page's forms that have a dotted or plain field name.
fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!(" {name}=\""))?.1;
        Some(rest.split_once('"')?.0.to_owned())
    };
    html.split("<input ")
        .skip(1)
        .filter_map(|rest| {
            let tag = format!(" {}", rest.split_once('>')?.0);
            (attribute(&tag, "type")? == "hidden").then_some(())?;
            Some((attribute(&tag, "name")?, attribute(&tag, "value").unwrap_or_default()))
        })
        .filter(|(name, _)| name != "next" && name != "language")
        .collect()
}

#[tokio::test]
async fn bad_numbers_keep_what_was_typed() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let wrong = with(&[("lines.0.inflow", "很多"), ("lines.0.outflow", "-3"), ("staff", ""), ("remark", "等通行证")]);
    let answer = member.admin.post(&path(&member, &today(&app)), &wrong).await.is(422);
    answer.says("错误：").says("请填写数字").says("不能小于 0").says("很多").says("-3").says("等通行证").says("430.50");
    let twice: Vec<(&str, &str)> = with(&[
        ("lines.1.product", "PO42.5"),
        ("lines.1.packing", "bulk"),
        ("lines.1.inflow", "1"),
        ("lines.1.outflow", "1"),
        ("lines.1.stock", "1"),
        ("lines.1.available", "1"),
    ]);
    member.admin.post(&path(&member, &today(&app)), &twice).await.is(422).says("前面已经有了");
}

#[tokio::test]
async fn lines_are_added_and_removed_without_a_script() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let day = today(&app);
    let more = member.admin.post(&path(&member, &day), &with(&[("action", "add")])).await.is(200);
    more.says("lines.1.product").says("1,000").says("P·O 42.5");
    let fewer = member
        .admin
        .post(&path(&member, &day), &with(&[("action", "remove.0"), ("lines.1.product", "S95")]))
        .await
        .is(200);
    fewer.says_not("lines.0.").says("lines.1.product");
    member.admin.get(&path(&member, &day)).await.says_not("按时");
}

#[tokio::test]
async fn a_correction_is_a_revision_with_its_reason() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let day = today(&app);
    file(&member.admin, &member, &day, &[]).await;
    let edit = member.admin.get(&format!("{}?edit=1", path(&member, &day))).await.is(200);
    edit.says("更正原因").says("value=\"1000\"");
    let nameless = with(&[("base", "1"), ("lines.0.inflow", "1100")]);
    member.admin.post(&path(&member, &day), &nameless).await.is(422).says("请填写“更正原因”");
    file(&member.admin, &member, &day, &[("base", "1"), ("lines.0.inflow", "1100"), ("reason", "漏了夜班")]).await;
    let shown = member.admin.get(&path(&member, &day)).await;
    shown.says("第 2 版").says("1,100").says("漏了夜班").says("1,000").says("第 1 版");
}

#[tokio::test]
async fn somebody_else_came_first_and_nothing_is_overwritten() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let day = today(&app);
    file(&member.admin, &member, &day, &[]).await;
    let answer = member.admin.post(&path(&member, &day), &with(&[("lines.0.inflow", "777")])).await.is(409);
    answer.says("有人先提交了").says("1,000").says("777").says("更正原因");
    member.admin.get(&path(&member, &day)).await.says("1,000").says_not("\"777\"").says_not(">777<");
    file(&member.admin, &member, &day, &[("base", "1"), ("lines.0.inflow", "777"), ("reason", "以我为准")]).await;
}

#[tokio::test]
async fn a_double_click_files_once() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let day = today(&app);
    let once = uuid::Uuid::now_v7().to_string();
    for _ in 0..2 {
        file(&member.admin, &member, &day, &[("once", &once)]).await;
    }
    member.admin.get(&path(&member, &day)).await.says_not("第 2 版");
}

#[tokio::test]
async fn other_members_and_operators_of_other_plants_see_nothing() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let other = a_member(&app).await;
    let day = today(&app);
    file(&member.admin, &member, &day, &[]).await;
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[other.plant]).await;
    for stranger in [&other.admin, &operator] {
        for page in [path(&member, &day), format!("/plants/{}/supply", member.plant), path(&member, "suspension")] {
            stranger.get(&page).await.is(404);
        }
        stranger.post(&path(&member, &day), FULL).await.is(404);
        stranger.post(&path(&member, "suspension"), &[("reason", "x")]).await.is(404);
    }
    let own = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    own.get(&path(&member, &day)).await.is(200).says("5,000");
}

#[tokio::test]
async fn staff_files_for_a_plant_that_phoned_and_the_auditor_only_reads() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let day = today(&app);
    let auditor = app.auditor().await;
    auditor.get(&path(&member, &day)).await.is(200).says("没有填报");
    auditor.post(&path(&member, &day), FULL).await.is(403);
    staff.post(&path(&member, &day), FULL).await.is(422).says("来电人");
    file(&staff, &member, &day, &[("on_behalf", "王厂长 9:20 来电")]).await;
    member.admin.get(&path(&member, &day)).await.says("王厂长 9:20 来电").says("测试员");
    auditor.get(&path(&member, &day)).await.is(200).says("5,000").says_not("?edit=1");
}

#[tokio::test]
async fn a_suspension_ends_the_duty_for_its_time() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    tomorrow_at(&app, 11);
    let now = app.state.clock.now();
    let until = show_day(now.plus(10 * Instant::DAY).day());
    let form = path(&member, "suspension");
    member.admin.get(&form).await.is(200);
    let wrong = [("from", today(&app)), ("until", today(&app)), ("reason", String::new())];
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(n, v)| (*n, v.as_str())).collect();
    member.admin.post(&form, &wrong).await.is(422).says("恢复日要晚于停报日").says("请填写“停报原因”");
    let from = show_day(now.plus(-3 * Instant::DAY).day());
    let right = [("from", from.as_str()), ("until", until.as_str()), ("reason", "大修")];
    member.admin.post(&form, &right).await.is(303);
    member.admin.get("/supply").await.says(&format!("停报中，{until} 恢复"));
    member.admin.get("/todo").await.says_not(&format!("/plants/{}/supply", member.plant));
    member.admin.post(&form, &right).await.is(409).says("大修");
    let history = member.admin.get(&format!("/plants/{}/supply", member.plant)).await.says("大修");
    let suspension = hidden_fields(&history.text).into_iter().find(|(name, _)| name == "suspension").unwrap().1;
    let resume = path(&member, "resumption");
    member.admin.post(&resume, &[("suspension", &suspension)]).await.is(303);
    member.admin.get("/supply").await.says("已恢复填报").says("今天逾期未报");
    // A second click ends nothing and says so; nobody ends it by the address of another plant.
    member.admin.post(&resume, &[("suspension", &suspension)]).await.is(303);
    member.admin.get("/supply").await.says("已经结束").says_not("已恢复填报");
    let other = a_member(&app).await;
    other.admin.post(&path(&other, "resumption"), &[("suspension", &suspension)]).await.is(404);
}

/// Two people pause the same plant: the second waits for the first and is shown the first's pause.
#[tokio::test]
async fn a_plant_is_suspended_once() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let now = app.state.clock.now();
    let (from, until) = (now.day(), now.plus(5 * Instant::DAY).day());
    let tx = app.tx().await;
    let plant = register::plant(&*tx, member.plant).await.unwrap();
    duty::lock(&tx, plant.id).await.unwrap();
    duty::suspend(&tx, &plant, Suspension { from, until }, "先到的停报").await.unwrap();
    let (from, until) = (show_day(from), show_day(until));
    let form = path(&member, "suspension");
    let typed = [("from", from.as_str()), ("until", until.as_str()), ("reason", "后到的停报")];
    let (second, ()) = tokio::join!(member.admin.post(&form, &typed), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        tx.commit().await.unwrap();
    });
    second.is(409).says("先到的停报").says("后到的停报");
}

#[tokio::test]
async fn stock_is_asked_for_after_a_missed_day_and_compared_only_with_what_adjoins() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let first = today(&app);
    file(&member.admin, &member, &first, &[]).await;
    tomorrow_at(&app, 9);
    tomorrow_at(&app, 9);
    let day = today(&app);
    let short = member.admin.get(&format!("{}?quick=1", path(&member, &day))).await.is(200);
    let short = short.says("lines.0.stock").says(&format!("{first} 填报的库存 5,000 吨；和这次不相接"));
    let hidden = hidden_fields(&short.text);
    assert!(hidden.iter().all(|(name, _)| name != "lines.0.stock"), "it is there to be filled in");
    let mut typed: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    typed.extend([("action", "file"), ("lines.0.inflow", "700"), ("lines.0.outflow", "1200")]);
    let asked = member.admin.post(&path(&member, &day), &typed).await.is(422);
    asked.says("库存推算不出，请填写实际库存").says("lines.0.stock").says("\"700\"");
    member.admin.keep("lang=en");
    member.admin.post(&path(&member, &day), &typed).await.is(422).says("so stock cannot be worked out");
    member.admin.keep("lang=zh-CN");
    typed.push(("lines.0.stock", "7000"));
    member.admin.post(&path(&member, &day), &typed).await.is(303);
    member.admin.get(&path(&member, &day)).await.says("7,000").says_not("按上期库存推算");
    tomorrow_at(&app, 9);
    let day = today(&app);
    member.admin.get(&format!("{}?quick=1", path(&member, &day))).await.says("上次库存 7,000 吨").says_not("不相接");
    file(&member.admin, &member, &day, &[("lines.0.stock", "100")]).await;
    member.admin.get(&path(&member, &day)).await.says("按上期库存推算应有 7,100 吨");
}

#[tokio::test]
async fn a_change_of_the_rules_makes_no_past_day_late() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let own = path(&member, "duty");
    let owes_nothing_yet = async || {
        let (day, before) = (today(&app), show_day(app.state.clock.now().plus(-Instant::DAY).day()));
        member.admin.get("/todo").await.is(200).says_not(&format!("/plants/{}/supply", member.plant));
        member.admin.get("/supply").await.is(200).says_not("逾期").says_not("补填");
        for day in [&day, &before] {
            staff.get(&format!("/supply/day/{day}?show=missing")).await.is(200).says_not(&path(&member, day));
        }
        tomorrow_at(&app, 11);
        let todo = member.admin.get("/todo").await.is(200).says(&path(&member, &today(&app)));
        todo.says_not(&path(&member, &day)).says_not(&path(&member, &before));
        staff.get(&format!("/supply/day/{}?show=missing", today(&app))).await.says(&path(&member, &today(&app)));
    };
    set_rules(&staff, &settings_form("never", "0")).await.is(303);
    for _ in 0..4 {
        tomorrow_at(&app, 11);
    }
    set_rules(&staff, &settings_form("daily", "1")).await.is(303);
    owes_nothing_yet().await;
    // A plant's own duty, and its end.
    staff.post(&own, &[("cadence", "never"), ("days", "all_days"), ("row_version", "0")]).await.is(303);
    tomorrow_at(&app, 11);
    tomorrow_at(&app, 11);
    staff.post(&own, &[("cadence", ""), ("days", "all_days"), ("row_version", "1")]).await.is(303);
    owes_nothing_yet().await;
    // Asking for less takes nothing away from what is owed.
    let day = today(&app);
    staff.post(&own, &[("cadence", "daily"), ("days", "all_days"), ("row_version", "2")]).await.is(303);
    staff.get(&format!("/supply/day/{day}?show=missing")).await.says(&path(&member, &day));
    // A member that returns.
    let version = async || register::member(app.state.db.reader(), member.id).await.unwrap().row_version.to_string();
    let leave = [("day", day.clone()), ("row_version", version().await)];
    let leave: Vec<(&str, &str)> = leave.iter().map(|(n, v)| (*n, v.as_str())).collect();
    staff.post(&format!("/members/{}/leave", member.id), &leave).await.is(303);
    tomorrow_at(&app, 11);
    tomorrow_at(&app, 11);
    let back = [("row_version", version().await)];
    staff.post(&format!("/members/{}/return", member.id), &[("row_version", &back[0].1)]).await.is(303);
    owes_nothing_yet().await;
}

/// A plant's form in the register, as it is or closed.
fn plant_form<'a>(version: &'a str, kind: &'a str, closed: bool) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("name", "一号粉磨站"),
        ("kind", kind),
        ("place", "shanghai"),
        ("town", "310118109"),
        ("road", "章练塘路"),
        ("number", "15"),
        ("silo_capacity", "20000"),
        ("normal_output", "2000"),
        ("row_version", version),
    ];
    if closed {
        form.push(("closed", "yes"));
    }
    form
}

#[tokio::test]
async fn a_closed_plant_files_no_more_and_begins_anew_when_it_opens() {
    let app = TestApp::start().await;
    let (staff, member, other) = (app.staff().await, a_member(&app).await, a_member(&app).await);
    tomorrow_at(&app, 11);
    let before = today(&app);
    tomorrow_at(&app, 11);
    let day = today(&app);
    let list = |day: &str, show: &str| format!("/supply/day/{day}?show={show}");
    staff.get(&list(&day, "missing")).await.says("应报 2").says(&path(&member, &day)).says(&path(&other, &day));
    let edit = path(&member, "edit").replace("/supply", "");
    staff.post(&edit, &plant_form("1", "grinding_station", true)).await.is(303);
    // The sums follow at once, and the day before is as it was.
    staff.get(&list(&day, "all")).await.says("应报 1").says_not(&path(&member, &day));
    staff.get(&list(&before, "missing")).await.says("应报 2").says(&path(&member, &before));
    for browser in [&staff, &member.admin] {
        browser.get(&path(&member, &day)).await.is(200).says("已经停用").says_not("lines.0.product");
        browser.post(&path(&member, &day), &with(&[("on_behalf", "王厂长")])).await.is(409).says("已经停用");
        browser.get(path(&member, "").trim_end_matches('/')).await.is(200).says_not(&path(&member, &day));
    }
    file(&staff, &member, &before, &[("on_behalf", "王厂长")]).await;
    tomorrow_at(&app, 11);
    let shut = today(&app);
    tomorrow_at(&app, 11);
    staff.post(&edit, &plant_form("2", "grinding_station", false)).await.is(303);
    for day in [&shut, &today(&app)] {
        staff.get(&list(day, "missing")).await.is(200).says_not(&path(&member, day));
    }
    member.admin.get("/supply").await.is(200).says_not("逾期").says_not("补填");
    tomorrow_at(&app, 11);
    member.admin.get("/supply").await.is(200).says("今天逾期未报").says_not("补填");
    // Nor does another kind of plant owe what the kind before was not asked for.
    staff.post(&edit, &plant_form("3", "mixing_station", false)).await.is(303);
    member.admin.get("/supply").await.is(200).says("不要求填报");
    tomorrow_at(&app, 11);
    staff.post(&edit, &plant_form("4", "terminal", false)).await.is(303);
    member.admin.get("/supply").await.is(200).says_not("逾期").says_not("补填");
}

#[tokio::test]
async fn a_plant_that_was_entered_after_the_hour_owes_nothing_that_day() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    tomorrow_at(&app, 15);
    let member = a_member(&app).await;
    let day = today(&app);
    member.admin.get("/supply").await.is(200).says_not("逾期").says("下次");
    member.admin.get("/todo").await.is(200).says_not(&path(&member, &day));
    staff.get(&format!("/supply/day/{day}?show=missing")).await.is(200).says_not(&path(&member, &day));
    file(&member.admin, &member, &day, &[]).await;
    member.admin.get(&path(&member, &day)).await.says("自愿填报").says_not("迟报");
    tomorrow_at(&app, 11);
    member.admin.get("/supply").await.says("今天逾期未报").says_not("补填");
}

/// Many plants after a quiet week: 待办 lists the oldest and says how many more there are, and the database counts
/// what the list shows.
#[tokio::test]
async fn what_is_owed_is_counted_and_the_oldest_are_listed() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let tx = app.tx().await;
    let plant = register::plant(&*tx, member.plant).await.unwrap();
    for n in 2..=5 {
        let more = plant::Model { id: PlantId::new(), name: format!("{n}号厂"), ..plant.clone() };
        more.into_active_model().insert(&*tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    for _ in 0..9 {
        tomorrow_at(&app, 9);
    }
    file(&member.admin, &member, &today(&app), &[]).await;
    let plants = register::plants_of(app.state.db.reader(), &[member.id]).await.unwrap();
    let now = app.state.clock.now();
    let tx = app.tx().await;
    let rest = Suspension { from: now.plus(-2 * Instant::DAY).day(), until: now.plus(Instant::DAY).day() };
    duty::suspend(&tx, plants.iter().find(|p| p.id != member.plant).unwrap(), rest, "大修").await.unwrap();
    tx.commit().await.unwrap();
    let conn = app.state.db.reader();
    let rules = duty::rules(conn).await.unwrap();
    let open = duty::open(conn, &rules, &plants, now).await.unwrap().len();
    assert_eq!(open, 5 * 7 - 1 - 3);
    let ids: Vec<PlantId> = plants.iter().map(|plant| plant.id).collect();
    let counted = store::day::owed(conn, &rules, &ids, &duty::looked_back(now)).await.unwrap();
    assert_eq!(counted, 31);
    let todo = member.admin.get("/todo").await.is(200).says("还有 11 项");
    assert_eq!(todo.text.matches("<a href=\"/plants/").count(), 20);
    let oldest = show_day(now.plus(-6 * Instant::DAY).day());
    assert_eq!(todo.text.matches(&format!("/supply/{oldest}\"")).count(), 5);
}

#[tokio::test]
async fn names_for_wechat_are_chinese_and_in_the_language_of_the_page() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    tomorrow_at(&app, 11);
    let page = format!("/supply/day/{}/names", today(&app));
    let name = register::member(app.state.db.reader(), member.id).await.unwrap().name;
    staff.get(&page).await.is(200).says(&name).says("还有 1 个厂区没有填报").says_not("have not reported");
    staff.keep("lang=en");
    staff.get(&page).await.is(200).says("还有 1 个厂区没有填报").says("1 plants have not reported");
}

#[tokio::test]
async fn a_day_to_come_has_no_report() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let tomorrow = show_day(app.state.clock.now().plus(Instant::DAY).day());
    member.admin.get(&path(&member, &tomorrow)).await.is(404);
    member.admin.post(&path(&member, &tomorrow), FULL).await.is(404);
    member.admin.get(&path(&member, "2022-13-01")).await.is(404);
}

#[tokio::test]
async fn the_secretariat_sees_the_day_at_a_glance_and_whom_to_call() {
    let app = TestApp::start().await;
    let (filed, silent) = (a_member(&app).await, a_member(&app).await);
    let staff = app.staff().await;
    tomorrow_at(&app, 11);
    let day = today(&app);
    let page = format!("/supply/day/{day}");
    assert_eq!(staff.get("/supply").await.is(303).location(), page);
    staff.get("/todo").await.says("今天有 2 个厂区逾期未报");
    staff.get(&page).await.is(200).says("逾期未报").says("18600001402");
    file(&filed.admin, &filed, &day, &[]).await;
    staff.get("/todo").await.says("今天有 1 个厂区逾期未报");
    let shown = staff.get(&page).await.is(200);
    shown
        .says("其中迟报 1")
        .says("应报 2")
        .says("P·O 42.5 散装")
        .says("青浦区")
        .says("少产 1,000 吨")
        .says("1,000 (50.0%)");
    let missing = staff.get(&format!("{page}?show=missing&district=310118&kind=grinding_station")).await;
    missing.says(&path(&silent, &day)).says_not(&path(&filed, &day)).says("tel:18600001402");
    staff.get(&format!("{page}?show=reported")).await.says(&path(&filed, &day)).says_not(&path(&silent, &day));
    staff.get(&format!("{page}?show=low")).await.says(&path(&filed, &day)).says("25.0%").says("偏低");
    staff.get(&format!("{page}?show=high")).await.says_not(&path(&filed, &day));
    staff.get(&format!("{page}?district=310101")).await.says_not(&path(&filed, &day));
    app.auditor().await.get(&page).await.is(200).says("186****1402").says_not("18600001402");
    let sheet = staff.get(&format!("{page}/export.xlsx?show=missing")).await.is(200);
    let file = app.folder.path().join("day.xlsx");
    std::fs::write(&file, &sheet.bytes).unwrap();
    let sheet = sheets::read(&file, sheets::Limits { rows: 10, columns: 20, said: 10 }).unwrap();
    assert!((0..13).any(|column| sheet.rows[1].cell(column).text().is_ok_and(|text| text == "逾期未报")));
    filed.admin.get(&page).await.is(403);
}

#[tokio::test]
async fn the_list_pages_by_key_both_ways() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let mut members = Vec::new();
    for _ in 0..53 {
        members.push(a_member(&app).await);
    }
    tomorrow_at(&app, 8);
    let page = format!("/supply/day/{}?show=missing", today(&app));
    let first = staff.get(&page).await.is(200).says("rel=\"next\"").says_not("rel=\"prev\"").says("共 53 条");
    let listed = |text: &str| members.iter().filter(|m| text.contains(&path(m, &today(&app)))).count();
    assert_eq!(listed(&first.text), 50);
    let after = format!("{page}&after={}", members[49].plant);
    let second = staff.get(&after).await.says("rel=\"prev\"").says_not("rel=\"next\"");
    assert_eq!(listed(&second.text), 3);
    let before = format!("{page}&before={}", members[50].plant);
    let back = staff.get(&before).await.says("rel=\"next\"").says_not("rel=\"prev\"");
    assert_eq!(listed(&back.text), 50);
}

/// The settings with one cadence for all kinds of plants.
fn settings_form(cadence: &str, row_version: &str) -> Vec<(String, String)> {
    let mut form: Vec<(String, String)> = Vec::new();
    for kind in ["clinker_line", "grinding_station", "terminal", "admixture_plant", "mixing_station"] {
        form.push((format!("cadence.{kind}"), cadence.to_owned()));
        form.push((format!("days.{kind}"), "all_days".to_owned()));
    }
    for (name, value) in [("due_at", "9:30"), ("high", "80"), ("low", "20"), ("row_version", row_version)] {
        form.push((name.to_owned(), value.to_owned()));
    }
    form
}

async fn set_rules(staff: &Browser, form: &[(String, String)]) -> Answer {
    let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    staff.post("/supply/settings", &pairs).await
}

#[tokio::test]
async fn staff_sets_the_duties_and_a_stale_form_overwrites_nothing() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let form = settings_form("never", "0");
    tomorrow_at(&app, 8);
    let with = |name: &str, value: &str| {
        let mut form = form.clone();
        form.push((name.to_owned(), value.to_owned()));
        form
    };
    let post = async |form: Vec<(String, String)>| set_rules(&staff, &form).await;
    post(with("holidays", "十月一日")).await.is(422).says("第 1 行不是日期").says("十月一日");
    post(form.clone()).await.is(303);
    member.admin.get("/supply").await.says("不要求填报").says("09:30");
    post(form.clone()).await.is(409).says("有人先改过了");
    staff.get("/supply/settings").await.is(200).says("09:30");
    let own = path(&member, "duty");
    staff.get(&own).await.is(200);
    staff.post(&own, &[("cadence", "daily"), ("days", "all_days"), ("row_version", "0")]).await.is(303);
    member.admin.get("/supply").await.says("今天");
    staff.post(&own, &[("cadence", "never"), ("days", "all_days"), ("row_version", "0")]).await.is(409).says("每天");
    member.admin.get(&own).await.is(403);
}

#[tokio::test]
async fn a_report_is_read_however_old_it_is_and_the_history_pages_both_ways() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let oldest = today(&app);
    for _ in 0..65 {
        file(&member.admin, &member, &today(&app), &[]).await;
        tomorrow_at(&app, 9);
    }
    let history = path(&member, "").trim_end_matches('/').to_owned();
    let link = |text: &str, rel: &str| {
        let (_, rest) = text.split_once(&format!("rel=\"{rel}\" href=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let first = member.admin.get(&history).await.is(200).says_not("rel=\"prev\"");
    let second = member.admin.get(&link(&first.text, "next")).await.is(200);
    let third = member.admin.get(&link(&second.text, "next")).await.is(200).says(&oldest).says_not("rel=\"next\"");
    let back = member.admin.get(&link(&third.text, "prev")).await.is(200).says("rel=\"prev\"");
    assert_eq!(link(&back.text, "next"), link(&second.text, "next"), "the page before, and not the first");
    assert_eq!(link(&back.text, "prev"), link(&second.text, "prev"));
    app.state.clock.advance(500 * Instant::DAY);
    let admin = app.browser_of(RoleKind::MemberAdmin, Some(member.id), &[]).await;
    admin.get(&path(&member, &oldest)).await.is(200).says("1,000");
    let never = show_day(app.state.clock.now().plus(-410 * Instant::DAY).day());
    admin.get(&path(&member, &never)).await.is(404);
}

/// Two first settings at once: the second finds the first there and nothing fails.
#[tokio::test]
async fn the_second_of_two_first_duties_is_stale() {
    use app::supply::{
        calendar::{Cadence, Days},
        duty::{Duty, Rules},
        store::duty::set_own_duty,
    };
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let own = Some(Duty { cadence: Cadence::Daily, days: Days::AllDays });
    let set = async |own, version| {
        let tx = app.tx().await;
        let plant = register::plant(&*tx, member.plant).await.unwrap();
        let done = set_own_duty(&tx, &Rules::default(), &plant, own, version).await.unwrap();
        tx.commit().await.unwrap();
        done
    };
    assert!(set(own, 0).await);
    assert!(!set(own, 0).await);
    assert!(set(own, 1).await);
    assert!(!set(None, 1).await);
    assert!(set(None, 2).await);
    if app.state.db.is_postgres() {
        // SQLite lets only one write at a time; here both have read before either has written.
        let (one, other) = (app.tx().await, app.tx().await);
        assert!(settings::save(&one, &Rules::default(), 0).await.unwrap());
        let late = tokio::spawn(async move { settings::save(&other, &Rules::default(), 0).await.unwrap() });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        one.commit().await.unwrap();
        assert!(!late.await.unwrap());
    }
}
