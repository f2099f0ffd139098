//! The address at which programs beside this server reach it, where they do not reach the issuer's.
//!
//! Secrets and tokens travel to it, so that plain http is for what stays on this machine or in a private network.

use super::text::{Fault, TextValue};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use url::{Host, Url};

/// An origin such as `http://doorstep:8480`, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternalUrl(String);

/// Ends of names that the public DNS does not hold: RFC 6761, RFC 6762, RFC 8375, `internal` (ICANN 2024), and those of
/// Kubernetes.
const PRIVATE: [&str; 6] = [".localhost", ".local", ".internal", ".home.arpa", ".svc", ".svc.cluster.local"];

impl InternalUrl {
    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, with a port where one is written.
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest)
    }
}

impl FromStr for InternalUrl {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let example = "write it like http://doorstep:8480 or https://doorstep.example.internal";
        let url = Url::parse(text).map_err(|_| Fault::new("is not a web address", example))?;
        let ("http" | "https", Some(host)) = (url.scheme(), url.host()) else {
            return Err(Fault::new("is not a web address", example));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Fault::new("has a user name or password in it", example));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(Fault::new("is more than scheme, host and port", example));
        }
        if url.scheme() == "http" && !is_private(&host) {
            let what = "begins with http, and secrets would travel to it through a network that is not private";
            return Err(Fault::new(what, "write https, or a private address or name"));
        }
        let bare = url.as_str().trim_end_matches('/');
        if bare != text {
            return Err(Fault::new("is not in its plain form", format!("write {bare}")));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whether an address or name leads to this machine or a private network, and nowhere else.
fn is_private(host: &Host<&str>) -> bool {
    let v4 = |ip: &Ipv4Addr| ip.is_loopback() || ip.is_private();
    let v6 = |ip: &Ipv6Addr| ip.is_loopback() || ip.is_unique_local();
    match host {
        Host::Domain(name) => !name.contains('.') || PRIVATE.iter().any(|end| name.ends_with(end)),
        Host::Ipv4(ip) => v4(ip),
        Host::Ipv6(ip) => ip.to_ipv4_mapped().map_or_else(|| v6(ip), |ip| v4(&ip)),
    }
}

impl TextValue for InternalUrl {
    const FORMAT: &'static str = "internal-url";
    fn text(&self) -> String {
        self.0.clone()
    }
}

super::text::as_string!(InternalUrl, "InternalUrl", "http://doorstep:8480");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_private_addresses_alone() {
        for (text, good) in [
            ("http://doorstep:8480", true),
            ("http://localhost", true),
            ("http://doorstep.sso.svc.cluster.local:8480", true),
            ("http://auth.internal", true),
            ("http://127.0.0.1:8480", true),
            ("http://10.1.2.3", true),
            ("http://[fd00::1]:8480", true),
            ("https://auth.lan.example.org", true),
            ("https://203.0.113.9", true),
            ("http://auth.example.org", false),
            ("http://203.0.113.9", false),
            ("http://[2001:db8::1]", false),
            ("http://[::ffff:203.0.113.9]", false),
            ("http://169.254.169.254", false),
            ("http://notlocal", true),
            ("http://evil.test.local.example", false),
            ("http://doorstep:8480/", false),
            ("http://doorstep:8480/x", false),
            ("http://doorstep:80", false),
            ("http://me@doorstep", false),
            ("http://Doorstep", false),
            ("ftp://doorstep", false),
            ("doorstep:8480", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<InternalUrl>().is_ok(), good, "{text}");
        }
    }
}
