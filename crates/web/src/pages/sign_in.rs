//! The sign-in page: with a passkey, or with user name and password where the instance allows them; and the page that asks
//! for a code after a right password.
//!
//! The password form is plain HTML and works without script. What the script does with a passkey is
//! in `static/passkey.js`.

use super::{Href, Message, Offered, Text, filters};
use askama::Template;
use doorstep_core::model::Level;

/// Sign in, to an app or to the instance itself.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn<'a> {
    /// The title of the app that sent the person; none when they came to the instance itself.
    pub app: Option<Text<'a>>,
    /// What the instance is called.
    pub instance: Text<'a>,
    /// The parked request to come back to.
    pub interaction: Option<&'a str>,
    /// A path of ours to go to afterwards; none for the front door.
    pub next: Option<&'a str>,
    /// Providers of others that are offered.
    pub upstreams: Vec<Offered<'a>>,
    /// Hosts that the instance had before it moved, of which somebody still has passkeys.
    pub former: Vec<Text<'a>>,
    /// Whether the instance has password sign-in switched on.
    pub passwords: bool,
    /// What was typed before, when it did not go through.
    pub user_name: Text<'a>,
    /// Why it did not.
    pub problem: Option<SignInProblem>,
    /// Whether somebody new may ask for an account, and whether an administrator answers.
    pub register: Option<bool>,
    /// Whether the address that the person opened is too long to come back to.
    pub too_long: bool,
    /// Set when somebody is signed in already and has to prove it afresh.
    pub again: Option<Again<'a>>,
}

/// Who has to prove afresh who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// What the app asks for, of which they gave less.
    pub wanted: Option<Level>,
    /// Where someone else goes.
    pub other_account: Href<'a>,
}

impl Again<'_> {
    /// What is said of the app that asks.
    const fn asks(&self) -> &'static str {
        match self.wanted {
            None => "sign-in-app-asks",
            Some(Level::TwoFactors) => "sign-in-app-asks-two-factors",
            Some(Level::Passkey) => "sign-in-app-asks-passkey",
        }
    }
}

/// Why a sign-in did not go through. Only [`Self::Disabled`] says that an account exists, to whoever has proved
/// that it is theirs (security row 82).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// No such account, or a wrong password: one answer for both.
    NameOrPassword,
    /// The password is right, and the account is disabled.
    Disabled,
    /// A field was left empty.
    Incomplete,
    /// Every place for checking a password is taken at the moment.
    Busy,
    /// Too many wrong codes of an authenticator app; passkeys go on working.
    TooManyCodes {
        /// After how many minutes a code is looked at again.
        minutes: u32,
    },
    /// Too many wrong passwords; passkeys go on working.
    TooMany {
        /// After how many minutes a password is looked at again.
        minutes: u32,
    },
}

impl SignInProblem {
    /// What happened and what to do.
    pub fn sentence(self) -> Message {
        match self {
            Self::NameOrPassword => "sign-in-problem-name-or-password".into(),
            Self::Disabled => "problem-account-disabled".into(),
            Self::Incomplete => "sign-in-problem-incomplete".into(),
            Self::Busy => "sign-in-problem-busy".into(),
            Self::TooManyCodes { minutes } if minutes > 60 => "sign-in-problem-codes-tomorrow".into(),
            Self::TooManyCodes { minutes } => Message::from("sign-in-problem-codes").number("minutes", minutes),
            Self::TooMany { minutes } => Message::from("sign-in-problem-passwords").number("minutes", minutes.max(1)),
        }
    }
}

/// The question for a code of the authenticator app, after a right password.
#[derive(Debug, Template)]
#[template(path = "sign_in_code.html")]
pub struct SignInCode<'a> {
    /// The title of the app that sent the person; none when they came to the instance itself.
    pub app: Option<Text<'a>>,
    /// What the instance is called.
    pub instance: Text<'a>,
    /// Under what the code is waited for.
    pub challenge: &'a str,
    /// The parked request to come back to.
    pub interaction: Option<&'a str>,
    /// A path of ours to go to afterwards; none for the front door.
    pub next: Option<&'a str>,
    /// What was wrong with the code before.
    pub problem: Option<CodeProblem>,
    /// Where the sign-in begins, for whoever has a passkey after all.
    pub with_a_passkey: Href<'a>,
}

/// What was wrong with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeProblem {
    /// It is not one that counts now.
    Wrong,
    /// It would count some minutes away.
    ClockWrong,
}

impl CodeProblem {
    /// What happened and what to do.
    pub fn sentence(self) -> Message {
        match self {
            Self::Wrong => "code-problem-wrong".into(),
            Self::ClockWrong => "code-problem-clock".into(),
        }
    }
}
