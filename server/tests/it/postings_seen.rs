//! What counts of all that was seen of a copy, and what is said of it to whom.

use app::{accounts::RoleKind, place_codes::postings::model::State, time::Instant};

use crate::{
    place_codes::{add, issued, payload},
    place_codes_disputes::a_sister_plant,
    postings::{form_of, found, id_of, photographed, posted, stands, taken_back, with_code},
    test_app::TestApp,
    todo::counted,
};

const LOOKED: [(&str, &str); 1] = [("note", "现场看过，没有问题")];

#[tokio::test]
async fn a_photo_that_cannot_be_read_takes_back_no_report() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    for what in ["damaged", "lost"] {
        let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
        let path = format!("/place-codes/postings/{id}");
        member.admin.post(&format!("{path}/report"), &[("what", what), ("day", "2022-05-22")]).await.is(303);
        photographed(&member.admin, id, &issued(&[])).await.is(303);
        let page = member.admin.get(&path).await.is(200).says("还不能算换好").says("这一张破损或丢失了");
        page.says("2022-05-29").says_not("/by-eye");
        // Nor does anybody confirm it by eye, whatever a page offered before.
        member.admin.post(&format!("{path}/by-eye"), &LOOKED).await.is(409).says("没有别的原因要换");
        stands(&app, &member.admin, id, State::ToReplace).await;
        let todo = member.admin.get("/todo").await.is(200).says("“东门”有 1 张场所码要换").says("2022-05-29");
        assert_eq!(counted(&todo, "/place-codes"), 1);

        photographed(&member.admin, id, &image).await.is(303);
        stands(&app, &member.admin, id, State::Right).await;
        assert_eq!(counted(&member.admin.get("/todo").await.is(200), "/place-codes"), 0);
    }
}

#[tokio::test]
async fn a_wrong_photo_counts_until_a_right_one_and_only_then_do_eyes() {
    let app = TestApp::start().await;
    let (member, old) = with_code(&app, 1).await;
    let next = issued(&[&payload(2)]);
    add(&member.admin, member.entrance, &[], &next).await.is(303);
    for (photo, state) in [(old, State::Outdated), (issued(&["https://elsewhere.example"]), State::Elsewhere)] {
        let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&photo)).await.is(303));
        let by_eye = format!("/place-codes/postings/{id}/by-eye");
        for _ in 0..2 {
            photographed(&member.admin, id, &issued(&[])).await.is(303);
            stands(&app, &member.admin, id, state).await;
        }
        member.admin.post(&by_eye, &LOOKED).await.is(409);
        assert_eq!(counted(&member.admin.get("/todo").await.is(200), "/place-codes"), 1);
        photographed(&member.admin, id, &next).await.is(303);
        photographed(&member.admin, id, &issued(&[])).await.is(303);
        stands(&app, &member.admin, id, State::Unreadable).await;
        assert_eq!(counted(&member.admin.get("/todo").await.is(200), "/place-codes"), 0);
        member.admin.post(&by_eye, &LOOKED).await.is(303);
        stands(&app, &member.admin, id, State::ByEye).await;
    }
}

#[tokio::test]
async fn a_photo_of_a_copys_own_code_is_right_once_a_later_version_is_taken_back() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let hung = async || id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    let (id, unread) = (hung().await, hung().await);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    for copy in [id, unread] {
        photographed(&member.admin, copy, &image).await.is(303);
        stands(&app, &member.admin, copy, State::ToReplace).await;
    }
    photographed(&member.admin, unread, &issued(&[])).await.is(303);

    taken_back(&app, &member.admin, member.entrance, 2).await;
    stands(&app, &member.admin, id, State::Right).await;
    stands(&app, &member.admin, unread, State::Unreadable).await;
    assert_eq!(found(&app, id).await.since, None);
    assert_eq!(counted(&member.admin.get("/todo").await.is(200), "/place-codes"), 0);
    member.admin.get("/coverage").await.is(200).says("已张贴并核实").says_not("目视确认");
    member.admin.post(&format!("/place-codes/postings/{unread}/by-eye"), &LOOKED).await.is(303);
    stands(&app, &member.admin, unread, State::ByEye).await;

    // The next version begins a term of its own, whatever the photo said of the one that was taken back.
    app.state.clock.advance(10 * Instant::DAY);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(3)])).await.is(303);
    assert_eq!(found(&app, id).await.since, Some(app.state.clock.now().day()));
}

#[tokio::test]
async fn a_sister_plants_code_is_said_to_be_ones_own_without_its_name() {
    let app = TestApp::start().await;
    let (member, _) = with_code(&app, 1).await;
    let (_, door) = a_sister_plant(&app, &member).await;
    let theirs = issued(&[&payload(2)]);
    add(&member.admin, door, &[], &theirs).await.is(303);
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let path = posted(&operator, &form_of(member.entrance), &[], Some(&theirs)).await.is(303).location().to_owned();
    let page = operator.get(&path).await.is(200).says("本单位另一处厂区的码");
    page.says_not("另一家单位的码").says_not("浦西分厂");
    member.admin.get(&path).await.is(200).says("浦西分厂 正门").says_not("另一处厂区");
}

#[tokio::test]
async fn a_tab_whose_photo_went_with_another_form_is_told_and_loses_nothing_else() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let (form, keep) = (form_of(member.entrance), format!("/place-codes/entrances/{}/photo", member.entrance));
    let brought = async || member.admin.upload(&keep, &[], &[("photo", "a.jpg", &image)]).await.is(200).text;
    let (older, newer) = (brought().await, brought().await);
    posted(&member.admin, &form, &[("waiting_photo", &newer)], None).await.is(303);
    let fields = [("waiting_photo", older.as_str()), ("spot", "地磅房外墙")];
    let told = posted(&member.admin, &form, &fields, None).await.is(422).says("已随另一张表单用掉");
    told.says("value=\"地磅房外墙\"").says("value=\"钱敏\"").says_not("这张照片已经收到");
}
