//! The link on a sheet that proves it: the sheet's id, signed with the portal's secret, so that nobody else can make
//! one and nothing of it needs to be stored. Whoever tries links that were never made is slowed down.

use axum::{
    extract::{Path, State},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::{
    proof_page::{self, Shown},
    sheet, store,
};
use crate::{
    accounts::{self, token},
    current::Current,
    error::Result,
    ids::ReadinessSheetId,
    members::store as register,
    state::{AppState, Secret},
};

const PURPOSE: &str = "readiness sheet";
/// Characters of an id, and of its signature: 132 bits.
const LENGTH: usize = 22;

pub fn path(secret: &Secret, id: ReadinessSheetId) -> String {
    format!("/proof/{}", token_of(secret, id))
}

fn token_of(secret: &Secret, id: ReadinessSheetId) -> String {
    let id = URL_SAFE_NO_PAD.encode(id.0.as_bytes());
    let signature: String = token::keyed_hash(secret, PURPOSE, &id).chars().take(LENGTH).collect();
    format!("{id}{signature}")
}

/// The sheet that a link names; nothing when it was not made here.
fn read(secret: &Secret, typed: &str) -> Option<ReadinessSheetId> {
    let bytes = URL_SAFE_NO_PAD.decode(typed.get(..LENGTH)?).ok()?;
    let id = ReadinessSheetId(Uuid::from_slice(&bytes).ok()?);
    // Hashes are compared, so that how long it takes tells nothing of the signature.
    (token::hash(&token_of(secret, id)) == token::hash(typed)).then_some(id)
}

pub async fn show(State(state): State<AppState>, current: Current, Path(typed): Path<String>) -> Result<Response> {
    let Some(id) = read(&state.options.secret, &typed) else {
        accounts::forged_link(&state, &current).await?;
        return Ok(proof_page::forged(&state, &current));
    };
    let conn = state.db.reader();
    let sheet = store::sheet(conn, id).await?;
    let plant = register::plant(conn, sheet.plant_id).await?;
    let member = register::member(conn, sheet.member_id).await?;
    let shown = Shown { then: sheet.said()?, now: sheet::now(conn, &current, &member, &plant).await?, sheet };
    Ok(proof_page::show(&state, &current, &shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_link_that_was_made_here_is_read() {
        let (secret, other) = (Secret(vec![7; 32]), Secret(vec![8; 32]));
        let id = ReadinessSheetId::new();
        let token = token_of(&secret, id);
        assert_eq!(token.len(), 2 * LENGTH);
        assert_eq!(read(&secret, &token), Some(id));
        assert_eq!(read(&other, &token), None);
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(read(&secret, &String::from_utf8_lossy(&forged)), None, "{at}");
        }
        for wrong in ["", "x", &token[1..], &token[..LENGTH], &format!("{token}A"), "码码码码码码码码码码"] {
            assert_eq!(read(&secret, wrong), None, "{wrong}");
        }
    }
}
