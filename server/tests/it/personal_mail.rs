//! Mail for one person alone, such as a link to sign in with: it goes to nobody else, waits for no older one, and does
//! not stay in the database.

use app::{
    accounts::RoleKind,
    outbox::{
        self, DeliveryState, Subject,
        entity::{delivery, message},
        store,
    },
    time::Instant,
};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use uuid::Uuid;

use crate::{
    outbox::{a_mail, mail_of},
    smtp_sink::{At, Do, Sink},
    test_app::TestApp,
};

/// Whoever could have it sent elsewhere would hold the account.
#[tokio::test]
async fn a_mail_for_one_person_alone_is_never_sent_to_somebody_else() {
    let app = TestApp::start().await;
    let tx = app.tx().await;
    for kind in [Subject::ACCOUNT_LINK, Subject::PERSON] {
        let mut new = mail_of(Subject { kind, id: Uuid::now_v7() }, &["admin@example.cn"]);
        new.text = "打开链接设置新密码".to_owned();
        outbox::enqueue(&tx, &app.state.options, new).await.unwrap();
    }
    tx.commit().await.unwrap();
    Sink::start().await.worker(&app).drain().await.unwrap();
    let mails = delivery::Entity::find().all(app.state.db.reader()).await.unwrap();
    assert_eq!(mails.len(), 2);
    for mail in mails {
        let path = format!("/outbox/{}", mail.id);
        for browser in [app.staff().await, app.admin().await] {
            browser.get(&path).await.is(200).says("只发给本人").says_not("/resend");
            for email in ["mine@example.cn", "admin@example.cn"] {
                browser.post(&format!("{path}/resend"), &[("email", email)]).await.is(409).says("只发给本人");
            }
        }
    }
    assert_eq!(delivery::Entity::find().count(app.state.db.reader()).await.unwrap(), 2);
}

/// Somebody whose account has this address asks for a new password.
async fn forgets(app: &TestApp, email: &str) {
    app.stranger().post("/forgotten", &[("login", email)]).await.is(303);
}

async fn a_person(app: &TestApp, email: &str) {
    let hash = app.state.passwords.hash("correct horse".to_owned()).await.unwrap();
    let tx = app.tx().await;
    let (name, email) = ("陈干事".to_owned(), Some(email.to_owned()));
    let new = app::accounts::store::NewPerson { name, phone: None, email, password_hash: Some(hash) };
    let person = app::accounts::store::add_person(&tx, new).await.unwrap();
    app::accounts::store::add_role(&tx, person, RoleKind::OfficeStaff, None, &[]).await.unwrap();
    tx.commit().await.unwrap();
}

/// All deliveries with their messages' texts, the oldest first.
pub async fn all(app: &TestApp) -> Vec<store::Whole> {
    let mut all = Vec::new();
    for delivery in
        delivery::Entity::find().order_by_asc(delivery::Column::Id).all(app.state.db.reader()).await.unwrap()
    {
        all.push(store::whole(app.state.db.reader(), delivery.id).await.unwrap());
    }
    all
}

#[tokio::test]
async fn a_new_link_waits_for_no_older_one_and_takes_its_place() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    a_person(&app, "chen@example.cn").await;
    let worker = sink.worker(&app);
    sink.fail(At::Rcpt, "", Do::Say("450 4.2.0 greylisted"));
    forgets(&app, "chen@example.cn").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    sink.behave();
    forgets(&app, "chen@example.cn").await;
    assert_eq!(worker.drain().await.unwrap(), 1, "the new one leaves at once");
    app.state.clock.advance(10 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 0, "the old one leaves no more");
    let states: Vec<DeliveryState> = all(&app).await.iter().map(|mail| mail.delivery.state).collect();
    assert_eq!(states, [DeliveryState::Cancelled, DeliveryState::Accepted]);
}

#[tokio::test]
async fn a_download_that_is_put_off_holds_up_no_other() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let staff = app.staff().await;
    let worker = sink.worker(&app);
    let to_me = [("path", "/outbox.xlsx"), ("back", "/outbox")];
    sink.fail(At::Rcpt, "", Do::Say("450 4.2.0 later"));
    staff.post("/mail-to-me", &to_me).await.is(303);
    assert_eq!(worker.drain().await.unwrap(), 1);
    sink.behave();
    staff.post("/mail-to-me", &to_me).await.is(303);
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(sink.mails().len(), 1);
    app.state.clock.advance(10 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 1, "the first one leaves later");
}

#[tokio::test]
async fn a_link_does_not_stay_in_the_database_when_its_mail_is_settled() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let staff = app.staff().await;
    a_person(&app, "chen@example.cn").await;
    let worker = sink.worker(&app);
    let link = |mail: &store::Whole| mail.message.body_text.contains("http://127.0.0.1:3000/");
    forgets(&app, "chen@example.cn").await;
    assert!(link(&all(&app).await[0]));
    worker.drain().await.unwrap();
    assert!(sink.mails()[0].data.contains("chen@example.cn"));
    let mail = all(&app).await.remove(0);
    assert_eq!((mail.message.body_text.as_str(), mail.message.body_html.as_deref()), ("", None));
    staff.get(&format!("/outbox/{}", mail.delivery.id)).await.is(200).says("投递结束后已删除");

    // Cancelled by hand, and lost for the last time by a worker that died.
    forgets(&app, "chen@example.cn").await;
    let waiting = all(&app).await.remove(1);
    assert!(link(&waiting));
    staff.post(&format!("/outbox/{}/cancel", waiting.delivery.id), &[]).await.is(303);
    forgets(&app, "chen@example.cn").await;
    let schedule = outbox::Schedule { uncertain_times: 0, ..outbox::Schedule::default() };
    let tx = app.tx().await;
    let held = store::claim(&tx, "dead", &schedule, 1, &[]).await.unwrap();
    assert!(store::body_starts(&tx, "dead", held[0], &schedule).await.unwrap());
    tx.commit().await.unwrap();
    app.state.clock.advance(Instant::MINUTE);
    let tx = app.tx().await;
    store::take_over(&tx, store::Door::Mail, &schedule).await.unwrap();
    tx.commit().await.unwrap();
    let all = all(&app).await;
    assert!(all[2].delivery.settled_at.is_some() && all.iter().all(|mail| mail.message.body_text.is_empty()));

    // What concerns others keeps its text.
    a_mail(&app, &["office@example.cn"]).await;
    worker.drain().await.unwrap();
    let texts = message::Entity::find().order_by_desc(message::Column::Id).one(app.state.db.reader()).await.unwrap();
    assert!(texts.unwrap().body_text.contains("请按时填报"));
}
