//! The picture of the code on a sheet: the city's image as it is, or the payload drawn anew.

use std::io::Cursor;

use app::documents::code_sheet::{SheetCode, SheetFault};
use app::pictures;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, imageops};
use qrcode::{EcLevel, QrCode, Version, bits::Bits, render::svg};
use typst::foundations::Bytes;

use super::reading;
use crate::documents::paper::Picture;

/// The largest image that is set: the guide's largest poster at its 300 dots per inch, and some room.
const MAX_PIXELS: u64 = 40_000_000;
/// The city's image is searched for its code at no more than this many pixels a side.
const SEARCHED_SIDE: u32 = 1600;
/// Light modules that a code has around it (ISO/IEC 18004).
pub const QUIET_MODULES: u8 = 4;

/// A rectangle in a picture: left, top, width and height as shares of the picture's own width and height.
pub type Window = [f64; 4];

pub fn picture(code: &SheetCode) -> Result<Picture, SheetFault> {
    match code {
        // Without an ending to its name, typst goes by what is in the file.
        SheetCode::Issued { image, .. } => {
            let (width, height) = reader(image)?.into_dimensions().map_err(|_| SheetFault::Image)?;
            if u64::from(width) * u64::from(height) > MAX_PIXELS {
                return Err(SheetFault::Image);
            }
            Ok(("code".to_owned(), Bytes::new(image.clone())))
        }
        SheetCode::Redrawn { payload } => Ok(("code.svg".to_owned(), Bytes::new(drawn(payload)?.into_bytes()))),
    }
}

/// The payload as vectors, with its margin. Error correction is what comes free in the version that M needs.
fn drawn(payload: &str) -> Result<String, SheetFault> {
    let with_m = (1..=40).find_map(|version| encoded(payload, Version::Normal(version), EcLevel::M));
    let with_m = with_m.ok_or(SheetFault::PayloadTooLong)?;
    let stronger = |level| encoded(payload, with_m.version(), level);
    let code = stronger(EcLevel::H).or_else(|| stronger(EcLevel::Q)).unwrap_or(with_m);
    Ok(code.render::<svg::Color>().module_dimensions(1, 1).build())
}

/// The payload as plain bytes: left to itself, the library would take some Chinese for Japanese characters, and
/// phones read them back as those.
fn encoded(payload: &str, version: Version, level: EcLevel) -> Option<QrCode> {
    let mut bits = Bits::new(version);
    bits.push_byte_data(payload.as_bytes()).ok()?;
    bits.push_terminator(level).ok()?;
    QrCode::with_bits(bits, level).ok()
}

/// Where the one code of an image stands, with its margin.
pub fn window(image: &[u8]) -> Result<Window, SheetFault> {
    let image = pixels(image)?;
    let (width, height) = image.dimensions();
    let longest = width.max(height);
    let searched = if longest > SEARCHED_SIDE {
        let scaled = |side: u32| (u64::from(side) * u64::from(SEARCHED_SIDE) / u64::from(longest)).max(1) as u32;
        imageops::thumbnail(&image, scaled(width), scaled(height))
    } else {
        image
    };
    let codes = reading::read(&searched);
    let code = match codes.as_slice() {
        [] => return Err(SheetFault::Unreadable),
        [code] => code,
        [..] => return Err(SheetFault::SeveralCodes { found: codes.len() }),
    };
    let (before, beyond) = (-f64::from(QUIET_MODULES), code.modules as f64 + f64::from(QUIET_MODULES));
    let corners = [(before, before), (beyond, before), (beyond, beyond), (before, beyond)];
    let corners = corners.map(|(right, down)| code.at(right, down));
    let span = |pick: fn(&(f64, f64)) -> f64| {
        let all = || corners.iter().map(pick);
        let first = all().fold(f64::INFINITY, f64::min);
        (first, all().fold(f64::NEG_INFINITY, f64::max) - first)
    };
    let ((left, across), (top, down)) = (span(|corner| corner.0), span(|corner| corner.1));
    let side = across.max(down);
    let (width, height) = (f64::from(searched.width()), f64::from(searched.height()));
    Ok([left / width, top / height, side / width, side / height])
}

/// An image in grey as it is set: turned as its file says, and what is transparent on the paper's white.
fn pixels(image: &[u8]) -> Result<GrayImage, SheetFault> {
    let mut decoder = reader(image)?.into_decoder().map_err(|_| SheetFault::Image)?;
    let orientation = decoder.orientation().map_err(|_| SheetFault::Image)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| SheetFault::Image)?;
    image.apply_orientation(orientation);
    Ok(pictures::grey(image).into_luma8())
}

/// Whether an image can be read to its end.
pub fn is_whole(image: &[u8]) -> bool {
    reader(image).is_ok_and(|reader| reader.decode().is_ok())
}

/// Reads PNG and JPEG and nothing else.
fn reader(image: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, SheetFault> {
    let reader = ImageReader::new(Cursor::new(image)).with_guessed_format().map_err(|_| SheetFault::Image)?;
    match reader.format() {
        Some(ImageFormat::Png | ImageFormat::Jpeg) => Ok(reader),
        _ => Err(SheetFault::Image),
    }
}
