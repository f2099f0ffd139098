//! What an app or a rule asks of a sign-in, beside whose it is: how long ago it was, and by what. Who is signed in with less proves it
//! anew (step-up, as RFC 9470 has it for access tokens).

use super::{Acr, Amr, Level};
use crate::time::{Timestamp, Ttl};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is asked. Nothing, when nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Proof {
    /// The person proved who they are at most so long ago.
    pub max_age: Option<Ttl>,
    /// By this at least.
    pub least: Option<Level>,
}

/// As it is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_age: Option<Ttl>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    passkey: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    two_factors: bool,
}

impl From<Written> for Proof {
    fn from(Written { max_age, passkey, two_factors }: Written) -> Self {
        let least = if passkey { Some(Level::Passkey) } else { two_factors.then_some(Level::TwoFactors) };
        Self { max_age, least }
    }
}

impl From<Proof> for Written {
    fn from(Proof { max_age, least }: Proof) -> Self {
        Self { max_age, passkey: least == Some(Level::Passkey), two_factors: least == Some(Level::TwoFactors) }
    }
}

/// When and by what somebody proved who they are, in four bytes: a cache holds one for each of many sessions. Four seconds are
/// one, and are rounded towards longer ago; it lasts until the year 2106.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved(u32);

impl Proof {
    /// Whether it asks nothing.
    pub const fn is_nothing(&self) -> bool {
        self.max_age.is_none() && self.least.is_none()
    }

    /// What meets both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let max_age = match (self.max_age, other.max_age) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Self { max_age, least: self.least.max(other.least) }
    }

    /// Whether a sign-in is proof enough at this moment.
    pub fn is_met_by(self, proved: Proved, now: Timestamp) -> bool {
        self.max_age.is_none_or(|most| now.since(proved.at()) < most)
            && self.least.is_none_or(|least| least.is_met_by(proved.acr()))
    }
}

impl Proved {
    /// Then, and so.
    pub fn new(at: Timestamp, amr: Amr) -> Self {
        let by = match Acr::of(amr) {
            None => 0,
            Some(Acr::OneFactor) => 1,
            Some(Acr::TwoFactors) => 2,
            Some(Acr::PhishingResistant) => 3,
        };
        // Before 1970 is as long ago as it can be, and after 2106 too, so that nothing is fresh by mistake.
        let fours = u32::try_from(at.seconds() / 4).ok().filter(|fours| *fours < 1 << 30).unwrap_or_default();
        Self(fours << 2 | by)
    }

    /// When.
    pub fn at(self) -> Timestamp {
        Timestamp::from_seconds(i64::from(self.0 >> 2) * 4)
    }

    /// How well; none where another provider vouches for it.
    pub const fn acr(self) -> Option<Acr> {
        match self.0 & 3 {
            1 => Some(Acr::OneFactor),
            2 => Some(Acr::TwoFactors),
            3 => Some(Acr::PhishingResistant),
            _ => None,
        }
    }
}

/// As people read it behind `sign in`: `, by passkey, at most 15m ago`.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.least {
            Some(Level::Passkey) => f.write_str(", by passkey")?,
            Some(Level::TwoFactors) => f.write_str(", by two factors")?,
            None => {}
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

    const ANY: Option<Level> = None;
    const TWO: Option<Level> = Some(Level::TwoFactors);
    const PASSKEY: Option<Level> = Some(Level::Passkey);

    fn proof(minutes: i64, least: Option<Level>) -> Proof {
        Proof { max_age: (minutes > 0).then(|| Ttl::from_minutes(minutes)), least }
    }

    #[test]
    fn a_sign_in_is_proof_as_long_as_it_is_recent_and_by_what_is_asked() {
        for (asked, age, amr, met) in [
            (proof(0, ANY), 1_000_000, Amr::Password, true),
            (proof(15, ANY), 899, Amr::Password, true),
            (proof(15, ANY), 900, Amr::Password, false),
            (proof(15, ANY), -30, Amr::Password, true),
            (proof(0, PASSKEY), 1_000_000, Amr::Passkey, true),
            (proof(0, PASSKEY), 1_000_000, Amr::SyncedPasskey, true),
            (proof(0, PASSKEY), 0, Amr::Password, false),
            (proof(15, PASSKEY), 899, Amr::Password, false),
            (proof(15, PASSKEY), 900, Amr::Passkey, false),
            (proof(15, PASSKEY), 0, Amr::Passkey, true),
            (proof(0, PASSKEY), 0, Amr::PasswordTotp, false),
            (proof(0, TWO), 0, Amr::PasswordTotp, true),
            (proof(0, TWO), 0, Amr::SyncedPasskey, true),
            (proof(0, TWO), 0, Amr::Password, false),
            (proof(0, TWO), 0, Amr::Upstream, false),
            (proof(0, ANY), 0, Amr::Upstream, true),
        ] {
            // Rounded by a second, towards longer ago.
            let now = BEGUN + Ttl::from_seconds(age) - Ttl::from_seconds(1);
            assert_eq!(asked.is_met_by(Proved::new(BEGUN, amr), now), met, "{asked:?} {age} {amr:?}");
        }
    }

    #[test]
    fn a_moment_is_kept_to_four_seconds_and_one_that_cannot_be_is_long_ago() {
        for (seconds, kept) in
            [(0, 0), (1_800_000_001, 1_800_000_000), (1_800_000_007, 1_800_000_004), (4_294_967_295, 4_294_967_292)]
        {
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
        assert_eq!(proof(15, ANY).and(proof(5, PASSKEY)), proof(5, PASSKEY));
        assert_eq!(proof(0, PASSKEY).and(proof(5, ANY)), proof(5, PASSKEY));
        assert_eq!(proof(0, TWO).and(proof(5, PASSKEY)), proof(5, PASSKEY));
        assert_eq!(proof(0, TWO).and(proof(5, ANY)), proof(5, TWO));
        assert!(proof(0, ANY).and(Proof::default()).is_nothing());
    }

    #[test]
    fn it_is_stored_as_releases_before_two_factors_wrote_it() {
        for (asked, stored) in [
            (proof(0, ANY), "{}"),
            (proof(15, PASSKEY), r#"{"max_age":900000,"passkey":true}"#),
            (proof(0, TWO), r#"{"two_factors":true}"#),
        ] {
            assert_eq!(serde_json::to_string(&asked).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Proof>(stored).unwrap(), asked);
        }
        assert!(serde_json::from_str::<Proof>(r#"{"three_factors":true}"#).is_err());
    }

    #[test]
    fn it_is_said_in_words() {
        for (asked, said) in [
            (proof(0, ANY), ""),
            (proof(15, ANY), ", at most 15m ago"),
            (proof(120, PASSKEY), ", by passkey, at most 2h ago"),
            (proof(0, TWO), ", by two factors"),
            (Proof { max_age: Some(Ttl::from_seconds(90)), least: ANY }, ", at most 90s ago"),
        ] {
            assert_eq!(asked.to_string(), said);
        }
    }
}
