//! The sign-out pages: the question before, and the page after.

use super::{Href, Text, filters};
use askama::Template;

/// Asks before signing out, OpenID Connect RP-Initiated Logout §2: an address that anyone can link to ends nothing by itself.
#[derive(Debug, Template)]
#[template(path = "sign_out.html")]
pub struct SignOut<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The app that sent them, if its request was sound.
    pub app: Option<Text<'a>>,
    /// Where the form goes.
    pub action: Href<'a>,
    /// What the form carries along, name and value.
    pub fields: Vec<(&'a str, &'a str)>,
    /// The app wants to go on to an address that is not registered for it.
    pub held_back: bool,
    /// Where «Stay signed in» leads.
    pub stay: Href<'a>,
}

/// Signed out.
#[derive(Debug, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// A registered way back to the app, and its title.
    pub back: Option<(Href<'a>, Text<'a>)>,
    /// The app wanted to go on to an address that is not registered for it.
    pub held_back: bool,
}
