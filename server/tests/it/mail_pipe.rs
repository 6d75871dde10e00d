//! The way from a mail server to the program, as the documentation writes it: the script between them, and the
//! database that such a program finds.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

use crate::{
    program::command,
    test_app::{TestApp, empty_database},
};

/// The script of the documentation, with this program and this file of settings in their places.
pub fn script(folder: &Path, program: &str) -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let script =
        readme.split("```sh\n").find(|block| block.starts_with("#!/bin/sh\n") && block.contains("mail ingest"));
    let script = script.unwrap().split("```").next().unwrap();
    let written = ["/usr/local/bin/hunitong ", "/etc/hunitong.env"];
    assert!(written.iter().all(|path| script.matches(path).count() == 1), "{script}");
    let settings = folder.join("hunitong.env").display().to_string();
    script.replace(written[0], &format!("{program} ")).replace(written[1], &settings)
}

/// Runs it as Postfix does, in an environment that holds nothing but a search path; its code and what was said.
fn run(folder: &Path, program: &str) -> (Option<i32>, String) {
    let file = folder.join("hunitong-ingest");
    fs::write(&file, script(folder, program)).unwrap();
    let mut shell = Command::new("sh");
    shell.arg(&file).arg("reply+x@portal.example.cn").env_clear().env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
    let output = shell.output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

/// A program that says what it was given and ends in this way.
fn program(folder: &Path, end: &str) -> String {
    let file = folder.join("program");
    fs::write(&file, format!("#!/bin/sh\necho \"$@\"\nprintenv SMTP_URL HUNITONG_LOG QUOTED\n{end}\n")).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o755)).unwrap();
    file.display().to_string()
}

#[test]
fn a_mail_server_keeps_its_mail_unless_it_is_sure() {
    let folder = TempDir::new().unwrap();
    let here = folder.path();
    assert_eq!(run(here, &program(here, "exit 0")).0, Some(75), "no settings to be read");
    let settings =
        "# $(exit 3)\n\nSMTP_URL=smtps://a%40x.cn:p$HOME&`b` 'c@x.cn\nQUOTED=\"two words\"\nHUNITONG_LOG=json";
    fs::write(here.join("hunitong.env"), settings).unwrap();
    for (end, code) in
        [("exit 0", 0), ("exit 65", 65), ("exit 75", 75), ("exit 1", 75), ("exit 101", 75), ("kill -9 $$", 75)]
    {
        let (ended, said) = run(here, &program(here, end));
        assert_eq!(ended, Some(code), "{end}: {said}");
        let given =
            "mail ingest --recipient reply+x@portal.example.cn\nsmtps://a%40x.cn:p$HOME&`b` 'c@x.cn\njson\ntwo words\n";
        assert!(said.starts_with(given), "{end}: {said}");
    }
    assert_eq!(run(here, "/nothing/here").0, Some(75), "the program is away");
}

/// Hands a mail to the program over this database; its code and what it said.
async fn ingest(app: &TestApp, database: &str) -> (Option<i32>, String) {
    let mut program = command(app, &["mail", "ingest"]);
    let output = program.env("DATABASE_URL", database).stdin(Stdio::null()).output().await.unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test]
async fn a_mail_never_changes_the_form_of_the_database() {
    let app = TestApp::start().await;
    let folder = TempDir::new().unwrap();
    let empty = empty_database(folder.path()).await;
    let (code, said) = ingest(&app, &empty).await;
    assert!(code == Some(75) && said.contains("not in its newest form"), "{said}");
    let database = Database::connect(&empty).await.unwrap();
    assert!(database.execute_unprepared("SELECT 1 FROM seaql_migrations").await.is_err(), "nothing was made");
    database.close().await.unwrap();

    assert_eq!(ingest(&app, &app.database).await.0, Some(65), "an empty mail, and a database that is known");
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99_later', 0)";
    let database = Database::connect(&app.database).await.unwrap();
    database.execute_unprepared(later).await.unwrap();
    database.close().await.unwrap();
    let (code, said) = ingest(&app, &app.database).await;
    assert!(code == Some(75) && said.contains("no form that this program knows"), "{said}");
}
