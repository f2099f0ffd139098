//! User names and mail addresses that belonged to somebody. Several apps know people by them, so that whoever gets one
//! next might find another person's things there.

use crate::{id::UserId, time::Timestamp};

/// What kind of identifier it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

#[cfg(test)]
mod tests {
    use super::*;

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
