//! A person's own data: a copy of it, and leaving for good.

use super::{Text, filters};
use askama::Template;

/// `/account/data`.
#[derive(Debug, Template)]
#[template(path = "own_data.html")]
pub struct OwnDataPage<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The name they sign in with: what is typed to leave.
    pub user_name: Text<'a>,
    /// Whether the sign-in is fresh enough.
    pub fresh: bool,
    /// Why the account was not removed.
    pub problem: Option<LeaveProblem>,
}

/// Why the account was not removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveProblem {
    /// Another name was typed.
    OtherName,
    /// The last administrator stays.
    LastAdministrator,
}

impl LeaveProblem {
    /// The message of the sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::OtherName => "data-problem-name",
            Self::LastAdministrator => "data-problem-last",
        }
    }
}

/// After leaving for good.
#[derive(Debug, Template)]
#[template(path = "account_removed.html")]
pub struct AccountRemoved<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
}
