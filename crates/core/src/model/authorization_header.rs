//! What becomes of the `Authorization` of a request to an app behind forward auth, RFC 9110 §11.6.2.

use serde::{Deserialize, Serialize};

/// Whose business the header is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationHeader {
    /// A token of Doorstep's counts and is taken out; everything else is the app's.
    #[default]
    Pass,
    /// A token of Doorstep's counts; nothing else is let through.
    Consume,
    /// It is the app's, whatever it holds.
    Ignore,
}

impl AuthorizationHeader {
    /// As it is written in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Consume => "consume",
            Self::Ignore => "ignore",
        }
    }

    /// Whether it is what counts when nothing is said.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_as_it_is_written() {
        for (one, text) in [
            (AuthorizationHeader::Pass, "pass"),
            (AuthorizationHeader::Consume, "consume"),
            (AuthorizationHeader::Ignore, "ignore"),
        ] {
            assert_eq!(serde_json::to_value(one).unwrap(), serde_json::Value::from(text));
            assert_eq!((one.as_str(), one.is_default()), (text, text == "pass"));
        }
    }
}
