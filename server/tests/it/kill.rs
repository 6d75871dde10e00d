//! The real program, asked to stop while it sends.

use std::{
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
        let sending = store::count(db.reader(), &Filter::In(DeliveryState::Sending)).await.unwrap();
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
    let count = async |state| store::count(db.reader(), &Filter::In(state)).await.unwrap();
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
