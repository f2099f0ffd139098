//! Which of our names a request was sent to: the issuer's host, the internal address, the host of an issuer before, or none
//! of them.

use crate::state::{Peer, Web};
use axum::response::Response;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{HOST, STRICT_TRANSPORT_SECURITY},
};
use hyper::body::Incoming;

/// The name that a request was sent to.
#[derive(Clone, Copy)]
pub(crate) enum Named<'n> {
    /// The issuer's host.
    Issuer,
    /// The internal address, and not the issuer's host.
    Internal(&'n str),
    /// The host of an issuer that the instance had before: which one.
    Former(&'n str),
    /// None of them.
    Other,
}

impl<'n> Named<'n> {
    /// Security row 74: pages are for the issuer's host only. A trusted proxy may say which it was.
    pub(crate) fn of(web: &'n Web, peer: Peer, headers: &HeaderMap) -> Self {
        let settings = &web.instance.context.settings;
        let own = settings.issuer_host();
        if names(web, (peer, headers), |host| same_host(host, own, web.https)) {
            return Self::Issuer;
        }
        let internal = settings.internal.as_deref();
        let meant = internal.filter(|internal| names(web, (peer, headers), |host| is_at(internal, host)));
        let former = || settings.former.iter().find(|former| names(web, (peer, headers), |host| is_at(former, host)));
        match meant {
            Some(internal) => Self::Internal(internal),
            None => former().map_or(Self::Other, |former| Self::Former(former)),
        }
    }

    /// The former issuer, if it is that.
    pub(crate) const fn former(self) -> Option<&'n str> {
        match self {
            Self::Former(issuer) => Some(issuer),
            Self::Issuer | Self::Internal(_) | Self::Other => None,
        }
    }

    /// The internal address, if it is that.
    pub(crate) const fn internal(self) -> Option<&'n str> {
        match self {
            Self::Internal(address) => Some(address),
            Self::Issuer | Self::Former(_) | Self::Other => None,
        }
    }
}

/// Whether a request names such a host, by itself or as a trusted proxy says.
fn names(web: &Web, (peer, headers): (Peer, &HeaderMap), same: impl Fn(&str) -> bool) -> bool {
    let named = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
    };
    named(HOST).is_some_and(&same)
        || (web.trusted().contains(peer) && named(HeaderName::from_static("x-forwarded-host")).is_some_and(&same))
}

/// Whether a request names the host that is the RP ID of a former issuer. Browsers ask there without the issuer's port.
pub(crate) fn is_former_rp_id(web: &Web, peer: Peer, headers: &HeaderMap) -> bool {
    let rp = web.instance.context.rp();
    rp.former_ids().any(|id| names(web, (peer, headers), |host| same_host(host, id, true)))
}

/// HSTS is a promise of a host (RFC 6797 §8.1): under another name than the issuer's none is made.
pub(crate) fn under(named: Named<'_>, mut answer: Response) -> Response {
    if !matches!(named, Named::Issuer) {
        answer.headers_mut().remove(STRICT_TRANSPORT_SECURITY);
    }
    answer
}

/// From here on `Host` is what the request names, however it does: HTTP/2 by `:authority` (RFC 9113 §8.3.1),
/// HTTP/1.1 by an absolute address, which counts before the header (RFC 9112 §3.2.2).
pub(crate) fn name_the_host(request: &mut http::Request<Incoming>) {
    let named = request.uri().authority().and_then(|named| HeaderValue::from_str(named.as_str()).ok());
    if let Some(named) = named {
        request.headers_mut().insert(HOST, named);
    }
}

/// Whether a host is that of an origin.
fn is_at(origin: &str, named: &str) -> bool {
    origin.split_once("://").is_some_and(|(scheme, own)| same_host(named, own, scheme == "https"))
}

fn same_host(named: &str, own: &str, https: bool) -> bool {
    let port = if https { ":443" } else { ":80" };
    let [named, own] = [named, own].map(|host| host.strip_suffix(port).unwrap_or(host).trim_end_matches('.'));
    named.eq_ignore_ascii_case(own)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
