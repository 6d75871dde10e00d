//! The pictures of a ZIP, one after the other. Nothing is written anywhere, so a path is only a name. Sizes that the
//! archive declares can lie, so counting stops at the bounds; what is no picture is left after its first bytes, which is
//! where most bombs end. One entry at a time is in hand, and the archive itself is where it came from.

use std::{
    io::{Read, Seek, SeekFrom},
    vec,
};

use bytes::Bytes;
use encoding_rs::GB18030;
use zip::{
    read::{Config, ZipFileEntry, ZipReadOptions},
    unstable::read::ZipIterable,
};

use super::{
    bounds::{self, MEGABYTE, MOST_BYTES},
    decode::Kind,
    in_turn,
    trouble::Trouble,
};

/// Most entries of an archive.
pub const MOST_ENTRIES: usize = 1_000;
/// Largest archive, in bytes; and most bytes of pictures that are unpacked of it.
const LARGEST: u64 = 48 * MEGABYTE;
const MOST_TAKEN: u64 = 64 * MEGABYTE;
/// Most bytes that are unpacked and thrown away.
const MOST_WASTED: u64 = 64 * MEGABYTE;
/// Longest list of entries, in bytes: it is held while they are read. What their names take is far less.
const LONGEST_LIST: u64 = MEGABYTE / 2;
/// So many bytes tell what a file is.
const START: u64 = 512;
/// Longest name, in characters.
const LONGEST_NAME: usize = 200;

/// A file of an archive: its name without folders, and its bytes or the reason why it is left out.
pub type Named = (String, Result<Bytes, Trouble>);

/// A ZIP that is open and hands out its files, each when it is asked for: while one is read, the others stay packed
/// where they are. What systems put into archives by themselves (`__MACOSX`, names that begin with a dot) is passed over.
pub struct Archive<R>(Option<Open<R>>);

impl<R: Read + Seek + Send + 'static> Archive<R> {
    /// Opens it when its turn has come.
    ///
    /// # Errors
    /// When it is no archive that can be read, is larger than 48 MB or has more than `MOST_ENTRIES` entries.
    pub async fn of(zip: R) -> Result<Self, Trouble> {
        in_turn(move || Open::of(zip)).await.map(|open| Self(Some(open)))
    }

    /// How many files were not handed out yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.0.as_ref().map_or(0, |open| open.entries.len())
    }

    /// The next file in the order of the archive; nothing after the last.
    ///
    /// # Errors
    /// When reading it broke off, and then there is no further one.
    pub async fn next(&mut self) -> Result<Option<Named>, Trouble> {
        let Some(mut open) = self.0.take() else { return Ok(None) };
        let unpacked = in_turn(move || {
            let next = open.next();
            Ok((open, next))
        });
        let (open, next) = unpacked.await?;
        self.0 = Some(open);
        Ok(next)
    }

    /// So many bytes that were handed out count as never taken: whoever asked for them has them already.
    pub fn give_back(&mut self, bytes: u64) {
        if let Some(open) = &mut self.0 {
            open.room.taken = MOST_TAKEN.min(open.room.taken.saturating_add(bytes));
        }
    }
}

struct Open<R> {
    zip: ZipIterable<R>,
    entries: vec::IntoIter<(String, ZipFileEntry<'static>)>,
    room: Room,
}

impl<R: Read + Seek> Open<R> {
    fn of(mut zip: R) -> Result<Self, Trouble> {
        let length = zip.seek(SeekFrom::End(0)).map_err(|_| Trouble::NotAnArchive)?;
        if length > LARGEST {
            return Err(Trouble::TooLarge { megabytes: LARGEST / MEGABYTE });
        }
        let mut zip = ZipIterable::try_new(zip, Config::default()).map_err(|_| Trouble::NotAnArchive)?;
        if zip.len() > MOST_ENTRIES {
            return Err(Trouble::TooManyEntries { most: MOST_ENTRIES });
        }
        let (mut entries, mut first) = (Vec::new(), None);
        for entry in zip.files().map_err(|_| Trouble::NotAnArchive)? {
            let entry = entry.map_err(|_| Trouble::NotAnArchive)?;
            let at = entry.central_header_start();
            if at.saturating_sub(*first.get_or_insert(at)) > LONGEST_LIST {
                return Err(Trouble::NotAnArchive);
            }
            if let Some(name) = name(&entry) {
                entries.push((name, entry));
            }
        }
        Ok(Self { zip, entries: entries.into_iter(), room: Room { taken: MOST_TAKEN, wasted: MOST_WASTED } })
    }

    fn next(&mut self) -> Option<Named> {
        let (name, entry) = self.entries.next()?;
        let taken = match self.zip.files() {
            Ok(files) => picture(entry, files.reader_mut(), &mut self.room),
            Err(_) => Err(Trouble::Broken),
        };
        Some((name, taken))
    }
}

/// The name without folders; nothing for a folder and for what systems add by themselves.
fn name(entry: &ZipFileEntry<'_>) -> Option<String> {
    let raw = entry.name_raw();
    // Windows in China writes names in its own code and says nothing of it; others write UTF-8, and may not say so.
    let path = match std::str::from_utf8(raw) {
        Ok(path) => path.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    };
    let (folders, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", &path));
    let by_itself = name.starts_with('.')
        || ["thumbs.db", "desktop.ini"].contains(&name.to_ascii_lowercase().as_str())
        || folders.split(['/', '\\']).any(|folder| folder == "__MACOSX");
    let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    (!by_itself && !name.trim().is_empty()).then_some(name)
}

/// What is left of the bounds, in bytes.
struct Room {
    taken: u64,
    wasted: u64,
}

fn picture(entry: ZipFileEntry<'_>, zip: &mut (impl Read + Seek), room: &mut Room) -> Result<Bytes, Trouble> {
    let too_much = Trouble::TooMuch { megabytes: MOST_TAKEN / MEGABYTE };
    if entry.encrypted() {
        return Err(Trouble::Locked);
    }
    if entry.size() > MOST_BYTES {
        return Err(bounds::too_large());
    }
    if entry.size() > room.taken || room.wasted == 0 {
        return Err(too_much);
    }
    let (most, said) = (MOST_BYTES.min(room.taken), entry.size());
    let mut file = entry.with_reader(zip, ZipReadOptions::new()).map_err(|_| Trouble::Broken)?;
    let mut bytes = Vec::new();
    let taken = unpack(&mut file, START, &mut bytes).and_then(|()| {
        if infer::is_archive(&bytes) {
            return Err(Trouble::Nested);
        }
        Kind::of(&bytes)?;
        // Room for what the archive says, so that growing does not take as much again.
        bytes.reserve_exact(usize::try_from(said.saturating_sub(START)).unwrap_or(0));
        unpack(&mut file, most + 1, &mut bytes)
    });
    let length = bytes.len() as u64;
    let taken = taken.and_then(|()| match length {
        _ if length <= most => Ok(Bytes::from(bytes)),
        _ if most < MOST_BYTES => Err(too_much),
        _ => Err(bounds::too_large()),
    });
    match taken {
        Ok(_) => room.taken -= length,
        Err(_) => room.wasted = room.wasted.saturating_sub(length),
    }
    taken
}

/// Unpacks until there are so many bytes or no more. The end of an entry is where its checksum is compared.
fn unpack(file: &mut impl Read, most: u64, bytes: &mut Vec<u8>) -> Result<(), Trouble> {
    let more = most.saturating_sub(bytes.len() as u64);
    file.take(more).read_to_end(bytes).map(drop).map_err(|_| Trouble::Broken)
}
