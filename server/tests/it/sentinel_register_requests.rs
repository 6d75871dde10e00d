//! Install requests feed the register: their devices are entered once and follow what is entered of the request.

use app::{
    outbox::DeliveryState,
    sentinels::devices::{
        model::{Proof, Stage},
        store::{self, Device},
    },
};
use sea_orm::ConnectionTrait;

use crate::{
    builders::a_member,
    forms::post_changed,
    sentinel_register::a_model,
    sentinel_register_devices::happens,
    sentinels::{id_of, mail_is, messages, sent},
    test_app::{Browser, TestApp},
};

/// The devices of a request.
pub async fn devices(app: &TestApp, request: &str) -> Vec<Device> {
    store::of_request(app.state.db.reader(), id_of(request)).await.unwrap()
}

/// Enters something of a request.
pub async fn entered(browser: &Browser, request: &str, act: &str, more: &[(&str, &str)]) {
    let fields = [&[("act", act)][..], more].concat();
    browser.post(&format!("{request}/entries"), &fields).await.is(303);
}

fn stages(device: &Device) -> Vec<Stage> {
    device.life().0
}

#[tokio::test]
async fn the_devices_of_a_request_are_entered_once_and_follow_it_into_service() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let hand = [("model", "SA-H20"), ("form", "handheld"), ("abilities", "voice")];
    a_model(&staff, &hand).await;
    let request = sent(&member.admin, &member).await;
    let first: Vec<_> = devices(&app, &request).await.into_iter().map(|device| device.row.id).collect();
    assert_eq!(first.len(), 2, "they are entered with the request");
    entered(&staff, &request, "acknowledged", &[]).await;
    entered(&staff, &request, "docking_confirmed", &[("remark", "服务商函第 7 号")]).await;
    entered(&staff, &request, "scheduled", &[("day", "2099-05-30")]).await;
    entered(&staff, &request, "scheduled", &[("day", "2099-05-31")]).await;
    let found = devices(&app, &request).await;
    assert_eq!(found.iter().map(|device| device.row.id).collect::<Vec<_>>(), first, "as many as were asked for");
    for device in &found {
        assert_eq!(stages(device), [Stage::Requested]);
        assert_eq!(device.row.make(), "申安 SA-H20");
        assert_eq!(device.row.service_phone.as_deref(), Some("400-820-1234"), "the catalogue knows whom to call");
        assert_eq!(device.missing(), [Proof::Conformity], "what was confirmed before the appointment counts");
    }
    let page = member.admin.get(&request).await.is(200).says("这份申领的设备");
    let own = format!("/sentinels/devices/{}", found[0].row.id);
    page.says(&own);
    let shown = member.admin.get(&own).await.is(200).says(&request);
    shown.says("服务商函第 7 号");

    let today = app.state.clock.now().day().to_string();
    entered(&member.admin, &request, "installed", &[("day", &today)]).await;
    let found = devices(&app, &request).await;
    assert_eq!(stages(&found[0]), [Stage::Requested, Stage::Installed], "the requester said so, and nothing proves it");
    assert_eq!(found[1].events.last().unwrap().request_id, Some(id_of(&request)));
    member.admin.get(&request).await.says("还缺依据").says_not("设备已投入使用：");
    member.admin.get("/todo").await.says("2 台装好的设备还缺依据");
    // The vendor's word is asked for although the requester answered yes, and it needs its source.
    let confirm = [("act", "specification_confirmed")];
    member.admin.post(&format!("{request}/entries"), &confirm).await.is(422).says("f-remark-error");
    entered(&member.admin, &request, "specification_confirmed", &[("remark", "服务商函第 8 号")]).await;
    let found = devices(&app, &request).await;
    assert_eq!(stages(&found[0]), [Stage::Requested, Stage::Installed, Stage::InService]);
    assert!(found.iter().all(Device::counts));
    member.admin.get(&request).await.says("设备已投入使用");
    member.admin.get("/sentinels/devices").await.is(200).says(&own);
}

#[tokio::test]
async fn an_entrance_whose_request_is_out_is_seen_to_wait_for_its_sentinels() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let pending = async |count: u8| {
        let list = member.admin.get("/coverage?show=pending").await.is(200);
        list.says(&format!(">共 {count} 条<"));
    };
    pending(0).await;
    let request = sent(&member.admin, &member).await;
    let found = devices(&app, &request).await;
    assert_eq!(found.len(), 2);
    for device in &found {
        assert_eq!(stages(device), [Stage::Requested]);
        assert_eq!((device.row.plant_id, device.row.entrance_id), (member.plant, member.entrance));
        assert_eq!(device.events[0].request_id, Some(id_of(&request)));
        assert!(device.events[0].note.as_ref().is_some_and(|note| note.starts_with("AZ-")), "{:?}", device.events[0]);
        let list = member.admin.get("/sentinels/devices?stage=requested").await.is(200);
        list.says(&device.row.id.to_string());
    }
    member.admin.get(&request).await.is(200).says("这份申领的设备").says_not("登记这份申领的设备");
    pending(1).await;
    // Sending its mail once more enters nothing again.
    mail_is(&app, DeliveryState::Refused, 550, "no such user").await;
    member.admin.post(&format!("{request}/resend"), &[]).await.is(303);
    assert_eq!(devices(&app, &request).await.len(), 2);
    entered(&member.admin, &request, "turned_down", &[("remark", "型号停产")]).await;
    for device in devices(&app, &request).await {
        assert_eq!(stages(&device), [Stage::Requested, Stage::Removed]);
        assert_eq!(device.events[1].note.as_deref(), Some("型号停产"));
    }
    pending(0).await;
}

#[tokio::test]
async fn a_request_that_was_sent_before_its_devices_were_entered_with_it_gets_them_at_the_appointment() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let old = [sent(&member.admin, &member).await, sent(&member.admin, &member).await];
    for table in ["sentinel_events", "sentinels"] {
        app.state.db.writer().execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
    }
    let [first, second] = &old;
    entered(&member.admin, first, "docking_confirmed", &[("remark", "服务商函第 7 号")]).await;
    assert!(devices(&app, first).await.is_empty());
    entered(&member.admin, first, "scheduled", &[("day", "2099-05-30")]).await;
    let found = devices(&app, first).await;
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|device| device.missing() == [Proof::Conformity]), "what was confirmed before counts too");
    // Or at once, by one act.
    member.admin.get(second).await.is(200).says("登记这份申领的设备");
    member.admin.post(&format!("{second}/enter-devices"), &[]).await.is(303);
    let found = devices(&app, second).await;
    assert_eq!(found.iter().map(stages).collect::<Vec<_>>(), [[Stage::Requested], [Stage::Requested]]);
}

#[tokio::test]
async fn a_confirmation_without_a_source_is_not_entered() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    entered(&member.admin, &request, "installed", &[]).await;
    let confirmed = [("act", "docking_confirmed")];
    member.admin.post(&format!("{request}/entries"), &confirmed).await.is(422).says("f-remark-error");
    let found = devices(&app, &request).await;
    assert_eq!(found[0].stage(), Stage::Installed);
    assert_eq!(found[0].missing().len(), 3);
}

#[tokio::test]
async fn a_device_that_was_moved_by_hand_stays_where_it_is() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    entered(&member.admin, &request, "scheduled", &[("day", "2099-05-30")]).await;
    let [first, second] = &devices(&app, &request).await[..] else { panic!("two devices") };
    let path = format!("/sentinels/devices/{}", first.row.id);
    happens(&app, &member.admin, &path, "removed", &[("note", "不要了")]).await.is(303);
    entered(&member.admin, &request, "installed", &[]).await;
    let found = devices(&app, &request).await;
    assert_eq!((found[0].stage(), found[1].stage()), (Stage::Removed, Stage::Installed));
    assert_eq!(found[1].row.id, second.row.id);
}

#[tokio::test]
async fn a_fault_that_people_entered_is_not_mended_by_what_is_entered_of_the_request() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    entered(&member.admin, &request, "scheduled", &[("day", "2099-05-30")]).await;
    let first = format!("/sentinels/devices/{}", devices(&app, &request).await[0].row.id);
    for stage in ["in_service", "faulty"] {
        happens(&app, &member.admin, &first, stage, &[("note", "屏幕不亮")]).await.is(303);
    }
    entered(&member.admin, &request, "turned_down", &[("remark", "型号停产")]).await;
    let found = devices(&app, &request).await;
    assert_eq!((found[0].stage(), found[1].stage()), (Stage::Faulty, Stage::Removed));
}

#[tokio::test]
async fn a_request_that_is_turned_down_takes_its_devices_along() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    entered(&member.admin, &request, "scheduled", &[("day", "2099-05-30")]).await;
    entered(&member.admin, &request, "turned_down", &[("remark", "型号停产")]).await;
    for device in devices(&app, &request).await {
        assert_eq!(stages(&device), [Stage::Requested, Stage::Removed]);
        assert_eq!(device.events[1].note.as_deref(), Some("型号停产"));
    }
}

#[tokio::test]
async fn the_mail_lists_the_devices_as_a_table_and_as_a_spreadsheet() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    let mail = messages(&app, &request).await.remove(0);
    assert!(mail.body_html.unwrap().contains("<td>SA-H20</td>"));
    let list = member.admin.get(&format!("{request}/devices.xlsx")).await.is(200);
    assert!(list.bytes.starts_with(b"PK"));
    member.admin.get(&request).await.says("数字哨兵设备清单 AZ-");
}

#[tokio::test]
async fn a_further_mail_quotes_the_first_and_stands_in_its_conversation() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    let follow_up = format!("{request}/follow-up");
    let ask = [("text", "请问什么时候来安装？"), ("once", "0193a3b0-0000-7000-8000-000000000001")];
    member.admin.post(&follow_up, &ask).await.is(422).says("还在排队");
    mail_is(&app, DeliveryState::Refused, 550, "no such user").await;
    member.admin.post(&follow_up, &ask).await.is(422).says("请先重新发送");
    mail_is(&app, DeliveryState::Accepted, 250, "ok").await;
    member.admin.get(&request).await.is(200).says("写信催问进展");
    for _ in 0..2 {
        member.admin.post(&follow_up, &ask).await.is(303);
    }
    let more = [("text", "还没有消息，请回复"), ("once", "0193a3b0-0000-7000-8000-000000000002")];
    member.admin.post(&follow_up, &more).await.is(303);
    let once_more = [("text", "再问一次"), ("once", "0193a3b0-0000-7000-8000-000000000003")];
    member.admin.post(&follow_up, &once_more).await.is(422);
    let mails = messages(&app, &request).await;
    let [first, second, _] = &mails[..] else { panic!("{} mails", mails.len()) };
    assert!(second.thread.contains(&first.rfc_id), "{} in {}", first.rfc_id, second.thread);
    assert!(second.body_text.starts_with("请问什么时候来安装？"));
    assert!(second.body_text.contains("> 申领编号：AZ-") && second.title.contains(&first.title));
    assert!(second.attachments.contains(".pdf"));
    // The request stands where its own mail stands.
    member.admin.get(&request).await.says("邮件服务器已接收");
    app.admin().await.get("/audit").await.says("写信催问了安装申领");
    let page = member.admin.get(&request).await.is(200);
    post_changed(&member.admin, &format!("{request}/entries"), &page, &[("act", "installed")]).await.is(303);
    member.admin.post(&follow_up, &[("text", "x")]).await.is(422);
    assert_eq!(messages(&app, &request).await.len(), 3);
}

#[tokio::test]
async fn what_was_typed_to_ask_after_a_request_stays_when_it_cannot_leave() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let request = sent(&member.admin, &member).await;
    mail_is(&app, DeliveryState::Accepted, 250, "ok").await;
    let follow_up = format!("{request}/follow-up");
    let refused = async |text: &str, why: &str| {
        let answer = member.admin.post(&follow_up, &[("text", text)]).await.is(422).says("f-text-error").says(why);
        // What was typed stands in its field, and the field is not folded away.
        let (before, form) = answer.text.split_once(&format!("action=\"{follow_up}\"")).unwrap();
        let folded = before.rsplit("<details").next().unwrap().split('>').next().unwrap();
        assert!(folded.contains("open"), "{folded}");
        let typed = form.split_once("<textarea").unwrap().1.split_once('>').unwrap().1.split('<').next();
        assert_eq!(typed, Some(text));
    };
    let long = "长".repeat(501);
    refused(" ", "信的内容").await;
    refused(&long, "500").await;
    for text in ["请问什么时候来安装？", "还没有消息，请回复"] {
        member.admin.post(&follow_up, &[("text", text)]).await.is(303);
    }
    refused("再问一次", "请过一天再催问").await;
    let known = "INSERT INTO suppressed_addresses (id, email, since, delivery_id, words)
        SELECT id, email, 1, id, 'no such user' FROM deliveries WHERE email = 'shaobing@shdata.com' LIMIT 1";
    app.state.db.writer().execute_unprepared(known).await.unwrap();
    refused("能寄到吗？", "曾经拒收").await;
    entered(&member.admin, &request, "installed", &[]).await;
    refused("装了没有？", "已办结").await;
    assert_eq!(messages(&app, &request).await.len(), 3, "nothing of that has left");
}
