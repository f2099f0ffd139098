//! What the programs around Doorstep make of a path before they choose what answers it: a table that tests and fuzz
//! targets hold decisions against. It decides nothing.
//!
//! Each program is a list of steps in the order it takes them, from its source or documentation, in the settings that
//! people have. A proxy hands on what it read or what it received; an app reads either.

use percent_encoding::percent_decode_str;

/// One step of reading a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Escapes of unreserved characters become these (RFC 3986 §6.2.2.2).
    DecodeUnreserved,
    /// All escapes become what they stand for; `/` among them.
    Decode,
    /// `%2F` and `%5C` become slashes.
    DecodeSlashes,
    /// `\` becomes `/`.
    Backslashes,
    /// What stands behind `;` in a segment goes.
    WithoutParameters,
    /// Slashes beside each other become one.
    MergeSlashes,
    /// `.` and `..` are resolved (RFC 3986 §5.2.4); what climbs above the root stays there.
    ResolveDots,
    /// Letter case does not count.
    FoldCase,
    /// A NUL ends the path.
    UntilNul,
    /// White space at either end goes.
    Trim,
}

use Step::{
    Backslashes, Decode, DecodeSlashes, DecodeUnreserved, FoldCase, MergeSlashes, ResolveDots, Trim, UntilNul,
    WithoutParameters,
};

/// What proxies hand on.
pub(super) const PROXIES: &[(&str, &[Step])] = &[
    ("as it came: Envoy, HAProxy, nginx without an address in proxy_pass", &[]),
    ("Caddy, with handle_path or rewrite", &[Decode, MergeSlashes, ResolveDots]),
    ("Traefik 3.3.6 and later", &[DecodeUnreserved, ResolveDots]),
    ("Traefik before", &[]),
    ("nginx with an address in proxy_pass", &[Decode, MergeSlashes, ResolveDots]),
    ("HAProxy, normalize-uri", &[DecodeUnreserved, ResolveDots, MergeSlashes]),
    ("Envoy, normalize_path", &[DecodeUnreserved, Backslashes, ResolveDots]),
    (
        "Envoy Gateway, and Istio's DECODE_AND_MERGE_SLASHES",
        &[DecodeSlashes, DecodeUnreserved, Backslashes, ResolveDots, MergeSlashes],
    ),
    ("Apache httpd", &[Decode, MergeSlashes, ResolveDots]),
];

/// How apps and their frameworks read what they are handed.
pub(super) const APPS: &[(&str, &[Step])] = &[
    ("as it came", &[]),
    ("Go net/http and path.Clean", &[Decode, MergeSlashes, ResolveDots]),
    ("WSGI, ASGI, Rack, PHP", &[Decode]),
    ("Express, Fastify: letter case folds", &[Decode, FoldCase]),
    ("Tomcat, Jetty", &[WithoutParameters, Decode, MergeSlashes, ResolveDots]),
    ("Jetty before 9.4.37, Undertow", &[Decode, WithoutParameters, ResolveDots, MergeSlashes]),
    ("ASP.NET and IIS", &[Decode, Backslashes, MergeSlashes, ResolveDots, FoldCase]),
    ("one that decodes twice", &[Decode, MergeSlashes, ResolveDots, Decode, MergeSlashes, ResolveDots]),
    (
        "one in C, on a file system that folds case",
        &[Decode, UntilNul, Backslashes, MergeSlashes, ResolveDots, FoldCase],
    ),
    ("one that trims", &[Decode, Trim, MergeSlashes, ResolveDots]),
];

/// What an app reads when a proxy handed it `path`, with the names of both.
pub(super) fn readings(path: &str) -> impl Iterator<Item = (&'static str, &'static str, String)> {
    PROXIES.iter().flat_map(move |(proxy, steps)| {
        let handed = read(path, steps);
        APPS.iter().map(move |(app, steps)| (*proxy, *app, read(&handed, steps)))
    })
}

fn read(path: &str, steps: &[Step]) -> String {
    steps.iter().fold(path.to_owned(), |path, step| step.of(&path))
}

impl Step {
    fn of(self, path: &str) -> String {
        match self {
            Decode => percent_decode_str(path).decode_utf8_lossy().into_owned(),
            DecodeUnreserved => escapes(path, |b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)),
            DecodeSlashes => escapes(path, |b| b"/\\".contains(&b)),
            Backslashes => path.replace('\\', "/"),
            WithoutParameters => {
                let segments = path.split('/').map(|segment| segment.split(';').next().unwrap_or_default());
                segments.collect::<Vec<_>>().join("/")
            }
            MergeSlashes => {
                let mut last = ' ';
                path.chars().filter(|c| std::mem::replace(&mut last, *c) != '/' || *c != '/').collect()
            }
            ResolveDots => {
                let mut kept = vec![""];
                for segment in path.split('/').skip(1).filter(|segment| *segment != ".") {
                    match segment {
                        ".." if kept.len() > 1 => drop(kept.pop()),
                        ".." => {}
                        _ => kept.push(segment),
                    }
                }
                if kept.len() == 1 { "/".to_owned() } else { kept.join("/") }
            }
            FoldCase => path.to_lowercase(),
            UntilNul => path.split('\0').next().unwrap_or_default().to_owned(),
            Trim => path.trim().to_owned(),
        }
    }
}

/// Decodes the escapes of these octets and leaves the others as they are.
fn escapes(path: &str, which: impl Fn(u8) -> bool) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 3).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some(octet) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|octet| which(*octet))
        {
            out.push(char::from(octet));
            rest = &rest[at + 3..];
        } else {
            out.push('%');
            rest = &rest[at + 1..];
        }
    }
    out + rest
}
