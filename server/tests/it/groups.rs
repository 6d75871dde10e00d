//! Chat groups: which news they get, what the robot's service answers, and what the portal says it knows.

use std::os::unix::fs::PermissionsExt;

use app::{
    accounts::RoleKind,
    groups::{self, entity},
    ids::GroupId,
    outbox::{
        Channel, DeliveryState, PauseReason, Reason, Schedule,
        entity::delivery,
        store::{self, Found},
    },
    state::Secret,
    text::Locale,
    time::Instant,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use server::{channels::Reach, mailer::Turn};

use crate::{
    builders::a_member,
    forms::{form_fields, post_changed},
    notices::a_notice,
    outbox::a_mail,
    smtp_sink::{Sink, trust},
    test_app::{Browser, TestApp, options},
    webhook::{Say, Webhook, worker_to, worker_trusting},
};

const KEY: &str = "693a91f6-7abc-4bc4-97a0-0ec2a1fa5aaa";
const LIST: &str = "/settings/groups";

fn fields<'a>(name: &'a str, news: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("name", name), ("channel", "wecom"), ("secret", KEY), ("active", "yes")];
    fields.extend(news.iter().map(|kind| ("news", *kind)));
    fields
}

/// Adds a group that gets these kinds of news, with more fields.
async fn a_group_with(admin: &Browser, name: &str, news: &[&str], more: &[(&str, &str)]) -> GroupId {
    let answer = admin.post(&format!("{LIST}/new"), &[fields(name, news), more.to_vec()].concat()).await.is(303);
    answer.location().rsplit('/').next().unwrap().parse().unwrap()
}

async fn a_group(admin: &Browser, name: &str, news: &[&str]) -> GroupId {
    a_group_with(admin, name, news, &[]).await
}

async fn sent_to(app: &TestApp, group: GroupId) -> Vec<Found> {
    store::to_group(app.state.db.reader(), group).await.unwrap()
}

/// The one message to a group, as it is known now.
pub async fn only(app: &TestApp, group: GroupId) -> Found {
    let mut sent = sent_to(app, group).await;
    assert_eq!(sent.len(), 1);
    sent.remove(0)
}

/// A group with a test message that waits to leave.
pub async fn with_a_message(app: &TestApp) -> (Browser, GroupId) {
    let admin = app.admin().await;
    let group = a_group(&admin, "秘书处", &["alarms"]).await;
    admin.post(&format!("{LIST}/{group}/test"), &[]).await.is(303);
    (admin, group)
}

/// What each answer makes of a message.
#[tokio::test]
async fn every_answer_is_known_for_what_it_is() {
    use DeliveryState::{Accepted, Deferred, Refused, Uncertain};
    let page = "<!DOCTYPE html><html><body>Welcome to the hotel's network</body></html>";
    let elsewhere = "302 Found\r\nLocation: http://127.0.0.1:1/stolen";
    for (say, state, words, code) in [
        (Say::code(0, "ok"), Accepted, "errcode 0: ok", Some("0")),
        (Say::code(45_009, "api freq out of limit"), Deferred, "freq", Some("45009")),
        (Say::code(-1, "system busy"), Deferred, "busy", Some("-1")),
        (Say::code(93_000, "invalid webhook url"), Refused, "invalid webhook url", Some("93000")),
        (Say::code(40_008, "invalid message type"), Refused, "message type", Some("40008")),
        (Say::code(93_000, &format!("no robot {KEY}")), Refused, "no robot …", Some("93000")),
        (Say::page("200 OK", page), Deferred, "another page", None),
        (Say::page("200 OK", ""), Deferred, "another page", None),
        (Say::Endless, Deferred, "another page", None),
        (Say::page(elsewhere, ""), Deferred, "not followed", None),
        (Say::page("404 Not Found", page), Deferred, "HTTP 404", None),
        (Say::page("502 Bad Gateway", page), Deferred, "HTTP 502", None),
        (Say::Drop, Uncertain, "the answer was lost", None),
        (Say::Nothing, Uncertain, "no answer in time", None),
    ] {
        let (app, hook) = (TestApp::start().await, Webhook::start().await);
        let (_, group) = with_a_message(&app).await;
        hook.then(say.clone());
        assert_eq!(hook.worker(&app).drain().await.unwrap(), 1, "{say:?}: not again at once");
        let found = only(&app, group).await;
        let reply = app::outbox::said(Locale::En, found.delivery.reply.as_deref().unwrap());
        assert_eq!(found.delivery.state, state, "{say:?} {reply}");
        assert!(reply.contains(words) && !reply.contains(KEY), "{say:?} {reply}");
        assert_eq!(found.delivery.enhanced_code.as_deref(), code, "{say:?}");
        assert!(found.delivery.server.as_deref().unwrap().contains("127.0.0.1"));
        assert_eq!((found.delivery.attempts, hook.asked().len()), (1, 1));
        if state == Deferred || state == Uncertain {
            app.state.clock.advance(40 * Instant::MINUTE);
            assert_eq!(hook.worker(&app).drain().await.unwrap(), 1, "{say:?}: tried again");
            assert_eq!(only(&app, group).await.delivery.state, Accepted, "{say:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_asked_of_an_address_that_is_not_public() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let (_, group) = with_a_message(&app).await;
    for (n, host) in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "2130706433"].iter().enumerate()
    {
        let worker = worker_to(&app, &format!("http://{host}:{}", hook.port), Reach::Public);
        assert_eq!(worker.drain().await.unwrap(), 1, "{host}");
        let found = only(&app, group).await;
        assert_eq!((found.delivery.state, found.delivery.attempts), (DeliveryState::Deferred, n as i32 + 1), "{host}");
        assert!(found.delivery.reply.unwrap().contains(&Reason::NotPublic.words()), "{host}");
        assert!(found.delivery.body_started_at.is_none(), "{host}");
        app.state.clock.advance(2 * Instant::HOUR);
    }
    assert_eq!(hook.asked(), []);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_key() {
    let (app, hook) = (TestApp::start().await, Webhook::encrypting().await);
    let (_, group) = with_a_message(&app).await;
    let url = format!("https://127.0.0.1:{}", hook.port);
    assert_eq!(worker_to(&app, &url, Reach::Anywhere).drain().await.unwrap(), 1);
    let found = only(&app, group).await;
    assert_eq!(found.delivery.state, DeliveryState::Deferred);
    assert!(found.delivery.reply.unwrap().contains("certificate") && hook.asked().is_empty());
    app.state.clock.advance(2 * Instant::MINUTE);
    let knowing = worker_trusting(&app, &url, Reach::Anywhere, &trust(true));
    assert_eq!(knowing.drain().await.unwrap(), 1);
    let found = only(&app, group).await;
    assert_eq!(found.delivery.state, DeliveryState::Accepted);
    assert_eq!((found.delivery.tls.as_deref(), hook.asked().len()), (Some("TLSv1_3"), 1));
}

#[tokio::test]
async fn a_service_that_is_away_is_tried_for_a_day() {
    let app = TestApp::start().await;
    let (_, group) = with_a_message(&app).await;
    let worker = worker_to(&app, "http://127.0.0.1:1", Reach::Anywhere);
    let mut attempts = 0;
    while only(&app, group).await.delivery.settled_at.is_none() {
        attempts += worker.drain().await.unwrap();
        app.state.clock.advance(5 * Instant::MINUTE);
        assert!(attempts < 60);
    }
    let found = only(&app, group).await;
    assert_eq!(found.delivery.state, DeliveryState::GivenUp);
    assert!(attempts > 10 && found.delivery.settled_at.unwrap().since(found.delivery.created_at) >= Instant::DAY);
    app.staff().await.get("/todo").await.is(200).says("没有送到");
}

#[tokio::test]
async fn a_notice_goes_to_the_groups_that_want_its_audience() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let (admin, staff, _member) = (app.admin().await, app.staff().await, a_member(&app).await);
    let members = a_group(&admin, "会员群", &["members", "reminders"]).await;
    let mills = a_group_with(&admin, "粉磨站群", &["kinds"], &[("kinds", "grinding_station")]).await;
    let qingpu = a_group_with(&admin, "青浦群", &["districts"], &[("districts", "310118")]).await;
    let silent = a_group(&admin, "停用的群", &["public", "members"]).await;
    let page = admin.get(&format!("{LIST}/{silent}")).await.is(200);
    let off: Vec<_> = form_fields(&page).into_iter().filter(|(name, _)| name != "active").collect();
    let off: Vec<_> = off.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    admin.post(&format!("{LIST}/{silent}"), &off).await.is(303);

    let long = "请各会员单位核对车辆。".repeat(2_000);
    let notice =
        a_notice(&staff, &[("body", &long), ("title", "运输<@all>通知"), ("document_number", "〔2022〕12号")]).await;
    a_notice(&staff, &[("audience", "kinds"), ("kinds", "grinding_station"), ("title", "粉磨站通知")]).await;
    a_notice(&staff, &[("audience", "districts"), ("districts", "310118"), ("title", "青浦通知")]).await;
    for (group, title) in
        [(members, "【通知】运输<@all>通知"), (mills, "【通知】粉磨站通知"), (qingpu, "【通知】青浦通知")]
    {
        assert_eq!(only(&app, group).await.message.title, title);
    }
    assert!(sent_to(&app, silent).await.is_empty());

    assert_eq!(hook.worker(&app).drain().await.unwrap(), 3);
    let text = hook.text(0);
    let id = notice.rsplit('/').next().unwrap();
    assert!(text.len() <= 4_096 && text.starts_with("**【通知】运输＜@all＞通知**"), "{text}");
    assert!(text.ends_with(&format!("(http://127.0.0.1:3000/notices/{id})")), "{text}");
    assert!(text.contains("〔2022〕12号") && text.contains("确认收悉"), "{text}");
    assert_eq!(hook.asked()[0].0, format!("/cgi-bin/webhook/send?key={KEY}"));
    let page = staff.get(&format!("{notice}/members")).await.is(200).says("微信群").says("会员群");
    page.says("群机器人已接收").says("errcode 0: ok");
    let found = only(&app, members).await;
    assert_eq!((found.delivery.channel, found.delivery.group_id), (Channel::Wecom, Some(members)));
    let mail = staff.get(&format!("/outbox/{}", found.delivery.id)).await.is(200);
    mail.says("群机器人已接收").says("会员群").says_not("Message-ID").says_not("@groups");
}

#[tokio::test]
async fn a_reminder_names_nobody_and_goes_once_an_hour() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let (admin, staff, member) = (app.admin().await, app.staff().await, a_member(&app).await);
    let group = a_group(&admin, "会员群", &["members", "reminders"]).await;
    a_group(&admin, "只要通知的群", &["members"]).await;
    let notice = a_notice(&staff, &[]).await;
    for said in ["1 个微信群", "一小时"] {
        let answer = staff.post(&format!("{notice}/remind"), &[]).await.is(303);
        let _ = staff.get(answer.location()).await.is(200).says(said);
    }
    assert_eq!(sent_to(&app, group).await.len(), 2);
    let worker = hook.worker(&app);
    worker.drain().await.unwrap();
    app.state.clock.advance(4 * Instant::SECOND);
    worker.drain().await.unwrap();
    let text = hook.text(hook.asked().len() - 1);
    assert!(text.contains("【催办】恢复散装水泥运输的通知") && text.contains("还有 1 家会员没有确认收悉"), "{text}");
    assert!(!text.contains(&member.id.to_string()) && !text.contains("王厂长"), "{text}");
    assert_eq!(hook.asked().len(), 3);
}

#[tokio::test]
async fn a_robot_is_not_spoken_to_more_often_than_it_bears() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let admin = app.admin().await;
    let group = a_group(&admin, "秘书处", &["alarms"]).await;
    let other = a_group(&admin, "值班群", &["alarms"]).await;
    for _ in 0..25 {
        admin.post(&format!("{LIST}/{group}/test"), &[]).await.is(303);
    }
    admin.post(&format!("{LIST}/{other}/test"), &[]).await.is(303);
    let (one, two) = (hook.worker(&app), hook.worker(&app));
    let mut in_a_minute = 0;
    for _ in 0..60 {
        in_a_minute += one.drain().await.unwrap() + two.drain().await.unwrap();
        app.state.clock.advance(Instant::SECOND);
    }
    assert!((15..=21).contains(&in_a_minute), "{in_a_minute}, one of them to the other group");
    hook.then(Say::code(45_009, "api freq out of limit"));
    app.state.clock.advance(4 * Instant::SECOND);
    assert_eq!(one.drain().await.unwrap(), 1);
    app.state.clock.advance(60 * Instant::SECOND);
    assert_eq!(one.drain().await.unwrap(), 0, "it is left in peace");
    app.state.clock.advance(15 * Instant::SECOND);
    assert_eq!(one.drain().await.unwrap(), 1);
    admin.post(&format!("{LIST}/{other}/test"), &[]).await.is(303);
    assert_eq!(one.drain().await.unwrap(), 1, "another group is none the worse");
}

#[tokio::test]
async fn of_two_workers_one_sends_and_a_killed_ones_message_is_not_sent_again_at_once() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let (_, group) = with_a_message(&app).await;
    let (one, two) = (hook.worker(&app), hook.worker(&app));
    let mut claimed = one.claim(4, &[]).await.unwrap();
    assert_eq!((claimed.len(), two.drain().await.unwrap()), (1, 0));
    app.state.clock.advance(26 * Instant::SECOND);
    assert_eq!(two.drain().await.unwrap(), 1, "it had not begun to leave");
    assert_eq!(only(&app, group).await.delivery.state, DeliveryState::Accepted);
    assert_eq!(one.deliver(claimed.remove(0), Turn::begin()).await, None, "the first one finds its hold lost");
    assert_eq!(hook.asked().len(), 1);
}

#[tokio::test]
async fn mail_on_hold_and_mail_that_failed_are_told_once_and_groups_go_on_meanwhile() {
    let (app, hook, sink) = (TestApp::start().await, Webhook::start().await, Sink::start().await);
    let admin = app.admin().await;
    let group = a_group(&admin, "秘书处", &["alarms"]).await;
    a_group(&admin, "会员群", &["members"]).await;
    assert_eq!(groups::watch(&app.state).await.unwrap(), 0);
    let tx = app.tx().await;
    store::pause_queue(&tx, PauseReason::SigningIn, "535 wrong@example.cn", &Schedule::default()).await.unwrap();
    tx.commit().await.unwrap();
    a_mail(&app, &["office@example.cn"]).await;
    assert_eq!(groups::watch(&app.state).await.unwrap(), 1);
    assert_eq!(groups::watch(&app.state).await.unwrap(), 0, "once");
    assert_eq!((sink.worker(&app).drain().await.unwrap(), hook.worker(&app).drain().await.unwrap()), (0, 1));
    let (_, body) = hook.asked()[0].clone();
    assert_eq!(body["msgtype"], "text");
    let text = hook.text(0);
    assert!(text.contains("所有邮件暂停") && text.ends_with("http://127.0.0.1:3000/outbox"), "{text}");
    assert!(!text.contains("wrong@example.cn"));

    let tx = app.tx().await;
    store::resume_queue(&tx).await.unwrap();
    tx.commit().await.unwrap();
    sink.fail(crate::smtp_sink::At::Rcpt, "", crate::smtp_sink::Do::Say("550 5.1.1 no such mailbox"));
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 1);
    app.state.clock.advance(Instant::MINUTE);
    assert_eq!(groups::watch(&app.state).await.unwrap(), 1);
    a_mail(&app, &["other@example.cn"]).await;
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 1);
    assert_eq!(groups::watch(&app.state).await.unwrap(), 0, "those within ten minutes are told of together");
    app.state.clock.advance(11 * Instant::MINUTE);
    assert_eq!(groups::watch(&app.state).await.unwrap(), 1);
    assert_eq!(groups::watch(&app.state).await.unwrap(), 0);
    let titles: Vec<String> = sent_to(&app, group).await.into_iter().map(|found| found.message.title).collect();
    assert_eq!(titles.len(), 3);
    assert!(titles[0].contains("新增 1 封邮件没有送到"), "{titles:?}");
}

#[tokio::test]
async fn an_alarm_that_a_group_refuses_raises_no_alarm() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let (_, group) = with_a_message(&app).await;
    hook.then(Say::code(93_000, "invalid webhook url"));
    assert_eq!(hook.worker(&app).drain().await.unwrap(), 1);
    assert_eq!(only(&app, group).await.delivery.state, DeliveryState::Refused);
    assert_eq!(groups::watch(&app.state).await.unwrap(), 0);
}

#[tokio::test]
async fn a_refused_message_is_sent_again_to_its_group() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let (admin, group) = with_a_message(&app).await;
    hook.then(Say::code(93_000, "invalid webhook url"));
    hook.worker(&app).drain().await.unwrap();
    let old = format!("/outbox/{}", only(&app, group).await.delivery.id);
    admin.get("/outbox?state=failed").await.is(200).says("秘书处");
    let page = admin.get(&old).await.is(200).says("被拒收").says("invalid webhook url").says_not("name=\"email\"");
    let again = post_changed(&admin, &format!("{old}/resend"), &page, &[]).await.is(303);
    app.state.clock.advance(4 * Instant::SECOND);
    assert_eq!(hook.worker(&app).drain().await.unwrap(), 1);
    admin.get(again.location()).await.is(200).says("群机器人已接收").says(&old);
    assert_eq!(hook.asked().len(), 2);
    assert_eq!(hook.text(0), hook.text(1));
}

#[tokio::test]
async fn a_webhook_is_stored_sealed_and_shown_to_nobody() {
    let app = TestApp::start().await;
    let (admin, group) = with_a_message(&app).await;
    let stored = entity::Entity::find_by_id(group).one(app.state.db.reader()).await.unwrap().unwrap();
    assert!(!stored.secret.contains(KEY) && stored.secret.len() > KEY.len());
    let here = format!("{LIST}/{group}");
    let paths = [LIST, &here, "/outbox", "/audit", &format!("/outbox/{}", only(&app, group).await.delivery.id)];
    for path in paths {
        let _ = admin.get(path).await.is(200).says_not(KEY).says_not(&stored.secret);
    }
    let wrong = [fields("", &["alarms"]), vec![("secret", "not-the-first-one-0000")]].concat();
    let page = admin.post(&format!("{LIST}/new"), &wrong).await.is(422);
    page.says_not(KEY).says("f-name-error").says("没有保留");

    let page = admin.get(&here).await.is(200);
    let other = "11111111-2222-3333-4444-555555555555";
    post_changed(&admin, &here, &page, &[("secret", other)]).await.is(303);
    let page = admin.get(&here).await.is(200).says_not(other);
    post_changed(&admin, &here, &page, &[("name", "改名的群")]).await.is(303);
    let hook = Webhook::start().await;
    hook.worker(&app).drain().await.unwrap();
    assert_eq!(hook.asked()[0].0, format!("/cgi-bin/webhook/send?key={other}"), "renaming kept the new one");
    let audit = admin.get("/audit").await.is(200).says("换了 Webhook").says("改名的群");
    audit.says_not(other).says_not(KEY);
}

#[tokio::test]
async fn with_another_key_of_the_portal_the_page_asks_for_the_webhook_again() {
    let app = TestApp::start().await;
    let (_, group) = with_a_message(&app).await;
    let TestApp { folder, database, .. } = app;
    let app = TestApp::over(folder, database, app::state::Options { secret: Secret(vec![8; 32]), ..options() }).await;
    let hook = Webhook::start().await;
    assert_eq!(hook.worker(&app).drain().await.unwrap(), 1);
    assert_eq!(only(&app, group).await.delivery.state, DeliveryState::Refused);
    assert_eq!(hook.asked(), []);
    app.admin().await.get(&format!("{LIST}/{group}")).await.is(200).says("密钥换过");
}

#[tokio::test]
async fn what_is_wrong_with_a_group_is_said_at_its_field_and_typed_values_stay() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    a_group(&admin, "会员群", &["members"]).await;
    let new = format!("{LIST}/new");
    for (changes, error) in [
        (vec![("name", "会员群"), ("secret", KEY), ("news", "members")], "f-name-error"),
        (vec![("name", "甲"), ("secret", "https://example.cn/"), ("news", "members")], "f-secret-error"),
        (vec![("name", "甲"), ("news", "members")], "f-secret-error"),
        (vec![("name", "甲"), ("secret", KEY)], "f-news-error"),
        (vec![("name", "甲"), ("secret", KEY), ("news", "kinds")], "f-kinds-error"),
        (vec![("name", "甲"), ("secret", KEY), ("news", "districts"), ("districts", "999999")], "f-districts-error"),
        (vec![("name", "甲"), ("secret", KEY), ("news", "members"), ("channel", "mail")], "f-channel-error"),
        (vec![("name", &"长".repeat(61)), ("secret", KEY), ("news", "members")], "f-name-error"),
    ] {
        let mut form = changes.clone();
        if !form.iter().any(|(name, _)| *name == "channel") {
            form.push(("channel", "wecom"));
        }
        let name = form[0].1;
        admin.post(&new, &form).await.is(422).says(error).says(name).says_not(KEY);
    }
    let count = entity::Entity::find().count(app.state.db.reader()).await.unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_double_click_adds_one_group_and_a_stale_form_overwrites_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let key = uuid::Uuid::now_v7().to_string();
    let form = [fields("会员群", &["members"]), vec![("once", &key)]].concat();
    let first = admin.post(&format!("{LIST}/new"), &form).await.is(303);
    let second = admin.post(&format!("{LIST}/new"), &form).await.is(303);
    assert_eq!(first.location(), second.location());
    let here = first.location().to_owned();
    let page = admin.get(&here).await.is(200);
    post_changed(&admin, &here, &page, &[("name", "一号群")]).await.is(303);
    let stale = post_changed(&admin, &here, &page, &[("name", "二号群"), ("secret", KEY)]).await.is(409);
    let stale = stale.says(">一号群<").says(">二号群<").says("没有保留").says_not(KEY);
    admin.get(LIST).await.is(200).says("一号群").says_not("二号群");
    post_changed(&admin, &here, &stale, &[]).await.is(303);
    admin.get(LIST).await.is(200).says("二号群");
}

#[tokio::test]
async fn the_auditor_reads_groups_and_only_an_admin_changes_them() {
    let app = TestApp::start().await;
    let (_, group) = with_a_message(&app).await;
    let here = format!("{LIST}/{group}");
    for kind in [RoleKind::Auditor, RoleKind::OfficeStaff] {
        let browser = app.office(kind).await;
        browser.get(LIST).await.is(200).says("秘书处").says_not("新增群");
        browser.get(&here).await.is(200).says("disabled").says_not("保存</button>").says_not("测试消息</button>");
        browser.post(&here, &[]).await.is(403);
        browser.post(&format!("{here}/test"), &[]).await.is(403);
    }
    let english = app.auditor().await;
    english.post("/language", &[("language", "en"), ("next", LIST)]).await.is(303);
    english.get(LIST).await.is(200).says("Chat groups").says("WeCom group robot").says(">On<");
    english.get(&here).await.is(200).says("Which news it gets");
}

#[tokio::test]
async fn what_waits_for_a_group_that_is_switched_off_is_cancelled() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let (admin, group) = with_a_message(&app).await;
    let here = format!("{LIST}/{group}");
    switch_off(&admin, group).await;
    assert_eq!(only(&app, group).await.delivery.state, DeliveryState::Cancelled);
    assert_eq!(hook.worker(&app).drain().await.unwrap(), 0);
    admin.post(&format!("{here}/test"), &[]).await.is(409);
    let again = format!("/outbox/{}/resend", only(&app, group).await.delivery.id);
    admin.post(&again, &[]).await.is(409).says("停用");
}

/// Switches a group off on its page.
async fn switch_off(admin: &Browser, group: GroupId) {
    let here = format!("{LIST}/{group}");
    let page = admin.get(&here).await.is(200);
    let kept: Vec<_> = form_fields(&page).into_iter().filter(|(name, _)| name != "active").collect();
    let kept: Vec<_> = kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    admin.post(&here, &kept).await.is(303);
}

#[tokio::test]
async fn what_was_on_its_way_to_a_group_that_is_switched_off_is_not_tried_again() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let (admin, group) = with_a_message(&app).await;
    let worker = hook.worker(&app);
    let claimed = worker.claim(1, &[]).await.unwrap().remove(0);
    switch_off(&admin, group).await;
    hook.then(Say::code(-1, "system busy"));
    worker.deliver(claimed, Turn::begin()).await;
    assert_eq!(only(&app, group).await.delivery.state, DeliveryState::Deferred);
    app.state.clock.advance(Instant::HOUR);
    assert_eq!(worker.drain().await.unwrap(), 0);
    assert_eq!(only(&app, group).await.delivery.state, DeliveryState::Cancelled);
    assert_eq!(hook.asked().len(), 1);
}

#[tokio::test]
async fn what_may_stand_in_a_group_is_repeated_once_and_stays_possible_when_the_group_is_switched_off() {
    let (app, hook) = (TestApp::start().await, Webhook::start().await);
    let (admin, group) = with_a_message(&app).await;
    (0..2).for_each(|_| hook.then(Say::Nothing));
    for _ in 0..4 {
        hook.worker(&app).drain().await.unwrap();
        app.state.clock.advance(Instant::HOUR);
    }
    let found = only(&app, group).await.delivery;
    assert_eq!((found.state, hook.asked().len()), (DeliveryState::Uncertain, 2));
    assert!(found.settled_at.is_some());
    post_changed(&admin, &format!("{LIST}/{group}/test"), &admin.get(&format!("{LIST}/{group}")).await, &[]).await;
    hook.then(Say::Drop);
    hook.worker(&app).drain().await.unwrap();
    switch_off(&admin, group).await;
    let newest = sent_to(&app, group).await.remove(0).delivery;
    assert!(newest.settled_at.is_some() && newest.handled_at.is_some());
    assert_eq!((newest.state, newest.times_uncertain), (DeliveryState::Uncertain, 1));
}

#[tokio::test]
async fn a_hold_that_comes_and_goes_is_told_once_an_hour() {
    let app = TestApp::start().await;
    a_group(&app.admin().await, "秘书处", &["alarms"]).await;
    let hold = async || {
        let tx = app.tx().await;
        store::resume_queue(&tx).await.unwrap();
        store::pause_queue(&tx, PauseReason::Sender, "553 no", &Schedule::default()).await.unwrap();
        tx.commit().await.unwrap();
        groups::watch(&app.state).await.unwrap()
    };
    assert_eq!(hold().await, 1);
    for _ in 0..14 {
        app.state.clock.advance(4 * Instant::MINUTE);
        assert_eq!(hold().await, 0);
    }
    app.state.clock.advance(4 * Instant::MINUTE);
    assert_eq!(hold().await, 1);
    let tx = app.tx().await;
    assert!(!groups::store::raise(&tx, "mail_paused", "0", 0).await.unwrap(), "nothing older is told after it");
}

#[tokio::test]
async fn messages_about_demo_data_stay_on_this_machine() {
    let app = TestApp::start().await;
    let (_, group) = with_a_message(&app).await;
    let tx = app.tx().await;
    app::settings::mark_demo(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let worker = worker_to(&app, "http://wecom.example", Reach::Anywhere);
    assert_eq!(worker.drain().await.unwrap(), 1);
    let found = only(&app, group).await;
    assert_eq!(found.delivery.state, DeliveryState::Written);
    let file = app.folder.path().join(found.delivery.reply.unwrap());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(file).unwrap().contains("秘书处"));
}

#[tokio::test]
async fn mail_and_messages_do_not_take_each_others_deliveries() {
    let (app, hook, sink) = (TestApp::start().await, Webhook::start().await, Sink::start().await);
    let (_, group) = with_a_message(&app).await;
    a_mail(&app, &["office@example.cn"]).await;
    let (mail, messages) = (sink.worker(&app), hook.worker(&app));
    assert_eq!((mail.drain().await.unwrap(), messages.drain().await.unwrap()), (1, 1));
    assert_eq!((sink.mails().len(), hook.asked().len()), (1, 1));
    let by_mail = delivery::Entity::find().filter(delivery::Column::GroupId.is_null());
    let by_mail = by_mail.order_by_asc(delivery::Column::Id).one(app.state.db.reader()).await.unwrap().unwrap();
    assert_eq!((by_mail.channel, by_mail.state), (Channel::Mail, DeliveryState::Accepted));
    assert_eq!(only(&app, group).await.delivery.state, DeliveryState::Accepted);
}
