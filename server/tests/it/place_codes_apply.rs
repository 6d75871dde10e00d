//! Applying for place codes: the check before, the sheet, what was handed in, what the city said.

use app::{
    accounts::RoleKind,
    ids::{ApplicationId, EntranceId, TextEnum},
    members::{
        address::{Address, ElsewhereAddress},
        entity::{entrance, member, plant},
        model::{EntranceFacts, Passage},
        store as register,
    },
    place_codes::applications::{
        model::State,
        store::{self, Case},
    },
    sheets::{Limits, read_bytes},
    time::Instant,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    builders::{TestMember, a_member},
    forms::{form_fields, post_changed},
    guides::switch_module,
    test_app::{Answer, Browser, TestApp},
    todo::counted,
};

const APPLY: &str = "/place-codes/apply";

/// Gives the member's plant further entrances.
pub async fn with_entrances(app: &TestApp, member: &TestMember, names: &[&str]) -> Vec<EntranceId> {
    let tx = app.tx().await;
    let mut made = Vec::new();
    for name in names {
        let facts = EntranceFacts { name: (*name).to_owned(), passage: Passage::Vehicles, outdoors: true };
        made.extend(register::add_entrance(&tx, member.plant, &facts).await.unwrap());
    }
    tx.commit().await.unwrap();
    made
}

/// Chooses entrances and gives the path of the application.
async fn choose(browser: &Browser, member: &TestMember, entrances: &[EntranceId]) -> Answer {
    let page = browser.get(&format!("{APPLY}?member={}", member.id)).await.is(200);
    let fields = form_fields(&page);
    let mut sent: Vec<(&str, &str)> =
        fields.iter().filter(|(n, _)| n != "entrance").map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let ids: Vec<String> = entrances.iter().map(ToString::to_string).collect();
    sent.extend(ids.iter().map(|id| ("entrance", id.as_str())));
    browser.post(APPLY, &sent).await
}

/// An application for all of the member's entrances.
pub async fn begun(browser: &Browser, member: &TestMember) -> String {
    let page = browser.get(&format!("{APPLY}?member={}", member.id)).await.is(200);
    post_changed(browser, APPLY, &page, &[]).await.is(303).location().to_owned()
}

/// The same, handed in by computer today.
pub async fn filed(app: &TestApp, browser: &Browser, member: &TestMember) -> String {
    let path = begun(browser, member).await;
    let changes = [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];
    file(browser, &path, &changes).await.is(303);
    assert_eq!(state(app, &path).await, State::Waiting);
    path
}

pub async fn file(browser: &Browser, path: &str, changes: &[(&str, &str)]) -> Answer {
    let page = browser.get(path).await.is(200);
    post_changed(browser, &format!("{path}/filed"), &page, changes).await
}

pub async fn case(app: &TestApp, path: &str) -> Case {
    let id: ApplicationId = path.rsplit('/').next().unwrap().parse().unwrap();
    store::case(app.state.db.reader(), id).await.unwrap()
}

async fn state(app: &TestApp, path: &str) -> State {
    case(app, path).await.state()
}

/// Sends outcomes by the form of the page; `lines.0.outcome` is that of the first entrance in it.
pub async fn outcomes(browser: &Browser, path: &str, changes: &[(&str, &str)]) -> Answer {
    let page = browser.get(path).await.is(200);
    outcomes_of(browser, path, &page, changes).await
}

/// The same by a page that was opened before.
pub async fn outcomes_of(browser: &Browser, path: &str, page: &Answer, changes: &[(&str, &str)]) -> Answer {
    let fields = form_fields(page);
    let lines: Vec<&str> = fields.iter().filter_map(|(name, _)| name.strip_suffix(".state")).collect();
    let named = |name: &str| match name.splitn(3, '.').collect::<Vec<_>>()[..] {
        ["lines", n, part] => format!("{}.{part}", lines[n.parse::<usize>().unwrap()]),
        _ => name.to_owned(),
    };
    let changes: Vec<(String, &str)> = changes.iter().map(|(name, value)| (named(name), *value)).collect();
    let changes: Vec<(&str, &str)> = changes.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    post_changed(browser, &format!("{path}/outcomes"), page, &changes).await
}

async fn registered_in_shanghai(app: &TestApp, member: &TestMember) {
    let tx = app.tx().await;
    member::Entity::update_many()
        .col_expr(member::Column::CreditCode, Expr::value("91310118MA1JL00000"))
        .filter(member::Column::Id.eq(member.id))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_application_goes_from_the_choice_to_the_citys_word() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    with_entrances(&app, &member, &["西门", "北门"]).await;
    let page = member.admin.get(APPLY).await.is(200).says("东门").says("西门").says("法人一证通");
    let first = post_changed(&member.admin, APPLY, &page, &[]).await.is(303);
    let second = post_changed(&member.admin, APPLY, &page, &[]).await.is(303);
    let path = first.location().to_owned();
    assert_eq!(path, second.location(), "a double click makes one application");
    member.admin.get(&path).await.is(200).says("SL-").says("待提交").says("一号粉磨站西门");

    // Every value can be copied, entrance by entrance.
    let copy = member.admin.get(&format!("{path}/copy?place=2")).await.is(200);
    copy.says("第 2 个，共 3 个").says("一号粉磨站北门").says("章练塘路588弄15号").says("青浦区");

    file(&member.admin, &path, &[("route", "computer"), ("certificate", ""), ("handler", "李经办")])
        .await
        .is(422)
        .says("请选择登录时用的凭证")
        .says("李经办");
    let done = [("route", "computer"), ("certificate", "corporate_certificate"), ("handler", "李经办")];
    file(&member.admin, &path, &done).await.is(303);
    let page = member.admin.get(&path).await.is(200).says("法人一证通").says("李经办").says("等待审核");
    member.admin.post(&format!("{path}/discard"), &[]).await.is(409);
    // The day when it was handed in is no day before.
    post_changed(&member.admin, &format!("{path}/outcomes"), &page, &[("on", "2020-01-01"), ("all", "approved")])
        .await
        .is(422);

    let changes = [("lines.0.outcome", "approved"), ("lines.1.outcome", "refused")];
    outcomes(&member.admin, &path, &changes).await.is(422).says("没有通过的原因").says("-reason-error");
    let changes = [changes[0], changes[1], ("lines.1.reason", "地址不规范")];
    outcomes(&member.admin, &path, &changes).await.is(303);
    assert_eq!(state(&app, &path).await, State::Refused);
    member.admin.get(&path).await.says("地址不规范").says("重新申领");
    // What waits still can be approved with one button.
    outcomes(&member.admin, &path, &[("all", "approved")]).await.is(303);
    let states: Vec<_> = case(&app, &path).await.lines.iter().map(|line| line.state.word()).collect();
    assert_eq!(states, ["approved", "refused", "approved"]);
}

#[tokio::test]
async fn what_was_refused_is_applied_for_anew_and_remembers() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    with_entrances(&app, &member, &["西门"]).await;
    let path = filed(&app, &member.admin, &member).await;
    let old = case(&app, &path).await.application;
    outcomes(&member.admin, &path, &[("lines.0.outcome", "refused"), ("lines.0.reason", "名称不符")]).await.is(303);
    // The one that waits cannot be applied for twice, the refused one is ticked.
    let page = member.admin.get(&format!("{APPLY}?previous={}", old.id)).await.is(200);
    let page = page.says(&format!("已经在 {} 中申领", old.number)).says("重新申领");
    let next = post_changed(&member.admin, APPLY, &page, &[]).await.is(303).location().to_owned();
    let made = case(&app, &next).await;
    assert_eq!(made.application.previous_id, Some(old.id));
    assert_eq!(made.lines.len(), 1);
    member.admin.get(&next).await.is(200).says(&old.number);
    member.admin.get(&path).await.is(200).says(&made.application.number).says("已重新申领");
    assert_eq!(state(&app, &path).await, State::Waiting);
    // The old word is not said anew.
    let line = made.lines[0].row.clone();
    let page = member.admin.get(&path).await.is(200);
    let foreign = format!("lines.{}.outcome", line.id);
    post_changed(&member.admin, &format!("{path}/outcomes"), &page, &[(&foreign, "approved")])
        .await
        .is(422)
        .says("不属于这份申领");
}

#[tokio::test]
async fn what_the_city_would_refuse_is_said_before_and_kept_from_being_applied_for() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let [one, two] = with_entrances(&app, &member, &["1号门", "一号门"]).await[..] else { panic!() };
    member.admin.get(APPLY).await.is(200).says("与“").says(&format!("/entrances/{one}/edit"));
    choose(&member.admin, &member, &[one]).await.is(422).says("还不能申领");
    choose(&member.admin, &member, &[]).await.is(422).says("至少勾选一个");
    let tx = app.tx().await;
    entrance::Entity::update_many()
        .col_expr(entrance::Column::Name, Expr::value("货运门"))
        .filter(entrance::Column::Id.eq(two))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    choose(&member.admin, &member, &[one]).await.is(303);
    // It is under way now.
    choose(&member.admin, &member, &[one, two]).await.is(422);

    let tx = app.tx().await;
    plant::Entity::update_many().col_expr(plant::Column::Address, Expr::value("{}")).exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    member.admin.get(APPLY).await.is(200).says("厂区地址不完整").says(&format!("/plants/{}/edit", member.plant));
    choose(&member.admin, &member, &[two]).await.is(422);

    let other = a_member(&app).await;
    let tx = app.tx().await;
    member::Entity::update_many()
        .col_expr(member::Column::LicenceConfirmedAt, Expr::value(None::<Instant>))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    other.admin.get(APPLY).await.is(200).says("没有与营业执照核对确认");
    choose(&other.admin, &other, &[other.entrance]).await.is(422);
    // Nobody applies for another's entrance.
    choose(&other.admin, &other, &[one]).await.is(422);
    other.admin.post(APPLY, &[("member", &member.id.to_string())]).await.is(404);
}

#[tokio::test]
async fn a_phone_is_for_units_of_the_city_and_for_as_many_as_the_facts_say() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    let phone = [("route", "phone"), ("handler", "李经办")];
    member.admin.get(&path).await.says("只限在上海注册登记的单位");
    file(&member.admin, &path, &phone).await.is(422);
    registered_in_shanghai(&app, &member).await;
    file(&member.admin, &path, &phone).await.is(303);
    assert!(case(&app, &path).await.application.certificate.is_none());

    let many = a_member(&app).await;
    let names: Vec<String> = (1..=20).map(|n| format!("第{n}道")).collect();
    with_entrances(&app, &many, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let tx = app.tx().await;
    member::Entity::update_many()
        .col_expr(member::Column::CreditCode, Expr::value("91310118MA1JL00001"))
        .filter(member::Column::Id.eq(many.id))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let path = begun(&many.admin, &many).await;
    many.admin.get(&path).await.says("每次最多 20 个，这里有 21 个");
    file(&many.admin, &path, &phone).await.is(422);
    // The figure is the guides' own.
    let staff = app.staff().await;
    let edit = staff.get("/guides/edit").await.is(200);
    post_changed(&staff, "/guides/edit", &edit, &[("codes_per_mobile_submission", "21")]).await.is(303);
    file(&many.admin, &path, &phone).await.is(303);
}

#[tokio::test]
async fn a_register_that_changed_since_the_page_is_looked_at_again() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    let page = member.admin.get(&path).await.is(200);
    let tx = app.tx().await;
    let moved = "上海市青浦区练塘镇章练塘路588弄16号";
    plant::Entity::update_many().col_expr(plant::Column::AddressLine, Expr::value(moved)).exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    let done = [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];
    let here = format!("{path}/filed");
    let again = post_changed(&member.admin, &here, &page, &done).await.is(409).says(moved).says("有变动");
    assert_eq!(state(&app, &path).await, State::Prepared);
    post_changed(&member.admin, &here, &again, &done).await.is(303);
    // What was handed in stays, whatever becomes of the register.
    let tx = app.tx().await;
    plant::Entity::update_many().col_expr(plant::Column::AddressLine, Expr::value("别处")).exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    member.admin.get(&path).await.is(200).says(moved).says_not("别处");
    member.admin.post(&here, &done).await.is(409);
}

/// Since when the member's licence is confirmed, or that it is no longer.
async fn licence(app: &TestApp, member: &TestMember, at: Option<Instant>) {
    let tx = app.tx().await;
    member::Entity::update_many()
        .col_expr(member::Column::LicenceConfirmedAt, Expr::value(at))
        .filter(member::Column::Id.eq(member.id))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn plant_address(app: &TestApp, member: &TestMember, address: &str) {
    let tx = app.tx().await;
    plant::Entity::update_many()
        .col_expr(plant::Column::Address, Expr::value(address))
        .filter(plant::Column::Id.eq(member.plant))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// None of these changes what stands in the sheet, and each would have the city refuse it.
#[tokio::test]
async fn what_the_city_would_refuse_by_now_is_said_when_it_is_handed_in() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    let done = [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];

    licence(&app, &member, None).await;
    file(&member.admin, &path, &done).await.is(422).says("没有与营业执照核对确认").says("李经办");
    licence(&app, &member, Some(app.state.clock.now())).await;

    let complete = plant::Entity::find_by_id(member.plant).one(app.state.db.reader()).await.unwrap().unwrap().address;
    plant_address(&app, &member, "{}").await;
    file(&member.admin, &path, &done).await.is(422).says("地址现在不完整").says("一号粉磨站东门");
    plant_address(&app, &member, &complete).await;

    let twin = with_entrances(&app, &member, &["东 门"]).await[0];
    file(&member.admin, &path, &done).await.is(422).says("名称也分不开");
    let tx = app.tx().await;
    entrance::Entity::update_many()
        .col_expr(entrance::Column::Name, Expr::value("西门"))
        .filter(entrance::Column::Id.eq(twin))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    assert_eq!(state(&app, &path).await, State::Prepared);
    file(&member.admin, &path, &done).await.is(303);
    assert_eq!(state(&app, &path).await, State::Waiting);
}

/// The city issues codes for places within it only, however complete an address is.
#[tokio::test]
async fn an_entrance_outside_shanghai_is_not_applied_for() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    let elsewhere = Address::Elsewhere(ElsewhereAddress {
        province: "浙江省".to_owned(),
        city: "湖州市".to_owned(),
        county: "长兴县".to_owned(),
        detail: "煤山镇新槐路1号".to_owned(),
    });
    assert!(elsewhere.is_complete());
    plant_address(&app, &member, &serde_json::to_string(&elsewhere).unwrap()).await;
    let done = [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];
    file(&member.admin, &path, &done).await.is(422).says("登记的地址现在不在上海市").says("一号粉磨站东门");
    assert_eq!(state(&app, &path).await, State::Prepared);
    member.admin.post(&format!("{path}/discard"), &[]).await.is(303);

    let page = member.admin.get(APPLY).await.is(200).says("厂区登记的地址不在上海市").says_not("地址不完整");
    page.says(&format!("/plants/{}/edit", member.plant));
    choose(&member.admin, &member, &[member.entrance]).await.is(422).says("还不能申领");
}

#[tokio::test]
async fn the_sheet_and_the_list_are_spreadsheets() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    with_entrances(&app, &member, &["西门"]).await;
    let path = filed(&app, &member.admin, &member).await;
    let sheet = member.admin.get(&format!("{path}/sheet.xlsx")).await.is(200);
    let limits = Limits { rows: 50, said: 50, columns: 20 };
    let rows = read_bytes(&sheet.bytes, limits).unwrap().rows;
    assert_eq!(rows.len(), 3);
    let words: Vec<String> = rows[1].cells.iter().map(|cell| cell.text().unwrap()).collect();
    assert!(words.iter().any(|text| text.contains("一号粉磨站东门")), "{words:?}");
    let list = app.staff().await.get("/place-codes/applications.xlsx?state=waiting").await.is(200);
    assert_eq!(read_bytes(&list.bytes, limits).unwrap().rows.len(), 3);
    let none = app.staff().await.get("/place-codes/applications.xlsx?state=done").await.is(200);
    assert_eq!(read_bytes(&none.bytes, limits).unwrap().rows.len(), 1);
}

/// The unit, its plant, the entrance and the address are called by this word from now on.
async fn renamed(app: &TestApp, member: &TestMember, word: &str) {
    let tx = app.tx().await;
    member::Entity::update_many()
        .col_expr(member::Column::Name, Expr::value(format!("上海{word}水泥有限公司")))
        .filter(member::Column::Id.eq(member.id))
        .exec(&*tx)
        .await
        .unwrap();
    plant::Entity::update_many()
        .col_expr(plant::Column::Name, Expr::value(format!("{word}粉磨站")))
        .col_expr(plant::Column::AddressLine, Expr::value(format!("上海市青浦区{word}路9号")))
        .filter(plant::Column::Id.eq(member.plant))
        .exec(&*tx)
        .await
        .unwrap();
    entrance::Entity::update_many()
        .col_expr(entrance::Column::Name, Expr::value(format!("{word}门")))
        .filter(entrance::Column::Id.eq(member.entrance))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The list of applications follows the register until one is handed in, and then says what was handed in.
#[tokio::test]
async fn the_list_says_what_was_handed_in() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    let says = async |word: &str| {
        let list = member.admin.get("/place-codes/applications.xlsx").await.is(200);
        let rows = read_bytes(&list.bytes, Limits { rows: 50, said: 50, columns: 20 }).unwrap().rows;
        assert_eq!(rows.len(), 2);
        let said: Vec<String> = rows[1].cells[1..5].iter().map(|cell| cell.text().unwrap()).collect();
        let names = ["上海*水泥有限公司", "*粉磨站", "*门", "上海市青浦区*路9号"];
        assert_eq!(said, names.map(|name| name.replace('*', word)));
    };
    renamed(&app, &member, "朝阳").await;
    says("朝阳").await;
    let done = [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];
    file(&member.admin, &path, &done).await.is(303);
    renamed(&app, &member, "夕照").await;
    says("朝阳").await;
}

/// Asserts where an application stands, that the list narrowed to it agrees, and 待办 with so many things.
pub async fn agree(app: &TestApp, browser: &Browser, path: &str, state: State, waiting: u64) {
    assert_eq!(self::state(app, path).await, state);
    for other in State::ALL {
        let list = browser.get(&format!("/place-codes/applications?state={other}")).await.is(200);
        assert_eq!(list.text.contains(path), *other == state, "{path} under {other}");
    }
    let todo = browser.get("/todo").await.is(200);
    assert_eq!(counted(&todo, "/place-codes") as u64, waiting, "{state:?}");
    assert_eq!(todo.text.contains(&format!("href=\"{path}\"")), waiting > 0);
}

/// The list, narrowed to a state, finds what the page computes; 待办 counts and lists the same.
#[tokio::test]
async fn lists_and_todo_agree_with_the_state() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let agree = async |path: &str, state: State, waiting: u64| agree(&app, &member.admin, path, state, waiting).await;
    let path = begun(&member.admin, &member).await;
    agree(&path, State::Prepared, 1).await;
    let done = [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];
    file(&member.admin, &path, &done).await.is(303);
    agree(&path, State::Waiting, 0).await;
    app.state.clock.advance(4 * Instant::DAY);
    agree(&path, State::Waiting, 1).await;
    outcomes(&member.admin, &path, &[("all", "approved")]).await.is(303);
    agree(&path, State::ToUpload, 1).await;
    outcomes(&member.admin, &path, &[("lines.0.outcome", "refused"), ("lines.0.reason", "撤回")]).await.is(303);
    agree(&path, State::Refused, 1).await;
    app.staff().await.get("/todo").await.says_not("场所码申领");
}

#[tokio::test]
async fn an_operator_sees_and_does_only_what_is_of_their_plants() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let theirs = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let without = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[]).await;
    let path = filed(&app, &theirs, &member).await;
    theirs.get("/place-codes/applications").await.says(&path);
    without.get("/place-codes/applications").await.is(200).says_not(&path);
    without.get(&path).await.is(404);
    without.post(&format!("{path}/outcomes"), &[("all", "approved")]).await.is(404);
    let chosen = [("member", member.id.to_string()), ("entrance", member.entrance.to_string())];
    without.post(APPLY, &chosen.each_ref().map(|(name, value)| (*name, value.as_str()))).await.is(422);
    let auditor = app.auditor().await;
    auditor.get(&path).await.is(200).says_not("/outcomes");
    auditor.post(&format!("{path}/outcomes"), &[]).await.is(403);
    let staff = app.staff().await;
    staff.get(APPLY).await.is(200).says("为哪家单位申领");
    staff.get(&format!("{APPLY}?q=测试水泥")).await.is(200).says(&format!("{APPLY}?member={}", member.id));
    outcomes(&staff, &path, &[("all", "approved")]).await.is(303);
}

#[tokio::test]
async fn an_application_that_was_not_handed_in_can_be_thrown_away() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    let discard = format!("{path}/discard");
    for _ in 0..2 {
        assert_eq!(member.admin.post(&discard, &[]).await.is(303).location(), "/place-codes/applications");
    }
    a_member(&app).await.admin.post(&discard, &[]).await.is(404);
    member.admin.get(&path).await.is(404);
    begun(&member.admin, &member).await;
}

#[tokio::test]
async fn with_the_module_off_applications_are_gone_and_their_data_stays() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    switch_module(&app, false).await;
    for page in ["/place-codes", APPLY, "/place-codes/applications", &path, &format!("{path}/copy")] {
        member.admin.get(page).await.is(404);
    }
    member.admin.post(&format!("{path}/discard"), &[]).await.is(404);
    member.admin.get("/todo").await.is(200).says_not("/place-codes");
    switch_module(&app, true).await;
    member.admin.get(&path).await.is(200);
}
