//! What may have arrived and what has: nothing but a yes takes "possibly delivered" back, the order of a conversation is
//! kept around it, and nobody gets a mail again that is on its way to them.

use app::{
    ids::GroupId,
    outbox::{self, Channel, DeliveryState, Reason, Subject, store},
    time::Instant,
};
use uuid::Uuid;

use crate::{
    outbox::{a_mail, known, mail_of},
    smtp_sink::{At, Do, Sink},
    test_app::TestApp,
};

#[tokio::test]
async fn what_was_possibly_delivered_stays_so_until_a_yes() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let schedule = outbox::Schedule::default();
    let about = a_mail(&app, &["office@example.cn"]).await;
    let worker = sink.worker(&app);
    let state = async || known(&app, about).await.delivery.state;
    sink.fail(At::Dot, "", Do::Drop);
    worker.drain().await.unwrap();
    assert_eq!(state().await, DeliveryState::Uncertain);
    sink.behave();

    // Given back because mail is on hold.
    sink.fail(At::Mail, "", Do::Say("553 5.7.1 no"));
    app.state.clock.advance(Instant::HOUR);
    worker.drain().await.unwrap();
    assert_eq!((state().await, known(&app, about).await.delivery.attempts), (DeliveryState::Uncertain, 1));
    sink.behave();
    let tx = app.tx().await;
    store::resume_queue(&tx).await.unwrap();
    // Held by a worker that died before the body of the repeat.
    assert_eq!(store::claim(&tx, "dead", &schedule, 1, &[]).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    app.state.clock.advance(Instant::MINUTE);
    let tx = app.tx().await;
    store::take_over(&tx, store::Door::Mail, &schedule).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(state().await, DeliveryState::Uncertain);

    // Put off, and then refused.
    sink.fail(At::Rcpt, "", Do::Say("450 4.2.0 later"));
    worker.drain().await.unwrap();
    let put_off = known(&app, about).await.delivery;
    assert_eq!((put_off.state, put_off.settled_at), (DeliveryState::Uncertain, None));
    sink.behave();
    sink.fail(At::Rcpt, "", Do::Say("550 5.1.1 no such mailbox"));
    app.state.clock.advance(Instant::HOUR);
    worker.drain().await.unwrap();
    let refused = known(&app, about).await.delivery;
    assert_eq!((refused.state, refused.times_uncertain), (DeliveryState::Uncertain, 1));
    assert!(refused.settled_at.is_some() && refused.reply_code == Some(550));
    let staff = app.staff().await;
    let page = staff.get(&format!("/outbox/{}", refused.id)).await.is(200);
    page.says("可能已送达").says("no such mailbox").says("没有得到确认的次数");
    staff.get("/todo").await.is(200).says("1 封邮件没有送到");
    let sheet = staff.get("/outbox.xlsx").await.is(200);
    assert!(sheet.bytes.starts_with(b"PK"));
}

#[tokio::test]
async fn a_body_that_had_begun_to_leave_keeps_nothing_of_an_earlier_attempt() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let schedule = outbox::Schedule::default();
    sink.fail(At::Rcpt, "", Do::Say("450 4.2.0 greylisted"));
    let about = a_mail(&app, &["office@example.cn"]).await;
    sink.worker(&app).drain().await.unwrap();
    app.state.clock.advance(Instant::HOUR);
    let tx = app.tx().await;
    let held = store::claim(&tx, "dead", &schedule, 1, &[]).await.unwrap();
    assert!(store::body_starts(&tx, "dead", held[0], &schedule).await.unwrap());
    tx.commit().await.unwrap();
    app.state.clock.advance(Instant::MINUTE);
    let tx = app.tx().await;
    store::take_over(&tx, store::Door::Mail, &schedule).await.unwrap();
    tx.commit().await.unwrap();
    let lost = known(&app, about).await.delivery;
    assert_eq!((lost.state, lost.reply_code, lost.server), (DeliveryState::Uncertain, None, None));
    assert_eq!(lost.reply, Some(Reason::Interrupted.words()));
    let path = format!("/outbox/{}", lost.id);
    app.staff().await.get(&path).await.is(200).says("发送途中程序中断").says_not("greylisted").says_not("@outbox");
}

#[tokio::test]
async fn a_later_mail_waits_for_the_first_repeat_of_one_that_was_possibly_delivered() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = Uuid::now_v7();
    let write = async |title: &str| {
        let tx = app.tx().await;
        let mut new = mail_of(Subject { kind: "test", id: about }, &["office@example.cn"]);
        new.title = title.to_owned();
        outbox::enqueue(&tx, &app.state.options, new).await.unwrap();
        tx.commit().await.unwrap();
    };
    write("first").await;
    let worker = sink.worker(&app);
    sink.fail(At::Dot, "", Do::Drop);
    worker.drain().await.unwrap();
    sink.behave();
    write("second").await;
    app.state.clock.advance(10 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 0, "the second waits");
    app.state.clock.advance(21 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 2);
    let titles: Vec<String> = sink.mails().iter().map(|mail| mail.header("Subject")).collect();
    assert_eq!(titles, ["first", "first", "second"]);

    // Where the repeat is lost as well, the next one waits no longer.
    sink.fail(At::Dot, "", Do::Drop);
    write("third").await;
    worker.drain().await.unwrap();
    app.state.clock.advance(31 * Instant::MINUTE);
    worker.drain().await.unwrap();
    sink.behave();
    write("fourth").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(sink.mails().pop().unwrap().header("Subject"), "fourth");
}

#[tokio::test]
async fn of_two_who_send_a_failed_mail_again_one_does() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "", Do::Say("550 5.1.1 no such mailbox"));
    let about = a_mail(&app, &["office@example.cn"]).await;
    sink.worker(&app).drain().await.unwrap();
    let path = format!("/outbox/{}", known(&app, about).await.delivery.id);
    let (one, two) = (app.staff().await, app.admin().await);
    for (browser, status) in [(&one, 303), (&two, 409)] {
        let fields = [("email", "right@example.cn"), ("once", &Uuid::now_v7().to_string())];
        browser.post(&format!("{path}/resend"), &fields).await.is(status);
    }
    two.get(&path).await.is(200).says("已经重发").says_not(&format!("{path}/resend"));
    sink.behave();
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 1);
}

#[tokio::test]
async fn mails_refer_to_mails_and_not_to_what_was_told_to_groups() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = Subject { kind: "test", id: Uuid::now_v7() };
    let tx = app.tx().await;
    let none: [(GroupId, String); 0] = [];
    store::enqueue_to_groups(&tx, Channel::Wecom, about.clone(), "x", "x".to_owned(), &none).await.unwrap();
    for _ in 0..2 {
        outbox::enqueue(&tx, &app.state.options, mail_of(about.clone(), &["office@example.cn"])).await.unwrap();
    }
    tx.commit().await.unwrap();
    sink.worker(&app).drain().await.unwrap();
    let mails = sink.mails();
    assert_eq!(mails[0].header("In-Reply-To"), "");
    assert_eq!(mails[1].header("References"), mails[0].header("Message-ID"));
}
