//! The issued image as it is handed out: its pixels are the city's, bit by bit, and whatever else the file told (where
//! and by whom it was saved, thumbnails, what stands behind its end) stays here. The file itself is kept as it came.

use axum::{http::HeaderMap, response::Response};
use bytes::Bytes;

use crate::{
    error::{AppError, Result},
    files::{self, Stored},
    pictures,
    state::AppState,
};

/// What the tag of such a picture says, so that nobody shows the file from before in its place.
const BARE: &str = "bare";

/// The bytes of an image without what stands beside its pixels.
pub async fn bare(state: &AppState, file: &Stored) -> Result<Bytes> {
    let bytes = state.files.read(&file.hash).await?;
    let bare =
        pictures::bare(&bytes).ok_or_else(|| AppError::internal("an issued image that is kept makes no sense"))?;
    Ok(bare.into())
}

/// The response that shows an image to who may see it, which the caller has checked.
pub async fn picture(state: &AppState, asked: &HeaderMap, file: &Stored) -> Result<Response> {
    files::download_made(asked, file, BARE, bare(state, file)).await
}
