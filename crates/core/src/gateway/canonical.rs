//! What the proxy said, as one request: method, scheme, host and path in canonical form.
//!
//! Every later rule reads this and never the raw headers. Keeps the raw target only to send a person
//! back to where they were going.

use super::{BadRequest, Raw, canonical_host, canonical_path};
use std::borrow::Cow;

/// The request that a decision is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalRequest<'a> {
    /// The method; `GET` for the extended CONNECT of a websocket (RFC 8441 §4).
    pub method: &'a str,
    /// Whether the proxy asks about a websocket.
    pub websocket: bool,
    /// Whether the client came by HTTPS.
    pub secure: bool,
    /// Canonical host, with a port that is not the scheme's own.
    pub host: Cow<'a, str>,
    /// Canonical path, without the query.
    pub path: Cow<'a, str>,
    /// Path and query as received.
    pub raw_target: &'a str,
    /// Whether the canonical path is not the path as received.
    pub differs: bool,
}

impl<'a> CanonicalRequest<'a> {
    /// What stands after the first `?`.
    pub fn query(&self) -> Option<&'a str> {
        self.raw_target.split_once('?').map(|(_, query)| query)
    }
}

/// Checks every part and brings it into its one form.
pub fn canonical<'a>(raw: &Raw<'a>) -> Result<CanonicalRequest<'a>, BadRequest> {
    let (method, tunnel) = match raw.method {
        "CONNECT" => ("GET", true),
        method if is_method(method) => (method, false),
        _ => return Err(BadRequest::Method),
    };
    let (secure, socket) = scheme(raw.proto)?;
    let host = canonical_host(raw.host, secure).map_err(|_| BadRequest::Host)?;
    let path = canonical_path(raw.uri)?;
    // The canonical form is borrowed exactly when it stands at the head of the raw target.
    let differs = matches!(path, Cow::Owned(_));
    Ok(CanonicalRequest { method, websocket: tunnel || socket, secure, host, path, raw_target: raw.uri, differs })
}

/// Whether it is HTTPS, and whether it is a websocket.
pub(super) fn scheme(proto: &str) -> Result<(bool, bool), BadRequest> {
    match proto {
        "https" => Ok((true, false)),
        "http" => Ok((false, false)),
        "wss" => Ok((true, true)),
        "ws" => Ok((false, true)),
        _ => Err(BadRequest::Proto),
    }
}

/// RFC 9110 §9.1 and §5.6.2. Letter case counts: `get` is a method of its own, and not a safe one.
fn is_method(token: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !token.is_empty() && token.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::PathFault;

    const RAW: Raw<'_> = Raw { method: "GET", proto: "https", host: "wiki.example.com", uri: "/page?q=1" };

    #[test]
    fn a_plain_request_is_borrowed_as_it_is() {
        let request = canonical(&RAW).unwrap();
        assert!(matches!((&request.host, &request.path), (Cow::Borrowed(_), Cow::Borrowed("/page"))));
        assert_eq!((request.query(), request.differs, request.websocket), (Some("q=1"), false, false));
        assert!(canonical(&Raw { uri: "//page", ..RAW }).unwrap().differs);
        assert!(!canonical(&Raw { uri: "/.well-known/x%C3%A4", ..RAW }).unwrap().differs);
    }

    #[test]
    fn websockets_are_told_by_scheme_or_connect() {
        for (method, proto, seen) in [
            ("GET", "wss", ("GET", true, true)),
            ("GET", "ws", ("GET", false, true)),
            ("CONNECT", "https", ("GET", true, true)),
            ("POST", "http", ("POST", false, false)),
        ] {
            let request = canonical(&Raw { method, proto, ..RAW }).unwrap();
            assert_eq!((request.method, request.secure, request.websocket), seen, "{method} {proto}");
        }
    }

    #[test]
    fn a_method_is_any_token_and_none_but_get_is_get() {
        for method in ["GET", "M-SEARCH", "VERSION-CONTROL", "get", "X_1!#$%&'*+.^`|~", &"A".repeat(99)] {
            assert_eq!(canonical(&Raw { method, ..RAW }).unwrap().method, method);
        }
    }

    #[test]
    fn each_part_is_checked() {
        for (raw, fault) in [
            (Raw { method: "", ..RAW }, BadRequest::Method),
            (Raw { method: "GET ", ..RAW }, BadRequest::Method),
            (Raw { method: "GET,POST", ..RAW }, BadRequest::Method),
            (Raw { method: "G\u{e9}T", ..RAW }, BadRequest::Method),
            (Raw { method: "GE\u{0}T", ..RAW }, BadRequest::Method),
            (Raw { proto: "HTTPS", ..RAW }, BadRequest::Proto),
            (Raw { proto: "ftp", ..RAW }, BadRequest::Proto),
            (Raw { proto: "", ..RAW }, BadRequest::Proto),
            (Raw { host: "wiki.example.com/abc?x=", ..RAW }, BadRequest::Host),
            (Raw { uri: "*", ..RAW }, BadRequest::Path(PathFault::NotAPath)),
        ] {
            assert_eq!(canonical(&raw), Err(fault), "{raw:?}");
        }
    }
}
