//! A template and a set of facts become a paper.
//!
//! The facts reach the template as a JSON file, never as source, so nothing that a person typed is run. The
//! template sees them, the pictures that it is given, the fonts and nothing else: no disk, no network, no
//! packages, no clock.

use std::{ops::RangeInclusive, sync::LazyLock};

use app::documents::DocumentError;
use serde::Serialize;
use serde_json::Value;
use typst::comemo;
use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use super::fonts::{BOOK, FONTS};

/// A template that is part of the program.
pub struct Template {
    pub name: &'static str,
    text: &'static str,
}

impl Template {
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text }
    }
}

/// What a template prints, as it reads it with `json("facts.json")`.
pub struct Facts(Vec<u8>);

/// Writes facts down for a template, without the characters that would steer the print.
pub fn facts(facts: &impl Serialize) -> Result<Facts, DocumentError> {
    let write = || {
        let mut value = serde_json::to_value(facts)?;
        keep_printable(&mut value);
        serde_json::to_vec(&value)
    };
    write().map(Facts).map_err(|fault: serde_json::Error| {
        tracing::error!(%fault, "the facts of a paper could not be written down");
        DocumentError::Failed
    })
}

/// Control characters become spaces; the invisible ones that turn the direction of writing go.
fn keep_printable(value: &mut Value) {
    match value {
        Value::String(text) => {
            *text = text
                .chars()
                .filter(|c| !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
        }
        Value::Array(items) => items.iter_mut().for_each(keep_printable),
        Value::Object(fields) => fields.values_mut().for_each(keep_printable),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A picture or paper that a template shows, under the name by which it asks for it.
pub type Picture = (String, Bytes);

/// Sets the paper and writes it as PDF. It is an error if it takes fewer or more pages than meant.
pub fn of_pages(
    template: &Template,
    facts: Facts,
    pictures: Vec<Picture>,
    meant: &RangeInclusive<usize>,
) -> Result<Vec<u8>, DocumentError> {
    let paper = set(template, facts, pictures).and_then(|document| {
        let pages = document.pages().len();
        if meant.contains(&pages) {
            return pdf(template, &document, true);
        }
        tracing::warn!(template = template.name, pages, "a paper does not fit on its pages");
        Err(DocumentError::DoesNotFit)
    });
    forget();
    paper
}

/// Sets the paper. Whoever is done with it calls [`forget`].
pub fn set(template: &Template, facts: Facts, pictures: Vec<Picture>) -> Result<PagedDocument, DocumentError> {
    let desk = Desk::new(template, facts, pictures);
    let Warned { output, warnings } = typst::compile(&desk);
    log(template, &warnings);
    output.map_err(|faults| {
        log(template, &faults);
        DocumentError::Failed
    })
}

/// Writes a paper as PDF, with the structure that reads it aloud where it is `tagged`.
pub fn pdf(template: &Template, document: &PagedDocument, tagged: bool) -> Result<Vec<u8>, DocumentError> {
    let options = PdfOptions { tagged, ..PdfOptions::default() };
    typst_pdf::pdf(document, &options).map_err(|faults| {
        log(template, &faults);
        DocumentError::Failed
    })
}

/// What typst remembers is worth little for papers that all differ, and would grow.
pub fn forget() {
    comemo::evict(0);
}

fn log(template: &Template, diagnostics: &[SourceDiagnostic]) {
    for diagnostic in diagnostics {
        tracing::error!(
            template = template.name,
            severity = ?diagnostic.severity,
            message = %diagnostic.message,
            "typst complains"
        );
    }
}

/// All that typst can see while it sets one paper.
struct Desk {
    template: Source,
    files: Vec<Picture>,
}

impl Desk {
    fn new(template: &Template, facts: Facts, mut files: Vec<Picture>) -> Self {
        files.push(("facts.json".to_owned(), Bytes::new(facts.0)));
        Self { template: Source::detached(template.text), files }
    }
}

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.get().vpath().get_without_slash();
        self.files.iter().find(|(known, _)| known == name).map(|(_, file)| file.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
