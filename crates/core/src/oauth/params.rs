//! Request parameters: bytes of a query or form body to ordered pairs, and back.
//!
//! Decodes `application/x-www-form-urlencoded` exactly (RFC 6749 Appendix B), refuses what cannot be
//! read in one way only, and never guesses. What a parameter means is decided elsewhere.
//!
//! A parameter that a specification defines comes at most once (RFC 6749 §3.1). Others are passed over
//! (§3.1 too), and so may repeat; so may `resource` (RFC 8707 §2), which is not read here.

use super::error::{OAuthError, oauth_error};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::{borrow::Cow, collections::BTreeSet, fmt};

/// What an endpoint reads, or would have to read if it did not refuse it: RFC 6749, 7009, 7636, 8414, 9101,
/// OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2, and the form fields of our own pages.
const ONCE: &[&str] = &[
    "access_token",
    "acr_values",
    "claims",
    "claims_locales",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "display",
    "grant_type",
    "id_token_hint",
    "login_hint",
    "logout_hint",
    "max_age",
    "nonce",
    "post_logout_redirect_uri",
    "prompt",
    "redirect_uri",
    "refresh_token",
    "registration",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "token",
    "token_type_hint",
    "ui_locales",
];

/// The largest query or body that is read at all.
pub const MAX_BYTES: usize = 16 * 1024;

/// Why bytes are not parameters. None of them says what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// Longer than [`MAX_BYTES`].
    #[error("the request is longer than 16 kB")]
    TooLarge,
    /// A broken percent escape, or bytes that are not UTF-8.
    #[error("the request is not encoded as application/x-www-form-urlencoded")]
    Malformed,
    /// RFC 6749 §3.1, §3.2: a parameter must not come more than once.
    #[error("a parameter comes more than once")]
    Duplicate,
}

/// [`ParamsError::Duplicate`] as it is sent to a client.
pub(super) const DUPLICATE: OAuthError = oauth_error!(InvalidRequest, "a parameter comes more than once");

impl ParamsError {
    /// What is sent to a client.
    pub const fn error(&self) -> OAuthError {
        match self {
            Self::TooLarge => oauth_error!(InvalidRequest, "the request is longer than 16 kB"),
            Self::Malformed => {
                oauth_error!(InvalidRequest, "the request is not encoded as application/x-www-form-urlencoded")
            }
            Self::Duplicate => DUPLICATE,
        }
    }
}

/// Parameters in the order in which they came.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads the raw bytes of a query (without `?`) or of a form body.
    pub fn parse(raw: &[u8]) -> Result<Self, ParamsError> {
        let params = Self::read(raw)?;
        if params.is_ambiguous() { Err(ParamsError::Duplicate) } else { Ok(params) }
    }

    /// The same for a caller that asks [`Self::is_ambiguous`] later, when it knows where its error goes.
    pub fn read(raw: &[u8]) -> Result<Self, ParamsError> {
        if raw.len() > MAX_BYTES {
            return Err(ParamsError::TooLarge);
        }
        let pairs = raw.split(|b| *b == b'&').filter(|piece| !piece.is_empty()).map(|piece| {
            let mut halves = piece.splitn(2, |b| *b == b'=');
            let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
            Ok((decode(name)?, decode(value)?))
        });
        Ok(Self(pairs.collect::<Result<_, _>>()?))
    }

    /// Takes pairs that were decoded before, such as those of a parked interaction.
    pub const fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Whether a parameter that a specification defines comes more than once. RFC 6749 §3.1, §3.2.
    pub fn is_ambiguous(&self) -> bool {
        let mut names = BTreeSet::new();
        self.0.iter().any(|(name, _)| ONCE.contains(&name.as_str()) && !names.insert(name.as_str()))
    }

    /// Whether this parameter comes more than once.
    pub fn repeats(&self, name: &str) -> bool {
        self.0.iter().filter(|(n, _)| n == name).count() > 1
    }

    /// The value of a parameter. RFC 6749 §3.1: one without a value counts as omitted. One that repeats has no
    /// value either: nothing chooses between two.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(n, _)| n == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) if !value.is_empty() => Some(value.as_str()),
            _ => None,
        }
    }

    /// All pairs, in order, as they came.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// Decodes one half of a pair: `+` is a blank, `%XX` a byte, the bytes UTF-8 (RFC 6749 Appendix B).
pub(super) fn decode(raw: &[u8]) -> Result<String, ParamsError> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        (bytes, rest) = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => (with(bytes, hex(*high, *low).ok_or(ParamsError::Malformed)?), tail),
            (b'%', _) => return Err(ParamsError::Malformed),
            (b'+', tail) => (with(bytes, b' '), tail),
            (byte, tail) => (with(bytes, *byte), tail),
        };
    }
    String::from_utf8(bytes).map_err(|_| ParamsError::Malformed)
}

fn with(mut bytes: Vec<u8>, byte: u8) -> Vec<u8> {
    bytes.push(byte);
    bytes
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Everything but the unreserved characters of RFC 3986 §2.3 is escaped; a blank becomes `%20`,
/// which form decoders and plain percent decoders read alike.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes one name or value.
pub fn encode(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, ESCAPED).into()
}

/// Encodes pairs for a query: `a=1&b=2`.
pub fn encode_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pieces: Vec<_> = pairs.into_iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
    pieces.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_b_values_are_decoded_exactly() {
        for (raw, value) in [
            ("state=abc", "abc"),
            ("state=a+b", "a b"),
            ("state=a%2Bb", "a+b"),
            ("state=a%2bb", "a+b"),
            ("state=a%20b", "a b"),
            ("state=a=b==", "a=b=="),
            ("state=nonce%3A%2Fpath%3Fx%3D1%26y", "nonce:/path?x=1&y"),
            ("state=%C3%A4%F0%9F%9A%AA", "ä🚪"),
            ("state=%25%00%0A", "%\0\n"),
            ("&&state=x&", "x"),
            ("state=%252F", "%2F"),
        ] {
            assert_eq!(Params::parse(raw.as_bytes()).unwrap().get("state"), Some(value), "{raw}");
        }
    }

    #[test]
    fn rfc6749_3_1_a_parameter_without_a_value_is_absent() {
        for raw in ["state", "state=", "=x", ""] {
            assert_eq!(Params::parse(raw.as_bytes()).unwrap().get("state"), None, "{raw}");
        }
    }

    #[test]
    fn what_cannot_be_read_in_one_way_is_refused() {
        for raw in [&b"state=%"[..], b"state=%4", b"state=%zz", b"state=%+1", b"state=%ff", b"state=\xff", b"%c3=x"] {
            assert_eq!(Params::parse(raw), Err(ParamsError::Malformed), "{raw:?}");
        }
        assert!(Params::parse(&vec![b'a'; MAX_BYTES]).is_ok());
        assert_eq!(Params::parse(&vec![b'a'; MAX_BYTES + 1]), Err(ParamsError::TooLarge));
    }

    #[test]
    fn security_24_a_duplicated_parameter_is_refused() {
        for name in ONCE {
            for raw in [format!("{name}=1&x=2&{name}=1"), format!("{name}&{name}"), format!("{name}=&{name}=1")] {
                assert_eq!(Params::parse(raw.as_bytes()), Err(ParamsError::Duplicate), "{raw}");
                assert_eq!(Params::read(raw.as_bytes()).unwrap().get(name), None, "{raw}");
            }
        }
        assert_eq!(Params::parse(b"%73tate=1&state=2"), Err(ParamsError::Duplicate));
        assert!(!Params::parse(b"state=1&nonce=1").unwrap().repeats("state"));
    }

    #[test]
    fn rfc6749_3_1_unknown_parameters_may_repeat_and_rfc8707_2_resource_too() {
        for raw in ["utm=1&utm=2", "a&a", "resource=https://a.example&resource=https://b.example", "State=1&State=2"] {
            let params = Params::parse(format!("{raw}&state=x").as_bytes()).unwrap();
            let name = raw.split(['=', '&']).next().unwrap();
            assert_eq!((params.get("state"), params.get(name)), (Some("x"), None), "{raw}");
            assert!(params.repeats(name) && params.pairs().len() == 3, "{raw}");
        }
    }

    #[test]
    fn any_text_survives_encoding_and_decoding() {
        let ascii: String = (0..=127_u8).map(char::from).collect();
        for text in [ascii.as_str(), "a b+c", "ä🚪\u{202e}", "%2F", "\"<>%&#\\{}|"] {
            let raw = encode_pairs([("state", text), ("iss", "https://auth.example.org")]);
            let params = Params::parse(raw.as_bytes()).unwrap();
            assert_eq!(params.get("state"), Some(text));
            assert!(!raw.contains('+'), "{raw}");
        }
    }

    #[test]
    fn security_101_debug_shows_names_only() {
        let params = Params::parse(b"client_secret=hunter2&code=x").unwrap();
        assert_eq!(format!("{params:?}"), r#"["client_secret", "code"]"#);
    }
}
