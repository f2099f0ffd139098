//! A cookie of an app's own that goes when the person's session at the app ends.
//!
//! An app behind forward auth may keep a session of its own, and would show the last person to the next. Doorstep
//! stands on the app's host and can expire a cookie there by its name (RFC 6265 §4.1.2.2). `Clear-Site-Data` cannot
//! be used: it clears the whole registrable domain (W3C Clear Site Data §4.1), other apps and Doorstep itself included.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Name, and the parent domain it was set for, if it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct OwnCookie {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    name: String,
    #[serde(default)]
    domain: Option<String>,
}

/// Why it is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOwnCookie {
    /// RFC 6265 §4.1.1: a name is a token.
    #[error("is not the name of a cookie")]
    Name,
    /// It belongs to Doorstep.
    #[error("is a cookie of Doorstep's own")]
    Ours,
    /// RFC 6265bis §4.1.3.2: a browser takes no such cookie.
    #[error("begins with `__Host-`, and such a cookie has no domain")]
    HostOnly,
    /// Not a host name with a dot in it.
    #[error("has a domain that is not a host name of two labels or more")]
    Domain,
}

const MOST: usize = 128;
const OURS: &str = "__host-ds_";

impl OwnCookie {
    /// The cookie of that name; `domain` when the app sets it for a parent of its host.
    pub fn new(name: &str, domain: Option<&str>) -> Result<Self, InvalidOwnCookie> {
        if !(1..=MOST).contains(&name.len()) || !name.bytes().all(is_token) {
            return Err(InvalidOwnCookie::Name);
        }
        // Browsers take these prefixes in any letter case (RFC 6265bis §5.7).
        let lower = name.to_ascii_lowercase();
        if lower.starts_with(OURS) {
            return Err(InvalidOwnCookie::Ours);
        }
        if lower.starts_with("__host-") && domain.is_some() {
            return Err(InvalidOwnCookie::HostOnly);
        }
        if domain.is_some_and(|domain| !is_domain(domain)) {
            return Err(InvalidOwnCookie::Domain);
        }
        Ok(Self { name: name.to_owned(), domain: domain.map(str::to_owned) })
    }

    /// The parent domain it is set for.
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// Whether a `Cookie` header value holds it.
    pub fn is_in(&self, cookies: &[u8]) -> bool {
        cookies.split(|b| *b == b';').any(|pair| {
            let pair = pair.trim_ascii_start();
            pair.strip_prefix(self.name.as_bytes()).is_some_and(|rest| rest.first() == Some(&b'='))
        })
    }

    /// The `Set-Cookie` values that expire it on the app's host, `secure` when that is HTTPS. One that has a domain may
    /// have been set for the host alone as well.
    pub fn expired(&self, secure: bool) -> impl Iterator<Item = String> {
        let secure = if secure { "; Secure" } else { "" };
        let line = move |domain: String| {
            let name = &self.name;
            format!("{name}=; Path=/{domain}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT{secure}; HttpOnly")
        };
        let parent = self.domain.iter().map(|domain| format!("; Domain={domain}"));
        std::iter::once(String::new()).chain(parent).map(line)
    }
}

impl TryFrom<Written> for OwnCookie {
    type Error = InvalidOwnCookie;

    fn try_from(written: Written) -> Result<Self, InvalidOwnCookie> {
        Self::new(&written.name, written.domain.as_deref())
    }
}

impl fmt::Display for OwnCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.domain {
            Some(domain) => write!(f, "{} of {domain}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// RFC 9110 §5.6.2.
const fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(
            b,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.') && domain.split('.').all(label) && !last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_cookie_that_may_be_an_apps_own_is_one() {
        use InvalidOwnCookie::{Domain, HostOnly, Name, Ours};
        for (name, domain, wrong) in [
            ("pga4_session", None, None),
            ("__Host-session", None, None),
            ("__Secure-session", Some("example.org"), None),
            ("a.b!#$%&'*+-^_`|~", None, None),
            ("", None, Some(Name)),
            ("a b", None, Some(Name)),
            ("a;b", None, Some(Name)),
            ("a=b", None, Some(Name)),
            ("a\r\nX-Y: z", None, Some(Name)),
            ("s\u{e9}ssion", None, Some(Name)),
            (&"a".repeat(129), None, Some(Name)),
            ("__Host-ds_app", None, Some(Ours)),
            ("__Host-ds_session", None, Some(Ours)),
            ("__hOST-DS_relay", None, Some(Ours)),
            ("__Host-session", Some("example.org"), Some(HostOnly)),
            ("__host-session", Some("example.org"), Some(HostOnly)),
            ("a", Some("org"), Some(Domain)),
            ("a", Some(".example.org"), Some(Domain)),
            ("a", Some("example.org; Secure"), Some(Domain)),
            ("a", Some("Example.org"), Some(Domain)),
            ("a", Some("192.0.2.1"), Some(Domain)),
        ] {
            assert_eq!(OwnCookie::new(name, domain).err(), wrong, "{name} {domain:?}");
        }
    }

    #[test]
    fn it_is_expired_as_it_was_set() {
        let lines = |name: &str, domain: Option<&str>, secure: bool| {
            let cookie = OwnCookie::new(name, domain).unwrap();
            cookie.expired(secure).collect::<Vec<_>>().join("\n")
        };
        let gone = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
        assert_eq!(lines("__Host-s", None, true), format!("__Host-s=; Path=/; {gone}; Secure; HttpOnly"));
        assert_eq!(lines("s", None, false), format!("s=; Path=/; {gone}; HttpOnly"));
        let both =
            format!("s=; Path=/; {gone}; Secure; HttpOnly\ns=; Path=/; Domain=example.org; {gone}; Secure; HttpOnly");
        assert_eq!(lines("s", Some("example.org"), true), both);
    }

    #[test]
    fn it_is_found_by_its_whole_name() {
        let cookie = OwnCookie::new("sid", None).unwrap();
        for (line, there) in [
            ("sid=1", true),
            ("a=b; sid=1", true),
            ("a=b;sid=", true),
            ("xsid=1", false),
            ("sid2=1", false),
            ("a=sid=1", false),
            ("sid", false),
            ("", false),
        ] {
            assert_eq!(cookie.is_in(line.as_bytes()), there, "{line}");
        }
    }
}
