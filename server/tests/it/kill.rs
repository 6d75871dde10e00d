//! The real program, killed again and again while it sends: nothing is lost, and what may arrive twice
//! has the same Message-ID.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use app::{
    db::{Actor, Db},
    outbox::{DeliveryState, store, store::Filter},
    time::Clock,
};
use migrations::{Migrator, MigratorTrait};
use rand::Rng;

use crate::smtp_sink::Sink;

const MAILS: usize = 40;

fn serve(folder: &Path, database: &str, port: u16) -> Child {
    Command::new(env!("CARGO_BIN_EXE_hunitong"))
        .arg("serve")
        .env("HUNITONG_DATA_DIR", folder)
        .env("DATABASE_URL", database)
        .env("HUNITONG_ADDR", "127.0.0.1:0")
        .env("SMTP_URL", format!("smtp://127.0.0.1:{port}"))
        .env("HUNITONG_MAIL_LEASE_SECONDS", "2")
        .env("HUNITONG_MAIL_UNCERTAIN_SECONDS", "1")
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn killed_at_random_it_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("hunitong.db").display());
    let db = Db::connect(&url).await.unwrap();
    Migrator::up(db.writer(), None).await.unwrap();
    enqueue(&db).await;
    let sink = Sink::start().await;
    sink.think(100);
    for _ in 0..5 {
        let mut program = serve(folder.path(), &url, sink.port);
        let pause = rand::rng().random_range(300..900);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        program.kill().unwrap();
        program.wait().unwrap();
    }
    let mut program = serve(folder.path(), &url, sink.port);
    let end = Instant::now() + Duration::from_secs(60);
    while store::count(db.reader(), Filter::In(DeliveryState::Accepted)).await.unwrap() < MAILS as u64 {
        assert!(Instant::now() < end, "not all mails were accepted in time");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    program.kill().unwrap();
    program.wait().unwrap();
    let mut got: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in sink.mails() {
        got.entry(mail.to.clone()).or_default().push(mail.header("Message-ID"));
    }
    assert_eq!(got.len(), MAILS, "none is lost");
    for ids in got.values() {
        assert!(ids.iter().all(|id| id == &ids[0]), "what comes again has the same Message-ID");
    }
}

#[tokio::test]
async fn asked_to_stop_it_finishes_the_mail_in_hand() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("hunitong.db").display());
    let db = Db::connect(&url).await.unwrap();
    Migrator::up(db.writer(), None).await.unwrap();
    enqueue(&db).await;
    let sink = Sink::start().await;
    sink.think(1_500);
    let mut program = serve(folder.path(), &url, sink.port);
    let end = Instant::now() + Duration::from_secs(30);
    let began = async || {
        let sending = store::count(db.reader(), Filter::In(DeliveryState::Sending)).await.unwrap();
        sending > 0 && sink.connections() > 0
    };
    while !began().await {
        assert!(Instant::now() < end, "no mail is being sent");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Into the body, which the server then thinks about.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let asked = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let left = tokio::task::spawn_blocking(move || program.wait().unwrap()).await.unwrap();
    assert!(left.success(), "it ended with {left}");
    let count = async |state| store::count(db.reader(), Filter::In(state)).await.unwrap();
    let accepted = count(DeliveryState::Accepted).await;
    assert_eq!(accepted, sink.mails().len() as u64, "what the server kept is known as accepted");
    assert!(accepted > 0 && accepted < MAILS as u64, "{accepted} of {MAILS} left before the end");
    assert_eq!(count(DeliveryState::Sending).await + count(DeliveryState::Uncertain).await, 0);
}

async fn enqueue(db: &Db) {
    use app::outbox::{NewMessage, Recipient, Subject};
    let tx = db.begin(Actor::program(), Clock::default().now()).await.unwrap();
    let options = crate::test_app::options();
    let recipients =
        (0..MAILS).map(|n| Recipient { name: String::new(), email: format!("m{n}@example.cn"), member: None });
    let new = NewMessage {
        about: Subject { kind: "test", id: uuid::Uuid::now_v7() },
        title: "六月水泥供应".to_owned(),
        text: "请按时填报。".repeat(50),
        html: None,
        reply_to: None,
        attachments: Vec::new(),
        recipients: recipients.collect(),
        shown_together: false,
    };
    app::outbox::enqueue(&tx, &options, new).await.unwrap();
    tx.commit().await.unwrap();
}
