//! Issues from filing to the published answer, through the pages that people use.

use std::collections::BTreeSet;

use app::{
    accounts::{RoleKind, store as accounts},
    ids::{IssueId, MessageId, PersonId},
    issues::{
        model::State,
        store::{Issue, issue, letter, question},
    },
};
use sea_orm::{ConnectionTrait, Statement};

use crate::{
    builders::{TestMember, a_member, an_issue},
    forms::post_changed,
    test_app::{Answer, Browser, TestApp, new_person},
    todo::listed,
};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n";

async fn found(app: &TestApp, id: IssueId) -> Issue {
    issue::find(app.state.db.reader(), id).await.unwrap()
}

async fn state_of(app: &TestApp, id: IssueId) -> State {
    found(app, id).await.state()
}

/// Takes a step as a page of the portal would, with the version that the page carries.
async fn step(app: &TestApp, who: &Browser, id: IssueId, step: &str, fields: &[(&str, &str)]) -> Answer {
    let seen = found(app, id).await.row_version.to_string();
    let mut fields = fields.to_vec();
    fields.push(("seen", &seen));
    who.upload(&format!("/issues/{id}/{step}"), &fields, &[]).await
}

/// The recipients of the mails about an issue, oldest first.
async fn mails(app: &TestApp, id: IssueId) -> Vec<String> {
    let db = app.state.db.reader();
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT m.id AS id, d.email AS email FROM messages m JOIN deliveries d ON d.message_id = m.id WHERE m.about_id = $1 ORDER BY m.id",
        [id.0.into()],
    );
    let rows = db.query_all_raw(statement).await.unwrap();
    let sent: Vec<(MessageId, String)> =
        rows.iter().map(|row| (row.try_get("", "id").unwrap(), row.try_get("", "email").unwrap())).collect();
    sent.into_iter().map(|(_, email)| email).collect()
}

fn filing(member: &TestMember) -> Vec<(&'static str, String)> {
    vec![
        ("place", member.id.to_string()),
        ("kind", "call_for_help".to_owned()),
        ("category", "materials".to_owned()),
        ("title", "熟料告急".to_owned()),
        ("body", "库存只够三天。".to_owned()),
    ]
}

fn plain<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test]
async fn an_issue_goes_from_filing_to_its_closing_and_each_step_is_told_to_the_other_side() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = an_issue(&app, &member).await;
    let year = app.state.clock.now().day().year();
    staff.get("/todo").await.is(200).says(&format!("ZC-{year}-0001"));
    staff.get("/issues").await.is(200).says("散装车能否进城").says("尚未受理");

    step(&app, &staff, id, "answer", &[("answer", "太早了")]).await.is(409).says("请先受理");
    step(&app, &staff, id, "take", &[]).await.is(303);
    assert_eq!(mails(&app, id).await.len(), 1, "the member is told");
    step(&app, &staff, id, "ask-back", &[("ask", "几辆车？")]).await.is(303);
    member.admin.get("/todo").await.is(200).says("请补充说明");
    member.admin.get(&format!("/issues/{id}")).await.is(200).says("几辆车？").says("name=\"reply\"");
    step(&app, &member.admin, id, "reply", &[("reply", "十二辆")]).await.is(303);
    assert_eq!(state_of(&app, id).await, State::Replied);
    staff.get("/todo").await.is(200).says("会员已补充");

    let letter = [
        ("department", "市交通委"),
        ("letter_number", "沪水协〔2022〕3号"),
        ("sent_on", "2022-05-20"),
        ("answer_due", "2022-05-25"),
    ];
    step(&app, &staff, id, "forward", &letter).await.is(303);
    member.admin.get(&format!("/issues/{id}")).await.is(200).says("沪水协〔2022〕3号").says("主管部门答复");
    staff.get("/letters").await.is(200).says("已逾期");
    assert_eq!(listed(&staff.get("/todo").await.is(200).says("市交通委还没有答复"), "/letters"), 1);
    step(&app, &staff, id, "answer", &[("answer", "凭通行证夜间可以。"), ("reference", "沪交〔2022〕88号")])
        .await
        .is(303);
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/letters"), 0);
    member.admin.get("/todo").await.is(200).says("已有答复");
    member.admin.get(&format!("/issues/{id}")).await.is(200).says("凭通行证夜间可以。").says("沪交〔2022〕88号");
    member.admin.get("/todo").await.is(200).says_not("已有答复");
    step(&app, &staff, id, "close", &[]).await.is(303);
    step(&app, &member.admin, id, "reopen", &[("reason", "白天呢？")]).await.is(303);
    assert_eq!(state_of(&app, id).await, State::Reopened);
    assert!(mails(&app, id).await.len() >= 7, "{:?}", mails(&app, id).await);
}

#[tokio::test]
async fn the_owner_is_shown_and_may_hand_over() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (first, second) = (app.staff().await, app.staff().await);
    let id = an_issue(&app, &member).await;
    step(&app, &first, id, "take", &[]).await.is(303);
    step(&app, &second, id, "take", &[]).await.is(409).says("已经受理");
    let owner = found(&app, id).await.owner_id.unwrap();
    let staff = accounts::staff(app.state.db.reader()).await.unwrap();
    let other = staff.into_iter().find(|person| person.id != owner).unwrap();
    let to = other.id.to_string();
    step(&app, &first, id, "hand-over", &[("owner", &to), ("handover", "我休假")]).await.is(303);
    assert_eq!(found(&app, id).await.owner_id, Some(other.id));
    assert_eq!(mails(&app, id).await.last(), other.email.as_ref());
    member.admin.get(&format!("/issues/{id}")).await.is(200).says("测试员").says_not("我休假");
}

#[tokio::test]
async fn a_remark_stays_inside_the_secretariat() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = an_issue(&app, &member).await;
    step(&app, &staff, id, "remark", &[("remark", "先问问交通科")]).await.is(303);
    staff.get(&format!("/issues/{id}")).await.is(200).says("先问问交通科");
    member.admin.get(&format!("/issues/{id}")).await.is(200).says_not("先问问交通科");
    assert_eq!(state_of(&app, id).await, State::Filed);
}

#[tokio::test]
async fn another_member_finds_neither_the_issue_nor_its_files() {
    let app = TestApp::start().await;
    let (member, other) = (a_member(&app).await, a_member(&app).await);
    let fields = filing(&member);
    let answer = member.admin.upload("/issues/new", &plain(&fields), &[("files", "现场.pdf", PDF)]).await.is(303);
    let page = answer.location().to_owned();
    let text = member.admin.get(&page).await.is(200).says("现场.pdf").text;
    let start = text.find(&format!("{page}/files/")).unwrap();
    let file = text[start..].split('"').next().unwrap().to_owned();
    let own = member.admin.get(&file).await.is(200);
    assert_eq!(own.bytes, PDF);
    other.admin.get(&file).await.is(404);
    other.admin.get(&page).await.is(404);
    other.admin.get("/issues?view=all").await.is(200).says_not("熟料告急");
    other.admin.upload("/issues/new", &plain(&fields), &[]).await.is(404);
    app.stranger().get(&file).await.is(303);
    let elsewhere = an_issue(&app, &other).await;
    let borrowed = format!("/issues/{elsewhere}/files/{}", file.rsplit('/').next().unwrap());
    other.admin.get(&borrowed).await.is(404);
}

#[tokio::test]
async fn the_auditor_reads_and_does_nothing() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let auditor = app.office(RoleKind::Auditor).await;
    let id = an_issue(&app, &member).await;
    auditor.get(&format!("/issues/{id}")).await.is(200).says("186****1402").says_not("18600001402");
    for act in ["take", "ask-back", "reply", "answer", "remark"] {
        step(&app, &auditor, id, act, &[("ask", "?"), ("answer", "?"), ("reply", "?"), ("remark", "?")]).await.is(403);
    }
    auditor.get("/issues/new").await.is(403);
}

#[tokio::test]
async fn a_second_click_makes_one_issue() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let mut fields = filing(&member);
    fields.push(("once", uuid::Uuid::now_v7().to_string()));
    let first = member.admin.upload("/issues/new", &plain(&fields), &[]).await.is(303);
    let second = member.admin.upload("/issues/new", &plain(&fields), &[]).await.is(303);
    assert_eq!(first.location(), second.location());
    member.admin.get("/issues").await.is(200).says("共 1 条");
}

#[tokio::test]
async fn a_wrong_file_is_refused_by_its_real_type_and_the_form_is_kept() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let mut fields = filing(&member);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let answer = member.admin.upload("/issues/new", &plain(&fields), &[("files", "表.pdf", png)]).await.is(422);
    answer.says("png").says("熟料告急").says("库存只够三天。");
    fields.retain(|(name, _)| *name != "title");
    let answer = member.admin.upload("/issues/new", &plain(&fields), &[]).await.is(422);
    answer.says("请填写“标题”").says("库存只够三天。").says("错误：");
    member.admin.get("/issues").await.is(200).says("现在没有待处理的问题");
}

#[tokio::test]
async fn a_stale_form_shows_what_happened_and_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (one, two) = (app.staff().await, app.staff().await);
    let id = an_issue(&app, &member).await;
    step(&app, &one, id, "take", &[]).await.is(303);
    let seen = found(&app, id).await.row_version.to_string();
    step(&app, &two, id, "ask-back", &[("ask", "几辆车？")]).await.is(303);
    let late = [("answer", "可以通行。"), ("seen", seen.as_str())];
    let answer = one.upload(&format!("/issues/{id}/answer"), &late, &[]).await.is(409);
    answer.says("几辆车？").says("可以通行。").says("已有新动作");
    assert_eq!(state_of(&app, id).await, State::AskedBack);
}

#[tokio::test]
async fn staff_file_for_a_member_that_phoned() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    staff.get("/issues/new?q=测试水泥").await.is(200).says(&member.id.to_string());
    staff.get(&format!("/issues/new?member={}", member.id)).await.is(200).says("来电人");
    let mut fields = filing(&member);
    staff.upload("/issues/new", &plain(&fields), &[]).await.is(422).says("请填写“来电人”");
    fields.push(("caller", "王厂长".to_owned()));
    let answer = staff.upload("/issues/new", &plain(&fields), &[]).await.is(303);
    let id: IssueId = answer.location().rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(mails(&app, id).await, [format!("{}@member.example.cn", member.id)]);
    member.admin.get(answer.location()).await.is(200).says("王厂长来电");
}

#[tokio::test]
async fn one_letter_carries_several_issues_and_one_answer_settles_them() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let (a, b) = (an_issue(&app, &member).await, an_issue(&app, &member).await);
    for id in [a, b] {
        step(&app, &staff, id, "take", &[]).await.is(303);
    }
    let new = [("department", "市交通委"), ("letter_number", "沪水协〔2022〕9号"), ("sent_on", "2022-05-20")];
    step(&app, &staff, a, "forward", &new).await.is(303);
    step(&app, &staff, b, "forward", &new).await.is(422).says("已经登记过").says("市交通委");
    let letter = found(&app, a).await.letter_id.unwrap().to_string();
    step(&app, &staff, b, "forward", &[("letter", &letter)]).await.is(303);
    staff.get(&format!("/letters/{letter}")).await.is(200).says("市交通委：").says("2. 散装车能否进城");
    let (b_text, tomorrow) = (b.to_string(), "2199-01-01");
    step(&app, &staff, a, "answer", &[("answer", "都可以。"), ("also", &b_text)]).await.is(303);
    assert_eq!((state_of(&app, a).await, state_of(&app, b).await), (State::Answered, State::Answered));
    assert_eq!(letter::issues_of(app.state.db.reader(), &[letter.parse().unwrap()]).await.unwrap().len(), 2);
    let c = an_issue(&app, &member).await;
    step(&app, &staff, c, "take", &[]).await.is(303);
    let future = [("department", "市交通委"), ("letter_number", "x"), ("sent_on", tomorrow)];
    step(&app, &staff, c, "forward", &future).await.is(422).says("不能晚于今天");
}

#[tokio::test]
async fn an_answer_is_published_without_the_members_name() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = an_issue(&app, &member).await;
    let path = format!("/issues/{id}/publish");
    staff.get(&path).await.is(409).says("还没有答复");
    step(&app, &staff, id, "take", &[]).await.is(303);
    step(&app, &staff, id, "answer", &[("answer", "可以，凭证通行。")]).await.is(303);
    staff.get(&path).await.is(200).says("可以，凭证通行。");
    let name = app::members::store::member(app.state.db.reader(), member.id).await.unwrap().name;
    let asked = format!("{}的车能进城吗？", name.replace("水泥", " 水泥 "));
    let mut fields = vec![
        ("category", "transport"),
        ("title", "散装车进城"),
        ("answer", "凭证通行。"),
        ("seen", "0"),
        ("anyway", "yes"),
    ];
    fields.push(("question", &asked));
    staff.post(&path, &fields).await.is(422).says("这里不能出现").says(&asked);
    fields.pop();
    fields.push(("question", "散装车能进城吗？"));
    staff.post(&path, &fields).await.is(303);
    let page = question::of_issue(app.state.db.reader(), id).await.unwrap().unwrap().id;
    let page = format!("/questions/{page}");
    app.stranger().get(&page).await.is(200).says("凭证通行。").says_not(&name);
    app.stranger().get("/questions?q=散装车").await.is(200).says(&page);
    app.stranger().get("/questions?q=没有这个词").await.is(200).says_not(&page);
    staff.post(&path, &fields).await.is(409).says("有人先改过了");
    staff.post(&format!("{page}/withdraw"), &[]).await.is(303);
    app.stranger().get(&page).await.is(404);
}

#[tokio::test]
async fn the_office_list_filters_and_searches() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = an_issue(&app, &member).await;
    let number = found(&app, id).await.number;
    for (query, there) in [
        ("view=waiting", true),
        ("view=mine", false),
        ("state=filed", true),
        ("state=closed", false),
        ("kind=call_for_help", false),
        ("category=transport", true),
        ("q=散装车", true),
        ("q=测试水泥", true),
        ("q=没有这个词", false),
        ("view=all&state=&kind=&category=&owner=&q=", true),
    ] {
        let answer = staff.get(&format!("/issues?{query}")).await.is(200);
        assert_eq!(answer.text.contains(&number), there, "{query}");
    }
    staff.get(&format!("/issues?q={}", number.to_lowercase())).await.is(200).says("共 1 条");
}

#[tokio::test]
async fn twenty_at_once_get_twenty_numbers() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let ids = futures::future::join_all((0..20).map(|_| an_issue(&app, &member))).await;
    let mut numbers = BTreeSet::new();
    for id in ids {
        numbers.insert(found(&app, id).await.number);
    }
    assert_eq!(numbers.len(), 20);
    assert!(numbers.last().unwrap().ends_with("-0020"), "{numbers:?}");
}

/// Somebody of the secretariat may also serve a member: what they do for the secretariat is told to the member.
#[tokio::test]
async fn who_serves_both_answers_as_the_secretariat_and_replies_as_the_member() {
    let app = TestApp::start().await;
    let (member, other) = (a_member(&app).await, a_member(&app).await);
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    accounts::add_role(&tx, person, RoleKind::OfficeStaff, None, &[]).await.unwrap();
    accounts::add_role(&tx, person, RoleKind::MemberAdmin, Some(member.id), &[]).await.unwrap();
    tx.commit().await.unwrap();
    let both = app.signed_in(person).await;
    let id = an_issue(&app, &member).await;
    step(&app, &both, id, "take", &[]).await.is(303);
    step(&app, &both, id, "ask-back", &[("ask", "几辆车？")]).await.is(303);
    let told = mails(&app, id).await;
    let filer = accounts::known(app.state.db.reader(), &[found(&app, id).await.filed_by.unwrap()]).await.unwrap();
    assert_eq!(told.last(), filer[0].email.as_ref(), "{told:?}");
    step(&app, &both, id, "reply", &[("reply", "十二辆")]).await.is(303);
    let told = mails(&app, id).await;
    assert!(told.last() != filer[0].email.as_ref(), "{told:?}");
    both.get("/issues/new").await.is(200).says("/issues/new?q=");
    both.get("/issues/new?q=测试水泥").await.is(200).says(&other.id.to_string());
}

/// However often an issue is named, and whatever else is: the answer settles those of the letter once.
#[tokio::test]
async fn an_answer_settles_only_issues_of_its_letter_and_each_once() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let (a, b, elsewhere) =
        (an_issue(&app, &member).await, an_issue(&app, &member).await, an_issue(&app, &member).await);
    for id in [a, b, elsewhere] {
        step(&app, &staff, id, "take", &[]).await.is(303);
    }
    let new = [("department", "市交通委"), ("letter_number", "沪水协〔2022〕9号"), ("sent_on", "2022-05-20")];
    step(&app, &staff, a, "forward", &new).await.is(303);
    let letter = found(&app, a).await.letter_id.unwrap().to_string();
    step(&app, &staff, b, "forward", &[("letter", &letter)]).await.is(303);
    let (b_text, elsewhere_text, unknown) = (b.to_string(), elsewhere.to_string(), IssueId::new().to_string());
    let also = [b_text.as_str(), &b_text, &elsewhere_text, &unknown].map(|id| ("also", id));
    step(&app, &staff, a, "answer", &[&[("answer", "都可以。")][..], &also].concat()).await.is(303);
    let states = (state_of(&app, a).await, state_of(&app, b).await, state_of(&app, elsewhere).await);
    assert_eq!(states, (State::Answered, State::Answered, State::Taken));
}

/// Two who publish at once: the second one's form is stale, and nothing fails.
#[tokio::test]
async fn a_question_is_published_once_whoever_is_first() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let id = an_issue(&app, &member).await;
    let words = question::Words {
        category: app::issues::model::Category::Transport,
        title: "散装车进城".to_owned(),
        question: "能进城吗？".to_owned(),
        answer: "凭证通行。".to_owned(),
    };
    let tx = app.tx().await;
    assert!(question::publish(&tx, id, words.clone()).await.unwrap());
    tx.commit().await.unwrap();
    let tx = app.tx().await;
    assert!(!question::publish(&tx, id, words).await.unwrap());
}

const OFFICE: &str = "office@association.example.cn";

/// Somebody of the secretariat, and an association that has an address of its own.
async fn an_owner_and_the_office(app: &TestApp) -> (PersonId, Browser, Browser) {
    let admin = app.admin().await;
    let page = admin.get("/settings/association").await.is(200);
    post_changed(&admin, "/settings/association", &page, &[("email", OFFICE)]).await.is(303);
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    accounts::add_role(&tx, person, RoleKind::OfficeStaff, None, &[]).await.unwrap();
    tx.commit().await.unwrap();
    (person, app.signed_in(person).await, admin)
}

#[tokio::test]
async fn what_an_owner_who_left_had_in_hand_waits_for_everybody_and_its_mail_goes_to_the_office() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (person, owner, admin) = an_owner_and_the_office(&app).await;
    let (other, id) = (app.staff().await, an_issue(&app, &member).await);
    step(&app, &owner, id, "take", &[]).await.is(303);
    assert_eq!(listed(&other.get("/todo").await.is(200), "/issues"), 0, "it is the owner's");
    step(&app, &owner, id, "ask-back", &[("ask", "几辆车？")]).await.is(303);
    admin.post(&format!("/people/{person}/disable"), &[]).await.is(303);
    step(&app, &member.admin, id, "reply", &[("reply", "十二辆")]).await.is(303);
    assert_eq!(mails(&app, id).await.last().map(String::as_str), Some(OFFICE));
    assert_eq!(listed(&other.get("/todo").await.is(200).says("会员已补充"), "/issues"), 1);
    let path = format!("/issues/{id}");
    other.get("/issues?owner=nobody").await.is(200).says(&path);
    other.get(&path).await.is(200).says("已不在秘书处");
    step(&app, &other, id, "answer", &[("answer", "可以。")]).await.is(303);
    step(&app, &member.admin, id, "reopen", &[("reason", "白天呢？")]).await.is(303);
    assert_eq!(mails(&app, id).await.last().map(String::as_str), Some(OFFICE));
    assert_eq!(listed(&other.get("/todo").await.is(200), "/issues"), 1);
    admin.post(&format!("/people/{person}/enable"), &[]).await.is(303);
    assert_eq!(listed(&other.get("/todo").await.is(200), "/issues"), 0);
    other.get("/issues?owner=nobody").await.is(200).says_not(&path);
    other.get(&path).await.is(200).says_not("已不在秘书处");
}

#[tokio::test]
async fn an_issue_is_handed_only_to_those_who_act_for_the_secretariat() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (gone, _, admin) = an_owner_and_the_office(&app).await;
    let tx = app.tx().await;
    let (theirs, next) = (new_person(&tx).await, new_person(&tx).await);
    accounts::add_role(&tx, theirs, RoleKind::MemberAdmin, Some(member.id), &[]).await.unwrap();
    accounts::add_role(&tx, next, RoleKind::OfficeStaff, None, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let id = an_issue(&app, &member).await;
    step(&app, &admin, id, "take", &[]).await.is(303);
    let (owner, told) = (found(&app, id).await.owner_id, mails(&app, id).await.len());
    admin.post(&format!("/people/{gone}/disable"), &[]).await.is(303);
    for nobody in [gone, theirs, PersonId::new()] {
        let fields = [("owner", nobody.to_string()), ("handover", "请跟进车辆清单".to_owned())];
        let answer = step(&app, &admin, id, "hand-over", &plain(&fields)).await.is(422);
        answer.says("另选一位").says("请跟进车辆清单");
    }
    assert_eq!(found(&app, id).await.owner_id, owner);
    assert_eq!(mails(&app, id).await.len(), told, "nobody was told");
    step(&app, &admin, id, "hand-over", &[("owner", &next.to_string())]).await.is(303);
    assert_eq!(found(&app, id).await.owner_id, Some(next));
}

#[tokio::test]
async fn an_operator_has_the_issues_of_the_given_plants_only() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let of_plant = an_issue(&app, &member).await;
    let fields = filing(&member);
    let whole = member.admin.upload("/issues/new", &plain(&fields), &[("files", "库存.pdf", PDF)]).await.is(303);
    let whole: IssueId = whole.location().rsplit('/').next().unwrap().parse().unwrap();
    for id in [of_plant, whole] {
        step(&app, &staff, id, "take", &[]).await.is(303);
        step(&app, &staff, id, "ask-back", &[("ask", "几辆车？")]).await.is(303);
    }
    let (of_plant_path, whole_path) = (format!("/issues/{of_plant}"), format!("/issues/{whole}"));
    let elsewhere = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[]).await;
    elsewhere.get(&of_plant_path).await.is(404);
    for act in ["reply", "reopen"] {
        elsewhere.get(&format!("{of_plant_path}/{act}")).await.is(404);
        step(&app, &elsewhere, of_plant, act, &[("reply", "不该能答"), ("reason", "不该能开")]).await.is(404);
    }
    elsewhere.get(&whole_path).await.is(200);
    let list = elsewhere.get("/issues?view=all").await.is(200);
    list.says("共 1 条").says(&whole_path).says_not(&of_plant_path);
    assert_eq!(exported(&elsewhere).await, 1);
    let here = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    for (who, waits) in [(&elsewhere, 1), (&here, 2), (&member.admin, 2)] {
        assert_eq!(listed(&who.get("/todo").await.is(200), "/issues"), waits);
    }
    assert_eq!(exported(&here).await, 2);
    assert_eq!(state_of(&app, of_plant).await, State::AskedBack);
    step(&app, &here, of_plant, "reply", &[("reply", "十二辆")]).await.is(303);
    assert_eq!(state_of(&app, of_plant).await, State::Replied);
}

/// How many issues the spreadsheet of a person's whole list holds.
async fn exported(who: &Browser) -> usize {
    let answer = who.get("/issues.xlsx?view=all").await.is(200);
    let limits = app::sheets::Limits { rows: 100, said: 100, columns: 30 };
    app::sheets::read_bytes(&answer.bytes, limits).unwrap().rows.len() - 1
}

/// Who reads for the secretariat and works for another plant of the member reads the issue and answers nothing.
#[tokio::test]
async fn an_auditor_who_operates_another_plant_only_reads() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    accounts::add_role(&tx, person, RoleKind::Auditor, None, &[]).await.unwrap();
    accounts::add_role(&tx, person, RoleKind::MemberOperator, Some(member.id), &[]).await.unwrap();
    tx.commit().await.unwrap();
    let both = app.signed_in(person).await;
    let id = an_issue(&app, &member).await;
    step(&app, &staff, id, "take", &[]).await.is(303);
    step(&app, &staff, id, "ask-back", &[("ask", "几辆车？")]).await.is(303);
    both.get(&format!("/issues/{id}")).await.is(200).says_not("name=\"reply\"");
    step(&app, &both, id, "reply", &[("reply", "十二辆")]).await.is(403);
}

#[tokio::test]
async fn who_filed_it_for_a_plant_that_was_taken_from_them_gets_no_more_of_it() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    accounts::add_role(&tx, person, RoleKind::MemberOperator, Some(member.id), &[member.plant]).await.unwrap();
    tx.commit().await.unwrap();
    let filer = app.signed_in(person).await;
    let mut fields = filing(&member);
    fields[0].1 = format!("{}/{}", member.id, member.plant);
    let filed = filer.upload("/issues/new", &plain(&fields), &[]).await.is(303);
    let id: IssueId = filed.location().rsplit('/').next().unwrap().parse().unwrap();
    step(&app, &staff, id, "take", &[]).await.is(303);
    let email = accounts::email_of(app.state.db.reader(), person).await.unwrap();
    assert_eq!(mails(&app, id).await.last(), email.as_ref());
    let tx = app.tx().await;
    tx.execute_unprepared("DELETE FROM role_plants").await.unwrap();
    tx.commit().await.unwrap();
    step(&app, &staff, id, "ask-back", &[("ask", "几天？")]).await.is(303);
    let contact = format!("{}@member.example.cn", member.id);
    assert_eq!(mails(&app, id).await.last(), Some(&contact));
}

#[tokio::test]
async fn a_member_without_a_general_contact_is_written_to_and_phoned_all_the_same() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let duties = |duties: &str, more: &str| format!("UPDATE contacts SET duties = '{duties}'{more}");
    let tx = app.tx().await;
    tx.execute_unprepared(&duties(",codes,notices,supply,", "")).await.unwrap();
    tx.commit().await.unwrap();
    let mut fields = filing(&member);
    fields.push(("caller", "王厂长".to_owned()));
    let filed = staff.upload("/issues/new", &plain(&fields), &[]).await.is(303);
    let path = filed.location().to_owned();
    let id: IssueId = path.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(mails(&app, id).await, [format!("{}@member.example.cn", member.id)]);
    staff.get(&path).await.is(200).says("18600001402").says_not("都收不到邮件");
    let tx = app.tx().await;
    tx.execute_unprepared(&duties(",supply,", ", email = NULL")).await.unwrap();
    tx.commit().await.unwrap();
    staff.get(&path).await.is(200).says("18600001402").says("都收不到邮件");
    step(&app, &staff, id, "take", &[]).await.is(303);
    assert_eq!(mails(&app, id).await.len(), 1, "nobody can be written to");
    let tx = app.tx().await;
    tx.execute_unprepared(&duties(",supply,", ", phone = NULL")).await.unwrap();
    tx.commit().await.unwrap();
    staff.get(&path).await.is(200).says("没有可打的电话");
}

#[tokio::test]
async fn the_member_is_told_when_its_answer_is_published_and_may_read_it() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = an_issue(&app, &member).await;
    step(&app, &staff, id, "take", &[]).await.is(303);
    step(&app, &staff, id, "answer", &[("answer", "凭证通行。")]).await.is(303);
    let path = format!("/issues/{id}");
    member.admin.get(&path).await.is(200);
    assert_eq!(listed(&member.admin.get("/todo").await.is(200), "/issues"), 0);
    let told = mails(&app, id).await;
    let page = staff.get(&format!("{path}/publish")).await.is(200);
    post_changed(&staff, &format!("{path}/publish"), &page, &[("title", "散装车进城")]).await.is(303);
    let now = mails(&app, id).await;
    assert_eq!((now.len(), now.last()), (told.len() + 1, told.last()), "{now:?}");
    assert_eq!(listed(&member.admin.get("/todo").await.is(200).says("有新进展"), "/issues"), 1);
    let question = question::of_issue(app.state.db.reader(), id).await.unwrap().unwrap().id;
    member.admin.get(&path).await.is(200).says(&format!("/questions/{question}"));
    assert_eq!(listed(&member.admin.get("/todo").await.is(200), "/issues"), 0);
}

#[tokio::test]
async fn a_second_click_finds_done_what_the_first_one_did() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (staff, other) = (app.staff().await, app.staff().await);
    let id = an_issue(&app, &member).await;
    let (path, take) = (format!("/issues/{id}"), format!("/issues/{id}/take"));
    staff.post(&take, &[]).await.is(303);
    let told = mails(&app, id).await.len();
    assert_eq!(staff.post(&take, &[]).await.is(303).location(), path);
    assert_eq!(mails(&app, id).await.len(), told);
    assert_eq!(issue::events(app.state.db.reader(), id, false).await.unwrap().len(), 2, "filed, and taken once");
    other.post(&take, &[]).await.is(409).says("已经受理");
    step(&app, &staff, id, "answer", &[("answer", "凭证通行。")]).await.is(303);
    let page = staff.get(&format!("{path}/publish")).await.is(200);
    post_changed(&staff, &format!("{path}/publish"), &page, &[]).await.is(303);
    let question = question::of_issue(app.state.db.reader(), id).await.unwrap().unwrap().id;
    for _ in 0..2 {
        let withdrawn = staff.post(&format!("/questions/{question}/withdraw"), &[]).await.is(303);
        assert_eq!(withdrawn.location(), path);
    }
    let after = question::of_issue(app.state.db.reader(), id).await.unwrap().unwrap();
    assert_eq!(after.row_version, 2, "withdrawn once");
    staff.post(&format!("/questions/{}/withdraw", app::ids::QuestionId::new()), &[]).await.is(404);
}
