//! A version that was taken back counts again when its very code comes once more, and what hangs of it is right; what
//! is another code, or stands elsewhere, is a new version.

use app::{
    audit::entity as audit,
    ids::EntranceId,
    place_codes::{
        applications::model::State as Stands,
        codes::model::Cause,
        postings::model::{State, Why},
    },
    time::{Instant, show_day},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    forms::post_changed,
    place_codes::{add, issued, moved, page_of, payload, versions},
    place_codes_apply::{case, filed},
    postings::{form_of, found, id_of, photographed, posted, stands, taken_back, with_code},
    test_app::{Answer, Browser, TestApp},
};

/// Sends an image as `place_codes::add` does, issued on that day.
async fn sent(browser: &Browser, entrance: EntranceId, day: &str, image: &[u8], more: &[(&str, &str)]) -> Answer {
    let fields = [&[("issued_on", day)][..], more].concat();
    browser.upload(&page_of(entrance), &fields, &[("image", "场所码.png", image)]).await
}

/// How often somebody did that.
async fn acts(app: &TestApp, act: &str) -> u64 {
    audit::Entity::find().filter(audit::Column::Act.eq(act)).count(app.state.db.reader()).await.unwrap()
}

#[tokio::test]
async fn a_version_that_was_taken_back_counts_again_with_what_is_said_of_it_now() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let copy = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    let first = versions(&app, member.entrance).await.remove(0);
    taken_back(&app, &member.admin, member.entrance, 1).await;
    stands(&app, &member.admin, copy, State::ToReplace).await;

    let remark = [("remark", "发码日期填错了"), ("cause", "corrected")];
    let answer = sent(&member.admin, member.entrance, "2022-05-18", &image, &remark).await.is(303);
    assert_eq!(answer.location(), page_of(member.entrance));
    let page = member.admin.get(answer.location()).await.is(200);
    page.says(&format!("场所码 {} 已收录", first.number)).says("2022-05-18").says_not("已撤回");
    let all = versions(&app, member.entrance).await;
    let [again] = &all[..] else { panic!("one version: {all:?}") };
    assert_eq!((again.id, &again.number, again.version), (first.id, &first.number, 1));
    assert_eq!((again.cause, again.added_at, again.added_by), (Cause::First, first.added_at, first.added_by));
    assert_eq!((again.withdrawn_at, again.withdrawn_by, again.withdrawn_reason.as_deref()), (None, None, None));
    assert_eq!((show_day(again.issued_on).as_str(), again.remark.as_deref()), ("2022-05-18", Some("发码日期填错了")));
    stands(&app, &member.admin, copy, State::Right).await;
    sent(&member.admin, member.entrance, "2022-05-18", &image, &[]).await.is(422).says("就是现用的场所码");

    assert_eq!((acts(&app, "place_code.added").await, acts(&app, "place_code.reinstated").await), (1, 1));
    let reinstated = audit::Entity::find().filter(audit::Column::Act.eq("place_code.reinstated"));
    let entry = reinstated.one(app.state.db.reader()).await.unwrap().unwrap();
    let side = |text: Option<String>| serde_json::from_str::<Value>(&text.unwrap()).unwrap();
    assert_eq!(side(entry.before)["day"], "2022-05-20");
    let after = side(entry.after);
    assert_eq!(
        [&after["number"], &after["day"], &after["remark"]],
        [&json!(first.number), &json!("2022-05-18"), &json!("发码日期填错了")]
    );
    app.auditor().await.get("/audit?act=place_code.reinstated").await.is(200).says("恢复了撤回的场所码");
}

#[tokio::test]
async fn where_a_later_version_stands_an_old_code_is_a_new_version() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    let (staff, page, again) = (app.staff().await, page_of(member.entrance), "把同一张图片再传一次");
    member.admin.get(&page).await.is(200).says(again);
    staff.get(&page).await.is(200).says_not(again);
    taken_back(&app, &staff, member.entrance, 1).await;
    add(&member.admin, member.entrance, &[], &image).await.is(303);
    let all = versions(&app, member.entrance).await;
    let [newest, _, old] = &all[..] else { panic!("three versions: {all:?}") };
    assert_eq!((newest.version, newest.payload.as_str()), (3, payload(1).as_str()));
    assert!(newest.withdrawn_at.is_none() && old.withdrawn_at.is_some());
    assert_eq!(acts(&app, "place_code.reinstated").await, 0);
}

#[tokio::test]
async fn under_another_address_an_old_code_is_a_new_version() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    taken_back(&app, &member.admin, member.entrance, 1).await;
    moved(&app, &member, "上海市青浦区新路 9 号").await;
    add(&member.admin, member.entrance, &[], &image).await.is(303);
    let all = versions(&app, member.entrance).await;
    let [newest, old] = &all[..] else { panic!("two versions: {all:?}") };
    assert_eq!((newest.version, newest.address_line.as_str()), (2, "上海市青浦区新路 9 号"));
    assert!(newest.withdrawn_at.is_none() && old.withdrawn_at.is_some());
    // The one before is taken back as well; of two with the same code the one under the plant's address counts again.
    taken_back(&app, &member.admin, member.entrance, 2).await;
    moved(&app, &member, &old.address_key).await;
    add(&member.admin, member.entrance, &[], &image).await.is(303);
    let all = versions(&app, member.entrance).await;
    let counting: Vec<i32> =
        all.iter().filter(|version| version.withdrawn_at.is_none()).map(|version| version.version).collect();
    assert_eq!((all.len(), counting), (2, vec![1]));
}

/// What stands is not put out of use by an older one, unless that was a correction and counts again as one.
#[tokio::test]
async fn the_day_of_a_version_that_counts_again_is_checked_against_what_stands() {
    let app = TestApp::start().await;
    let (member, _) = with_code(&app, 1).await;
    let second = issued(&[&payload(2)]);
    sent(&member.admin, member.entrance, "2022-05-21", &second, &[]).await.is(303);
    taken_back(&app, &member.admin, member.entrance, 2).await;
    let refused = sent(&member.admin, member.entrance, "2022-05-19", &second, &[]).await.is(422);
    refused.says("发码日期早于现用的场所码").says("f-issued_on-error");
    assert!(versions(&app, member.entrance).await[0].withdrawn_at.is_some());
    sent(&member.admin, member.entrance, "2022-05-20", &second, &[]).await.is(303);

    let third = issued(&[&payload(3)]);
    sent(&member.admin, member.entrance, "2022-05-18", &third, &[("cause", "corrected")]).await.is(303);
    taken_back(&app, &member.admin, member.entrance, 3).await;
    sent(&member.admin, member.entrance, "2022-05-17", &third, &[]).await.is(303);
    let all = versions(&app, member.entrance).await;
    assert_eq!((all.len(), all[0].cause, show_day(all[0].issued_on).as_str()), (3, Cause::Corrected, "2022-05-17"));
    assert!(all.iter().all(|version| version.withdrawn_at.is_none()));

    // Another cause is taken as it is chosen, and the remark stays until there is another one.
    taken_back(&app, &member.admin, member.entrance, 3).await;
    let chosen = [("cause", "address_changed"), ("remark", "搬了")];
    sent(&member.admin, member.entrance, "2022-05-22", &third, &chosen).await.is(303);
    taken_back(&app, &member.admin, member.entrance, 3).await;
    sent(&member.admin, member.entrance, "2022-05-22", &third, &[]).await.is(303);
    let newest = versions(&app, member.entrance).await.remove(0);
    assert_eq!((newest.version, newest.cause, newest.remark.as_deref()), (3, Cause::AddressChanged, Some("搬了")));
}

/// What hung of the version before was right while that was the current one again, and has its days from now on.
#[tokio::test]
async fn a_version_that_counts_again_recalls_from_then_on() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let second = issued(&[&payload(2)]);
    add(&member.admin, member.entrance, &[], &second).await.is(303);
    app.state.clock.advance(Instant::DAY);
    taken_back(&app, &member.admin, member.entrance, 2).await;
    let copy = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    app.state.clock.advance(30 * Instant::DAY);
    add(&member.admin, member.entrance, &[], &second).await.is(303);
    assert_eq!(versions(&app, member.entrance).await.len(), 2);
    assert_eq!(found(&app, copy).await.since, Some(app.state.clock.now().day()));
}

/// Of many images, too; and a copy whose photo came while its code was taken back hangs in the place of the one before.
#[tokio::test]
async fn a_version_counts_again_by_an_upload_of_many() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let old = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    let second = issued(&[&payload(2)]);
    add(&member.admin, member.entrance, &[], &second).await.is(303);
    let replacing = format!("/place-codes/postings/{old}/replace");
    let new = id_of(&posted(&member.admin, &replacing, &[], None).await.is(303));
    taken_back(&app, &member.admin, member.entrance, 2).await;
    photographed(&member.admin, new, &second).await.is(303);
    assert_eq!(found(&app, new).await.state(), State::ToReplace);

    let (id, images) = (member.id.to_string(), [("images", "东门.png", &second[..])]);
    let upload = member.admin.upload("/place-codes/upload", &[("member", &id)], &images).await.is(303);
    let batch = upload.location();
    let page = member.admin.get(batch).await.is(200);
    post_changed(&member.admin, batch, &page, &[("issued_on", "2022-05-21")]).await.is(303);
    member.admin.get(batch).await.is(200).says("上传结果").says("已收录");
    let all = versions(&app, member.entrance).await;
    assert_eq!((all.len(), all[0].version, all[0].withdrawn_at), (2, 2, None));
    assert_eq!((show_day(all[0].issued_on).as_str(), all[0].cause), ("2022-05-21", Cause::Reissued));
    assert_eq!(acts(&app, "place_code.reinstated").await, 1);
    assert_eq!(found(&app, new).await.state(), State::Right);
    assert_eq!(found(&app, old).await.row.removed_why, Some(Why::Replaced));
}

/// Whoever applies again for a code that they took back and then finds its image has what they applied for.
#[tokio::test]
async fn a_version_that_counts_again_answers_what_was_applied_for_since() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let copy = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    taken_back(&app, &member.admin, member.entrance, 1).await;
    app.state.clock.advance(Instant::DAY);
    let path = filed(&app, &member.admin, &member).await;
    app.state.clock.advance(Instant::DAY);
    add(&member.admin, member.entrance, &[], &image).await.is(303);
    assert_eq!(versions(&app, member.entrance).await.len(), 1);
    assert_eq!(case(&app, &path).await.state(), Stands::Done);
    stands(&app, &member.admin, copy, State::Right).await;
}
