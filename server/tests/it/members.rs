//! The register through its pages: who reads and who changes it, what a wrong form gets, what a stale one.

use std::time::Duration;

use app::{
    accounts::RoleKind,
    ids::{MemberId, PlantId},
    members::{
        credit_code::CreditCode,
        model::{EntranceFacts, MemberFacts, Passage},
        plant_kind::PlantKind,
        store,
    },
    sheets,
};

use crate::{
    builders::a_member,
    test_app::{Answer, TestApp, has_module},
};

const CODE: &str = "91310118DEM0000144";
/// The last digit is wrong.
const FAILING: &str = "91310118DEM0000145";

const PLANT: [(&str, &str); 9] = [
    ("name", "二号厂"),
    ("kind", "terminal"),
    ("place", "shanghai"),
    ("town", "310118109"),
    ("road", "示范路"),
    ("number", "８８"),
    ("silo_capacity", "1,200.5"),
    ("normal_output", ""),
    ("once", ""),
];

fn with<'a>(fields: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more).copied().collect()
}

#[track_caller]
fn id_in(answer: &Answer) -> String {
    answer.location().rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn staff_add_a_member_once_and_find_it_by_two_characters() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let once = uuid::Uuid::now_v7().to_string();
    let code = " ９１３１０１１８-dem0000144 ";
    let fields = [("name", "上海示范新塘水泥粉磨有限公司"), ("credit_code", code), ("once", &once)];
    let added = staff.upload("/members/new", &fields, &[]).await.is(303);
    let page = staff.get(added.location()).await.is(200).says(CODE).says("待核对");
    assert_eq!(page.text.matches("<h1").count(), 1);
    assert_eq!(staff.upload("/members/new", &fields, &[]).await.is(303).location(), added.location());
    let again = uuid::Uuid::now_v7().to_string();
    let other = [fields[0], fields[1], ("once", again.as_str())];
    staff.upload("/members/new", &other, &[]).await.is(422).says("这个代码已经登记");
    staff.get("/members?q=%E6%96%B0%E5%A1%98").await.is(200).says("上海示范新塘水泥粉磨有限公司").says("共 1");
    staff.get("/members?q=%25").await.is(200).says_not("上海示范新塘");
    staff.get("/members?q=dem00001").await.is(200).says("上海示范新塘");
    staff.get("/members?kind=terminal").await.is(200).says_not("上海示范新塘");
    let auditor = app.auditor().await;
    auditor.get("/members").await.is(200).says_not("/members/new");
    auditor.upload("/members/new", &fields, &[]).await.is(403);
}

#[tokio::test]
async fn a_code_that_fails_its_check_needs_staff_a_reason_and_the_licence() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let fields = [("name", "上海样例水泥有限公司"), ("credit_code", FAILING)];
    staff.upload("/members/new", &fields, &[]).await.is(422).says(FAILING).says("对不上最后一位校验位");
    let despite = with(&fields, &[("override", "yes")]);
    staff.upload("/members/new", &despite, &[]).await.is(422).says("请附上营业执照");
    let reasoned = with(&despite, &[("override_reason", "执照上就是这个代码")]);
    let pdf = ("licence", "licence.pdf", b"%PDF-1.7\n%%EOF".as_slice());
    staff.upload("/members/new", &reasoned, &[("licence", "licence.pdf", b"no such thing")]).await.is(422);
    let added = staff.upload("/members/new", &reasoned, &[pdf]).await.is(303);
    let here = added.location().to_owned();
    staff.get(&here).await.is(200).says("执照上就是这个代码");
    let licence = staff.get(&format!("{here}/licence")).await.is(200);
    assert_eq!(licence.bytes, pdf.2);
    let policy = licence.headers.get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("sandbox"), "{policy}");
    assert!(app.folder.path().join("files").exists());
}

#[tokio::test]
async fn a_member_changes_its_own_name_and_the_licence_is_to_be_confirmed_again() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (here, staff) = (format!("/members/{}", member.id), app.staff().await);
    let fields = [("name", "上海改名水泥有限公司"), ("credit_code", CODE), ("row_version", "1")];
    let edit = format!("{here}/edit");
    member.admin.upload(&edit, &fields, &[]).await.is(303);
    let page = staff.get(&here).await.is(200).says("上海改名水泥有限公司").says("待核对");
    assert!(page.text.contains("name=\"row_version\" value=\"2\""));
    staff.post(&format!("{here}/licence"), &[("row_version", "1")]).await.is(303);
    staff.get(&here).await.is(200).says("待核对");
    staff.post(&format!("{here}/licence"), &[("row_version", "2")]).await.is(303);
    staff.get(&here).await.is(200).says_not("待核对").says("已记录：名称和代码与营业执照一致");
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    operator.get(&here).await.is(200).says("上海改名水泥有限公司").says_not("/edit");
    operator.upload(&edit, &fields, &[]).await.is(403);
}

#[tokio::test]
async fn the_second_click_on_a_licence_says_what_the_first_did() {
    let app = TestApp::start().await;
    let (member, first, second) = (a_member(&app).await, app.staff().await, app.staff().await);
    let (here, audit) = (format!("/members/{}", member.id), "/audit?act=member.licence_confirmed");
    let confirm = format!("{here}/licence");
    let renamed = [("name", "上海连点水泥有限公司"), ("credit_code", CODE), ("row_version", "1")];
    member.admin.upload(&format!("{here}/edit"), &renamed, &[]).await.is(303);
    let fields = [("row_version", "2")];
    let (one, other) = tokio::join!(first.post(&confirm, &fields), first.post(&confirm, &fields));
    assert_eq!(one.is(303).location(), other.is(303).location());
    let page = first.get(&here).await.is(200).says("已记录：名称和代码与营业执照一致");
    page.says_not("请再核对一次").says_not("待核对");
    first.post(&confirm, &fields).await.is(303);
    first.get(&here).await.is(200).says("已记录：名称和代码与营业执照一致");
    assert_eq!(first.get(audit).await.is(200).text.matches("<th scope=\"row\"").count(), 1);
    // Who did not confirm it is told that it moved.
    second.post(&confirm, &fields).await.is(303);
    second.get(&here).await.is(200).says("请再核对一次");
}

#[tokio::test]
async fn two_clicks_at_once_add_one_member() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    for n in 0..3 {
        let once = uuid::Uuid::now_v7().to_string();
        let name = format!("上海双击水泥有限公司{n}");
        let code = [CODE, "91310115DEM000022K", "91310116DEM000030W"][n];
        let fields = [("name", name.as_str()), ("credit_code", code), ("once", once.as_str())];
        let (first, second) =
            tokio::join!(staff.upload("/members/new", &fields, &[]), staff.upload("/members/new", &fields, &[]));
        assert_eq!(first.is(303).location(), second.is(303).location());
    }
}

#[tokio::test]
async fn a_code_that_another_takes_in_between_is_refused_at_its_field() {
    let app = TestApp::start().await;
    let facts = |name: &str| MemberFacts {
        name: name.to_owned(),
        short_name: None,
        credit_code: CreditCode::parse(CODE).unwrap(),
    };
    let tx = app.tx().await;
    let first = MemberId::new();
    assert_eq!(store::add_member(&tx, first, &facts("先到")).await.unwrap(), store::Written::Done);
    tx.commit().await.unwrap();
    let tx = app.tx().await;
    let taken = store::add_member(&tx, MemberId::new(), &facts("后到")).await.unwrap();
    assert_eq!(taken, store::Written::Taken);
    drop(tx);
    let other = a_member(&app).await;
    let old = store::member(app.state.db.reader(), other.id).await.unwrap();
    let tx = app.tx().await;
    let taken = store::change_member(&tx, &old, old.row_version, &facts("改成一样")).await.unwrap();
    assert_eq!(taken, store::Written::Taken);
    drop(tx);
    // What somebody changed since it was looked at is not confirmed.
    let tx = app.tx().await;
    assert!(!store::confirm_licence(&tx, first, 2).await.unwrap());
    assert!(store::confirm_licence(&tx, first, 1).await.unwrap());
}

#[tokio::test]
async fn a_licence_that_the_member_replaces_is_to_be_confirmed_again() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (here, staff) = (format!("/members/{}", member.id), app.staff().await);
    let edit = format!("{here}/edit");
    let pdf = ("licence", "licence.pdf", b"%PDF-1.7\n%%EOF".as_slice());
    let with_version = |version| [("name", "上海换照水泥有限公司"), ("credit_code", CODE), ("row_version", version)];
    staff.upload(&edit, &with_version("1"), &[]).await.is(303);
    staff.post(&format!("{here}/licence"), &[("row_version", "2")]).await.is(303);
    staff.upload(&edit, &with_version("3"), &[pdf]).await.is(303);
    staff.get(&here).await.is(200).says_not("待核对");
    member.admin.upload(&edit, &with_version("4"), &[pdf]).await.is(303);
    staff.get(&here).await.is(200).says("待核对");
}

#[tokio::test]
async fn what_is_closed_keeps_its_date_when_it_is_changed_later() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let plant = format!("/plants/{}/edit", member.plant);
    let closed = with(&PLANT, &[("closed", "yes"), ("row_version", "1")]);
    member.admin.post(&plant, &closed).await.is(303);
    let entrance = format!("/entrances/{}/edit", member.entrance);
    let gate = [("name", "西门"), ("passage", "both"), ("place", "outside"), ("closed", "yes"), ("row_version", "1")];
    member.admin.post(&entrance, &gate).await.is(303);
    let conn = app.state.db.reader();
    let closed_at = store::plant(conn, member.plant).await.unwrap().closed_at;
    let shut_at = store::entrance(conn, member.entrance).await.unwrap().closed_at;
    assert!(closed_at.is_some() && shut_at.is_some());
    app.state.clock.advance(app::time::Instant::DAY);
    member.admin.post(&plant, &with(&closed, &[("name", "三号厂"), ("row_version", "2")])).await.is(303);
    member.admin.post(&entrance, &with(&gate, &[("name", "南门"), ("row_version", "2")])).await.is(303);
    let plant_now = store::plant(conn, member.plant).await.unwrap();
    assert_eq!((plant_now.name.as_str(), plant_now.closed_at), ("三号厂", closed_at));
    assert_eq!(store::entrance(conn, member.entrance).await.unwrap().closed_at, shut_at);
    member.admin.post(&plant, &with(&PLANT, &[("row_version", "3")])).await.is(303);
    assert_eq!(store::plant(conn, member.plant).await.unwrap().closed_at, None);
}

#[tokio::test]
async fn the_auditor_reads_who_works_for_a_member_masked_and_changes_nothing() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let people = format!("/members/{}/people", member.id);
    let auditor = app.auditor().await;
    auditor.get(&format!("/members/{}", member.id)).await.is(200).says(&people).says_not("/edit");
    let role = app::accounts::people::store::roles_at(app.state.db.reader(), member.id).await.unwrap()[0].clone();
    let person = app::accounts::people::store::find(app.state.db.reader(), role.person_id).await.unwrap();
    let address = person.email.unwrap();
    let one = format!("{people}/{}", role.id);
    auditor.get(&people).await.is(200).says(&one).says_not("/invite");
    auditor.get(&one).await.is(200).says_not(&address).says_not("<form class=\"form\"").says_not("/end");
    member.admin.get(&one).await.is(200).says(&address).says("/end");
    auditor.post(&format!("{one}/end"), &[]).await.is(403);
    let account = format!("/people/{}", person.id);
    auditor.get("/people").await.is(200).says(&account).says_not(&address).says_not("/people/invite");
    auditor.get(&account).await.is(200).says_not(&address).says_not("/disable").says_not("/password");
    app.admin().await.get(&account).await.is(200).says(&address).says("/disable");
    // What is masked cannot be asked for either.
    let (local, _) = address.split_once('@').unwrap();
    auditor.get(&format!("/people?q={local}")).await.is(200).says_not(&account);
    app.admin().await.get(&format!("/people?q={local}")).await.is(200).says(&account);
    for page in ["/settings", "/settings/association", "/settings/modules"] {
        auditor.get(page).await.is(200).says_not("<button class=\"button\">");
    }
    auditor.post("/settings/modules", &[("row_version", "0")]).await.is(403);
}

#[tokio::test]
async fn what_is_searched_stands_for_itself_and_case_does_not_count() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let fields = [("name", "上海Sample_Cement有限公司"), ("credit_code", CODE)];
    staff.upload("/members/new", &fields, &[]).await.is(303);
    for (words, found) in [("sAMPLE", true), ("e_c", true), ("e%25c", false), ("S_M", false)] {
        let page = staff.get(&format!("/members?q={words}")).await.is(200);
        assert_eq!(page.text.contains("Sample_Cement"), found, "{words}");
    }
    // Nothing of these is left in a code, and no name holds them.
    for words in ["-", "%E2%80%94"] {
        staff.get(&format!("/members?q={words}")).await.is(200).says_not("Sample_Cement");
    }
    staff.get("/members?q=91310118-DEM").await.is(200).says("Sample_Cement");
    let admin = app.admin().await;
    admin.get("/people?q=EXAMPLE.CN").await.is(200).says("@example.cn");
    admin.get("/people?q=%25").await.is(200).says_not("@example.cn");
    let issue = crate::builders::an_issue(&app, &a_member(&app).await).await.to_string();
    staff.get("/issues?q=%25").await.is(200).says_not(&issue);
    staff.get("/notices?q=%25").await.is(200);
    staff.get("/questions?q=%25").await.is(200);
    if has_module() {
        staff.get("/sentinels?q=%25").await.is(200);
    }
}

#[tokio::test]
async fn a_stale_form_shows_both_versions_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let edit = format!("/contacts/{}/edit", member.contact);
    let first = [("name", "李主任"), ("phone", "13800000199"), ("duties", "notices"), ("row_version", "1")];
    member.admin.post(&edit, &first).await.is(303);
    let second = [("name", "王厂长"), ("phone", "13800000188"), ("duties", "supply"), ("row_version", "1")];
    let stale = member.admin.post(&edit, &second).await.is(409).says("李主任").says("王厂长").says("13800000199");
    assert!(stale.text.contains("value=\"13800000188\""), "what was typed stays in the form");
    let stored = store::contact(app.state.db.reader(), member.contact).await.unwrap();
    assert_eq!((stored.name.as_str(), stored.row_version), ("李主任", 2));
    member.admin.post(&edit, &with(&second, &[("row_version", "2")])).await.is(303);
    let remove = format!("/contacts/{}/remove", member.contact);
    member.admin.post(&remove, &[("row_version", "2")]).await.is(409).says("有人先改过了").says("王厂长");
    member.admin.post(&remove, &[("row_version", "3")]).await.is(303);
    member.admin.get(&edit).await.is(404);
}

#[tokio::test]
async fn a_wrong_contact_keeps_what_was_typed_and_an_auditor_sees_it_masked() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let new = format!("/members/{}/contacts/new", member.id);
    let wrong = [("name", "赵师傅"), ("phone", "1.38E+10"), ("email", "nobody")];
    let again = member.admin.post(&new, &wrong).await.is(422);
    assert!(again.text.contains("value=\"1.38E+10\"") && again.text.contains("value=\"nobody\""));
    let here = format!("/members/{}", member.id);
    app.auditor().await.get(&here).await.is(200).says("186****1402").says_not("18600001402");
    member.admin.get(&here).await.is(200).says("18600001402");
}

#[tokio::test]
async fn a_plant_has_a_whole_address_and_a_twin_is_pointed_out() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let new = format!("/members/{}/plants/new", member.id);
    member.admin.post(&new, &with(&PLANT, &[("number", ""), ("road", "示范路88号")])).await.is(422).says("示范路88号");
    let added = member.admin.post(&new, &PLANT).await.is(303);
    let plant: PlantId = id_in(&added).parse().unwrap();
    let row = store::plant(app.state.db.reader(), plant).await.unwrap();
    assert_eq!((row.silo_capacity, row.kind), (Some(1_200_500), PlantKind::Terminal));
    assert_eq!(row.address_line, "上海市青浦区重固镇示范路88号");
    let twin = member.admin.post(&new, &with(&PLANT, &[("name", "三号厂"), ("number", "88号")])).await.is(303);
    member.admin.get(twin.location()).await.is(200).says("另一个厂区也登记了这个地址").says("二号厂");
    let elsewhere = [("place", "elsewhere"), ("province", "江苏省"), ("city", "无锡市"), ("detail", "示范镇1号")];
    let outside = member.admin.post(&new, &with(&PLANT, &elsewhere)).await.is(303);
    member.admin.get(outside.location()).await.is(200).says("江苏省无锡市示范镇1号");
}

#[tokio::test]
async fn the_entrances_of_a_plant_have_different_names() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let new = format!("/plants/{}/entrances/new", member.plant);
    let fields = [("name", "东门"), ("passage", "both"), ("place", "outside")];
    member.admin.post(&new, &fields).await.is(422).says("已经有“东门”");
    member.admin.post(&new, &with(&fields, &[("name", "西门")])).await.is(303);
    let edit = format!("/entrances/{}/edit", member.entrance);
    let closing = with(&fields, &[("closed", "yes"), ("row_version", "1")]);
    member.admin.post(&edit, &closing).await.is(303);
    member.admin.get(&format!("/plants/{}", member.plant)).await.is(200).says("西门").says("已停用");
}

#[tokio::test]
async fn an_entrance_name_that_is_taken_in_between_is_refused_at_its_field() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let new = format!("/plants/{}/entrances/new", member.plant);
    let edit = format!("/entrances/{}/edit", member.entrance);
    let facts = |name: &str| EntranceFacts { name: name.to_owned(), passage: Passage::Both, outdoors: true };
    let fields = [("passage", "both"), ("place", "outside"), ("row_version", "1")];
    for (path, name) in [(&new, "南门"), (&edit, "北门")] {
        let tx = app.tx().await;
        store::add_entrance(&tx, member.plant, &facts(name)).await.unwrap().unwrap();
        let typed = with(&fields, &[("name", name)]);
        // The form comes while the other is on its way, and has to wait for it.
        let (answer, ()) = tokio::join!(member.admin.post(path, &typed), async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            tx.commit().await.unwrap();
        });
        let refused = answer.is(422).says(&format!("已经有“{name}”"));
        assert!(refused.text.contains(&format!("value=\"{name}\"")), "what was typed is kept");
    }
    let entrances = store::all_entrances_of(app.state.db.reader(), member.plant).await.unwrap();
    let mut names: Vec<_> = entrances.iter().map(|entrance| entrance.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["东门", "北门", "南门"]);
}

#[tokio::test]
async fn the_spreadsheet_holds_what_the_list_shows() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let name = store::member(app.state.db.reader(), member.id).await.unwrap().name;
    for (browser, phone) in [(app.staff().await, "18600001402"), (app.auditor().await, "186****1402")] {
        browser.get("/members").await.is(200).says(&name).says(phone);
        let bytes = browser.get("/members.xlsx?kind=grinding_station").await.is(200).bytes;
        let path = app.folder.path().join("list.xlsx");
        std::fs::write(&path, bytes).unwrap();
        let sheet = sheets::read(&path, sheets::Limits { rows: 100, said: 100, columns: 20 }).unwrap();
        let texts: Vec<String> = sheet.rows[1].cells.iter().map(|cell| cell.text().unwrap()).collect();
        assert!(texts.contains(&name) && texts.contains(&phone.to_owned()), "{texts:?}");
    }
}

#[tokio::test]
async fn the_list_is_paged_by_key_both_ways() {
    let app = TestApp::start().await;
    for _ in 0..51 {
        a_member(&app).await;
    }
    let staff = app.staff().await;
    let first = staff.get("/members").await.is(200).says("共 51");
    let next = first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let last = staff.get(&next).await.is(200);
    assert_eq!(last.text.matches("scope=\"row\"").count(), 1);
    let before = last.text.split("rel=\"prev\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let back = staff.get(&before).await.is(200);
    assert_eq!(back.text.matches("scope=\"row\"").count(), 50);
    assert!(!back.text.contains("rel=\"prev\""));
}
