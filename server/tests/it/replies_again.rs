//! What fails on the way in: it is read again, for an ordinary failure uses no try up; staff file by hand what cannot be
//! placed, as a mail unless they say otherwise; and of much that came in, what is not shown is said.

use app::{
    conversations::{self, CameBy, Channel, Held, Source, Taken, store},
    db::Actor,
    error::AppError,
    files,
    issues::model::State as IssueState,
    members::store as members,
};
use sea_orm::ConnectionTrait;

use crate::{
    builders::a_member,
    program,
    replies::{OPERATOR, a_mail, address_of, drop_mail, messages, state_of, taken},
    replies_kept::{asked, broken_off, count, find, number_of, piped},
    replies_proof::{a_report, portal},
    sentinels::{id_of, sent},
    test_app::TestApp,
    todo::counted,
};

async fn take(app: &TestApp, mail: &[u8]) -> Result<Taken, AppError> {
    let received = files::receive_from(&app.state.files, "mail.eml", mail, u64::MAX).await.unwrap();
    let source = Source { received, recipient: None, came_by: CameBy::Pipe, actor: Actor::program() };
    conversations::take(&app.state, source).await
}

#[tokio::test]
async fn a_failure_in_the_middle_leaves_the_mail_as_it_was_and_uses_no_try_up() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    let report = a_report("hunitong@example.cn", &message, OPERATOR, "failed", "5.1.1");
    let rename = async |from: &str, to: &str| {
        let statement = format!("ALTER TABLE {from} RENAME TO {to}");
        app.state.db.writer().execute_unprepared(&statement).await.unwrap();
    };
    // The last that is written of it cannot be, so nothing of it stands.
    rename("claimed_bounces", "away").await;
    let mut kept = None;
    for n in 0..5 {
        take(&app, &report).await.unwrap_err();
        let all = store::list(app.state.db.reader(), store::Filter::All, app::paging::From::Start).await.unwrap().rows;
        assert_eq!(all.len(), 1, "try {n}");
        let mail = find(&app, all[0].id).await;
        assert_eq!((mail.held, mail.tries, mail.subject.as_str()), (Some(Held::Unread), 0, ""), "try {n}");
        kept = Some(mail.id);
    }
    let failed = program::ingest(&app, &[], &report).await;
    assert_eq!(failed.code, Some(75), "the mail server keeps it: {}", failed.said);
    let id = kept.unwrap();
    staff.post(&format!("/mails/{id}/read"), &[]).await.is(500);
    assert_eq!(find(&app, id).await.tries, 0);
    rename("away", "claimed_bounces").await;
    assert_eq!(take(&app, &report).await.unwrap(), Taken::Held(id, Held::UnprovedReport));
    assert_eq!(store::claims(app.state.db.reader(), id).await.unwrap().len(), 1);
    assert_eq!(take(&app, &report).await.unwrap(), Taken::Again);
}

#[tokio::test]
async fn staff_have_a_mail_read_once_more_however_often_it_was_tried() {
    let app = portal().await;
    let staff = app.staff().await;
    let id = broken_off(&app, &a_mail("li@elsewhere.cn", "x@example.cn", "请问", &[], "x")).await;
    let spent = "UPDATE inbound_mails SET tries = 3, received_at = 0 WHERE held = 'unread'";
    app.state.db.writer().execute_unprepared(spent).await.unwrap();
    conversations::read_left_behind(&app.state).await.unwrap();
    assert_eq!(find(&app, id).await.held, Some(Held::Unread), "not by itself");
    staff.get(&format!("/mails/{id}")).await.is(200).says("不再自动重试").says("现在读取");
    staff.post(&format!("/mails/{id}/read"), &[]).await.is(303);
    let kept = find(&app, id).await;
    assert_eq!((kept.held, kept.subject.as_str()), (Some(Held::NoMatch), "请问"));
}

#[tokio::test]
async fn what_is_filed_by_hand_is_a_mail_only_unless_staff_say_that_it_is_the_reply() {
    let app = portal().await;
    let (member, staff, id, to) = asked(&app).await;
    let theirs = a_member(&app).await;
    let number = number_of(&app, id).await;
    let name = members::member(app.state.db.reader(), member.id).await.unwrap().name;
    let held = drop_mail(&staff, &a_mail(&address_of(&member), "x@example.cn", "车", &[], "十二辆")).await;
    let page = staff.get(held.location()).await.is(200);
    page.says("归入这个编号，只作来信").says(&format!("作为{name}的补充说明"));
    let action = format!("{}/file", held.location());
    staff.post(&action, &[("number", &number)]).await.is(303);
    let kept = taken(&app, &held).await;
    assert_eq!((kept.about_id, kept.became_reply, kept.handled_at), (Some(id.0), false, None));
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    staff.post(&format!("{}/take-back", held.location()), &[]).await.is(303);
    // Whoever does not act for that member does not reply for it, and staff are told.
    let other = drop_mail(&staff, &a_mail(&address_of(&theirs), "x@example.cn", "车", &[], "二十辆")).await;
    let fields = [("number", number.as_str()), ("as", "reply")];
    let refused = staff.post(&format!("{}/file", other.location()), &fields).await.is(422);
    refused.says("不能作为那件事的补充说明").says(&number);
    assert!(taken(&app, &other).await.about_id.is_none());
    let done = staff.post(&action, &fields).await.is(303);
    assert_eq!(done.location(), format!("/issues/{id}"));
    staff.get(done.location()).await.is(200).says("并登记为会员的补充说明").says("十二辆");
    assert_eq!(state_of(&app, id).await, IssueState::Replied);
    assert!(to.starts_with("reply+"));
}

#[tokio::test]
async fn what_may_be_forged_is_nobodys_reply_whoever_files_it() {
    let app = portal().await;
    let (member, staff, id, to) = asked(&app).await;
    let number = number_of(&app, id).await;
    let turned = if to.contains("+ia") { to.replacen("+ia", "+ib", 1) } else { format!("{}a{}", &to[..7], &to[8..]) };
    let from = address_of(&member);
    for (to, subject, why) in
        [(turned.as_str(), "Re", Held::ForgedToken), (&to, "=?utf-8?Q?x=0D=0ABcc:_a@b.cn?=", Held::HiddenLines)]
    {
        let held = drop_mail(&staff, &a_mail(&from, to, subject, &[], "我们撤回")).await;
        assert_eq!(taken(&app, &held).await.held, Some(why));
        let page = staff.get(held.location()).await.is(200).says("只作来信");
        page.says_not("补充说明");
        let action = format!("{}/file", held.location());
        staff.post(&action, &[("number", &number), ("as", "reply")]).await.is(422);
        staff.post(&action, &[("number", &number)]).await.is(303);
        assert!(!taken(&app, &held).await.became_reply, "{why}");
    }
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
}

#[tokio::test]
async fn rows_that_go_away_again_leave_their_reason_in_the_audit() {
    let app = portal().await.with_module().await;
    let (staff, auditor) = (app.staff().await, app.auditor().await);
    let mail = a_mail("li@elsewhere.cn", "x@example.cn", "请问", &[], "x");
    piped(&app, &mail, None).await;
    assert_eq!(piped(&app, &mail, Some("y@example.cn")).await, Taken::Again);
    auditor.get("/audit?act=inbound_mail.again").await.is(200).says("认出是已经收过的来信");
    let member = a_member(&app).await;
    let path = sent(&member.admin, &member).await;
    let message = messages(&app, id_of(&path).0).await.pop().unwrap();
    let ours = a_mail("hunitong@example.cn", "x@example.cn", "x", &[], "x");
    let ours = String::from_utf8(ours).unwrap();
    let start = ours.find("Message-ID: <").unwrap() + "Message-ID: <".len();
    let end = start + ours[start..].find('>').unwrap();
    let ours = format!("{}{}{}", &ours[..start], message.rfc_id, &ours[end..]);
    assert_eq!(drop_mail(&staff, ours.as_bytes()).await.location(), "/mails");
    auditor.get("/audit?act=inbound_mail.ours").await.is(200).says("认出是本系统自己发出的邮件");
}

#[tokio::test]
async fn a_conversation_that_shows_its_newest_only_says_so_and_leads_to_the_rest() {
    let app = portal().await;
    let (_, staff, id, to) = asked(&app).await;
    let here = format!("/issues/{id}");
    for n in 0..201 {
        let mail = a_mail("li@elsewhere.cn", &to, &format!("第{n}封"), &[], "x");
        assert!(matches!(piped(&app, &mail, None).await, Taken::Filed(_)));
        let said = n == 200;
        if n >= 199 {
            let page = staff.get(&here).await.is(200);
            assert_eq!(page.text.contains("只列出最近 200 封来信"), said, "{n}");
        }
    }
    let tx = app.tx().await;
    for _ in 0..201 {
        store::add_talk(&tx, id.into(), Channel::Phone, None).await.unwrap();
    }
    tx.commit().await.unwrap();
    let rest = format!("/mails?tab=all&amp;of=issue:{id}");
    let page = staff.get(&here).await.is(200).says("只列出最近 200 次通话").says(&rest).says_not("第0封");
    drop(page);
    drop_mail(&staff, &a_mail("li@elsewhere.cn", "x@example.cn", "别的事", &[], "x")).await;
    let list = staff.get(&rest.replace("&amp;", "&")).await.is(200).says(&number_of(&app, id).await);
    let list = list.says("201").says("第200封").says_not("别的事");
    // The next pages keep to it.
    let next = list.text.split("href=\"").find(|part| part.contains("after=")).unwrap().split('"').next().unwrap();
    assert!(next.contains(&format!("of=issue:{id}")), "{next}");
    let nobody = uuid::Uuid::now_v7();
    staff.get(&format!("/mails?of=issue:{nobody}")).await.is(404);
    staff.get("/mails?of=nonsense").await.is(200);
    assert_eq!(counted(&staff.get("/todo").await.is(200), "/mails"), 202);
    assert_eq!(count(&app, store::Filter::Of(id.into())).await, 201);
}
