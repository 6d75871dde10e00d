//! Where the bytes are: an object store (a folder by default) with one object per content hash. Keeping what is there
//! already makes it new again, so that content which is just being kept is never old.

use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, buffered::BufWriter, local::LocalFileSystem, path::Path as Key,
};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::turns::Turns;
use crate::{
    error::{AppError, Result},
    hex::hex,
    time::Instant,
};

/// No upload is received for longer than this.
const LONGEST_UPLOAD: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// Where uploads wait until their act is committed or refused.
    temporary: PathBuf,
    turns: Turns,
}

impl Files {
    /// Opens (and makes, for their owner alone) the folders `files` and `tmp` under the data folder. What earlier runs left in `tmp` is
    /// removed once it is old: what is younger may be an upload that another process is receiving.
    pub fn in_folder(data: &Path) -> Result<Self> {
        let (kept, temporary) = (data.join("files"), data.join("tmp"));
        for folder in [&kept, &temporary] {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(AppError::internal)?;
        }
        remove_old(&temporary).map_err(AppError::internal)?;
        // Rows that name a file are on the disk when their act is done, so the file must be, too.
        let store = LocalFileSystem::new_with_prefix(&kept)
            .map_err(AppError::internal)?
            .with_automatic_cleanup(true)
            .with_fsync(true);
        Ok(Self { store: Arc::new(store), temporary, turns: Turns::in_folder(data) })
    }

    pub(super) fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Keeps bytes, such as a rendered paper, and gives their hash. Keeping the same twice is harmless.
    pub async fn keep(&self, bytes: Bytes) -> Result<String> {
        let hash = hex(&Sha256::digest(&bytes));
        let _keeping = self.turns.to_keep().await.map_err(unavailable)?;
        self.store.put(&key(&hash), PutPayload::from_bytes(bytes)).await.map_err(unavailable)?;
        Ok(hash)
    }

    /// Keeps a received file under its hash.
    pub(super) async fn keep_path(&self, path: &Path, hash: &str) -> Result<()> {
        let _keeping = self.turns.to_keep().await.map_err(unavailable)?;
        let mut from = tokio::fs::File::open(path).await.map_err(unavailable)?;
        let mut to = BufWriter::new(Arc::clone(&self.store), key(hash));
        tokio::io::copy(&mut from, &mut to).await.map_err(unavailable)?;
        to.shutdown().await.map_err(unavailable)
    }

    /// The hashes of what was last kept before `bound`.
    pub(super) async fn older_than(&self, bound: Instant) -> Result<Vec<String>> {
        let old = |found: ObjectMeta| async move {
            Ok(found.location.filename().filter(|_| is_before(&found, bound)).map(str::to_owned))
        };
        self.store.list(None).try_filter_map(old).try_collect().await.map_err(unavailable)
    }

    /// Removes content unless it was kept anew since `bound`; `false` when it stays.
    pub(super) async fn remove(&self, hash: &str, bound: Instant) -> Result<bool> {
        let _alone = self.turns.to_remove().await.map_err(unavailable)?;
        match self.store.head(&key(hash)).await {
            Ok(found) if is_before(&found, bound) => {}
            Ok(_) | Err(object_store::Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(unavailable(error)),
        }
        match self.store.delete(&key(hash)).await {
            Ok(()) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(unavailable(error)),
        }
    }

    pub async fn read(&self, hash: &str) -> Result<Bytes> {
        let found = self.store.get(&key(hash)).await.map_err(missing)?;
        found.bytes().await.map_err(AppError::internal)
    }

    /// The first bytes, `most` of them.
    pub(super) async fn beginning(&self, hash: &str, most: u64) -> Result<Vec<u8>> {
        let most = usize::try_from(most).map_err(AppError::internal)?;
        let mut stream = self.store.get(&key(hash)).await.map_err(missing)?.into_stream();
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.try_next().await.map_err(AppError::internal)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() >= most {
                bytes.truncate(most);
                break;
            }
        }
        Ok(bytes)
    }

    pub(super) async fn stream(&self, hash: &str) -> Result<axum::body::Body> {
        let found = self.store.get(&key(hash)).await.map_err(missing)?;
        Ok(axum::body::Body::from_stream(found.into_stream()))
    }
}

/// Removes what nobody can still be receiving.
fn remove_old(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let age = entry.metadata().and_then(|found| found.modified()).map(|at| at.elapsed().unwrap_or_default());
        // One that is gone meanwhile is what was wanted.
        if age.is_ok_and(|age| age > LONGEST_UPLOAD) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// Two levels, so that no folder grows too large.
fn key(hash: &str) -> Key {
    Key::from(format!("{}/{hash}", hash.get(..2).unwrap_or_default()))
}

fn is_before(found: &ObjectMeta, bound: Instant) -> bool {
    found.last_modified.timestamp_micros() < bound.0
}

fn missing(error: object_store::Error) -> AppError {
    match error {
        object_store::Error::NotFound { .. } => AppError::NotFound,
        other => AppError::internal(other),
    }
}

/// A store that cannot write is full or away; trying again later is right.
fn unavailable(error: impl std::fmt::Display) -> AppError {
    tracing::warn!(cause = %error, "the file store cannot write");
    AppError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_start_leaves_uploads_in_hand_and_removes_old_ones() {
        let folder = std::env::temp_dir().join(uuid::Uuid::now_v7().to_string());
        Files::in_folder(&folder).expect("opened");
        let [young, old] = ["young", "old"].map(|name| folder.join("tmp").join(name));
        std::fs::write(&young, "in hand").expect("written");
        let left_behind = std::fs::File::create(&old).expect("made");
        left_behind
            .set_modified(std::time::SystemTime::now() - LONGEST_UPLOAD - Duration::from_secs(60))
            .expect("aged");
        Files::in_folder(&folder).expect("opened again");
        assert!(young.exists() && !old.exists());
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
