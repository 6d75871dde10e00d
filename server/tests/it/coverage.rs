//! What every entrance is covered by: from codes, postings and devices to the matrix, its numbers and its spreadsheet.

use app::{
    accounts::RoleKind,
    coverage::model::Coverage,
    ids::{EntranceId, PlaceCodeId, TextEnum},
    members::entity::plant,
    sheets::{Limits, read_bytes},
    text::Locale,
    time::Instant,
};
use sea_orm::{ConnectionTrait, EntityTrait, Statement, Value, sea_query::Expr};
use uuid::Uuid;

use crate::{
    builders::{TestMember, a_member, an_issue},
    downloads::rows,
    forms::post_changed,
    guides::switch_module,
    place_codes::{add, issued, on_record},
    place_codes_apply::with_entrances,
    sentinel_register_devices::{a_device, happens, proven},
    sentinel_register_entries::take_back,
    test_app::{Browser, TestApp},
};

async fn run(app: &TestApp, sql: &str, values: impl IntoIterator<Item = Value>) {
    let tx = app.tx().await;
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Hangs a copy of a code at an entrance.
pub async fn posted(app: &TestApp, member: &TestMember, entrance: EntranceId, code: PlaceCodeId) -> Uuid {
    let id = Uuid::now_v7();
    let now = app.state.clock.now();
    let sql =
        "INSERT INTO postings (id, number, member_id, plant_id, entrance_id, code_id, spot, width, height, outdoors,
        laminated, posted_on, posted_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, '门卫室窗口', 210, 297, TRUE, TRUE, $7, '王厂长', $8)";
    let values: [Value; 8] = [
        id.into(),
        format!("ZT-{id}").into(),
        member.id.into(),
        member.plant.into(),
        entrance.into(),
        code.into(),
        now.day().into(),
        now.into(),
    ];
    run(app, sql, values).await;
    id
}

/// Notes what was seen of a copy some days ago.
pub async fn seen(app: &TestApp, posting: Uuid, what: &str, days_ago: i64) {
    let at = app.state.clock.now().plus(-days_ago * Instant::DAY);
    let sql = "INSERT INTO posting_events (id, posting_id, what, at, day) VALUES ($1, $2, $3, $4, $5)";
    let values: [Value; 5] = [Uuid::now_v7().into(), posting.into(), what.into(), at.into(), at.day().into()];
    run(app, sql, values).await;
}

/// The matrix of the member has its one entrance under this state and under no other, and counts it so.
async fn is(browser: &Browser, wanted: Coverage) {
    let list = browser.get("/coverage").await.is(200);
    assert_eq!(state_of(&list.text), wanted.word());
    for other in Coverage::ALL {
        let narrowed = browser.get(&format!("/coverage?show={other}")).await.is(200);
        let count = u8::from(*other == wanted);
        narrowed.says(&format!(">共 {count} 条<"));
    }
    let open = browser.get("/coverage?show=open").await.is(200);
    open.says(&format!(">共 {} 条<", u8::from(!wanted.is_covered())));
}

/// The word of the state that the only row of a matrix shows.
fn state_of(html: &str) -> &'static str {
    let cell = html.split("data-label=\"情况\">").nth(1).unwrap().split("</td>").next().unwrap();
    let says = |state: &&Coverage| cell.contains(&format!(">{}<", Locale::Zh.t(&format!("coverage.state.{state}"))));
    Coverage::ALL.iter().find(says).unwrap().word()
}

#[tokio::test]
async fn an_entrance_is_covered_by_its_code_once_a_copy_of_it_was_seen_to_be_right() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let own = &member.admin;
    is(own, Coverage::Nothing).await;
    own.get("/coverage").await.says(&format!("/place-codes/apply?member={}", member.id));

    let code = on_record(&app, &member).await;
    is(own, Coverage::Unposted).await;
    own.get("/coverage").await.says(&format!("/place-codes/print?entrance={}", member.entrance));

    let copy = posted(&app, &member, member.entrance, code).await;
    is(own, Coverage::Unverified).await;
    seen(&app, copy, "right", 90).await;
    is(own, Coverage::Code).await;
    // Whatever is said later takes its place.
    for spoils in ["unreadable", "elsewhere", "damaged", "lost"] {
        seen(&app, copy, spoils, 0).await;
        is(own, Coverage::Unverified).await;
    }
    seen(&app, copy, "by_eye", 91).await;
    is(own, Coverage::Expired).await;
    own.get("/coverage").await.says("拍照核实");
    // Another copy of the same code is enough.
    let other = posted(&app, &member, member.entrance, code).await;
    seen(&app, other, "by_eye", 3).await;
    is(own, Coverage::Code).await;
    // It says so that no photo speaks for it, wherever it is told.
    own.get("/coverage").await.is(200).says("已张贴，目视确认").says_not("已张贴并核实");
    let matrix = rows(&app, &own.get("/coverage.xlsx").await.is(200));
    assert!(matrix[1].contains("已张贴，目视确认"), "{matrix:?}");
    let readiness = format!("/readiness/{}", member.plant);
    own.get(&readiness).await.is(200).says("已覆盖 1 个，其中 1 个的场所码为目视确认");
    // A recent photo of another copy speaks for it, whichever was looked at last.
    let third = posted(&app, &member, member.entrance, code).await;
    seen(&app, third, "right", 5).await;
    own.get("/coverage").await.is(200).says("已张贴并核实").says_not("目视确认");
    own.get(&readiness).await.is(200).says("已覆盖 1 个").says_not("目视确认");
}

#[tokio::test]
async fn what_hangs_of_an_earlier_version_or_address_is_outdated_until_it_is_gone() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let code = on_record(&app, &member).await;
    let copy = posted(&app, &member, member.entrance, code).await;
    seen(&app, copy, "right", 1).await;
    is(&member.admin, Coverage::Code).await;

    // A new version was issued: the old copy has to go.
    let image = issued(&["https://s.sh.gov.cn/a/anew"]);
    add(&member.admin, member.entrance, &[("cause", "reissued")], &image).await.is(303);
    is(&member.admin, Coverage::Outdated).await;
    run(&app, "UPDATE postings SET removed_at = 1, removed_why = 'replaced' WHERE id = $1", [copy.into()]).await;
    is(&member.admin, Coverage::Unposted).await;

    // The plant moved: nothing that was issued stands under the address any more.
    let tx = app.tx().await;
    let moved = plant::Entity::update_many().col_expr(plant::Column::AddressKey, Expr::value("elsewhere"));
    moved.exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    is(&member.admin, Coverage::Moved).await;
    let newest = app::place_codes::codes::store::versions(app.state.db.reader(), member.entrance).await.unwrap()[0].id;
    let copy = posted(&app, &member, member.entrance, newest).await;
    seen(&app, copy, "right", 0).await;
    is(&member.admin, Coverage::Outdated).await;
    // A code that was withdrawn is none, and what hangs of it is as wrong.
    run(&app, "UPDATE place_codes SET withdrawn_at = 1", []).await;
    is(&member.admin, Coverage::Outdated).await;
}

#[tokio::test]
async fn a_sentinel_covers_an_entrance_only_when_it_is_in_service_and_counts() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let own = &member.admin;
    let device = a_device(own, &member, &[("stage", "planned")]).await;
    is(own, Coverage::Pending).await;
    happens(&app, own, &device, "in_service", &[]).await.is(303);
    is(own, Coverage::Pending).await;
    own.get("/coverage").await.says("在用，还不算数字哨兵");
    proven(&app, own, &device, &[]).await.is(303);
    is(own, Coverage::Sentinel).await;
    happens(&app, own, &device, "faulty", &[("note", "屏幕不亮")]).await.is(303);
    is(own, Coverage::Pending).await;
    own.get("/coverage").await.says(">故障<");
    happens(&app, own, &device, "in_service", &[]).await.is(303);
    let copy = posted(&app, &member, member.entrance, on_record(&app, &member).await).await;
    seen(&app, copy, "right", 0).await;
    is(own, Coverage::Both).await;
    happens(&app, own, &device, "removed", &[("note", "换新")]).await.is(303);
    is(own, Coverage::Code).await;
}

#[tokio::test]
async fn how_long_it_counts_that_a_copy_was_seen_is_a_setting() {
    let app = TestApp::start().await;
    let (member, staff, auditor) = (a_member(&app).await, app.staff().await, app.auditor().await);
    let copy = posted(&app, &member, member.entrance, on_record(&app, &member).await).await;
    seen(&app, copy, "right", 10).await;
    is(&member.admin, Coverage::Code).await;
    let page = staff.get("/coverage/settings").await.is(200);
    for wrong in ["0", "731", "viele", ""] {
        post_changed(&staff, "/coverage/settings", &page, &[("verified_days", wrong)]).await.is(422);
    }
    post_changed(&staff, "/coverage/settings", &page, &[("verified_days", "9")]).await.is(303);
    is(&member.admin, Coverage::Expired).await;
    staff.get("/coverage").await.is(200).says("在 9 天内");
    post_changed(&staff, "/coverage/settings", &page, &[("verified_days", "30")]).await.is(409).says("9").says("30");
    auditor.get("/coverage/settings").await.is(200).says("disabled");
    auditor.post("/coverage/settings", &[]).await.is(403);
    member.admin.get("/coverage/settings").await.is(403);
}

#[tokio::test]
async fn everybody_sees_the_entrances_of_their_own_plants_and_the_office_all() {
    let app = TestApp::start().await;
    let (one, other) = (a_member(&app).await, a_member(&app).await);
    let operator = app.browser_of(RoleKind::MemberOperator, Some(one.id), &[one.plant]).await;
    let of_none = app.browser_of(RoleKind::MemberOperator, Some(one.id), &[]).await;
    for (browser, count) in [(&one.admin, 1), (&other.admin, 1), (&operator, 1), (&of_none, 0)] {
        browser.get("/coverage").await.is(200).says(&format!("共 {count} 条"));
        browser.get(&format!("/coverage?member={}&plant={}", other.id, other.plant)).await.is(200);
    }
    one.admin.get(&format!("/coverage?member={}", other.id)).await.is(200).says("共 0 条");
    for office in [app.staff().await, app.auditor().await] {
        office.get("/coverage").await.is(200).says("共 2 条").says("按区统计").says("青浦区").says("粉磨站");
        office.get(&format!("/coverage?member={}", one.id)).await.is(200).says("共 1 条");
        office.get("/coverage?district=310118&kind=grinding_station&q=一号").await.is(200).says("共 2 条");
        office.get("/coverage?district=310115").await.is(200).says("共 0 条");
        office.get("/coverage?kind=terminal").await.is(200).says("共 0 条");
        office.get("/coverage?q=%25").await.is(200).says("共 0 条");
    }
    // The auditor has nothing to mend.
    app.auditor().await.get("/coverage").await.says_not("/place-codes/apply");
    app.staff().await.get("/coverage").await.says("/place-codes/apply");
}

#[tokio::test]
async fn the_office_sees_whose_entrances_are_not_covered_and_looks_at_one_members_alone() {
    let app = TestApp::start().await;
    let (few, many, done) = (a_member(&app).await, a_member(&app).await, a_member(&app).await);
    with_entrances(&app, &many, &["西门", "北门"]).await;
    let copy = posted(&app, &done, done.entrance, on_record(&app, &done).await).await;
    seen(&app, copy, "right", 0).await;
    let link = |member: &TestMember| format!("href=\"/coverage?member={}\"", member.id);
    for office in [app.staff().await, app.auditor().await] {
        let page = office.get("/coverage").await.is(200);
        let (_, rest) = page.text.split_once("按单位统计").unwrap();
        let (table, rows) = rest.split_once("</details>").unwrap();
        assert!(table.find(&link(&many)).unwrap() < table.find(&link(&few)).unwrap(), "the most first");
        assert!(table.contains(">0 / 3<") && table.contains(&format!("member={}&amp;show=open", many.id)));
        assert!(!table.contains(&link(&done)) && rows.contains(&link(&done)));

        let alone = office.get(&format!("/coverage?member={}&show=open", many.id)).await.is(200);
        alone.says("共 3 条").says("只看：").says("href=\"/coverage?show=open\"").says_not("按单位统计");
        office.get(&format!("/coverage?member={}", done.plant)).await.is(200).says("共 0 条").says_not("只看：");
    }
    many.admin.get("/coverage").await.is(200).says_not("按单位统计").says_not("/coverage?member=");
    many.admin.get(&format!("/coverage?member={}", few.id)).await.is(200).says_not("只看：");
}

/// Another member like this one, whose only entrance nothing covers.
async fn another(app: &TestApp, like: &TestMember, name: &str) {
    let (member, plant) = (Uuid::now_v7(), Uuid::now_v7());
    let sql = "INSERT INTO members (id, name, credit_code, created_at, row_version)
        SELECT $1, $2, $2, created_at, 1 FROM members WHERE id = $3";
    run(app, sql, [member.into(), name.into(), like.id.into()]).await;
    let sql = "INSERT INTO plants (id, member_id, name, kind, district, town, address, address_line, address_key,
        created_at, row_version) SELECT $1, $2, name, kind, district, town, address, address_line, $3, created_at, 1
        FROM plants WHERE id = $4";
    run(app, sql, [plant.into(), member.into(), name.into(), like.plant.into()]).await;
    let sql = "INSERT INTO entrances (id, plant_id, name, passage, outdoors, created_at, row_version)
        SELECT $1, $2, name, passage, outdoors, created_at, 1 FROM entrances WHERE id = $3";
    run(app, sql, [Uuid::now_v7().into(), plant.into(), like.entrance.into()]).await;
}

#[tokio::test]
async fn where_more_members_lack_something_than_are_named_it_says_how_many_and_where_they_are() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    for n in 1..50 {
        another(&app, &member, &format!("第{n}家")).await;
    }
    staff.get("/coverage").await.is(200).says("按单位统计").says_not("这里只列出前");
    for n in 50..53 {
        another(&app, &member, &format!("第{n}家")).await;
    }
    let page = staff.get("/coverage?kind=grinding_station").await.is(200);
    let (_, rest) = page.text.split_once("这里只列出前 50 家，另有 3 家").unwrap();
    let (line, _) = rest.split_once("</details>").unwrap();
    assert!(line.contains("href=\"/coverage?kind=grinding_station&amp;show=open\""), "{line}");
    staff.get("/coverage?kind=grinding_station&show=open").await.is(200).says("共 53 条").says("/coverage.xlsx?");
}

#[tokio::test]
async fn what_is_committed_shows_in_the_numbers_at_once() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    staff.get("/coverage").await.is(200).says(">0<small> / 1<");
    let copy = posted(&app, &member, member.entrance, on_record(&app, &member).await).await;
    seen(&app, copy, "right", 0).await;
    staff.get("/coverage").await.is(200).says(">1<small> / 1<");
}

#[tokio::test]
async fn closed_entrances_and_plants_and_members_that_left_are_asked_for_nothing() {
    let app = TestApp::start().await;
    for sql in [
        "UPDATE entrances SET closed_at = 1 WHERE plant_id = $1",
        "UPDATE plants SET closed_at = 1 WHERE id = $1",
        "UPDATE members SET left_at = 1 WHERE id = (SELECT member_id FROM plants WHERE id = $1)",
    ] {
        let (member, staff) = (a_member(&app).await, app.staff().await);
        let find = format!("/coverage?plant={}", member.plant);
        staff.get(&find).await.is(200).says("共 1 条");
        run(&app, sql, [member.plant.into()]).await;
        staff.get(&find).await.is(200).says("共 0 条");
    }
}

#[tokio::test]
async fn the_matrix_goes_page_by_page_and_its_spreadsheet_has_all_of_it() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let names: Vec<String> = (0..119).map(|n| format!("{n:03}号门")).collect();
    with_entrances(&app, &member, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let staff = app.staff().await;
    for query in ["", "show=nothing&"] {
        let mut path = format!("/coverage?{query}");
        let mut pages = Vec::new();
        loop {
            let page = staff.get(&path).await.is(200);
            pages.push(page.text.matches("<tr><th scope=\"row\">").count());
            let Some(next) = page.text.split("rel=\"next\" href=\"").nth(1) else { break };
            path = next.split('"').next().unwrap().replace("&amp;", "&");
        }
        // The three tables of numbers have a line each.
        assert_eq!(pages, [53, 53, 23], "{query}");
        let page = staff.get(&path).await.is(200);
        let back = page.text.split("rel=\"prev\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        let back = staff.get(&back.replace("&amp;", "&")).await.is(200);
        back.says("050号门").says("099号门").says_not("049号门").says_not("100号门");
    }
    staff.get("/coverage?after=00000000-0000-0000-0000-000000000000").await.is(200).says("000号门");
    for (query, count) in [("", 120), ("?q=1%E5%8F%B7%E9%97%A8", 12), ("?show=both", 0)] {
        let sheet = staff.get(&format!("/coverage.xlsx{query}")).await.is(200);
        let rows = read_bytes(&sheet.bytes, Limits { rows: 200, said: 100, columns: 20 }).unwrap().rows;
        assert_eq!(rows.len(), count + 1, "{query}");
    }
}

/// What is done all day clears nothing of what is kept; what bears on an entrance is seen at once.
#[tokio::test]
async fn only_acts_that_may_change_an_entrance_are_counted_as_such() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let count = || app.state.db.commits_of_entrances();
    let (before, all) = (count(), app.state.db.commits());
    an_issue(&app, &member).await;
    member.admin.post(&format!("/readiness/{}/sheets", member.plant), &[]).await.is(303);
    assert_eq!(count(), before);
    assert!(app.state.db.commits() > all + 1);
    let staff = app.staff().await;
    staff.get("/coverage").await.is(200).says(">共 1 条<");
    let before = count();
    with_entrances(&app, &member, &["西门"]).await;
    assert!(count() > before);
    staff.get("/coverage").await.is(200).says(">共 2 条<");
}

#[tokio::test]
async fn the_matrix_leads_to_the_sentinels_of_just_the_entrance() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let gate = with_entrances(&app, &member, &["西门"]).await[0].to_string();
    let east = member.entrance.to_string();
    let here = a_device(&member.admin, &member, &[("serial", "SN-1"), ("entrance", &east)]).await;
    let there = a_device(&member.admin, &member, &[("serial", "SN-2"), ("entrance", &gate)]).await;
    for browser in [&member.admin, &staff] {
        let matrix = browser.get("/coverage").await.is(200);
        for (entrance, own, other) in [(&east, &here, &there), (&gate, &there, &here)] {
            let link = format!("/sentinels/devices?entrance={entrance}");
            assert!(matrix.text.contains(&format!("href=\"{link}\"")), "{link}");
            browser.get(&link).await.is(200).says(own).says_not(other);
        }
    }
}

#[tokio::test]
async fn a_step_of_a_device_that_is_taken_back_covers_nothing_from_then_on() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let own = &member.admin;
    let device = a_device(own, &member, &[]).await;
    proven(&app, own, &device, &[]).await.is(303);
    happens(&app, own, &device, "in_service", &[]).await.is(303);
    is(own, Coverage::Sentinel).await;
    staff.get("/coverage").await.is(200).says(">1<small> / 1<");
    take_back(own, &device, "点错了").await.is(303);
    is(own, Coverage::Pending).await;
    staff.get("/coverage").await.is(200).says(">0<small> / 1<");
}

#[tokio::test]
async fn with_the_module_off_coverage_is_gone() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    staff.get("/notices").await.says("href=\"/coverage\"");
    switch_module(&app, false).await;
    for browser in [&staff, &member.admin] {
        browser.get("/coverage").await.is(404);
        browser.get("/coverage.xlsx").await.is(404);
        browser.get("/notices").await.says_not("href=\"/coverage\"");
    }
    staff.get("/coverage/settings").await.is(404);
}
