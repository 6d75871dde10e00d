//! A backup is made, damaged, refused, and brought back.

use std::path::Path;

use app::db::Actor;
use clap::Parser;
use server::{
    commands::{backup, restore},
    config::{Arguments, Settings},
    start,
};

/// A portal in this folder, on SQLite whatever the other tests run on.
fn portal(folder: &Path) -> Settings {
    let url = format!("sqlite://{}", folder.join("hunitong.db").display());
    let data = folder.display().to_string();
    Arguments::parse_from(["hunitong", "--data-dir", &data, "--database-url", &url, "check-config"]).settings
}

#[tokio::test]
async fn a_backup_comes_back_whole_and_a_damaged_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = portal(&folder.path().join("old"));
    let state = start::state(&settings, start::database(&settings).await.unwrap()).await.unwrap();
    let hash = state.files.keep(bytes::Bytes::from_static(b"a licence")).await.unwrap();
    let tx = state.db.begin(Actor::program(), state.clock.now()).await.unwrap();
    app::settings::mark_demo(&tx).await.unwrap();
    tx.commit().await.unwrap();

    // A file that is removed after its folder was read.
    std::os::unix::fs::symlink("nowhere", settings.data_dir.join("files").join("gone")).unwrap();
    // The portal is still open while it is saved.
    let file = folder.path().join("portal.zip");
    backup::run(&settings, &file).await.unwrap();
    assert!(backup::run(&settings, &file).await.unwrap_err().contains("exists already"));
    assert!(restore::run(&settings, &file).await.unwrap_err().contains("empty place"));

    let new = portal(&folder.path().join("new"));
    restore::run(&new, &file).await.unwrap();
    let again = start::state(&new, start::database(&new).await.unwrap()).await.unwrap();
    assert_eq!(again.files.read(&hash).await.unwrap(), "a licence");
    assert!(app::settings::is_demo(again.db.reader()).await.unwrap());
    let keys = [&settings, &new].map(|settings| std::fs::read(settings.data_dir.join("secret.key")).unwrap());
    assert_eq!(keys[0], keys[1]);

    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 3;
    for byte in &mut bytes[middle..middle + 40] {
        *byte ^= 0xff;
    }
    let damaged = folder.path().join("damaged.zip");
    std::fs::write(&damaged, bytes).unwrap();
    let third = portal(&folder.path().join("third"));
    let sentence = restore::run(&third, &damaged).await.unwrap_err();
    assert!(sentence.contains("no whole backup"), "{sentence}");
    assert!(!third.data_dir.join("hunitong.db").exists() && !third.data_dir.join("files").exists());
}
