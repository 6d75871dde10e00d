//! Where the bytes are: an object store (a folder by default) with one object per content hash.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, buffered::BufWriter, local::LocalFileSystem, path::Path as Key,
};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

use crate::error::{AppError, Result};

#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// Where uploads wait until their act is committed or refused.
    temporary: PathBuf,
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
        Ok(Self { store: Arc::new(store), temporary })
    }

    pub(super) fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Keeps bytes, such as a rendered paper, and gives their hash. Keeping the same twice is harmless.
    pub async fn keep(&self, bytes: Bytes) -> Result<String> {
        let hash = super::receive::hex_sha256(&bytes);
        self.store.put(&key(&hash), PutPayload::from_bytes(bytes)).await.map_err(unavailable)?;
        Ok(hash)
    }

    /// Keeps a received file under its hash.
    pub(super) async fn keep_path(&self, path: &Path, hash: &str) -> Result<()> {
        let mut from = tokio::fs::File::open(path).await.map_err(AppError::internal)?;
        let mut to = BufWriter::new(Arc::clone(&self.store), key(hash));
        tokio::io::copy(&mut from, &mut to).await.map_err(unavailable)?;
        to.shutdown().await.map_err(unavailable)
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
