//! Receiving forms with files: streamed to the temporary folder, hashed and bounded on the way. What is
//! not kept is removed when the `Upload` is dropped.

use std::path::{Path, PathBuf};

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::{HeaderMap, StatusCode, header},
};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use crate::{
    error::{AppError, Result},
    form::{
        Form, MAX_VALUE,
        request::{MAX_NAME, Pairs, beyond_bounds},
    },
    state::AppState,
    text::Message,
};

/// Largest single file, in bytes.
pub const MAX_FILE: u64 = 20 * 1024 * 1024;
/// Most files in one form.
const MAX_FILES: usize = 12;

/// The body limit of a form with `files` files.
pub const fn upload_limit(files: usize) -> usize {
    files * MAX_FILE as usize + 2 * 1024 * 1024
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
    pub path: PathBuf,
    pub hash: String,
    /// Bytes.
    pub size: u64,
}

impl Drop for Received {
    fn drop(&mut self) {
        // Best effort: what stays behind is removed by a start a day later.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl FromRequest<AppState> for Upload {
    type Rejection = AppError;

    /// A form with or without files; one that was kept over the sign-in comes without.
    async fn from_request(http: Request, state: &AppState) -> Result<Self> {
        if !is_multipart(http.headers()) {
            return Ok(Self { form: Form::from_request(http, state).await?, files: Vec::new() });
        }
        let mut parts = multipart(http).await?;
        let (mut pairs, mut files) = (Pairs::default(), Vec::new());
        while let Some(field) = parts.next_field().await.map_err(|e| refused(e.status()))? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(bare_name) {
                None => pairs.add(name, text(field).await?)?,
                Some(file_name) if file_name.is_empty() => {}
                Some(_) if files.len() == MAX_FILES => return Err(beyond_bounds()),
                Some(file_name) => files.push(receive(state.files.temporary(), name, file_name, field).await?),
            }
        }
        Ok(Self { form: pairs.form(), files })
    }
}

/// The texts of a posted form, and field and name of the files that came with it, whose bytes are passed over.
pub async fn texts(http: Request) -> Result<(Form, Vec<(String, String)>)> {
    if !is_multipart(http.headers()) {
        return Ok((Form::from_request(http, &()).await?, Vec::new()));
    }
    let mut parts = multipart(http).await?;
    let (mut pairs, mut files) = (Pairs::default(), Vec::new());
    while let Some(field) = parts.next_field().await.map_err(|e| refused(e.status()))? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(bare_name) {
            None => pairs.add(name, text(field).await?)?,
            Some(file_name) if file_name.is_empty() => {}
            Some(_) if files.len() == MAX_FILES || name.len() > MAX_NAME => return Err(beyond_bounds()),
            Some(file_name) => files.push((name, file_name)),
        }
    }
    Ok((pairs.form(), files))
}

async fn multipart(http: Request) -> Result<Multipart> {
    Multipart::from_request(http, &()).await.map_err(|_| AppError::Refused(Message::of("error.unreadable")))
}

/// Whether a request carries a form with files.
pub fn is_multipart(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

async fn text(mut field: Field<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|e| refused(e.status()))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_VALUE {
            return Err(beyond_bounds());
        }
    }
    String::from_utf8(bytes).map_err(|_| AppError::Refused(Message::of("error.unreadable")))
}

async fn receive(folder: &Path, field_name: String, name: String, mut field: Field<'_>) -> Result<Received> {
    let path = folder.join(uuid::Uuid::now_v7().to_string());
    let mut received = Received { field: field_name, name, path, hash: String::new(), size: 0 };
    let mut file = tokio::fs::File::create(&received.path).await.map_err(full)?;
    let mut hasher = Sha256::new();
    while let Some(chunk) = field.chunk().await.map_err(|e| refused(e.status()))? {
        received.size += chunk.len() as u64;
        if received.size > MAX_FILE {
            return Err(AppError::TooLarge { megabytes: (MAX_FILE / 1024 / 1024) as usize });
        }
        hasher.update(&chunk);
        file.write_all(&chunk).await.map_err(full)?;
    }
    file.flush().await.map_err(full)?;
    received.hash = hex(&hasher.finalize());
    Ok(received)
}

fn full(error: std::io::Error) -> AppError {
    tracing::warn!(cause = %error, "an upload could not be written");
    AppError::Unavailable
}

fn refused(status: StatusCode) -> AppError {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        AppError::TooLarge { megabytes: (MAX_FILE / 1024 / 1024) as usize }
    } else {
        AppError::Refused(Message::of("error.unreadable"))
    }
}

/// Some browsers send a whole path; only its last part is the name. Control characters are dropped.
fn bare_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(150).collect()
}

pub(super) fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
