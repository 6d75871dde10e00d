//! One install request for devices at several entrances and plants; the first mail as it was sent; devices of requests
//! that are older than the register.

use app::{
    accounts::RoleKind,
    ids::{EntranceId, PlantId},
    members::{
        entity::{entrance, plant},
        model::Passage,
    },
    outbox::{Attachment, DeliveryState, entity::message},
    sentinels::devices::{
        model::Stage,
        store::{self, Device},
    },
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr,
};

use crate::{
    builders::{TestMember, a_member},
    forms::post_changed,
    sentinels::{answer_scene, begun, id_of, mail_is, messages, sent},
    test_app::{Answer, Browser, TestApp},
};

/// One more entrance of a plant.
pub async fn an_entrance(app: &TestApp, plant: PlantId, name: &str) -> EntranceId {
    let tx = app.tx().await;
    let id = EntranceId::new();
    entrance::ActiveModel {
        id: Set(id),
        plant_id: Set(plant),
        name: Set(name.to_owned()),
        passage: Set(Passage::People),
        outdoors: Set(false),
        created_at: Set(tx.now),
        closed_at: Set(None),
        row_version: Set(1),
    }
    .insert(&*tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

/// A second plant of a member, made like its first.
pub async fn a_plant(app: &TestApp, member: &TestMember, name: &str) -> PlantId {
    let first = plant::Entity::find_by_id(member.plant).one(app.state.db.reader()).await.unwrap().unwrap();
    let id = PlantId::new();
    let tx = app.tx().await;
    let row = plant::Model {
        id,
        name: name.to_owned(),
        address_line: "上海市青浦区白鹤镇外青松公路3号".to_owned(),
        address_key: id.to_string(),
        ..first
    };
    plant::Entity::insert(plant::ActiveModel::from(row)).exec_without_returning(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Two lines, the second at another entrance.
async fn two_lines(browser: &Browser, path: &str, entrance: &str) -> Answer {
    let step = format!("{path}/devices");
    let page = browser.get(&step).await.is(200);
    let page = post_changed(browser, &step, &page, &[("more", "1")]).await.is(200).says("lines.1.entrance");
    let lines = [
        ("lines.0.brand", "申安"),
        ("lines.0.model", "SA-H20"),
        ("lines.0.vendor", "上海申安智能科技有限公司"),
        ("lines.0.quantity", "2"),
        ("lines.1.form", "floor"),
        ("lines.1.brand", "申安"),
        ("lines.1.model", "SA-F30"),
        ("lines.1.vendor", "上海申安智能科技有限公司"),
        ("lines.1.quantity", "1"),
        ("lines.1.entrance", entrance),
        ("specification", "yes"),
        ("docking", "vendor_will_confirm"),
    ];
    post_changed(browser, &step, &page, &lines).await
}

/// A draft for devices at the member's entrance and at another one, ready to be checked.
async fn spread(browser: &Browser, member: &TestMember, entrance: EntranceId) -> String {
    let path = begun(browser, member).await;
    answer_scene(browser, &path, ["no", "yes", "none", "no", "no"]).await.is(303);
    two_lines(browser, &path, &entrance.to_string()).await.is(303);
    let step = format!("{path}/contact");
    let page = browser.get(&step).await.is(200);
    post_changed(browser, &step, &page, &[("site_phone", "021-64567890")]).await.is(303);
    path
}

async fn devices(app: &TestApp, request: &str) -> Vec<Device> {
    store::of_request(app.state.db.reader(), id_of(request)).await.unwrap()
}

#[tokio::test]
async fn devices_at_several_plants_go_in_one_mail_and_each_stands_where_it_was_asked_for() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let other = a_plant(&app, &member, "白鹤中转库").await;
    let gate = an_entrance(&app, other, "码头岗亭").await;
    let path = spread(&member.admin, &member, gate).await;
    let check = format!("{path}/check");
    let page = member.admin.get(&check).await.is(200).says("白鹤中转库 · 码头岗亭").says("外青松公路3号");
    assert!(member.admin.get(&format!("{path}/paper")).await.is(200).bytes.starts_with(b"%PDF"));
    post_changed(&member.admin, &check, &page, &[]).await.is(303);

    let mails = messages(&app, &path).await;
    let [mail] = &mails[..] else { panic!("{} mails", mails.len()) };
    assert!(mail.body_text.contains("白鹤中转库 · 码头岗亭：落地式，1 台"), "{}", mail.body_text);
    assert!(mail.body_text.contains("一号粉磨站 · 东门：手持式，2 台"), "{}", mail.body_text);
    assert!(mail.body_html.as_ref().unwrap().contains("<td>白鹤中转库 · 码头岗亭</td>"));
    member.admin.get(&path).await.is(200).says("码头岗亭").says("一号粉磨站");

    mail_is(&app, DeliveryState::Accepted, 250, "ok").await;
    member.admin.post(&format!("{path}/entries"), &[("act", "scheduled"), ("day", "2099-05-30")]).await.is(303);
    let found = devices(&app, &path).await;
    let places: Vec<_> = found.iter().map(|device| (device.row.plant_id, device.row.entrance_id)).collect();
    assert_eq!(places, [(member.plant, member.entrance), (member.plant, member.entrance), (other, gate)]);
    // Who serves the other plant alone sees its device, and the request's number without a way that leads nowhere.
    let theirs = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[other]).await;
    let shown = theirs.get(&format!("/sentinels/devices/{}", found[2].row.id)).await.is(200).says("AZ-");
    shown.says_not(&format!("href=\"{path}\""));
}

#[tokio::test]
async fn what_moves_devices_of_several_plants_is_entered_by_those_who_act_for_all_of_them() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let other = a_plant(&app, &member, "白鹤中转库").await;
    let gate = an_entrance(&app, other, "码头岗亭").await;
    let path = spread(&member.admin, &member, gate).await;
    let check = format!("{path}/check");
    let page = member.admin.get(&check).await.is(200);
    post_changed(&member.admin, &check, &page, &[]).await.is(303);
    let found = devices(&app, &path).await;
    let [own, _, theirs] = &found[..] else { panic!("{} devices", found.len()) };
    let [own, theirs] = [own, theirs].map(|device| format!("/sentinels/devices/{}", device.row.id));

    // Who serves the request's plant alone sees all of it, and enters nothing of what stands elsewhere.
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let page = operator.get(&path).await.is(200).says("其中有您不负责的厂区").says("请由本单位管理员登记");
    let page = page.says(&format!("href=\"{own}\"")).says("申安 SA-F30").says_not(&theirs);
    page.says_not("value=\"turned_down\"");
    operator.get(&theirs).await.is(404);
    let entries = format!("{path}/entries");
    let down = [("act", "turned_down"), ("remark", "型号停产")];
    operator.post(&entries, &down).await.is(422).says("f-act-error").says("型号停产").says_not("value=\"turned_down\"");
    let confirmed = [("act", "docking_confirmed"), ("remark", "服务商函第 7 号")];
    operator.post(&entries, &confirmed).await.is(422);
    for device in devices(&app, &path).await {
        assert_eq!((device.stage(), device.proofs.len()), (Stage::Requested, 0), "nothing was moved or proven");
    }
    // The same holds for entering them at once.
    for table in ["sentinel_events", "sentinels"] {
        app.state.db.writer().execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
    }
    let enter = format!("{path}/enter-devices");
    operator.get(&path).await.is(200).says_not("登记这份申领的设备</button>");
    operator.post(&enter, &[]).await.is(409).says("请由本单位管理员登记");
    assert!(devices(&app, &path).await.is_empty());
    member.admin.post(&enter, &[]).await.is(303);
    assert_eq!(devices(&app, &path).await.len(), 3);

    let both = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant, other]).await;
    both.post(&entries, &confirmed).await.is(303);
    member.admin.get(&path).await.is(200).says("value=\"turned_down\"").says_not("您不负责的厂区");
    member.admin.post(&entries, &down).await.is(303);
    for device in devices(&app, &path).await {
        assert_eq!((device.stage(), device.proofs.len()), (Stage::Removed, 2));
    }
}

#[tokio::test]
async fn a_device_that_moved_to_another_plant_is_no_longer_everybodys_to_move() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let gate = an_entrance(&app, a_plant(&app, &member, "白鹤中转库").await, "码头岗亭").await.to_string();
    let path = sent(&member.admin, &member).await;
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let page = operator.get(&path).await.is(200).says("value=\"installed\"");
    let edit = format!("/sentinels/devices/{}/edit", devices(&app, &path).await[0].row.id);
    let device = member.admin.get(&edit).await.is(200);
    post_changed(&member.admin, &edit, &device, &[("entrance", &gate)]).await.is(303);
    post_changed(&operator, &format!("{path}/entries"), &page, &[("act", "installed")]).await.is(422);
    assert_eq!(devices(&app, &path).await[1].stage(), Stage::Requested);
    app.staff().await.post(&format!("{path}/entries"), &[("act", "installed")]).await.is(303);
}

#[tokio::test]
async fn a_line_stands_only_where_the_requester_may_ask_for_it() {
    let app = TestApp::start().await;
    let (member, stranger) = (a_member(&app).await, a_member(&app).await);
    an_entrance(&app, member.plant, "西门").await;
    let other = a_plant(&app, &member, "白鹤中转库").await;
    let gate = an_entrance(&app, other, "码头岗亭").await;
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let path = begun(&operator, &member).await;
    answer_scene(&operator, &path, ["no", "yes", "none", "no", "no"]).await.is(303);
    operator.get(&format!("{path}/devices")).await.is(200).says("西门").says_not("码头岗亭");
    for entrance in [gate.to_string(), stranger.entrance.to_string(), "x".to_owned()] {
        two_lines(&operator, &path, &entrance).await.is(422).says("f-lines-1-entrance-error").says("SA-F30");
    }
}

#[tokio::test]
async fn a_request_for_one_entrance_asks_for_none() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    answer_scene(&member.admin, &path, ["no", "yes", "none", "no", "no"]).await.is(303);
    member.admin.get(&format!("{path}/devices")).await.is(200).says_not("lines.0.entrance");
}

#[tokio::test]
async fn an_entrance_that_closed_since_must_be_chosen_anew() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let west = an_entrance(&app, member.plant, "西门").await;
    let path = spread(&member.admin, &member, west).await;
    let tx = app.tx().await;
    entrance::Entity::update_many()
        .col_expr(entrance::Column::ClosedAt, Expr::value(tx.now))
        .filter(entrance::Column::Id.eq(west))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let check = format!("{path}/check");
    member.admin.get(&check).await.is(200).says("有设备选的出入口已停用").says(&format!("{path}/devices"));
    member.admin.post(&check, &[("hash", "x")]).await.is(409);
    assert!(messages(&app, &path).await.is_empty());
}

#[tokio::test]
async fn the_first_mail_is_quoted_and_handed_out_as_it_was_sent() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    mail_is(&app, DeliveryState::Accepted, 250, "ok").await;
    let first = messages(&app, &request).await.remove(0);
    // What is stored counts, whatever the words of today would make of the request.
    let tx = app.tx().await;
    message::Entity::update_many()
        .col_expr(message::Column::BodyText, Expr::value("当时的措辞"))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let list = member.admin.get(&format!("{request}/devices.xlsx")).await.is(200);
    let attachments: Vec<Attachment> = serde_json::from_str(&first.attachments).unwrap();
    assert_eq!(list.bytes, app.state.files.read(&attachments[1].hash).await.unwrap());
    member.admin.get(&request).await.is(200).says("当时的措辞");
    let ask = |n: u8| format!("0193a3b0-0000-7000-8000-00000000000{n}");
    let follow_up = format!("{request}/follow-up");
    member.admin.post(&follow_up, &[("text", "请问何时安装？"), ("once", &ask(1))]).await.is(303);
    let second = messages(&app, &request).await.remove(1);
    assert!(second.body_text.contains("> 当时的措辞"), "{}", second.body_text);
    assert_eq!(second.attachments, first.attachments, "paper and list go along");

    // Once the text has been kept long enough, nothing is made up in its place.
    let tx = app.tx().await;
    message::Entity::update_many()
        .col_expr(message::Column::BodyText, Expr::value(""))
        .col_expr(message::Column::BodyHtml, Expr::value(None::<String>))
        .col_expr(message::Column::TextRemovedAt, Expr::value(tx.now))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    member.admin.get(&format!("{request}/devices.xlsx")).await.is(404);
    member.admin.get(&request).await.is(200).says("已过保存期").says_not("devices.xlsx");
    member.admin.post(&follow_up, &[("text", "还没有消息"), ("once", &ask(2))]).await.is(303);
    let third = messages(&app, &request).await.remove(2);
    assert!(third.body_text.starts_with("还没有消息") && !third.body_text.contains('>'), "{}", third.body_text);
    assert!(third.attachments.contains(".pdf") && !third.attachments.contains(".xlsx"));
}

#[tokio::test]
async fn a_request_that_is_older_than_the_register_gets_its_devices_by_one_act() {
    let app = TestApp::start().await;
    let (member, stranger) = (a_member(&app).await, a_member(&app).await);
    let request = sent(&member.admin, &member).await;
    let enter = format!("{request}/enter-devices");
    member.admin.post(&enter, &[]).await.is(409).says("还没有到登记的时候");
    let entries = format!("{request}/entries");
    let confirmed = [("act", "docking_confirmed"), ("remark", "服务商函第 7 号")];
    member.admin.post(&entries, &[("act", "installed")]).await.is(303);
    member.admin.post(&entries, &confirmed).await.is(303);
    // As the database was before there was a register.
    for table in ["sentinel_proofs", "sentinel_events", "sentinels"] {
        app.state.db.writer().execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
    }
    member.admin.get(&request).await.is(200).says("登记这份申领的设备");
    stranger.admin.post(&enter, &[]).await.is(404);
    let once = [("once", "0193a3b0-0000-7000-8000-000000000001")];
    for _ in 0..2 {
        member.admin.post(&enter, &once).await.is(303);
    }
    let found = devices(&app, &request).await;
    assert_eq!(found.len(), 2);
    for device in &found {
        assert_eq!(device.life().0, [Stage::Requested, Stage::Installed], "the requester's own word proves nothing");
        assert_eq!(device.missing().len(), 1, "what was confirmed is evidence");
    }
    member.admin.get(&request).await.is(200).says_not("登记这份申领的设备</button>");
    member.admin.post(&enter, &[]).await.is(409);
}
