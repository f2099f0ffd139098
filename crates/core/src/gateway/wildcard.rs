//! A host of which the first label is left open: `*.apps.example.com` is every host with exactly one label more.
//!
//! The star stands for a whole label and for nothing else, so that a request's host has one parent to look up. What a
//! wildcard covers is decided for each request; whatever is kept of one goes by the host that was asked for.

use super::{canonical_host, cookie_scope};
use std::borrow::Cow;
use url::Url;

const STAR: &str = "*.";

/// Why a host is no wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWildcard {
    /// The star is somewhere else, or there are two.
    #[error("`*` stands for one whole label, the first")]
    Star,
    /// What stands behind the star is no name of a host.
    #[error("what stands behind `*.` is not the name of a host")]
    Parent,
    /// It would cover what many people own.
    #[error("what stands behind `*.` belongs to a registry, and hosts below it to anybody")]
    TooWide,
}

/// Names under which registries of countries let anybody have a name: `co.uk`.
const OF_REGISTRIES: [&str; 17] = [
    "ac", "co", "com", "edu", "gob", "gouv", "gov", "govt", "ltd", "mil", "ne", "net", "nom", "or", "org", "plc", "sch",
];

/// The canonical form of a declared `host[:port]`, which may be a wildcard.
pub fn declared_host(given: &str, secure: bool) -> Result<Cow<'_, str>, InvalidWildcard> {
    let Some(parent) = given.strip_prefix(STAR) else {
        let star = given.contains('*');
        return canonical_host(given, secure)
            .map_err(|_| if star { InvalidWildcard::Star } else { InvalidWildcard::Parent });
    };
    if parent.contains('*') {
        return Err(InvalidWildcard::Star);
    }
    let parent = canonical_host(parent, secure).map_err(|_| InvalidWildcard::Parent)?;
    // By its name alone, loopback or not.
    let name = parent.split_once(':').map_or(&*parent, |(name, _)| name);
    if !name.split('.').all(is_label) || canonical_host(&format!("a.{name}"), secure).is_err() {
        return Err(InvalidWildcard::Parent);
    }
    match name.rsplit_once('.') {
        None => Err(InvalidWildcard::TooWide),
        Some((registry, country)) if country.len() == 2 && OF_REGISTRIES.contains(&registry) => {
            Err(InvalidWildcard::TooWide)
        }
        Some(_) => Ok(Cow::Owned(format!("{STAR}{parent}"))),
    }
}

/// What stands behind the star of a canonical wildcard.
pub(super) fn parent_of_wildcard(declared: &str) -> Option<&str> {
    declared.strip_prefix(STAR)
}

/// Whether a declared address is one of many hosts, so that nobody can be led to it.
pub fn is_wildcard_url(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(|host| host.starts_with(STAR)))
}

/// Whether a wildcard covers a host or another wildcard of the same depth, as browsers send cookies: whatever the port.
pub(super) fn covers(wildcard: &str, host: &str) -> bool {
    let parent = |text: &str| text.split_once('.').map(|(_, parent)| cookie_scope(parent).to_owned());
    parent_of_wildcard(wildcard).is_some() && parent(wildcard) == parent(host)
}

/// The host that a wildcard would be looked up by, behind the first label; `None` when that label is no host's.
pub(super) fn parent_of(host: &str) -> Option<&str> {
    let (label, parent) = host.split_once('.')?;
    is_label(label).then_some(parent)
}

/// A label of a host name: letters, digits and hyphens, RFC 1123 §2.1.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_is_a_whole_first_label_over_a_name_of_ones_own() {
        for (given, declared) in [
            ("*.apps.example.com", "*.apps.example.com"),
            ("*.example.com", "*.example.com"),
            ("*.Apps.Example.COM.", "*.apps.example.com"),
            ("*.apps.example.com:443", "*.apps.example.com"),
            ("*.apps.example.com:8443", "*.apps.example.com:8443"),
            ("*.bücher.example", "*.xn--bcher-kva.example"),
            ("*.apps.localhost:8481", "*.apps.localhost:8481"),
            ("*.com.example.uk", "*.com.example.uk"),
            ("*.co.example", "*.co.example"),
            ("wiki.example.com", "wiki.example.com"),
        ] {
            assert_eq!(declared_host(given, true).as_deref(), Ok(declared), "{given}");
        }
        for (given, why) in [
            ("*", InvalidWildcard::Star),
            ("a*.apps.example.com", InvalidWildcard::Star),
            ("*a.apps.example.com", InvalidWildcard::Star),
            ("a.*.example.com", InvalidWildcard::Star),
            ("*.*.example.com", InvalidWildcard::Star),
            ("**.example.com", InvalidWildcard::Star),
            ("*.", InvalidWildcard::Parent),
            ("*..example.com", InvalidWildcard::Parent),
            ("*.0.0.1", InvalidWildcard::Parent),
            ("*.127.0.0.1", InvalidWildcard::Parent),
            ("*.[::1]", InvalidWildcard::Parent),
            ("*.my_app.example.com", InvalidWildcard::Parent),
            ("*.com", InvalidWildcard::TooWide),
            ("*.localhost", InvalidWildcard::TooWide),
            ("*.localhost:8481", InvalidWildcard::TooWide),
            ("*.co.uk", InvalidWildcard::TooWide),
            ("*.com.au:8443", InvalidWildcard::TooWide),
        ] {
            assert_eq!(declared_host(given, true), Err(why), "{given}");
        }
    }

    #[test]
    fn only_a_label_of_a_host_stands_for_the_star() {
        let longest = format!("{}.apps.example.com", "a".repeat(63));
        for host in ["a.apps.example.com", "xn--bcher-kva.apps.example.com", "1.apps.example.com", &longest] {
            assert_eq!(parent_of(host), Some("apps.example.com"), "{host}");
        }
        let longer = format!("{}.apps.example.com", "a".repeat(64));
        for host in
            ["*.apps.example.com", "a_b.apps.example.com", "-a.apps.example.com", "a-.apps.example.com", &longer]
        {
            assert_eq!(parent_of(host), None, "{host}");
        }
        assert_eq!((parent_of("localhost"), parent_of(".example.com"), parent_of("")), (None, None, None));
    }

    #[test]
    fn a_wildcard_covers_one_label_whatever_the_port() {
        for (wildcard, host, covered) in [
            ("*.apps.example.com", "a.apps.example.com", true),
            ("*.apps.example.com", "a.apps.example.com:8443", true),
            ("*.apps.example.com:8443", "a.apps.example.com", true),
            ("*.apps.example.com", "a.b.apps.example.com", false),
            ("*.apps.example.com", "apps.example.com", false),
            ("*.apps.localhost:1", "a.apps.localhost:2", false),
            ("apps.example.com", "a.apps.example.com", false),
        ] {
            assert_eq!(covers(wildcard, host), covered, "{wildcard} {host}");
        }
    }
}
