//! A code that stands at the wrong entrance: who is told what, who resolves it, who may not see it any more. And what
//! an issued image tells beside its pixels.

use std::{io::Cursor, time::Duration};

use app::{
    accounts::RoleKind,
    ids::{EntranceId, PlaceCodeId, PlantId},
    members::{
        entity::{entrance, member, plant},
        model::Passage,
    },
    place_codes::{applications::store::lock_entrances, entity::code, printing},
};
use image::{DynamicImage, ImageFormat};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ConnectionTrait, EntityTrait, IntoActiveModel,
    sea_query::{Expr, ExprTrait, Query},
};

use crate::{
    builders::{TestMember, a_member},
    forms::post_changed,
    place_codes::{add, issued, page_of, payload, versions},
    test_app::{Browser, TestApp},
};

/// A second plant of the member, called 浦西分厂, with one entrance.
pub async fn a_sister_plant(app: &TestApp, member: &TestMember) -> (PlantId, EntranceId) {
    let tx = app.tx().await;
    let first = plant::Entity::find_by_id(member.plant).one(&*tx).await.unwrap().unwrap();
    let (sister, door) = (PlantId::new(), EntranceId::new());
    let mut row: plant::ActiveModel = first.into();
    row.id = Set(sister);
    row.name = Set("浦西分厂".to_owned());
    row.reset_all().insert(&*tx).await.unwrap();
    entrance::ActiveModel {
        id: Set(door),
        plant_id: Set(sister),
        name: Set("正门".to_owned()),
        passage: Set(Passage::Both),
        outdoors: Set(true),
        created_at: Set(tx.now),
        closed_at: Set(None),
        row_version: Set(1),
    }
    .insert(&*tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    (sister, door)
}

/// Nobody works for a plant any more.
async fn without(app: &TestApp, plant: PlantId) {
    let tx = app.tx().await;
    let delete = Query::delete().from_table("role_plants").and_where(Expr::col("plant_id").eq(plant.0)).take();
    tx.execute(&delete).await.unwrap();
    tx.commit().await.unwrap();
}

async fn name_of(app: &TestApp, member: &TestMember) -> String {
    member::Entity::find_by_id(member.id).one(app.state.db.reader()).await.unwrap().unwrap().name
}

#[tokio::test]
async fn the_secretariat_resolves_a_code_that_another_member_uploaded_first() {
    let app = TestApp::start().await;
    let (wrong, right) = (a_member(&app).await, a_member(&app).await);
    let image = issued(&[&payload(1)]);
    add(&wrong.admin, wrong.entrance, &[], &image).await.is(303);
    add(&wrong.admin, wrong.entrance, &[], &issued(&[&payload(2)])).await.is(303);
    let [current, old] = &versions(&app, wrong.entrance).await[..] else { panic!("two versions") };
    let holder = name_of(&app, &wrong).await;
    // Whoever is refused is told whom to ask and what to say, and not whose entrance it is.
    let refused = add(&right.admin, right.entrance, &[], &image).await.is(422);
    refused.says("请致电秘书处").says(&old.number).says_not(&holder);
    // By that number, or by the image itself, staff see who has it.
    let staff = app.staff().await;
    staff.get(&format!("/place-codes?q={}", old.number)).await.is(200).says(&page_of(wrong.entrance));
    add(&staff, right.entrance, &[], &image).await.is(422).says(&holder).says(&old.number);

    let withdraw = format!("{}/withdraw", page_of(wrong.entrance));
    let id = old.id.to_string();
    let fields = [("code", id.as_str()), ("reason", "是另一家单位的码")];
    wrong.admin.post(&withdraw, &fields).await.is(409).says("不是现用的版本");
    wrong.admin.get(&page_of(wrong.entrance)).await.is(200).says_not("撤回哪个版本");
    right.admin.post(&withdraw, &fields).await.is(404);
    let page = staff.get(&page_of(wrong.entrance)).await.is(200).says("撤回哪个版本").says(&format!("value=\"{id}\""));
    let unsaid = staff.post(&withdraw, &[("code", id.as_str())]).await.is(422).says("f-reason-error");
    let kept = unsaid.text.split("<option").skip(1).find(|option| option.contains(&id)).unwrap();
    assert!(kept.contains("selected"), "what was chosen is kept");
    drop(page);
    staff.post(&withdraw, &fields).await.is(303);
    wrong.admin.get(&page_of(wrong.entrance)).await.is(200).says("是另一家单位的码");
    add(&right.admin, right.entrance, &[], &image).await.is(303);
    let now = versions(&app, wrong.entrance).await;
    assert_eq!((now[0].id, now[0].withdrawn_at), (current.id, None), "the current one stays");
}

/// A version that comes while somebody takes back the one that they saw is not passed over.
#[tokio::test]
async fn which_version_is_the_current_one_is_decided_when_it_is_taken_back() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    let seen = versions(&app, member.entrance).await.remove(0);
    let (withdraw, id) = (format!("{}/withdraw", page_of(member.entrance)), seen.id.to_string());
    let fields = [("code", id.as_str()), ("reason", "传错了")];
    let tx = app.tx().await;
    lock_entrances(&tx, &[member.entrance]).await.unwrap();
    let (refused, ()) = tokio::join!(member.admin.post(&withdraw, &fields), async {
        // The act has looked at the entrance by then, and waits.
        tokio::time::sleep(Duration::from_millis(400)).await;
        let (number, payload_hash) = ("CSM-2022-9000".to_owned(), "another".to_owned());
        let next = code::Model { id: PlaceCodeId::new(), version: 2, number, payload_hash, ..seen.clone() };
        next.into_active_model().reset_all().insert(&*tx).await.unwrap();
        tx.commit().await.unwrap();
    });
    refused.is(409).says("不是现用的版本");
    let now = versions(&app, member.entrance).await;
    assert_eq!(now.len(), 2);
    assert!(now.iter().all(|version| version.withdrawn_at.is_none()));
}

#[tokio::test]
async fn an_operator_is_not_told_of_plants_that_are_not_theirs() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (_, door) = a_sister_plant(&app, &member).await;
    let image = issued(&[&payload(1)]);
    add(&member.admin, door, &[], &image).await.is(303);
    let number = versions(&app, door).await[0].number.clone();
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let refused = add(&operator, member.entrance, &[], &image).await.is(422);
    refused.says("另一处厂区").says(&number).says_not("浦西分厂").says_not("正门");
    let id = member.id.to_string();
    let batch = operator.upload("/place-codes/upload", &[("member", &id)], &[("images", "a.png", &image)]).await;
    let page = operator.get(batch.is(303).location()).await.is(200);
    page.says("另一处厂区").says_not("浦西分厂").says_not("正门");
    // Whoever works for both is told.
    add(&member.admin, member.entrance, &[], &image).await.is(422).says("浦西分厂 正门");
}

#[tokio::test]
async fn uploads_and_prints_are_closed_to_who_no_longer_works_for_a_plant_of_theirs() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let (sister, door) = a_sister_plant(&app, &member).await;
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant, sister]).await;
    add(&operator, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    add(&operator, door, &[], &issued(&[&payload(2)])).await.is(303);
    let id = member.id.to_string();
    let upload = async |browser: &Browser, name: &str, n: u32| {
        let images = [("images", name, &issued(&[&payload(n)])[..])];
        browser.upload("/place-codes/upload", &[("member", &id)], &images).await.is(303).location().to_owned()
    };
    let (theirs, shared) = (upload(&operator, "东门.png", 3).await, upload(&operator, "浦西分厂正门.png", 4).await);
    let page = operator.get(&format!("/place-codes/print?member={}", member.id)).await.is(200);
    let print = post_changed(&operator, "/place-codes/print", &page, &[]).await.is(303).location().to_owned();
    printing::work(&app.state).await.unwrap();
    let all = [&shared, &format!("{shared}/images/0"), &print, &format!("{print}/sheets.pdf")].map(String::clone);
    for path in &all {
        operator.get(path).await.is(200);
    }
    without(&app, sister).await;
    for path in &all {
        operator.get(path).await.is(404);
    }
    operator.post(&shared, &[("issued_on", "2022-05-20"), ("place.0", &door.to_string())]).await.is(404);
    operator.get(&theirs).await.is(200);
    // Staff go on seeing them.
    app.staff().await.get(&print).await.is(200);
}

/// Of a chunk of a PNG: its kind and content (ISO/IEC 15948, annex D).
pub fn checksum(chunk: &[u8]) -> [u8; 4] {
    let bit = |crc: u32, _| crc >> 1 ^ (0xedb8_8320 * (crc & 1));
    (!chunk.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit))).to_be_bytes()
}

/// A segment of a JPEG, or a chunk of a PNG.
fn with_notes(image: &[u8], kind: ImageFormat) -> Vec<u8> {
    let note = b"GPS 31.2304N 121.4737E taken by Wang";
    let length = u8::try_from(note.len()).unwrap();
    match kind {
        ImageFormat::Jpeg => {
            [&image[..2], &[0xff, 0xfe, 0, length + 2], note, &image[2..], b"GPS behind the end"].concat()
        }
        _ => {
            let chunk = [&[b't', b'E', b'X', b't'][..], b"Comment\0", note].concat();
            let size = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes();
            let sum = checksum(&chunk);
            [&image[..33], &size, &chunk, &sum, &image[33..]].concat()
        }
    }
}

/// What is looked at and what is printed has the issued pixels, bit by bit, and tells nothing else.
#[tokio::test]
async fn an_issued_image_leaves_without_its_metadata() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let holds = |file: &[u8]| file.windows(3).any(|window| window == b"GPS");
    for (n, kind) in [(1, ImageFormat::Png), (2, ImageFormat::Jpeg)] {
        let drawn = image::load_from_memory(&issued(&[&payload(n)])).unwrap().into_rgb8();
        let mut file = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(drawn).write_to(&mut file, kind).unwrap();
        let file = with_notes(&file.into_inner(), kind);
        assert!(holds(&file));
        let id = member.id.to_string();
        let name = format!("东门{n}.png");
        let waits = [("images", name.as_str(), &file[..])];
        let batch = member.admin.upload("/place-codes/upload", &[("member", &id)], &waits).await.is(303);
        let waiting = member.admin.get(&format!("{}/images/0", batch.location())).await.is(200).bytes;
        add(&member.admin, member.entrance, &[], &file).await.is(303);
        let code = versions(&app, member.entrance).await[0].id;
        let answer = member.admin.get(&format!("/place-codes/codes/{code}/image")).await.is(200);
        assert_eq!(answer.headers["content-length"], answer.bytes.len().to_string().as_str());
        for shown in [&waiting, &answer.bytes] {
            assert!(!holds(shown), "{kind:?}");
            assert_eq!(image::load_from_memory(shown).unwrap(), image::load_from_memory(&file).unwrap(), "{kind:?}");
        }
        // Nobody is shown the file from before because a browser still has it.
        let known = answer.headers["etag"].to_str().unwrap().to_owned();
        let again = member.admin.request("GET", &format!("/place-codes/codes/{code}/image"));
        let again = again.header("if-none-match", &known).body(axum::body::Body::empty()).unwrap();
        member.admin.send(again).await.is(304);
        let sheet = format!("{}/sheet.pdf?size=a4&kind=poster&code=issued", page_of(member.entrance));
        let pdf = member.admin.get(&sheet).await.is(200).bytes;
        assert!(pdf.starts_with(b"%PDF") && !holds(&pdf), "{kind:?}");
    }
}
