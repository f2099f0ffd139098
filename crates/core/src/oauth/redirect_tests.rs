//! Tables: which redirect URIs may be registered, and which of a request are.

use super::*;

const WEB: RedirectRules = RedirectRules { native: false, insecure_http: false };
const NATIVE: RedirectRules = RedirectRules { native: true, insecure_http: false };

use RedirectUriError as E;

use crate::oauth::sample::client;

fn registered(native: bool, uris: &[&str], sent: &str) -> Option<String> {
    let mut client = client();
    client.native = native;
    client.redirect_uris = uris.iter().map(|&u| u.to_owned()).collect();
    RedirectUri::registered(&client, sent).ok().map(|uri| uri.as_str().to_owned())
}

#[test]
fn registration_keeps_the_text() {
    for (text, rules) in [
        ("https://app.example.com/cb", WEB),
        ("https://APP.example.com/Cb", WEB),
        ("https://app.example.com", WEB),
        ("https://app.example.com:443/i/oidc/", WEB),
        ("https://app.example.com/@warpgate/api/sso.return?next=%2F;x=(1)", WEB),
        ("https://[2001:db8::1]:8443/cb", WEB),
        ("https://xn--bcher-kva.example/cb", WEB),
        ("http://127.0.0.1:8250/oidc/callback", WEB),
        ("http://localhost:8481/callback", WEB),
        ("http://[::1]/", WEB),
        ("app.immich:///oauth-callback", WEB),
        ("oc.ios://ios.owncloud.com", WEB),
        ("kitchenowl:/signin/redirect", NATIVE),
        ("audiobookshelf://oauth", NATIVE),
        ("arcane-mobile://oidc-callback", NATIVE),
        ("oc://android.owncloud.com", NATIVE),
        ("http://immich.lan/cb", RedirectRules { insecure_http: true, ..WEB }),
    ] {
        assert_eq!(RedirectUri::register(text, rules).as_ref().map(RedirectUri::as_str), Ok(text));
    }
}

#[test]
fn registration_refuses_what_is_no_address_to_return_to() {
    for (text, error) in [
        ("", E::Length),
        ("app.example.com/cb", E::NotAbsolute),
        ("/cb", E::NotAbsolute),
        ("https:app.example.com", E::NotAbsolute),
        ("https:///cb", E::NotAbsolute),
        ("https://:443/cb", E::NotAbsolute),
        ("https://app.example.com:99999/cb", E::NotAbsolute),
        ("https://app.example.com:0/cb", E::NotAbsolute),
        ("https://app.example.com:/cb", E::NotAbsolute),
        ("https://app%2eexample.com/cb", E::NotAbsolute),
        ("https://0x7f.1/cb", E::NotAbsolute),
        ("https://app.example.com/cb#x", E::Fragment),
        ("https://app.example.com/cb#", E::Fragment),
        ("https://app.example.com/%zz", E::Escape),
        ("https://app.example.com/%2", E::Escape),
        ("https://app.example.com/c b", E::Character),
        ("https://app.example.com\\cb", E::Character),
        ("https://app.example.com/\r\nSet-Cookie:x", E::Character),
        ("https://bücher.example/cb", E::Character),
        ("https://app.example.com/\"><script>", E::Character),
        ("http://immich.lan/cb", E::InsecureHttp),
        ("http://10.0.0.1/cb", E::InsecureHttp),
        ("audiobookshelf://oauth", E::NotNative),
        ("app.immich:", E::NotAbsolute),
        ("app.immich://", E::NotAbsolute),
        ("app.immich://a@b/cb", E::Userinfo),
        ("1app.x:/cb", E::NotAbsolute),
    ] {
        assert_eq!(RedirectUri::register(text, WEB), Err(error), "{text}");
    }
    assert_eq!(RedirectUri::register(&format!("https://a.example/{}", "x".repeat(2048)), WEB), Err(E::Length));
}

#[test]
fn security_01_userinfo_cannot_be_registered_or_sent() {
    for text in [
        "https://app.example.com@evil.test/cb",
        "https://user:pass@app.example.com/cb",
        "https://@app.example.com/cb",
        "http://127.0.0.1@evil.test/",
    ] {
        assert_eq!(RedirectUri::register(text, NATIVE), Err(E::Userinfo), "{text}");
        assert_eq!(registered(false, &["https://app.example.com/cb"], text), None, "{text}");
        // Not even when it stands in the list already.
        assert_eq!(registered(true, &[text], text), None, "{text}");
    }
}

#[test]
fn security_04_a_dot_is_a_dot_and_an_empty_list_admits_nothing() {
    assert_eq!(registered(false, &["https://foo.example.com/cb"], "https://fooaexample.com/cb"), None);
    assert_eq!(registered(false, &[], "https://foo.example.com/cb"), None);
    assert_eq!(registered(true, &[""], ""), None);
}

#[test]
fn security_05_a_registered_address_inside_another_is_not_registered() {
    for sent in [
        "https://evil.test/?https://app.example.com/cb",
        "https://evil.test/https://app.example.com/cb",
        "https://app.example.com/cb?x=1",
        "https://app.example.com/cb&x",
        "https://app.example.com/cb/",
        "https://app.example.com/c",
        "https://app.example.com/cb/x8f3",
    ] {
        assert_eq!(registered(false, &["https://app.example.com/cb"], sent), None, "{sent}");
    }
}

#[test]
fn security_06_what_cannot_be_parsed_is_refused_even_when_equal() {
    for sent in [
        "https://a@app.example.com@evil.test/cb",
        "https://app.example.com:x/cb",
        "https://app.example.com\\@evil.test/cb",
        "https://app.example.com/%",
        "javascript:alert(1)",
    ] {
        assert_eq!(registered(true, &["https://app.example.com/cb"], sent), None, "{sent}");
        assert_eq!(registered(true, &[sent], sent), None, "{sent}");
    }
}

#[test]
fn security_07_dot_segments_do_not_escape() {
    for sent in [
        "https://app.example.com/app/..;/other",
        "https://app.example.com/cb/../x",
        "https://app.example.com/cb%2f..%2fx",
        "https://app.example.com/x/../cb",
        "https://app.example.com/./cb",
        "https://app.example.com//cb",
        "https://app.example.com/c%62",
        "https://APP.example.com/cb",
        "HTTPS://app.example.com/cb",
        "https://app.example.com:443/cb",
        "https://app.example.com./cb",
    ] {
        assert_eq!(
            registered(true, &["https://app.example.com/cb", "https://app.example.com/app/"], sent),
            None,
            "{sent}"
        );
    }
}

#[test]
fn security_08_there_are_no_wildcards() {
    for text in
        ["https://app.example.com*", "https://*.example.com/cb", "https://app.example.com/*", "http://127.0.0.1:*/cb"]
    {
        assert_eq!(RedirectUri::register(text, NATIVE), Err(E::Wildcard), "{text}");
    }
    assert_eq!(registered(false, &["https://app.example.com*"], "https://app.example.com.evil.test"), None);
}

#[test]
fn security_09_only_the_port_of_a_loopback_literal_varies() {
    let known = ["http://127.0.0.1/cb", "http://[::1]:1/cb?a=1", "http://localhost/cb", "http://127.0.0.1"];
    for sent in [
        "http://127.0.0.1:51234/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:51234/cb?a=1",
        "http://[::1]/cb?a=1",
        "http://127.0.0.1:4321",
        "http://localhost/cb",
    ] {
        assert_eq!(registered(true, &known, sent).as_deref(), Some(sent));
    }
    for sent in [
        "http://localhost.evil.test:1/cb",
        "http://127.0.0.1.evil.test/",
        "http://127.0.0.1.evil.test/cb",
        "http://127.0.0.1@evil.test/",
        "http://127.0.0.1:80@evil.test/cb",
        "http://127.0.0.1:51234/cb/",
        "http://127.0.0.1:51234/other",
        "http://127.0.0.1:51234/cb?a=1",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.1:51234/cb",
        "http://2130706433:51234/cb",
        "http://127.0.0.2:51234/cb",
        "http://[::ffff:127.0.0.1]:51234/cb",
        "https://127.0.0.1:51234/cb",
        "http://localhost:51234/cb",
        "http://LOCALHOST/cb",
    ] {
        assert_eq!(registered(true, &known, sent), None, "{sent}");
    }
    assert_eq!(registered(false, &known, "http://127.0.0.1:51234/cb"), None, "only for native clients");
    assert_eq!(registered(true, &["https://app.example.com/cb"], "https://app.example.com:8443/cb"), None);
}

#[test]
fn security_09_a_host_that_goes_on_is_not_a_loopback_literal() {
    for (rest, path) in [
        ("", Some("")),
        (":8250/cb", Some("/cb")),
        ("?a=1", Some("?a=1")),
        (".evil.test/cb", None),
        (":1@evil.test/cb", None),
        ("@evil.test", None),
    ] {
        assert_eq!(after_port(rest), path, "{rest}");
    }
}

#[test]
fn security_10_dangerous_schemes_are_refused_in_any_spelling() {
    for text in [
        "JaVaScRiPt:alert(1)",
        "javascript:alert(1)",
        "javascript://app.example.com/%0aalert(1)",
        "data:text/html,x",
        "DATA:text/html;base64,eA==",
        "vbscript:msgbox(1)",
        "blob:https://app.example.com/1",
        "file:///etc/passwd",
        "about:blank",
        "intent://cb",
        "urn:ietf:wg:oauth:2.0:oob",
        "view-source:https://app.example.com",
    ] {
        assert_eq!(RedirectUri::register(text, NATIVE), Err(E::DangerousScheme), "{text}");
    }
    for text in [" javascript:alert(1)", "\tjavascript:alert(1)", "java\nscript:alert(1)", "\u{1}javascript:alert(1)"] {
        assert_eq!(RedirectUri::register(text, NATIVE), Err(E::Character), "{text:?}");
    }
}

#[test]
fn apps_16_custom_schemes_are_compared_verbatim() {
    let known = ["app.immich:///oauth-callback"];
    assert!(registered(false, &known, "app.immich:///oauth-callback").is_some());
    for sent in [
        "app.immich://oauth-callback",
        "app.immich:/oauth-callback",
        "app.immich:oauth-callback",
        "App.immich:///oauth-callback",
        "app.immich:///oauth-callback/",
        "app.immich:///oauth-callback?x",
    ] {
        assert_eq!(registered(true, &known, sent), None, "{sent}");
    }
}

#[test]
fn a_mismatch_says_what_differs_from_the_nearest() {
    use Difference as D;
    let known =
        ["https://grafana.example.org/login/generic_oauth", "https://wiki.example.org:8443/oidc/callback?direct=1"];
    let known: Vec<_> = known.iter().map(|&k| k.to_owned()).collect();
    for (sent, nearest, difference, at) in [
        ("https://grafana.example.org/login/Generic_oauth", 0, D::LetterCase, 34),
        ("http://grafana.example.org/login/generic_oauth", 0, D::Scheme, 4),
        ("https://grafana.example.org/login/generic_oauth/", 0, D::TrailingSlash, 47),
        ("https://grafana.example.org:3000/login/generic_oauth", 0, D::Port, 27),
        ("https://grafana.example.org/oauth", 0, D::Path, 28),
        ("https://wiki.example.org:8443/oidc/callback", 1, D::Query, 43),
        ("https://wiki.example.org/oidc/callback?direct=1", 1, D::Port, 24),
        ("https://evil.test/", 0, D::Host, 8),
        ("https://grafana.example.org@evil.test/login/generic_oauth", 0, D::Host, 27),
        // None of these may look like a path of a host that is ours: `explain` would have it registered.
        ("https://evil.test\\@grafana.example.org/login/generic_oauth", 0, D::Host, 8),
        ("https://grafana.example.org\\.evil.test/login", 0, D::Host, 27),
        ("https://grafana.example.org#.evil.test/login", 0, D::Host, 27),
        ("https://grafana.example.org:3000\\@evil.test/login", 0, D::Host, 27),
        ("https:/evil.test/login/generic_oauth", 0, D::Host, 7),
        ("https:evil.test", 0, D::Host, 6),
        ("//grafana.example.org/login/x", 0, D::Host, 0),
        ("https://grafana.example.org.evil.test/login/generic_oauth", 0, D::Host, 27),
        ("https://grafana.example.org:3000/elsewhere", 0, D::Host, 27),
        ("not a url", 0, D::Host, 0),
    ] {
        let mismatch = Mismatch::diagnose(sent, &known);
        assert_eq!(
            (mismatch.nearest.as_deref(), mismatch.difference, mismatch.at),
            (known.get(nearest).map(String::as_str), difference, at),
            "{sent}"
        );
    }
    assert_eq!(Mismatch::diagnose("https://a.example/", &[]).difference, D::NothingRegistered);
}

#[test]
fn a_person_reads_where_an_answer_goes() {
    let any = RedirectRules { native: true, insecure_http: true };
    for (uri, destination) in [
        ("https://app.example.com/cb?a=//b", "app.example.com"),
        ("https://app.example.com:8443", "app.example.com:8443"),
        ("https://app.example.com?x=y", "app.example.com"),
        ("http://127.0.0.1:8250/cb", "127.0.0.1:8250"),
        ("http://[::1]:8250/cb", "[::1]:8250"),
        ("app.immich:///oauth-callback", "app.immich"),
        ("com.example.app:/cb", "com.example.app"),
    ] {
        assert_eq!(RedirectUri::register(uri, any).unwrap().destination(), destination, "{uri}");
    }
}
