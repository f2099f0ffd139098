//! Password hashing: argon2id (RFC 9106), off the async threads, a few at a time.
//!
//! Each hash takes 64 MiB and a tenth of a second, so their number is bounded twice: how many run, and
//! how many wait. What comes beyond that is refused with “try again” (security rows 87 and 106), and nothing
//! else in the server notices.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use doorstep_core::{entropy::Entropy, secret::Secret};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The longest password that is looked at, in bytes.
pub const MAX_PASSWORD_LEN: usize = 256;
/// The shortest password that may be chosen, in characters.
pub const MIN_PASSWORD_LEN: usize = 12;

const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
const QUEUE: usize = 32;

/// What the password of an account that does not exist is compared with, so that the answer takes as
/// long (security row 84). Nobody's: salt and hash are arbitrary bytes.
const NOBODY: &str =
    "$argon2id$v=19$m=65536,t=3,p=4$RG9vcnN0ZXAgbm9ib2R5IQ$c29tZSB0aGlydHktdHdvIGJ5dGVzIG9mIG5vYm9keSE";

/// Why a password was not hashed or checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many are being checked already.
    #[error("too many sign-ins at once")]
    Busy,
    /// Longer than [`MAX_PASSWORD_LEN`] or shorter than [`MIN_PASSWORD_LEN`].
    #[error("a password has {MIN_PASSWORD_LEN} to {MAX_PASSWORD_LEN} characters")]
    Length,
    /// The library or a worker thread failed.
    #[error("the password could not be hashed")]
    Failed,
}

/// The hashing pool.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Passwords {
    /// A pool that runs `parallel` hashes at a time.
    pub fn new(parallel: usize) -> Self {
        let parallel = parallel.max(1);
        Self { running: Arc::new(Semaphore::new(parallel)), admitted: Arc::new(Semaphore::new(parallel + QUEUE)) }
    }

    /// Hashes a new password into PHC form.
    pub async fn hash(&self, password: Secret<String>, entropy: &mut Entropy) -> Result<String, PasswordError> {
        let length = password.expose().chars().count();
        if length < MIN_PASSWORD_LEN || password.expose().len() > MAX_PASSWORD_LEN {
            return Err(PasswordError::Length);
        }
        let salt = entropy.bytes::<16>();
        self.run(move || hash(password.expose().as_bytes(), salt)).await?
    }

    /// Compares a password with a stored hash. Without one it does the same work and says no.
    pub async fn verify(&self, password: Secret<String>, stored: Option<String>) -> Result<bool, PasswordError> {
        if password.expose().len() > MAX_PASSWORD_LEN {
            return Err(PasswordError::Length);
        }
        self.run(move || {
            let phc = stored.as_deref().unwrap_or(NOBODY);
            let parsed = PasswordHash::new(phc).map_err(|_| PasswordError::Failed)?;
            let equal = argon2()?.verify_password(password.expose().as_bytes(), &parsed).is_ok();
            Ok(equal && stored.is_some())
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| PasswordError::Failed)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((running, admitted));
            result
        });
        done.await.map_err(|_| PasswordError::Failed)
    }
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PasswordError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8], salt: [u8; 16]) -> Result<String, PasswordError> {
    let hashed = argon2()?.hash_password_with_salt(password, &salt).map_err(|_| PasswordError::Failed)?;
    Ok(hashed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_password_verifies_and_nothing_else_does() {
        let mut entropy = Entropy::seeded(1);
        let pool = Passwords::new(2);
        let phc = pool.hash(secret("correct horse battery"), &mut entropy).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=65536,t=3,p=4$"), "{phc}");
        assert_eq!(pool.verify(secret("correct horse battery"), Some(phc.clone())).await, Ok(true));
        assert_eq!(pool.verify(secret("correct horse batterY"), Some(phc)).await, Ok(false));
        assert_eq!(pool.verify(secret("no such account"), None).await, Ok(false));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn security_106_a_long_password_is_refused_before_hashing() {
        let mut entropy = Entropy::seeded(1);
        let pool = Passwords::new(1);
        let long = "x".repeat(1_000_000);
        assert_eq!(pool.verify(secret(&long), None).await, Err(PasswordError::Length));
        assert_eq!(pool.hash(secret("short"), &mut entropy).await, Err(PasswordError::Length));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn security_87_a_flood_is_turned_away_and_what_waits_is_served() {
        let pool = Passwords::new(1);
        let busy = pool.running.acquire().await.unwrap();
        let waiting: Vec<_> = (0..=QUEUE)
            .map(|_| {
                tokio::spawn({
                    let pool = pool.clone();
                    async move { pool.run(|| 7).await }
                })
            })
            .collect();
        while pool.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.run(|| 7).await, Err(PasswordError::Busy));
        drop(busy);
        for one in waiting {
            assert_eq!(one.await.unwrap(), Ok(7));
        }
        assert_eq!(pool.admitted.available_permits(), 1 + QUEUE);
    }
}
