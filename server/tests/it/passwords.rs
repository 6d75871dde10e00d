//! Passwords: changed, forgotten, guessed at; and what an interrupted form keeps.

use app::{accounts::RoleKind, ids::PersonId, outbox::entity::message, time::Instant};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};

use crate::{
    builders::a_member,
    invitations::link_in_text,
    test_app::{Answer, Browser, TestApp},
};

const OLD: &str = "correct horse";
const NEW: &str = "kiln dust nine";

async fn an_account(app: &TestApp, kind: RoleKind, phone: Option<&str>, email: Option<&str>) -> PersonId {
    let hash = app.state.passwords.hash(OLD.to_owned()).await.unwrap();
    let tx = app.tx().await;
    let new = app::accounts::store::NewPerson {
        name: "陈干事".to_owned(),
        phone: phone.map(str::to_owned),
        email: email.map(str::to_owned),
        password_hash: Some(hash),
    };
    let person = app::accounts::store::add_person(&tx, new).await.unwrap();
    app::accounts::store::add_role(&tx, person, kind, None, &[]).await.unwrap();
    tx.commit().await.unwrap();
    person
}

async fn sign_in(browser: &Browser, login: &str, password: &str) -> u16 {
    browser.post("/sign-in", &[("login", login), ("password", password)]).await.status.as_u16()
}

#[tokio::test]
async fn guessing_slows_a_known_and_an_unknown_account_alike_but_not_the_owners_browser() {
    let app = TestApp::start().await;
    an_account(&app, RoleKind::OfficeStaff, Some("13900000021"), None).await;
    let own = app.stranger();
    assert_eq!(sign_in(&own, "13900000021", OLD).await, 303);
    own.post("/sign-out", &[]).await.is(303);
    for login in ["13900000021", "13900000022"] {
        for _ in 0..6 {
            assert_eq!(sign_in(&app.stranger(), login, "a wrong one").await, 422, "{login}");
        }
        let fields = [("login", login), ("password", OLD)];
        app.stranger().post("/sign-in", &fields).await.is(429).says("分钟后再试").says(login);
    }
    assert_eq!(sign_in(&own, "13900000021", OLD).await, 303);
    app.state.clock.advance(2 * Instant::MINUTE);
    assert_eq!(sign_in(&app.stranger(), "13900000021", OLD).await, 303);
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_slowed_down() {
    let app = TestApp::start().await;
    let statuses = async {
        let mut statuses = Vec::new();
        for n in 0..33 {
            statuses.push(sign_in(&app.stranger(), &format!("139000010{n:02}"), "a wrong one").await);
        }
        statuses
    }
    .await;
    assert_eq!(statuses[29], 422);
    assert_eq!(statuses[32], 429);
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_the_other_devices_go() {
    let app = TestApp::start().await;
    let person = an_account(&app, RoleKind::OfficeStaff, Some("13900000023"), None).await;
    let (here, there) = (app.signed_in(person).await, app.signed_in(person).await);
    let form = |old: &'static str, new: &'static str, again: &'static str| {
        [("old_password", old), ("new_password", new), ("new_password_again", again)]
    };
    here.post("/account/password", &form(OLD, "password1", "password1")).await.is(422).says("太常见");
    here.post("/account/password", &form(OLD, NEW, OLD)).await.is(422).says("不一样").says_not(NEW);
    here.post("/account/password", &form(NEW, NEW, NEW)).await.is(422).says("密码不对");
    here.post("/account/password", &form(OLD, NEW, NEW)).await.is(303);
    here.get("/account").await.is(200).says("新密码已生效");
    there.get("/account").await.is(303);
    assert_eq!(sign_in(&app.stranger(), "13900000023", OLD).await, 422);
    assert_eq!(sign_in(&app.stranger(), "13900000023", NEW).await, 303);
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_mail_and_frees_the_account() {
    let app = TestApp::start().await;
    let person = an_account(&app, RoleKind::OfficeStaff, Some("13900000024"), Some("chen@example.cn")).await;
    let there = app.signed_in(person).await;
    for _ in 0..6 {
        sign_in(&app.stranger(), "chen@example.cn", "a wrong one").await;
    }
    assert_eq!(sign_in(&app.stranger(), "chen@example.cn", OLD).await, 429);
    let asking = app.stranger();
    asking.post("/forgotten", &[("login", "nobody")]).await.is(422).says("value=\"nobody\"");
    let unknown = asking.post("/forgotten", &[("login", "nobody@example.cn")]).await.is(303);
    let known = asking.post("/forgotten", &[("login", "chen@example.cn")]).await.is(303);
    assert_eq!(unknown.location(), known.location());
    asking.get(known.location()).await.is(200).says("请查收邮件");
    let mails = message::Entity::find().all(app.state.db.reader()).await.unwrap();
    assert_eq!(mails.len(), 1);
    let link = link_in_text(&mails[0].body_text);
    asking.get(&link).await.is(200).says("设置新密码");
    asking.post(&link, &[("new_password", NEW), ("new_password_again", NEW)]).await.is(303);
    asking.get("/account").await.is(200);
    there.get("/account").await.is(303);
    app.stranger().post(&link, &[("new_password", OLD), ("new_password_again", OLD)]).await.is(410);
    assert_eq!(sign_in(&app.stranger(), "chen@example.cn", NEW).await, 303);
}

#[tokio::test]
async fn mail_for_a_forgotten_password_is_bounded_and_its_link_ends_after_an_hour() {
    let app = TestApp::start().await;
    an_account(&app, RoleKind::OfficeStaff, None, Some("chen@example.cn")).await;
    for _ in 0..8 {
        app.stranger().post("/forgotten", &[("login", "chen@example.cn")]).await.is(303);
    }
    let mails = message::Entity::find().all(app.state.db.reader()).await.unwrap();
    assert_eq!(mails.len(), 4);
    // The newest takes the place of those that still waited.
    let texts: Vec<&str> = mails.iter().map(|mail| mail.body_text.as_str()).filter(|text| !text.is_empty()).collect();
    assert_eq!(texts.len(), 1);
    let link = link_in_text(texts[0]);
    app.state.clock.advance(Instant::HOUR + 1);
    app.stranger().get(&link).await.is(410).says("已过期");
}

#[tokio::test]
async fn staff_give_a_link_after_a_call_back_but_only_an_admin_to_the_secretariat() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let colleague = an_account(&app, RoleKind::OfficeAdmin, Some("13900000025"), None).await;
    staff.get(&format!("/people/{colleague}/password")).await.is(403);
    staff.post(&format!("/people/{colleague}/password"), &[("called", "yes"), ("remark", "x")]).await.is(403);
    let conn = app.state.db.reader();
    let person = app::accounts::people::store::roles_at(conn, member.id).await.unwrap()[0].person_id;
    let path = format!("/people/{person}/password");
    staff.get(&path).await.is(200);
    staff.post(&path, &[("remark", "本人接听")]).await.is(422).says("请先回拨").says("本人接听");
    for number in ["13900000000", "１３９００００００００"] {
        staff.post(&path, &[("called", "yes"), ("remark", number)]).await.is(422).says("不要在这里写");
    }
    let shown = staff.post(&path, &[("called", "yes"), ("remark", "本人接听")]).await.is(200);
    let link = link_in_text(&shown.text);
    app.stranger().post(&link, &[("new_password", NEW), ("new_password_again", NEW)]).await.is(303);
    member.admin.get("/account").await.is(303);
}

#[tokio::test]
async fn own_details_change_and_a_new_number_needs_the_password() {
    let app = TestApp::start().await;
    an_account(&app, RoleKind::OfficeStaff, Some("13900000026"), None).await;
    let person = an_account(&app, RoleKind::OfficeStaff, Some("13900000027"), None).await;
    let browser = app.signed_in(person).await;
    let with = |version: &'static str, phone: &'static str, password: &'static str| {
        [("row_version", version), ("name", "陈主任"), ("phone", phone), ("language", "en"), ("password", password)]
    };
    let form = |phone, password| with("1", phone, password);
    browser.get("/account/details").await.is(200).says("13900000027");
    browser.post("/account/details", &form("13900000028", "")).await.is(422).says("13900000028");
    browser.post("/account/details", &form("13900000028", NEW)).await.is(422).says("密码不对");
    browser.post("/account/details", &form("13900000026", OLD)).await.is(422).says("已有别的账号");
    browser.post("/account/details", &form("13900000027", "")).await.is(303);
    browser.get("/account").await.is(200).says("lang=\"en\"").says("陈主任");
    browser.post("/account/details", &with("2", "13900000028", OLD)).await.is(303);
    assert_eq!(sign_in(&app.stranger(), "13900000028", OLD).await, 303);
    browser.post("/account/sessions", &[]).await.is(303);
    browser.get("/account").await.is(200);
}

#[tokio::test]
async fn the_secretariat_stays_twelve_hours_and_a_member_ninety_days_if_it_wishes() {
    let app = TestApp::start().await;
    an_account(&app, RoleKind::OfficeStaff, Some("13900000029"), None).await;
    let member = a_member(&app).await;
    let person = app::accounts::people::store::roles_at(app.state.db.reader(), member.id).await.unwrap()[0].person_id;
    let hash = app.state.passwords.hash(OLD.to_owned()).await.unwrap();
    let tx = app.tx().await;
    app::accounts::people::store::set_password(&tx, person, &hash).await.unwrap();
    tx.commit().await.unwrap();
    let email = app::accounts::people::store::find(app.state.db.reader(), person).await.unwrap().email.unwrap();
    let (office, manager) = (app.stranger(), app.stranger());
    for (browser, login) in [(&office, "13900000029"), (&manager, email.as_str())] {
        browser.post("/sign-in", &[("login", login), ("password", OLD), ("stay", "yes")]).await.is(303);
    }
    app.state.clock.advance(12 * Instant::HOUR + Instant::MINUTE);
    office.get("/account").await.is(303);
    manager.get("/account").await.is(200);
    // Somebody who comes to the secretariat loses the long sessions.
    let tx = app.tx().await;
    app::accounts::store::add_role(&tx, person, RoleKind::OfficeStaff, None, &[]).await.unwrap();
    tx.commit().await.unwrap();
    app.state.clock.advance(12 * Instant::HOUR + Instant::MINUTE);
    manager.get("/account").await.is(303);
}

#[tokio::test]
async fn a_long_form_is_kept_over_the_sign_in_whichever_way_it_was_sent() {
    let app = TestApp::start().await;
    let person = an_account(&app, RoleKind::OfficeStaff, Some("13900000030"), None).await;
    let long = "水泥 & <标记> 100%\n".repeat(2_000);
    let fields = [("name", "陈主任"), ("note", long.as_str()), ("phone", "13900000030"), ("language", "zh-CN")];
    let stranger = app.stranger();
    let plain = stranger.post("/account/details", &fields).await.is(401);
    let sent = stranger.upload("/account/details", &fields, &[("file", "函.pdf", b"%PDF-1.7")]).await.is(401);
    for (page, version) in [(plain, "1"), (sent, "2")] {
        let resume = page.says("登录已过期").text;
        let (_, rest) = resume.split_once("name=\"resume\" value=\"").unwrap();
        let resume = rest.split_once('"').unwrap().0.replace("&amp;", "&");
        let browser = app.stranger();
        let fields =
            [("login", "13900000030"), ("password", OLD), ("next", "/account/details"), ("resume", resume.as_str())];
        let page = browser.post("/sign-in", &fields).await.is(200).says("action=\"/account/details\"");
        let page = page.says("value=\"陈主任\"").says("水泥 &amp; &lt;标记&gt; 100%").text;
        assert_eq!(page.matches("水泥 &amp;").count(), 2_000);
        let fields = [("row_version", version), ("name", "陈主任"), ("phone", "13900000030"), ("language", "zh-CN")];
        browser.post("/account/details", &fields).await.is(303);
    }
    let saved = app::accounts::people::store::find(app.state.db.reader(), person).await.unwrap();
    assert_eq!(saved.name, "陈主任");
}

#[tokio::test]
async fn the_right_password_is_no_guess_whatever_else_is_wrong_in_the_form() {
    let app = TestApp::start().await;
    an_account(&app, RoleKind::OfficeStaff, Some("13900000031"), None).await;
    let person = an_account(&app, RoleKind::OfficeStaff, Some("13900000032"), None).await;
    let browser = app.signed_in(person).await;
    let new = |new: &'static str, again: &'static str| {
        [("old_password", OLD), ("new_password", new), ("new_password_again", again)]
    };
    let details = |phone: &'static str, version: &'static str| {
        let row = [("row_version", version), ("name", "陈干事"), ("phone", phone), ("language", "zh-CN")];
        [row.as_slice(), &[("password", OLD)]].concat()
    };
    for _ in 0..8 {
        browser.post("/account/password", &new("password1", "password1")).await.is(422).says("太常见");
        browser.post("/account/password", &new(NEW, OLD)).await.is(422).says("不一样");
        browser.post("/account/details", &details("13900000031", "1")).await.is(422).says("已有别的账号");
    }
    browser.post("/account/details", &details("13900000033", "1")).await.is(303);
    browser.post("/account/password", &new(NEW, NEW)).await.is(303);
    let wrong = [("old_password", OLD), ("new_password", OLD), ("new_password_again", OLD)];
    for _ in 0..6 {
        browser.post("/account/password", &wrong).await.is(422).says("密码不对");
    }
    browser.post("/account/password", &wrong).await.is(429).says("分钟后再试");
}

#[tokio::test]
async fn a_password_link_ends_when_its_owner_comes_to_the_secretariat() {
    let app = TestApp::start().await;
    let (admin, staff) = (app.admin().await, app.staff().await);
    let person = an_account(&app, RoleKind::Auditor, Some("13900000034"), None).await;
    let roles = app::accounts::people::store::roles_of(app.state.db.reader(), &[person]).await.unwrap();
    admin.post(&format!("/people/{person}/roles/{}/end", roles[0].id), &[]).await.is(303);
    let path = format!("/people/{person}/password");
    let called = [("called", "yes"), ("remark", "本人接听")];
    let link = link_in_text(&staff.post(&path, &called).await.is(200).text);
    let fields = [("name", "陈干事"), ("phone", "13900000034"), ("kind", "office_admin")];
    let invitation = link_in_text(&admin.post("/people/invite", &fields).await.is(200).text);
    app.signed_in(person).await.post(&invitation, &[]).await.is(303);
    app.stranger().get(&link).await.is(410).says("已被收回");
    app.stranger().post(&link, &[("new_password", NEW), ("new_password_again", NEW)]).await.is(410);
    staff.post(&path, &called).await.is(403);
}

/// Changes the password while `asked` waits for the old one to be compared.
async fn overtaken(app: &TestApp, person: PersonId, asked: impl Future<Output = Answer>) -> Answer {
    let hash = app.state.passwords.hash(NEW.to_owned()).await.unwrap();
    let change = async {
        // Its attempt is counted first; comparing takes its time after that.
        let conn = app.state.db.reader();
        let tallies = || Statement::from_string(conn.get_database_backend(), "SELECT key FROM tallies");
        while conn.query_one_raw(tallies()).await.unwrap().is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        let tx = app.tx().await;
        app::accounts::people::store::set_password(&tx, person, &hash).await.unwrap();
        app::accounts::people::store::end_sessions(&tx, person, None).await.unwrap();
        tx.commit().await.unwrap();
    };
    tokio::join!(asked, change).0
}

#[tokio::test]
async fn nobody_comes_in_with_a_password_that_is_changed_meanwhile() {
    let app = TestApp::start().await;
    let person = an_account(&app, RoleKind::OfficeStaff, Some("13900000035"), None).await;
    let late = app.stranger();
    let fields = [("login", "13900000035"), ("password", OLD)];
    overtaken(&app, person, late.post("/sign-in", &fields)).await.is(422).says("账号或密码不对");
    late.get("/account").await.is(303);
    assert_eq!(sign_in(&app.stranger(), "13900000035", NEW).await, 303);
}

#[tokio::test]
async fn an_invitation_is_not_accepted_with_a_password_that_is_changed_meanwhile() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let person = an_account(&app, RoleKind::OfficeStaff, Some("13900000036"), None).await;
    let fields = [("name", "陈干事"), ("phone", "13900000036"), ("kind", "auditor")];
    let link = link_in_text(&admin.post("/people/invite", &fields).await.is(200).text);
    let late = app.stranger();
    overtaken(&app, person, late.post(&link, &[("password", OLD)])).await.is(409).says("重新打开链接");
    late.get("/account").await.is(303);
    late.post(&link, &[("password", NEW)]).await.is(303);
}
