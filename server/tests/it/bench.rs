//! The database that the bench measures is one that the portal understands: filled in small, every page over it opens.

use std::{io::Cursor, path::Path, time::Instant};

use app::{pictures, place_codes::printing};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use tokio::process::Command;

use crate::{
    builders::a_member,
    forms::post_changed,
    place_codes::{issued, payload},
    place_codes_apply::with_entrances,
    test_app::TestApp,
};

const FILL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/bench/fill");

async fn fill(database: &Path) {
    let mut fill = Command::new("python3");
    fill.args(["-B", FILL]).arg(database).args(["staffs-token", "members-token"]).env("FILL_SHARE", "0.03");
    let output = fill.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn what_the_bench_measures_is_what_the_portal_keeps() {
    let app = TestApp::start().await;
    // The bench fills SQLite only.
    if app.state.db.is_postgres() {
        return;
    }
    fill(&app.folder.path().join("test.db")).await;
    app.stranger().get("/notices").await.is(200).says("有关安排的通知");
    let (staff, member) = (app.stranger(), app.stranger());
    staff.keep("session=staffs-token");
    member.keep("session=members-token");
    for page in ["/todo", "/notices", "/issues", "/sentinels", "/coverage", "/readiness"] {
        member.get(page).await.is(200);
        staff.get(page).await.is(200);
    }
    for page in ["/members", "/people", "/outbox", "/audit", "/outbox?show=accepted"] {
        staff.get(page).await.is(200);
    }
    let day = staff.get("/supply").await.is(303);
    staff.get(day.location()).await.is(200).says("熟料");
    let list = staff.get("/sentinels").await;
    let links = list.text.split("href=\"/sentinels/").skip(1).filter_map(|rest| rest.split('"').next());
    // The newest is a draft, which leads to its next question; the one before it was sent.
    let request = links.filter(|id| id.parse::<uuid::Uuid>().is_ok()).nth(1).unwrap();
    staff.get(&format!("/sentinels/{request}")).await.is(200);
}

/// A photograph of twelve megapixels as a phone takes it: the code somewhere, light that falls off, some noise.
fn a_photograph() -> Vec<u8> {
    let code = image::load_from_memory(&issued(&[&payload(1)])).unwrap().into_luma8();
    let code = imageops::resize(&code, 700, 700, imageops::FilterType::Triangle);
    let mut seed = 7_u32;
    let mut photograph = GrayImage::from_fn(4_000, 3_000, |x, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Luma([u8::try_from(225 - x / 40 - (seed >> 28)).unwrap()])
    });
    for (x, y, dot) in code.enumerate_pixels() {
        let at = photograph.get_pixel_mut(1_500 + x, 900 + y);
        at.0[0] = u8::try_from(u32::from(at.0[0]) * u32::from(dot.0[0].max(40)) / 255).unwrap();
    }
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(DynamicImage::ImageLuma8(photograph).into_rgb8())
        .write_to(&mut file, ImageFormat::Jpeg)
        .unwrap();
    file.into_inner()
}

/// The real printer's work on five hundred sheets, and the reading of a photograph, in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the bench runs it, in a release build"]
#[expect(clippy::print_stdout, reason = "it tells who runs the bench")]
async fn sheets_and_photographs() {
    let photograph = a_photograph();
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let seen = pictures::read(photograph.clone().into()).await.unwrap();
        times.push(begun.elapsed().as_secs_f64());
        assert_eq!(pictures::single(&seen).unwrap().payload, payload(1));
    }
    times.sort_by(f64::total_cmp);
    println!("photograph of 12 megapixels, read: {:.0} ms (aim 1000)", times[2] * 1000.0);

    let sheets: usize = if cfg!(debug_assertions) { 10 } else { 500 };
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let names: Vec<String> = (2..=sheets).map(|n| format!("{n}号门")).collect();
    let mut doors = vec![member.entrance];
    doors.extend(with_entrances(&app, &member, &names.iter().map(String::as_str).collect::<Vec<_>>()).await);
    for (n, door) in (1..).zip(&doors) {
        crate::place_codes::add(&member.admin, *door, &[], &issued(&[&payload(n)])).await.is(303);
    }
    let page = member.admin.get(&format!("/place-codes/print?plant={}", member.plant)).await.is(200);
    let path = post_changed(&member.admin, "/place-codes/print", &page, &[]).await.is(303).location().to_owned();
    let begun = Instant::now();
    assert!(printing::work(&app.state).await.unwrap());
    let took = begun.elapsed().as_secs_f64();
    println!("{sheets} sheets, made, looked at and bound: {took:.1} s (aim 90)");
    member.admin.get(&path).await.is(200).says(&format!("{sheets} 张已经生成"));
    assert!(cfg!(debug_assertions) || (times[2] < 1.0 && took < 90.0));
}
