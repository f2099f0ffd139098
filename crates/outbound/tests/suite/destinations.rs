//! Which texts are addresses, by who named them.

use doorstep_outbound::{BadUrl, Destination, NamedBy, OperatorUrl, StrangerUrl};

#[test]
fn security_53_what_may_stand_in_an_address_depends_on_who_named_it() {
    let (only_https, both) = (BadUrl::Scheme { http_too: false }, BadUrl::Scheme { http_too: true });
    let table = [
        ("https://idp.example.org/jwks", Ok(()), Ok(())),
        ("https://idp.example.org:8443", Ok(()), Ok(())),
        ("http://vault.home:8200/v1", Ok(()), Err(only_https)),
        ("ftp://files.example.org/", Err(both), Err(only_https)),
        ("file:///etc/passwd", Err(both), Err(only_https)),
        ("gopher://localhost:6379/_x", Err(both), Err(only_https)),
        ("unix:/run/docker.sock", Err(both), Err(only_https)),
        ("https://name:word@idp.example.org/", Err(BadUrl::UserInfo), Err(BadUrl::UserInfo)),
        ("https://idp.example.org@evil.example/", Err(BadUrl::UserInfo), Err(BadUrl::UserInfo)),
        ("https://idp.example.org:0/", Err(BadUrl::Port), Err(BadUrl::Port)),
    ];
    for (text, operator, stranger) in table {
        assert_eq!(OperatorUrl::parse(text).map(drop), operator, "{text}");
        assert_eq!(StrangerUrl::parse(text).map(drop), stranger, "{text}");
    }
    for text in ["", "idp.example.org/jwks", "https://", "https://[::1", "https://a b/", "https://1.2.3.4.5/"] {
        assert!(matches!(StrangerUrl::parse(text), Err(BadUrl::Unreadable(_))), "{text}");
    }
    let long = format!("https://idp.example.org/{}", "a".repeat(2048));
    assert_eq!(StrangerUrl::parse(&long), Err(BadUrl::TooLong));
}

#[test]
fn security_55_odd_forms_are_the_address_that_browsers_read() {
    for text in
        ["https://0x7f.1/", "https://2130706433/", "https://127.1/", "https://0177.0.0.01/", "https://127。0。0。1/"]
    {
        assert_eq!(StrangerUrl::parse(text).unwrap().as_str(), "https://127.0.0.1/", "{text}");
    }
    let backslash = StrangerUrl::parse("https://idp.example.org\\@127.0.0.1/").unwrap();
    assert_eq!(backslash.as_str(), "https://idp.example.org/@127.0.0.1/");
}

#[test]
fn a_fragment_is_dropped() {
    assert_eq!(StrangerUrl::parse("https://app.example/r?x=1#digest").unwrap().as_str(), "https://app.example/r?x=1");
}

#[test]
fn neither_display_nor_debug_shows_a_query_or_a_secret_path() {
    let url = OperatorUrl::parse("https://hooks.example/T1/secret?token=abc").unwrap();
    let shown = |url: OperatorUrl| format!("{} {:?}", Destination::from(url.clone()), url);
    let all = shown(url.clone());
    assert!(all.contains("https://hooks.example/T1/secret") && !all.contains("abc"), "{all}");
    let origin = shown(url.with_secret_path());
    assert!(origin.contains("https://hooks.example/…") && !origin.contains("secret"), "{origin}");
}

#[test]
fn security_55_what_a_document_names_elsewhere_is_a_strangers() {
    let issuer = OperatorUrl::parse("https://idp.home:9443/.well-known/openid-configuration").unwrap();
    let table = [
        ("https://idp.home:9443/jwks", Ok(NamedBy::Operator)),
        ("https://idp.home/jwks", Ok(NamedBy::Stranger)),
        ("https://other.home:9443/jwks", Ok(NamedBy::Stranger)),
        ("http://idp.home:9443/jwks", Err(BadUrl::Scheme { http_too: false })),
        ("http://169.254.169.254/", Err(BadUrl::Scheme { http_too: false })),
    ];
    for (text, expected) in table {
        assert_eq!(issuer.leads_to(text).map(|there| there.named_by()), expected, "{text}");
    }
}
