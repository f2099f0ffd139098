//! Who asks for an account, as administrators see it.

use super::{Text, When, filters};
use askama::Template;

/// `/admin/registrations`.
#[derive(Debug, Template)]
#[template(path = "registrations.html")]
pub struct Registrations<'a> {
    /// The administrator's display name.
    pub person: Text<'a>,
    /// Who asks, the oldest first.
    pub rows: Vec<RegistrationRow<'a>>,
    /// The groups that they would join.
    pub groups: Vec<Text<'a>>,
    /// Whether the sign-in is fresh enough to answer.
    pub fresh: bool,
    /// What the last form has done.
    pub reported: Option<RegistrationReported>,
}

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationRow<'a> {
    /// Its id, in the forms.
    pub id: &'a str,
    /// What they are called, as they say.
    pub who: Text<'a>,
    /// The address, which they have shown to be theirs.
    pub email: Text<'a>,
    /// Why, in their words; may be empty.
    pub reason: Text<'a>,
    /// Since when.
    pub since: When,
}

/// What an answer has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationReported {
    /// They were mailed an invitation.
    Granted,
    /// They were told no.
    Refused,
    /// The request is not there any more.
    Gone,
    /// The address belongs to an account by now.
    Taken,
}

impl RegistrationReported {
    /// The sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Granted => "An invitation is mailed to them. It is open for 7 days.",
            Self::Refused => "They are told by mail.",
            Self::Gone => "This was answered already, or has ended. The list shows how it is now.",
            Self::Taken => "This address belongs to an account by now. Refuse the request.",
        }
    }

    /// Whether it reports a refusal.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Gone | Self::Taken)
    }
}
