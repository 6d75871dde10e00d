//! The two public guides and the facts behind them.

use app::{
    guides::facts::DeviceForm,
    ids::TextEnum,
    settings::{self, Modules},
};

use crate::{
    forms::{form_fields, post_changed},
    test_app::TestApp,
};

/// Switches the module of place codes and sentinels.
pub async fn switch_module(app: &TestApp, on: bool) {
    let stored = settings::load::<Modules>(app.state.db.reader()).await.unwrap();
    let modules = Modules { sentinels: on };
    let tx = app.tx().await;
    assert!(settings::save(&tx, &modules, stored.row_version).await.unwrap());
    tx.commit().await.unwrap();
    app.state.site.forget();
}

#[tokio::test]
async fn anybody_reads_the_guides_in_both_languages_with_the_figures_of_the_facts() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    stranger.get("/guides").await.is(200).says("2022-05").says_not("/guides/edit");
    stranger.get("/guides/passing").await.is(200).says("2022-05").says("60 周岁").says("纸质随申码离线码");
    let running = stranger.get("/guides/running-a-plant").await.is(200);
    let running = running.says("210 × 297").says("2480 × 3508").says("20 个码").says("13661530333");
    running.says("mailto:shaobing@shdata.com").says("法人一证通").says("href=\"http://qrcode.sh.gov.cn\"");
    stranger.post("/language", &[("language", "en"), ("next", "/guides")]).await.is(303);
    stranger.get("/guides/passing").await.is(200).says("Without a phone").says("aged 60 and over");
    stranger.get("/guides/running-a-plant").await.is(200).says("at most 20 codes").says("As of 2022-05");
}

#[tokio::test]
async fn scanning_is_shown_on_each_form_that_is_on_offer_and_on_no_other() {
    let app = TestApp::start().await;
    let (staff, stranger) = (app.staff().await, app.stranger());
    let shown = async || {
        let page = stranger.get("/guides/passing").await.is(200);
        assert_eq!(
            page.text.matches("<figcaption><ol><li>").count(),
            page.text.matches("<svg class=\"drawing").count()
        );
        (page.text.matches("<figure class=\"figure\">").count(), page)
    };
    let (figures, page) = shown().await;
    assert_eq!(figures, DeviceForm::ALL.len());
    let page = page.says("手持式、落地式、通道式、壁挂式、桌面式").says("随申码对准通道口斜面上的扫码窗");
    page.says("身份证平放在立柱中间的托台上");
    let page = staff.get("/guides/edit").await.is(200).says_not("与这里的邮箱不同");
    let others = ["floor", "gate", "wall", "desk"].map(|form| ("forms", form));
    let fields = form_fields(&page).into_iter().filter(|(name, _)| name != "forms" && name != "rules.1.form");
    let fields: Vec<(String, String)> = fields.collect();
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain(others).chain([("rules.1.form", "")]).collect();
    staff.post("/guides/edit", &fields).await.is(303);
    stranger.post("/language", &[("language", "en"), ("next", "/guides")]).await.is(303);
    let (figures, page) = shown().await;
    assert_eq!(figures, others.len());
    page.says("floor-standing, gate, wall-mounted, desktop").says_not("handheld,").says("Lay the ID card");
}

#[tokio::test]
async fn whoever_names_another_mailbox_is_told_where_the_portal_sends_to() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let page = staff.get("/guides/edit").await.is(200).says_not("与这里的邮箱不同");
    post_changed(&staff, "/guides/edit", &page, &[("mail", "install@shdata.com")]).await.is(303);
    staff.get("/guides/edit").await.is(200).says("寄往 shaobing@shdata.com，与这里的邮箱不同");
}

#[tokio::test]
async fn staff_change_a_fact_and_the_guides_show_it() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let page = staff.get("/guides/edit").await.is(200);
    let changes = [("as_of", "2022-06"), ("paper_code_age", "70"), ("recommended", "297*420")];
    post_changed(&staff, "/guides/edit", &page, &changes).await.is(303);
    app.stranger().get("/guides/passing").await.is(200).says("2022-06").says("70 周岁");
    app.stranger().get("/guides/running-a-plant").await.is(200).says("297 × 420").says("13661530333");
}

#[tokio::test]
async fn wrong_facts_are_refused_at_their_fields_and_keep_what_was_typed() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let page = staff.get("/guides/edit").await.is(200);
    let changes = [("portal", "javascript:alert(1)"), ("contacts.0.phones", "一二三"), ("dpi", "0")];
    let answer = post_changed(&staff, "/guides/edit", &page, &changes).await.is(422);
    answer.says("javascript:alert(1)").says("一二三").says("f-portal-error").says("f-contacts-0-phones-error");
    app.stranger().get("/guides/running-a-plant").await.says_not("javascript:");
}

#[tokio::test]
async fn a_stale_form_overwrites_nothing_and_shows_both() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let page = staff.get("/guides/edit").await.is(200);
    post_changed(&staff, "/guides/edit", &page, &[("paper_code_age", "65")]).await.is(303);
    let stale = post_changed(&staff, "/guides/edit", &page, &[("paper_code_age", "71")]).await.is(409);
    let stale = stale.says(">65<").says(">71<");
    app.stranger().get("/guides/passing").await.says("65 周岁");
    post_changed(&staff, "/guides/edit", &stale, &[]).await.is(303);
    app.stranger().get("/guides/passing").await.says("71 周岁");
}

#[tokio::test]
async fn with_the_module_off_the_guides_are_gone_and_their_data_stays() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let page = staff.get("/guides/edit").await.is(200);
    post_changed(&staff, "/guides/edit", &page, &[("paper_code_age", "66")]).await.is(303);
    switch_module(&app, false).await;
    for path in ["/guides", "/guides/passing", "/guides/running-a-plant", "/guides/edit"] {
        staff.get(path).await.is(404);
    }
    post_changed(&staff, "/guides/edit", &page, &[]).await.is(404);
    switch_module(&app, true).await;
    app.stranger().get("/guides/passing").await.is(200).says("66 周岁");
}

/// A contact that has lost its name still stands in the form, with those after it.
#[tokio::test]
async fn contacts_without_a_name_stay_in_the_form() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let page = staff.get("/guides/edit").await.is(200);
    let named = [
        ("contacts.0.name", ""),
        ("contacts.1.name", ""),
        ("contacts.1.phones", "13661530331"),
        ("contacts.2.name", "丙"),
        ("contacts.2.phones", "13661530332"),
    ];
    post_changed(&staff, "/guides/edit", &page, &named).await.is(422).says("13661530332");
}
