//! The real program is asked to stop while somebody sends a form: that is finished, and nobody new is let in.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use crate::{
    builders::a_member,
    program::{Program, answer, on_the_wire},
    test_app::TestApp,
};

const END: Duration = Duration::from_secs(30);
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

/// Looks again and again until it is so.
async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + END;
    while !so().await {
        assert!(Instant::now() < end, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn asked_to_stop_it_finishes_the_form_that_is_being_sent_and_lets_nobody_in() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let program = Program::serve(&app).await;
    let place = format!("{}/{}", member.id, member.plant);
    let fields = [
        ("place", place.as_str()),
        ("kind", "policy_question"),
        ("category", "transport"),
        ("title", "慢慢传来的问题"),
        ("body", "附件很大，网络很慢。"),
    ];
    let file = [PDF, &vec![b' '; 1024 * 1024]].concat();
    let request = member.admin.upload_request("/issues/new", &fields, &[("files", "现场.pdf", &file)]);
    let wire = on_the_wire(request).await;
    let (first, rest) = wire.split_at(wire.len() / 2);
    // Somebody else keeps a connection open and says nothing.
    let _idle = program.connect().await.unwrap();
    let mut line = program.connect().await.unwrap();
    line.write_all(first).await.unwrap();
    let waiting = app.folder.path().join("tmp");
    until("the upload begins", async || std::fs::read_dir(&waiting).unwrap().next().is_some()).await;

    program.signal("TERM").await;
    until("nobody new is let in", async || program.connect().await.is_err()).await;
    line.write_all(rest).await.unwrap();
    let said = answer(line).await;
    assert!(said.starts_with("HTTP/1.1 303"), "{said}");
    let (status, log) = program.ended().await;
    assert!(status.success(), "it ended with {status}: {log:?}");
    let page = said.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    member.admin.get(page).await.is(200).says("慢慢传来的问题").says("现场.pdf");
}
