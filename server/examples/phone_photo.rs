//! A photograph as a phone takes it of a posted code, of twelve megapixels unless a size is given: the code somewhere
//! in it, light that falls off, some noise. The bench has the portal read it.
//!
//! Usage: `phone_photo CODE.png PHOTO.jpg [WIDTHxHEIGHT]`

use std::{env, error::Error};

use image::{DynamicImage, GrayImage, ImageReader, Luma, imageops};

const SIZE: &str = "4000x3000";
const CODE: u32 = 700;
const PLACE: (u32, u32) = (1_500, 900);

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: phone_photo CODE.png PHOTO.jpg [WIDTHxHEIGHT]";
    let (code, photo) = (env::args().nth(1).ok_or(usage)?, env::args().nth(2).ok_or(usage)?);
    let size = env::args().nth(3).unwrap_or_else(|| SIZE.to_owned());
    let (width, height) = size.split_once('x').ok_or(usage)?;
    let (width, height) = (width.parse::<u32>()?, height.parse::<u32>()?);
    if width < PLACE.0 + CODE || height < PLACE.1 + CODE {
        return Err("the code has no room in so small a photograph".into());
    }
    let code = ImageReader::open(code)?.decode()?.into_luma8();
    let code = imageops::resize(&code, CODE, CODE, imageops::FilterType::Triangle);
    let mut seed = 7_u32;
    let mut scene = GrayImage::from_fn(width, height, |x, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Luma([shade(225 - 100 * x / width - (seed >> 28))])
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
