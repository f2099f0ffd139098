//! Why an invitation was not made, or not ended.

use super::people_error::PeopleError;
use crate::{again::Aborted, error::InternalError};
use doorstep_core::{
    access::InviteMistake,
    id::{AppName, GroupName},
};
use doorstep_store::StoreError;
use std::collections::BTreeSet;

/// Why it was refused.
#[derive(Debug, thiserror::Error)]
pub enum InvitingError {
    /// The link that makes the first administrator opens only while nobody has an account.
    #[error("nobody is an administrator yet: the set-up link of the server makes the first one")]
    NoAdministrator,
    /// Whoever wants to make it was an administrator a moment ago.
    #[error("only administrators invite people")]
    NotAnAdministrator,
    /// It says something that cannot be.
    #[error(transparent)]
    Terms(#[from] InviteMistake),
    /// There is no such app.
    #[error("there is no app called `{name}`")]
    UnknownApp {
        /// The name that was given.
        name: AppName,
        /// Those that there are.
        known: BTreeSet<AppName>,
    },
    /// The app would turn away whoever was invited to it.
    #[error("{app} lets none of these groups in")]
    Refuses {
        /// The app.
        app: AppName,
        /// The groups that it lets in; empty when it lets nobody in.
        groups: BTreeSet<GroupName>,
    },
    /// The group is not known, or the mail address is not to be given.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// There is no such open invitation.
    #[error("there is no such invitation that is open")]
    NotFound,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for InvitingError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for InvitingError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
            || matches!(self, Self::People(error) if error.is_aborted())
    }
}
