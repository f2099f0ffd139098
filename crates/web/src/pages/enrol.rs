//! The pages on which a passkey is made: the first administrator's, a new or recovered account's, a further one.
//!
//! Opening a link shows a page and consumes nothing: mail scanners open links too. The link travels
//! back in the body of the request that the person's press sends.

use super::Text;
use askama::Template;

/// The one-time set-up link: the first administrator gives a name and makes a passkey.
#[derive(Debug, Template)]
#[template(path = "set_up.html")]
pub struct SetUp<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// The link's secret, to be sent back.
    pub link: &'a str,
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
}

/// Why somebody opens a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Welcome {
    /// A new account, `LinkPurpose::Enrol`.
    New,
    /// Back after a loss, `LinkPurpose::Recover`.
    Back,
}

/// A further passkey, from a session in which the person has just proved who they are.
#[derive(Debug, Template)]
#[template(path = "add_passkey.html")]
pub struct AddPasskey<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// What the instance is called.
    pub instance: Text<'a>,
}
