//! A person's authenticator apps, and the page that shows the secret of a new one.

use super::{Text, When, filters};
use askama::Template;

/// `/account/authenticator`.
#[derive(Debug, Template)]
#[template(path = "authenticator.html")]
pub struct AuthenticatorPage<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The authenticator apps.
    pub rows: Vec<AuthenticatorRow<'a>>,
    /// Whether a password is set that they could be the second factor of.
    pub password: bool,
    /// Whether there may be another one.
    pub room: bool,
    /// Whether the sign-in is fresh enough to add or remove one.
    pub fresh: bool,
    /// What the last form has done.
    pub reported: Option<AuthenticatorReported>,
}

/// An authenticator app as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorRow<'a> {
    /// Our id of it, in the address of its form.
    pub id: &'a str,
    /// What the person calls it.
    pub name: Text<'a>,
    /// When it was added.
    pub created: When,
    /// When one of its codes last signed in.
    pub last_used: Option<When>,
}

/// What the last form has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthenticatorReported {
    /// It was added.
    Added,
    /// It was removed.
    Removed,
    /// It took too long to add it.
    Gone,
}

impl AuthenticatorReported {
    /// The message of the sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Added => "authenticator-done-added",
            Self::Removed => "authenticator-done-removed",
            Self::Gone => "authenticator-problem-gone",
        }
    }

    /// Whether it reports that something is not as it should be.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Gone)
    }
}

/// The answer to the form that begins it: the one page that holds the secret.
#[derive(Debug, Template)]
#[template(path = "add_authenticator.html")]
pub struct AddAuthenticator<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The drawing of the QR code: its extent and path.
    pub code: Option<(usize, String)>,
    /// The secret, to be typed.
    pub secret: &'a str,
    /// Under what the first code is waited for.
    pub challenge: &'a str,
    /// What was typed as the name before.
    pub name: Text<'a>,
    /// The code before was not right.
    pub wrong: bool,
}
