//! The headers by which a client could claim another origin or another person for its request, and those that Doorstep reads:
//! every proxy is told the same ones.

use doorstep_core::gateway::COPIED_HEADERS;

/// Families of which Caddy drops every member, in each spelling that CGI folds into one.
pub(super) const FAMILIES: [&str; 5] = ["X-Forwarded", "X-Original", "X-Real", "X-Rewrite", "X-Envoy"];

/// Other names under which programs look for the client's address, or for what was asked.
pub(super) const ALONE: [&str; 11] = [
    "Forwarded",
    "Via",
    "Proxy",
    "Front-End-Https",
    "Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "Fastly-Client-IP",
    "X-Client-IP",
    "X-Cluster-Client-IP",
    "X-Url-Scheme",
];

/// What follows each family's name in programs that are in use: nginx can only drop a header by its whole name.
const MEMBERS: [(&str, &[&str]); 5] = [
    (
        "X-Forwarded",
        &[
            "",
            "-Access-Token",
            "-By",
            "-Client-Cert",
            "-Client-IP",
            "-Email",
            "-Groups",
            "-Method",
            "-Path",
            "-Port",
            "-Preferred-Username",
            "-Prefix",
            "-Protocol",
            "-Scheme",
            "-Server",
            "-Ssl",
            "-Tls-Client-Cert",
            "-Uri",
            "-Url",
            "-User",
        ],
    ),
    (
        "X-Original",
        &[
            "-For",
            "-Forwarded-For",
            "-Forwarded-Host",
            "-Forwarded-Proto",
            "-Host",
            "-Method",
            "-Path",
            "-Proto",
            "-Remote-Addr",
            "-Scheme",
            "-Uri",
            "-Url",
        ],
    ),
    ("X-Real", &["-Host", "-Port", "-Proto"]),
    ("X-Rewrite", &["-Uri", "-Url"]),
    ("X-Envoy", &["-External-Address", "-Original-Path", "-Original-Host"]),
];

/// All of them by their whole names, for proxies that drop headers by nothing else.
pub(super) fn each_name() -> impl Iterator<Item = String> {
    let members = MEMBERS.iter().flat_map(|(family, ends)| ends.iter().map(move |end| format!("{family}{end}")));
    ALONE.iter().map(|name| (*name).to_owned()).chain(members)
}

/// What of the client's Doorstep looks at, for proxies that pass on by name: who it is, what tells a window from a program,
/// and a method in place of the request's. `Upgrade` belongs to one connection; a websocket is known by its key.
pub(super) const READ: [&str; 14] = [
    "Cookie",
    "Authorization",
    "Accept",
    "Origin",
    "Sec-Fetch-Mode",
    "Sec-Fetch-Dest",
    "X-Requested-With",
    "Sec-WebSocket-Key",
    "Access-Control-Request-Method",
    "X-HTTP-Method",
    "X-HTTP-Method-Override",
    "X-Method-Override",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
];

/// What the answer to an allowed question sets in the request, for proxies that copy by name: all of it, so that nothing
/// of the client's can stay.
pub(super) fn returned() -> impl Iterator<Item = &'static str> {
    COPIED_HEADERS.into_iter().chain(["Authorization", "Cookie"])
}

/// The identity headers as CGI or WSGI would take them, with `sign` in the place of `-`.
pub(super) fn spelled_with(sign: &str) -> impl Iterator<Item = String> {
    COPIED_HEADERS.into_iter().map(move |name| name.replace('-', sign))
}
