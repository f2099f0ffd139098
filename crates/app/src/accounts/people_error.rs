//! Why a change to somebody's account was refused, in words for administrators.

use super::enrol_error::EnrolError;
use crate::{
    again::Aborted,
    error::InternalError,
    password::{MAX_PASSWORD_LEN, MIN_PASSWORD_LEN, PasswordError},
};
use doorstep_core::id::GroupName;
use doorstep_core::model::{Former, User, belonged};
use doorstep_store::StoreError;
use std::collections::{BTreeMap, BTreeSet};

/// Why a change was refused.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// No account has this name.
    #[error("nobody here is called `{0}`")]
    Unknown(String),
    /// No group has this name.
    #[error("no group is called `{name}`")]
    UnknownGroup {
        /// As it was typed.
        name: GroupName,
        /// The groups that there are.
        known: BTreeSet<GroupName>,
    },
    /// The name is taken.
    #[error("somebody here is called `{0}` already")]
    Taken(String),
    /// Another account has the mail address, in whatever spelling.
    #[error("{email} belongs to {name}")]
    EmailTaken {
        /// As it was typed.
        email: String,
        /// The user name of the other account.
        name: String,
    },
    /// The user name or mail address, or both, belonged to somebody else.
    #[error("{}, and apps may know them by it", belonged(.0))]
    Former(Vec<Former>),
    /// The file puts whoever has this name into groups.
    #[error("the configuration puts `{name}` into {}", listed(groups))]
    NamedInFile {
        /// The user name.
        name: String,
        /// The groups, each with file and line.
        groups: BTreeMap<GroupName, Option<String>>,
    },
    /// No such thing in this account.
    #[error("there is no such {what} of {name}")]
    NotTheirs {
        /// The user name.
        name: String,
        /// What was looked for.
        what: &'static str,
    },
    /// There is none to be removed.
    #[error("`{0}` has no password")]
    HasNoPassword(String),
    /// Signing in by password is switched off.
    #[error("passwords are switched off in this instance")]
    NoPasswords,
    /// The password is too short or too long.
    #[error("a password has {MIN_PASSWORD_LEN} to {MAX_PASSWORD_LEN} characters")]
    Unfit,
    /// Outside [`User::DAYS`].
    #[error("an account or a membership ends after {} to {} days", User::DAYS.start(), User::DAYS.end())]
    Days,
    /// Other people's passwords are being checked.
    #[error("many people are signing in; try again in a moment")]
    Busy,
    /// The membership is declared in the configuration.
    #[error("{name} is in {group} by the configuration, declared in {}", at.as_deref().unwrap_or("`groups` there"))]
    Declared {
        /// The user name.
        name: String,
        /// The group.
        group: String,
        /// File and line.
        at: Option<String>,
    },
    /// Nobody could administer the instance afterwards.
    #[error("{0} is the last administrator: no other can sign in, and without one nobody could restore access")]
    LastAdministrator(String),
    /// What was typed does not fit.
    #[error(transparent)]
    Typed(#[from] EnrolError),
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

fn listed(groups: &BTreeMap<GroupName, Option<String>>) -> String {
    let shown = |(group, at): (&GroupName, &Option<String>)| match at {
        Some(at) => format!("{group} ({at})"),
        None => group.to_string(),
    };
    groups.iter().map(shown).collect::<Vec<_>>().join(", ")
}

impl From<StoreError> for PeopleError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for PeopleError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}

impl From<PasswordError> for PeopleError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Length => Self::Unfit,
            PasswordError::Busy => Self::Busy,
            PasswordError::Failed => Self::Internal(error.into()),
        }
    }
}
