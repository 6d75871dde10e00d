//! What depends on whether people reach the portal by https: cookies, HSTS and where a form may come from.

use app::{accounts::RoleKind, state::Options};
use axum::{
    body::Body,
    http::{HeaderMap, header},
};

use crate::{
    builders::a_member,
    invitations::link_in_text,
    test_app::{Answer, Browser, TestApp, options},
};

const PUBLIC: &str = "https://portal.example.cn";
const PASSWORD: &str = "kiln dust nine";

async fn on_https() -> TestApp {
    TestApp::with(Options { public_url: PUBLIC.to_owned(), ..options() }).await
}

fn cookies(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect()
}

/// Joins by an invitation, switches the language, signs out and in: every way in which cookies are set.
async fn all_cookies(app: &TestApp) -> Vec<Answer> {
    let staff = app.staff().await;
    let fields = [("name", "王师傅"), ("kind", "office_staff"), ("phone", "13900000002")];
    let invited = app.admin().await.post("/people/invite", &fields).await.is(200);
    let browser = app.stranger();
    let join = [("name", "王师傅"), ("new_password", PASSWORD), ("new_password_again", PASSWORD)];
    let joined = browser.post(&link_in_text(&invited.text), &join).await.is(303);
    let welcomed = browser.get("/todo").await.is(200);
    let language = browser.post("/language", &[("language", "en"), ("next", "/")]).await.is(303);
    let left = browser.post("/sign-out", &[]).await.is(303);
    let signed_in = browser.post("/sign-in", &[("login", "13900000002"), ("password", PASSWORD)]).await.is(303);
    browser.get("/todo").await.is(200);
    let page = staff.get("/settings").await;
    vec![joined, welcomed, language, left, signed_in, page]
}

#[tokio::test]
async fn on_https_every_cookie_is_secure_the_session_is_bound_to_the_host_and_browsers_keep_to_https() {
    let answers = all_cookies(&on_https().await).await;
    let set: Vec<&str> = answers.iter().flat_map(|answer| cookies(&answer.headers)).collect();
    for name in ["__Host-session", "device", "lang", "flash"] {
        assert!(set.iter().any(|cookie| cookie.starts_with(&format!("{name}="))), "{name} is not set: {set:?}");
    }
    for cookie in &set {
        assert_eq!(cookie.matches("; Secure").count(), 1, "{cookie}");
        assert!(cookie.contains("; Path=/") && !cookie.contains("Domain"), "{cookie}");
        assert!(!cookie.starts_with("session="), "{cookie}");
    }
    for answer in &answers {
        assert!(answer.headers["strict-transport-security"].to_str().unwrap().contains("max-age=31536000"));
    }
}

#[tokio::test]
async fn on_http_nothing_of_that_is_said() {
    let answers = all_cookies(&TestApp::start().await).await;
    let set: Vec<&str> = answers.iter().flat_map(|answer| cookies(&answer.headers)).collect();
    assert!(set.iter().any(|cookie| cookie.starts_with("session=")));
    assert!(set.iter().all(|cookie| !cookie.contains("Secure") && !cookie.starts_with("__Host-")), "{set:?}");
    assert!(answers.iter().all(|answer| !answer.headers.contains_key("strict-transport-security")));
}

/// Sends a form that files nothing valid: 422 when it is let in, 403 when it is not.
async fn from(browser: &Browser, header: &str, value: &str) -> u16 {
    let request = browser
        .request("POST", "/issues/new")
        .header(header, value)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("title="))
        .unwrap();
    browser.send(request).await.status.as_u16()
}

#[tokio::test]
async fn a_form_comes_from_the_https_origin_or_is_refused() {
    let app = on_https().await;
    let member = a_member(&app).await;
    let browser = app.browser_of(RoleKind::MemberAdmin, Some(member.id), &[]).await;
    for (origin, status) in [
        (PUBLIC, 422),
        ("http://portal.example.cn", 403),
        ("https://portal.example.cn.evil.example", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ] {
        assert_eq!(from(&browser, "origin", origin).await, status, "{origin}");
    }
    for (site, status) in [("same-origin", 422), ("same-site", 403), ("cross-site", 403)] {
        assert_eq!(from(&browser, "sec-fetch-site", site).await, status, "{site}");
    }
}
