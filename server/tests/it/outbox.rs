//! Mail that leaves, seen from both ends: what the mail server got, and what the portal says it knows.

use std::process::Stdio;

use app::{
    outbox::{self, Attachment, DeliveryState, NewMessage, PauseReason, Recipient, Subject, store},
    time::Instant,
};
use sea_orm::EntityTrait;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::{
    smtp_sink::{At, Do, Sink, trust},
    test_app::TestApp,
};

/// Puts a mail to these addresses into the outbox and gives the id of the thing that it is about.
pub async fn a_mail(app: &TestApp, to: &[&str]) -> Uuid {
    let about = Uuid::now_v7();
    let tx = app.tx().await;
    let new = mail_of(Subject { kind: "test", id: about }, to);
    outbox::enqueue(&tx, &app.state.options, new).await.unwrap();
    tx.commit().await.unwrap();
    about
}

pub fn mail_of(about: Subject, to: &[&str]) -> NewMessage {
    let recipients = to.iter().map(|email| Recipient {
        name: "徐泾建材有限公司".to_owned(),
        email: (*email).to_owned(),
        member: None,
    });
    NewMessage {
        about,
        title: "关于六月份水泥供应情况的通知：请各会员单位于本周五前完成填报并确认收悉".to_owned(),
        text: format!("各会员单位：\n\n{}\n.\n此致", "请按时填报。".repeat(300)),
        html: Some("<p>各会员单位：请按时填报。</p>".to_owned()),
        reply_to: None,
        attachments: Vec::new(),
        recipients: recipients.collect(),
        shown_together: false,
    }
}

/// The one delivery about a thing, as it is known now.
pub async fn known(app: &TestApp, about: Uuid) -> store::Found {
    let mut all = outbox::status(app.state.db.reader(), "test", about).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[tokio::test]
async fn an_accepted_mail_keeps_the_servers_reply_and_lands_whole() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = a_mail(&app, &["office@example.cn"]).await;
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 1);
    let found = known(&app, about).await;
    assert_eq!(found.delivery.state, DeliveryState::Accepted);
    assert_eq!(found.delivery.reply_code, Some(250));
    assert_eq!(found.delivery.enhanced_code.as_deref(), Some("2.0.0"));
    assert_eq!(found.delivery.reply.as_deref(), Some("2.0.0 kept as 4711"));
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.to, "office@example.cn");
    assert_eq!(mail.header("Message-ID"), format!("<{}>", found.message.rfc_id));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.header("Date").ends_with("+0000") && mail.header("From").contains("hunitong@example.cn"));
    assert!(mail.header("Content-Type").starts_with("multipart/alternative"));
    assert!(mail.data.is_ascii(), "7-bit");
    assert!(mail.data.lines().all(|line| line.len() <= 998));
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 0, "it does not leave twice");
}

#[tokio::test]
async fn an_attached_file_keeps_its_chinese_name_and_its_bytes() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let hash = app.state.files.keep(bytes::Bytes::from_static(b"%PDF-1.7 test")).await.unwrap();
    let tx = app.tx().await;
    let to = ["shaobing@shdata.com", "me@example.cn"];
    let new = NewMessage {
        about: Subject { kind: "test", id: Uuid::now_v7() },
        title: "哨兵安装申请".to_owned(),
        text: "见附件".to_owned(),
        html: None,
        reply_to: Some("me@example.cn".to_owned()),
        attachments: vec![Attachment {
            name: "数字哨兵安装申请表.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            hash,
        }],
        recipients: to
            .iter()
            .map(|email| Recipient { name: String::new(), email: (*email).to_owned(), member: None })
            .collect(),
        shown_together: true,
    };
    outbox::enqueue(&tx, &app.state.options, new).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 2);
    let mails = sink.mails();
    assert_eq!(mails.len(), 2, "an envelope for each");
    for mail in mails {
        assert_eq!(mail.header("To"), "shaobing@shdata.com");
        assert_eq!(mail.header("Cc"), "me@example.cn");
        assert_eq!(mail.header("Reply-To"), "me@example.cn");
        let name: String = "数字".bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert!(mail.data.contains("filename*0*=utf-8''") && mail.data.contains(&name), "{}", mail.data);
        assert!(mail.data.contains("JVBERi0xLjcgdGVzdA=="));
        assert_eq!(attached_as_others_read(&mail.data).await, "数字哨兵安装申请表.pdf|%PDF-1.7 test");
    }
}

/// Name and content of the first attachment as Python's mail parser finds them.
async fn attached_as_others_read(data: &str) -> String {
    const READ: &str = "import email, email.policy, sys\n\
        mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)\n\
        part = next(mail.iter_attachments())\n\
        sys.stdout.buffer.write((part.get_filename() + '|').encode() + part.get_payload(decode=True))";
    let mut python = tokio::process::Command::new("python3");
    let pipes = python.args(["-c", READ]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(data.as_bytes()).await.unwrap();
    String::from_utf8(child.wait_with_output().await.unwrap().stdout).unwrap()
}

#[tokio::test]
async fn later_mails_of_a_conversation_name_the_earlier_ones() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let about = Uuid::now_v7();
    for kind in ["test", "test", "test", Subject::PERSON, Subject::PERSON] {
        let tx = app.tx().await;
        let new = mail_of(Subject { kind, id: about }, &["office@example.cn"]);
        outbox::enqueue(&tx, &app.state.options, new).await.unwrap();
        tx.commit().await.unwrap();
    }
    sink.worker(&app).drain().await.unwrap();
    // Message-IDs begin with the time of writing; mails to one person do not wait for others.
    let mut mails = sink.mails();
    mails.sort_by_key(|mail| mail.header("Message-ID"));
    let id = |n: usize| mails[n].header("Message-ID");
    let named = |n: usize| (mails[n].header("In-Reply-To"), mails[n].header("References"));
    assert_eq!(named(0), (String::new(), String::new()));
    assert_eq!(named(1), (id(0), id(0)));
    assert_eq!(named(2), (id(1), format!("{} {}", id(0), id(1))));
    assert_eq!((named(3), named(4)), (named(0), named(0)), "mails to one person alone are no conversation");
}

#[tokio::test]
async fn without_a_server_a_mail_is_tried_for_four_days_and_then_given_up() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let worker = sink.worker_at(&app, &format!("smtp://127.0.0.1:{nobody}"));
    let about = a_mail(&app, &["office@example.cn"]).await;
    let began = app.state.clock.now();
    let mut attempts = 0;
    while known(&app, about).await.delivery.settled_at.is_none() {
        attempts += worker.drain().await.unwrap();
        let next = known(&app, about).await.delivery.next_at;
        app.state.clock.advance(next.since(app.state.clock.now()).max(0) + Instant::SECOND);
        assert!(attempts < 50);
    }
    let found = known(&app, about).await;
    assert_eq!(found.delivery.state, DeliveryState::GivenUp);
    let days = found.delivery.settled_at.unwrap().since(began) / Instant::HOUR;
    assert!((95..=97).contains(&days), "{days} hours");
    app.staff().await.get("/todo").await.is(200).says("1 封邮件没有送到");
}

#[tokio::test]
async fn one_recipient_refused_does_not_keep_the_others_from_getting_it() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "gone", Do::Say("550 5.1.1 unknown"));
    sink.fail(At::Rcpt, "grey", Do::Say("451 4.7.1 later"));
    let about = a_mail(&app, &["a@example.cn", "gone@example.cn", "grey@example.cn", "b@example.cn"]).await;
    sink.worker(&app).drain().await.unwrap();
    let states: Vec<(String, DeliveryState)> = outbox::status(app.state.db.reader(), "test", about)
        .await
        .unwrap()
        .into_iter()
        .map(|found| (found.delivery.email, found.delivery.state))
        .collect();
    let expected = [
        ("a@example.cn", DeliveryState::Accepted),
        ("gone@example.cn", DeliveryState::Refused),
        ("grey@example.cn", DeliveryState::Deferred),
        ("b@example.cn", DeliveryState::Accepted),
    ];
    assert_eq!(states, expected.map(|(email, state)| (email.to_owned(), state)));
    assert_eq!(sink.mails().len(), 2);
    assert_eq!(sink.connections(), 1, "one connection serves all");
}

#[tokio::test]
async fn a_wrong_password_pauses_the_queue_uses_no_attempt_and_ends_by_itself() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Auth, "", Do::Say("535 5.7.8 wrong password"));
    let worker = sink.worker_at(&app, &format!("smtp://u:p@127.0.0.1:{}", sink.port));
    let about = a_mail(&app, &["office@example.cn"]).await;
    worker.drain().await.unwrap();
    let pause = store::pause(app.state.db.reader()).await.unwrap().unwrap();
    assert_eq!(pause.reason, PauseReason::SigningIn);
    assert!(pause.words.contains("535") && pause.words.contains("wrong password"), "{}", pause.words);
    let waiting = known(&app, about).await.delivery;
    assert_eq!((waiting.state, waiting.attempts), (DeliveryState::Queued, 0));
    let connections = sink.connections();
    assert_eq!(worker.drain().await.unwrap(), 0);
    assert_eq!(sink.connections(), connections, "nothing is tried while it is paused");
    app.state.clock.advance(4 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 0, "the probe fails");
    assert_eq!(sink.connections(), connections + 1);
    sink.behave();
    app.state.clock.advance(4 * Instant::MINUTE);
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Accepted);
}

#[tokio::test]
async fn encryption_that_is_asked_for_is_never_gone_without() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    for url in ["smtp://127.0.0.1:{}?tls=required", "smtps://127.0.0.1:{}"] {
        let worker = sink.worker_at(&app, &url.replace("{}", &sink.port.to_string()));
        a_mail(&app, &["office@example.cn"]).await;
        worker.drain().await.unwrap();
        let pause = store::pause(app.state.db.reader()).await.unwrap().unwrap();
        assert_eq!(pause.reason, PauseReason::Encryption, "{url}: {}", pause.words);
        let tx = app.tx().await;
        store::resume_queue(&tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_pauses_the_queue_until_its_authority_is_set() {
    let (app, sink) = (TestApp::start().await, Sink::encrypting().await);
    let staff = app.staff().await;
    let url = format!("smtp://office:secret@127.0.0.1:{}?tls=required", sink.port);
    let about = a_mail(&app, &["office@example.cn"]).await;
    sink.worker_at(&app, &url).drain().await.unwrap();
    let pause = store::pause(app.state.db.reader()).await.unwrap().unwrap();
    assert_eq!(pause.reason, PauseReason::Encryption);
    assert!(pause.words.contains("TLS") && pause.words.contains("certificate"), "{}", pause.words);
    let waiting = known(&app, about).await.delivery;
    assert_eq!((waiting.state, waiting.attempts), (DeliveryState::Queued, 0));
    assert!(sink.mails().is_empty());
    staff.get("/todo").await.is(200).says("起暂停发送").says(&pause.words);
    staff.get("/outbox").await.is(200).says("没有一封丢失");

    app.state.clock.advance(4 * Instant::MINUTE);
    assert_eq!(sink.worker_trusting(&app, &url, &trust(true)).drain().await.unwrap(), 1);
    let sent = known(&app, about).await.delivery;
    assert_eq!((sent.state, sent.tls.as_deref()), (DeliveryState::Accepted, Some("TLSv1_3")));
    assert_eq!(sink.mails().len(), 1);
    staff.get("/todo").await.is(200).says_not("起暂停发送");
}

#[tokio::test]
async fn without_a_mail_server_and_with_demo_data_mails_become_files() {
    let app = TestApp::start().await;
    let sink = Sink::start().await;
    let tx = app.tx().await;
    app::settings::mark_demo(&tx).await.unwrap();
    tx.commit().await.unwrap();
    // 192.0.2.0/24 is for documentation: nobody is there, and nobody must be asked.
    let worker = sink.worker_at(&app, "smtp://192.0.2.1");
    let about = a_mail(&app, &["office@example.cn"]).await;
    worker.drain().await.unwrap();
    let found = known(&app, about).await;
    assert_eq!(found.delivery.state, DeliveryState::Written);
    let text = std::fs::read_to_string(app.folder.path().join(found.delivery.reply.unwrap())).unwrap();
    assert!(text.contains(&found.message.rfc_id));
    let about = a_mail(&app, &["office@example.cn"]).await;
    sink.worker(&app).drain().await.unwrap();
    assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Accepted, "this machine's server may have it");
}

#[tokio::test]
async fn staff_see_a_failed_mail_mend_its_address_and_send_it_again() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, "wrong", Do::Say("550 5.1.1 no such mailbox: <Wrong@Example.cn>"));
    let about = a_mail(&app, &["wrong@example.cn"]).await;
    let worker = sink.worker(&app);
    worker.drain().await.unwrap();
    let staff = app.staff().await;
    staff.get("/todo").await.is(200).says("1 封邮件没有送到");
    let path = format!("/outbox/{}", known(&app, about).await.delivery.id);
    staff.get("/outbox?state=failed").await.is(200).says(&path);
    staff.get(&path).await.is(200).says("no such mailbox").says("请按时填报").says("wrong@example.cn");
    let auditor = app.auditor().await;
    auditor.get(&path).await.is(200).says("w***@example.cn").says_not("rong@").says_not("请按时填报");
    let resend = format!("{path}/resend");
    staff.post(&resend, &[("email", "not an address")]).await.is(422).says("not an address");
    let once = Uuid::now_v7().to_string();
    let fields = [("email", "right@example.cn"), ("once", once.as_str())];
    let newer = staff.post(&resend, &fields).await.is(303).location().to_owned();
    staff.post(&resend, &fields).await.is(303);
    assert_eq!(worker.drain().await.unwrap(), 1, "a second click sends nothing more");
    assert_eq!(sink.mails()[0].to, "right@example.cn");
    staff.get(&newer).await.is(200).says("邮件服务器已接收").says(&path);
    staff.get(&path).await.is(200).says(&newer);
    staff.get("/todo").await.is(200).says_not("封邮件没有送到");
}

#[tokio::test]
async fn staff_pause_cancel_and_resume() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let staff = app.staff().await;
    staff.post("/outbox/pause", &[]).await.is(303);
    let (one, two) = (a_mail(&app, &["a@example.cn"]).await, a_mail(&app, &["b@example.cn"]).await);
    let worker = sink.worker(&app);
    app.state.clock.advance(Instant::HOUR);
    assert_eq!(worker.drain().await.unwrap(), 0, "a pause by hand is released by hand");
    staff.get("/todo").await.is(200).says("暂停发送");
    let now = format!("/outbox/{}/try-now", known(&app, two).await.delivery.id);
    let later = staff.post(&now, &[]).await.is(303);
    staff.get(later.location()).await.is(200).says("现在暂停发送；恢复发送后它马上就发。");
    assert_eq!(worker.drain().await.unwrap(), 0, "trying at once lifts no pause");
    let cancel = format!("/outbox/{}/cancel", known(&app, one).await.delivery.id);
    staff.post(&cancel, &[]).await.is(303);
    staff.post(&cancel, &[]).await.is(409);
    staff.post("/outbox/resume", &[]).await.is(303);
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(known(&app, one).await.delivery.state, DeliveryState::Cancelled);
    assert_eq!(known(&app, two).await.delivery.state, DeliveryState::Accepted);
}

#[tokio::test]
async fn the_list_goes_page_by_page() {
    let app = TestApp::start().await;
    let addresses: Vec<String> = (0..60).map(|n| format!("m{n:02}@example.cn")).collect();
    a_mail(&app, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let staff = app.staff().await;
    let first = staff.get("/outbox?state=waiting").await.is(200).says("m59@").says_not("m09@").says("共 60 条");
    let after = first.text.split("after=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let last = staff.get(&format!("/outbox?state=waiting&after={after}")).await.is(200).says("m09@").says_not("m10@");
    let before = last.text.split("before=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let back = staff.get(&format!("/outbox?state=waiting&before={before}")).await.is(200);
    back.says("m59@").says("m10@").says_not("m09@").says("rel=\"next\"").says_not("rel=\"prev\"");
}

#[tokio::test]
async fn a_pause_by_hand_takes_the_place_of_one_that_would_end_by_itself() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let staff = app.staff().await;
    sink.fail(At::Auth, "", Do::Say("535 5.7.8 wrong password"));
    let worker = sink.worker_at(&app, &format!("smtp://u:p@127.0.0.1:{}", sink.port));
    a_mail(&app, &["office@example.cn"]).await;
    worker.drain().await.unwrap();
    staff.get("/outbox").await.is(200).says("不接受设置的账号");
    // The probe of a worker had begun before.
    staff.post("/outbox/pause", &[]).await.is(303);
    let tx = app.tx().await;
    assert!(!store::resume_after_probe(&tx).await.unwrap());
    tx.commit().await.unwrap();
    staff.get("/outbox").await.is(200).says("邮件已暂停发送").says("人工暂停").says("测试员");
    sink.behave();
    app.state.clock.advance(Instant::HOUR);
    let (connections, commits) = (sink.connections(), app.state.db.commits());
    assert_eq!(worker.drain().await.unwrap(), 0);
    assert_eq!((sink.connections(), app.state.db.commits()), (connections, commits), "it is left in peace");
    staff.post("/outbox/pause", &[]).await.is(303);
    staff.get("/outbox").await.is(200).says("没有改动");
    staff.post("/outbox/resume", &[]).await.is(303);
    assert_eq!(worker.drain().await.unwrap(), 1);
    staff.post("/outbox/resume", &[]).await.is(303);
    staff.get("/outbox").await.is(200).says("邮件没有暂停");
    let tx = app.tx().await;
    assert!(store::pause_queue(&tx, PauseReason::ByHand, "", &outbox::Schedule::default()).await.unwrap());
    tx.commit().await.unwrap();
    staff.get("/outbox").await.is(200).says("服务器命令行").says_not("秘书处暂停");
}

#[tokio::test]
async fn what_was_possibly_delivered_can_be_kept_from_being_repeated() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Dot, "", Do::Drop);
    let about = a_mail(&app, &["office@example.cn"]).await;
    let worker = sink.worker(&app);
    worker.drain().await.unwrap();
    sink.behave();
    let staff = app.staff().await;
    let path = format!("/outbox/{}", known(&app, about).await.delivery.id);
    staff.get(&path).await.is(200).says("不再补发");
    staff.post(&format!("{path}/cancel"), &[]).await.is(303);
    staff.get(&path).await.is(200).says("可能已送达").says_not("不再补发");
    staff.get("/todo").await.is(200).says_not("封邮件没有送到");
    app.state.clock.advance(Instant::HOUR);
    assert_eq!(worker.drain().await.unwrap(), 0);
    let kept = app::audit::entity::Entity::find().all(app.state.db.reader()).await.unwrap();
    assert!(kept.iter().any(|row| row.act == "delivery.cancelled"));
}

#[tokio::test]
async fn of_very_many_mails_about_one_thing_the_newest_are_shown() {
    let app = TestApp::start().await;
    let about = Uuid::now_v7();
    for n in 0..3 {
        let tx = app.tx().await;
        let addresses: Vec<String> = (0..90).map(|m| format!("m{n}-{m:02}@example.cn")).collect();
        let to: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let new = mail_of(Subject { kind: "test", id: about }, &to);
        outbox::enqueue(&tx, &app.state.options, new).await.unwrap();
        tx.commit().await.unwrap();
    }
    let found = outbox::status(app.state.db.reader(), "test", about).await.unwrap();
    let emails: Vec<&str> = found.iter().map(|found| found.delivery.email.as_str()).collect();
    assert_eq!(emails.len(), 200);
    assert_eq!((emails[0], emails[89], emails[90]), ("m2-00@example.cn", "m2-89@example.cn", "m1-00@example.cn"));
    assert_eq!(emails[199], "m0-89@example.cn", "of the oldest message the last few");
}

/// After a mailing everybody opens the same page; the worker must not keep it from being kept.
#[tokio::test]
async fn mails_that_leave_as_they_should_leave_what_is_kept() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    a_mail(&app, &["a@example.cn", "b@example.cn"]).await;
    let before = app.state.db.commits();
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 2);
    assert_eq!(app.state.db.commits(), before);
    sink.fail(At::Rcpt, "", Do::Say("550 5.1.1 no such mailbox"));
    let staff = app.staff().await;
    staff.get("/todo").await.is(200).says_not("封邮件没有送到");
    a_mail(&app, &["wrong@example.cn"]).await;
    sink.worker(&app).drain().await.unwrap();
    staff.get("/todo").await.is(200).says("1 封邮件没有送到");
}
