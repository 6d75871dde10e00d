//! Makes the sheets of place codes: set, looked at as they will be printed, and only then handed out.

mod drawing;
mod facts;
mod preflight;
mod reading;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use app::documents::DocumentError;
use app::documents::code_sheet::{CodeSheet, SheetCode, SheetFault, SheetPage, SheetPdf};
use serde::Serialize;
use typst::foundations::Bytes;
use typst_layout::PagedDocument;

use self::drawing::Window;
use super::paper::{self, Template};

static SHEET: Template = Template::new("code_sheet.typ", include_str!("../code_sheet.typ"));
static BOOK: Template = Template::new("code_book.typ", include_str!("../code_book.typ"));

/// One sheet, or everything for which it must not be handed out.
pub fn make(sheet: &CodeSheet) -> Result<SheetPage, Vec<SheetFault>> {
    let begun = Instant::now();
    let mut looking = Duration::ZERO;
    let picture = drawing::picture(&sheet.code).map_err(|fault| vec![fault])?;
    let document = set_and_look(sheet, &picture, &mut looking)?;
    let pdf = paper::pdf(&SHEET, &document, false).map_err(|_| vec![SheetFault::NotMade])?;
    let [setting_ms, looking_ms] =
        [begun.elapsed().saturating_sub(looking), looking].map(|time| time.as_secs_f64() * 1_000.0);
    tracing::debug!(setting_ms, looking_ms, "a sheet was made");
    let title = [&*sheet.place, &*sheet.entrance, &*sheet.number].join(" ").trim().to_owned();
    Ok(SheetPage { size: sheet.size, title, pdf })
}

/// The sheet with the whole picture, and where the code in the city's image is then too small or lacks its
/// margin, the sheet with the code alone. The time that looking takes is added to `looking`.
fn set_and_look(
    sheet: &CodeSheet,
    picture: &paper::Picture,
    looking: &mut Duration,
) -> Result<PagedDocument, Vec<SheetFault>> {
    let mut look = |document: &PagedDocument| {
        let begun = Instant::now();
        let faults = preflight::look(document, sheet);
        *looking += begun.elapsed();
        faults
    };
    let document = set(sheet, picture, None)?;
    let faults = look(&document);
    if faults.is_empty() {
        return Ok(document);
    }
    let SheetCode::Issued { image, .. } = &sheet.code else { return Err(faults) };
    if !faults.iter().all(is_about_room) {
        return Err(faults);
    }
    let window = drawing::window(image).map_err(|fault| vec![fault])?;
    let document = set(sheet, picture, Some(window))?;
    let faults = look(&document);
    if faults.is_empty() { Ok(document) } else { Err(faults) }
}

/// Whether a fault may go when the code gets the room of the whole picture.
fn is_about_room(fault: &SheetFault) -> bool {
    matches!(fault, SheetFault::CodeTooSmall { .. } | SheetFault::ModuleTooSmall { .. } | SheetFault::QuietZone { .. })
}

fn set(sheet: &CodeSheet, picture: &paper::Picture, window: Option<Window>) -> Result<PagedDocument, Vec<SheetFault>> {
    let facts = paper::facts(&facts::Facts::of(sheet, &picture.0, window));
    facts.and_then(|facts| paper::set(&SHEET, facts, vec![picture.clone()])).map_err(|_| match &sheet.code {
        SheetCode::Issued { image, .. } if !drawing::is_whole(image) => vec![SheetFault::Image],
        SheetCode::Issued { .. } | SheetCode::Redrawn { .. } => vec![SheetFault::NotMade],
    })
}

#[derive(Serialize)]
struct Bound {
    width: u16,
    height: u16,
    title: String,
    file: String,
}

/// The sheets as one PDF. A bound sheet is the very one that passed, not set again.
pub fn bind(pages: Vec<SheetPage>) -> Result<SheetPdf, DocumentError> {
    if pages.is_empty() {
        return Err(DocumentError::Failed);
    }
    let mut bound = Vec::with_capacity(pages.len());
    let mut files = Vec::with_capacity(pages.len());
    for (index, page) in pages.into_iter().enumerate() {
        let (width, height) = page.size.mm();
        let file = format!("{index}.pdf");
        bound.push(Bound { width, height, title: page.title, file: file.clone() });
        files.push((file, Bytes::new(page.pdf)));
    }
    let book = paper::facts(&bound).and_then(|facts| paper::set(&BOOK, facts, files))?;
    paper::pdf(&BOOK, &book, true).map(|bytes| SheetPdf { bytes })
}
