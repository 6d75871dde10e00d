//! What is kept of a picture, and the grey copy in which codes are searched. Nothing but pixels goes in, so nothing else
//! comes out: no place, no camera, no thumbnail of what was cut away. What is transparent stands on white.

use image::{DynamicImage, GrayImage, RgbImage, codecs::jpeg::JpegEncoder};

use super::decode::Picture;

/// Longest side of what is kept, in pixels: a poster on it can still be read.
const LONGEST_SIDE: u32 = 1_600;
/// Of 100; a photograph of that size has some 300 kB.
const QUALITY: u8 = 82;

/// A JPEG of the picture, upright and reduced.
pub fn kept(picture: &Picture) -> Option<Vec<u8>> {
    let mut image = DynamicImage::ImageRgb8(on_white(&reduced(&picture.image, LONGEST_SIDE)));
    image.apply_orientation(picture.orientation);
    let mut jpeg = Vec::new();
    image.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY)).ok()?;
    Some(jpeg)
}

/// The picture with its longest side at most so many pixels.
pub fn reduced(image: &DynamicImage, side: u32) -> DynamicImage {
    if image.width().max(image.height()) > side { image.thumbnail(side, side) } else { image.clone() }
}

fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let from = image.to_rgba8();
    let mut to = RgbImage::new(from.width(), from.height());
    for (to, from) in to.pixels_mut().zip(from.pixels()) {
        let [red, green, blue, alpha] = from.0;
        to.0 = [red, green, blue].map(|colour| over_white(colour, alpha));
    }
    to
}

/// The shades of grey of a picture, as it lies, on white.
pub fn grey(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::ImageLuma8(image.into_luma8());
    }
    let from = image.to_luma_alpha8();
    drop(image);
    let mut to = GrayImage::new(from.width(), from.height());
    for (to, from) in to.pixels_mut().zip(from.pixels()) {
        to.0 = [over_white(from.0[0], from.0[1])];
    }
    DynamicImage::ImageLuma8(to)
}

fn over_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u16::from(value), u16::from(alpha));
    u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}
