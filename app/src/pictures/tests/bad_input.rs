//! Files that are no pictures, pictures that are none any more, and codes that are not what an issued code is.

use image::{
    Delay, DynamicImage, Frame, GrayImage, ImageFormat, Luma, Rgb, RgbImage, RgbaImage, codecs::gif::GifEncoder,
    imageops,
};
use qrcode::EcLevel;

use super::{
    drawn::{Drawn, PAYLOAD},
    encoded,
};
use crate::{
    pictures::{Code, Seen, Trouble, read, single},
    text::Message,
};

const KINDS: [ImageFormat; 5] =
    [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp];

async fn trouble(file: Vec<u8>) -> Trouble {
    read(file.into()).await.unwrap_err()
}

async fn seen(image: GrayImage) -> Seen {
    read(encoded(DynamicImage::ImageLuma8(image), ImageFormat::Png).into()).await.unwrap()
}

/// The stripes of a picture that cannot be packed into nothing.
fn stripes() -> RgbImage {
    RgbImage::from_fn(97, 61, |x, y| Rgb([x * 3 % 256, y * 5 % 256, (x * y) % 256].map(|n| u8::try_from(n).unwrap())))
}

/// What an iPhone writes, as far as anybody here reads it.
pub fn heif(brand: &str) -> Vec<u8> {
    [b"\0\0\0\x18ftyp".as_slice(), brand.as_bytes(), b"\0\0\0\0mif1heic", &[0; 200]].concat()
}

#[tokio::test]
async fn what_is_no_picture_is_named() {
    assert_eq!(trouble(Vec::new()).await, Trouble::NotAPicture);
    assert_eq!(trouble(b"%PDF-1.7\n".to_vec()).await, Trouble::NotAPicture);
    assert_eq!(trouble(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()).await, Trouble::NotAPicture);
    for brand in ["heic", "heix", "mif1", "hevc"] {
        assert_eq!(trouble(heif(brand)).await, Trouble::Heic, "{brand}");
    }
    let large = [encoded(stripes(), ImageFormat::Jpeg), vec![0; 20 * 1024 * 1024]].concat();
    assert_eq!(trouble(large).await, Trouble::TooLarge { megabytes: 20 });
}

/// A chunk of a PNG with its checksum (ISO/IEC 15948, annex D).
pub fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [kind.as_slice(), content].concat();
    let crc = named
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (0xedb8_8320 * (crc & 1))));
    [&u32::try_from(content.len()).unwrap().to_be_bytes(), &named[..], &(!crc).to_be_bytes()].concat()
}

/// A chunk of a WebP.
fn riff(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = [kind, &u32::try_from(content.len()).unwrap().to_le_bytes()[..], content].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// Two frames as GIF, what a PNG says of itself that has them, and as WebP.
pub fn animations() -> [Vec<u8>; 3] {
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for shade in [0, 255] {
        let image = RgbaImage::from_pixel(8, 8, image::Rgba([shade; 4]));
        encoder.encode_frame(Frame::from_parts(image, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
    }
    drop(encoder);
    let png = encoded(stripes(), ImageFormat::Png);
    let control = chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    // After the signature and the header.
    let png = [&png[..33], &control, &png[33..]].concat();
    let still = encoded(stripes(), ImageFormat::WebP);
    let (width, height) = (96_u32.to_le_bytes(), 60_u32.to_le_bytes());
    let size = [&width[..3], &height[..3]].concat();
    let extended = riff(b"VP8X", &[&[2, 0, 0, 0][..], &size].concat());
    let frame = riff(b"ANMF", &[&[0; 6][..], &size, &[100, 0, 0, 0], &still[12..]].concat());
    let webp = [&b"WEBP"[..], &extended, &riff(b"ANIM", &[0; 6]), &frame, &frame].concat();
    [gif, png, riff(b"RIFF", &webp)]
}

#[tokio::test]
async fn what_moves_is_refused() {
    for file in animations() {
        assert_eq!(trouble(file).await, Trouble::Animated);
    }
}

#[tokio::test]
async fn what_was_cut_short_is_refused() {
    for kind in KINDS {
        let file = encoded(stripes(), kind);
        for percent in [30, 50, 70, 90, 98] {
            let found = trouble(file[..file.len() * percent / 100].to_vec()).await;
            assert_eq!(found, Trouble::Broken, "{percent} of a hundred of {kind:?}");
        }
        read(file.into()).await.unwrap();
    }
}

/// A file that says of itself that it has a hundred megapixels.
pub fn enormous(kind: ImageFormat) -> Vec<u8> {
    let side = 10_000_u32;
    let mut file = encoded(stripes(), kind);
    let patch = |file: &mut Vec<u8>, at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    let (large, small) = (side.to_be_bytes(), side.to_le_bytes());
    match kind {
        ImageFormat::Jpeg => {
            let at = file.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
            patch(&mut file, at + 5, &[large[2], large[3], large[2], large[3]]);
        }
        ImageFormat::Png => {
            let header = chunk(b"IHDR", &[&large[..], &large, &[8, 2, 0, 0, 0]].concat());
            patch(&mut file, 8, &header);
        }
        ImageFormat::Gif => patch(&mut file, 6, &[small[0], small[1], small[0], small[1]]),
        ImageFormat::WebP => {
            let sides = (side - 1) | (side - 1) << 14;
            patch(&mut file, 21, &sides.to_le_bytes());
        }
        _ => patch(&mut file, 18, &[small, small].concat()),
    }
    file
}

#[tokio::test]
async fn a_hundred_megapixels_are_refused_before_they_are_unpacked() {
    for kind in KINDS {
        let found = trouble(enormous(kind)).await;
        assert!(matches!(found, Trouble::TooManyPixels { megapixels: 100, most: 8..=40 }), "{kind:?}: {found:?}");
    }
}

#[tokio::test]
async fn a_code_that_is_no_issued_code_is_refused() {
    let white = GrayImage::from_pixel(400, 300, Luma([255]));
    assert_eq!(single(&seen(white).await), Err(Trouble::NoCode));
    let long = "x".repeat(2_900);
    let seen_long = seen(Drawn::with(&long, EcLevel::L).flat(4)).await;
    assert_eq!(single(&seen_long), Err(Trouble::LongCode { most: 1_000 }));
    assert_eq!(seen_long.codes, [Code { payload: long, copies: 1 }]);
    assert_eq!(single(&seen(Drawn::of("a\0b").flat(6)).await), Err(Trouble::OddCode));
    assert_eq!(single(&seen(Drawn::of("a\u{85}b").flat(6)).await), Err(Trouble::OddCode));
    // What a browser would run, or take for a page.
    for text in [
        "<script>alert(1)</script>",
        "https://s.sh.gov.cn/<svg onload=alert(1)>",
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "DATA:text/html,hello",
        "vbscript:MsgBox(1)",
    ] {
        let seen = seen(Drawn::of(text).flat(6)).await;
        assert_eq!(single(&seen), Err(Trouble::OddCode), "{text}");
        assert_eq!(seen.codes[0].payload, text, "it is read, and whoever only compares it may");
    }
    for text in ["场所码 31011700042", "'; DROP TABLE", "https://s.sh.gov.cn/a?next=javascript:", "database:7"] {
        assert_eq!(single(&seen(Drawn::of(text).flat(6)).await).map(|code| code.payload.as_str()), Ok(text));
    }
}

#[tokio::test]
async fn more_than_one_code_is_refused() {
    let grid = |across: u32, down: u32, same: bool| {
        let codes = (0..across * down).map(|n| Drawn::of(&format!("{PAYLOAD}{:03}", if same { 0 } else { n })).flat(4));
        let mut all = GrayImage::from_pixel(1, 1, Luma([255]));
        for (n, code) in (0..).zip(codes) {
            let side = code.width();
            if n == 0 {
                all = GrayImage::from_pixel(across * side, down * side, Luma([255]));
            }
            imageops::replace(&mut all, &code, i64::from(n % across * side), i64::from(n / across * side));
        }
        all
    };
    for (across, down, same) in [(2, 1, false), (2, 1, true), (6, 5, false), (6, 5, true)] {
        let seen = seen(grid(across, down, same)).await;
        assert_eq!(single(&seen), Err(Trouble::SeveralCodes), "{across} by {down}, {same}");
        assert!(seen.codes.len() <= 10);
    }
}

#[test]
fn every_reason_has_its_words() {
    let all = [
        Trouble::NotAPicture,
        Trouble::Heic,
        Trouble::Animated,
        Trouble::TooLarge { megabytes: 20 },
        Trouble::TooManyPixels { megapixels: 100, most: 24 },
        Trouble::Broken,
        Trouble::NoCode,
        Trouble::SeveralCodes,
        Trouble::LongCode { most: 1_000 },
        Trouble::OddCode,
        Trouble::NotAnArchive,
        Trouble::Nested,
        Trouble::Locked,
        Trouble::TooManyEntries { most: 1_000 },
        Trouble::TooMuch { megabytes: 64 },
    ];
    for trouble in all {
        let Message { key, args } = trouble.message();
        for locale in crate::text::Locale::ALL {
            let said = locale.say(&Message { key, args: args.clone() });
            assert!(said != key && !said.contains("%{"), "{said}");
        }
    }
    let said = crate::text::Locale::Zh.say(&all[4].message());
    assert!(said.contains("10000 万") && said.contains("2400 万"), "{said}");
}
