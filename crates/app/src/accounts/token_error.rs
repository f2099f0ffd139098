//! Why a token for a program was not made, or not ended.

use super::{account_error::AccountError, people_error::PeopleError};
use crate::{again::Aborted, error::InternalError};
use doorstep_core::{
    id::AppName,
    model::{ProgramToken, UserName},
};
use doorstep_store::StoreError;
use std::collections::BTreeSet;

/// Why it was refused.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A label without a letter in it, or a long one.
    #[error("a token has a name of 1 to {} characters, which says what it is for", ProgramToken::LONGEST_LABEL)]
    Label,
    /// It is for nothing.
    #[error("a token is for one app at least")]
    NoApp,
    /// No app has this name.
    #[error("no app is called `{name}`")]
    UnknownApp {
        /// As it was typed.
        name: String,
        /// The apps that a token can be for.
        known: BTreeSet<AppName>,
    },
    /// Doorstep does not stand in front of it.
    #[error("Doorstep does not stand in front of {0}, so that its tokens open nothing there")]
    NotGuarded(AppName),
    /// No time at all, or too long.
    #[error("a token lives from 1 to {} days", ProgramToken::LONGEST_LIFE.seconds() / 86_400)]
    Life,
    /// The owner has many.
    #[error("there are {most} tokens of {0} already, which is as many as one person has", most = ProgramToken::MOST)]
    TooMany(UserName),
    /// The owner's account is off.
    #[error("the account of {0} is disabled")]
    Disabled(UserName),
    /// There is no such token, or it is another person's.
    #[error("there is no such token (any more)")]
    NotFound,
    /// Nobody has this name.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The person has to sign in again first.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for TokenError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for TokenError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}
