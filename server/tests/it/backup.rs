//! A backup is made while the portal works, damaged, refused, and brought back into an empty place.

use std::path::{Path, PathBuf};

use app::ids::IssueId;
use axum::{body::Body, http::Request};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    builders::{TestMember, a_member},
    program::{Program, after, command, run},
    test_app::{TestApp, empty_database, options},
};

/// An attachment of its own for every issue.
fn pdf(n: usize) -> Vec<u8> {
    format!("%PDF-1.7\n1 0 obj\n<< /N {n} >>\nendobj\n%%EOF\n").into_bytes()
}

async fn file(member: &TestMember, n: usize) {
    let (place, title) = (format!("{}/{}", member.id, member.plant), format!("第{n}个问题"));
    let fields = [
        ("place", place.as_str()),
        ("kind", "policy_question"),
        ("category", "transport"),
        ("title", &title),
        ("body", "见附件。"),
    ];
    member.admin.upload("/issues/new", &fields, &[("files", "现场.pdf", &pdf(n))]).await.is(303);
}

/// An empty folder with an empty database, as the settings of a program that was never started.
async fn empty_place() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let database = empty_database(folder.path()).await;
    (folder, database)
}

/// Brings a backup back; `programs` is where PostgreSQL's are looked for, if not in the usual places.
async fn restore(folder: &Path, database: &str, from: &Path, programs: Option<&Path>) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hunitong"));
    command.args(["restore", from.to_str().unwrap()]);
    command.env("HUNITONG_DATA_DIR", folder).env("DATABASE_URL", database);
    if let Some(path) = programs {
        command.env("PATH", path);
    }
    run(command).await
}

/// Nothing is left that would keep a restore from being tried again.
fn is_empty(folder: &TempDir) -> bool {
    std::fs::read_dir(folder.path()).unwrap().next().is_none()
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_under(&path) } else { vec![path] }).collect()
}

/// A copy with some bytes in the middle turned over.
fn damaged(file: &Path) -> PathBuf {
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 3;
    for byte in &mut bytes[middle..middle + 40] {
        *byte ^= 0xff;
    }
    let damaged = file.with_extension("damaged");
    std::fs::write(&damaged, bytes).unwrap();
    damaged
}

#[tokio::test]
async fn a_backup_made_while_people_write_comes_back_whole() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    file(&member, 0).await;
    // A file that is removed after its folder was read.
    std::os::unix::fs::symlink("nowhere", app.folder.path().join("files").join("gone")).unwrap();
    // And one that is just being written.
    std::fs::write(app.folder.path().join("files").join("half#1"), "hal").unwrap();
    let shelf = tempfile::tempdir().unwrap();
    let to = shelf.path().join("portal.zip");
    let backup = || run(command(&app, &["backup", to.to_str().unwrap()]));
    let mut filed = 1;
    let backing_up = backup();
    let mut backing_up = std::pin::pin!(backing_up);
    let (made, said) = loop {
        tokio::select! {
            ended = &mut backing_up => break ended,
            () = file(&member, filed), if filed < 20 => filed += 1,
        }
    };
    assert!(made, "{said}");
    let (made, said) = backup().await;
    assert!(!made && said.contains("exists already"), "{said}");
    // Nothing but the backup is left on the shelf, and only its owner may read it.
    let shelved: Vec<_> = std::fs::read_dir(shelf.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(shelved, ["portal.zip"]);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&to).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    let place = empty_place().await;
    let (restored, said) = restore(place.0.path(), &place.1, &to, None).await;
    assert!(restored && said.contains("every hash checked"), "{said}");
    let brought_back = files_under(place.0.path());
    assert!(brought_back.len() > 1 && brought_back.iter().all(|path| !path.ends_with("half#1")), "{brought_back:?}");
    for path in brought_back {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "others can read {}", path.display());
    }
    let again = TestApp::over(place.0, place.1, options()).await;
    let browser = member.admin.before(&again);
    // Every attachment that a row of that instant names is there.
    let mut found = 0;
    for n in 0..filed {
        let list = browser.get(&format!("/issues?q=第{n}个问题")).await.is(200);
        let ids = list.text.split("href=\"/issues/").filter_map(|rest| rest.get(..36)?.parse::<IssueId>().ok());
        for id in ids {
            let page = browser.get(&format!("/issues/{id}")).await.is(200);
            let (_, file) = page.text.split_once(&format!("/issues/{id}/files/")).unwrap();
            let file = format!("/issues/{id}/files/{}", file.split('"').next().unwrap());
            assert_eq!(browser.get(&file).await.is(200).bytes, pdf(n));
            found += 1;
        }
    }
    assert!((1..=filed).contains(&found), "{found} of {filed}");
    file(&TestMember { admin: browser, ..member }, filed).await;
}

#[tokio::test]
async fn a_damaged_or_foreign_backup_is_refused_and_leaves_the_place_empty() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    file(&member, 0).await;
    let shelf = tempfile::tempdir().unwrap();
    let to = shelf.path().join("portal.zip");
    let (made, said) = run(command(&app, &["backup", to.to_str().unwrap()])).await;
    assert!(made, "{said}");
    let (taken, said) = run(command(&app, &["restore", to.to_str().unwrap()])).await;
    assert!(!taken && said.contains("empty place"), "{said}");

    let place = empty_place().await;
    let (taken, said) = restore(place.0.path(), &place.1, &damaged(&to), None).await;
    assert!(!taken && said.contains("no whole backup"), "{said}");
    assert!(is_empty(&place.0));
    if app.state.db.is_postgres() {
        let sqlite = format!("sqlite://{}", place.0.path().join("new.db").display());
        let (taken, said) = restore(place.0.path(), &sqlite, &to, None).await;
        assert!(!taken && said.contains("names another kind"), "{said}");
        assert!(is_empty(&place.0));
    }
    let (taken, said) = restore(place.0.path(), &place.1, &to, None).await;
    assert!(taken, "{said}");
}

#[tokio::test]
async fn what_lies_beside_an_earlier_database_is_not_played_over_the_restored_one() {
    let app = TestApp::start().await;
    if app.state.db.is_postgres() {
        return;
    }
    let shelf = tempfile::tempdir().unwrap();
    let to = shelf.path().join("portal.zip");
    let (made, said) = run(command(&app, &["backup", to.to_str().unwrap()])).await;
    assert!(made, "{said}");
    for end in ["wal", "shm", "journal"] {
        let place = empty_place().await;
        let left = place.0.path().join(format!("test.db-{end}"));
        std::fs::write(&left, "of an earlier database").unwrap();
        let (taken, said) = restore(place.0.path(), &place.1, &to, None).await;
        assert!(!taken && said.contains(&format!("test.db-{end}")), "{said}");
        assert!(!place.0.path().join("test.db").exists());
        std::fs::remove_file(left).unwrap();
        let (taken, said) = restore(place.0.path(), &place.1, &to, None).await;
        assert!(taken, "{said}");
    }
}

#[tokio::test]
async fn a_portal_that_ends_leaves_nothing_beside_its_database() {
    let app = TestApp::start().await;
    if app.state.db.is_postgres() {
        return;
    }
    let member = a_member(&app).await;
    app.state.db.clone().close().await;
    let beside = app.folder.path().join("test.db-wal");
    assert!(!beside.exists());
    let program = Program::serve(&app).await;
    let (place, pdf) = (format!("{}/{}", member.id, member.plant), pdf(1));
    let fields = [
        ("place", place.as_str()),
        ("kind", "policy_question"),
        ("category", "transport"),
        ("title", "最后一个问题"),
        ("body", "见附件。"),
    ];
    let filing = member.admin.upload_request("/issues/new", &fields, &[("files", "现场.pdf", &pdf)]);
    let filed = program.send(filing).await;
    assert!(filed.starts_with("HTTP/1.1 303"), "{filed}");
    assert!(beside.exists());
    program.signal("TERM").await;
    let (status, log) = program.ended().await;
    assert!(status.success(), "{log:?}");
    assert!(!beside.exists());
    let TestApp { folder, database, .. } = app;
    let again = TestApp::over(folder, database, options()).await;
    member.admin.before(&again).get("/issues?q=最后一个问题").await.is(200).says("最后一个问题");
}

#[tokio::test]
async fn what_the_program_makes_only_its_owner_may_read() {
    let app = TestApp::start().await;
    let data = app.folder.path().join("new");
    let mut serve = after("umask 022", &app, &["serve"]);
    serve.env("HUNITONG_DATA_DIR", &data);
    if !app.state.db.is_postgres() {
        serve.env_remove("DATABASE_URL");
    }
    let program = Program::start(serve).await;
    let asked = Request::get("/healthz").body(Body::empty()).unwrap();
    assert!(program.send(asked).await.starts_with("HTTP/1.1 200"));
    program.signal("TERM").await;
    assert!(program.ended().await.0.success());
    let made: Vec<PathBuf> = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect();
    let private = ["files", "tmp", "secret.key", "hunitong.db"].map(|name| data.join(name));
    for path in
        private.iter().chain([&data]).filter(|path| !app.state.db.is_postgres() || !path.ends_with("hunitong.db"))
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "others can read {} of {made:?}", path.display());
    }
}

#[tokio::test]
async fn without_postgresqls_own_programs_it_says_so_and_can_be_repeated() {
    let app = TestApp::start().await;
    if !app.state.db.is_postgres() {
        return;
    }
    let shelf = tempfile::tempdir().unwrap();
    let to = shelf.path().join("portal.zip");
    let nowhere = shelf.path().join("no-programs");
    let mut backup = command(&app, &["backup", to.to_str().unwrap()]);
    backup.env("PATH", &nowhere);
    let (made, said) = run(backup).await;
    assert!(!made && said.contains("pg_dump") && said.contains("install"), "{said}");
    assert!(std::fs::read_dir(shelf.path()).unwrap().next().is_none());

    let (made, said) = run(command(&app, &["backup", to.to_str().unwrap()])).await;
    assert!(made, "{said}");
    let place = empty_place().await;
    let (taken, said) = restore(place.0.path(), &place.1, &to, Some(&nowhere)).await;
    assert!(!taken && said.contains("pg_restore") && said.contains("install"), "{said}");
    assert!(is_empty(&place.0));
    let (taken, said) = restore(place.0.path(), &place.1, &to, None).await;
    assert!(taken, "{said}");
}
