//! What nothing needs any more is removed, and nothing else.

use std::{
    collections::BTreeSet,
    fs::File,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use app::{
    files::{self, FileKind, NAMED_BY, Purged},
    ids::{FileId, ImportId},
    members::import::store as imports,
    outbox::{self, Attachment, NewMessage, Recipient, Subject},
    time::Instant,
    upkeep,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::test_app::{TestApp, options};

/// A file that the program made: its row and its content.
async fn a_file(app: &TestApp, content: &'static str) -> FileId {
    let tx = app.tx().await;
    let id = files::add_made(&app.state.files, &tx, "表.pdf", FileKind::Pdf, content.into()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn is_there(app: &TestApp, id: FileId) -> bool {
    files::find(app.state.db.reader(), id).await.is_ok()
}

/// Refers to a file as an attachment of a notice does.
async fn a_draft_with(app: &TestApp, file: FileId) -> String {
    let fields = [("kind", "notice"), ("title", "通知"), ("body", "正文"), ("audience", "members")];
    let kept = file.to_string();
    let fields: Vec<_> = fields.into_iter().chain([("kept", kept.as_str())]).collect();
    let answer = app.staff().await.upload("/notices/new", &fields, &[]).await.is(303);
    answer.location().trim_end_matches("/publish").to_owned()
}

fn place(app: &TestApp, hash: &str) -> PathBuf {
    app.folder.path().join("files").join(&hash[..2]).join(hash)
}

async fn round(app: &TestApp) -> Purged {
    upkeep::round(&app.state).await.unwrap()
}

#[tokio::test]
async fn what_nothing_names_goes_after_a_week_and_its_content_a_round_later() {
    let app = TestApp::start().await;
    let (used, unused) = (a_file(&app, "used").await, a_file(&app, "unused").await);
    // Of two rows with the same content one is used.
    let (shared, copy) = (a_file(&app, "shared").await, a_file(&app, "shared").await);
    for file in [used, shared] {
        a_draft_with(&app, file).await;
    }
    let hash = async |id| files::find(app.state.db.reader(), id).await.unwrap().hash;
    let (hash_used, hash_unused, hash_shared) = (hash(used).await, hash(unused).await, hash(shared).await);
    assert_eq!(round(&app).await, Purged::default(), "nothing is old yet");

    app.state.clock.advance(8 * Instant::DAY);
    let young = a_file(&app, "young").await;
    assert_eq!(round(&app).await, Purged { contents: 0, rows: 2 });
    assert!(!is_there(&app, unused).await && !is_there(&app, copy).await);
    assert!(place(&app, &hash_unused).exists(), "a backup that runs still finds it");
    assert_eq!(round(&app).await, Purged { contents: 1, rows: 0 });
    assert!(!place(&app, &hash_unused).exists());
    for id in [used, shared, young] {
        assert!(is_there(&app, id).await);
    }
    for hash in [hash_used, hash_shared] {
        assert!(app.state.files.read(&hash).await.is_ok());
    }
    assert_eq!(round(&app).await, Purged::default());
}

#[tokio::test]
async fn content_without_a_row_goes_unless_a_mail_carries_it_or_it_is_young() {
    let app = TestApp::start().await;
    let keep = |text: &'static str| app.state.files.keep(text.into());
    let (left, mailed, young) =
        (keep("left").await.unwrap(), keep("mailed").await.unwrap(), keep("young").await.unwrap());
    let attachment = Attachment { name: "表.xlsx".to_owned(), media_type: "x/y".to_owned(), hash: mailed.clone() };
    let message = NewMessage {
        about: Subject { kind: "test", id: uuid::Uuid::now_v7() },
        title: "表".to_owned(),
        text: "见附件".to_owned(),
        html: None,
        reply_to: None,
        attachments: vec![attachment],
        recipients: vec![Recipient { name: "周".to_owned(), email: "zhou@example.cn".to_owned(), member: None }],
        shown_together: false,
    };
    let tx = app.tx().await;
    outbox::enqueue(&tx, &options(), message).await.unwrap();
    tx.commit().await.unwrap();

    app.state.clock.advance(8 * Instant::DAY);
    let soon = SystemTime::now() + Duration::from_secs(7 * 24 * 60 * 60);
    File::options().write(true).open(place(&app, &young)).unwrap().set_modified(soon).unwrap();
    assert_eq!(round(&app).await, Purged { contents: 1, rows: 0 });
    assert!(!place(&app, &left).exists() && place(&app, &mailed).exists() && place(&app, &young).exists());
}

#[tokio::test]
async fn a_draft_that_is_thrown_away_leaves_nothing_and_a_file_kept_too_long_is_asked_for_again() {
    let app = TestApp::start().await;
    let file = a_file(&app, "draft").await;
    let draft = a_draft_with(&app, file).await;
    app.staff().await.post(&format!("{draft}/remove"), &[("row_version", "1")]).await.is(303);
    app.state.clock.advance(8 * Instant::DAY);
    assert_eq!(round(&app).await.rows, 1);
    let kept = file.to_string();
    let fields = [("kind", "notice"), ("title", "通知"), ("body", "正文"), ("audience", "members"), ("kept", &kept)];
    app.staff().await.upload("/notices/new", &fields, &[]).await.is(422).says("请重新选择文件");
}

#[tokio::test]
async fn an_import_releases_its_sheet() {
    let app = TestApp::start().await;
    let mut imports_made = Vec::new();
    for content in ["dropped", "forgotten", "waiting"] {
        let file = a_file(&app, content).await;
        let (id, tx) = (ImportId::new(), app.tx().await);
        imports::add(&tx, id, file, "名册.xlsx").await.unwrap();
        tx.commit().await.unwrap();
        imports_made.push((id, file));
    }
    let [(dropped, its_sheet), (forgotten, old_sheet), (_, waiting_sheet)] = imports_made[..] else { unreachable!() };
    for id in [dropped, forgotten] {
        let statement = format!("UPDATE imports SET state = 'failed' WHERE id = {}", literal(&app, id));
        app.state.db.writer().execute_unprepared(&statement).await.unwrap();
    }
    app.staff().await.post(&format!("/members/import/{dropped}/drop"), &[]).await.is(303);
    assert_eq!(imports::find(app.state.db.reader(), dropped).await.unwrap().file_id, None);
    app.state.clock.advance(8 * Instant::DAY);
    assert_eq!(round(&app).await.rows, 2);
    assert!(!is_there(&app, its_sheet).await && !is_there(&app, old_sheet).await, "nobody looked after it for a week");
    assert!(is_there(&app, waiting_sheet).await, "it is still to be checked");
    app.staff().await.get(&format!("/members/import/{forgotten}")).await.is(200).says("名册.xlsx");
}

/// An id as the database writes it.
fn literal(app: &TestApp, id: ImportId) -> String {
    if app.state.db.is_postgres() { format!("'{id}'") } else { format!("x'{}'", id.0.simple()) }
}

#[tokio::test]
async fn every_column_that_names_a_file_is_known() {
    let app = TestApp::start().await;
    let (backend, keys) = if app.state.db.is_postgres() {
        let keys = "SELECT c.conrelid::regclass::text AS named, a.attname::text AS col FROM pg_constraint c \
                    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
                    WHERE c.contype = 'f' AND c.confrelid = 'files'::regclass";
        (DbBackend::Postgres, keys)
    } else {
        let keys = "SELECT m.name AS named, f.\"from\" AS col FROM sqlite_master m \
                    JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.\"table\" = 'files'";
        (DbBackend::Sqlite, keys)
    };
    let rows = app.state.db.reader().query_all_raw(Statement::from_string(backend, keys)).await.unwrap();
    let column = |row: &sea_orm::QueryResult, name| row.try_get::<String>("", name).unwrap();
    let found: BTreeSet<_> = rows.iter().map(|row| (column(row, "named"), column(row, "col"))).collect();
    let known = NAMED_BY.iter().map(|(table, column)| ((*table).to_owned(), (*column).to_owned())).collect();
    assert_eq!(found, known);
}
