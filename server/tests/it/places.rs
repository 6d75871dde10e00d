//! The places at the mail server: recipients whose servers are slow never keep the others waiting, whatever they are slow at.

use std::time::Duration;

use app::outbox::{DeliveryState, Schedule};
use server::{
    mailer::{Limits, Post, SmtpAddress},
    worker::Worker,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    faults::{PLAIN, STEP, all, worker_within},
    outbox::{a_mail, known},
    smtp_sink::{At, Do, Sink, trust},
    test_app::TestApp,
};

/// A worker that waits for very long.
fn patient(app: &TestApp, sink: &Sink) -> Worker {
    let limits = Limits { step: Duration::from_secs(120), last_reply: Duration::from_secs(120) };
    worker_within(app, sink, PLAIN, limits, Schedule::default().lease)
}

/// Runs a worker until so many mails to others were answered.
async fn until(sink: &Sink, worker: Worker, others: usize) -> JoinHandle<()> {
    let running = tokio::spawn(worker.run(CancellationToken::new()));
    let end = std::time::Instant::now() + Duration::from_secs(60);
    let answered = || sink.mails().iter().filter(|mail| mail.answered && !mail.to.contains("slow")).count();
    while answered() < others {
        assert!(std::time::Instant::now() < end, "the others wait: {} of {others}", answered());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running
}

/// So many recipients, each at a slow server of its own, and behind them eight at others.
async fn mails(app: &TestApp, slow: usize) -> Uuid {
    let mut addresses: Vec<String> = (0..slow).map(|n| format!("office@slow{n}.cn")).collect();
    addresses.extend((0..4).flat_map(|n| [format!("r{n}@example.cn"), format!("r{n}@quick{n}.cn")]));
    a_mail(app, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await
}

#[tokio::test]
async fn a_slow_recipient_holds_up_no_other_not_even_in_its_own_house() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "slow", Do::Silence);
    let mut addresses = vec!["slow@example.cn".to_owned()];
    addresses.extend((0..12).map(|n| format!("r{n}@example.cn")));
    a_mail(&app, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    until(&sink, patient(&app, &sink), 12).await.abort();
}

/// More of them than there are places.
#[tokio::test]
async fn recipients_at_slow_servers_keep_all_places_but_one_and_lose_no_attempt() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "slow", Do::Silence);
    let about = mails(&app, 6).await;
    let running = until(&sink, patient(&app, &sink), 8).await;
    let slow: Vec<_> = all(&app, about).await.into_iter().take(6).collect();
    assert!(slow.iter().all(|one| one.attempts == 0), "{slow:?}");
    let under_way = slow.iter().filter(|one| one.state == DeliveryState::Sending).count();
    assert_eq!(under_way, 3, "{slow:?}");
    running.abort();
}

#[tokio::test]
async fn where_all_wait_for_the_answer_to_their_texts_others_get_a_place_more() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Dot, "slow", Do::Silence);
    mails(&app, 4).await;
    let running = until(&sink, patient(&app, &sink), 8).await;
    assert_eq!(sink.count(), 4 + 8, "and none of them was sent twice");
    assert!(sink.connections() <= 5, "{} connections", sink.connections());
    running.abort();
}

#[tokio::test]
async fn a_single_place_is_not_held_by_one_either() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "slow", Do::Silence);
    mails(&app, 2).await;
    let post = Post::new(
        Some(SmtpAddress::parse(&PLAIN.replace("{}", &sink.port.to_string())).unwrap()),
        &trust(false),
        Limits { step: Duration::from_secs(120), last_reply: STEP },
        app.folder.path(),
    );
    let worker = Worker::new(app.state.clone(), post, Schedule::default(), 1);
    until(&sink, worker, 8).await.abort();
}

/// The one that tries whether a server is back may have the slowest recipient of all.
#[tokio::test]
async fn after_an_outage_nobody_waits_for_a_slow_recipient() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Greeting, "", Do::Drop);
    let first = a_mail(&app, &["r@example.cn"]).await;
    let running = tokio::spawn(patient(&app, &sink).run(CancellationToken::new()));
    while known(&app, first).await.delivery.attempts == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sink.behave();
    sink.fail(At::Rcpt, "slow", Do::Silence);
    let about = mails(&app, 1).await;
    let end = std::time::Instant::now() + Duration::from_secs(30);
    while sink.count() < 8 {
        assert!(std::time::Instant::now() < end, "they wait for the one that tries");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(all(&app, about).await[0].state, DeliveryState::Sending, "that one still waits");
    running.abort();
}
