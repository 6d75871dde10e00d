//! Invitations: made, handed over, opened, accepted once, renewed, withdrawn.

use app::{
    accounts::RoleKind,
    audit,
    ids::PlantId,
    outbox::entity::{delivery, message},
    time::Instant,
};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::{
    builders::a_member,
    test_app::{Answer, Browser, TestApp, new_person},
};

const PASSWORD: &str = "kiln dust nine";
const JOIN: [(&str, &str); 3] = [("name", "李师傅"), ("new_password", PASSWORD), ("new_password_again", PASSWORD)];

/// The path of the link that a page shows.
fn link_in(answer: &Answer) -> String {
    link_in_text(&answer.text)
}

/// The path of the link in a page or a mail.
pub fn link_in_text(text: &str) -> String {
    let start = text.find("/link/").unwrap();
    text[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c)).collect()
}

/// The code that a page shows.
fn code_in(answer: &Answer) -> String {
    let (_, rest) = answer.text.split_once("<p class=\"code\">").unwrap();
    rest.split_once('<').unwrap().0.to_owned()
}

async fn invite(browser: &Browser, list: &str, kind: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("name", "李师傅"), ("kind", kind)];
    fields.extend(more);
    browser.post(&format!("{list}/invite"), &fields).await.is(200)
}

#[tokio::test]
async fn an_operator_is_invited_and_joins_by_the_link() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let list = format!("/members/{}/people", member.id);
    let plant = member.plant.to_string();
    let more = [("phone", "139 0000 0002"), ("plants", plant.as_str())];
    let shown = invite(&member.admin, &list, "member_operator", &more).await;
    let shown = shown.says("<svg").says("class=\"code\"");
    let link = link_in(&shown);
    member.admin.get(&list).await.is(200).says("李师傅").says("等待接受");

    let newcomer = app.stranger();
    for _ in 0..3 {
        newcomer.get(&link).await.is(200).says("接受邀请").says("厂区操作员");
    }
    let answer = newcomer.post(&link, &JOIN).await.is(303);
    assert_eq!(answer.location(), "/");
    newcomer.get("/todo").await.is(200).says("李师傅");
    app.stranger().get(&link).await.is(410).says("已经接受过了");
    app.stranger().post(&link, &JOIN).await.is(410);
    member.admin.get(&list).await.is(200).says("一号粉磨站").says_not("等待接受");
    newcomer.get(&list).await.is(403);
    let fields = [("login", "13900000002"), ("password", PASSWORD)];
    app.stranger().post("/sign-in", &fields).await.is(303);
}

#[tokio::test]
async fn two_presses_of_the_button_make_one_account() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let link = link_in(&invite(&admin, "/people", "office_staff", &[("phone", "13900000003")]).await);
    let (one, other) = (app.stranger(), app.stranger());
    let (first, second) = tokio::join!(one.post(&link, &JOIN), other.post(&link, &JOIN));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 303);
    assert!([409, 410, 422].contains(&statuses[1]), "{statuses:?}");
    admin.get("/people?q=13900000003").await.is(200).says("共 1 条");
}

#[tokio::test]
async fn the_code_leads_to_the_same_page_and_guessing_is_slowed_down() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let shown = invite(&admin, "/people", "auditor", &[("email", "audit@example.cn")]).await;
    let code = code_in(&shown);
    let newcomer = app.stranger();
    let entered = newcomer.post("/code", &[("code", &code)]).await.is(303);
    let entry = entered.location().to_owned();
    newcomer.get(&entry).await.is(200).says("审计员");
    app.stranger().get(&link_in(&shown)).await.is(200);
    let guesser = app.stranger();
    guesser.post("/code", &[("code", "12")]).await.is(422).says("12 位数字").says("value=\"12\"");
    for _ in 0..6 {
        guesser.post("/code", &[("code", "000000000000")]).await.is(422).says("没有这个短码");
    }
    guesser.post("/code", &[("code", &code)]).await.is(429).says("分钟后再试");
    app.state.clock.advance(2 * Instant::MINUTE);
    guesser.post("/code", &[("code", &code)]).await.is(303);
}

#[tokio::test]
async fn an_address_gets_the_link_by_mail_and_nothing_is_stored_in_clear() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let shown = invite(&admin, "/people", "office_staff", &[("email", "New.Staff@Example.cn")]).await;
    let conn = app.state.db.reader();
    let mail = message::Entity::find().one(conn).await.unwrap().unwrap();
    assert!(mail.body_text.contains(&link_in(&shown)));
    let delivery = delivery::Entity::find().one(conn).await.unwrap().unwrap();
    assert_eq!(delivery.email, "new.staff@example.cn");
    let link = link_in(&shown);
    let stored = app::accounts::links::store::by_token(conn, link.rsplit('/').next().unwrap()).await.unwrap().unwrap();
    assert!(!link.contains(&stored.token_hash));
    assert!(!code_in(&shown).replace(' ', "").contains(stored.code_hash.as_deref().unwrap()));
}

#[tokio::test]
async fn an_expired_a_renewed_and_a_withdrawn_invitation_say_so() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let list = format!("/members/{}/people", member.id);
    let link = link_in(&invite(&member.admin, &list, "member_admin", &[("phone", "13900000004")]).await);
    app.state.clock.advance(72 * Instant::HOUR + 1);
    app.stranger().get(&link).await.is(410).says("已过期");
    let page = member.admin.get(&list).await.is(200).says("已过期");
    let start = page.text.find("/invitations/").unwrap();
    let invitation: String = page.text[start..].chars().take_while(|c| *c != '"').collect();
    let renewed = link_in(&member.admin.post(&format!("{invitation}/renew"), &[]).await.is(200));
    app.stranger().get(&renewed).await.is(200);
    app.stranger().get(&link).await.is(404);
    let others = a_member(&app).await;
    for act in ["renew", "withdraw"] {
        others.admin.post(&format!("{invitation}/{act}"), &[]).await.is(404);
    }
    member.admin.post(&format!("{invitation}/withdraw"), &[]).await.is(303);
    app.stranger().get(&renewed).await.is(410).says("已被收回");
    app.stranger().get("/link/nonsense").await.is(404).says("没有这个链接");
}

#[tokio::test]
async fn an_existing_account_is_never_taken_over_by_who_holds_a_link() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let admin = app.admin().await;
    let first = link_in(&invite(&admin, "/people", "office_staff", &[("phone", "13900000005")]).await);
    let person = app.stranger();
    person.post(&first, &JOIN).await.is(303);
    let list = format!("/members/{}/people", member.id);
    let second = link_in(&invite(&member.admin, &list, "member_admin", &[("phone", "13900000005")]).await);
    app.stranger().post(&second, &JOIN).await.is(422).says("密码不对");
    app.stranger().get(&second).await.is(200).says("139****0005").says_not("13900000005");
    // Signed in as that person, the button is enough.
    person.get(&second).await.is(200).says_not("type=\"password\"");
    person.post(&second, &[]).await.is(303);
    person.get(&list).await.is(200);
}

#[tokio::test]
async fn bad_input_is_said_at_its_field_and_a_double_click_makes_one() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let others = a_member(&app).await;
    let path = format!("/members/{}/people/invite", member.id);
    let fields = [("name", "李师傅"), ("phone", "021-64567890"), ("kind", "office_admin")];
    member.admin.post(&path, &fields).await.is(422).says("请填写手机号").says("value=\"李师傅\"").says("请选择“角色”");
    let plant = others.plant.to_string();
    let foreign = [("name", "李师傅"), ("phone", "13900000006"), ("kind", "member_operator"), ("plants", &plant)];
    member.admin.post(&path, &foreign).await.is(422).says("至少选一个厂区");
    let key = uuid::Uuid::now_v7().to_string();
    let fields = [("name", "李师傅"), ("phone", "13900000006"), ("kind", "member_admin"), ("once", &key)];
    member.admin.post(&path, &fields).await.is(200);
    let again = member.admin.post(&path, &fields).await.is(303);
    member.admin.get(again.location()).await.is(200).says("李师傅").says("只显示给了第一次点击").says("重新生成链接");
    let key = uuid::Uuid::now_v7().to_string();
    let mailed = [("name", "李师傅"), ("email", "li@plant.cn"), ("kind", "member_admin"), ("once", &key)];
    let link = link_in(&member.admin.post(&path, &mailed).await.is(200));
    let again = member.admin.post(&path, &mailed).await.is(303);
    member.admin.get(again.location()).await.is(200).says("邮件只写了一封");
    assert_eq!(message::Entity::find().count(app.state.db.reader()).await.unwrap(), 1);
    app.stranger().get(&link).await.is(200);
    let newcomer = app.stranger();
    let link =
        link_in(&invite(&member.admin, &path[..path.len() - 7], "member_admin", &[("phone", "13900000008")]).await);
    newcomer
        .post(&link, &[("name", ""), ("new_password", "12345678")])
        .await
        .is(422)
        .says("太常见")
        .says("请填写“姓名”");
    newcomer.get(&link).await.is(200);
}

#[tokio::test]
async fn plants_are_chosen_and_a_role_ends() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let others = a_member(&app).await;
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    operator.get("/todo").await.is(200);
    let conn = app.state.db.reader();
    let roles = app::accounts::people::store::roles_at(conn, member.id).await.unwrap();
    let role = roles.iter().find(|role| role.kind == RoleKind::MemberOperator).unwrap().id;
    let path = format!("/members/{}/people/{role}", member.id);
    member.admin.get(&path).await.is(200).says("一号粉磨站").says("checked");
    let plant = PlantId::new().to_string();
    member.admin.post(&path, &[("plants", &plant)]).await.is(422);
    let plant = member.plant.to_string();
    member.admin.post(&path, &[("plants", &plant), ("row_version", "1")]).await.is(303);
    let foreign = format!("/members/{}/people/{role}", others.id);
    others.admin.get(&foreign).await.is(404);
    others.admin.post(&format!("{foreign}/end"), &[]).await.is(404);
    member.admin.post(&format!("{path}/end"), &[]).await.is(303);
    member.admin.post(&format!("{path}/end"), &[]).await.is(404);
    member.admin.get(&path).await.is(404);
}

#[tokio::test]
async fn an_account_is_closed_and_opened_but_never_the_last_admins() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let link = link_in(&invite(&admin, "/people", "office_staff", &[("phone", "13900000007")]).await);
    let staff = app.stranger();
    staff.post(&link, &JOIN).await.is(303);
    let page = admin.get("/people?q=13900000007").await.is(200);
    let start = page.text.find("/people/0").unwrap();
    let path: String = page.text[start..].chars().take_while(|c| *c != '"').collect();
    admin.get(&path).await.is(200).says("秘书处工作人员");
    admin.post(&format!("{path}/disable"), &[]).await.is(303);
    staff.get("/todo").await.is(303);
    let fields = [("login", "13900000007"), ("password", PASSWORD)];
    app.stranger().post("/sign-in", &fields).await.is(422);
    admin.post(&format!("{path}/enable"), &[]).await.is(303);
    app.stranger().post("/sign-in", &fields).await.is(303);
    assert!(audit::entity::Entity::find().count(app.state.db.reader()).await.unwrap() >= 6);
}

#[tokio::test]
async fn people_are_paged_by_key_there_and_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let tx = app.tx().await;
    for n in 0..120 {
        let new = app::accounts::store::NewPerson {
            name: format!("翻页{:03}", n / 2),
            phone: None,
            email: Some(format!("page{n}@example.cn")),
            password_hash: None,
        };
        app::accounts::store::add_person(&tx, new).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut path = "/people?q=翻页".replace("翻页", "%E7%BF%BB%E9%A1%B5");
    let mut pages = Vec::new();
    loop {
        let page = admin.get(&path).await.is(200);
        pages.push(page.text.matches("<tr>").count() - 1);
        let Some((_, rest)) = page.text.split_once("rel=\"next\" href=\"") else { break };
        path = rest.split_once('"').unwrap().0.replace("&amp;", "&");
    }
    assert_eq!(pages, [50, 50, 20]);
    let last = admin.get(&path).await;
    let (_, rest) = last.text.split_once("rel=\"prev\" href=\"").unwrap();
    let back = rest.split_once('"').unwrap().0.replace("&amp;", "&");
    admin.get(&back).await.is(200).says("翻页025").says("翻页049").says("rel=\"prev\"").says("rel=\"next\"");
}

#[tokio::test]
async fn what_somebody_handed_out_ends_with_the_right_to_hand_it_out() {
    let app = TestApp::start().await;
    let (member, admin) = (a_member(&app).await, app.admin().await);
    let list = format!("/members/{}/people", member.id);
    let phone = |n: u8| format!("139000001{n:02}");
    let invited = async |browser: &Browser, list: &str, kind: &str, n: u8| {
        link_in(&invite(browser, list, kind, &[("phone", &phone(n))]).await)
    };
    // A member's admin is dismissed; what staff sent stays, and what staff made anew is theirs.
    let dismissed = invited(&member.admin, &list, "member_admin", 1).await;
    let renewed = invited(&member.admin, &list, "member_admin", 2).await;
    let by_staff = invited(&admin, &list, "member_admin", 3).await;
    let conn = app.state.db.reader();
    let open = app::accounts::links::store::unanswered(conn, Some(member.id)).await.unwrap();
    let again = open.iter().find(|link| link.phone.as_deref() == Some(phone(2).as_str())).unwrap().id;
    let anew = link_in(&admin.post(&format!("/invitations/{again}/renew"), &[]).await.is(200));
    let role = app::accounts::people::store::roles_at(conn, member.id).await.unwrap()[0].clone();
    admin.post(&format!("{list}/{}/end", role.id), &[]).await.is(303);
    app.stranger().get(&dismissed).await.is(410).says("已被收回");
    app.stranger().post(&dismissed, &JOIN).await.is(410);
    app.stranger().get(&renewed).await.is(404);
    for link in [anew, by_staff] {
        app.stranger().get(&link).await.is(200);
    }
    let audit = admin.get("/audit?act=person.invitation_withdrawn").await.is(200);
    audit.says("共 1 条").says("李师傅");
    // An admin of the secretariat is barred.
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    app::accounts::store::add_role(&tx, person, RoleKind::OfficeAdmin, None, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let barred = app.signed_in(person).await;
    let to_office = invited(&barred, "/people", "office_admin", 4).await;
    let to_member = invited(&barred, &list, "member_admin", 5).await;
    let path = format!("/people/{}/password", role.person_id);
    let password = link_in(&barred.post(&path, &[("called", "yes"), ("remark", "本人接听")]).await.is(200));
    app.stranger().get(&password).await.is(200);
    admin.post(&format!("/people/{person}/disable"), &[]).await.is(303);
    for link in [to_office, to_member, password] {
        app.stranger().get(&link).await.is(410).says("已被收回");
    }
    admin.get("/audit?act=person.password_link_withdrawn").await.is(200).says("共 1 条");
}

#[tokio::test]
async fn two_invitations_to_one_role_give_it_once_and_it_ends_for_good() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    tx.commit().await.unwrap();
    let email = app::accounts::store::email_of(app.state.db.reader(), person).await.unwrap().unwrap();
    let list = format!("/members/{}/people", member.id);
    let plant = member.plant.to_string();
    let more = [("email", email.as_str()), ("plants", plant.as_str())];
    let operators = async || {
        let roles = app::accounts::people::store::roles_at(app.state.db.reader(), member.id).await.unwrap();
        roles.into_iter().filter(|role| role.kind == RoleKind::MemberOperator).collect::<Vec<_>>()
    };
    for _ in 0..4 {
        let one = link_in(&invite(&member.admin, &list, "member_operator", &more).await);
        let other = link_in(&invite(&member.admin, &list, "member_operator", &more).await);
        let (here, there) = (app.signed_in(person).await, app.signed_in(person).await);
        let (first, second) = tokio::join!(here.post(&one, &[]), there.post(&other, &[]));
        first.is(303);
        second.is(303);
        let given = operators().await;
        assert_eq!(given.len(), 1);
        here.get(&format!("/plants/{}", member.plant)).await.is(200);
        member.admin.post(&format!("{list}/{}/end", given[0].id), &[]).await.is(303);
        assert!(operators().await.is_empty());
        here.get(&format!("/plants/{}", member.plant)).await.is(404);
    }
}
