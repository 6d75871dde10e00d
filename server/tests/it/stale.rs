//! Forms that somebody else was faster with: what is stored and what was typed stand side by side, what was
//! typed stays in the form, and nothing is overwritten until it is sent once more.

use app::{
    accounts::{RoleKind, people::store as people},
    ids::{EntranceId, PlantId, RoleId},
    issues::store::question,
    members::entity::{entrance, plant},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};

use crate::{
    builders::{TestMember, a_member, an_issue},
    forms::{form_fields, post_changed},
    test_app::{Answer, Browser, TestApp},
};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";

/// The table that sets both versions side by side.
fn differences(answer: &Answer) -> &str {
    let (_, rest) = answer.text.split_once("有人先改过了").expect("a stale form says so");
    rest.split_once("</table>").expect("with a table").0
}

/// The part of the page behind that table, with the form.
fn form(answer: &Answer) -> &str {
    answer.text.split_once("</table>").unwrap().1
}

/// Sends the form of a page with files, as it stands but for some changes.
async fn upload(browser: &Browser, path: &str, page: &Answer, changes: &[(&str, &str)], files: &[&str]) -> Answer {
    let fields = form_fields(page);
    let kept = fields.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let kept = kept.filter(|(name, _)| !["original", "files"].contains(&name.as_str()));
    let fields: Vec<(&str, &str)> =
        kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(changes.iter().copied()).collect();
    let files: Vec<(&str, &str, &[u8])> = files.iter().map(|name| ("files", *name, PDF)).collect();
    browser.upload(path, &fields, &files).await
}

#[tokio::test]
async fn ones_own_details() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = "/account/details";
    let page = member.admin.get(path).await.is(200);
    let first = [("name", "陈主任"), ("language", "zh-CN")];
    post_changed(&member.admin, path, &page, &first).await.is(303);
    let second = [("name", "李主任"), ("phone", "13800000188"), ("language", "en"), ("password", "secret-words")];
    let stale = post_changed(&member.admin, path, &page, &second).await.is(409);
    let shown = differences(&stale);
    for words in [">陈主任<", ">李主任<", ">中文<", ">English（英文）<", ">13800000188<"] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    assert!(!stale.text.contains("secret-words"), "a password is never shown");
    assert!(form(&stale).contains("value=\"李主任\"") && form(&stale).contains("value=\"13800000188\""));
    member.admin.get("/account").await.is(200).says("陈主任").says_not("李主任");
    let again = [("phone", ""), ("language", "zh-CN")];
    post_changed(&member.admin, path, &stale, &again).await.is(303);
    member.admin.get("/account").await.is(200).says("李主任").says_not("陈主任");
}

#[tokio::test]
async fn a_changed_number_is_shown_before_a_password_is_asked_for() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let page = member.admin.get("/account/details").await.is(200);
    let person = people::roles_at(app.state.db.reader(), member.id).await.unwrap()[0].person_id;
    let mut row = people::find(app.state.db.reader(), person).await.unwrap().into_active_model();
    (row.phone, row.row_version) = (Set(Some("13800000177".to_owned())), Set(2));
    row.update(app.state.db.writer()).await.unwrap();
    let stale = post_changed(&member.admin, "/account/details", &page, &[("name", "李主任")]).await.is(409);
    assert!(differences(&stale).contains("13800000177"));
}

async fn operator_of(app: &TestApp, member: &TestMember) -> RoleId {
    app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let roles = people::roles_at(app.state.db.reader(), member.id).await.unwrap();
    roles.iter().find(|role| role.kind == RoleKind::MemberOperator).unwrap().id
}

/// A second plant of the member.
async fn another_plant(app: &TestApp, member: &TestMember) -> PlantId {
    let first = plant::Entity::find_by_id(member.plant).one(app.state.db.reader()).await.unwrap().unwrap();
    let id = PlantId::new();
    let row = plant::Model { id, name: "二号码头".to_owned(), address_key: id.to_string(), ..first };
    row.into_active_model().reset_all().insert(app.state.db.writer()).await.unwrap();
    id
}

#[tokio::test]
async fn the_plants_of_an_operator() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (one, two) = (member.plant.to_string(), another_plant(&app, &member).await.to_string());
    let role = operator_of(&app, &member).await;
    let path = format!("/members/{}/people/{role}", member.id);
    let page = member.admin.get(&path).await.is(200);
    let staff = app.staff().await;
    post_changed(&staff, &path, &page, &[("plants", &one), ("plants", &two)]).await.is(303);
    let stale = post_changed(&member.admin, &path, &page, &[("plants", &two)]).await.is(409);
    let shown = differences(&stale);
    assert!(shown.contains(">一号粉磨站、二号码头<") && shown.contains(">二号码头<"), "{shown}");
    let chosen = people::plants_of(app.state.db.reader(), &[role]).await.unwrap();
    assert_eq!(chosen.len(), 2, "nothing was overwritten");
    post_changed(&member.admin, &path, &stale, &[]).await.is(303);
    let chosen = people::plants_of(app.state.db.reader(), &[role]).await.unwrap();
    assert_eq!(chosen.iter().map(|(_, plant)| plant.to_string()).collect::<Vec<_>>(), [two]);
}

#[tokio::test]
async fn a_draft_shows_every_value_and_its_files() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let typed = [("title", "停运通知"), ("body", "第一段"), ("must_acknowledge", "yes")];
    let new = staff.get("/notices/new").await.is(200);
    let made = upload(&staff, "/notices/new", &new, &typed, &["旧表.pdf"]).await.is(303);
    let notice = made.location().trim_end_matches("/publish").to_owned();
    let edit = format!("{notice}/edit");
    let page = staff.get(&edit).await.is(200);
    let old_file = page.text.split("name=\"remove\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let theirs = [
        ("audience", "districts"),
        ("districts", "310118"),
        ("must_acknowledge", ""),
        ("acknowledge_by", ""),
        ("remove", old_file.as_str()),
    ];
    upload(&staff, &edit, &page, &theirs, &["新表.pdf"]).await.is(303);
    let mine = [("audience", "kinds"), ("kinds", "terminal"), ("acknowledge_by", "2099-01-02T10:00")];
    let stale = upload(&staff, &edit, &page, &mine, &["我的表.pdf"]).await.is(409);
    let shown = differences(&stale);
    for words in [
        "按所在区",
        "青浦区",
        "按厂区类型",
        "中转库",
        "2099-01-02 10:00",
        ">新表.pdf<",
        ">新表.pdf、我的表.pdf<",
        "需要会员确认“已收悉”",
    ] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    assert!(form(&stale).contains("value=\"2099-01-02T10:00\"") && form(&stale).contains("我的表.pdf"));
    staff.get(&edit).await.is(200).says_not("我的表.pdf").says_not("2099-01-02T10:00");
    upload(&staff, &edit, &stale, &[], &[]).await.is(303);
    staff.get(&edit).await.is(200).says("我的表.pdf").says("新表.pdf").says_not("旧表.pdf").says("2099-01-02T10:00");
}

#[tokio::test]
async fn a_draft_that_was_changed_is_not_published_unseen() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let new = staff.get("/notices/new").await.is(200);
    let made = upload(&staff, "/notices/new", &new, &[("title", "停运通知"), ("body", "第一段")], &[]).await.is(303);
    let notice = made.location().trim_end_matches("/publish").to_owned();
    let (check, edit) = (format!("{notice}/publish"), format!("{notice}/edit"));
    let seen = staff.get(&check).await.is(200);
    let page = staff.get(&edit).await.is(200);
    upload(&staff, &edit, &page, &[("body", "第二段")], &[]).await.is(303);
    let late = [("when", "later"), ("publish_at", "2099-01-02T10:00")];
    let stale = post_changed(&staff, &check, &seen, &late).await.is(409).says("第二段");
    assert!(differences(&stale).contains("2099-01-02 10:00"));
    assert!(form(&stale).contains("value=\"2099-01-02T10:00\""), "what was typed stays");
    staff.get(&check).await.is(200).says_not("2099-01-02");
    post_changed(&staff, &check, &seen, &[("when", "now")]).await.is(409).says("没有不同").says("第二段");
    post_changed(&staff, &check, &stale, &[("when", "now"), ("publish_at", "")]).await.is(303);
}

#[tokio::test]
async fn a_plants_own_duty_shows_cadence_and_days() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let path = format!("/plants/{}/supply/duty", member.plant);
    let page = staff.get(&path).await.is(200);
    post_changed(&staff, &path, &page, &[("cadence", "daily"), ("days", "working_days")]).await.is(303);
    let stale = post_changed(&staff, &path, &page, &[("cadence", "never"), ("days", "all_days")]).await.is(409);
    let (text, locale) = (differences(&stale), app::text::Locale::Zh);
    for key in ["supply.cadence.daily", "supply.cadence.never", "supply.days.working_days", "supply.days.all_days"] {
        assert!(text.contains(&format!(">{}<", locale.t(key))), "{key} in {text}");
    }
    let as_kind = post_changed(&staff, &path, &page, &[("cadence", "")]).await.is(409);
    assert!(differences(&as_kind).contains(&locale.t("supply.settings.as_kind")));
    post_changed(&staff, &path, &stale, &[]).await.is(303);
    post_changed(&staff, &path, &page, &[("cadence", "daily")]).await.is(409);
}

#[tokio::test]
async fn a_published_answer_shows_every_value() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let id = an_issue(&app, &member).await;
    for (act, typed) in [("take", vec![]), ("answer", vec![("answer", "凭证通行。")])] {
        let path = format!("/issues/{id}/{act}");
        let page = (act == "answer").then(|| staff.get(&path));
        let seen = match page {
            Some(page) => form_fields(&page.await.is(200)),
            None => Vec::new(),
        };
        let kept = seen.iter().filter(|(name, _)| ["seen", "once"].contains(&name.as_str()));
        let fields: Vec<(&str, &str)> = kept.map(|(n, v)| (n.as_str(), v.as_str())).chain(typed).collect();
        staff.upload(&path, &fields, &[]).await.is(303);
    }
    let path = format!("/issues/{id}/publish");
    let page = staff.get(&path).await.is(200);
    post_changed(&staff, &path, &page, &[("title", "散装车进城"), ("category", "energy")]).await.is(303);
    let mine = [("title", "夜间进城"), ("once", ""), ("category", "staff")];
    let stale = post_changed(&staff, &path, &page, &mine).await.is(409);
    let shown = differences(&stale);
    let locale = app::text::Locale::Zh;
    for words in [
        "散装车进城".to_owned(),
        "夜间进城".to_owned(),
        locale.t("issues.category.energy"),
        locale.t("issues.category.staff"),
    ] {
        assert!(shown.contains(&format!(">{words}<")), "{words} in {shown}");
    }
    let stored = question::of_issue(app.state.db.reader(), id).await.unwrap().unwrap();
    assert_eq!(stored.title, "散装车进城");
}

#[tokio::test]
async fn the_place_of_an_install_request() {
    let app = TestApp::start_with_module().await;
    let member = a_member(&app).await;
    let entrance = entrance::Entity::find_by_id(member.entrance).one(app.state.db.reader()).await.unwrap().unwrap();
    let mut gates = Vec::new();
    for name in ["西门", "北门"] {
        let row = entrance::Model { id: EntranceId::new(), name: name.to_owned(), ..entrance.clone() };
        gates.push(row.id.to_string());
        row.into_active_model().reset_all().insert(app.state.db.writer()).await.unwrap();
    }
    let [west, north] = gates.as_slice() else { unreachable!() };
    let first = member.entrance.to_string();
    let made = member.admin.post("/sentinels/new", &[("entrance", &first)]).await.is(303);
    let path = made.location().replace("/scene", "/place");
    let page = member.admin.get(&path).await.is(200);
    post_changed(&app.staff().await, &path, &page, &[("entrance", west)]).await.is(303);
    let stale = post_changed(&member.admin, &path, &page, &[("entrance", north)]).await.is(409);
    assert!(differences(&stale).contains("西门") && differences(&stale).contains("北门"));
    let here = member.admin.get(&path).await.is(200);
    assert!(form_fields(&here).contains(&("entrance".to_owned(), west.clone())), "nothing was overwritten");
    post_changed(&member.admin, &path, &stale, &[]).await.is(303);
}
