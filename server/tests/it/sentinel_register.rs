//! The catalogue of sentinel models: staff keep it, members read it, and the advice for an entrance names its models.

use app::{
    ids::TextEnum,
    sentinels::{catalogue, store},
    sheets::{Limits, read_bytes},
};

use crate::{
    builders::a_member,
    downloads::rows,
    forms::{form_fields, post_changed},
    guides::switch_module,
    sentinels::{begun, id_of},
    test_app::{Answer, Browser, TestApp},
};

/// A floor model that conforms and checks 20 people in a minute.
const FLOOR: [(&str, &str); 10] = [
    ("brand", "申安"),
    ("model", "SA-F30"),
    ("form", "floor"),
    ("abilities", "voice"),
    ("abilities", "id_card_reader"),
    ("conformity", "yes"),
    ("docking", "unknown"),
    ("vendor", "上海申安智能科技有限公司"),
    ("phone", "400 820 1234"),
    ("throughput", "20"),
];

async fn add(staff: &Browser, changes: &[(&str, &str)]) -> Answer {
    let kept = FLOOR.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let fields: Vec<(&str, &str)> = kept.chain(changes).copied().collect();
    staff.post("/sentinels/models/new", &fields).await
}

/// Adds a model, the floor model with some values changed, and gives its path.
pub async fn a_model(staff: &Browser, changes: &[(&str, &str)]) -> String {
    add(staff, changes).await.is(303).location().to_owned()
}

/// The texts of the one row below the headings of a spreadsheet, those of empty cells too.
pub fn only_row(answer: &Answer) -> Vec<String> {
    let sheet = read_bytes(&answer.bytes, Limits { rows: 100, said: 100, columns: 30 }).unwrap();
    let [headings, row] = &sheet.rows[..] else { panic!("{} rows", sheet.rows.len()) };
    headings.cells.iter().map(|heading| row.cell(heading.column).text().unwrap()).collect()
}

#[tokio::test]
async fn staff_keep_the_catalogue_and_members_read_it() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = a_model(&staff, &[]).await;
    let shown = member.admin.get(&path).await.is(200).says("申安 SA-F30").says("落地式").says("400-820-1234");
    shown.says("每分钟约 20 人").says_not("/edit");
    member.admin.get("/sentinels/models").await.is(200).says(&path).says_not("添加型号");
    app.auditor().await.get(&path).await.is(200).says("400-***-1234").says_not("400-820-1234");
    for refused in ["/sentinels/models/new", &format!("{path}/edit")] {
        member.admin.get(refused).await.is(403);
        member.admin.post(refused, &FLOOR).await.is(403);
    }
    app.stranger().get(&path).await.is(303);
    staff.get("/audit").await.is(200);
    app.admin().await.get("/audit").await.says("添加了哨兵型号").says_not("820-1234");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_a_name_is_there_once() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let long = "长".repeat(31);
    let wrong = [("brand", long.as_str()), ("phone", "12"), ("throughput", "0"), ("form", "round"), ("conformity", "")];
    let answer = add(&staff, &wrong).await.is(422).says(&long).says("value=\"12\"");
    for field in ["brand", "phone", "throughput", "form", "conformity"] {
        assert!(answer.text.contains(&format!("f-{field}-error")), "{field} in {}", answer.text);
    }
    a_model(&staff, &[]).await;
    add(&staff, &[("brand", " 申安"), ("model", "ＳＡ f30")]).await.is(422).says("f-model-error");
    let other = a_model(&staff, &[("model", "SA-F31"), ("throughput", ""), ("phone", "")]).await;
    let page = staff.get(&format!("{other}/edit")).await.is(200);
    post_changed(&staff, &format!("{other}/edit"), &page, &[("model", "sa-f30")]).await.is(422).says("f-model-error");
}

#[tokio::test]
async fn a_second_click_adds_no_second_model() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let page = staff.get("/sentinels/models/new").await.is(200);
    let (_, once) = form_fields(&page).into_iter().find(|(name, _)| name == "once").unwrap();
    let first = add(&staff, &[("once", &once)]).await.is(303);
    let second = add(&staff, &[("once", &once)]).await.is(303);
    assert_eq!(first.location(), second.location());
}

#[tokio::test]
async fn a_model_that_somebody_else_changed_is_not_overwritten() {
    let app = TestApp::start().await;
    let (one, other) = (app.staff().await, app.staff().await);
    let path = a_model(&one, &[]).await;
    let edit = format!("{path}/edit");
    let (mine, theirs) = (one.get(&edit).await.is(200), other.get(&edit).await.is(200));
    post_changed(&other, &edit, &theirs, &[("conformity", "no"), ("vendor", "别家服务商")]).await.is(303);
    let stale = post_changed(&one, &edit, &mine, &[("vendor", "我家服务商")]).await.is(409);
    let stale = stale.says("别家服务商").says("我家服务商");
    one.get(&path).await.says("别家服务商").says_not("我家服务商");
    post_changed(&one, &edit, &stale, &[]).await.is(303);
    one.get(&path).await.says("我家服务商");
}

#[tokio::test]
async fn a_retired_model_stays_on_record_and_is_offered_no_more() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let path = a_model(&staff, &[]).await;
    let edit = format!("{path}/edit");
    let page = staff.get(&edit).await.is(200);
    post_changed(&staff, &edit, &page, &[("retired", "yes")]).await.is(303);
    member.admin.get(&path).await.is(200).says("已停用");
    member.admin.get("/sentinels/models").await.says_not(&path);
    member.admin.get("/sentinels/models?retired=yes").await.says(&path);
    devices_step(&app, &member.admin, &begun(&member.admin, &member).await, "400").await.says_not("SA-F30");
    let page = staff.get(&edit).await.is(200);
    let back: Vec<(String, String)> = form_fields(&page).into_iter().filter(|(name, _)| name != "retired").collect();
    let back: Vec<(&str, &str)> = back.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    staff.post(&edit, &back).await.is(303);
    member.admin.get("/sentinels/models").await.says(&path);
}

#[tokio::test]
async fn the_list_is_narrowed_paged_and_exported() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    for n in 0..51 {
        a_model(&staff, &[("model", &format!("F{n:02}")), ("brand", "多型号")]).await;
    }
    let desk = [("brand", "桌面牌"), ("form", "desk"), ("abilities", "face_match"), ("conformity", "no")];
    let desk = a_model(&staff, &desk).await;
    let first = staff.get("/sentinels/models").await.is(200).says("F00").says("F49").says_not("F50");
    let next = first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = staff.get(&next.replace("&amp;", "&")).await.is(200).says("F50").says(&desk).says_not("F49");
    let back = second.text.split("rel=\"prev\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    staff.get(&back.replace("&amp;", "&")).await.is(200).says("F00").says("F49");
    for query in ["form=desk", "ability=face_match", "lacks=id_card_reader", "conformity=no", "q=桌面"] {
        staff.get(&format!("/sentinels/models?{query}")).await.is(200).says(&desk).says_not("F00");
        let row = only_row(&staff.get(&format!("/sentinels/models.xlsx?{query}")).await.is(200));
        let make = ["桌面牌", "SA-F30", "桌面式", "人脸识别", "否", "未登记"];
        assert_eq!(row, [&make[..], &["上海申安智能科技有限公司", "400-820-1234", "20", "", ""]].concat(), "{query}");
    }
    assert_eq!(rows(&app, &staff.get("/sentinels/models.xlsx").await.is(200)).len(), 53, "all pages");
    staff.get("/sentinels/models?form=gate").await.is(200).says("没有找到型号");
    staff.get("/sentinels/models?form=floor&lacks=id_card_reader").await.is(200).says("没有找到型号");
    let lacking = staff.get("/sentinels/models?lacks=id_card_reader").await.is(200);
    lacking.says("/sentinels/models.xlsx?lacks=id_card_reader");
}

/// Answers the questions for a crowd of so many in the busiest hour and opens the step of the devices.
async fn devices_step(app: &TestApp, browser: &Browser, path: &str, people: &str) -> Answer {
    let scene = format!("{path}/scene");
    let page = browser.get(&scene).await.is(200);
    let answers = [
        ("crowd", "yes"),
        ("vehicles", "no"),
        ("gates", "none"),
        ("person_must_match_id", "no"),
        ("distance", "yes"),
        ("people_per_hour", people),
    ];
    post_changed(browser, &scene, &page, &answers).await.is(303);
    assert!(store::request(app.state.db.reader(), id_of(path)).await.is_ok());
    browser.get(&format!("{path}/devices")).await.is(200)
}

#[tokio::test]
async fn the_wizard_names_models_that_conform_says_how_many_and_takes_one_with_one_choice() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let suits = a_model(&staff, &[]).await;
    let mute = a_model(&staff, &[("model", "SA-F10"), ("abilities", "id_card_reader")]).await;
    let bad = a_model(&staff, &[("model", "SA-F11"), ("conformity", "no")]).await;
    let path = begun(&member.admin, &member).await;
    // 1,200 in an hour are 30 in a busy minute: three devices at ten a minute, two of this model.
    let step = devices_step(&app, &member.admin, &path, "1,200").await.says("落地式大约需要 3 台").says("约 2 台");
    let step = step.says(&format!("<a href=\"{suits}\"")).says_not(&format!("<a href=\"{mute}\""));
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let step = step.says(&id(&mute)).says_not(&id(&bad));
    let quantity = form_fields(&step).into_iter().find(|(name, _)| name == "lines.0.quantity").unwrap().1;
    assert_eq!(quantity, "3", "what is needed stands there already");

    let devices = format!("{path}/devices");
    let said = [("specification", "yes"), ("docking", "vendor_will_confirm")];
    let gone = [("lines.0.taken", id(&bad)), ("lines.0.brand", "写过的".to_owned())];
    let gone: Vec<(&str, &str)> = gone.iter().map(|(name, value)| (*name, value.as_str())).chain(said).collect();
    post_changed(&member.admin, &devices, &step, &gone).await.is(422).says("f-lines-0-taken-error").says("写过的");
    let chosen = id(&suits);
    let changes = [&[("lines.0.taken", chosen.as_str()), ("lines.0.form", "desk")][..], &said].concat();
    post_changed(&member.admin, &devices, &step, &changes).await.is(303);
    let case = store::case(app.state.db.reader(), id_of(&path)).await.unwrap();
    let answers = store::answers(&case.request).unwrap();
    let line = answers.devices.unwrap().lines.remove(0);
    assert_eq!((line.brand.as_str(), line.model.as_str(), line.quantity), ("申安", "SA-F30", 3));
    assert_eq!(line.form.word(), "floor", "the form is the model's");
    assert_eq!(line.vendor, "上海申安智能科技有限公司");
    let page = member.admin.get(&format!("{path}/contact")).await.is(200);
    post_changed(&member.admin, &format!("{path}/contact"), &page, &[]).await.is(303);
    member.admin.get(&format!("{path}/check")).await.is(200).says("最忙的一小时约 1200 人");
}

#[tokio::test]
async fn where_the_catalogue_has_no_suitable_model_the_wizard_says_so() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let path = begun(&member.admin, &member).await;
    let none = "目录里还没有合适的落地式型号";
    devices_step(&app, &member.admin, &path, "").await.says(none);
    a_model(&staff, &[("model", "SA-F10"), ("abilities", "id_card_reader")]).await;
    let devices = format!("{path}/devices");
    member.admin.get(&devices).await.is(200).says(none);
    a_model(&staff, &[]).await;
    member.admin.get(&devices).await.is(200).says("SA-F30").says_not(none);
}

#[tokio::test]
async fn nobody_has_to_know_how_many_come() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    a_model(&staff, &[]).await;
    let path = begun(&member.admin, &member).await;
    devices_step(&app, &member.admin, &path, "").await.says("SA-F30").says_not("大约需要");
    let scene = format!("{path}/scene");
    let page = member.admin.get(&scene).await.is(200);
    let answer = post_changed(&member.admin, &scene, &page, &[("people_per_hour", "很多")]).await.is(422);
    answer.says("f-people_per_hour-error").says("很多");
}

#[tokio::test]
async fn a_draft_of_before_the_busiest_hour_was_asked_goes_on() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    let old = r#"{"scene":{"crowd":true,"vehicles":false,"gates":"none","person_must_match_id":false,"distance":false},
                  "devices":null,"contact":null}"#;
    let tx = app.tx().await;
    catalogue::store::offered(&*tx).await.unwrap();
    let answers = serde_json::from_str(old).unwrap();
    store::save_answers(&tx, id_of(&path), &answers).await.unwrap();
    tx.commit().await.unwrap();
    member.admin.get(&format!("{path}/devices")).await.is(200).says("推荐：落地式");
    member.admin.get(&format!("{path}/scene")).await.is(200).says("name=\"people_per_hour\"");
}

#[tokio::test]
async fn with_the_module_off_the_catalogue_is_gone_and_its_data_stays() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let path = a_model(&staff, &[]).await;
    switch_module(&app, false).await;
    for path in ["/sentinels/models", "/sentinels/models.xlsx", "/sentinels/models/new", &path] {
        staff.get(path).await.is(404);
    }
    add(&staff, &[("model", "X")]).await.is(404);
    staff.post(&format!("{path}/edit"), &FLOOR).await.is(404);
    switch_module(&app, true).await;
    staff.get(&path).await.is(200);
}
