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
    /// The sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Mailed => "A mail with a link is on its way. Your address stays as it is until you confirm it there.",
            Self::GivenUp => "The link that was mailed opens nothing any more.",
            Self::Confirmed => "This is your e-mail address now. Apps are told when you next sign in to them.",
            Self::NotAnAddress => "This e-mail address is not complete. Nothing was changed.",
            Self::Same => "Your account has this address already.",
            Self::TooMany => "Too many mails were sent. Wait a while. Nothing was changed.",
            Self::Gone => {
                "This link opens nothing: it was used, another one was mailed since, or it belongs to another account."
            }
            Self::NotFree => "This address belongs or belonged to another account here. Ask an administrator.",
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
