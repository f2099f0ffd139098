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
}

impl Dialect {
    /// Whether it lets requests through.
    pub const fn lets_through(self) -> bool {
        !matches!(self, Self::NginxRefusal)
    }

    const fn family(self) -> Self {
        match self {
            Self::Forward => Self::Forward,
            Self::Nginx | Self::NginxRefusal => Self::Nginx,
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
    let mut family = Family::default();
    let mut signals = Signals::default();
    let mut cookies = cookie::Reader::new([cookie::APP, cookie::RELAY]);
    for (name, value) in headers {
        refuse_alias(name, dialect)?;
        match known(name) {
            Some(Known::Family(of, field)) if of == dialect.family() => family.set(field, value)?,
            Some(Known::Cookie) => cookies.feed(value),
            Some(Known::Signal(signal)) => signals.note(signal, value),
            _ => {}
        }
    }
    let raw = match dialect {
        Dialect::Forward => family.forward()?,
        Dialect::Nginx | Dialect::NginxRefusal => family.nginx()?,
    };
    let [app_cookie, relay_cookie] = cookies.finish();
    Ok(Received { raw, signals, app_cookie, relay_cookie })
}

/// `X-Forwarded-Proto` and `-Host` alone, for a request that the proxy passes on to Doorstep itself.
pub(super) fn read_host<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(&'a str, &'a str), BadRequest> {
    let mut family = Family::default();
    for (name, value) in headers {
        refuse_alias(name, Dialect::Forward)?;
        if let Some(Known::Family(Dialect::Forward, field @ (Field::Proto | Field::Host))) = known(name) {
            family.set(field, value)?;
        }
    }
    Ok((family.single(Field::Proto)?, family.single(Field::Host)?))
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

#[derive(Clone, Copy)]
enum Field {
    Method,
    Proto,
    Host,
    Uri,
    OriginalUrl,
    OriginalMethod,
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
        }
    }
}

#[derive(Clone, Copy)]
enum Known {
    Family(Dialect, Field),
    Cookie,
    Signal(Signal),
}

/// Looks a name up by its length first: most headers of a request need one comparison of numbers.
fn known(name: &str) -> Option<Known> {
    use Dialect::{Forward, Nginx};
    let candidates: &[(&str, Known)] = match name.len() {
        6 => &[
            ("cookie", Known::Cookie),
            ("accept", Known::Signal(Signal::Accept)),
            ("origin", Known::Signal(Signal::Origin)),
        ],
        7 => &[("upgrade", Known::Signal(Signal::Upgrade))],
        13 => &[
            ("authorization", Known::Signal(Signal::Authorization)),
            ("x-http-method", Known::Signal(Signal::MethodOverride)),
        ],
        14 => &[
            ("sec-fetch-mode", Known::Signal(Signal::SecFetchMode)),
            ("sec-fetch-dest", Known::Signal(Signal::SecFetchDest)),
            ("x-original-url", Known::Family(Nginx, Field::OriginalUrl)),
        ],
        15 => &[("x-forwarded-uri", Known::Family(Forward, Field::Uri))],
        16 => &[
            ("x-forwarded-host", Known::Family(Forward, Field::Host)),
            ("x-requested-with", Known::Signal(Signal::RequestedWith)),
        ],
        17 => &[
            ("x-forwarded-proto", Known::Family(Forward, Field::Proto)),
            ("x-original-method", Known::Family(Nginx, Field::OriginalMethod)),
            ("sec-websocket-key", Known::Signal(Signal::Upgrade)),
            ("x-method-override", Known::Signal(Signal::MethodOverride)),
        ],
        18 => &[("x-forwarded-method", Known::Family(Forward, Field::Method))],
        22 => &[("x-http-method-override", Known::Signal(Signal::MethodOverride))],
        29 => &[("access-control-request-method", Known::Signal(Signal::RequestMethod))],
        _ => &[],
    };
    candidates.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, what)| *what)
}

/// Security row 58: programs behind CGI or WSGI read `Remote_User` as `Remote-User`. No honest client
/// sends such a name.
fn refuse_alias(name: &str, dialect: Dialect) -> Result<(), BadRequest> {
    const IDENTITY: [&str; 5] = super::COPIED_HEADERS;
    const FORWARD: [&str; 5] =
        ["X-Forwarded-Method", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Uri", "X-Forwarded-For"];
    const NGINX: [&str; 3] = ["X-Original-URL", "X-Original-Method", "X-Forwarded-For"];
    // All of ours begin with `R` or `X`: most names end here.
    if !name.starts_with(['r', 'R', 'x', 'X']) || !name.contains(['_', '.']) {
        return Ok(());
    }
    let family: &[&'static str] = match dialect {
        Dialect::Forward => &FORWARD,
        Dialect::Nginx | Dialect::NginxRefusal => &NGINX,
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
struct Family<'a> {
    method: Option<&'a [u8]>,
    proto: Option<&'a [u8]>,
    host: Option<&'a [u8]>,
    uri: Option<&'a [u8]>,
    original_url: Option<&'a [u8]>,
    original_method: Option<&'a [u8]>,
}

impl<'a> Family<'a> {
    fn slot(&mut self, field: Field) -> &mut Option<&'a [u8]> {
        match field {
            Field::Method => &mut self.method,
            Field::Proto => &mut self.proto,
            Field::Host => &mut self.host,
            Field::Uri => &mut self.uri,
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

    fn forward(mut self) -> Result<Raw<'a>, BadRequest> {
        Ok(Raw {
            method: self.single(Field::Method)?,
            proto: self.single(Field::Proto)?,
            host: self.single(Field::Host)?,
            uri: self.address(Field::Uri)?,
        })
    }

    /// `X-Original-URL` is `scheme://host` and the request target. The host ends at the first `/`;
    /// whatever else stands in it (`?`, `#`, `@`, a comma) is refused with the host (row 121).
    fn nginx(mut self) -> Result<Raw<'a>, BadRequest> {
        let method = self.single(Field::OriginalMethod)?;
        let (proto, rest) = self.address(Field::OriginalUrl)?.split_once("://").ok_or(BadRequest::OriginalUrl)?;
        let (host, uri) = rest.find('/').and_then(|at| rest.split_at_checked(at)).ok_or(BadRequest::OriginalUrl)?;
        Ok(Raw { method, proto, host, uri })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORWARD: [(&str, &str); 4] = [
        ("X-Forwarded-Method", "GET"),
        ("x-forwarded-proto", "https"),
        ("X-FORWARDED-HOST", "wiki.example.com"),
        ("x-forwarded-uri", "/page?x=1,2"),
    ];
    const NGINX: [(&str, &str); 2] =
        [("x-original-url", "https://wiki.example.com/page?x=1,2"), ("x-original-method", "GET")];

    fn ask<'a>(
        dialect: Dialect,
        base: &[(&'a str, &'a str)],
        more: &[(&'a str, &'a str)],
    ) -> Result<Raw<'a>, BadRequest> {
        let all: Vec<_> = base.iter().chain(more).map(|(n, v)| (*n, v.as_bytes())).collect();
        read(dialect, all).map(|received| received.raw)
    }

    #[test]
    fn each_dialect_reads_its_own_family() {
        let expected = Raw { method: "GET", proto: "https", host: "wiki.example.com", uri: "/page?x=1,2" };
        assert_eq!(ask(Dialect::Forward, &FORWARD, &[]), Ok(expected));
        assert_eq!(ask(Dialect::Nginx, &NGINX, &[]), Ok(expected));
    }

    #[test]
    fn security_61_another_family_is_ignored_and_never_a_fallback() {
        let foreign = [("x-original-url", "https://wiki.example.com/public"), ("x-rewrite-url", "/public")];
        assert_eq!(ask(Dialect::Forward, &FORWARD, &foreign).unwrap().uri, "/page?x=1,2");
        assert_eq!(ask(Dialect::Nginx, &NGINX, &[("x-forwarded-uri", "/public")]).unwrap().uri, "/page?x=1,2");
        assert_eq!(ask(Dialect::Forward, &NGINX, &[]), Err(BadRequest::Missing("X-Forwarded-Method")));
        assert_eq!(ask(Dialect::Nginx, &FORWARD, &[]), Err(BadRequest::Missing("X-Original-Method")));
        for bad in ["", "/page", "wiki.example.com/page", "https://wiki.example.com", "https:/wiki.example.com/x"] {
            let got = ask(Dialect::Nginx, &[("x-original-url", bad), ("x-original-method", "GET")], &[]);
            assert_eq!(got, Err(BadRequest::OriginalUrl), "{bad}");
        }
    }

    #[test]
    fn security_59_two_values_or_a_list_are_refused() {
        for (name, value) in FORWARD {
            assert!(matches!(ask(Dialect::Forward, &FORWARD, &[(name, value)]), Err(BadRequest::Twice(_))), "{name}");
        }
        for (at, list) in [(0, "GET, POST"), (1, "https,http"), (2, "wiki.example.com, evil.test"), (3, "/a, /b")] {
            let mut changed = FORWARD;
            changed[at].1 = list;
            assert!(matches!(ask(Dialect::Forward, &changed, &[]), Err(BadRequest::List(_))), "{list}");
        }
        let ignored = [("x-forwarded-prefix", "/.."), ("x-forwarded-port", "1"), ("forwarded", "host=evil.test")];
        assert_eq!(ask(Dialect::Forward, &FORWARD, &ignored), ask(Dialect::Forward, &FORWARD, &[]));
    }

    #[test]
    fn security_60_a_header_that_a_hop_took_away_is_missed() {
        for skip in 0..FORWARD.len() {
            let fewer: Vec<_> = FORWARD.iter().enumerate().filter(|(at, _)| *at != skip).map(|(_, h)| *h).collect();
            assert!(matches!(ask(Dialect::Forward, &fewer, &[]), Err(BadRequest::Missing(_))), "{skip}");
        }
    }

    #[test]
    fn security_58_alias_spellings_are_refused() {
        for alias in ["X_Forwarded_Host", "X.Forwarded.Uri", "x-forwarded_for", "Remote_User", "Remote.Groups"] {
            let got = ask(Dialect::Forward, &FORWARD, &[(alias, "x")]);
            assert!(matches!(got, Err(BadRequest::Alias(_))), "{alias}");
        }
        for alias in ["X_Original_URL", "remote_email", "remote.name"] {
            assert!(matches!(ask(Dialect::Nginx, &NGINX, &[(alias, "x")]), Err(BadRequest::Alias(_))), "{alias}");
        }
        for fine in ["x_custom", "remote-user", "remote_users", "app.version"] {
            assert!(ask(Dialect::Forward, &FORWARD, &[(fine, "x")]).is_ok(), "{fine}");
        }
    }

    #[test]
    fn a_value_that_is_not_text_is_refused() {
        let headers =
            FORWARD.map(|(n, v)| (n, if n == "x-forwarded-uri" { b"/\xff".as_slice() } else { v.as_bytes() }));
        assert_eq!(read(Dialect::Forward, headers).map(|_| ()), Err(BadRequest::NotText("X-Forwarded-Uri")));
    }
}
