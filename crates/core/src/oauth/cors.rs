//! Which page may read an answer across origins: one of a public client, which has no server to ask for it.
//!
//! Fetch standard §3.2.2; OAuth 2.0 for Browser-Based Applications §6.3. Which headers say so is decided elsewhere.

use crate::model::{Client, ClientAuthMethod};
use std::collections::BTreeSet;
use url::Url;

/// Where the pages of this client live: the origins of its redirect URIs as a browser writes them into the `Origin`
/// header, without a default port and in lower case. None for a client that is off or has a secret.
pub fn origins(client: &Client) -> BTreeSet<String> {
    if !client.enabled || client.auth_method != ClientAuthMethod::None {
        return BTreeSet::new();
    }
    client.redirect_uris.iter().filter_map(|uri| web_origin(uri)).collect()
}

/// RFC 6454 §6.2. None for an app on the device, whose origin is opaque.
fn web_origin(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::sample::client;

    fn may_read(origin: &str, client: &Client) -> bool {
        origins(client).contains(origin)
    }

    fn public(uri: &str) -> Client {
        Client { auth_method: ClientAuthMethod::None, redirect_uris: vec![uri.into()], ..client() }
    }

    #[test]
    fn an_origin_is_that_of_a_redirect_uri_of_a_public_client() {
        for (origin, uri, expected) in [
            ("https://a.test", "https://a.test/cb", true),
            ("https://a.test", "https://a.test", true),
            ("https://a.test", "https://a.test:443/cb", true),
            ("https://a.test", "https://A.test/cb", true),
            ("http://localhost", "http://localhost:80/cb", true),
            ("https://a.test:8443", "https://a.test:8443/cb", true),
            ("https://a.test:443", "https://a.test/cb", false),
            ("https://a.test", "http://a.test/cb", false),
            ("https://a.test", "https://a.test.evil/cb", false),
            ("https://a.tes", "https://a.test/cb", false),
            ("https://a.test:8443", "https://a.test/cb", false),
            ("null", "app.immich:///oauth-callback", false),
            ("null", "null:///x", false),
            ("", "https://a.test", false),
            ("https://a.test", "not an address", false),
        ] {
            assert_eq!(may_read(origin, &public(uri)), expected, "{origin} {uri}");
        }
    }

    #[test]
    fn pages_of_other_clients_read_nothing() {
        let origin = "https://app.example.com";
        assert!(may_read(origin, &public("https://app.example.com/cb")));
        assert!(!may_read(origin, &client()));
        assert!(!may_read(origin, &Client { enabled: false, ..public("https://app.example.com/cb") }));
    }
}
