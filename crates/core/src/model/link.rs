//! A link that opens once: set-up, a new account, recovery.

use crate::{
    id::{GroupName, UserId},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Makes the first administrator; works only while there is none.
    Setup,
    /// Adds a first passkey to an account made with `doorstep user add`.
    Enrol,
    /// Adds a new passkey to an existing account.
    Recover,
    /// Adds a passkey on another device, from a browser in which the person is signed in.
    Add,
}

impl LinkPurpose {
    /// Whether a password may be set in place of a passkey. On a further device of somebody who can sign in that would be
    /// another password without the present one.
    pub const fn takes_a_password(self) -> bool {
        matches!(self, Self::Enrol | Self::Recover)
    }

    /// The text of a TEXT column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Enrol => "enrol",
            Self::Recover => "recover",
            Self::Add => "add",
        }
    }

    /// Reads [`Self::as_str`] back.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Setup, Self::Enrol, Self::Recover, Self::Add].into_iter().find(|p| p.as_str() == text)
    }
}

/// A link as a row. Its secret is kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is good for.
    pub purpose: LinkPurpose,
    /// The account it belongs to; none for set-up.
    pub user: Option<UserId>,
    /// Groups that the account gets when the link is used.
    pub groups: BTreeSet<GroupName>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Set by the one statement that consumes it.
    pub consumed_at: Option<Timestamp>,
}
