//! A database that is locked or full: the page says so, nothing is half-written, and reading goes on.

use app::outbox::entity::message;
use sea_orm::{ConnectionTrait, Database, EntityTrait, PaginatorTrait};

use crate::{
    builders::{TestMember, a_member, an_issue},
    test_app::{Answer, TestApp},
};

/// Tries to file an issue, which writes an issue, its event, a number, mails and the audit.
async fn try_to_file(member: &TestMember) -> Answer {
    let place = format!("{}/{}", member.id, member.plant);
    let fields = [
        ("place", place.as_str()),
        ("kind", "policy_question"),
        ("category", "transport"),
        ("title", "数据库不可写时"),
        ("body", "这条不应留下任何痕迹。"),
    ];
    member.admin.upload("/issues/new", &fields, &[]).await
}

async fn mails(app: &TestApp) -> u64 {
    message::Entity::find().count(app.state.db.reader()).await.unwrap()
}

/// The refusal is honest, and the rest goes on.
async fn refused_and_still_readable(app: &TestApp, member: &TestMember, before: u64) {
    let answer = try_to_file(member).await.is(503).says("<h1>");
    assert_eq!(answer.headers["retry-after"], "10");
    answer.says_not("SQL").says_not("database is");
    member.admin.get("/issues").await.is(200).says("散装车能否进城").says_not("数据库不可写时");
    assert_eq!(mails(app).await, before);
}

#[tokio::test]
async fn a_locked_database_refuses_honestly_and_reading_goes_on() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    an_issue(&app, &member).await;
    let before = mails(&app).await;
    if app.state.db.is_postgres() {
        let holder = app.tx().await;
        holder.execute_unprepared("LOCK TABLE issues IN EXCLUSIVE MODE").await.unwrap();
        refused_and_still_readable(&app, &member, before).await;
    } else {
        let file = app.folder.path().join("test.db");
        let holder = Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
        holder.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        refused_and_still_readable(&app, &member, before).await;
        holder.execute_unprepared("ROLLBACK").await.unwrap();
        try_to_file(&member).await.is(303);
    }
}

#[tokio::test]
async fn a_full_disk_leaves_nothing_half_written() {
    let app = TestApp::start().await;
    if app.state.db.is_postgres() {
        return;
    }
    let member = a_member(&app).await;
    an_issue(&app, &member).await;
    let before = mails(&app).await;
    let writer = app.state.db.writer();
    // Below the present size SQLite allows no page more.
    writer.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let mut filled = 0;
    while try_to_file(&member).await.status == 303 {
        filled += 1;
        assert!(filled < 1_000, "the disk never gets full");
    }
    let full = mails(&app).await;
    assert!(full >= before);
    member.admin.get("/issues").await.is(200).says("散装车能否进城");
    let answer = try_to_file(&member).await.is(503);
    assert_eq!(answer.headers["retry-after"], "10");
    assert_eq!(mails(&app).await, full);
    writer.execute_unprepared("PRAGMA max_page_count = 1000000").await.unwrap();
    try_to_file(&member).await.is(303);
}
