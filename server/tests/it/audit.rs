//! The audit as the secretariat reads it.

use app::{
    audit::{self, Entry},
    members::entity::member,
    sheets::{self, Limits, MOST_ROWS},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::{
    builders::a_member,
    forms::{form_fields, post_changed},
    test_app::{TestApp, new_person},
};

#[tokio::test]
async fn an_act_is_shown_with_who_what_whose_and_what_changed() {
    let app = TestApp::start().await;
    let (admin, theirs) = (app.admin().await, a_member(&app).await);
    let path = format!("/members/{}/edit", theirs.id);
    let before = member::Entity::find_by_id(theirs.id).one(app.state.db.reader()).await.unwrap().unwrap().name;
    let staff = app.staff().await;
    let page = staff.get(&format!("/plants/{}/edit", theirs.plant)).await.is(200);
    post_changed(&staff, &format!("/plants/{}/edit", theirs.plant), &page, &[("name", "二号粉磨站")]).await.is(303);
    let shown = admin.get(&format!("/audit?member={}", theirs.id)).await.is(200);
    shown.says("修改了厂区").says(&before).says("一号粉磨站").says("二号粉磨站").says("测试员");
    admin.get(&path).await.is(200);
    let auditor = app.auditor().await;
    auditor.get("/audit").await.is(200).says("修改了厂区");
    auditor.get("/audit?act=settings.changed").await.is(200).says_not("二号粉磨站").says("没有符合条件的记录");
    auditor.get("/audit?from=2000-01-01&to=2000-01-02").await.is(200).says_not("二号粉磨站");
    auditor.get("/audit?person=没有这个人").await.is(200).says_not("二号粉磨站");
    auditor.get("/audit?person=测试员&from=2000-01-01").await.is(200).says("二号粉磨站");
    // Numbers and addresses are hidden from auditors, so they cannot be asked for either.
    auditor.get("/audit?person=example.cn").await.is(200).says("没有符合条件的记录");
}

#[tokio::test]
async fn pages_go_by_key_and_leave_nothing_out() {
    let app = TestApp::start().await;
    let auditor = app.auditor().await;
    let tx = app.tx().await;
    for n in 0..120 {
        audit::record(&tx, Entry::new("settings.changed", "association").after(&format!("第{n}次"))).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (mut path, mut seen) = ("/audit?act=settings.changed".to_owned(), 0);
    for _ in 0..3 {
        let page = auditor.get(&path).await.is(200);
        seen += page.text.matches("<th scope=\"row\"").count();
        let next = page.text.split("rel=\"next\" href=\"").nth(1);
        let Some(next) = next else { break };
        path = next.split('"').next().unwrap().replace("&amp;", "&");
    }
    assert_eq!(seen, 120);
}

#[tokio::test]
async fn a_part_of_a_name_stands_for_everybody_who_bears_it() {
    let app = TestApp::start().await;
    let mut tx = app.tx().await;
    for _ in 0..60 {
        let person = new_person(&tx).await;
        tx.actor.person = Some(person);
        audit::record(&tx, Entry::new("settings.changed", "association")).await.unwrap();
    }
    tx.commit().await.unwrap();
    let left = a_member(&app).await;
    let tx = app.tx().await;
    audit::record(&tx, Entry::new("settings.changed", "association").member(left.id)).await.unwrap();
    tx.commit().await.unwrap();
    let auditor = app.auditor().await;
    let count = async |path: &str| {
        let sheet = auditor.get(path).await.is(200);
        sheets::read_bytes(&sheet.bytes, Limits { rows: 100, said: 100, columns: 20 }).unwrap().rows.len() - 1
    };
    assert_eq!(count("/audit.xlsx?act=settings.changed&person=测试").await, 60);
    assert_eq!(count("/audit.xlsx?act=settings.changed&member=测试水泥").await, 1);
    assert_eq!(count(&format!("/audit.xlsx?act=settings.changed&member={}", left.id)).await, 1);
    assert_eq!(count("/audit.xlsx?act=settings.changed&member=没有这家").await, 0);
}

#[tokio::test]
async fn an_export_that_leaves_rows_out_says_so_in_its_last_row() {
    let app = TestApp::start().await;
    let tx = app.tx().await;
    let entries = (0..=MOST_ROWS).map(|_| Entry::new("settings.changed", "association"));
    audit::record_all(&tx, entries).await.unwrap();
    tx.commit().await.unwrap();
    let sheet = app.auditor().await.get("/audit.xlsx?act=settings.changed").await.is(200).bytes;
    let sheet = sheets::read_bytes(&sheet, Limits { rows: 20_000, said: 20_000, columns: 20 }).unwrap();
    assert_eq!(sheet.rows.len(), 1 + MOST_ROWS + 1);
    let last = sheet.rows.last().unwrap().cell(0).text().unwrap();
    assert_eq!(last, "这里只有前 10000 行，请缩小筛选范围后再导出其余部分。");
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_delete_a_row() {
    let app = TestApp::start().await;
    let tx = app.tx().await;
    audit::record(&tx, Entry::new("mail.paused", "mail")).await.unwrap();
    tx.commit().await.unwrap();
    for statement in ["UPDATE audit SET act = 'mail.resumed'", "DELETE FROM audit"] {
        let refused = app.state.db.writer().execute_unprepared(statement).await.unwrap_err();
        assert!(refused.to_string().contains("append only"), "{refused}");
    }
    app.auditor().await.get("/audit?act=mail.paused").await.is(200).says("暂停");
}

/// The rows of an act, oldest first.
async fn rows_of(app: &TestApp, act: &str) -> Vec<audit::entity::Model> {
    use audit::entity::{Column, Entity};
    let found = Entity::find().filter(Column::Act.eq(act)).order_by_asc(Column::Id);
    found.all(app.state.db.reader()).await.unwrap()
}

/// The last row of an act, both sides.
async fn last(app: &TestApp, act: &str) -> (Value, Value) {
    let row = rows_of(app, act).await.pop().expect(act);
    let side = |text: Option<String>| text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    (side(row.before), side(row.after))
}

/// No row holds any of these values.
async fn nowhere(app: &TestApp, values: &[&str]) {
    for row in audit::entity::Entity::find().all(app.state.db.reader()).await.unwrap() {
        let text = format!("{:?} {:?}", row.before, row.after);
        for value in values {
            assert!(!text.contains(value), "{value} in {} {text}", row.act);
        }
    }
}

#[tokio::test]
async fn a_contacts_change_is_kept_without_its_number() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let new = format!("/members/{}/contacts/new", member.id);
    let typed = [("name", "赵师傅"), ("title", "调度"), ("phone", "13800000166"), ("duties", "supply")];
    member.admin.post(&new, &typed).await.is(303);
    let (before, after) = last(&app, "contact.added").await;
    assert_eq!(before, Value::Null);
    assert_eq!(
        after,
        json!({ "name": "赵师傅", "title": "调度", "duties": ["supply"], "contacts_changed": ["phone"] })
    );
    let edit = format!("/contacts/{}/edit", member.contact);
    let page = member.admin.get(&edit).await.is(200);
    let changes = [("name", "李主任"), ("phone", "13800000177"), ("duties", "notices")];
    post_changed(&member.admin, &edit, &page, &changes).await.is(303);
    let (before, after) = last(&app, "contact.changed").await;
    assert_eq!((&before["name"], &after["name"]), (&json!("王厂长"), &json!("李主任")));
    assert_eq!(after["duties"], json!(["notices"]));
    assert_eq!(after["contacts_changed"], json!(["phone"]));
    member.admin.post(&format!("/contacts/{}/remove", member.contact), &[("row_version", "2")]).await.is(303);
    let (before, _) = last(&app, "contact.removed").await;
    assert_eq!(before["name"], "李主任");
    nowhere(&app, &["13800000166", "13800000177", "18600001402", "member.example.cn"]).await;
    let shown = app.auditor().await.get("/audit?act=contact.changed").await.is(200);
    shown.says("由“王厂长”改为“李主任”").says("有变动的联系方式").says_not("13800000177").says_not("18600001402");
}

#[tokio::test]
async fn settings_are_kept_without_phones_and_addresses() {
    let app = TestApp::start_with_module().await;
    let admin = app.admin().await;
    let page = admin.get("/settings/association").await.is(200);
    let changes = [("phone", "021-63210001"), ("email", "office@example.cn"), ("hours", "工作日 9:00-17:00")];
    post_changed(&admin, "/settings/association", &page, &changes).await.is(303);
    let (before, after) = last(&app, "settings.changed").await;
    assert_eq!((&before["hours"], &after["hours"]), (&json!(""), &json!("工作日 9:00-17:00")));
    assert_eq!(after["contacts_changed"], json!(["email", "phone"]));
    let page = admin.get("/guides/edit").await.is(200);
    let phones = form_fields(&page).into_iter().find(|(name, _)| name == "contacts.0.phones").unwrap().1;
    let changes = [("contacts.0.phones", "021-62220001"), ("mail", "new@example.cn"), ("paper_code_age", "71")];
    post_changed(&admin, "/guides/edit", &page, &changes).await.is(303);
    let (_, after) = last(&app, "settings.changed").await;
    assert_eq!(after["contacts_changed"], json!(["mail", "phones"]));
    assert_eq!(after["paper_code_age"], 71);
    let was: Vec<&str> = phones.split('、').collect();
    nowhere(&app, &was).await;
    nowhere(&app, &["021-63210001", "office@example.cn", "021-62220001", "new@example.cn"]).await;
    let shown = app.auditor().await.get("/audit?act=settings.changed").await.is(200);
    shown.says("有变动的联系方式").says("71");
}

#[tokio::test]
async fn an_install_request_keeps_what_was_answered_before_and_after() {
    let app = TestApp::start_with_module().await;
    let member = a_member(&app).await;
    let entrance = member.entrance.to_string();
    let made = member.admin.post("/sentinels/new", &[("entrance", &entrance)]).await.is(303);
    let path = made.location().trim_end_matches("/scene").to_owned();
    let (_, begun) = last(&app, "install_request.begun").await;
    assert_eq!(begun, json!({ "plant": "一号粉磨站", "entrance": "东门" }));
    let step = format!("{path}/scene");
    for (crowd, gates) in [("no", "none"), ("yes", "existing")] {
        let page = member.admin.get(&step).await.is(200);
        let typed = [
            ("crowd", crowd),
            ("vehicles", "no"),
            ("gates", gates),
            ("person_must_match_id", "no"),
            ("distance", "no"),
        ];
        post_changed(&member.admin, &step, &page, &typed).await.is(303);
    }
    let (before, after) = last(&app, "install_request.changed").await;
    assert_eq!((&before["scene"]["gates"], &after["scene"]["gates"]), (&json!("none"), &json!("existing")));
    let step = format!("{path}/contact");
    for (name, phone) in [("王厂长", "13800000166"), ("李主任", "13800000177")] {
        let page = member.admin.get(&step).await.is(200);
        let remark = format!("找门卫 {phone}");
        let typed =
            [("contact_name", name), ("contact_phone", phone), ("site_phone", "021-62220001"), ("remarks", &remark)];
        post_changed(&member.admin, &step, &page, &typed).await.is(303);
    }
    let (before, after) = last(&app, "install_request.changed").await;
    assert_eq!(before["contact"]["contact_name"], "王厂长");
    assert_eq!(after["contact"], json!({ "contact_name": "李主任", "remarks": "找门卫 •••" }));
    assert_eq!(after["contacts_changed"], json!(["contact_phone"]));
    nowhere(&app, &["13800000166", "13800000177", "021-62220001", "member.example.cn"]).await;
    let shown = app.auditor().await.get("/audit?act=install_request.changed").await.is(200);
    shown.says("由“王厂长”改为“李主任”").says("由“没有，也不准备装”改为“已经有了”").says_not("13800000177");
}

#[tokio::test]
async fn a_drafts_change_names_every_value_and_of_the_text_the_lines_that_differ() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let name = app::members::store::member(app.state.db.reader(), member.id).await.unwrap().name;
    let first = [
        ("kind", "notice"),
        ("title", "停运通知"),
        ("body", "第一段\n第二段\n第三段"),
        ("audience", "members"),
        ("must_acknowledge", "yes"),
    ];
    let made = staff.upload("/notices/new", &first, &[]).await.is(303);
    let notice = made.location().trim_end_matches("/publish").to_owned();
    let second = [
        ("kind", "guideline"),
        ("title", "停运指引"),
        ("body", "第一段\n联系 13800000177\n第三段"),
        ("audience", "chosen"),
        ("chosen", name.as_str()),
        ("acknowledge_by", ""),
        ("row_version", "1"),
    ];
    let pdf: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";
    staff.upload(&format!("{notice}/edit"), &second, &[("files", "清单.pdf", pdf)]).await.is(303);
    let (before, after) = last(&app, "notice.draft_changed").await;
    assert_eq!((&before["body"], &after["body"]), (&json!("第二段"), &json!("联系 •••")));
    assert_eq!((&before["chosen"], &after["chosen"]), (&json!([]), &json!([name])));
    assert_eq!((&before["must_acknowledge"], &after["must_acknowledge"]), (&json!(true), &json!(false)));
    assert_eq!((&before["files"], &after["files"]), (&json!([]), &json!(["清单.pdf"])));
    assert_eq!((&before["audience"], &after["kind"]), (&json!("members"), &json!("guideline")));
    let shown = app.auditor().await.get("/audit?act=notice.draft_changed").await.is(200);
    shown.says("由“停运通知”改为“停运指引”").says("清单.pdf").says(&name).says_not("13800000177");
    staff.post(&format!("{notice}/remove"), &[("row_version", "2")]).await.is(303);
    let (before, _) = last(&app, "notice.draft_removed").await;
    assert_eq!(before["body"], "第一段\n联系 •••\n第三段");
}

#[tokio::test]
async fn ones_own_details_are_kept_without_number_and_address() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let page = member.admin.get("/account/details").await.is(200);
    post_changed(&member.admin, "/account/details", &page, &[("name", "陈主任"), ("language", "en")]).await.is(303);
    let (before, after) = last(&app, "person.changed").await;
    assert_eq!((&before["name"], &after["name"]), (&json!("测试员"), &json!("陈主任")));
    assert_eq!(after, json!({ "name": "陈主任", "language": "en" }));
    let tx = app.tx().await;
    let remark = json!({ "remark": "回拨 138 0000 0177，邮箱 a.b@example.cn" });
    audit::record(&tx, Entry::new("person.password_link_given", "person").after(&remark)).await.unwrap();
    tx.commit().await.unwrap();
    let (_, after) = last(&app, "person.password_link_given").await;
    assert_eq!(after["remark"], "回拨 •••，邮箱 •••");
}
