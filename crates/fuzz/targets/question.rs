//! A question of a proxy, line by line as `name: value`, the first line naming the dialect: nobody gets in without a
//! session, no header of another family decides, a forged client address moves nothing, and no cookie of ours is left
//! for the app.
#![no_main]

mod asked;
mod home;

use doorstep_core::gateway::{Dialect, HostMap, Kind, Verdict, answer, cookie, forwarded_client, prepare};
use std::{net::IpAddr, sync::LazyLock};

static HOME: LazyLock<HostMap> = LazyLock::new(home::home);

type Line<'a> = (String, &'a [u8]);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut lines = data.split(|b| *b == b'\n');
    let Some(dialect) = lines.next().and_then(dialect) else { return };
    let headers: Vec<Line<'_>> = lines.filter_map(header).collect();
    let pairs = |keep: &dyn Fn(&str) -> bool| {
        headers.iter().filter(|(name, _)| keep(name)).map(|(name, value)| (name.as_str(), *value)).collect::<Vec<_>>()
    };
    let decide = |keep: &dyn Fn(&str) -> bool| {
        let prepared = prepare(dialect, true, pairs(keep), (&HOME, asked::from_nowhere));
        asked::without_session(prepared.as_ref().map_err(|stop| *stop))
    };
    let verdict = decide(&|_| true);
    let lets_in = answer(dialect, &verdict).kind == Kind::Allow;
    assert_eq!(lets_in, matches!(verdict, Verdict::Pass) && dialect.lets_through(), "{verdict:?}");

    // With every header of the other families gone, what was let in is let in, and by its own family's word.
    if lets_in {
        assert_eq!(decide(&|name| !is_of_others(dialect, name)), verdict);
        let own = headers.iter().find(|(name, _)| is_method(dialect, name));
        assert!(own.is_some_and(|(_, method)| [&b"GET"[..], b"HEAD"].contains(method) || *method == b"CONNECT"));
    }

    let cookies = || headers.iter().filter(|(name, _)| name == "cookie").map(|(_, value)| *value);
    let left = cookie::of_the_app(cookies()).unwrap_or_default().to_ascii_lowercase();
    assert!(!left.windows(10).any(|window| window == b"__host-ds_"), "a cookie of ours is left for the app");
    for name in [cookie::APP, cookie::RELAY, cookie::SESSION] {
        let value = cookie::read(cookies(), name);
        assert!(value.is_none_or(|value| value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))));
    }

    let (proxy, client): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [203, 0, 113, 9].into());
    for (_, forged) in headers.iter().filter(|(name, _)| name == "x-forwarded-for") {
        let trusted = ["10.0.0.0/24".parse().expect("a network")];
        let said = forwarded_client(proxy, [*forged, b"203.0.113.9"], &trusted);
        assert_eq!(said, Some(client), "what the client sent stands before what the proxy saw");
    }
});

fn dialect(line: &[u8]) -> Option<Dialect> {
    Some(match line {
        b"forward" => Dialect::Forward,
        b"nginx" => Dialect::Nginx,
        b"nginx refusal" => Dialect::NginxRefusal,
        b"envoy" => Dialect::Envoy,
        b"envoy grpc" => Dialect::EnvoyGrpc,
        _ => return None,
    })
}

/// As a server hands it over: the name in lower case, of the letters that a name may have; a value without line breaks.
fn header(line: &[u8]) -> Option<Line<'_>> {
    // The names of HTTP/2 begin with a colon.
    let colon = line.iter().skip(1).position(|b| *b == b':')? + 1;
    let (name, value) = line.split_at(colon);
    let name = std::str::from_utf8(name).ok()?.to_ascii_lowercase();
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let rest = name.strip_prefix(':').unwrap_or(&name);
    (!rest.is_empty() && rest.bytes().all(is_token)).then_some(())?;
    let value = value.get(1..)?.trim_ascii();
    (!value.iter().any(|b| matches!(b, b'\r' | b'\0'))).then_some((name, value))
}

fn is_method(dialect: Dialect, name: &str) -> bool {
    name == match dialect {
        Dialect::Forward => "x-forwarded-method",
        Dialect::Nginx | Dialect::NginxRefusal => "x-original-method",
        Dialect::Envoy | Dialect::EnvoyGrpc => ":method",
    }
}

fn is_of_others(dialect: Dialect, name: &str) -> bool {
    const FORWARDED: [&str; 4] = ["x-forwarded-method", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-uri"];
    let is_forwarded = FORWARDED.contains(&name);
    let is_original = matches!(name, "x-original-url" | "x-original-method");
    let is_line = name.starts_with(':');
    match dialect {
        Dialect::Forward => is_original || is_line,
        Dialect::Nginx | Dialect::NginxRefusal => is_forwarded || is_line,
        Dialect::Envoy => is_original || is_forwarded && name != "x-forwarded-proto",
        Dialect::EnvoyGrpc => is_original || is_forwarded,
    }
}
