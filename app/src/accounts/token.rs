//! Random tokens and their hashes. The database holds hashes only; a token is shown once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

use crate::state::Secret;

/// Random text of `bytes` bytes of the system's randomness, safe in an address and in a header.
pub fn random_text(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    fill(&mut buffer);
    URL_SAFE_NO_PAD.encode(buffer)
}

fn fill(buffer: &mut [u8]) {
    // The system's source fails only before the machine is fully up; waiting is right then.
    while OsRng.try_fill_bytes(buffer).is_err() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// What is stored of a token. Tokens have 256 random bits, so a plain hash is enough.
pub fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// Digits of a code that is read out; with the bounded attempts, guessing one is hopeless.
const CODE_DIGITS: u32 = 12;

/// A code that can be read out over the phone: twelve digits.
pub fn random_code() -> String {
    let mut buffer = [0_u8; 8];
    fill(&mut buffer);
    // The bias of the remainder is below one in ten million.
    let number = u64::from_be_bytes(buffer) % 10_u64.pow(CODE_DIGITS);
    format!("{number:012}")
}

/// `4829 1530 6712`, as a code is shown.
pub fn show_code(code: &str) -> String {
    code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// The digits of a typed code, in whatever groups and width it was written.
pub fn read_code(typed: &str) -> Option<String> {
    let code: String =
        typed.chars().map(super::model::half_width).filter(|c| !c.is_whitespace() && *c != '-').collect();
    let fine = code.len() == CODE_DIGITS as usize && code.bytes().all(|b| b.is_ascii_digit());
    fine.then_some(code)
}

/// A hash for what could be guessed from a plain one (codes, phone numbers, addresses): only who has
/// the portal's key can compute it. `purpose` keeps equal values of different kinds apart.
pub fn keyed_hash(secret: &Secret, purpose: &str, value: &str) -> String {
    // HMAC takes keys of any length, so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) else { return hash(value) };
    for part in [purpose, "\0", value] {
        mac.update(part.as_bytes());
    }
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_shown_and_as_people_type_it() {
        let code = random_code();
        assert_eq!(read_code(&show_code(&code)), Some(code));
        assert_eq!(read_code("４８２９-1530 6712").as_deref(), Some("482915306712"));
        for typed in ["", "4829", "48291530671a", "4829153067120"] {
            assert_eq!(read_code(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_keyed_hash_needs_the_key_and_keeps_purposes_apart() {
        let (one, other) = (Secret(vec![1; 32]), Secret(vec![2; 32]));
        let hash = keyed_hash(&one, "code", "482915306712");
        assert_eq!(hash, keyed_hash(&one, "code", "482915306712"));
        assert_ne!(hash, keyed_hash(&other, "code", "482915306712"));
        assert_ne!(hash, keyed_hash(&one, "login", "482915306712"));
    }
}
