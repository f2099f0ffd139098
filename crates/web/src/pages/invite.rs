//! The pages of an invitation: somebody new makes an account; and what whoever is signed in sees of it.
//!
//! Opening it uses nothing up. Its secret travels back in the body of the request that the person's press sends.

use super::{Href, Message, Offered, Text, filters};
use askama::Template;

/// What an invitation says to whoever opens it.
#[derive(Clone, Copy, Debug)]
pub struct InviteWords<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// What the app is called that the person is invited to.
    pub app: Option<Text<'a>>,
    /// Whom it is for; may be empty.
    pub label: Text<'a>,
    /// Its secret, to be sent back.
    pub invite: &'a str,
}

impl<'a> InviteWords<'a> {
    /// What the person is invited to.
    pub fn place(&self) -> Text<'a> {
        self.app.unwrap_or(self.instance)
    }
}

/// What stands in the fields of somebody who is new.
#[derive(Clone, Copy, Debug)]
pub struct NewcomerFields<'a> {
    /// Their name.
    pub name: Text<'a>,
    /// Their user name.
    pub user_name: Text<'a>,
    /// Their mail address.
    pub email: Text<'a>,
    /// The address that the invitation gives, which they cannot change.
    pub given: Option<Text<'a>>,
}

/// The invitation, with the button that makes a passkey.
#[derive(Debug, Template)]
#[template(path = "invite.html")]
pub struct Invited<'a> {
    /// What it says.
    pub words: InviteWords<'a>,
    /// What stands in the fields.
    pub fields: NewcomerFields<'a>,
    /// Whether a password may stand in for the passkey.
    pub passwords: bool,
    /// Providers of others by which the account may sign in instead.
    pub upstreams: Vec<Offered<'a>>,
}

/// The same with an account elsewhere in place of a passkey. A plain form.
#[derive(Debug, Template)]
#[template(path = "invite_upstream.html")]
pub struct InvitedUpstream<'a> {
    /// What it says.
    pub words: InviteWords<'a>,
    /// What stands in the fields.
    pub fields: NewcomerFields<'a>,
    /// Where the account is.
    pub upstream: Offered<'a>,
    /// What was wrong with the form that was sent.
    pub problem: Option<InviteProblem>,
}

/// The same with a password in place of a passkey. A plain form.
#[derive(Debug, Template)]
#[template(path = "invite_password.html")]
pub struct InvitedPassword<'a> {
    /// What it says.
    pub words: InviteWords<'a>,
    /// What stands in the fields.
    pub fields: NewcomerFields<'a>,
    /// The fewest characters that a password may have.
    pub shortest: u16,
    /// What was wrong with the form that was sent.
    pub problem: Option<InviteProblem>,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteProblem {
    /// The user name cannot be one.
    NoUserName,
    /// The user name is not free.
    UserName,
    /// The mail address is none.
    Email,
    /// The address that the invitation gives is another account's by now.
    GivenEmail,
    /// The password is too short or too long.
    Password,
    /// Other people's passwords are being checked.
    Busy,
}

impl InviteProblem {
    /// The sentence.
    pub fn sentence(self) -> Message {
        match self {
            Self::NoUserName => "invite-problem-no-user-name".into(),
            Self::UserName => "invite-problem-user-name".into(),
            Self::Email => "problem-email".into(),
            Self::GivenEmail => "invite-problem-given-email".into(),
            Self::Password => "problem-password-length".into(),
            Self::Busy => "problem-busy".into(),
        }
    }
}

/// What somebody sees who is signed in: that it is for somebody new.
#[derive(Debug, Template)]
#[template(path = "invite_signed_in.html")]
pub struct InvitedAlready<'a> {
    /// The app that it leads to, if the person may use it.
    pub app: Option<(Text<'a>, Href<'a>)>,
    /// The person's display name.
    pub person: Text<'a>,
    /// Their user name.
    pub user_name: Text<'a>,
}
