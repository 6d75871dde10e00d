//! Reading uploaded images: from one file, from many, or from a ZIP, within a bound of time for all together. Each
//! that is not taken keeps its reason; the others go on.

use std::{
    io::BufReader,
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::{fs::File, io::AsyncReadExt, sync::Semaphore};

use super::store::{self, Asker};
use crate::{
    error::{AppError, Result},
    files::{self, FileKind, Kept, Received},
    pictures::{self, Archive, Trouble},
    state::AppState,
    text::Message,
};

/// Most images that are read at one time, and most files of an archive of which each is named.
pub const MOST: usize = 60;
const MOST_NAMED: usize = 100;
/// Largest issued image, in bytes: it is printed unchanged, on every sheet. What the city issues is far smaller.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// Uploads that are read at the same time: each holds an image and its pixels.
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
        let mut opened = file.open().await?;
        if is_archive(&mut opened).await? {
            unpack(state, file, opened, asker, until, &mut images).await?;
        } else {
            let bytes = file.bytes().await?;
            images.push(image(state, file.name.clone(), Ok(bytes), asker, until, images.len()).await?);
        }
    }
    refuse_twins(&mut images);
    Ok(images)
}

async fn is_archive(file: &mut File) -> Result<bool> {
    let mut start = Vec::new();
    file.take(4).read_to_end(&mut start).await.map_err(AppError::internal)?;
    Ok([b"PK\x03\x04", b"PK\x05\x06"].iter().any(|mark| start == *mark))
}

/// The images of an archive. One is read before the next is unpacked, so that no two are in memory.
async fn unpack(
    state: &AppState,
    file: &Received,
    opened: File,
    asker: Asker<'_>,
    until: Instant,
    images: &mut Vec<Image>,
) -> Result<()> {
    let refused = |why: Message| Image { name: file.name.clone(), read: Err(why) };
    let mut archive = match Archive::of(BufReader::new(opened.into_std().await)).await {
        Ok(archive) => archive,
        Err(trouble) => {
            images.push(refused(trouble.message()));
            return Ok(());
        }
    };
    let more = archive.left().saturating_sub(MOST_NAMED);
    for _ in 0..MOST_NAMED {
        match archive.next().await {
            Ok(Some((name, bytes))) => {
                let bytes = bytes.map_err(|trouble| trouble.message());
                images.push(image(state, name, bytes, asker, until, images.len()).await?);
            }
            Ok(None) => break,
            Err(trouble) => {
                images.push(refused(trouble.message()));
                break;
            }
        }
    }
    if more > 0 {
        images.push(refused(Message::of("place_codes.upload.more").with("n", more).with("most", MOST)));
    }
    Ok(())
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
