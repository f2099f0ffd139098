//! The icon of an app: where it comes from, and what is shown. Whether bytes are a picture is found out elsewhere.

use crate::secret::SecretHash;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an app's icon comes from, as its declaration says: an address, or the content of a file, by which the same file
/// is the same icon on each server and a changed one is another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IconSource(String);

const FILE: &str = "file:";

impl IconSource {
    /// What stands at an address.
    pub fn address(address: &str) -> Self {
        Self(address.to_owned())
    }

    /// What stands in a file now.
    pub fn file(content: &[u8]) -> Self {
        Self(format!("{FILE}{}", SecretHash::labelled("the file of an icon", content).to_text()))
    }

    /// Where it is fetched from; `None` for a file.
    pub fn as_address(&self) -> Option<&str> {
        (!self.0.starts_with(FILE)).then_some(&self.0)
    }

    /// As the database keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a person reads in a plan.
impl fmt::Display for IconSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.strip_prefix(FILE) {
            Some(content) => write!(f, "a file with the content {}…", content.get(..8).unwrap_or(content)),
            None => f.write_str(&self.0),
        }
    }
}

/// A picture that was looked at and may be shown: nothing else is kept or served.
#[derive(Clone, PartialEq, Eq)]
pub struct Icon {
    /// What it is.
    pub kind: IconKind,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Icon {
    /// Stands for what it is and says: its name in addresses.
    pub fn name(&self) -> String {
        SecretHash::labelled(self.kind.as_str(), &self.bytes).to_text()
    }
}

/// Without its bytes.
impl fmt::Debug for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} bytes", self.kind.as_str(), self.bytes.len())
    }
}

/// The forms in which icons are kept and served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconKind {
    /// Whatever has pixels becomes this.
    Png,
    /// Shown as an image only, where it runs no script.
    Svg,
}

impl IconKind {
    /// As the database keeps it, and the end of its address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }

    /// Reads [`Self::as_str`] back.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Png, Self::Svg].into_iter().find(|kind| kind.as_str() == text)
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml; charset=utf-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_an_address_or_the_content_of_a_file() {
        let (one, other) = (IconSource::file(b"one"), IconSource::file(b"other"));
        assert_eq!((one.as_address(), one == other, one == IconSource::file(b"one")), (None, false, true));
        assert!(one.to_string().starts_with("a file with the content ") && one.to_string().chars().count() == 33);
        let address = IconSource::address("https://wiki.example.org/logo.svg");
        assert_eq!(address.as_address(), Some("https://wiki.example.org/logo.svg"));
        assert_eq!(address.to_string(), "https://wiki.example.org/logo.svg");
    }

    #[test]
    fn the_name_of_an_icon_is_its_content() {
        let icon = |kind, bytes: &[u8]| Icon { kind, bytes: bytes.to_vec() };
        assert_eq!(icon(IconKind::Png, b"a").name(), icon(IconKind::Png, b"a").name());
        assert_ne!(icon(IconKind::Png, b"a").name(), icon(IconKind::Png, b"b").name());
        assert_ne!(icon(IconKind::Png, b"a").name(), icon(IconKind::Svg, b"a").name());
        assert_eq!(format!("{:?}", icon(IconKind::Svg, b"<svg/>")), "svg of 6 bytes");
    }
}
