//! What every kind of text has in common: how it is parsed, checked and shown, and its serde and schema forms.

use std::path::Path;
use std::str::FromStr;

/// What stands in place of a secret wherever something is printed.
pub(crate) const MASK: &str = "••••";

/// Why a text is not a value of its kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Fault {
    /// Completes the sentence that begins with the key: "is …", "has …".
    pub what: String,
    /// What to write instead, when that can be said.
    pub remedy: Option<String>,
}

impl Fault {
    pub(crate) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: Some(remedy.into()) }
    }
}

/// A kind of text.
pub(crate) trait TextValue: FromStr<Err = Fault> {
    /// The `format` of the JSON Schema.
    const FORMAT: &'static str;
    /// The text that this value is written as.
    fn text(&self) -> String;
    /// The same value with relative paths taken from `base`.
    fn anchored(self, _base: &Path) -> Self {
        self
    }
    /// What may be shown to whoever reads the configuration.
    fn shown(&self) -> String {
        self.text()
    }
    /// Whether the value opens a door.
    fn is_secret(&self) -> bool {
        false
    }
}

/// Gives a kind its serde and JSON Schema forms: a string with a `format`.
macro_rules! as_string {
    ($kind:ty, $name:literal $(, $example:literal)*) => {
        impl TryFrom<String> for $kind {
            type Error = $crate::config::value::text::Fault;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
        impl<'de> serde::Deserialize<'de> for $kind {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
        impl schemars::JsonSchema for $kind {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                use $crate::config::value::text::TextValue;
                schemars::json_schema!({ "type": "string", "format": Self::FORMAT, "examples": [$($example),*] })
            }
        }
    };
}
pub(crate) use as_string;
