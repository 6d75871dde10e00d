//! Faults of devices: reported, told to the vendor, its clock, and how they end.

use app::{
    accounts::RoleKind,
    ids::FaultId,
    sentinels::{
        devices::{model::Stage, store},
        faults::{entity, model::End},
    },
    time::Instant,
};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    builders::{TestMember, a_member},
    downloads::rows,
    forms::post_changed,
    sentinel_register::{a_model, only_row},
    sentinel_register_devices::{a_device, happens},
    sentinel_spread::{a_plant, an_entrance},
    test_app::{Answer, Browser, TestApp},
    todo::listed,
};

/// Reports a fault of a device and gives its id.
pub async fn reported(app: &TestApp, browser: &Browser, device: &str) -> String {
    happens(app, browser, device, "faulty", &[("note", "屏幕不亮")]).await.is(303);
    open(app, device).await.unwrap().id.to_string()
}

async fn open(app: &TestApp, device: &str) -> Option<entity::Model> {
    let id: app::ids::SentinelId = device.rsplit('/').next().unwrap().parse().unwrap();
    let own = entity::Entity::find().filter(entity::Column::SentinelId.eq(id));
    own.filter(entity::Column::EndedAt.is_null()).one(app.state.db.reader()).await.unwrap()
}

async fn ended(app: &TestApp, id: &str) -> Option<End> {
    let id: FaultId = id.parse().unwrap();
    entity::Entity::find_by_id(id).one(app.state.db.reader()).await.unwrap().unwrap().outcome
}

async fn stage(app: &TestApp, path: &str) -> Stage {
    store::device(app.state.db.reader(), path.rsplit('/').next().unwrap().parse().unwrap()).await.unwrap().stage()
}

async fn tell(app: &TestApp, browser: &Browser, fault: &str, version: &str, more: &[(&str, &str)]) -> Answer {
    let now = app.state.clock.now().input();
    let told = [("told_at", now.as_str()), ("way", "phone"), ("ticket", "BX-7"), ("row_version", version)];
    let told = told.into_iter().filter(|(name, _)| more.iter().all(|(changed, _)| changed != name));
    browser
        .post(&format!("/sentinels/faults/{fault}/told"), &told.chain(more.iter().copied()).collect::<Vec<_>>())
        .await
}

async fn end(app: &TestApp, browser: &Browser, fault: &str, outcome: &str, note: &str) -> Answer {
    let day = app.state.clock.now().day().to_string();
    let fields = [("outcome", outcome), ("ended_on", day.as_str()), ("ended_note", note)];
    browser.post(&format!("/sentinels/faults/{fault}/end"), &fields).await
}

async fn admin_of(app: &TestApp, member: &TestMember) -> Browser {
    app.browser_of(RoleKind::MemberAdmin, Some(member.id), &[]).await
}

#[tokio::test]
async fn the_vendors_clock_runs_from_when_it_was_told_until_the_fault_ends() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let vendor = [("stage", "in_service"), ("vendor", "上海申安智能科技有限公司")];
    let device = a_device(&member.admin, &member, &vendor).await;
    let fault = reported(&app, &member.admin, &device).await;
    let day = app.state.clock.now().day().to_string();
    member.admin.get(&device).await.is(200).says("屏幕不亮").says("未告知服务商").says("登记告知服务商");
    let todo = member.admin.get("/todo").await.says("还没有告知服务商").says(&device);
    listed(&todo, "/sentinels");

    tell(&app, &member.admin, &fault, "1", &[]).await.is(303);
    member.admin.get(&device).await.is(200).says("等服务商维修").says("BX-7").says("告知后已过 0 天 0 小时");
    member.admin.get("/todo").await.says_not("还没有告知服务商");
    app.state.clock.advance(49 * Instant::HOUR);
    let browser = admin_of(&app, &member).await;
    let todo = browser.get("/todo").await.says("服务商超期未修好");
    listed(&todo, "/sentinels");
    browser.get(&device).await.is(200).says("服务商超期").says("告知后已过 2 天 1 小时");
    let staff = app.staff().await;
    let todo = staff.get("/todo").await.says("1 台故障设备的服务商超期未修好").says("/sentinels/faults?state=overdue");
    listed(&todo, "/sentinels");
    staff.get("/sentinels/faults?state=overdue").await.is(200).says(&device).says("上海申安智能科技有限公司");
    for other in ["untold", "waiting", "ended"] {
        staff.get(&format!("/sentinels/faults?state={other}")).await.is(200).says_not(&device);
    }
    staff.get("/sentinels/faults?q=BX-7").await.is(200).says(&device);
    staff.get("/sentinels/faults?q=BX-8").await.is(200).says_not(&device);
    let mut row = only_row(&staff.get("/sentinels/faults.xlsx?state=overdue").await.is(200));
    let clock = row.remove(14);
    assert!(clock.starts_with("告知后已过 2 天 1 小时，期限 "), "{clock}");
    let name = format!("上海测试水泥有限公司{}", &member.id.to_string()[30..]);
    let place = [name.as_str(), "一号粉磨站", "东门", "申安", "SA-H20", "SN-0001", "上海申安智能科技有限公司"];
    let known = ["屏幕不亮", day.as_str(), day.as_str(), "电话", "BX-7", "", "服务商超期", "", ""];
    assert_eq!(row, [&place[..], &known].concat());
    for none in ["state=untold", "q=BX-8"] {
        let sheet = staff.get(&format!("/sentinels/faults.xlsx?{none}")).await.is(200);
        assert_eq!(rows(&app, &sheet).len(), 1, "{none}");
    }

    end(&app, &browser, &fault, "repaired", "换了屏幕").await.is(303);
    assert_eq!((stage(&app, &device).await, ended(&app, &fault).await), (Stage::InService, Some(End::Repaired)));
    browser.get(&device).await.is(200).says("已修好").says("换了屏幕").says_not("登记处理结果");
    staff.get("/todo").await.says_not("超期未修好");
    staff.get("/sentinels/faults").await.is(200).says_not(&device);
    staff.get("/sentinels/faults?state=ended").await.is(200).says(&device);
    app.admin().await.get("/audit").await.says("登记了告知服务商").says("故障的结果");
}

#[tokio::test]
async fn what_the_vendor_promised_comes_before_what_is_set() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let device = a_device(&member.admin, &member, &[]).await;
    let fault = reported(&app, &member.admin, &device).await;
    let promised = app.state.clock.now().plus(5 * Instant::DAY).day().to_string();
    tell(&app, &member.admin, &fault, "1", &[("promised", &promised)]).await.is(303);
    // A stale form overwrites nothing, and what was typed stays.
    tell(&app, &member.admin, &fault, "1", &[("ticket", "BX-9")])
        .await
        .is(422)
        .says("value=\"BX-9\"")
        .says("刚刚有人改动");
    app.state.clock.advance(5 * Instant::DAY);
    admin_of(&app, &member).await.get(&device).await.is(200).says("等服务商维修").says(&promised);
    app.state.clock.advance(Instant::DAY);
    admin_of(&app, &member).await.get(&device).await.is(200).says("服务商超期");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let device = a_device(&member.admin, &member, &[]).await;
    let fault = reported(&app, &member.admin, &device).await;
    let later = app.state.clock.now().plus(Instant::HOUR).input();
    tell(&app, &member.admin, &fault, "1", &[("told_at", &later), ("way", "")])
        .await
        .is(422)
        .says("f-told_at-error")
        .says("f-way-error");
    tell(&app, &member.admin, &fault, "1", &[("told_at", "2022-05-30T09:00")]).await.is(422).says("不能早于故障开始");
    tell(&app, &member.admin, &fault, "1", &[("promised", "2022-05-30")]).await.is(422).says("f-promised-error");
    tell(&app, &member.admin, &fault, "1", &[("told_at", "")]).await.is(422).says("f-told_at-error");
    end(&app, &member.admin, &fault, "given_up", "").await.is(422).says("f-ended_note-error");
    end(&app, &member.admin, &fault, "", "").await.is(422).says("f-outcome-error");
    assert!(ended(&app, &fault).await.is_none());
}

#[tokio::test]
async fn a_replaced_device_is_removed_and_the_new_one_is_entered_next() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let device = a_device(&member.admin, &member, &[]).await;
    let fault = reported(&app, &member.admin, &device).await;
    let answer = end(&app, &member.admin, &fault, "replaced", "主板烧坏").await.is(303);
    assert_eq!(answer.location(), format!("/sentinels/devices/new?plant={}", member.plant));
    assert_eq!((stage(&app, &device).await, ended(&app, &fault).await), (Stage::Removed, Some(End::Replaced)));
    end(&app, &member.admin, &fault, "repaired", "").await.is(422).says("已经了结");
}

#[tokio::test]
async fn a_fault_and_the_devices_life_never_part() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let device = a_device(&member.admin, &member, &[("stage", "in_service")]).await;
    let first = reported(&app, &member.admin, &device).await;
    happens(&app, &member.admin, &device, "in_service", &[("note", "重启后正常")]).await.is(303);
    assert_eq!(ended(&app, &first).await, Some(End::Repaired));
    let second = reported(&app, &member.admin, &device).await;
    assert_ne!(first, second);
    happens(&app, &member.admin, &device, "removed", &[("note", "不修了")]).await.is(303);
    assert_eq!(ended(&app, &second).await, Some(End::GivenUp));
    assert!(open(&app, &device).await.is_none());
}

#[tokio::test]
async fn a_fault_is_for_those_who_act_for_the_device() {
    let app = TestApp::start().await;
    let (member, stranger) = (a_member(&app).await, a_member(&app).await);
    let device = a_device(&member.admin, &member, &[]).await;
    let fault = reported(&app, &member.admin, &device).await;
    tell(&app, &stranger.admin, &fault, "1", &[]).await.is(404);
    end(&app, &stranger.admin, &fault, "repaired", "").await.is(404);
    stranger.admin.get("/sentinels/faults").await.is(200).says_not(&device);
    tell(&app, &app.auditor().await, &fault, "1", &[]).await.is(403);
    let staff = app.staff().await;
    let page = staff.get(&device).await.is(200);
    let told = format!("/sentinels/faults/{fault}/told");
    let now = app.state.clock.now().input();
    post_changed(&staff, &told, &page, &[("told_at", &now), ("way", "chat"), ("row_version", "1")]).await.is(303);
    app.auditor().await.get("/sentinels/faults").await.is(200).says(&device);
}

#[tokio::test]
async fn an_open_fault_moves_with_its_device() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let other = a_plant(&app, &member, "白鹤中转库").await;
    let gate = an_entrance(&app, other, "码头岗亭").await.to_string();
    let here = member.entrance.to_string();
    let device = a_device(&member.admin, &member, &[("stage", "in_service"), ("entrance", &here)]).await;
    let ended = reported(&app, &member.admin, &device).await;
    end(&app, &member.admin, &ended, "repaired", "").await.is(303);
    let open = reported(&app, &member.admin, &device).await;
    let edit = format!("{device}/edit");
    let page = member.admin.get(&edit).await.is(200);
    post_changed(&member.admin, &edit, &page, &[("entrance", &gate)]).await.is(303);

    let theirs = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[other]).await;
    theirs.get("/sentinels/faults").await.is(200).says(&device);
    theirs.get("/todo").await.says("还没有告知服务商").says(&device);
    theirs.get("/sentinels/faults?state=ended").await.is(200).says_not(&device);
    tell(&app, &theirs, &open, "1", &[]).await.is(303);
    let before = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    before.get("/sentinels/faults").await.is(200).says_not(&device);
    before.get("/todo").await.says_not(&device);
}

#[tokio::test]
async fn what_was_on_record_before_faults_were_kept_is_carried_over() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    a_model(&staff, &[("brand", "申安"), ("model", "K1+")]).await;
    let broken =
        a_device(&member.admin, &member, &[("model", "K1+"), ("serial", "SN-1"), ("stage", "in_service")]).await;
    reported(&app, &member.admin, &broken).await;
    let removed = a_device(&member.admin, &member, &[("serial", "SN-2")]).await;
    happens(&app, &member.admin, &removed, "removed", &[("note", "退租")]).await.is(303);

    let writer = app.state.db.writer();
    let applied = Migrator::get_applied_migrations(writer).await.unwrap();
    let back = applied.iter().rev().position(|step| step.name().starts_with("m22_")).unwrap() + 1;
    Migrator::down(writer, Some(u32::try_from(back).unwrap())).await.unwrap();
    for statement in [
        "UPDATE sentinels SET serial_key = 'sn2' WHERE serial = 'SN-2'",
        "UPDATE sentinels SET model_key = replace(model_key, '+', '')",
        "UPDATE sentinel_models SET name_key = replace(name_key, '+', '')",
    ] {
        writer.execute_unprepared(statement).await.unwrap();
    }
    Migrator::up(writer, None).await.unwrap();

    let fault = open(&app, &broken).await.expect("a faulty device has an open fault");
    assert_eq!((fault.what.as_str(), fault.row_version), ("屏幕不亮", 1));
    end(&app, &member.admin, &fault.id.to_string(), "repaired", "").await.is(303);
    assert_eq!(stage(&app, &broken).await, Stage::InService, "its events have kept their order");
    a_device(&member.admin, &member, &[("serial", "SN-2")]).await;
    member.admin.get(&broken).await.is(200).says("/sentinels/models/");
    // A make that differs by the plus sign alone is another one.
    a_device(&member.admin, &member, &[("model", "K1"), ("serial", "SN-1")]).await;
}
