//! Reading the pixels of a picture whose size was found to be bearable. The content decides what it is, never a name.

use std::io::Cursor;

use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageError, ImageFormat, Limits,
    codecs::{bmp::BmpDecoder, gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};

use super::{bounds, jpeg, trouble::Trouble};

pub struct Picture {
    pub image: DynamicImage,
    /// How it must be turned to stand upright.
    pub orientation: Orientation,
}

impl Picture {
    pub fn upright_size(&self) -> (u32, u32) {
        let (width, height) = (self.image.width(), self.image.height());
        let on_its_side = matches!(
            self.orientation,
            Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
        );
        if on_its_side { (height, width) } else { (width, height) }
    }
}

/// The kinds of pictures that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    Gif,
    WebP,
    Bmp,
}

impl Kind {
    /// By its first bytes, some hundred of them.
    pub fn of(start: &[u8]) -> Result<Self, Trouble> {
        match infer::get(start).map(|found| found.extension()) {
            Some("jpg") => Ok(Self::Jpeg),
            Some("png") => Ok(Self::Png),
            Some("gif") => Ok(Self::Gif),
            Some("webp") => Ok(Self::WebP),
            Some("bmp") => Ok(Self::Bmp),
            _ if is_heif(start) => Err(Trouble::Heic),
            _ => Err(Trouble::NotAPicture),
        }
    }
}

/// Whether the first box of a file names one of the brands of HEIF (ISO/IEC 23008-12).
pub fn is_heif(start: &[u8]) -> bool {
    let brands: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
    start.get(4..8) == Some(b"ftyp") && start.get(8..12).is_some_and(|brand| brands.contains(&brand))
}

/// Two bytes, the larger first.
pub fn read_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub fn decode(bytes: &[u8]) -> Result<Picture, Trouble> {
    if bytes.len() as u64 > bounds::MOST_BYTES {
        return Err(bounds::too_large());
    }
    match Kind::of(bytes)? {
        Kind::Jpeg => photograph(bytes),
        Kind::Png => {
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(broken)?;
            let moves = decoder.is_apng().map_err(broken)?;
            still(decoder, moves, bytes)
        }
        Kind::Gif => first_of(bytes),
        Kind::WebP => {
            let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
            let moves = decoder.has_animation();
            still(decoder, moves, bytes)
        }
        Kind::Bmp => still(BmpDecoder::new(Cursor::new(bytes)).map_err(broken)?, false, bytes),
    }
}

/// A JPEG. The decoder keeps a copy of the file.
fn photograph(bytes: &[u8]) -> Result<Picture, Trouble> {
    let look = jpeg::look(bytes).ok_or(Trouble::Broken)?;
    let mut header = JpegDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    bounds::check(header.dimensions(), look.each, 2 * bytes.len() as u64)?;
    if !look.whole {
        return Err(Trouble::Broken);
    }
    let orientation = header.orientation().map_err(broken)?;
    drop(header);
    let image = image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).map_err(broken)?;
    Ok(Picture { image, orientation })
}

/// A picture of another kind, if it is one that stands still.
fn still(mut decoder: impl ImageDecoder, moves: bool, bytes: &[u8]) -> Result<Picture, Trouble> {
    if moves {
        return Err(Trouble::Animated);
    }
    // Its pixels, what the decoder unpacks them from, and a grey copy; and what the system does not take back at once
    // of the picture before, if that was as large.
    let pixel = u64::from(decoder.color_type().bytes_per_pixel());
    let beside = if decoder.color_type().has_alpha() { 3 } else { 2 };
    bounds::check(decoder.dimensions(), pixel + beside + pixel / 8, bytes.len() as u64)?;
    decoder.set_limits(limits()).map_err(broken)?;
    let orientation = decoder.orientation().map_err(broken)?;
    Ok(Picture { image: DynamicImage::from_decoder(decoder).map_err(broken)?, orientation })
}

/// A GIF, if it is one frame. The frame, the screen that it is painted on and its bytes are held together.
fn first_of(bytes: &[u8]) -> Result<Picture, Trouble> {
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    bounds::check(decoder.dimensions(), 16, bytes.len() as u64)?;
    decoder.set_limits(limits()).map_err(broken)?;
    let mut frames = decoder.into_frames();
    let first = frames.next().ok_or(Trouble::Broken)?.map_err(broken)?;
    match frames.next() {
        None => {}
        Some(Ok(_)) => return Err(Trouble::Animated),
        Some(Err(_)) => return Err(Trouble::Broken),
    }
    Ok(Picture { image: first.into_buffer().into(), orientation: Orientation::NoTransforms })
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(bounds::MOST_MEMORY);
    limits
}

fn broken(error: ImageError) -> Trouble {
    tracing::debug!(cause = %error, "a picture cannot be read");
    Trouble::Broken
}
