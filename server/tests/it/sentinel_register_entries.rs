//! What is entered of a device beside its make: the note of its first step, its warranty and whom to call.

use app::time::Instant;

use crate::{
    builders::a_member,
    forms::post_changed,
    sentinel_register::only_row,
    sentinel_register_devices::{a_device, enter},
    sentinel_register_requests::devices,
    sentinels::sent,
    test_app::TestApp,
};

#[tokio::test]
async fn the_first_step_of_a_device_has_its_note_too() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let long = "长".repeat(501);
    enter(&member.admin, &member, &[("note", &long)]).await.is(422).says("f-note-error").says(&long).says("SN-0001");
    let device = a_device(&member.admin, &member, &[("note", "去年自行购买，原先装在西门")]).await;
    member.admin.get(&device).await.is(200).says("去年自行购买，原先装在西门");
    app.admin().await.get("/audit").await.is(200).says("去年自行购买");
}

#[tokio::test]
async fn a_device_that_comes_from_a_request_names_it_once() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    let found = devices(&app, &request).await;
    let number = found[0].events[0].note.clone().unwrap();
    let page = member.admin.get(&format!("/sentinels/devices/{}", found[0].row.id)).await.is(200);
    let (_, timeline) = page.text.split_once("class=\"timeline\"").unwrap();
    assert!(number.starts_with("AZ-"), "{number}");
    assert_eq!(timeline.matches(&number).count(), 1, "as the way to it");
    assert!(timeline.contains(&format!("href=\"{request}\"")));
}

#[tokio::test]
async fn warranty_and_service_contact_are_checked_kept_shown_and_exported() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let long = "长".repeat(61);
    let wrong = [("service_contact", long.as_str()), ("phone", "12"), ("warranty_until", "明年")];
    let answer = enter(&member.admin, &member, &wrong).await.is(422).says(&long).says("value=\"12\"");
    let answer = answer.says("value=\"明年\"");
    for field in ["service_contact", "phone", "warranty_until"] {
        assert!(answer.text.contains(&format!("f-{field}-error")), "{field}");
    }
    let kept = [
        ("vendor", "上海申安智能科技有限公司"),
        ("service_contact", "李师傅"),
        ("phone", "021-60000031"),
        ("warranty_until", "2099-05-30"),
    ];
    let device = a_device(&member.admin, &member, &kept).await;
    let shown = member.admin.get(&device).await.is(200).says("李师傅").says("021-60000031").says("2099-05-30");
    shown.says_not("已过保");
    let auditor = app.auditor().await;
    auditor.get(&device).await.is(200).says_not("021-60000031");
    let row = only_row(&member.admin.get("/sentinels/devices.xlsx").await.is(200));
    assert_eq!(row[15..19], ["上海申安智能科技有限公司", "李师傅", "021-60000031", "2099-05-30"]);
    assert_eq!(only_row(&auditor.get("/sentinels/devices.xlsx").await.is(200))[17], "021-****0031");

    let edit = format!("{device}/edit");
    let page = member.admin.get(&edit).await.is(200).says("value=\"李师傅\"").says("value=\"021-60000031\"");
    let page = page.says("value=\"2099-05-30\"");
    post_changed(&member.admin, &edit, &page, &[("phone", "12")]).await.is(422).says("f-phone-error");
    // On its last day a warranty still holds.
    for (days, is_over) in [(0, false), (1, true)] {
        let day = app.state.clock.now().plus(-days * Instant::DAY).day().to_string();
        let page = member.admin.get(&edit).await.is(200);
        let changes = [("warranty_until", day.as_str()), ("service_contact", "赵师傅")];
        post_changed(&member.admin, &edit, &page, &changes).await.is(303);
        let shown = member.admin.get(&device).await.is(200).says(&day).says("赵师傅").says_not("李师傅");
        assert_eq!(shown.text.contains("已过保"), is_over, "{day}");
    }
}
