//! A secret that a proxy sends along, beside coming from a trusted address: for networks in which others live too.

use crate::secret::Secret;
use std::str::FromStr;

/// The header that carries it.
pub const PROXY_SECRET_HEADER: &str = "x-doorstep-proxy-secret";

/// Shorter ones can be guessed.
const SHORTEST: usize = 32;

/// The secrets that are taken: one, or the new and the old while they are exchanged. None shows itself.
#[derive(Clone)]
pub struct ProxySecrets(Vec<Secret<String>>);

/// Why a text is no secret of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a secret of 32 letters and digits or more")]
pub struct InvalidProxySecret;

impl ProxySecrets {
    /// Whether a request that came with these values of [`PROXY_SECRET_HEADER`] has one of them: exactly one value, for
    /// a proxy replaces what a client sent. Compares each in constant time.
    pub fn vouch_for<'a>(&self, values: impl IntoIterator<Item = &'a [u8]>) -> bool {
        let mut values = values.into_iter();
        let (Some(value), None) = (values.next(), values.next()) else { return false };
        self.0.iter().fold(false, |found, secret| secret.matches(value) | found)
    }

    /// As they are written.
    pub fn text(&self) -> Secret<String> {
        let each: Vec<&str> = self.0.iter().map(|secret| secret.expose().as_str()).collect();
        Secret::new(each.join(" "))
    }
}

impl FromStr for ProxySecrets {
    type Err = InvalidProxySecret;

    /// One, or several with white space between, each of at least 32 characters that need no escape in any proxy's file.
    fn from_str(text: &str) -> Result<Self, InvalidProxySecret> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_.~+/=".contains(&b);
        let read = |word: &str| {
            let good = word.len() >= SHORTEST && word.bytes().all(fits);
            good.then(|| Secret::new(word.to_owned())).ok_or(InvalidProxySecret)
        };
        let secrets = text.split_ascii_whitespace().map(read).collect::<Result<Vec<_>, _>>()?;
        if secrets.is_empty() { Err(InvalidProxySecret) } else { Ok(Self(secrets)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_value_that_is_one_of_the_secrets_vouches() {
        let (old, new) = ("o".repeat(32), "n".repeat(40));
        let secrets: ProxySecrets = format!("{new}\n{old}\n").parse().unwrap();
        for (values, vouched) in [
            (vec![], false),
            (vec![new.as_str()], true),
            (vec![old.as_str()], true),
            (vec![new.as_str(), new.as_str()], false),
            (vec!["guess", new.as_str()], false),
            (vec![&old[1..]], false),
            (vec![""], false),
            (vec![&format!("{new} {old}")], false),
        ] {
            assert_eq!(secrets.vouch_for(values.iter().map(|value| value.as_bytes())), vouched, "{values:?}");
        }
        assert_eq!(secrets.text().expose(), &format!("{new} {old}"));
    }

    #[test]
    fn what_is_short_or_needs_an_escape_is_no_secret() {
        for (text, good) in [
            ("3f".repeat(16), true),
            ("3f".repeat(15), false),
            (String::new(), false),
            (format!("{} short", "a".repeat(32)), false),
            (format!("{}\"", "a".repeat(32)), false),
            (format!("{};", "a".repeat(32)), false),
            (format!("{}$", "a".repeat(32)), false),
            ("ä".repeat(32), false),
        ] {
            assert_eq!(text.parse::<ProxySecrets>().is_ok(), good, "{text}");
        }
    }
}
