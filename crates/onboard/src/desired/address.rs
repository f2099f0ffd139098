//! Addresses in a declaration: where an app lives, and where browsers may be sent back to.
//!
//! An address is kept as it was written and must already be written the way every browser writes it:
//! comparison is byte for byte everywhere (RFC 9700 §2.1).

use crate::mistake::{Mistake, Place};
use doorstep_core::gateway;
use url::{Host, Origin, Position, Url};

/// How an app on Doorstep's own host is mended.
pub(super) const OWN_HOST: &str =
    "give the app a host of its own: browsers send Doorstep's cookies to every port of Doorstep's host";

/// Scheme, host and port of an address.
pub(super) fn origin(address: &str) -> Option<Origin> {
    let url = Url::parse(address).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host().is_some()).then(|| url.origin())
}

/// Host and port as written in an address.
pub(super) fn authority(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    rest.split('/').next()
}

/// Which cookies a browser sends to an address: [`doorstep_core::gateway::cookie_scope`].
pub(crate) fn cookie_scope(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let host = gateway::declared_host(host, url.scheme() == "https").ok()?;
    Some(gateway::cookie_scope(&host).to_owned())
}

/// Whether a browser would send Doorstep's cookies to `address` as well (security row 107).
pub(super) fn shares_cookies(address: &str, issuer: Option<&Origin>) -> bool {
    let own = issuer.and_then(|issuer| cookie_scope(&issuer.ascii_serialization()));
    own.is_some_and(|own| cookie_scope(address) == Some(own))
}

/// Where an app lives: without a trailing slash, else as written. Its host may be a wildcard.
pub(super) fn app_url(written: &str, at: &Place, issuer: Option<&Origin>) -> Result<String, Mistake> {
    let wrong = |what: String| Err(Mistake::new(at.clone(), what));
    let Ok(url) = Url::parse(written) else {
        return wrong(format!("`{written}` is not an address"))
            .map_err(|m| m.remedy("write it like https://app.example.org"));
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) || issuer.is_some_and(is_http) => {}
        "http" => {
            return wrong(format!("{written} is not encrypted"))
                .map_err(|m| m.remedy("use https; http is for localhost"));
        }
        other => return wrong(format!("`{other}` is not a scheme for an app")).map_err(|m| m.remedy("use https")),
    }
    if !url.username().is_empty() || url.password().is_some() || written.contains('@') {
        return wrong("an app's address holds no user name or password".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("an app's address ends before any `?` or `#`".into());
    }
    if written.contains('%') {
        return wrong("an app's address has no `%`".into());
    }
    if written.contains('*') {
        star(written, &url, at)?;
    }
    let canonical = url.as_str().trim_end_matches('/');
    if written.trim_end_matches('/') != canonical {
        return wrong(format!("`{written}` is not written as browsers write it")).map_err(|m| m.remedy(canonical));
    }
    if shares_cookies(canonical, issuer) {
        return wrong(format!("{canonical} is on the host of Doorstep itself")).map_err(|m| m.remedy(OWN_HOST));
    }
    Ok(canonical.to_owned())
}

/// What is wrong with the star in an address, if anything is.
fn star(written: &str, url: &Url, at: &Place) -> Result<(), Mistake> {
    let authority = authority(written).unwrap_or_default();
    let wrong = |what: String, remedy: &str| Err(Mistake::new(at.clone(), what).remedy(remedy));
    if url.path().contains('*') {
        return wrong("an address has a `*` in its host alone".to_owned(), "write it like https://*.apps.example.org");
    }
    match gateway::declared_host(authority, url.scheme() == "https") {
        Ok(_) if url.path() != "/" => wrong(
            format!("{written} has a path, and an app on every host below a name is the whole of each host"),
            "leave the path out",
        ),
        Ok(_) => Ok(()),
        Err(why @ gateway::InvalidWildcard::TooWide) => {
            wrong(why.to_string(), "name a domain of your own behind the `*.`: https://*.apps.example.org")
        }
        Err(why) => wrong(why.to_string(), "write it like https://*.apps.example.org"),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Whether Doorstep itself is plain http.
pub(super) fn is_http(origin: &Origin) -> bool {
    matches!(origin, Origin::Tuple(scheme, ..) if scheme == "http")
}
