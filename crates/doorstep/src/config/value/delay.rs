//! For how long a recovery by mail waits: a length of time that leaves somebody the time to stop it, or `off`.

use super::lifetime::Lifetime;
use super::text::{Fault, TextValue};
use doorstep_core::time::Ttl;
use serde::{Serialize, Serializer};
use std::str::FromStr;

const OFF: &str = "off";
/// In less, nobody reads a mail who is not waiting for it.
const SHORTEST: Lifetime = Lifetime::hours(1);
/// In more, nobody waits.
const LONGEST: Lifetime = Lifetime::days(30);

/// A length of time, or not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay(Option<Lifetime>);

impl Delay {
    /// As a span of time; none when it is off.
    pub fn ttl(self) -> Option<Ttl> {
        self.0.map(Lifetime::ttl)
    }
}

impl FromStr for Delay {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let remedy = "write a number and a unit, like 24h or 3d, or off";
        if text == OFF {
            return Ok(Self(None));
        }
        match text.parse::<Lifetime>() {
            Ok(delay) if delay < SHORTEST => Err(Fault::new("is shorter than an hour", remedy)),
            Ok(delay) if delay > LONGEST => Err(Fault::new("is longer than 30 days", remedy)),
            Ok(delay) => Ok(Self(Some(delay))),
            Err(Fault { what, .. }) => Err(Fault::new(what, remedy)),
        }
    }
}

impl TextValue for Delay {
    const FORMAT: &'static str = "delay";
    fn text(&self) -> String {
        self.0.map_or_else(|| OFF.to_owned(), |delay| delay.text())
    }
}

impl Serialize for Delay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

super::text::as_string!(Delay, "Delay", "24h", "off");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_while_that_can_be_used_or_off() {
        for (text, hours) in [("1h", Some(1)), ("24h", Some(24)), ("30d", Some(720)), ("off", None)] {
            assert_eq!(text.parse::<Delay>().unwrap().ttl(), hours.map(Ttl::from_hours), "{text}");
        }
        for (text, what) in [
            ("", "is not a length of time"),
            ("Off", "is not a length of time"),
            ("59m", "is shorter than an hour"),
            ("0s", "is no time at all"),
            ("31d", "is longer than 30 days"),
        ] {
            let fault = text.parse::<Delay>().unwrap_err();
            assert_eq!(fault.what, what, "{text}");
            assert!(fault.remedy.is_some_and(|remedy| remedy.ends_with("or off")));
        }
    }
}
