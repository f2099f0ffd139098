//! A length of time as people write it: `90s`, `10m`, `12h`, `28d`, `4w`.

use super::text::{Fault, TextValue};
use doorstep_core::time::{Ttl, TtlError};
use serde::{Serialize, Serializer};
use std::str::FromStr;

const UNITS: [(char, i64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// A length of time from one second to ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lifetime {
    seconds: i64,
}

impl Lifetime {
    pub(crate) const fn minutes(minutes: i64) -> Self {
        Self { seconds: minutes * 60 }
    }
    pub(crate) const fn hours(hours: i64) -> Self {
        Self::minutes(hours * 60)
    }
    pub(crate) const fn days(days: i64) -> Self {
        Self::hours(days * 24)
    }
    /// As a span of time.
    pub const fn ttl(self) -> Ttl {
        Ttl::from_seconds(self.seconds)
    }
}

impl FromStr for Lifetime {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let ttl: Ttl = text
            .parse()
            .map_err(|why: TtlError| Fault::new(why.to_string(), "write a number and a unit: 90s, 10m, 12h, 28d"))?;
        Ok(Self { seconds: ttl.seconds() })
    }
}

impl TextValue for Lifetime {
    const FORMAT: &'static str = "lifetime";
    fn text(&self) -> String {
        // Whole days stay days: nobody reads `4w` where `28d` was meant.
        let whole = UNITS.iter().skip(1).find(|(_, seconds)| self.seconds % seconds == 0);
        let (unit, seconds) = whole.copied().unwrap_or(('s', 1));
        format!("{}{unit}", self.seconds / seconds)
    }
}

impl Serialize for Lifetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

super::text::as_string!(Lifetime, "Lifetime", "28d");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_and_written_back() {
        for (text, seconds, written) in [
            ("90s", 90, "90s"),
            ("10m", 600, "10m"),
            ("12h", 43_200, "12h"),
            ("28d", 2_419_200, "28d"),
            ("4w", 2_419_200, "28d"),
            ("3600s", 3_600, "1h"),
            ("3650d", 315_360_000, "3650d"),
        ] {
            let lifetime: Lifetime = text.parse().unwrap();
            assert_eq!((lifetime.ttl().seconds(), lifetime.text().as_str()), (seconds, written));
        }
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        for (text, what) in [
            ("", "is not a length of time"),
            ("28", "is not a length of time"),
            ("d", "is not a length of time"),
            ("28 d", "is not a length of time"),
            ("-1d", "is not a length of time"),
            ("+1d", "is not a length of time"),
            ("1.5h", "is not a length of time"),
            ("2 weeks", "is not a length of time"),
            ("28D", "is not a length of time"),
            ("0s", "is no time at all"),
            ("3651d", "is longer than ten years"),
            ("99999999999999999999w", "is longer than ten years"),
        ] {
            assert_eq!(text.parse::<Lifetime>().unwrap_err().what, what, "{text}");
        }
    }
}
