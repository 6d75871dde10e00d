//! Every migration goes up, down and up again.

use app::db::Db;
use migrations::{Migrator, MigratorTrait};

use crate::test_app::TestApp;

#[tokio::test]
async fn every_migration_goes_up_down_and_up() {
    let app = TestApp::start().await;
    let db: &Db = &app.state.db;
    Migrator::down(db.writer(), None).await.unwrap();
    Migrator::up(db.writer(), None).await.unwrap();
    let admin = app.admin().await;
    admin.get("/todo").await.is(200);
}

#[tokio::test]
async fn the_audit_cannot_be_changed_or_deleted() {
    use sea_orm::ConnectionTrait;
    let app = TestApp::start().await;
    let tx = app.tx().await;
    app::audit::record(&tx, app::audit::Entry::new("test.done", "test")).await.unwrap();
    tx.commit().await.unwrap();
    for statement in ["UPDATE audit SET act = 'x'", "DELETE FROM audit"] {
        let refused = app.state.db.writer().execute_unprepared(statement).await.unwrap_err();
        assert!(refused.to_string().contains("append only"), "{refused}");
    }
    if !app.state.db.is_postgres() {
        let replace = "REPLACE INTO audit SELECT id, at, person_id, ip, request, 'x', subject_kind, subject_id, \
                       member_id, before, after FROM audit";
        let refused = app.state.db.writer().execute_unprepared(replace).await.unwrap_err();
        assert!(refused.to_string().contains("append only"), "{refused}");
    }
}
