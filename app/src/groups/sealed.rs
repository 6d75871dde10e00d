//! Secrets at rest: sealed with a key that is derived from the portal's own, bound to the row that holds them. A copy
//! of the database without the portal's key gives nothing away, and a sealed text moved to another row opens nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf,
    rand::{SecureRandom, SystemRandom},
};

use crate::{
    error::{AppError, Result},
    ids::GroupId,
    state::Secret,
};

/// Keeps this key apart from every other that comes from the portal's.
const PURPOSE: &[&[u8]] = &[b"hunitong chat group secret 1"];

fn key(secret: &Secret) -> Option<LessSafeKey> {
    let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(&secret.0);
    let key = derived.expand(PURPOSE, &AES_256_GCM).ok()?;
    Some(LessSafeKey::new(UnboundKey::from(key)))
}

/// The text as it is stored in the row of this group.
///
/// # Errors
/// The system gives no randomness.
pub fn seal(secret: &Secret, group: GroupId, text: &str) -> Result<String> {
    let failed = || AppError::internal("a secret cannot be sealed");
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(|_| failed())?;
    let key = key(secret).ok_or_else(failed)?;
    let mut sealed = text.as_bytes().to_vec();
    let bound = Aad::from(group.0.into_bytes());
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut sealed).map_err(|_| failed())?;
    Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
}

/// The text again; nothing when it was sealed under another key or for another group, or is no sealed text.
pub fn open(secret: &Secret, group: GroupId, stored: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(stored).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut sealed = sealed.to_vec();
    let opened = key(secret)?.open_in_place(nonce, Aad::from(group.0.into_bytes()), &mut sealed).ok()?;
    String::from_utf8(opened.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_under_its_key_in_its_row_and_nowhere_else() {
        let (one, other) = (Secret(vec![1; 32]), Secret(vec![2; 32]));
        let (group, another) = (GroupId::new(), GroupId::new());
        let text = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa";
        let stored = seal(&one, group, text).unwrap_or_default();
        assert!(!stored.contains("693a91f6"));
        assert_eq!(open(&one, group, &stored).as_deref(), Some(text));
        assert_ne!(seal(&one, group, text).unwrap_or_default(), stored, "no two sealed texts are alike");
        assert_eq!(open(&other, group, &stored), None);
        assert_eq!(open(&one, another, &stored), None);
        for broken in ["", "x", "not base64 at all!", &stored[..stored.len() - 4], "AAAAAAAAAAAAAAAA"] {
            assert_eq!(open(&one, group, broken), None, "{broken}");
        }
    }
}
