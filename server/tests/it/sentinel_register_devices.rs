//! The register of sentinels: devices, their life, the evidence that they are sentinels, and whose they are.

use std::time::Duration;

use app::{
    accounts::RoleKind,
    guides::facts::DeviceForm,
    ids::{SentinelId, TextEnum},
    sentinels::devices::{
        model::Stage,
        store::{self, Entered},
    },
    time::Instant,
};
use sea_orm::{ConnectionTrait, Statement};

use crate::{
    builders::{TestMember, a_member},
    forms::{form_fields, post_changed},
    guides::switch_module,
    sentinel_register::{a_model, only_row},
    sentinel_spread::an_entrance,
    test_app::{Answer, Browser, TestApp},
};

/// A handheld device of a make that no catalogue has.
pub async fn enter(browser: &Browser, member: &TestMember, changes: &[(&str, &str)]) -> Answer {
    let page = browser.get(&format!("/sentinels/devices/new?plant={}", member.plant)).await.is(200);
    let make =
        [("brand", "申安"), ("model", "SA-H20"), ("form", "handheld"), ("serial", "SN-0001"), ("stage", "installed")];
    let kept = make.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let fields: Vec<(&str, &str)> = kept.chain(changes).copied().collect();
    post_changed(browser, "/sentinels/devices/new", &page, &fields).await
}

/// Enters a device and gives its path.
pub async fn a_device(browser: &Browser, member: &TestMember, changes: &[(&str, &str)]) -> String {
    enter(browser, member, changes).await.is(303).location().to_owned()
}

fn id_of(path: &str) -> SentinelId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

async fn stage(app: &TestApp, path: &str) -> Stage {
    store::device(app.state.db.reader(), id_of(path)).await.unwrap().stage()
}

fn today(app: &TestApp) -> String {
    app.state.clock.now().day().to_string()
}

/// Enters what happened to a device, today.
pub async fn happens(app: &TestApp, browser: &Browser, path: &str, stage: &str, more: &[(&str, &str)]) -> Answer {
    let day = today(app);
    let fields = [&[("stage", stage), ("day", day.as_str())][..], more].concat();
    browser.post(&format!("{path}/moves"), &fields).await
}

const ALL: [(&str, &str); 3] = [("proofs", "conformity"), ("proofs", "docking"), ("proofs", "real_time")];

/// Records evidence of all three demands by a reference.
pub async fn proven(app: &TestApp, browser: &Browser, path: &str, more: &[(&str, &str)]) -> Answer {
    let day = today(app);
    let fields = [&ALL[..], &[("reference", "服务商确认函"), ("evidence_day", day.as_str())], more].concat();
    browser.upload(&format!("{path}/proofs"), &fields, &[]).await
}

#[tokio::test]
async fn a_device_is_entered_with_the_least_work_from_the_catalogue() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let model = a_model(&staff, &[]).await;
    let id = model.rsplit('/').next().unwrap().to_owned();
    // The only plant and its only entrance are chosen already, and so is the day. How far it is, the person says.
    let page = member.admin.get("/sentinels/devices/new").await.is(200);
    let unsaid = [("taken", id.as_str()), ("serial", " sn-9 ")];
    post_changed(&member.admin, "/sentinels/devices/new", &page, &unsaid).await.is(422).says("f-stage-error");
    let chosen = [&unsaid[..], &[("stage", "in_service")]].concat();
    let answer = post_changed(&member.admin, "/sentinels/devices/new", &page, &chosen).await.is(303);
    let path = answer.location().to_owned();
    let again = post_changed(&member.admin, "/sentinels/devices/new", &page, &chosen).await.is(303);
    assert_eq!(again.location(), path, "a second click enters no second device");
    let shown = member.admin.get(&path).await.is(200).says("申安 SA-F30").says("sn-9").says("落地式").says("东门");
    shown.says("400-820-1234").says("上海申安智能科技有限公司").says(&format!("href=\"{model}\"")).says("使用中");
    app.auditor().await.get(&path).await.is(200).says("400-***-1234").says_not("400-820-1234").says_not("/moves");
    app.admin().await.get("/audit").await.says("登记了设备").says_not("820-1234");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_with_everything_that_was_typed() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let tomorrow = app.state.clock.now().plus(2 * Instant::DAY).day().to_string();
    let wrong = [("brand", ""), ("phone", "12"), ("serial", "--"), ("day", tomorrow.as_str()), ("entrance", "x")];
    let answer = enter(&member.admin, &member, &wrong).await.is(422).says("SA-H20").says("value=\"12\"");
    for field in ["brand", "phone", "serial", "day", "entrance"] {
        assert!(answer.text.contains(&format!("f-{field}-error")), "{field}");
    }
    for stage in ["faulty", "removed", "nonsense"] {
        enter(&member.admin, &member, &[("stage", stage)]).await.is(422).says("f-stage-error");
    }
    let theirs = a_member(&app).await;
    let entrance = theirs.entrance.to_string();
    enter(&member.admin, &member, &[("entrance", &entrance)]).await.is(422).says("f-entrance-error");
}

#[tokio::test]
async fn a_serial_is_there_once_for_each_make() {
    let app = TestApp::start().await;
    let (member, other) = (a_member(&app).await, a_member(&app).await);
    let first = a_device(&member.admin, &member, &[]).await;
    enter(&other.admin, &other, &[("serial", "ｓｎ 0001")]).await.is(422).says("f-serial-error");
    a_device(&other.admin, &other, &[("model", "SA-H21")]).await;
    // Devices that are not there yet have none.
    a_device(&other.admin, &other, &[("serial", ""), ("stage", "requested")]).await;
    let late = a_device(&other.admin, &other, &[("serial", ""), ("stage", "requested")]).await;
    let edit = format!("{late}/edit");
    let page = other.admin.get(&edit).await.is(200);
    post_changed(&other.admin, &edit, &page, &[("serial", "SN0001")]).await.is(422).says("f-serial-error");
    post_changed(&other.admin, &edit, &page, &[("serial", "SN0002")]).await.is(303);
    // The database holds it too, whatever the program asks.
    let sql = "UPDATE sentinels SET serial_key = 'sn0002' WHERE serial_key = 'sn0001' AND model = 'SA-H20'";
    let refused = app.state.db.writer().execute_unprepared(sql).await.unwrap_err();
    assert!(app::error::unique_violation(&refused).is_some(), "{refused}");
    other.admin.get(&first).await.is(404);
    // Whose it is, is not said; the secretariat helps. Once the device is removed, its serial is free.
    let said = enter(&other.admin, &other, &[]).await.is(422).says("请联系秘书处");
    said.says_not(&first);
    enter(&member.admin, &member, &[]).await.is(422).says_not("请联系秘书处");
    happens(&app, &member.admin, &first, "removed", &[("note", "退租")]).await.is(303);
    a_device(&other.admin, &other, &[]).await;
    let edit = format!("{first}/edit");
    let page = member.admin.get(&edit).await.is(200);
    post_changed(&member.admin, &edit, &page, &[("vendor", "申安服务")]).await.is(303);
}

#[tokio::test]
async fn the_life_goes_forward_and_says_why_it_does_not_go_back() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = a_device(&member.admin, &member, &[("stage", "requested")]).await;
    happens(&app, &member.admin, &path, "faulty", &[("note", "坏了")]).await.is(422).says("还没有安装");
    happens(&app, &member.admin, &path, "installed", &[]).await.is(303);
    happens(&app, &member.admin, &path, "shipped", &[]).await.is(422).says("已经走过这一步");
    happens(&app, &member.admin, &path, "faulty", &[]).await.is(422).says("f-note-error");
    happens(&app, &member.admin, &path, "faulty", &[("note", "屏幕不亮")]).await.is(303);
    happens(&app, &member.admin, &path, "in_service", &[]).await.is(422).says("修好后");
    happens(&app, &member.admin, &path, "tested", &[]).await.is(303);
    let early = app.state.clock.now().plus(-3 * Instant::DAY).day().to_string();
    let fields = [("stage", "in_service"), ("day", early.as_str())];
    member.admin.post(&format!("{path}/moves"), &fields).await.is(422).says("早于上一步");
    let page = member.admin.get(&path).await.is(200).says("屏幕不亮");
    for _ in 0..2 {
        post_changed(&member.admin, &format!("{path}/moves"), &page, &[("stage", "in_service")]).await.is(303);
    }
    let device = store::device(app.state.db.reader(), id_of(&path)).await.unwrap();
    assert_eq!(device.events.len(), 5, "a second click enters nothing");
    happens(&app, &member.admin, &path, "removed", &[("note", "换新")]).await.is(303);
    happens(&app, &member.admin, &path, "in_service", &[]).await.is(422).says("已经拆除");
    member.admin.get(&path).await.is(200).says_not("登记进展");
}

#[tokio::test]
async fn a_refused_move_shows_what_was_entered_in_between() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = a_device(&member.admin, &member, &[]).await;
    let tx = app.tx().await;
    let devices = store::lock(&tx, &[id_of(&path)]).await.unwrap();
    let tested =
        Entered { stage: Stage::Tested, day: tx.now.day(), note: Some("对方先测过".to_owned()), request: None };
    store::enter_all(&tx, &devices, &tested).await.unwrap();
    // The form comes while the other is on its way, and has to wait for it.
    let (answer, ()) = tokio::join!(happens(&app, &member.admin, &path, "tested", &[]), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        tx.commit().await.unwrap();
    });
    let shown = answer.is(422).says("已经是这一步").says("对方先测过");
    shown.says_not("value=\"tested\"");
}

#[tokio::test]
async fn it_counts_only_with_evidence_for_all_three_and_no_longer_when_that_is_withdrawn() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = a_device(&member.admin, &member, &[("stage", "in_service")]).await;
    member.admin.get(&path).await.says("还不能算数字哨兵");
    let (proofs, day) = (format!("{path}/proofs"), today(&app));
    let nothing = [("proofs", "conformity"), ("evidence_day", day.as_str())];
    member.admin.upload(&proofs, &nothing, &[]).await.is(422).says("f-reference-error");
    member.admin.upload(&proofs, &[("evidence_day", day.as_str()), ("reference", "x")], &[]).await.is(422);
    let text = [("file", "说明.pdf", b"no pdf".as_slice())];
    member.admin.upload(&proofs, &nothing, &text).await.is(422).says("f-file-error");
    let pdf = [("file", "确认函.pdf", b"%PDF-1.4\n%%EOF\n".as_slice())];
    let two = [("proofs", "conformity"), ("proofs", "docking"), ("evidence_day", day.as_str())];
    member.admin.upload(&proofs, &two, &pdf).await.is(303);
    let shown = member.admin.get(&path).await.is(200).says("缺这些依据：能实时核验");
    let file = shown.text.split("href=\"").map(|rest| rest.split('"').next().unwrap());
    let file = file.into_iter().find(|href| href.starts_with(&format!("{proofs}/"))).unwrap().to_owned();
    let served = member.admin.get(&file).await.is(200);
    assert!(served.bytes.starts_with(b"%PDF"));
    a_member(&app).await.admin.get(&file).await.is(404);
    let edit = format!("{path}/edit");
    let page = member.admin.get(&edit).await.is(200);
    post_changed(&member.admin, &edit, &page, &[("serial", "ANOTHER-1")]).await.is(422).says("f-serial-error");
    post_changed(&member.admin, &edit, &page, &[("model", "别的型号")]).await.is(422).says("f-model-error");
    let last = [("proofs", "real_time"), ("evidence_day", day.as_str()), ("reference", "现场测试记录")];
    member.admin.upload(&proofs, &last, &[]).await.is(303);
    member.admin.get(&path).await.says("算作数字哨兵");
    member.admin.get("/sentinels/devices?counts=yes").await.says(&path);
    member.admin.get("/sentinels/devices?counts=no").await.says_not(&path);

    let long = "长".repeat(301);
    for why in [" ", long.as_str()] {
        let refused = member.admin.post(&format!("{file}/withdraw"), &[("why", why)]).await.is(422);
        refused.says("f-why-error").says(&format!("action=\"{file}/withdraw\"")).says("算作数字哨兵");
    }
    for _ in 0..2 {
        member.admin.post(&format!("{file}/withdraw"), &[("why", "函件是别的型号的")]).await.is(303);
    }
    let page = member.admin.get(&path).await.says("还不能算数字哨兵").says("函件是别的型号的");
    page.says("之前已经撤销");
    member.admin.get("/sentinels/devices?counts=no").await.says(&path);
    app.admin().await.get("/audit").await.says("撤销了数字哨兵的依据");
}

#[tokio::test]
async fn what_holds_for_several_devices_is_entered_once() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let mut paths = Vec::new();
    for n in 1..4 {
        paths.push(a_device(&member.admin, &member, &[("serial", &format!("A{n}"))]).await);
    }
    let (second, third) = (id_of(&paths[1]).to_string(), id_of(&paths[2]).to_string());
    member.admin.get(&paths[0]).await.says(&second).says(&third);
    happens(&app, &member.admin, &paths[0], "tested", &[("together", &second)]).await.is(303);
    assert_eq!(stage(&app, &paths[1]).await, Stage::Tested);
    assert_eq!(stage(&app, &paths[2]).await, Stage::Installed);
    // One that does not fit keeps all as they were.
    happens(&app, &member.admin, &paths[2], "tested", &[("together", &second)]).await.is(422).says("已经是这一步");
    assert_eq!(stage(&app, &paths[2]).await, Stage::Installed);
    proven(&app, &member.admin, &paths[0], &[("proves_also", &third)]).await.is(303);
    let list = member.admin.get("/sentinels/devices?counts=yes").await.is(200);
    let list = list.says(&paths[0]).says(&paths[2]);
    list.says_not(&paths[1]);
    let stranger = a_member(&app).await;
    let theirs = a_device(&stranger.admin, &stranger, &[("serial", "B1")]).await;
    let theirs = id_of(&theirs).to_string();
    happens(&app, &member.admin, &paths[2], "tested", &[("together", &theirs)]).await.is(404);
    proven(&app, &member.admin, &paths[1], &[("proves_also", &theirs)]).await.is(404);
}

#[tokio::test]
async fn a_device_that_somebody_else_changed_is_not_overwritten() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let path = a_device(&member.admin, &member, &[]).await;
    let edit = format!("{path}/edit");
    let (mine, theirs) = (member.admin.get(&edit).await.is(200), staff.get(&edit).await.is(200));
    post_changed(&staff, &edit, &theirs, &[("vendor", "别家服务商")]).await.is(303);
    let stale = post_changed(&member.admin, &edit, &mine, &[("vendor", "我家服务商")]).await.is(409);
    let stale = stale.says("别家服务商").says("我家服务商");
    member.admin.get(&path).await.says("别家服务商").says_not("我家服务商");
    post_changed(&member.admin, &edit, &stale, &[]).await.is(303);
    member.admin.get(&path).await.says("我家服务商");
}

#[tokio::test]
async fn the_list_is_narrowed_paged_and_exported() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let mut paths = Vec::new();
    for n in 0..51 {
        paths.push(a_device(&member.admin, &member, &[("serial", &format!("L{n:03}"))]).await);
    }
    let desk = a_device(&member.admin, &member, &[("form", "desk"), ("serial", "Z1"), ("stage", "planned")]).await;
    let first = staff.get("/sentinels/devices").await.is(200).says(&desk).says("L050").says_not("L000");
    let next = first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    staff.get(&next.replace("&amp;", "&")).await.is(200).says("L000").says_not("L050");
    let (name, today) = (format!("上海测试水泥有限公司{}", &member.id.to_string()[30..]), today(&app));
    let only_desk = ["form=desk", "stage=planned", "q=Z1", "counts=no&district=310118&q=Z1"];
    for query in only_desk {
        staff.get(&format!("/sentinels/devices?{query}")).await.is(200).says(&desk).says_not("L050");
        let row = only_row(&staff.get(&format!("/sentinels/devices.xlsx?{query}")).await.is(200));
        let place = [name.as_str(), "一号粉磨站", "青浦区", "东门"];
        let make = ["申安", "SA-H20", "Z1", "桌面式", ""];
        let life = ["计划中", today.as_str(), "否", "符合技术规范、接口已对接、能实时核验", "", ""];
        assert_eq!(row, [&place[..], &make, &life, &[""; 5]].concat(), "{query}");
    }
    for query in ["form=gate", "stage=faulty", "counts=yes", "district=310101", "q=没有"] {
        staff.get(&format!("/sentinels/devices?{query}")).await.is(200).says("这里还没有设备");
    }
    let all = staff.get(&format!("/sentinels/devices?member={}", member.id)).await.is(200);
    all.says("共 52 条");
    // The state that the database finds is the one that the page says.
    for stage in Stage::ALL {
        let listed = staff.get(&format!("/sentinels/devices?stage={stage}")).await.is(200);
        assert_eq!(listed.text.contains(&desk), *stage == Stage::Planned, "{stage}");
    }
    assert_eq!(DeviceForm::ALL.len(), 5);
}

#[tokio::test]
async fn the_list_is_narrowed_to_one_entrance_and_finds_it_by_its_name() {
    let app = TestApp::start().await;
    let (member, other, staff) = (a_member(&app).await, a_member(&app).await, app.staff().await);
    let gate = an_entrance(&app, member.plant, "码头岗亭").await.to_string();
    let own = member.entrance.to_string();
    let here = a_device(&member.admin, &member, &[("serial", "SN-1"), ("entrance", &own)]).await;
    let there = a_device(&member.admin, &member, &[("serial", "SN-2"), ("entrance", &gate)]).await;
    let narrowed = format!("/sentinels/devices?entrance={gate}");
    for browser in [&member.admin, &staff] {
        let list = browser.get(&narrowed).await.is(200).says(&there).says("只看：一号粉磨站 · 码头岗亭");
        let list = list.says("href=\"/sentinels/devices\"").says(&format!("name=\"entrance\" value=\"{gate}\""));
        list.says(&format!("/sentinels/devices.xlsx?entrance={gate}")).says_not(&here);
        let sheet = browser.get(&format!("/sentinels/devices.xlsx?entrance={gate}")).await.is(200);
        assert_eq!(only_row(&sheet)[3], "码头岗亭");
        browser.get("/sentinels/devices?q=岗亭").await.is(200).says(&there).says_not(&here).says_not("只看：");
    }
    // The way back keeps what else narrows the list.
    staff.get(&format!("{narrowed}&stage=installed")).await.says("href=\"/sentinels/devices?stage=installed\"");
    let theirs = other.admin.get(&narrowed).await.is(200).says("共 0 条");
    theirs.says_not(&there).says_not("码头岗亭");
    staff.get("/sentinels/devices?entrance=nonsense").await.is(404);
}

#[tokio::test]
async fn where_a_device_stands_is_read_from_an_index_alone() {
    let app = TestApp::start().await;
    if app.state.db.is_postgres() {
        return;
    }
    let conn = app.state.db.reader();
    let sql =
        "EXPLAIN QUERY PLAN SELECT stage FROM sentinel_events WHERE sentinel_id = x'00' ORDER BY seq DESC LIMIT 1";
    let steps = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    let steps: Vec<String> = steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect();
    assert!(steps.len() == 1 && steps[0].contains("COVERING INDEX sentinel_events_last"), "{steps:?}");
}

#[tokio::test]
async fn others_find_nothing_and_operators_see_their_plants() {
    let app = TestApp::start().await;
    let (theirs, mine) = (a_member(&app).await, a_member(&app).await);
    let path = a_device(&theirs.admin, &theirs, &[]).await;
    let elsewhere = app.browser_of(RoleKind::MemberOperator, Some(theirs.id), &[]).await;
    for stranger in [&mine.admin, &elsewhere] {
        stranger.get(&path).await.is(404);
        stranger.get(&format!("{path}/edit")).await.is(404);
        for act in ["edit", "moves", "proofs"] {
            stranger.post(&format!("{path}/{act}"), &[("stage", "tested")]).await.is(404);
        }
        stranger.get("/sentinels/devices").await.is(200).says_not(&path);
        stranger.get(&format!("/sentinels/devices/new?plant={}", theirs.plant)).await.is(404);
        let plant = theirs.plant.to_string();
        stranger.post("/sentinels/devices/new", &[("plant", &plant)]).await.is(404);
    }
    let operator = app.browser_of(RoleKind::MemberOperator, Some(theirs.id), &[theirs.plant]).await;
    operator.get("/sentinels/devices").await.is(200).says(&path);
    happens(&app, &operator, &path, "tested", &[]).await.is(303);
    let auditor = app.auditor().await;
    auditor.get(&path).await.is(200);
    auditor.get("/sentinels/devices").await.is(200).says(&path).says_not("/sentinels/devices/new");
    auditor.post(&format!("{path}/moves"), &[]).await.is(403);
    let fields = form_fields(&theirs.admin.get(&path).await);
    assert!(fields.iter().any(|(name, _)| name == "day"));
}

#[tokio::test]
async fn devices_in_service_without_evidence_wait_on_todo_of_their_member() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = a_device(&member.admin, &member, &[("stage", "in_service")]).await;
    let todo = member.admin.get("/todo").await.is(200).says("1 台装好的设备");
    assert_eq!(crate::todo::listed(&todo, "/sentinels"), 1);
    proven(&app, &member.admin, &path, &[]).await.is(303);
    let todo = member.admin.get("/todo").await.is(200).says_not("使用中的设备");
    assert_eq!(crate::todo::listed(&todo, "/sentinels"), 0);
}

#[tokio::test]
async fn with_the_module_off_devices_are_gone_and_their_data_stays() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = a_device(&member.admin, &member, &[("stage", "in_service")]).await;
    switch_module(&app, false).await;
    let edit = format!("{path}/edit");
    for path in ["/sentinels/devices", "/sentinels/devices.xlsx", "/sentinels/devices/new", &path, &edit] {
        member.admin.get(path).await.is(404);
    }
    happens(&app, &member.admin, &path, "tested", &[]).await.is(404);
    member.admin.get("/todo").await.is(200).says_not("/sentinels");
    switch_module(&app, true).await;
    member.admin.get(&path).await.is(200);
}
