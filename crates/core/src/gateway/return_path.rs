//! Where on an app's host a person goes after signing in: a path that cannot lead to another host.
//!
//! Security rows 11 and 13. A [`ReturnPath`] begins with exactly one `/`, has a canonical form, is
//! printable ASCII of at most 4 kB, and never leads back into `/.doorstep/`. What does not fit becomes `/`; one that
//! is only too long is remembered as such, so that the page can say so.

use super::{ProtectedHost, canonical_path};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::fmt;

/// Sealed in a relay state, it still fits a request line of 8 kB, the most that proxies take by default.
const MAX: usize = 4096;
const TEXT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// A path and query on the app's own host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath {
    text: Box<str>,
    was_too_long: bool,
}

impl ReturnPath {
    /// The front door.
    pub fn root() -> Self {
        Self { text: "/".into(), was_too_long: false }
    }

    /// The target of a request, if it can be asked for again; a POST is not replayed.
    pub fn of(method: &str, target: &str) -> Self {
        if matches!(method, "GET" | "HEAD") { Self::from_text(target) } else { Self::root() }
    }

    /// `target` if it is safe, else `/`.
    pub fn from_text(target: &str) -> Self {
        if target.len() > MAX {
            return Self::too_long();
        }
        if target.starts_with("//") || target.starts_with("/\\") {
            return Self::root();
        }
        match canonical_path(target) {
            Ok(path) if path != "/.doorstep" && !path.starts_with("/.doorstep/") => {
                let text = utf8_percent_encode(target, TEXT).to_string();
                if text.len() > MAX { Self::too_long() } else { Self { text: text.into(), was_too_long: false } }
            }
            _ => Self::root(),
        }
    }

    /// The front door, in place of a path that is too long to come back to.
    pub(super) fn too_long() -> Self {
        Self { was_too_long: true, ..Self::root() }
    }

    /// The path and query.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it stands in for a longer one.
    pub const fn was_too_long(&self) -> bool {
        self.was_too_long
    }
}

impl fmt::Display for ReturnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The absolute address of `path` on the app's host. Always absolute, because proxies resolve a
/// relative `Location` against their own idea of the address.
pub fn return_to(host: &ProtectedHost<'_>, path: &ReturnPath) -> String {
    format!("{}{path}", host.origin())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::Guarded;
    use url::Url;

    fn wiki(secure: bool, host: &str) -> ProtectedHost<'static> {
        let entry = Guarded {
            app: "wiki".parse().unwrap(),
            title: String::from("Wiki"),
            declared: host.into(),
            secure,
            allow: None,
            require: None,
            own_cookies: std::collections::BTreeSet::new(),
            rules: Vec::new(),
            authorization: crate::model::AuthorizationHeader::Pass,
            posture: crate::model::Posture::Headers,
        };
        ProtectedHost { host: host.to_owned().into(), entry: std::borrow::Cow::Owned(entry) }
    }

    #[test]
    fn security_11_hostile_return_paths_end_at_the_front_door() {
        for hostile in [
            "//evil.test",
            "///evil.test",
            "/\\evil.test",
            "/%09/evil.test",
            "/%0a/evil.test",
            "/\t/evil.test",
            "/\n/evil.test",
            "/ /evil.test",
            "/./\\evil.test",
            "/%5cevil.test",
            "/%2fevil.test",
            "https:evil.test",
            "https://evil.test",
            "javascript:alert(1)",
            "evil.test",
            "@evil.test",
            ".evil.test",
            ":80@evil.test",
            "",
            "/a#b",
            "/../x",
            "/.doorstep/logout",
            "/x/../.doorstep/logout",
            "/%2edoorstep/logout",
            &format!("/{}", "x".repeat(4096)),
        ] {
            assert_eq!(ReturnPath::from_text(hostile).as_str(), "/", "{hostile:?}");
            assert_eq!(ReturnPath::of("GET", hostile).as_str(), "/", "{hostile:?}");
        }
    }

    #[test]
    fn security_13_whatever_is_kept_stays_on_the_host() {
        for target in ["/", "/page?x=1&y=%zz", "/.//evil.test", "/a@evil.test", "/x?next=//evil.test", "/ä?ö"] {
            let path = ReturnPath::from_text(target);
            let url = Url::parse(&return_to(&wiki(true, "wiki.example.com"), &path)).unwrap();
            assert_eq!(url.origin().ascii_serialization(), "https://wiki.example.com", "{target}");
            assert!(path.as_str().is_ascii() && path.as_str().starts_with('/'), "{target}");
        }
    }

    #[test]
    fn the_way_back_is_kept_as_received() {
        for (target, kept) in [
            ("/page?x=/a,b#", "/"),
            ("/page?x=/a,b", "/page?x=/a,b"),
            ("/a/../b%41?", "/a/../b%41?"),
            ("/ä?\"<>", "/%C3%A4?%22%3C%3E"),
        ] {
            assert_eq!(ReturnPath::of("HEAD", target).as_str(), kept);
            assert_eq!(ReturnPath::of("POST", target).as_str(), "/");
        }
        assert_eq!(return_to(&wiki(false, "lab.test:81"), &ReturnPath::root()), "http://lab.test:81/");
    }

    #[test]
    fn four_kilobytes_are_kept_and_more_is_told() {
        for (target, kept, too_long) in [
            (format!("/{}", "x".repeat(4095)), true, false),
            (format!("/{}", "x".repeat(4096)), false, true),
            (format!("/{}", "ä".repeat(682)), true, false),
            (format!("/{}", "ä".repeat(683)), false, true),
            ("//evil.test".to_owned(), false, false),
            ("/.doorstep/logout".to_owned(), false, false),
        ] {
            let path = ReturnPath::of("GET", &target);
            assert_eq!((path.as_str() != "/", path.was_too_long()), (kept, too_long), "{} bytes", target.len());
        }
        assert!(
            !ReturnPath::of("POST", &format!("/{}", "x".repeat(4096))).was_too_long(),
            "a POST is not repeated anyway"
        );
    }
}
