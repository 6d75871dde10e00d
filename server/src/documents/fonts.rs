//! The embedded fonts (see `fonts/README.md`), read in place and shared by all papers.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The family that templates name.
#[cfg(test)]
pub const FAMILY: &str = "Noto Sans CJK SC";

static FILES: [&[u8]; 2] =
    [include_bytes!("../../fonts/NotoSansCJKsc-Regular.otf"), include_bytes!("../../fonts/NotoSansCJKsc-Bold.otf")];

pub static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| FILES.iter().flat_map(|file| Font::iter(Bytes::new(*file))).collect());

pub static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));
