//! Notices: written, published, read, acknowledged and followed up, by everybody who has to do with them.

use std::io::{Cursor, Write};

use app::{
    accounts::{RoleKind, store as accounts},
    ids::MemberId,
    members::plant_kind::PlantKind,
    notices,
    outbox::entity::delivery,
    sheets,
    time::Instant,
};
use axum::http::header;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, PaginatorTrait};

use crate::{
    builders::{TestMember, a_member},
    test_app::{Answer, Browser, TestApp, new_person},
};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";

/// An archive that is no office file.
fn a_zip() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(b"cement").unwrap();
    archive.finish().unwrap().into_inner()
}

/// The fields of a notice to all members that must be acknowledged; later pairs take the place of these.
fn fields<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("kind", "notice"),
        ("title", "恢复散装水泥运输的通知"),
        ("body", "# 一、范围\n\n请各单位核对车辆。"),
        ("audience", "members"),
        ("must_acknowledge", "yes"),
    ];
    fields.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    fields.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
    fields
}

/// Writes a draft; gives the address of the notice.
async fn a_draft(staff: &Browser, changed: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> String {
    let answer = staff.upload("/notices/new", &fields(changed), files).await.is(303);
    answer.location().trim_end_matches("/publish").to_owned()
}

async fn publish(staff: &Browser, notice: &str) -> Answer {
    decide(staff, notice, &seen(staff, notice).await, &[("when", "now")]).await
}

/// What the check page shows: which draft, and its state.
type Seen = (String, String);

async fn seen(staff: &Browser, notice: &str) -> Seen {
    let page = staff.get(&format!("{notice}/publish")).await.is(200);
    (hidden(&page.text, "version"), hidden(&page.text, "row_version"))
}

/// Says on the check page when it is published.
async fn decide(staff: &Browser, notice: &str, (version, row_version): &Seen, when: &[(&str, &str)]) -> Answer {
    let shown = [("version", version.as_str()), ("row_version", row_version.as_str())];
    staff.post(&format!("{notice}/publish"), &[&shown, when].concat()).await
}

async fn row_version(staff: &Browser, notice: &str) -> String {
    hidden(&staff.get(&format!("{notice}/publish")).await.is(200).text, "row_version")
}

/// The value of a hidden input.
fn hidden(html: &str, name: &str) -> String {
    let (_, rest) =
        html.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name} in {html}"));
    rest.split('"').next().unwrap().to_owned()
}

pub async fn a_notice(staff: &Browser, changed: &[(&str, &str)]) -> String {
    let notice = a_draft(staff, changed, &[]).await;
    publish(staff, &notice).await.is(303);
    notice
}

async fn acknowledge(browser: &Browser, notice: &str, version: &str, member: &str) -> Answer {
    browser.post(&format!("{notice}/acknowledge"), &[("version", version), ("member", member)]).await
}

async fn mails(app: &TestApp) -> u64 {
    delivery::Entity::find().count(app.state.db.reader()).await.unwrap()
}

async fn rows(app: &TestApp, table: &str) -> usize {
    let conn = app.state.db.reader();
    let statement = sea_orm::Statement::from_string(conn.get_database_backend(), format!("SELECT 1 AS x FROM {table}"));
    conn.query_all_raw(statement).await.unwrap().len()
}

#[tokio::test]
async fn a_member_reads_and_acknowledges_once() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    member.admin.get("/todo").await.is(200).says("恢复散装水泥运输的通知");
    member.admin.get("/notices").await.is(200).says("待确认");
    let page = member.admin.get(&notice).await.is(200).says("<h2>一、范围</h2>").says("请确认收悉");
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    member.admin.get(&notice).await.is(200);
    assert_eq!(rows(&app, "notice_reads").await, 1, "the first reading only");
    let version = hidden(&page.text, "version");
    for _ in 0..2 {
        acknowledge(&member.admin, &notice, &version, &member.id.to_string()).await.is(303);
    }
    member.admin.get(&notice).await.is(200).says("测试员 于").says_not("请确认收悉");
    member.admin.get("/todo").await.is(200).says_not("恢复散装水泥运输的通知");
    let given = rows(&app, "audit WHERE act = 'notice.acknowledged'").await;
    assert_eq!(given, 1, "a second click adds nothing");
    staff.get(&format!("{notice}/members")).await.is(200).says("测试员").says("18600001402").says("已收悉");
}

#[tokio::test]
async fn a_person_of_two_members_answers_for_each() {
    let app = TestApp::start().await;
    let (staff, one, two) = (app.staff().await, a_member(&app).await, a_member(&app).await);
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    for member in [one.id, two.id] {
        accounts::add_role(&tx, person, RoleKind::MemberAdmin, Some(member), &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let browser = app.signed_in(person).await;
    let notice = a_notice(&staff, &[]).await;
    let page = browser.get(&notice).await.is(200).says("以上单位全部已收悉");
    let version = hidden(&page.text, "version");
    acknowledge(&browser, &notice, &version, &one.id.to_string()).await.is(303);
    two.admin.get(&notice).await.is(200).says("请确认收悉");
    acknowledge(&browser, &notice, &version, "all").await.is(303);
    two.admin.get(&notice).await.is(200).says_not("请确认收悉");
}

#[tokio::test]
async fn only_the_audience_reads_it() {
    let app = TestApp::start().await;
    let (staff, grinding) = (app.staff().await, a_member(&app).await);
    let terminal = a_member(&app).await;
    app::members::entity::plant::ActiveModel {
        id: Set(terminal.plant),
        kind: Set(PlantKind::Terminal),
        district: Set(Some("310115".to_owned())),
        ..Default::default()
    }
    .update(app.state.db.writer())
    .await
    .unwrap();
    for (audience, list, value) in [("kinds", "kinds", "terminal"), ("districts", "districts", "310115")] {
        let notice = a_notice(&staff, &[("audience", audience), (list, value)]).await;
        terminal.admin.get(&notice).await.is(200);
        grinding.admin.get(&notice).await.is(404);
        grinding.admin.get("/notices").await.is(200).says_not(&notice);
        let page = terminal.admin.get(&notice).await.text;
        let version = hidden(&page, "version");
        acknowledge(&grinding.admin, &notice, &version, &terminal.id.to_string()).await.is(404);
        acknowledge(&terminal.admin, &notice, &version, &grinding.id.to_string()).await.is(404);
    }
    let name = member_name(&app, grinding.id).await;
    let notice = a_notice(&staff, &[("audience", "chosen"), ("chosen", &name)]).await;
    grinding.admin.get(&notice).await.is(200);
    terminal.admin.get(&notice).await.is(404);
    let stranger = app.stranger().get(&notice).await.is(303);
    assert!(stranger.location().starts_with("/sign-in?next=%2Fnotices%2F"), "{}", stranger.location());
}

async fn member_name(app: &TestApp, id: MemberId) -> String {
    app::members::store::member(app.state.db.reader(), id).await.unwrap().name
}

#[tokio::test]
async fn the_audience_is_fixed_at_publication_and_contacts_get_one_mail_each() {
    let app = TestApp::start().await;
    let (staff, _member) = (app.staff().await, a_member(&app).await);
    let notice = a_draft(&staff, &[], &[("files", "附件一.pdf", PDF)]).await;
    let draft = seen(&staff, &notice).await;
    for _ in 0..2 {
        decide(&staff, &notice, &draft, &[("when", "now")]).await.is(303);
    }
    assert_eq!(mails(&app).await, 1);
    let later = a_member(&app).await;
    later.admin.get(&notice).await.is(404);
    let message = app::outbox::entity::message::Entity::find().one(app.state.db.reader()).await.unwrap().unwrap();
    assert!(message.body_text.contains("请各单位核对车辆。") && message.body_text.contains("附件一.pdf"));
    assert!(message.body_html.unwrap().contains("<h2>一、范围</h2>"));
}

#[tokio::test]
async fn a_correction_is_a_new_version_with_a_reason_and_is_acknowledged_anew() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    let old = hidden(&member.admin.get(&notice).await.text, "version");
    acknowledge(&member.admin, &notice, &old, "all").await.is(303);
    let edit = format!("{notice}/edit");
    let typed = [("title", "恢复运输的通知（更正）"), ("row_version", "0"), ("number", "1")];
    staff.upload(&edit, &fields(&typed), &[]).await.is(422).says("更正原因");
    let typed = [typed.as_slice(), &[("reason", "通行时间改了")]].concat();
    staff.upload(&edit, &fields(&typed), &[]).await.is(303);
    member.admin.get(&notice).await.is(200).says_not("恢复运输的通知（更正）");
    publish(&staff, &notice).await.is(303);
    let page = member.admin.get(&notice).await.is(200).says("通行时间改了").says("请确认收悉");
    acknowledge(&member.admin, &notice, &old, "all").await.is(409).says("新版本");
    acknowledge(&member.admin, &notice, &hidden(&page.text, "version"), "all").await.is(303);
    member.admin.get(&format!("{notice}?version=1")).await.is(200).says("这是旧版本").says("恢复散装水泥运输的通知");
}

#[tokio::test]
async fn a_stale_draft_shows_both_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let notice = a_draft(&staff, &[], &[]).await;
    let edit = format!("{notice}/edit");
    staff.upload(&edit, &fields(&[("title", "甲的标题"), ("row_version", "1")]), &[]).await.is(303);
    let stale = staff.upload(&edit, &fields(&[("title", "乙的标题"), ("row_version", "1")]), &[]).await;
    let stale = stale.is(409).says("甲的标题").says("乙的标题");
    staff.get(&edit).await.is(200).says("甲的标题").says_not("乙的标题");
    let version = hidden(&stale.text, "row_version");
    staff.upload(&edit, &fields(&[("title", "乙的标题"), ("row_version", &version)]), &[]).await.is(303);
    staff.get(&edit).await.is(200).says("乙的标题");
}

#[tokio::test]
async fn wrong_input_is_named_at_its_field_and_nothing_typed_is_lost() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let typed = fields(&[
        ("title", ""),
        ("document_number", "沪水泥协〔2022〕9号"),
        ("audience", "chosen"),
        ("chosen", "没有这家公司"),
    ]);
    let answer = staff.upload("/notices/new", &typed, &[("files", "表.pdf", PDF)]).await.is(422);
    let answer = answer.says("请填写“标题”").says("没有这家公司").says("沪水泥协〔2022〕9号").says("表.pdf");
    let kept = hidden(&answer.text, "kept");
    let notice = a_draft(&staff, &[("kept", &kept)], &[]).await;
    staff.get(&notice).await.is(200).says("表.pdf");
}

#[tokio::test]
async fn files_are_what_their_names_say_and_are_bounded() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let zip = a_zip();
    let answer = staff.upload("/notices/new", &fields(&[]), &[("files", "通知.pdf", &zip)]).await.is(422);
    answer.says("通知.pdf").says("zip").says("恢复散装水泥运输的通知");
    let two: [(&str, &str, &[u8]); 3] =
        [("files", "通知.pdf", &zip), ("files", "表.pdf", PDF), ("files", "名单.exe", b"MZ")];
    let answer = staff.upload("/notices/new", &fields(&[]), &two).await.is(422).says("通知.pdf").says("表.pdf");
    // In the summary and at the field.
    assert_eq!(answer.text.matches("名单.exe").count(), 2, "{}", answer.text);
    let eleven: Vec<(&str, &str, &[u8])> = (0..11).map(|_| ("files", "a.pdf", PDF)).collect();
    staff.upload("/notices/new", &fields(&[]), &eleven).await.is(422).says("附件最多 10 个");
    staff.upload("/notices/new", &fields(&[]), &eleven[..10]).await.is(303);
    let large = [PDF, &vec![0; 20 * 1024 * 1024]].concat();
    staff
        .upload("/notices/new", &fields(&[]), &[("files", "大.pdf", &large)])
        .await
        .is(422)
        .says("“大.pdf”太大")
        .says("20 MB");
}

#[tokio::test]
async fn a_stamped_original_needs_no_text_and_follows_its_notice() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let empty = a_draft(&staff, &[("body", "")], &[]).await;
    publish(&staff, &empty).await.is(422).says("还没有正文");
    let name = member_name(&app, member.id).await;
    let scan = [("original", "盖章件.pdf", PDF)];
    let notice = a_draft(&staff, &[("body", ""), ("audience", "chosen"), ("chosen", &name)], &scan).await;
    publish(&staff, &notice).await.is(303);
    let page = member.admin.get(&notice).await.is(200).says("查看盖章原件");
    let (_, rest) = page.text.split_once(&format!("{notice}/files/")).unwrap();
    let file = format!("{notice}/files/{}", rest.split('"').next().unwrap());
    assert_eq!(member.admin.get(&file).await.is(200).bytes, PDF);
    a_member(&app).await.admin.get(&file).await.is(404);
    app.stranger().get(&file).await.is(303);
}

#[tokio::test]
async fn staff_write_down_what_was_said_by_phone() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    let page = staff.get(&format!("{notice}/members?show=waiting")).await.is(200);
    let version = hidden(&page.text, "version");
    let record = format!("{notice}/members/{}/record", member.id);
    let told = |remark: &'static str| {
        [("version", version.clone()), ("told", "acknowledged".to_owned()), ("remark", remark.to_owned())]
    };
    let typed = told("");
    let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (*n, v.as_str())).collect();
    staff.post(&record, &typed).await.is(422).says("请填写“备注");
    let typed = told("王厂长来电确认");
    let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (*n, v.as_str())).collect();
    staff.post(&record, &typed).await.is(303);
    staff.get(&format!("{notice}/members")).await.is(200).says("王厂长来电确认").says("代记");
    member.admin.get(&notice).await.is(200).says("按电话代为登记");
    let sheet = staff.get(&format!("{notice}/members.xlsx")).await.is(200);
    let path = app.folder.path().join("members.xlsx");
    std::fs::write(&path, &sheet.bytes).unwrap();
    let sheet = sheets::read(&path, sheets::Limits { rows: 10, columns: 20, said: 10 }).unwrap();
    let words = |row: usize, column: u16| sheet.rows[row].cell(column.into()).text().unwrap();
    let column = (0..9).find(|column| words(0, *column).starts_with("备注")).unwrap();
    assert_eq!(words(1, column), "王厂长来电确认", "every value stands under its own heading");
    app.auditor().await.post(&record, &typed).await.is(403);
    let auditor = app.auditor().await.get(&format!("{notice}/members")).await.is(200);
    auditor.says("186****1402").says_not("18600001402");
}

#[tokio::test]
async fn the_others_are_reminded_once_an_hour() {
    let app = TestApp::start().await;
    let (staff, done, behind) = (app.staff().await, a_member(&app).await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    let version = hidden(&done.admin.get(&notice).await.text, "version");
    acknowledge(&done.admin, &notice, &version, "all").await.is(303);
    assert_eq!(mails(&app).await, 2);
    for _ in 0..2 {
        staff.post(&format!("{notice}/remind"), &[]).await.is(303);
    }
    assert_eq!(mails(&app).await, 3, "one mail, to the one that is behind");
    app.state.clock.advance(Instant::HOUR + 1);
    staff.post(&format!("{notice}/remind"), &[]).await.is(303);
    assert_eq!(mails(&app).await, 4);
    let names = staff.get(&format!("{notice}/names")).await.is(200);
    names.says(&member_name(&app, behind.id).await).says_not(&member_name(&app, done.id).await).says_not("18600001402");
}

#[tokio::test]
async fn what_has_a_time_is_published_then_and_once() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let notice = a_draft(&staff, &[], &[]).await;
    let draft = seen(&staff, &notice).await;
    let past = [("when", "later"), ("publish_at", "2022-05-30T10:00")];
    decide(&staff, &notice, &draft, &past).await.is(422).says("将来的发布时间").says("2022-05-30T10:00");
    let at = app.state.clock.now().plus(2 * Instant::HOUR).input();
    decide(&staff, &notice, &draft, &[("when", "later"), ("publish_at", &at)]).await.is(303);
    staff.get("/notices?show=drafts").await.is(200).says("自动发布");
    assert_eq!(notices::publish_due(&app.state).await.unwrap(), 0);
    app.state.clock.advance(3 * Instant::HOUR);
    let (one, two) = tokio::join!(notices::publish_due(&app.state), notices::publish_due(&app.state));
    assert_eq!(one.unwrap() + two.unwrap(), 1, "two replicas, one publication");
    member.admin.get(&notice).await.is(200);
    assert_eq!(mails(&app).await, 1);
}

#[tokio::test]
async fn the_public_reads_without_an_account_and_asks_again_cheaply() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    a_notice(&staff, &[("title", "会员才能看")]).await;
    let notice = a_notice(&staff, &[("title", "公开的指南"), ("kind", "guideline"), ("audience", "public")]).await;
    let stranger = app.stranger();
    for path in ["/", "/notices", &notice, "/notices.atom"] {
        let page = stranger.get(path).await.is(200).says("公开的指南").says_not("会员才能看").says_not(".wasm");
        let tag = page.headers[header::ETAG].clone();
        let again = stranger.request("GET", path).header(header::IF_NONE_MATCH, &tag).body("".into()).unwrap();
        let again = stranger.send(again).await.is(304);
        assert_eq!(again.headers[header::ETAG], tag);
        assert!(again.bytes.is_empty());
    }
    let feed = stranger.get("/notices.atom").await;
    let changed = feed.headers[header::LAST_MODIFIED].clone();
    let again = stranger.request("GET", "/notices.atom").header(header::IF_MODIFIED_SINCE, &changed).body("".into());
    stranger.send(again.unwrap()).await.is(304);
    app.state.clock.advance(2 * Instant::SECOND);
    a_notice(&staff, &[("title", "又一份"), ("audience", "public")]).await;
    let again = stranger.request("GET", "/notices.atom").header(header::IF_MODIFIED_SINCE, &changed).body("".into());
    stranger.send(again.unwrap()).await.is(200).says("又一份");
}

#[tokio::test]
async fn lists_page_by_key_both_ways_and_are_filtered() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    for n in 0..25 {
        app.state.clock.advance(Instant::SECOND);
        a_notice(&staff, &[("title", &format!("第{n:02}号")), ("audience", "public")]).await;
    }
    let first = app.stranger().get("/notices").await.is(200).says("第24号").says("第05号").says_not("第04号");
    let next = link(&first.text, "next");
    let second = app.stranger().get(&next).await.is(200).says("第04号").says("第00号").says_not("第05号");
    app.stranger().get(&link(&second.text, "prev")).await.is(200).says("第24号").says("第05号").says_not("第04号");
    staff.get("/notices?q=%E7%AC%AC07&kind=notice").await.is(200).says("第07号").says_not("第08号").says("共 1 条");
    staff.get("/notices?kind=guideline").await.is(200).says_not("第07号");
}

fn link(html: &str, rel: &str) -> String {
    let (_, rest) = html.split_once(&format!("rel=\"{rel}\" href=\"")).unwrap();
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test]
async fn staff_see_who_is_behind_after_the_deadline() {
    let app = TestApp::start().await;
    let (staff, _member) = (app.staff().await, a_member(&app).await);
    let by = app.state.clock.now().plus(Instant::HOUR).input();
    a_notice(&staff, &[("acknowledge_by", &by)]).await;
    staff.get("/todo").await.is(200).says_not("逾期未确认");
    app.state.clock.advance(2 * Instant::HOUR);
    staff.get("/todo").await.is(200).says("还有 1 家单位逾期未确认");
}

#[tokio::test]
async fn publishing_to_many_members_is_one_act() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let TestMember { id, .. } = a_member(&app).await;
    let tx = app.tx().await;
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)";
    let (uuid, text) = if app.state.db.is_postgres() {
        ("gen_random_uuid()", "lpad(i::text, 18, '0')")
    } else {
        ("randomblob(16)", "printf('%018d', i)")
    };
    for sql in [
        format!(
            "INSERT INTO members (id, name, credit_code, created_at, row_version) {numbers} \
             SELECT {uuid}, '水泥厂' || i, {text}, 0, 1 FROM n"
        ),
        format!(
            "INSERT INTO contacts (id, member_id, name, email, duties, created_at, row_version) \
             SELECT {uuid}, m.id, '甲', m.credit_code || '@example.cn', ',notices,', 0, 1 FROM members m WHERE m.created_at = 0"
        ),
    ] {
        tx.execute_unprepared(&sql).await.unwrap();
    }
    tx.commit().await.unwrap();
    let notice = a_notice(&staff, &[]).await;
    assert_eq!(mails(&app).await, 5_001);
    let page = staff.get(&format!("{notice}/members")).await.is(200).says("5001");
    let last = staff.get(&link(&page.text, "next")).await.is(200);
    staff.get(&link(&last.text, "prev")).await.is(200);
    assert!(rows(&app, "notice_members").await == 5_001, "{id}");
}

#[tokio::test]
async fn a_refused_mail_that_is_sent_again_counts_for_the_notice_and_auditors_see_no_address() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    let settle = async |state: &str, words: &str| {
        let set = format!("UPDATE deliveries SET settled_at = 1, state = '{state}', reply = '{words}'");
        app.state.db.writer().execute_unprepared(&format!("{set} WHERE settled_at IS NULL")).await.unwrap();
    };
    let email = format!("{}@member.example.cn", member.id);
    settle("refused", &format!("<{}>: no such user", email.to_uppercase())).await;
    let failed = format!("{notice}/members?show=mail_failed");
    let name = member_name(&app, member.id).await;
    staff.get(&failed).await.is(200).says(&name).says("no such user");
    let auditor = app.auditor().await.get(&failed).await.is(200).says("***@member.example.cn").text.to_lowercase();
    assert!(!auditor.contains(&email));
    let refused = delivery::Entity::find().one(app.state.db.reader()).await.unwrap().unwrap();
    let resend = format!("/outbox/{}/resend", refused.id);
    staff.post(&resend, &[("email", "right@member.example.cn")]).await.is(303);
    settle("accepted", "ok").await;
    staff.get(&failed).await.is(200).says_not(&name);
    staff.get(&format!("{notice}/members")).await.is(200).says("邮件服务器已接收");
}

/// A correction that goes to fewer: the others learn that theirs is old, and are asked for nothing.
#[tokio::test]
async fn who_is_left_out_of_a_correction_sees_that_theirs_is_old_and_has_no_button() {
    let app = TestApp::start().await;
    let (staff, kept, left_out) = (app.staff().await, a_member(&app).await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    let name = member_name(&app, kept.id).await;
    let correction =
        [("row_version", "0"), ("number", "1"), ("reason", "只发一家"), ("audience", "chosen"), ("chosen", &name)];
    staff.upload(&format!("{notice}/edit"), &fields(&correction), &[]).await.is(303);
    publish(&staff, &notice).await.is(303);
    let old = left_out.admin.get(&notice).await.is(200).says("这是旧版本");
    old.says_not("看最新版本").says_not("/acknowledge").says_not("只发一家");
    let old = kept.admin.get(&format!("{notice}?version=1")).await.is(200).says("这是旧版本").says("看最新版本");
    old.says_not("/acknowledge");
    kept.admin.get(&notice).await.is(200).says_not("这是旧版本").says("/acknowledge");
}

/// The store's rows, not the form, may be what is wrong; the others go out at their time all the same.
#[tokio::test]
async fn a_draft_that_cannot_be_published_holds_up_no_other() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    a_member(&app).await;
    let at = app.state.clock.now().plus(Instant::HOUR).input();
    let mut notices = Vec::new();
    for _ in 0..2 {
        let notice = a_draft(&staff, &[], &[]).await;
        let draft = seen(&staff, &notice).await;
        decide(&staff, &notice, &draft, &[("when", "later"), ("publish_at", &at)]).await.is(303);
        notices.push(notice);
    }
    let broken: app::ids::NoticeId = notices[0].trim_start_matches("/notices/").parse().unwrap();
    let spoil = "UPDATE notice_versions SET audience = 'chosen', audience_values = '[\"nobody\"]' WHERE notice_id = $1";
    let db = app.state.db.writer();
    let spoil = sea_orm::Statement::from_sql_and_values(db.get_database_backend(), spoil, [broken.into()]);
    db.execute_raw(spoil).await.unwrap();
    app.state.clock.advance(2 * Instant::HOUR);
    assert_eq!(notices::publish_due(&app.state).await.unwrap(), 1);
    staff.get(&notices[1]).await.is(200).says("/members");
    staff.get("/todo").await.is(200).says("到时间没有发布").says(&format!("{}/publish", notices[0]));
}

#[tokio::test]
async fn a_call_that_was_not_written_down_shows_that_member_whole() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let mut members = Vec::new();
    for n in 0..52 {
        let member = a_member(&app).await;
        app::members::entity::member::ActiveModel {
            id: Set(member.id),
            name: Set(format!("会员{n:02}")),
            ..Default::default()
        }
        .update(app.state.db.writer())
        .await
        .unwrap();
        members.push(member);
    }
    let notice = a_notice(&staff, &[]).await;
    let version = hidden(&staff.get(&format!("{notice}/members")).await.is(200).says_not("会员51").text, "version");
    let record = format!("{notice}/members/{}/record", members[51].id);
    let page = staff.post(&record, &[("version", &version), ("told", "read"), ("remark", "")]).await.is(422);
    page.says("会员51").says("18600001402").says("等待发出").says_not("会员50");
}

#[tokio::test]
async fn a_draft_goes_only_as_it_was_seen_and_only_when_somebody_says_when() {
    let app = TestApp::start().await;
    let (staff, _member) = (app.staff().await, a_member(&app).await);
    let notice = a_draft(&staff, &[], &[]).await;
    let draft = seen(&staff, &notice).await;
    decide(&staff, &notice, &draft, &[]).await.is(422).says("什么时候发布");
    let at = app.state.clock.now().plus(Instant::HOUR).input();
    decide(&staff, &notice, &draft, &[("when", "later"), ("publish_at", &at)]).await.is(303);
    let edit = format!("{notice}/edit");
    let newer = row_version(&staff, &notice).await;
    staff.upload(&edit, &fields(&[("title", "改过的标题"), ("row_version", &newer)]), &[]).await.is(303);
    staff.get(&edit).await.is(200).says("定时发布已取消");
    staff.post(&format!("{notice}/remove"), &[("row_version", &newer)]).await.is(409);
    staff.get(&edit).await.is(200).says("改过的标题");
    let now = row_version(&staff, &notice).await;
    staff.post(&format!("{notice}/remove"), &[("row_version", &now)]).await.is(303);
    staff.get(&edit).await.is(404);
}

#[tokio::test]
async fn nobody_is_reminded_of_what_needs_no_acknowledgement_and_auditors_reach_a_correction() {
    let app = TestApp::start().await;
    let (staff, _member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[("must_acknowledge", "")]).await;
    let before = mails(&app).await;
    staff.post(&format!("{notice}/remind"), &[]).await.is(409).says("不需要确认");
    assert_eq!(mails(&app).await, before);
    let correction = [("title", "更正草稿"), ("row_version", "0"), ("number", "1"), ("reason", "更正")];
    staff.upload(&format!("{notice}/edit"), &fields(&correction), &[]).await.is(303);
    let auditor = app.auditor().await;
    auditor.get("/notices?show=drafts").await.is(200).says(&format!("{notice}?version=2"));
    auditor.get(&format!("{notice}?version=2")).await.is(200).says("更正草稿");
}

/// What a person sees who follows where an answer leads.
async fn followed(browser: &Browser, answer: Answer) -> Answer {
    browser.get(answer.is(303).location()).await.is(200)
}

#[tokio::test]
async fn a_deleted_correction_is_not_said_to_be_published_nor_another_in_its_stead() {
    let app = TestApp::start().await;
    let (staff, _member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    let edit = format!("{notice}/edit");
    let correction = [("row_version", "0"), ("number", "1"), ("reason", "更正")];
    staff.upload(&edit, &fields(&correction), &[]).await.is(303);
    let first = seen(&staff, &notice).await;
    staff.post(&format!("{notice}/remove"), &[("row_version", &first.1)]).await.is(303);
    decide(&staff, &notice, &first, &[("when", "now")]).await.is(409);
    staff.upload(&edit, &fields(&correction), &[]).await.is(303);
    decide(&staff, &notice, &first, &[("when", "now")]).await.is(409);
    let second = seen(&staff, &notice).await;
    for _ in 0..2 {
        let answer = decide(&staff, &notice, &second, &[("when", "now")]).await;
        followed(&staff, answer).await.says("已发布。邮件正在发往");
    }
}

#[tokio::test]
async fn publishing_says_what_becomes_of_the_mails() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let notice = a_draft(&staff, &[], &[]).await;
    let answer = publish(&staff, &notice).await;
    followed(&staff, answer).await.says("没有邮件发出").says_not("正在发往");
    a_member(&app).await;
    staff.post("/outbox/pause", &[]).await.is(303);
    let notice = a_draft(&staff, &[], &[]).await;
    let answer = publish(&staff, &notice).await;
    followed(&staff, answer).await.says("邮件目前暂停").says_not("正在发往");
}

#[tokio::test]
async fn what_the_page_would_refuse_by_now_is_not_published_by_the_clock() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let in_hours = |hours: i64| app.state.clock.now().plus(hours * Instant::HOUR).input();
    let (at, by) = (in_hours(1), in_hours(2));
    let notice = a_draft(&staff, &[("acknowledge_by", &by)], &[]).await;
    let draft = seen(&staff, &notice).await;
    decide(&staff, &notice, &draft, &[("when", "later"), ("publish_at", &at)]).await.is(303);
    // The program was off over both hours.
    app.state.clock.advance(3 * Instant::HOUR);
    for _ in 0..2 {
        assert_eq!(notices::publish_due(&app.state).await.unwrap(), 0);
    }
    member.admin.get(&notice).await.is(404);
    assert_eq!(mails(&app).await, 0);
    let todo = staff.get("/todo").await.is(200).says("到时间没有发布").says("确认截止时间要晚于发布时间");
    assert_eq!(crate::todo::listed(&todo, "/notices"), 1);
    staff.get(&format!("{notice}/publish")).await.is(200).says("到了定好的时间没有发布");
    staff.get("/notices?show=drafts").await.is(200).says("到时未发布");
    app.auditor()
        .await
        .get("/audit?act=notice.not_published")
        .await
        .is(200)
        .says("到时间没有发布通知")
        .says("未发布的原因");
    let version = row_version(&staff, &notice).await;
    staff.upload(&format!("{notice}/edit"), &fields(&[("row_version", &version)]), &[]).await.is(303);
    staff.get("/todo").await.is(200).says_not("到时间没有发布");
    publish(&staff, &notice).await.is(303);
    member.admin.get(&notice).await.is(200);
}

#[tokio::test]
async fn a_call_that_somebody_else_wrote_down_first_is_not_said_to_be_recorded() {
    let app = TestApp::start().await;
    let (one, two, member) = (app.staff().await, app.staff().await, a_member(&app).await);
    let notice = a_notice(&one, &[]).await;
    let version = hidden(&one.get(&format!("{notice}/members")).await.is(200).text, "version");
    let record = format!("{notice}/members/{}/record", member.id);
    for told in ["read", "acknowledged"] {
        let says = |remark: &'static str| [("version", version.as_str()), ("told", told), ("remark", remark)];
        for _ in 0..2 {
            let answer = one.post(&record, &says("王厂长来电")).await;
            followed(&one, answer).await.says("登记。");
        }
        let late = if told == "read" { &one } else { &two };
        let shown = late.post(&record, &says("赵会计说收到了")).await.is(422);
        shown.says("此前已经登记").says("赵会计说收到了");
    }
    two.get(&format!("{notice}/members")).await.is(200).says("王厂长来电").says_not("赵会计说收到了");
}

#[tokio::test]
async fn nothing_of_a_form_is_dropped_because_another_field_makes_no_use_of_it() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let by = app.state.clock.now().plus(Instant::DAY).input();
    let untied = fields(&[("must_acknowledge", ""), ("acknowledge_by", &by)]);
    staff.upload("/notices/new", &untied, &[]).await.is(422).says("清空截止时间").says(&by);
    let name = member_name(&app, member.id).await;
    let everybody = fields(&[("audience", "members"), ("chosen", &name)]);
    staff.upload("/notices/new", &everybody, &[]).await.is(422).says("或清空名单").says(&name);
    staff.upload("/notices/new", &fields(&[("audience", "chosen"), ("chosen", &name)]), &[]).await.is(303);
}

/// After a mailing everybody opens the same page; the first readings must not keep it from being kept.
#[tokio::test]
async fn a_first_reading_leaves_what_is_kept() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    let before = app.state.db.commits();
    member.admin.get(&notice).await.is(200);
    assert_eq!(rows(&app, "notice_reads").await, 1);
    assert_eq!(app.state.db.commits(), before);
}
