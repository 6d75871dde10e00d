//! Bringing a backup back into an empty place. Everything is unpacked beside its place and every hash is
//! checked first; only a backup that is whole is moved in, and nothing that exists is overwritten.

use std::{
    fs::{self, File},
    io::Read,
    path::{Component, Path, PathBuf},
};

use app::db::Db;
use sea_orm::{ConnectionTrait, Statement};
use zip::ZipArchive;

use super::{
    backup::{FORMAT, MANIFEST, Manifest, copy_hashed},
    postgres, say,
};
use crate::{
    config::{Sentence, Settings},
    private, start,
};

/// Largest manifest that is read, in bytes; a million files fit.
const LONGEST_MANIFEST: u64 = 256 * 1024 * 1024;

pub async fn run(settings: &Settings, from: &Path) -> Result<(), Sentence> {
    let url = settings.database()?;
    let kind = if url.starts_with("sqlite") { "sqlite" } else { "postgres" };
    refuse_what_is_there(settings, &url).await?;
    let staging = settings.data_dir.join(".restoring");
    let (from, place) = (from.to_owned(), staging.clone());
    let unpacking = tokio::task::spawn_blocking(move || unpack(&from, &place, kind));
    let unpacked = unpacking.await.map_err(|e| format!("the restore was interrupted: {e}"))?;
    let moved = match unpacked {
        Ok(manifest) => move_in(settings, &url, &staging).await.map(|()| manifest),
        Err(sentence) => Err(sentence),
    };
    let _ = fs::remove_dir_all(&staging);
    let manifest = moved?;
    say(&format!(
        "The backup of {} is in place: {} entries, every hash checked.",
        manifest.made_at,
        manifest.entries.len()
    ));
    Ok(())
}

async fn refuse_what_is_there(settings: &Settings, url: &str) -> Result<(), Sentence> {
    let data = &settings.data_dir;
    let filled = |name: &str| fs::read_dir(data.join(name)).is_ok_and(|mut entries| entries.next().is_some());
    let there = match start::sqlite_path(url) {
        Some(database) => database.exists(),
        None => has_tables(url).await?,
    };
    if there || filled("files") || filled("mail") || data.join("secret.key").exists() {
        return Err(format!(
            "a restore needs an empty place, and there is a portal already; set HUNITONG_DATA_DIR (now {}) and DATABASE_URL to new ones",
            data.display()
        ));
    }
    match start::sqlite_path(url).and_then(|database| leftovers(database).next()) {
        Some(left) => Err(format!(
            "a restore needs an empty place, and {} of an earlier database lies there; it would be played over the restored \
             one, so move it to where that database went",
            left.display()
        )),
        None => Ok(()),
    }
}

/// The files that SQLite writes beside a database. The next program to open the database plays them over it, so those of
/// another database, left there by a power cut, would undo the restore.
fn leftovers(database: &Path) -> impl Iterator<Item = PathBuf> {
    ["-wal", "-shm", "-journal"].into_iter().filter_map(|end| {
        let mut name = database.file_name()?.to_owned();
        name.push(end);
        Some(database.with_file_name(name)).filter(|path| path.exists())
    })
}

async fn has_tables(url: &str) -> Result<bool, Sentence> {
    let failed = |e: sea_orm::DbErr| format!("the database cannot be opened: {e}");
    let db = Db::connect(url).await.map_err(failed)?;
    let ask = "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() LIMIT 1";
    let statement = Statement::from_string(db.reader().get_database_backend(), ask);
    Ok(db.reader().query_one_raw(statement).await.map_err(failed)?.is_some())
}

/// Unpacks into `place` and checks every entry against the manifest.
fn unpack(from: &Path, place: &Path, kind: &str) -> Result<Manifest, Sentence> {
    let file = File::open(from).map_err(|e| format!("{} cannot be opened: {e}", from.display()))?;
    let broken = |what: &str| format!("{} is no whole backup: {what}", from.display());
    let mut zip = ZipArchive::new(file).map_err(|e| broken(&e.to_string()))?;
    let mut text = Vec::new();
    {
        let entry = zip.by_name(MANIFEST).map_err(|_| broken("it has no manifest"))?;
        entry.take(LONGEST_MANIFEST).read_to_end(&mut text).map_err(|e| broken(&e.to_string()))?;
    }
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| broken("its manifest cannot be read"))?;
    if manifest.format != FORMAT {
        return Err(broken("it was made by a newer version"));
    }
    if manifest.database != kind {
        return Err(format!("the backup holds a {} database and DATABASE_URL names another kind", manifest.database));
    }
    let _ = fs::remove_dir_all(place);
    for entry in &manifest.entries {
        let path = Path::new(&entry.path);
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(broken("an entry leads out of the folder"));
        }
        let target = place.join(path);
        let folder = target.parent().unwrap_or(place);
        let unwritable = |e: std::io::Error| format!("the data folder cannot be written: {e}");
        private::folder(folder).map_err(unwritable)?;
        let mut out = private::file(&target).map_err(unwritable)?;
        let source = zip.by_name(&entry.path).map_err(|_| broken(&format!("{} is missing", entry.path)))?;
        // One byte more than promised is enough to see that it is not what was packed.
        let (size, sha256) =
            copy_hashed(&mut source.take(entry.size + 1), &mut out).map_err(|e| broken(&e.to_string()))?;
        if (size, &sha256) != (entry.size, &entry.sha256) {
            return Err(broken(&format!("{} was changed or damaged", entry.path)));
        }
        out.sync_all().map_err(unwritable)?;
    }
    Ok(manifest)
}

/// Moves the folders in and the database last. When that does not come in, the folders go out again, so that the
/// place is as empty as it was and the restore can be repeated.
async fn move_in(settings: &Settings, url: &str, staging: &Path) -> Result<(), Sentence> {
    let mut moved = Vec::new();
    let mut placed = move_folders(settings, staging, &mut moved);
    if placed.is_ok() {
        let database = staging.join("database");
        placed = match start::sqlite_path(url) {
            Some(target) => place_sqlite(&database, target),
            None => postgres::restore(url, &database).await,
        };
    }
    if placed.is_err() {
        for (source, target) in moved {
            let _ = fs::rename(target, source);
        }
    }
    placed
}

fn move_folders(settings: &Settings, staging: &Path, moved: &mut Vec<(PathBuf, PathBuf)>) -> Result<(), Sentence> {
    for name in ["files", "mail", "secret.key"] {
        let (source, target) = (staging.join(name), settings.data_dir.join(name));
        if source.exists() {
            let _ = fs::remove_dir(&target);
            fs::rename(&source, &target).map_err(unmovable)?;
            moved.push((source, target));
        }
    }
    Ok(())
}

/// The database may live on another disk, so it is copied and then renamed.
fn place_sqlite(database: &Path, target: &Path) -> Result<(), Sentence> {
    let folder = target.parent().unwrap_or(Path::new("."));
    private::folder(folder).map_err(unmovable)?;
    let half = target.with_extension("restoring");
    let placed = fs::copy(database, &half)
        .and_then(|_| File::open(&half)?.sync_all())
        .and_then(|()| fs::rename(&half, target))
        .and_then(|()| private::synced(folder));
    if placed.is_err() {
        let _ = fs::remove_file(&half);
    }
    placed.map_err(unmovable)
}

fn unmovable(error: std::io::Error) -> Sentence {
    format!("the backup cannot be moved in: {error}")
}
