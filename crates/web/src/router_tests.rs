//! Which endpoint a path means, and which host is ours.

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

#[test]
fn security_74_only_the_issuers_host_is_ours() {
    for (named, own, https, expected) in [
        ("auth.example.org", "auth.example.org", true, true),
        ("AUTH.example.org.", "auth.example.org", true, true),
        ("auth.example.org:443", "auth.example.org", true, true),
        ("auth.example.org:8443", "auth.example.org", true, false),
        ("localhost:8480", "localhost:8480", false, true),
        ("evil.test", "auth.example.org", true, false),
        ("auth.example.org.evil.test", "auth.example.org", true, false),
        ("auth.example.org/x", "auth.example.org", true, false),
        ("", "auth.example.org", true, false),
    ] {
        assert_eq!(same_host(named, own, https), expected, "{named}");
    }
}
