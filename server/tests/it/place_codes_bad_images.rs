//! Images that are none, too much, or hold what no issued code holds: each is refused with its reason, and the rest of
//! the upload is kept.

use app::{pictures::Trouble, text::Locale};

use crate::{
    builders::a_member,
    forms::post_changed,
    place_codes::{add, issued, payload, versions, zip},
    place_codes_apply::with_entrances,
    place_codes_disputes::checksum,
    test_app::TestApp,
};

/// A PNG that says of itself that it has a hundred megapixels.
fn enormous() -> Vec<u8> {
    let mut png = issued(&[&payload(90)]);
    let side = 10_000_u32.to_be_bytes();
    png[16..20].copy_from_slice(&side);
    png[20..24].copy_from_slice(&side);
    let sum = checksum(&png[12..29]);
    png[29..33].copy_from_slice(&sum);
    png
}

/// A PNG that says that it moves.
fn moving() -> Vec<u8> {
    let png = issued(&[&payload(91)]);
    let control = [&b"acTL"[..], &[0, 0, 0, 2, 0, 0, 0, 0]].concat();
    [&png[..33], &[0, 0, 0, 8], &control, &checksum(&control), &png[33..]].concat()
}

#[tokio::test]
async fn what_is_bad_is_refused_with_its_reason_and_the_rest_of_the_upload_is_kept() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let west = with_entrances(&app, &member, &["西门"]).await[0];
    let thirty: Vec<String> = (0..30).map(payload).collect();
    let thirty: Vec<&str> = thirty.iter().map(String::as_str).collect();
    let cut = issued(&[&payload(92)]);
    let script = "<script>alert(1)</script>";
    let archive = zip(&[
        ("../../etc/cron.d/东门.png", issued(&[&payload(1)])),
        ("C:\\temp\\西门.png", issued(&[script])),
        ("enormous.png", enormous()),
        ("moving.png", moving()),
        ("heic.png", [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[0; 200]].concat()),
        ("cut.png", cut[..cut.len() / 2].to_vec()),
        ("thirty.png", issued(&thirty)),
        ("long.png", issued(&[&"x".repeat(2_300)])),
        ("nested.png", zip(&[("a.png", issued(&[&payload(93)]))])),
        ("bomb.png", [issued(&[&payload(94)]), vec![0; 30 * 1024 * 1024]].concat()),
    ]);
    let id = member.id.to_string();
    let upload = member.admin.upload("/place-codes/upload", &[("member", &id)], &[("images", "a.zip", &archive)]).await;
    let batch = upload.is(303).location().to_owned();
    let page = member.admin.get(&batch).await.is(200).says("9 张没有收下");
    for (name, trouble) in [
        ("西门.png", Trouble::OddCode),
        ("enormous.png", Trouble::TooManyPixels { megapixels: 100, most: 34 }),
        ("moving.png", Trouble::Animated),
        ("heic.png", Trouble::Heic),
        ("cut.png", Trouble::Broken),
        ("thirty.png", Trouble::SeveralCodes),
        ("long.png", Trouble::LongCode { most: 1_000 }),
        ("nested.png", Trouble::Nested),
        ("bomb.png", Trouble::TooLarge { megabytes: 20 }),
    ] {
        let line = page.text.split("<li>").find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}"));
        let mut why = Locale::Zh.say(&trouble.message());
        if matches!(trouble, Trouble::TooManyPixels { .. }) {
            why = "10000 万".to_owned();
        }
        assert!(line.contains(&why), "{name}: {why} is not in {line}");
    }
    // Folders are only a part of the name.
    assert!(!page.text.contains("cron.d") && !page.text.contains("temp"));
    post_changed(&member.admin, &batch, &page, &[]).await.is(303);
    assert_eq!(versions(&app, member.entrance).await[0].payload, payload(1));
    // What a browser could run is no code of a place, and is handed out to nobody.
    assert!(versions(&app, west).await.is_empty());
    for payload in [script, " JavaScript:alert(1)", "data:text/html,hello", "vbscript:MsgBox(1)"] {
        let refused = add(&member.admin, west, &[], &issued(&[payload])).await.is(422);
        refused.says(&Locale::Zh.say(&Trouble::OddCode.message()));
    }
}

/// Whoever has a photo of a phone is told what to do with it, in an archive and without one.
#[tokio::test]
async fn a_photo_as_phones_write_it_is_refused_with_a_way_out() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let photo = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[0; 200]].concat();
    let why = Locale::Zh.say(&Trouble::Heic.message());
    add(&member.admin, member.entrance, &[], &photo).await.is(422).says(&why);
    let (id, archive) = (member.id.to_string(), zip(&[("东门.png", photo.clone())]));
    for (name, file) in [("东门.png", &photo), ("东门.zip", &archive)] {
        let sent = [("images", name, &file[..])];
        let upload = member.admin.upload("/place-codes/upload", &[("member", &id)], &sent).await.is(303);
        member.admin.get(upload.location()).await.is(200).says(&why);
    }
}

#[tokio::test]
async fn a_refusal_is_said_with_the_marks_of_the_readers_language() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let id = member.id.to_string();
    let sent = [("images", "notes.png", &b"no picture"[..])];
    let upload = member.admin.upload("/place-codes/upload", &[("member", &id)], &sent).await.is(303);
    member.admin.get(upload.location()).await.is(200).says("notes.png：不是 PNG");
    member.admin.post("/language", &[("language", "en"), ("next", "/")]).await.is(303);
    member.admin.get(upload.location()).await.is(200).says("notes.png: Not a PNG");
}

#[tokio::test]
async fn an_archive_of_ten_thousand_files_is_refused_and_the_image_beside_it_is_kept() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let names: Vec<String> = (0..10_000).map(|n| format!("{n}.png")).collect();
    let files: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (name.as_str(), Vec::new())).collect();
    let (id, archive, image) = (member.id.to_string(), zip(&files), issued(&[&payload(1)]));
    let sent = [("images", "全部.zip", &archive[..]), ("images", "东门.png", &image[..])];
    let upload = member.admin.upload("/place-codes/upload", &[("member", &id)], &sent).await;
    let page = member.admin.get(upload.is(303).location()).await.is(200).says("1 张没有收下");
    page.says(&Locale::Zh.say(&Trouble::TooManyEntries { most: 1_000 }.message())).says("东门.png");
}
