//! Addresses that can be called, by who named them. Read as browsers read them (the URL Standard), so that `0x7f.1`,
//! `2130706433` and `127.1` are 127.0.0.1 before anything is decided. Whether an address may be called is decided when
//! it is called, by `policy`: a name leads elsewhere tomorrow.

use std::{fmt, net::IpAddr};
use thiserror::Error;
use url::{Host, Url};

/// Longer addresses are refused.
const LONGEST: usize = 2048;

/// Who named an address, and with that how far it is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamedBy {
    /// Whoever runs the instance, in its configuration or as its administrator. Private networks may be called.
    Operator,
    /// Anyone: an app that registers itself, a request, a document from elsewhere. Public addresses only.
    Stranger,
}

/// An address that whoever runs the instance named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorUrl(Destination);

/// An address that a stranger may have named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrangerUrl(Destination);

/// An address of either kind: where a request goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Destination {
    url: Url,
    named_by: NamedBy,
    hides_path: bool,
}

/// Why a text is no address that can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadUrl {
    /// Not a URL.
    #[error("this is no URL: {0}")]
    Unreadable(#[from] url::ParseError),
    /// Over 2048 bytes.
    #[error("the URL is longer than 2048 bytes")]
    TooLong,
    /// Neither https nor, where an operator named it, http.
    #[error("the URL has to begin with https://{}", if *http_too { " or http://" } else { "" })]
    Scheme {
        /// Whether http would do.
        http_too: bool,
    },
    /// `https://name:password@host`.
    #[error("the URL has a name or password before the host; credentials belong in a setting of their own")]
    UserInfo,
    /// Port 0.
    #[error("the URL names port 0, which nothing can listen on")]
    Port,
}

impl OperatorUrl {
    /// Reads an address: https, or http for a private network. A fragment is dropped, as nothing sends it.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        Destination::parse(text, NamedBy::Operator).map(Self)
    }

    /// The same, for an address whose path is a secret (a webhook's, often): errors and `Debug` show the origin only.
    #[must_use]
    pub fn with_secret_path(mut self) -> Self {
        self.0.hides_path = true;
        self
    }

    /// An address that a document found here names (`jwks_uri` in discovery): on the same origin as good as named by
    /// the operator, anywhere else a stranger's.
    pub fn leads_to(&self, text: &str) -> Result<Destination, BadUrl> {
        let there = Destination::parse(text, NamedBy::Operator)?;
        if there.is_at_origin_of(&self.0) { Ok(there) } else { Destination::parse(text, NamedBy::Stranger) }
    }

    /// The whole address, for keeping it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl StrangerUrl {
    /// Reads an address: https only. A fragment is dropped, as nothing sends it.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        Destination::parse(text, NamedBy::Stranger).map(Self)
    }

    /// The whole address, for keeping it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<OperatorUrl> for Destination {
    fn from(url: OperatorUrl) -> Self {
        url.0
    }
}

impl From<StrangerUrl> for Destination {
    fn from(url: StrangerUrl) -> Self {
        url.0
    }
}

impl Destination {
    fn parse(text: &str, named_by: NamedBy) -> Result<Self, BadUrl> {
        if text.len() > LONGEST {
            return Err(BadUrl::TooLong);
        }
        let mut url = Url::parse(text)?;
        let http_too = named_by == NamedBy::Operator;
        match url.scheme() {
            "https" => {}
            "http" if http_too => {}
            _ => return Err(BadUrl::Scheme { http_too }),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadUrl::UserInfo);
        }
        if url.port() == Some(0) {
            return Err(BadUrl::Port);
        }
        url.set_fragment(None);
        Ok(Self { url, named_by, hides_path: false })
    }

    /// Who named it.
    pub const fn named_by(&self) -> NamedBy {
        self.named_by
    }

    /// The whole address, the query included: not for logs.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Where a redirect to `location` leads, when it stays at this origin.
    pub(crate) fn redirected(&self, location: &str) -> Option<Self> {
        let url = self.url.join(location).ok()?;
        let there = Self { hides_path: self.hides_path, ..Self::parse(url.as_str(), self.named_by).ok()? };
        there.is_at_origin_of(self).then_some(there)
    }

    /// What a redirect to `location` would have led to, without path and query.
    pub(crate) fn origin_of(&self, location: &str) -> String {
        self.url.join(location).map_or_else(|_| "an unreadable address".to_owned(), |url| origin(&url))
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// The address itself, when the URL has one instead of a name.
    pub(crate) fn literal(&self) -> Option<IpAddr> {
        match self.url.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        }
    }

    /// The host as it stands in the URL, an IPv6 address in brackets.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// `Host`, RFC 9110 §7.2.
    pub(crate) fn authority(&self) -> String {
        self.url.port().map_or_else(|| self.host().to_owned(), |port| format!("{}:{port}", self.host()))
    }

    /// Host and port, always both: how `allow` names them.
    pub(crate) fn host_and_port(&self) -> String {
        format!("{}:{}", self.host().trim_end_matches('.'), self.port())
    }

    /// Path and query, RFC 9112 §3.2.1.
    pub(crate) fn origin_form(&self) -> String {
        self.url.query().map_or_else(|| self.url.path().to_owned(), |query| format!("{}?{query}", self.url.path()))
    }

    fn is_at_origin_of(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }
}

/// Scheme, host, port and path: what may stand in a log. Never the query.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&origin(&self.url))?;
        f.write_str(if self.hides_path { "/…" } else { self.url.path() })
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({:?})", self.named_by)
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
