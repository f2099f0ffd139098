//! Pages on which people ask by mail who are not signed in: for a recovery, for an account; and those that the mailed links
//! open, each with a button that does it.

use super::{Text, When, filters};
use askama::Template;

/// `/recover/mail`.
#[derive(Debug, Template)]
#[template(path = "recover_mail.html")]
pub struct RecoverByMail<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// For how many hours a recovery waits.
    pub hours: u64,
    /// Whether something was asked for just now. Whose it is, and whether anybody's, is said nowhere.
    pub is_asked: bool,
    /// What was wrong.
    pub problem: Option<AskProblem>,
}

/// Why nothing was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskProblem {
    /// Too much was asked for from this network.
    TooMany,
    /// What was typed is no address.
    NotAnAddress,
    /// Its domain may not ask.
    Domain,
    /// The name is missing or long, or the reason is.
    Words,
}

impl AskProblem {
    /// The message of the sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::TooMany => "asked-problem-too-many",
            Self::NotAnAddress => "ask-problem-address",
            Self::Domain => "ask-problem-domain",
            Self::Words => "ask-problem-words",
        }
    }
}

/// `/recover/stop/…`: what the link opens that is mailed beside a recovery that waits.
#[derive(Debug, Template)]
#[template(path = "recover_stop.html")]
pub struct RecoveryStopped<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// The secret of the link, while there is something to stop.
    pub link: Option<&'a str>,
    /// Whether it was stopped just now.
    pub is_done: bool,
}

/// What somebody signed in is told of a recovery of their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryBanner {
    /// When it was asked for.
    pub asked: When,
    /// When its link is mailed.
    pub due: When,
    /// Whether it was.
    pub is_sent: bool,
}

/// `/join`.
#[derive(Debug, Template)]
#[template(path = "register.html")]
pub struct Register<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// Whether an administrator has to say yes.
    pub approval: bool,
    /// The domains that may ask; any when there are none.
    pub domains: Vec<Text<'a>>,
    /// What was typed.
    pub typed: Text<'a>,
    /// Whether a link was asked for just now. Whether the address has an account is said nowhere.
    pub is_asked: bool,
    /// What was wrong.
    pub problem: Option<AskProblem>,
}

/// `/join/…`: what the mailed link opens.
#[derive(Debug, Template)]
#[template(path = "register_link.html")]
pub struct RegisterLink<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// The address.
    pub email: Text<'a>,
    /// Whether an administrator has to say yes.
    pub approval: bool,
    /// The secret of the link, to be sent back.
    pub link: &'a str,
    /// The name as typed.
    pub person: Text<'a>,
    /// The reason as typed.
    pub reason: Text<'a>,
    /// What was wrong.
    pub problem: Option<AskProblem>,
}

/// An administrator was asked; or the link opens nothing.
#[derive(Debug, Template)]
#[template(path = "register_waits.html")]
pub struct RegisterWaits<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// Whether something waits.
    pub waits: bool,
}
