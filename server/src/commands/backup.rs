//! One file that holds the whole portal: the database as of one instant, the files, the written mails
//! and the key, with a manifest of sizes and hashes. It is made while the portal runs: the database is
//! copied first and the files after it, so that no row names a file that is not there.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use app::{db::Db, hex::hex, time::Clock};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{postgres, say};
use crate::{
    config::{Sentence, Settings},
    start,
};

/// What stands in `manifest.json`, the last entry.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub made_at: String,
    /// `sqlite` or `postgres`.
    pub database: String,
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub path: String,
    pub size: u64,
    pub sha256: String,
}

pub const MANIFEST: &str = "manifest.json";
pub const FORMAT: u32 = 1;
/// The folders of the data folder that are kept.
const FOLDERS: &[&str] = &["files", "mail"];

pub async fn run(settings: &Settings, to: &Path) -> Result<(), Sentence> {
    if to.exists() {
        return Err(format!("{} exists already; choose another name", to.display()));
    }
    let url = settings.database()?;
    let database = if url.starts_with("sqlite") { "sqlite" } else { "postgres" };
    // Both ways fill a file that is there and empty, and so keep its owner and its mode; it goes when it is dropped.
    let copy = beside(to).map_err(|e| format!("the backup cannot be written: {e}"))?.into_temp_path();
    if database == "sqlite" { copy_sqlite(&url, &copy).await } else { postgres::dump(&url, &copy).await }?;
    let (data, target) = (settings.data_dir.clone(), to.to_owned());
    let packing = tokio::task::spawn_blocking(move || pack(&data, &copy, &target, database));
    let entries = packing.await.map_err(|e| format!("the backup was interrupted: {e}"))??;
    say(&format!("{} holds the database and {} files.", to.display(), entries - 1));
    Ok(())
}

/// A copy as of one instant, while others read and write.
async fn copy_sqlite(url: &str, copy: &Path) -> Result<(), Sentence> {
    let path = start::sqlite_path(url).unwrap_or(Path::new(""));
    if !path.exists() {
        return Err(format!("there is no database at {}; check DATABASE_URL and HUNITONG_DATA_DIR", path.display()));
    }
    let failed = |e: sea_orm::DbErr| format!("the database cannot be copied: {e}");
    let db = Db::connect(url).await.map_err(failed)?;
    let target = copy.display().to_string().replace('\'', "''");
    let copied = db.writer().execute_unprepared(&format!("VACUUM INTO '{target}'")).await;
    db.close().await;
    copied.map(drop).map_err(failed)
}

/// Packs everything beside the target and renames it when it is whole.
fn pack(data: &Path, copy: &Path, to: &Path, database: &str) -> Result<usize, Sentence> {
    let packed = (|| -> io::Result<usize> {
        let mut part = beside(to)?;
        let mut zip = ZipWriter::new(part.as_file_mut());
        let mut entries = vec![add(&mut zip, "database", File::open(copy)?)?];
        for folder in FOLDERS {
            for path in files_in(&data.join(folder))? {
                // What went since the folder was read, nothing in the copied database names.
                let Some(file) = unless_gone(File::open(&path))? else { continue };
                let name = path.strip_prefix(data).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
                entries.push(add(&mut zip, &name, file)?);
            }
        }
        let key = data.join("secret.key");
        if key.exists() {
            entries.push(add(&mut zip, "secret.key", File::open(&key)?)?);
        }
        let count = entries.len();
        let made_at = Clock::default().now().rfc3339();
        let manifest = Manifest { format: FORMAT, made_at, database: database.to_owned(), entries };
        zip.start_file(MANIFEST, options())?;
        zip.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
        zip.finish()?.sync_all()?;
        part.persist_noclobber(to)?;
        Ok(count)
    })();
    packed.map_err(|e| format!("the backup cannot be written: {e}"))
}

/// An empty file in the folder of `to` that only its owner may read.
fn beside(to: &Path) -> io::Result<NamedTempFile> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true)
}

fn add(zip: &mut ZipWriter<&mut File>, name: &str, mut from: File) -> io::Result<Entry> {
    zip.start_file(name, options())?;
    let (size, sha256) = copy_hashed(&mut from, zip)?;
    Ok(Entry { path: name.to_owned(), size, sha256 })
}

/// Copies and gives the size and the SHA-256 of what was copied.
pub fn copy_hashed(from: &mut impl Read, to: &mut impl Write) -> io::Result<(u64, String)> {
    let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 64 * 1024]);
    loop {
        let read = from.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        to.write_all(bytes)?;
        size += read as u64;
    }
    Ok((size, hex(&hash.finalize())))
}

fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in unless_gone(fs::read_dir(folder))?.into_iter().flatten() {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files_in(&entry.path())?);
        } else if is_whole(&entry.file_name().to_string_lossy()) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file is not one that is just being written: mails begin with a dot until then, files hold a `#`.
fn is_whole(name: &str) -> bool {
    !name.starts_with('.') && !name.contains('#')
}

/// Nothing for what is not there any more; the portal goes on while it is copied.
fn unless_gone<T>(opened: io::Result<T>) -> io::Result<Option<T>> {
    match opened {
        Ok(opened) => Ok(Some(opened)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
