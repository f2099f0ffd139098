//! Where a person makes and manages passkeys, for password managers that lead there: W3C, A Well-Known URL for Relying
//! Party Passkey Endpoints §3.
//!
//! The document says nothing of anybody: whoever is not signed in is asked to sign in first, by the pages themselves.
//! `prfUsageDetails` is left out, because no passkey is used for anything but signing in.

use serde::Serialize;

/// The document (§3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PasskeyEndpoints {
    /// The page on which somebody who is signed in makes a passkey.
    pub enroll: String,
    /// The page on which their passkeys are listed, renamed and removed.
    pub manage: String,
}

impl PasskeyEndpoints {
    /// Those of an issuer. None where it is plain http: the document is asked for by https and names https addresses.
    pub fn of(issuer: &str) -> Option<Self> {
        let there = |path: &str| format!("{issuer}{path}");
        issuer
            .starts_with("https://")
            .then(|| Self { enroll: there("/account/passkeys/new"), manage: there("/account#passkeys") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §3.1: direct URLs to the pages. They are the issuer's, with its path if it has one.
    #[test]
    fn passkey_endpoints_3_1_are_pages_of_the_issuer_and_https() {
        for (issuer, told) in [
            ("https://auth.example.org", true),
            ("https://auth.example.org:8443", true),
            ("https://example.org/sso", true),
            ("http://localhost:8480", false),
        ] {
            let endpoints = PasskeyEndpoints::of(issuer);
            assert_eq!(endpoints.is_some(), told, "{issuer}");
            if let Some(PasskeyEndpoints { enroll, manage }) = endpoints {
                assert_eq!(enroll, format!("{issuer}/account/passkeys/new"));
                assert_eq!(manage, format!("{issuer}/account#passkeys"));
            }
        }
    }
}
