//! What each dialect reads, and what it refuses.

use super::*;

const FORWARD: [(&str, &str); 4] = [
    ("X-Forwarded-Method", "GET"),
    ("x-forwarded-proto", "https"),
    ("X-FORWARDED-HOST", "wiki.example.com"),
    ("x-forwarded-uri", "/page?x=1,2"),
];
const NGINX: [(&str, &str); 2] =
    [("x-original-url", "https://wiki.example.com/page?x=1,2"), ("x-original-method", "GET")];

/// As Envoy asks over HTTP, and over gRPC.
const ENVOY: [(&str, &str); 4] =
    [(":method", "GET"), (":authority", "wiki.example.com"), (":path", "/page?x=1, 2"), ("x-forwarded-proto", "https")];
const GRPC: [(&str, &str); 4] =
    [(":method", "GET"), (":scheme", "https"), (":authority", "wiki.example.com"), (":path", "/page?x=1, 2")];

fn ask<'a>(dialect: Dialect, base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Result<Raw<'a>, BadRequest> {
    let all: Vec<_> = base.iter().chain(more).map(|(n, v)| (*n, v.as_bytes())).collect();
    read(dialect, all).map(|received| received.raw)
}

#[test]
fn each_dialect_reads_its_own_family() {
    let expected = Raw { method: "GET", proto: "https", host: "wiki.example.com", uri: "/page?x=1,2" };
    assert_eq!(ask(Dialect::Forward, &FORWARD, &[]), Ok(expected));
    assert_eq!(ask(Dialect::Nginx, &NGINX, &[]), Ok(expected));
    let expected = Raw { uri: "/page?x=1, 2", ..expected };
    assert_eq!(ask(Dialect::Envoy, &ENVOY, &[]), Ok(expected));
    assert_eq!(ask(Dialect::EnvoyGrpc, &GRPC, &[]), Ok(expected));
}

#[test]
fn security_61_another_family_is_ignored_and_never_a_fallback() {
    let foreign = [("x-original-url", "https://wiki.example.com/public"), ("x-rewrite-url", "/public")];
    assert_eq!(ask(Dialect::Forward, &FORWARD, &foreign).unwrap().uri, "/page?x=1,2");
    assert_eq!(ask(Dialect::Nginx, &NGINX, &[("x-forwarded-uri", "/public")]).unwrap().uri, "/page?x=1,2");
    assert_eq!(ask(Dialect::Forward, &NGINX, &[]), Err(BadRequest::Missing("X-Forwarded-Method")));
    assert_eq!(ask(Dialect::Nginx, &FORWARD, &[]), Err(BadRequest::Missing("X-Original-Method")));
    for forged in [FORWARD, [NGINX[0], NGINX[1], ("x-forwarded-host", "evil.test"), ("x-forwarded-uri", "/public")]] {
        let forged: Vec<_> = forged.into_iter().filter(|(name, _)| *name != "x-forwarded-proto").collect();
        assert_eq!(ask(Dialect::Envoy, &ENVOY, &forged).unwrap().uri, "/page?x=1, 2");
        assert_eq!(ask(Dialect::EnvoyGrpc, &GRPC, &forged).unwrap().host, "wiki.example.com");
    }
    // Over gRPC the client's own word about its scheme is one header of many.
    assert_eq!(ask(Dialect::EnvoyGrpc, &GRPC, &[("x-forwarded-proto", "http")]).unwrap().proto, "https");
    assert_eq!(ask(Dialect::Envoy, &GRPC[2..], &[]), Err(BadRequest::Missing(":method")));
    assert_eq!(ask(Dialect::Envoy, &ENVOY[..3], &[]), Err(BadRequest::Missing("X-Forwarded-Proto")));
    assert_eq!(ask(Dialect::EnvoyGrpc, &ENVOY, &[]), Err(BadRequest::Missing(":scheme")));
    for bad in ["", "/page", "wiki.example.com/page", "https://wiki.example.com", "https:/wiki.example.com/x"] {
        let got = ask(Dialect::Nginx, &[("x-original-url", bad), ("x-original-method", "GET")], &[]);
        assert_eq!(got, Err(BadRequest::OriginalUrl), "{bad}");
    }
}

#[test]
fn security_59_two_values_or_a_list_are_refused() {
    for (name, value) in FORWARD {
        assert!(matches!(ask(Dialect::Forward, &FORWARD, &[(name, value)]), Err(BadRequest::Twice(_))), "{name}");
    }
    for (at, list) in [(0, "GET, POST"), (1, "https,http"), (2, "wiki.example.com, evil.test"), (3, "/a, /b")] {
        let mut changed = FORWARD;
        changed[at].1 = list;
        assert!(matches!(ask(Dialect::Forward, &changed, &[]), Err(BadRequest::List(_))), "{list}");
    }
    for (dialect, base) in [(Dialect::Envoy, ENVOY), (Dialect::EnvoyGrpc, GRPC)] {
        for (name, value) in base {
            assert!(matches!(ask(dialect, &base, &[(name, value)]), Err(BadRequest::Twice(_))), "{dialect:?} {name}");
        }
    }
    let ignored = [("x-forwarded-prefix", "/.."), ("x-forwarded-port", "1"), ("forwarded", "host=evil.test")];
    assert_eq!(ask(Dialect::Forward, &FORWARD, &ignored), ask(Dialect::Forward, &FORWARD, &[]));
}

#[test]
fn security_60_a_header_that_a_hop_took_away_is_missed() {
    for skip in 0..FORWARD.len() {
        let fewer: Vec<_> = FORWARD.iter().enumerate().filter(|(at, _)| *at != skip).map(|(_, h)| *h).collect();
        assert!(matches!(ask(Dialect::Forward, &fewer, &[]), Err(BadRequest::Missing(_))), "{skip}");
    }
}

#[test]
fn security_58_alias_spellings_are_refused() {
    for alias in ["X_Forwarded_Host", "X.Forwarded.Uri", "x-forwarded_for", "Remote_User", "Remote.Groups"] {
        let got = ask(Dialect::Forward, &FORWARD, &[(alias, "x")]);
        assert!(matches!(got, Err(BadRequest::Alias(_))), "{alias}");
    }
    for alias in ["X_Original_URL", "remote_email", "remote.name"] {
        assert!(matches!(ask(Dialect::Nginx, &NGINX, &[(alias, "x")]), Err(BadRequest::Alias(_))), "{alias}");
    }
    for alias in ["X_Forwarded_Proto", "remote_email", "Remote.Name", "x.forwarded.for"] {
        for (dialect, base) in [(Dialect::Envoy, &ENVOY), (Dialect::EnvoyGrpc, &GRPC)] {
            assert!(matches!(ask(dialect, base, &[(alias, "x")]), Err(BadRequest::Alias(_))), "{dialect:?} {alias}");
        }
    }
    for fine in ["x_custom", "remote-user", "remote_users", "app.version"] {
        assert!(ask(Dialect::Forward, &FORWARD, &[(fine, "x")]).is_ok(), "{fine}");
    }
}

#[test]
fn a_value_that_is_not_text_is_refused() {
    let headers = FORWARD.map(|(n, v)| (n, if n == "x-forwarded-uri" { b"/\xff".as_slice() } else { v.as_bytes() }));
    assert_eq!(read(Dialect::Forward, headers).map(|_| ()), Err(BadRequest::NotText("X-Forwarded-Uri")));
}
