//! Printing place codes: one sheet at once, many as a job that survives, and what is not handed out.

use app::{
    ids::{EntranceId, PlaceCodeId, PrintId},
    members::{
        entity::entrance,
        model::{EntranceFacts, Passage},
        store as register,
    },
    place_codes::{
        entity::code,
        printing::{
            self,
            model::{MOST, PrintState},
            store::{self, Print},
        },
    },
    time::Instant,
    upkeep,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};

use crate::{
    builders::{TestMember, a_member},
    forms::{form_fields, post_changed},
    guides::switch_module,
    place_codes::{add, issued, page_of, payload, versions},
    place_codes_apply::with_entrances,
    place_codes_disputes::a_sister_plant,
    test_app::{Answer, TestApp},
};

const A4: &str = "size=a4&kind=poster&code=issued";

/// A name with a character that the fonts of the sheets lack.
const UNPRINTABLE: &str = "🚪门";

async fn with_codes(app: &TestApp, names: &[&str]) -> TestMember {
    let member = a_member(app).await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    for (n, entrance) in (2..).zip(with_entrances(app, &member, names).await) {
        add(&member.admin, entrance, &[], &issued(&[&payload(n)])).await.is(303);
    }
    member
}

async fn asked(member: &TestMember) -> String {
    let here = format!("/place-codes/print?plant={}", member.plant);
    let page = member.admin.get(&here).await.is(200);
    let first = post_changed(&member.admin, "/place-codes/print", &page, &[]).await.is(303);
    let second = post_changed(&member.admin, "/place-codes/print", &page, &[]).await.is(303);
    assert_eq!(first.location(), second.location(), "a double click makes one print");
    first.location().to_owned()
}

async fn print(app: &TestApp, path: &str) -> Print {
    let id: PrintId = path.rsplit('/').next().unwrap().parse().unwrap();
    store::find(app.state.db.reader(), id).await.unwrap()
}

fn is_pdf(answer: Answer) -> Vec<u8> {
    let answer = answer.is(200);
    assert!(answer.bytes.starts_with(b"%PDF"), "{}", answer.text);
    answer.bytes
}

#[tokio::test]
async fn one_sheet_is_made_at_once_with_the_citys_image_or_drawn_anew() {
    let app = TestApp::start().await;
    let member = with_codes(&app, &[]).await;
    member.admin.get(&page_of(member.entrance)).await.is(200).says("/place-codes/print?entrance=");
    let ask = format!("/place-codes/print?entrance={}", member.entrance);
    member.admin.get(&ask).await.is(200).says("A4（210 × 297 毫米），推荐").says("原图");
    let sheet = format!("{}/sheet.pdf", page_of(member.entrance));
    let plain = is_pdf(member.admin.get(&format!("{sheet}?{A4}")).await);
    let redrawn = is_pdf(member.admin.get(&format!("{sheet}?size=a4&kind=poster&code=redrawn")).await);
    assert_ne!(plain, redrawn);
    is_pdf(member.admin.get(&format!("{sheet}?size=a5&kind=hand_held&code=issued")).await);
    member.admin.get(&format!("{sheet}?size=a0&kind=poster")).await.is(404);
    app.auditor().await.get(&format!("{sheet}?{A4}")).await.is(403);
    a_member(&app).await.admin.get(&format!("{sheet}?{A4}")).await.is(404);
}

#[tokio::test]
async fn a_sheet_that_does_not_pass_is_not_handed_out_and_says_why() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let odd = with_entrances(&app, &member, &[UNPRINTABLE]).await[0];
    let sheet = format!("{}/sheet.pdf?{A4}", page_of(odd));
    member.admin.get(&sheet).await.is(404);
    add(&member.admin, odd, &[], &issued(&[&payload(1)])).await.is(303);
    let refused = member.admin.get(&sheet).await.is(422);
    refused.says("🚪").says("f-size-error");
}

#[tokio::test]
async fn many_sheets_are_a_job_whose_page_tells_how_far_it_is() {
    let app = TestApp::start().await;
    let member = with_codes(&app, &["西门", UNPRINTABLE]).await;
    with_entrances(&app, &member, &["没有码的门"]).await;
    let path = asked(&member).await;
    let waiting = member.admin.get(&path).await.is(200);
    assert_eq!(waiting.headers.get("refresh").unwrap(), "2");
    waiting.says("<progress").says("还有 3 张");
    member.admin.get(&format!("{path}/sheets.pdf")).await.is(404);

    assert!(printing::work(&app.state).await.unwrap());
    assert!(!printing::work(&app.state).await.unwrap());
    let made = print(&app, &path).await;
    assert_eq!((made.state(), made.done, made.left().len()), (PrintState::Done, 3, 1));
    let page = member.admin.get(&path).await.is(200);
    assert!(page.headers.get("refresh").is_none());
    page.says("2 张已经生成").says("1 张没有通过核对").says("🚪").says("）：");
    member.admin.post("/language", &[("language", "en"), ("next", "/")]).await.is(303);
    member.admin.get(&path).await.is(200).says("🚪").says("): ").says_not("）：");
    member.admin.post("/language", &[("language", "zh-CN"), ("next", "/")]).await.is(303);
    is_pdf(member.admin.get(&format!("{path}/sheets.pdf")).await);

    // Once a code is replaced its old sheet is not handed out any more.
    add(&member.admin, member.entrance, &[], &issued(&[&payload(9)])).await.is(303);
    member.admin.get(&path).await.is(200).says("已经换了新码");
    member.admin.get(&format!("{path}/sheets.pdf")).await.is(409).says("已经换了新码");
    a_member(&app).await.admin.get(&path).await.is(404);
}

/// One entrance more than sheets are printed at a time, none of which has a code.
async fn more_than_most(app: &TestApp, member: &TestMember) -> Vec<EntranceId> {
    let facts = |n: usize| EntranceFacts { name: format!("第{n}道"), passage: Passage::Vehicles, outdoors: true };
    let doors: Vec<(EntranceId, EntranceFacts)> = (0..=MOST).map(|n| (EntranceId::new(), facts(n))).collect();
    let tx = app.tx().await;
    let rows = doors.iter().map(|(id, facts)| (*id, member.plant, facts));
    register::add_entrances(&tx, rows).await.unwrap();
    tx.commit().await.unwrap();
    doors.into_iter().map(|(id, _)| id).collect()
}

#[tokio::test]
async fn entrances_without_a_code_take_no_room_and_more_sheets_than_are_printed_at_a_time_are_refused() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let doors = more_than_most(&app, &member).await;
    let (last, others) = doors.split_last().unwrap();
    add(&member.admin, *last, &[], &issued(&[&payload(1)])).await.is(303);
    let here = format!("/place-codes/print?plant={}", member.plant);
    member.admin.get(&here).await.is(200).says(&format!("第{MOST}道"));

    let first = versions(&app, *last).await.remove(0);
    let tx = app.tx().await;
    let rows = others.iter().enumerate().map(|(n, door)| {
        let number = format!("CSM-2022-{}", 9_000 + n);
        let id = PlaceCodeId::new();
        let code = code::Model { id, entrance_id: *door, payload_hash: number.clone(), number, ..first.clone() };
        code.into_active_model().reset_all()
    });
    code::Entity::insert_many(rows).exec_without_returning(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    let page = member.admin.get(&here).await.is(200).says(&format!("{} 个场所码", MOST + 1));
    post_changed(&member.admin, "/place-codes/print", &page, &[]).await.is(422).says("一次最多打印 1000 张");
}

#[tokio::test]
async fn a_form_that_is_refused_stands_at_an_address_that_can_be_opened_again() {
    let app = TestApp::start().await;
    let member = with_codes(&app, &["西门"]).await;
    for which in [format!("plant={}", member.plant), format!("member={}", member.id)] {
        let here = format!("/place-codes/print?{which}");
        let page = member.admin.get(&here).await.is(200).says(&format!("action=\"{here}\""));
        let refused = post_changed(&member.admin, &here, &page, &[("size", "a0")]).await.is(422);
        // That is where a change of the language leads.
        refused.says(&format!("name=\"next\" value=\"{here}\""));
        member.admin.get(&here).await.is(200);
    }
}

#[tokio::test]
async fn the_card_for_drivers_is_proposed_where_only_vehicles_pass() {
    let app = TestApp::start().await;
    let member = with_codes(&app, &[]).await;
    let gate = with_entrances(&app, &member, &["货运门"]).await[0];
    add(&member.admin, gate, &[], &issued(&[&payload(2)])).await.is(303);
    let which =
        [format!("entrance={gate}"), format!("entrance={}", member.entrance), format!("plant={}", member.plant)];
    for (which, kind, size) in
        [(&which[0], "hand_held", "a5"), (&which[1], "poster", "a4"), (&which[2], "poster", "a4")]
    {
        let fields = form_fields(&member.admin.get(&format!("/place-codes/print?{which}")).await.is(200));
        for field in [("kind", kind), ("size", size)] {
            assert!(fields.iter().any(|(name, value)| (name.as_str(), value.as_str()) == field), "{which}: {fields:?}");
        }
    }
}

#[tokio::test]
async fn one_print_is_made_at_a_time_of_each_person_and_nothing_of_what_is_closed() {
    let app = TestApp::start().await;
    let member = with_codes(&app, &["西门"]).await;
    let first = asked(&member).await;
    assert_eq!(asked(&member).await, first, "a fresh form leads to the print that is under way");
    member.admin.get(&first).await.is(200).says("上一份还在制作");
    assert!(printing::work(&app.state).await.unwrap());
    assert_ne!(asked(&member).await, first);

    let sheet = format!("{}/sheet.pdf?{A4}", page_of(member.entrance));
    is_pdf(member.admin.get(&sheet).await);
    let tx = app.tx().await;
    let closing = entrance::Entity::update_many().col_expr(entrance::Column::ClosedAt, Expr::value(tx.now));
    closing.filter(entrance::Column::Id.eq(member.entrance)).exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    member.admin.get(&sheet).await.is(404);
}

#[tokio::test]
async fn a_print_that_was_broken_off_is_taken_up_again_and_given_up_in_the_end() {
    let app = TestApp::start().await;
    let member = with_codes(&app, &["西门"]).await;
    let path = asked(&member).await;
    let id = print(&app, &path).await.id;
    let claim = async || {
        let tx = app.tx().await;
        let claimed = store::claim(&tx, "killed", id).await.unwrap();
        tx.commit().await.unwrap();
        claimed.is_some()
    };
    assert!(claim().await);
    // Whoever holds it is left alone; when no sign of life comes, another takes over.
    assert!(!claim().await);
    assert!(!printing::work(&app.state).await.unwrap());
    app.state.clock.advance(16 * Instant::SECOND);
    assert!(printing::work(&app.state).await.unwrap());
    assert_eq!(print(&app, &path).await.state(), PrintState::Done);
    // What came of it is nobody's to change who lost it.
    let tx = app.tx().await;
    assert!(!store::finish(&tx, "killed", id, None, None).await.unwrap());
    drop(tx);

    let path = asked(&member).await;
    let id = print(&app, &path).await.id;
    for _ in 0..4 {
        let tx = app.tx().await;
        store::claim(&tx, "killed", id).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        app.state.clock.advance(16 * Instant::SECOND);
    }
    printing::work(&app.state).await.unwrap();
    assert_eq!(print(&app, &path).await.state(), PrintState::Failed);
    member.admin.get(&path).await.is(200).says("没有完成");
}

#[tokio::test]
async fn old_prints_are_forgotten_and_the_module_closes_them() {
    let app = TestApp::start().await;
    let member = with_codes(&app, &["西门"]).await;
    let path = asked(&member).await;
    printing::work(&app.state).await.unwrap();
    switch_module(&app, false).await;
    for page in [&path, &format!("{path}/sheets.pdf"), &format!("{}/sheet.pdf?{A4}", page_of(member.entrance))] {
        member.admin.get(page).await.is(404);
    }
    switch_module(&app, true).await;
    member.admin.get(&path).await.is(200);
    app.state.clock.advance(9 * Instant::DAY);
    upkeep::round(&app.state).await.unwrap();
    member.admin.get(&path).await.is(404);
}

#[tokio::test]
async fn sheets_are_made_anew_of_the_plant_or_of_the_whole_member_as_they_were_asked_for() {
    let app = TestApp::start().await;
    let member = with_codes(&app, &["西门"]).await;
    let (_, door) = a_sister_plant(&app, &member).await;
    add(&member.admin, door, &[], &issued(&[&payload(3)])).await.is(303);
    let plant = format!("/place-codes/print?plant={}", member.plant);
    let whole = format!("/place-codes/print?member={}", member.id);
    for (here, other) in [(&plant, &whole), (&whole, &plant)] {
        let page = member.admin.get(here).await.is(200);
        let made = post_changed(&member.admin, "/place-codes/print", &page, &[]).await.is(303);
        assert!(printing::work(&app.state).await.unwrap());
        member.admin.get(made.location()).await.is(200).says(&format!("href=\"{here}\"")).says_not(other);
    }
}
