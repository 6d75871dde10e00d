//! Install requests for sentinels, from the first question until the devices are in service.

use app::{
    accounts::RoleKind,
    ids::{InstallRequestId, TextEnum},
    members::entity::{member, plant},
    outbox::{
        self, Attachment, DeliveryState,
        entity::{delivery, message},
    },
    sentinels::model::State,
    time::Instant,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    builders::{TestMember, a_member},
    forms::{form_fields, post_changed},
    guides::switch_module,
    test_app::{Answer, Browser, TestApp},
    todo::listed,
};

/// Begins a request and gives its path.
pub async fn begun(browser: &Browser, member: &TestMember) -> String {
    let page = browser.get(&format!("/sentinels/new?plant={}", member.plant)).await.is(200);
    let entrance = member.entrance.to_string();
    let answer = post_changed(browser, "/sentinels/new", &page, &[("entrance", &entrance)]).await.is(303);
    answer.location().trim_end_matches("/scene").to_owned()
}

/// Answers to the questions: crowd, vehicles, gates, person must match ID, distance.
pub async fn answer_scene(browser: &Browser, path: &str, answers: [&str; 5]) -> Answer {
    let names = ["crowd", "vehicles", "gates", "person_must_match_id", "distance"];
    let changes: Vec<(&str, &str)> = names.into_iter().zip(answers).collect();
    let scene = format!("{path}/scene");
    let page = browser.get(&scene).await.is(200);
    post_changed(browser, &scene, &page, &changes).await
}

const DEVICES: [(&str, &str); 6] = [
    ("lines.0.brand", "申安"),
    ("lines.0.model", "SA-H20"),
    ("lines.0.vendor", "上海申安智能科技有限公司"),
    ("lines.0.quantity", "2"),
    ("specification", "yes"),
    ("docking", "vendor_will_confirm"),
];

/// A draft with every step done; its check page is next.
async fn complete(browser: &Browser, member: &TestMember) -> String {
    let path = begun(browser, member).await;
    answer_scene(browser, &path, ["no", "yes", "none", "no", "no"]).await.is(303);
    for (step, changes) in [("devices", &DEVICES[..]), ("contact", &[("site_phone", "021-64567890")][..])] {
        let step = format!("{path}/{step}");
        let page = browser.get(&step).await.is(200);
        post_changed(browser, &step, &page, changes).await.is(303);
    }
    path
}

pub async fn sent(browser: &Browser, member: &TestMember) -> String {
    let path = complete(browser, member).await;
    let check = format!("{path}/check");
    let page = browser.get(&check).await.is(200);
    let answer = post_changed(browser, &check, &page, &[]).await.is(303);
    assert_eq!(answer.location(), path);
    path
}

pub fn id_of(path: &str) -> InstallRequestId {
    path.trim_start_matches("/sentinels/").parse().unwrap()
}

pub async fn messages(app: &TestApp, path: &str) -> Vec<message::Model> {
    let about = message::Column::AboutId.eq(id_of(path).0);
    message::Entity::find().filter(about).all(app.state.db.reader()).await.unwrap()
}

/// As the worker would note it.
pub async fn mail_is(app: &TestApp, state: DeliveryState, code: i32, words: &str) {
    let tx = app.tx().await;
    delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(state))
        .col_expr(delivery::Column::Server, Expr::value("mx.example.cn"))
        .col_expr(delivery::Column::ReplyCode, Expr::value(code))
        .col_expr(delivery::Column::Reply, Expr::value(words))
        .col_expr(delivery::Column::SettledAt, Expr::value(tx.now))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn each_condition_leads_to_its_device() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    for (answers, form, reason) in [
        (["yes", "no", "none", "no", "no"], "推荐：落地式", "减少排队"),
        (["no", "yes", "none", "no", "no"], "推荐：手持式", "司机不必下车"),
        (["no", "no", "existing", "no", "no"], "推荐：通道式", "已有闸机"),
        (["no", "no", "none", "yes", "no"], "推荐：桌面式", "人脸识别"),
        (["no", "no", "none", "no", "yes"], "推荐：壁挂式", "语音播报"),
    ] {
        let path = begun(&member.admin, &member).await;
        answer_scene(&member.admin, &path, answers).await.is(303);
        member.admin.get(&format!("{path}/devices")).await.is(200).says(form).says(reason);
    }
}

#[tokio::test]
async fn a_request_is_sent_as_it_was_shown_with_its_paper_and_only_once() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = complete(&member.admin, &member).await;
    let check = format!("{path}/check");
    let page = member.admin.get(&check).await.is(200).says("AZ-").says("shaobing@shdata.com").says("SA-H20");
    let preview = member.admin.get(&format!("{path}/paper")).await.is(200);
    assert!(preview.bytes.starts_with(b"%PDF"));

    let first = post_changed(&member.admin, &check, &page, &[]).await.is(303);
    let second = post_changed(&member.admin, &check, &page, &[]).await.is(303);
    assert_eq!(first.location(), second.location());

    let messages = messages(&app, &path).await;
    let [message] = &messages[..] else { panic!("{} messages", messages.len()) };
    assert!(page.text.contains(message.body_text.lines().nth(4).unwrap()), "what was shown is what is sent");
    for fact in ["申领编号：AZ-", "2 台", "18600001402", "021-64567890", "由设备服务商确认", "练塘镇章练塘路588弄15号"]
    {
        assert!(message.body_text.contains(fact), "{fact} in {}", message.body_text);
        assert!(message.title.contains("AZ-") && message.shown_together);
    }
    assert!(message.body_html.as_ref().is_some_and(|html| html.contains("SA-H20")));
    let attachments: Vec<Attachment> = serde_json::from_str(&message.attachments).unwrap();
    let [paper, list] = &attachments[..] else { panic!("{attachments:?}") };
    assert!(app.state.files.read(&paper.hash).await.unwrap().starts_with(b"%PDF"));
    assert!(paper.name.contains("AZ-") && paper.media_type == "application/pdf");
    assert!(app.state.files.read(&list.hash).await.unwrap().starts_with(b"PK"));
    assert!(list.name.contains("AZ-") && list.name.ends_with(".xlsx"));
    let recipients = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id));
    let emails: Vec<String> =
        recipients.all(app.state.db.reader()).await.unwrap().into_iter().map(|d| d.email).collect();
    assert_eq!(emails.len(), 2, "to the operator and a copy to the requester: {emails:?}");
    assert!(emails.contains(&"shaobing@shdata.com".to_owned()));
    let kept = member.admin.get(&format!("{path}/paper")).await.is(200);
    assert!(kept.bytes.starts_with(b"%PDF"));
}

#[tokio::test]
async fn a_register_that_changed_since_the_preview_is_asked_again() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = complete(&member.admin, &member).await;
    let check = format!("{path}/check");
    let page = member.admin.get(&check).await.is(200);
    let tx = app.tx().await;
    let moved = "上海市青浦区练塘镇章练塘路588弄16号";
    plant::Entity::update_many()
        .col_expr(plant::Column::AddressLine, Expr::value(moved))
        .filter(plant::Column::Id.eq(member.plant))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let again = post_changed(&member.admin, &check, &page, &[]).await.is(409).says(moved).says("有变动");
    assert!(messages(&app, &path).await.is_empty());
    post_changed(&member.admin, &check, &again, &[]).await.is(303);
    assert_eq!(messages(&app, &path).await.len(), 1);
}

#[tokio::test]
async fn an_unconfirmed_licence_or_an_incomplete_address_must_be_mended_first() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = complete(&member.admin, &member).await;
    let check = format!("{path}/check");
    let page = member.admin.get(&check).await.is(200);
    let tx = app.tx().await;
    member::Entity::update_many()
        .col_expr(member::Column::LicenceConfirmedAt, Expr::value(None::<Instant>))
        .exec(&*tx)
        .await
        .unwrap();
    plant::Entity::update_many().col_expr(plant::Column::Address, Expr::value("{}")).exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    let shown = member.admin.get(&check).await.is(200).says("营业执照").says("地址不完整");
    shown.says(&format!("/members/{}", member.id)).says_not("确认寄出</button>");
    post_changed(&member.admin, &check, &page, &[]).await.is(409);
    assert!(messages(&app, &path).await.is_empty());
}

#[tokio::test]
async fn bad_input_keeps_everything_that_was_typed() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    answer_scene(&member.admin, &path, ["no", "", "none", "no", "no"]).await.is(422).says("请选择“是”或“否”");
    answer_scene(&member.admin, &path, ["yes", "no", "none", "no", "no"]).await.is(303);

    let step = format!("{path}/devices");
    let page = member.admin.get(&step).await.is(200);
    let long = "长".repeat(31);
    let mut changes = DEVICES.to_vec();
    changes[0].1 = &long;
    changes[3].1 = "很多";
    let answer = post_changed(&member.admin, &step, &page, &changes).await.is(422);
    answer.says(&long).says("很多").says("SA-H20").says("f-lines-0-brand-error").says("f-lines-0-quantity-error");
    // Another line is one more button away, and nothing is checked or lost on the way.
    let mut more = changes.clone();
    more.push(("more", "1"));
    let answer = post_changed(&member.admin, &step, &page, &more).await.is(200).says("lines.1.brand").says(&long);
    let names: Vec<String> = form_fields(&answer).into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"lines.1.form".to_owned()), "{names:?}");

    post_changed(&member.admin, &step, &page, &DEVICES).await.is(303);
    let step = format!("{path}/contact");
    let page = member.admin.get(&step).await.is(200).says("王厂长").says("18600001402");
    let remark = "注".repeat(301);
    let changes = [("contact_phone", "12"), ("copy_to", "无"), ("remarks", remark.as_str())];
    let answer = post_changed(&member.admin, &step, &page, &changes).await.is(422);
    answer.says("value=\"12\"").says("value=\"无\"").says(&remark).says("f-remarks-error");
}

#[tokio::test]
async fn a_step_that_somebody_else_changed_is_not_overwritten() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = complete(&member.admin, &member).await;
    let step = format!("{path}/contact");
    let page = member.admin.get(&step).await.is(200);
    let staff = app.staff().await;
    let theirs = staff.get(&step).await.is(200);
    post_changed(&staff, &step, &theirs, &[("contact_name", "李主任")]).await.is(303);
    let stale = post_changed(&member.admin, &step, &page, &[("contact_name", "赵班长")]).await.is(409);
    let stale = stale.says("李主任").says("赵班长");
    member.admin.get(&format!("{path}/check")).await.says("李主任").says_not("赵班长");
    post_changed(&member.admin, &step, &stale, &[]).await.is(303);
    member.admin.get(&format!("{path}/check")).await.says("赵班长");
}

#[tokio::test]
async fn long_names_go_through_to_the_paper() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let tx = app.tx().await;
    let name = format!("{}有限公司", "上海浦东临港预拌混凝土及预制构件生产基地第二分厂".repeat(2));
    member::Entity::update_many().col_expr(member::Column::Name, Expr::value(&name)).exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    let path = sent(&member.admin, &member).await;
    member.admin.get(&path).await.is(200).says(&name);
}

#[tokio::test]
async fn what_is_known_is_shown_and_the_rest_is_entered_by_hand() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = sent(&member.admin, &member).await;
    let entries = format!("{path}/entries");
    let state = |state: State| member_state(&member, &path, state);
    state(State::Queued).await;
    mail_is(&app, DeliveryState::Accepted, 250, "2.0.0 queued as 4ZT").await;
    state(State::Accepted).await;
    member.admin.get(&path).await.says("2.0.0 queued as 4ZT").says("mx.example.cn").says("Message-ID");

    member.admin.post(&entries, &[("act", "scheduled")]).await.is(422).says("f-day-error");
    member.admin.post(&entries, &[("act", "turned_down")]).await.is(422).says("f-remark-error");
    member.admin.post(&entries, &[("act", "submitted")]).await.is(422);
    let staff = app.staff().await;
    staff.post(&entries, &[("act", "acknowledged"), ("remark", "周老师电话确认")]).await.is(303);
    state(State::Acknowledged).await;
    staff.post(&entries, &[("act", "acknowledged")]).await.is(422);
    // A second click on the same form adds nothing; another form moves the day.
    let page = staff.get(&path).await.is(200);
    for _ in 0..2 {
        post_changed(&staff, &entries, &page, &[("act", "scheduled"), ("day", "2099-05-30")]).await.is(303);
    }
    let timeline = staff.get(&path).await.is(200);
    assert_eq!(timeline.text.matches("2099-05-30").count(), 1);
    state(State::Scheduled).await;
    member.admin.post(&entries, &[("act", "installed")]).await.is(303);
    state(State::Installed).await;
    member.admin.get(&path).await.says("还不能算投入使用").says("周老师电话确认").says("2099-05-30");
    member.admin.get("/todo").await.says("还缺设备服务商的确认");
    member.admin.post(&entries, &[("act", "docking_confirmed"), ("remark", "服务商书面确认")]).await.is(303);
    member.admin.get(&path).await.says("申领已办结");
    member.admin.get("/todo").await.says_not("安装申领 AZ-");
}

/// The page and the list, narrowed to the state, agree on it.
async fn member_state(member: &TestMember, path: &str, state: State) {
    let words = app::text::Locale::Zh.t(&format!("sentinels.state.{state}"));
    member.admin.get(path).await.is(200).says(&words);
    for other in State::ALL {
        let list = member.admin.get(&format!("/sentinels?state={other}")).await.is(200);
        assert_eq!(list.text.contains(path), *other == state, "{path} under {other}");
    }
    listed(&member.admin.get("/todo").await.is(200), "/sentinels");
}

#[tokio::test]
async fn a_refused_mail_waits_on_todo_and_is_sent_again() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = sent(&member.admin, &member).await;
    member.admin.post(&format!("{path}/resend"), &[]).await.is(409);
    mail_is(&app, DeliveryState::Refused, 550, "5.1.1 no such user").await;
    member_state(&member, &path, State::Refused).await;
    member.admin.get(&path).await.says("5.1.1 no such user");
    assert_eq!(listed(&member.admin.get("/todo").await.says("被邮件服务器拒收"), "/sentinels"), 1);
    app.staff().await.get("/todo").await.says("被邮件服务器拒收");
    member.admin.post(&format!("{path}/resend"), &[]).await.is(303);
    let messages = messages(&app, &path).await;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].body_text, messages[1].body_text);
    assert_eq!(messages[0].attachments, messages[1].attachments);
    member_state(&member, &path, State::Queued).await;
    member.admin.get("/todo").await.says_not("被邮件服务器拒收");
}

#[tokio::test]
async fn what_was_possibly_delivered_is_sent_again_in_its_stead() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = sent(&member.admin, &member).await;
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let all = async || outbox::status(app.state.db.reader(), "install_request", id).await.unwrap();
    let old = all().await.into_iter().find(|found| found.delivery.member_id.is_none()).unwrap().delivery;
    let tx = app.tx().await;
    let lost = delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(DeliveryState::Uncertain))
        .col_expr(delivery::Column::TimesUncertain, Expr::value(1))
        .filter(delivery::Column::MessageId.eq(old.message_id));
    lost.exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    member.admin.post(&format!("{path}/resend"), &[]).await.is(303);
    let now = all().await;
    let newer: Vec<_> = now.iter().filter(|found| found.delivery.supersedes == Some(old.id)).collect();
    assert_eq!((newer.len(), now.len()), (1, 3), "the operator gets it again, nobody else does");
    let old = now.iter().find(|found| found.delivery.id == old.id).unwrap();
    assert_eq!(old.delivery.state, DeliveryState::Uncertain);
    assert!(old.delivery.settled_at.is_some() && old.delivery.handled_at.is_some(), "it is not repeated");
    member_state(&member, &path, State::Queued).await;
}

#[tokio::test]
async fn a_request_without_an_answer_for_days_waits_on_todo() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = sent(&member.admin, &member).await;
    mail_is(&app, DeliveryState::Accepted, 250, "ok").await;
    let waiting = async || listed(&member.admin.get("/todo").await.is(200), "/sentinels");
    assert_eq!(waiting().await, 0);
    app.state.clock.advance(4 * Instant::DAY);
    member.admin.get("/todo").await.says("已 4 天没有进展");
    assert_eq!(waiting().await, 1);
    let day = app.state.clock.now().plus(5 * Instant::DAY).day().to_string();
    app.staff().await.post(&format!("{path}/entries"), &[("act", "scheduled"), ("day", &day)]).await.is(303);
    assert_eq!(waiting().await, 0);
    app.state.clock.advance(5 * Instant::DAY);
    assert_eq!(waiting().await, 0, "on the day");
    app.state.clock.advance(Instant::DAY);
    assert_eq!(waiting().await, 1, "after the day");
}

#[tokio::test]
async fn another_member_and_the_operator_of_another_plant_find_nothing() {
    let app = TestApp::start().await;
    let (theirs, mine) = (a_member(&app).await, a_member(&app).await);
    let draft = complete(&theirs.admin, &theirs).await;
    let sent = sent(&theirs.admin, &theirs).await;
    let elsewhere = app.browser_of(RoleKind::MemberOperator, Some(theirs.id), &[]).await;
    for stranger in [&mine.admin, &elsewhere] {
        for path in [&draft, &sent] {
            stranger.get(path).await.is(404);
            for step in ["paper", "devices.xlsx", "place", "scene", "devices", "contact", "check"] {
                stranger.get(&format!("{path}/{step}")).await.is(404);
            }
            for act in ["scene", "devices", "contact", "check", "place", "discard", "resend", "entries", "follow-up"] {
                stranger.post(&format!("{path}/{act}"), &[("act", "installed")]).await.is(404);
            }
        }
        stranger.get("/sentinels").await.is(200).says_not(&sent).says_not(&draft);
        stranger.get(&format!("/sentinels/new?plant={}", theirs.plant)).await.is(404);
        let entrance = theirs.entrance.to_string();
        stranger.post("/sentinels/new", &[("entrance", &entrance)]).await.is(404);
    }
    let operator = app.browser_of(RoleKind::MemberOperator, Some(theirs.id), &[theirs.plant]).await;
    operator.get("/sentinels").await.is(200).says(&sent);
    operator.get(&sent).await.is(200);
    let staff = app.staff().await;
    staff.get("/sentinels?q=AZ-").await.is(200).says(&sent);
    staff.get("/sentinels?q=nothing").await.is(200).says_not(&sent);
    let auditor = app.auditor().await;
    auditor.get("/sentinels").await.is(200).says(&sent).says_not(&draft);
    auditor.get(&sent).await.is(200).says("186****1402").says_not("18600001402");
    auditor.get(&format!("{sent}/paper")).await.is(403);
    auditor.get(&draft).await.is(404);
}

#[tokio::test]
async fn a_draft_is_begun_once_and_can_be_thrown_away() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let page = member.admin.get("/sentinels/new").await.is(200);
    let entrance = member.entrance.to_string();
    let first = post_changed(&member.admin, "/sentinels/new", &page, &[("entrance", &entrance)]).await.is(303);
    let second = post_changed(&member.admin, "/sentinels/new", &page, &[("entrance", &entrance)]).await.is(303);
    assert_eq!(first.location().trim_end_matches("/scene"), second.location());
    let path = second.location().to_owned();
    member.admin.post(&format!("{path}/discard"), &[]).await.is(303);
    member.admin.get(&path).await.is(404);
    assert_eq!(member.admin.post(&format!("{path}/discard"), &[]).await.is(303).location(), "/sentinels");
    a_member(&app).await.admin.post(&format!("{path}/discard"), &[]).await.is(404);
    let sent = sent(&member.admin, &member).await;
    member.admin.post(&format!("{sent}/discard"), &[]).await.is(409);
}

#[tokio::test]
async fn with_the_module_off_requests_are_gone_and_their_data_stays() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = sent(&member.admin, &member).await;
    mail_is(&app, DeliveryState::Refused, 550, "no").await;
    switch_module(&app, false).await;
    for path in ["/sentinels", "/sentinels/new", &path, &format!("{path}/paper")] {
        member.admin.get(path).await.is(404);
    }
    member.admin.post(&format!("{path}/resend"), &[]).await.is(404);
    member.admin.get("/todo").await.is(200).says_not("安装申领").says_not("/sentinels");
    switch_module(&app, true).await;
    member.admin.get(&path).await.is(200);
    assert_eq!(message::Entity::find().count(app.state.db.reader()).await.unwrap(), 1);
}

/// Sending again from the list of mails mends the request as the button on its own page does.
#[tokio::test]
async fn a_refused_mail_that_staff_send_again_to_a_mended_address_is_the_requests_mail() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = sent(&member.admin, &member).await;
    mail_is(&app, DeliveryState::Refused, 550, "5.1.1 no such user").await;
    let staff = app.staff().await;
    let again = async |to: &str| {
        let newest = messages(&app, &path).await.into_iter().map(|message| message.id).max().unwrap();
        let sent = delivery::Entity::find().filter(delivery::Column::MessageId.eq(newest));
        let sent = sent.order_by_asc(delivery::Column::Id).one(app.state.db.reader()).await.unwrap().unwrap();
        staff.post(&format!("/outbox/{}/resend", sent.id), &[("email", to)]).await.is(303);
    };
    again("new@shdata.com").await;
    member_state(&member, &path, State::Queued).await;
    member.admin.get("/todo").await.says_not("被邮件服务器拒收");
    mail_is(&app, DeliveryState::Accepted, 250, "queued as 4ZT").await;
    member_state(&member, &path, State::Accepted).await;
    // What arrived stays: a further copy does not take its place.
    again("copy@example.cn").await;
    member_state(&member, &path, State::Accepted).await;
}
