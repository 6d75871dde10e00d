//! 待办 and the numbers in the navigation.

use app::text::Locale;

use crate::{
    builders::{a_member, an_issue},
    outbox::a_mail,
    smtp_sink::{At, Do, Sink},
    test_app::{Answer, TestApp},
};

/// How many things of a feature 待办 lists, after checking that the navigation counts as many.
pub fn listed(todo: &Answer, path: &str) -> usize {
    let tasks = todo.text.split_once("class=\"tasks\"").map_or("", |(_, tasks)| tasks);
    let lines = tasks.matches(&format!("<a href=\"{path}/")).count();
    assert_eq!(counted(todo, path), lines, "{path} on 待办");
    lines
}

/// The number beside an entry of the navigation.
pub fn counted(page: &Answer, path: &str) -> usize {
    let (_, after) = page.text.split_once(&format!("<a href=\"{path}\"")).expect("an entry of the navigation");
    let entry = after.split("</a>").next().unwrap_or_default();
    let count = entry.split_once("class=\"count\">").map_or("0", |(_, count)| count.split('<').next().unwrap_or("0"));
    count.parse().expect("a number")
}

#[tokio::test]
async fn what_is_not_listed_is_one_line_that_leads_there() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    for _ in 0..20 {
        an_issue(&app, &member).await;
    }
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/issues"), 20);
    for _ in 0..3 {
        an_issue(&app, &member).await;
    }
    let todo = staff.get("/todo").await.is(200).says("还有 3 项");
    assert_eq!(counted(&todo, "/issues"), 23);
    assert_eq!(todo.text.matches("<a href=\"/issues/").count(), 20);
}

/// The auditor may only look.
#[tokio::test]
async fn who_may_not_mend_a_failed_mail_is_not_asked_to() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "", Do::Say("550 5.1.1 no such mailbox"));
    a_mail(&app, &["wrong@example.cn"]).await;
    sink.worker(&app).drain().await.unwrap();
    app.staff().await.get("/todo").await.is(200).says("1 封邮件没有送到，请处理");
    app.auditor().await.get("/todo").await.is(200).says("1 封邮件没有送到").says_not("请处理");
}

#[tokio::test]
async fn a_form_that_is_shown_again_still_says_what_waits() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    an_issue(&app, &member).await;
    let fine = staff.get("/members/new").await.is(200);
    let again = staff.post("/members/new", &[("name", "")]).await.is(422);
    assert_eq!((counted(&fine, "/issues"), counted(&again, "/issues")), (1, 1));
    staff.post("/outbox/pause", &[]).await.is(303);
    let banner = Locale::Zh.t("outbox.pause.banner");
    staff.get("/members/new").await.is(200).says(&banner);
    staff.post("/members/new", &[("name", "")]).await.is(422).says(&banner);
}
