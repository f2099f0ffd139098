//! Recovery kits: the page on which a code is used, a person's own kit, and the one page that shows a new one.

use super::{Message, Text, When, filters};
use askama::Template;
use doorstep_core::model::RecoveryCode;

/// `/recover`: a code, for whoever cannot sign in.
#[derive(Debug, Template)]
#[template(path = "recover.html")]
pub struct Recover<'a> {
    /// What the instance is called.
    pub instance: Text<'a>,
    /// Whether a recovery can be asked for by mail.
    pub by_mail: bool,
    /// What was wrong with the code that was sent.
    pub problem: Option<RecoverProblem>,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoverProblem {
    /// It opens nothing.
    NotACode,
    /// Too many were tried; in so many minutes again.
    TooMany {
        /// How many.
        minutes: u32,
    },
}

impl RecoverProblem {
    /// The sentence.
    pub fn sentence(self) -> Message {
        match self {
            Self::NotACode => "recover-problem-no-code".into(),
            Self::TooMany { minutes } => Message::from("problem-too-many-codes").number("minutes", minutes),
        }
    }
}

/// `/account/recovery-kit`.
#[derive(Debug, Template)]
#[template(path = "recovery_kit.html")]
pub struct RecoveryKitPage<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// The kit that the person has.
    pub kit: Option<KitShown>,
    /// Whether the sign-in is fresh enough to make or remove one.
    pub fresh: bool,
    /// What the last form has done.
    pub reported: Option<KitReported>,
}

/// A kit, without its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KitShown {
    /// When it was made.
    pub made: When,
    /// How many codes were not used.
    pub left: usize,
    /// How many it had.
    pub of: usize,
}

/// What the last form has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KitReported {
    /// The code that was tried would open.
    Opens,
    /// It was used.
    Used,
    /// It is not one of this kit.
    NotOfThisKit,
    /// The kit was removed.
    Removed,
}

impl KitReported {
    /// The message of the sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Opens => "kit-done-opens",
            Self::Used => "kit-problem-used",
            Self::NotOfThisKit => "kit-problem-other",
            Self::Removed => "kit-done-removed",
        }
    }

    /// Whether it reports that something is not as it should be.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Used | Self::NotOfThisKit)
    }
}

/// The answer to the form that makes a kit: the one page that holds its codes.
#[derive(Debug, Template)]
#[template(path = "recovery_kit_made.html")]
pub struct RecoveryKitMade<'a> {
    /// The person's display name.
    pub person: Text<'a>,
    /// What the instance is called.
    pub instance: Text<'a>,
    /// The name the person signs in with.
    pub user_name: Text<'a>,
    /// The codes.
    pub codes: Vec<&'a str>,
    /// Where they are used.
    pub at: String,
    /// When it was made.
    pub made: When,
}
