//! A file for nginx's `http` context (`conf.d`), 1.19.4 and later with `ngx_http_auth_request_module`.
//!
//! The app's host is written out wherever it is passed to Doorstep: nginx picks the server by the host of
//! an absolute request line but would pass on the `Host` header, and the two may differ.

use super::{
    Front, GenerateError, Layout, Place, Server, Site, Upstream, client::each_name, fill, in_comment, layout,
    name_of_backend, page, untouched,
};
use doorstep_core::gateway::COPIED_HEADERS;
use std::collections::BTreeSet;

const HEAD: &str = "\
# For nginx's http context, by `doorstep generate nginx`, for nginx 1.19.4 and later. nginx must be one of
# Doorstep's trusted_proxies.
";
const RESOLVER: &str = "
# Names of upstreams are looked up when they are needed: one that is missing stops nobody else.
resolver %RESOLVER% valid=10s;
resolver_timeout 5s;
";
const COMMON: &str = include_str!("nginx/common.conf");
const COOKIES: &str = include_str!("nginx/cookies.conf");
const BEHIND: &str = include_str!("nginx/behind.conf");
const UNKNOWN: &str = include_str!("nginx/unknown.conf");
const TO_TLS: &str = include_str!("nginx/plain.conf");
const ISSUER: &str = include_str!("nginx/issuer.conf");
const APP: &str = include_str!("nginx/app.conf");
const ASK: &str = include_str!("nginx/ask.conf");
const KEPT: &str = include_str!("nginx/kept.conf");
const KEEP: &str = include_str!("nginx/keep.conf");
const AWAY: &str = include_str!("nginx/away.conf");
const TLS: &str = include_str!("nginx/tls.conf");
/// Read by root when nginx starts, so that the file may be root's alone.
const SECRET: &str = "include /etc/nginx/doorstep-secret.conf;\n";

const PLAIN: &str = "    listen %PORT%; # plain HTTP: for a lab, never across a network
    listen [::]:%PORT%;
    server_name %NAME_OF_HOST%;
";
const BEHIND_TLS: &str = "    listen 80;
    listen [::]:80;
    server_name %NAME_OF_HOST%;
    if ($doorstep_stranger) { return 421; }
";

/// The file for the protected ones among `sites`, and for Doorstep itself.
pub fn nginx(server: &Server, sites: &[Site]) -> Result<String, GenerateError> {
    let Layout { issuer, guarded, others } = layout(server, sites)?;
    let front = &server.front;
    let mut text = String::from(HEAD);
    text.push_str(&untouched(&others));
    let places = || issuer.iter().chain(&guarded);
    if places().next().is_none() {
        return Ok(text);
    }
    if let Some(name) = places().map(|place| place.upstream).chain([&server.listen]).find_map(Upstream::name) {
        let resolver = front.resolver.ok_or_else(|| GenerateError::Resolver { name: name.to_owned() })?;
        let resolver = if resolver.is_ipv6() { format!("[{resolver}]") } else { resolver.to_string() };
        text.push_str(&fill(RESOLVER, &[("%RESOLVER%", &resolver)]));
    }
    text.push_str(&behind(front));
    let (doorstep, backend) = backend("doorstep", &server.listen, "    keepalive 64;\n    keepalive_timeout 60s;\n");
    text.push_str(&fill(COMMON, &[("%BACKEND%", &backend)]));
    if !guarded.is_empty() {
        text.push_str(COOKIES);
        text.push_str(if front.keep { KEPT } else { "" });
    }
    text.push_str(&unknown_hosts(front, places()));
    for place in places().filter(|place| place.secure && front.behind.is_empty()) {
        text.push('\n');
        text.push_str(&fill(TO_TLS, &[("%NAME_OF_HOST%", &server_name(place)), ("%HOST%", &place.asked("$host"))]));
    }
    if let Some(place) = &issuer {
        let values = [
            ("%AWAY%", away("doorstep_away", false)),
            ("%LISTEN%", listen(place, front)),
            ("%HOST%", place.host.clone()),
            ("%SCHEME%", place.scheme().to_owned()),
            ("%DOORSTEP%", doorstep.clone()),
            ("%SECRET_OF_SERVER%", secret(server, 4)),
        ];
        text.push_str(&fill(ISSUER, &values.each_ref().map(|(key, value)| (*key, value.as_str()))));
    }
    for (nth, place) in guarded.iter().enumerate() {
        text.push_str(&app(place, nth, server, &doorstep));
    }
    Ok(text)
}

fn app(place: &Place<'_>, nth: usize, server: &Server, doorstep: &str) -> String {
    let (upstream, backend) = backend(&name_of_backend(place.name, nth), place.upstream, "    keepalive 16;\n");
    let variable = |name: &str| name.to_ascii_lowercase().replace('-', "_");
    let variables = COPIED_HEADERS.map(|name| {
        let variable = variable(name);
        format!("    auth_request_set $doorstep_{variable} $upstream_http_{variable};\n")
    });
    let set = COPIED_HEADERS.map(|name| format!("    proxy_set_header {name} $doorstep_{};\n", variable(name)));
    let values = [
        ("%IDENTITY_VARIABLES%", variables.concat()),
        ("%IDENTITY_HEADERS%", set.concat()),
        ("%DROPPED%", dropped()),
        ("%ASK%", ASK.to_owned()),
        ("%KEEP%", if server.front.keep { KEEP.to_owned() } else { String::new() }),
        ("%KEPT%", if server.front.keep { "/kept".to_owned() } else { String::new() }),
        ("%SECRET%", secret(server, 8)),
        ("%AWAY%", away("doorstep_away", true) + &away("app_away", true)),
        ("%NAME%", in_comment(&[place.name])),
        ("%BACKEND%", backend),
        ("%UPSTREAM%", upstream),
        ("%DOORSTEP%", doorstep.to_owned()),
        ("%LISTEN%", listen(place, &server.front)),
        ("%SCHEME%", place.scheme().to_owned()),
        ("%HOST%", place.asked("$host")),
    ];
    fill(APP, &values.each_ref().map(|(key, value)| (*key, value.as_str())))
}

/// The line that sends the secret, so far in.
fn secret(server: &Server, indent: usize) -> String {
    if server.secret { format!("{:indent$}{SECRET}", "") } else { String::new() }
}

/// What `proxy_pass` names where [`nginx`] has said where that is.
pub(super) fn reached(id: &str, upstream: &Upstream) -> String {
    backend(id, upstream, "").0
}

/// What `proxy_pass` names, and the lines that say where that is. An address is a group with connections that
/// are kept; a name is a variable, which nginx looks up when it is needed.
fn backend(id: &str, upstream: &Upstream, kept: &str) -> (String, String) {
    match upstream.name() {
        None => (id.to_owned(), format!("upstream {id} {{\n    server {};\n{kept}}}\n", upstream.nginx())),
        Some(_) => (format!("$at_{id}"), format!("map $host $at_{id} {{ default {}; }}\n", upstream.nginx())),
    }
}

fn listen(place: &Place<'_>, front: &Front) -> String {
    let port = place.port.to_string();
    let template = match (place.secure, front.behind.is_empty()) {
        (_, false) => BEHIND_TLS,
        (true, true) => TLS,
        (false, true) => PLAIN,
    };
    fill(template, &[("%PORT%", &port), ("%NAME_OF_HOST%", &server_name(place)), ("%FILE%", &place.file_name())])
}

/// nginx's own `*.` has any number of labels: a wildcard is a regular expression, which comes after every name. `$host` is
/// then the name by which nginx has picked the server.
pub(super) fn server_name(place: &Place<'_>) -> String {
    place.pattern().map_or_else(|| place.name_of_host.clone(), |pattern| format!("~{pattern}"))
}

fn behind(front: &Front) -> String {
    if front.behind.is_empty() {
        return String::new();
    }
    let lines = |line: fn(&dyn std::fmt::Display) -> String| {
        front.behind.iter().map(|network| line(network)).collect::<Vec<_>>().join("\n")
    };
    let from = lines(|network| format!("set_real_ip_from {network};"));
    let known = lines(|network| format!("    {network} 0;"));
    fill(BEHIND, &[("%FROM%", &from), ("%KNOWN%", &known)])
}

/// One server that refuses, for each port that is listened to.
fn unknown_hosts<'a>(front: &Front, places: impl Iterator<Item = &'a Place<'a>>) -> String {
    let mut ports = BTreeSet::new();
    for place in places {
        match (place.secure, front.behind.is_empty()) {
            (_, false) => ports.extend([(80, false)]),
            (true, true) => ports.extend([(80, false), (place.port, true)]),
            (false, true) => ports.extend([(place.port, false)]),
        }
    }
    ports.into_iter().map(|(port, secure)| unknown(port, secure)).collect()
}

/// The server of a port for hosts that are not named.
pub(super) fn unknown(port: u16, secure: bool) -> String {
    let (ssl, reject) = if secure { (" ssl", "    ssl_reject_handshake on;\n") } else { ("", "") };
    fill(UNKNOWN, &[("%PORT%", &port.to_string()), ("%SSL%", ssl), ("%REJECT%", reject)])
}

/// A location that shows a page of nginx's own.
fn away(location: &str, guarded: bool) -> String {
    let page = if location == "app_away" {
        page::away(
            "The app does not answer",
            "You may use it, but it cannot be reached at the moment. A form that you just sent may not have arrived.",
        )
    } else {
        page::away(
            "Sign-in does not answer",
            "Doorstep, which stands in front of this app, cannot be reached at the moment. A form that you just sent may \
             not have arrived.",
        )
    };
    let unguarded = if guarded { "        auth_request off;\n" } else { "" };
    fill(AWAY, &[("%LOCATION%", location), ("%UNGUARDED%", unguarded), ("%PAGE%", &page)])
}

/// Several to a line.
pub(super) fn dropped() -> String {
    let names: Vec<String> = each_name().collect();
    let line = |names: &[String]| {
        let set: Vec<_> = names.iter().map(|name| format!("proxy_set_header {name} \"\";")).collect();
        format!("    {}\n", set.join(" "))
    };
    names.chunks(3).map(line).collect()
}
