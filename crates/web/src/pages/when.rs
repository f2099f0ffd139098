//! A moment as a person reads it: how long ago, with the exact time beside it.
//!
//! The server does not know the person's zone: it writes UTC, and `rooms.js` puts the zone of the
//! browser in its place. Without script UTC stays, and says so.

use super::Message;
use doorstep_core::time::Timestamp;
use doorstep_words::Language;

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
    /// In words: `4 minutes ago`, `in 3 days`. In English.
    pub fn relative(&self) -> String {
        self.how_long().plain(Language::English)
    }

    /// For people: `22 August 2026, 14:03 UTC`. In English.
    pub fn exact(&self) -> String {
        self.in_full().plain(Language::English)
    }

    /// How long ago, or in how long.
    pub(super) fn how_long(&self) -> Message {
        let seconds = self.now.since(self.at).seconds();
        let ahead = seconds < 0;
        let (count, ago, to_come) = match seconds.saturating_abs() {
            s if s < MINUTE => return if ahead { "when-soon" } else { "when-now" }.into(),
            s if s < HOUR => (s / MINUTE, "when-minutes-ago", "when-in-minutes"),
            s if s < DAY => (s / HOUR, "when-hours-ago", "when-in-hours"),
            s if s < 60 * DAY => (s / DAY, "when-days-ago", "when-in-days"),
            s if s < 730 * DAY => (s / (30 * DAY), "when-months-ago", "when-in-months"),
            s => (s / (365 * DAY), "when-years-ago", "when-in-years"),
        };
        Message::from(if ahead { to_come } else { ago }).number("count", count)
    }

    /// Day and time.
    pub(super) fn in_full(&self) -> Message {
        let at = self.moment().to_zoned(jiff::tz::TimeZone::UTC);
        Message::from("when-exact")
            .number("day", at.day())
            .number("month", at.month())
            .number("year", at.year())
            .text("time", at.strftime("%H:%M"))
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
