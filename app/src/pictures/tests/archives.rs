//! Archives of pictures: made by several systems, and made to harm.

use std::io::{Cursor, Write};

use bytes::Bytes;
use encoding_rs::GB18030;
use image::{ImageFormat, Rgb, RgbImage};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::encoded;
use crate::pictures::{Archive, MOST_ENTRIES, Trouble, read};

const MEGABYTE: usize = 1024 * 1024;

fn picture() -> Vec<u8> {
    encoded(RgbImage::from_pixel(30, 20, Rgb([10, 120, 90])), ImageFormat::Png)
}

fn archive<'a>(entries: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn open(archive: Vec<u8>) -> Result<Archive<Cursor<Vec<u8>>>, Trouble> {
    Archive::of(Cursor::new(archive)).await
}

async fn unzipped(archive: Vec<u8>) -> Vec<(String, Result<Bytes, Trouble>)> {
    let mut opened = open(archive).await.unwrap_or_else(|trouble| panic!("{trouble:?}"));
    let mut all = Vec::new();
    while let Some(file) = opened.next().await.unwrap() {
        all.push(file);
    }
    all
}

/// What became of each entry.
fn outcomes(all: &[(String, Result<Bytes, Trouble>)]) -> Vec<(&str, Option<Trouble>)> {
    all.iter().map(|(name, content)| (name.as_str(), content.as_ref().err().copied())).collect()
}

#[tokio::test]
async fn pictures_come_in_their_order_and_the_others_with_their_reason() {
    let all = unzipped(archive([
        ("照片/东门.png", picture()),
        ("photos/", Vec::new()),
        ("__MACOSX/photos/._a.png", picture()),
        ("photos/.DS_Store", vec![1; 100]),
        ("Thumbs.db", vec![1; 100]),
        ("notes.txt", b"hello".to_vec()),
        ("more.zip", archive([("a.png", picture())])),
        ("empty.png", Vec::new()),
        ("../../../etc/cron.d/西门.png", picture()),
        ("C:\\windows\\北门.png", picture()),
    ]))
    .await;
    let wanted = [
        ("东门.png", None),
        ("notes.txt", Some(Trouble::NotAPicture)),
        ("more.zip", Some(Trouble::Nested)),
        ("empty.png", Some(Trouble::NotAPicture)),
        ("西门.png", None),
        ("北门.png", None),
    ];
    assert_eq!(outcomes(&all), wanted);
    for (_, content) in all.into_iter().filter(|(_, content)| content.is_ok()) {
        assert_eq!(read(content.unwrap()).await.unwrap().width, 30);
    }
}

#[tokio::test]
async fn chinese_names_are_read_whoever_made_the_archive() {
    let (name, stand_in) = ("沪泥水泥一厂南门.png", "0123456789abcdef.png");
    let gbk = GB18030.encode(name).0.into_owned();
    assert_eq!(gbk.len(), stand_in.len());
    // Windows writes the bytes of its own code in both places and sets no mark.
    let mut made = archive([(stand_in, picture())]);
    let places: Vec<usize> =
        made.windows(gbk.len()).enumerate().filter(|(_, at)| *at == stand_in.as_bytes()).map(|(at, _)| at).collect();
    assert_eq!(places.len(), 2);
    for at in places {
        made[at..at + gbk.len()].copy_from_slice(&gbk);
    }
    for made in [made, archive([(name, picture())])] {
        assert_eq!(outcomes(&unzipped(made).await), [(name, None)]);
    }
}

#[tokio::test]
async fn bombs_are_left_and_the_rest_is_read() {
    let start = picture();
    let bomb = |megabytes: usize| [start.clone(), vec![0; megabytes * MEGABYTE]].concat();
    let mut made = archive([
        ("zeros.png", vec![0; 200 * MEGABYTE]),
        ("declared.png", bomb(30)),
        ("undeclared.png", bomb(30)),
        ("gate.png", picture()),
    ]);
    // The last but one says of itself that it is small.
    let names: Vec<usize> =
        made.windows(14).enumerate().filter(|(_, at)| *at == b"undeclared.png").map(|(at, _)| at).collect();
    for (at, before) in names.into_iter().zip([30 - 22, 46 - 24]) {
        made[at - before..at - before + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let all = unzipped(made).await;
    let large = Some(Trouble::TooLarge { megabytes: 20 });
    let found = outcomes(&all);
    assert_eq!(found[..2], [("zeros.png", large), ("declared.png", large)]);
    assert!(matches!(found[2], ("undeclared.png", Some(Trouble::TooLarge { .. } | Trouble::Broken))), "{found:?}");
    assert_eq!(found[3], ("gate.png", None));
}

#[tokio::test]
async fn an_archive_that_never_ends_ends_at_its_bound() {
    let start = picture();
    let photograph = |n: usize| (format!("{n}.png"), [start.clone(), vec![0; 15 * MEGABYTE]].concat());
    let photographs: Vec<_> = (0..8).map(photograph).collect();
    let all = unzipped(archive(photographs.iter().map(|(name, content)| (name.as_str(), content.clone())))).await;
    let too_much = Some(Trouble::TooMuch { megabytes: 64 });
    let found: Vec<Option<Trouble>> = outcomes(&all).into_iter().map(|(_, trouble)| trouble).collect();
    assert_eq!(found, [None, None, None, None, too_much, too_much, too_much, too_much]);
}

#[tokio::test]
async fn what_is_given_back_leaves_room_for_others() {
    let photograph = [picture(), vec![0; 15 * MEGABYTE]].concat();
    let names = ["0.png", "1.png", "2.png", "3.png", "4.png", "5.png"];
    let made = archive(names.map(|name| (name, photograph.clone())));
    let mut opened = open(made).await.unwrap_or_else(|why| panic!("{why:?}"));
    for name in names {
        let (_, bytes) = opened.next().await.unwrap().unwrap();
        opened.give_back(bytes.unwrap_or_else(|why| panic!("{name}: {why:?}")).len() as u64);
    }
}

#[tokio::test]
async fn ten_thousand_entries_are_refused() {
    let names: Vec<String> = (0..10_000).map(|n| format!("{n}.png")).collect();
    let made = archive(names.iter().map(|name| (name.as_str(), Vec::new())));
    assert_eq!(open(made).await.err(), Some(Trouble::TooManyEntries { most: MOST_ENTRIES }));
}

#[tokio::test]
async fn files_are_counted_before_they_are_unpacked_and_handed_out_one_by_one() {
    let names = ["a.png", "photos/", "b.png", ".hidden.png"];
    let mut opened = open(archive(names.map(|name| (name, picture())))).await.unwrap_or_else(|why| panic!("{why:?}"));
    for (left, name) in [(2, "a.png"), (1, "b.png")] {
        assert_eq!(opened.left(), left);
        assert_eq!(opened.next().await.unwrap().unwrap().0, name);
    }
    assert_eq!((opened.left(), opened.next().await), (0, Ok(None)));
}

#[tokio::test]
async fn a_list_of_entries_that_is_longer_than_their_names_need_is_refused() {
    let names: Vec<String> = (0..12).map(|n| format!("{n}{}", "x".repeat(60_000))).collect();
    let made = archive(names.iter().map(|name| (name.as_str(), Vec::new())));
    assert_eq!(open(made).await.err(), Some(Trouble::NotAnArchive));
}

#[tokio::test]
async fn a_damaged_archive_is_refused_and_a_damaged_entry_alone() {
    for file in [Vec::new(), b"no archive".to_vec(), picture()] {
        assert_eq!(open(file).await.err(), Some(Trouble::NotAnArchive));
    }
    let whole = archive([("a.png", picture()), ("b.png", picture())]);
    assert_eq!(open(whole[..whole.len() / 2].to_vec()).await.err(), Some(Trouble::NotAnArchive));
    let mut stored = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["a.png", "b.png"] {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        stored.start_file(name, options).unwrap();
        stored.write_all(&picture()).unwrap();
    }
    let mut stored = stored.finish().unwrap().into_inner();
    // In the first picture, behind its head.
    stored[80] ^= 0xff;
    assert_eq!(outcomes(&unzipped(stored).await), [("a.png", Some(Trouble::Broken)), ("b.png", None)]);
}

#[tokio::test]
async fn a_locked_entry_is_named() {
    let mut made = archive([("a.png", picture()), ("b.png", picture())]);
    // The first mark of an entry says that it has a password.
    let line = made.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    made[line + 8] |= 1;
    assert_eq!(outcomes(&unzipped(made).await), [("a.png", Some(Trouble::Locked)), ("b.png", None)]);
}
