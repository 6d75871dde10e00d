//! The kinds of pictures that are read, which way up they come out, and that nothing but pixels does.

use image::{DynamicImage, GenericImageView, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{
    drawn::{Drawn, PAYLOAD},
    encoded,
};
use crate::pictures::{Seen, read, single};

const RED: Rgb<u8> = Rgb([200, 30, 30]);
const WHITE: Rgb<u8> = Rgb([250, 250, 250]);

/// White, with a red first quarter.
fn with_a_red_corner() -> RgbImage {
    RgbImage::from_fn(120, 80, |x, y| if x < 60 && y < 40 { RED } else { WHITE })
}

async fn seen(file: Vec<u8>) -> Seen {
    read(file.into()).await.unwrap()
}

fn is_near(found: Rgba<u8>, wanted: Rgb<u8>) -> bool {
    found.0.iter().zip(wanted.0).all(|(found, wanted)| found.abs_diff(wanted) < 25)
}

/// Whether each corner is red: top left, top right, bottom right, bottom left.
fn red_corners(seen: &Seen) -> [bool; 4] {
    let kept = image::load_from_memory(&seen.kept).unwrap();
    assert_eq!(kept.dimensions(), (seen.width, seen.height));
    let (right, bottom) = (kept.width() - 10, kept.height() - 10);
    [(10, 10), (right, 10), (right, bottom), (10, bottom)].map(|(x, y)| {
        let found = kept.get_pixel(x, y);
        assert!(is_near(found, RED) || is_near(found, WHITE), "{found:?} at {x}, {y}");
        is_near(found, RED)
    })
}

/// A segment of metadata.
pub fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, content].concat()
}

/// A JPEG with segments after its first marker.
pub fn with_segments(jpeg: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    [&jpeg[..2], &segments.concat(), &jpeg[2..]].concat()
}

/// What a phone notes: the orientation, and where it was.
pub fn exif(orientation: u8) -> Vec<u8> {
    let entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    let place = b"GPS 31.2304N 121.4737E";
    segment(0xe1, &[b"Exif\0\0II*\0\x08\0\0\0\x01\0".as_slice(), &entry, &[0; 4], place].concat())
}

#[tokio::test]
async fn a_photograph_is_turned_upright() {
    let jpeg = encoded(with_a_red_corner(), ImageFormat::Jpeg);
    // Where the first corner of the file belongs (CIPA DC-008, Orientation).
    for (orientation, corner, on_its_side) in [
        (1, 0, false),
        (2, 1, false),
        (3, 2, false),
        (4, 3, false),
        (5, 0, true),
        (6, 1, true),
        (7, 2, true),
        (8, 3, true),
    ] {
        let seen = seen(with_segments(&jpeg, &[exif(orientation)])).await;
        assert_eq!((seen.width, seen.height), if on_its_side { (80, 120) } else { (120, 80) }, "{orientation}");
        let mut wanted = [false; 4];
        wanted[corner] = true;
        assert_eq!(red_corners(&seen), wanted, "{orientation}");
    }
}

#[tokio::test]
async fn nothing_but_pixels_is_kept() {
    let jpeg = encoded(with_a_red_corner(), ImageFormat::Jpeg);
    let told: [&[u8]; 5] = [b"Exif", b"GPS", b"ns.adobe.com/xap", b"ICC_PROFILE", b"taken by"];
    let file = with_segments(
        &jpeg,
        &[
            exif(6),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
            segment(0xe2, b"ICC_PROFILE\0\x01\x01 a profile"),
            segment(0xed, b"Photoshop 3.0\08BIM"),
            segment(0xfe, b"taken by Wang"),
        ],
    );
    let holds = |file: &[u8], text: &[u8]| file.windows(text.len()).any(|window| window == text);
    assert!(told.iter().all(|text| holds(&file, text)));
    let kept = seen([file, b"after the end: GPS".to_vec()].concat()).await.kept;
    assert!(told.iter().all(|text| !holds(&kept, text)));
    // The only segment of its kind is the one that makes it a JFIF file.
    assert_eq!(&kept[..11], b"\xff\xd8\xff\xe0\0\x10JFIF\0");
    let others = kept.windows(2).filter(|two| two[0] == 0xff && matches!(two[1], 0xe1..=0xef | 0xfe));
    assert_eq!(others.count(), 0);
}

#[tokio::test]
async fn colours_of_printing_are_read() {
    // Ink for each pixel; the encoder turns it round as such files have it (Adobe's technical note 5116).
    let inks: Vec<u8> = with_a_red_corner()
        .pixels()
        .flat_map(|pixel| {
            let [red, green, blue] = pixel.0.map(|colour| 255 - colour);
            let black = red.min(green).min(blue);
            let ink = |colour: u8| u8::try_from(u32::from(colour - black) * 255 / u32::from(255 - black)).unwrap();
            [ink(red), ink(green), ink(blue), black]
        })
        .collect();
    for (what, kind) in [("CMYK", ColorType::Cmyk), ("YCCK", ColorType::CmykAsYcck)] {
        for progressive in [false, true] {
            let mut file = Vec::new();
            let mut encoder = Encoder::new(&mut file, 90);
            encoder.set_progressive(progressive);
            encoder.encode(&inks, 120, 80, kind).unwrap();
            assert_eq!(red_corners(&seen(file).await), [true, false, false, false], "{what}, {progressive}");
        }
    }
}

#[tokio::test]
async fn a_progressive_photograph_is_read() {
    for sampling in [SamplingFactor::F_1_1, SamplingFactor::F_2_2] {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 90);
        encoder.set_progressive(true);
        encoder.set_sampling_factor(sampling);
        encoder.encode(with_a_red_corner().as_raw(), 120, 80, ColorType::Rgb).unwrap();
        assert_eq!(red_corners(&seen(file).await), [true, false, false, false]);
    }
}

#[tokio::test]
async fn a_code_is_read_in_every_kind_of_picture() {
    let flat = Drawn::of(PAYLOAD).flat(6);
    let (width, height) = flat.dimensions();
    let at = |x, y| flat.get_pixel(x, y).0[0];
    let deep = |x, y| u16::from(at(x, y)) * 257;
    let grey = || DynamicImage::ImageLuma8(flat.clone());
    let on_nothing = image::ImageBuffer::from_fn(width, height, |x, y| Rgba([0, 0, 0, 255 - at(x, y)]));
    let deep_on_nothing = image::ImageBuffer::from_fn(width, height, |x, y| LumaA([0, u16::MAX - deep(x, y)]));
    let deep_grey = image::ImageBuffer::from_fn(width, height, |x, y| Luma([deep(x, y)]));
    let deep_colours = image::ImageBuffer::from_fn(width, height, |x, y| Rgb([deep(x, y), deep(x, y), u16::MAX]));
    for (what, image, kind) in [
        ("grey JPEG", grey(), ImageFormat::Jpeg),
        ("grey PNG", grey(), ImageFormat::Png),
        ("PNG on nothing", DynamicImage::ImageRgba8(on_nothing), ImageFormat::Png),
        ("16-bit grey PNG", DynamicImage::ImageLuma16(deep_grey), ImageFormat::Png),
        ("16-bit PNG", DynamicImage::ImageRgb16(deep_colours), ImageFormat::Png),
        ("16-bit PNG on nothing", DynamicImage::ImageLumaA16(deep_on_nothing), ImageFormat::Png),
        ("GIF", grey().into_rgba8().into(), ImageFormat::Gif),
        ("BMP", grey().into_rgb8().into(), ImageFormat::Bmp),
        ("WebP", grey().into_rgb8().into(), ImageFormat::WebP),
        ("small code", DynamicImage::ImageLuma8(Drawn::of(PAYLOAD).flat(2)), ImageFormat::Png),
        ("tiny code", DynamicImage::ImageLuma8(Drawn::of(PAYLOAD).flat(1)), ImageFormat::Png),
        (
            "white on black",
            DynamicImage::ImageLuma8(image::ImageBuffer::from_fn(width, height, |x, y| Luma([255 - at(x, y)]))),
            ImageFormat::Png,
        ),
    ] {
        let seen = seen(encoded(image, kind)).await;
        assert_eq!(single(&seen).map(|code| code.payload.as_str()), Ok(PAYLOAD), "{what}");
        let corner = image::load_from_memory(&seen.kept).unwrap().get_pixel(1, 1);
        assert!(corner.0[0] > 230 || what == "white on black", "{what} stands on white, not on {corner:?}");
    }
}
