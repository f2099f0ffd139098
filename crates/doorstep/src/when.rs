//! Points in time as a person at this machine reads them.

use doorstep_core::time::Timestamp;
use jiff::Zoned;
use jiff::tz::TimeZone;

/// `09:12`.
pub(crate) fn time(at: Timestamp) -> String {
    shown(at, "%H:%M")
}

/// `22 November 2026, 09:12`.
pub(crate) fn day_and_time(at: Timestamp) -> String {
    shown(at, "%-d %B %Y, %H:%M")
}

/// `2026-11-22T09:12:00Z`, for machines.
pub(crate) fn machine(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.seconds()).unwrap_or_default().to_string()
}

fn shown(at: Timestamp, format: &str) -> String {
    let zoned = Zoned::new(jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default(), TimeZone::system());
    zoned.strftime(format).to_string()
}
