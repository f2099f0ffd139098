//! What a proxy says about the request it asks about: one family of headers per dialect, read strictly.
//!
//! A header that is missing, doubled, a list, or there under another spelling refuses the request; a
//! header of another family is never a stand-in (security rows 59, 61). One pass, no allocation.
//! What the values mean is decided in [`super::canonical()`].

use super::{PathFault, cookie, navigation::Signals};

/// How the proxy asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `/fa/forward`: Caddy, Traefik and HAProxy, with `X-Forwarded-Method`, `-Proto`, `-Host`, `-Uri`.
    Forward,
    /// `/fa/nginx`: nginx, with `X-Original-URL` and `X-Original-Method`.
    Nginx,
    /// `/fa/nginx/refusal`: what nginx shows after a no, in full. It asks about the same request again, with
    /// the same headers, and this question lets nothing through, whatever became of it meanwhile.
    NginxRefusal,
    /// `/fa/envoy/…`: Envoy's `ext_authz` over HTTP. Method, host and path are the question's own, which whoever reads the
    /// request hands over under their HTTP/2 names (RFC 9113 §8.3.1); the scheme is in `X-Forwarded-Proto`.
    Envoy,
    /// Envoy's `ext_authz` over gRPC: all four under their HTTP/2 names.
    EnvoyGrpc,
}

impl Dialect {
    /// Whether it lets requests through.
    pub const fn lets_through(self) -> bool {
        !matches!(self, Self::NginxRefusal)
    }

    /// Whether an answer that lets a request through says which cookies the app may have. nginx takes ours out by itself.
    pub const fn returns_cookies(self) -> bool {
        match self {
            Self::Forward | Self::Envoy | Self::EnvoyGrpc => true,
            Self::Nginx | Self::NginxRefusal => false,
        }
    }

    /// Whether the proxy keeps a header of the client's until it is told to remove it by name.
    pub const fn removes_by_name(self) -> bool {
        matches!(self, Self::Envoy | Self::EnvoyGrpc)
    }

    /// Whether it is in this header that the proxy says so.
    const fn takes(self, family: Family, field: Field) -> bool {
        match self {
            Self::Forward => matches!(family, Family::Forwarded),
            Self::Nginx | Self::NginxRefusal => matches!(family, Family::Original),
            Self::Envoy => matches!((family, field), (Family::Pseudo, _) | (_, Field::Proto)),
            Self::EnvoyGrpc => matches!(family, Family::Pseudo),
        }
    }
}

/// The four facts as received; not yet checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a> {
    /// The method token.
    pub method: &'a str,
    /// `http`, `https`, `ws` or `wss`, if it is well formed.
    pub proto: &'a str,
    /// Host with optional port.
    pub host: &'a str,
    /// Path and query.
    pub uri: &'a str,
}

/// Everything that one pass over the headers yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received<'a> {
    /// The request that the proxy asks about.
    pub raw: Raw<'a>,
    /// What distinguishes a navigation from a call.
    pub signals: Signals<'a>,
    /// The value of `__Host-ds_app`, if there is exactly one.
    pub app_cookie: Option<&'a str>,
    /// The value of `__Host-ds_relay`, if there is exactly one.
    pub relay_cookie: Option<&'a str>,
}

/// Why a request is refused before any rule is looked at. Says which check, never what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// A required header is not there.
    #[error("the proxy did not send {0}")]
    Missing(&'static str),
    /// A required header is there more than once.
    #[error("{0} came more than once")]
    Twice(&'static str),
    /// A required header holds a list.
    #[error("{0} holds a list")]
    List(&'static str),
    /// A header that some programs would take for one of ours.
    #[error("a header is spelled like {0}, with `_` or `.` for `-`")]
    Alias(&'static str),
    /// A required header is not text.
    #[error("{0} is not UTF-8 text")]
    NotText(&'static str),
    /// `X-Original-URL` is not `scheme://host/…`.
    #[error("X-Original-URL is not an absolute URL")]
    OriginalUrl,
    /// Not a token, RFC 9110 §9.1.
    #[error("the method is not a method")]
    Method,
    /// Not one of `http https ws wss`.
    #[error("the scheme is not http, https, ws or wss")]
    Proto,
    /// Plain HTTP for an app that lives on HTTPS, or the reverse.
    #[error("the scheme is not the app's")]
    Scheme,
    /// Not a host.
    #[error("the host is not a host")]
    Host,
    /// A path that programs might read in different ways.
    #[error(transparent)]
    Path(#[from] PathFault),
}

/// Reads the family of `dialect` and the few client headers that matter. `headers` are name and value
/// in the order received; names in any letter case.
pub fn read<'a>(
    dialect: Dialect,
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Received<'a>, BadRequest> {
    let mut facts = Facts::default();
    let mut signals = Signals::default();
    let mut cookies = cookie::Reader::new([cookie::APP, cookie::RELAY]);
    for (name, value) in headers {
        refuse_alias(name, dialect)?;
        match known(name) {
            Some(Known::Fact(family, field)) if dialect.takes(family, field) => facts.set(field, value)?,
            Some(Known::Cookie) => cookies.feed(value),
            Some(Known::Signal(signal)) => signals.note(signal, value),
            _ => {}
        }
    }
    let raw = match dialect {
        Dialect::Forward => facts.forwarded()?,
        Dialect::Nginx | Dialect::NginxRefusal => facts.original()?,
        Dialect::Envoy => facts.line(Field::Proto)?,
        Dialect::EnvoyGrpc => facts.line(Field::Scheme)?,
    };
    let [app_cookie, relay_cookie] = cookies.finish();
    Ok(Received { raw, signals, app_cookie, relay_cookie })
}

/// `X-Forwarded-Proto` and `-Host` alone, for a request that the proxy passes on to Doorstep itself.
pub(super) fn read_host<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(&'a str, &'a str), BadRequest> {
    let mut facts = Facts::default();
    for (name, value) in headers {
        refuse_alias(name, Dialect::Forward)?;
        if let Some(Known::Fact(Family::Forwarded, field @ (Field::Proto | Field::Host))) = known(name) {
            facts.set(field, value)?;
        }
    }
    Ok((facts.single(Field::Proto)?, facts.single(Field::Host)?))
}

/// A client header that helps to distinguish a navigation from a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    Accept,
    Origin,
    Upgrade,
    Authorization,
    SecFetchMode,
    SecFetchDest,
    RequestedWith,
    RequestMethod,
    MethodOverride,
}

/// Headers that belong together.
#[derive(Clone, Copy)]
enum Family {
    /// `X-Forwarded-*`.
    Forwarded,
    /// `X-Original-*`.
    Original,
    /// The names of HTTP/2, which no client can send as a header.
    Pseudo,
}

#[derive(Clone, Copy)]
enum Field {
    Method,
    Proto,
    Host,
    Uri,
    OriginalUrl,
    OriginalMethod,
    LineMethod,
    Scheme,
    Authority,
    Path,
}

impl Field {
    const fn name(self) -> &'static str {
        match self {
            Self::Method => "X-Forwarded-Method",
            Self::Proto => "X-Forwarded-Proto",
            Self::Host => "X-Forwarded-Host",
            Self::Uri => "X-Forwarded-Uri",
            Self::OriginalUrl => "X-Original-URL",
            Self::OriginalMethod => "X-Original-Method",
            Self::LineMethod => ":method",
            Self::Scheme => ":scheme",
            Self::Authority => "Host",
            Self::Path => ":path",
        }
    }
}

#[derive(Clone, Copy)]
enum Known {
    Fact(Family, Field),
    Cookie,
    Signal(Signal),
}

/// Looks a name up by its length first: most headers of a request need one comparison of numbers.
fn known(name: &str) -> Option<Known> {
    use Family::{Forwarded, Original, Pseudo};
    let candidates: &[(&str, Known)] = match name.len() {
        5 => &[(":path", Known::Fact(Pseudo, Field::Path))],
        6 => &[
            ("cookie", Known::Cookie),
            ("accept", Known::Signal(Signal::Accept)),
            ("origin", Known::Signal(Signal::Origin)),
        ],
        7 => &[
            ("upgrade", Known::Signal(Signal::Upgrade)),
            (":method", Known::Fact(Pseudo, Field::LineMethod)),
            (":scheme", Known::Fact(Pseudo, Field::Scheme)),
        ],
        10 => &[(":authority", Known::Fact(Pseudo, Field::Authority))],
        13 => &[
            ("authorization", Known::Signal(Signal::Authorization)),
            ("x-http-method", Known::Signal(Signal::MethodOverride)),
        ],
        14 => &[
            ("sec-fetch-mode", Known::Signal(Signal::SecFetchMode)),
            ("sec-fetch-dest", Known::Signal(Signal::SecFetchDest)),
            ("x-original-url", Known::Fact(Original, Field::OriginalUrl)),
        ],
        15 => &[("x-forwarded-uri", Known::Fact(Forwarded, Field::Uri))],
        16 => &[
            ("x-forwarded-host", Known::Fact(Forwarded, Field::Host)),
            ("x-requested-with", Known::Signal(Signal::RequestedWith)),
        ],
        17 => &[
            ("x-forwarded-proto", Known::Fact(Forwarded, Field::Proto)),
            ("x-original-method", Known::Fact(Original, Field::OriginalMethod)),
            ("sec-websocket-key", Known::Signal(Signal::Upgrade)),
            ("x-method-override", Known::Signal(Signal::MethodOverride)),
        ],
        18 => &[("x-forwarded-method", Known::Fact(Forwarded, Field::Method))],
        22 => &[("x-http-method-override", Known::Signal(Signal::MethodOverride))],
        29 => &[("access-control-request-method", Known::Signal(Signal::RequestMethod))],
        _ => &[],
    };
    candidates.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, what)| *what)
}

/// Security row 58: programs behind CGI or WSGI read `Remote_User` as `Remote-User`. No honest client
/// sends such a name.
fn refuse_alias(name: &str, dialect: Dialect) -> Result<(), BadRequest> {
    const IDENTITY: [&str; 6] = super::COPIED_HEADERS;
    const FORWARD: [&str; 5] =
        ["X-Forwarded-Method", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Uri", "X-Forwarded-For"];
    const NGINX: [&str; 3] = ["X-Original-URL", "X-Original-Method", "X-Forwarded-For"];
    const ENVOY: [&str; 2] = ["X-Forwarded-Proto", "X-Forwarded-For"];
    // All of ours begin with `R` or `X`: most names end here.
    if !name.starts_with(['r', 'R', 'x', 'X']) || !name.contains(['_', '.']) {
        return Ok(());
    }
    let family: &[&'static str] = match dialect {
        Dialect::Forward => &FORWARD,
        Dialect::Nginx | Dialect::NginxRefusal => &NGINX,
        Dialect::Envoy | Dialect::EnvoyGrpc => &ENVOY,
    };
    match IDENTITY.iter().chain(family).find(|ours| is_alias(name, ours)) {
        Some(ours) => Err(BadRequest::Alias(ours)),
        None => Ok(()),
    }
}

fn is_alias(name: &str, ours: &str) -> bool {
    let dash = |b: u8| if matches!(b, b'_' | b'.') { b'-' } else { b.to_ascii_lowercase() };
    name.len() == ours.len() && name.bytes().zip(ours.bytes()).all(|(a, b)| dash(a) == b.to_ascii_lowercase())
}

#[derive(Default)]
struct Facts<'a> {
    method: Option<&'a [u8]>,
    proto: Option<&'a [u8]>,
    host: Option<&'a [u8]>,
    uri: Option<&'a [u8]>,
    original_url: Option<&'a [u8]>,
    original_method: Option<&'a [u8]>,
}

impl<'a> Facts<'a> {
    fn slot(&mut self, field: Field) -> &mut Option<&'a [u8]> {
        match field {
            Field::Method | Field::LineMethod => &mut self.method,
            Field::Proto | Field::Scheme => &mut self.proto,
            Field::Host | Field::Authority => &mut self.host,
            Field::Uri | Field::Path => &mut self.uri,
            Field::OriginalUrl => &mut self.original_url,
            Field::OriginalMethod => &mut self.original_method,
        }
    }

    fn set(&mut self, field: Field, value: &'a [u8]) -> Result<(), BadRequest> {
        match self.slot(field).replace(value) {
            None => Ok(()),
            Some(_) => Err(BadRequest::Twice(field.name())),
        }
    }

    fn text(&mut self, field: Field) -> Result<&'a str, BadRequest> {
        let value = self.slot(field).take().ok_or(BadRequest::Missing(field.name()))?;
        std::str::from_utf8(value).map_err(|_| BadRequest::NotText(field.name()))
    }

    /// A value in which a comma can only be the seam of a list.
    fn single(&mut self, field: Field) -> Result<&'a str, BadRequest> {
        let text = self.text(field)?;
        if text.contains(',') { Err(BadRequest::List(field.name())) } else { Ok(text) }
    }

    /// An address may hold commas; joined values hold a comma and a blank.
    fn address(&mut self, field: Field) -> Result<&'a str, BadRequest> {
        let text = self.text(field)?;
        if text.contains(", ") || text.contains(",\t") { Err(BadRequest::List(field.name())) } else { Ok(text) }
    }

    fn forwarded(mut self) -> Result<Raw<'a>, BadRequest> {
        Ok(Raw {
            method: self.single(Field::Method)?,
            proto: self.single(Field::Proto)?,
            host: self.single(Field::Host)?,
            uri: self.address(Field::Uri)?,
        })
    }

    fn line(mut self, scheme: Field) -> Result<Raw<'a>, BadRequest> {
        Ok(Raw {
            method: self.single(Field::LineMethod)?,
            proto: self.single(scheme)?,
            host: self.single(Field::Authority)?,
            uri: self.text(Field::Path)?,
        })
    }

    /// `X-Original-URL` is `scheme://host` and the request target. The host ends at the first `/`;
    /// whatever else stands in it (`?`, `#`, `@`, a comma) is refused with the host (row 121).
    fn original(mut self) -> Result<Raw<'a>, BadRequest> {
        let method = self.single(Field::OriginalMethod)?;
        let (proto, rest) = self.address(Field::OriginalUrl)?.split_once("://").ok_or(BadRequest::OriginalUrl)?;
        let (host, uri) = rest.find('/').and_then(|at| rest.split_at_checked(at)).ok_or(BadRequest::OriginalUrl)?;
        Ok(Raw { method, proto, host, uri })
    }
}

#[cfg(test)]
#[path = "headers_tests.rs"]
mod tests;
