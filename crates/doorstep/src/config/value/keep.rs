//! For how long something is kept: a length of time, or `forever`.

use super::lifetime::Lifetime;
use super::text::{Fault, TextValue};
use doorstep_core::time::Ttl;
use serde::{Serialize, Serializer};
use std::str::FromStr;

const FOREVER: &str = "forever";

/// A length of time, or without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep(Option<Lifetime>);

impl Keep {
    pub(crate) const fn days(days: i64) -> Self {
        Self(Some(Lifetime::days(days)))
    }
    /// As a span of time; none without end.
    pub fn ttl(self) -> Option<Ttl> {
        self.0.map(Lifetime::ttl)
    }
}

impl FromStr for Keep {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        if text == FOREVER {
            return Ok(Self(None));
        }
        match text.parse() {
            Ok(lifetime) => Ok(Self(Some(lifetime))),
            Err(Fault { what, .. }) => Err(Fault::new(what, "write a number and a unit, like 90d or 365d, or forever")),
        }
    }
}

impl TextValue for Keep {
    const FORMAT: &'static str = "keep";
    fn text(&self) -> String {
        self.0.map_or_else(|| FOREVER.to_owned(), |lifetime| lifetime.text())
    }
}

impl Serialize for Keep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

super::text::as_string!(Keep, "Keep", "365d", "forever");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_while_or_forever() {
        for (text, days, written) in
            [("365d", Some(365), "365d"), ("52w", Some(364), "364d"), ("forever", None, "forever")]
        {
            let keep: Keep = text.parse().unwrap();
            assert_eq!((keep.ttl(), keep.text().as_str()), (days.map(Ttl::from_days), written));
        }
        for (text, what) in [
            ("", "is not a length of time"),
            ("0", "is not a length of time"),
            ("Forever", "is not a length of time"),
            ("0d", "is no time at all"),
            ("11000d", "is longer than ten years"),
        ] {
            let fault = text.parse::<Keep>().unwrap_err();
            assert_eq!(fault.what, what, "{text}");
            assert!(fault.remedy.is_some_and(|remedy| remedy.ends_with("or forever")));
        }
    }
}
