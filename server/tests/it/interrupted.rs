//! A form that is sent after the session ran out: what was typed comes back after the sign-in, whatever the form.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use app::ids::ApplicationId;
use axum::body::{Body, Bytes};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::stream;

use crate::{
    accounts::{PASSWORD, an_account},
    builders::a_member,
    forms::form_fields,
    test_app::{Answer, TestApp},
};

/// Everything that the sign-in page keeps of the form.
fn kept(answer: &Answer) -> String {
    form_fields(answer).into_iter().find(|(name, _)| name == "resume").unwrap().1
}

fn pairs(kept: &str) -> Vec<(String, String)> {
    let value: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(kept).unwrap()).unwrap();
    serde_json::from_value(value["pairs"].clone()).unwrap()
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

#[tokio::test]
async fn a_long_notice_survives_the_sign_in_and_the_lost_file_is_named_and_chosen_again() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    let body = "水泥".repeat(24_000);
    let fields = [("kind", "notice"), ("title", "很长的通知"), ("body", body.as_str()), ("audience", "members")];
    let stranger = app.stranger();
    let files = [("files", "安排.pdf", b"%PDF-1.4".as_slice()), ("files", "", b"".as_slice())];
    let answer = stranger.upload("/notices/new", &fields, &files).await.is(401).says("安排.pdf");
    let kept = kept(&answer);
    let sign_in =
        [("login", "13900000001"), ("password", PASSWORD), ("next", "/notices/new"), ("resume", kept.as_str())];
    let resume = stranger.post("/sign-in", &sign_in).await.is(200).says("安排.pdf").says("type=\"file\"");
    let typed = form_fields(&resume);
    let again: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert!(again.contains(&("body", body.as_str())), "the notice is not whole");
    let draft = stranger.upload("/notices/new", &again, &[]).await.is(303);
    stranger.get(draft.location()).await.is(200).says("很长的通知");
}

/// What the city said of a thousand entrances, each with as long a reason as there may be.
#[tokio::test]
async fn the_longest_form_survives_the_sign_in() {
    let app = TestApp::start_with_module().await;
    an_account(&app, "13900000001").await;
    let reason = "因".repeat(300);
    let names: Vec<String> = (0..1_000).map(|n| format!("lines.{n}.reason")).collect();
    let typed: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), reason.as_str())).collect();
    let (stranger, path) = (app.stranger(), format!("/place-codes/applications/{}/outcomes", ApplicationId::new()));
    let kept = kept(&stranger.post(&path, &typed).await.is(401));
    let sign_in = [("login", "13900000001"), ("password", PASSWORD), ("next", &path), ("resume", &kept)];
    let again = form_fields(&stranger.post("/sign-in", &sign_in).await.is(200));
    for field in typed {
        assert!(again.iter().any(|(name, value)| (name.as_str(), value.as_str()) == field), "{} is lost", field.0);
    }
}

#[tokio::test]
async fn a_kept_form_that_was_tampered_with_signs_nobody_in() {
    let app = TestApp::start().await;
    an_account(&app, "13900000001").await;
    let stranger = app.stranger();
    let fields = [("login", "13900000001"), ("password", PASSWORD), ("next", "/todo"), ("resume", "nonsense")];
    stranger.post("/sign-in", &fields).await.is(409);
    stranger.get("/todo").await.is(303);
}

#[tokio::test]
async fn a_route_for_large_files_takes_no_large_texts() {
    let app = TestApp::start().await;
    let long = "a".repeat(3 * 1024 * 1024);
    let staff = app.staff().await;
    for browser in [&app.stranger(), &staff] {
        browser.post("/notices/new", &[("body", &long)]).await.is(413);
        browser.upload("/notices/new", &[("body", &long)], &[]).await.is(409).says("提交的内容太多");
        let many: Vec<(&str, &str)> = (0..10).map(|_| ("body", &long[..150_000])).collect();
        browser.upload("/notices/new", &many, &[]).await.is(409);
    }
    // Beyond what the route allows in all it is too large, whoever sends it.
    let file = vec![b'a'; 23 * 1024 * 1024];
    for browser in [&app.stranger(), &staff] {
        browser.upload("/members/import", &[], &[("file", "a.xlsx", &file)]).await.is(413);
    }
    staff.upload("/members/import", &[], &[("file", "a.xlsx", &file)]).await.is(413).says("5 MB");
}

/// A body that begins like this and goes on for 64 MiB, and how many bytes of it were asked for.
fn endless(begin: &'static str) -> (Body, Arc<AtomicUsize>) {
    let pulled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&pulled);
    let chunks = std::iter::once(Bytes::from(begin)).chain((0..8_192).map(|_| Bytes::from(vec![b'a'; 8_192])));
    let counted = chunks.map(move |chunk| {
        count.fetch_add(chunk.len(), Ordering::Relaxed);
        Ok::<_, std::io::Error>(chunk)
    });
    (Body::from_stream(stream::iter(counted)), pulled)
}

#[tokio::test]
async fn a_part_whose_head_never_ends_is_refused_before_it_is_read() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let text = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\ntyped\r\n--b\r\nX-Long: ";
    // A head, one after a part that is whole, and what stands before the first part.
    for begin in ["--b\r\nX-Long: ", text, "no part at all "] {
        for browser in [&app.stranger(), &staff] {
            let (body, pulled) = endless(begin);
            let request = browser
                .request("POST", "/notices/new")
                .header("content-type", "multipart/form-data; boundary=b")
                .body(body)
                .unwrap();
            browser.send(request).await.is(409).says("提交的内容太多");
            let pulled = pulled.load(Ordering::Relaxed);
            assert!(pulled <= 64 * 1024, "{pulled} bytes were read of {begin:?}");
        }
    }
}

#[tokio::test]
async fn a_long_file_from_a_stranger_passes_by_and_the_texts_after_it_are_kept() {
    let app = TestApp::start().await;
    let begin = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"长.pdf\"\r\n\r\n";
    let end = "\r\n--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n下周的安排\r\n--b--\r\n";
    let chunks = std::iter::once(Bytes::from(begin))
        .chain((0..8_192).map(|_| Bytes::from_static(&[b'a'; 8_192])))
        .chain(std::iter::once(Bytes::from(end)));
    let browser = app.stranger();
    let request = browser
        .request("POST", "/notices/new")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::from_stream(stream::iter(chunks.map(Ok::<_, std::io::Error>))))
        .unwrap();
    let answer = browser.send(request).await.is(401).says("长.pdf");
    assert_eq!(pairs(&kept(&answer)), [("title".to_owned(), "下周的安排".to_owned())]);
}
