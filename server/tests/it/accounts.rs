//! Signing in and out.

use app::{
    accounts::{RoleKind, store},
    state::Options,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{ConnectionTrait, Statement};

use crate::test_app::{Browser, TestApp, options};

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

#[tokio::test]
async fn signing_in_ends_the_session_that_the_browser_was_in() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    let browser = app.staff().await;
    let before = browser.before(&app);
    before.get("/todo").await.is(200).says("测试员");
    sign_in(&browser, "13900000001", PASSWORD).await.is(303);
    browser.get("/todo").await.is(200).says("陈干事");
    before.get("/todo").await.is(303);
    assert_eq!(rows(&app, "sessions").await, 1);
}

#[tokio::test]
async fn signing_out_and_a_new_language_are_in_the_audit() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    let browser = app.stranger();
    sign_in(&browser, "13900000001", PASSWORD).await.is(303);
    for language in ["en", "en", "zh-CN"] {
        browser.post("/language", &[("language", language), ("next", "/")]).await.is(303);
    }
    for _ in 0..2 {
        browser.post("/sign-out", &[]).await.is(303);
    }
    let auditor = app.auditor().await;
    auditor.get("/audit?act=person.signed_out").await.is(200).says("退出登录").says("陈干事").says("共 1 条");
    auditor.get("/audit?act=person.changed").await.is(200).says("陈干事").says("共 2 条");
}

#[tokio::test]
async fn one_owner_who_signs_in_several_times_at_once_comes_in_each_time() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    for _ in 0..3 {
        let [one, two, three, four] = [(); 4].map(|()| app.stranger());
        let answers = tokio::join!(
            sign_in(&one, "13900000001", PASSWORD),
            sign_in(&two, "13900000001", PASSWORD),
            sign_in(&three, "13900000001", PASSWORD),
            sign_in(&four, "13900000001", PASSWORD),
        );
        for answer in [answers.0, answers.1, answers.2, answers.3] {
            answer.is(303);
        }
    }
}

#[tokio::test]
async fn behind_a_proxy_the_address_is_what_the_proxy_wrote_and_a_whole_network_of_ipv6() {
    let app = TestApp::with(Options { behind_proxy: true, ..options() }).await;
    let guess = async |lines: [String; 2]| {
        let mut request = app.stranger().request("POST", "/code").header("sec-fetch-site", "same-origin");
        for line in lines {
            request = request.header("x-forwarded-for", line);
        }
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        app.stranger().send(request.body("code=000000000000".into()).unwrap()).await.status.as_u16()
    };
    // The first line is what the client sent.
    let mut statuses = Vec::new();
    for n in 0..7 {
        statuses.push(guess([format!("192.0.2.{n}"), "198.51.100.7".to_owned()]).await);
    }
    assert_eq!((statuses[0], statuses[6]), (422, 429), "{statuses:?}");
    statuses.clear();
    for n in 0..7 {
        statuses.push(guess([String::new(), format!("192.0.2.9, 2001:db8:1:2::{n}")]).await);
    }
    assert_eq!((statuses[0], statuses[6]), (422, 429), "{statuses:?}");
    assert_eq!(guess([String::new(), "2001:db8:1:3::1".to_owned()]).await, 422);
}

#[tokio::test]
async fn people_are_looked_for_by_what_the_field_says() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    let (staff, auditor) = (app.staff().await, app.auditor().await);
    staff.get("/people?q=13900000001").await.is(200).says("姓名、手机号或邮箱").says("陈干事");
    auditor.get("/people?q=13900000001").await.is(200).says_not("姓名、手机号或邮箱").says_not("陈干事");
    auditor.get("/people?q=陈").await.is(200).says("陈干事");
}

#[tokio::test]
async fn what_an_act_says_is_said_by_the_portal_only() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let forged = serde_json::json!({ "key": "accounts.invitation.withdrawn", "args": [["name", "任何一句话"]] });
    let forged = URL_SAFE_NO_PAD.encode(forged.to_string());
    let signed = async || {
        staff.post("/account/sessions", &[]).await.is(303);
        let cookies = staff.request("GET", "/").body(()).unwrap().headers()["cookie"].to_str().unwrap().to_owned();
        cookies.split("flash=").nth(1).unwrap().split(';').next().unwrap().to_owned()
    };
    let own = signed().await;
    staff.get("/account").await.is(200).says("已退出其他设备");
    staff.get("/account").await.is(200).says_not("已退出其他设备");
    let signature = own.split_once('.').unwrap().1;
    for cookie in [forged.clone(), format!("{forged}."), format!("{forged}.{signature}")] {
        staff.keep(&format!("flash={cookie}"));
        staff.get("/account").await.is(200).says_not("任何一句话");
    }
}

#[tokio::test]
async fn control_characters_in_what_is_looked_for_are_nothing() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    app.stranger().get("/notices?q=%00").await.is(200);
    for path in [
        "/notices?q=a%00b",
        "/people?q=%00",
        "/audit?person=%00&member=%00&act=%00",
        "/audit?person=a%00&member=b%00&act=c%00",
        "/audit.xlsx?person=a%00&member=b%00&act=c%00",
        "/members?q=%00",
        "/issues?q=%00",
        "/issues/new?q=%00",
        "/questions?q=%00",
        "/sentinels?q=%00",
        "/sentinels/new?q=%00",
    ] {
        let status = staff.get(path).await.status.as_u16();
        assert!([200, 303, 404].contains(&status), "{path}: {status}");
    }
    staff.get("/people?q=%00测试员".replace("测试员", "%E6%B5%8B%E8%AF%95%E5%91%98").as_str()).await.says("共 1 条");
    let fields = [
        ("kind", "notice"),
        ("title", "下周的安排"),
        ("body", "请看附件。"),
        ("audience", "chosen"),
        ("chosen", "没有\0这家\n"),
    ];
    staff.upload("/notices/new", &fields, &[]).await.is(422).says("下周的安排").says("没有这家");
}
