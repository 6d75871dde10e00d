//! How large a picture may be. What counts is the memory that reading it takes at most, which depends on its kind: an
//! ordinary photograph of 30 megapixels is read, a scan with 16 bits per colour and transparency of 11.

use super::trouble::Trouble;

pub(super) const MEGABYTE: u64 = 1024 * 1024;
/// Largest picture, in bytes: as for every other upload.
pub const MOST_BYTES: u64 = crate::files::MAX_FILE;
/// Most memory that reading one picture takes; what the search for codes takes later is less.
pub(super) const MOST_MEMORY: u64 = 136 * MEGABYTE;
/// More than that would take too long, however little memory it took.
const MOST_PIXELS: u64 = 40_000_000;

pub(super) fn too_large() -> Trouble {
    Trouble::TooLarge { megabytes: MOST_BYTES / MEGABYTE }
}

/// Refuses what would take too much: `each` bytes for a pixel, and `beside` for everything else.
pub(super) fn check((width, height): (u32, u32), each: u64, beside: u64) -> Result<(), Trouble> {
    let pixels = u64::from(width) * u64::from(height);
    let most = (MOST_MEMORY.saturating_sub(beside) / each.max(1)).min(MOST_PIXELS);
    match pixels {
        0 => Err(Trouble::Broken),
        _ if pixels > most => {
            Err(Trouble::TooManyPixels { megapixels: pixels.div_ceil(1_000_000), most: most / 1_000_000 })
        }
        _ => Ok(()),
    }
}
