//! What a delivery is compared by where its place cannot be read back, and what is remembered of it.

use doorstep_core::secret::SecretHash;
use std::fmt;

/// Stands for the content of a delivery. It holds at least one secret of 256 bits wherever the content is to
/// stay secret, so that nobody finds the content by trying.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(SecretHash);

impl Fingerprint {
    /// Of a whole content.
    pub fn of(content: &[u8]) -> Self {
        Self(SecretHash::labelled("delivery", content))
    }
}

impl From<SecretHash> for Fingerprint {
    fn from(hash: SecretHash) -> Self {
        Self(hash)
    }
}

impl From<Fingerprint> for SecretHash {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint")
    }
}
