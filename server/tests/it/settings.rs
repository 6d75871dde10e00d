//! What an admin of the secretariat sets: the association's particulars and the modules.

use crate::{
    builders::a_member,
    forms::post_changed,
    test_app::{TestApp, has_module},
};

#[tokio::test]
async fn the_secretariats_phone_stands_on_every_page_once_it_is_set() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.stranger().get("/notices").await.says_not("tel:");
    let page = admin.get("/settings/association").await.is(200);
    let changes = [("phone", "021-63210000"), ("hours", "工作日 9:00–17:00"), ("name_en", "Cement of Shanghai")];
    post_changed(&admin, "/settings/association", &page, &changes).await.is(303);
    let member = a_member(&app).await;
    app.stranger().get("/notices").await.is(200).says("href=\"tel:").says("021-63210000");
    member.admin.get("/todo").await.is(200).says("021-63210000").says("工作日 9:00–17:00");
    app.stranger().get("/no-such-page").await.is(404).says("021-63210000");
}

#[tokio::test]
async fn wrong_particulars_are_refused_at_their_fields() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let page = admin.get("/settings/association").await.is(200);
    let changes = [("name", ""), ("phone", "打这个"), ("email", "nobody")];
    let answer = post_changed(&admin, "/settings/association", &page, &changes).await.is(422);
    answer.says("f-name-error").says("f-phone-error").says("f-email-error").says("打这个");
    app.stranger().get("/notices").await.says_not("打这个");
}

#[tokio::test]
async fn a_stale_form_shows_both_versions_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let page = admin.get("/settings/association").await.is(200);
    post_changed(&admin, "/settings/association", &page, &[("phone", "021-63210001")]).await.is(303);
    let stale = post_changed(&admin, "/settings/association", &page, &[("phone", "021-63210002")]).await.is(409);
    let stale = stale.says(">021-63210001<").says(">021-63210002<");
    app.stranger().get("/notices").await.says("021-63210001");
    post_changed(&admin, "/settings/association", &stale, &[]).await.is(303);
    app.stranger().get("/notices").await.says("021-63210002");
}

#[tokio::test]
async fn a_module_is_switched_off_and_on_again() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let page = admin.get("/settings/modules").await.is(200);
    let version = crate::forms::form_fields(&page).into_iter().find(|(name, _)| name == "row_version").unwrap().1;
    admin.post("/settings/modules", &[("row_version", &version)]).await.is(303);
    admin.get("/guides").await.is(404);
    admin.get("/settings").await.is(200).says_not("/guides/edit");
    let page = admin.get("/settings/modules").await.is(200);
    post_changed(&admin, "/settings/modules", &page, &[("sentinels", "yes")]).await.is(303);
    admin.get("/guides").await.is(200);
}

#[tokio::test]
async fn the_auditor_reads_what_is_set_and_has_no_button_for_it() {
    let app = TestApp::start().await;
    let (auditor, staff) = (app.auditor().await, app.staff().await);
    let member = a_member(&app).await;
    let duty = format!("/plants/{}/supply/duty", member.plant);
    let pages = ["/supply/settings", "/guides/edit", &duty];
    for page in pages.into_iter().filter(|page| has_module() || !page.starts_with("/guides")) {
        staff.get(page).await.is(200).says("保存").says_not("disabled");
        auditor.get(page).await.is(200).says("disabled").says_not("保存");
        auditor.post(page, &[]).await.is(403);
        member.admin.get(page).await.is(403);
    }
}
