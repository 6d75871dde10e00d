//! The sheet of a code: its words from the register, its code from the image that the city issued.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::Semaphore;

use super::{contact::Contacts, model::Wish};
use crate::{
    db::ConnectionTrait,
    documents::code_sheet::{CodeSheet, SheetCode, SheetFault, SheetPage},
    error::{AppError, Result},
    files::{self, Stored},
    ids::{FileId, MemberId},
    place_codes::codes::{
        self,
        store::{Code, Row},
    },
    state::AppState,
};

/// Sheets that are made at the same time, whoever asked for them: the image of each is decoded several times.
static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);
pub const AT_ONCE: usize = 2;

/// Makes a sheet when it is its turn. Who no longer waits for it keeps the turn until it is made.
pub async fn make(state: &AppState, sheet: CodeSheet) -> Result<std::result::Result<SheetPage, Vec<SheetFault>>> {
    let turn = TURNS.acquire().await.map_err(AppError::internal)?;
    let documents = Arc::clone(&state.documents);
    let making = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        documents.code_sheet(&sheet)
    });
    making.await.map_err(AppError::internal)
}

/// What the sheets of several entrances share.
pub struct Around {
    contacts: Contacts,
    files: HashMap<FileId, Stored>,
}

impl Around {
    pub async fn of(conn: &impl ConnectionTrait, rows: &[Row]) -> Result<Self> {
        let mut members: Vec<MemberId> = rows.iter().map(|row| row.member.id).collect();
        members.sort_unstable();
        members.dedup();
        let contacts = Contacts::of(conn, &members).await?;
        let images: Vec<FileId> = rows.iter().filter_map(|row| row.code.as_ref()).map(|code| code.file_id).collect();
        let files = files::find_all(conn, &images).await?.into_iter().map(|file| (file.id, file)).collect();
        Ok(Self { contacts, files })
    }

    /// The sheet of a row's code; the image is read only where it is printed.
    pub async fn sheet(&self, state: &AppState, row: &Row, code: &Code, wish: Wish) -> Result<CodeSheet> {
        let payload = code.payload.clone();
        let drawn = match self.files.get(&code.file_id).filter(|_| !wish.redrawn) {
            Some(file) => SheetCode::Issued { image: codes::bare(state, file).await?.to_vec(), payload },
            None => SheetCode::Redrawn { payload },
        };
        Ok(CodeSheet {
            size: wish.size,
            kind: wish.kind,
            outdoors: row.entrance.outdoors,
            member: row.member.name.clone(),
            place: row.plant.name.clone(),
            entrance: row.entrance.name.clone(),
            // What hangs must be the address that was applied for.
            address: code.address_line.clone(),
            contact: self.contacts.whom(row.member.id).cloned(),
            number: code.number.clone(),
            version: u32::try_from(code.version).unwrap_or_default(),
            issued: code.issued_on,
            code: drawn,
        })
    }
}
