//! A person's own mail address: the page on which they say another one, and the one that a mailed link opens.

use super::{Text, When, filters};
use askama::Template;

/// `/account/email`.
#[derive(Debug, Template)]
#[template(path = "own_email.html")]
pub struct EmailPage<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The address that the account has.
    pub email: Option<Text<'a>>,
    /// Whether it is proved, or an administrator confirmed it.
    pub verified: bool,
    /// The address that waits to be confirmed.
    pub waiting: Option<EmailWaiting<'a>>,
    /// Whether mail can be sent at all.
    pub mail: bool,
    /// Whether the sign-in is fresh enough to ask for one.
    pub fresh: bool,
    /// What was typed, where it has to be typed again.
    pub typed: Text<'a>,
    /// What the last form has done.
    pub reported: Option<EmailReported>,
}

/// An address that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmailWaiting<'a> {
    /// The address.
    pub email: Text<'a>,
    /// When the link was mailed.
    pub asked: When,
    /// When it ends.
    pub until: When,
}

/// What the last form has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailReported {
    /// A link is on its way.
    Mailed,
    /// The address that waited is given up.
    GivenUp,
    /// The address is the person's now.
    Confirmed,
    /// What was typed is no address.
    NotAnAddress,
    /// The account has this one.
    Same,
    /// Too many mails were sent.
    TooMany,
    /// The link opens nothing.
    Gone,
    /// The address is or was another account's.
    NotFree,
}

impl EmailReported {
    /// The message of the sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Mailed => "mail-done-mailed",
            Self::GivenUp => "mail-done-given-up",
            Self::Confirmed => "mail-done-confirmed",
            Self::NotAnAddress => "mail-problem-address",
            Self::Same => "mail-problem-same",
            Self::TooMany => "mail-problem-many",
            Self::Gone => "mail-problem-gone",
            Self::NotFree => "mail-problem-not-free",
        }
    }

    /// Whether it reports a refusal.
    pub const fn is_refusal(self) -> bool {
        !matches!(self, Self::Mailed | Self::GivenUp | Self::Confirmed)
    }
}

/// `/account/email/confirm/…`: what a mailed link opens. The button confirms, and nothing else does.
#[derive(Debug, Template)]
#[template(path = "own_email_confirm.html")]
pub struct ConfirmEmail<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// Their user name.
    pub user_name: Text<'a>,
    /// The address.
    pub email: Text<'a>,
    /// The secret of the link, to be sent back.
    pub link: &'a str,
}
