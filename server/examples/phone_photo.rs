//! A photograph of twelve megapixels as a phone takes it of a posted code: the code somewhere in it, light that falls
//! off, some noise. The bench has the portal read it.
//!
//! Usage: `phone_photo CODE.png PHOTO.jpg`

use std::{env, error::Error};

use image::{DynamicImage, GrayImage, ImageReader, Luma, imageops};

const SIZE: (u32, u32) = (4_000, 3_000);
const CODE: u32 = 700;
const PLACE: (u32, u32) = (1_500, 900);

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: phone_photo CODE.png PHOTO.jpg";
    let (code, photo) = (env::args().nth(1).ok_or(usage)?, env::args().nth(2).ok_or(usage)?);
    let code = ImageReader::open(code)?.decode()?.into_luma8();
    let code = imageops::resize(&code, CODE, CODE, imageops::FilterType::Triangle);
    let mut seed = 7_u32;
    let mut scene = GrayImage::from_fn(SIZE.0, SIZE.1, |x, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Luma([shade(225 - x / 40 - (seed >> 28))])
    });
    for (x, y, dot) in code.enumerate_pixels() {
        let at = scene.get_pixel_mut(PLACE.0 + x, PLACE.1 + y);
        // Ink is never quite black, and is lit as the paper around it.
        at.0[0] = shade(u32::from(at.0[0]) * u32::from(dot.0[0].max(40)) / 255);
    }
    DynamicImage::ImageRgb8(DynamicImage::ImageLuma8(scene).into_rgb8()).save(photo)?;
    Ok(())
}

fn shade(light: u32) -> u8 {
    u8::try_from(light).unwrap_or(u8::MAX)
}
