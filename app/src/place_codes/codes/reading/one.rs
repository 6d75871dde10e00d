//! One issued image: of a kind that can be printed unchanged, not too large, and with the one code that it must hold.

use bytes::Bytes;

use crate::{
    files::FileKind,
    pictures::{self, Trouble},
    text::Message,
};

/// Largest issued image, in bytes: it is printed unchanged, on every sheet. What the city issues is far smaller.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Its kind and payload.
///
/// # Errors
/// Why it is not taken.
pub async fn look(bytes: Bytes) -> Result<(FileKind, String), Message> {
    let kind = kind_of(&bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Trouble::TooLarge { megabytes: MOST_BYTES / 1024 / 1024 }.message());
    }
    // Kept as it came; whatever is handed out of it goes without its metadata, so that must be possible.
    if pictures::bare(&bytes).is_none() {
        return Err(Trouble::Broken.message());
    }
    let seen = pictures::read(bytes).await.map_err(|trouble| trouble.message())?;
    let code = pictures::single(&seen).map_err(|trouble| trouble.message())?;
    Ok((kind, code.payload.clone()))
}

/// The kinds that the city issues and that can be printed unchanged.
fn kind_of(bytes: &[u8]) -> Result<FileKind, Message> {
    match infer::get(bytes).map(|kind| kind.extension()) {
        Some("png") => Ok(FileKind::Png),
        Some("jpg") => Ok(FileKind::Jpg),
        // What phones write can be helped.
        _ if pictures::is_heif(bytes) => Err(Trouble::Heic.message()),
        _ => Err(Message::of("place_codes.upload.kind")),
    }
}
