//! Proof Key for Code Exchange, RFC 7636: S256 and nothing else.
//!
//! Whether a client may leave it out is the client's `pkce`; a public client never may
//! (RFC 9700 §2.1.1).

use super::error::{OAuthError, oauth_error};
use crate::model::{Client, ClientAuthMethod, PkcePolicy};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

/// An S256 `code_challenge`: the base64url of 32 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(Box<str>);

impl CodeChallenge {
    /// Reads `code_challenge` and `code_challenge_method`. RFC 7636 §4.3, §4.4.1.
    pub fn parse(challenge: Option<&str>, method: Option<&str>, client: &Client) -> Result<Option<Self>, OAuthError> {
        match (challenge, method) {
            (Some(challenge), Some("S256")) => Self::of_s256(challenge).map(Some),
            (_, Some("S256")) => Err(oauth_error!(InvalidRequest, "code_challenge is missing")),
            (Some(_), _) | (_, Some(_)) => Err(oauth_error!(InvalidRequest, "code_challenge_method must be S256")),
            (None, None) if is_required(client) => Err(OAuthError::PKCE_MISSING),
            (None, None) => Ok(None),
        }
    }

    /// The text, to be kept with the code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of_s256(text: &str) -> Result<Self, OAuthError> {
        match URL_SAFE_NO_PAD.decode(text) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(text.into())),
            _ => Err(oauth_error!(InvalidRequest, "code_challenge is not the base64url of a SHA-256")),
        }
    }
}

/// Whether the client must use PKCE. Leaving it out is for confidential clients that were marked so.
pub fn is_required(client: &Client) -> bool {
    client.pkce == PkcePolicy::Required || client.auth_method == ClientAuthMethod::None
}

/// RFC 7636 §4.6, in constant time; RFC 9700 §4.8.2: a verifier for a code that had no challenge is
/// refused too.
pub fn verify(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), OAuthError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(oauth_error!(InvalidGrant, "code_verifier is missing")),
        (None, Some(_)) => Err(oauth_error!(InvalidGrant, "code_verifier was sent for a code without code_challenge")),
        (Some(challenge), Some(verifier)) if is_verifier(verifier) && matches(challenge, verifier) => Ok(()),
        (Some(_), Some(_)) => Err(oauth_error!(InvalidGrant, "code_verifier does not fit code_challenge")),
    }
}

/// What a client makes of its verifier, RFC 7636 §4.2.
pub fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// RFC 7636 §4.1: 43 to 128 unreserved characters.
fn is_verifier(text: &str) -> bool {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

fn matches(challenge: &str, verifier: &str) -> bool {
    let computed = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    computed.as_bytes().ct_eq(challenge.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::sample::client;
    use {ClientAuthMethod as M, PkcePolicy as P};

    // RFC 7636 Appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn rfc7636_4_6_verifiers() {
        let long = "a".repeat(129);
        for (challenge, verifier, ok) in [
            (Some(CHALLENGE), Some(VERIFIER), true),
            (None, None, true),
            (Some(CHALLENGE), Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK"), false),
            (Some(CHALLENGE), Some(CHALLENGE), false),
            (Some(VERIFIER), Some(VERIFIER), false),
            (Some(CHALLENGE), Some(&long), false),
        ] {
            let result = verify(challenge, verifier).map_err(|e| e.code().as_str());
            assert_eq!(result, if ok { Ok(()) } else { Err("invalid_grant") }, "{verifier:?}");
        }
        assert_eq!(s256(VERIFIER), CHALLENGE);
        // The hash fits, but the verifier is none.
        let short_hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, b"short"));
        assert!(matches(&short_hash, "short") && verify(Some(&short_hash), Some("short")).is_err());
        for short in ["", "a", &VERIFIER[1..], "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEj k"] {
            assert!(!is_verifier(short), "{short:?}");
        }
    }

    #[test]
    fn security_22_a_missing_verifier_is_refused() {
        for verifier in [None, Some(""), Some("wrong")] {
            let error = verify(Some(CHALLENGE), verifier).unwrap_err();
            assert_eq!(error.code().as_str(), "invalid_grant", "{verifier:?}");
        }
    }

    #[test]
    fn security_23_pkce_cannot_be_stripped() {
        let error = verify(None, Some(VERIFIER)).unwrap_err();
        assert_eq!(error.code().as_str(), "invalid_grant");
        for (auth_method, pkce, required) in [
            (M::Either, P::Required, true),
            (M::None, P::Required, true),
            (M::None, P::Optional, true),
            (M::Either, P::Optional, false),
            (M::Basic, P::Optional, false),
        ] {
            let client = Client { auth_method, pkce, ..client() };
            let result = CodeChallenge::parse(None, None, &client).map_err(|e| e.code().as_str());
            assert_eq!(result, if required { Err("invalid_request") } else { Ok(None) }, "{auth_method:?} {pkce:?}");
        }
    }

    #[test]
    fn security_24_only_s256_is_a_method() {
        let client = Client { pkce: PkcePolicy::Optional, ..client() };
        for (challenge, method) in [
            (Some(CHALLENGE), Some("S512")),
            (Some(CHALLENGE), Some("plain")),
            (Some(CHALLENGE), Some("s256")),
            (Some(CHALLENGE), None),
            (None, Some("S256")),
            (None, Some("plain")),
            (Some("short"), Some("S256")),
            (Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"), Some("S256")),
            (Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="), Some("S256")),
        ] {
            let error = CodeChallenge::parse(challenge, method, &client).unwrap_err();
            assert_eq!(error.code().as_str(), "invalid_request", "{challenge:?} {method:?}");
        }
        let good = CodeChallenge::parse(Some(CHALLENGE), Some("S256"), &client).unwrap();
        assert_eq!(good.as_ref().map(CodeChallenge::as_str), Some(CHALLENGE));
    }
}
