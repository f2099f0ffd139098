//! Why nobody was given an account who asked for one.

use crate::{again::Aborted, error::InternalError};
use doorstep_store::StoreError;

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// It is switched off, or no mail can be sent.
    #[error("nobody can ask for an account here")]
    Off,
    /// It is no address.
    #[error("the e-mail address is not complete")]
    Email,
    /// Its domain is none of those that may ask.
    #[error("no account is made with an address of this domain")]
    Domain,
    /// Too many were asked for from this network.
    #[error("too many accounts were asked for")]
    TooMany,
    /// The name is missing, or something is too long.
    #[error("a name is needed, of at most 100 characters, and a reason has at most 300")]
    Words,
    /// The link or the request is not there any more.
    #[error("it is not there (any more)")]
    Gone,
    /// An account has the address by now.
    #[error("the e-mail address belongs to an account by now")]
    Taken,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for RegisterError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for RegisterError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}
