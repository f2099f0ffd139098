//! What can break underneath a use case. Rules that refuse have enums of their own beside the rule.

use crate::{key_generation::MakeKeyError, keyring::KeyError, password::PasswordError};
use doorstep_core::{access::Forbidden, ceremony::CeremonyError, jose::JoseError};
use doorstep_store::StoreError;

/// Something below failed: the person can only try again, and the log says why.
#[derive(Debug, thiserror::Error)]
pub enum InternalError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A signing key that could not be made.
    #[error(transparent)]
    MakeKey(#[from] MakeKeyError),
    /// A signature.
    #[error(transparent)]
    Jose(#[from] JoseError),
    /// A ceremony that we began ourselves.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// A password hash.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// What is kept in memory of the database is too old, and the database does not answer.
    #[error("the database was not heard for too long: what is known of apps and clients is not believed")]
    Stale,
    /// Doorstep called a verb that the actor may not use.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Something that must exist does not.
    #[error("{0} is missing")]
    Missing(&'static str),
}

impl InternalError {
    /// Whether the same request may go through later: too much was asked at once, or the database was away.
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Store(StoreError::Busy | StoreError::Aborted) | Self::Stale)
    }
}
