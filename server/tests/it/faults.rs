//! A mail server that fails at every step, or is slow, small or wrong about its encryption: what each makes of a mail.

use std::time::Duration;

use app::{
    outbox::{self, DeliveryState, PauseReason, Schedule, Subject, entity::delivery, said, store},
    text::Locale,
    time::Instant,
};
use futures::future::join_all;
use server::{
    mailer::{Limits, Post, SmtpAddress},
    worker::Worker,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    outbox::{a_mail, known, mail_of},
    smtp_sink::{At, Do, Sink, trust},
    test_app::TestApp,
};

/// A worker that trusts the sink's authority, and waits so long for the reply to the whole mail.
fn worker(app: &TestApp, sink: &Sink, url: &str, last_reply: Duration, lease: i64) -> Worker {
    worker_within(app, sink, url, Limits { step: STEP, last_reply }, lease)
}

pub fn worker_within(app: &TestApp, sink: &Sink, url: &str, limits: Limits, lease: i64) -> Worker {
    let url = url.replace("{}", &sink.port.to_string());
    let post = Post::new(Some(SmtpAddress::parse(&url).unwrap()), &trust(true), limits, app.folder.path());
    Worker::new(app.state.clone(), post, Schedule { lease, ..Schedule::default() }, 4)
}

pub const PLAIN: &str = "smtp://127.0.0.1:{}";
const ENCRYPTED: &str = "smtp://127.0.0.1:{}?tls=required";
/// Short enough for a test to wait for, long enough for a busy machine.
pub const STEP: Duration = Duration::from_millis(800);
const SHORT: Duration = STEP;

/// Lets a worker run until `done`, for a minute at most.
async fn run_until(worker: Worker, mut done: impl AsyncFnMut() -> bool) {
    let stop = CancellationToken::new();
    let running = tokio::spawn(worker.run(stop.clone()));
    let end = std::time::Instant::now() + Duration::from_secs(60);
    while !done().await {
        assert!(std::time::Instant::now() < end, "it does not come to that");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    running.await.unwrap();
}

/// A mail that does not fit into what systems keep for a line that nobody reads.
async fn a_large_mail(app: &TestApp) -> Uuid {
    let about = Uuid::now_v7();
    let mut new = mail_of(Subject { kind: "test", id: about }, &["office@example.cn"]);
    (new.html, new.text) = (None, "请按时填报。".repeat(500_000));
    let tx = app.tx().await;
    outbox::enqueue(&tx, &app.state.options, new).await.unwrap();
    tx.commit().await.unwrap();
    about
}

/// What each fault makes of a mail, sent as the program sends it.
async fn fault(at: At, with: Do, state: DeliveryState, says: &str) {
    use DeliveryState::{Accepted, Refused};
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(at, "", with);
    let about = if at == At::Body { a_large_mail(&app).await } else { a_mail(&app, &["office@example.cn"]).await };
    let limits = Limits { step: Duration::from_secs(4), last_reply: Duration::from_secs(4) };
    let worker = || worker_within(&app, &sink, PLAIN, limits, Schedule::default().lease);
    run_until(worker(), async || known(&app, about).await.delivery.attempts > 0).await;
    let found = known(&app, about).await.delivery;
    assert_eq!((found.state, found.attempts), (state, 1), "{at:?} {with:?}: {found:?}");
    let words = said(Locale::En, found.reply.as_deref().unwrap());
    assert!(words.contains(says), "{at:?} {with:?}: {words}");
    assert!(store::pause(app.state.db.reader()).await.unwrap().is_none());
    if state == Refused || state == Accepted {
        assert_eq!(worker().drain().await.unwrap(), 0, "{at:?} {with:?}");
        return;
    }
    sink.behave();
    app.state.clock.advance(40 * Instant::MINUTE);
    run_until(worker(), async || known(&app, about).await.delivery.settled_at.is_some()).await;
    let again = known(&app, about).await;
    assert_eq!(again.delivery.state, Accepted, "{at:?} {with:?}: tried again");
    let ids: Vec<String> = sink.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert!(ids.iter().all(|id| id == &format!("<{}>", again.message.rfc_id)), "the same Message-ID");
}

#[tokio::test]
async fn every_fault_is_known_for_what_it_is() {
    use DeliveryState::{Accepted, Deferred, Refused, Uncertain};
    let faults = [
        (At::Greeting, Do::Silence, Deferred, "no answer"),
        (At::Greeting, Do::Drop, Deferred, "greeting"),
        (At::Greeting, Do::Say("421 4.3.2 closing"), Deferred, "closing"),
        (At::Ehlo, Do::Drop, Deferred, "greeting"),
        (At::Mail, Do::Say("451 4.3.0 later"), Deferred, "later"),
        (At::Mail, Do::Drop, Deferred, "MAIL"),
        (At::Rcpt, Do::Say("450 4.2.0 greylisted"), Deferred, "greylisted"),
        (At::Rcpt, Do::Say("550 5.1.1 no such mailbox"), Refused, "no such mailbox"),
        (At::Rcpt, Do::Say("550 5.1.1 no such\0mailbox"), Refused, "no such mailbox"),
        (At::Rcpt, Do::Say("530 5.7.0 sign in first"), Refused, "sign in"),
        (At::Rcpt, Do::Silence, Deferred, "RCPT"),
        (At::Data, Do::Say("452 4.3.1 full"), Deferred, "full"),
        (At::Data, Do::Say("554 5.6.0 no"), Refused, "no"),
        (At::Data, Do::Drop, Deferred, "DATA"),
        (At::Body, Do::Drop, Deferred, ""),
        (At::Dot, Do::Say("451 4.3.0 try again"), Deferred, "try again"),
        (At::Dot, Do::Say("550 5.7.1 looks like spam"), Refused, "spam"),
        (At::Dot, Do::Drop, Uncertain, ""),
        (At::Dot, Do::Silence, Uncertain, "no answer"),
        // 已接收, 用户不存在 and 稍后 in GBK.
        (At::Dot, Do::SayBytes(b"250 \xd2\xd1\xbd\xd3\xca\xd5"), Accepted, "已接收"),
        (At::Rcpt, Do::SayBytes(b"550 \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda"), Refused, "用户不存在"),
        (At::Rcpt, Do::SayBytes(b"450 \xc9\xd4\xba\xf3"), Deferred, "稍后"),
    ];
    for some in faults.chunks(6) {
        join_all(some.iter().map(|(at, with, state, says)| fault(*at, *with, *state, says))).await;
    }
}

/// By STARTTLS, and from the first byte on.
#[tokio::test]
async fn encryption_that_does_not_come_about_holds_all_mail_until_it_does() {
    let fine = None;
    let wrapped = [
        ("expired", fine, "expired.pem", "expired"),
        ("of another name", fine, "wrong-name.pem", "not valid for name"),
        ("dropped handshake", Some((At::Handshake, Do::Drop)), "server.pem", "TLS"),
        ("a handshake that hangs", Some((At::Handshake, Do::Silence)), "server.pem", "no answer"),
    ];
    for (name, fault, certificate, says) in wrapped {
        let (app, sink) = (TestApp::start().await, Sink::wrapped_as(certificate).await);
        held_until_it_behaves(&app, &sink, "smtps://127.0.0.1:{}", name, fault, says).await;
    }
    for (name, fault, certificate, says) in [
        ("expired", fine, "expired.pem", "expired"),
        ("of another name", fine, "wrong-name.pem", "not valid for name"),
        ("STARTTLS refused", Some((At::StartTls, Do::Say("554 5.7.0 no"))), "server.pem", "STARTTLS: 554"),
        ("STARTTLS later", Some((At::StartTls, Do::Say("454 4.7.0 later"))), "server.pem", "454"),
        ("silent at STARTTLS", Some((At::StartTls, Do::Silence)), "server.pem", "no answer"),
        ("dropped at STARTTLS", Some((At::StartTls, Do::Drop)), "server.pem", "closed"),
        ("words before TLS", Some((At::StartTls, Do::Say("220 go\r\n250 x"))), "server.pem", "before"),
        ("no TLS after all", Some((At::Handshake, Do::Say("what?"))), "server.pem", "TLS"),
        ("dropped handshake", Some((At::Handshake, Do::Drop)), "server.pem", "TLS"),
        ("a handshake that hangs", Some((At::Handshake, Do::Silence)), "server.pem", "no answer"),
    ] {
        let (app, sink) = (TestApp::start().await, Sink::encrypting_as(certificate).await);
        held_until_it_behaves(&app, &sink, ENCRYPTED, name, fault, says).await;
        // Where encryption is only wished for, what was begun does not end in the clear either.
        if fault.is_some() {
            let (app, sink) = (TestApp::start().await, Sink::encrypting_as(certificate).await);
            held_until_it_behaves(&app, &sink, "smtp://127.0.0.1:{}?tls=opportunistic", name, fault, says).await;
        }
    }
}

async fn held_until_it_behaves(app: &TestApp, sink: &Sink, url: &str, name: &str, fault: Option<(At, Do)>, says: &str) {
    if let Some((at, with)) = fault {
        sink.fail(at, "", with);
    }
    let about = a_mail(app, &["office@example.cn"]).await;
    let worker = worker(app, sink, url, SHORT, Schedule::default().lease);
    worker.drain().await.unwrap();
    let found = known(app, about).await.delivery;
    assert_eq!((found.state, found.attempts), (DeliveryState::Queued, 0), "{name}: no attempt is used up: {found:?}");
    let pause = store::pause(app.state.db.reader()).await.unwrap().unwrap_or_else(|| panic!("{name}: no hold"));
    assert_eq!(pause.reason, PauseReason::Encryption, "{name}");
    let words = said(Locale::En, &pause.words);
    assert!(words.contains(says), "{name}: {words}");
    assert!(sink.mails().is_empty(), "{name}: nothing goes in the clear");
    if fault.is_some() {
        sink.behave();
        app.state.clock.advance(4 * Instant::MINUTE);
        assert_eq!(worker.drain().await.unwrap(), 1, "{name}: it goes on by itself");
        let found = known(app, about).await.delivery;
        assert_eq!(found.state, DeliveryState::Accepted, "{name}");
        assert!(found.tls.is_some_and(|version| version.starts_with("TLSv1")), "{name}");
    }
}

#[tokio::test]
async fn a_server_that_goes_is_away_at_whatever_step() {
    for (at, certificate) in [(At::StartTls, true), (At::Auth, false), (At::Mail, false), (At::Rcpt, false)] {
        let sink = if certificate { Sink::encrypting().await } else { Sink::start().await };
        let app = TestApp::start().await;
        sink.fail(at, "", Do::Say("421 4.3.2 closing"));
        let about = a_mail(&app, &["office@example.cn"]).await;
        let url = if certificate { ENCRYPTED } else { "smtp://u:p@127.0.0.1:{}" };
        worker(&app, &sink, url, SHORT, Schedule::default().lease).drain().await.unwrap();
        let found = known(&app, about).await.delivery;
        assert_eq!((found.state, found.reply_code), (DeliveryState::Deferred, Some(421)), "{at:?}");
        assert!(store::pause(app.state.db.reader()).await.unwrap().is_none(), "{at:?}");
    }
}

#[tokio::test]
async fn a_server_that_knows_no_extensions_offers_no_encryption() {
    let (app, sink) = (TestApp::start().await, Sink::encrypting().await);
    sink.fail(At::Ehlo, "", Do::Say("502 5.5.1 what?"));
    held_until_it_behaves(&app, &sink, ENCRYPTED, "no EHLO", Some((At::Ehlo, Do::Say("502 5.5.1 what?"))), "STARTTLS")
        .await;
}

#[tokio::test]
async fn a_server_that_speaks_one_byte_at_a_time_is_waited_for() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    for at in [At::Greeting, At::Ehlo, At::Mail, At::Rcpt, At::Data, At::Dot] {
        sink.fail(at, "", Do::Slowly);
    }
    let about = a_mail(&app, &["office@example.cn"]).await;
    worker(&app, &sink, PLAIN, SHORT, Schedule::default().lease).drain().await.unwrap();
    assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Accepted);
    assert_eq!(sink.count(), 1);
}

#[tokio::test]
async fn the_reply_to_the_whole_mail_may_take_longer_than_a_step_and_than_the_lease() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.think(5_000);
    let about = a_mail(&app, &["office@example.cn"]).await;
    let patient = worker(&app, &sink, PLAIN, Duration::from_secs(20), 3 * Instant::SECOND);
    let impatient = worker(&app, &sink, PLAIN, Duration::from_secs(20), 3 * Instant::SECOND);
    // The other one looks all the time whether the lease ran out.
    let looking = async {
        for _ in 0..45 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            impatient.drain().await.unwrap();
        }
    };
    let (sent, ()) = tokio::join!(patient.drain(), looking);
    assert_eq!(sent.unwrap(), 1);
    let found = known(&app, about).await.delivery;
    assert_eq!((found.state, found.times_uncertain), (DeliveryState::Accepted, 0));
    assert_eq!(sink.count(), 1, "nobody else sent it meanwhile");
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_refused_for_good() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.take_at_most(1_000);
    let about = a_mail(&app, &["office@example.cn"]).await;
    worker(&app, &sink, PLAIN, SHORT, Schedule::default().lease).drain().await.unwrap();
    let found = known(&app, about).await.delivery;
    assert_eq!((found.state, found.reply_code), (DeliveryState::Refused, Some(552)));
    assert_eq!(found.enhanced_code.as_deref(), Some("5.3.4"));
}

/// Twenty mails.
async fn many(app: &TestApp) -> Uuid {
    let addresses: Vec<String> = (0..20).map(|n| format!("r{n}@example.cn")).collect();
    a_mail(app, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await
}

pub async fn all(app: &TestApp, about: Uuid) -> Vec<delivery::Model> {
    let found = outbox::status(app.state.db.reader(), "test", about).await.unwrap();
    found.into_iter().map(|found| found.delivery).collect()
}

#[tokio::test]
async fn while_the_server_is_away_few_are_tried_and_the_others_can_be_cancelled() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Greeting, "", Do::Drop);
    let about = many(&app).await;
    let lease = Schedule::default().lease;
    let stop = CancellationToken::new();
    let running = tokio::spawn(worker(&app, &sink, PLAIN, SHORT, lease).run(stop.clone()));
    let waits = async || all(&app, about).await.iter().filter(|one| one.state == DeliveryState::Queued).count();
    while all(&app, about).await.iter().all(|one| one.attempts == 0) || waits().await < 12 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let tried = all(&app, about).await.iter().filter(|one| one.attempts > 0).count();
    assert!(tried <= 8, "{tried} were tried");
    let last = all(&app, about).await.pop().unwrap();
    assert_eq!(last.state, DeliveryState::Queued, "it is in nobody's hand");
    app.staff().await.post(&format!("/outbox/{}/cancel", last.id), &[]).await.is(303);
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn no_more_leave_in_a_minute_than_are_allowed_and_the_others_wait_for_anybody() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = many(&app).await;
    let stop = CancellationToken::new();
    let worker = worker(&app, &sink, PLAIN, SHORT, Schedule::default().lease).at_most(Some(3));
    let running = tokio::spawn(worker.run(stop.clone()));
    while sink.count() < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let queued = all(&app, about).await.iter().filter(|one| one.state == DeliveryState::Queued).count();
    assert_eq!((sink.count(), queued), (3, 17));
    stop.cancel();
    running.await.unwrap();
}

/// Whatever a worker has lost track of is not kept from others for ever.
#[tokio::test]
async fn a_lease_is_renewed_for_what_the_worker_really_has_and_for_nothing_else() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = a_mail(&app, &["a@example.cn"]).await;
    // It claims nothing by itself and goes on renewing.
    let one = worker(&app, &sink, PLAIN, SHORT, Instant::SECOND).at_most(Some(0));
    let running = tokio::spawn(one.clone().run(CancellationToken::new()));
    let other = worker(&app, &sink, PLAIN, SHORT, Instant::SECOND);
    let claimed = one.claim(1, &[]).await.unwrap();
    assert_eq!(claimed.len(), 1);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(other.drain().await.unwrap(), 0, "it is in stock");
    drop(claimed);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(other.drain().await.unwrap(), 1, "nobody has it any more");
    assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Accepted);
    running.abort();
}

#[tokio::test]
async fn a_pause_also_keeps_what_was_claimed_ahead() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Auth, "", Do::Say("535 5.7.8 wrong password"));
    let about = many(&app).await;
    let stop = CancellationToken::new();
    let url = "smtp://u:p@127.0.0.1:{}";
    let running = tokio::spawn(worker(&app, &sink, url, SHORT, Schedule::default().lease).run(stop.clone()));
    while store::pause(app.state.db.reader()).await.unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    assert!(sink.connections() <= 4, "{} tried to sign in", sink.connections());
    let all = all(&app, about).await;
    assert!(all.iter().all(|one| one.state == DeliveryState::Queued && one.attempts == 0));
    stop.cancel();
    running.await.unwrap();
}
