//! The root key given as a value: 32 bytes as base64, of either alphabet. Never shown, never repeated in a mistake.

use super::text::{Fault, MASK, TextValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_core::secret::Secret;
use std::str::FromStr;

/// The key that seals signing keys and derives client secrets.
#[derive(Clone)]
pub struct RootKey(Secret<[u8; 32]>);

impl RootKey {
    /// The 32 bytes.
    pub const fn secret(&self) -> &Secret<[u8; 32]> {
        &self.0
    }
    /// As 43 characters of base64url, the form that the keyring reads.
    pub fn to_secret_text(&self) -> Secret<String> {
        Secret::new(self.text())
    }
}

impl FromStr for RootKey {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        // RFC 4648 §4 and §5: two alphabets that differ in two letters, neither of which the other has.
        let text = text.trim().trim_end_matches('=').replace('+', "-").replace('/', "_");
        let bytes = URL_SAFE_NO_PAD.decode(&text).ok();
        let key: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        let Some(key) = key else {
            if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
                let mend = "the same key as base64: xxd -r -p KEY_FILE | base64 -w 0";
                return Err(Fault::new("is hexadecimal, not base64", mend));
            }
            let mend = "make one: openssl rand -base64 32";
            return Err(Fault::new("is not 32 bytes as base64", mend));
        };
        Ok(Self(Secret::new(key)))
    }
}

impl TextValue for RootKey {
    const FORMAT: &'static str = "root-key";
    fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.expose())
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
        assert_eq!(key.secret().expose()[31], 31);
        assert_eq!((key.text().as_str(), key.shown().as_str()), (good, MASK));
    }
}
