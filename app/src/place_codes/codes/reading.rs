//! Reading uploaded images: from one file, from many, or from a ZIP, within a bound of time for all together. Each
//! that is not taken keeps its reason; the others go on. What is on record byte for byte is known by its content and takes
//! no room and hardly any time, so that an archive which is too large for one upload is sent again and read on behind what was stored
//! of it. Where nothing new was taken before the time was over, it is said that the rest must come in parts.

mod known;
mod one;
mod room;

use std::{
    collections::{HashMap, HashSet},
    io::BufReader,
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::{fs::File, io::AsyncReadExt, sync::Semaphore};

pub use self::known::Known;
use self::room::{Became, Room};
use super::{
    model,
    store::{self, Asker},
};
use crate::{
    error::{AppError, Result},
    files::{self, Kept, Received},
    pictures::Archive,
    state::AppState,
    text::Message,
};

/// Most images that are taken at one time.
pub const MOST: usize = 100;
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

    fn became(&self) -> Became {
        match &self.read {
            Ok(_) => Became::Taken,
            Err(why) if model::says_on_record(why) => Became::OnRecord,
            Err(_) => Became::Refused,
        }
    }
}

/// Reads what was uploaded, a few uploads at a time; what is `known` is passed over. Nothing is stored yet beside the
/// bytes.
pub async fn read_all(state: &AppState, received: &[Received], asker: Asker<'_>, known: &Known) -> Result<Vec<Image>> {
    let turn = tokio::time::timeout(PATIENCE, TURNS.acquire()).await.map_err(|_| AppError::Unavailable)?;
    let _turn = turn.map_err(AppError::internal)?;
    let room = Room::new(MOST, Instant::now() + LONGEST);
    let mut reading =
        Reading { state, asker, known, room, payloads: HashMap::new(), met: HashSet::new(), images: Vec::new() };
    for file in received {
        // Of an archive only the images are kept that are taken.
        let mut opened = file.open().await?;
        if is_archive(&mut opened).await? {
            reading.unpack(file, opened).await?;
        } else {
            let bytes = match reading.room.is_over(Instant::now()) {
                Some(over) => Err(over.of_one(MOST)),
                None => Ok(file.bytes().await?),
            };
            let (image, became) = reading.image(file.name.clone(), bytes).await?;
            reading.room.count(became);
            reading.images.push(image);
        }
    }
    Ok(reading.images)
}

async fn is_archive(file: &mut File) -> Result<bool> {
    let mut start = Vec::new();
    file.take(4).read_to_end(&mut start).await.map_err(AppError::internal)?;
    Ok([b"PK\x03\x04", b"PK\x05\x06"].iter().any(|mark| start == *mark))
}

/// What is read of an upload, and how far that is.
struct Reading<'a> {
    state: &'a AppState,
    asker: Asker<'a>,
    known: &'a Known,
    room: Room,
    /// The payload of each image that was taken, with its name.
    payloads: HashMap<String, String>,
    /// The hashes of what was known.
    met: HashSet<String>,
    images: Vec<Image>,
}

impl Reading<'_> {
    /// The images of an archive. One is read before the next is unpacked, so that no two are in memory.
    async fn unpack(&mut self, file: &Received, opened: File) -> Result<()> {
        let refused = |why: Message| Image { name: file.name.clone(), read: Err(why) };
        let mut archive = match Archive::of(BufReader::new(opened.into_std().await)).await {
            Ok(archive) => archive,
            Err(trouble) => {
                self.images.push(refused(trouble.message()));
                return Ok(());
            }
        };
        let mut unnamed = 0_usize;
        while archive.left() > 0 {
            if let Some(over) = self.room.is_over(Instant::now()) {
                self.images.push(refused(over.of_rest(MOST, archive.left())));
                break;
            }
            match archive.next().await {
                Ok(Some((name, bytes))) => {
                    let length = bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
                    let (image, became) = self.image(name, bytes.map_err(|trouble| trouble.message())).await?;
                    if became == Became::Known {
                        archive.give_back(length);
                    }
                    if self.room.count(became) {
                        self.images.push(image);
                    } else {
                        unnamed += 1;
                    }
                }
                Ok(None) => break,
                Err(trouble) => {
                    self.images.push(refused(trouble.message()));
                    break;
                }
            }
        }
        if unnamed > 0 {
            self.images.push(refused(Message::of("place_codes.upload.more").with("n", unnamed)));
        }
        Ok(())
    }

    async fn image(&mut self, name: String, bytes: std::result::Result<Bytes, Message>) -> Result<(Image, Became)> {
        if let Some((hash, why)) = bytes.as_ref().ok().and_then(|bytes| self.known.says(bytes)) {
            // Once each: an archive may hold the same file a thousand times.
            let became = if self.met.insert(hash.clone()) { Became::Known } else { Became::OnRecord };
            return Ok((Image { name, read: Err(why.clone()) }, became));
        }
        let read = match bytes {
            Ok(bytes) => self.read(&name, bytes).await?,
            Err(why) => Err(why),
        };
        if let Ok((_, payload)) = &read {
            self.payloads.insert(payload.clone(), name.clone());
        }
        let image = Image { name, read };
        let became = image.became();
        Ok((image, became))
    }

    /// The image and its payload, if it may be somebody's of this member.
    async fn read(&self, name: &str, bytes: Bytes) -> Result<std::result::Result<(Kept, String), Message>> {
        let (kind, payload) = match one::look(bytes.clone()).await {
            Ok(seen) => seen,
            Err(why) => return Ok(Err(why)),
        };
        // The same code twice among what was uploaded: the first has it.
        if let Some(first) = self.payloads.get(&payload) {
            return Ok(Err(Message::of("place_codes.upload.twin").with("name", first)));
        }
        let in_use = store::in_use(self.state.db.reader(), &payload, self.asker).await?;
        if let Err(why) = model::may_be_added(in_use.as_ref()) {
            return Ok(Err(why));
        }
        let kept = files::keep_made(&self.state.files, name, kind, bytes).await?;
        Ok(Ok((kept, payload)))
    }
}
