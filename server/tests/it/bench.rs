//! The database that the bench measures is one that the portal understands: filled in small, every page over it opens.

use std::path::Path;

use tokio::process::Command;

use crate::test_app::TestApp;

const FILL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/bench/fill");

async fn fill(database: &Path) {
    let mut fill = Command::new("python3");
    fill.args(["-B", FILL]).arg(database).args(["staffs-token", "members-token"]).env("FILL_SHARE", "0.03");
    let output = fill.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn what_the_bench_measures_is_what_the_portal_keeps() {
    let app = TestApp::start_with_module().await;
    // The bench fills SQLite only.
    if app.state.db.is_postgres() {
        return;
    }
    fill(&app.folder.path().join("test.db")).await;
    app.stranger().get("/notices").await.is(200).says("有关安排的通知");
    let (staff, member) = (app.stranger(), app.stranger());
    staff.keep("session=staffs-token");
    member.keep("session=members-token");
    for page in ["/todo", "/notices", "/issues", "/sentinels", "/coverage", "/readiness"] {
        member.get(page).await.is(200);
        staff.get(page).await.is(200);
    }
    for page in ["/members", "/people", "/outbox", "/audit", "/outbox?show=accepted"] {
        staff.get(page).await.is(200);
    }
    let day = staff.get("/supply").await.is(303);
    staff.get(day.location()).await.is(200).says("熟料");
    let list = staff.get("/sentinels").await;
    let links = list.text.split("href=\"/sentinels/").skip(1).filter_map(|rest| rest.split('"').next());
    // The newest is a draft, which leads to its next question; the one before it was sent.
    let request = links.filter(|id| id.parse::<uuid::Uuid>().is_ok()).nth(1).unwrap();
    staff.get(&format!("/sentinels/{request}")).await.is(200);
}
