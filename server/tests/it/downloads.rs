//! What lists give away as spreadsheets, and downloads that go by mail.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::{
    access::{self, Route, Who},
    current,
    outbox::entity::{delivery, message},
    sheets::{self, Limits},
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
    middleware::from_fn_with_state,
};
use futures::future::join_all;
use sea_orm::EntityTrait;
use tower::ServiceExt;

use crate::{
    builders::{a_member, an_issue},
    sentinels::begun,
    test_app::{Answer, Browser, TestApp},
};

/// The words of a spreadsheet's cells, row by row.
pub fn rows(app: &TestApp, answer: &Answer) -> Vec<String> {
    let path = app.folder.path().join("read.xlsx");
    std::fs::write(&path, &answer.bytes).unwrap();
    let sheet = sheets::read(&path, Limits { rows: 1_000, said: 1_000, columns: 30 }).unwrap();
    sheet.rows.iter().map(|row| format!("{:?}", row.cells)).collect()
}

async fn mail_me(browser: &Browser, path: &str, once: &str) -> Answer {
    browser.post("/mail-to-me", &[("path", path), ("back", "/issues"), ("once", once)]).await
}

#[tokio::test]
async fn a_list_exports_what_it_shows_and_nothing_of_others() {
    let app = TestApp::start_with_module().await;
    let (mine, theirs) = (a_member(&app).await, a_member(&app).await);
    an_issue(&app, &mine).await;
    an_issue(&app, &theirs).await;
    begun(&mine.admin, &mine).await;
    let office = rows(&app, &app.auditor().await.get("/issues.xlsx").await.is(200));
    assert_eq!(office.len(), 3, "a heading and both issues: {office:?}");
    let own = rows(&app, &mine.admin.get("/issues.xlsx").await.is(200));
    assert_eq!(own.len(), 2, "{own:?}");
    assert!(own[1].contains("散装车能否进城"));
    let none = rows(&app, &mine.admin.get("/issues.xlsx?q=没有这样的问题").await.is(200));
    assert_eq!(none.len(), 1, "{none:?}");
    let requests = rows(&app, &mine.admin.get("/sentinels.xlsx").await.is(200));
    assert!(requests.len() == 2 && requests[1].contains("一号粉磨站"), "{requests:?}");
    assert_eq!(rows(&app, &theirs.admin.get("/sentinels.xlsx").await.is(200)).len(), 1);
    let audit = rows(&app, &app.auditor().await.get("/audit.xlsx?act=issue.filed").await.is(200));
    assert!(audit.len() == 3 && audit[1].contains("提交了问题"), "{audit:?}");
}

#[tokio::test]
async fn the_mails_of_a_state_are_exported_with_what_is_known_and_masked_for_those_who_only_look() {
    let app = TestApp::start().await;
    let (staff, mine) = (app.staff().await, a_member(&app).await);
    an_issue(&app, &mine).await;
    mail_me(&mine.admin, "/issues.xlsx", "").await.is(303);
    let of = async |browser: &Browser| rows(&app, &browser.get("/outbox.xlsx?state=waiting").await.is(200)).join("\n");
    assert!(of(&staff).await.contains("@example.cn"));
    let masked = of(&app.auditor().await).await;
    assert!(masked.contains("***") && masked.contains("等待"), "{masked}");
}

#[tokio::test]
async fn a_download_goes_by_mail_once_and_only_to_whom_may_have_it() {
    let app = TestApp::start_with_module().await;
    let (mine, theirs) = (a_member(&app).await, a_member(&app).await);
    an_issue(&app, &mine).await;
    let request = begun(&theirs.admin, &theirs).await;
    let key = uuid::Uuid::now_v7().to_string();
    for _ in 0..2 {
        assert_eq!(mail_me(&mine.admin, "/issues.xlsx", &key).await.is(303).location(), "/issues");
    }
    let to_me = async || {
        let found =
            delivery::Entity::find().find_also_related(message::Entity).all(app.state.db.reader()).await.unwrap();
        found.into_iter().filter_map(|(_, message)| message.filter(|m| m.about_kind == "person")).collect::<Vec<_>>()
    };
    let sent = to_me().await;
    assert_eq!(sent.len(), 1);
    assert!(sent[0].attachments.contains(".xlsx"), "{}", sent[0].attachments);
    for path in ["/outbox.xlsx", "/issues"] {
        let status = mail_me(&mine.admin, path, "").await.status.as_u16();
        assert!(matches!(status, 403 | 404), "{path} gave {status}");
    }
    mail_me(&mine.admin, &format!("{request}/paper"), "").await.is(404);
    mail_me(&mine.admin, "https://elsewhere.example/x.xlsx", "").await.is(404);
    mail_me(&app.stranger(), "/notices", "").await.is(401);
    assert_eq!(to_me().await.len(), 1);
    for _ in 1..20 {
        mail_me(&mine.admin, "/issues.xlsx", "").await.is(303);
    }
    mail_me(&mine.admin, "/issues.xlsx", "").await.is(429);
}

#[tokio::test]
async fn a_page_is_packed_on_its_way_and_a_spreadsheet_is_not_packed_twice() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let asked = async |path: &str| {
        let request = member.admin.request("GET", path).header("accept-encoding", "gzip, br").body(Body::empty());
        member.admin.send(request.unwrap()).await.is(200)
    };
    assert!(asked("/issues").await.headers.contains_key("content-encoding"));
    let spreadsheet = asked("/issues.xlsx").await;
    assert!(!spreadsheet.headers.contains_key("content-encoding"));
    assert_eq!(rows(&app, &spreadsheet).len(), 1);
}

#[tokio::test]
async fn spreadsheets_take_turns_whatever_list_they_are_of() {
    let app = TestApp::start().await;
    let (making, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let slow = async move || {
        most.fetch_max(making.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        making.fetch_sub(1, Ordering::SeqCst);
    };
    let table = ["/a.xlsx", "/b.xlsx", "/c"].map(|path| Route::get(path, Who::Anyone, slow.clone()));
    let router = access::router(&app.state, table.into())
        .layer(from_fn_with_state(app.state.clone(), current::layer))
        .with_state(app.state.clone());
    let all_at_once = async |paths: &[&str]| {
        let asked = paths.iter().map(|path| router.clone().oneshot(Request::get(*path).body(Body::empty()).unwrap()));
        for answer in join_all(asked).await {
            assert_eq!(answer.unwrap().status(), StatusCode::OK);
        }
        seen.swap(0, Ordering::SeqCst)
    };
    assert_eq!(all_at_once(&["/a.xlsx", "/b.xlsx"].repeat(4)).await, access::SPREADSHEETS_AT_ONCE);
    assert_eq!(all_at_once(&["/c"; 8]).await, 8, "a page waits for none");
}

#[tokio::test]
async fn the_names_of_those_who_have_not_reported_are_ready_for_wechat() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let day = app::time::show_day(app.state.clock.now().day());
    let page = staff.get(&format!("/supply/day/{day}/names")).await.is(200);
    let listed = page.text.contains("一号粉磨站");
    let behind = staff.get(&format!("/supply/day/{day}?show=missing")).await.is(200);
    assert_eq!(listed, behind.text.contains("一号粉磨站"));
    page.says_not("18600001402");
    member.admin.get(&format!("/supply/day/{day}/names")).await.is(403);
}

#[tokio::test]
async fn a_file_is_asked_for_again_each_time_and_comes_only_when_it_is_new() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let place = format!("{}/{}", member.id, member.plant);
    let fields = [
        ("place", place.as_str()),
        ("kind", "policy_question"),
        ("category", "transport"),
        ("title", "有附件的问题"),
        ("body", "见附件。"),
    ];
    let pdf = b"%PDF-1.7\n%%EOF\n".as_slice();
    let filed = member.admin.upload("/issues/new", &fields, &[("files", "现场.pdf", pdf)]).await.is(303);
    let page = member.admin.get(filed.location()).await.is(200);
    let (_, id) = page.text.split_once(&format!("{}/files/", filed.location())).unwrap();
    let file = format!("{}/files/{}", filed.location(), id.split('"').next().unwrap());
    let first = member.admin.get(&file).await.is(200);
    assert_eq!(first.bytes, pdf);
    assert_eq!(first.headers["cache-control"], "private, no-cache");
    let tag = first.headers["etag"].to_str().unwrap();
    let asked = |browser: &Browser, tag: &str| {
        browser.request("GET", &file).header("if-none-match", tag).body(Body::empty()).unwrap()
    };
    let same = member.admin.send(asked(&member.admin, tag)).await.is(304);
    assert!(same.bytes.is_empty());
    assert_eq!(
        (&same.headers["etag"], &same.headers["cache-control"]),
        (&first.headers["etag"], &first.headers["cache-control"])
    );
    member.admin.send(asked(&member.admin, "\"another\"")).await.is(200);
    // Who may not read it is not told that it is the same.
    let other = a_member(&app).await;
    other.admin.send(asked(&other.admin, tag)).await.is(404);
    let stranger = app.stranger();
    assert_ne!(stranger.send(asked(&stranger, tag)).await.status, 304);
}
