//! Answers that come in by mail: written with an ordinary mail library, taken in by each way, filed or held
//! with the reason, and what follows from them.

use std::process::Stdio;

use app::{
    conversations::{Held, store as conversations},
    ids::{InboundMailId, IssueId, TextEnum},
    issues::{model::State as IssueState, store::issue},
    outbox::{
        DeliveryState,
        entity::{delivery, message},
    },
    sentinels::{model::State, store as sentinels},
    state::Options,
    time::Instant,
};
use lettre::message::{Attachment, MultiPart, SinglePart, header::ContentType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use tokio::io::AsyncWriteExt;

use crate::{
    builders::{TestMember, a_member, an_issue},
    program::command,
    sentinels::{id_of, sent},
    test_app::{Answer, Browser, TestApp, options},
    todo::listed,
};

pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n";
pub const OPERATOR: &str = "shaobing@shdata.com";

/// A portal that takes answers in.
pub async fn portal() -> TestApp {
    TestApp::with(Options { mail_reply_to: Some("reply@portal.example.cn".to_owned()), ..options() }).await
}

/// The messages about a thing, oldest first.
pub async fn messages(app: &TestApp, id: uuid::Uuid) -> Vec<message::Model> {
    let about = message::Entity::find().filter(message::Column::AboutId.eq(id));
    about.order_by_asc(message::Column::Id).all(app.state.db.reader()).await.unwrap()
}

/// The signed address that a message names for its answers.
pub fn reply_address(message: &message::Model) -> String {
    let all = message.reply_to.as_deref().unwrap();
    all.split(", ").find(|address| address.starts_with("reply+")).unwrap().to_owned()
}

pub fn address_of(member: &TestMember) -> String {
    format!("{}@member.example.cn", member.id)
}

/// A mail as an ordinary mail library writes it; `more` are further headers.
pub fn a_mail(from: &str, to: &str, subject: &str, more: &[(&str, &str)], text: &str) -> Vec<u8> {
    let builder = lettre::Message::builder()
        .from(format!("王厂长 <{from}>").parse().unwrap())
        .to(to.parse().unwrap())
        .subject(subject)
        .message_id(Some(format!("<{}@member.example.cn>", uuid::Uuid::now_v7())));
    let mail = builder.singlepart(SinglePart::plain(text.to_owned())).unwrap().formatted();
    let more: String = more.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    [more.as_bytes(), &mail].concat()
}

/// The same with a paper and a program beside the text.
pub fn with_files(from: &str, to: &str, text: &str) -> Vec<u8> {
    let pdf = Attachment::new("车辆清单（六月）.pdf".to_owned())
        .body(PDF.to_vec(), ContentType::parse("application/pdf").unwrap());
    let exe = ContentType::parse("application/octet-stream").unwrap();
    let exe = Attachment::new("清单.exe".to_owned()).body(b"MZ\x90\0 not a paper".to_vec(), exe);
    let words = MultiPart::alternative_plain_html(text.to_owned(), format!("<p>{text}</p>"));
    let mail = lettre::Message::builder()
        .from(format!("王厂长 <{from}>").parse().unwrap())
        .to(to.parse().unwrap())
        .subject("答复：散装车能否进城")
        .message_id(None)
        .multipart(MultiPart::mixed().multipart(words).singlepart(pdf).singlepart(exe))
        .unwrap();
    mail.formatted()
}

/// Drops a mail on the page.
pub async fn drop_mail(staff: &Browser, mail: &[u8]) -> Answer {
    staff.upload("/mails", &[], &[("mail", "来信.eml", mail)]).await.is(303)
}

/// The mail to whose page an answer leads.
pub async fn taken(app: &TestApp, answer: &Answer) -> conversations::Inbound {
    let id: InboundMailId = answer.location().rsplit('/').next().unwrap().parse().unwrap();
    conversations::find(app.state.db.reader(), id).await.unwrap()
}

/// An issue that asks its member something.
pub async fn asked_back(app: &TestApp, member: &TestMember, staff: &Browser) -> IssueId {
    let id = an_issue(app, member).await;
    for (act, text) in [("take", ""), ("ask-back", "几辆车？")] {
        let seen = issue::find(app.state.db.reader(), id).await.unwrap().row_version.to_string();
        staff.upload(&format!("/issues/{id}/{act}"), &[("seen", &seen), ("ask", text)], &[]).await.is(303);
    }
    id
}

pub async fn state_of(app: &TestApp, id: IssueId) -> IssueState {
    issue::find(app.state.db.reader(), id).await.unwrap().state()
}

#[tokio::test]
async fn a_members_answer_by_mail_is_its_reply_and_comes_once() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let mut before = messages(&app, id.0).await;
    let (told, asked) = (before.len(), before.pop().unwrap());
    let text = "十二辆，都是国六。\n\n------------------ 原始邮件 ------------------\n发件人: 协会\n几辆车？";
    let mail = with_files(&address_of(&member), &reply_address(&asked).to_uppercase(), text);
    let answer = drop_mail(&staff, &mail).await;
    assert_eq!(state_of(&app, id).await, IssueState::Replied);
    let page = member.admin.get(&format!("/issues/{id}")).await.is(200);
    page.says("王厂长").says("十二辆，都是国六。").says("车辆清单（六月）.pdf").says_not("原始邮件");
    let kept = taken(&app, &answer).await;
    assert!(kept.became_reply && kept.handled_at.is_some() && kept.held.is_none());
    staff.get(answer.location()).await.is(200).says("原始邮件").says("清单.exe").says("登记");
    assert_eq!(messages(&app, id.0).await.len(), told + 1, "the owner is told");

    // The same mail once more, by another way, is the same mail.
    let again = [b"Delivered-To: office@portal.example.cn\r\n".as_slice(), &mail].concat();
    assert_eq!(drop_mail(&staff, &again).await.location(), "/mails?tab=all");
    assert_eq!(conversations::count(app.state.db.reader(), conversations::Filter::All).await.unwrap(), 1);
}

#[tokio::test]
async fn a_machines_answer_is_filed_and_changes_nothing() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let to = reply_address(&messages(&app, id.0).await.pop().unwrap());
    for (subject, more) in [
        ("休假", ("Auto-Submitted", "auto-replied")),
        ("休假", ("X-Autoreply", "yes")),
        ("休假", ("Precedence", "bulk")),
        ("休假", ("Return-Path", "<>")),
        ("自动回复：我在休假", ("X-Mailer", "x")),
        ("Automatic reply: on leave", ("X-Mailer", "x")),
    ] {
        let mail = a_mail(&address_of(&member), &to, subject, &[more], "我在休假，六月回来。");
        let kept = taken(&app, &drop_mail(&staff, &mail).await).await;
        assert_eq!(kept.about_id, Some(id.0), "{more:?}");
        assert!(!kept.became_reply && kept.handled_at.is_some(), "{more:?}");
    }
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    staff.get(&format!("/issues/{id}")).await.is(200).says("自动回复").says("我在休假");
    let mail = a_mail(&address_of(&member), &to, "答复", &[("Auto-Submitted", "no")], "十二辆");
    assert!(taken(&app, &drop_mail(&staff, &mail).await).await.became_reply);
}

#[tokio::test]
async fn an_answered_request_shows_the_answer_and_one_click_schedules_it() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    member.admin.get(&path).await.is(200).says(&reply_address(&message));
    let day = app.state.clock.now().plus(20 * Instant::DAY).day();
    let text = format!("您好，定于{}月{}日上午上门安装。", u8::from(day.month()), day.day());
    drop_mail(&staff, &a_mail(OPERATOR, &reply_address(&message), "Re: 申领", &[], &text)).await;

    assert_eq!(listed(&staff.get("/todo").await.is(200).says("有新来信"), "/mails"), 1);
    let shown = app::time::show_day(day);
    let page = member.admin.get(&path).await.is(200).says("上门安装").says(&format!("value=\"{shown}\""));
    let fields = [("act", "scheduled"), ("day", shown.as_str())];
    assert!(page.text.contains("登记为已约定"));
    member.admin.post(&format!("{path}/entries"), &fields).await.is(303);
    let case = sentinels::case(app.state.db.reader(), id_of(&path)).await.unwrap();
    assert_eq!(case.state(), State::Scheduled);
    member.admin.get(&path).await.is(200).says("上门安装").says_not("登记为已约定");
    staff.get("/todo").await.is(200).says_not("有新来信");
}

#[tokio::test]
async fn a_thread_files_a_mail_and_so_does_a_number_from_a_known_address() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    let number = sentinels::request(app.state.db.reader(), id_of(&path)).await.unwrap().number.unwrap();
    let (to, own) = ("hunitong@example.cn", address_of(&member));
    let references = format!("<x@y> <{}>", message.rfc_id);
    let nearest = format!("<{}>", message.rfc_id);
    for (from, subject, more) in [
        ("stranger@elsewhere.cn", "Re", vec![("References", references.as_str())]),
        ("stranger@elsewhere.cn", "Re", vec![("In-Reply-To", nearest.as_str())]),
        (OPERATOR, number.as_str(), vec![]),
        ("SHAOBING@shdata.com", number.as_str(), vec![]),
        (own.as_str(), number.as_str(), vec![]),
    ] {
        let mail = a_mail(from, to, subject, &more, "收到。");
        let kept = taken(&app, &drop_mail(&staff, &mail).await).await;
        assert_eq!((kept.about_id, kept.held), (Some(id_of(&path).0), None), "{from} {subject} {more:?}");
    }
    member.admin.get(&path).await.is(200).says("收到。");
}

#[tokio::test]
async fn a_number_alone_does_not_speak_for_a_member() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let number = issue::find(app.state.db.reader(), id).await.unwrap().number;
    let mail = a_mail(&address_of(&member), "hunitong@example.cn", &number, &[], "十二辆");
    let kept = taken(&app, &drop_mail(&staff, &mail).await).await;
    assert_eq!((kept.about_id, kept.became_reply), (Some(id.0), false));
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    // The member sees its own mail on the page; staff take it off their list with one click.
    member.admin.get(&format!("/issues/{id}")).await.is(200).says("十二辆");
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 1);
    let back = format!("/issues/{id}");
    let done = staff.post(&format!("/mails/{}/handled", kept.id), &[("back", &back)]).await.is(303);
    assert_eq!(done.location(), back);
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 0);
}

#[tokio::test]
async fn a_mail_from_the_pen_is_filed_with_one_click_and_only_once() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let number = issue::find(app.state.db.reader(), id).await.unwrap().number;
    let mail = a_mail(&address_of(&member), "hunitong@example.cn", "关于车辆", &[], "十二辆");
    let held = drop_mail(&staff, &mail).await;
    assert_eq!(taken(&app, &held).await.held, Some(Held::NoMatch));
    staff.get("/todo").await.is(200).says("来信待归档：关于车辆");
    staff.get("/mails?tab=pen").await.is(200).says("关于车辆").says("无法判断归属");
    // Offered, because it is open between the sender's member and the secretariat.
    let page = staff.get(held.location()).await.is(200).says(&format!("归入 {number}"));
    assert!(page.text.contains(&format!("value=\"{number}\"")));
    let action = format!("{}/file", held.location());
    staff.post(&action, &[("number", "AZ-1999-0001")]).await.is(422).says("没有这个编号").says("AZ-1999-0001");
    let filed = staff.post(&action, &[("number", &number)]).await.is(303);
    assert_eq!(filed.location(), format!("/issues/{id}"));
    assert_eq!(state_of(&app, id).await, IssueState::Replied, "staff saw whose words these are");
    staff.post(&action, &[("number", &number)]).await.is(409).says("已经归档");
}

#[tokio::test]
async fn what_is_put_aside_is_off_the_list_and_can_still_be_filed() {
    let app = portal().await;
    let staff = app.staff().await;
    let held = drop_mail(&staff, &a_mail("x@elsewhere.cn", "hunitong@example.cn", "广告", &[], "水泥优惠")).await;
    staff.post(&format!("{}/aside", held.location()), &[]).await.is(303);
    staff.get("/mails").await.is(200).says("这里没有来信");
    staff.get("/mails?tab=all").await.is(200).says("广告").says("已搁置");
    staff.get(held.location()).await.is(200).says("归入这个编号");
}

/// A delivery report (RFC 3464) about a mail of ours.
pub fn a_report(message: &message::Model, recipient: &str, action: &str, status: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.cn (Mail Delivery System)\r\n\
         To: hunitong@example.cn\r\nSubject: Undelivered Mail\r\nMessage-ID: <{id}@mx.example.cn>\r\n\
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

#[tokio::test]
async fn a_bounce_moves_the_delivery_that_it_names_and_no_other() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    deliveries_are(&app, DeliveryState::Accepted).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    let of = async |email: &str| {
        let all = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id));
        all.filter(delivery::Column::Email.eq(email)).one(app.state.db.reader()).await.unwrap().unwrap()
    };
    let late = a_report(&message, OPERATOR, "delayed", "4.4.1");
    assert_eq!(taken(&app, &drop_mail(&staff, &late).await).await.delivery_id, Some(of(OPERATOR).await.id));
    assert_eq!(of(OPERATOR).await.state, DeliveryState::Accepted, "late is not lost");

    let bounce = drop_mail(&staff, &a_report(&message, "SHAOBING@SHDATA.COM", "failed", "5.1.1")).await;
    let moved = of(OPERATOR).await;
    assert_eq!((moved.state, moved.reply_code), (DeliveryState::Refused, Some(550)));
    assert_eq!(moved.enhanced_code.as_deref(), Some("5.1.1"));
    assert!(moved.reply.as_deref().unwrap().contains("no such user"));
    let others = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id)).all(app.state.db.reader());
    assert!(others.await.unwrap().iter().all(|one| one.email == OPERATOR || one.state == DeliveryState::Accepted));
    let kept = taken(&app, &bounce).await;
    assert_eq!((kept.about_id, kept.delivery_id), (Some(id_of(&path).0), Some(moved.id)));
    staff.get(bounce.location()).await.is(200).says("投递报告").says(&format!("/outbox/{}", moved.id));
    member.admin.get(&path).await.is(200).says("被拒收");
    staff.get("/todo").await.is(200).says("没有送到");

    // A report about a mail that nobody here has written moves nothing.
    let unknown = message::Model { rfc_id: "nobody@example.cn".to_owned(), ..message.clone() };
    let held = drop_mail(&staff, &a_report(&unknown, OPERATOR, "failed", "5.1.1")).await;
    assert_eq!(taken(&app, &held).await.held, Some(Held::NoMatch));
}

/// Mails that are not filed by themselves, whatever they carry: what is wrong, and the mail.
fn bad(to: &str, forged: &str, other: &str, stranger: &str) -> Vec<(Held, Vec<u8>)> {
    let head = |to: &str| {
        let id = uuid::Uuid::now_v7();
        format!("From: Wang <wang@elsewhere.cn>\r\nTo: {to}\r\nSubject: x\r\nMessage-ID: <{id}@elsewhere.cn>\r\n")
    };
    let plain = |more: &str, body: &str| format!("{}{more}\r\n{body}\r\n", head(to)).into_bytes();
    let parts = |part: &str, n: usize| {
        let parts = format!("--b\r\n{part}\r\n").repeat(n);
        format!("{}Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n", head(to)).into_bytes()
    };
    let mut gb = plain("Content-Type: text/plain; charset=utf-8\r\n", "");
    gb.extend(b"\xc4\xfa\xba\xc3\xa3\xac\xca\xd5\xb5\xbd\r\n");
    let winmail =
        "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig==";
    let mut without_its_end = parts("Content-Type: text/plain\r\n\r\nx", 2);
    without_its_end.truncate(without_its_end.len() - "--b--\r\n".len());
    let changed = |from: &str, to: &str| String::from_utf8(plain("", "x")).unwrap().replace(from, to).into_bytes();
    let bytes: String = "Wang\r\nBcc: all@example.cn".bytes().map(|byte| format!("={byte:02X}")).collect();
    let hidden = format!("=?utf-8?Q?{bytes}?=");
    vec![
        (Held::TooManyParts, parts("Content-Type: text/plain\r\n\r\nx", 500)),
        (Held::Broken, without_its_end),
        (Held::Broken, plain("Content-Type: multipart/mixed\r\n", "no boundary")),
        (Held::Broken, b"no headers at all".to_vec()),
        (Held::Broken, format!("To: {to}\r\nSubject: nobody wrote it\r\n\r\nx").into_bytes()),
        (Held::Charset, gb),
        (Held::Winmail, parts(winmail, 1)),
        (Held::HiddenLines, changed("From: Wang", &format!("From: {hidden}"))),
        (Held::HiddenLines, changed("Subject: x", &format!("Subject: {hidden}"))),
        (Held::ForgedToken, format!("{}\r\nx", head(forged)).into_bytes()),
        (Held::OtherConversation, plain(&format!("In-Reply-To: <{other}>\r\n"), "x")),
        (Held::OtherMember, changed("wang@elsewhere.cn", stranger)),
    ]
}

#[tokio::test]
async fn bad_mails_are_held_with_the_reason_and_nothing_is_lost() {
    let app = portal().await;
    let (member, theirs) = (a_member(&app).await, a_member(&app).await);
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let other = sent(&theirs.admin, &theirs).await;
    let to = reply_address(&messages(&app, id.0).await.pop().unwrap());
    let other = messages(&app, id_of(&other).0).await.pop().unwrap();
    // The id of the one conversation with the signature of the other.
    let forged = format!("{}{}", &to[..36], &reply_address(&other)[36..]);
    let all = bad(&to, &forged, &other.rfc_id, &address_of(&theirs));
    for (n, (why, mail)) in all.iter().enumerate() {
        let answer = drop_mail(&staff, mail).await;
        let kept = taken(&app, &answer).await;
        assert_eq!(kept.held, Some(*why), "{n}: {}", String::from_utf8_lossy(&mail[..mail.len().min(600)]));
        assert!(kept.about_id.is_none() && !kept.became_reply && kept.delivery_id.is_none());
        assert!(!format!("{}{}", kept.from_name, kept.subject).contains(['\r', '\n']));
        let reason = app::text::Locale::Zh.t(&format!("conversations.held.{why}"));
        staff.get(answer.location()).await.is(200).says(&reason);
        let raw = staff.get(&format!("{}/raw", answer.location())).await.is(200);
        assert_eq!(raw.bytes, *mail, "it is kept as it came");
    }
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    let kept = conversations::count(app.state.db.reader(), conversations::Filter::Pen).await.unwrap();
    assert_eq!(kept, all.len() as u64);
    let gb = &all.iter().find(|(why, _)| *why == Held::Charset).unwrap().1;
    assert_eq!(drop_mail(&staff, gb).await.location(), "/mails?tab=all", "the same damaged mail is one too");
    staff.get("/mails?tab=pen").await.is(200).says("编码不符");
    for path in ["/mails", "/mails?tab=pen", "/mails?tab=all"] {
        app.auditor().await.get(path).await.is(200).says_not("wang@elsewhere.cn");
    }
    // Every reason has been met, but for the size and those that need no damage.
    let met: Vec<Held> = all
        .into_iter()
        .map(|(why, _)| why)
        .chain([Held::Unread, Held::TooLarge, Held::UnknownSender, Held::NoMatch])
        .collect();
    assert!(Held::ALL.iter().all(|why| met.contains(why)));
}

#[tokio::test]
async fn a_number_from_a_stranger_is_held_and_offered() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = an_issue(&app, &member).await;
    let number = issue::find(app.state.db.reader(), id).await.unwrap().number;
    let mail = a_mail("stranger@elsewhere.cn", "hunitong@example.cn", &format!("Re: {number}"), &[], "x");
    let answer = drop_mail(&staff, &mail).await;
    assert_eq!(taken(&app, &answer).await.held, Some(Held::UnknownSender));
    staff.get(answer.location()).await.is(200).says(&format!("归入 {number}"));
}

#[tokio::test]
async fn who_may_read_an_incoming_mail() {
    let app = portal().await;
    let (member, theirs) = (a_member(&app).await, a_member(&app).await);
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let to = reply_address(&messages(&app, id_of(&path).0).await.pop().unwrap());
    let answer = drop_mail(&staff, &with_files(OPERATOR, &to, "请看附件，电话 13800000000。")).await;
    let page = member.admin.get(&path).await.is(200).says("请看附件").says("车辆清单（六月）.pdf");
    let file = page.text.split(&format!("{}/files/", answer.location())).nth(1).unwrap();
    let file = format!("{}/files/{}", answer.location(), file.split('"').next().unwrap());
    assert_eq!(member.admin.get(&file).await.is(200).bytes, PDF);
    assert_eq!(staff.get(&file).await.is(200).bytes, PDF);
    theirs.admin.get(&file).await.is(404);
    theirs.admin.get(answer.location()).await.is(403);
    let auditor = app.auditor().await;
    auditor.get(&file).await.is(403);
    auditor.get(answer.location()).await.is(200).says_not("13800000000").says_not(OPERATOR);
    auditor.get(&path).await.is(200).says_not("13800000000").says_not(OPERATOR);
    auditor.get(&format!("{}/raw", answer.location())).await.is(403);
}

#[tokio::test]
async fn a_talk_is_written_down_with_one_button_beside_the_mails() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    staff.get(&path).await.is(200).says("记一次电话").says("记一次微信");
    let once = [("once", "0190a5d0-0000-7000-8000-000000000001"), ("channel", "phone"), ("note", "说下周给日期")];
    staff.post(&format!("{path}/talks"), &once).await.is(303);
    staff.post(&format!("{path}/talks"), &once).await.is(303);
    member.admin.post(&format!("{path}/talks"), &[("channel", "wechat"), ("note", "")]).await.is(303);
    let page = member.admin.get(&path).await.is(200);
    assert_eq!(page.text.matches("说下周给日期").count(), 1, "a second click adds nothing");
    page.says("微信").says("测试员");
    staff.post(&format!("{path}/talks"), &[("channel", "pigeon"), ("note", "看见了")]).await.is(422).says("看见了");

    let id = an_issue(&app, &member).await;
    staff.post(&format!("/issues/{id}/talks"), &[("channel", "phone"), ("note", "厂长说很急")]).await.is(303);
    staff.get(&format!("/issues/{id}")).await.is(200).says("厂长说很急").says("往来");
    member.admin.get(&format!("/issues/{id}")).await.is(200).says_not("厂长说很急").says_not("记一次电话");
}

#[tokio::test]
async fn without_a_mailbox_for_answers_mails_name_the_people_as_before() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = an_issue(&app, &member).await;
    staff.post(&format!("/issues/{id}/take"), &[]).await.is(303);
    assert!(messages(&app, id.0).await.iter().all(|message| message.reply_to.is_none()));
    let path = sent(&member.admin, &member).await;
    let request = messages(&app, id_of(&path).0).await.pop().unwrap();
    assert!(request.reply_to.is_none_or(|to| !to.contains(',') && !to.contains('+')));
    staff.get("/mails").await.is(200).says("还没有设置回信地址");
}

/// Hands a mail to the program as a mail server does; its code and what it said.
async fn piped(app: &TestApp, more: &[&str], mail: &[u8]) -> (Option<i32>, String) {
    let mut arguments = vec!["mail", "ingest"];
    arguments.extend(more);
    let mut program = command(app, &arguments);
    // The key of the test's portal, so that its tokens are known.
    program.env("HUNITONG_SECRET_KEY", "\u{7}".repeat(32)).env("HUNITONG_MAIL_REPLY_TO", "reply@portal.example.cn");
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may answer before it has read everything.
    let _ = stdin.write_all(mail).await;
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test]
async fn the_program_takes_mails_from_a_pipe() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let to = reply_address(&messages(&app, id.0).await.pop().unwrap());
    let mail = a_mail(&address_of(&member), "hunitong@example.cn", "答复", &[], "十二辆");
    let (code, said) = piped(&app, &["--recipient", &to], &mail).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(state_of(&app, id).await, IssueState::Replied, "{said}");
    let (code, said) = piped(&app, &["--recipient", &to], &mail).await;
    assert!(code == Some(0) && said.contains("before"), "{said}");

    // 60 MB are kept and held, more than is taken at all is refused, and so is nothing.
    let large = [&mail[..], &vec![b'x'; 60 * 1024 * 1024]].concat();
    let (code, said) = piped(&app, &[], &large).await;
    assert!(code == Some(0) && said.contains("too_large"), "{said}");
    let kept = conversations::list(app.state.db.reader(), conversations::Filter::Pen, conversations::From::Start);
    let kept = conversations::find(app.state.db.reader(), kept.await.unwrap().mails.remove(0).id).await.unwrap();
    assert_eq!((kept.held, kept.raw_size), (Some(Held::TooLarge), large.len() as i64));
    assert_eq!(kept.from_email, address_of(&member), "the headers are read");
    let too_large = vec![b'x'; 101 * 1024 * 1024];
    assert_eq!(piped(&app, &[], &too_large).await.0, Some(65));
    assert_eq!(piped(&app, &[], b"").await.0, Some(65));
}

#[tokio::test]
async fn a_mail_server_keeps_its_mail_while_the_portal_cannot_take_it() {
    let app = portal().await;
    for (name, value) in [("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"), ("HUNITONG_ADDR", "nonsense")] {
        let mut program = command(&app, &["mail", "ingest"]);
        program.env(name, value).stdin(Stdio::null());
        let output = program.output().await.unwrap();
        assert_eq!(output.status.code(), Some(75), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
