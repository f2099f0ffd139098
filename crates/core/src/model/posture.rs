//! What an app behind forward auth is told of whoever is signed in.

use serde::{Deserialize, Serialize};

/// How much the app is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posture {
    /// Who it is, in the identity headers.
    #[default]
    Headers,
    /// Nothing: Doorstep guards the door alone.
    Portal,
    /// Who it is, in the identity headers and in one more that is signed.
    Assertion,
}

impl Posture {
    /// As it is written in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Headers => "headers",
            Self::Portal => "portal",
            Self::Assertion => "assertion",
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
        for (one, text) in
            [(Posture::Headers, "headers"), (Posture::Portal, "portal"), (Posture::Assertion, "assertion")]
        {
            assert_eq!(serde_json::to_value(one).unwrap(), serde_json::Value::from(text));
            assert_eq!((one.as_str(), one.is_default()), (text, text == "headers"));
        }
    }
}
