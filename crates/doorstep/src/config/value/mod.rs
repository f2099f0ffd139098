//! The kinds of text that a setting can be, one file a kind: parsed once, checked once.
//!
//! Each kind names a `format`, which is how the JSON Schema of the configuration refers to it; the
//! walker finds the checks by that name in [`FORMATS`].

mod database;
mod issuer;
mod keep;
mod lifetime;
mod listen;
mod root_key;
mod trusted;

pub use database::DatabaseUrl;
pub use issuer::Issuer;
pub use keep::Keep;
pub use lifetime::Lifetime;
pub use listen::Listen;
pub use root_key::RootKey;
pub use trusted::{TrustedProxies, TrustedProxy};

use std::path::{Path, PathBuf};
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
    pub mend: Option<String>,
}

impl Fault {
    pub(crate) fn new(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { what: what.into(), mend: Some(mend.into()) }
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

/// The checks of one kind, without its type.
pub(crate) struct Format {
    pub(crate) name: &'static str,
    /// Checks a text and returns it with relative paths taken from a base.
    pub(crate) settle: fn(&str, &Path) -> Result<String, Fault>,
    /// Masks what must not be shown. A text that does not parse is masked whole.
    pub(crate) shown: fn(&str) -> String,
    pub(crate) is_secret: fn(&str) -> bool,
}

impl Format {
    const fn of<T: TextValue>() -> Self {
        Self {
            name: T::FORMAT,
            settle: |text, base| Ok(text.parse::<T>()?.anchored(base).text()),
            shown: |text| text.parse::<T>().map_or_else(|_| MASK.to_owned(), |value| value.shown()),
            is_secret: |text| text.parse::<T>().is_ok_and(|value| value.is_secret()),
        }
    }

    /// The checks for a `format` of the schema; `None` for one that is not ours.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

static FORMATS: [Format; 8] = [
    Format::of::<DatabaseUrl>(),
    Format::of::<Issuer>(),
    Format::of::<Keep>(),
    Format::of::<Lifetime>(),
    Format::of::<Listen>(),
    Format::of::<PathText>(),
    Format::of::<RootKey>(),
    Format::of::<TrustedProxy>(),
];

/// The `format` of a setting that is a path in the file system.
pub(crate) struct PathText(PathBuf);

impl FromStr for PathText {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.is_empty() || text.contains('\0') {
            return Err(Fault::new("is not a path", "write a path, relative ones start at this file's folder"));
        }
        Ok(Self(PathBuf::from(text)))
    }
}

impl TextValue for PathText {
    const FORMAT: &'static str = "path";
    fn text(&self) -> String {
        self.0.display().to_string()
    }
    fn anchored(self, base: &Path) -> Self {
        Self(base.join(self.0))
    }
}

/// Gives a kind its serde and JSON Schema forms: a string with a `format`.
macro_rules! as_string {
    ($kind:ty, $name:literal $(, $example:literal)*) => {
        impl TryFrom<String> for $kind {
            type Error = $crate::config::value::Fault;
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
                use $crate::config::value::TextValue;
                schemars::json_schema!({ "type": "string", "format": Self::FORMAT, "examples": [$($example),*] })
            }
        }
    };
}
use as_string;
