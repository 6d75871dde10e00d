//! Receiving forms with files: streamed to the temporary folder, hashed and bounded on the way. A file that is not
//! taken is an error at its field, so that the form is shown again with everything that was typed; what is not kept is
//! removed when the `Upload` is dropped.

use std::path::{Path, PathBuf};

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::{
    kind::{self, Real},
    parts::{Part, Parts},
};
use crate::{
    error::{AppError, Result},
    form::{
        Form,
        request::{MAX_NAME, Pairs, beyond_bounds},
    },
    hex::hex,
    state::AppState,
    text::Message,
};

const MEGABYTE: u64 = 1024 * 1024;
/// Largest single file, in bytes.
pub const MAX_FILE: u64 = 20 * MEGABYTE;
/// Most files that are received with one form.
const MAX_FILES: usize = 12;
/// Most files that are passed over and named; nobody chooses more by mistake.
const MAX_PASSED_OVER: usize = 100;

/// The body limit of a form with `files` files.
pub const fn upload_limit(files: usize) -> usize {
    files * MAX_FILE as usize + 2 * MEGABYTE as usize
}

/// A posted form and the files that came with it.
#[derive(Debug)]
pub struct Upload {
    pub form: Form,
    pub files: Vec<Received>,
}

/// A file that waits in the temporary folder.
#[derive(Debug)]
pub struct Received {
    /// The form field that it came in.
    pub field: String,
    /// The name without any folders.
    pub name: String,
    pub(super) path: PathBuf,
    pub(super) hash: String,
    /// Bytes.
    pub(super) size: u64,
    pub(super) real: Real,
}

impl Drop for Received {
    fn drop(&mut self) {
        // Best effort: what stays behind is removed by a start a day later.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl FromRequest<AppState> for Upload {
    type Rejection = AppError;

    async fn from_request(http: Request, state: &AppState) -> Result<Self> {
        Self::within(http, state, MAX_FILE).await
    }
}

impl Upload {
    /// A form with or without files, each of at most `most` bytes; one that was kept over the sign-in comes without.
    pub async fn within(http: Request, state: &AppState, most: u64) -> Result<Self> {
        if !is_multipart(http.headers()) {
            return Ok(Self { form: Form::from_request(http, state).await?, files: Vec::new() });
        }
        let mut parts = Parts::of(http).await?;
        let (mut pairs, mut files, mut passed_over) = (Pairs::default(), Vec::new(), Vec::new());
        while let Some(mut part) = parts.next().await? {
            let field = part.field();
            match part.file_name() {
                None => pairs.add(field, part.text().await?)?,
                Some(name) if name.is_empty() => part.pass_over().await?,
                Some(_) if field.len() > MAX_NAME || passed_over.len() == MAX_PASSED_OVER => {
                    return Err(beyond_bounds());
                }
                Some(name) if files.len() == MAX_FILES => {
                    part.pass_over().await?;
                    passed_over.push((field, Message::of("files.too_many").with("name", name)));
                }
                Some(name) => {
                    let too_large = Message::of("files.too_large").with("name", &name).with("max", most / MEGABYTE);
                    match receive(state.files.temporary(), field.clone(), name, most, part).await? {
                        Some(file) => files.push(file),
                        None => passed_over.push((field, too_large)),
                    }
                }
            }
        }
        let mut form = pairs.form();
        for (field, message) in passed_over {
            form.refuse_each(&field, message);
        }
        Ok(Self { form, files })
    }
}

/// The texts of a posted form, and field and name of the files that came with it, whose bytes are passed over.
pub async fn texts(http: Request) -> Result<(Form, Vec<(String, String)>)> {
    if !is_multipart(http.headers()) {
        return Ok((Form::from_request(http, &()).await?, Vec::new()));
    }
    let mut parts = Parts::of(http).await?;
    let (mut pairs, mut files) = (Pairs::default(), Vec::new());
    while let Some(mut part) = parts.next().await? {
        let field = part.field();
        match part.file_name() {
            None => pairs.add(field, part.text().await?)?,
            Some(name) => {
                if field.len() > MAX_NAME || files.len() == MAX_PASSED_OVER {
                    return Err(beyond_bounds());
                }
                part.pass_over().await?;
                if !name.is_empty() {
                    files.push((field, name));
                }
            }
        }
    }
    Ok((pairs.form(), files))
}

/// Whether a request carries a form with files.
fn is_multipart(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

/// Receives a file; nothing when it is larger than `most`, and then it is read to its end all the same.
async fn receive(
    folder: &Path,
    field: String,
    name: String,
    most: u64,
    mut part: Part<'_>,
) -> Result<Option<Received>> {
    let path = folder.join(uuid::Uuid::now_v7().to_string());
    let mut received = Received { field, name, path, hash: String::new(), size: 0, real: Real::default() };
    let mut file = tokio::fs::File::create(&received.path).await.map_err(full)?;
    let mut hasher = Sha256::new();
    while let Some(chunk) = part.chunk().await? {
        received.size += chunk.len() as u64;
        if received.size > most {
            drop(received);
            part.pass_over().await?;
            return Ok(None);
        }
        hasher.update(&chunk);
        file.write_all(&chunk).await.map_err(full)?;
    }
    file.flush().await.map_err(full)?;
    received.hash = hex(&hasher.finalize());
    let path = received.path.clone();
    received.real = tokio::task::spawn_blocking(move || kind::really(&path)).await.map_err(AppError::internal)?;
    Ok(Some(received))
}

pub(super) fn full(error: std::io::Error) -> AppError {
    tracing::warn!(cause = %error, "an upload could not be written");
    AppError::Unavailable
}
