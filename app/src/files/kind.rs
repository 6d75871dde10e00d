//! What a file really is. The content decides; a name that says something else is refused with both.

use std::{fs::File, io::Read, path::Path};

use super::{Received, archive};
use crate::{ids::text_enum, text::Message};

text_enum! {
    /// The kinds of files that the portal takes.
    pub enum FileKind {
        Pdf = "pdf",
        Docx = "docx",
        Xlsx = "xlsx",
        Pptx = "pptx",
        Png = "png",
        Jpg = "jpg",
    }
}

/// What is said of a file whose kind is not taken.
pub const REFUSED: &str = "files.kind_refused";

impl FileKind {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Png => "image/png",
            Self::Jpg => "image/jpeg",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            "pptx" => Some(Self::Pptx),
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpg),
            _ => None,
        }
    }
}

/// The kind of a received file, if its content is what its name says and the kind is `allowed`.
pub fn inspect(file: &Received, allowed: &[FileKind]) -> Result<FileKind, Message> {
    let Received { name, real: Real { kind, word }, .. } = file;
    let said = FileKind::from_name(name);
    match *kind {
        Some(kind) if said == Some(kind) && allowed.contains(&kind) => Ok(kind),
        Some(kind) if said.is_some_and(|said| said != kind) => {
            Err(Message::of("files.kind_differs").with("name", name).with("kind", word))
        }
        _ => Err(Message::of(REFUSED).with("name", name).with("kind", word)),
    }
}

/// What the content of a file is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Real {
    pub kind: Option<FileKind>,
    /// The word for it that a person is told.
    pub word: String,
}

/// Looks into the file at `path`.
pub fn really(path: &Path) -> Real {
    let Ok(Some(guess)) = infer::get_from_path(path) else {
        return Real { kind: None, word: if is_text(path) { "txt" } else { "@files.kind_unknown" }.to_owned() };
    };
    let kind = match guess.extension() {
        "pdf" => Some(FileKind::Pdf),
        "png" => Some(FileKind::Png),
        "jpg" => Some(FileKind::Jpg),
        "docx" | "xlsx" | "pptx" | "zip" => office(path),
        _ => None,
    };
    let word = kind.map_or_else(|| guess.extension().to_owned(), |kind| kind.to_string());
    Real { kind, word }
}

/// Whether the file begins like plain text, such as a table with commas.
fn is_text(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4_096).read_to_end(&mut start));
    let valid = match std::str::from_utf8(&start) {
        Ok(_) => true,
        // A character may be cut in two at the end.
        Err(error) => error.error_len().is_none(),
    };
    read.is_ok() && !start.is_empty() && valid && !start.contains(&0)
}

/// Office files are zip archives that hold one telling entry.
fn office(path: &Path) -> Option<FileKind> {
    let names = archive::names(&mut File::open(path).ok()?).ok()??;
    let has = |entry: &str| names.iter().any(|name| name == entry.as_bytes());
    if !has("[Content_Types].xml") {
        None
    } else if has("word/document.xml") {
        Some(FileKind::Docx)
    } else if has("xl/workbook.xml") {
        Some(FileKind::Xlsx)
    } else if has("ppt/presentation.xml") {
        Some(FileKind::Pptx)
    } else {
        None
    }
}
