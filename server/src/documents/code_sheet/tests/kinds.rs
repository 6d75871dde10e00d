//! Images of every kind that is taken as issued: colours, more bits, a palette, ink, what shows through, what a camera
//! turned. Each is printed so that others read it.

use app::pictures;
use image::{DynamicImage, ImageBuffer, Rgb, Rgba};
use jpeg_encoder::{ColorType, Encoder};

use super::prints::{codes_of, pages_of};
use super::*;
use crate::documents::code_sheet::reading;

fn file(image: impl Into<DynamicImage>, kind: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, kind).expect("an image");
    bytes.into_inner()
}

/// The sheet of an image as it leaves: without what stands beside its pixels.
fn issued_as(image: &[u8]) -> CodeSheet {
    let image = pictures::bare(image).expect("an image that makes sense");
    CodeSheet { code: SheetCode::Issued { image, payload: PAYLOAD.into() }, ..a_sheet() }
}

/// A PNG whose pixels are black where the code is, and nothing elsewhere.
fn on_nothing(code: &GrayImage) -> Vec<u8> {
    let pixels =
        ImageBuffer::from_fn(code.width(), code.height(), |x, y| Rgba([0, 0, 0, 255 - code.get_pixel(x, y).0[0]]));
    file(DynamicImage::ImageRgba8(pixels), ImageFormat::Png)
}

/// A chunk of a PNG with its checksum (ISO/IEC 15948, annex D).
fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [kind.as_slice(), content].concat();
    let bit = |crc: u32| crc >> 1 ^ (0xedb8_8320 * (crc & 1));
    let sum = !named.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)));
    let length = u32::try_from(content.len()).expect("a length");
    [&length.to_be_bytes(), &named[..], &sum.to_be_bytes()].concat()
}

/// A PNG whose pixels are numbers of colours, the first of which is white and the last black.
fn with_a_palette(code: &GrayImage) -> Vec<u8> {
    let turned = GrayImage::from_fn(code.width(), code.height(), |x, y| Luma([255 - code.get_pixel(x, y).0[0]]));
    let grey = png(&turned);
    let mut header = grey[16..29].to_vec();
    // The kind of the colours, after both sides and the bits of each.
    header[9] = 3;
    let palette: Vec<u8> = (0..=255).rev().flat_map(|shade: u8| [shade; 3]).collect();
    [&grey[..8], &chunk(b"IHDR", &header), &chunk(b"PLTE", &palette), &grey[33..]].concat()
}

/// A JPEG of ink, as papers are sent to a printer: black where the code is.
fn of_ink(code: &GrayImage, kind: ColorType) -> Vec<u8> {
    let inks: Vec<u8> = code.pixels().flat_map(|pixel| [0, 0, 0, 255 - pixel.0[0]]).collect();
    let side = u16::try_from(code.width()).expect("a side");
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, 90).encode(&inks, side, side, kind).expect("a JPEG");
    jpeg
}

#[test]
fn an_image_of_every_kind_is_printed_so_that_others_read_it() {
    let code = a_code(PAYLOAD, 8, 4);
    let (width, height) = code.dimensions();
    let at = |x, y| code.get_pixel(x, y).0[0];
    let deep = |x, y| u16::from(at(x, y)) * 257;
    let colours =
        ImageBuffer::from_fn(width, height, |x, y| if at(x, y) == 0 { Rgb([6, 67, 77]) } else { Rgb([255; 3]) });
    let deep_grey = ImageBuffer::from_fn(width, height, |x, y| Luma([deep(x, y)]));
    let deep_colours = ImageBuffer::from_fn(width, height, |x, y| Rgb([deep(x, y), deep(x, y), u16::MAX]));
    let small = DynamicImage::ImageLuma8(a_code(PAYLOAD, 6, 4)).into_rgb8();
    for (what, image) in [
        ("a JPEG in colours", file(small, ImageFormat::Jpeg)),
        ("a grey JPEG", file(code.clone(), ImageFormat::Jpeg)),
        ("a JPEG of ink", of_ink(&code, ColorType::Cmyk)),
        ("a JPEG of ink in another order", of_ink(&code, ColorType::CmykAsYcck)),
        ("a PNG in colours", file(DynamicImage::ImageRgb8(colours), ImageFormat::Png)),
        ("a PNG of 16 bits", file(DynamicImage::ImageLuma16(deep_grey), ImageFormat::Png)),
        ("a PNG in colours of 16 bits", file(DynamicImage::ImageRgb16(deep_colours), ImageFormat::Png)),
        ("a PNG with a palette", with_a_palette(&code)),
        ("a PNG on nothing", on_nothing(&code)),
        // So close that the sheet shows the code alone, with a margin of its own.
        ("a PNG on nothing without a margin", on_nothing(&a_code(PAYLOAD, 7, 0))),
    ] {
        let sheet = issued_as(&image);
        let pdf = make(&sheet).unwrap_or_else(|faults| panic!("{what}: {faults:?}")).pdf;
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(codes_of(&pdf, folder.path()), [format!("{PAYLOAD}\n")], "{what}");
        // A JPEG is printed as it came, byte by byte.
        let SheetCode::Issued { image: left, .. } = &sheet.code else { panic!("{what}") };
        let is_jpeg = left.starts_with(b"\xff\xd8");
        assert!(!is_jpeg || pdf.windows(left.len()).any(|part| part == left.as_slice()), "{what} was set anew");
    }
}

/// Whether the code of a sheet has its top at the top.
fn is_upright(image: &[u8]) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = pages_of(&passed(&issued_as(image)).pdf, folder.path());
    let page = image::open(&pages[0]).expect("the page").into_luma8();
    let codes = reading::read(&page);
    let [code] = &codes[..] else { panic!("{} codes", codes.len()) };
    let side = code.modules as f64;
    let (corner, beside, below) = (code.at(0.0, 0.0), code.at(side, 0.0), code.at(0.0, side));
    let most = code.width() / 10.0;
    let level = (corner.1 - beside.1).abs() < most && (corner.0 - below.0).abs() < most;
    level && beside.0 > corner.0 && below.1 > corner.1
}

#[test]
fn an_image_that_a_camera_turned_is_printed_upright_with_the_same_pixels() {
    // The whole picture is set; and a code so small in one corner of it that it must be cut out.
    let small = pasted(white(1_104, 1_504), &a_code(PAYLOAD, 8, 4), 80, 1_000);
    for upright in [a_code(PAYLOAD, 8, 4), small] {
        is_turned_upright(&upright);
    }
}

fn is_turned_upright(upright: &GrayImage) {
    let lying = DynamicImage::ImageLuma8(upright.clone()).rotate270().into_rgb8();
    // Turn it to the right (CIPA DC-008, Orientation).
    let noted = [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0".as_slice(), &[0; 4]].concat();
    let (png, jpeg) = (file(lying.clone(), ImageFormat::Png), file(lying, ImageFormat::Jpeg));
    assert!(!is_upright(&png) && !is_upright(&jpeg));
    let segment = [b"\xff\xe1\0\x22Exif\0\0".as_slice(), &noted].concat();
    assert_eq!(segment.len(), 2 + 0x22);
    assert!(is_upright(&[&png[..33], &chunk(b"eXIf", &noted), &png[33..]].concat()));
    assert!(is_upright(&[&jpeg[..2], &segment, &jpeg[2..]].concat()));
}
