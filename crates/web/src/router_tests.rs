//! Which endpoint a path means.

use super::*;

#[test]
fn a_slash_too_many_leads_to_the_endpoint() {
    for (path, meant) in [
        ("/authorize/", Some("/authorize")),
        ("//token", Some("/token")),
        ("//token/", Some("/token")),
        ("/jwks/", Some("/jwks")),
        ("//.well-known/openid-configuration", Some("/.well-known/openid-configuration")),
        ("/token", None),
        ("/token//", None),
        ("///token", None),
        ("/tokens/", None),
        ("/login/", None),
        ("//evil.test/token", None),
        ("/", None),
        ("//", None),
    ] {
        assert_eq!(endpoint_meant(path), meant, "{path}");
    }
}
