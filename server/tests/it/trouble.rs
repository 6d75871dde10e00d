//! A database that is locked or full, a disk with no room for a file: the page says so, nothing is half-written, and reading goes on.

use std::path::{Path, PathBuf};

use app::{ids::IssueId, outbox::entity::message, sheets};
use axum::{body::Body, http::Request};
use sea_orm::{ConnectionTrait, Database, EntityTrait, PaginatorTrait};

use crate::{
    builders::{TestMember, a_member, an_issue},
    forms::form_fields,
    program::{Program, after},
    test_app::{Answer, TestApp},
};

/// Tries to file an issue, which writes an issue, its event, a number, mails and the audit.
async fn try_to_file(member: &TestMember) -> Answer {
    member.admin.upload("/issues/new", &fields(&place_of(member)), &[]).await
}

/// The same with an attachment.
async fn try_to_file_with(member: &TestMember, pdf: &[u8]) -> Answer {
    member.admin.send(filing(member, pdf)).await
}

fn filing(member: &TestMember, pdf: &[u8]) -> Request<Body> {
    member.admin.upload_request("/issues/new", &fields(&place_of(member)), &[("files", "现场.pdf", pdf)])
}

fn place_of(member: &TestMember) -> String {
    format!("{}/{}", member.id, member.plant)
}

fn fields(place: &str) -> [(&str, &str); 5] {
    [
        ("place", place),
        ("kind", "policy_question"),
        ("category", "transport"),
        ("title", "不可写时提的问题"),
        ("body", "这条不应留下任何痕迹。"),
    ]
}

async fn mails(app: &TestApp) -> u64 {
    message::Entity::find().count(app.state.db.reader()).await.unwrap()
}

/// The refusal is honest, and the rest goes on.
async fn refused_and_still_readable(app: &TestApp, member: &TestMember, issue: IssueId, before: u64) {
    let answer = try_to_file(member).await.is(503).says("没有保存任何内容").says_not("浏览不受影响");
    assert_eq!(answer.headers["retry-after"], "10");
    answer.says_not("SQL").says_not("database is");
    member.admin.get("/issues").await.is(200).says("散装车能否进城").says_not("不可写时提的问题");
    // Its news are seen, which is to be noted and cannot be.
    member.admin.get(&format!("/issues/{issue}")).await.is(200).says("散装车能否进城");
    assert_eq!(mails(app).await, before);
}

#[tokio::test]
async fn a_locked_database_refuses_honestly_and_reading_goes_on() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let issue = an_issue(&app, &member).await;
    app.staff().await.post(&format!("/issues/{issue}/take"), &[]).await.is(303);
    let before = mails(&app).await;
    if app.state.db.is_postgres() {
        let holder = app.tx().await;
        holder.execute_unprepared("LOCK TABLE issues IN EXCLUSIVE MODE").await.unwrap();
        refused_and_still_readable(&app, &member, issue, before).await;
    } else {
        let file = app.folder.path().join("test.db");
        let holder = Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
        holder.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        refused_and_still_readable(&app, &member, issue, before).await;
        holder.execute_unprepared("ROLLBACK").await.unwrap();
        try_to_file(&member).await.is(303);
    }
}

#[tokio::test]
async fn a_full_disk_leaves_nothing_half_written() {
    let app = TestApp::start().await;
    if app.state.db.is_postgres() {
        return;
    }
    let member = a_member(&app).await;
    let issue = an_issue(&app, &member).await;
    app.staff().await.post(&format!("/issues/{issue}/take"), &[]).await.is(303);
    let before = mails(&app).await;
    let writer = app.state.db.writer();
    // Below the present size SQLite allows no page more.
    writer.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let mut filled = 0;
    while try_to_file(&member).await.status == 303 {
        filled += 1;
        assert!(filled < 1_000, "the disk never gets full");
    }
    let full = mails(&app).await;
    assert!(full >= before);
    for page in ["/issues".to_owned(), format!("/issues/{issue}")] {
        member.admin.get(&page).await.is(200).says("散装车能否进城");
    }
    let answer = try_to_file(&member).await.is(503);
    assert_eq!(answer.headers["retry-after"], "10");
    assert_eq!(mails(&app).await, full);
    writer.execute_unprepared("PRAGMA max_page_count = 1000000").await.unwrap();
    try_to_file(&member).await.is(303);
}

#[tokio::test]
async fn a_file_that_finds_no_room_is_refused_honestly_and_reading_goes_on() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (small, large) = (a_pdf(1_000), a_pdf(6 * 1024 * 1024));
    let kept = try_to_file_with(&member, &small).await.is(303);
    let before = mails(&app).await;
    let files_before = all_files(&app);
    // Nothing that it writes may be longer than 4 MiB; what is longer fails as on a full disk.
    let program = Program::start(after("trap '' XFSZ; ulimit -f 8192", &app, &["serve"])).await;
    let refused = program.send(filing(&member, &large)).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("retry-after: 10") && refused.contains("<h1>"), "{refused}");
    assert_eq!(mails(&app).await, before);
    assert_eq!(all_files(&app), files_before, "nothing half-written stays");
    let reading = member.admin.request("GET", kept.location()).body(Body::empty()).unwrap();
    assert!(program.send(reading).await.starts_with("HTTP/1.1 200"));
    let filed = program.send(filing(&member, &a_pdf(2_000))).await;
    assert!(filed.starts_with("HTTP/1.1 303"), "what fits is still kept: {filed}");
}

#[tokio::test]
async fn a_store_that_cannot_be_written_leaves_no_row_and_no_rest() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let kept = try_to_file_with(&member, &a_pdf(1_000)).await.is(303);
    let before = mails(&app).await;
    // A file stands where every folder of the store would be made.
    let files = app.folder.path().join("files");
    for n in 0..256 {
        let folder = files.join(format!("{n:02x}"));
        if !folder.exists() {
            std::fs::write(folder, "").unwrap();
        }
    }
    let everything = all_files(&app);
    let mut answers = Vec::new();
    for n in 0..3 {
        answers.push(try_to_file_with(&member, &a_pdf(2_000 + n)).await);
    }
    // At most one of the three falls into the one folder that is there.
    let refused = answers.iter().filter(|answer| answer.status == 503).count();
    assert!(refused >= 2, "{refused}");
    assert_eq!(mails(&app).await - before, 3 - refused as u64);
    assert_eq!(all_files(&app).len() - everything.len(), 3 - refused);
    member.admin.get(kept.location()).await.is(200).says("不可写时提的问题");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_named_and_costs_nothing_that_was_typed() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (place, words) = (place_of(&member), "散装车进不了城。".repeat(500));
    assert_eq!(words.chars().count(), 4_000);
    let typed: Vec<_> =
        fields(&place).into_iter().filter(|(name, _)| *name != "body").chain([("body", &*words)]).collect();
    let before = all_files(&app);
    let photo = a_pdf(25 * 1024 * 1024);
    let files = [("files", "小.pdf", b"%PDF-1.7\n".as_slice()), ("files", "现场大图.pdf", &photo)];
    let again = member.admin.upload_files_first("/issues/new", &typed, &files).await.is(422);
    again.says("“现场大图.pdf”太大").says("20 MB").says(&words).says("不可写时提的问题").says_not("“小.pdf”");
    assert_eq!(all_files(&app), before, "nothing of it stays");

    // So does one file too many.
    let names: Vec<String> = (1..=14).map(|n| format!("第{n}张.pdf")).collect();
    let many: Vec<_> = names.iter().map(|name| ("files", name.as_str(), b"%PDF-1.7\n".as_slice())).collect();
    let again = member.admin.upload_files_first("/issues/new", &typed, &many).await.is(422).says(&words);
    again.says("“第13张.pdf”没有收下").says("“第14张.pdf”没有收下").says_not("“第12张.pdf”").says("10");
    // Nobody chooses hundreds by mistake.
    let hundreds: Vec<_> = (0..120).map(|_| ("files", "图.pdf", b"%PDF-1.7\n".as_slice())).collect();
    member.admin.upload("/issues/new", &typed, &hundreds).await.is(409);

    // What is larger than everything that the route takes is refused whole.
    let beyond = a_pdf(23 * 1024 * 1024);
    let (at, fields) = (format!("/members/{}/edit", member.id), [("name", "上海没写完的水泥有限公司")]);
    member.admin.upload(&at, &fields, &[("licence", "执照.pdf", &beyond)]).await.is(413);
    let within = a_pdf(21 * 1024 * 1024);
    let again = member.admin.upload(&at, &fields, &[("licence", "执照.pdf", &within)]).await.is(422);
    again.says("“执照.pdf”太大").says("上海没写完的水泥有限公司");
    assert_eq!(all_files(&app), before);
}

#[tokio::test]
async fn files_are_on_the_disk_before_anybody_has_to_wait_for_the_database() {
    let app = TestApp::start().await;
    if app.state.db.is_postgres() {
        // There an act that writes holds up nobody who writes something else.
        return;
    }
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let issue = an_issue(&app, &member).await;
    staff.post(&format!("/issues/{issue}/take"), &[]).await.is(303);
    let file = app.folder.path().join("test.db");
    let holder = Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
    holder.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let before = all_files(&app).len();

    let place = place_of(&member);
    let filing = fields(&place);
    let notice = [("kind", "notice"), ("title", "通知"), ("body", "正文"), ("audience", "members")];
    let name = [("name", "上海等候的水泥有限公司"), ("credit_code", "91310118DEM0000144")];
    let (edit, remark) = (format!("/members/{}/edit", member.id), format!("/issues/{issue}/remark"));
    let seen = staff.get(&remark).await.is(200);
    let seen = form_fields(&seen).into_iter().find(|(name, _)| name == "seen").unwrap().1;
    let remarked = [("remark", "见附件"), ("seen", seen.as_str())];
    let sheet = sheets::Table { title: "表".to_owned(), columns: Vec::new(), rows: Vec::new() }.bytes().unwrap();
    let pdfs: Vec<Vec<u8>> = (1..=4).map(a_pdf).collect();
    let (a, b, c, d) = (
        [("files", "a.pdf", &*pdfs[0])],
        [("files", "b.pdf", &*pdfs[1])],
        [("licence", "c.pdf", &*pdfs[2])],
        [("files", "d.pdf", &*pdfs[3])],
    );
    let e = [("file", "e.xlsx", &*sheet)];
    let answers = tokio::join!(
        member.admin.upload("/issues/new", &filing, &a),
        staff.upload("/notices/new", &notice, &b),
        staff.upload(&edit, &name, &c),
        staff.upload(&remark, &remarked, &d),
        staff.upload("/members/import", &[], &e),
    );
    for answer in [answers.0, answers.1, answers.2, answers.3, answers.4] {
        answer.is(503);
    }
    assert_eq!(all_files(&app).len() - before, 5);
}

/// Every file in the data folder that is no database.
fn all_files(app: &TestApp) -> Vec<PathBuf> {
    fn below(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
    }
    let mut files: Vec<_> = ["files", "tmp"].iter().flat_map(|name| below(&app.folder.path().join(name))).collect();
    files.sort();
    files
}

fn a_pdf(size: usize) -> Vec<u8> {
    [b"%PDF-1.7\n".as_slice(), &vec![b' '; size], b"\n%%EOF\n"].concat()
}

#[tokio::test]
async fn a_page_of_trouble_is_guarded_like_every_other() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let broken = "ALTER TABLE persons RENAME TO persons_elsewhere";
    app.state.db.writer().execute_unprepared(broken).await.unwrap();
    let answer = staff.get("/todo").await.is(500).says("<h1>");
    let policy = answer.headers.get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.contains("script-src") && policy.contains("nonce-"), "{policy}");
}
