//! The issuer: the one address of the instance, byte for byte as every app compares it.
//!
//! OpenID Connect Discovery §3 and RFC 8414 §2: https, no query, no fragment. `http` is taken for
//! this machine only, where browsers treat it as a secure context.

use super::text::{Fault, TextValue};
use std::str::FromStr;
use url::{Host, Url};

/// An address such as `https://auth.example.org`, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    host: String,
    secure: bool,
}

impl Issuer {
    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
    /// Its host, without a port.
    pub fn host(&self) -> &str {
        &self.host
    }
    /// Whether it is https.
    pub const fn is_https(&self) -> bool {
        self.secure
    }
}

impl FromStr for Issuer {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let example = "write it like https://auth.example.org";
        let Ok(url) = Url::parse(text) else {
            return Err(Fault::new("is not a web address", meant(text).unwrap_or_else(|| example.to_owned())));
        };
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Fault::new("is not a web address", meant(text).unwrap_or_else(|| example.to_owned()))),
        };
        let host = name_of(&url)?;
        if !secure && host != "localhost" && !host.ends_with(".localhost") {
            let mut https = url.clone();
            let _ = https.set_scheme("https");
            let remedy = format!("write {}; a proxy in front may speak https for Doorstep", bare(&https));
            return Err(Fault::new("begins with http, which apps and browsers refuse", remedy));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Fault::new("has a user name or password in it", example));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Fault::new("has a query or fragment", format!("write {}", bare(&url))));
        }
        if url.path() != "/" {
            let what =
                "has a path; Doorstep answers at the root of its host, which it cannot share (cookies, passkeys)";
            return Err(Fault::new(what, format!("write {}, or a host of its own", bare(&url))));
        }
        if text.ends_with('/') {
            return Err(Fault::new("ends with a slash", format!("write {}", bare(&url))));
        }
        if bare(&url) != text {
            let what = "is not in the form that browsers use, so apps would not find it equal";
            return Err(Fault::new(what, format!("write {}", bare(&url))));
        }
        Ok(Self { text: text.to_owned(), host, secure })
    }
}

/// Passkeys belong to a domain name (WebAuthn §5.1.3); an IP address cannot have any.
fn name_of(url: &Url) -> Result<String, Fault> {
    let what = "is an IP address, under which browsers refuse passkeys";
    let loopback = match url.host() {
        Some(Host::Domain(name)) if name.contains('*') => {
            let remedy = "write one name, like https://auth.example.org; apps may have others";
            return Err(Fault::new("has a `*` in its host, and people sign in at one address", remedy));
        }
        Some(Host::Domain(name)) if name.ends_with('.') => {
            let mut url = url.clone();
            let _ = url.set_host(Some(name.trim_end_matches('.')));
            return Err(Fault::new("has a dot at the end of its host", format!("write {}", bare(&url))));
        }
        Some(Host::Domain(name)) => return Ok(name.to_owned()),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(Fault::new("has no host", "write it like https://auth.example.org")),
    };
    if !loopback {
        return Err(Fault::new(what, "write the name that people will open, like https://auth.example.org"));
    }
    let mut local = url.clone();
    let _ = local.set_host(Some("localhost"));
    Err(Fault::new(what, format!("write {}", bare(&local))))
}

/// The address that was probably meant: a host without a scheme, or with another one.
fn meant(text: &str) -> Option<String> {
    let host = text.trim().rsplit("://").next().unwrap_or_default().trim_start_matches('/');
    let candidate = format!("https://{}", host.trim_end_matches('/'));
    let is_name = host.contains('.') && !host.contains([' ', '@']);
    (is_name && candidate.parse::<Issuer>().is_ok()).then(|| format!("write {candidate}"))
}

/// Scheme, host and port as the URL standard writes them, without what an issuer may not have.
fn bare(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    url.as_str().trim_end_matches('/').to_owned()
}

impl TextValue for Issuer {
    const FORMAT: &'static str = "issuer";
    fn text(&self) -> String {
        self.text.clone()
    }
}

super::text::as_string!(Issuer, "Issuer", "https://auth.example.org");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_that_every_app_can_compare_are_taken() {
        for (text, host, secure) in [
            ("https://auth.example.org", "auth.example.org", true),
            ("https://auth.example.org:8443", "auth.example.org", true),
            ("http://localhost:8480", "localhost", false),
            ("http://auth.localhost", "auth.localhost", false),
        ] {
            let issuer: Issuer = text.parse().unwrap();
            assert_eq!((issuer.as_str(), issuer.host(), issuer.is_https()), (text, host, secure));
        }
    }

    #[test]
    fn other_issuers_are_refused_with_what_to_write() {
        for (text, what, remedy) in [
            ("https://auth.example.org/", "ends with a slash", "write https://auth.example.org"),
            ("https://example.org/auth/", "has a path", "write https://example.org, or a host"),
            ("https://example.org/auth", "has a path", "write https://example.org, or a host"),
            ("https://example.org//", "has a path", "write https://example.org, or a host"),
            ("http://auth.example.org", "begins with http,", "write https://auth.example.org;"),
            ("http://localhost.example.org", "begins with http,", "write https://localhost.example.org;"),
            ("http://127.0.0.1:8480", "is an IP address", "write http://localhost:8480"),
            ("http://[::1]:8480", "is an IP address", "write http://localhost:8480"),
            ("https://192.168.1.4", "is an IP address", "write the name"),
            ("https://auth.example.org?a=b", "has a query", "write https://auth.example.org"),
            ("https://auth.example.org#top", "has a query", "write https://auth.example.org"),
            ("https://ada:pw@auth.example.org", "has a user name", "write it like"),
            ("https://Auth.Example.org", "is not in the form", "write https://auth.example.org"),
            ("https://auth.example.org:443", "is not in the form", "write https://auth.example.org"),
            ("https://bücher.example", "is not in the form", "write https://xn--bcher-kva.example"),
            ("https://example.org/a/../b", "has a path", "write https://example.org, or a host"),
            ("auth.example.org", "is not a web address", "write https://auth.example.org"),
            ("auth.example.org:8443/", "is not a web address", "write https://auth.example.org:8443"),
            ("//auth.example.org", "is not a web address", "write https://auth.example.org"),
            ("ftp://auth.example.org", "is not a web address", "write https://auth.example.org"),
            ("https://*.example.org", "has a `*`", "write one name"),
            ("https://auth.example.org.", "has a dot", "write https://auth.example.org"),
            (" https://auth.example.org", "is not in the form", "write https://auth.example.org"),
            ("ada:pw@auth.example.org", "is not a web address", "write it like"),
            ("", "is not a web address", "write it like"),
        ] {
            let fault = text.parse::<Issuer>().unwrap_err();
            assert!(fault.what.starts_with(what), "{text}: {}", fault.what);
            let said = fault.remedy.unwrap();
            assert!(said.starts_with(remedy), "{text}: {said}");
            assert!(!said.contains("pw"), "{said}");
        }
    }
}
