//! Recalls: a new version or a changed address turns the copies that hang into ones to replace, until the photos of
//! others in their place are right; with a bar, a place on 待办 and reminders.

use app::{
    ids::{EntranceId, PlaceCodeId, PostingId},
    members::entity::{contact, entrance, member},
    outbox::entity::message,
    place_codes::{
        entity::code,
        postings::model::{State, Why},
    },
    time::{Instant, show_day},
    upkeep,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use time::Duration;

use crate::{
    builders::TestMember,
    coverage,
    forms::post_changed,
    guides::switch_module,
    place_codes::{add, issued, payload},
    place_codes_apply::with_entrances,
    postings::{form_of, found, id_of, photographed, posted, taken_back, with_code},
    test_app::TestApp,
    todo::counted,
};

const RECALLS: &str = "/place-codes/recalls";

/// The day so many days from now.
fn in_days(app: &TestApp, days: i64) -> String {
    show_day(app.state.clock.now().day() + Duration::days(days))
}

async fn reminders(app: &TestApp) -> Vec<message::Model> {
    let about = message::Column::AboutKind.eq("posting_recall");
    message::Entity::find().filter(about).all(app.state.db.reader()).await.unwrap()
}

/// The member moves along its road.
async fn moves(member: &TestMember) {
    let path = format!("/plants/{}/edit", member.plant);
    let page = member.admin.get(&path).await.is(200);
    post_changed(&member.admin, &path, &page, &[("number", "99")]).await.is(303);
}

#[tokio::test]
async fn a_new_version_recalls_every_copy_and_the_bar_fills_with_right_photos() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let west = with_entrances(&app, &member, &["西门"]).await[0];
    let west_image = issued(&[&payload(3)]);
    add(&member.admin, west, &[], &west_image).await.is(303);
    let form = form_of(member.entrance);
    let first = id_of(&posted(&member.admin, &form, &[], Some(&image)).await.is(303));
    let second = id_of(&posted(&member.admin, &form, &[], None).await.is(303));
    let fine = id_of(&posted(&member.admin, &form_of(west), &[], Some(&west_image)).await.is(303));
    let staff = app.staff().await;
    staff.get(RECALLS).await.is(200).says("没有要换的旧码");
    assert_eq!(counted(&member.admin.get("/todo").await, "/place-codes"), 0);

    let next = issued(&[&payload(2)]);
    add(&member.admin, member.entrance, &[], &next).await.is(303);
    for browser in [&member.admin, &staff] {
        let page = browser.get(RECALLS).await.is(200).says("应换 2 张，已换 0 张").says("还剩 2 张");
        page.says("一号粉磨站").says(&format!("plant={}", member.plant));
    }
    let todo = member.admin.get("/todo").await.is(200).says("“东门”有 2 张场所码要换");
    assert_eq!(counted(&todo, "/place-codes"), 1);
    todo.says(&in_days(&app, 7));
    member.admin.get(&format!("/place-codes/postings/{first}")).await.is(200).says(&in_days(&app, 7));

    // A photo of the wrong one replaces nothing.
    let replace = format!("/place-codes/postings/{first}/replace");
    let wrong = id_of(&posted(&member.admin, &replace, &[], Some(&image)).await.is(303));
    assert_eq!(found(&app, wrong).await.state(), State::Outdated);
    member.admin.get(RECALLS).await.is(200).says("应换 2 张，已换 0 张");
    let photo = format!("/place-codes/postings/{wrong}/photo");
    member.admin.upload(&photo, &[], &[("photo", "a.png", &next)]).await.is(303);
    member.admin.get(RECALLS).await.is(200).says("应换 2 张，已换 1 张").says("还剩 1 张");
    let replace = format!("/place-codes/postings/{second}/replace");
    posted(&member.admin, &replace, &[], Some(&next)).await.is(303);
    member.admin.get(RECALLS).await.is(200).says("应换 2 张，已换 2 张").says_not("还剩");
    assert_eq!(counted(&member.admin.get("/todo").await, "/place-codes"), 0);
    for id in [first, second] {
        assert_eq!(found(&app, id).await.row.removed_why, Some(Why::Replaced));
    }

    // One that is only damaged is replaced the same way and is no part of the recall.
    let torn = [("what", "lost"), ("day", "2022-05-22")];
    member.admin.post(&format!("/place-codes/postings/{fine}/report"), &torn).await.is(303);
    member.admin.get("/todo").await.is(200).says("“西门”有 1 张场所码要换").says("2022-05-29");
    member.admin.get(RECALLS).await.is(200).says("应换 2 张，已换 2 张");
}

#[tokio::test]
async fn a_right_photo_ends_a_recall_over_a_replacement_that_was_wrong() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let first = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    let next = issued(&[&payload(2)]);
    add(&member.admin, member.entrance, &[], &next).await.is(303);
    let replaced = async |old: PostingId, photo: &[u8]| {
        let replace = format!("/place-codes/postings/{old}/replace");
        id_of(&posted(&member.admin, &replace, &[], Some(photo)).await.is(303))
    };
    let wrong = replaced(first, &image).await;
    assert_eq!(found(&app, wrong).await.state(), State::Outdated);
    let right = replaced(wrong, &next).await;
    assert_eq!(found(&app, right).await.state(), State::Right);
    for id in [first, wrong] {
        assert_eq!(found(&app, id).await.row.removed_why, Some(Why::Replaced));
    }
    member.admin.get(RECALLS).await.is(200).says("应换 1 张，已换 1 张").says_not("还剩");
    assert_eq!(counted(&member.admin.get("/todo").await, "/place-codes"), 0);
}

#[tokio::test]
async fn what_is_left_of_a_recall_is_what_its_list_shows() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let west = with_entrances(&app, &member, &["西门"]).await[0];
    let west_image = issued(&[&payload(3)]);
    add(&member.admin, west, &[], &west_image).await.is(303);
    let old = posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303);
    let torn = posted(&member.admin, &form_of(west), &[], Some(&west_image)).await.is(303);
    let damaged = [("what", "damaged"), ("day", "2022-05-22")];
    member.admin.post(&format!("{}/report", torn.location()), &damaged).await.is(303);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    member.admin.get(RECALLS).await.is(200).says("还剩 1 张").says("/place-codes/postings?state=recalled");
    let list = |state: &str| format!("/place-codes/postings?state={state}&plant={}", member.plant);
    let recalled = member.admin.get(&list("recalled")).await.is(200).says("要换的旧码");
    recalled.says(old.location()).says_not(torn.location());
    member.admin.get(&list("to_replace")).await.is(200).says(old.location()).says(torn.location());
}

#[tokio::test]
async fn a_wrong_photo_counts_from_the_day_on_which_it_was_looked_at() {
    let app = TestApp::start().await;
    let (member, old) = with_code(&app, 1).await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    let long_ago = [("posted_on", "2022-05-21")];
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &long_ago, Some(&old)).await.is(303));
    assert_eq!(found(&app, id).await.since, Some(app.state.clock.now().day()));
    member.admin.get("/todo").await.is(200).says(&in_days(&app, 7));
}

#[tokio::test]
async fn a_second_wrong_photo_begins_no_new_term() {
    let app = TestApp::start().await;
    let (member, old) = with_code(&app, 1).await;
    let (next, blurred) = (issued(&[&payload(2)]), issued(&[]));
    add(&member.admin, member.entrance, &[], &next).await.is(303);
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&old)).await.is(303));
    let (begun, due) = (found(&app, id).await.since, in_days(&app, 7));
    assert_eq!(begun, Some(app.state.clock.now().day()));
    upkeep::round(&app.state).await.unwrap();
    for photo in [&old, &blurred, &old] {
        app.state.clock.advance(2 * Instant::DAY);
        photographed(&member.admin, id, photo).await.is(303);
        assert_eq!(found(&app, id).await.since, begun);
        member.admin.get("/todo").await.is(200).says(&due);
        member.admin.get(&format!("/place-codes/postings/{id}")).await.is(200).says(&due);
    }
    upkeep::round(&app.state).await.unwrap();
    assert_eq!(reminders(&app).await.len(), 1, "the member was told that it began");

    // A right one ends it, and what is wrong after that is something new.
    photographed(&member.admin, id, &next).await.is(303);
    assert_eq!(found(&app, id).await.since, None);
    photographed(&member.admin, id, &old).await.is(303);
    assert_eq!(found(&app, id).await.since, Some(app.state.clock.now().day()));
}

#[tokio::test]
async fn a_new_address_that_is_corrected_begins_no_new_term() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    app.state.clock.advance(10 * Instant::DAY);
    moves(&member).await;
    let (begun, due) = (found(&app, id).await.since, in_days(&app, 7));
    assert_eq!(begun, Some(app.state.clock.now().day()));
    app.state.clock.advance(5 * Instant::DAY);
    let path = format!("/plants/{}/edit", member.plant);
    let page = member.admin.get(&path).await.is(200);
    post_changed(&member.admin, &path, &page, &[("room", "201")]).await.is(303);
    assert_eq!(found(&app, id).await.since, begun);
    member.admin.get("/todo").await.is(200).says(&due);
}

/// Another entrance has a code like that of the member's first one.
async fn with_a_code_like(app: &TestApp, member: &TestMember, entrance: EntranceId, n: u32) -> PlaceCodeId {
    let tx = app.tx().await;
    let of_first = code::Entity::find().filter(code::Column::EntranceId.eq(member.entrance));
    let mut row: code::ActiveModel = of_first.one(&*tx).await.unwrap().unwrap().into();
    let id = PlaceCodeId::new();
    row.id = Set(id);
    row.number = Set(format!("CSM-TEST-{n:06}"));
    row.entrance_id = Set(entrance);
    row.payload = Set(payload(n));
    row.payload_hash = Set(format!("{n:064}"));
    row.reset_all().insert(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn of_more_than_are_listed_the_one_that_is_due_first_is_shown() {
    let app = TestApp::start().await;
    let (member, _) = with_code(&app, 1).await;
    let names: Vec<String> = (1..=21).map(|n| format!("{n:02}号门")).collect();
    let doors = with_entrances(&app, &member, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for (n, door) in (2..).zip(&doors) {
        let code = with_a_code_like(&app, &member, *door, n).await;
        let copy = coverage::posted(&app, &member, *door, code).await;
        coverage::seen(&app, copy, "damaged", if *door == doors[20] { 30 } else { 1 }).await;
    }
    let todo = member.admin.get("/todo").await.is(200).says("还有 1 项");
    assert_eq!(counted(&todo, "/place-codes"), 21);
    let place = |name: &str| todo.text.find(&format!("“{name}”有 1 张场所码要换"));
    assert!(place("21号门").unwrap() < place("01号门").unwrap());
    assert!(place("01号门").unwrap() < place("19号门").unwrap());
    assert_eq!(place("20号门"), None);
}

#[tokio::test]
async fn a_changed_address_recalls_from_the_day_on_which_it_changed() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    app.state.clock.advance(40 * Instant::DAY);
    moves(&member).await;
    let due = in_days(&app, 7);
    app.state.clock.advance(3 * Instant::DAY);
    assert_eq!(found(&app, id).await.state(), State::ToReplace);
    member.admin.get(&format!("/place-codes/postings/{id}")).await.is(200).says("请先申领新码").says(&due);
    member.admin.get(RECALLS).await.is(200).says("应换 1 张，已换 0 张");
    member.admin.get(&form_of(member.entrance)).await.is(200).says("登记在旧地址");

    // With the new code there is something to replace it by, and the days count anew.
    let next = issued(&[&payload(2)]);
    add(&member.admin, member.entrance, &[("cause", "address_changed")], &next).await.is(303);
    let due = in_days(&app, 7);
    member.admin.get(&format!("/place-codes/postings/{id}")).await.is(200).says(&due);
    posted(&member.admin, &format!("/place-codes/postings/{id}/replace"), &[], Some(&next)).await.is(303);
    member.admin.get(RECALLS).await.is(200).says("应换 1 张，已换 1 张");
}

#[tokio::test]
async fn a_code_that_was_taken_back_is_to_be_taken_down() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    let code = found(&app, id).await.code.id.to_string();
    let withdraw = format!("/place-codes/entrances/{}/withdraw", member.entrance);
    member.admin.post(&withdraw, &[("code", &code), ("reason", "传错了")]).await.is(303);
    assert_eq!(found(&app, id).await.state(), State::ToReplace);
    member.admin.get(&format!("/place-codes/postings/{id}")).await.is(200).says("请先申领新码");
}

#[tokio::test]
async fn a_version_that_is_taken_back_after_it_was_replaced_still_began_the_term() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    app.state.clock.advance(2 * Instant::DAY);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    let (begun, due) = (found(&app, id).await.since, in_days(&app, 7));
    assert_eq!(begun, Some(app.state.clock.now().day()));
    upkeep::round(&app.state).await.unwrap();
    app.state.clock.advance(2 * Instant::DAY);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(3)])).await.is(303);
    // A moment later, as two acts of people are.
    app.state.clock.advance(Instant::MINUTE);
    taken_back(&app, &app.staff().await, member.entrance, 2).await;
    assert_eq!(found(&app, id).await.since, begun);
    member.admin.get("/todo").await.is(200).says(&due);
    upkeep::round(&app.state).await.unwrap();
    assert_eq!(reminders(&app).await.len(), 1, "the member was told that it began");
}

#[tokio::test]
async fn a_copy_that_is_right_once_more_hangs_in_the_place_of_the_one_before_it() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let old = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    let second = issued(&[&payload(2)]);
    add(&member.admin, member.entrance, &[], &second).await.is(303);
    let replacing = format!("/place-codes/postings/{old}/replace");
    let new = id_of(&posted(&member.admin, &replacing, &[], None).await.is(303));
    // The photo comes when there is a third version already.
    add(&member.admin, member.entrance, &[], &issued(&[&payload(3)])).await.is(303);
    photographed(&member.admin, new, &second).await.is(303);
    for id in [old, new] {
        assert_eq!(found(&app, id).await.state(), State::ToReplace);
    }
    taken_back(&app, &member.admin, member.entrance, 3).await;
    assert_eq!(found(&app, new).await.state(), State::Right);
    assert_eq!(found(&app, old).await.row.removed_why, Some(Why::Replaced));
    member.admin.get(RECALLS).await.is(200).says("应换 1 张，已换 1 张");
}

#[tokio::test]
async fn once_a_code_was_taken_back_the_first_one_after_it_begins_the_term_anew() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    app.state.clock.advance(2 * Instant::DAY);
    taken_back(&app, &member.admin, member.entrance, 1).await;
    assert_eq!(found(&app, id).await.since, Some(app.state.clock.now().day()));
    app.state.clock.advance(2 * Instant::DAY);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    assert_eq!(found(&app, id).await.since, Some(app.state.clock.now().day()));
    member.admin.get("/todo").await.is(200).says(&in_days(&app, 7));
}

#[tokio::test]
async fn where_nobody_passes_any_more_nothing_waits() {
    let app = TestApp::start().await;
    let (closed, image) = with_code(&app, 1).await;
    posted(&closed.admin, &form_of(closed.entrance), &[], Some(&image)).await.is(303);
    let (left, image) = with_code(&app, 2).await;
    let of_left = id_of(&posted(&left.admin, &form_of(left.entrance), &[], Some(&image)).await.is(303));
    add(&closed.admin, closed.entrance, &[], &issued(&[&payload(11)])).await.is(303);
    add(&left.admin, left.entrance, &[], &issued(&[&payload(12)])).await.is(303);
    let staff = app.staff().await;

    let tx = app.tx().await;
    entrance::Entity::update_many()
        .col_expr(entrance::Column::ClosedAt, Expr::value(tx.now))
        .filter(entrance::Column::Id.eq(closed.entrance))
        .exec(&*tx)
        .await
        .unwrap();
    member::Entity::update_many()
        .col_expr(member::Column::LeftAt, Expr::value(tx.now))
        .filter(member::Column::Id.eq(left.id))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    staff.get(RECALLS).await.is(200).says("没有要换的旧码");
    assert_eq!(counted(&closed.admin.get("/todo").await, "/place-codes"), 0);
    upkeep::round(&app.state).await.unwrap();
    assert!(reminders(&app).await.is_empty());
    let page = staff.get(&format!("/place-codes/postings/{of_left}")).await.is(200).says("已停用");
    page.says_not("<form class=\"form\"");
}

#[tokio::test]
async fn a_member_is_reminded_once_when_it_begins_and_once_on_the_last_day() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    for _ in 0..2 {
        posted(&member.admin, &form, &[], Some(&image)).await.is(303);
    }
    upkeep::round(&app.state).await.unwrap();
    assert!(reminders(&app).await.is_empty());
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    for _ in 0..2 {
        upkeep::round(&app.state).await.unwrap();
    }
    let mails = reminders(&app).await;
    let [begun] = &mails[..] else { panic!("{} mails", mails.len()) };
    assert!(begun.title.contains("2 张") && begun.body_text.contains("门卫室窗口左侧"), "{}", begun.body_text);
    assert!(begun.body_text.contains("/place-codes/postings?state=wrong"));
    app.state.clock.advance(6 * Instant::DAY);
    upkeep::round(&app.state).await.unwrap();
    assert_eq!(reminders(&app).await.len(), 1);
    app.state.clock.advance(2 * Instant::DAY);
    for _ in 0..2 {
        upkeep::round(&app.state).await.unwrap();
    }
    let mails = reminders(&app).await;
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().any(|mail| mail.title.contains("到期")));
    // A last one some days after that.
    app.state.clock.advance(3 * Instant::DAY);
    for _ in 0..2 {
        upkeep::round(&app.state).await.unwrap();
    }
    let mails = reminders(&app).await;
    assert_eq!(mails.len(), 3);
    let overdue = mails.iter().find(|mail| mail.title.contains("已过期限")).unwrap();
    assert!(overdue.body_text.contains("门卫室窗口左侧"), "{}", overdue.body_text);
    app.state.clock.advance(9 * Instant::DAY);
    upkeep::round(&app.state).await.unwrap();
    assert_eq!(reminders(&app).await.len(), 3);
}

/// The member's contact has this address and these duties from now on.
async fn contact_is(app: &TestApp, member: &TestMember, email: Option<&str>, duties: &str) {
    let tx = app.tx().await;
    contact::Entity::update_many()
        .col_expr(contact::Column::Email, Expr::value(email.map(str::to_owned)))
        .col_expr(contact::Column::Duties, Expr::value(duties))
        .filter(contact::Column::Id.eq(member.contact))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_member_whom_no_mail_reaches_is_told_once_one_does() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    for (email, duties) in [(None, ",codes,general,"), (Some("gate@member.example.cn"), ",supply,")] {
        contact_is(&app, &member, email, duties).await;
        upkeep::round(&app.state).await.unwrap();
        assert!(reminders(&app).await.is_empty());
    }
    // Where nobody keeps place codes, whoever answers for everything is told.
    contact_is(&app, &member, Some("gate@member.example.cn"), ",general,").await;
    for _ in 0..2 {
        upkeep::round(&app.state).await.unwrap();
    }
    assert_eq!(reminders(&app).await.len(), 1);
}

#[tokio::test]
async fn with_the_module_off_nothing_waits_and_nobody_is_reminded() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    switch_module(&app, false).await;
    member.admin.get(RECALLS).await.is(404);
    app.admin().await.get("/settings/postings").await.is(404);
    member.admin.get("/todo").await.is(200).says_not("场所码要换");
    upkeep::round(&app.state).await.unwrap();
    assert!(reminders(&app).await.is_empty());
    switch_module(&app, true).await;
    member.admin.get("/todo").await.is(200).says("场所码要换");
}

#[tokio::test]
async fn the_term_is_set_by_an_admin_and_counts_at_once() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    let (admin, here) = (app.admin().await, "/settings/postings");
    app.staff().await.post(here, &[("replace_within", "3"), ("row_version", "0")]).await.is(403);
    app.auditor().await.get(here).await.is(200).says("disabled");
    admin.get("/settings").await.is(200).says(here);
    for days in ["", "0", "91", "soon"] {
        admin.post(here, &[("replace_within", days), ("row_version", "0")]).await.is(422);
    }
    admin.post(here, &[("replace_within", "3"), ("row_version", "0")]).await.is(303);
    admin.post(here, &[("replace_within", "5"), ("row_version", "0")]).await.is(409);
    member.admin.get("/todo").await.is(200).says(&in_days(&app, 3));
}

#[tokio::test]
async fn a_copy_that_is_confirmed_by_eye_ends_a_recall_as_a_right_photo_does() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let old = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    let replacing = format!("/place-codes/postings/{old}/replace");
    member.admin.get(&replacing).await.is(200).says("照片核对正确或目视确认后");
    let new = id_of(&posted(&member.admin, &replacing, &[], Some(&issued(&[]))).await.is(303));
    assert_eq!(found(&app, old).await.state(), State::ToReplace);
    member.admin.get(RECALLS).await.is(200).says("应换 1 张，已换 0 张").says("还剩 1 张");

    let path = format!("/place-codes/postings/{new}");
    member.admin.post(&format!("{path}/by-eye"), &[("note", "反光，现场扫得出来")]).await.is(303);
    assert_eq!(found(&app, new).await.state(), State::ByEye);
    assert_eq!(found(&app, old).await.row.removed_why, Some(Why::Replaced));
    member.admin.get(&path).await.is(200).says("目视确认的").says("反光，现场扫得出来");
    member.admin.get(&format!("/place-codes/postings/{old}")).await.is(200).says("已撤下").says("已换新");
    member.admin.get(RECALLS).await.is(200).says("应换 1 张，已换 1 张").says_not("还剩");
    assert_eq!(counted(&member.admin.get("/todo").await, "/place-codes"), 0);
}
