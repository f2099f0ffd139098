//! A moment as a person reads it: how long ago, with the exact time beside it.
//!
//! The server does not know the person's zone: it writes UTC, and `rooms.js` puts the zone of the
//! browser in its place. Without script UTC stays, and says so.

use doorstep_core::time::Timestamp;

/// A moment, seen from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The moment.
    pub at: Timestamp,
    /// The moment of the request.
    pub now: Timestamp,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl When {
    /// In words: `4 minutes ago`, `in 3 days`.
    pub fn relative(&self) -> String {
        let seconds = self.now.since(self.at).seconds();
        let (count, unit) = match seconds.saturating_abs() {
            s if s < MINUTE => return if seconds < 0 { "in a moment" } else { "just now" }.to_owned(),
            s if s < HOUR => (s / MINUTE, "minute"),
            s if s < DAY => (s / HOUR, "hour"),
            s if s < 60 * DAY => (s / DAY, "day"),
            s if s < 730 * DAY => (s / (30 * DAY), "month"),
            s => (s / (365 * DAY), "year"),
        };
        let plural = if count == 1 { "" } else { "s" };
        if seconds < 0 { format!("in {count} {unit}{plural}") } else { format!("{count} {unit}{plural} ago") }
    }

    /// For people: `22 August 2026, 14:03 UTC`.
    pub fn exact(&self) -> String {
        self.moment().strftime("%-d %B %Y, %H:%M UTC").to_string()
    }

    /// For machines, RFC 3339.
    pub fn machine(&self) -> String {
        self.moment().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    fn moment(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.at.seconds()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::time::Ttl;

    #[test]
    fn moments_read_as_a_person_would_say_them() {
        let now = Timestamp::from_seconds(1_787_407_380);
        for (ago, words) in [
            (Ttl::from_seconds(0), "just now"),
            (Ttl::from_seconds(59), "just now"),
            (Ttl::from_minutes(1), "1 minute ago"),
            (Ttl::from_minutes(59), "59 minutes ago"),
            (Ttl::from_hours(23), "23 hours ago"),
            (Ttl::from_days(1), "1 day ago"),
            (Ttl::from_days(59), "59 days ago"),
            (Ttl::from_days(60), "2 months ago"),
            (Ttl::from_days(800), "2 years ago"),
            (Ttl::from_seconds(-5), "in a moment"),
            (Ttl::from_days(-3), "in 3 days"),
        ] {
            assert_eq!(When { at: now - ago, now }.relative(), words);
        }
    }

    #[test]
    fn the_exact_time_is_beside_it() {
        let at = Timestamp::from_seconds(1_787_407_380);
        let when = When { at, now: at };
        assert_eq!(when.machine(), "2026-08-22T14:03:00Z");
        assert_eq!(when.exact(), "22 August 2026, 14:03 UTC");
        let never = When { at: Timestamp::from_millis(i64::MAX), now: at };
        assert_eq!(never.machine(), "1970-01-01T00:00:00Z");
    }
}
