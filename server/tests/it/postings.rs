//! Printed copies at their spots: recorded with a photo that is read and compared, stripped and turned upright, and
//! what follows where it is not right.

use std::io::Cursor;

use app::{
    accounts::RoleKind,
    audit::entity as audit,
    ids::{EntranceId, PostingId, TextEnum},
    place_codes::postings::{
        entity::{event, photo, posting},
        model::{State, What, Why},
        store::{self, Posting},
    },
    sheets::{Limits, read_bytes},
    time::{Instant, show_day},
    upkeep,
};
use image::{DynamicImage, GenericImageView, ImageFormat};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use crate::{
    builders::{TestMember, a_member},
    forms::{form_fields, post_changed},
    guides::switch_module,
    place_codes::{add, issued, on_record, page_of, payload, versions},
    place_codes_apply::with_entrances,
    place_codes_disputes::a_sister_plant,
    test_app::{Answer, Browser, TestApp},
};

pub fn form_of(entrance: EntranceId) -> String {
    format!("/place-codes/entrances/{entrance}/post")
}

/// The fields of an ordinary copy.
pub const COPY: [(&str, &str); 6] = [
    ("spot", "门卫室窗口左侧"),
    ("size", "a4"),
    ("setting", "outdoors"),
    ("laminated", "yes"),
    ("posted_on", "2022-05-21"),
    ("posted_by", "钱敏"),
];

/// Records a copy with some fields changed, and with a photo.
pub async fn posted(browser: &Browser, path: &str, changes: &[(&str, &str)], photo: Option<&[u8]>) -> Answer {
    let kept = COPY.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name)).copied();
    let fields: Vec<(&str, &str)> = kept.chain(changes.iter().copied()).collect();
    let files: Vec<(&str, &str, &[u8])> = photo.map(|photo| ("photo", "IMG_1.jpg", photo)).into_iter().collect();
    browser.upload(path, &fields, &files).await
}

pub fn id_of(answer: &Answer) -> PostingId {
    answer.location().rsplit('/').next().unwrap().parse().unwrap()
}

pub async fn found(app: &TestApp, id: PostingId) -> Posting {
    store::posting(app.state.db.reader(), id).await.unwrap()
}

/// A member whose entrance has this code, and the image of it.
pub async fn with_code(app: &TestApp, n: u32) -> (TestMember, Vec<u8>) {
    let member = a_member(app).await;
    let image = issued(&[&payload(n)]);
    add(&member.admin, member.entrance, &[], &image).await.is(303);
    (member, image)
}

/// A copy without a photo, for tests that need one that is there.
pub async fn recorded(app: &TestApp, member: &TestMember) -> PostingId {
    if app::place_codes::codes::store::current_of(app.state.db.reader(), &[member.entrance]).await.unwrap().is_empty() {
        on_record(app, member).await;
    }
    id_of(&posted(&member.admin, &form_of(member.entrance), &[], None).await.is(303))
}

/// Page, list and spreadsheet agree on how a posting stands.
pub async fn stands(app: &TestApp, browser: &Browser, id: PostingId, state: State) {
    assert_eq!(found(app, id).await.state(), state);
    let path = format!("/place-codes/postings/{id}");
    let words = app::text::Locale::Zh.t(&format!("postings.state.{state}"));
    browser.get(&path).await.is(200).says(&words);
    for other in State::ALL {
        let list = browser.get(&format!("/place-codes/postings?state={other}")).await.is(200);
        assert_eq!(list.text.contains(&path), *other == state, "{id} under {other}");
    }
    let wrong = browser.get("/place-codes/postings?state=wrong").await.is(200);
    assert_eq!(wrong.text.contains(&path), state.is_wrong());
}

pub async fn photographed(browser: &Browser, id: PostingId, photo: &[u8]) -> Answer {
    browser.upload(&format!("/place-codes/postings/{id}/photo"), &[], &[("photo", "a.jpg", photo)]).await
}

/// A version of the entrance's code is taken back.
pub async fn taken_back(app: &TestApp, browser: &Browser, entrance: EntranceId, version: i32) {
    let code = versions(app, entrance).await.into_iter().find(|code| code.version == version).unwrap().id.to_string();
    let fields = [("code", code.as_str()), ("reason", "传错了")];
    browser.post(&format!("{}/withdraw", page_of(entrance)), &fields).await.is(303);
}

/// The value of a field of the form on a page.
fn field(page: &Answer, name: &str) -> String {
    form_fields(page).into_iter().find(|(other, _)| other == name).unwrap().1
}

#[tokio::test]
async fn a_copy_is_recorded_with_its_photo_once_and_checked() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    member.admin.get(&page_of(member.entrance)).await.is(200).says(&form);
    let page = member.admin.get(&form).await.is(200).says("210×297").says("已经覆膜");
    // A phone offers its photos too, not its camera alone.
    let page = page.says("accept=\"image/*\"").says_not("capture=");
    let once = field(&page, "once");
    let first = posted(&member.admin, &form, &[("once", &once)], Some(&image)).await.is(303);
    let second = posted(&member.admin, &form, &[("once", &once)], Some(&image)).await.is(303);
    assert_eq!(first.location(), second.location());
    assert_eq!(posting::Entity::find().count(app.state.db.reader()).await.unwrap(), 1);
    let id = id_of(&first);
    stands(&app, &member.admin, id, State::Right).await;
    let page = member.admin.get(first.location()).await.is(200).says("门卫室窗口左侧").says("ZT-").says("钱敏");
    page.says_not("可以改进");
    let kept = found(&app, id).await;
    assert_eq!((kept.row.width, kept.row.height, kept.row.outdoors, kept.row.laminated), (210, 297, true, true));
    assert_eq!(kept.last.unwrap().code_id, Some(kept.code.id));
}

#[tokio::test]
async fn a_form_that_told_of_an_older_code_is_shown_again() {
    let app = TestApp::start().await;
    let (member, _) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    let base = field(&member.admin.get(&form).await.is(200), "base");
    let next = issued(&[&payload(2)]);
    add(&member.admin, member.entrance, &[], &next).await.is(303);
    let changes = [("base", base.as_str()), ("spot", "地磅房外墙")];
    let again = posted(&member.admin, &form, &changes, Some(&next)).await.is(422).says("刚换了新码");
    let again = again.says("value=\"地磅房外墙\"").says("这张照片已经收到");
    assert_eq!(posting::Entity::find().count(app.state.db.reader()).await.unwrap(), 0);
    let fields = form_fields(&again);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let id = id_of(&member.admin.upload(&form, &fields, &[]).await.is(303));
    stands(&app, &member.admin, id, State::Right).await;
    assert_eq!(found(&app, id).await.code.version, 2);
}

#[tokio::test]
async fn what_was_typed_is_forgotten_where_a_copy_was_recorded_and_nowhere_else() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let typed = format!("posting:{}:new", member.entrance);
    for photo in [None, Some(&*image)] {
        let answer = posted(&member.admin, &form_of(member.entrance), &[], photo).await.is(303);
        let path = answer.location();
        member.admin.get(path).await.is(200).says("已登记").says(&typed);
        member.admin.get(path).await.is(200).says_not(&typed);
        let lost = [("what", "lost"), ("day", "2022-05-22")];
        member.admin.post(&format!("{path}/report"), &lost).await.is(303);
        member.admin.get(path).await.is(200).says("已记下").says_not(&typed);
    }
}

#[tokio::test]
async fn what_the_guide_advises_is_said_and_does_not_stop_anybody() {
    let app = TestApp::start().await;
    let (member, _) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    let changes = [("size", "a5"), ("laminated", "")];
    let small = posted(&member.admin, &form, &changes, None).await.is(303);
    member.admin.get(small.location()).await.is(200).says("可以改进").says("没有覆膜").says("比推荐的");
    stands(&app, &member.admin, id_of(&small), State::NoPhoto).await;
    let odd = [("size", "other"), ("width", "250"), ("height", "350")];
    let odd = posted(&member.admin, &form, &odd, None).await.is(303);
    assert_eq!(found(&app, id_of(&odd)).await.row.width, 250);
    for (name, value) in [
        ("spot", ""),
        ("size", "b5"),
        ("size", "other"),
        ("setting", ""),
        ("posted_on", "2099-01-01"),
        ("posted_by", ""),
    ] {
        posted(&member.admin, &form, &[(name, value)], None).await.is(422).says("错误");
    }
    let bare = a_member(&app).await;
    posted(&bare.admin, &form_of(bare.entrance), &[], None).await.is(422).says("还没有场所码");
}

#[tokio::test]
async fn a_photo_of_an_old_version_or_another_place_is_told_apart() {
    let app = TestApp::start().await;
    let (member, old) = with_code(&app, 1).await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    let west = with_entrances(&app, &member, &["西门"]).await[0];
    let west_image = issued(&[&payload(3)]);
    add(&member.admin, west, &[], &west_image).await.is(303);
    let (other, others_image) = with_code(&app, 4).await;
    let form = form_of(member.entrance);
    for (photo, state, words) in [
        (old, State::Outdated, "第 1 版"),
        (west_image, State::Elsewhere, "一号粉磨站 西门"),
        (others_image, State::Elsewhere, "另一家单位的码"),
        (issued(&["https://elsewhere.example"]), State::Elsewhere, "没有登记在任何出入口"),
    ] {
        let id = id_of(&posted(&member.admin, &form, &[], Some(&photo)).await.is(303));
        stands(&app, &member.admin, id, state).await;
        let page = member.admin.get(&format!("/place-codes/postings/{id}")).await.is(200).says(words);
        page.says_not(&other.entrance.to_string());
    }
}

#[tokio::test]
async fn an_unreadable_photo_is_confirmed_by_eye_and_says_so() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    let id = id_of(&posted(&member.admin, &form, &[], None).await.is(303));
    let (path, by_eye) = (format!("/place-codes/postings/{id}"), format!("/place-codes/postings/{id}/by-eye"));
    member.admin.post(&by_eye, &[("note", "现场看过")]).await.is(409).says("只有照片读不出来");
    photographed(&member.admin, id, &issued(&[])).await.is(303);
    stands(&app, &member.admin, id, State::Unreadable).await;
    member.admin.post(&by_eye, &[("note", "")]).await.is(422);
    member.admin.post(&by_eye, &[("note", "反光，现场扫得出来")]).await.is(303);
    stands(&app, &member.admin, id, State::ByEye).await;
    member.admin.get(&path).await.is(200).says("反光，现场扫得出来").says("目视确认的");
    photographed(&member.admin, id, &image).await.is(303);
    stands(&app, &member.admin, id, State::Right).await;
}

#[tokio::test]
async fn of_two_codes_in_a_photo_the_right_one_counts() {
    let app = TestApp::start().await;
    let (member, _) = with_code(&app, 1).await;
    let both = issued(&["https://elsewhere.example/menu", &payload(1)]);
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&both)).await.is(303));
    stands(&app, &member.admin, id, State::Right).await;
}

/// A photograph as a phone takes it lying on its side, with where it was taken.
fn sideways(image: &[u8]) -> Vec<u8> {
    let code = image::load_from_memory(image).unwrap().into_luma8();
    let mut paper = image::GrayImage::from_pixel(code.width() + 400, code.height(), image::Luma([255]));
    image::imageops::replace(&mut paper, &code, 100, 0);
    let lying = DynamicImage::ImageLuma8(image::imageops::rotate270(&paper));
    let mut jpeg = Cursor::new(Vec::new());
    lying.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    // Turned by a quarter to the right when it is shown; 31 degrees north.
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    tiff.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend([2, 0, 1, 0, 2, 0, 2, 0, 0, 0, b'N', 0, 0, 0]);
    tiff.extend([2, 0, 5, 0, 1, 0, 0, 0, 68, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend([31, 0, 0, 0, 1, 0, 0, 0]);
    let exif = [b"Exif\0\0".to_vec(), tiff].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

#[tokio::test]
async fn a_photo_is_kept_upright_and_tells_nothing_but_its_pixels() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let taken = sideways(&image);
    assert!(taken.windows(4).any(|bytes| bytes == b"Exif"));
    let (width, height) = image::load_from_memory(&taken).unwrap().dimensions();
    assert!(width < height);
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&taken)).await.is(303));
    stands(&app, &member.admin, id, State::Right).await;
    let event = found(&app, id).await.last.unwrap();
    let path = format!("/place-codes/postings/{id}/photos/{}", event.id);
    let kept = member.admin.get(&path).await.is(200);
    assert_eq!(kept.headers["content-type"], "image/jpeg");
    assert!(!kept.bytes.windows(4).any(|bytes| bytes == b"Exif"));
    assert_eq!(image::load_from_memory(&kept.bytes).unwrap().dimensions(), (height, width));
    // What came from the phone is nowhere in the folder of the files.
    let hash = {
        use sha2::Digest;
        app::hex::hex(&sha2::Sha256::digest(&taken))
    };
    assert!(app.state.files.read(&hash).await.is_err());
    a_member(&app).await.admin.get(&path).await.is(404);
}

#[tokio::test]
async fn a_photo_that_came_is_not_lost_over_an_error_and_a_bad_one_is_explained() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    let refused = posted(&member.admin, &form, &[("spot", "")], Some(&image)).await.is(422).says("这张照片已经收到");
    let waiting = photo::Entity::find().one(app.state.db.reader()).await.unwrap().unwrap();
    let shown = format!("/place-codes/posting-photos/{}", waiting.id);
    refused.says(&shown);
    member.admin.get(&shown).await.is(200);
    app.staff().await.get(&shown).await.is(404);
    // The next form, of the copy or afresh, has it too.
    let fresh = member.admin.get(&form).await.is(200).says(&shown);
    let named = field(&fresh, "waiting_photo");
    let answer = posted(&member.admin, &form, &[("waiting_photo", &named)], None).await.is(303);
    stands(&app, &member.admin, id_of(&answer), State::Right).await;
    member.admin.get(&shown).await.is(404);
    posted(&member.admin, &form, &[("waiting_photo", &named)], None).await.is(422).says("请重新选择");

    let bad = posted(&member.admin, &form, &[], Some(b"no picture at all")).await.is(422);
    bad.says("f-photo-error").says("value=\"门卫室窗口左侧\"");
    assert_eq!(photo::Entity::find().count(app.state.db.reader()).await.unwrap(), 0);
    // What nobody comes back for is forgotten.
    posted(&member.admin, &form, &[("spot", "")], Some(&image)).await.is(422);
    app.state.clock.advance(8 * Instant::DAY);
    upkeep::round(&app.state).await.unwrap();
    assert_eq!(photo::Entity::find().count(app.state.db.reader()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_photo_is_brought_before_its_form_and_may_be_put_aside() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let (form, keep) = (form_of(member.entrance), format!("/place-codes/entrances/{}/photo", member.entrance));
    let brought = async |image: &[u8]| member.admin.upload(&keep, &[], &[("photo", "a.jpg", image)]).await;
    brought(b"no picture at all").await.is(409);
    a_member(&app).await.admin.upload(&keep, &[], &[("photo", "a.jpg", &image)]).await.is(404);
    // The answer to the first was lost on its way, so it was sent again.
    brought(&image).await.is(200);
    let id = brought(&image).await.is(200).text;
    let answer = posted(&member.admin, &form, &[("waiting_photo", &id)], None).await.is(303);
    stands(&app, &member.admin, id_of(&answer), State::Right).await;
    assert_eq!(photo::Entity::find().count(app.state.db.reader()).await.unwrap(), 0, "its twin is not offered again");

    let id = brought(&image).await.is(200).text;
    member.admin.get(&form).await.is(200).says(&id).says("不用这张照片");
    let fields = [("waiting_photo", id.as_str()), ("not_this", "yes")];
    let answer = posted(&member.admin, &form, &fields, None).await.is(303);
    stands(&app, &member.admin, id_of(&answer), State::NoPhoto).await;
    member.admin.get(&form).await.is(200).says_not("不用这张照片");
}

#[tokio::test]
async fn a_photo_of_a_form_that_is_open_beside_stays() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let (form, keep) = (form_of(member.entrance), format!("/place-codes/entrances/{}/photo", member.entrance));
    let brought = async || member.admin.upload(&keep, &[], &[("photo", "a.jpg", &image)]).await.is(200).text;
    let (one, aside, beside) = (brought().await, brought().await, brought().await);
    posted(&member.admin, &form, &[("waiting_photo", &one)], None).await.is(303);
    posted(&member.admin, &form, &[("waiting_photo", &aside), ("not_this", "yes")], None).await.is(303);
    // One that came with its form and named none took nothing's place.
    posted(&member.admin, &form, &[], Some(&image)).await.is(303);
    member.admin.get(&form).await.is(200).says(&beside);
    let answer = posted(&member.admin, &form, &[("waiting_photo", &beside)], None).await.is(303);
    stands(&app, &member.admin, id_of(&answer), State::Right).await;
}

#[tokio::test]
async fn another_members_photo_names_nothing_and_cannot_be_used() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    posted(&member.admin, &form_of(member.entrance), &[("spot", "")], Some(&image)).await.is(422);
    let waiting = photo::Entity::find().one(app.state.db.reader()).await.unwrap().unwrap();
    let (other, _) = with_code(&app, 2).await;
    let named = [("waiting_photo", &*waiting.id.to_string())];
    posted(&other.admin, &form_of(other.entrance), &named, None).await.is(422).says("请重新选择");
    posted(&other.admin, &form_of(member.entrance), &[], Some(&image)).await.is(404);
}

#[tokio::test]
async fn operators_have_their_plants_and_auditors_only_look() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let id = id_of(&posted(&operator, &form, &[], Some(&image)).await.is(303));
    let path = format!("/place-codes/postings/{id}");
    let without = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[]).await;
    without.get(&path).await.is(404);
    without.get("/place-codes/postings").await.is(200).says_not(&path);
    posted(&without, &form, &[], Some(&image)).await.is(404);
    let auditor = app.auditor().await;
    auditor.get(&path).await.is(200).says_not("<form class=\"form\"");
    auditor.get("/place-codes/postings").await.is(200).says(&path);
    posted(&auditor, &form, &[], Some(&image)).await.is(403);
    auditor.post(&format!("{path}/remove"), &[("why", "lost")]).await.is(403);
    posted(&app.staff().await, &form, &[], Some(&image)).await.is(303);
}

#[tokio::test]
async fn with_the_module_off_postings_are_gone_and_their_data_stays() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    let id = id_of(&posted(&member.admin, &form, &[], Some(&image)).await.is(303));
    let path = format!("/place-codes/postings/{id}");
    switch_module(&app, false).await;
    for path in [&path, &form, "/place-codes/postings", "/place-codes/postings.xlsx"] {
        member.admin.get(path).await.is(404);
    }
    photographed(&member.admin, id, &image).await.is(404);
    posted(&member.admin, &form, &[], Some(&image)).await.is(404);
    switch_module(&app, true).await;
    stands(&app, &member.admin, id, State::Right).await;
}

#[tokio::test]
async fn a_copy_is_taken_off_with_a_reason_and_its_history_stays() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    let path = format!("/place-codes/postings/{id}");
    for why in ["", "replaced", "bored"] {
        member.admin.post(&format!("{path}/remove"), &[("why", why)]).await.is(422);
    }
    for why in ["mistaken", "lost"] {
        member.admin.post(&format!("{path}/remove"), &[("why", why)]).await.is(303);
    }
    stands(&app, &member.admin, id, State::Removed).await;
    assert_eq!(found(&app, id).await.row.removed_why, Some(Why::Mistaken), "a second click changes nothing");
    member.admin.get(&path).await.is(200).says("登记错了").says_not("<form class=\"form\"");
    photographed(&member.admin, id, &image).await.is(409);
    assert_eq!(event::Entity::find().count(app.state.db.reader()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_damaged_copy_is_replaced_by_the_photo_of_another() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    let changes = [("size", "other"), ("width", "250"), ("height", "350"), ("laminated", "")];
    let old = id_of(&posted(&member.admin, &form, &changes, Some(&image)).await.is(303));
    let path = format!("/place-codes/postings/{old}");
    member.admin.post(&format!("{path}/report"), &[("what", "right"), ("day", "2022-05-22")]).await.is(422);
    member.admin.post(&format!("{path}/report"), &[("what", "damaged"), ("day", "2099-05-22")]).await.is(422);
    let early = member.admin.post(&format!("{path}/report"), &[("what", "damaged"), ("day", "2022-05-20")]).await;
    early.is(422).says("不能早于张贴日期 2022-05-21");
    let torn = [("what", "damaged"), ("day", "2022-05-22"), ("note", "被风撕破")];
    member.admin.post(&format!("{path}/report"), &torn).await.is(303);
    stands(&app, &member.admin, old, State::ToReplace).await;
    member.admin.get(&path).await.is(200).says("被风撕破");

    // What is known of the old one is filled in; without a right photo it stays.
    let replace = format!("{path}/replace");
    let page = member.admin.get(&replace).await.is(200).says("value=\"门卫室窗口左侧\"").says("value=\"250\"");
    assert!(form_fields(&page).iter().all(|(name, _)| name != "laminated"));
    let new = id_of(&posted(&member.admin, &replace, &[], Some(&issued(&[]))).await.is(303));
    stands(&app, &member.admin, old, State::ToReplace).await;
    stands(&app, &member.admin, new, State::Unreadable).await;
    let there = format!("/place-codes/postings/{new}");
    assert_eq!(member.admin.get(&replace).await.is(303).location(), there, "one is enough");
    assert_eq!(posted(&member.admin, &replace, &[], Some(&image)).await.is(303).location(), there);
    photographed(&member.admin, new, &image).await.is(303);
    stands(&app, &member.admin, new, State::Right).await;
    stands(&app, &member.admin, old, State::Removed).await;
    assert_eq!(found(&app, old).await.row.removed_why, Some(Why::Replaced));
    assert_eq!(found(&app, new).await.row.replaces_id, Some(old));
}

#[tokio::test]
async fn a_new_version_turns_a_copy_into_one_to_replace_and_a_photo_of_it_does() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let old = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    let next = issued(&[&payload(2)]);
    add(&member.admin, member.entrance, &[], &next).await.is(303);
    stands(&app, &member.admin, old, State::ToReplace).await;
    // The new one hangs there already: its photo is taken along into the form.
    let answer = photographed(&member.admin, old, &next).await.is(303);
    let replace = format!("/place-codes/postings/{old}/replace");
    assert_eq!(answer.location(), replace);
    assert_eq!(found(&app, old).await.last.unwrap().what, What::Right, "of the old one nothing was seen");
    let page = member.admin.get(&replace).await.is(200).says("这张照片已经收到");
    let fields = form_fields(&page);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let new = id_of(&member.admin.upload(&replace, &fields, &[]).await.is(303));
    stands(&app, &member.admin, new, State::Right).await;
    stands(&app, &member.admin, old, State::Removed).await;
}

#[tokio::test]
async fn the_list_is_filtered_paged_and_exported() {
    let app = TestApp::start().await;
    let (member, _) = with_code(&app, 1).await;
    let form = form_of(member.entrance);
    let mut made = Vec::new();
    for n in 0..52 {
        let spot = format!("第{n}处");
        made.push(id_of(&posted(&member.admin, &form, &[("spot", &spot)], None).await.is(303)));
    }
    let staff = app.staff().await;
    let first = staff.get("/place-codes/postings").await.is(200).says("52");
    let next = first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = staff.get(&next).await.is(200);
    let shown =
        |page: &Answer| made.iter().filter(|id| page.text.contains(&format!("/place-codes/postings/{id}\""))).count();
    assert_eq!((shown(&first), shown(&second)), (50, 2));
    staff.get("/place-codes/postings?district=310101").await.is(200).says("没有符合条件");
    let one = staff.get("/place-codes/postings?q=第51处").await.is(200);
    assert_eq!(shown(&one), 1);
    let limits = Limits { rows: 100, said: 100, columns: 30 };
    let sheet = staff.get("/place-codes/postings.xlsx?state=no_photo").await.is(200);
    assert_eq!(read_bytes(&sheet.bytes, limits).unwrap().rows.len(), 53);
    let sheet = staff.get("/place-codes/postings.xlsx?state=right").await.is(200);
    assert_eq!(read_bytes(&sheet.bytes, limits).unwrap().rows.len(), 1);
    let elsewhere = a_member(&app).await;
    elsewhere.admin.get(&format!("/place-codes/postings?member={}", member.id)).await.is(200).says("没有符合条件");
}

#[tokio::test]
async fn where_only_vehicles_pass_the_card_is_large_enough() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let gate = with_entrances(&app, &member, &["货运门"]).await[0];
    add(&member.admin, gate, &[], &issued(&[&payload(1)])).await.is(303);
    let form = form_of(gate);
    member.admin.get(&form).await.is(200).says("纸张不小于 148×210 毫米");
    let card = posted(&member.admin, &form, &[("size", "a5")], None).await.is(303);
    member.admin.get(card.location()).await.is(200).says_not("可以改进");
    let small = posted(&member.admin, &form, &[("size", "a6")], None).await.is(303);
    member.admin.get(small.location()).await.is(200).says("比推荐的 148×210 毫米小");
}

/// What the audit keeps of corrections, before and after, the oldest first.
async fn corrections(app: &TestApp) -> Vec<(Value, Value)> {
    let found = audit::Entity::find().filter(audit::Column::Act.eq("posting.corrected"));
    let found = found.order_by_asc(audit::Column::Id).all(app.state.db.reader()).await.unwrap();
    let side = |text: Option<String>| serde_json::from_str(&text.unwrap()).unwrap();
    found.into_iter().map(|row| (side(row.before), side(row.after))).collect()
}

#[tokio::test]
async fn what_is_recorded_of_a_copy_is_corrected_and_the_audit_says_how() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let changes = [("laminated", ""), ("remark", "靠门")];
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &changes, Some(&image)).await.is(303));
    let path = format!("/place-codes/postings/{id}");
    let edit = format!("{path}/edit");
    member.admin.get(&path).await.is(200).says("没有覆膜").says(&format!("href=\"{edit}\""));
    let page = member.admin.get(&edit).await.is(200).says("value=\"门卫室窗口左侧\"").says("210×297");
    let page = page.says("value=\"靠门\"").says_not("type=\"file\"");

    post_changed(&member.admin, &edit, &page, &[]).await.is(303);
    assert!(corrections(&app).await.is_empty(), "nothing was changed");
    let changes = [("laminated", "yes"), ("size", "other"), ("width", "250"), ("height", "350"), ("remark", "")];
    // Sent twice, as by a double click.
    for _ in 0..2 {
        assert_eq!(post_changed(&member.admin, &edit, &page, &changes).await.is(303).location(), path);
    }
    member.admin.get(&path).await.is(200).says("250 × 350 mm").says_not("没有覆膜").says_not("靠门");
    stands(&app, &member.admin, id, State::Right).await;
    let row = found(&app, id).await.row;
    assert!(row.laminated && row.remark.is_none());
    assert_eq!((row.spot.as_str(), row.row_version), ("门卫室窗口左侧", 2));
    let kept = corrections(&app).await;
    let [(before, after)] = &kept[..] else { panic!("{kept:?}") };
    assert_eq!((&before["laminated"], &after["laminated"]), (&Value::Bool(false), &Value::Bool(true)));
    assert_eq!((before["size"].as_str(), after["size"].as_str()), (Some("210×297"), Some("250×350")));
    assert_eq!((before["remark"].as_str(), after["remark"].as_str()), (Some("靠门"), None));
    app.auditor().await.get("/audit?act=posting.corrected").await.is(200).says("更正了张贴").says("250×350");
}

#[tokio::test]
async fn a_correction_is_checked_as_what_is_recorded_is() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let id = id_of(&posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303));
    let edit = format!("/place-codes/postings/{id}/edit");
    let page = member.admin.get(&edit).await.is(200);
    for (name, value) in [
        ("spot", ""),
        ("size", "b5"),
        ("size", "other"),
        ("setting", ""),
        ("posted_on", "2099-01-01"),
        ("posted_by", ""),
    ] {
        let changes = [("remark", "靠门"), (name, value)];
        post_changed(&member.admin, &edit, &page, &changes).await.is(422).says("错误").says("value=\"靠门\"");
    }
    // It did not hang there only after it was seen.
    app.state.clock.advance(3 * Instant::DAY);
    let today = show_day(app.state.clock.now().day());
    let late = post_changed(&member.admin, &edit, &page, &[("posted_on", &today)]).await.is(422);
    late.says("那天已经看过这一张").says(&format!("value=\"{today}\""));
    assert_eq!(found(&app, id).await.row.row_version, 1);
    post_changed(&member.admin, &edit, &page, &[("posted_on", "2022-05-20")]).await.is(303);
    assert_eq!(show_day(found(&app, id).await.row.posted_on), "2022-05-20");
}

#[tokio::test]
async fn a_copy_is_corrected_by_whoever_acts_for_its_plant_while_it_hangs() {
    let app = TestApp::start().await;
    let (member, _) = with_code(&app, 1).await;
    let id = recorded(&app, &member).await;
    let path = format!("/place-codes/postings/{id}");
    let edit = format!("{path}/edit");
    let (sister, _) = a_sister_plant(&app, &member).await;
    let of_sister = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[sister]).await;
    for browser in [a_member(&app).await.admin, of_sister] {
        browser.get(&edit).await.is(404);
        browser.post(&edit, &COPY).await.is(404);
    }
    let auditor = app.auditor().await;
    auditor.get(&path).await.is(200).says_not(&edit);
    auditor.get(&edit).await.is(403);
    auditor.post(&edit, &COPY).await.is(403);
    assert!(corrections(&app).await.is_empty());
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    for (browser, spot) in [(&operator, "地磅房外墙"), (&app.staff().await, "食堂门口")] {
        let page = browser.get(&edit).await.is(200);
        post_changed(browser, &edit, &page, &[("spot", spot)]).await.is(303);
        browser.get(&path).await.is(200).says(spot).says(&edit);
    }

    let page = member.admin.get(&edit).await.is(200);
    member.admin.post(&format!("{path}/remove"), &[("why", "lost")]).await.is(303);
    member.admin.get(&path).await.is(200).says_not(&edit);
    member.admin.get(&edit).await.is(409).says("这一张已经不在了");
    post_changed(&member.admin, &edit, &page, &[("spot", "宿舍楼")]).await.is(409).says("这一张已经不在了");
    assert_eq!(found(&app, id).await.row.spot, "食堂门口");
    assert_eq!(corrections(&app).await.len(), 2);
}

#[tokio::test]
async fn a_correction_that_somebody_was_faster_with_overwrites_nothing() {
    let app = TestApp::start().await;
    let (member, _) = with_code(&app, 1).await;
    let id = recorded(&app, &member).await;
    let edit = format!("/place-codes/postings/{id}/edit");
    let page = member.admin.get(&edit).await.is(200);
    post_changed(&app.staff().await, &edit, &page, &[("spot", "地磅房外墙")]).await.is(303);
    let mine = [("laminated", ""), ("size", "a3"), ("setting", "indoors")];
    let stale = post_changed(&member.admin, &edit, &page, &mine).await.is(409).says("有人先改过了");
    let stale = stale.says(">地磅房外墙<").says(">门卫室窗口左侧<").says(">A3（297 × 420 毫米）<").says(">室外<");
    let row = found(&app, id).await.row;
    assert_eq!((row.spot.as_str(), row.width, row.laminated), ("地磅房外墙", 210, true));
    assert_eq!(corrections(&app).await.len(), 1);
    post_changed(&member.admin, &edit, &stale, &[]).await.is(303);
    let row = found(&app, id).await.row;
    assert_eq!((row.spot.as_str(), row.width, row.laminated), ("门卫室窗口左侧", 297, false));
    assert_eq!(corrections(&app).await.len(), 2);
}
