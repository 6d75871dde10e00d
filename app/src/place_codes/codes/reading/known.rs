//! Files that are on record already, known by their content, so that nothing of them is decoded when they come again.

use std::collections::{HashMap, HashSet};

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
pub struct Known {
    said: HashMap<String, Message>,
    /// The lengths of these files; a file of another is none of them.
    lengths: HashSet<i64>,
}

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
        let lengths = files.iter().map(|file| file.size).collect();
        let said = files.into_iter().filter_map(|file| Some((file.hash, said.get(&file.id)?.clone()))).collect();
        Ok(Self { said, lengths })
    }

    /// The hash of a file that is on record, and what is said of it.
    pub fn says(&self, bytes: &[u8]) -> Option<(&String, &Message)> {
        let length = i64::try_from(bytes.len()).ok()?;
        if self.lengths.contains(&length) { self.said.get_key_value(&hex(&Sha256::digest(bytes))) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_very_bytes() {
        let hash = hex(&Sha256::digest(b"east gate"));
        let said = HashMap::from([(hash.clone(), Message::of("place_codes.upload.on_record"))]);
        let known = Known { said, lengths: HashSet::from([9]) };
        assert_eq!(known.says(b"east gate").map(|(hash, _)| hash), Some(&hash));
        for other in [&b"west gate"[..], b"east gate ", b""] {
            assert_eq!(known.says(other), None);
        }
        assert_eq!(Known::default().says(b""), None);
    }
}
