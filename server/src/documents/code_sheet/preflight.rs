//! Looks at a sheet as it will be printed, before anybody gets it.
//!
//! The page is rendered as pixels and its code is read from them by another library than the one that draws:
//! there must be exactly one, it must say the payload byte for byte, be large enough for where people stand, and
//! have four light modules around it. No text may be cut, and every character must have a glyph.

use app::documents::code_sheet::{CodeSheet, SheetFault, SheetField};
use image::GrayImage;
use typst::foundations::{NativeElement, Selector, Value};
use typst::introspection::{Introspector, MetadataElem};
use typst_layout::{Page, PagedDocument};
use typst_render::RenderOptions;

use super::drawing::QUIET_MODULES;
use super::facts::texts;
use super::reading::{self, Code};
use crate::documents::fonts::FONTS;

/// The page's width in pixels. At it the smallest code that is allowed has three pixels and more to a module.
const LOOKED_AT: f64 = 960.0;
/// For a code that could not be read at that width.
const LOOKED_AT_CLOSELY: f64 = 2000.0;
/// A pixel at least so bright counts as white.
const WHITE: u8 = 230;

pub fn look(document: &PagedDocument, sheet: &CodeSheet) -> Vec<SheetFault> {
    let [page] = document.pages() else {
        tracing::error!(pages = document.pages().len(), "the sheet of a code is not one page");
        return vec![SheetFault::NotMade];
    };
    let mut faults = missing_glyphs(sheet);
    faults.extend(overflows(document));
    faults.extend(look_at_code(page, sheet));
    faults
}

/// What the template says about texts that do not fit.
fn overflows(document: &PagedDocument) -> impl Iterator<Item = SheetFault> {
    let marks = document.introspector().query(&Selector::Elem(MetadataElem::ELEM, None));
    marks.into_iter().filter_map(|mark| {
        let Value::Str(word) = &mark.to_packed::<MetadataElem>()?.value else { return None };
        let field = SheetField::ALL.into_iter().find(|field| field.word() == word.as_str())?;
        Some(SheetFault::TextOverflow { field })
    })
}

fn missing_glyphs(sheet: &CodeSheet) -> Vec<SheetFault> {
    let is_drawn = |c: &char| FONTS.iter().any(|font| font.info().coverage.contains(u32::from(*c)));
    let is_seen = |c: &char| {
        let directs_only = matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}');
        !(c.is_whitespace() || c.is_control() || directs_only)
    };
    texts(sheet)
        .into_iter()
        .filter_map(|(field, text)| {
            let characters: String = text.chars().filter(|c| is_seen(c) && !is_drawn(c)).collect();
            (!characters.is_empty()).then_some(SheetFault::NoGlyph { field, characters })
        })
        .collect()
}

fn look_at_code(page: &Page, sheet: &CodeSheet) -> Vec<SheetFault> {
    let mut pixels = render(page, LOOKED_AT);
    let mut codes = reading::read(&pixels);
    if codes.is_empty() {
        pixels = render(page, LOOKED_AT_CLOSELY);
        codes = reading::read(&pixels);
    }
    let code = match codes.as_slice() {
        [] => return vec![SheetFault::Unreadable],
        [code] => code,
        [..] => return vec![SheetFault::SeveralCodes { found: codes.len() }],
    };
    if code.payload != sheet.code.payload().as_bytes() {
        return vec![SheetFault::OtherPayload];
    }
    let mut faults = too_small(code, f64::from(sheet.size.mm().0) / f64::from(pixels.width()), sheet);
    let modules = light_modules_around(code, &pixels);
    if modules < QUIET_MODULES {
        faults.push(SheetFault::QuietZone { modules });
    }
    faults
}

/// Measures the code, given a pixel's width in millimetres.
fn too_small(code: &Code, pixel: f64, sheet: &CodeSheet) -> Vec<SheetFault> {
    let width = code.width() * pixel;
    let module = width / code.modules as f64;
    let mut faults = Vec::new();
    let needed = sheet.size.narrowest_code(sheet.kind);
    if width < needed {
        faults.push(SheetFault::CodeTooSmall { width, needed });
    }
    let needed = sheet.size.smallest_module(sheet.kind);
    if module < needed {
        faults.push(SheetFault::ModuleTooSmall { size: module, needed });
    }
    faults
}

/// How many rings of white modules stand around a code, four at most.
fn light_modules_around(code: &Code, pixels: &GrayImage) -> u8 {
    let rings = 1..=QUIET_MODULES;
    rings.take_while(|ring| ring_is_white(code, pixels, f64::from(*ring))).last().unwrap_or(0)
}

/// Whether the modules of one ring are white, looked at along their middle, for the corners that the reader finds
/// may be some pixels off.
fn ring_is_white(code: &Code, pixels: &GrayImage, ring: f64) -> bool {
    let side = code.modules as f64;
    let (before, beyond) = (0.5 - ring, side + ring - 0.5);
    let steps = ((beyond - before) * 3.0) as usize;
    (0..=steps).all(|step| {
        let along = before + (beyond - before) * step as f64 / steps as f64;
        [(along, before), (along, beyond), (before, along), (beyond, along)]
            .into_iter()
            .all(|(right, down)| is_white(pixels, code.at(right, down)))
    })
}

/// Whether the pixel at a point is white; beyond the paper nothing is.
fn is_white(pixels: &GrayImage, (x, y): (f64, f64)) -> bool {
    x >= 0.0 && y >= 0.0 && pixels.get_pixel_checked(x as u32, y as u32).is_some_and(|pixel| pixel.0[0] >= WHITE)
}

/// The page as grey pixels, so many wide.
fn render(page: &Page, width: f64) -> GrayImage {
    let pixel_per_pt = (width / page.frame.width().to_pt()).into();
    let canvas = typst_render::render(page, &RenderOptions { pixel_per_pt, render_bleed: false });
    let grey =
        |rgba: &[u8]| ((77 * u32::from(rgba[0]) + 150 * u32::from(rgba[1]) + 29 * u32::from(rgba[2])) >> 8) as u8;
    let mut picture = GrayImage::new(canvas.width(), canvas.height());
    for (to, from) in picture.iter_mut().zip(canvas.data().chunks_exact(4)) {
        *to = grey(from);
    }
    picture
}
