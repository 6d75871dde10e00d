//! Files that are on record already, known by their content, so that nothing of them is decoded when they come again.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::{
    db::ConnectionTrait,
    error::Result,
    files,
    hex::hex,
    ids::FileId,
    place_codes::codes::{model, store::Row},
    text::Message,
};

/// By the hash of its content, what is said of a file when it comes again.
#[derive(Debug, Default)]
pub struct Known(HashMap<String, Message>);

impl Known {
    /// Those of the current codes of these entrances.
    pub async fn of(conn: &impl ConnectionTrait, rows: &[Row]) -> Result<Self> {
        let said: HashMap<FileId, Message> = rows
            .iter()
            .filter_map(|row| {
                let code = row.code.as_ref()?;
                let place = format!("{} {}", row.plant.name, row.entrance.name);
                Some((code.file_id, model::on_record(&place, &code.number)))
            })
            .collect();
        let ids: Vec<FileId> = said.keys().copied().collect();
        let files = files::find_all(conn, &ids).await?;
        Ok(Self(files.into_iter().filter_map(|file| Some((file.hash, said.get(&file.id)?.clone()))).collect()))
    }

    pub fn says(&self, bytes: &[u8]) -> Option<&Message> {
        // Most uploads are a member's first, and then nothing is to be compared.
        if self.0.is_empty() { None } else { self.0.get(&hex(&Sha256::digest(bytes))) }
    }
}
