//! Why somebody could not ask for access, or could not be given it.

use super::people_error::PeopleError;
use crate::{again::Aborted, error::InternalError};
use doorstep_core::{id::GroupName, model::AccessRequest};
use doorstep_store::StoreError;
use std::collections::BTreeSet;

/// Why it was refused.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is no such app, or none that refuses people.
    #[error("there is no such app to ask for")]
    NoApp,
    /// The person may use it.
    #[error("the app is open to the person already")]
    Inside,
    /// No group is let in, so that nobody could be given access.
    #[error("the app is open to nobody")]
    ForNobody,
    /// The same was asked, and still waits or was refused.
    #[error("this was asked already")]
    Asked,
    /// The person has asked for many apps.
    #[error("a person asks for {} apps at most at one time", AccessRequest::MOST)]
    TooMany,
    /// The reason is long.
    #[error("a reason has {} characters at most", AccessRequest::LONGEST_REASON)]
    Reason,
    /// The session has ended meanwhile.
    #[error("the session has ended")]
    SignedOut,
    /// There is no such question (any more).
    #[error("nobody of this name asks for this app (any more)")]
    NotAsked,
    /// One of several has to be named, or none of them was.
    #[error("it is not said which group the person is to join")]
    WhichGroup {
        /// The groups that would open the app to the person; empty when none does.
        groups: BTreeSet<GroupName>,
    },
    /// The person cannot join the group.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for AccessError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for AccessError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
            || matches!(self, Self::People(error) if error.is_aborted())
    }
}
