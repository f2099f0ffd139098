//! Redirect URIs: which may be registered, and which one of a request is registered.
//!
//! RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1. Comparison is byte for byte; the only leniency is the
//! port of a loopback IP literal for native clients. Nothing is ever normalised, and what cannot be
//! parsed is refused, never compared some other way. Where the answer goes is built in
//! [`super::response_mode`].

use crate::model::Client;
use std::fmt;
use url::Url;

/// A well-formed redirect URI, kept as it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct RedirectUri {
    text: Box<str>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Web,
    Loopback,
    PrivateUse,
}

/// What a client may register beyond `https`, loopback `http` and reverse-domain schemes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RedirectRules {
    /// A native client: private-use schemes without a dot too (`audiobookshelf://oauth`).
    pub native: bool,
    /// The instance itself is plain `http`: so may its apps be.
    pub insecure_http: bool,
}

/// Why a text may not be registered as a redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Empty, or longer than 2048 bytes.
    #[error("it must have 1 to 2048 characters")]
    Length,
    /// A blank, a control character, a backslash, a letter outside ASCII, or another character that no URI has.
    #[error("it has a character that a URI cannot have; write it percent-encoded")]
    Character,
    /// A `%` that is not followed by two hexadecimal digits.
    #[error("it has a `%` that is not followed by two hexadecimal digits")]
    Escape,
    /// RFC 6749 §3.1.2.
    #[error("it must not have a fragment (`#`)")]
    Fragment,
    /// There are no wildcards.
    #[error("it must not have a `*`: addresses are compared exactly")]
    Wildcard,
    /// `user@host`, which hides the host.
    #[error("it must not have `@` before the path")]
    Userinfo,
    /// No scheme, no host, or a host or port that cannot be.
    #[error("it is not an absolute address with a valid host and port")]
    NotAbsolute,
    /// RFC 9700 §2.6: `http` for anything but the machine itself.
    #[error("it must begin with https:// (http:// is for 127.0.0.1, [::1] and localhost)")]
    InsecureHttp,
    /// A scheme that a browser runs or reads itself, or that belongs to another protocol.
    #[error("its scheme cannot be used to return to an app")]
    DangerousScheme,
    /// RFC 8252 §7.1: a private-use scheme has a dot, unless the client is native.
    #[error("only a native client may use a scheme without a dot")]
    NotNative,
}

const MAX: usize = 2048;

/// Schemes that a browser or a system runs, reads, or gives to another protocol. Lower case.
const DANGEROUS: [&str; 26] = [
    "about",
    "blob",
    "chrome",
    "chrome-extension",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "ftps",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mailto",
    "ms-msdt",
    "resource",
    "search-ms",
    "sms",
    "ssh",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

impl RedirectUri {
    /// Checks a redirect URI for registration. Keeps it byte for byte.
    pub fn register(text: &str, rules: RedirectRules) -> Result<Self, RedirectUriError> {
        check_characters(text)?;
        let parts = Parts::of(text).ok_or(RedirectUriError::NotAbsolute)?;
        let kind = match parts.scheme.to_ascii_lowercase().as_str() {
            "https" => check_host(text, &parts).map(|()| Kind::Web),
            "http" => check_http(text, &parts, rules),
            scheme => check_private_use(scheme, &parts, rules),
        }?;
        Ok(Self { text: text.into(), kind })
    }

    /// The registered URI that a request names, or what differs from the nearest one.
    ///
    /// RFC 9700 §2.1, OpenID Connect Core §3.1.2.1: simple string comparison.
    pub fn registered(client: &Client, sent: &str) -> Result<Self, Mismatch> {
        let any = RedirectRules { native: true, insecure_http: true };
        Self::register(sent, any)
            .ok()
            .filter(|uri| client.redirect_uris.iter().any(|known| is_same(known, uri, client.native)))
            .ok_or_else(|| Mismatch::diagnose(sent, &client.redirect_uris))
    }

    /// The text, byte for byte.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a browser opens it (`http` or `https`), rather than the system handing it to an app.
    pub fn is_web(&self) -> bool {
        self.kind != Kind::PrivateUse
    }

    /// Where it leads, for a person to read: the host with its port, or the scheme of an app on the device.
    pub fn destination(&self) -> &str {
        match self.text.split_once("://") {
            Some((_, rest)) if self.is_web() => rest.split(['/', '?', '#']).next().unwrap_or_default(),
            _ => self.text.split(':').next().unwrap_or_default(),
        }
    }

    /// Whether another program on the same machine could be listening: a loopback address or a
    /// private-use scheme, RFC 8252 §8.1, §8.6.
    pub fn is_claimable(&self) -> bool {
        self.kind != Kind::Web
    }
}

impl fmt::Debug for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// Byte for byte; or, for native clients, RFC 8252 §7.3.
fn is_same(known: &str, sent: &RedirectUri, native: bool) -> bool {
    known == sent.as_str() || (native && sent.kind == Kind::Loopback && is_same_loopback(known, sent.as_str()))
}

/// RFC 8252 §7.3: the port of a loopback IP literal is any; all else is equal. Not for `localhost` (§8.3).
fn is_same_loopback(known: &str, sent: &str) -> bool {
    let split = |text| loopback_literal(text).map(|(host, rest)| (host, after_port(rest)));
    match (split(known), split(sent)) {
        (Some((known_host, Some(known_rest))), Some((sent_host, Some(sent_rest)))) => {
            known_host == sent_host && known_rest == sent_rest
        }
        _ => false,
    }
}

fn loopback_literal(text: &str) -> Option<(&'static str, &str)> {
    ["http://127.0.0.1", "http://[::1]"].into_iter().find_map(|host| Some((host, text.strip_prefix(host)?)))
}

/// What follows an optional port; `None` when the host goes on (`127.0.0.1.evil.test`).
fn after_port(rest: &str) -> Option<&str> {
    let rest = match rest.strip_prefix(':') {
        Some(port) => port.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

/// RFC 3986 §2: only characters that a URI has, and whole escapes.
fn check_characters(text: &str) -> Result<(), RedirectUriError> {
    if text.is_empty() || text.len() > MAX {
        return Err(RedirectUriError::Length);
    }
    if text
        .bytes()
        .any(|b| !b.is_ascii_graphic() || matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'))
    {
        return Err(RedirectUriError::Character);
    }
    if text.contains('#') {
        return Err(RedirectUriError::Fragment);
    }
    if text.contains('*') {
        return Err(RedirectUriError::Wildcard);
    }
    let whole = |escape: &str| escape.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if text.split('%').skip(1).all(whole) { Ok(()) } else { Err(RedirectUriError::Escape) }
}

fn check_http(text: &str, parts: &Parts<'_>, rules: RedirectRules) -> Result<Kind, RedirectUriError> {
    check_host(text, parts)?;
    match parts.host() {
        "127.0.0.1" | "[::1]" | "localhost" => Ok(Kind::Loopback),
        _ if rules.insecure_http => Ok(Kind::Web),
        _ => Err(RedirectUriError::InsecureHttp),
    }
}

/// The host as written is the host that a browser goes to.
fn check_host(text: &str, parts: &Parts<'_>) -> Result<(), RedirectUriError> {
    let authority = parts.authority.ok_or(RedirectUriError::NotAbsolute)?;
    if authority.contains('@') {
        return Err(RedirectUriError::Userinfo);
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    let parsed = Url::parse(text).map_err(|_| RedirectUriError::NotAbsolute)?;
    let same = parsed.host_str().is_some_and(|host| host.eq_ignore_ascii_case(parts.host()));
    if !parts.host().is_empty()
        && !authority.ends_with(':')
        && authority.bytes().all(plain)
        && same
        && parsed.port() != Some(0)
    {
        return Ok(());
    }
    Err(RedirectUriError::NotAbsolute)
}

/// RFC 8252 §7.1.
fn check_private_use(scheme: &str, parts: &Parts<'_>, rules: RedirectRules) -> Result<Kind, RedirectUriError> {
    if DANGEROUS.contains(&scheme) {
        return Err(RedirectUriError::DangerousScheme);
    }
    if parts.authority.is_some_and(|authority| authority.contains('@')) {
        return Err(RedirectUriError::Userinfo);
    }
    if parts.authority.unwrap_or_default().is_empty() && parts.path.is_empty() {
        return Err(RedirectUriError::NotAbsolute);
    }
    if scheme.contains('.') || rules.native { Ok(Kind::PrivateUse) } else { Err(RedirectUriError::NotNative) }
}

/// A URI cut at its delimiters and otherwise untouched: RFC 3986 §3.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Parts<'a> {
    scheme: &'a str,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.bytes().all(letters) {
            return None;
        }
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let Some(rest) = rest.strip_prefix("//") else {
            return Some(Self { scheme, authority: None, path: rest, query });
        };
        let (authority, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
        Some(Self { scheme, authority: Some(authority), path, query })
    }

    fn without_slash(self) -> Self {
        Self { path: self.path.strip_suffix('/').unwrap_or(self.path), ..self }
    }

    fn host(&self) -> &'a str {
        let authority = self.authority.unwrap_or_default();
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => authority,
        }
    }
}

/// An unregistered redirect URI beside the registered one that is nearest to it: for the error page
/// and for `explain`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What the request named.
    pub sent: String,
    /// The registered URI that differs least; none when none is registered.
    pub nearest: Option<String>,
    /// How they differ.
    pub difference: Difference,
    /// The byte at which they begin to differ.
    pub at: usize,
}

/// How an unregistered redirect URI differs from the nearest registered one, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// In the case of letters only.
    LetterCase,
    /// `http` for `https` or the reverse.
    Scheme,
    /// A slash at the end.
    TrailingSlash,
    /// The port.
    Port,
    /// The query.
    Query,
    /// The path.
    Path,
    /// The host, or everything.
    Host,
    /// Nothing is registered.
    NothingRegistered,
}

impl Difference {
    /// A short stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LetterCase => "letter_case",
            Self::Scheme => "scheme",
            Self::TrailingSlash => "trailing_slash",
            Self::Port => "port",
            Self::Query => "query",
            Self::Path => "path",
            Self::Host => "host",
            Self::NothingRegistered => "nothing_registered",
        }
    }

    fn between(sent: &str, known: &str) -> Self {
        if sent.eq_ignore_ascii_case(known) {
            return Self::LetterCase;
        }
        let (Some(a), Some(b)) = (Parts::of(sent), Parts::of(known)) else { return Self::Host };
        let web = |p: Parts<'_>| matches!(p.scheme, "http" | "https");
        if web(a) && web(b) && a == (Parts { scheme: a.scheme, ..b }) {
            return Self::Scheme;
        }
        match () {
            () if a.scheme != b.scheme || a.host() != b.host() => Self::Host,
            () if a.without_slash() == b.without_slash() => Self::TrailingSlash,
            () if a.authority != b.authority && a.path == b.path && a.query == b.query => Self::Port,
            () if a.path == b.path && a.authority == b.authority => Self::Query,
            () if a.authority == b.authority => Self::Path,
            // Another port and another path: whose that is, nobody knows.
            () => Self::Host,
        }
    }
}

impl Mismatch {
    /// Finds the registered URI that differs least from the one that was sent.
    pub fn diagnose(sent: &str, registered: &[String]) -> Self {
        let first = |known: &str| sent.bytes().zip(known.bytes()).take_while(|(a, b)| a == b).count();
        let best = registered.iter().min_by_key(|known| (Difference::between(sent, known), usize::MAX - first(known)));
        Self {
            sent: sent.to_owned(),
            nearest: best.cloned(),
            difference: best.map_or(Difference::NothingRegistered, |known| Difference::between(sent, known)),
            at: best.map_or(0, |known| first(known)),
        }
    }
}

#[cfg(test)]
#[path = "redirect_tests.rs"]
mod tests;
