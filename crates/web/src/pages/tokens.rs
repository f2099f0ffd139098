//! Tokens for programs: the list with the form that makes one, and the one page that shows a new one.

use super::{Text, When, filters};
use askama::Template;
use doorstep_core::model::TokenLife;

/// `/account/tokens`.
#[derive(Debug, Template)]
#[template(path = "tokens.html")]
pub struct Tokens<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The person's tokens, oldest first.
    pub rows: Vec<TokenRow<'a>>,
    /// The apps that a new one can be for.
    pub choice: Vec<TokenApp<'a>>,
    /// Whether the sign-in is fresh enough to make one.
    pub fresh: bool,
    /// How many characters a label has at most.
    pub longest: u16,
    /// What the last form has done.
    pub reported: Option<TokenReported>,
}

/// A token as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow<'a> {
    /// Its id, in the address of its form.
    pub id: &'a str,
    /// What it is for, in the person's words.
    pub label: Text<'a>,
    /// What its apps are called.
    pub apps: Vec<Text<'a>>,
    /// Whether it only reads.
    pub read_only: bool,
    /// When it was last used.
    pub last_used: Option<When>,
    /// When it ends.
    pub ends: When,
    /// How it stands.
    pub life: TokenLife,
}

/// An app that a token can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenApp<'a> {
    /// The name in the form.
    pub name: &'a str,
    /// What a person reads.
    pub title: Text<'a>,
}

/// What the last form has done, or why it did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenReported {
    /// A token has ended.
    Ended,
    /// No label, or a long one.
    Label,
    /// No app was chosen, or it is there no more.
    NoApp,
    /// Not a number of days that a token lives.
    Days,
    /// The person has as many as anybody may have.
    TooMany,
}

impl TokenReported {
    /// The message of the sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Ended => "tokens-done-ended",
            Self::Label => "tokens-problem-label",
            Self::NoApp => "tokens-problem-app",
            Self::Days => "tokens-problem-days",
            Self::TooMany => "tokens-problem-many",
        }
    }

    /// Whether it reports a refusal.
    pub const fn is_refusal(self) -> bool {
        !matches!(self, Self::Ended)
    }
}

/// The answer to the form that makes a token: the one page that holds it.
#[derive(Debug, Template)]
#[template(path = "token_made.html")]
pub struct TokenMade<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The token.
    pub text: &'a str,
    /// What it is for, in the person's words.
    pub label: Text<'a>,
    /// What its apps are called.
    pub apps: Vec<Text<'a>>,
    /// Whether it only reads.
    pub read_only: bool,
    /// When it ends.
    pub ends: When,
}
