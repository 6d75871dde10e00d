//! Pictures that would take long or much, each in a process of its own whose time and memory are measured. What is
//! promised of time holds for a release build; there the bench has the portal read the worst kinds of them.

use std::{
    fs::File,
    io::{BufReader, Cursor, Write},
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use bytes::Bytes;
use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, Rgb, Rgba, RgbaImage, imageops};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    bad_input::{animations, enormous, heif},
    drawn::{Drawn, PAYLOAD, Shot},
    encoded,
};
use crate::pictures::{Archive, Trouble, read, single};

/// What one may take: as promised, or longer in a program without optimisation on a busy machine.
const MOST_TIME: Duration = if cfg!(debug_assertions) { Duration::from_secs(60) } else { Duration::from_secs(2) };
const MOST_MEMORY: u64 = 150 * 1024 * 1024;

const FILE: &str = "HUNITONG_TEST_PICTURE";
/// How the name of an archive ends whose pictures are read, too.
const FULL: &str = ".full";

/// Reads a file in a process of its own; gives what came of it, in words, its time and its memory in bytes.
#[expect(clippy::print_stdout, reason = "it tells who runs the bench")]
fn measured(name: &str, file: &[u8]) -> (String, Duration, u64) {
    let path: PathBuf = std::env::temp_dir().join(format!("{}.{name}", std::process::id()));
    std::fs::write(&path, file).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "pictures::tests::stress::one", "--ignored", "--nocapture"]).env(FILE, &path);
    let output = child.output().unwrap();
    std::fs::remove_file(&path).unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let line =
        said.lines().find_map(|line| line.split_once("measured: ")).unwrap_or_else(|| panic!("{name}: {said}")).1;
    let [time, memory, outcome] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let time = Duration::from_millis(time.parse().unwrap());
    let memory: u64 = memory.parse().unwrap();
    println!("{name}: {time:?} (at most {MOST_TIME:?}), {} MiB (at most 150), {outcome}", memory / 1024 / 1024);
    assert!(memory < MOST_MEMORY, "{name} took {memory} bytes, {outcome}");
    assert!(time < MOST_TIME, "{name} took {time:?}, {outcome}");
    (outcome.to_owned(), time, memory)
}

/// The memory of this process: what it has now, or the most that it ever had.
fn memory(mark: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix(mark)?.trim().strip_suffix(" kB")).unwrap();
    kilobytes.parse::<u64>().unwrap() * 1_024
}

#[tokio::test]
#[ignore = "the tests below run it, in a process of its own"]
#[expect(clippy::print_stdout, reason = "it tells the test that runs it")]
async fn one() {
    let path = std::env::var(FILE).unwrap();
    let before = memory("VmRSS:");
    let begun = Instant::now();
    let (outcome, took) = if path.ends_with(".zip") {
        let outcome = unpacked(&path).await;
        (outcome, begun.elapsed())
    } else if path.ends_with(FULL) {
        all_read(&path).await
    } else {
        // The file counts, too: whoever calls holds it in memory.
        let file = std::fs::read(&path).unwrap();
        let begun = Instant::now();
        let outcome = outcome(file.into()).await;
        (outcome, begun.elapsed())
    };
    println!("\nmeasured: {} {} {outcome}", took.as_millis(), memory("VmHWM:") - before);
}

/// What comes of a picture that should show one issued code.
async fn outcome(file: Bytes) -> String {
    match read(file).await {
        Ok(seen) if single(&seen) == Err(Trouble::OddCode) => format!("{:?}", Trouble::OddCode),
        Ok(seen) => format!("codes: {}", seen.codes.iter().map(|code| code.copies).sum::<usize>()),
        Err(trouble) => format!("{trouble:?}"),
    }
}

async fn opened(path: &str) -> Result<Archive<BufReader<File>>, Trouble> {
    Archive::of(BufReader::new(File::open(path).unwrap())).await
}

/// Unpacks every file of an archive and keeps none.
async fn unpacked(path: &str) -> String {
    let mut archive = match opened(path).await {
        Ok(archive) => archive,
        Err(trouble) => return format!("{trouble:?}"),
    };
    let (all, mut whole) = (archive.left(), 0);
    while let Some((_, content)) = archive.next().await.unwrap() {
        whole += usize::from(content.is_ok());
    }
    format!("{whole} of {all}")
}

/// Reads an archive as an upload is read, one picture after the other; the time is that of the longest.
async fn all_read(path: &str) -> (String, Duration) {
    let mut archive = opened(path).await.unwrap_or_else(|trouble| panic!("{trouble:?}"));
    let (mut outcomes, mut longest) = (Vec::new(), Duration::ZERO);
    loop {
        let begun = Instant::now();
        let Some((_, content)) = archive.next().await.unwrap() else { break };
        if let Ok(content) = content {
            outcomes.push(outcome(content).await);
        }
        longest = longest.max(begun.elapsed());
    }
    (outcomes.join(", "), longest)
}

#[test]
fn a_photograph_of_twelve_megapixels_is_read_in_time() {
    let shot = Shot { shade: 0.5, noise: 10.0, blur: 1.0, ..Shot::turned((4_000, 3_000), 500.0, 8.0) };
    let photograph = DynamicImage::ImageLuma8(shot.of(&Drawn::of(PAYLOAD))).into_rgb8();
    let (outcome, took, _) = measured("photograph.jpg", &encoded(photograph.clone(), ImageFormat::Jpeg));
    assert_eq!(outcome, "codes: 1");
    assert!(cfg!(debug_assertions) || took < Duration::from_secs(1), "{took:?}");
    let mut progressive = Vec::new();
    let mut encoder = Encoder::new(&mut progressive, 85);
    encoder.set_progressive(true);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    encoder.encode(photograph.as_raw(), 4_000, 3_000, ColorType::Rgb).unwrap();
    assert_eq!(measured("progressive.jpg", &progressive).0, "codes: 1");
}

/// With 16 bits for each colour and for how much shows through: what takes the most memory for its pixels.
fn deep(grey: &GrayImage) -> ImageBuffer<Rgba<u16>, Vec<u16>> {
    ImageBuffer::from_fn(grey.width(), grey.height(), |x, y| {
        let shade = u16::from(grey.get_pixel(x, y).0[0]) * 257;
        Rgba([shade, shade, shade, u16::MAX - 1])
    })
}

#[test]
fn large_pictures_of_every_kind_are_read_within_the_bounds() {
    let code = Drawn::of(PAYLOAD);
    let large = Shot::turned((4_000, 3_000), 1_200.0, 8.0).of(&code);
    let deep = deep(&Shot::turned((3_800, 2_900), 1_200.0, 8.0).of(&code));
    let colour = DynamicImage::ImageLuma8(large).into_rgba8();
    let bitmap = DynamicImage::ImageRgba8(imageops::thumbnail(&colour, 2_600, 2_000)).into_rgb8();
    let frame = imageops::thumbnail(&colour, 3_200, 2_400);
    let thirty = DynamicImage::ImageLuma8(Shot::turned((6_000, 5_000), 2_000.0, 8.0).of(&code)).into_rgb8();
    for (name, image, kind) in [
        ("deep.png", DynamicImage::ImageRgba16(deep), ImageFormat::Png),
        ("large.webp", colour.clone().into(), ImageFormat::WebP),
        ("large.png", colour.into(), ImageFormat::Png),
        ("large.bmp", bitmap.into(), ImageFormat::Bmp),
        ("large.gif", frame.into(), ImageFormat::Gif),
        ("large.jpg", thirty.into(), ImageFormat::Jpeg),
    ] {
        assert_eq!(measured(name, &encoded(image, kind)).0, "codes: 1", "{name}");
    }
}

/// A frame that is far larger than the screen on which it is painted.
#[test]
fn a_frame_larger_than_its_screen_is_refused() {
    let mut gif = encoded(RgbaImage::from_pixel(4, 4, Rgba([9, 9, 9, 255])), ImageFormat::Gif);
    let frame = gif.windows(5).position(|five| five == [0x2c, 0, 0, 0, 0]).unwrap();
    gif[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    assert_eq!(measured("frame.gif", &gif).0, format!("{:?}", Trouble::Broken));
}

#[test]
fn pictures_that_are_made_to_be_searched_for_long_end_in_time() {
    let corner = |x: u32, y: u32| {
        let ring = |n: u32| (1..8).contains(&n);
        let (x, y) = (x % 9, y % 9);
        ring(x) && ring(y) && (matches!(x, 1 | 7) || matches!(y, 1 | 7) || ((3..6).contains(&x) && (3..6).contains(&y)))
    };
    let corners = GrayImage::from_fn(1_998, 1_998, |x, y| Luma([if corner(x, y) { 0 } else { 255 }]));
    let mut seed = 7_u32;
    let noise = GrayImage::from_fn(2_000, 2_000, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Luma([if seed >> 31 == 0 { 0 } else { 255 }])
    });
    // One black area with marks in it that look like corners, met again in every row.
    let comb = GrayImage::from_fn(2_000, 2_000, |x, y| {
        let mark = matches!(x % 14, 0 | 2..=4 | 6) || x % 14 > 7;
        Luma([if mark || y % 50 == 0 { 0 } else { 255 }])
    });
    for (name, image) in [("corners.png", corners), ("noise.png", noise), ("comb.png", comb)] {
        let outcome = measured(name, &encoded(DynamicImage::ImageLuma8(image), ImageFormat::Png)).0;
        assert!(outcome.starts_with("codes:"), "{name}: {outcome}");
    }
}

#[test]
fn thirty_codes_and_a_full_one_are_read_in_time() {
    let mut thirty = GrayImage::from_pixel(1_800, 1_500, Luma([255]));
    for n in 0..30_u32 {
        let code = Drawn::of(&format!("{PAYLOAD}{n:03}")).flat(6);
        imageops::replace(&mut thirty, &code, i64::from(n % 6 * 300), i64::from(n / 6 * 300));
    }
    let outcome = measured("thirty.png", &encoded(DynamicImage::ImageLuma8(thirty), ImageFormat::Png)).0;
    assert!(outcome.starts_with("codes: ") && outcome != "codes: 1", "{outcome}");
    let full = Drawn::with(&"x".repeat(2_900), qrcode::EcLevel::L).flat(6);
    assert_eq!(measured("full.png", &encoded(DynamicImage::ImageLuma8(full), ImageFormat::Png)).0, "codes: 1");
}

#[test]
fn archives_that_are_made_to_be_large_stay_within_the_bounds() {
    let zip = |entries: usize, content: &[u8]| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for n in 0..entries {
            zip.start_file(format!("{n}.png"), SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let picture = encoded(DynamicImage::ImageRgb8(ImageBuffer::from_pixel(9, 9, Rgb([1, 2, 3]))), ImageFormat::Png);
    let bomb = |megabytes: usize| [&picture[..], &vec![0; megabytes * 1024 * 1024]].concat();
    for (name, file, wanted) in [
        ("many.zip", zip(10_000, &[]), format!("{:?}", Trouble::TooManyEntries { most: 1_000 })),
        ("most.zip", zip(1_000, &picture), "1000 of 1000".to_owned()),
        ("bombs.zip", zip(20, &bomb(19)), "3 of 20".to_owned()),
        ("larger.zip", zip(20, &bomb(21)), "0 of 20".to_owned()),
        ("zeros.zip", zip(3, &vec![0; 100 * 1024 * 1024]), "0 of 3".to_owned()),
    ] {
        assert_eq!(measured(name, &file).0, wanted, "{name}");
    }
}

/// As large as an archive may be, and the pictures in it as large as they may be.
#[test]
fn a_full_archive_whose_pictures_are_read_stays_within_the_bounds() {
    let picture = encoded(deep(&Shot::turned((3_800, 2_900), 1_200.0, 8.0).of(&Drawn::of(PAYLOAD))), ImageFormat::Png);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("filling.bin", stored).unwrap();
    zip.write_all(&vec![7; 40 * 1024 * 1024]).unwrap();
    for name in ["a.png", "b.png"] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(&picture).unwrap();
    }
    let file = zip.finish().unwrap().into_inner();
    assert_eq!(measured(&format!("archive{FULL}"), &file).0, "codes: 1, codes: 1");
}

#[test]
fn what_is_refused_is_refused_in_time() {
    let photograph = DynamicImage::ImageLuma8(Shot::turned((2_000, 1_500), 400.0, 8.0).of(&Drawn::of(PAYLOAD)));
    let whole = [ImageFormat::Jpeg, ImageFormat::Png].map(|kind| encoded(photograph.clone().into_rgb8(), kind));
    let [jpeg, png] = whole.map(|file| file[..file.len() * 9 / 10].to_vec());
    let [gif, moving_png, webp] = animations();
    let script = encoded(Drawn::of("<script>alert(1)</script>").flat(6), ImageFormat::Png);
    for (name, file, wanted) in [
        ("enormous.jpg", enormous(ImageFormat::Jpeg), "TooManyPixels"),
        ("enormous.png", enormous(ImageFormat::Png), "TooManyPixels"),
        ("moving.gif", gif, "Animated"),
        ("moving.png", moving_png, "Animated"),
        ("moving.webp", webp, "Animated"),
        ("photo.heic", heif("heic"), "Heic"),
        ("truncated.jpg", jpeg, "Broken"),
        ("truncated.png", png, "Broken"),
        ("script.png", script, "OddCode"),
    ] {
        let outcome = measured(name, &file).0;
        assert!(outcome.starts_with(wanted), "{name}: {outcome}");
    }
}
