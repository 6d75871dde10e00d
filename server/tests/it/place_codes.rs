//! The codes that the city issued: uploaded one by one and many at a time, refused where they must be, and where
//! every entrance stands.

use std::io::{Cursor, Write};

use app::{
    accounts::RoleKind,
    ids::{EntranceId, PlaceCodeId, TextEnum},
    members::entity::plant,
    place_codes::codes::{
        model::{Cause, Standing},
        store::{self, Code},
    },
    sheets::{Limits, read_bytes},
    time::Instant,
    upkeep,
};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops::FilterType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, Statement, sea_query::Expr,
};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    builders::{TestMember, a_member},
    forms::post_changed,
    guides::switch_module,
    place_codes_apply::{filed, outcomes, with_entrances},
    place_codes_disputes::a_sister_plant,
    test_app::{Answer, Browser, TestApp},
    todo::counted,
};

/// The payload of an issued code.
pub fn payload(n: u32) -> String {
    format!("https://s.sh.gov.cn/a/test{n:06}")
}

/// An image as the city issues it, with these codes side by side.
pub fn issued(payloads: &[&str]) -> Vec<u8> {
    let codes: Vec<GrayImage> = payloads.iter().map(|text| drawn(text)).collect();
    let side = codes.iter().map(GrayImage::width).max().unwrap_or(200);
    let mut all = GrayImage::from_pixel(side * payloads.len().max(1) as u32, side, Luma([255]));
    for (n, code) in (0..).zip(&codes) {
        image::imageops::replace(&mut all, code, i64::from(side * n), 0);
    }
    let all = image::imageops::resize(&all, all.width() * 6, all.height() * 6, FilterType::Nearest);
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(all).write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

/// One dot for each module, with the margin of four.
pub fn drawn(text: &str) -> GrayImage {
    let code = qrcode::QrCode::new(text).unwrap();
    let (side, colors) = (code.width() as u32, code.to_colors());
    GrayImage::from_fn(side + 8, side + 8, |x, y| {
        let inside = |at: u32| at.checked_sub(4).filter(|at| *at < side);
        let dark =
            inside(x).zip(inside(y)).is_some_and(|(x, y)| colors[(y * side + x) as usize] == qrcode::Color::Dark);
        Luma([if dark { 0 } else { 255 }])
    })
}

pub fn page_of(entrance: EntranceId) -> String {
    format!("/place-codes/entrances/{entrance}")
}

pub async fn add(browser: &Browser, entrance: EntranceId, fields: &[(&str, &str)], image: &[u8]) -> Answer {
    let fields = [&[("issued_on", "2022-05-20")][..], fields].concat();
    browser.upload(&page_of(entrance), &fields, &[("image", "场所码.png", image)]).await
}

/// Puts a code of its own on record for the member's entrance.
pub async fn on_record(app: &TestApp, member: &TestMember) -> PlaceCodeId {
    add(&member.admin, member.entrance, &[], &issued(&[&format!("https://s.sh.gov.cn/a/{}", member.id)])).await.is(303);
    versions(app, member.entrance).await[0].id
}

/// Uploads an image that waits for its entrance, and gives the path of the batch.
pub async fn uploaded(browser: &Browser, member: &TestMember) -> String {
    let (id, image) = (member.id.to_string(), issued(&[&format!("https://s.sh.gov.cn/b/{}", member.id)]));
    let answer = browser.upload("/place-codes/upload", &[("member", &id)], &[("images", "东门.png", &image)]).await;
    answer.is(303).location().to_owned()
}

pub async fn versions(app: &TestApp, entrance: EntranceId) -> Vec<Code> {
    store::versions(app.state.db.reader(), entrance).await.unwrap()
}

/// The member's plant moves.
pub async fn moved(app: &TestApp, member: &TestMember, to: &str) {
    let tx = app.tx().await;
    plant::Entity::update_many()
        .col_expr(plant::Column::AddressKey, Expr::value(to))
        .col_expr(plant::Column::AddressLine, Expr::value(to))
        .filter(plant::Column::Id.eq(member.plant))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The page and the list, narrowed to it, agree on how an entrance stands.
pub async fn stands(member: &TestMember, entrance: EntranceId, standing: Standing) {
    let words = app::text::Locale::Zh.t(&format!("place_codes.standing.{standing}"));
    member.admin.get(&page_of(entrance)).await.is(200).says(&words);
    for other in Standing::ALL {
        let list = member.admin.get(&format!("/place-codes?standing={other}")).await.is(200);
        assert_eq!(list.text.contains(&page_of(entrance)), *other == standing, "{entrance} under {other}");
    }
}

#[tokio::test]
async fn an_issued_image_becomes_the_code_of_an_entrance_and_stays_as_it_is() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    stands(&member, member.entrance, Standing::Missing).await;
    let image = issued(&[&payload(1)]);
    add(&member.admin, member.entrance, &[], &image).await.is(303);
    stands(&member, member.entrance, Standing::Current).await;
    let all = versions(&app, member.entrance).await;
    let [first] = &all[..] else { panic!("one version") };
    assert_eq!((first.payload.as_str(), first.version, first.cause), (payload(1).as_str(), 1, Cause::First));
    assert!(first.number.starts_with("CSM-") && first.added_by.is_some());
    let kept = member.admin.get(&format!("/place-codes/codes/{}/image", first.id)).await.is(200);
    assert_eq!(kept.bytes, image, "the image is kept unchanged, and there is nothing beside its pixels");

    // A new one replaces it; the old one stays in the list of versions.
    let fields = [("cause", "address_changed"), ("remark", "搬到新大门")];
    add(&member.admin, member.entrance, &fields, &issued(&[&payload(2)])).await.is(303);
    let all = versions(&app, member.entrance).await;
    let [second, old] = &all[..] else { panic!("two versions") };
    assert_eq!((second.version, second.cause), (2, Cause::AddressChanged));
    assert_eq!(old, first);
    let page = member.admin.get(&page_of(member.entrance)).await.is(200);
    page.says(&second.number).says(&first.number).says("已被替换").says("搬到新大门").says("2022-05-20");
    add(&member.admin, member.entrance, &[], &image).await.is(422).says("已经被替换的旧码").says(&first.number);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(422).says("就是现用的场所码");
}

#[tokio::test]
async fn what_is_no_single_code_or_anothers_is_refused_with_the_reason() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let west = with_entrances(&app, &member, &["西门"]).await[0];
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    for (image, why) in [
        (issued(&[]), "没有从图片里读到二维码"),
        (issued(&[&payload(7), &payload(8)]), "不止一个二维码"),
        (b"%PDF-1.7 no picture".to_vec(), "不是 PNG 或 JPG"),
        (issued(&[&payload(1)]), "已经用在“一号粉磨站 东门”"),
    ] {
        let refused = add(&member.admin, west, &[], &image).await.is(422);
        refused.says(why).says("f-image-error").says("value=\"2022-05-20\"");
    }
    member.admin.upload(&page_of(west), &[("issued_on", "2022-05-20")], &[]).await.is(422).says("请选择市里发的");
    let late = [("issued_on", "2099-01-01")];
    member.admin.upload(&page_of(west), &late, &[("image", "a.png", &issued(&[&payload(3)]))]).await.is(422);
    assert!(versions(&app, west).await.is_empty());
    // Of another member's entrance the name is not told.
    let other = a_member(&app).await;
    let refused = add(&other.admin, other.entrance, &[], &issued(&[&payload(1)])).await.is(422);
    refused.says("另一家单位").says_not(&page_of(member.entrance));
}

#[tokio::test]
async fn a_code_that_was_uploaded_by_mistake_is_taken_back_and_free_for_its_own_entrance() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let west = with_entrances(&app, &member, &["西门"]).await[0];
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    add(&member.admin, member.entrance, &[("cause", "reissued")], &issued(&[&payload(2)])).await.is(303);
    let all = versions(&app, member.entrance).await;
    let [wrong, right] = &all[..] else { panic!("two versions") };
    let withdraw = format!("{}/withdraw", page_of(member.entrance));
    let which = ("code", wrong.id.to_string());
    member.admin.post(&withdraw, &[(which.0, &which.1)]).await.is(422).says("f-reason-error");
    for _ in 0..2 {
        member.admin.post(&withdraw, &[(which.0, &which.1), ("reason", "是西门的码")]).await.is(303);
    }
    let page = member.admin.get(&page_of(member.entrance)).await.is(200).says("已撤回").says("是西门的码");
    let shown = page.text.split("issued-code").nth(1).unwrap();
    assert!(shown.contains(&right.id.to_string()), "the one before is current again");
    add(&member.admin, west, &[], &issued(&[&payload(2)])).await.is(303);
    // Numbers of versions are not given twice.
    add(&member.admin, member.entrance, &[], &issued(&[&payload(3)])).await.is(303);
    assert_eq!(versions(&app, member.entrance).await[0].version, 3);
}

#[tokio::test]
async fn a_changed_address_or_an_application_shows_in_the_list() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = filed(&app, &member.admin, &member).await;
    stands(&member, member.entrance, Standing::Applied).await;
    outcomes(&member.admin, &path, &[("all", "approved")]).await.is(303);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    stands(&member, member.entrance, Standing::Current).await;
    member.admin.get(&path).await.is(200).says("已办结");
    moved(&app, &member, "上海市青浦区练塘镇新路1号").await;
    stands(&member, member.entrance, Standing::Moved).await;
    let todo = member.admin.get("/todo").await.is(200).says("1 个出入口的场所码与厂区现在的地址不符");
    assert_eq!(counted(&todo, "/place-codes"), 1);
    let apply = member.admin.get("/place-codes/apply").await.is(200);
    apply.says("现在的场所码登记在").says("章练塘路588弄15号");
}

#[tokio::test]
async fn a_code_that_is_only_issued_anew_stands_where_it_stood() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    on_record(&app, &member).await;
    let old = versions(&app, member.entrance).await[0].address_line.clone();
    moved(&app, &member, "上海市青浦区新路 9 号").await;
    add(&member.admin, member.entrance, &[("cause", "reissued")], &issued(&[&payload(2)])).await.is(303);
    assert_eq!(versions(&app, member.entrance).await[0].address_line, old);
    stands(&member, member.entrance, Standing::Moved).await;
    add(&member.admin, member.entrance, &[("cause", "address_changed")], &issued(&[&payload(3)])).await.is(303);
    assert_eq!(versions(&app, member.entrance).await[0].address_line, "上海市青浦区新路 9 号");
    stands(&member, member.entrance, Standing::Current).await;
}

/// Each code of an upload stands where its own entrance is by now, though nobody says so.
#[tokio::test]
async fn many_codes_after_a_move_stand_under_the_new_address_and_the_others_where_they_stood() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    on_record(&app, &member).await;
    let (_, other) = a_sister_plant(&app, &member).await;
    add(&member.admin, other, &[], &issued(&[&payload(1)])).await.is(303);
    let there = versions(&app, other).await[0].address_line.clone();
    moved(&app, &member, "上海市青浦区新路 9 号").await;
    stands(&member, member.entrance, Standing::Moved).await;
    let (id, images) = (member.id.to_string(), [2, 3].map(|n| issued(&[&payload(n)])));
    let sent = [("images", "一号粉磨站东门.png", &images[0][..]), ("images", "浦西分厂正门.png", &images[1][..])];
    let upload = member.admin.upload("/place-codes/upload", &[("member", &id)], &sent).await.is(303);
    let batch = upload.location();
    let page = member.admin.get(batch).await.is(200).says("按每个出入口的情况");
    post_changed(&member.admin, batch, &page, &[]).await.is(303);
    let [here, other] = [&versions(&app, member.entrance).await[0], &versions(&app, other).await[0]]
        .map(|code| (code.version, code.cause, code.address_line.clone()));
    assert_eq!(here, (2, Cause::AddressChanged, "上海市青浦区新路 9 号".to_owned()));
    assert_eq!(other, (2, Cause::Reissued, there));
    stands(&member, member.entrance, Standing::Current).await;
}

#[tokio::test]
async fn a_code_that_was_issued_before_the_current_one_replaces_it_only_as_a_correction() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let west = with_entrances(&app, &member, &["西门"]).await[0];
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    let older = ("issued_on", "2022-05-19");
    let image = issued(&[&payload(2)]);
    let sent = [("image", "场所码.png", &image[..])];
    let refused = member.admin.upload(&page_of(member.entrance), &[older], &sent).await.is(422);
    refused.says("发码日期早于现用的场所码").says("f-issued_on-error").says("value=\"2022-05-19\"");

    // Of many only the line is refused that is concerned.
    let (id, other) = (member.id.to_string(), issued(&[&payload(3)]));
    let many = [("images", "东门.png", &image[..]), ("images", "西门.png", &other[..])];
    let upload = member.admin.upload("/place-codes/upload", &[("member", &id)], &many).await.is(303);
    let batch = upload.location();
    let page = member.admin.get(batch).await.is(200);
    let refused = post_changed(&member.admin, batch, &page, &[older]).await.is(422);
    let refused = refused.says("到这个出入口的页面单独上传").says("f-place-0-error").says_not("f-place-1-error");
    let refused = refused.says_not("请把原因选为");
    post_changed(&member.admin, batch, &refused, &[("place.0", "")]).await.is(303);
    assert_eq!(versions(&app, west).await[0].payload, payload(3));
    assert_eq!(versions(&app, member.entrance).await.len(), 1);

    let corrected = [older, ("cause", "corrected")];
    member.admin.upload(&page_of(member.entrance), &corrected, &sent).await.is(303);
    let newest = versions(&app, member.entrance).await.remove(0);
    assert_eq!((newest.version, newest.cause, newest.payload), (2, Cause::Corrected, payload(2)));
}

#[tokio::test]
async fn an_image_is_small_and_of_a_large_archive_not_every_file_is_named() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let mut large = issued(&[&payload(1)]);
    large.resize(4 * 1024 * 1024 + 1, 0);
    add(&member.admin, member.entrance, &[], &large).await.is(422).says("4 MB");
    let names: Vec<String> = (0..130).map(|n| format!("{n}.txt")).collect();
    let files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (name.as_str(), b"no picture".to_vec())).collect();
    let (id, archive) = (member.id.to_string(), zip(&files));
    let upload =
        member.admin.upload("/place-codes/upload", &[("member", &id)], &[("images", "全部.zip", &archive)]).await;
    let page = member.admin.get(upload.is(303).location()).await.is(200).says("还有 30 个文件没有列出");
    page.says("99.txt").says_not("100.txt");
}

/// The code was applied for under the address of the application, whatever the plant's is when it comes.
#[tokio::test]
async fn a_code_stands_under_the_address_of_its_application() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    filed(&app, &member.admin, &member).await;
    moved(&app, &member, "上海市青浦区练塘镇新路1号").await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    stands(&member, member.entrance, Standing::Moved).await;
    assert!(versions(&app, member.entrance).await[0].address_line.contains("章练塘路588弄15号"));
}

/// The plant moved, applied there, and is back where it was when the code comes.
#[tokio::test]
async fn a_code_that_was_applied_for_elsewhere_has_another_address_though_the_plant_is_back() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (old, new) = ("上海市青浦区旧路 1 号", "上海市青浦区新路 9 号");
    moved(&app, &member, old).await;
    on_record(&app, &member).await;
    moved(&app, &member, new).await;
    app.state.clock.advance(Instant::DAY);
    filed(&app, &member.admin, &member).await;
    moved(&app, &member, old).await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    let newest = versions(&app, member.entrance).await.remove(0);
    assert_eq!((newest.cause, newest.address_line.as_str()), (Cause::AddressChanged, new));
    stands(&member, member.entrance, Standing::Moved).await;
}

pub fn zip(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn many_images_are_matched_by_name_corrected_and_stored_together() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let west = with_entrances(&app, &member, &["西门", "1号门"]).await;
    let (west, one) = (west[0], west[1]);
    let archive = zip(&[
        ("一号粉磨站东门.png", issued(&[&payload(1)])),
        ("场所码/西门.png", issued(&[&payload(2)])),
        ("IMG_0001.png", issued(&[&payload(3)])),
        ("again.png", issued(&[&payload(2)])),
        ("empty.png", issued(&[])),
        ("notes.txt", b"nothing".to_vec()),
    ]);
    let here = "/place-codes/upload";
    let asked = member.admin.get(here).await.is(200).says("ZIP");
    let fields = crate::forms::form_fields(&asked);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let first = member.admin.upload(here, &fields, &[("images", "场所码.zip", &archive)]).await.is(303);
    let second = member.admin.upload(here, &fields, &[("images", "场所码.zip", &archive)]).await.is(303);
    assert_eq!(first.location(), second.location());
    let batch = first.location().to_owned();
    let page = member.admin.get(&batch).await.is(200);
    let page = page.says("3 张没有收下").says("与“西门.png”是同一个码").says("notes.txt");
    member.admin.get(&format!("{batch}/images/0")).await.is(200);
    let chosen = crate::forms::form_fields(&page);
    let at = |n: &str| chosen.iter().find(|(name, _)| name == n).map(|(_, value)| value.clone()).unwrap_or_default();
    assert_eq!(at("place.0"), member.entrance.to_string());
    assert_eq!(at("place.1"), west.to_string());
    assert_eq!(at("place.2"), "");
    assert!(versions(&app, west).await.is_empty(), "nothing is stored before it is confirmed");

    // Two for one entrance; then the third is given its own.
    let west_id = west.to_string();
    post_changed(&member.admin, &batch, &page, &[("place.2", &west_id)]).await.is(422).says("选了两张图片");
    let one_id = one.to_string();
    let changes = [("place.2", one_id.as_str()), ("issued_on", "2022-05-21")];
    for _ in 0..2 {
        post_changed(&member.admin, &batch, &page, &changes).await.is(303);
    }
    for (entrance, n) in [(member.entrance, 1), (west, 2), (one, 3)] {
        let all = versions(&app, entrance).await;
        let [code] = &all[..] else { panic!("one version") };
        assert_eq!(code.payload, payload(n));
    }
    member.admin.get(&batch).await.is(200).says("上传结果").says("已收录").says("没有收下");
    // Nobody else of the member, and no other member, sees what somebody uploaded.
    a_member(&app).await.admin.get(&batch).await.is(404);
}

#[tokio::test]
async fn a_batch_can_be_thrown_away_and_an_old_one_is_forgotten() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let id = member.id.to_string();
    let batch = async |n| {
        let images = [("images", "东门.png", &issued(&[&payload(n)])[..])];
        member.admin.upload("/place-codes/upload", &[("member", &id)], &images).await.is(303).location().to_owned()
    };
    let (thrown, kept, stored) = (batch(1).await, batch(2).await, batch(3).await);
    for _ in 0..2 {
        member.admin.post(&format!("{thrown}/discard"), &[]).await.is(303);
    }
    member.admin.get(&thrown).await.is(404);
    let page = member.admin.get(&stored).await.is(200);
    post_changed(&member.admin, &stored, &page, &[]).await.is(303);
    app.state.clock.advance(9 * Instant::DAY);
    upkeep::round(&app.state).await.unwrap();
    upkeep::round(&app.state).await.unwrap();
    member.admin.get(&kept).await.is(404);
    // What became a code keeps its image.
    let all = versions(&app, member.entrance).await;
    let [code] = &all[..] else { panic!("one version") };
    member.admin.get(&format!("/place-codes/codes/{}/image", code.id)).await.is(200);
}

#[tokio::test]
async fn two_who_use_a_payload_at_once_cannot_both_have_it() {
    let app = TestApp::start().await;
    let (one, other) = (a_member(&app).await, a_member(&app).await);
    let image = issued(&[&payload(1)]);
    let (first, second) =
        tokio::join!(add(&one.admin, one.entrance, &[], &image), add(&other.admin, other.entrance, &[], &image),);
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(app::place_codes::entity::code::Entity::find().count(app.state.db.reader()).await.unwrap(), 1);
}

/// The codes in a photo of a posting are looked up among all versions, withdrawn ones too.
#[tokio::test]
async fn a_payload_is_found_by_an_index_whether_or_not_its_code_was_withdrawn() {
    let app = TestApp::start().await;
    // With so few rows PostgreSQL would read them all, so there it is only asked for what it has.
    let (backend, question) = if app.state.db.is_postgres() {
        (DbBackend::Postgres, "SELECT indexdef AS detail FROM pg_indexes WHERE indexname = 'place_codes_hash'")
    } else {
        (DbBackend::Sqlite, "EXPLAIN QUERY PLAN SELECT * FROM place_codes WHERE payload_hash IN ('a', 'b')")
    };
    let rows = app.state.db.reader().query_all_raw(Statement::from_string(backend, question)).await.unwrap();
    let steps: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
    assert!(steps.iter().any(|step| step.contains("place_codes_hash") && !step.contains("WHERE")), "{steps:?}");
}

#[tokio::test]
async fn the_list_is_filtered_paged_and_exported() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let names: Vec<String> = (1..=60).map(|n| format!("第{n}道")).collect();
    let made = with_entrances(&app, &member, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let staff = app.staff().await;
    let first = staff.get("/place-codes").await.is(200).says("61");
    let next = first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = staff.get(&next).await.is(200);
    let shown = |page: &Answer| made.iter().filter(|id| page.text.contains(&page_of(**id))).count();
    assert!(shown(&first) >= 49 && shown(&first) + shown(&second) == 60);
    staff.get("/place-codes?district=310101").await.is(200).says("没有符合条件");
    staff.get("/place-codes?q=第60道").await.is(200).says(&page_of(made[59])).says_not(&page_of(made[0]));
    let limits = Limits { rows: 100, said: 100, columns: 20 };
    let sheet = staff.get("/place-codes.xlsx?standing=missing").await.is(200);
    assert_eq!(read_bytes(&sheet.bytes, limits).unwrap().rows.len(), 62);
    let sheet = staff.get("/place-codes.xlsx?standing=current").await.is(200);
    assert_eq!(read_bytes(&sheet.bytes, limits).unwrap().rows.len(), 1);
}

#[tokio::test]
async fn operators_have_their_plants_and_auditors_only_look() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let image = issued(&[&payload(1)]);
    let without = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[]).await;
    add(&without, member.entrance, &[], &image).await.is(404);
    without.get("/place-codes").await.is(200).says_not(&page_of(member.entrance));
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    add(&operator, member.entrance, &[], &image).await.is(303);
    let auditor = app.auditor().await;
    auditor.get(&page_of(member.entrance)).await.is(200).says_not("enctype");
    add(&auditor, member.entrance, &[], &issued(&[&payload(2)])).await.is(403);
    add(&app.staff().await, member.entrance, &[], &issued(&[&payload(2)])).await.is(303);
}

#[tokio::test]
async fn with_the_module_off_codes_are_gone_and_their_data_stays() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    let code = versions(&app, member.entrance).await.remove(0);
    switch_module(&app, false).await;
    let image = format!("/place-codes/codes/{}/image", code.id);
    for path in ["/place-codes", "/place-codes/upload", &page_of(member.entrance), &image] {
        member.admin.get(path).await.is(404);
    }
    add(&member.admin, member.entrance, &[], &issued(&[&payload(2)])).await.is(404);
    switch_module(&app, true).await;
    member.admin.get(&image).await.is(200);
}
