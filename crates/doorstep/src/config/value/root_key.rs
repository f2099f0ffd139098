//! The root key given as a value, as the keyring reads it; several of them with white space between. Never shown, never repeated in a mistake.

use super::text::{Fault, MASK, TextValue};
use doorstep_app::keyring::{self, NotARootKey};
use std::str::FromStr;

/// The key that seals signing keys and derives client secrets.
#[derive(Clone)]
pub struct RootKey(keyring::RootKeys);

impl RootKey {
    /// The keys, the newest first.
    pub const fn keys(&self) -> &keyring::RootKeys {
        &self.0
    }
}

impl FromStr for RootKey {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        text.parse().map(Self).map_err(|error: NotARootKey| {
            let remedy = match error {
                NotARootKey::Hexadecimal => "the same key as base64: xxd -r -p KEY_FILE | base64 -w 0",
                NotARootKey::Malformed => "make one: openssl rand -base64 32",
            };
            Fault::new(error.to_string(), remedy)
        })
    }
}

impl TextValue for RootKey {
    const FORMAT: &'static str = "root-key";
    fn text(&self) -> String {
        self.0.text().expose().clone()
    }
    fn shown(&self) -> String {
        MASK.to_owned()
    }
    fn is_secret(&self) -> bool {
        true
    }
}

super::text::as_string!(RootKey, "RootKey");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_thirty_two_bytes_make_a_root_key() {
        let good = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        for (text, taken) in [
            (good.to_owned(), true),
            (format!("{good}="), true),
            (format!("\u{feff}{good}\r\n"), true),
            (good[1..].to_owned(), false),
            (format!("{good}AA"), false),
            (good.replace('A', "+"), true),
            (format!("{}/+8=", &good[..40]), true),
            (good.replace('A', "!"), false),
            ("00".repeat(32), false),
            (String::new(), false),
        ] {
            assert_eq!(text.parse::<RootKey>().is_ok(), taken, "{text}");
        }
        let key: RootKey = good.parse().unwrap();
        assert_eq!((key.text().as_str(), key.shown().as_str()), (good, MASK));
    }

    #[test]
    fn a_text_of_another_form_is_told_how_to_be_a_root_key() {
        for (text, what, remedy) in [
            ("0aF3".repeat(16), "is hexadecimal, not base64", "xxd -r -p KEY_FILE | base64 -w 0"),
            (format!("{}\n", "0aF3".repeat(16)), "is hexadecimal, not base64", "xxd -r -p KEY_FILE | base64 -w 0"),
            ("0aF".repeat(21), "is not 32 bytes as base64", "openssl rand -base64 32"),
        ] {
            let fault = text.parse::<RootKey>().err().unwrap();
            assert_eq!(fault.what, what);
            assert!(
                fault.remedy.is_some_and(|reported| reported.ends_with(remedy) && !reported.contains("0aF3")),
                "{what}"
            );
        }
    }
}
