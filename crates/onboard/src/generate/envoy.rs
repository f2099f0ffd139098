//! An `envoy.yaml` for Envoy 1.36 and later, whose `ext_authz` asks over HTTP or over gRPC.
//!
//! Envoy asks with the client's own method, path and host, so that nothing of them has to be written out for the question.
//! Every host without the question says so by `disabled`, and no other line turns it off.

use super::{
    GenerateError, Layout, Place, Server, Site, Upstream,
    client::{ALONE, FAMILIES, returned},
    fill, in_comment, layout, name_of_backend, page, untouched,
};
use std::collections::BTreeMap;

const HEAD: &str = include_str!("envoy/head.yaml");
const LISTENER: &str = include_str!("envoy/listener.yaml");
const HTTP: &str = include_str!("envoy/http.yaml");
const GRPC: &str = include_str!("envoy/grpc.yaml");
const STRANGERS: &str = include_str!("envoy/strangers.yaml");
const TLS: &str = include_str!("envoy/tls.yaml");
const ISSUER: &str = include_str!("envoy/issuer.yaml");
const APP: &str = include_str!("envoy/app.yaml");
const MOVED: &str = include_str!("envoy/moved.yaml");
const CLUSTER: &str = include_str!("envoy/cluster.yaml");

/// The one way in which a host is not asked about.
const UNASKED: &str = "{ envoy.filters.http.ext_authz: { \"@type\": \
                       type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute, disabled: true } }";

/// Taken from Envoy's environment when it starts.
const SECRET: &str = "{ key: x-doorstep-proxy-secret, value: \"%ENVIRONMENT(DOORSTEP_PROXY_SECRET)%\" }";

/// A host in a listener, as YAML.
struct Host<'a> {
    place: &'a Place<'a>,
    text: String,
}

/// The file for the protected ones among `sites`, and for Doorstep itself. With `grpc`, the place of Doorstep's listener for
/// `ext_authz`, Envoy asks there.
pub fn envoy(server: &Server, sites: &[Site], grpc: Option<&Upstream>) -> Result<String, GenerateError> {
    let Layout { issuer, guarded, others } = layout(server, sites)?;
    if guarded.is_empty() && issuer.is_none() {
        return Ok(untouched(&others));
    }
    let behind = !server.front.behind.is_empty();
    let mut doors: BTreeMap<u16, (bool, Vec<Host<'_>>)> = BTreeMap::new();
    let mut clusters = vec![cluster("doorstep", &server.listen, false)];
    clusters.extend(grpc.map(|at| cluster("doorstep_grpc", at, true)));
    let open = |place: &Place<'_>| if behind { (80, false) } else { (place.port, place.secure) };
    if let Some(place) = &issuer {
        let (port, secure) = open(place);
        let text = host(ISSUER, place, "doorstep", server);
        doors.entry(port).or_insert_with(|| (secure, Vec::new())).1.push(Host { place, text });
    }
    for (nth, place) in guarded.iter().enumerate() {
        let (port, secure) = open(place);
        let name = name_of_backend(place.name, nth);
        let text = host(APP, place, &name, server);
        clusters.push(cluster(&name, place.upstream, false));
        doors.entry(port).or_insert_with(|| (secure, Vec::new())).1.push(Host { place, text });
    }
    let mut text = fill(HEAD, &[("%OTHERS%", &untouched(&others))]);
    for (port, (secure, hosts)) in &doors {
        text.push_str(&listener(*port, *secure, hosts, (server, grpc.is_some())));
    }
    if !behind && !doors.contains_key(&80) {
        text.push_str(&moved(doors.values().flat_map(|(_, hosts)| hosts).map(|host| host.place)));
    }
    text.push_str("  clusters:\n");
    text.push_str(&clusters.concat());
    Ok(text)
}

fn listener(port: u16, secure: bool, hosts: &[Host<'_>], (server, grpc): (&Server, bool)) -> String {
    let behind = &server.front.behind;
    let scheme = hosts.first().map_or("https", |host| host.place.scheme());
    let question = if grpc { GRPC } else { HTTP };
    let copied: Vec<_> = returned().map(|name| format!("{{ exact: {} }}", name.to_ascii_lowercase())).collect();
    let secret = match (server.secret, grpc) {
        (false, _) => String::new(),
        (true, false) => format!(", {SECRET}"),
        (true, true) => format!(", initial_metadata: [{SECRET}]"),
    };
    let ranges: Vec<_> = behind.iter().map(|network| range(&network.to_string())).collect();
    let from = format!(" filter_chain_match: {{ direct_source_prefix_ranges: [{}] }}\n     ", ranges.join(", "));
    let values = [
        ("%PORT%", port.to_string()),
        ("%FROM%", if behind.is_empty() { String::new() } else { from }),
        ("%HOPS%", usize::from(!behind.is_empty()).to_string()),
        ("%PAGE%", page::no_answer()),
        ("%STRIPPED%", stripped()),
        ("%QUESTION%", fill(question, &[("%COPIED%", &copied.join(", ")), ("%SECRET%", &secret)])),
        ("%HOSTS%", hosts.iter().map(|host| host.text.as_str()).collect()),
        ("%UNASKED%", UNASKED.to_owned()),
        ("%SCHEME%", scheme.to_owned()),
        ("%TLS%\n", if secure { TLS.to_owned() } else { String::new() }),
    ];
    let text = fill(LISTENER, &values.each_ref().map(|(key, value)| (*key, value.as_str())));
    if behind.is_empty() { text } else { text + STRANGERS }
}

/// A network as Envoy writes it.
pub(super) fn range(network: &str) -> String {
    let (address, length) =
        network.split_once('/').unwrap_or((network, if network.contains(':') { "128" } else { "32" }));
    format!("{{ address_prefix: \"{address}\", prefix_len: {length} }}")
}

fn host(template: &str, place: &Place<'_>, cluster: &str, server: &Server) -> String {
    let secret = server.secret.then(|| format!("{{ header: {SECRET}, append_action: OVERWRITE_IF_EXISTS_OR_ADD }}"));
    let of_host = secret.as_ref().map_or_else(String::new, |secret| format!("              - {secret}\n"));
    let of_route = secret.as_ref().map_or_else(String::new, |secret| format!(", request_headers_to_add: [{secret}]"));
    let (name, port) = (&place.name_of_host, place.port);
    let usual = place.host == *name;
    let domains = if usual { format!("\"{name}\", \"{name}:{port}\"") } else { format!("\"{}\"", place.host) };
    let values = [
        ("%NAME%", in_comment(&[place.name])),
        ("%CLUSTER%", cluster.to_owned()),
        ("%DOMAINS%", domains),
        ("%HOST%", asked(place)),
        ("%REWRITTEN%", rewritten(place)),
        ("%UNASKED%", UNASKED.to_owned()),
        ("%SECRET%", of_host),
        ("%SECRET_OF_ROUTE%", of_route),
    ];
    fill(template, &values.each_ref().map(|(key, value)| (*key, value.as_str())))
}

/// Envoy's word for the host that was asked for holds the port as it came.
pub(super) fn asked(place: &Place<'_>) -> String {
    place.parent().map_or_else(|| place.host.clone(), |_| "%REQ(:AUTHORITY)%".to_owned())
}

/// The host that the app is told: that which was asked for, with a wildcard. Envoy's own has any number of labels; Doorstep
/// refuses those with more than one.
pub(super) fn rewritten(place: &Place<'_>) -> String {
    place.parent().map_or_else(|| format!(", host_rewrite_literal: \"{}\"", place.host), |_| String::new())
}

fn moved<'a>(places: impl Iterator<Item = &'a Place<'a>>) -> String {
    let each = places.filter(|place| place.secure).map(|place| {
        let (name, port) = (&place.name_of_host, place.port);
        let to = if place.parent().is_some() { String::new() } else { format!("host_redirect: \"{name}\", ") };
        format!(
            "            - {{ name: \"{name}\", domains: [\"{name}\", \"{name}:80\"], routes: [{{ match: {{ prefix: \"/\" }}, \
             redirect: {{ https_redirect: true, {to}port_redirect: {port}, response_code: PERMANENT_REDIRECT }} }}] }}\n"
        )
    });
    let hosts: String = each.collect();
    if hosts.is_empty() { hosts } else { fill(MOVED, &[("%HOSTS%", &hosts)]) }
}

/// A name is looked up while Envoy runs: one that is missing stops nobody else.
fn cluster(name: &str, upstream: &Upstream, http2: bool) -> String {
    let kind = if upstream.name().is_some() { "STRICT_DNS" } else { "STATIC" };
    let http2 = if http2 {
        "    typed_extension_protocol_options:\n      envoy.extensions.upstreams.http.v3.HttpProtocolOptions: { \"@type\": \
         type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: { \
         http2_protocol_options: {} } }\n"
    } else {
        ""
    };
    fill(CLUSTER, &[("%CLUSTER%", name), ("%TYPE%", kind), ("%HTTP2%", http2), ("%ADDRESS%", &upstream.envoy())])
}

/// Whole families by how their names begin; names with `_` are gone before.
pub(super) fn stripped() -> String {
    let starts = FAMILIES.iter().chain(&["Remote"]).flat_map(|family| {
        ["-", "."].map(|sign| format!("{{ prefix: \"{}\" }}", family.to_ascii_lowercase().replace('-', sign)))
    });
    let alone = ALONE.iter().map(|name| format!("{{ exact: {} }}", name.to_ascii_lowercase()));
    let http2 = ["{ exact: http2-settings }".to_owned()];
    let mut matchers: Vec<_> = alone.chain(starts).chain(http2).collect();
    matchers.dedup();
    let lines: Vec<_> = matchers
        .iter()
        .map(|matcher| format!("                - remove_on_match: {{ key_matcher: {matcher} }}\n"))
        .collect();
    lines.concat()
}
