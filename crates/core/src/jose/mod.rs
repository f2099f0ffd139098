//! Signatures on JSON: the keys Doorstep signs with, how they are published, and how it reads its own
//! tokens back. RFC 7515, 7517, 7518, 7519, 8037, 8725.
//!
//! One key has one algorithm, and the algorithm comes from the key, never from a token's header
//! (RFC 8725 §3.1). No encryption, no `none`, no symmetric algorithm exists here.

mod jwk;
mod published;
mod received;
#[cfg(test)]
mod sample;
mod sign;
mod verify;

pub use jwk::{Jwk, JwkSet};
pub use published::PublishedKeys;
pub use sign::{JoseError, SigningKey};
pub use verify::{KeySet, MAX_TOKEN_LEN, VerifyError};
