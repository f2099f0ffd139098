//! The pages on which a passkey is made: the first administrator's, a new or recovered account's, a further one.
//!
//! Opening a link shows a page and consumes nothing: mail scanners open links too. The link travels
//! back in the body of the request that the person's press sends.

use super::{Message, Text, filters};
use askama::Template;

/// The one-time set-up link: the first administrator gives a name and makes a passkey.
#[derive(Debug, Template)]
#[template(path = "set_up.html")]
pub struct SetUp<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// The link's secret, to be sent back.
    pub link: &'a str,
    /// User names that the configuration makes administrators. One alone stands in the field.
    pub named: Vec<Text<'a>>,
}

/// A link for an account that exists: its first passkey, or a new one after a loss.
#[derive(Debug, Template)]
#[template(path = "enrol.html")]
pub struct Enrol<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// Whether the person is new here.
    pub welcome: Welcome,
    /// The person's display name.
    pub person: Text<'a>,
    /// The name they sign in with.
    pub user_name: Text<'a>,
    /// The link's secret, to be sent back.
    pub link: &'a str,
    /// What is asked of somebody who is new.
    pub about: About<'a>,
    /// Whether a password may stand in for the passkey.
    pub passwords: bool,
}

/// The same with a password in place of a passkey. A plain form.
#[derive(Debug, Template)]
#[template(path = "enrol_password.html")]
pub struct EnrolPassword<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// Whether the person is new here.
    pub welcome: Welcome,
    /// The person's display name.
    pub person: Text<'a>,
    /// The name they sign in with.
    pub user_name: Text<'a>,
    /// The link's secret, to be sent back.
    pub link: &'a str,
    /// What is asked of somebody who is new.
    pub about: About<'a>,
    /// The fewest characters that a password may have.
    pub shortest: u16,
    /// What was wrong with the form that was sent.
    pub problem: Option<EnrolProblem>,
}

/// What somebody who is new is asked about themselves: what stands in the fields.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Their name, as far as it is known.
    pub name: Text<'a>,
    /// Their mail address; none when it is known and not asked for.
    pub email: Option<Text<'a>>,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolProblem {
    /// The mail address is none.
    Email,
    /// The password is too short or too long.
    Password,
    /// Other people's passwords are being checked.
    Busy,
}

impl EnrolProblem {
    /// The sentence.
    pub fn sentence(self) -> Message {
        match self {
            Self::Email => "problem-email".into(),
            Self::Password => "problem-password-length".into(),
            Self::Busy => "problem-busy".into(),
        }
    }
}

/// Why somebody opens a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Welcome {
    /// A new account, `LinkPurpose::Enrol`.
    New,
    /// Back after a loss, `LinkPurpose::Recover`.
    Back,
    /// On a further device, `LinkPurpose::Add`.
    Here,
}

/// The answer to the form that asks for a link to another device: the one page that holds it.
#[derive(Debug, Template)]
#[template(path = "other_device.html")]
pub struct OtherDevice<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The address to open on the other device.
    pub url: &'a str,
    /// Its QR code: how many modules it is wide, and the path that draws them.
    pub code: Option<(usize, String)>,
    /// For how many minutes it opens.
    pub minutes: i64,
}

/// A further passkey, from a session in which the person has just proved who they are.
#[derive(Debug, Template)]
#[template(path = "add_passkey.html")]
pub struct AddPasskey<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// What the instance is called.
    pub instance: Text<'a>,
    /// Where somebody goes on who signed in with a passkey of a former host, with this one made or without.
    pub next: Option<&'a str>,
}
