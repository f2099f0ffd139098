//! A signing key at rest: public part in clear, private part sealed under the root key.

use crate::{id::KeyId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// JWS algorithms Doorstep signs with, RFC 7518 §3.1 and RFC 8037.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SigningAlg {
    /// RSASSA-PKCS1-v1_5 with SHA-256; the default, because every client knows it.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA with P-256 and SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl SigningAlg {
    /// All, in the order in which discovery lists them: RS256 first.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Reads [`Self::as_str`] back; exact.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.as_str() == text)
    }
}

/// A key as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSigningKey {
    /// `kid`.
    pub id: KeyId,
    /// Its one algorithm.
    pub alg: SigningAlg,
    /// The private key (PKCS#8), sealed, base64url.
    pub sealed: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Set once it signs no more; it stays in the JWKS until the last token that it signed has ended.
    pub retired_at: Option<Timestamp>,
}
