//! Files without what stands beside their pixels, and with the very same pixels.

use image::{DynamicImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, metadata::Orientation};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{
    bad_input::chunk,
    encoded,
    kinds::{exif, segment, with_segments},
};
use crate::pictures::{bare, decode::decode};

const SECRETS: [&[u8]; 4] = [b"GPS", b"taken by Wang", b"ns.adobe.com", b"behind the end"];

fn colours() -> RgbImage {
    RgbImage::from_fn(97, 61, |x, y| Rgb([x * 3 % 256, y * 5 % 256, (x * y) % 256].map(|n| u8::try_from(n).unwrap())))
}

#[track_caller]
fn same_pixels_and_nothing_else(file: &[u8], what: &str) {
    let holds = |file: &[u8], text: &[u8]| file.windows(text.len()).any(|window| window == text);
    let told = SECRETS.iter().filter(|text| holds(file, text)).count();
    assert!(told > 1, "{what} tells {told} things");
    let bare = bare(file).unwrap();
    for text in SECRETS {
        assert!(!holds(&bare, text), "{what} still tells {}", String::from_utf8_lossy(text));
    }
    assert_eq!(image::load_from_memory(&bare).unwrap(), image::load_from_memory(file).unwrap(), "{what}");
    assert_eq!(crate::pictures::bare(&bare).as_deref(), Some(&bare[..]), "{what}: nothing is left to take away");
}

#[test]
fn a_png_keeps_its_pixels_and_tells_nothing_else() {
    let grey = image::ImageBuffer::from_fn(40, 30, |x, y| Luma([(x * 900 + y) as u16]));
    let clear = image::ImageBuffer::from_fn(40, 30, |x, y| Rgba([x as u8, y as u8, 7, (x * y % 256) as u8]));
    for (what, image) in [
        ("colours", DynamicImage::ImageRgb8(colours())),
        ("16 bits", DynamicImage::ImageLuma16(grey)),
        ("clear", DynamicImage::ImageRgba8(clear)),
    ] {
        let png = encoded(image, ImageFormat::Png);
        let notes = [chunk(b"tEXt", b"Author\0taken by Wang"), chunk(b"eXIf", b"II*\0GPS 31.2304N 121.4737E")].concat();
        let file = [&png[..33], &notes, &png[33..], b"behind the end"].concat();
        same_pixels_and_nothing_else(&file, what);
    }
}

#[test]
fn a_jpeg_keeps_its_pixels_and_tells_nothing_else() {
    let encode = |kind, pixels: &[u8], progressive, restarts: Option<u16>| {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 90);
        encoder.set_progressive(progressive);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        if let Some(restarts) = restarts {
            encoder.set_restart_interval(restarts);
        }
        encoder.encode(pixels, 97, 61, kind).unwrap();
        file
    };
    let rgb = colours().into_raw();
    let ink: Vec<u8> = (0..97 * 61 * 4).map(|n| u8::try_from(n * 7 % 256).unwrap()).collect();
    for (what, jpeg) in [
        ("plain", encode(ColorType::Rgb, &rgb, false, None)),
        ("progressive", encode(ColorType::Rgb, &rgb, true, None)),
        ("with restarts", encode(ColorType::Rgb, &rgb, false, Some(2))),
        ("of ink", encode(ColorType::CmykAsYcck, &ink, false, None)),
    ] {
        let notes =
            [exif(1), segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"), segment(0xfe, b"taken by Wang")];
        let file = [&with_segments(&jpeg, &notes)[..], b"behind the end"].concat();
        same_pixels_and_nothing_else(&file, what);
    }
}

/// Whoever turns the pixels of the file the way that it says would lose that they are the very ones.
#[test]
fn how_a_picture_is_turned_is_kept_and_nothing_that_stood_beside_it() {
    let jpeg = encoded(colours(), ImageFormat::Jpeg);
    let png = encoded(colours(), ImageFormat::Png);
    for orientation in 1..=8 {
        let noted = exif(orientation);
        // Behind the marker, the length and what tells a JPEG that it is this segment.
        let in_png = [&png[..33], &chunk(b"eXIf", &noted[10..]), &png[33..]].concat();
        for (what, file) in [("JPEG", with_segments(&jpeg, std::slice::from_ref(&noted))), ("PNG", in_png)] {
            assert!(file.windows(3).any(|three| three == b"GPS"), "{what}");
            let left = bare(&file).unwrap();
            assert!(!left.windows(3).any(|three| three == b"GPS"), "{what}, {orientation}");
            let (before, after) = (decode(&file).unwrap(), decode(&left).unwrap());
            assert_eq!(after.orientation, Orientation::from_exif(orientation).unwrap(), "{what}, {orientation}");
            assert_eq!(before.orientation, after.orientation, "{what}, {orientation}");
            assert_eq!(before.image, after.image, "{what}, {orientation}");
            assert_eq!(bare(&left), Some(left), "{what}, {orientation}: nothing is left to take away");
        }
    }
}

/// Readers differ in which of several they believe, and in whether they look behind the pixels.
#[test]
fn how_a_picture_is_turned_is_told_once_and_at_the_front() {
    let (png, jpeg) = (encoded(colours(), ImageFormat::Png), encoded(colours(), ImageFormat::Jpeg));
    let count = |file: &[u8], text: &[u8]| file.windows(text.len()).filter(|window| *window == text).count();
    let [first, second] = [exif(6), exif(3)];
    let chunks = [&first, &second].map(|noted| chunk(b"eXIf", &noted[10..]));
    // The last chunk of a PNG has no content.
    let end = png.len() - 12;
    let behind = [&png[..end], &chunks[0], &chunks[1], &png[end..]].concat();
    let around = [&png[..33], &chunks[0], &png[33..end], &chunks[1], &png[end..]].concat();
    let twice = with_segments(&jpeg, &[first, second]);
    for (what, file, mark) in
        [("behind", behind, &b"eXIf"[..]), ("around", around, &b"eXIf"[..]), ("JPEG", twice, &b"Exif\0\0"[..])]
    {
        let left = bare(&file).unwrap();
        assert_eq!(count(&left, mark), 1, "{what}");
        assert_eq!(decode(&left).unwrap().orientation, Orientation::from_exif(6).unwrap(), "{what}");
        assert!(what == "JPEG" || &left[37..41] == mark, "{what} tells it right behind its header");
    }
}

#[test]
fn what_makes_no_sense_is_left_alone() {
    let (png, jpeg) = (encoded(colours(), ImageFormat::Png), encoded(colours(), ImageFormat::Jpeg));
    for file in [&png, &jpeg] {
        for percent in [1, 20, 60, 99] {
            assert_eq!(bare(&file[..file.len() * percent / 100]), None, "{percent} of a hundred");
        }
    }
    let mut long = png;
    long[33..37].copy_from_slice(&[0xff; 4]);
    assert_eq!(bare(&long), None);
    assert_eq!(bare(&encoded(colours(), ImageFormat::Bmp)), None);
}
