//! 发送情况: who sends, how fast, what is on its way, why mails failed, one mail as it was sent, and how long its text is
//! kept.

use std::{
    fs::File,
    time::{Duration, SystemTime},
};

use app::{
    audit::entity as audit,
    ids::DeliveryId,
    outbox::{
        self, Attachment, DeliveryState, NewMessage, Recipient, Subject, WorkerKind,
        entity::{content, delivery, message, worker},
        store::{self, Cause},
    },
    retention::{self, Removed},
    time::Instant,
    upkeep,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    builders::a_member,
    forms::post_changed,
    outbox::{a_mail, known},
    program::Program,
    replies::asked_back,
    smtp_sink::{At, Do, Sink},
    test_app::{Browser, TestApp},
};

/// A delivery as one state after another left it.
struct Past {
    state: DeliveryState,
    settled: Option<Instant>,
    code: Option<i32>,
    enhanced: Option<&'static str>,
    server: Option<&'static str>,
}

impl Past {
    fn settled(state: DeliveryState, at: Instant) -> Self {
        Self { state, settled: Some(at), code: None, enhanced: None, server: None }
    }

    fn refused(at: Instant, code: i32, enhanced: Option<&'static str>, server: &'static str) -> Self {
        let said = Self::settled(DeliveryState::Refused, at);
        Self { code: Some(code), enhanced, server: Some(server), ..said }
    }
}

/// Puts the deliveries about a thing, in their order, into these states.
async fn became(app: &TestApp, about: Uuid, past: &[Past]) {
    let found = outbox::status(app.state.db.reader(), "test", about).await.unwrap();
    assert_eq!(found.len(), past.len());
    let tx = app.tx().await;
    for (found, past) in found.iter().zip(past) {
        let row = delivery::ActiveModel {
            id: Set(found.delivery.id),
            state: Set(past.state),
            settled_at: Set(past.settled),
            tried_at: Set(past.settled),
            reply_code: Set(past.code),
            enhanced_code: Set(past.enhanced.map(str::to_owned)),
            server: Set(past.server.map(str::to_owned)),
            ..Default::default()
        };
        row.update(&*tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn many(app: &TestApp, n: usize) -> Uuid {
    let to: Vec<String> = (0..n).map(|i| format!("office{i}@example.cn")).collect();
    a_mail(app, &to.iter().map(String::as_str).collect::<Vec<_>>()).await
}

async fn workers(app: &TestApp) -> Vec<worker::Model> {
    worker::Entity::find().all(app.state.db.reader()).await.unwrap()
}

/// Looks again and again until it is so.
async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..1_000 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("in vain: {what}");
}

#[tokio::test]
async fn a_worker_is_seen_while_it_lives_and_gone_when_it_stops() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let staff = app.staff().await;
    staff.get("/outbox").await.is(200).says("0 个发送程序在运行").says("没有收到发邮件程序的心跳");
    let stop = CancellationToken::new();
    let running = tokio::spawn(sink.worker(&app).run(stop.clone()));
    until("the worker beats", async || workers(&app).await.len() == 1).await;
    let alive = workers(&app).await.remove(0);
    assert_eq!(alive.kind, WorkerKind::Mail);
    assert_eq!(alive.version, env!("CARGO_PKG_VERSION"));
    assert!(alive.beat_at >= alive.started_at);
    staff.get("/outbox").await.is(200).says("1 个发送程序在运行").says(&alive.id).says("秒前");
    stop.cancel();
    running.await.unwrap();
    assert_eq!(workers(&app).await, []);
}

#[tokio::test]
async fn the_program_has_two_workers_and_one_that_was_killed_is_silent_then_forgotten() {
    let app = TestApp::start().await;
    let program = Program::serve(&app).await;
    let staff = app.staff().await;
    until("both workers beat", async || workers(&app).await.len() == 2).await;
    staff.get("/outbox").await.is(200).says("2 个发送程序在运行").says("群消息");
    program.signal("KILL").await;
    program.ended().await;
    assert_eq!(workers(&app).await.len(), 2, "it had no time to say goodbye");
    app.state.clock.advance(61 * Instant::SECOND);
    staff.get("/outbox").await.is(200).says("0 个发送程序在运行").says("最近一次心跳是");
    upkeep::round(&app.state).await.unwrap();
    assert_eq!(workers(&app).await.len(), 2, "it is remembered for a day");
    app.state.clock.advance(Instant::DAY);
    upkeep::round(&app.state).await.unwrap();
    assert_eq!(workers(&app).await, []);

    let program = Program::serve(&app).await;
    until("the next workers beat", async || workers(&app).await.len() == 2).await;
    program.signal("TERM").await;
    assert!(program.ended().await.0.success());
    assert_eq!(workers(&app).await, []);
}

#[tokio::test]
async fn mail_that_nobody_sends_is_an_alarm_and_quiet_is_none() {
    const ALARM: &str = "没有程序在发送";
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let (staff, auditor) = (app.staff().await, app.auditor().await);
    app.state.clock.advance(Instant::HOUR);
    for page in ["/outbox", "/todo"] {
        staff.get(page).await.is(200).says_not(ALARM);
    }
    a_mail(&app, &["office@example.cn"]).await;
    staff.get("/todo").await.is(200).says_not(ALARM);
    app.state.clock.advance(3 * Instant::MINUTE);
    for page in ["/outbox", "/todo", "/outbox?state=failed"] {
        staff.get(page).await.is(200).says(ALARM);
        auditor.get(page).await.is(200).says(ALARM);
    }
    let member = a_member(&app).await;
    member.admin.get("/todo").await.is(200).says_not(ALARM);
    // A worker that is alive takes care of it, even while the server is away.
    sink.fail(At::Greeting, "", Do::Drop);
    let stop = CancellationToken::new();
    let running = tokio::spawn(sink.worker(&app).run(stop.clone()));
    until("the worker beats", async || workers(&app).await.len() == 1).await;
    for page in ["/outbox", "/todo"] {
        staff.get(page).await.is(200).says_not(ALARM);
    }
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn the_rates_count_the_last_hour_and_the_day_in_shanghai() {
    let app = TestApp::start().await;
    // Half past midnight there: the last hour began yesterday.
    let now = app.state.clock.now();
    let midnight = Instant::at(now.day(), 0, 0);
    app.state.clock.advance(midnight.plus(Instant::DAY + 30 * Instant::MINUTE).since(now));
    let now = app.state.clock.now();
    let ago = |minutes: i64| now.plus(-minutes * Instant::MINUTE);
    let about = many(&app, 8).await;
    let past = [
        Past::settled(DeliveryState::Accepted, now.plus(-20 * Instant::SECOND)),
        Past::settled(DeliveryState::Accepted, ago(10)),
        Past::settled(DeliveryState::Accepted, ago(40)),
        Past::settled(DeliveryState::Accepted, ago(90)),
        Past::settled(DeliveryState::Refused, ago(20)),
        Past::settled(DeliveryState::Cancelled, ago(5)),
        Past { settled: None, ..Past::settled(DeliveryState::Deferred, now) },
        Past { settled: None, ..Past::settled(DeliveryState::Queued, now) },
    ];
    became(&app, about, &past).await;
    let put_off = outbox::status(app.state.db.reader(), "test", about).await.unwrap();
    let put_off = put_off.iter().find(|found| found.delivery.state == DeliveryState::Deferred).unwrap();
    let tx = app.tx().await;
    let tried =
        delivery::ActiveModel { id: Set(put_off.delivery.id), tried_at: Set(Some(ago(3))), ..Default::default() };
    tried.update(&*tx).await.unwrap();
    tx.commit().await.unwrap();

    let rates = store::rates(app.state.db.reader(), now).await.unwrap();
    let of = |state| rates.of(state).map(|rate| (rate.hour, rate.today));
    assert_eq!(of(DeliveryState::Accepted), Some((3, 2)));
    assert_eq!(of(DeliveryState::Refused), Some((1, 1)));
    assert_eq!(of(DeliveryState::Cancelled), Some((1, 1)));
    assert_eq!(of(DeliveryState::Deferred), Some((1, 1)));
    assert_eq!(of(DeliveryState::Queued), None);
    assert_eq!((rates.minute, rates.more), (1, false));
    // Seen in the afternoon, the hour lies within the day.
    let later = store::rates(app.state.db.reader(), now.plus(14 * Instant::HOUR)).await.unwrap();
    let of = |state| later.of(state).map(|rate| (rate.hour, rate.today));
    assert_eq!(of(DeliveryState::Accepted), Some((0, 2)));
    let page = app.staff().await.get("/outbox").await.is(200);
    page.says("最近一小时").says("最近一分钟 1 封").says("没有送到的原因").says("最早的一封写于");
}

#[tokio::test]
async fn a_worker_notes_when_it_tried_what_was_put_off() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "office", Do::Say("450 4.2.0 greylisted"));
    let about = a_mail(&app, &["office@example.cn"]).await;
    sink.worker(&app).drain().await.unwrap();
    let found = known(&app, about).await.delivery;
    assert_eq!(found.state, DeliveryState::Deferred);
    assert!(found.tried_at.is_some());
    let rates = store::rates(app.state.db.reader(), app.state.clock.now()).await.unwrap();
    assert_eq!(rates.of(DeliveryState::Deferred).map(|rate| rate.hour), Some(1));
    app.staff().await.get(&format!("/outbox/{}", found.id)).await.is(200).says("最近一次尝试");
}

#[tokio::test]
async fn failures_are_grouped_by_what_was_said_and_a_group_leads_to_its_mails() {
    let app = TestApp::start().await;
    let now = app.state.clock.now();
    let about = many(&app, 6).await;
    let past = [
        Past::refused(now, 550, Some("5.1.1"), "mx.one.cn"),
        Past::refused(now, 550, Some("5.1.1"), "mx.one.cn"),
        Past::refused(now, 550, Some("5.1.1"), "mx & two.cn"),
        Past::refused(now, 550, None, "mx.one.cn"),
        Past::settled(DeliveryState::GivenUp, now),
        Past::refused(now, 554, Some("5.7.1"), "mx.one.cn"),
    ];
    became(&app, about, &past).await;
    let all = outbox::status(app.state.db.reader(), "test", about).await.unwrap();
    let staff = app.staff().await;
    staff.post(&format!("/outbox/{}/handled", all[5].delivery.id), &[]).await.is(303);

    let (causes, others) = store::causes(app.state.db.reader()).await.unwrap();
    assert!(!others);
    let gone = |server: &str| Cause {
        state: DeliveryState::Refused,
        code: Some(550),
        enhanced: Some("5.1.1".to_owned()),
        server: Some(server.to_owned()),
    };
    assert_eq!(causes.len(), 4, "what was dealt with is no longer there: {causes:?}");
    assert_eq!(causes[0], (gone("mx.one.cn"), 2));
    assert!(causes.contains(&(gone("mx & two.cn"), 1)));
    let page = staff.get("/outbox").await.is(200).says("没有这个地址 (550 5.1.1)").says("服务器没有给出代码");
    let links: Vec<String> = page
        .text
        .split("href=\"/outbox?state=failed&amp;")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"))
        .collect();
    assert_eq!(links.len(), 4);
    let mut found = 0;
    for link in links {
        let list = staff.get(&format!("/outbox?state=failed&{link}")).await.is(200).says("只显示没有送到");
        let rows = list.text.matches("<th scope=\"row\"><a href=\"/outbox/").count();
        assert!((1..=2).contains(&rows), "{link}: {rows}");
        assert!(list.text.contains(&format!("/outbox.xlsx?state=failed&amp;{}", link.replace('&', "&amp;"))));
        found += rows;
    }
    assert_eq!(found, 5);
    // An address that makes no sense shows what it can.
    for query in ["state=failed&is=nonsense&code=x", "state=failed&is=refused&code=99999999999&server=%00"] {
        staff.get(&format!("/outbox?{query}")).await.is(200);
    }
}

#[tokio::test]
async fn a_long_mailing_shows_how_far_it_is() {
    const HEADING: &str = "正在发送的群发邮件";
    let app = TestApp::start().await;
    let staff = app.staff().await;
    many(&app, 20).await;
    staff.get("/outbox").await.is(200).says_not(HEADING);
    let about = many(&app, 30).await;
    staff.get("/outbox").await.is(200).says(HEADING).says("共 30 封，还剩 30 封").says("还不知道要多久");
    let now = app.state.clock.now();
    let mut past: Vec<Past> = (0..10).map(|_| Past::settled(DeliveryState::Accepted, now)).collect();
    past.extend((0..5).map(|_| Past { settled: None, ..Past::settled(DeliveryState::Deferred, now) }));
    past.extend((0..15).map(|_| Past { settled: None, ..Past::settled(DeliveryState::Queued, now) }));
    became(&app, about, &past).await;
    let mailings = store::mailings(app.state.db.reader(), Some(("test", about))).await.unwrap();
    assert_eq!(mailings.len(), 1);
    assert_eq!((mailings[0].total, mailings[0].waiting, mailings[0].put_off), (30, 20, 5));
    let page = staff.get("/outbox").await.is(200).says("共 30 封，还剩 20 封").says("大约还要 2 分钟");
    let page = page.says("其中 5 封稍后再试").says("<progress").says("刷新");
    assert!(!page.text.contains("http-equiv=\"refresh\""));
    staff.post("/outbox/pause", &[]).await.is(303);
    staff.get("/outbox").await.is(200).says("邮件暂停中，恢复后继续").says_not("大约还要");
    past.iter_mut().for_each(|past| past.settled = Some(now));
    became(&app, about, &past).await;
    staff.get("/outbox").await.is(200).says_not(HEADING);
}

#[tokio::test]
async fn a_notice_shows_how_far_its_mail_is() {
    let app = TestApp::start().await;
    for _ in 0..21 {
        a_member(&app).await;
    }
    let staff = app.staff().await;
    let notice = crate::notices::a_notice(&staff, &[]).await;
    let follow = format!("{notice}/members");
    let total = delivery::Entity::find().count(app.state.db.reader()).await.unwrap();
    assert!(total > 20);
    staff.get(&follow).await.is(200).says(&format!("共 {total} 封，还剩 {total} 封")).says("刷新进度");
    let sink = Sink::start().await;
    sink.worker(&app).drain().await.unwrap();
    staff.get(&follow).await.is(200).says_not("刷新进度");
}

/// A mail with a paper to two who see each other, and one of its deliveries.
async fn a_mail_with_a_paper(app: &TestApp, about: &Subject) -> (DeliveryId, String) {
    let hash = app.state.files.keep(bytes::Bytes::from_static(b"%PDF-1.7 paper")).await.unwrap();
    let to = [("邵先生", "shaobing@shdata.com"), ("王厂长", "wang@example.cn")];
    let tx = app.tx().await;
    let new = NewMessage {
        about: about.clone(),
        title: "哨兵安装申请：徐泾建材有限公司一号粉磨站".to_owned(),
        text: ".开头有点的一行\n\n请见附件。".to_owned(),
        html: Some("<p>请见附件。</p>".to_owned()),
        reply_to: Some("wang@example.cn".to_owned()),
        attachments: vec![Attachment {
            name: "数字哨兵安装申请表.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            hash: hash.clone(),
        }],
        recipients: to
            .map(|(name, email)| Recipient { name: name.to_owned(), email: email.to_owned(), member: None })
            .to_vec(),
        shown_together: true,
    };
    let message = outbox::enqueue(&tx, &app.state.options, new).await.unwrap();
    tx.commit().await.unwrap();
    let mine = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message));
    let mine = mine.filter(delivery::Column::Email.eq("wang@example.cn")).one(app.state.db.reader()).await.unwrap();
    (mine.unwrap().id, hash)
}

#[tokio::test]
async fn the_mail_as_it_was_sent_is_what_the_server_got_to_the_byte() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let staff = app.staff().await;
    let about = Subject { kind: "test", id: Uuid::now_v7() };
    a_mail_with_a_paper(&app, &about).await;
    let (id, _) = a_mail_with_a_paper(&app, &about).await;
    let path = format!("/outbox/{id}/mail.eml");
    let before = staff.get(&path).await.is(200);
    app.state.clock.advance(Instant::HOUR);
    sink.worker(&app).drain().await.unwrap();
    // A later mail of the conversation changes nothing of this one.
    a_mail_with_a_paper(&app, &about).await;
    let answer = staff.get(&path).await.is(200);
    assert_eq!(answer.headers["content-type"], "message/rfc822");
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let rfc_id = store::whole(app.state.db.reader(), id).await.unwrap().message.rfc_id.clone();
    let sent = sink.mails();
    let mine = |mail: &&crate::smtp_sink::Mail| {
        mail.to == "wang@example.cn" && mail.header("Message-ID") == format!("<{rfc_id}>")
    };
    let sent = sent.iter().find(mine).unwrap();
    assert!(!sent.header("References").is_empty() && sent.header("Cc").contains("wang@example.cn"));
    // The first line is the envelope's, which the server that takes a mail over puts there.
    let (envelope, data) = sent.data.split_once("\r\n").unwrap();
    assert!(envelope.starts_with("Return-Path:"));
    assert_eq!(String::from_utf8(answer.bytes.clone()).unwrap(), data);
    assert_eq!(answer.bytes, before.bytes, "also before it left");
    staff.get(&format!("/outbox/{id}")).await.is(200).says(&path);

    app.auditor().await.get(&path).await.is(403);
    app.auditor().await.get(&format!("/outbox/{id}")).await.is(200).says_not(&path);
    a_member(&app).await.admin.get(&path).await.is(403);
    staff.get(&format!("/outbox/{}/mail.eml", Uuid::now_v7())).await.is(404);
}

#[tokio::test]
async fn a_mail_for_one_person_alone_is_not_handed_out() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    for kind in [Subject::ACCOUNT_LINK, Subject::PERSON] {
        let (id, _) = a_mail_with_a_paper(&app, &Subject { kind, id: Uuid::now_v7() }).await;
        let refused = staff.get(&format!("/outbox/{id}/mail.eml")).await.is(409).says("只给收件人本人看");
        assert!(!refused.text.contains("请见附件"));
        staff.get(&format!("/outbox/{id}")).await.is(200).says_not("mail.eml");
    }
}

#[tokio::test]
async fn a_mail_whose_paper_is_lost_says_why_it_cannot_be_shown() {
    let app = TestApp::start().await;
    let (id, hash) = a_mail_with_a_paper(&app, &Subject { kind: "test", id: Uuid::now_v7() }).await;
    std::fs::remove_file(app.folder.path().join("files").join(&hash[..2]).join(&hash)).unwrap();
    app.staff().await.get(&format!("/outbox/{id}/mail.eml")).await.is(409).says("数据目录里缺少附件");
}

async fn the_message(app: &TestApp, id: DeliveryId) -> message::Model {
    (*store::whole(app.state.db.reader(), id).await.unwrap().message).clone()
}

#[tokio::test]
async fn texts_go_after_the_time_that_is_set_and_the_evidence_stays() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = Subject { kind: "test", id: Uuid::now_v7() };
    let (id, hash) = a_mail_with_a_paper(&app, &about).await;
    sink.worker(&app).drain().await.unwrap();
    let evidence = |d: delivery::Model| (d.state, d.server, d.tls, d.reply, d.settled_at, d.email, d.name);
    let before = evidence(store::whole(app.state.db.reader(), id).await.unwrap().delivery);
    // The same again, later: it keeps the paper for itself.
    app.state.clock.advance(300 * Instant::DAY);
    let staff = app.staff().await;
    let again = staff.post(&format!("/outbox/{id}/resend"), &[("email", "new@example.cn"), ("once", "")]).await.is(303);
    let again: DeliveryId = again.location().rsplit('/').next().unwrap().parse().unwrap();
    // What is still to leave keeps its text however old it is.
    let (waiting, _) = a_mail_with_a_paper(&app, &about).await;
    app.state.clock.advance(64 * Instant::DAY);
    assert_eq!(retention::round(&app.state).await.unwrap(), Removed::default());
    app.state.clock.advance(2 * Instant::DAY);
    let removed = retention::round(&app.state).await.unwrap();
    assert_eq!(removed, Removed { sent: 1, received: 0 });
    assert_eq!(retention::round(&app.state).await.unwrap(), Removed::default(), "once");

    let message = the_message(&app, id).await;
    assert_eq!((message.body_text.as_str(), message.body_html.as_deref()), ("", None));
    assert!(message.title.starts_with("哨兵安装申请") && !message.rfc_id.is_empty());
    assert_eq!(evidence(store::whole(app.state.db.reader(), id).await.unwrap().delivery), before);
    assert!(!the_message(&app, again).await.body_text.is_empty());
    let staff = app.staff().await;
    let page = staff.get(&format!("/outbox/{id}")).await.is(200).says("数字哨兵安装申请表.pdf").says("kept as 4711");
    page.says("366 天").says("正文和附件已于").says_not("请见附件").says_not("mail.eml").says_not("/resend");
    staff.get(&format!("/outbox/{id}/mail.eml")).await.is(409).says("已超过保存天数");
    let resend = [("email", "x@example.cn"), ("once", "")];
    staff.post(&format!("/outbox/{id}/resend"), &resend).await.is(409).says("已超过保存天数");
    staff.get(&format!("/outbox/{again}/mail.eml")).await.is(200);
    app.auditor().await.get("/audit").await.is(200).says("删除了超过保存天数的邮件正文");
    let noted = audit::Entity::find().filter(audit::Column::Act.eq("mail.texts_removed"));
    assert_eq!(noted.count(app.state.db.reader()).await.unwrap(), 1);

    // A shorter time: all that is settled goes, and at last the paper itself.
    let admin = app.admin().await;
    let form = admin.get("/settings/retention").await.is(200).says("365");
    post_changed(&admin, "/settings/retention", &form, &[("bodies_days", "30")]).await.is(303);
    sink.worker(&app).drain().await.unwrap();
    let removed = retention::round(&app.state).await.unwrap();
    assert_eq!(removed, Removed { sent: 2, received: 0 });
    for id in [again, waiting] {
        assert!(the_message(&app, id).await.text_removed_at.is_some());
    }
    assert_eq!(content::Entity::find().count(app.state.db.reader()).await.unwrap(), 0);
    let place = app.folder.path().join("files").join(&hash[..2]).join(&hash);
    File::options().write(true).open(&place).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    upkeep::round(&app.state).await.unwrap();
    assert!(!place.exists());
}

#[tokio::test]
async fn many_texts_go_in_several_transactions() {
    let app = TestApp::start().await;
    let now = app.state.clock.now();
    let tx = app.tx().await;
    for n in 0..1_100 {
        let id = app::ids::MessageId::new();
        let row = message::ActiveModel {
            id: Set(id),
            rfc_id: Set(format!("{n}@example.cn")),
            about_kind: Set("test".to_owned()),
            about_id: Set(id.0),
            sender: Set("hunitong@example.cn".to_owned()),
            reply_to: Set(None),
            title: Set("旧信".to_owned()),
            body_text: Set("旧的正文".to_owned()),
            body_html: Set(None),
            attachments: Set("[]".to_owned()),
            thread: Set(String::new()),
            shown_together: Set(false),
            created_at: Set(now.plus(-400 * Instant::DAY)),
            text_removed_at: Set(None),
        };
        message::Entity::insert(row).exec_without_returning(&*tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(retention::round(&app.state).await.unwrap(), Removed { sent: 1_100, received: 0 });
    let left = message::Entity::find().filter(message::Column::BodyText.ne(""));
    assert_eq!(left.count(app.state.db.reader()).await.unwrap(), 0);
}

/// Drops a mail with a paper on the page; gives its page.
async fn dropped(staff: &Browser, subject: &str) -> String {
    let paper = lettre::message::Attachment::new("车辆清单.pdf".to_owned())
        .body(b"%PDF-1.7\n%%EOF\n".to_vec(), lettre::message::header::ContentType::parse("application/pdf").unwrap());
    let text = lettre::message::SinglePart::plain("共十二辆车".to_owned());
    let mail = lettre::Message::builder()
        .from("王厂长 <wang@elsewhere.cn>".parse().unwrap())
        .to("hunitong@example.cn".parse().unwrap())
        .subject(subject)
        .message_id(None)
        .multipart(lettre::message::MultiPart::mixed().singlepart(text).singlepart(paper))
        .unwrap()
        .formatted();
    let answer = staff.upload("/mails", &[], &[("mail", "来信.eml", &mail)]).await.is(303);
    answer.location().to_owned()
}

#[tokio::test]
async fn mails_that_came_in_lose_their_texts_once_somebody_dealt_with_them() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let (done, open) = (dropped(&staff, "已处理的来信").await, dropped(&staff, "没人管的来信").await);
    staff.post(&format!("{done}/aside"), &[]).await.is(303);
    staff.get(&done).await.is(200).says("共十二辆车").says("车辆清单.pdf");
    app.state.clock.advance(366 * Instant::DAY);
    assert_eq!(retention::round(&app.state).await.unwrap(), Removed { sent: 0, received: 1 });
    let staff = app.staff().await;
    let page =
        staff.get(&done).await.is(200).says("已处理的来信").says("wang@elsewhere.cn").says("正文、原件和附件已于");
    page.says_not("共十二辆车").says_not("车辆清单.pdf").says_not("/raw");
    staff.get(&format!("{done}/raw")).await.is(409).says("已超过保存天数");
    staff.get(&open).await.is(200).says("共十二辆车").says("车辆清单.pdf");
    staff.get(&format!("{open}/raw")).await.is(200);
}

#[tokio::test]
async fn an_admin_sets_how_long_texts_are_kept_within_bounds() {
    let app = TestApp::start().await;
    let (admin, auditor) = (app.admin().await, app.auditor().await);
    let page = admin.get("/settings/retention").await.is(200).says("365");
    for days in ["29", "3651", "", "很久", "-1"] {
        let answer = post_changed(&admin, "/settings/retention", &page, &[("bodies_days", days)]).await.is(422);
        answer.says("f-bodies_days-error");
    }
    post_changed(&admin, "/settings/retention", &page, &[("bodies_days", "90")]).await.is(303);
    let stale = post_changed(&admin, "/settings/retention", &page, &[("bodies_days", "60")]).await.is(409);
    stale.says(">90<").says(">60<");
    admin.get("/settings/retention").await.is(200).says("value=\"90\"");
    auditor.get("/settings/retention").await.is(200).says("disabled").says_not(">保存<");
    auditor.post("/settings/retention", &[]).await.is(403);
    app.staff().await.post("/settings/retention", &[]).await.is(403);
    auditor.get("/audit").await.is(200).says("保存天数");
}

#[tokio::test]
async fn an_issue_keeps_its_story_when_the_texts_of_its_mails_are_gone() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let member = a_member(&app).await;
    let issue = asked_back(&app, &member, &app.staff().await).await;
    assert!(sink.worker(&app).drain().await.unwrap() > 0);
    app.state.clock.advance(366 * Instant::DAY);
    assert!(retention::round(&app.state).await.unwrap().sent > 0);
    let staff = app.staff().await;
    staff.get(&format!("/issues/{issue}")).await.is(200).says("散装车能否进城").says("邮件服务器已接收");
}
