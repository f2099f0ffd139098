//! Points in time and spans, in milliseconds of Unix time. Never read from a clock here.

use serde::{Deserialize, Serialize};
use std::{
    ops::{Add, Sub},
    str::FromStr,
};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A span of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ttl(i64);

/// Another replica's clock may be ahead of ours by this much.
const CLOCK_SKEW: Ttl = Ttl::from_seconds(60);

impl Timestamp {
    /// From Unix milliseconds.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }
    /// From Unix seconds.
    pub const fn from_seconds(s: i64) -> Self {
        Self(s.saturating_mul(1000))
    }
    /// Unix milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }
    /// Whole Unix seconds, rounded down: the `NumericDate` of RFC 7519 §2.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
    /// Whether this moment, of something that has happened, is later than any clock that we trust could say.
    pub const fn is_ahead_of(self, now: Self) -> bool {
        self.since(now).0 > CLOCK_SKEW.0
    }
    /// The span from `earlier` to `self`; negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> Ttl {
        Ttl(self.0.saturating_sub(earlier.0))
    }
}

impl Ttl {
    /// From milliseconds.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }
    /// From seconds.
    pub const fn from_seconds(s: i64) -> Self {
        Self(s.saturating_mul(1000))
    }
    /// From minutes.
    pub const fn from_minutes(m: i64) -> Self {
        Self::from_seconds(m.saturating_mul(60))
    }
    /// From hours.
    pub const fn from_hours(h: i64) -> Self {
        Self::from_minutes(h.saturating_mul(60))
    }
    /// From days.
    pub const fn from_days(d: i64) -> Self {
        Self::from_hours(d.saturating_mul(24))
    }
    /// Milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }
    /// Whole seconds, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

/// Why a text is not a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TtlError {
    /// Not a whole number and a unit.
    #[error("is not a length of time")]
    Form,
    /// Zero.
    #[error("is no time at all")]
    Nothing,
    /// More than ten years.
    #[error("is longer than ten years")]
    TooLong,
}

/// As people write it: a whole number and one of `s m h d w`, from a second to ten years.
impl FromStr for Ttl {
    type Err = TtlError;
    fn from_str(text: &str) -> Result<Self, TtlError> {
        const UNITS: [(char, i64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
        let seconds = UNITS.iter().find_map(|(unit, seconds)| {
            let number = text.strip_suffix(*unit)?;
            if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            Some(number.parse().map_or(i64::MAX, |n: i64| n.saturating_mul(*seconds)))
        });
        match seconds {
            None => Err(TtlError::Form),
            Some(0) => Err(TtlError::Nothing),
            Some(seconds) if seconds > 3_650 * 86_400 => Err(TtlError::TooLong),
            Some(seconds) => Ok(Self::from_seconds(seconds)),
        }
    }
}

impl Add<Ttl> for Timestamp {
    type Output = Self;
    fn add(self, ttl: Ttl) -> Self {
        Self(self.0.saturating_add(ttl.0))
    }
}

impl Sub<Ttl> for Timestamp {
    type Output = Self;
    fn sub(self, ttl: Ttl) -> Self {
        Self(self.0.saturating_sub(ttl.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_add_up_and_never_overflow() {
        let noon = Timestamp::from_seconds(43_200);
        assert_eq!((noon + Ttl::from_minutes(5)).seconds(), 43_500);
        assert_eq!((noon - Ttl::from_hours(12)).seconds(), 0);
        assert_eq!(noon.since(noon + Ttl::from_seconds(1)), Ttl::from_seconds(-1));
        assert_eq!(Timestamp::from_millis(-1).seconds(), -1);
        assert_eq!((Timestamp::from_millis(i64::MAX) + Ttl::from_days(1)).millis(), i64::MAX);
    }

    #[test]
    fn lengths_of_time_as_people_write_them() {
        for (text, read) in [
            ("1s", Ok(1)),
            ("90s", Ok(90)),
            ("2m", Ok(120)),
            ("3h", Ok(10_800)),
            ("1d", Ok(86_400)),
            ("2w", Ok(1_209_600)),
            ("3650d", Ok(315_360_000)),
            ("315360001s", Err(TtlError::TooLong)),
            ("3651d", Err(TtlError::TooLong)),
            ("99999999999999999999w", Err(TtlError::TooLong)),
            ("0s", Err(TtlError::Nothing)),
            ("00d", Err(TtlError::Nothing)),
            ("", Err(TtlError::Form)),
            ("s", Err(TtlError::Form)),
            ("12", Err(TtlError::Form)),
            ("-1s", Err(TtlError::Form)),
            ("1.5h", Err(TtlError::Form)),
            ("1 h", Err(TtlError::Form)),
            ("1M", Err(TtlError::Form)),
        ] {
            assert_eq!(text.parse::<Ttl>().map(Ttl::seconds), read, "{text}");
        }
    }
}
