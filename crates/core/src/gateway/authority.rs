//! The host of a request in its one form: lower case, ASCII, without a final dot or a default port.
//!
//! Security rows 65 and 121: a host with other characters moves what the path means, and a host that
//! is compared with its letter case finds no rule. Never parses a URL, and never builds one
//! only to parse it again.

use idna::AsciiDenyList;
use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};
use url::Host;

/// Not a host with an optional port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a host name with an optional port")]
pub struct InvalidHost;

const MAX: usize = 253; // RFC 1035 §2.3.4, in text

/// The canonical form of `host[:port]`; the port stays only when it is not the scheme's own.
pub fn canonical_host(given: &str, secure: bool) -> Result<Cow<'_, str>, InvalidHost> {
    if is_plain(given) {
        return Ok(Cow::Borrowed(given));
    }
    let (host, port) = split_port(given)?;
    let host = match host.strip_prefix('[') {
        Some(rest) => literal(rest)?,
        None => name(host)?,
    };
    match port {
        Some(port) if port != if secure { 443 } else { 80 } => Ok(Cow::Owned(format!("{host}:{port}"))),
        _ => Ok(Cow::Owned(host)),
    }
}

/// The part of a canonical host that decides which cookies a browser sends there: the name without its
/// port, because cookies know no ports (RFC 6265 §8.5). Two programs with one scope receive each other's
/// cookies, whatever their ports.
///
/// Loopback names keep their ports: a demo or a developer has nothing but ports to tell programs apart, and
/// whoever listens there runs on the person's own machine.
pub fn cookie_scope(canonical: &str) -> &str {
    let host = match split_port(canonical) {
        Ok((host, _)) => host,
        Err(InvalidHost) => canonical,
    };
    if is_loopback(host) { canonical } else { host }
}

fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    host == "localhost"
        || host.ends_with(".localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Already canonical, without a port: the common case, borrowed as it is.
fn is_plain(host: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
    (1..=MAX).contains(&host.len())
        && host.bytes().all(fits)
        && !host.bytes().zip(host.bytes().skip(1)).any(|pair| pair == (b'.', b'.'))
        && !host.starts_with('.')
        && !host.ends_with('.')
        && (!ends_in_a_number(host) || host.parse::<Ipv4Addr>().is_ok())
}

/// What a browser takes for an IPv4 address, whatever its spelling (URL standard §3.5): `1`, `0x7f.1`, `127.0.0.1`. It
/// sends none but the last.
fn ends_in_a_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let hex = |digits: &str| digits.bytes().all(|b| b.is_ascii_hexdigit());
    last.bytes().all(|b| b.is_ascii_digit()) || last.strip_prefix("0x").is_some_and(hex)
}

fn split_port(given: &str) -> Result<(&str, Option<u16>), InvalidHost> {
    let after = given.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = given.get(after..).and_then(|rest| rest.find(':')).map(|at| at + after) else {
        return Ok((given, None));
    };
    let (host, port) = given.split_at_checked(colon).ok_or(InvalidHost)?;
    let port = port.strip_prefix(':').ok_or(InvalidHost)?;
    if port.starts_with('0') || !port.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidHost);
    }
    Ok((host, Some(port.parse().map_err(|_| InvalidHost)?)))
}

/// An IP literal, RFC 3986 §3.2.2, in the one form that browsers send (URL standard §3.5).
fn literal(rest: &str) -> Result<String, InvalidHost> {
    let inner = rest.strip_suffix(']').ok_or(InvalidHost)?;
    let address: Ipv6Addr = inner.parse().map_err(|_| InvalidHost)?;
    Ok(Host::<&str>::Ipv6(address).to_string())
}

fn name(host: &str) -> Result<String, InvalidHost> {
    let ascii = if host.is_ascii() {
        host.to_ascii_lowercase()
    } else {
        // UTS 46 as the URL standard applies it; what browsers do before they send a host.
        idna::domain_to_ascii_cow(host.as_bytes(), AsciiDenyList::URL).map_err(|_| InvalidHost)?.into_owned()
    };
    let bare = ascii.strip_suffix('.').unwrap_or(&ascii);
    if is_plain(bare) { Ok(bare.to_owned()) } else { Err(InvalidHost) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_65_every_spelling_of_a_host_is_one_host() {
        for (given, secure, host) in [
            ("wiki.example.com", true, "wiki.example.com"),
            ("WIKI.Example.COM", true, "wiki.example.com"),
            ("wiki.example.com.", true, "wiki.example.com"),
            ("WIKI.example.com.:443", true, "wiki.example.com"),
            ("wiki.example.com:443", true, "wiki.example.com"),
            ("wiki.example.com:443", false, "wiki.example.com:443"),
            ("wiki.example.com:80", false, "wiki.example.com"),
            ("wiki.example.com:8443", true, "wiki.example.com:8443"),
            ("bücher.example", true, "xn--bcher-kva.example"),
            ("BÜCHER.example.:8443", true, "xn--bcher-kva.example:8443"),
            ("ｗｉｋｉ.example.com", true, "wiki.example.com"),
            ("my_app", false, "my_app"),
            ("[0:0::1]:8480", false, "[::1]:8480"),
            ("[::ffff:192.0.2.1]", true, "[::ffff:c000:201]"),
            ("127.0.0.1:8480", false, "127.0.0.1:8480"),
            ("192.0.2.1.", true, "192.0.2.1"),
            ("web2", true, "web2"),
        ] {
            assert_eq!(canonical_host(given, secure).as_deref(), Ok(host), "{given}");
            assert_eq!(canonical_host(host, secure).as_deref(), Ok(host), "{host} is canonical");
        }
    }

    #[test]
    fn security_107_cookies_know_no_ports_outside_of_loopback() {
        for (host, scope) in [
            ("wiki.example.com", "wiki.example.com"),
            ("wiki.example.com:8443", "wiki.example.com"),
            ("192.168.1.5:3000", "192.168.1.5"),
            ("[2001:db8::1]:3000", "[2001:db8::1]"),
            ("localhost.example.com:1", "localhost.example.com"),
            ("localhost:8481", "localhost:8481"),
            ("wiki.localhost:8481", "wiki.localhost:8481"),
            ("127.0.0.2:8481", "127.0.0.2:8481"),
            ("[::1]:8481", "[::1]:8481"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(cookie_scope(host), scope);
        }
    }

    #[test]
    fn security_121_what_is_not_a_host_is_refused() {
        for bad in [
            "",
            ".",
            "..",
            "a..b",
            ".a",
            "a..",
            "wiki.example.com/abc?x=",
            "wiki.example.com?x=",
            "wiki.example.com#x",
            "user@wiki.example.com",
            "wiki.example.com\\x",
            "wiki example.com",
            "wiki.example.com\t",
            " wiki.example.com",
            "wiki.example.com:",
            "wiki.example.com:0",
            "wiki.example.com:0443",
            "wiki.example.com:443:443",
            "wiki.example.com:99999",
            "wiki.example.com:+443",
            "wiki.example.com:x",
            "wiki%2eexample.com",
            "[::1",
            "[::1]x",
            "[wiki.example.com]",
            "::1",
            "*.example.com",
            "2",
            "127.1",
            "127.0.0.01",
            "0x7f.0.0.1",
            "wiki.0X7F",
            "256.0.0.1",
            "wiki.example.1.",
            "a\u{ff20}b.example",
            "a\u{ff0f}b.example",
            &"a".repeat(254),
        ] {
            assert_eq!(canonical_host(bad, true), Err(InvalidHost), "{bad:?}");
        }
    }
}
