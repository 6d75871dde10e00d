//! Answers that come in by mail: written with an ordinary mail library, taken in by each way, filed or held
//! with the reason, and what follows from them.

use std::process::Stdio;

use app::{
    conversations::{Held, Nature, store as conversations},
    ids::{InboundMailId, IssueId},
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
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    builders::{TestMember, a_member, an_issue},
    guides::switch_module,
    program::{command, ingest},
    replies_proof::deliveries_are,
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
    assert!(kept.became_reply && kept.held.is_none());
    assert!(kept.handled_at.is_none(), "a file that was not taken is for people to ask for");
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
        ("休假", ("Precedence", "auto_reply")),
        ("休假", ("Return-Path", "<>")),
        ("休假", ("Return-Path", "<MAILER-DAEMON>")),
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
    // Other programs may carry somebody's words: they change nothing either, but people are to read them.
    for more in [("Auto-Submitted", "auto-generated"), ("Precedence", "bulk")] {
        let mail = a_mail(&address_of(&member), &to, "工单已处理", &[more], "六月十五日安装");
        let kept = taken(&app, &drop_mail(&staff, &mail).await).await;
        assert!(kept.about_id == Some(id.0) && !kept.became_reply && kept.handled_at.is_none(), "{more:?}");
    }
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 2);
    let mail = a_mail(&address_of(&member), &to, "答复", &[("Auto-Submitted", "no")], "十二辆");
    assert!(taken(&app, &drop_mail(&staff, &mail).await).await.became_reply);
}

#[tokio::test]
async fn an_answered_request_shows_the_answer_and_one_click_schedules_it() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    member.admin.get(&path).await.is(200).says(&reply_address(&message));
    let day = app.state.clock.now().plus(20 * Instant::DAY).day();
    let text = format!("您好，定于{}月{}日上午上门安装。", u8::from(day.month()), day.day());
    let answer = drop_mail(&staff, &a_mail(OPERATOR, &reply_address(&message), "Re: 申领", &[], &text)).await;
    let mail = taken(&app, &answer).await.id.to_string();

    assert_eq!(listed(&staff.get("/todo").await.is(200).says("有新来信"), "/mails"), 1);
    let shown = app::time::show_day(day);
    let page = member.admin.get(&path).await.is(200).says("上门安装").says(&format!("value=\"{shown}\""));
    let fields = [("act", "scheduled"), ("day", shown.as_str()), ("mail", &mail)];
    assert!(page.text.contains("登记为已约定"));
    member.admin.post(&format!("{path}/entries"), &fields).await.is(303);
    let case = sentinels::case(app.state.db.reader(), id_of(&path)).await.unwrap();
    assert_eq!(case.state(), State::Scheduled);
    member.admin.get(&path).await.is(200).says("上门安装").says_not("登记为已约定");
    staff.get("/todo").await.is(200).says_not("有新来信");
}

#[tokio::test]
async fn with_the_module_off_what_came_about_requests_waits_out_of_sight() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    let mail = a_mail(OPERATOR, &reply_address(&message), "Re: 申领", &[], "收到。");
    let came = drop_mail(&staff, &mail).await;
    let link = format!("href=\"{path}\"");
    staff.get(came.location()).await.is(200).says(&link);
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 1);

    switch_module(&app, false).await;
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 0);
    staff.get("/mails").await.is(200).says_not("Re: 申领");
    staff.get("/mails?tab=all").await.is(200).says("Re: 申领").says_not(&link);
    staff.get(came.location()).await.is(200).says("收到。").says_not(&link);

    switch_module(&app, true).await;
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 1);
}

#[tokio::test]
async fn a_thread_files_a_mail_and_so_does_a_number_from_a_known_address() {
    let app = portal().await.with_module().await;
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
    let page = staff.get(held.location()).await.is(200).says(&format!("归入 {number}")).says("并登记为会员的补充说明");
    assert!(page.text.contains(&format!("value=\"{number}\"")));
    let action = format!("{}/file", held.location());
    staff.post(&action, &[("number", "AZ-1999-0001")]).await.is(422).says("没有这个编号").says("AZ-1999-0001");
    let filed = staff.post(&action, &[("number", &number), ("as", "reply")]).await.is(303);
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

#[tokio::test]
async fn a_bounce_in_plain_words_is_filed_for_people_to_read_and_moves_nothing() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    deliveries_are(&app, DeliveryState::Accepted).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    let repeated =
        format!("Mail to {OPERATOR} was given up.\r\n\r\n> Message-ID: <{}>\r\n> Subject: x", message.rfc_id);
    let thread = format!("<{}>", message.rfc_id);
    for (from, more, text) in [
        ("MAILER-DAEMON@mx.example.cn", vec![], repeated.as_str()),
        ("postmaster@mx.example.cn", vec![("References", thread.as_str()), ("Return-Path", "<>")], "I give up."),
    ] {
        let answer = drop_mail(&staff, &a_mail(from, "hunitong@example.cn", "failure notice", &more, text)).await;
        let kept = taken(&app, &answer).await;
        assert_eq!(
            (kept.about_id, kept.nature, kept.delivery_id),
            (Some(id_of(&path).0), Nature::Report, None),
            "{from}"
        );
        assert!(kept.handled_at.is_none() && !kept.became_reply, "{from}: it waits for people");
        staff.get(answer.location()).await.is(200).says("投递状态没有改动").says("投递报告");
        assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 1, "{from}");
        staff.post(&format!("{}/handled", answer.location()), &[("back", "/mails")]).await.is(303);
    }
    let all = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id)).all(app.state.db.reader());
    assert!(all.await.unwrap().iter().all(|one| one.state == DeliveryState::Accepted));
    member.admin.get(&path).await.is(200).says_not("被拒收");

    // One that names a mail of nobody here, and one that names two, belong nowhere.
    let nobodys = "Message-ID: <nobody@example.cn>";
    let two = format!("{nobodys}\r\nMessage-ID: <{}>", message.rfc_id);
    for text in [nobodys, &two] {
        let machine = [("Return-Path", "<>")];
        let mail = a_mail("postmaster@mx.example.cn", "hunitong@example.cn", "x", &machine, text);
        let kept = taken(&app, &drop_mail(&staff, &mail).await).await;
        assert_eq!((kept.nature, kept.held), (Nature::Report, Some(Held::NoMatch)), "{text}");
    }
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
    let app = portal().await.with_module().await;
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
    let app = portal().await.with_module().await;
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
    let app = TestApp::start_with_module().await;
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

#[tokio::test]
async fn the_program_takes_mails_from_a_pipe() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let to = reply_address(&messages(&app, id.0).await.pop().unwrap());
    let mail = a_mail(&address_of(&member), "hunitong@example.cn", "答复", &[], "十二辆");
    let first = ingest(&app, &["--recipient", &to], &mail).await;
    assert_eq!(first.code, Some(0), "{}", first.said);
    assert_eq!(state_of(&app, id).await, IssueState::Replied, "{}", first.said);
    let again = ingest(&app, &["--recipient", &to], &mail).await;
    assert!(again.code == Some(0) && again.said.contains("before"), "{}", again.said);
    assert_eq!(ingest(&app, &[], b"").await.code, Some(65));
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
