//! Mails that came in, from keeping them to taking them back: kept before they are read, one however many
//! processes take them in, no reply without words, and filed where they belong in the end.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use app::{
    conversations::{self, CameBy, Held, Source, Taken, store},
    db::Actor,
    files,
    ids::{InboundMailId, IssueId},
    issues::{model::State as IssueState, store::issue},
    outbox::{DeliveryState, entity::delivery},
    paging::From,
};
use lettre::message::{Attachment, MultiPart, SinglePart, header::ContentType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use tokio::io::AsyncWriteExt;

use crate::{
    builders::{TestMember, a_member, an_issue},
    program::command,
    replies::{
        OPERATOR, PDF, a_mail, address_of, asked_back, drop_mail, messages, portal, reply_address, state_of, taken,
        with_files,
    },
    replies_proof::{self, a_report, deliveries_are},
    sentinels::{id_of, sent},
    test_app::{Browser, TestApp},
    todo::listed,
};

pub async fn number_of(app: &TestApp, id: IssueId) -> String {
    issue::find(app.state.db.reader(), id).await.unwrap().number
}

pub async fn answers_to(app: &TestApp, id: IssueId) -> String {
    reply_address(&messages(app, id.0).await.pop().unwrap())
}

/// Takes a mail in as the mail server hands it over for an address.
pub async fn piped(app: &TestApp, mail: &[u8], recipient: Option<&str>) -> Taken {
    let received = files::receive_from(&app.state.files, "mail.eml", mail, u64::MAX).await.unwrap();
    let recipient = recipient.map(str::to_owned);
    let source = Source { received, recipient, came_by: CameBy::Pipe, actor: Actor::program() };
    conversations::take(&app.state, source).await.unwrap()
}

pub async fn find(app: &TestApp, id: InboundMailId) -> store::Inbound {
    store::find(app.state.db.reader(), id).await.unwrap()
}

pub async fn count(app: &TestApp, filter: store::Filter) -> u64 {
    store::count(app.state.db.reader(), filter).await.unwrap()
}

/// An issue that asks its member something, and the address for the answer.
pub async fn asked(app: &TestApp) -> (TestMember, Browser, IssueId, String) {
    let (member, staff) = (a_member(app).await, app.staff().await);
    let id = asked_back(app, &member, &staff).await;
    let to = answers_to(app, id).await;
    (member, staff, id, to)
}

#[tokio::test]
async fn of_a_very_long_mail_its_conversation_shows_the_beginning_and_its_own_page_all() {
    let app = portal().await;
    let (_, staff, id, to) = asked(&app).await;
    let text = format!("开头在这里。\n{}\n末尾在这里。", "一行又一行的机器文字。\n".repeat(1_000));
    let page = drop_mail(&staff, &a_mail(OPERATOR, &to, "Re: 很长", &[], &text)).await;
    staff.get(page.location()).await.is(200).says("开头在这里").says("末尾在这里");
    let shown = staff.get(&format!("/issues/{id}")).await.is(200);
    shown.says("开头在这里").says_not("末尾在这里").says("只显示开头");
}

#[tokio::test]
async fn a_photo_that_a_phone_puts_between_the_words_is_a_file() {
    let app = portal().await;
    let (member, _, id, to) = asked(&app).await;
    let mail = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: Re\r\nMessage-ID: <photo@member.example.cn>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=Apple-Mail-1\r\n\r\n\
         --Apple-Mail-1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         6K+355yL54Wn54mH\r\n\
         --Apple-Mail-1\r\nContent-Type: image/jpeg; name=IMG_0001.jpeg; x-apple-part-url=1\r\n\
         Content-Disposition: inline; filename=IMG_0001.jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         /9j/4AAQSkZJRgABAQAAAQABAAD/2Q==\r\n\
         --Apple-Mail-1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\r\n--Apple-Mail-1--\r\n",
        from = address_of(&member),
    );
    let Taken::Filed(mail) = piped(&app, mail.as_bytes(), None).await else { panic!("it is held") };
    let kept = find(&app, mail).await;
    assert_eq!((kept.body.as_str(), kept.held, kept.became_reply), ("请看照片", None, true));
    assert_eq!(kept.left_out, "[]");
    member.admin.get(&format!("/issues/{id}")).await.is(200).says("请看照片").says("IMG_0001.jpeg");
}

#[tokio::test]
async fn a_mail_that_says_nothing_or_was_not_read_whole_is_no_reply() {
    let app = portal().await;
    let (member, staff, id, to) = asked(&app).await;
    let from = address_of(&member);
    let quotation = "> 几辆车？\n\n------------------ 原始邮件 ------------------\n发件人: 协会\n几辆车？";
    let kept = taken(&app, &drop_mail(&staff, &a_mail(&from, &to, "Re", &[], quotation)).await).await;
    assert_eq!((kept.about_id, kept.became_reply, kept.handled_at), (Some(id.0), false, None));

    let number = number_of(&app, id).await;
    let damaged = a_mail(&from, "hunitong@example.cn", &number, &[("Content-Type", "multipart/mixed")], "十二辆");
    let damaged = String::from_utf8(damaged).unwrap().replace("Content-Type: text/plain; charset=utf-8\r\n", "");
    let held = drop_mail(&staff, damaged.as_bytes()).await;
    assert_eq!(taken(&app, &held).await.held, Some(Held::Broken));
    staff.get(held.location()).await.is(200).says(&format!("归入 {number}")).says_not("并登记为会员的补充说明");
    staff.post(&format!("{}/file", held.location()), &[("number", &number)]).await.is(303);
    let kept = taken(&app, &held).await;
    assert_eq!((kept.about_id, kept.became_reply, kept.handled_at), (Some(id.0), false, None));
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 2, "staff look after both");

    // A paper without a word is an answer, and the button says what it does.
    let paper = String::from_utf8(with_files(&from, "hunitong@example.cn", "")).unwrap();
    let held = drop_mail(&staff, paper.as_bytes()).await;
    staff.get(held.location()).await.is(200).says("并登记为会员的补充说明");
    staff.post(&format!("{}/file", held.location()), &[("number", &number), ("as", "reply")]).await.is(303);
    assert!(taken(&app, &held).await.became_reply);
    assert_eq!(state_of(&app, id).await, IssueState::Replied);
}

#[tokio::test]
async fn a_mail_put_aside_and_then_filed_is_as_new() {
    let app = portal().await.with_module().await;
    let (member, staff, id, _) = asked(&app).await;
    let path = sent(&member.admin, &member).await;
    let issue = number_of(&app, id).await;
    let request = app::sentinels::store::request(app.state.db.reader(), id_of(&path)).await.unwrap().number.unwrap();
    let reply = drop_mail(&staff, &a_mail(&address_of(&member), "hunitong@example.cn", "车", &[], "十二辆")).await;
    let answer = drop_mail(&staff, &a_mail("li@elsewhere.cn", "hunitong@example.cn", "安装", &[], "可以上门")).await;
    for held in [&reply, &answer] {
        staff.post(&format!("{}/aside", held.location()), &[]).await.is(303);
        assert!(taken(&app, held).await.handled_at.is_some());
    }
    staff.post(&format!("{}/file", reply.location()), &[("number", &issue), ("as", "reply")]).await.is(303);
    let kept = taken(&app, &reply).await;
    assert!(kept.became_reply && kept.handled_at.is_some());
    assert_eq!(member.admin.get(&format!("/issues/{id}")).await.is(200).text.matches("十二辆").count(), 1);

    staff.post(&format!("{}/file", answer.location()), &[("number", &request)]).await.is(303);
    assert!(taken(&app, &answer).await.handled_at.is_none(), "somebody has to look after it");
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 1);
    staff.get(&path).await.is(200).says("可以上门");
    // What is filed is not put aside, and what is held is not done.
    staff.post(&format!("{}/aside", answer.location()), &[]).await.is(409).says("已经归档");
    let held = drop_mail(&staff, &a_mail("li@elsewhere.cn", "hunitong@example.cn", "x", &[], "x")).await;
    staff.post(&format!("{}/handled", held.location()), &[("back", "/mails")]).await.is(409).says("还没有归档");
}

#[tokio::test]
async fn a_mail_that_was_filed_wrongly_is_taken_back() {
    let app = portal().await;
    let (mine, theirs) = (a_member(&app).await, a_member(&app).await);
    let staff = app.staff().await;
    let wrong = an_issue(&app, &theirs).await;
    let mail = with_files(&address_of(&mine), "hunitong@example.cn", "只给我们看");
    let held = drop_mail(&staff, &mail).await;
    let wrong_number = number_of(&app, wrong).await;
    staff.post(&format!("{}/file", held.location()), &[("number", &wrong_number)]).await.is(303);
    staff.get(&format!("/issues/{wrong}")).await.is(200).says("只给我们看");
    staff.get(held.location()).await.is(200).says("退回待归档");
    mine.admin.post(&format!("{}/take-back", held.location()), &[]).await.is(403);
    staff.post(&format!("{}/take-back", held.location()), &[]).await.is(303);
    staff.get(&format!("/issues/{wrong}")).await.is(200).says_not("只给我们看");
    let kept = taken(&app, &held).await;
    assert!(kept.about_id.is_none() && kept.handled_at.is_none() && kept.way.is_none());
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 1);
    staff.get("/audit").await.is(200).says("把来信退回待归档");
    staff.get(held.location()).await.is(200).says("无法判断它属于哪一件事");
    staff.post(&format!("{}/take-back", held.location()), &[]).await.is(409);

    // What made a reply stays where it is.
    let asked = asked_back(&app, &mine, &staff).await;
    let number = number_of(&app, asked).await;
    staff.post(&format!("{}/file", held.location()), &[("number", &number), ("as", "reply")]).await.is(303);
    staff.get(held.location()).await.is(200).says_not("退回待归档");
    staff.post(&format!("{}/take-back", held.location()), &[]).await.is(409);
    assert_eq!(taken(&app, &held).await.about_id, Some(asked.0));
}

#[tokio::test]
async fn a_flood_does_not_fill_the_list_and_several_mails_are_put_aside_at_once() {
    let app = portal().await;
    let staff = app.staff().await;
    for n in 0..23 {
        let mail = a_mail("spam@elsewhere.cn", "reply@portal.example.cn", &format!("优惠 {n}"), &[], "水泥优惠");
        assert!(matches!(piped(&app, &mail, None).await, Taken::Held(_, Held::NoMatch)));
    }
    assert_eq!((count(&app, store::Filter::Pen).await, count(&app, store::Filter::All).await), (20, 23));
    let other = a_mail("li@elsewhere.cn", "reply@portal.example.cn", "请问", &[], "请问");
    let Taken::Held(other, _) = piped(&app, &other, None).await else { panic!("it is filed") };
    assert!(find(&app, other).await.handled_at.is_none(), "others are heard");
    let all = store::list(app.state.db.reader(), store::Filter::All, From::Start).await.unwrap().rows;
    let aside = all.iter().find(|mail| mail.handled_at.is_some()).unwrap().id;
    staff.get(&format!("/mails/{aside}")).await.is(200).says("没有逐一列入待办").says("归入这个编号");

    let none = staff.post("/mails/aside", &[]).await.is(422).says("请先勾选");
    let chosen: Vec<String> =
        all.iter().filter(|mail| mail.from_email.starts_with("spam")).map(|mail| mail.id.to_string()).collect();
    assert!(none.text.contains(&chosen[20]));
    let fields: Vec<(&str, &str)> = chosen.iter().map(|id| ("chosen", id.as_str())).collect();
    staff.post("/mails/aside", &fields).await.is(303);
    let left = store::list(app.state.db.reader(), store::Filter::Pen, From::Start).await.unwrap().rows;
    assert_eq!(left.iter().map(|mail| mail.id).collect::<Vec<_>>(), [other]);
    app.auditor().await.post("/mails/aside", &fields).await.is(403);
}

/// What a scanner sends: always the same headers and words, and another paper.
fn a_scan(from: &str, to: &str, paper: &[u8]) -> Vec<u8> {
    let pdf =
        Attachment::new("scan.pdf".to_owned()).body(paper.to_vec(), ContentType::parse("application/pdf").unwrap());
    let mail = lettre::Message::builder()
        .from(from.parse().unwrap())
        .to(to.parse().unwrap())
        .subject("Scan")
        .message_id(Some("<1@scanner>".to_owned()));
    let words = SinglePart::plain("See the attached paper.".to_owned());
    mail.multipart(MultiPart::mixed().singlepart(words).singlepart(pdf)).unwrap().formatted()
}

#[tokio::test]
async fn the_same_mail_is_the_one_with_the_same_contents() {
    let app = portal().await;
    let (member, _, id, to) = asked(&app).await;
    let other = [PDF, b"% another\n"].concat();
    let from = address_of(&member);
    let scan = a_scan(&from, "scan@portal.example.cn", PDF);
    for scan in [&scan, &a_scan(&from, "scan@portal.example.cn", &other)] {
        assert!(matches!(piped(&app, scan, None).await, Taken::Held(_, Held::NoMatch)));
        let unix = String::from_utf8(scan.clone()).unwrap().replace("\r\n", "\n");
        let again = format!("Received: by mx.example.cn\n{unix}");
        assert_eq!(piped(&app, again.as_bytes(), None).await, Taken::Again, "with other line ends");
    }
    assert_eq!(count(&app, store::Filter::All).await, 2);

    // A copy that came by a signed address files the one that did not.
    let Taken::Filed(filed) = piped(&app, &scan, Some(&to)).await else { panic!("it is held") };
    assert_eq!(count(&app, store::Filter::All).await, 2);
    assert_eq!((find(&app, filed).await.about_id, state_of(&app, id).await), (Some(id.0), IssueState::Replied));
    assert_eq!(piped(&app, &scan, Some(&to)).await, Taken::Again);
}

#[tokio::test]
async fn a_mail_to_two_conversations_is_seen_in_both_and_answers_one() {
    let app = portal().await;
    let (member, staff, one, to) = asked(&app).await;
    let two = asked_back(&app, &member, &staff).await;
    let mail = a_mail(&address_of(&member), "undisclosed@member.example.cn", "答复", &[], "两件事都同意");
    let second = answers_to(&app, two).await;
    assert!(matches!(piped(&app, &mail, Some(&to)).await, Taken::Filed(_)));
    for _ in 0..2 {
        piped(&app, &mail, Some(&second)).await;
    }
    assert_eq!(count(&app, store::Filter::All).await, 2);
    assert_eq!((state_of(&app, one).await, state_of(&app, two).await), (IssueState::Replied, IssueState::AskedBack));
    staff.get(&format!("/issues/{two}")).await.is(200).says("两件事都同意");
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 1, "people decide what it is there");
}

/// The program as a mail server starts it.
fn ingest(app: &TestApp) -> tokio::process::Child {
    let mut program = command(app, &["mail", "ingest"]);
    program.env("HUNITONG_SECRET_KEY", "\u{7}".repeat(32)).env("HUNITONG_MAIL_REPLY_TO", "reply@portal.example.cn");
    program.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[tokio::test]
async fn the_same_mail_at_once_from_two_processes_is_one() {
    let app = portal().await;
    let (member, _, id, to) = asked(&app).await;
    let mail = with_files(&address_of(&member), &to, "十二辆");
    let told = messages(&app, id.0).await.len();
    let mut running = Vec::new();
    for n in 0..3 {
        let mut program = ingest(&app);
        // Each mail server on the way adds a line, so that the bytes differ.
        let mail = [format!("Received: by mx{}.example.cn\r\n", n % 2).as_bytes(), &mail].concat();
        let mut stdin = program.stdin.take().unwrap();
        running.push(tokio::spawn(async move {
            stdin.write_all(&mail).await.unwrap();
            drop(stdin);
            program.wait().await.unwrap().code()
        }));
    }
    for one in running {
        assert_eq!(one.await.unwrap(), Some(0));
    }
    assert_eq!((count(&app, store::Filter::All).await, state_of(&app, id).await), (1, IssueState::Replied));
    assert_eq!(messages(&app, id.0).await.len(), told + 1, "the owner is told once");
}

/// A mail that takes a while to be read.
fn a_long_mail(from: &str, to: &str) -> Vec<u8> {
    let head = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: x\r\nMessage-ID: <long@member.example.cn>\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\ntwelve\r\n"
    );
    let part = "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
    let long = "=E5=8D=81=\r\n".repeat(200_000);
    format!("{head}{}--b--\r\n", format!("{part}{long}\r\n").repeat(12)).into_bytes()
}

async fn unread(app: &TestApp) -> Option<InboundMailId> {
    let all = store::list(app.state.db.reader(), store::Filter::All, From::Start).await.unwrap().rows;
    all.iter().find(|mail| mail.held == Some(Held::Unread)).map(|mail| mail.id)
}

#[tokio::test]
async fn a_mail_whose_reading_is_killed_is_kept_and_read_again() {
    let app = portal().await;
    let (member, staff, id, to) = asked(&app).await;
    let mail = a_long_mail(&address_of(&member), &to);
    let mut program = ingest(&app);
    let mut stdin = program.stdin.take().unwrap();
    stdin.write_all(&mail).await.unwrap();
    drop(stdin);
    let end = Instant::now() + Duration::from_secs(60);
    let kept = loop {
        assert!(Instant::now() < end && program.try_wait().unwrap().is_none(), "it was never seen unread");
        if let Some(kept) = unread(&app).await {
            break kept;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    program.kill().await.unwrap();
    assert_eq!(unread(&app).await, Some(kept), "it was killed while it read");
    staff.get("/mails?tab=pen").await.is(200).says("未读完");
    staff.get(&format!("/mails/{kept}")).await.is(200).says("还没有读完").says("现在读取");
    assert_eq!(staff.get(&format!("/mails/{kept}/raw")).await.is(200).bytes, mail);

    // Nobody else reads it at once; later the upkeep does.
    conversations::read_left_behind(&app.state).await.unwrap();
    assert_eq!(unread(&app).await, Some(kept));
    let earlier = "UPDATE inbound_mails SET received_at = received_at - 3600000000";
    app.state.db.writer().execute_unprepared(earlier).await.unwrap();
    conversations::read_left_behind(&app.state).await.unwrap();
    let read = find(&app, kept).await;
    assert!(read.became_reply && read.body.starts_with("twelve") && read.about_id == Some(id.0));
    assert_eq!(count(&app, store::Filter::All).await, 1);
}

/// A mail that is kept, and whose reading has been broken off.
pub async fn broken_off(app: &TestApp, mail: &[u8]) -> InboundMailId {
    let received = files::receive_from(&app.state.files, "mail.eml", mail, u64::MAX).await.unwrap();
    let raw_hash = files::keep_as_it_came(&app.state.files, &received).await.unwrap();
    let tx = app.tx().await;
    let new = store::KeptMail {
        twin: uuid::Uuid::now_v7().to_string(),
        came_by: CameBy::Pipe,
        recipient: None,
        raw_hash,
        raw_size: mail.len() as i64,
    };
    let id = store::keep(&tx, new).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn an_unread_mail_is_read_by_hand_and_not_tried_for_ever() {
    let app = portal().await;
    let (member, staff, id, to) = asked(&app).await;
    let mail = broken_off(&app, &a_mail(&address_of(&member), &to, "x", &[], "十二辆")).await;
    staff.post(&format!("/mails/{mail}/read"), &[]).await.is(303);
    assert!(find(&app, mail).await.became_reply);
    assert_eq!(state_of(&app, id).await, IssueState::Replied);

    let other = broken_off(&app, &a_mail("li@elsewhere.cn", "x@example.cn", "x", &[], "x")).await;
    let spent = "UPDATE inbound_mails SET tries = 3, received_at = 0 WHERE held = 'unread'";
    app.state.db.writer().execute_unprepared(spent).await.unwrap();
    conversations::read_left_behind(&app.state).await.unwrap();
    assert_eq!(find(&app, other).await.held, Some(Held::Unread));
    // It is filed by hand by whoever has looked at it, and answers nothing by itself.
    let number = number_of(&app, id).await;
    staff.post(&format!("/mails/{other}/file"), &[("number", &number)]).await.is(303);
    assert!(!find(&app, other).await.became_reply);
}

#[tokio::test]
async fn a_report_that_returns_half_a_mail_is_read() {
    let app = replies_proof::portal().await.with_module().await;
    let member = a_member(&app).await;
    let path = sent(&member.admin, &member).await;
    deliveries_are(&app, DeliveryState::Accepted).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    let of = async || {
        let all = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id));
        all.filter(delivery::Column::Email.eq(OPERATOR)).one(app.state.db.reader()).await.unwrap().unwrap()
    };
    let cut =
        "Subject: x\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nour";
    let report = String::from_utf8(a_report("hunitong@example.cn", &message, OPERATOR, "failed", "5.1.1")).unwrap();
    let report = report.replace("Subject: x\r\n\r\nours", cut);
    let Taken::Held(held, Held::UnprovedReport) = piped(&app, report.as_bytes(), None).await else { panic!("proved") };
    assert_eq!(of().await.state, DeliveryState::Accepted);
    assert_eq!(piped(&app, report.as_bytes(), Some("li@example.cn")).await, Taken::Again);

    // A copy of the same report that came to the delivery's own return path is the proof, also of one put aside.
    app.staff().await.post(&format!("/mails/{held}/aside"), &[]).await.is(303);
    let own = conversations::return_path(&app.state.options, of().await.id).unwrap();
    assert_eq!(piped(&app, report.as_bytes(), Some(&own)).await, Taken::Filed(held));
    let kept = find(&app, held).await;
    assert_eq!((kept.about_id, kept.delivery_id), (Some(id_of(&path).0), Some(of().await.id)));
    assert!(kept.handled_at.is_some());
    assert_eq!((of().await.state, count(&app, store::Filter::All).await), (DeliveryState::Refused, 1));
}

#[tokio::test]
async fn a_talk_that_is_refused_keeps_what_was_typed() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = an_issue(&app, &member).await;
    let long = format!("厂长说{}", "很".repeat(500));
    let page = staff.post(&format!("/issues/{id}/talks"), &[("channel", "wechat"), ("note", &long)]).await.is(422);
    page.says(&long).says("记一次微信").says(&number_of(&app, id).await);
    // Enter begins a new line; it does not take the first button.
    let page = staff.get(&format!("/issues/{id}")).await.is(200);
    assert!(
        page.text.contains("<textarea") && !page.text.contains("<input type=\"text\" class=\"input\" id=\"f-note\"")
    );
}
