//! Delivery reports: believed when they came to the delivery's own signed return path, else claimed; what was known
//! before stays.

use app::{
    conversations::{self, Held, store as mails},
    ids::DeliveryId,
    outbox::{
        self, DeliveryState, Outcome, Reply, Report, Schedule,
        entity::{delivery, message},
        store,
    },
    paging::From,
    state::Options,
    time::Instant,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    builders::a_member,
    downloads::rows,
    outbox::{a_mail, known},
    program::{Ingested, ingest},
    replies::{OPERATOR, drop_mail, messages, taken},
    sentinels::{id_of, sent},
    smtp_sink::Sink,
    test_app::{TestApp, options},
};

/// A portal that takes answers in, and reports too.
pub async fn portal() -> TestApp {
    let mailbox = |name: &str| Some(format!("{name}@portal.example.cn"));
    TestApp::with(Options { mail_reply_to: mailbox("reply"), mail_return_path: mailbox("bounce"), ..options() }).await
}

/// A delivery report (RFC 3464) about a mail of ours.
pub fn a_report(to: &str, message: &message::Model, recipient: &str, action: &str, status: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.cn (Mail Delivery System)\r\n\
         To: {to}\r\nSubject: Undelivered Mail\r\nMessage-ID: <{id}@mx.example.cn>\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"B/r\"\r\n\r\n\
         --B/r\r\nContent-Type: text/plain\r\n\r\nI could not deliver it.\r\n\
         --B/r\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.cn\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: {action}\r\n\
         Status: {status}\r\nDiagnostic-Code: smtp; 550 {status} <{recipient}>: no such user\r\n\r\n\
         --B/r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{rfc_id}>\r\nSubject: x\r\n\r\nours\r\n--B/r--\r\n",
        id = uuid::Uuid::now_v7(),
        rfc_id = message.rfc_id,
    )
    .into_bytes()
}

pub async fn deliveries_are(app: &TestApp, state: DeliveryState) {
    let tx = app.tx().await;
    delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(state))
        .col_expr(delivery::Column::SettledAt, Expr::value(tx.now))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The delivery of a message to an address.
async fn to(app: &TestApp, message: &message::Model, email: &str) -> delivery::Model {
    let all = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id));
    all.filter(delivery::Column::Email.eq(email)).one(app.state.db.reader()).await.unwrap().unwrap()
}

/// What the mail server said when it took everything over, a while ago.
async fn all_accepted(app: &TestApp) {
    deliveries_are(app, DeliveryState::Accepted).await;
    let tx = app.tx().await;
    delivery::Entity::update_many()
        .col_expr(delivery::Column::Server, Expr::value("smtp.example.cn"))
        .col_expr(delivery::Column::Tls, Expr::value("TLSv1.3"))
        .col_expr(delivery::Column::ReplyCode, Expr::value(250))
        .col_expr(delivery::Column::Reply, Expr::value("2.0.0 kept as 4711"))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.state.clock.advance(3 * Instant::HOUR);
}

#[tokio::test]
async fn the_envelope_names_the_delivery_and_the_headers_name_the_sender() {
    let (app, sink) = (portal().await, Sink::start().await);
    let about = a_mail(&app, &["office@example.cn"]).await;
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 1);
    let id = known(&app, about).await.delivery.id;
    let mail = sink.mails().remove(0);
    let path = conversations::return_path(&app.state.options, id).unwrap();
    assert!(path.starts_with("bounce+d") && path.ends_with("@portal.example.cn"), "{path}");
    assert_eq!(mail.header("Return-Path"), format!("<{path}>"));
    assert_eq!(mail.header("From"), "hunitong@example.cn");

    let (plain, sink) = (TestApp::start().await, Sink::start().await);
    a_mail(&plain, &["office@example.cn"]).await;
    sink.worker(&plain).drain().await.unwrap();
    assert_eq!(sink.mails()[0].header("Return-Path"), "<hunitong@example.cn>");
}

#[tokio::test]
async fn a_report_to_its_return_path_moves_that_delivery_and_keeps_what_was_known() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    all_accepted(&app).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    let sent = to(&app, &message, OPERATOR).await;
    let own = conversations::return_path(&app.state.options, sent.id).unwrap();
    let late = a_report(&own, &message, OPERATOR, "delayed", "4.4.1");
    assert_eq!(taken(&app, &drop_mail(&staff, &late).await).await.delivery_id, Some(sent.id));
    assert_eq!(to(&app, &message, OPERATOR).await, sent, "late is not lost");

    // Whatever recipient it names, for a mailbox may lead to another: the return path says which delivery it is.
    let report = a_report(&own.to_uppercase(), &message, "inner@elsewhere.cn", "failed", "5.1.1");
    let bounce = drop_mail(&staff, &report).await;
    let moved = to(&app, &message, OPERATOR).await;
    assert_eq!((moved.state, moved.bounce_code), (DeliveryState::Refused, Some(550)));
    assert_eq!(
        (moved.bounce_enhanced.as_deref(), moved.bounce_server.as_deref()),
        (Some("5.1.1"), Some("mx.example.cn"))
    );
    assert!(moved.bounce_words.as_deref().unwrap().contains("no such user"));
    assert!(moved.bounced_at > moved.settled_at);
    assert_eq!((moved.server.as_deref(), moved.tls.as_deref()), (Some("smtp.example.cn"), Some("TLSv1.3")));
    assert_eq!((moved.reply_code, moved.reply.as_deref()), (Some(250), Some("2.0.0 kept as 4711")));
    assert_eq!(moved.settled_at, sent.settled_at);
    let others = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id)).all(app.state.db.reader());
    let others = others.await.unwrap();
    assert!(others.len() > 1 && others.iter().all(|one| one.email == OPERATOR || one.state == DeliveryState::Accepted));

    let kept = taken(&app, &bounce).await;
    assert_eq!((kept.about_id, kept.delivery_id, kept.held), (Some(id_of(&path).0), Some(moved.id), None));
    assert!(kept.handled_at.is_some());
    staff.get(bounce.location()).await.is(200).says("投递报告").says(&format!("/outbox/{}", moved.id));
    let page = staff.get(&format!("/outbox/{}", moved.id)).await.is(200);
    page.says("被拒收").says("kept as 4711").says("TLSv1.3").says("后来被退回").says("no such user");
    let overview = staff.get("/outbox").await.is(200).says("没有这个地址 (550 5.1.1)").says("mx.example.cn");
    overview.says_not("250 2.0.0");
    let query = "state=failed&is=refused&code=550&enhanced=5.1.1&server=mx.example.cn";
    let list = staff.get(&format!("/outbox?{query}")).await.is(200);
    list.says(&format!("/outbox/{}", moved.id));
    let sheet = rows(&app, &staff.get(&format!("/outbox.xlsx?{query}")).await.is(200));
    assert!(sheet.len() == 2 && sheet[1].contains("mx.example.cn"), "{sheet:?}");
    assert!(!sheet[1].contains("smtp.example.cn"), "the one that had taken it says nothing of this");
    member.admin.get(&path).await.is(200).says("被拒收").says("后来被退回");
    staff.get("/todo").await.is(200).says("没有送到");
    app.auditor().await.get(&format!("/outbox/{}", moved.id)).await.is(200).says_not("inner@elsewhere.cn");
}

#[tokio::test]
async fn a_report_that_came_otherwise_only_claims_until_staff_believe_it() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    all_accepted(&app).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    let sent = to(&app, &message, OPERATOR).await;
    let others = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id)).all(app.state.db.reader());
    let other = others.await.unwrap().into_iter().find(|one| one.email != OPERATOR).unwrap();
    // Written by somebody who got the mail: to the sender, to an address made up, to their own return path.
    let own = conversations::return_path(&app.state.options, other.id).unwrap();
    let made_up = own.replacen("+d", "+db", 1);
    for address in ["hunitong@example.cn", made_up.as_str(), own.replacen("+d", "+i", 1).as_str()] {
        let answer = drop_mail(&staff, &a_report(address, &message, OPERATOR, "failed", "5.1.1")).await;
        let kept = taken(&app, &answer).await;
        assert_eq!((kept.held, kept.about_id, kept.delivery_id), (Some(Held::UnprovedReport), None, None), "{address}");
        assert_eq!(to(&app, &message, OPERATOR).await, sent, "{address}");
    }
    let shouted = a_report("hunitong@example.cn", &message, "SHAOBING@SHDATA.COM", "failed", "5.1.1");
    let Ingested { code, said, .. } = ingest(&app, &["--recipient", "hunitong@example.cn"], &shouted).await;
    assert!(code == Some(0) && said.contains("unproved_report"), "{said}");
    assert_eq!(to(&app, &message, OPERATOR).await, sent);

    let held = mails::list(app.state.db.reader(), mails::Filter::Pen, From::Start).await.unwrap().rows;
    assert_eq!(held.len(), 4);
    let here = format!("/mails/{}", held[0].id);
    staff.get("/mails?tab=pen").await.is(200).says("退信待核实");
    staff.get(&here).await.is(200).says("据称").says(OPERATOR).says("no such user").says("属实，记为退回");
    app.auditor().await.get(&here).await.is(200).says("据称").says_not(OPERATOR).says_not("属实，记为退回");
    let believe = async |id: DeliveryId| staff.post(&format!("{here}/believe"), &[("delivery", &id.to_string())]).await;
    believe(other.id).await.is(404);
    let done = believe(sent.id).await.is(303);
    assert_eq!(done.location(), format!("/outbox/{}", sent.id));
    let moved = to(&app, &message, OPERATOR).await;
    assert_eq!((moved.state, moved.reply_code, moved.bounce_code), (DeliveryState::Refused, Some(250), Some(550)));
    believe(sent.id).await.is(409).says("状态已经不同");
    let kept = mails::find(app.state.db.reader(), held[0].id).await.unwrap();
    assert_eq!((kept.about_id, kept.delivery_id), (Some(id_of(&path).0), Some(sent.id)));
    assert!(kept.handled_at.is_some());
    staff.get(&here).await.is(200).says_not("属实，记为退回");
    app.auditor().await.get("/audit?act=inbound_mail.believed").await.is(200).says("确认了退信报告");

    // A report about a mail that nobody here has written claims nothing.
    let unknown = message::Model { rfc_id: "nobody@example.cn".to_owned(), ..message.clone() };
    let report = a_report("hunitong@example.cn", &unknown, OPERATOR, "failed", "5.1.1");
    assert_eq!(taken(&app, &drop_mail(&staff, &report).await).await.held, Some(Held::NoMatch));
}

#[tokio::test]
async fn a_report_that_is_faster_than_our_own_note_counts_when_the_mail_is_settled() {
    let app = portal().await;
    let (schedule, reply) = (Schedule::default(), |code| Reply { code: Some(code), ..Reply::default() });
    for (outcome, state) in [
        (Outcome::Accepted(reply(250)), DeliveryState::Refused),
        (Outcome::Uncertain(Reply::of_connection("no answer in time")), DeliveryState::Refused),
        (Outcome::Deferred { reply: reply(451), hold: false }, DeliveryState::Suppressed),
    ] {
        let about = a_mail(&app, &[&format!("{}@example.cn", uuid::Uuid::now_v7())]).await;
        let found = known(&app, about).await;
        let tx = app.tx().await;
        assert_eq!(store::claim(&tx, "worker", &schedule, 10, &[]).await.unwrap(), [found.delivery.id]);
        tx.commit().await.unwrap();
        let message = messages(&app, about).await.pop().unwrap();
        let path = conversations::return_path(&app.state.options, found.delivery.id).unwrap();
        let report = a_report(&path, &message, &found.delivery.email, "failed", "5.1.1");
        let Ingested { code, said, .. } = ingest(&app, &["--recipient", &path], &report).await;
        assert_eq!(code, Some(0), "{said}");
        let waiting = known(&app, about).await.delivery;
        assert!(waiting.state == DeliveryState::Sending && waiting.bounced_at.is_some());
        let tx = app.tx().await;
        let report = Report { server: Some("smtp.example.cn".to_owned()), tls: None, outcome };
        assert!(store::settle(&tx, "worker", found.delivery.id, &report, &schedule, 0.5).await.unwrap());
        tx.commit().await.unwrap();
        let settled = known(&app, about).await.delivery;
        assert_eq!(settled.state, state);
        assert!(settled.settled_at.is_some(), "its address was refused, so it is not tried again");
    }
    assert_eq!(outbox::store::count_unhandled(app.state.db.reader(), 10).await.unwrap(), 3);
}

#[tokio::test]
async fn a_report_counts_too_when_the_worker_died_before_it_wrote_anything_down() {
    let app = portal().await;
    let schedule = Schedule::default();
    let about = a_mail(&app, &["gone@example.cn"]).await;
    let id = known(&app, about).await.delivery.id;
    let tx = app.tx().await;
    assert_eq!(store::claim(&tx, "dead", &schedule, 10, &[]).await.unwrap(), [id]);
    assert!(store::body_starts(&tx, "dead", id, &schedule).await.unwrap());
    tx.commit().await.unwrap();
    let message = messages(&app, about).await.pop().unwrap();
    let path = conversations::return_path(&app.state.options, id).unwrap();
    let report = a_report(&path, &message, "gone@example.cn", "failed", "5.1.1");
    assert_eq!(ingest(&app, &["--recipient", &path], &report).await.code, Some(0));
    app.state.clock.advance(Instant::MINUTE);
    let sink = Sink::start().await;
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 0);
    let delivery = known(&app, about).await.delivery;
    assert_eq!((delivery.state, delivery.lease_owner), (DeliveryState::Refused, None));
    assert!(delivery.settled_at.is_some());
    app.state.clock.advance(Instant::DAY);
    assert_eq!((sink.worker(&app).drain().await.unwrap(), sink.count()), (0, 0), "it is not sent again");
}

#[tokio::test]
async fn the_portals_own_mail_that_comes_back_is_not_taken_in() {
    let (app, sink) = (portal().await, Sink::start().await);
    let about = a_mail(&app, &["hunitong@example.cn"]).await;
    sink.worker(&app).drain().await.unwrap();
    let mail = sink.mails().remove(0).data;
    let Ingested { code, said, .. } = ingest(&app, &["--recipient", "hunitong@example.cn"], mail.as_bytes()).await;
    assert!(code == Some(0) && said.contains("portal's own"), "{said}");
    let staff = app.staff().await;
    assert_eq!(drop_mail(&staff, mail.as_bytes()).await.location(), "/mails");
    staff.get("/mails").await.is(200).says("本系统自己发出的邮件");
    assert_eq!(mails::count(app.state.db.reader(), mails::Filter::All).await.unwrap(), 0);
    // Somebody else's with the same id is a mail like any other.
    for other in ["wang@elsewhere.cn", "g@example.cn"] {
        let forged = mail.replace("From: hunitong@example.cn", &format!("From: {other}"));
        assert!(taken(&app, &drop_mail(&staff, forged.as_bytes()).await).await.held.is_some(), "{other}");
    }
    assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Accepted);
}
