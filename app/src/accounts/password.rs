//! Password hashing: argon2id with 19 MiB, two passes, one lane (OWASP's second setting), on a
//! bounded number of threads, so that a flood of sign-ins can exhaust neither memory nor cores.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use tokio::sync::Semaphore;

use crate::error::{AppError, Result};

pub const MIN_LENGTH: usize = 8;
pub const MAX_LENGTH: usize = 128;

/// How many hashes are computed at once; the others wait their turn.
const AT_ONCE: usize = 2;

#[derive(Clone, Debug)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    /// The hash of a password nobody has, so that an unknown account takes as long as a known one.
    nobody: Arc<str>,
}

impl Passwords {
    pub fn new() -> Result<Self> {
        let nobody = hash_now("a password that nobody has")?;
        Ok(Self { slots: Arc::new(Semaphore::new(AT_ONCE)), nobody: nobody.into() })
    }

    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash_now(&password)).await?
    }

    /// Whether the password fits the stored hash; without a hash it takes as long and says no.
    pub async fn fits(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let fits = self
            .run(move || {
                PasswordHash::new(&stored)
                    .is_ok_and(|hash| hasher().is_ok_and(|h| h.verify_password(password.as_bytes(), &hash).is_ok()))
            })
            .await?;
        Ok(fits && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(AppError::internal)?;
        let work = move || {
            // Held until the work is done, whoever still waits for it.
            let _slot = slot;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(AppError::internal)
    }
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(AppError::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String> {
    let salt = SaltString::encode_b64(super::token::random_text(16).as_bytes()).map_err(AppError::internal)?;
    Ok(hasher()?.hash_password(password.as_bytes(), &salt).map_err(AppError::internal)?.to_string())
}
