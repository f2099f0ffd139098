//! A `haproxy.cfg` for HAProxy 2.6 (Debian 12) and later, and the Lua script that asks.
//!
//! HAProxy has no forward auth of its own. Its Lua has an HTTP client; the script puts one question and sets a variable on
//! a yes alone, and the line after it refuses whatever comes without.

use super::{
    GenerateError, Layout, Place, Server, Site, Upstream,
    client::{ALONE, FAMILIES},
    fill, in_comment, layout, name_of_backend, page, untouched,
};
use doorstep_core::gateway::COPIED_HEADERS;
use std::collections::BTreeMap;

const SCRIPT: &str = include_str!("haproxy/doorstep.lua");
const HEAD: &str = include_str!("haproxy/head.cfg");
const RESOLVERS: &str = include_str!("haproxy/resolvers.cfg");
const DEFAULTS: &str = include_str!("haproxy/defaults.cfg");
const CLIENT: &str = include_str!("haproxy/client.cfg");
const DIRECT: &str = include_str!("haproxy/direct.cfg");
const BEHIND: &str = include_str!("haproxy/behind.cfg");
const ISSUER: &str = include_str!("haproxy/issuer.cfg");
const WAY_BACK: &str = include_str!("haproxy/way_back.cfg");
const KNOWN: &str =
    "    # Hosts of your own: one more line like these, and a `use_backend` below. The host is written out \
for each app: a
    # client cannot name another one than the one it reaches.
";
const APP: &str = include_str!("haproxy/app.cfg");
const SECRET: &str = "    http-request set-header x-doorstep-proxy-secret \"${DOORSTEP_PROXY_SECRET}\"\n";

/// The whole header, so that what is matched is what the app is told.
const ASKED: &str = "req.fhdr(host),host_only,lower";

/// One listening port and what is reached there.
struct Door<'a> {
    secure: bool,
    hosts: Vec<(&'a Place<'a>, String, bool)>,
}

/// The script that `lua-load` wants.
pub fn haproxy_script() -> String {
    let copied: Vec<_> = COPIED_HEADERS.iter().map(|name| format!("\"{}\"", name.to_ascii_lowercase())).collect();
    fill(SCRIPT, &[("%COPIED%", &format!("  {}, \"cookie\", \"authorization\",\n", copied.join(", ")))])
}

/// The file for the protected ones among `sites`, and for Doorstep itself.
pub fn haproxy(server: &Server, sites: &[Site]) -> Result<String, GenerateError> {
    let Layout { issuer, guarded, others } = layout(server, sites)?;
    if guarded.is_empty() && issuer.is_none() {
        return Ok(untouched(&others));
    }
    let mut text = head(server, &guarded, &others);
    let behind = !server.front.behind.is_empty();
    let named = guarded.iter().enumerate().map(|(nth, place)| (place, name_of_backend(place.name, nth), true));
    let named: Vec<_> = issuer.iter().map(|place| (place, "doorstep_issuer".to_owned(), false)).chain(named).collect();
    let mut doors: BTreeMap<u16, Door<'_>> = BTreeMap::new();
    for (place, backend, is_guarded) in &named {
        let (port, secure) = if behind { (80, false) } else { (place.port, place.secure) };
        let door = doors.entry(port).or_insert_with(|| Door { secure, hosts: Vec::new() });
        door.hosts.push((place, backend.clone(), *is_guarded));
    }
    for (port, door) in &doors {
        text.push_str(&frontend(*port, door, server));
    }
    if !behind && !doors.contains_key(&80) {
        text.push_str(&to_tls(&named));
    }
    let doorstep = reached(&server.listen);
    let secret = if server.secret { SECRET } else { "" };
    if let Some(place) = &issuer {
        text.push_str(&fill(ISSUER, &[("%HOST%", &place.host), ("%DOORSTEP%", &doorstep), ("%SECRET%", secret)]));
    }
    if !guarded.is_empty() {
        text.push_str(&fill(WAY_BACK, &[("%DOORSTEP%", &doorstep), ("%SECRET%", secret)]));
    }
    for (place, backend, _) in named.iter().filter(|(_, _, is_guarded)| *is_guarded) {
        let values = [
            ("%NAME%", in_comment(&[place.name])),
            ("%BACKEND%", backend.clone()),
            ("%HOST%", written(place)),
            ("%UPSTREAM%", reached(place.upstream)),
        ];
        text.push_str(&fill(APP, &values.each_ref().map(|(key, value)| (*key, value.as_str()))));
    }
    Ok(text)
}

fn head(server: &Server, guarded: &[Place<'_>], others: &[&str]) -> String {
    let looked_up = guarded.iter().map(|place| place.upstream).chain([&server.listen]).any(|at| at.name().is_some());
    let client = server.listen.name().map_or("", |_| "    httpclient.resolvers.id doorstep\n");
    let values =
        [("%OTHERS%", untouched(others)), ("%DOORSTEP%", server.listen.haproxy()), ("%HTTPCLIENT%", client.to_owned())];
    let mut text = fill(HEAD, &values.each_ref().map(|(key, value)| (*key, value.as_str())));
    if looked_up {
        let ask = server.front.resolver.map_or_else(
            || "    parse-resolv-conf".to_owned(),
            |at| {
                format!("    nameserver here {}", if at.is_ipv6() { format!("[{at}]:53") } else { format!("{at}:53") })
            },
        );
        text.push_str(&fill(RESOLVERS, &[("%NAMESERVER%", &ask)]));
        text.push('\n');
    }
    let shown = page::no_answer();
    let error = |status: u16| {
        format!(
            "    http-error status {status} content-type \"text/html; charset=utf-8\" string '{shown}' hdr Cache-Control \
             no-store hdr Retry-After 5 hdr Content-Security-Policy \"default-src 'none'; style-src 'unsafe-inline'\"\n"
        )
    };
    let errors: String = [500, 502, 503, 504].map(error).concat();
    text.push_str(&fill(DEFAULTS, &[("%ERRORS%", errors.trim_end_matches('\n'))]));
    text
}

fn frontend(port: u16, door: &Door<'_>, server: &Server) -> String {
    let behind = &server.front.behind;
    let tls = if door.secure { " ssl crt /etc/haproxy/certs/ alpn h2,http/1.1" } else { "" };
    let scheme = door.hosts.first().map_or("https", |(place, _, _)| place.scheme());
    let mut text = format!("\nfrontend doorstep_{port} from doorstep\n    bind :::{port} v4v6{tls}\n");
    if !door.secure && behind.is_empty() {
        text.push_str("    # Plain HTTP: for a lab, never across a network.\n");
    }
    let from: Vec<_> = behind.iter().map(ToString::to_string).collect();
    let from = if from.is_empty() { DIRECT.to_owned() } else { fill(BEHIND, &[("%FROM%", &from.join(" "))]) };
    text.push_str(&client(&from, scheme));
    text.push_str(KNOWN);
    let known = door.hosts.iter().map(|(place, _, _)| format!("    acl doorstep_known {}\n", named(place)));
    text.extend(known);
    text.push_str("    http-request deny deny_status 421 unless doorstep_known\n");
    for (place, backend, is_guarded) in &door.hosts {
        let here = named(place);
        if *is_guarded {
            text.extend([
                asked(place, &here),
                format!("    use_backend doorstep_way_back if {{ {here} }} {{ path_beg /.doorstep/ }}\n"),
            ]);
        }
        text.extend([format!("    use_backend {backend} if {{ {here} }}\n")]);
    }
    in_order(&text)
}

/// What a client may say of itself goes.
fn client(from: &str, scheme: &str) -> String {
    fill(CLIENT, &[("%CLIENT%", from), ("%DROPPED%", &dropped()), ("%SCHEME%", scheme)])
}

/// The same where nobody stands before this proxy, over TLS.
pub(super) fn direct_client() -> String {
    client(DIRECT, "https")
}

/// HAProxy runs all `http-request` lines before any `use_backend`, wherever they stand, and warns when they are mixed.
fn in_order(text: &str) -> String {
    let (chosen, rules): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.trim_start().starts_with("use_backend"));
    rules.into_iter().chain(chosen).flat_map(|line| [line, "\n"]).collect()
}

pub(super) fn named(place: &Place<'_>) -> String {
    match place.pattern() {
        None => format!("req.hdr(host),host_only -m str -i {}", place.name_of_host),
        Some(pattern) => format!("{ASKED} -m reg {pattern}"),
    }
}

/// The line that says which host was asked for; of a wildcard, where no other app has said so.
pub(super) fn asked(place: &Place<'_>, here: &str) -> String {
    if place.parent().is_none() {
        return format!("    http-request set-var(txn.doorstep_host) str({}) if {{ {here} }}\n", place.host);
    }
    let port = match place.port_suffix() {
        "" => String::new(),
        port => format!(",concat({port})"),
    };
    format!(
        "    http-request set-var(txn.doorstep_host) {ASKED}{port} if !{{ var(txn.doorstep_host) -m found }} {{ {here} }}\n"
    )
}

/// What the app and Doorstep are told: with a wildcard, the host and port of [`asked`].
pub(super) fn written(place: &Place<'_>) -> String {
    place.parent().map_or_else(|| place.host.clone(), |_| "%[var(txn.doorstep_host)]".to_owned())
}

fn to_tls(named: &[(&Place<'_>, String, bool)]) -> String {
    let secure = named.iter().filter(|(place, _, _)| place.secure);
    let each = secure.map(|(place, _, _)| {
        format!(
            "    http-request redirect location https://{}%[pathq] code 308 if {{ {} }}\n",
            place.asked(&format!("%[{ASKED}]")),
            self::named(place)
        )
    });
    let lines: String = each.collect();
    if lines.is_empty() {
        return lines;
    }
    format!("\nfrontend doorstep_80 from doorstep\n    bind :::80 v4v6\n{lines}    http-request deny deny_status 421\n")
}

/// As a `server` line names it; a name is looked up when it is needed.
pub(super) fn reached(upstream: &Upstream) -> String {
    let looked_up = upstream.name().map_or("", |_| " resolvers doorstep init-addr last,libc,none");
    upstream.haproxy() + looked_up
}

/// Whole families by how their names begin, in each spelling that CGI folds into one.
fn dropped() -> String {
    let alone = ALONE.iter().map(|name| format!("    http-request del-header {}\n", name.to_ascii_lowercase()));
    let families = FAMILIES.iter().flat_map(|family| {
        ["-", "_", "."].map(|sign| {
            let name = family.to_ascii_lowercase().replace('-', sign);
            format!("    http-request del-header {name} -m beg\n")
        })
    });
    alone.chain(families).collect()
}
