//! Members that left the association: noted by staff and taken back; read, but not acted for.

use app::{
    accounts::{RoleKind, store as accounts},
    members::store,
    time::{Instant, show_day},
};

use crate::{
    builders::{TestMember, a_member, an_issue},
    notices::a_notice,
    test_app::{Browser, TestApp, has_module, new_person},
};

async fn version(app: &TestApp, member: &TestMember) -> String {
    store::member(app.state.db.reader(), member.id).await.unwrap().row_version.to_string()
}

async fn leave(app: &TestApp, staff: &Browser, member: &TestMember) {
    let (day, version) = (show_day(app.state.clock.now().day()), version(app, member).await);
    let fields = [("day", day.as_str()), ("remark", "来函〔2022〕3号"), ("row_version", &version)];
    let here = staff.post(&format!("/members/{}/leave", member.id), &fields).await.is(303);
    // What the act says, with the name, is said once.
    staff.get(here.location()).await.is(200);
}

async fn name(app: &TestApp, member: &TestMember) -> String {
    store::member(app.state.db.reader(), member.id).await.unwrap().name
}

/// The morning after next, when members have been there for a whole day.
fn two_days_on(app: &TestApp) -> String {
    let now = app.state.clock.now();
    app.state.clock.advance(Instant::at(now.plus(2 * Instant::DAY).day(), 11, 0).since(now));
    show_day(app.state.clock.now().day())
}

#[tokio::test]
async fn staff_note_it_and_take_it_back_and_it_stands_in_the_audit() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let (here, name) = (format!("/members/{}", member.id), name(&app, &member).await);
    staff.get(&here).await.is(200).says("登记退会");
    member.admin.get(&here).await.is(200).says_not("登记退会");
    for path in ["leave", "return"] {
        member.admin.post(&format!("{here}/{path}"), &[]).await.is(403);
    }
    let wrong = [("day", "2199-01-01"), ("remark", "来函"), ("row_version", "1")];
    let shown = staff.post(&format!("{here}/leave"), &wrong).await.is(422);
    shown.says("退会日期不能晚于今天").says("2199-01-01").says("来函");

    leave(&app, &staff, &member).await;
    staff.get(&here).await.is(200).says("退会").says("来函〔2022〕3号").says("撤销退会").says_not("/leave\"");
    member.admin.get(&here).await.is(200).says("退会").says_not("来函〔2022〕3号").says_not("撤销退会");
    staff.get("/members").await.is(200).says_not(&name);
    staff.get("/members?left=yes").await.is(200).says(&name);
    app.auditor().await.get("/audit?act=member.left").await.is(200).says("登记了退会").says(&name);

    let version = version(&app, &member).await;
    staff.post(&format!("{here}/return"), &[("row_version", "1")]).await.is(303);
    staff.get(&here).await.is(200).says("没有撤销").says("/return\"");
    staff.get("/members").await.says_not(&name);
    staff.post(&format!("{here}/return"), &[("row_version", &version)]).await.is(303);
    staff.get(&here).await.is(200).says_not("/return\"");
    staff.get("/members").await.is(200).says(&name);
    staff.get("/audit?act=member.returned").await.is(200).says("撤销了退会登记");
    staff.post(&format!("{here}/return"), &[("row_version", &version)]).await.is(409).says("没有退会登记");
}

#[tokio::test]
async fn a_stale_form_keeps_what_was_typed_beside_what_a_colleague_noted() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let (here, today) = (format!("/members/{}", member.id), show_day(app.state.clock.now().day()));
    let post = format!("{here}/leave");
    let changed = [("name", "上海改名水泥有限公司"), ("credit_code", "91310118DEM0000144"), ("row_version", "1")];
    staff.upload(&format!("{here}/edit"), &changed, &[]).await.is(303);
    let typed = |version| [("day", "2022-05-30"), ("remark", "来函〔2022〕5号"), ("row_version", version)];
    let moved = staff.post(&post, &typed("1")).await.is(409).says("有人先改过了").says("上海改名水泥有限公司");
    for kept in ["value=\"2022-05-30\"", "value=\"来函〔2022〕5号\"", "name=\"row_version\" value=\"2\""] {
        assert!(moved.text.contains(kept), "{kept}");
    }
    staff.get(&here).await.is(200).says_not("已于");

    leave(&app, &staff, &member).await;
    // Both versions stand side by side, and the one that is stored stays.
    staff
        .post(&post, &typed("2"))
        .await
        .is(409)
        .says(&today)
        .says("来函〔2022〕3号")
        .says("2022-05-30")
        .says("来函〔2022〕5号");
    staff.get(&here).await.is(200).says(&today).says("来函〔2022〕3号");
    // Sent again it is a decision, and its second click says the same.
    for _ in 0..2 {
        staff.post(&post, &typed("3")).await.is(303);
        staff.get(&here).await.is(200).says("已登记退会").says("2022-05-30").says("来函〔2022〕5号");
    }
    let audit = app.auditor().await.get("/audit?act=member.left").await.is(200);
    assert_eq!(audit.text.matches("<th scope=\"row\"").count(), 2);
}

#[tokio::test]
async fn a_member_that_left_owes_no_report_and_is_not_in_the_days_list() {
    let app = TestApp::start().await;
    let (staff, member, stays) = (app.staff().await, a_member(&app).await, a_member(&app).await);
    let (left, here) = (name(&app, &member).await, name(&app, &stays).await);
    let before = two_days_on(&app);
    let list = |day: &str| format!("/supply/day/{day}?show=missing");
    member.admin.get("/todo").await.is(200).says(&format!("/supply/{before}"));
    staff.get(&list(&before)).await.is(200).says(&left).says(&here);
    let day = two_days_on(&app);
    leave(&app, &staff, &member).await;
    staff.get(&list(&day)).await.is(200).says(&here).says_not(&left);
    staff.get(&format!("/supply/day/{day}?show=all")).await.is(200).says(&here).says_not(&left);
    staff.get(&list(&before)).await.is(200).says(&left);
    staff.get("/todo").await.is(200).says("1 个厂区");
    member.admin.get("/todo").await.is(200).says_not(&format!("/supply/{day}"));
    member.admin.get("/supply").await.is(200).says_not("逾期");
}

#[tokio::test]
async fn its_people_read_and_file_nothing_new_unless_they_serve_another() {
    let app = TestApp::start().await;
    let (staff, member, other) = (app.staff().await, a_member(&app).await, a_member(&app).await);
    let issue = an_issue(&app, &member).await;
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    for id in [member.id, other.id] {
        accounts::add_role(&tx, person, RoleKind::MemberAdmin, Some(id), &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let both = app.signed_in(person).await;
    leave(&app, &staff, &member).await;

    let today = show_day(app.state.clock.now().day());
    let report = |member: &TestMember| format!("/plants/{}/supply/{today}", member.plant);
    for browser in [&member.admin, &both] {
        browser.get(&format!("/issues/{issue}")).await.is(200).says("散装车能否进城");
        browser.get(&format!("/plants/{}/supply", member.plant)).await.is(200);
        browser.get(&report(&member)).await.is(200).says_not("lines.0.product");
        browser.post(&report(&member), &[("action", "file")]).await.is(409).says("该单位已退会");
        browser.get(&format!("/members/{}/edit", member.id)).await.is(409);
        if has_module() {
            let entrance = member.entrance.to_string();
            browser.post("/sentinels/new", &[("entrance", &entrance)]).await.is(409).says("该单位已退会");
        }
    }
    let place = format!("{}/{}", member.id, member.plant);
    let question = [("place", place.as_str()), ("kind", "policy_question"), ("title", "问"), ("body", "问题")];
    member.admin.upload("/issues/new", &question, &[]).await.is(409);
    member.admin.get("/issues/new").await.is(409).says("该单位已退会");
    both.get("/issues/new").await.is(200).says(&other.plant.to_string()).says_not(&member.plant.to_string());
    both.get(&report(&other)).await.is(200).says("lines.0.product");
    // Staff still write down what belongs to it.
    staff.get(&report(&member)).await.is(200).says("lines.0.product");
}

#[tokio::test]
async fn it_is_not_reminded_of_old_notices_and_no_more_waited_for() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    let name = name(&app, &member).await;
    staff.get(&format!("{notice}/members")).await.is(200).says(&name);
    leave(&app, &staff, &member).await;
    staff.get(&format!("{notice}/members?show=waiting")).await.is(200).says_not(&name);
    staff.post(&format!("{notice}/remind"), &[]).await.is(303);
    staff.get(&format!("{notice}/members")).await.is(200).says("没有可以用邮件提醒的单位");
}

#[tokio::test]
async fn its_people_owe_no_acknowledgement_and_staff_wait_for_none() {
    let app = TestApp::start().await;
    let (staff, member, other) = (app.staff().await, a_member(&app).await, a_member(&app).await);
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    for id in [member.id, other.id] {
        accounts::add_role(&tx, person, RoleKind::MemberAdmin, Some(id), &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let both = app.signed_in(person).await;
    let by = app.state.clock.now().plus(Instant::HOUR).input();
    let notice = a_notice(&staff, &[("acknowledge_by", &by)]).await;
    let page = both.get(&notice).await.is(200).says(&format!("value=\"{}\"", member.id));
    let version = page.text.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let acknowledge = format!("{notice}/acknowledge");
    leave(&app, &staff, &member).await;
    for kind in ["all", &member.id.to_string()] {
        let fields = [("version", version.as_str()), ("member", kind)];
        member.admin.post(&acknowledge, &fields).await.is(409).says("该单位已退会");
    }
    member.admin.get(&notice).await.is(200).says_not("/acknowledge");
    let todo = member.admin.get("/todo").await.is(200);
    assert_eq!(crate::todo::listed(&todo, "/notices"), 0);
    app.state.clock.advance(2 * Instant::HOUR);
    staff.get("/todo").await.is(200).says("还有 1 家单位逾期未确认");
    both.get(&notice).await.is(200).says("/acknowledge").says_not(&format!("value=\"{}\"", member.id));
    both.post(&acknowledge, &[("version", version.as_str()), ("member", "all")]).await.is(303);
    staff.get("/todo").await.is(200).says_not("逾期未确认");
    staff.get("/notices").await.is(200).says(&notice);
}
