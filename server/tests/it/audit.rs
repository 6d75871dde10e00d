//! The audit as the secretariat reads it.

use app::{
    audit::{self, Entry},
    members::entity::member,
    sheets::{self, Limits, MOST_ROWS},
};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::{
    builders::a_member,
    forms::post_changed,
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
