//! What a rule asks of a sign-in, beside whose it is: how long ago it was, and by what. Who is signed in with less proves it
//! anew (step-up, as RFC 9470 has it for access tokens).

use super::Amr;
use crate::time::{Timestamp, Ttl};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is asked. Nothing, when nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The person proved who they are at most so long ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<Ttl>,
    /// By a passkey.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub passkey: bool,
}

/// When and by what somebody proved who they are, in four bytes: a cache holds one for each of many sessions. Two seconds are
/// one, and are rounded towards longer ago; it lasts until the year 2106.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved(u32);

impl Proof {
    /// Whether it asks nothing.
    pub const fn is_nothing(&self) -> bool {
        self.max_age.is_none() && !self.passkey
    }

    /// What meets both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let max_age = match (self.max_age, other.max_age) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Self { max_age, passkey: self.passkey || other.passkey }
    }

    /// Whether a sign-in is proof enough at this moment.
    pub fn is_met_by(self, proved: Proved, now: Timestamp) -> bool {
        self.max_age.is_none_or(|most| now.since(proved.at()) < most) && (!self.passkey || proved.by_passkey())
    }
}

impl Proved {
    /// Then, and so.
    pub fn new(at: Timestamp, amr: Amr) -> Self {
        let passkey = match amr {
            Amr::Passkey | Amr::SyncedPasskey => 1,
            Amr::Password | Amr::PasswordTotp | Amr::Upstream => 0,
        };
        // Before 1970 is as long ago as it can be, and after 2106 too, so that nothing is fresh by mistake.
        let halves = u32::try_from(at.seconds() / 2).ok().filter(|halves| *halves < 1 << 31).unwrap_or_default();
        Self(halves << 1 | passkey)
    }

    /// When.
    pub fn at(self) -> Timestamp {
        Timestamp::from_seconds(i64::from(self.0 >> 1) * 2)
    }

    /// Whether it was by a passkey.
    pub const fn by_passkey(self) -> bool {
        self.0 & 1 == 1
    }
}

/// As people read it behind `sign in`: `, by passkey, at most 15m ago`.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.passkey {
            f.write_str(", by passkey")?;
        }
        let Some(most) = self.max_age else { return Ok(()) };
        let seconds = most.seconds();
        let (unit, size) = [("d", 86_400), ("h", 3_600), ("m", 60)]
            .into_iter()
            .find(|(_, size)| seconds % size == 0)
            .unwrap_or(("s", 1));
        write!(f, ", at most {}{unit} ago", seconds / size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGUN: Timestamp = Timestamp::from_seconds(1_800_000_001);

    fn proof(minutes: i64, passkey: bool) -> Proof {
        Proof { max_age: (minutes > 0).then(|| Ttl::from_minutes(minutes)), passkey }
    }

    #[test]
    fn a_sign_in_is_proof_as_long_as_it_is_recent_and_by_what_is_asked() {
        for (asked, age, amr, met) in [
            (proof(0, false), 1_000_000, Amr::Password, true),
            (proof(15, false), 899, Amr::Password, true),
            (proof(15, false), 900, Amr::Password, false),
            (proof(15, false), -30, Amr::Password, true),
            (proof(0, true), 1_000_000, Amr::Passkey, true),
            (proof(0, true), 1_000_000, Amr::SyncedPasskey, true),
            (proof(0, true), 0, Amr::Password, false),
            (proof(15, true), 899, Amr::Password, false),
            (proof(15, true), 900, Amr::Passkey, false),
            (proof(15, true), 0, Amr::Passkey, true),
        ] {
            // Rounded by a second, towards longer ago.
            let now = BEGUN + Ttl::from_seconds(age) - Ttl::from_seconds(1);
            assert_eq!(asked.is_met_by(Proved::new(BEGUN, amr), now), met, "{asked:?} {age} {amr:?}");
        }
    }

    #[test]
    fn a_moment_is_kept_to_two_seconds_and_one_that_cannot_be_is_long_ago() {
        for (seconds, kept) in [(0, 0), (1_800_000_001, 1_800_000_000), (4_294_967_295, 4_294_967_294)] {
            assert_eq!(Proved::new(Timestamp::from_seconds(seconds), Amr::Passkey).at(), Timestamp::from_seconds(kept));
        }
        for odd in [i64::MIN, -1, 4_294_967_296, i64::MAX] {
            assert_eq!(
                Proved::new(Timestamp::from_millis(odd.saturating_mul(1000)), Amr::Password).at().seconds(),
                0,
                "{odd}"
            );
        }
    }

    #[test]
    fn two_are_met_by_what_meets_the_stricter_of_each() {
        assert_eq!(proof(15, false).and(proof(5, true)), proof(5, true));
        assert_eq!(proof(0, true).and(proof(5, false)), proof(5, true));
        assert!(proof(0, false).and(Proof::default()).is_nothing());
    }

    #[test]
    fn it_is_said_in_words() {
        for (asked, said) in [
            (proof(0, false), ""),
            (proof(15, false), ", at most 15m ago"),
            (proof(120, true), ", by passkey, at most 2h ago"),
            (Proof { max_age: Some(Ttl::from_seconds(90)), passkey: false }, ", at most 90s ago"),
        ] {
            assert_eq!(asked.to_string(), said);
        }
    }
}
