//! One template and one set of facts become one page of PDF.
//!
//! The facts reach the template as a JSON file, never as source, so nothing that a person typed is run. The
//! template sees two files, the fonts and nothing else: no disk, no network, no packages, no clock.

use std::sync::LazyLock;

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

/// Sets the paper. It is an error if it takes more than one page.
pub fn one_page(template: &Template, facts: Facts) -> Result<Vec<u8>, DocumentError> {
    let desk = Desk::new(template, facts);
    let Warned { output, warnings } = typst::compile(&desk);
    let paper = output.and_then(|document| {
        let pdf = typst_pdf::pdf(&document, &PdfOptions::default())?;
        Ok((pdf, document.pages().len()))
    });
    // What typst remembers is worth little for papers that all differ, and would grow.
    comemo::evict(0);

    log(template, &warnings);
    match paper {
        Ok((pdf, 1)) => Ok(pdf),
        Ok((_, pages)) => {
            tracing::warn!(template = template.name, pages, "a paper does not fit on its page");
            Err(DocumentError::DoesNotFit)
        }
        Err(faults) => {
            log(template, &faults);
            Err(DocumentError::Failed)
        }
    }
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
    facts: Bytes,
}

impl Desk {
    fn new(template: &Template, facts: Facts) -> Self {
        Self { template: Source::detached(template.text), facts: Bytes::new(facts.0) }
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
        if id.get().vpath().get_without_slash() == "facts.json" {
            Ok(self.facts.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
