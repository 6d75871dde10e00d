//! Where the bytes are: an object store (a folder by default) with one object per content hash. Keeping what is there
//! already makes it new again, so that content which is just being kept is never old.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, buffered::BufWriter, local::LocalFileSystem, path::Path as Key,
};
use std::sync::Arc;
use tokio::{io::AsyncWriteExt, sync::RwLock};

use crate::{
    error::{AppError, Result},
    time::Instant,
};

#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// Where uploads wait until their act is committed or refused.
    temporary: PathBuf,
    /// Held by many who keep, or by the one who removes: nothing is made new between a last look at it and its end.
    keeping: Arc<RwLock<()>>,
}

impl Files {
    /// Opens (and makes) the folders `files` and `tmp` under the data folder; what an earlier run left
    /// in `tmp` is removed.
    pub fn in_folder(data: &Path) -> Result<Self> {
        let (kept, temporary) = (data.join("files"), data.join("tmp"));
        if temporary.exists() {
            std::fs::remove_dir_all(&temporary).map_err(AppError::internal)?;
        }
        for folder in [&kept, &temporary] {
            std::fs::create_dir_all(folder).map_err(AppError::internal)?;
        }
        let store = LocalFileSystem::new_with_prefix(&kept).map_err(AppError::internal)?.with_automatic_cleanup(true);
        Ok(Self { store: Arc::new(store), temporary, keeping: Arc::default() })
    }

    pub(super) fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Keeps bytes, such as a rendered paper, and gives their hash. Keeping the same twice is harmless.
    pub async fn keep(&self, bytes: Bytes) -> Result<String> {
        let hash = super::receive::hex_sha256(&bytes);
        let _keeping = self.keeping.read().await;
        self.store.put(&key(&hash), PutPayload::from_bytes(bytes)).await.map_err(unavailable)?;
        Ok(hash)
    }

    /// Keeps a received file under its hash.
    pub(super) async fn keep_path(&self, path: &Path, hash: &str) -> Result<()> {
        let _keeping = self.keeping.read().await;
        let mut from = tokio::fs::File::open(path).await.map_err(AppError::internal)?;
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
        let _alone = self.keeping.write().await;
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

    pub(super) async fn stream(&self, hash: &str) -> Result<axum::body::Body> {
        let found = self.store.get(&key(hash)).await.map_err(missing)?;
        Ok(axum::body::Body::from_stream(found.into_stream()))
    }
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
