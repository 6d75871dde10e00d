//! Random tokens and their hashes. The database holds hashes only; a token is shown once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

/// Random text of `bytes` bytes of the system's randomness, safe in an address and in a header.
pub fn random_text(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    // The system's source fails only before the machine is fully up; waiting is right then.
    while OsRng.try_fill_bytes(&mut buffer).is_err() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    URL_SAFE_NO_PAD.encode(buffer)
}

/// What is stored of a token. Tokens have 256 random bits, so a plain hash is enough.
pub fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}
