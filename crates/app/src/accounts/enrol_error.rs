//! Why an enrolment was refused.

use crate::{again::Aborted, error::InternalError, password::PasswordError};
use doorstep_core::ceremony::{CeremonyError, ChallengeError};
use doorstep_store::StoreError;

/// No user name was given.
pub const NAME_NEEDED: &str = "a user name is needed";
/// It cannot be a user name.
pub const NAME_RULE: &str = "a user name has 2 to 64 of a-z 0-9 . _ - and begins with a letter";
/// It is another account's.
pub const NAME_TAKEN: &str = "this user name is taken";
/// It was another account's.
pub const NAME_FORMER: &str = "this user name belonged to somebody else, and apps may know them by it";
/// The configuration means it for an administrator.
pub const NAME_KEPT: &str = "the configuration keeps this user name for somebody who is no administrator";
/// To whoever is invited. They need not learn who has an account, had one or is to get one (security row 82).
pub const NAME_NOT_FREE: &str = "this user name is not free; take another one";

/// Why a link or what was typed was refused.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The link does not open (any more): unknown, used, expired, or its account is disabled.
    #[error("the link does not open any more")]
    LinkGone,
    /// The user name does not fit or is taken: one of the sentences above.
    #[error("{0}")]
    Name(&'static str),
    /// The e-mail address does not look like one.
    #[error("the e-mail address is not complete")]
    Email,
    /// The e-mail address belongs to another account. Only administrators learn whose it is.
    #[error("the e-mail address belongs to another account")]
    EmailTaken,
    /// The e-mail address belonged to another account.
    #[error("the e-mail address belonged to somebody else, and apps may know them by it")]
    EmailFormer,
    /// The e-mail address that an invitation gives is or was another account's.
    #[error("the e-mail address of the invitation is not free any more")]
    InvitedEmail,
    /// Signing in by password is switched off.
    #[error("passwords are switched off in this instance")]
    NoPasswords,
    /// The password is too short or too long.
    #[error("the password does not fit")]
    Unfit,
    /// Other people's passwords are being checked.
    #[error("many people are signing in; try again in a moment")]
    Busy,
    /// The challenge does not serve.
    #[error(transparent)]
    Challenge(#[from] ChallengeError),
    /// The answer does not verify.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// The passkey is registered already.
    #[error("this passkey is registered already")]
    PasskeyTaken,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for EnrolError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for EnrolError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}

impl From<PasswordError> for EnrolError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Length => Self::Unfit,
            PasswordError::Busy => Self::Busy,
            PasswordError::Failed => Self::Internal(error.into()),
        }
    }
}
