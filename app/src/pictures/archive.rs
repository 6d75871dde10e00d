//! The pictures of a ZIP. Nothing is written anywhere, so a path is only a name. Sizes that the archive declares can lie,
//! so counting stops at the bounds; what is no picture is left after its first bytes, which is where most bombs end. One
//! entry at a time is in hand, whatever number the archive says.

use std::io::{Cursor, Read};

use bytes::Bytes;
use encoding_rs::GB18030;
use zip::{
    read::{Config, ZipFileEntry, ZipReadOptions},
    unstable::read::ZipIterable,
};

use super::{
    bounds::{self, MEGABYTE, MOST_BYTES},
    decode::Kind,
    trouble::Trouble,
};

/// Most entries of an archive.
pub const MOST_ENTRIES: usize = 1_000;
/// Largest archive, in bytes; and most bytes that are kept of it, unpacked.
const LARGEST: u64 = 48 * MEGABYTE;
const MOST_KEPT: u64 = 64 * MEGABYTE;
/// Most bytes that are unpacked and thrown away.
const MOST_WASTED: u64 = 64 * MEGABYTE;
/// So many bytes tell what a file is.
const START: u64 = 512;
/// Longest name, in characters.
const LONGEST_NAME: usize = 200;

type Named = (String, Result<Bytes, Trouble>);

/// The entries in the order of the archive's directory.
pub fn unzip(bytes: Bytes) -> Result<Vec<Named>, Trouble> {
    if bytes.len() as u64 > LARGEST {
        return Err(Trouble::TooLarge { megabytes: LARGEST / MEGABYTE });
    }
    let mut content = Cursor::new(bytes.clone());
    let mut archive = ZipIterable::try_new(Cursor::new(bytes), Config::default()).map_err(|_| Trouble::NotAnArchive)?;
    if archive.len() > MOST_ENTRIES {
        return Err(Trouble::TooManyEntries { most: MOST_ENTRIES });
    }
    let mut room = Room { kept: MOST_KEPT, wasted: MOST_WASTED };
    let mut all = Vec::new();
    for entry in archive.files().map_err(|_| Trouble::NotAnArchive)? {
        let entry = entry.map_err(|_| Trouble::NotAnArchive)?;
        if let Some(name) = name(&entry) {
            all.push((name, picture(entry, &mut content, &mut room)));
        }
    }
    Ok(all)
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
    kept: u64,
    wasted: u64,
}

fn picture(entry: ZipFileEntry<'_>, content: &mut Cursor<Bytes>, room: &mut Room) -> Result<Bytes, Trouble> {
    let too_much = Trouble::TooMuch { megabytes: MOST_KEPT / MEGABYTE };
    if entry.encrypted() {
        return Err(Trouble::Locked);
    }
    if entry.size() > MOST_BYTES {
        return Err(bounds::too_large());
    }
    if entry.size() > room.kept || room.wasted == 0 {
        return Err(too_much);
    }
    let most = MOST_BYTES.min(room.kept);
    let mut file = entry.with_reader(content, ZipReadOptions::new()).map_err(|_| Trouble::Broken)?;
    let mut bytes = Vec::new();
    let taken = unpack(&mut file, START, &mut bytes).and_then(|()| {
        if infer::is_archive(&bytes) {
            return Err(Trouble::Nested);
        }
        Kind::of(&bytes)?;
        unpack(&mut file, most + 1, &mut bytes)
    });
    let length = bytes.len() as u64;
    let taken = taken.and_then(|()| match length {
        _ if length <= most => Ok(Bytes::from(bytes)),
        _ if most < MOST_BYTES => Err(too_much),
        _ => Err(bounds::too_large()),
    });
    match taken {
        Ok(_) => room.kept -= length,
        Err(_) => room.wasted = room.wasted.saturating_sub(length),
    }
    taken
}

/// Unpacks until there are so many bytes or no more. The end of an entry is where its checksum is compared.
fn unpack(file: &mut impl Read, most: u64, bytes: &mut Vec<u8>) -> Result<(), Trouble> {
    let more = most.saturating_sub(bytes.len() as u64);
    file.take(more).read_to_end(bytes).map(drop).map_err(|_| Trouble::Broken)
}
