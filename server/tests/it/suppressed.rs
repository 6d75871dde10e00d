//! Addresses that were refused for good: nothing is sent to them until somebody says that they are right, and staff
//! are told of what was not sent.

use app::{
    accounts::RoleKind,
    outbox::{self, DeliveryState, Outcome, Reply, Report, Schedule, store},
    time::Instant,
};

use crate::{
    builders::{TestMember, a_member},
    notices::a_notice,
    outbox::{a_mail, known},
    personal_mail::all,
    program,
    replies::drop_mail,
    replies_proof::{a_report, portal},
    sentinels::{id_of, sent},
    smtp_sink::{At, Do, Sink},
    test_app::{Answer, TestApp},
};

const NO_MAILBOX: Do = Do::Say("550 5.1.1 <Gone@example.cn>: no such mailbox");
const GONE: &str = "gone@example.cn";

async fn is_suppressed(app: &TestApp, email: &str) -> bool {
    store::refusal(app.state.db.reader(), email).await.unwrap().is_some()
}

/// Has a server refuse this address, as it would a mail.
async fn refused(app: &TestApp, email: &str) {
    let sink = Sink::start().await;
    sink.fail(At::Rcpt, email, NO_MAILBOX);
    let about = a_mail(app, &[email]).await;
    sink.worker(app).drain().await.unwrap();
    assert_eq!(known(app, about).await.delivery.state, DeliveryState::Refused);
    assert!(is_suppressed(app, email).await);
}

/// Where the button of a page posts to by which this address is written to again.
fn lift_in(answer: &Answer) -> String {
    let (_, rest) = answer.text.split_once("action=\"/outbox/suppressed/").unwrap();
    format!("/outbox/suppressed/{}", rest.split('"').next().unwrap())
}

fn address_of(member: &TestMember) -> String {
    format!("{}@member.example.cn", member.id)
}

#[tokio::test]
async fn a_refused_recipient_is_not_tried_again_and_staff_are_told() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    sink.fail(At::Rcpt, GONE, NO_MAILBOX);
    let worker = sink.worker(&app);
    a_mail(&app, &[GONE]).await;
    worker.drain().await.unwrap();
    app.state.clock.advance(Instant::HOUR);
    let spoken = sink.connections();
    // However it is written, it is the same address.
    let about = a_mail(&app, &["Gone@Example.cn"]).await;
    assert_eq!(worker.drain().await.unwrap(), 0);
    assert_eq!((sink.connections(), sink.count()), (spoken, 0), "the server is not asked again");
    let next = known(&app, about).await.delivery;
    assert_eq!((next.state, next.attempts), (DeliveryState::Suppressed, 0));
    assert_eq!((next.reply_code, next.enhanced_code.as_deref()), (Some(550), Some("5.1.1")));
    assert!(next.settled_at.is_some() && next.refused_at.is_some_and(|at| at < next.created_at));

    let staff = app.staff().await;
    staff.get("/todo").await.is(200).says("2 封邮件没有送到");
    let path = format!("/outbox/{}", next.id);
    staff.get("/outbox?state=failed").await.is(200).says(&path).says("/outbox/suppressed");
    let since = next.refused_at.unwrap().show();
    staff
        .get(&path)
        .await
        .is(200)
        .says(&format!("没有发出：这个地址已于 {since} 被 127.0.0.1"))
        .says("no such mailbox");
    staff.post(&format!("{path}/handled"), &[]).await.is(303);
    staff.get("/todo").await.is(200).says("1 封邮件没有送到");

    let auditor = app.auditor().await;
    let listed = auditor.get("/outbox/suppressed").await.is(200).says("g***@example.cn").says("no such mailbox");
    listed.says_not("one@example.cn").says_not("/lift\"");
    auditor.get(&path).await.is(200).says("已经停发").says_not("one@example.cn").says_not("/lift\"");
}

#[tokio::test]
async fn a_refusal_that_is_not_about_the_address_holds_nothing_back() {
    for (at, with, suppressed) in [
        (At::Rcpt, "550 no such user", true),
        (At::Rcpt, "553 5.1.3 bad address", true),
        (At::Rcpt, "552 5.2.2 mailbox full", false),
        (At::Rcpt, "554 5.7.1 we do not like you", false),
        (At::Rcpt, "450 5.1.1 later", false),
        (At::Data, "550 5.1.1 no", false),
        (At::Dot, "550 5.1.1 no", false),
    ] {
        let (app, sink) = (TestApp::start().await, Sink::start().await);
        sink.fail(at, "", Do::Say(with));
        let about = a_mail(&app, &[GONE]).await;
        let worker = sink.worker(&app);
        worker.drain().await.unwrap();
        let state = if with.starts_with('4') { DeliveryState::Deferred } else { DeliveryState::Refused };
        assert_eq!(known(&app, about).await.delivery.state, state, "{at:?} {with}");
        assert_eq!(is_suppressed(&app, GONE).await, suppressed, "{at:?} {with}");
        sink.behave();
        let next = a_mail(&app, &[GONE]).await;
        worker.drain().await.unwrap();
        let arrived = known(&app, next).await.delivery.state == DeliveryState::Accepted;
        assert_eq!(arrived, !suppressed, "{at:?} {with}");
    }
}

#[tokio::test]
async fn what_waits_for_the_address_is_settled_with_it() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let worker = sink.worker(&app);
    sink.fail(At::Dot, "gone", Do::Drop);
    let lost = a_mail(&app, &[GONE]).await;
    worker.drain().await.unwrap();
    sink.behave();
    sink.fail(At::Rcpt, "one@", Do::Say("450 4.2.0 greylisted"));
    let late = a_mail(&app, &["Gone@example.cn"]).await;
    worker.drain().await.unwrap();
    assert_eq!(known(&app, late).await.delivery.state, DeliveryState::Deferred);
    let other = a_mail(&app, &["here@example.cn"]).await;
    refused(&app, GONE).await;

    let late = known(&app, late).await.delivery;
    assert_eq!((late.state, late.attempts, late.reply_code), (DeliveryState::Suppressed, 1, Some(550)));
    assert!(late.settled_at.is_some());
    let lost = known(&app, lost).await.delivery;
    assert_eq!(lost.state, DeliveryState::Uncertain, "it may have arrived, and nothing else is said of it");
    assert!(lost.settled_at.is_some(), "it is not repeated");
    assert_eq!(known(&app, other).await.delivery.state, DeliveryState::Accepted);
    sink.behave();
    app.state.clock.advance(5 * 24 * Instant::HOUR);
    worker.drain().await.unwrap();
    assert_eq!(sink.count(), 1, "nothing but what was lost on the way");
}

#[tokio::test]
async fn of_many_recipients_only_the_refused_are_left_out() {
    let app = TestApp::start().await;
    for email in ["m0600@example.cn", "m0003@example.cn"] {
        refused(&app, email).await;
    }
    let addresses: Vec<String> = (0..700).map(|n| format!("M{n:04}@example.cn")).collect();
    let about = a_mail(&app, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mails = all(&app).await;
    let of = |state: DeliveryState| {
        let found = mails.iter().filter(|one| one.message.about_id == about && one.delivery.state == state);
        found.map(|one| one.delivery.email.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(DeliveryState::Suppressed).len(), 2);
    assert!(of(DeliveryState::Suppressed).contains(&"M0600@example.cn"));
    assert_eq!(of(DeliveryState::Queued).len(), 698);
}

#[tokio::test]
async fn staff_lift_it_once_and_nobody_else_may() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    app.staff().await.get("/outbox/suppressed").await.is(200).says("没有停发的地址");
    refused(&app, GONE).await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let lift = lift_in(&staff.get("/outbox/suppressed").await.is(200).says(GONE));
    member.admin.post(&lift, &[]).await.is(403);
    app.auditor().await.post(&lift, &[]).await.is(403);
    member.admin.get("/outbox/suppressed").await.is(403);
    assert!(is_suppressed(&app, GONE).await);
    staff.post(&lift, &[]).await.is(303);
    assert!(!is_suppressed(&app, GONE).await);
    staff.get("/outbox/suppressed").await.is(200).says("已恢复").says_not(GONE);
    assert_eq!(staff.post(&lift, &[("back", "//elsewhere.example")]).await.is(303).location(), "/");
    staff.get("/outbox/suppressed").await.is(200).says("没有改动");
    let about = a_mail(&app, &[GONE]).await;
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 1);
    assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Accepted);
    let seen = app.admin().await.get("/audit?act=address.lifted").await.is(200).says("恢复了向曾被拒收的邮箱发信");
    assert_eq!(seen.text.matches("<tbody><tr>").count(), 1, "a second click is no act");
    seen.says_not(GONE);
}

#[tokio::test]
async fn the_list_goes_page_by_page() {
    let app = TestApp::start().await;
    for n in 0..51 {
        refused(&app, &format!("m{n:02}@example.cn")).await;
    }
    let staff = app.staff().await;
    let first =
        staff.get("/outbox/suppressed").await.is(200).says("m50@").says("m01@").says_not("m00@").says("共 51 条");
    let after = first.text.split("after=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    staff.get(&format!("/outbox/suppressed?after={after}")).await.is(200).says("m00@").says_not("m01@");
    staff.get("/outbox/suppressed?after=nonsense").await.is(200).says("m50@");
}

#[tokio::test]
async fn a_contact_that_was_refused_is_marked_and_written_to_again_with_one_click() {
    let app = TestApp::start().await;
    let (member, other, staff) = (a_member(&app).await, a_member(&app).await, app.staff().await);
    let page = format!("/members/{}", member.id);
    let again = format!("/contacts/{}/write-again", member.contact);
    refused(&app, &address_of(&member)).await;
    a_notice(&staff, &[]).await;
    let to_member = async || {
        let mails = all(&app).await.into_iter().rev();
        mails.map(|one| one.delivery).find(|one| one.member_id == Some(member.id)).unwrap().state
    };
    assert_eq!(to_member().await, DeliveryState::Suppressed);

    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    operator.get(&page).await.is(200).says("邮箱被拒收").says_not(&again);
    operator.post(&again, &[]).await.is(403);
    other.admin.post(&again, &[]).await.is(404);
    staff.get(&page).await.is(200).says("邮箱被拒收").says(&again);
    member.admin.get(&page).await.is(200).says("no such mailbox").says(&again);
    assert!(is_suppressed(&app, &address_of(&member)).await);
    assert_eq!(member.admin.post(&again, &[]).await.is(303).location(), page);
    member.admin.get(&page).await.is(200).says("已恢复").says_not("邮箱被拒收");
    member.admin.post(&again, &[]).await.is(303);
    assert!(!is_suppressed(&app, &address_of(&member)).await);
    a_notice(&staff, &[]).await;
    assert_eq!(to_member().await, DeliveryState::Queued);
}

#[tokio::test]
async fn a_contact_that_is_changed_to_the_address_lifts_it() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let edit = format!("/contacts/{}/edit", member.contact);
    refused(&app, &address_of(&member)).await;
    let own = address_of(&member);
    let save = async |email: &str, version: &str| {
        let fields = [("name", "王厂长"), ("email", email), ("duties", "notices"), ("row_version", version)];
        member.admin.post(&edit, &fields).await.is(303);
    };
    save(&own, "1").await;
    assert!(is_suppressed(&app, &own).await, "what was saved with the rest of the form is not confirmed");
    refused(&app, GONE).await;
    save(GONE, "2").await;
    assert!(!is_suppressed(&app, GONE).await);
    assert!(is_suppressed(&app, &own).await, "the old address stays refused");
    let add = [("name", "赵工"), ("email", own.as_str()), ("duties", "notices"), ("once", "")];
    member.admin.post(&format!("/members/{}/contacts/new", member.id), &add).await.is(303);
    assert!(!is_suppressed(&app, &own).await);
}

#[tokio::test]
async fn to_send_it_again_says_that_the_address_is_right() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    refused(&app, GONE).await;
    let about = a_mail(&app, &[GONE]).await;
    let path = format!("/outbox/{}", known(&app, about).await.delivery.id);
    let staff = app.staff().await;
    staff.get(&path).await.is(200).says("就是确认地址无误").says("/lift\"");
    staff.post(&format!("{path}/resend"), &[("email", "no address")]).await.is(422);
    assert!(is_suppressed(&app, GONE).await);
    let newer = staff.post(&format!("{path}/resend"), &[("email", GONE), ("once", "")]).await.is(303);
    assert!(!is_suppressed(&app, GONE).await);
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 1);
    staff.get(newer.location()).await.is(200).says("邮件服务器已接收");
    staff.get(&path).await.is(200).says("没有发出：这个地址已于").says_not("/lift\"");
    staff.get("/todo").await.is(200).says("1 封邮件没有送到");
}

#[tokio::test]
async fn a_report_of_failure_refuses_the_address_if_it_says_so() {
    let app = portal().await;
    let staff = app.staff().await;
    let bounced = async |email: &str, status: &str| {
        let sink = Sink::start().await;
        let about = a_mail(&app, &[email]).await;
        sink.worker(&app).drain().await.unwrap();
        let found = all(&app).await.into_iter().find(|one| one.message.about_id == about).unwrap();
        let own = app::conversations::return_path(&app.state.options, found.delivery.id).unwrap();
        drop_mail(&staff, &a_report(&own, &found.message, email, "failed", status)).await;
        assert_eq!(known(&app, about).await.delivery.state, DeliveryState::Refused);
    };
    bounced("full@example.cn", "5.2.2").await;
    assert!(!is_suppressed(&app, "full@example.cn").await);
    bounced("expired@example.cn", "4.4.7").await;
    assert!(!is_suppressed(&app, "expired@example.cn").await);
    bounced(GONE, "5.1.1").await;
    assert!(is_suppressed(&app, GONE).await);
    let next = a_mail(&app, &[GONE]).await;
    let next = known(&app, next).await.delivery;
    assert_eq!(next.state, DeliveryState::Suppressed);
    assert!(next.server.is_some_and(|server| server.contains("mx.example.cn")));
}

#[tokio::test]
async fn links_do_not_vanish_without_a_word() {
    let app = TestApp::start().await;
    let (admin, staff) = (app.admin().await, app.staff().await);
    refused(&app, GONE).await;
    let once = uuid::Uuid::now_v7().to_string();
    let fields = [("name", "李师傅"), ("kind", "office_staff"), ("email", GONE), ("once", once.as_str())];
    let made = admin.post("/people/invite", &fields).await.is(200).says("邮件没有发出").says("/link/");
    made.says_not("已交给发送队列");
    let again = admin.post("/people/invite", &fields).await.is(303);
    let page = admin.get(again.location()).await.is(200).says("邀请已经生成").says_not("只写了一封").says("已停发");
    page.says_not("/link/");
    let mails = all(&app).await;
    let mail = mails.iter().find(|one| one.message.about_kind == outbox::Subject::ACCOUNT_LINK).unwrap();
    assert_eq!(mail.delivery.state, DeliveryState::Suppressed);
    assert_eq!(mail.message.body_text, "", "a link that is not sent is not kept");
    staff.get("/todo").await.is(200).says("2 封邮件没有送到");
}

#[tokio::test]
async fn ones_own_address_is_marked_and_said_to_be_right() {
    let app = TestApp::start().await;
    let tx = app.tx().await;
    let new = app::accounts::store::NewPerson {
        name: "陈工".to_owned(),
        phone: None,
        email: Some("chen@example.cn".to_owned()),
        password_hash: None,
    };
    let person = app::accounts::store::add_person(&tx, new).await.unwrap();
    tx.commit().await.unwrap();
    let browser = app.signed_in(person).await;
    browser.get("/account").await.is(200).says_not("已停发");
    refused(&app, "Chen@example.cn").await;
    browser.get("/account").await.is(200).says("已停发").says("/account/write-again");
    let download = [("path", "/guides/codes.pdf"), ("back", "/account"), ("once", "")];
    browser.post("/mail-to-me", &download).await.is(409).says("曾被邮件服务器拒收");
    app.stranger().post("/forgotten", &[("login", "chen@example.cn")]).await.is(303);
    let staff = app.staff().await;
    staff.get("/todo").await.is(200).says("2 封邮件没有送到");
    staff.get(&format!("/people/{person}")).await.is(200).says("已停发").says("/lift");
    assert_eq!(browser.post("/account/write-again", &[]).await.is(303).location(), "/account");
    assert!(!is_suppressed(&app, "chen@example.cn").await);
    browser.get("/account").await.is(200).says("已恢复").says_not("已停发");
}

#[tokio::test]
async fn what_was_in_hand_while_its_address_was_refused_is_not_tried_again() {
    let app = TestApp::start().await;
    let schedule = Schedule::default();
    let abouts = [a_mail(&app, &[GONE]).await, a_mail(&app, &["Gone@example.cn"]).await, a_mail(&app, &[GONE]).await];
    let mut ids = Vec::new();
    for about in abouts {
        ids.push(known(&app, about).await.delivery.id);
    }
    let tx = app.tx().await;
    assert_eq!(store::claim(&tx, "worker", &schedule, 10, &[]).await.unwrap(), ids);
    tx.commit().await.unwrap();
    let said =
        |code, words: &str| Reply { code: Some(code), enhanced: Some("5.1.1".to_owned()), words: words.to_owned() };
    let here = |outcome| Report { server: Some("mx.example.cn".to_owned()), tls: None, outcome };
    let tx = app.tx().await;
    let no = here(Outcome::RefusedRecipient(said(550, "no such mailbox")));
    assert!(store::settle(&tx, "worker", ids[0], &no, &schedule, 0.5).await.unwrap());
    let later = here(Outcome::Deferred { reply: Reply { code: Some(450), ..Reply::default() }, hold: false });
    assert!(store::settle(&tx, "worker", ids[1], &later, &schedule, 0.5).await.unwrap());
    assert!(store::give_back(&tx, "worker", ids[2]).await.unwrap());
    tx.commit().await.unwrap();
    for about in &abouts[1..] {
        let delivery = known(&app, *about).await.delivery;
        assert_eq!((delivery.state, delivery.reply_code), (DeliveryState::Suppressed, Some(550)));
        assert!(delivery.settled_at.is_some() && delivery.lease_owner.is_none());
    }
}

#[tokio::test]
async fn an_install_request_says_that_its_mail_did_not_leave() {
    let app = TestApp::start_with_module().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let operator = app.state.options.install_request_to.clone();
    refused(&app, &operator).await;
    let path = sent(&member.admin, &member).await;
    member.admin.get(&path).await.is(200).says("邮箱曾经拒收").says("邮件没有寄出").says("没有发出：这个地址已于");
    member.admin.post(&format!("{path}/resend"), &[]).await.is(409).says("由秘书处重寄");
    assert!(is_suppressed(&app, &operator).await);
    staff.post(&format!("{path}/resend"), &[]).await.is(303);
    assert!(!is_suppressed(&app, &operator).await);
    let mails = all(&app).await;
    let states = mails.iter().filter(|one| one.message.about_id == id_of(&path).0 && one.delivery.email == operator);
    let states: Vec<_> = states.map(|one| one.delivery.state).collect();
    assert!(states.contains(&DeliveryState::Queued) && states.contains(&DeliveryState::Suppressed));
}

#[tokio::test]
async fn a_reminder_counts_only_those_that_leave() {
    let app = TestApp::start().await;
    let (gone, _here, staff) = (a_member(&app).await, a_member(&app).await, app.staff().await);
    refused(&app, &address_of(&gone)).await;
    let notice = a_notice(&staff, &[]).await;
    staff.post(&format!("{notice}/remind"), &[]).await.is(303);
    staff.get(&notice).await.is(200).says("1 位联系人").says("另有 1 位的邮箱曾被拒收");
}

#[tokio::test]
async fn the_terminal_lists_and_lifts() {
    let app = TestApp::start().await;
    refused(&app, GONE).await;
    let run = async |arguments: &[&str]| program::run(program::command(&app, &[&["outbox"], arguments].concat())).await;
    let (done, said) = run(&["suppressed"]).await;
    assert!(done && said.contains(GONE) && said.contains("no such mailbox"), "{said}");
    assert!(run(&["lift", "GONE@example.cn"]).await.0);
    assert!(!is_suppressed(&app, GONE).await);
    assert!(!run(&["lift", GONE]).await.0, "nothing is left to lift");
}

#[tokio::test]
async fn the_terminal_shows_hastens_cancels_pauses_and_resumes() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let run = async |arguments: &[&str]| program::run(program::command(&app, &[&["outbox"], arguments].concat())).await;
    let (one, two) = (a_mail(&app, &["a@example.cn"]).await, a_mail(&app, &["b@example.cn"]).await);
    let id = async |about| known(&app, about).await.delivery.id.to_string();
    let (one_id, two_id) = (id(one).await, id(two).await);
    let (done, said) = run(&["pause"]).await;
    assert!(done && said.contains("All mail is on hold"), "{said}");
    assert!(!run(&["pause"]).await.0, "a second time changes nothing");
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 0);
    let (done, said) = run(&["retry", &two_id]).await;
    assert!(done && said.contains("on hold now"), "{said}");
    let (done, said) = run(&["list", "waiting"]).await;
    assert!(done && said.contains(&one_id) && said.contains(&two_id) && said.contains("on hold since"), "{said}");
    assert!(run(&["cancel", &one_id]).await.0);
    let (done, said) = run(&["cancel", &one_id]).await;
    assert!(!done && said.contains("has left, is leaving or is settled"), "{said}");
    let (done, said) = run(&["resume"]).await;
    assert!(done && said.contains("Mail goes on"), "{said}");
    assert!(!run(&["resume"]).await.0);
    let (done, said) = run(&["retry", &two_id]).await;
    assert!(done && said.contains("tried at once"), "{said}");
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 1);
    let (done, said) = run(&["show", &two_id]).await;
    assert!(
        done && said.contains("b@example.cn") && said.contains("accepted") && said.contains("kept as 4711"),
        "{said}"
    );
    let nobody = uuid::Uuid::now_v7().to_string();
    for arguments in [["show", nobody.as_str()], ["cancel", &nobody], ["retry", &nobody]] {
        let (done, said) = run(&arguments).await;
        assert!(!done && !said.contains("panicked"), "{said}");
    }
    assert_eq!(known(&app, one).await.delivery.state, DeliveryState::Cancelled);
}
