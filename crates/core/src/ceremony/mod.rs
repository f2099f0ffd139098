//! Passkey ceremonies, WebAuthn Level 3 §7: registering one and signing in with one.
//!
//! The verification itself is the `webauthn-rs-core` library's. This module fixes what is asked for
//! (discoverable, user verification required, one exact origin), adds the checks that the library
//! leaves to its caller, and keeps the order of them. It reads no clock and no database.

mod authentication;
mod authenticator_model;
mod challenge;
mod client_data;
mod endpoints;
mod registration;
#[cfg(any(test, feature = "soft"))]
pub mod soft;
#[cfg(test)]
mod tests;

pub use authentication::{Assertion, Identified, begin_sign_in, finish_sign_in, identify};
pub use authenticator_model::authenticator_model;
pub use challenge::{CHALLENGE_TTL, ChallengeError, check_challenge};
pub use endpoints::PasskeyEndpoints;
pub use registration::{Enrolling, begin_registration, finish_registration};

use std::time::Duration;
use url::Url;
use webauthn_rs_core::WebauthnCore;

/// The relying party: the instance as authenticators know it. Made once from the issuer.
pub struct RelyingParty {
    core: WebauthnCore,
    id: String,
    origin: String,
}

/// A ceremony that has begun: what the page needs, and what the challenge row keeps.
pub struct Begun {
    /// `publicKey` of the options, JSON as `PublicKeyCredential.parse…OptionsFromJSON` wants it.
    pub public_key: serde_json::Value,
    /// Serialised state for the row; opaque.
    pub state: String,
}

/// Why a ceremony failed. The person reads one sentence; the log names the rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CeremonyError {
    /// The issuer has no host that can be an RP ID.
    #[error("the issuer `{0}` cannot be a relying party: it needs a host name")]
    RelyingParty(String),
    /// The browser's answer is not of the expected shape.
    #[error("the answer is not a public key credential")]
    Malformed,
    /// `type`, `challenge`, `origin`, `crossOrigin` or `topOrigin` of the client data is wrong.
    #[error("client data: {0}")]
    ClientData(&'static str),
    /// The user handle is missing or is not that of the credential's owner.
    #[error("the user handle does not belong to this credential")]
    UserHandle,
    /// The credential id is longer than 1023 bytes.
    #[error("the credential id is too long")]
    CredentialIdTooLong,
    /// The library's checks failed: RP ID hash, flags, algorithm, signature, counter.
    #[error("verification: {0}")]
    Verification(String),
    /// The stored state or credential cannot be read.
    #[error("the stored {0} cannot be read")]
    Stored(&'static str),
}

impl RelyingParty {
    /// The relying party of an issuer such as `https://auth.example.org`. The RP ID is the issuer's
    /// host; the origin is compared exactly (security row 92).
    pub fn new(name: &str, issuer: &str) -> Result<Self, CeremonyError> {
        let no_host = || CeremonyError::RelyingParty(issuer.to_owned());
        let url = Url::parse(issuer).map_err(|_| no_host())?;
        let id = url.domain().ok_or_else(no_host)?.to_owned();
        let origin = url.origin().ascii_serialization();
        let allowed = vec![Url::parse(&origin).map_err(|_| no_host())?];
        let timeout = Duration::from_millis(CHALLENGE_TTL.millis().unsigned_abs());
        let core = WebauthnCore::new_unsafe_experts_only(name, &id, allowed, timeout, Some(false), Some(false));
        Ok(Self { core, id, origin })
    }

    /// The RP ID: the issuer's host.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The one origin that ceremonies may come from.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}
