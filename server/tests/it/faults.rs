//! A mail server that fails at every step, or is slow, small or wrong about its encryption: what each makes of a mail.

use std::time::Duration;

use app::outbox::{DeliveryState, PauseReason, Schedule, store};
use app::time::Instant;
use server::{
    mailer::{Limits, Post, SmtpAddress},
    worker::Worker,
};

use crate::{
    outbox::{a_mail, known},
    smtp_sink::{At, Do, Sink, trust},
    test_app::TestApp,
};

/// A worker that trusts the sink's authority, and waits so long for the reply to the whole mail.
fn worker(app: &TestApp, sink: &Sink, url: &str, last_reply: Duration, lease: i64) -> Worker {
    let url = url.replace("{}", &sink.port.to_string());
    let limits = Limits { step: STEP, last_reply };
    let post = Post::new(Some(SmtpAddress::parse(&url).unwrap()), &trust(true), limits, app.folder.path());
    Worker::new(app.state.clone(), post, Schedule { lease, ..Schedule::default() }, 4)
}

const PLAIN: &str = "smtp://127.0.0.1:{}";
const ENCRYPTED: &str = "smtp://127.0.0.1:{}?tls=required";
/// Short enough for a test to wait for, long enough for a busy machine.
const STEP: Duration = Duration::from_millis(800);
const SHORT: Duration = STEP;

/// What each fault makes of a mail.
#[tokio::test]
async fn every_fault_is_known_for_what_it_is() {
    use DeliveryState::{Deferred, Refused, Uncertain};
    for (at, with, state, says) in [
        (At::Greeting, Do::Silence, Deferred, "no answer"),
        (At::Greeting, Do::Drop, Deferred, "greeting"),
        (At::Greeting, Do::Say("421 4.3.2 closing"), Deferred, "closing"),
        (At::Ehlo, Do::Drop, Deferred, "greeting"),
        (At::Mail, Do::Say("451 4.3.0 later"), Deferred, "later"),
        (At::Mail, Do::Say("550 5.7.1 not from you"), Refused, "not from you"),
        (At::Mail, Do::Drop, Deferred, "MAIL"),
        (At::Rcpt, Do::Say("450 4.2.0 greylisted"), Deferred, "greylisted"),
        (At::Rcpt, Do::Say("550 5.1.1 no such mailbox"), Refused, "no such mailbox"),
        (At::Rcpt, Do::Silence, Deferred, "RCPT"),
        (At::Data, Do::Say("452 4.3.1 full"), Deferred, "full"),
        (At::Data, Do::Say("554 5.6.0 no"), Refused, "no"),
        (At::Data, Do::Drop, Deferred, "DATA"),
        (At::Body, Do::Drop, Deferred, ""),
        (At::Dot, Do::Say("451 4.3.0 try again"), Deferred, "try again"),
        (At::Dot, Do::Say("550 5.7.1 looks like spam"), Refused, "spam"),
        (At::Dot, Do::Drop, Uncertain, ""),
        (At::Dot, Do::Silence, Uncertain, "no answer"),
    ] {
        let (app, sink) = (TestApp::start().await, Sink::start().await);
        sink.fail(at, "", with);
        let about = a_mail(&app, &["office@example.cn"]).await;
        let worker = sink.worker(&app);
        assert_eq!(worker.drain().await.unwrap(), 1, "{at:?} {with:?}: not again at once");
        let found = known(&app, about).await;
        // A line that breaks while the body leaves may also break after the last byte was handed to it.
        let fine = found.delivery.state == state || (at == At::Body && found.delivery.state == Uncertain);
        assert!(fine, "{at:?} {with:?}: {:?}", found.delivery);
        assert!(found.delivery.reply.as_deref().unwrap().contains(says), "{at:?} {with:?}: {:?}", found.delivery);
        assert_eq!(found.delivery.attempts, 1);
        assert!(store::pause(app.state.db.reader()).await.unwrap().is_none());
        if state != Refused {
            sink.behave();
            app.state.clock.advance(40 * Instant::MINUTE);
            assert_eq!(worker.drain().await.unwrap(), 1, "{at:?} {with:?}: tried again");
            let again = known(&app, about).await;
            assert_eq!(again.delivery.state, DeliveryState::Accepted);
            let ids: Vec<String> = sink.mails().iter().map(|mail| mail.header("Message-ID")).collect();
            assert!(ids.iter().all(|id| id == &format!("<{}>", again.message.rfc_id)), "the same Message-ID");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_encryption_and_what_is_only_a_broken_line() {
    use DeliveryState::{Deferred, Queued};
    let fine = None;
    for (name, fault, certificate, state, paused, says) in [
        ("expired", fine, "expired.pem", Queued, true, "expired"),
        ("of another name", fine, "wrong-name.pem", Queued, true, "not valid for name"),
        (
            "STARTTLS refused",
            Some((At::StartTls, Do::Say("554 5.7.0 no"))),
            "server.pem",
            Queued,
            true,
            "STARTTLS: 554",
        ),
        ("words before TLS", Some((At::StartTls, Do::Say("220 go\r\n250 x"))), "server.pem", Queued, true, "before"),
        ("no TLS after all", Some((At::Handshake, Do::Say("what?"))), "server.pem", Queued, true, "TLS"),
        ("STARTTLS later", Some((At::StartTls, Do::Say("454 4.7.0 later"))), "server.pem", Deferred, false, "454"),
        ("dropped at STARTTLS", Some((At::StartTls, Do::Drop)), "server.pem", Deferred, false, "closed"),
        ("dropped handshake", Some((At::Handshake, Do::Drop)), "server.pem", Deferred, false, "TLS"),
        ("a handshake that hangs", Some((At::Handshake, Do::Silence)), "server.pem", Deferred, false, "no answer"),
    ] {
        let (app, sink) = (TestApp::start().await, Sink::encrypting_as(certificate).await);
        if let Some((at, with)) = fault {
            sink.fail(at, "", with);
        }
        let about = a_mail(&app, &["office@example.cn"]).await;
        worker(&app, &sink, ENCRYPTED, SHORT, Schedule::default().lease).drain().await.unwrap();
        let found = known(&app, about).await.delivery;
        let pause = store::pause(app.state.db.reader()).await.unwrap();
        assert_eq!((found.state, pause.is_some()), (state, paused), "{name}: {found:?} {pause:?}");
        assert_eq!(found.attempts, i32::from(!paused), "{name}: a pause uses up no attempt");
        let words = pause.as_ref().map_or(found.reply.as_deref().unwrap_or_default(), |pause| &pause.words);
        assert!(words.contains(says), "{name}: {words}");
        assert!(pause.is_none_or(|pause| pause.reason == PauseReason::Encryption), "{name}");
        assert!(sink.mails().is_empty(), "{name}: nothing goes in the clear");
    }
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

#[tokio::test]
async fn a_slow_recipient_holds_up_no_other() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "slow", Do::Silence);
    let mut addresses = vec!["slow@example.cn".to_owned()];
    addresses.extend((0..12).map(|n| format!("r{n}@example.cn")));
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    a_mail(&app, &addresses).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(worker(&app, &sink, PLAIN, SHORT, Schedule::default().lease).run(stop.clone()));
    let began = std::time::Instant::now();
    while sink.count() < 12 {
        assert!(began.elapsed() < Duration::from_secs(20), "the others wait");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn a_pause_also_keeps_what_was_claimed_ahead() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Auth, "", Do::Say("535 5.7.8 wrong password"));
    let addresses: Vec<String> = (0..20).map(|n| format!("r{n}@example.cn")).collect();
    let about = a_mail(&app, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let url = "smtp://u:p@127.0.0.1:{}";
    let running = tokio::spawn(worker(&app, &sink, url, SHORT, Schedule::default().lease).run(stop.clone()));
    while store::pause(app.state.db.reader()).await.unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    assert!(sink.connections() <= 4, "{} tried to sign in", sink.connections());
    let all = app::outbox::status(app.state.db.reader(), "test", about).await.unwrap();
    assert!(all.iter().all(|found| found.delivery.state == DeliveryState::Queued && found.delivery.attempts == 0));
    stop.cancel();
    running.await.unwrap();
}
