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

use crate::model::Passkey;
use std::{iter, time::Duration};
use url::Url;
use webauthn_rs_core::WebauthnCore;

/// The relying party: the instance as authenticators know it. Made once from the issuer, and the issuers before it.
pub struct RelyingParty {
    own: Scope,
    former: Vec<Scope>,
    origin: String,
}

/// An RP ID, and what verifies the answers of passkeys that were made for it.
struct Scope {
    id: String,
    core: WebauthnCore,
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
    /// The passkey was made for a host under which nobody signs in here.
    #[error("the passkey belongs to another host than the instance's")]
    OtherHost,
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
        let (origin, own) = (origin_of(issuer)?, Scope::new(name, issuer, issuer)?);
        Ok(Self { own, former: Vec::new(), origin })
    }

    /// The same instance, which had these issuers before. Passkeys that were made under their hosts go on signing in, by
    /// pages of the present origin alone (related origins, WebAuthn Level 3 §5.11).
    pub fn formerly(mut self, name: &str, issuers: &[String]) -> Result<Self, CeremonyError> {
        for issuer in issuers {
            let scope = Scope::new(name, issuer, &self.origin)?;
            if self.scope(&scope.id).is_none() {
                self.former.push(scope);
            }
        }
        Ok(self)
    }

    /// The RP ID of new passkeys: the issuer's host.
    pub fn id(&self) -> &str {
        &self.own.id
    }

    /// The RP IDs of passkeys that were made before the instance moved.
    pub fn former_ids(&self) -> impl Iterator<Item = &str> {
        self.former.iter().map(|scope| scope.id.as_str())
    }

    /// Whether a passkey was made for the present host. Of those that were made before that was noted, each was.
    pub fn is_present(&self, passkey: &Passkey) -> bool {
        passkey.rp_id.is_empty() || passkey.rp_id == self.own.id
    }

    /// Whether a passkey can sign in: it was made for the present host or a former one.
    pub fn knows(&self, passkey: &Passkey) -> bool {
        self.scope_of(passkey).is_some()
    }

    /// The one origin that ceremonies may come from.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    fn scope(&self, rp_id: &str) -> Option<&Scope> {
        let mut all = iter::once(&self.own).chain(&self.former);
        all.find(|scope| scope.id == rp_id)
    }

    fn scope_of(&self, passkey: &Passkey) -> Option<&Scope> {
        if self.is_present(passkey) { Some(&self.own) } else { self.scope(&passkey.rp_id) }
    }
}

impl Scope {
    fn new(name: &str, issuer: &str, origin: &str) -> Result<Self, CeremonyError> {
        let no_host = || CeremonyError::RelyingParty(issuer.to_owned());
        let url = Url::parse(issuer).map_err(|_| no_host())?;
        let id = url.domain().ok_or_else(no_host)?.to_owned();
        let allowed = vec![Url::parse(&origin_of(origin)?).map_err(|_| no_host())?];
        let timeout = Duration::from_millis(CHALLENGE_TTL.millis().unsigned_abs());
        let core = WebauthnCore::new_unsafe_experts_only(name, &id, allowed, timeout, Some(false), Some(false));
        Ok(Self { id, core })
    }
}

fn origin_of(issuer: &str) -> Result<String, CeremonyError> {
    let url = Url::parse(issuer).map_err(|_| CeremonyError::RelyingParty(issuer.to_owned()))?;
    Ok(url.origin().ascii_serialization())
}
