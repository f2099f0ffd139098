//! What the parts of the format are made of: the key of a file, HKDF-SHA-256 and ChaCha20-Poly1305.

use aws_lc_rs::{
    aead::{CHACHA20_POLY1305, LessSafeKey, UnboundKey},
    error::Unspecified,
    hkdf::{HKDF_SHA256, Salt},
};
use doorstep_core::secret::Secret;

pub(super) type FileKey = Secret<[u8; 16]>;

pub(super) fn aead(key: &Secret<[u8; 32]>) -> Result<LessSafeKey, Unspecified> {
    Ok(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key.expose())?))
}

/// HKDF-SHA-256, RFC 5869, 32 bytes of it.
pub(super) fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> Result<Secret<[u8; 32]>, Unspecified> {
    let mut out = [0; 32];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(&[info], HKDF_SHA256)?.fill(&mut out)?;
    Ok(Secret::new(out))
}
