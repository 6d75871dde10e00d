//! A form that is sent after the session ran out: what was typed comes back after the sign-in, whatever the form.

use crate::{
    builders::a_member,
    forms::form_fields,
    test_app::{Answer, TestApp},
};

/// Everything that the sign-in page keeps of the form.
fn kept(answer: &Answer) -> String {
    form_fields(answer).into_iter().find(|(name, _)| name == "resume").unwrap().1
}

fn pairs(kept: &str) -> Vec<(String, String)> {
    serde_html_form::from_str(kept).unwrap()
}

#[tokio::test]
async fn a_form_with_a_large_file_keeps_what_stands_after_the_file_and_can_be_sent_again() {
    let app = TestApp::start().await;
    let large = vec![b'a'; 3 * 1024 * 1024];
    let fields = [("kind", "notice"), ("title", "下周的安排"), ("body", "请看附件。")];
    let after = [("audience", "members"), ("must_acknowledge", "yes")];
    let all: Vec<(&str, &str)> = fields.iter().chain(&after).copied().collect();
    // The file comes first, as in a form whose file field stands above the others.
    let answer = app.stranger().upload_files_first("/notices/new", &all, &[("files", "a.pdf", &large)]).await.is(401);
    let typed = pairs(&kept(&answer));
    for (name, value) in all {
        assert!(typed.iter().any(|(n, v)| n == name && v == value), "{name} is lost: {typed:?}");
    }
    let staff = app.staff().await;
    let again: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let draft = staff.post("/notices/new", &again).await.is(303);
    staff.get(draft.location()).await.is(200).says("下周的安排");
}

#[tokio::test]
async fn every_form_with_files_takes_what_the_sign_in_kept() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    for path in ["/members/new".to_owned(), format!("/members/{}/edit", member.id)] {
        let fields = [("name", "上海没写完的水泥有限公司"), ("credit_code", "91310000")];
        staff.post(&path, &fields).await.is(422).says("上海没写完的水泥有限公司");
    }
}

#[tokio::test]
async fn a_form_beyond_its_bound_is_refused_before_the_sign_in_too() {
    let app = TestApp::start().await;
    let text = "长".repeat(2 * 1024 * 1024);
    app.stranger().post("/guides/edit", &[("as_of", &text)]).await.is(413);
}
