//! What somebody else wrote, made safe to show: [`Text`] for reading, [`Href`] for following.
//!
//! Escaping for HTML is the templates' work (every `{{ }}` escapes). These types add what escaping
//! cannot: invisible and direction-changing characters show as `�`, so that a name cannot pose as
//! another (security row 52), and only http(s) and own addresses become links.

use serde::{Serialize, Serializer};
use std::{
    borrow::Cow,
    fmt::{self, Write},
};

/// Longer texts end in `…`: nothing that is longer is a name, and refusals must stay small.
const LONGEST: usize = 254;

/// A text that a person, an app or a request chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<'a>(&'a str);

impl Text<'_> {
    /// Whether there is nothing to show.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first word: how a greeting calls `Ada Lovelace`.
    #[must_use]
    pub fn first_word(&self) -> Self {
        Self(self.0.split_whitespace().next().unwrap_or_default())
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(text)
    }
}

impl<'a> From<&'a String> for Text<'a> {
    fn from(text: &'a String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = ' ';
        for (at, c) in self.0.chars().enumerate() {
            if at == LONGEST {
                return f.write_char('…');
            }
            f.write_char(match c {
                '\n' | '\r' | '\t' => ' ',
                c if deceives(c, before) => '\u{fffd}',
                c => c,
            })?;
            before = c;
        }
        Ok(())
    }
}

/// As it is shown.
impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whether `c` would hide or turn the text around it. Joiners are letters' business in scripts that
/// need them, and a disguise among ASCII.
fn deceives(c: char, before: char) -> bool {
    match c {
        '\u{200c}' | '\u{200d}' => before.is_ascii(),
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{feff}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

/// Where a link or a form leads: a path of this instance, or an absolute http(s) address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Href<'a>(Cow<'a, str>);

impl<'a> Href<'a> {
    /// Reads an address; `None` for anything that a browser could take for script, another scheme
    /// or, behind a double slash, another host.
    pub fn new(address: impl Into<Cow<'a, str>>) -> Option<Self> {
        let address = address.into();
        let own = address.starts_with('/') && !address.starts_with("//");
        let web = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
        let clean = address.chars().all(|c| c.is_ascii_graphic() && c != '\\');
        ((own || web) && clean).then_some(Self(address))
    }

    /// The front door.
    pub const fn home() -> Self {
        Self(Cow::Borrowed("/"))
    }

    /// The host, with its port, of an absolute address.
    pub fn host(&self) -> Option<Text<'_>> {
        let (_, rest) = self.0.split_once("://")?;
        rest.split(['/', '?', '#']).next().map(Text)
    }
}

impl fmt::Display for Href<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_52_invisible_and_turning_characters_show() {
        for (given, shown) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("Zoë 王 👩\u{200d}💻", "Zoë 王 👩\u{200d}💻"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("ad\u{200b}min", "ad\u{fffd}min"),
            ("ad\u{200d}min", "ad\u{fffd}min"),
            ("\u{202e}nimda", "\u{fffd}nimda"),
            ("a\u{2066}b\u{2069}", "a\u{fffd}b\u{fffd}"),
            ("a\nb\u{0}", "a b\u{fffd}"),
        ] {
            assert_eq!(Text::from(given).to_string(), shown, "{given:?}");
        }
        assert_eq!(Text::from(&"x".repeat(300)).to_string().chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_name_gives_a_greeting() {
        for (name, word) in [("Ada Lovelace", "Ada"), ("  grace", "grace"), ("", ""), ("«ß»", "«ß»")] {
            assert_eq!(Text::from(name).first_word().0, word);
        }
    }

    #[test]
    fn only_own_paths_and_web_addresses_become_links() {
        for good in ["/", "/login?interaction=a&b", "https://links.example.org/x", "http://127.0.0.1:8481/"] {
            assert!(Href::new(good).is_some(), "{good:?}");
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "HTTPS",
            "x/y",
            "/a b",
            "/a\n",
        ] {
            assert!(Href::new(bad).is_none(), "{bad:?}");
        }
        assert_eq!(Href::new("https://a.example:8443/x?y").unwrap().host().unwrap().0, "a.example:8443");
        assert!(Href::home().host().is_none());
    }
}
