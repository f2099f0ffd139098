//! The signed assertion of an app that asks for one: sent again while it says the same, or signed.

use super::service::Gateway;
use crate::error::InternalError;
use doorstep_core::{
    gateway::{ASSERTION_TYP, Assertion, Attested},
    model::SigningAlg,
    secret::SecretHash,
    time::Timestamp,
};
use std::sync::Arc;

/// Small and quick to sign, and every library for JWTs that is kept up verifies it.
const ALG: SigningAlg = SigningAlg::Es256;

impl Gateway {
    /// What is attested, for whoever brought the cookie or token with this hash. Reads and writes no database.
    pub fn assertion(
        &self,
        credential: &SecretHash,
        attested: Attested<'_>,
        now: Timestamp,
    ) -> Result<Arc<str>, InternalError> {
        let keys = self.context.keyring.keys();
        let key = keys.signing(ALG).ok_or(InternalError::Missing("a key that signs assertions"))?;
        if let Some(kept) = self.caches.assertions.kept(credential, attested, key.id(), now) {
            return Ok(kept);
        }
        let claims = Assertion::of(&self.context.settings.issuer, attested, now);
        let text: Arc<str> = key.sign_as(ASSERTION_TYP, &claims)?.into();
        self.caches.assertions.keep(credential, attested, (key.id(), &text), now);
        Ok(text)
    }
}
