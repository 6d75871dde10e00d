//! Readiness: each criterion with what mends it, the association's list, and the sheet with its proof.

use std::process::Command;

use app::{
    accounts::RoleKind,
    ids::NoticeId,
    sheets::{Limits, read_bytes},
    time::Instant,
};
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::{
    builders::{TestMember, a_member, an_issue},
    coverage::{posted, seen},
    forms::{form_fields, post_changed},
    guides::switch_module,
    notices::a_notice,
    place_codes::{add, issued, on_record, payload},
    postings::{photographed, recorded, taken_back, with_code},
    supply,
    test_app::{Answer, Browser, TestApp},
};

async fn run(app: &TestApp, sql: &str, values: impl IntoIterator<Item = Value>) {
    let tx = app.tx().await;
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await.unwrap();
    tx.commit().await.unwrap();
}

fn page_of(member: &TestMember) -> String {
    format!("/readiness/{}", member.plant)
}

/// Makes the member's entrance covered.
async fn covered(app: &TestApp, member: &TestMember) {
    let copy = posted(app, member, member.entrance, on_record(app, member).await).await;
    seen(app, copy, "right", 0).await;
}

/// The member acknowledges everything.
async fn acknowledged(app: &TestApp, member: &TestMember) {
    let sql = "UPDATE notice_members SET acknowledged_at = $1 WHERE member_id = $2";
    run(app, sql, [app.state.clock.now().into(), member.id.into()]).await;
}

/// A member that lacks nothing.
async fn a_ready_member(app: &TestApp) -> TestMember {
    let member = a_member(app).await;
    covered(app, &member).await;
    member.admin.get(&page_of(&member)).await.is(200).says(">已就绪<");
    member
}

/// The answers on a plant's page, by the words of their criteria.
fn answer(page: &Answer, criterion: &str) -> String {
    let row = page.text.split(&format!("<th scope=\"row\">{criterion}<")).nth(1).unwrap();
    let tag = row.split("<span class=\"tag").nth(1).unwrap();
    tag.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()
}

async fn make(browser: &Browser, member: &TestMember) -> Answer {
    let page = browser.get(&page_of(member)).await.is(200);
    let once = form_fields(&page).into_iter().find(|(name, _)| name == "once").unwrap().1;
    browser.post(&format!("{}/sheets", page_of(member)), &[("once", &once)]).await
}

fn link_in(page: &Answer, before: &str) -> String {
    let href = page.text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    href.into_iter().find(|href| href.starts_with(before)).unwrap().to_owned()
}

#[tokio::test]
async fn every_criterion_says_what_is_missing_and_leads_to_what_mends_it() {
    let app = TestApp::start_with_module().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let own = &member.admin;
    let here = page_of(&member);
    let page = own.get(&here).await.is(200).says(">差一项<").says("1 个出入口，已覆盖 0 个");
    let page = page.says(&format!("/coverage?plant={}&amp;show=open", member.plant));
    assert_eq!(answer(&page, "出入口全部覆盖"), "否");
    assert_eq!(answer(&page, "必读通知已收悉"), "是");
    assert_eq!(answer(&page, "保供填报不缺"), "不适用");
    assert_eq!(answer(&page, "没有待答复的求助"), "是");
    assert_eq!(answer(&page, "联系人可以打通电话"), "是");

    covered(&app, &member).await;
    own.get(&here).await.says(">已就绪<").says("最近一次张贴核实");

    // A notice that waits, until it is acknowledged.
    let notice = a_notice(&staff, &[]).await;
    let page = own.get(&here).await.is(200).says(">差一项<").says(&notice).says("恢复散装水泥运输的通知");
    assert_eq!(answer(&page, "必读通知已收悉"), "否");
    acknowledged(&app, &member).await;
    own.get(&here).await.is(200).says(">已就绪<").says("最近一次收悉");

    // An issue about transport holds nobody up; a call for help does, until it is answered.
    let question = an_issue(&app, &member).await;
    own.get(&here).await.says(">已就绪<").says_not(&question.to_string());
    run(&app, "UPDATE issues SET kind = 'call_for_help' WHERE id = $1", [question.into()]).await;
    let page = own.get(&here).await.is(200).says(">差一项<").says(&format!("/issues/{question}"));
    assert_eq!(answer(&page, "没有待答复的求助"), "否");
    // With the department it still waits; the answer counts whether or not it is closed.
    run(&app, "UPDATE issues SET forwarded_at = filed_at + 1 WHERE id = $1", [question.into()]).await;
    assert_eq!(answer(&own.get(&here).await.is(200), "没有待答复的求助"), "否");
    run(&app, "UPDATE issues SET answered_at = filed_at + 2 WHERE id = $1", [question.into()]).await;
    own.get(&here).await.says(">已就绪<");

    // Nobody can be phoned.
    run(&app, "UPDATE contacts SET phone = NULL WHERE id = $1", [member.contact.into()]).await;
    own.get(&here).await.says(">差一项<").says(&format!("/members/{}/contacts/new", member.id));
    run(&app, "UPDATE contacts SET phone = '18600001402' WHERE id = $1", [member.contact.into()]).await;

    // A report whose hour has passed.
    let now = app.state.clock.now();
    app.state.clock.advance(Instant::at(now.plus(Instant::DAY).day(), 11, 0).since(now));
    let day = app.state.clock.now().day().to_string();
    let page = own.get(&here).await.is(200).says(&format!("/plants/{}/supply/{day}", member.plant));
    assert_eq!(answer(&page, "保供填报不缺"), "否");
    let suspend = "INSERT INTO supply_suspensions (id, plant_id, from_day, until_day, reason, made_at)
        VALUES ($1, $2, $3, $4, '检修', 1)";
    let days = [now.day(), now.plus(9 * Instant::DAY).day()];
    let values: [Value; 4] = [uuid::Uuid::now_v7().into(), member.plant.into(), days[0].into(), days[1].into()];
    run(&app, suspend, values).await;
    let page = own.get(&here).await.is(200).says(">已就绪<");
    assert_eq!(answer(&page, "保供填报不缺"), "不适用");
}

#[tokio::test]
async fn a_photo_of_an_old_code_is_no_check_of_what_hangs_until_that_is_the_current_one_again() {
    let app = TestApp::start_with_module().await;
    let (member, image) = with_code(&app, 1).await;
    let copy = recorded(&app, &member).await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    photographed(&member.admin, copy, &image).await.is(303);
    member.admin.get(&page_of(&member)).await.is(200).says_not("最近一次张贴核实");
    taken_back(&app, &member.admin, member.entrance, 2).await;
    member.admin.get(&page_of(&member)).await.is(200).says("最近一次张贴核实");
}

#[tokio::test]
async fn whoever_may_not_mend_it_is_told_who_does() {
    let app = TestApp::start_with_module().await;
    let member = a_member(&app).await;
    run(&app, "UPDATE entrances SET closed_at = 1 WHERE id = $1", [member.entrance.into()]).await;
    run(&app, "UPDATE contacts SET phone = NULL WHERE id = $1", [member.contact.into()]).await;
    let here = page_of(&member);
    let (entrance, contact) =
        (format!("/plants/{}/entrances/new", member.plant), format!("/members/{}/contacts/new", member.id));
    member.admin.get(&here).await.is(200).says(&entrance).says(&contact).says_not("请单位管理员");
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let page = operator.get(&here).await.is(200).says_not(&entrance).says_not(&contact);
    let page = page.says("请单位管理员登记").says("请单位管理员补充能打通的电话");
    for leads_to in [format!("/plants/{}", member.plant), format!("/members/{}", member.id)] {
        operator.get(&link_in(&page, &leads_to)).await.is(200);
    }
}

#[tokio::test]
async fn what_is_met_leads_to_the_very_thing_that_speaks_for_it() {
    let app = TestApp::start_with_module().await;
    let (member, other, staff) = (a_ready_member(&app).await, a_member(&app).await, app.staff().await);
    let here = page_of(&member);
    // Nothing was acknowledged or answered yet.
    member.admin.get(&here).await.is(200).says("href=\"/issues?view=all\"");
    staff.get(&here).await.is(200).says("href=\"/issues?view=all&amp;q=");

    let (early, late) = (a_notice(&staff, &[]).await, a_notice(&staff, &[]).await);
    let now = app.state.clock.now();
    for (notice, at) in [(&early, now), (&late, now.plus(-Instant::MINUTE))] {
        let id: NoticeId = notice.trim_start_matches("/notices/").parse().unwrap();
        let sql = "UPDATE notice_members SET acknowledged_at = $1 WHERE version_id IN
            (SELECT v.id FROM notice_versions v WHERE v.notice_id = $2)";
        run(&app, sql, [at.into(), id.into()]).await;
    }
    let page = member.admin.get(&here).await.is(200).says(">已就绪<").says(&format!("href=\"{early}\""));
    page.says_not(&format!("href=\"{late}\""));

    let (early, late) = (an_issue(&app, &member).await, an_issue(&app, &member).await);
    for (issue, at) in [(early, now.plus(Instant::HOUR)), (late, now.plus(Instant::MINUTE))] {
        run(&app, "UPDATE issues SET answered_at = $1 WHERE id = $2", [at.into(), issue.into()]).await;
    }
    let page = member.admin.get(&here).await.is(200).says(&format!("href=\"/issues/{early}\""));
    page.says_not(&format!("href=\"/issues/{late}\""));
    // What was answered about another plant says nothing of this one.
    run(&app, "UPDATE issues SET plant_id = $1 WHERE id = $2", [other.plant.into(), early.into()]).await;
    member.admin.get(&here).await.is(200).says(&format!("href=\"/issues/{late}\""));
}

#[tokio::test]
async fn while_nothing_is_asked_for_nobody_is_ready_and_no_sheet_is_made() {
    let app = TestApp::start_with_module().await;
    let (member, other, staff) = (a_ready_member(&app).await, a_member(&app).await, app.staff().await);
    let here = page_of(&member);
    let page = form_fields(&staff.get("/readiness/settings").await.is(200));
    let others =
        page.iter().filter(|(name, _)| name != "criteria").map(|(name, value)| (name.as_str(), value.as_str()));
    let mut fields: Vec<(&str, &str)> = others.collect();
    staff.post("/readiness/settings", &fields).await.is(422).says("请至少勾选一项条件");
    fields.push(("criteria", "entrances"));
    staff.post("/readiness/settings", &fields).await.is(303);
    make(&member.admin, &member).await.is(303);
    let proof = link_in(&member.admin.get(&here).await, "/proof/");
    app.stranger().get(&proof).await.is(200).says("现在仍然如此");

    // The only criterion goes with its module.
    switch_module(&app, false).await;
    for (browser, path) in [(&other.admin, page_of(&other)), (&other.admin, "/readiness".to_owned())] {
        browser.get(&path).await.is(200).says("现在没有要求任何条件").says_not("已就绪").says_not("按现在的情况出具");
    }
    let list = staff.get("/readiness").await.is(200).says("共 2 条");
    list.says_not("已就绪").says_not("按区统计");
    staff.get("/readiness?verdict=ready").await.is(200).says("共 0 条");
    member.admin.post(&format!("{here}/sheets"), &[]).await.is(409).says("暂时不能出具证明单");
    let stranger = app.stranger();
    let shown = stranger.get(&proof).await.is(200).says("证明单是真的").says("现在没有要求任何条件，不再有效");
    shown.says("已就绪").says_not("现在仍然如此");

    // A sheet that was made while nothing was asked for proves nothing, now or ever.
    let sql = "UPDATE readiness_sheets SET said = REPLACE(said, '\"criteria\":[\"entrances\"]', '\"criteria\":[]')";
    run(&app, sql, []).await;
    let shown = stranger.get(&proof).await.is(200).says("现在没有要求任何条件，不再有效");
    shown.says_not("已就绪").says_not("现在仍然如此");
    member.admin.get(&here).await.is(200).says("ZB-").says_not("已就绪");
}

#[tokio::test]
async fn which_criteria_count_and_what_the_occasion_is_called_is_a_setting() {
    let app = TestApp::start_with_module().await;
    let (member, staff, auditor) = (a_member(&app).await, app.staff().await, app.auditor().await);
    member.admin.get(&page_of(&member)).await.says(">差一项<");
    let page = staff.get("/readiness/settings").await.is(200);
    let version = form_fields(&page).into_iter().find(|(name, _)| name == "row_version").unwrap().1;
    let fields = |criteria: &[&'static str]| {
        let fields = [("title", "防汛准备"), ("title_en", "Flood season"), ("row_version", version.as_str())];
        let criteria = criteria.iter().map(|one| ("criteria", *one));
        fields.into_iter().chain(criteria).map(|(n, v)| (n.to_owned(), v.to_owned())).collect::<Vec<_>>()
    };
    let chosen = fields(&["notices", "contact"]);
    let chosen: Vec<(&str, &str)> = chosen.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    staff.post("/readiness/settings", &[("title", ""), ("title_en", ""), ("row_version", &version)]).await.is(422);
    staff.post("/readiness/settings", &chosen).await.is(303);
    let page = member.admin.get(&page_of(&member)).await.is(200).says(">已就绪<").says("防汛准备");
    page.says_not("出入口全部覆盖").says_not("保供填报不缺");
    staff.get("/readiness").await.says("防汛准备情况").says("必读通知已收悉、联系人可以打通电话");
    staff.post("/readiness/settings", &chosen).await.is(409);
    auditor.get("/readiness/settings").await.is(200).says("disabled");
    auditor.post("/readiness/settings", &chosen).await.is(403);
    member.admin.get("/readiness/settings").await.is(403);
}

#[tokio::test]
async fn with_the_module_off_readiness_stays_without_its_criterion() {
    let app = TestApp::start_with_module().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    member.admin.get(&page_of(&member)).await.says("出入口全部覆盖");
    switch_module(&app, false).await;
    for path in [page_of(&member), "/readiness".to_owned()] {
        member.admin.get(&path).await.is(200).says(">已就绪<").says_not("出入口").says_not("/coverage");
    }
    // Saving the settings meanwhile takes nothing away.
    let page = staff.get("/readiness/settings").await.is(200).says_not("出入口全部覆盖");
    post_changed(&staff, "/readiness/settings", &page, &[("title", "复工")]).await.is(303);
    switch_module(&app, true).await;
    member.admin.get(&page_of(&member)).await.says("出入口全部覆盖");
}

#[tokio::test]
async fn the_association_sees_who_is_ready_nearly_and_not() {
    let app = TestApp::start_with_module().await;
    let (ready, nearly, not) = (a_ready_member(&app).await, a_member(&app).await, a_member(&app).await);
    run(&app, "UPDATE contacts SET phone = NULL WHERE member_id = $1", [not.id.into()]).await;
    let (staff, auditor) = (app.staff().await, app.auditor().await);
    for office in [&staff, &auditor] {
        let page = office.get("/readiness").await.is(200).says("共 3 条").says("按区统计").says("按厂区类型统计");
        for member in [&ready, &nearly, &not] {
            assert!(page.text.contains(&page_of(member)));
        }
    }
    for (query, expected) in [
        ("verdict=ready", vec![&ready]),
        ("verdict=nearly", vec![&nearly]),
        ("verdict=not_ready", vec![&not]),
        ("lacks=entrances", vec![&nearly, &not]),
        ("lacks=contact", vec![&not]),
        ("lacks=supply", vec![]),
        ("district=310118&kind=grinding_station&verdict=ready", vec![&ready]),
        ("district=310115", vec![]),
        ("q=%E6%B5%8B%E8%AF%95&verdict=nearly", vec![&nearly]),
        ("q=%25", vec![]),
    ] {
        let page = staff.get(&format!("/readiness?{query}")).await.is(200);
        for member in [&ready, &nearly, &not] {
            let listed = expected.iter().any(|one| one.id == member.id);
            assert_eq!(page.text.contains(&page_of(member)), listed, "{query}");
        }
        let sheet = staff.get(&format!("/readiness.xlsx?{query}")).await.is(200);
        let rows = read_bytes(&sheet.bytes, Limits { rows: 20, said: 100, columns: 40 }).unwrap().rows;
        assert_eq!(rows.len(), expected.len() + 1, "{query}");
    }
    // What was mended is seen at once.
    covered(&app, &nearly).await;
    staff.get("/readiness?verdict=ready").await.is(200).says("共 2 条");
    // Whoever left or closed is asked for nothing.
    run(&app, "UPDATE plants SET closed_at = 1 WHERE id = $1", [ready.plant.into()]).await;
    run(&app, "UPDATE members SET left_at = 1 WHERE id = $1", [not.id.into()]).await;
    staff.get("/readiness").await.is(200).says("共 1 条");
    staff.get(&page_of(&ready)).await.is(200).says("厂区已停用").says_not("按现在的情况出具");
}

#[tokio::test]
async fn the_list_goes_page_by_page_whatever_changes_meanwhile() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let copy = "INSERT INTO plants (id, member_id, name, kind, district, town, address, address_line, address_key,
        created_at, row_version) SELECT $1, member_id, $2, kind, district, town, address, address_line, $2, created_at, 1
        FROM plants WHERE id = $3";
    for n in 0..119 {
        let values: [Value; 3] = [uuid::Uuid::now_v7().into(), format!("{n:03}号厂").into(), member.plant.into()];
        run(&app, copy, values).await;
    }
    let staff = app.staff().await;
    let side = |page: &Answer, rel: &str| {
        let href = page.text.split(&format!("rel=\"{rel}\" href=\"")).nth(1)?.split('"').next()?;
        Some(href.replace("&amp;", "&"))
    };
    let first = staff.get("/readiness").await.is(200).says(">000号厂<").says(">049号厂<").says_not(">050号厂<");
    assert_eq!(side(&first, "prev"), None);
    let second = staff.get(&side(&first, "next").unwrap()).await.is(200).says(">050号厂<").says(">099号厂<");
    let third = staff.get(&side(&second, "next").unwrap()).await.is(200).says(">100号厂<").says("一号粉磨站");
    assert_eq!(side(&third, "next"), None);
    staff.get(&side(&third, "prev").unwrap()).await.is(200).says(">050号厂<").says(">099号厂<").says_not(">049号厂<");
    // The plant that a page begins after is not listed any more, and the page begins where it did.
    run(&app, "UPDATE plants SET district = '310115' WHERE name = '049号厂'", []).await;
    let next = side(&first, "next").unwrap().replace('?', "?district=310118&");
    staff.get(&next).await.is(200).says(">050号厂<").says_not(">049号厂<");
    staff.get("/readiness?after=00000000-0000-0000-0000-000000000000").await.is(200).says(">000号厂<");
}

#[tokio::test]
async fn everybody_sees_the_readiness_of_their_own_plants() {
    let app = TestApp::start().await;
    let (one, other) = (a_member(&app).await, a_member(&app).await);
    let operator = app.browser_of(RoleKind::MemberOperator, Some(one.id), &[one.plant]).await;
    let of_none = app.browser_of(RoleKind::MemberOperator, Some(one.id), &[]).await;
    make(&one.admin, &one).await.is(303);
    let sheet = link_in(&one.admin.get(&page_of(&one)).await, &format!("{}/sheets/", page_of(&one)));
    for browser in [&one.admin, &operator] {
        browser.get("/readiness").await.is(200).says("共 1 条").says(&page_of(&one));
        browser.get(&page_of(&one)).await.is(200);
        browser.get(&sheet).await.is(200);
        browser.get(&page_of(&other)).await.is(404);
    }
    for browser in [&other.admin, &of_none] {
        browser.get(&page_of(&one)).await.is(404);
        browser.get(&sheet).await.is(404);
        browser.post(&format!("{}/sheets", page_of(&one)), &[]).await.is(404);
    }
    // A sheet is under its own plant only.
    other.admin.get(&sheet.replace(&one.plant.to_string(), &other.plant.to_string())).await.is(404);
    of_none.get("/readiness").await.is(200).says("共 0 条");
    let auditor = app.auditor().await;
    auditor.get(&page_of(&one)).await.is(200).says_not("按现在的情况出具");
    auditor.get(&sheet).await.is(200);
    auditor.post(&format!("{}/sheets", page_of(&one)), &[]).await.is(403);
}

#[tokio::test]
async fn a_sheet_is_one_page_whose_code_leads_to_its_proof() {
    let app = TestApp::start_with_module().await;
    let member = a_ready_member(&app).await;
    let here = page_of(&member);
    // A second click on the same form makes no second sheet.
    let page = member.admin.get(&here).await.is(200);
    let once = form_fields(&page).into_iter().find(|(name, _)| name == "once").unwrap().1;
    for _ in 0..2 {
        member.admin.post(&format!("{here}/sheets"), &[("once", &once)]).await.is(303);
    }
    let page = member.admin.get(&here).await.is(200).says("ZB-").says_not("-0002");
    let pdf = member.admin.get(&link_in(&page, &format!("{here}/sheets/"))).await.is(200);
    let file = app.folder.path().join("sheet.pdf");
    std::fs::write(&file, &pdf.bytes).unwrap();
    let info = Command::new("pdfinfo").arg(&file).output().unwrap();
    let info = String::from_utf8(info.stdout).unwrap();
    assert!(info.lines().any(|l| l.starts_with("Pages:") && l.ends_with(" 1")) && info.contains("(A4)"), "{info}");
    let text = Command::new("pdftotext").arg(&file).arg("-").output().unwrap();
    let text: String = String::from_utf8(text.stdout).unwrap().chars().filter(|c| !c.is_whitespace()).collect();
    for words in
        ["准备情况证明单", "一号粉磨站", "已就绪", "出入口全部覆盖", "1个出入口，已覆盖1个", "章练塘路588弄15号"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }

    let image = app.folder.path().join("sheet");
    let drawn = Command::new("pdftoppm").args(["-png", "-singlefile", "-r", "150"]).arg(&file).arg(&image).status();
    assert!(drawn.unwrap().success());
    let read = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(image.with_extension("png")).output().unwrap();
    let link = String::from_utf8(read.stdout).unwrap().trim_end().to_owned();
    let path = link.strip_prefix(&app.state.options.public_url).unwrap().to_owned();
    assert_eq!(path, link_in(&page, "/proof/"));
    let proof = app.stranger().get(&path).await.is(200).says("证明单是真的").says("现在仍然如此").says("ZB-");
    proof.says("一号粉磨站").says_not("王厂长").says_not("18600001402").says_not("测试员");
}

/// A stranger must not keep the association's figures from being kept.
#[tokio::test]
async fn a_link_that_was_never_made_leaves_what_is_kept() {
    let app = TestApp::start().await;
    let before = app.state.db.commits();
    app.stranger().get("/proof/nothing").await.is(404);
    assert_eq!(app.state.db.commits(), before);
}

#[tokio::test]
async fn the_proof_says_when_things_have_changed_and_when_there_is_no_such_sheet() {
    let app = TestApp::start_with_module().await;
    let member = a_ready_member(&app).await;
    make(&member.admin, &member).await.is(303);
    let path = link_in(&member.admin.get(&page_of(&member)).await, "/proof/");
    let stranger = app.stranger();
    stranger.get(&path).await.is(200).says("现在仍然如此");

    a_notice(&app.staff().await, &[]).await;
    let proof = stranger.get(&path).await.is(200).says("证明单是真的").says("不再有效").says("差一项").says("1 份");
    proof.says_not("恢复散装水泥运输的通知");
    acknowledged(&app, &member).await;
    stranger.get(&path).await.is(200).says("现在仍然如此");

    // The plant is called otherwise by now.
    run(&app, "UPDATE plants SET name = '二号粉磨站' WHERE id = $1", [member.plant.into()]).await;
    stranger.get(&path).await.is(200).says("不再有效").says("现在登记的是").says("二号粉磨站");
    run(&app, "UPDATE plants SET name = '一号粉磨站' WHERE id = $1", [member.plant.into()]).await;
    // With the module off its criterion is not asked for any more.
    switch_module(&app, false).await;
    stranger.get(&path).await.is(200).says("不再有效").says("现在不要求");
    switch_module(&app, true).await;
    run(&app, "UPDATE plants SET closed_at = 1 WHERE id = $1", [member.plant.into()]).await;
    stranger.get(&path).await.is(200).says("证明单是真的").says("厂区已停用").says_not("现在仍然如此");

    let forged = format!("{}{}", &path[..path.len() - 1], if path.ends_with('A') { 'B' } else { 'A' });
    stranger.get(&forged).await.is(404).says("没有这张证明单");
    // Who goes on trying waits; the genuine one opens all the same.
    for _ in 0..40 {
        stranger.get("/proof/nothing").await;
    }
    stranger.get(&forged).await.is(429);
    stranger.get(&path).await.is(200);
}

#[tokio::test]
async fn a_report_that_falls_due_and_is_filed_in_time_takes_nothing_from_a_sheet() {
    let app = TestApp::start_with_module().await;
    let member = a_ready_member(&app).await;
    make(&member.admin, &member).await.is(303);
    let page = member.admin.get(&page_of(&member)).await.is(200);
    assert_eq!(answer(&page, "保供填报不缺"), "不适用");
    let (path, stranger) = (link_in(&page, "/proof/"), app.stranger());

    let clock = &app.state.clock;
    let until = |days: i64, hour| Instant::at(clock.now().plus(days * Instant::DAY).day(), hour, 0).since(clock.now());
    supply::file(&member.admin, &member, &clock.now().day().to_string(), &[]).await;
    clock.advance(until(1, 9));
    supply::file(&member.admin, &member, &clock.now().day().to_string(), &[]).await;
    clock.advance(until(0, 11));
    assert_eq!(answer(&member.admin.get(&page_of(&member)).await.is(200), "保供填报不缺"), "是");
    stranger.get(&path).await.is(200).says("现在仍然如此").says_not("不再有效");
    // The next day's report is missing.
    clock.advance(until(1, 11));
    stranger.get(&path).await.is(200).says("不再有效").says("差一项");
}
