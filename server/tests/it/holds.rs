//! Mail that is on hold because nobody can be sent anything, and what that time does to mails that wait.

use std::time::Duration;

use app::{
    outbox::{self, DeliveryState, PauseReason, entity::message, store},
    time::Instant,
};
use sea_orm::{EntityTrait, sea_query::Expr};
use server::mailer::Limits;
use tokio_util::sync::CancellationToken;

use crate::{
    faults::{PLAIN, worker_within},
    outbox::{a_mail, known},
    replies_proof::portal,
    smtp_sink::{At, Do, Sink},
    test_app::TestApp,
};

#[tokio::test]
async fn a_sender_that_is_not_accepted_holds_all_mail_until_it_is() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = a_mail(&app, &["a@example.cn", "b@example.cn"]).await;
    let tx = app.tx().await;
    let senders = message::Entity::update_many().col_expr(message::Column::Sender, Expr::value("old@example.cn"));
    senders.exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    sink.fail(At::Mail, "", Do::Say("553 5.7.1 Mail from must equal authorized user"));
    let worker = sink.worker(&app);
    worker.drain().await.unwrap();
    let pause = async || store::pause(app.state.db.reader()).await.unwrap();
    let held = pause().await.unwrap();
    assert_eq!((held.reason, held.words.contains("authorized user")), (PauseReason::Sender, true));
    let all = outbox::status(app.state.db.reader(), "test", about).await.unwrap();
    assert!(all.iter().all(|one| (one.delivery.state, one.delivery.attempts) == (DeliveryState::Queued, 0)));
    let staff = app.staff().await;
    staff.get("/outbox").await.is(200).says("不接受设置的发件地址").says("HUNITONG_MAIL_FROM");
    app.state.clock.advance(4 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 0, "the probe asks for the sender too");
    assert_eq!(pause().await.unwrap().since, held.since, "it is the same hold");
    // The setting is mended; only the old sender is still refused.
    sink.behave();
    sink.fail(At::Mail, "old@", Do::Say("553 5.7.1 Mail from must equal authorized user"));
    app.state.clock.advance(4 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 2);
    assert!(sink.mails().iter().all(|mail| mail.header("From").contains("hunitong@example.cn")));
    assert!(pause().await.is_none());
}

#[tokio::test]
async fn a_return_path_that_is_not_accepted_holds_all_mail_until_it_is() {
    let (app, sink) = (portal().await, Sink::start().await);
    let about = a_mail(&app, &["a@example.cn"]).await;
    sink.fail(At::Mail, "bounce+", Do::Say("553 5.7.1 Mail from must equal authorized user"));
    let worker = sink.worker(&app);
    worker.drain().await.unwrap();
    let pause = async || store::pause(app.state.db.reader()).await.unwrap();
    let held = pause().await.unwrap();
    assert_eq!(held.reason, PauseReason::Sender);
    app.staff().await.get("/outbox").await.is(200).says("HUNITONG_MAIL_RETURN_PATH");
    for _ in 0..3 {
        app.state.clock.advance(4 * Instant::MINUTE);
        assert_eq!(worker.drain().await.unwrap(), 0, "the probe says what mails say");
        assert_eq!(pause().await.unwrap().since, held.since, "it is the same hold");
    }
    sink.behave();
    app.state.clock.advance(4 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert!(sink.mails()[0].header("Return-Path").starts_with("<bounce+"));
    assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Accepted);
}

#[tokio::test]
async fn what_is_left_of_a_mailing_leaves_from_the_sender_that_is_set_today() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = a_mail(&app, &["a@example.cn", "b@example.cn"]).await;
    let tx = app.tx().await;
    let senders = message::Entity::update_many().col_expr(message::Column::Sender, Expr::value("old@example.cn"));
    senders.exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    sink.fail(At::Rcpt, "b@", Do::Say("450 4.2.0 greylisted"));
    let worker = sink.worker(&app);
    assert_eq!(worker.drain().await.unwrap(), 2);
    sink.behave();
    sink.fail(At::Mail, "old@", Do::Say("553 5.7.1 Mail from must equal authorized user"));
    app.state.clock.advance(Instant::HOUR);
    assert_eq!(worker.drain().await.unwrap(), 1);
    let mails = sink.mails();
    assert!(mails.iter().all(|mail| mail.header("Return-Path") == "<hunitong@example.cn>"));
    assert!(mails.iter().all(|mail| mail.header("From").contains("old@example.cn")), "one mail has one author");
    assert!(store::pause(app.state.db.reader()).await.unwrap().is_none());
    let all = outbox::status(app.state.db.reader(), "test", about).await.unwrap();
    assert!(all.iter().all(|one| one.delivery.state == DeliveryState::Accepted));
}

#[tokio::test]
async fn a_server_that_asks_for_an_account_holds_all_mail_and_one_mail_alone_does_not() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "odd", Do::Say("535 5.7.8 not for you"));
    let odd = a_mail(&app, &["odd@example.cn"]).await;
    let worker = sink.worker(&app);
    worker.drain().await.unwrap();
    assert_eq!(known(&app, odd).await.delivery.state, DeliveryState::Refused);
    assert!(store::pause(app.state.db.reader()).await.unwrap().is_none());
    sink.fail(At::Mail, "", Do::Say("530 5.7.0 Authentication required"));
    a_mail(&app, &["a@example.cn"]).await;
    worker.drain().await.unwrap();
    let held = store::pause(app.state.db.reader()).await.unwrap().unwrap();
    assert_eq!(held.reason, PauseReason::SigningIn);
    for _ in 0..5 {
        app.state.clock.advance(4 * Instant::MINUTE);
        assert_eq!(worker.drain().await.unwrap(), 0);
    }
    assert_eq!(store::pause(app.state.db.reader()).await.unwrap().unwrap().since, held.since);
}

#[tokio::test]
async fn a_hold_says_what_is_in_the_way_now() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    a_mail(&app, &["a@example.cn"]).await;
    sink.fail(At::Auth, "", Do::Say("535 5.7.8 wrong password"));
    let worker = sink.worker_at(&app, &format!("smtp://u:p@127.0.0.1:{}", sink.port));
    worker.drain().await.unwrap();
    let pause = async || store::pause(app.state.db.reader()).await.unwrap().unwrap();
    let first = pause().await;
    assert_eq!(first.reason, PauseReason::SigningIn);
    for (at, with, reason, says) in [
        (At::Mail, Do::Say("553 5.7.1 not this sender"), PauseReason::Sender, "not this sender"),
        (At::Greeting, Do::Say("421 4.3.2 closing"), PauseReason::Sender, "closing"),
        (At::Auth, Do::Say("535 5.7.8 still wrong"), PauseReason::SigningIn, "still wrong"),
    ] {
        sink.behave();
        sink.fail(at, "", with);
        app.state.clock.advance(4 * Instant::MINUTE);
        assert_eq!(worker.drain().await.unwrap(), 0, "{says}");
        let now = pause().await;
        assert_eq!((now.reason, now.since), (reason, first.since), "{says}");
        assert!(now.words.contains(says), "{}", now.words);
    }
    app.staff().await.get("/outbox").await.is(200).says("still wrong");
}

/// Whoever resumes by hand does not wait for a probe that hangs.
#[tokio::test]
async fn mail_that_was_resumed_leaves_while_a_probe_still_hangs() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    a_mail(&app, &["a@example.cn"]).await;
    let tx = app.tx().await;
    let schedule = outbox::Schedule::default();
    store::pause_queue(&tx, PauseReason::Encryption, "", &schedule).await.unwrap();
    tx.commit().await.unwrap();
    app.state.clock.advance(4 * Instant::MINUTE);
    sink.fail(At::Greeting, "", Do::Silence);
    let limits = Limits { step: Duration::from_secs(120), last_reply: Duration::from_secs(120) };
    let worker = worker_within(&app, &sink, PLAIN, limits, schedule.lease);
    let running = tokio::spawn(worker.run(CancellationToken::new()));
    let wait = async |what: &str, mut so: Box<dyn FnMut() -> bool>| {
        let end = std::time::Instant::now() + Duration::from_secs(20);
        while !so() {
            assert!(std::time::Instant::now() < end, "{what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let probing = sink.clone();
    wait("nobody probes", Box::new(move || probing.connections() == 1)).await;
    sink.behave();
    app.staff().await.post("/outbox/resume", &[]).await.is(303);
    let arrived = sink.clone();
    wait("it waits for the probe", Box::new(move || arrived.count() == 1)).await;
    running.abort();
}

#[tokio::test]
async fn time_on_hold_does_not_count_towards_giving_up() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "", Do::Say("450 4.2.0 greylisted"));
    let (worker, staff) = (sink.worker(&app), app.staff().await);
    let tried = a_mail(&app, &["tried@example.cn"]).await;
    worker.drain().await.unwrap();
    staff.post("/outbox/pause", &[]).await.is(303);
    let fresh = a_mail(&app, &["fresh@example.cn"]).await;
    app.state.clock.advance(6 * Instant::DAY);
    staff.post("/outbox/resume", &[]).await.is(303);
    assert_eq!(worker.drain().await.unwrap(), 2);
    for about in [tried, fresh] {
        assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Deferred);
    }
    for _ in 0..4 {
        app.state.clock.advance(2 * Instant::DAY);
        worker.drain().await.unwrap();
    }
    for about in [tried, fresh] {
        assert_eq!(known(&app, about).await.delivery.state, DeliveryState::GivenUp);
    }
}
