//! As many at once as a large member has: entrances of one application, images of one archive.

use std::{collections::HashSet, io::Cursor};

use app::{
    ids::EntranceId,
    members::{
        model::{EntranceFacts, Passage},
        store as register,
    },
    place_codes::applications::model::LineState,
    sheets::{Limits, read_bytes},
};
use image::{DynamicImage, ImageFormat, imageops::FilterType};

use crate::{
    builders::{TestMember, a_member},
    forms::{form_fields, post_changed},
    place_codes::{add, drawn, issued, payload, versions, zip},
    place_codes_apply::{begun, case, file, outcomes, with_entrances},
    test_app::{Answer, Browser, TestApp},
};

const APPLY: &str = "/place-codes/apply";
/// Most entrances of one application.
const MOST: usize = 1_000;
/// Some images more than are taken at one time.
const TAKEN: u32 = 100;
const IMAGES: u32 = TAKEN + 5;

/// Further entrances of the member's plant, 第0道 and so on.
async fn with_doors(app: &TestApp, member: &TestMember, count: u32) -> Vec<EntranceId> {
    let facts = |n: u32| EntranceFacts { name: format!("第{n}道"), passage: Passage::Vehicles, outdoors: true };
    let doors: Vec<(EntranceId, EntranceFacts)> = (0..count).map(|n| (EntranceId::new(), facts(n))).collect();
    let tx = app.tx().await;
    let rows = doors.iter().map(|(id, facts)| (*id, member.plant, facts));
    register::add_entrances(&tx, rows).await.unwrap();
    tx.commit().await.unwrap();
    doors.into_iter().map(|(id, _)| id).collect()
}

async fn sent(browser: &Browser, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(APPLY, &fields).await
}

#[tokio::test]
async fn a_thousand_entrances_are_one_application_and_the_others_go_into_the_next() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let mut doors = with_doors(&app, &member, 1_000).await;
    doors.push(member.entrance);
    let page = member.admin.get(APPLY).await.is(200).says("最多 1000 个出入口，这里可以申领的有 1001 个");
    let fields = form_fields(&page);
    let ticked: HashSet<&str> =
        fields.iter().filter(|(name, _)| name == "entrance").map(|(_, value)| value.as_str()).collect();
    assert_eq!(ticked.len(), MOST);
    let left = doors.iter().map(ToString::to_string).find(|id| !ticked.contains(id.as_str())).unwrap();
    let all = [&fields[..], &[("entrance".to_owned(), left.clone())]].concat();
    sent(&member.admin, &all).await.is(422).says("这里勾了 1001 个");
    let path = sent(&member.admin, &fields).await.is(303).location().to_owned();
    let next = case(&app, &begun(&member.admin, &member).await).await;
    let next: Vec<String> = next.lines.iter().map(|line| line.entrance.id.to_string()).collect();
    assert_eq!(next, [left]);

    // It is worked through like any other.
    let sheet = member.admin.get(&format!("{path}/sheet.xlsx")).await.is(200);
    let limits = Limits { rows: 1_100, said: 1_100, columns: 20 };
    assert_eq!(read_bytes(&sheet.bytes, limits).unwrap().rows.len(), MOST + 1);
    member.admin.get(&format!("{path}/copy?place=1000")).await.is(200).says("第 1000 个，共 1000 个");
    let done = [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];
    file(&member.admin, &path, &done).await.is(303);
    outcomes(&member.admin, &path, &[("all", "approved")]).await.is(303);
    let lines = case(&app, &path).await.lines;
    assert_eq!(lines.iter().filter(|line| line.state == LineState::Approved).count(), MOST);

    // Each of them with as much of a reason as there may be.
    let reason = "因".repeat(300);
    let names: Vec<[String; 2]> =
        (0..MOST).map(|n| ["outcome", "reason"].map(|part| format!("lines.{n}.{part}"))).collect();
    let said = names
        .iter()
        .flat_map(|[outcome, because]| [(outcome.as_str(), "refused"), (because.as_str(), reason.as_str())]);
    outcomes(&member.admin, &path, &said.collect::<Vec<_>>()).await.is(303);
    let lines = case(&app, &path).await.lines;
    assert_eq!(lines.iter().filter(|line| line.state == LineState::Refused).count(), MOST);
}

/// A small image of a code.
fn small(payload: &str) -> Vec<u8> {
    let code = drawn(payload);
    let large = image::imageops::resize(&code, code.width() * 3, code.height() * 3, FilterType::Nearest);
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(large).write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

/// Uploads an archive; gives the path of the batch and its page.
async fn uploaded(member: &TestMember, archive: &[u8]) -> (String, Answer) {
    let (id, sent) = (member.id.to_string(), [("images", "全部.zip", archive)]);
    let upload = member.admin.upload("/place-codes/upload", &[("member", &id)], &sent).await.is(303);
    let batch = upload.location().to_owned();
    let page = member.admin.get(&batch).await.is(200);
    (batch, page)
}

fn images_of(page: &Answer) -> usize {
    form_fields(page).iter().filter(|(name, _)| name.starts_with("place.")).count()
}

#[tokio::test]
async fn an_archive_that_is_too_large_is_sent_again_until_all_of_it_is_on_record() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let doors = with_doors(&app, &member, IMAGES).await;
    let names: Vec<String> = (0..IMAGES).map(|n| format!("第{n}道.png")).collect();
    let mut files: Vec<(&str, Vec<u8>)> =
        (0..).zip(&names).map(|(n, name)| (name.as_str(), small(&payload(n)))).collect();
    // Takes no room from the images.
    files.insert(0, ("说明.txt", b"nothing".to_vec()));
    let archive = zip(&files);

    let (batch, page) = uploaded(&member, &archive).await;
    let page = page.says("一次最多收 100 张，还有 5 个文件没有读").says("说明.txt").says("1 张没有收下");
    assert_eq!(images_of(&page), TAKEN as usize);
    post_changed(&member.admin, &batch, &page, &[]).await.is(303);

    // What is on record is said so and takes no room either.
    let (batch, page) = uploaded(&member, &archive).await;
    let page = page.says("100 张早已收录").says("已经收录在").says_not("只能用于一个出入口").says_not("没有读");
    assert_eq!(images_of(&page), 5);
    post_changed(&member.admin, &batch, &page, &[]).await.is(303);
    member.admin.get(&batch).await.is(200).says("早已收录").says("已收录");
    for (n, door) in (0..).zip(&doors) {
        let all = versions(&app, *door).await;
        let [code] = &all[..] else { panic!("one version of {n}") };
        assert_eq!(code.payload, payload(n));
    }
    let (_, page) = uploaded(&member, &archive).await;
    page.says("105 张早已收录").says("没有可以保存的图片");
}

/// Without the name of its entrance an image is known by its code, and nobody is told that it belongs elsewhere.
#[tokio::test]
async fn an_image_that_is_on_record_is_known_whatever_its_name_is() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    with_entrances(&app, &member, &["西门"]).await;
    let image = small(&payload(1));
    add(&member.admin, member.entrance, &[], &image).await.is(303);
    // Its own bytes, and others with the same code, by no name and by that of another gate.
    let others = issued(&[&payload(1)]);
    let archive = zip(&[
        ("IMG_0042.png", image.clone()),
        ("西门.png", image),
        ("1.png", others.clone()),
        ("一号粉磨站西门.png", others),
    ]);
    let (_, page) = uploaded(&member, &archive).await;
    page.says("4 张早已收录").says("已经收录在“一号粉磨站 东门”").says_not("只能用于一个出入口").says_not("张没有收下");

    // One that was replaced is told from what is another entrance's.
    add(&member.admin, member.entrance, &[], &small(&payload(2))).await.is(303);
    let (_, page) = uploaded(&member, &zip(&[("西门.png", small(&payload(1)))])).await;
    page.says("1 张没有收下").says("这是已经被替换的旧码");
}
