//! A token with which a program reaches apps behind forward auth as the person who owns it.

use crate::{
    id::{AppName, ProgramTokenId, UserId},
    time::{Timestamp, Ttl},
};
use std::collections::BTreeSet;

/// What the row of a token says. Its text was shown once; a hash of it is kept beside this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramToken {
    /// The public id, by which it is ended.
    pub id: ProgramTokenId,
    /// Who owns it: the app sees this person.
    pub user: UserId,
    /// What it is for, in the owner's words.
    pub label: String,
    /// The apps that it is for.
    pub apps: BTreeSet<AppName>,
    /// Whether it only reads: GET and HEAD.
    pub read_only: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends. Every token does.
    pub expires_at: Timestamp,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<Timestamp>,
}

/// How a token stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenLife {
    /// It opens what it is for.
    Good,
    /// It does, and not for much longer.
    EndsSoon,
    /// It has ended.
    Ended,
}

impl ProgramToken {
    /// How long a token lives when nothing is said.
    pub const LIFE: Ttl = Ttl::from_days(90);
    /// How long at most.
    pub const LONGEST_LIFE: Ttl = Ttl::from_days(366);
    /// How long before its end it is warned of.
    pub const WARNED: Ttl = Ttl::from_days(7);
    /// How many one person has at most.
    pub const MOST: usize = 100;
    /// How many characters a label has at most.
    pub const LONGEST_LABEL: usize = 80;

    /// How it stands at `now`.
    pub fn life(&self, now: Timestamp) -> TokenLife {
        if now >= self.expires_at {
            TokenLife::Ended
        } else if now >= self.expires_at - Self::WARNED {
            TokenLife::EndsSoon
        } else {
            TokenLife::Good
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_at_its_time_and_is_warned_of_a_week_before() {
        let made = Timestamp::from_seconds(1_800_000_000);
        let token = ProgramToken {
            id: "t1".parse().unwrap(),
            user: "u1".parse().unwrap(),
            label: "backup".to_owned(),
            apps: BTreeSet::new(),
            read_only: false,
            created_at: made,
            expires_at: made + ProgramToken::LIFE,
            last_used_at: None,
        };
        for (age, life) in [
            (Ttl::from_days(0), TokenLife::Good),
            (Ttl::from_millis(Ttl::from_days(83).millis() - 1), TokenLife::Good),
            (Ttl::from_days(83), TokenLife::EndsSoon),
            (Ttl::from_millis(Ttl::from_days(90).millis() - 1), TokenLife::EndsSoon),
            (Ttl::from_days(90), TokenLife::Ended),
            (Ttl::from_days(900), TokenLife::Ended),
        ] {
            assert_eq!(token.life(made + age), life, "{age:?}");
        }
    }
}
