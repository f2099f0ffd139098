//! Why a change of one's own account was refused.

use super::enrol_error::EnrolError;
use crate::error::InternalError;
use doorstep_core::access::Lacking;
use doorstep_store::StoreError;

/// Why a change was refused.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The sign-in is older than five minutes, or was not by passkey.
    #[error(transparent)]
    NotFresh(#[from] Lacking),
    /// It is the last way to sign in.
    #[error("this is the only way to sign in to the account")]
    LastMethod,
    /// No such thing in this account.
    #[error("it is not there (any more)")]
    NotFound,
    /// A name without a letter in it.
    #[error("a name is needed")]
    EmptyName,
    /// The present password is another one.
    #[error("this is not the current password")]
    WrongPassword,
    /// The new password is too short or too long.
    #[error("a password has 12 to 256 characters")]
    Unfit,
    /// Passwords are off.
    #[error("passwords are switched off in this instance")]
    NoPasswords,
    /// Too many wrong passwords.
    #[error("too many tries; wait five minutes")]
    TooMany,
    /// Other people's passwords are being checked.
    #[error("many people are signing in; try again in a moment")]
    Busy,
    /// The passkey ceremony failed.
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}
