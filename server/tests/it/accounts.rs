//! Signing in and out.

use app::accounts::{RoleKind, store};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{ConnectionTrait, Statement};

use crate::test_app::{Browser, TestApp};

pub const PASSWORD: &str = "correct horse";

/// A staff account with a phone and a password.
pub async fn an_account(app: &TestApp, phone: &str) {
    let hash = app.state.passwords.hash(PASSWORD.to_owned()).await.unwrap();
    let tx = app.tx().await;
    let new = store::NewPerson {
        name: "陈干事".to_owned(),
        phone: Some(phone.to_owned()),
        email: None,
        password_hash: Some(hash),
    };
    let person = store::add_person(&tx, new).await.unwrap();
    store::add_role(&tx, person, RoleKind::OfficeStaff, None, &[]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn sign_in(browser: &Browser, login: &str, password: &str) -> crate::test_app::Answer {
    browser.post("/sign-in", &[("login", login), ("password", password), ("next", "/todo")]).await
}

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    let browser = app.stranger();
    let answer = sign_in(&browser, "139 0000 0001", PASSWORD).await.is(303);
    assert_eq!(answer.location(), "/todo");
    browser.get("/todo").await.is(200).says("陈干事");
    browser.post("/sign-out", &[]).await.is(303);
    browser.get("/todo").await.is(303);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_the_same_and_keep_what_was_typed() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    for login in ["13900000001", "13900000002"] {
        let answer = sign_in(&app.stranger(), login, "wrong horse").await.is(422);
        answer.says("账号或密码不对").says(login).says_not("wrong horse").says("<title>错误：");
    }
    sign_in(&app.stranger(), "13900000001", &"长".repeat(400)).await.is(422).says("账号或密码不对");
}

#[tokio::test]
async fn a_session_ends_after_its_time() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    staff.get("/todo").await.is(200);
    app.state.clock.advance(app::accounts::session::LONG + 1);
    let answer = staff.get("/todo?from=wechat").await.is(303);
    assert_eq!(answer.location(), "/sign-in?next=%2Ftodo%3Ffrom%3Dwechat");
}

#[tokio::test]
async fn signing_in_tidies_sessions_that_are_over_and_old_keys() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    let staff = app.staff().await;
    let once = uuid::Uuid::now_v7().to_string();
    let member = crate::builders::a_member(&app).await;
    let contact = [("name", "赵师傅"), ("phone", "13800000188"), ("duties", "supply"), ("once", once.as_str())];
    staff.post(&format!("/members/{}/contacts/new", member.id), &contact).await.is(303);
    assert_eq!((rows(&app, "sessions").await, rows(&app, "submissions").await), (2, 1));
    app.state.clock.advance(app::accounts::session::LONG + 1);
    sign_in(&app.stranger(), "13900000001", PASSWORD).await.is(303);
    assert_eq!((rows(&app, "sessions").await, rows(&app, "submissions").await), (1, 0));
}

async fn rows(app: &TestApp, table: &str) -> i64 {
    let conn = app.state.db.reader();
    let count = Statement::from_string(conn.get_database_backend(), format!("SELECT count(*) AS n FROM {table}"));
    conn.query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    for next in
        ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example", "/\0"]
    {
        let fields = [("login", "13900000001"), ("password", PASSWORD), ("next", next)];
        let answer = app.stranger().post("/sign-in", &fields).await.is(303);
        assert_eq!(answer.location(), "/");
    }
}

#[tokio::test]
async fn what_was_typed_is_kept_over_the_sign_in() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    let browser = app.stranger();
    // Any route that needs a person; the language form stands for a long one.
    let mut fields = vec![("login", "13900000001"), ("password", PASSWORD), ("next", "/language")];
    let kept = serde_json::json!({ "pairs": [["title", "水泥"], ["title", "second"]], "files": [] }).to_string();
    let kept = URL_SAFE_NO_PAD.encode(kept);
    fields.push(("resume", &kept));
    browser
        .post("/sign-in", &fields)
        .await
        .is(200)
        .says("value=\"水泥\"")
        .says("value=\"second\"")
        .says("action=\"/language\"");
}

#[tokio::test]
async fn the_language_is_chosen_by_account_cookie_and_browser_in_this_order() {
    let app = TestApp::start().await;
    let browser = app.stranger();
    let english = browser.request("GET", "/sign-in").header("accept-language", "en").body("".into()).unwrap();
    browser.send(english).await.is(200).says("lang=\"en\"");
    browser.post("/language", &[("language", "zh-CN"), ("next", "/sign-in")]).await.is(303);
    let english = browser.request("GET", "/sign-in").header("accept-language", "en").body("".into()).unwrap();
    browser.send(english).await.is(200).says("lang=\"zh-CN\"");
}
