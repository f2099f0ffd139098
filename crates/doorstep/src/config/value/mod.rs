//! The kinds of text that a setting can be, one file for each kind: parsed once, checked once.
//!
//! Each kind names a `format`, which is how the JSON Schema of the configuration refers to it; the
//! walker finds the checks by that name in [`FORMATS`].

mod database;
mod delay;
mod internal_url;
mod issuer;
mod keep;
mod lifetime;
mod listen;
mod mail;
mod path;
mod proxy_secret;
mod recipients;
mod root_key;
mod speech;
pub(crate) mod text;
mod trusted;

pub use database::DatabaseUrl;
pub use delay::Delay;
pub use internal_url::InternalUrl;
pub use issuer::Issuer;
pub use keep::Keep;
pub use lifetime::Lifetime;
pub use listen::Listen;
pub use mail::{MailSender, MailServer};
pub(crate) use path::PathText;
pub(crate) use proxy_secret::ProxySecret;
pub(crate) use recipients::AgeRecipient;
pub use recipients::AgeRecipients;
pub use root_key::RootKey;
pub(crate) use speech::Speech;
pub use text::Fault;
pub(crate) use text::{MASK, TextValue};
pub use trusted::{TrustedProxies, TrustedProxy};

use std::path::Path;

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

static FORMATS: [Format; 15] = [
    Format::of::<AgeRecipient>(),
    Format::of::<DatabaseUrl>(),
    Format::of::<Delay>(),
    Format::of::<InternalUrl>(),
    Format::of::<Issuer>(),
    Format::of::<Keep>(),
    Format::of::<Lifetime>(),
    Format::of::<Listen>(),
    Format::of::<MailSender>(),
    Format::of::<MailServer>(),
    Format::of::<PathText>(),
    Format::of::<ProxySecret>(),
    Format::of::<RootKey>(),
    Format::of::<Speech>(),
    Format::of::<TrustedProxy>(),
];
