//! Reading uploaded images: from one file, from many, or from a ZIP, within a bound of time for all together. Each
//! that is not taken keeps its reason; the others go on.

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::store::{self, Asker};
use crate::{
    error::{AppError, Result},
    files::{self, FileKind, Kept, Received},
    pictures::{self, Trouble},
    state::AppState,
    text::Message,
};

/// Most images that are read at one time, and most files of an archive of which each is named.
pub const MOST: usize = 60;
const MOST_NAMED: usize = 100;
/// Largest issued image, in bytes: it is printed unchanged, on every sheet. What the city issues is far smaller.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// Uploads that are read at the same time: each may hold an archive and what is in it.
static TURNS: Semaphore = Semaphore::const_new(2);
/// Who waited that long for a turn is asked to try again.
const PATIENCE: Duration = Duration::from_secs(60);
/// When reading took that long, what is left is to be uploaded again.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 240 } else { 30 });

/// An image by its name, kept and read; or why it is not taken.
pub struct Image {
    pub name: String,
    pub read: std::result::Result<(Kept, String), Message>,
}

impl Image {
    /// One that was not even received; the message names it.
    pub fn passed_over(why: &Message) -> Self {
        let name = why.args.iter().find(|(name, _)| *name == "name").map(|(_, name)| name.clone());
        Self { name: name.unwrap_or_default(), read: Err(why.clone()) }
    }
}

/// Reads what was uploaded, a few uploads at a time. Nothing is stored yet beside the bytes.
pub async fn read_all(state: &AppState, received: &[Received], asker: Asker<'_>) -> Result<Vec<Image>> {
    let turn = tokio::time::timeout(PATIENCE, TURNS.acquire()).await.map_err(|_| AppError::Unavailable)?;
    let _turn = turn.map_err(AppError::internal)?;
    let until = Instant::now() + LONGEST;
    let mut images: Vec<Image> = Vec::new();
    for file in received {
        // Of an archive only the images are kept that are taken.
        let bytes = file.bytes().await?;
        if !is_archive(&bytes) {
            images.push(image(state, file.name.clone(), Ok(bytes), asker, until, images.len()).await?);
            continue;
        }
        match pictures::unzip(bytes).await {
            Ok(entries) => {
                let more = entries.len().saturating_sub(MOST_NAMED);
                for (name, bytes) in entries.into_iter().take(MOST_NAMED) {
                    let bytes = bytes.map_err(|trouble| trouble.message());
                    images.push(image(state, name, bytes, asker, until, images.len()).await?);
                }
                if more > 0 {
                    let why = Message::of("place_codes.upload.more").with("n", more).with("most", MOST);
                    images.push(Image { name: file.name.clone(), read: Err(why) });
                }
            }
            Err(trouble) => images.push(Image { name: file.name.clone(), read: Err(trouble.message()) }),
        }
    }
    refuse_twins(&mut images);
    Ok(images)
}

fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

async fn image(
    state: &AppState,
    name: String,
    bytes: std::result::Result<Bytes, Message>,
    asker: Asker<'_>,
    until: Instant,
    at: usize,
) -> Result<Image> {
    let bytes = match bytes {
        Ok(_) if at >= MOST => Err(Message::of("place_codes.upload.too_many").with("most", MOST)),
        Ok(_) if Instant::now() > until => Err(Message::of("place_codes.upload.too_long")),
        bytes => bytes,
    };
    let read = match bytes {
        Ok(bytes) => read_one(state, &name, bytes, asker).await?,
        Err(why) => Err(why),
    };
    Ok(Image { name, read })
}

/// The image and its payload, if it may be somebody's of this member.
async fn read_one(
    state: &AppState,
    name: &str,
    bytes: Bytes,
    asker: Asker<'_>,
) -> Result<std::result::Result<(Kept, String), Message>> {
    let Some(kind) = kind_of(&bytes) else { return Ok(Err(Message::of("place_codes.upload.kind"))) };
    if bytes.len() as u64 > MOST_BYTES {
        return Ok(Err(Trouble::TooLarge { megabytes: MOST_BYTES / 1024 / 1024 }.message()));
    }
    // Kept as it came; whatever is handed out of it goes without its metadata, so that must be possible.
    if pictures::bare(&bytes).is_none() {
        return Ok(Err(Trouble::Broken.message()));
    }
    let seen = match pictures::read(bytes.clone()).await {
        Ok(seen) => seen,
        Err(trouble) => return Ok(Err(trouble.message())),
    };
    let payload = match pictures::single(&seen) {
        Ok(code) => code.payload.clone(),
        Err(trouble) => return Ok(Err(trouble.message())),
    };
    let in_use = store::in_use(state.db.reader(), &payload, asker).await?;
    if let Err(why) = super::model::may_be_added(in_use.as_ref()) {
        return Ok(Err(why));
    }
    let kept = files::keep_made(&state.files, name, kind, bytes).await?;
    Ok(Ok((kept, payload)))
}

/// The kinds that the city issues and that can be printed unchanged.
fn kind_of(bytes: &[u8]) -> Option<FileKind> {
    match infer::get(bytes)?.extension() {
        "png" => Some(FileKind::Png),
        "jpg" => Some(FileKind::Jpg),
        _ => None,
    }
}

/// The same code twice among what was uploaded: the first has it.
fn refuse_twins(images: &mut [Image]) {
    let mut known: Vec<(String, String)> = Vec::new();
    for image in images {
        let Ok((_, payload)) = &image.read else { continue };
        match known.iter().find(|(other, _)| other == payload) {
            Some((_, name)) => image.read = Err(Message::of("place_codes.upload.twin").with("name", name)),
            None => known.push((payload.clone(), image.name.clone())),
        }
    }
}
