//! Workers and what they hold: never two the same, none for longer than it lives, and in the order of a conversation.

use app::{
    outbox::{
        self, DeliveryState, Schedule,
        store::{self, Door},
    },
    time::Instant,
};
use server::mailer::Turn;
use tokio_util::sync::CancellationToken;

use crate::{
    groups::{only, with_a_message},
    outbox::{a_mail, known, mail_of},
    smtp_sink::{At, Do, Sink},
    test_app::TestApp,
    webhook::Webhook,
};

#[tokio::test]
async fn a_dead_workers_mail_is_taken_over_and_a_body_that_had_begun_is_uncertain() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let (first, second) = (a_mail(&app, &["a@example.cn"]).await, a_mail(&app, &["b@example.cn"]).await);
    let schedule = outbox::Schedule::default();
    let tx = app.tx().await;
    let held = store::claim(&tx, "dead", &schedule, 10, &[]).await.unwrap();
    assert_eq!(held.len(), 2);
    let begun = known(&app, second).await.delivery.id;
    assert!(store::body_starts(&tx, "dead", begun, &schedule).await.unwrap());
    tx.commit().await.unwrap();
    let worker = sink.worker(&app);
    assert_eq!(worker.drain().await.unwrap(), 0, "the lease still holds");
    app.state.clock.advance(26 * Instant::SECOND);
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(known(&app, first).await.delivery.state, DeliveryState::Accepted);
    assert_eq!(known(&app, second).await.delivery.state, DeliveryState::Uncertain);
    app.state.clock.advance(31 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(known(&app, second).await.delivery.state, DeliveryState::Accepted);
}

#[tokio::test]
async fn a_dead_workers_mail_is_taken_over_even_while_all_mail_is_on_hold() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = a_mail(&app, &["a@example.cn"]).await;
    let schedule = Schedule::default();
    let tx = app.tx().await;
    store::claim(&tx, "dead", &schedule, 10, &[]).await.unwrap();
    store::pause_queue(&tx, outbox::PauseReason::ByHand, "", &schedule).await.unwrap();
    tx.commit().await.unwrap();
    app.state.clock.advance(26 * Instant::SECOND);
    let stop = CancellationToken::new();
    let running = tokio::spawn(sink.worker(&app).run(stop.clone()));
    let freed = async {
        while known(&app, about).await.delivery.state == DeliveryState::Sending {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), freed).await.expect("it is never taken over");
    stop.cancel();
    running.await.unwrap();
    let staff = app.staff().await;
    let id = known(&app, about).await.delivery.id;
    staff.post(&format!("/outbox/{id}/cancel"), &[]).await.is(303);
    assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Cancelled);
}

#[tokio::test]
async fn two_workers_never_send_the_same_delivery() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let addresses: Vec<String> = (0..60).map(|n| format!("m{n}@example.cn")).collect();
    a_mail(&app, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let workers = [sink.worker(&app), sink.worker(&app), sink.worker(&app)];
    let drained = tokio::join!(workers[0].drain(), workers[1].drain(), workers[2].drain());
    assert_eq!(drained.0.unwrap() + drained.1.unwrap() + drained.2.unwrap(), 60);
    let mut got: Vec<String> = sink.mails().into_iter().map(|mail| mail.to).collect();
    got.sort();
    got.dedup();
    assert_eq!((got.len(), sink.mails().len()), (60, 60));
}

#[tokio::test]
async fn mails_about_one_thing_to_one_address_keep_their_order() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = a_mail(&app, &["a@example.cn"]).await;
    let first = known(&app, about).await;
    let tx = app.tx().await;
    let whole = store::whole(&*tx, first.delivery.id).await.unwrap();
    store::resend(&tx, &whole, "a@example.cn").await.unwrap();
    tx.commit().await.unwrap();
    sink.fail(At::Rcpt, "", Do::Say("450 4.2.0 later"));
    let worker = sink.worker(&app);
    assert_eq!(worker.drain().await.unwrap(), 1, "the second waits for the first");
    sink.behave();
    app.state.clock.advance(10 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 2);
    let ids: Vec<String> = sink.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids[0], format!("<{}>", first.message.rfc_id));
    assert_ne!(ids[0], ids[1], "what is sent again has a Message-ID of its own");
}

/// A worker that stalled comes back with what it believes; another holds the mail by then.
#[tokio::test]
async fn who_lost_the_hold_settles_nothing() {
    let app = TestApp::start().await;
    let about = a_mail(&app, &["a@example.cn"]).await;
    let schedule = outbox::Schedule::default();
    let id = known(&app, about).await.delivery.id;
    let tx = app.tx().await;
    store::claim(&tx, "slow", &schedule, 10, &[]).await.unwrap();
    tx.commit().await.unwrap();
    app.state.clock.advance(Instant::MINUTE);
    let tx = app.tx().await;
    store::take_over(&tx, store::Door::Mail, &schedule).await.unwrap();
    assert_eq!(store::claim(&tx, "other", &schedule, 10, &[]).await.unwrap(), [id]);
    tx.commit().await.unwrap();
    let refused = outbox::Outcome::Refused(outbox::Reply::of_connection("550 no"));
    let report = outbox::Report { outcome: refused, server: None, tls: None };
    let tx = app.tx().await;
    assert!(!store::settle(&tx, "slow", id, &report, &schedule, 0.5).await.unwrap());
    assert_eq!(store::whole(&*tx, id).await.unwrap().delivery.lease_owner.as_deref(), Some("other"));
    assert!(store::settle(&tx, "other", id, &report, &schedule, 0.5).await.unwrap());
    assert!(!store::settle(&tx, "other", id, &report, &schedule, 0.5).await.unwrap(), "only once");
    tx.commit().await.unwrap();
    assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Refused);
}

/// It may have slept through its lease, as a machine does that was stopped for a while.
#[tokio::test]
async fn a_worker_that_lost_a_mail_and_claimed_it_again_sends_it_once() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = a_mail(&app, &["a@example.cn"]).await;
    let worker = sink.worker(&app);
    let stale = worker.claim(1, &[]).await.unwrap().remove(0);
    app.state.clock.advance(26 * Instant::SECOND);
    let tx = app.tx().await;
    store::take_over(&tx, Door::Mail, &Schedule::default()).await.unwrap();
    tx.commit().await.unwrap();
    let fresh = worker.claim(1, &[]).await.unwrap().remove(0);
    worker.deliver(stale, Turn::begin()).await;
    assert_eq!((sink.count(), known(&app, about).await.delivery.state), (0, DeliveryState::Sending));
    worker.deliver(fresh, Turn::begin()).await;
    assert_eq!((sink.count(), known(&app, about).await.delivery.state), (1, DeliveryState::Accepted));
    assert_eq!(known(&app, about).await.delivery.times_uncertain, 0);
}

#[tokio::test]
async fn a_repeat_that_was_put_back_unsent_keeps_its_place_before_later_mail() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let schedule = Schedule::default();
    sink.fail(At::Dot, "", Do::Drop);
    let about = a_mail(&app, &["a@example.cn"]).await;
    sink.worker(&app).drain().await.unwrap();
    let first = known(&app, about).await.delivery;
    assert_eq!(first.state, DeliveryState::Uncertain);
    let tx = app.tx().await;
    let later = mail_of(outbox::Subject { kind: "test", id: about }, &["a@example.cn"]);
    outbox::enqueue(&tx, &app.state.options, later).await.unwrap();
    tx.commit().await.unwrap();
    app.state.clock.advance(31 * Instant::MINUTE);
    for name in ["one", "two"] {
        let tx = app.tx().await;
        assert_eq!(store::claim(&tx, name, &schedule, 10, &[]).await.unwrap(), [first.id], "{name}");
        assert!(store::give_back(&tx, name, first.id).await.unwrap());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn each_way_out_takes_over_its_own_and_waits_as_its_own_schedule_says() {
    let (app, hook, sink) = (TestApp::start().await, Webhook::start().await, Sink::start().await);
    let (_, group) = with_a_message(&app).await;
    let about = a_mail(&app, &["office@example.cn"]).await;
    let (by_mail, to_group) = (known(&app, about).await.delivery.id, only(&app, group).await.delivery.id);
    // Two workers die with the body on its way; each door waits a time of its own before it repeats.
    let of_groups = Schedule { uncertain_wait: Instant::HOUR, ..Schedule::default() };
    let of_mail = Schedule { uncertain_wait: 2 * Instant::HOUR, ..Schedule::default() };
    let tx = app.tx().await;
    assert_eq!(store::claim(&tx, "dead", &of_mail, 9, &[]).await.unwrap(), [by_mail]);
    assert_eq!(store::claim_to_groups(&tx, "dead too", &of_groups, 9).await.unwrap(), [to_group]);
    assert!(store::body_starts(&tx, "dead", by_mail, &of_mail).await.unwrap());
    assert!(store::body_starts(&tx, "dead too", to_group, &of_groups).await.unwrap());
    tx.commit().await.unwrap();
    app.state.clock.advance(26 * Instant::SECOND);
    let expired = async |door| {
        let now = app.state.clock.now();
        store::anything_expired(app.state.db.reader(), door, now).await.unwrap()
    };
    assert!(expired(Door::Mail).await && expired(Door::Groups).await);

    let tx = app.tx().await;
    let later = tx.now.plus(Instant::HOUR);
    store::take_over(&tx, Door::Groups, &of_groups).await.unwrap();
    tx.commit().await.unwrap();
    let taken = only(&app, group).await.delivery;
    assert_eq!((taken.state, taken.next_at), (DeliveryState::Uncertain, later));
    let left = known(&app, about).await.delivery;
    assert_eq!((left.state, left.lease_owner.as_deref()), (DeliveryState::Sending, Some("dead")));
    assert!(!expired(Door::Groups).await, "mail is nothing to the workers for groups");

    let tx = app.tx().await;
    let later = tx.now.plus(2 * Instant::HOUR);
    store::take_over(&tx, Door::Mail, &of_mail).await.unwrap();
    tx.commit().await.unwrap();
    let taken = known(&app, about).await.delivery;
    assert_eq!((taken.state, taken.next_at), (DeliveryState::Uncertain, later));
    assert!(!expired(Door::Mail).await);
    assert_eq!((sink.worker(&app).drain().await.unwrap(), hook.worker(&app).drain().await.unwrap()), (0, 0));
}
