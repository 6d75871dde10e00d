//! What the real program writes into its log when that is to be JSON.

use axum::body::Body;
use serde_json::Value;

use crate::{
    builders::a_member,
    program::Program,
    test_app::{Browser, TestApp},
};

/// The request's id as the answer's header has it; the page says the same.
fn id_in(answer: &str) -> String {
    let (head, page) = answer.split_once("\r\n\r\n").unwrap();
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap();
    assert!(page.contains(id), "{id} is not in {page}");
    id.to_owned()
}

async fn get(program: &Program, browser: &Browser, path: &str) -> String {
    program.send(browser.request("GET", path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_line_is_json_and_knows_the_request_that_an_error_page_names() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let program = Program::serve(&app).await;
    let missing = get(&program, &member.admin, "/no-such-page").await;
    let forbidden = get(&program, &member.admin, "/audit").await;
    let foreign = member.admin.request("POST", "/issues/new").header("sec-fetch-site", "cross-site");
    let foreign = program.send(foreign.body(Body::empty()).unwrap()).await;
    let other = id_in(&get(&program, &app.stranger(), "/no-such-page").await);
    program.signal("TERM").await;
    let (status, log) = program.ended().await;
    assert!(status.success(), "{status}");
    let lines: Vec<Value> =
        log.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    for line in &lines {
        assert!(line["timestamp"].is_string() && line["level"].is_string() && line["fields"].is_object(), "{line}");
    }
    for (answer, status) in [(missing, 404), (forbidden, 403), (foreign, 403)] {
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        let id = id_in(&answer);
        assert_ne!(id, other);
        let line =
            lines.iter().find(|line| line["span"]["id"] == id.as_str()).unwrap_or_else(|| panic!("{id}: {log:?}"));
        assert_eq!((&line["fields"]["status"], &line["fields"]["request"]), (&status.into(), &id.as_str().into()));
    }
}
