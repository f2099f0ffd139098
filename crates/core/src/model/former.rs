//! User names and mail addresses that belonged to somebody. Several apps know people by them, so that whoever gets one
//! next might find another person's things there.

use crate::{id::UserId, time::Timestamp};
use serde::Serialize;

/// What kind of identifier it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// A user name.
    UserName,
    /// A mail address.
    Email,
}

impl IdentifierKind {
    /// The text of a TEXT column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserName => "user_name",
            Self::Email => "email",
        }
    }
}

/// To whom an identifier belonged last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerHolder {
    /// The person, who may have no account any more.
    pub user: UserId,
    /// Since when it is theirs no longer.
    pub freed_at: Timestamp,
}

impl FormerHolder {
    /// Whether `taker` may have the identifier: the person who had it always may; anybody else only when an
    /// administrator says so.
    pub fn yields_to(&self, taker: &UserId, explicitly_allowed: bool) -> bool {
        self.user == *taker || explicitly_allowed
    }
}

/// An identifier that somebody is to have and that belonged to somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Former {
    /// What it is.
    pub kind: IdentifierKind,
    /// As it was typed.
    pub value: String,
    /// The user name now of whoever had it, if they still have an account.
    pub of: Option<String>,
}

/// Whose each of them was, as the beginning of a sentence.
pub fn belonged(former: &[Former]) -> String {
    let whose = |former: &Former| former.of.as_deref().unwrap_or("somebody who was removed").to_owned();
    let said = former.iter().enumerate().map(|(at, one)| {
        let verb = if at == 0 { "belonged to" } else { "to" };
        format!("`{}` {verb} {}", one.value, whose(one))
    });
    said.collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_was_somebody_elses_is_said() {
        let name = Former { kind: IdentifierKind::UserName, value: "grace".into(), of: Some("hopper".into()) };
        let email = Former { kind: IdentifierKind::Email, value: "g@navy.example".into(), of: None };
        assert_eq!(belonged(std::slice::from_ref(&name)), "`grace` belonged to hopper");
        assert_eq!(
            belonged(&[name, email]),
            "`grace` belonged to hopper and `g@navy.example` to somebody who was removed"
        );
    }

    #[test]
    fn an_identifier_goes_back_to_whoever_had_it_and_to_others_on_explicit_word() {
        let holder = FormerHolder { user: "ada".parse().unwrap(), freed_at: Timestamp::from_seconds(7) };
        for (taker, word, yields) in
            [("ada", false, true), ("ada", true, true), ("bob", false, false), ("bob", true, true)]
        {
            assert_eq!(holder.yields_to(&taker.parse().unwrap(), word), yields, "{taker} {word}");
        }
    }
}
