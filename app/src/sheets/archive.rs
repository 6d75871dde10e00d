//! The archive around a spreadsheet, measured before anything is read from it. Sizes in the archive's own
//! directory can lie, so every part is unpacked once into nothing, and counting stops at the bound.

use std::io::{Read, Seek};

use crate::text::Message;

/// Most parts of a spreadsheet file.
const MOST_PARTS: usize = 1_000;
/// Most bytes of all parts but the pictures, unpacked; and of all texts of a sheet, copies counted each.
pub(super) const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// Refuses a file that is no archive, is protected by a password, or unpacks to more than the bound.
pub(super) fn check(file: impl Read + Seek) -> Result<(), Message> {
    let unreadable = || Message::of("sheets.unreadable");
    let mut archive = zip::ZipArchive::new(file).map_err(|_| unreadable())?;
    if archive.len() > MOST_PARTS {
        return Err(too_large());
    }
    let mut left = MOST_BYTES;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| unreadable())?;
        let name = part.name().map_err(|_| unreadable())?.to_ascii_lowercase();
        // Only pictures are never read; a part that is may have any name.
        if name.starts_with("xl/media/") {
            continue;
        }
        if part.size() > left {
            return Err(too_large());
        }
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| unreadable())?;
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
    }
    Ok(())
}

pub(super) fn too_large() -> Message {
    Message::of("sheets.bomb").with("max", MOST_BYTES / 1024 / 1024)
}
