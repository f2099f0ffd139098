//! A person with an account, and the live view of one on which every decision rests.

use super::{Language, Memberships};
use crate::{
    id::{GroupName, UserId},
    time::{Timestamp, Ttl},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, ops::RangeInclusive, str::FromStr};

/// The name a person signs in with: lower case, 2 to 64 of `a-z 0-9 . _ -`, beginning with a letter.
/// Bare and short, because apps use `preferred_username` as a local account name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(Box<str>);

/// Why a text is not a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a user name is 2 to 64 characters of a-z 0-9 . _ - and begins with a letter")]
pub struct InvalidUserName;

impl UserName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = InvalidUserName;
    /// Accepts any letter case and surrounding blanks; keeps lower case (security row 85).
    fn from_str(text: &str) -> Result<Self, InvalidUserName> {
        let name = text.trim().to_ascii_lowercase();
        let fits = (2..=64).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'));
        if fits { Ok(Self(name.into())) } else { Err(InvalidUserName) }
    }
}

impl TryFrom<String> for UserName {
    type Error = InvalidUserName;
    fn try_from(text: String) -> Result<Self, InvalidUserName> {
        text.parse()
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0.into()
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An End-User, OpenID Connect Core §1.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The immutable `sub`.
    pub id: UserId,
    /// The name to sign in with.
    pub name: UserName,
    /// How the person is called on pages and in the `name` claim.
    pub display_name: String,
    /// Given names, if known.
    pub given_name: Option<String>,
    /// Family names, if known.
    pub family_name: Option<String>,
    /// Mail address as typed, if known. While it is verified, no other account has it in another spelling.
    pub email: Option<String>,
    /// Whether the person proved the address, or an administrator typed or confirmed it.
    pub email_verified: bool,
    /// Set while the account is disabled.
    pub disabled_at: Option<Timestamp>,
    /// When the account ends by itself; from then on it is as good as disabled.
    pub ends_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When a claim last changed; `updated_at` of OpenID Connect Core §5.1.
    pub updated_at: Timestamp,
    /// The language that the person chose; none for what their browser says.
    pub language: Option<Language>,
}

impl User {
    /// An account that was made at this moment, of which the name is all that is known: pages show that.
    pub fn new(id: UserId, name: UserName, at: Timestamp) -> Self {
        Self {
            id,
            display_name: name.to_string(),
            name,
            given_name: None,
            family_name: None,
            email: None,
            email_verified: false,
            disabled_at: None,
            ends_at: None,
            created_at: at,
            updated_at: at,
            language: None,
        }
    }

    /// After how many days an account or a membership may end.
    pub const DAYS: RangeInclusive<i64> = 1..=3650;

    /// The end of an account or a membership that is for so many days from `now`.
    pub fn end(days: i64, now: Timestamp) -> Timestamp {
        now + Ttl::from_days(days)
    }

    /// Whether the account can be used at `now`: it is neither disabled nor over.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.disabled_at.is_none() && self.ends_at.is_none_or(|end| now < end)
    }

    /// The mail address that apps get: a proved one. Apps know people by it, so what somebody merely typed about
    /// themselves reaches none (security row 96).
    pub fn proved_email(&self) -> Option<&str> {
        self.email.as_deref().filter(|email| self.email_verified && !email.is_empty())
    }
}

/// An *active* user with the groups read at the same moment. Made in one place only
/// (`doorstep-app`), and demanded by everything that yields a token, a session or an Allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The person; never disabled.
    pub user: User,
    /// All groups of the person, sorted.
    pub groups: BTreeSet<GroupName>,
    /// The first moment at which this is not true any more by itself: the account ends, or a membership does.
    pub until: Option<Timestamp>,
}

impl Principal {
    /// The view of `user` at `now`, or `None` when the account is disabled or over.
    pub fn active(user: User, groups: impl Into<Memberships>, now: Timestamp) -> Option<Self> {
        if !user.is_active(now) {
            return None;
        }
        let kept = groups.into();
        let until = [user.ends_at, kept.change_after(now)].into_iter().flatten().min();
        Some(Self { user, groups: kept.into_groups(now), until })
    }

    /// Whether the person may use something that `allow` is for; `None` means everyone with an account.
    pub fn is_allowed(&self, allow: Option<&BTreeSet<GroupName>>) -> bool {
        allow.is_none_or(|groups| !groups.is_disjoint(&self.groups))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_bare_short_and_lower_case() {
        for (given, kept) in [("Ada", "ada"), (" BOB ", "bob"), ("a.b_c-9", "a.b_c-9")] {
            assert_eq!(given.parse::<UserName>().map(String::from).as_deref(), Ok(kept));
        }
        for bad in ["", "a", "9a", "a b", "ada@example.org", "ädä", "-ab", &"x".repeat(65)] {
            assert!(bad.parse::<UserName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_account_is_active_until_it_is_disabled_or_over_and_a_view_says_until_when_it_is_true() {
        let now = Timestamp::from_seconds(1_000_000);
        let at = |seconds| now + Ttl::from_seconds(seconds);
        let group: GroupName = "users".parse().unwrap();
        for (disabled, account, membership, seen) in [
            (false, None, None, Some((true, None))),
            (true, None, None, None),
            (true, Some(9), None, None),
            (false, Some(0), None, None),
            (false, Some(-1), Some(9), None),
            (false, Some(9), None, Some((true, Some(9)))),
            (false, Some(9), Some(5), Some((true, Some(5)))),
            (false, Some(5), Some(9), Some((true, Some(5)))),
            (false, None, Some(5), Some((true, Some(5)))),
            (false, None, Some(0), Some((false, None))),
            (false, Some(9), Some(-1), Some((false, Some(9)))),
        ] {
            let user = User {
                disabled_at: disabled.then_some(now),
                ends_at: account.map(at),
                ..User::new("u1".parse().unwrap(), "ada".parse().unwrap(), now)
            };
            let kept: Memberships = [(group.clone(), membership.map(at))].into_iter().collect();
            let view = Principal::active(user, kept, now);
            let found = view.map(|view| (view.groups.contains(&group), view.until));
            assert_eq!(
                found,
                seen.map(|(inside, until)| (inside, until.map(at))),
                "{disabled} {account:?} {membership:?}"
            );
        }
    }
}
