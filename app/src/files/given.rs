//! Receiving bytes that come from elsewhere than a form: from a pipe, or out of a mail. And keeping a file of
//! which no row of files tells, because it is nothing that is handed out as it is.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use super::{
    Files, Received,
    kind::{self, Real},
    receive::full,
};
use crate::{
    error::{AppError, Result},
    hex::hex,
};

/// Bytes that are read together.
const CHUNK: usize = 64 * 1024;

/// Receives what a reader gives, up to `most` bytes, into the temporary folder. `name` has no folders.
///
/// # Errors
/// `TooLarge` when there is more, `Unavailable` when it cannot be written.
pub async fn receive_from(
    files: &Files,
    name: &str,
    mut reader: impl AsyncRead + Unpin,
    most: u64,
) -> Result<Received> {
    let path = files.temporary().join(uuid::Uuid::now_v7().to_string());
    let mut received = Received {
        field: String::new(),
        name: name.to_owned(),
        path,
        hash: String::new(),
        size: 0,
        real: Real::default(),
    };
    let mut file = tokio::fs::File::create(&received.path).await.map_err(full)?;
    let (mut hasher, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        let read = reader.read(&mut chunk).await.map_err(full)?;
        if read == 0 {
            break;
        }
        received.size += read as u64;
        if received.size > most {
            return Err(AppError::TooLarge { megabytes: usize::try_from(most / 1024 / 1024).unwrap_or(usize::MAX) });
        }
        hasher.update(&chunk[..read]);
        file.write_all(&chunk[..read]).await.map_err(full)?;
    }
    file.flush().await.map_err(full)?;
    received.hash = hex(&hasher.finalize());
    let path = received.path.clone();
    received.real = tokio::task::spawn_blocking(move || kind::really(&path)).await.map_err(AppError::internal)?;
    Ok(received)
}

impl Received {
    /// Bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What was received, for whoever makes something else of it and keeps only that, or nothing.
    pub async fn bytes(&self) -> Result<Bytes> {
        Ok(tokio::fs::read(&self.path).await.map_err(full)?.into())
    }

    /// The same to be read piece by piece.
    pub async fn open(&self) -> Result<tokio::fs::File> {
        tokio::fs::File::open(&self.path).await.map_err(full)
    }
}

/// Keeps what was received and gives its hash; whoever names it says so to the upkeep.
pub async fn keep_as_it_came(files: &Files, received: &Received) -> Result<String> {
    files.keep_path(&received.path, &received.hash).await?;
    Ok(received.hash.clone())
}

/// What was kept so.
pub async fn as_it_came(files: &Files, hash: &str) -> Result<axum::body::Body> {
    files.stream(hash).await
}

/// Its first bytes, `most` of them.
pub async fn beginning_as_it_came(files: &Files, hash: &str, most: u64) -> Result<Vec<u8>> {
    files.beginning(hash, most).await
}
