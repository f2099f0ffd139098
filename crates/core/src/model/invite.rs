//! An invitation: an address with which people who are new make accounts of their own.

use crate::{
    id::{AppName, GroupName, InviteId, UserId},
    time::{Timestamp, Ttl},
};
use std::{collections::BTreeSet, ops::RangeInclusive};

/// An invitation as a row. Its secret is kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Its name for whoever runs the instance; opens nothing.
    pub id: InviteId,
    /// Whom it is for, in the words of whoever made it; may be empty.
    pub label: String,
    /// The groups that an account made with it joins.
    pub groups: BTreeSet<GroupName>,
    /// The app that the person is led to.
    pub app: Option<AppName>,
    /// The mail address that the account gets, proved: whoever made the invitation said it.
    pub email: Option<String>,
    /// How many people it is for.
    pub places: i64,
    /// How many accounts were made with it.
    pub used: i64,
    /// The administrator who made it; none for the command line.
    pub made_by: Option<UserId>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When somebody ended it.
    pub ended_at: Option<Timestamp>,
    /// After how many days the accounts end that are made with it; none for accounts that last.
    pub account_days: Option<i64>,
}

impl Invite {
    /// For how many days one can be open.
    pub const DAYS: RangeInclusive<i64> = 1..=30;
    /// For how many days one is open when nobody says.
    pub const USUAL_DAYS: i64 = 7;
    /// For how many people one can be.
    pub const PLACES: RangeInclusive<i64> = 1..=100;
    /// How many characters there are at most to say whom it is for.
    pub const LONGEST_LABEL: usize = 100;

    /// The end of one that is open for so many days from `now`.
    pub fn end(days: i64, now: Timestamp) -> Timestamp {
        now + Ttl::from_days(days)
    }

    /// How many people can still use it.
    pub fn left(&self) -> i64 {
        (self.places - self.used).max(0)
    }

    /// Whether it is open at `now`, whoever made it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at && self.left() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_open_until_its_end_while_there_is_a_place_and_nobody_ended_it() {
        let now = Timestamp::from_seconds(1_000_000);
        let invite = Invite {
            id: "i-1".parse().unwrap(),
            label: "Grace".into(),
            groups: BTreeSet::new(),
            app: None,
            email: None,
            places: 2,
            used: 0,
            made_by: None,
            made_at: now,
            expires_at: Invite::end(7, now),
            ended_at: None,
            account_days: None,
        };
        let end = now + Ttl::from_days(7);
        for (used, ended_at, at, left, open) in [
            (0, None, now, 2, true),
            (1, None, end - Ttl::from_millis(1), 1, true),
            (1, None, end, 1, false),
            (2, None, now, 0, false),
            (3, None, now, 0, false),
            (0, Some(now), now, 2, false),
        ] {
            let invite = Invite { used, ended_at, ..invite.clone() };
            assert_eq!((invite.left(), invite.is_open(at)), (left, open), "{used} {ended_at:?} {at:?}");
        }
    }
}
